"""Earlier ranks: what a sheet may say, and every cell that it may not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tierwise.errors import TierwiseError
from tierwise.inputs import History


def frame(*rows: tuple[object, object, object]) -> pd.DataFrame:
    return pd.DataFrame([*rows], columns=["year", "code", "rank"])


def test_a_blank_rank_says_that_the_unit_was_listed() -> None:
    history = History.from_frame(frame((2017, "a", 1), (2018, "a", 2), (2018, "b", None)))
    assert history.of_year(2017) == {"a": 1.0}
    listed = history.of_year(2018)
    assert listed["a"] == 2.0
    assert np.isnan(listed["b"])


def test_what_is_no_year_or_rank_is_named_by_its_cell() -> None:
    spoiled = frame((2017.5, "a", 1), (2018, "b", 0), (2018, "c", 1.5), (2018, "d", 4), (2018, "d", 5))
    with pytest.raises(TierwiseError) as caught:
        History.from_frame(spoiled)
    assert [problem.code for problem in caught.value.problems] == ["Y001", "H002", "H002", "H003"]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(TierwiseError) as caught:
        History.from_frame(frame((2017, "a", 1)).drop(columns="rank"))
    assert [problem.code for problem in caught.value.problems] == ["H001"]
