"""Why ranks changed between two indices: every factor by itself, all together, against plain formulas."""

from __future__ import annotations

from itertools import permutations
from math import factorial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.study.small_lists import CODES, check_sums, framework, indexed, some

import tierwise as tw
from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError
from tierwise.sentences.why import apportioned, moved
from tierwise.spec import Spec
from tierwise.study.index import Index
from tierwise.study.why import Why, why
from tierwise.tables.why import why_frame

figures = arrays(np.float64, (2, 4, 3), elements=st.integers(1, 6).map(float)).filter(
    lambda values: bool((np.ptp(values, axis=1) > 0).all())
)
vectors = st.tuples(*[st.integers(1, 3).map(float)] * 3)


@given(figures, vectors, vectors)
@settings(max_examples=25, deadline=None)
def test_min_max_sums_against_plain_formulas(
    values: FloatArray, first: tuple[float, ...], second: tuple[float, ...]
) -> None:
    """Own, others' figures, scale (min, max) and weights in all orders, by formulas written out here."""
    weights = [np.array(one) / sum(one) for one in (first, second)]
    low, high = values.min(axis=1), values.max(axis=1)

    def place(unit: int, own: int, others: int, scale: int, weighted: int) -> float:
        rows = values[others].copy()
        rows[unit] = values[own, unit]
        scores = (rows - low[scale]) / (high[scale] - low[scale]) @ weights[weighted]
        return 1.0 + float((scores > scores[unit] + 1e-11).sum())

    found = why(indexed(values[0], framework(first)), indexed(values[1], framework(second)))
    check_sums(found)
    names = ("own", "others", "scale", "weights")
    for at, code in enumerate(found.codes):
        unit = "abcd".index(code)
        shares = dict.fromkeys(names, 0.0)
        for order in permutations(names):
            state = dict.fromkeys(names, 0)
            for name in order:
                before = place(unit, *state.values())
                state[name] = 1
                shares[name] += (before - place(unit, *state.values())) / factorial(4)
        given_shares = dict(zip(found.factors, found.shares.rank_shares[:, at], strict=True))
        for name in names:
            assert given_shares.get(name, 0.0) == pytest.approx(shares[name], abs=1e-9)


class TestOneFactorAlone:
    """What differs is the only factor, and carries the whole move."""

    def only(self, found: Why, factor: str) -> None:
        check_sums(found)
        assert np.abs(found.shares.rank_shares[found.factors.index(factor)]).max() > 0
        for name, share in zip(found.factors, found.shares.rank_shares, strict=True):
            assert name == factor or not share.any(), name

    def test_weights(self) -> None:
        values = some()
        self.only(why(indexed(values), indexed(values, framework((1, 2, 5)))), "weights")

    def test_the_normalisation_is_method(self) -> None:
        values = some()
        self.only(why(indexed(values), indexed(values, normalisation="rank")), "method")

    def test_a_direction_is_method(self) -> None:
        values = some()
        turned = framework(direction=[1, -1, 1])
        self.only(why(indexed(values), indexed(values, turned)), "method")

    def test_the_treatment_of_missing_values_is_method(self) -> None:
        values = some()
        values[3, 0] = np.nan
        found = why(indexed(values, missing="mean"), indexed(values, missing="reweight"))
        self.only(found, "method")

    def test_a_rule_that_compares_units_is_method(self) -> None:
        values = some()
        self.only(why(indexed(values), indexed(values, aggregation="topsis")), "method")

    def test_goalposts_are_scale(self) -> None:
        values = some()
        posts = [
            framework(low=[0.0, 0.0, 0.0], high=[10.0, 10.0, high], normalisation="goalposts")
            for high in (10.0, 90.0)
        ]
        self.only(why(indexed(values, posts[0]), indexed(values, posts[1])), "scale")

    def test_an_indicator_that_is_new_is_framework(self) -> None:
        values = some()
        before = indexed(values[:, :2], framework((3, 2)))
        self.only(why(before, indexed(values)), "framework")
        self.only(why(indexed(values), before), "framework")

    def test_a_unit_that_left_is_units(self) -> None:
        values = some()
        posts = framework(low=0.0, high=10.0, normalisation="goalposts")
        found = why(indexed(values, posts), indexed(values[1:], posts, "bcdefgh"))
        self.only(found, "units")
        assert found.left == ("a",)

    def test_one_units_figures_are_own(self) -> None:
        posts = framework(low=0.0, high=10.0, normalisation="goalposts")
        values, raised = some(), some()
        raised[4] = 9.0
        found = why(indexed(values, posts), indexed(raised, posts))
        check_sums(found)
        at = found.of("e")
        assert found.shares.rank_shares[0, at] == found.shares.ranks[0, at] - found.shares.ranks[1, at] > 0
        others = [unit for unit in range(8) if unit != at]
        assert not found.shares.rank_shares[0, others].any()

    def test_nothing(self) -> None:
        found = why(indexed(some()), indexed(some()))
        assert found.factors == ("own", "others")
        assert not found.shares.rank_shares.any()
        assert not found.shares.score_shares.any()


