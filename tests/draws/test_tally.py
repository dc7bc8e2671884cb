"""Every answer of a tally against counting in plain Python, over a few draws with many ties."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from tierwise.arrays import FloatArray
from tierwise.draws.counts import Counts
from tierwise.draws.simulate import simulate
from tierwise.draws.source import Block
from tierwise.draws.tally import Tally
from tierwise.draws.tier_rules import TierRule
from tierwise.errors import TierwiseError

DRAWS, UNITS = 40, 7


@dataclass(frozen=True)
class Given:
    """Draws of given scores and of the local weights of two nodes."""

    rows: FloatArray
    local: FloatArray
    nodes: int = 2

    @property
    def units(self) -> int:
        return int(self.rows.shape[1])

    def block(self, rng: np.random.Generator, size: int) -> Block:
        return Block(self.rows[:size].copy(), self.local[:size], np.isnan(self.rows[:size]).any(axis=1))


RNG = np.random.default_rng(11)
ROWS = RNG.integers(0, 9, (DRAWS, UNITS)) / 4 + np.array([0.0, 2.0, 1.0, 0.25, 1.5, 0.5, 1.25])
LOCAL = RNG.random((DRAWS, 2))
NOMINAL = np.array([0.5, 3.0, 2.0, 1.0, 2.5, 1.5, 2.25])
EVERYTHING = ("pairwise", "central")


def made(rows: FloatArray = ROWS, **settings) -> Tally:
    asked = {"nominal": NOMINAL, "tier_rule": TierRule(3), "top": 5, "quantities": EVERYTHING, **settings}
    return simulate(Given(rows, LOCAL), draws=len(rows), **asked)


def plain_ranks(ties: str) -> list[list[Fraction]]:
    """Ranks as defined: better ones, and half of the others that are equal under ``average``."""
    out = []
    for row in ROWS.tolist():
        better = [sum(other > one for other in row) for one in row]
        equal = [sum(other == one for other in row) - 1 for one in row]
        share = {"min": Fraction(0), "max": Fraction(1), "average": Fraction(1, 2)}[ties]
        out.append([1 + b + share * e for b, e in zip(better, equal, strict=True)])
    return out


def lowest_that_reaches(values: list, share: float):
    """The lowest value that at least this share of the values do not exceed."""
    in_order = sorted(values)
    return next(one for one in in_order if sum(v <= one for v in values) >= share * len(values) - 1e-9)


@pytest.mark.parametrize("ties", ["min", "max", "average"])
def test_ranks(ties: str) -> None:
    tally = made(ties=ties)
    ranks = plain_ranks(ties)
    of_units = [list(column) for column in zip(*ranks, strict=True)]
    steps = 2 if ties == "average" else 1
    places = [1 + Fraction(place, steps) for place in range(steps * (UNITS - 1) + 1)]
    assert tally.rank_values.tolist() == [float(place) for place in places]
    for unit, seen in enumerate(of_units):
        counted = [sum(one == place for one in seen) for place in places]
        assert tally.rank_counts[unit].tolist() == counted
        assert tally.rank_acceptability()[unit] == pytest.approx([count / DRAWS for count in counted])
        mean = sum(seen) / DRAWS
        assert tally.rank_mean()[unit] == pytest.approx(float(mean))
        assert (tally.rank_min()[unit], tally.rank_max()[unit]) == (min(seen), max(seen))
        for share in (0.0, 0.05, 0.3, 0.5, 0.95, 1.0):
            assert tally.rank_quantile(share)[unit] == lowest_that_reaches(seen, share)
            error = math.sqrt(share * (1 - share) / DRAWS)
            low = lowest_that_reaches(seen, max(share - error, 1 / DRAWS))
            high = lowest_that_reaches(seen, min(share + error, 1.0))
            assert tally.rank_quantile_error(share)[unit] == (high - low) / 2
        assert tally.rank_median()[unit] == lowest_that_reaches(seen, 0.5)
        for between, interval in ((0.9, tally.rank_interval()), (0.5, tally.rank_interval(0.5))):
            ends = [
                lowest_that_reaches(seen, (1 - between) / 2),
                lowest_that_reaches(seen, (1 + between) / 2),
            ]
            assert [ends_of_all[unit] for ends_of_all in interval] == ends
        for top in range(1, UNITS + 1):
            assert tally.p_top(top)[unit] == sum(one <= top for one in seen) / DRAWS
        assert tally.p_top()[unit] == sum(one <= 5 for one in seen) / DRAWS
    nominal = [1 + sum(other > one for other in NOMINAL) for one in NOMINAL]
    shifts = [sum(abs(r - n) for r, n in zip(row, nominal, strict=True)) / UNITS for row in ranks]
    mean = sum(shifts) / DRAWS
    assert tally.rank_shift_mean() == pytest.approx(float(mean))
    for some in ([0, 3], [4], [*range(UNITS)]):
        own = sum(abs(row[unit] - nominal[unit]) for row in ranks for unit in some)
        assert tally.rank_shift_of(np.array(some)) == pytest.approx(float(own / len(some) / DRAWS))


def test_bands_of_ranks_of_some_units() -> None:
    ranks = plain_ranks("min")
    found = made().band_acceptability([0, 2, 3, UNITS], np.array([4, 0]))
    for row, unit in zip(found.tolist(), (4, 0), strict=True):
        seen = [ranked[unit] for ranked in ranks]
        assert row == [
            sum(low < one <= high for one in seen) / DRAWS for low, high in ((0, 2), (2, 3), (3, 7))
        ]


def test_tiers_that_are_given_by_limits() -> None:
    """Outside are ranks beyond ``top``, in the first tier scores of 2.5 and more, in the second of 1.5."""
    tally = made(tier_rule=TierRule(3, method="fixed", cuts=(2.5, 1.5)))
    ranks = plain_ranks("min")

    def tiers(row: list[float], ranked: list[Fraction]) -> list[int]:
        return [
            0 if rank > 5 else 1 if score >= 2.5 else 2 if score >= 1.5 else 3
            for score, rank in zip(row, ranked, strict=True)
        ]

    drawn = [tiers(row, ranked) for row, ranked in zip(ROWS.tolist(), ranks, strict=True)]
    nominal = [0, 1, 2, 0, 1, 2, 2]
    for unit in range(UNITS):
        seen = [row[unit] for row in drawn]
        assert tally.tier_probabilities[unit].tolist() == [seen.count(tier) / DRAWS for tier in range(4)]
        assert tally.p_tier_same()[unit] == seen.count(nominal[unit]) / DRAWS
    order = sorted(range(UNITS), key=lambda unit: -NOMINAL[unit])
    parted = [sum(row[a] != row[b] for row in drawn) / DRAWS for a, b in pairwise(order)]
    assert tally.p_split().tolist() == parted
    nominal_above = [2, 5]
    for cut in (0, 1):
        above = [sum(0 < tier <= cut + 1 for tier in row) for row in drawn]
        listed = [sum(tier > 0 for tier in row) for row in drawn]
        found = [a for a, n in zip(above, listed, strict=True) if a < n]
        counted = [found.count(units) / DRAWS for units in range(UNITS)] + [1 - len(found) / DRAWS]
        assert tally.cut_rank_probabilities[cut].tolist() == pytest.approx(counted)
        assert tally.p_cut_same()[cut] == pytest.approx(counted[nominal_above[cut]])
        for share in (0.1, 0.5, 0.9):
            expected = lowest_that_reaches(found, share) if found else math.nan
            assert tally.cut_rank_quantile(share)[cut] == pytest.approx(expected, nan_ok=True)
    assert tally.cut_score_quantile(0.5) == pytest.approx([2.5, 1.5], rel=2**-16)


def test_a_cut_that_is_never_found_has_no_quantiles() -> None:
    tally = made(np.full((3, UNITS), 1.0), tier_rule=TierRule(2))
    assert np.isnan(tally.cut_rank_quantile(0.5)).all()
    assert np.isnan(tally.cut_score_quantile(0.5)).all()


def test_pairs_and_weights_of_the_first() -> None:
    tally = made()
    rows, ranks = ROWS.tolist(), plain_ranks("min")
    for i in range(UNITS):
        for j in range(UNITS):
            assert tally.pairwise()[i, j] == sum(row[i] > row[j] for row in rows) / DRAWS
        first = [draw for draw in range(DRAWS) if ranks[draw][i] == 1]
        assert tally.p_first()[i] == len(first) / DRAWS
        expected = [
            sum(LOCAL[draw, node] for draw in first) / len(first) if first else math.nan for node in (0, 1)
        ]
        assert tally.central_weights()[i].tolist() == pytest.approx(expected, abs=1e-8, nan_ok=True)
    assert not tally.p_first().all()


def test_errors_of_probabilities() -> None:
    """√(p (1 - p) / n) with half a draw more on either side, so that none is 0."""
    found = made().probability_error(np.array([0.0, 0.25, 1.0]))
    seen = [(0.5, 40.5), (10.5, 30.5), (40.5, 0.5)]
    assert found.tolist() == pytest.approx([math.sqrt(a * b / 41**2 / 40) for a, b in seen])


@pytest.mark.parametrize(
    ("quantity", "ask"), [("pairwise", ["pairwise"]), ("central", ["p_first", "central_weights"])]
)
def test_what_was_not_counted_is_named(quantity: str, ask: list[str]) -> None:
    tally = made(quantities=tuple(one for one in EVERYTHING if one != quantity), tier_rule=None)
    for name in ask:
        with pytest.raises(TierwiseError) as caught:
            found = getattr(tally, name)
            found()
        assert [(one.code, one.fields["quantity"]) for one in caught.value.problems] == [("U006", quantity)]
    for name in ("tier_probabilities", "cut_rank_probabilities"):
        with pytest.raises(TierwiseError, match="U006"):
            getattr(tally, name)
    for question in (tally.p_split, tally.p_tier_same, lambda: tally.cut_rank_quantile(0.5)):
        with pytest.raises(TierwiseError, match="U006"):
            question()
    with pytest.raises(TierwiseError, match="U006"):
        tally.cut_score_quantile(0.5)


def test_draws_that_failed_and_draws_that_are_yet_to_come() -> None:
    rows = ROWS.copy()
    rows[[3, 8], 1] = np.nan
    tally = made(rows)
    assert (tally.draws, tally.failed, tally.complete) == (38, 2, True)
    assert repr(tally) == "Tally(38 draws of 7 units, 2 failed)"
    assert repr(made()) == "Tally(40 draws of 7 units)"
    assert not Tally(tally.counts, 41).complete
    for failed, code in ((0, "U012"), (5, "U005")):
        none = Counts(tally.setup)
        none.failed = failed
        with pytest.raises(TierwiseError) as caught:
            Tally(none, 5)
        assert [one.code for one in caught.value.problems] == [code]


def test_draws_that_all_are_the_nominal_list() -> None:
    """Nothing moves, and the last cut there can be is a cut: six of seven units above it."""
    nominal = np.array([9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 0.0])
    tally = made(np.tile(nominal, (4, 1)), nominal=nominal, tier_rule=TierRule(2), top=UNITS)
    assert tally.rank_shift_mean() == 0.0
    assert tally.cut_rank_quantile(0.5).tolist() == [6.0]
    assert tally.p_cut_same().tolist() == [1.0]
    assert tally.p_tier_same().tolist() == [1.0] * UNITS
