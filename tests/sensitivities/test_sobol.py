"""Sobol' indices: SALib's to the last digits, and those that are known."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from SALib.analyze import sobol as salib_analyser
from SALib.sample import sobol as salib_sampler
from tests.sensitivities.conftest import g_function, g_indices, ishigami, ishigami_indices, run

from tierwise.errors import TierwiseError
from tierwise.sensitivities.designs import salib_problem
from tierwise.sensitivities.methods import analyse, design
from tierwise.sensitivities.sobol import sobol_indices

OWNERS = [[0, 1, 2], [0, 0, 1, 2, 2], [0, 1, 0, 2]]


@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("seed", [0, 7])
def test_design_is_salibs(owner: list[int], second: bool, seed: int) -> None:
    made = design("sobol", np.array(owner), 64, seed, second=second)
    reference = salib_sampler.sample(salib_problem(np.array(owner)), 64, calc_second_order=second, seed=seed)
    assert (made.take(made.base, 0, len(made)) == reference).all()
    assert (made.take(made.base, 11, 50) == reference[11:50]).all()


@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("second", [False, True])
def test_estimates_are_salibs(owner: list[int], second: bool) -> None:
    made = design("sobol", np.array(owner), 256, 3, second=second)
    rows = made.take(made.base, 0, len(made))
    y = ishigami(rows) + rows[:, -1]
    outputs = np.column_stack([y, 500 + np.round(20 * y), y > 4, 1e-6 * y, np.exp(y)])
    found = sobol_indices(outputs, 3, second=second, seed=5)
    asked = salib_problem(np.array(owner))
    for output, column in enumerate(outputs.T):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reference = salib_analyser.analyze(asked, column, calc_second_order=second, seed=5)
        close = {"rtol": 0, "atol": 1e-12}
        np.testing.assert_allclose(found.first[:, output], reference["S1"], **close)
        np.testing.assert_allclose(found.total[:, output], reference["ST"], **close)
        np.testing.assert_allclose(found.first_conf[:, output], reference["S1_conf"], **close)
        np.testing.assert_allclose(found.total_conf[:, output], reference["ST_conf"], **close)
        for pair, (i, j) in enumerate(found.pairs):
            np.testing.assert_allclose(found.second[pair, output], reference["S2"][i, j], **close)
            np.testing.assert_allclose(found.second_conf[pair, output], reference["S2_conf"][i, j], **close)


def test_ishigami() -> None:
    first, total, pair = ishigami_indices()
    made = design("sobol", np.arange(3), 4096, 1, second=True)
    found = analyse(made, run(made, ishigami))
    np.testing.assert_allclose(found.values["first"][:, 0], first, atol=0.02)
    np.testing.assert_allclose(found.values["total"][:, 0], total, atol=0.02)
    np.testing.assert_allclose(found.second["second"][:, 0], [0, pair, 0], atol=0.04)
    for index, truth in (("first", first), ("total", total)):
        assert (np.abs(found.values[index][:, 0] - truth) <= found.values[f"{index}_conf"][:, 0]).all()


def test_g_function() -> None:
    first, total = g_indices()
    made = design("sobol", np.arange(8), 4096, 1)
    found = analyse(made, run(made, g_function)).values
    np.testing.assert_allclose(found["first"][:, 0], first, atol=0.02)
    np.testing.assert_allclose(found["total"][:, 0], total, atol=0.02)


def test_groups_take_in_the_interactions_within_them() -> None:
    first, total, pair = ishigami_indices()
    made = design("sobol", np.array([0, 1, 0]), 4096, 1)
    found = analyse(made, run(made, ishigami)).values
    np.testing.assert_allclose(found["first"][:, 0], [first[0] + pair, first[1]], atol=0.02)
    np.testing.assert_allclose(found["total"][:, 0], [total[0], total[1]], atol=0.02)


def test_means_far_from_zero_do_not_disturb() -> None:
    made = design("sobol", np.arange(3), 512, 1)
    y = run(made, ishigami)
    near, far = (sobol_indices(values, 3) for values in (y, y + 1e6))
    np.testing.assert_allclose(far.first, near.first, atol=1e-9)
    np.testing.assert_allclose(far.total, near.total, atol=1e-9)


def test_a_constant_output_is_named_and_not_zero() -> None:
    made = design("sobol", np.arange(3), 64, 1)
    y = run(made, ishigami)
    found = sobol_indices(np.column_stack([y, np.full(len(y), 0.1) + 1e-17, y]), 3)
    assert found.constant.tolist() == [False, True, False]
    assert np.isnan(found.first[:, 1]).all()
    assert np.isnan(found.total_conf[:, 1]).all()
    assert np.isfinite(found.first[:, [0, 2]]).all()


def test_gaps_are_refused_output_by_output() -> None:
    made = design("sobol", np.arange(3), 64, 1)
    y = np.repeat(run(made, ishigami)[:, None], 3, axis=1)
    y[5, 1] = y[6, 1] = np.nan
    y[7, 2] = np.inf
    with pytest.raises(TierwiseError) as caught:
        sobol_indices(y, 3)
    assert [(each.code, each.column, each.fields["gaps"]) for each in caught.value.problems] == [
        ("V002", 1, 2),
        ("V002", 2, 1),
    ]


def test_rows_of_no_design_are_refused() -> None:
    with pytest.raises(TierwiseError) as caught:
        sobol_indices(np.ones((7, 1)), 3)
    assert caught.value.problems[0].code == "V001"


@given(st.integers(0, 2**31), st.integers(1, 6))
def test_outputs_do_not_disturb_each_other(seed: int, outputs: int) -> None:
    values = np.random.default_rng(seed).normal(size=(32 * 5, outputs))
    together = sobol_indices(values, 3, seed=seed)
    alone = sobol_indices(values[:, -1], 3, seed=seed)
    assert (together.first[:, -1] == alone.first[:, 0]).all()
    assert (together.total_conf[:, -1] == alone.total_conf[:, 0]).all()