@pytest.mark.parametrize(
    "steps",
    [
        {"aggregation": "geometric", "normalise": {"to": [1, 100]}},
        {"aggregation": "topsis"},
        {"aggregation": "copeland"},
        {"aggregation": "median", "normalisation": "percentile"},
        {"normalisation": "z-score", "round": 2, "ties": "average"},
        {"outliers": "winsorise", "ties": "dense"},
    ],
)
def test_all_at_once_sums_under_every_kind_of_method(steps: dict[str, Any]) -> None:
    values, later = some(1), some(2) * 1.3
    later[:, 2] += 20
    found = why(
        indexed(values[1:], framework((3, 2, 1)), "bcdefgh"),
        indexed(later[:7], framework((1, 1, 1)), "abcdefg", **steps),
    )
    assert {"own", "others", "units", "weights", "method"} <= {*found.factors}
    check_sums(found)
    assert (found.entered, found.left) == (("a",), ("h",))


def test_a_state_that_does_not_exist_leaves_the_scale_out() -> None:
    """Values below the former minimum cannot be averaged geometrically on the former scale."""
    steps = {"aggregation": "geometric", "normalise": {"to": [1, 100]}}
    values, later = some(1), some(2) / 4
    found = why(indexed(values, **steps), indexed(later, **steps))
    assert found.factors == ("own", "others")
    check_sums(found)


def halves(values: FloatArray) -> Index:
    """Return a geometric mean of two dimensions that are arithmetic means, on a scale from 0 to 1."""
    codes = ["A", "B", *"wxyz"]
    tree = pd.DataFrame(
        {
            "code": codes,
            "parent": ["", "", "A", "A", "B", "B"],
            "weight": 1,
            "direction": [np.nan] * 2 + [1] * 4,
        }
    )
    frame = pd.DataFrame(values, columns=[*"wxyz"])
    frame.insert(0, "code", [*"abcdefgh"])
    spec = Spec.model_validate({"index": {"aggregation": ["geometric", "arithmetic"]}})
    return tw.index(tw.Panel.from_frame(frame), tw.Framework.from_frame(tree), spec)


def by_halves(before: FloatArray, after: FloatArray, unit: int) -> tuple[float, float]:
    """Return what own and others' figures add to a score where every mixed list is on its own scale."""

    def score(own: FloatArray, others: FloatArray) -> float:
        mixed = np.array(others)
        mixed[unit] = own[unit]
        on_scale = (mixed[unit] - mixed.min(axis=0)) / np.ptp(mixed, axis=0)
        return float(np.sqrt(on_scale[:2].mean() * on_scale[2:].mean()))

    one, own, others, last = (score(own, others) for others in (before, after) for own in (before, after))
    return (own - one + last - others) / 2, (others - one + last - own) / 2


