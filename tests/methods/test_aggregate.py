from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError
from tierwise.kernels.ranks import rank
from tierwise.methods.aggregate import RULES, aggregate
from tierwise.methods.normalise import normalise

MEANS = ("arithmetic", "geometric", "harmonic", "power", "median")
panels = arrays(np.float64, (6, 4), elements=st.floats(0.01, 100))
vectors = arrays(np.float64, 4, elements=st.floats(0.01, 1))


class TestPublished:
    """OECD/JRC Handbook 2008: ranks of 23 countries in the Technology Achievement Index."""

    def ranks(self, handbook: Any, scheme: str) -> FloatArray:
        panel = normalise(handbook.panel, "goalposts", low=handbook.low, high=handbook.high)
        return rank(aggregate(panel, handbook.weights(scheme), "arithmetic"))

    @pytest.mark.parametrize(("scheme", "table"), [("EW", "T23_EW"), ("BAP", "T23_BAP"), ("EW", "T38_LIN")])
    def test_ranks_exactly(self, handbook: Any, scheme: str, table: str) -> None:
        np.testing.assert_array_equal(self.ranks(handbook, scheme), handbook.column("ranks", table))

    @pytest.mark.parametrize(("scheme", "table"), [("FA", "T23_FA"), ("AHP", "T23_AHP")])
    def test_ranks_up_to_the_two_decimals_of_the_weights(
        self, handbook: Any, scheme: str, table: str
    ) -> None:
        """The weights are printed with two decimals; some that round to them give the printed ranks."""
        panel = normalise(handbook.panel, "goalposts", low=handbook.low, high=handbook.high)
        published = handbook.column("ranks", table)
        assert self.some_weights_give(panel[np.argsort(published)], handbook.weights(scheme))
        assert np.abs(self.ranks(handbook, scheme) - published).max() <= 2

    def some_weights_give(self, in_order: FloatArray, printed: FloatArray) -> bool:
        from scipy.optimize import linprog

        steps = in_order[1:] - in_order[:-1]
        around = [(weight - 0.005, weight + 0.005) for weight in printed]
        found = linprog(np.zeros(len(printed)), A_ub=steps, b_ub=np.zeros(len(steps)), bounds=around)
        return bool(found.success)

    def test_geometric_ranks_on_raw_data(self, handbook: Any) -> None:
        """Table 38, column GME."""
        scores = aggregate(handbook.panel, np.ones(8), "geometric")
        np.testing.assert_array_equal(rank(scores), handbook.column("ranks", "T38_GME"))


class TestDefinitions:
    @given(panels, vectors)
    def test_means_of_scipy(self, panel: FloatArray, weights: FloatArray) -> None:
        expected = {
            "arithmetic": np.average(panel, axis=1, weights=weights),
            "geometric": stats.gmean(panel, axis=1, weights=weights),
            "harmonic": stats.hmean(panel, axis=1, weights=weights),
        }
        for rule, scores in expected.items():
            np.testing.assert_allclose(aggregate(panel, weights, rule), scores, rtol=1e-9)
        for p in (-2.0, 0.5, 3.0):
            scores = stats.pmean(panel, p, axis=1, weights=weights)
            np.testing.assert_allclose(aggregate(panel, weights, "power", power=p), scores, rtol=1e-9)

    @given(panels, vectors)
    def test_power_means_meet_the_others(self, panel: FloatArray, weights: FloatArray) -> None:
        for p, rule in ((1, "arithmetic"), (0, "geometric"), (-1, "harmonic")):
            scores = aggregate(panel, weights, "power", power=p)
            np.testing.assert_allclose(scores, aggregate(panel, weights, rule), rtol=1e-9)

    @given(panels)
    def test_median_of_numpy(self, panel: FloatArray) -> None:
        np.testing.assert_allclose(aggregate(panel, np.ones(4), "median"), np.median(panel, axis=1))

    @pytest.mark.parametrize(
        ("weights", "expected"),
        [([1, 1, 1, 5], 2), ([1, 1, 1, 1], 2.5), ([0.5, 0.1, 0.2, 0.2], 3.5), ([0.6, 0.1, 0.2, 0.1], 4)],
    )
    def test_weighted_median(self, weights: list[float], expected: float) -> None:
        assert aggregate([[4.0, 1.0, 3.0, 2.0]], weights, "median").tolist() == [expected]

    def test_the_power_that_is_not_given_is_2(self) -> None:
        """The quadratic mean √((1 + 49) / 2) = 5, also where the rule is a mean of transformed values."""
        assert aggregate([[1.0, 7.0]], [0.5, 0.5], "power").tolist() == [5.0]
        mean = RULES["power"].mean_of({})
        assert mean is not None
        assert mean.back(mean.forward(np.array([1.0, 7.0])).mean(keepdims=True)).tolist() == [5.0]


