"""The index of a panel and a framework that were made apart."""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tierwise as tw

FRAME = pd.DataFrame(
    {"code": ["a", "b", "c"], "x": [1.0, 2.0, 4.0], "y": [9.0, 3.0, 5.0], "z": [2.0, 2.5, 2.0]}
)


def framework(*codes: str, directions: dict[str, int] | None = None) -> tw.Framework:
    given = directions or {}
    return tw.Framework.from_frame(
        pd.DataFrame({"code": codes, "direction": [given.get(code, 1) for code in codes]})
    )


def test_columns_are_matched_by_code_not_by_place() -> None:
    panel = tw.Panel.from_frame(FRAME, framework("x", "y", "z"))
    turned = tw.index(panel, framework("z", "y", "x", directions={"y": -1}))
    straight = tw.index(panel, framework("x", "y", "z", directions={"y": -1}))
    assert np.allclose(turned.score, straight.score)
    fewer = tw.index(panel, framework("y"))
    assert fewer.score.tolist() == [1.0, 0.0, pytest.approx(1 / 3)]


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ({"x": -1}, "W001"),
        ({"x": float("nan")}, "D003"),
        ({"x": "much"}, "D003"),
        ({"q": 1}, "F003"),
        ({"x": 0, "y": 0}, "W004"),
    ],
)
def test_weights_given_by_code_are_checked(weights: dict[str, Any], code: str) -> None:
    with pytest.raises(tw.TierwiseError, match=code):
        framework("x", "y").with_weights(weights)
    assert framework("x", "y").with_weights({"x": 3}).local_weights.tolist() == [1, 0.75, 0.25]


@pytest.mark.parametrize("given", [{"draws": 0}, {"draws": "many"}, {"seed": -1}, {"seed": 1.5}])
def test_draws_and_seed_are_checked(given: dict[str, Any]) -> None:
    with pytest.raises(tw.TierwiseError) as caught:
        tw.run("technology-achievement", **given)
    found = [(problem.code, problem.place) for problem in caught.value.problems]
    assert found == [("S003", f"[uncertainty] {next(iter(given))}")]


@pytest.mark.parametrize("given", [{"tops": [0]}, {"years": [3, 0]}])
def test_streaks_of_nothing_are_refused_at_once(given: dict[str, list[int]]) -> None:
    with pytest.raises(tw.TierwiseError, match="S003"):
        tw.Spec.of(report=given)


def test_frames_of_every_dtype() -> None:
    frame = FRAME.assign(
        code=FRAME["code"].astype("string"),
        x=pd.array([1, None, 4], dtype="Int64"),
        y=[Decimal("9"), Decimal("3"), Decimal("5.5")],
        province=pd.Categorical(["p", "p", "q"]),
    )
    panel = tw.Panel.from_frame(frame, framework("x", "y"))
    assert panel.values[:, 1].tolist() == [9, 3, 5.5]
    assert np.isnan(panel.values[1, 0])
    assert panel.groups == {"province": ("p", "p", "q")}


def test_an_indicator_that_the_panel_lacks_is_named() -> None:
    panel = tw.Panel.from_frame(FRAME, framework("x", "y"))
    with pytest.raises(tw.TierwiseError, match="D016") as caught:
        tw.index(panel, framework("x", "y", "energy"))
    assert [problem.fields["code"] for problem in caught.value.problems] == ["energy"]


@pytest.mark.parametrize("rule", ["arithmetic", "geometric", "median", "copeland", "topsis"])
def test_a_dimension_of_which_only_what_weighs_nothing_is_there_is_missing(rule: str) -> None:
    tree = pd.DataFrame(
        {"code": ["A", "a1", "a2", "B", "b1"], "parent": ["", "A", "A", "", "B"], "weight": [1, 0, 2, 1, 1]}
    )
    figures = pd.DataFrame(
        {"code": ["u", "v", "w"], "a1": [1.0, 2, 3], "a2": [1.0, None, 3], "b1": [1.0, 5, 2]}
    )
    spec = tw.Spec.of(index={"missing": "reweight", "aggregation": rule, "normalise": {"to": [1, 100]}})
    scenario = tw.Scenario.from_frames("idle", figures, tree, spec=spec)
    made = tw.index(scenario.panel, scenario.framework, spec)
    fewer = tw.Scenario.from_frames("idle", figures.drop(columns="a1"), tree.drop(index=1), spec=spec)
    without = tw.index(fewer.panel, fewer.framework, spec)
    assert made.unranked == ()
    np.testing.assert_allclose(made.score, without.score, rtol=1e-12)
    assert np.isnan(made.scores[1, made.framework.codes.index("A")])
    assert made.effective_weights[1].tolist() == [0, 0, 1]
    np.testing.assert_allclose(made.contributions.sum(axis=1), made.score, rtol=1e-12)