def test_dimensions_below_the_other_years_scale_are_divided_on_scales_of_their_own() -> None:
    before = np.random.default_rng(3).uniform(4, 6, (8, 4))
    before[range(4), range(4)] = 1.0  # each the lowest of one indicator, none of a whole dimension
    after = before + np.random.default_rng(4).uniform(0, 1, (8, 4))
    after[0, 0] = -8.0  # the mean of w and x is below the former scale
    found = why(halves(before), halves(after))
    assert found.factors == ("own", "others")
    assert (found.undivided, found.notes) == ((), ())
    check_sums(found)
    for unit in range(8):
        np.testing.assert_allclose(
            found.shares.score_shares[:, unit], by_halves(before, after, unit), atol=1e-9
        )


def test_a_unit_without_a_score_in_a_mixed_list_is_left_out_and_named() -> None:
    """With its former figures of w and x among the present ones of the others ``c`` has nothing in A."""
    before = np.random.default_rng(3).uniform(4, 6, (8, 4))
    before[[4, 5], [2, 3]] = 1.0
    after = before + 0.1
    before[:3, :2] = [[1.0, 5.0], [5.0, 1.0], [3.0, 3.0]]
    after[:3, :2] = [[3.5, 5.0], [5.0, 3.5], [4.5, 4.5]]
    found = why(halves(before), halves(after))
    assert found.undivided == ("c",)
    assert found.codes == tuple("abdefgh")
    (told,) = found.notes
    assert (told.code, told.fields["units"], told.fields["all"]) == ("Q004", ["c"], 8)
    check_sums(found)
    frame = why_frame(found, "en")
    assert not frame.drop(columns="sentence").isna().any(axis=None)
    assert "c" not in frame["code"].tolist()


def geometric_places(
    sides: tuple[FloatArray, FloatArray], unit: int, own: int, others: int, units: int, nodes: int
) -> float:
    """Return the rank of a unit in a mixed list: geometric means on the list's own scale from 1 to 100.

    ``sides`` are figures ``(8, 3)``, NaN for a unit or an indicator that a list has not; what one side does
    not know is as the other knows it.
    """
    known = [np.where(np.isnan(one), other, one) for one, other in (sides, sides[::-1])]
    listed = np.flatnonzero(~np.isnan(sides[units]).all(axis=1))
    rows = known[others].copy()
    rows[unit] = known[own][unit]
    columns = np.flatnonzero(~np.isnan(sides[nodes]).all(axis=0))
    rows = rows[np.ix_(listed, columns)]
    low, high = np.nanmin(rows, axis=0), np.nanmax(rows, axis=0)
    scaled = 1 + 99 * (rows - low) / (high - low)
    weights = np.array([3.0, 2.0, 1.0])[columns] * ~np.isnan(scaled)
    logs = np.where(np.isnan(scaled), 0.0, np.log(np.where(np.isnan(scaled), 1.0, scaled)))
    scores = np.exp((weights * logs).sum(axis=1) / weights.sum(axis=1))
    return 1.0 + float((scores > scores[listed == unit] * (1 + 1e-11)).sum())


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
def test_geometric_lists_of_other_units_and_indicators_are_divided(seed: int, turned: bool) -> None:
    """A unit came, one left, an indicator is in one year only, and the scale fits one year only."""
    steps = {"aggregation": "geometric", "normalise": {"to": [1, 100]}}
    first, second = some(seed), some(seed + 5) / 4
    first[0], second[7], second[:, 2] = np.nan, np.nan, np.nan
    sides = [first, second]
    lists = [
        indexed(first[1:], framework((3, 2, 1)), "bcdefgh", **steps),
        indexed(second[:7, :2], framework((3, 2)), "abcdefg", **steps),
    ]
    if turned:
        sides, lists = sides[::-1], lists[::-1]
    found = why(*lists)
    check_sums(found)
    assert found.factors == ("own", "others", "units", "framework")
    for at, code in enumerate(found.codes):
        shares = dict.fromkeys(found.factors, 0.0)
        for order in permutations(found.factors):
            state = dict.fromkeys(found.factors, 0)
            for name in order:
                before = geometric_places((sides[0], sides[1]), "abcdefgh".index(code), *state.values())
                state[name] = 1
                after = geometric_places((sides[0], sides[1]), "abcdefgh".index(code), *state.values())
                shares[name] += (before - after) / factorial(4)
        np.testing.assert_allclose(found.shares.rank_shares[:, at], [*shares.values()], atol=1e-9)