class TestPower:
    def test_zeros_are_taken_where_the_exponent_is_above_0(self) -> None:
        assert aggregate([[0.0, 4.0]], [1, 1], "power", power=0.5).tolist() == [1.0]
        assert aggregate([[0.0, 4.0]], [1, 1], "power", power=1).tolist() == [2.0]
        for exponent in (0, -0.5, -1):
            with pytest.raises(TierwiseError, match="M020"):
                aggregate([[0.0, 4.0]], [1, 1], "power", power=exponent)


class TestRules:
    """What is declared of the rules beside their functions."""

    def test_two_rules_solve_a_program_for_each_weight_vector(self) -> None:
        assert [name for name, rule in RULES.items() if rule.solved] == ["kemeny", "benefit-of-the-doubt"]

    def test_settings_follow_values_and_weights(self) -> None:
        taken = {name: [*rule.settings] for name, rule in RULES.items() if rule.settings}
        assert taken == {
            "power": ["power"],
            "mazziotta-pareto": ["sign"],
            "copeland": ["count"],
            "benefit-of-the-doubt": ["share_bounds", "weight_bounds", "spread"],
        }

    def test_outranking_and_the_best_weights_are_rules_too(self) -> None:
        panel = [[3.0, 1.0], [2.0, 2.0], [1.0, 1.0]]
        # ahead of one by 0.6 and of the other by 0.6 and half of the tie; by 0.4 and all; by half of a tie
        assert aggregate(panel, [0.6, 0.4], "copeland").tolist() == pytest.approx([1.4, 1.4, 0.2])
        assert aggregate(panel, [0.6, 0.4], "kemeny").tolist() == [2, 1, 0]
        assert aggregate(panel, [0.6, 0.4], "benefit-of-the-doubt").max() == pytest.approx(1.0)

    def test_one_weight_is_not_one_for_each_of_two_children(self) -> None:
        for values, weights, count, needed in (([[1.0, 2.0]], 3.0, 1, 2), (4.0, [1.0, 2.0], 2, 1)):
            with pytest.raises(TierwiseError) as caught:
                aggregate(values, weights, "arithmetic")
            (one,) = caught.value.problems
            assert (one.code, one.fields["found"], one.fields["expected"]) == ("M011", count, needed)


STACKED = ("arithmetic", "geometric", "harmonic", "power", "median", "mazziotta-pareto", "topsis", "copeland")

SHAPES = [
    ((5, 4), (3, 4)),
    ((2, 5, 4), (4,)),
    ((2, 5, 4), (2, 4)),
    ((5, 4), (2, 3, 4)),
    ((3, 5, 4), (2, 1, 4)),
    ((2, 3, 5, 4), (3, 4)),
]


class TestStacks:
    """Many panels, many weight vectors: each pair is what it is alone, however the shapes go together."""

    @pytest.mark.parametrize("rule", STACKED)
    @pytest.mark.parametrize("shapes", SHAPES, ids=str)
    def test_each_pair_is_what_it_is_alone(
        self, rule: str, shapes: tuple[tuple[int, ...], tuple[int, ...]]
    ) -> None:
        random = np.random.default_rng(5)
        values, weights = (random.uniform(0.1, 1.0, shape) for shape in shapes)
        lead = np.broadcast_shapes(values.shape[:-2], weights.shape[:-1])
        panels = np.broadcast_to(values, (*lead, *values.shape[-2:]))
        vectors = np.broadcast_to(weights, (*lead, 4))
        scores = aggregate(values, weights, rule)
        assert scores.shape == (*lead, 5)
        for place in np.ndindex(*lead):
            np.testing.assert_allclose(
                scores[place], aggregate(panels[place], vectors[place], rule), rtol=1e-12
            )

    def test_a_median_without_weight_is_missing(self) -> None:
        panel = [[1.0, 2.0, np.nan], [np.nan, np.nan, np.nan], [np.nan, 2.0, 5.0]]
        found = aggregate(panel, [0.0, 0.0, 1.0], "median")
        assert np.isnan(found[:2]).all()
        assert found[2] == 5.0


