"""Tables of an expert panel."""

from __future__ import annotations

import pandas as pd

from tierwise.inputs import Experts, Framework
from tierwise.spec.experts import ExpertsSpec
from tierwise.study.expert_rounds import found_rounds
from tierwise.tables.delphi import concordance
from tierwise.tables.delphi_rounds import by_round

PAIR_AND_THREE = Framework.from_frame(
    pd.DataFrame({"code": ["a", "b", "c", "a1", "a2"], "parent": ["", "", "", "a", "a"]})
)


def test_w_of_two_items_is_given_but_not_judged() -> None:
    scores = {"expert": ["1", "2", "3"], "a": [5, 5, 4], "b": [3, 3, 2], "c": [1, 2, 1]}
    panel = Experts.from_frame(pd.DataFrame({**scores, "a1": [5, 4, 5], "a2": [3, 3, 2]}), PAIR_AND_THREE)
    table = concordance(panel, PAIR_AND_THREE)
    assert table["kendall_w"].tolist() == [1.0, 1.0]
    assert ["same order" in said for said in table["verdict"]] == [True, False]
    pair = Experts.from_frame(
        pd.DataFrame({"expert": ["1", "2"], "a1": [5, 4], "a2": [3, 3]}), PAIR_AND_THREE
    )
    for one, judged in ((panel, True), (pair, False)):
        row = by_round(found_rounds(one, PAIR_AND_THREE, ExpertsSpec()), "en").iloc[0]
        assert row["kendall_w"] > 0
        assert ("order" in row["verdict"]) is judged
