"""Acceptability of a list of more than a thousand: a column for each listed rank, then bands."""

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.stages import run
from tierwise.tables.acceptability import BANDS

UNITS, TOP = 1003, 7


def table(acceptability: str) -> pd.DataFrame:
    chance = np.random.default_rng(3)
    data = pd.DataFrame({"code": [f"u{at}" for at in range(UNITS)]})
    for code in "abc":
        data[code] = chance.integers(0, 40, UNITS)  # with ties
    spec = tw.Spec.of(
        select={"top": TOP}, report={"acceptability": acceptability}, uncertainty={"draws": 200}
    )
    scenario = tw.Scenario.from_frames("long", data, pd.DataFrame({"code": [*"abc"]}), spec=spec)
    return run(scenario, threads=1).tables["acceptability"]


@pytest.fixture(scope="module")
def each() -> pd.DataFrame:
    return table("each")


def test_bands_are_the_sums_of_their_ranks(each: pd.DataFrame) -> None:
    bands = table("auto")
    assert [*each.columns] == ["code", *(f"p_rank_{rank}" for rank in range(1, UNITS + 1))]
    names = [*bands.columns[1:]]
    assert names[:TOP] == [f"p_rank_{rank}" for rank in range(1, TOP + 1)]
    assert len(names) <= TOP + BANDS + 1
    ends = [tuple(map(int, name.removeprefix("p_rank_").split("-"))) for name in names]
    reached = 0
    for name, end in zip(names, ends, strict=True):
        low, high = end[0], end[-1]
        assert low == reached + 1
        reached = high
        single = each[[f"p_rank_{rank}" for rank in range(low, high + 1)]].sum(axis=1)
        np.testing.assert_allclose(bands[name], single, atol=1e-12)
    assert reached == UNITS
    assert (bands["code"] == each["code"]).all()
    np.testing.assert_allclose(bands[names].sum(axis=1), 1)


def test_a_list_of_a_thousand_has_a_column_for_each_rank(
    each: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tierwise.tables.acceptability.MOST_RANKS", UNITS)
    assert table("auto").equals(each)