class TestMazziottaPareto:
    @given(panels, vectors, st.sampled_from(["minus", "plus"]))
    def test_mean_and_coefficient_of_variation(
        self, panel: FloatArray, weights: FloatArray, sign: str
    ) -> None:
        mean = np.average(panel, axis=1, weights=weights)
        sd = np.sqrt(
            [np.average((row - m) ** 2, weights=weights) for row, m in zip(panel, mean, strict=True)]
        )
        expected = mean - sd * (sd / mean) if sign == "minus" else mean + sd * (sd / mean)
        found = aggregate(panel, weights, "mazziotta-pareto", sign=sign)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)

    def test_on_z_scores_of_100_and_10(self) -> None:
        """Mazziotta & Pareto 2016: a balanced unit keeps its mean, 90 and 110 lose 1."""
        scores = aggregate([[100.0, 100.0], [90.0, 110.0]], np.ones(2), "mpi")
        np.testing.assert_allclose(scores, [100, 99])

    def test_mean_at_zero(self) -> None:
        with pytest.raises(TierwiseError) as error:
            aggregate([[1.0, -1.0], [1.0, 1.0], [-2.0, 1.0]], np.ones(2), "mpi")
        assert [(found.code, found.row) for found in error.value.problems] == [("M021", 0), ("M021", 2)]

    def test_without_imbalance_there_is_no_penalty(self) -> None:
        scores = aggregate([[0.0, 0.0], [-0.3, np.nan], [-0.1, -0.1]], np.array([0.7, 0.3]), "mpi")
        np.testing.assert_allclose(scores, [0, -0.3, -0.1])


class TestTopsis:
    def test_fighter_aircraft(self) -> None:
        """Hwang & Yoon 1981, Multiple Attribute Decision Making: speed, range, payload, cost, …"""
        aircraft = np.array(
            [
                [2.0, 1500, 20000, 5.5, 5, 9],
                [2.5, 2700, 18000, 6.5, 3, 5],
                [1.8, 2000, 21000, 4.5, 7, 7],
                [2.2, 1800, 20000, 5.0, 5, 5],
            ]
        )
        values = normalise(aircraft, "vector", [1, 1, 1, -1, 1, 1])
        scores = aggregate(values, [0.2, 0.1, 0.1, 0.1, 0.2, 0.3], "topsis")
        np.testing.assert_allclose(scores, [0.643, 0.268, 0.613, 0.312], rtol=0, atol=0.001)

    @given(panels, vectors)
    def test_written_out(self, panel: FloatArray, weights: FloatArray) -> None:
        weighted = panel * weights
        best, worst = weighted.max(axis=0), weighted.min(axis=0)
        to_best = np.array([np.linalg.norm(row - best) for row in weighted])
        to_worst = np.array([np.linalg.norm(row - worst) for row in weighted])
        if (to_best + to_worst).min() > 0:
            found = aggregate(panel, weights, "topsis")
            np.testing.assert_allclose(found, to_worst / (to_best + to_worst), rtol=1e-9, atol=1e-12)

    def test_nothing_to_compare(self) -> None:
        with pytest.raises(TierwiseError) as error:
            aggregate(np.ones((2, 2)), np.ones(2), "topsis")
        assert [(found.code, found.row) for found in error.value.problems] == [("M022", 0), ("M022", 1)]

    def test_missing_children(self) -> None:
        scores = aggregate([[1.0, np.nan], [2.0, 1.0], [np.nan, np.nan], [3.0, 2.0]], np.ones(2), "topsis")
        np.testing.assert_allclose(scores, [0, 1 / (1 + np.sqrt(2)), np.nan, 1])


class TestProperties:
    @given(panels, vectors, st.sampled_from(MEANS))
    def test_between_the_worst_and_the_best_child(
        self, panel: FloatArray, weights: FloatArray, rule: str
    ) -> None:
        scores = aggregate(panel, weights, rule)
        assert (scores >= panel.min(axis=1) * (1 - 1e-9)).all()
        assert (scores <= panel.max(axis=1) * (1 + 1e-9)).all()

    @given(panels, vectors, st.sampled_from(MEANS), st.integers(0, 3))
    def test_a_missing_child_is_left_out(
        self, panel: FloatArray, weights: FloatArray, rule: str, child: int
    ) -> None:
        holed = panel.copy()
        holed[:, child] = np.nan
        without = aggregate(np.delete(panel, child, 1), np.delete(weights, child), rule)
        np.testing.assert_allclose(aggregate(holed, weights, rule), without, rtol=1e-12)

    @given(panels, arrays(np.float64, (3, 4), elements=st.floats(0.01, 1)), st.sampled_from(MEANS))
    def test_many_weight_vectors_at_once(self, panel: FloatArray, weights: FloatArray, rule: str) -> None:
        block = aggregate(panel, weights, rule)
        assert block.shape == (3, 6)
        for scores, vector in zip(block, weights, strict=True):
            np.testing.assert_array_equal(scores, aggregate(panel, vector, rule))
        np.testing.assert_array_equal(aggregate(np.stack([panel] * 3), weights, rule), block)

    @given(panels, vectors, st.sampled_from(MEANS))
    def test_the_scale_of_the_weights_does_not_matter(
        self, panel: FloatArray, weights: FloatArray, rule: str
    ) -> None:
        scores = aggregate(panel, 8 * weights, rule)
        np.testing.assert_allclose(scores, aggregate(panel, weights, rule), rtol=1e-9)


