from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError
from tierwise.kernels.ranks import rank
from tierwise.methods.aggregate import aggregate
from tierwise.methods.dea import best_weights
from tierwise.methods.normalise import normalise

panels = arrays(np.float64, (5, 3), elements=st.integers(1, 50).map(float))


class TestPublished:
    """OECD/JRC Handbook 2008, Table 19: the TAI, min-max, weights between 10 % and 15 % of their sum."""

    def test_scores_and_ranks(self, handbook: Any) -> None:
        panel = normalise(handbook.panel, "min-max")
        scores = aggregate(panel, np.ones(8), "bod", weight_bounds=(0.10, 0.15))
        np.testing.assert_allclose(scores, handbook.column("ranks", "T19_BOD_score"), rtol=0, atol=0.0075)
        off = np.abs(rank(scores, decimals=2) - handbook.column("ranks", "T23_BOD"))
        assert off.max() <= 1
        assert (off > 0).sum() <= 2


class TestDefinition:
    @given(panels)
    @settings(max_examples=25, deadline=None)
    def test_weights_are_feasible_and_parts_are_the_score(self, panel: FloatArray) -> None:
        best = best_weights(panel)
        assert (panel @ best.weights.T <= 1 + 1e-7).all()
        np.testing.assert_allclose(best.parts.sum(axis=1), best.scores)
        assert (best.scores >= panel.min(axis=1) / panel.max() - 1e-7).all()
        assert best.scores.max() == pytest.approx(1)

    @given(panels)
    @settings(max_examples=25, deadline=None)
    def test_unbounded_needs_no_normalisation(self, panel: FloatArray) -> None:
        scores = best_weights(panel).scores
        np.testing.assert_allclose(best_weights(panel * [1, 10, 0.1]).scores, scores, rtol=1e-6)

    @given(panels)
    @settings(max_examples=25, deadline=None)
    def test_bounds_cost_something_and_are_kept(self, panel: FloatArray) -> None:
        free = best_weights(panel).scores
        shares = best_weights(panel, share_bounds=(0.2, 0.5))
        part = shares.parts / shares.scores[:, None]
        assert ((part >= 0.2 - 1e-7) & (part <= 0.5 + 1e-7)).all()
        limits = best_weights(panel, weight_bounds=([0.1, 0.2, 0.0], [0.5, 0.6, 0.7]))
        weight = limits.weights / limits.weights.sum(axis=1, keepdims=True)
        assert (
            (weight >= np.array([0.1, 0.2, 0]) - 1e-7) & (weight <= [0.5 + 1e-7, 0.6 + 1e-7, 0.7 + 1e-7])
        ).all()
        assert (shares.scores <= free + 1e-7).all()
        assert (limits.scores <= free + 1e-7).all()

    @pytest.mark.parametrize("seed", range(3))
    def test_all_peers_in_one_program(self, seed: int) -> None:
        panel = np.random.default_rng(seed).lognormal(size=(40, 4))
        limits = best_weights(panel, weight_bounds=(0.1, 0.5)).scores
        for unit, score in zip(panel, limits, strict=True):
            near = [np.full((4, 4), 0.1) - np.eye(4), np.eye(4) - np.full((4, 4), 0.5)]
            rows, right = np.vstack([panel, *near]), np.concatenate([np.ones(40), np.zeros(8)])
            assert -linprog(-unit, A_ub=rows, b_ub=right).fun == pytest.approx(score, abs=1e-6)

    def test_spread_between_fixed_and_free(self) -> None:
        panel = np.array([[4.0, 1.0], [1.0, 4.0], [2.0, 2.0]])
        weights = np.array([3.0, 1.0])
        fixed = aggregate(panel, weights, "benefit-of-the-doubt", spread=0)
        np.testing.assert_allclose(fixed, panel @ weights / 13)
        wide = aggregate(panel, np.array([weights, weights[::-1]]), "benefit-of-the-doubt", spread=0.2)
        assert wide.shape == (2, 3)
        assert (wide[0] >= fixed - 1e-9).all()
        np.testing.assert_allclose(wide[1], wide[0][[1, 0, 2]])
        free = aggregate(panel, np.array([weights] * 2), "benefit-of-the-doubt")
        np.testing.assert_allclose(free, [[1, 1, 0.8]] * 2)


