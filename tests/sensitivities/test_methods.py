"""Every method through the same adapter, on functions whose sensitivity is known."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from SALib.analyze import shapley as salib_shapley
from SALib.analyze.delta import calc_delta
from tests.sensitivities.conftest import ishigami, ishigami_indices, run

from tierwise.errors import TierwiseError
from tierwise.methods.registry import named
from tierwise.sensitivities.delta import class_edges, delta_indices
from tierwise.sensitivities.designs import salib_problem
from tierwise.sensitivities.methods import METHODS, analyse, analyse_given, design
from tierwise.spec import Spec

FIRST, TOTAL, PAIR = ishigami_indices()


def measured(method: str, samples: int, seed: int = 1, resamples: int = 30) -> dict[str, Any]:
    made = design(method, np.arange(3), samples, seed)
    found = analyse(made, run(made, ishigami), resamples=resamples, seed=seed)
    assert not found.constant.any()
    return {name: values[:, 0] for name, values in found.values.items()}


def test_shapley_shares_the_interaction() -> None:
    found = measured("shapley", 8192)
    truth = FIRST + np.array([PAIR, 0, PAIR]) / 2
    np.testing.assert_allclose(found["shapley"], truth, atol=0.03)
    np.testing.assert_allclose(found["shapley"].sum(), 1)
    assert (np.abs(found["shapley"] - truth) <= found["shapley_conf"]).all()


def test_shapley_effects_are_salibs() -> None:
    made = design("shapley", np.arange(3), 128, 2)
    y = run(made, ishigami)
    rows = made.take(made.base, 0, len(made))
    reference = salib_shapley.analyze(salib_problem(np.arange(3)), rows, y)
    found = analyse(made, y).values
    np.testing.assert_allclose(found["shapley"][:, 0], reference["shapley_normalized"], atol=1e-12)
    np.testing.assert_allclose(found["shapley_conf"][:, 0], reference["shapley_normalized_conf"], atol=1e-12)


def test_morris_tells_effects_from_interactions() -> None:
    found = measured("morris", 64)
    assert found["sigma"][2] > 1  # all of it by way of the first input
    assert abs(found["mu"][2]) < found["mu_star"][2]
    assert (found["mu_star_conf"] >= 0).all()


def test_morris_of_a_line_is_its_slope() -> None:
    slopes = np.array([3.0, -2.0, 0.5])
    made = design("morris", np.arange(3), 8, 0)
    found = analyse(made, run(made, lambda u: u @ slopes)).values
    np.testing.assert_allclose(found["mu"][:, 0], slopes)
    np.testing.assert_allclose(found["mu_star"][:, 0], np.abs(slopes))
    np.testing.assert_allclose(found["sigma"][:, 0], 0, atol=1e-12)


def test_morris_of_groups_has_no_mean_effect() -> None:
    made = design("morris", np.array([0, 1, 0]), 16, 1)
    found = analyse(made, run(made, ishigami)).values
    assert "mu" not in found
    assert found["mu_star"].shape == (2, 1)


def test_fast() -> None:
    found = measured("fast", 2049)
    np.testing.assert_allclose(found["first"], FIRST, atol=0.03)
    np.testing.assert_allclose(found["total"], TOTAL, atol=0.05)
    assert "first_conf" not in found


def test_rbd_fast() -> None:
    found = measured("rbd-fast", 4096)
    np.testing.assert_allclose(found["first"], FIRST, atol=0.03)
    assert (found["first_conf"] > 0).all()


def test_hdmr() -> None:
    found = measured("hdmr", 1000)
    np.testing.assert_allclose(found["first"], FIRST, atol=0.1)
    np.testing.assert_allclose(found["total"], TOTAL, atol=0.1)


def test_pawn_puts_the_inputs_in_the_published_order() -> None:
    # Pianosi and Wagener 2015: x2 before x1 before x3
    found = measured("pawn", 4096)
    assert np.argsort(-found["pawn"]).tolist() == [1, 0, 2]
    assert (found["pawn"] <= found["pawn_max"]).all()


def test_delta_puts_the_inputs_in_the_published_order() -> None:
    # Borgonovo 2007 and Plischke and others 2013: x2 before x1 before x3
    found = measured("delta", 2000, resamples=10)
    assert np.argsort(-found["delta"]).tolist() == [1, 0, 2]
    assert (found["delta_conf"] > 0).all()


def test_delta_before_the_bias_is_salibs() -> None:
    rng = np.random.default_rng(0)
    points = rng.random((700, 3))
    y = ishigami(points)
    found, _ = delta_indices(points, y[:, None], resamples=0)
    edges = np.linspace(0, 700, len(class_edges(700)))
    grid = np.linspace(y.min(), y.max(), 100)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = [calc_delta(y, grid, column, edges) for column in points.T]
    np.testing.assert_allclose(found[:, 0], reference, rtol=1e-10)


def test_delta_of_few_values_compares_shares() -> None:
    points = np.random.default_rng(0).random((2000, 2))
    found, _ = delta_indices(points, (points[:, :1] > 0.5) * 1.0, resamples=20)
    np.testing.assert_allclose(found[:, 0], [0.5, 0.0], atol=0.02)  # E|p - p(x)| = 1/2 in each half


@pytest.mark.parametrize("method", METHODS)
class TestEveryMethod:
    def test_same_seed_same_numbers_and_zero_is_a_seed(self, method: str) -> None:
        samples = max(64, METHODS[method].least)
        first, again = (measured(method, samples, 0, 4) for _ in range(2))
        other = measured(method, samples, 9, 4)
        for name, values in first.items():
            assert (values == again[name]).all(), name
        assert any((values != other[name]).any() for name, values in first.items())

    def test_global_state_is_left_alone(self, method: str, capsys: pytest.CaptureFixture[str]) -> None:
        np.random.seed(123)
        before = np.random.get_state()[1].copy()
        filters, shown = list(warnings.filters), warnings.formatwarning
        measured(method, max(64, METHODS[method].least), 1, 4)
        assert (np.random.get_state()[1] == before).all()
        assert warnings.filters == filters
        assert warnings.formatwarning is shown
        assert capsys.readouterr().out == ""

    def test_a_constant_output_has_no_indices(self, method: str) -> None:
        made = design(method, np.arange(3), max(64, METHODS[method].least), 1)
        y = run(made, ishigami)
        found = analyse(made, np.column_stack([np.full(len(y), 3.0), y]), resamples=4)
        assert found.constant.tolist() == [True, False]
        for values in found.values.values():
            assert np.isnan(values[:, 0]).all()
            assert np.isfinite(values[:, 1]).all()

    def test_too_few_samples_for_an_interval(self, method: str) -> None:
        with pytest.raises(TierwiseError) as caught:
            design(method, np.arange(3), METHODS[method].least - 1, 1)
        found = caught.value.problems[0]
        assert (found.code, found.fields["needed"]) == ("V003", METHODS[method].least)

    def test_groups(self, method: str) -> None:
        owner = np.array([0, 1, 0])
        if METHODS[method].grouped:
            assert len(design(method, owner, 64, 1)) > 0
            return
        with pytest.raises(TierwiseError) as caught:
            design(method, owner, METHODS[method].least, 1)
        assert caught.value.problems[0].code == "V004"


def test_more_drivers_than_a_sobol_sequence_has() -> None:
    owner = np.repeat([0, 1], 6000)
    made = design("sobol", owner, 32, 1)
    assert made.base.shape == (64, 12_000)
    assert (made.base == design("sobol", owner, 32, 1).base).all()
    found = analyse(made, run(made, lambda u: u[:, :6000].mean(axis=1) + u[:, 6000:].mean(axis=1)))
    np.testing.assert_allclose(found.values["total"][:, 0], 0.5, atol=0.3)


def test_given_data_with_gaps_or_too_few_rows() -> None:
    points = np.random.default_rng(0).random((150, 2))
    for method, values, code in (
        ("pawn", np.full(150, np.nan), "V002"),
        ("hdmr", points[:, 0], "V003"),
        ("pawn", points[1:, 0], "V001"),
    ):
        with pytest.raises(TierwiseError) as caught:
            analyse_given(method, points, values)
        assert caught.value.problems[0].code == code


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_known_by_its_names(name: str) -> None:
    method = METHODS[name]
    assert named(name, "zh") == method.zh
    for said in (name, method.zh, *method.synonyms):
        assert Spec.of(sensitivity={"method": said}).sensitivity.method == name  # type: ignore[union-attr]


@pytest.mark.parametrize("name", METHODS)
def test_the_leading_measure_is_one_that_it_gives(name: str) -> None:
    """On y = x1 + 2 x2 + x3 / 2 every method puts the second input first and the third last."""
    method = METHODS[name]
    made = design(name, np.arange(3), max(512, method.least), 1)
    y = run(made, lambda u: u @ np.array([1.0, 2.0, 0.5]))
    leading = analyse(made, y, resamples=10).values[method.leading][:, 0]
    assert np.argsort(leading).tolist() == [2, 0, 1]


def test_settings_are_those_of_design_and_measures() -> None:
    assert [*METHODS["sobol"].settings] == ["second", "resamples", "confidence"]
    assert [*METHODS["pawn"].settings] == []
    assert METHODS.settings["resamples"][1] == ("sobol", "morris", "rbd-fast", "delta")
