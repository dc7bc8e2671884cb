"""IDX_RANK_CHANGE is what the engine finds of the same two lists; what is wrong is told in its cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError
from tierwise.spec import Spec
from tierwise_addin import call


def figures(seed: int) -> FloatArray:
    return np.random.default_rng(seed).uniform(1, 9, (8, 3)).round(2)


def by_engine(values: FloatArray, weights: list[float], **steps: object) -> tw.Index:
    listed = ~np.isnan(values).all(axis=1)
    frame = pd.DataFrame(values[listed], columns=["x", "y", "z"])
    frame.insert(0, "code", [f"u{row + 1}" for row in np.flatnonzero(listed)])
    tree = tw.Framework.from_frame(pd.DataFrame({"code": ["x", "y", "z"], "weight": weights, "direction": 1}))
    return tw.index(tw.Panel.from_frame(frame, tree), tree, Spec.model_validate({"index": steps}))


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"normalisation": "rank"},
        {"normalisation": "z-score", "aggregation": "median"},
        {"aggregation": "topsis"},
    ],
)
def test_as_the_engine(how: dict[str, str]) -> None:
    now, before = figures(1), figures(2) * 1.2
    now[6], before[2] = np.nan, np.nan
    first, second = [3.0, 2.0, 1.0], [1.0, 1.0, 1.0]
    head, *rows = call(
        "IDX_RANK_CHANGE", now, [second], before, [first], how.get("normalisation"), how.get("aggregation")
    )
    frame = pd.DataFrame(rows, columns=head).set_index("unit")
    moves = tw.why(by_engine(before, first, **how), by_engine(now, second, **how))
    expected = moves.to_frame().set_index("code")
    for code, row in expected.iterrows():
        own = frame.loc[float(str(code)[1:])]
        for cell, name in (
            ("previous_rank", "rank_from"),
            ("rank", "rank_to"),
            *((one, one) for one in moves.factors),
        ):
            assert own[cell] == pytest.approx(float(row[name]), abs=1e-9)
    assert frame.loc[[3.0, 7.0]].isna().all(axis=None)
    places = frame[["own", "others", "units", "scale", "weights"]].sum(axis=1)
    np.testing.assert_allclose(places, frame["move"].fillna(0), atol=1e-9)


def test_weights_stay_where_none_are_given() -> None:
    head, *rows = call("IDX_RANK_CHANGE", figures(1), [[1, 2, 3]], figures(2))
    assert {row[head.index("weights")] for row in rows} == {0.0}


def test_a_value_that_no_mean_takes_leaves_the_scale_out() -> None:
    now, before = figures(1), figures(2)
    now[0], before[0] = 0.5, 9.5
    _, *rows = call("IDX_RANK_CHANGE", now, [[1, 2, 3]], before, None, "fraction-of-maximum", "geometric")
    assert all(np.isfinite(row[3]) for row in rows)
    shifted = now - 0.6
    with pytest.raises(TierwiseError) as error:
        call("IDX_RANK_CHANGE", shifted, [[1, 2, 3]], before, None, "none", "geometric")
    assert {one.argument for one in error.value.problems} == {"values"}
    assert [one.row for one in error.value.problems] == [0, 0, 0]


def test_problems_of_the_list_before_stand_in_its_cells() -> None:
    before = figures(2)
    before[4, 1] = np.nan
    with pytest.raises(TierwiseError) as error:
        call("IDX_RANK_CHANGE", figures(1), [[1, 2, 3]], before)
    assert [(one.code, one.argument, one.row) for one in error.value.problems] == [
        ("M040", "previous_values", 4)
    ]
    with pytest.raises(TierwiseError, match="C007"):
        call("IDX_RANK_CHANGE", figures(1), [[1, 2, 3]], figures(2)[:5])
    with pytest.raises(TierwiseError) as error:
        call("IDX_RANK_CHANGE", figures(1), [[1, 2, 3]], figures(2), [[1, -2, 3]])
    assert [one.argument for one in error.value.problems] == ["previous_weights"]