class TestScale:
    @pytest.mark.parametrize("unit", [1e-12, 1e-6, 1e12, [1e-8, 1e3, 1e9]])
    @pytest.mark.parametrize("bounds", [{}, {"share_bounds": (0.1, 0.6)}])
    def test_scores_do_not_depend_on_units_of_measure(self, unit: Any, bounds: Any) -> None:
        panel = np.random.default_rng(3).uniform(0, 1, (9, 3))
        small, found = best_weights(panel, **bounds), best_weights(panel * unit, **bounds)
        np.testing.assert_allclose(found.scores, small.scores, rtol=1e-9)
        np.testing.assert_allclose(found.parts.sum(axis=1), found.scores, atol=1e-6)

    def test_bounds_of_weights_hold_at_any_scale(self) -> None:
        panel = np.random.default_rng(4).uniform(0, 1, (9, 3)) * [1, 10, 100] * 1e11
        found = best_weights(panel, weight_bounds=(0.2, 0.5)).weights
        share = found / found.sum(axis=1, keepdims=True)
        assert (share > 0.2 - 1e-7).all()
        assert (share < 0.5 + 1e-7).all()


class TestBadInput:
    @pytest.mark.parametrize(
        ("panel", "bounds", "codes"),
        [
            ([[1, np.nan], [2, 1]], {}, [("M024", 0, 1)]),
            ([[1, 1], [-2, 1]], {}, [("M020", 1, 0)]),
            ([[1, 1], [2, 1]], {"share_bounds": (0.6, 1)}, [("M025", None, None)]),
            ([[1, 1], [2, 1]], {"weight_bounds": (0, 0.4)}, [("M025", None, None)]),
            ([[1, 1], [2, 1]], {"weight_bounds": ([0.5, 0.1], [0.4, 1])}, [("M025", None, None)]),
        ],
    )
    def test_named(self, panel: Any, bounds: Any, codes: Any) -> None:
        with pytest.raises(TierwiseError) as error:
            aggregate(panel, np.ones(2), "bod", **bounds)
        assert [(found.code, found.row, found.column) for found in error.value.problems] == codes
        assert error.value.text("zh")


class TestSeveralOptima:
    """Where several weights give a unit its score, the most even parts are taken."""

    @given(panels, st.permutations(range(5)), st.permutations(range(3)))
    @settings(max_examples=40, deadline=None)
    def test_parts_do_not_depend_on_the_order_of_units_or_children(
        self, panel: FloatArray, units: list[int], children: list[int]
    ) -> None:
        plain, turned = best_weights(panel), best_weights(panel[units][:, children])
        np.testing.assert_allclose(turned.parts, plain.parts[units][:, children], atol=2e-6)
        np.testing.assert_allclose(turned.scores, plain.scores[units], atol=1e-7)

    def test_a_unit_that_is_first_in_all_has_equal_parts(self) -> None:
        parts = best_weights(np.array([[4.0, 6.0, 9.0], [2.0, 5.0, 3.0], [1.0, 1.0, 8.0]])).parts
        np.testing.assert_allclose(parts[0], 1 / 3, atol=1e-6)

    def test_the_smallest_part_is_the_largest_there_can_be(self) -> None:
        """By one program: max t, x_k w_k >= t, with the score kept and nobody above 1."""
        panel = np.random.default_rng(3).random((12, 4)) + 0.1
        best = best_weights(panel)
        for row, unit in enumerate(panel):
            solved = linprog(
                [0, 0, 0, 0, -1],
                A_ub=np.vstack(
                    [np.column_stack([panel, np.zeros(12)]), np.column_stack([-np.diag(unit), np.ones(4)])]
                ),
                b_ub=[1] * 12 + [0] * 4,
                A_eq=[[*unit, 0]],
                b_eq=[best.scores[row]],
            )
            assert best.parts[row].min() == pytest.approx(solved.x[-1], abs=1e-6)
        assert (panel @ best.weights.T <= 1 + 1e-6).all()

    def test_scores_are_those_without_the_rule(self) -> None:
        panel = np.random.default_rng(5).random((30, 5))
        np.testing.assert_allclose(
            best_weights(panel).scores, best_weights(panel, even=False).scores, atol=1e-7
        )

    def test_what_is_worth_nothing_weighs_nothing(self) -> None:
        best = best_weights(np.array([[2.0, 0.0], [1.0, 1.0]]))
        assert best.weights[0] == pytest.approx([0.5, 0.0], abs=1e-7)