class TestMissing:
    panel = np.array([[1.0, 2, 3], [np.nan, 2, 3], [np.nan, np.nan, 3], [np.nan, np.nan, np.nan]])

    @pytest.mark.parametrize("rule", MEANS)
    @pytest.mark.parametrize(("share", "missing"), [(0.0, 1), (0.5, 2), (0.7, 3)])
    def test_minimum_share(self, rule: str, share: float, missing: int) -> None:
        scores = aggregate(self.panel, np.ones(3), rule, minimum_share=share)
        np.testing.assert_array_equal(np.isnan(scores), np.arange(4) >= 4 - missing)

    @pytest.mark.parametrize("children", range(1, 31))
    def test_just_enough_children_are_enough(self, children: int) -> None:
        """A share k / n, or one that a decimal names (0.1 * 3), is reached by k of n children."""
        for known in range(1, children + 1):
            row = np.where(np.arange(children) < known, 2.0, np.nan)[None]
            weights = np.ones(children)
            for share in (known / children, known * (1 / children), 1 - (children - known) / children):
                assert aggregate(row, weights, "arithmetic", minimum_share=share).tolist() == [2.0]
            beyond = (known + 0.001) / children
            assert np.isnan(aggregate(row, weights, "arithmetic", minimum_share=beyond)).all()

    @pytest.mark.parametrize("rule", MEANS)
    def test_missing_where_only_weightless_children_are_there(self, rule: str) -> None:
        scores = aggregate(self.panel, np.array([1.0, 1, 0]), rule)
        np.testing.assert_array_equal(np.isnan(scores), [False, False, True, True])


class TestBadInput:
    @pytest.mark.parametrize(
        ("rule", "settings", "bad"),
        [
            ("geometric", {}, [(0, 1), (1, 0)]),
            ("harmonic", {}, [(0, 1), (1, 0)]),
            ("power", {"power": -1}, [(0, 1), (1, 0)]),
            ("power", {"power": 2}, [(1, 0)]),
        ],
    )
    def test_unit_and_child_are_named(
        self, rule: str, settings: dict[str, Any], bad: list[tuple[int, int]]
    ) -> None:
        with pytest.raises(TierwiseError) as error:
            aggregate(np.array([[1, 0.0], [-1, 2]]), np.ones(2), rule, **settings)
        found = [(found.code, found.row, found.column) for found in error.value.problems]
        assert found == [("M020", row, column) for row, column in bad]
        assert rule in error.value.text("zh")

    def test_a_unit_that_fails_in_some_draws_fails_in_these_only(self) -> None:
        """Values that differ from draw to draw: scores of nodes below."""
        good = np.array([[1.0, 2.0], [2.0, 3.0]])
        bad = np.array([[1.0, 2.0], [-5.0, 3.0]])
        for rule, settings in (("geometric", {}), ("harmonic", {}), ("power", {}), ("mpi", {})):
            scores = aggregate(np.stack([good, bad]), np.ones((2, 2)), rule, **settings)
            np.testing.assert_array_equal(scores[0], aggregate(good, np.ones(2), rule))
            np.testing.assert_array_equal(np.isnan(scores[1]), [False, True])

    def test_one_weight_for_each_child(self) -> None:
        with pytest.raises(TierwiseError, match="M011 weights"):
            aggregate(np.ones((2, 2)), np.ones(3), "arithmetic")

    def test_unknown_rule(self) -> None:
        with pytest.raises(TierwiseError, match="geometric"):
            aggregate(np.ones((2, 2)), np.ones(2), "geometrik")


def test_which_rules_solve_a_program_for_each_unit() -> None:
    assert {name for name, rule in RULES.items() if rule.solved} == {"kemeny", "benefit-of-the-doubt"}


def test_every_rule_says_what_it_does() -> None:
    assert all(function.__doc__ for function in RULES.values())
