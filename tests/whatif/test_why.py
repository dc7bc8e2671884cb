"""The change of scores and ranks divided among what differs, against plain orders and against properties."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tierwise.arrays import BoolArray, FloatArray
from tierwise.kernels.ranks import TIES
from tierwise.whatif.shares import Group, shapley, steps
from tierwise.whatif.why import Explained, Ruler, explained

UNITS, INDICATORS = 4, 3
GROUPS: Group = ((0, 1), 2)
# Few different values, so that scores are often equal.
figures = arrays(np.float64, (2, UNITS, INDICATORS), elements=st.integers(0, 4).map(float))
vectors = arrays(np.float64, INDICATORS, elements=st.integers(1, 3).map(float))
lists = arrays(np.bool_, (2, UNITS)).filter(lambda one: one.all(axis=0).any())


def orders(groups: Group) -> Iterator[list[int]]:
    """Yield all orders of parts in which the members of a group stand together."""
    for members in permutations(groups):
        done: list[list[int]] = [[]]
        for member in members:
            inside = [[member]] if isinstance(member, int) else [*orders(member)]
            done = [[*one, *other] for one in done for other in inside]
        yield from done


def plain_rank(scores: dict[int, float], unit: int, ties: str) -> Fraction:
    above = [other for other, score in scores.items() if score > scores[unit]]
    equal = [other for other, score in scores.items() if score == scores[unit] and other != unit]
    if ties == "dense":
        return Fraction(1 + len({scores[other] for other in above}))
    after = {
        "min": 0,
        "max": len(equal),
        "average": Fraction(len(equal), 2),
        "ordinal": sum(other < unit for other in equal),
    }[ties]
    return 1 + len(above) + Fraction(after)


class Plain:
    """A list of sums of weighted values, one unit and one order of changes at a time."""

    def __init__(
        self, values: FloatArray, weights: FloatArray, scales: FloatArray, members: BoolArray, ties: str
    ) -> None:
        self.values, self.weights, self.scales, self.members, self.ties = (
            values,
            weights,
            scales,
            members,
            ties,
        )

    def rank(self, unit: int, own: set[int], state: dict[str, int]) -> Fraction:
        scores = {}
        for other in np.flatnonzero(self.members[state["units"]]).tolist():
            row = self.values[state["others"], other].copy()
            if other == unit:
                row = np.array([self.values[int(k in own), unit, k] for k in range(INDICATORS)])
            scaled = row * self.scales[state["scale"]]
            scores[other] = float(scaled @ self.weights[state["weights"]])
        return plain_rank(scores, unit, self.ties)

    def shares(self, unit: int) -> tuple[dict[str, Fraction], list[Fraction]]:
        """Return places gained by factor, and by indicator, over all orders of both levels."""
        names = ("own", "others", "units", "scale", "weights")
        factors = dict.fromkeys(names, Fraction(0))
        parts, inner = [Fraction(0)] * INDICATORS, [*orders(GROUPS)]
        for order in permutations(names):
            state, own = dict.fromkeys(names, 0), set[int]()
            for name in order:
                before = self.rank(unit, own, state)
                if name == "own":
                    for one in inner:
                        own, last = set(), before
                        for part in one:
                            own.add(part)
                            now = self.rank(unit, own, state)
                            parts[part] += (last - now) / len(inner)
                            last = now
                else:
                    state[name] = 1
                factors[name] += before - self.rank(unit, own, state)
        return (
            {name: share / factorial(5) for name, share in factors.items()},
            [part / factorial(5) for part in parts],
        )


def rulers(
    values: FloatArray, weights: FloatArray, scales: FloatArray, ties: str, *, alone: bool, summed: bool
) -> list[Ruler]:
    return [
        Ruler(
            values * scale,
            lambda rows, vector=vector: rows @ vector,
            alone=alone,
            weights=vector if summed else None,
            ties=ties,
        )
        for scale in scales
        for vector in weights
    ]


@pytest.mark.parametrize("how", ["sums", "rows", "lists"])
@pytest.mark.parametrize("ties", TIES)
@given(figures, st.tuples(vectors, vectors), st.tuples(vectors, vectors), lists)
@settings(max_examples=4, deadline=None)
def test_shares_are_those_of_all_orders(
    how: str,
    ties: str,
    values: FloatArray,
    weights: tuple[FloatArray, FloatArray],
    scales: tuple[FloatArray, FloatArray],
    members: BoolArray,
) -> None:
    """Against every order of the factors and of the indicators in their groups, in exact fractions."""
    both = members.all(axis=0)
    values[1, ~members[1]] = values[0, ~members[1]]
    values[0, ~members[0]] = values[1, ~members[0]]
    made = rulers(
        values, np.array(weights), np.array(scales), ties, alone=how != "lists", summed=how == "sums"
    )
    found = explained(made, ("scale", "weights"), members, GROUPS)
    plain = Plain(values, np.array(weights), np.array(scales), members, ties)
    assert found.units.tolist() == np.flatnonzero(both).tolist()
    assert found.indicator_ranks is not None
    for at, unit in enumerate(found.units.tolist()):
        factors, parts = plain.shares(unit)
        if "units" not in found.factors:
            assert factors.pop("units") == 0
        np.testing.assert_allclose(
            found.rank_shares[:, at], [float(factors[name]) for name in found.factors], atol=1e-9
        )
        np.testing.assert_allclose(found.indicator_ranks[:, at], [float(part) for part in parts], atol=1e-9)


@given(
    arrays(np.float64, (2, 12, 5), elements=st.floats(0, 1)),
    arrays(np.float64, (2, 5), elements=st.floats(0.1, 1)),
    arrays(np.bool_, (2, 12)).filter(lambda one: one.all(axis=0).any()),
    st.sampled_from([None, 1]),
)
@settings(max_examples=40, deadline=None)
def test_shares_sum_to_the_change(
    values: FloatArray, weights: FloatArray, members: BoolArray, decimals: int | None
) -> None:
    made = [
        Ruler(values, lambda rows, vector=vector: rows @ vector, weights=vector, decimals=decimals)
        for vector in weights
    ]
    found = explained(made, ("weights",), members, ((0, 1, 2), (3, 4)))
    np.testing.assert_allclose(found.score_shares.sum(axis=0), found.scores[1] - found.scores[0], atol=1e-9)
    np.testing.assert_allclose(found.rank_shares.sum(axis=0), found.ranks[0] - found.ranks[1], atol=1e-9)
    assert found.indicator_ranks is not None
    assert found.indicator_scores is not None
    np.testing.assert_allclose(found.indicator_ranks.sum(axis=0), found.rank_shares[0], atol=1e-9)
    np.testing.assert_allclose(found.indicator_scores.sum(axis=0), found.score_shares[0], atol=1e-9)


def made_up(seed: int = 5, units: int = 30, indicators: int = 6) -> tuple[FloatArray, FloatArray]:
    random = np.random.default_rng(seed)
    return random.random((2, units, indicators)), random.dirichlet(np.ones(indicators), size=2)


def of(values: FloatArray, weights: FloatArray, members: BoolArray | None = None) -> Explained:
    every = np.ones(values.shape[:2], dtype=np.bool_) if members is None else members
    made = [Ruler(values, lambda rows, one=one: rows @ one, weights=one) for one in weights]
    return explained(made, ("weights",) if len(weights) > 1 else (), every)


class TestNothingForWhatDidNotChange:
    def test_figures(self) -> None:
        values, weights = made_up()
        values[1] = values[0]
        found = of(values, weights)
        assert np.abs(found.rank_shares[2]).max() > 0
        assert not found.rank_shares[:2].any()
        assert not found.score_shares[:2].any()

    def test_weights(self) -> None:
        values, weights = made_up()
        found = of(values, weights[[0, 0]])
        assert np.abs(found.rank_shares[0]).max() > 0
        assert np.abs(found.rank_shares[2]).max() < 1e-12

    def test_one_units_figures(self) -> None:
        values, weights = made_up()
        values[1, 7] = values[0, 7]
        found = of(values, weights[:1])
        assert not found.rank_shares[0, 7]
        assert found.rank_shares[1, 7] == found.ranks[0, 7] - found.ranks[1, 7]

    def test_an_indicator(self) -> None:
        values, weights = made_up()
        values[1, :, 2] = values[0, :, 2]
        found = of(values, weights)
        assert found.indicator_ranks is not None
        assert not found.indicator_ranks[2].any()

    def test_who_is_on_the_list(self) -> None:
        values, weights = made_up()
        assert "units" not in of(values, weights).factors


def test_the_score_of_a_sum_has_a_closed_form() -> None:
    """Own figures: mean weight times difference; weights: mean figure times difference, by indicator."""
    values, weights = made_up()
    found = of(values, weights)
    assert found.indicator_scores is not None
    gained = (values[1] - values[0]) * weights.mean(axis=0)
    np.testing.assert_allclose(found.indicator_scores.T, gained, atol=1e-12)
    np.testing.assert_allclose(
        found.score_shares[2], values.mean(axis=0) @ (weights[1] - weights[0]), atol=1e-12
    )
    np.testing.assert_allclose(found.score_shares[1], 0.0, atol=1e-12)


def test_a_unit_that_left_makes_room() -> None:
    values = np.array([[[3.0], [2.0], [1.0]]] * 2)
    members = np.array([[True, True, True], [False, True, True]])
    found = explained([Ruler(values, lambda rows: rows[:, 0])], (), members)
    assert found.factors == ("own", "others", "units")
    assert found.rank_shares.tolist() == [[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]]


def test_many_indicators_side_by_side_are_drawn_and_still_sum() -> None:
    values, weights = made_up(indicators=24)
    found = of(values, weights)
    assert not found.exact
    assert found.indicator_ranks is not None
    np.testing.assert_allclose(found.indicator_ranks.sum(axis=0), found.rank_shares[0], atol=1e-9)
    again = of(values, weights)
    assert again.indicator_ranks is not None
    assert (again.indicator_ranks == found.indicator_ranks).all()


def test_drawn_orders_come_near_all_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    values, weights = made_up()
    exact = of(values, weights).indicator_ranks
    monkeypatch.setattr("tierwise.whatif.shares.MOST_STEPS", 10)
    drawn = of(values, weights).indicator_ranks
    assert exact is not None
    assert drawn is not None
    assert 0 < np.abs(exact - drawn).max() < 0.5


def test_shapley_of_a_published_game() -> None:
    """Shapley 1953 of the glove game: one right glove is worth four sixths, each left one a sixth."""
    worth = np.zeros((2, 2, 2, 1))
    worth[1, 1, :] = worth[1, :, 1] = 1.0
    np.testing.assert_allclose(shapley(worth)[:, 0], [4 / 6, 1 / 6, 1 / 6])


def test_owen_value_of_a_published_game() -> None:
    """Owen 1977: with the two left gloves in one union, the right glove has a half, they a quarter each."""
    found = steps((0, (1, 2)), 3)
    worth = [float(bool(state[0] and (state[1] or state[2]))) for state in found.states]
    np.testing.assert_allclose(found.shares(np.array(worth)[:, None])[:, 0], [1 / 2, 1 / 4, 1 / 4])


def test_on_long_lists_the_first_units_are_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    values, weights = made_up()
    whole = of(values, weights)
    states = 2**6 * 4  # of six indicators, under others' figures and weights
    monkeypatch.setattr("tierwise.whatif.why.MOST_RANKED", 7 * states + 1)
    monkeypatch.setattr("tierwise.whatif.why.TOGETHER", 3 * 2**6)
    first = of(values, weights)
    assert whole.indicator_ranks is not None
    assert first.indicator_ranks is not None
    divided = ~np.isnan(first.indicator_ranks).any(axis=0)
    assert sorted(first.ranks[1, divided]) == [1, 2, 3, 4, 5, 6, 7]
    np.testing.assert_allclose(
        first.indicator_ranks[:, divided], whole.indicator_ranks[:, divided], atol=1e-12
    )
    np.testing.assert_array_equal(first.rank_shares, whole.rank_shares)
    monkeypatch.setattr("tierwise.whatif.why.MOST_RANKED", 1)
    assert of(values, weights).indicator_ranks is None


def test_a_score_among_nearly_nothing_is_the_first() -> None:
    """Nothing warns where a unit's score is beyond all steps of the others' grid."""
    values = np.full((2, 4, 2), 1e-310)
    values[0, 0] = 0.9
    made = [Ruler(values, lambda rows: rows.sum(axis=1), weights=np.ones(2), decimals=None) for _ in range(2)]
    found = explained(made, ("weights",), np.ones((2, 4), dtype=bool), ((0, 1),))
    np.testing.assert_allclose(found.rank_shares.sum(axis=0), found.ranks[0] - found.ranks[1])
    assert found.ranks[0, 0] == 1