def test_renamed_units_keep_their_moves() -> None:
    values = some()
    before, after = indexed(values), indexed(values[::-1].copy(), units="abcdefgX")
    assert "h" in why(before, after).left
    found = why(before, after, renamed={"h": "X"})
    assert found.left == ()
    assert "X" in found.codes


def test_lists_of_other_units_are_refused() -> None:
    with pytest.raises(TierwiseError, match="Q001"):
        why(indexed(some()), indexed(some(), units="pqrstuvw"))


def test_other_types_are_refused() -> None:
    with pytest.raises(TierwiseError, match="S024"):
        why(some(), indexed(some()))  # type: ignore[arg-type]  # what is tested


def test_a_method_that_gives_other_results_each_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = indexed(some(1)), indexed(some(2))
    object.__setattr__(after, "ranks", np.asarray(after.ranks)[::-1].copy())
    with pytest.raises(TierwiseError, match="Q002"):
        why(before, after)


def test_the_sentence_sums_to_the_move() -> None:
    parts = {"own": 3.6, "others": -1.7, "weights": 1.1}
    told = moved("慈溪市", (9.0, 6.0), parts, [("万人发明专利拥有量", 2.2), ("出口依存度", -0.9)])
    assert (
        told.zh
        == "慈溪市由第9名升至第6名：自身指标+3.6位（其中万人发明专利拥有量+2.2），他人变化−1.7，权重调整+1.1。"  # noqa: E501
    )
    assert told.en == (
        "慈溪市 rises from rank 9 to 6: own figures +3.6 places (万人发明专利拥有量 +2.2), "
        "others' figures −1.7, weights +1.1."
    )
    assert moved("a", (3.0, 3.0), {"own": 0.2, "others": -0.2}).en == (
        "a keeps rank 3: own figures +0.2 places, others' figures −0.2."
    )
    assert moved("a", (3.0, 4.0), {"own": 0.0, "others": -1.0}).zh == "a由第3名降至第4名：他人变化−1位。"
    told = moved("余姚市", (7.0, 8.0), {"own": 0.5, "others": -1.5})
    assert told.zh == "余姚市由第7名降至第8名：自身指标+0.5位，他人变化−1.5。"


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=7))
def test_told_places_sum_and_stay_near(parts: list[float]) -> None:
    total = round(sum(parts))
    shifted = [*parts, total - sum(parts)]
    told = apportioned(shifted, float(total))
    assert sum(told) == pytest.approx(total, abs=1e-9)
    assert all(abs(one - other) <= 0.1 + 1e-6 for one, other in zip(told, shifted, strict=True))


def test_the_frame_tells_every_factor() -> None:
    found = why(indexed(some(1)), indexed(some(2), framework((1, 2, 5))))
    frame = why_frame(found, "en", (2018, 2019))
    factors = [*found.factors]
    assert {"own", "others", "scale", "weights"} == {*factors}
    assert frame["rank_to"].tolist() == sorted(frame["rank_to"])
    np.testing.assert_allclose(frame[factors].sum(axis=1), frame["move"].astype(float), atol=1e-9)
    scores = [f"score_{name}" for name in factors if f"score_{name}" in frame]
    np.testing.assert_allclose(frame[scores].sum(axis=1), frame["score_to"] - frame["score_from"], atol=1e-9)
    by = found.by_indicator()
    assert by is not None
    np.testing.assert_allclose(by[[*CODES]].sum(axis=1), frame["own"], atol=1e-9)
