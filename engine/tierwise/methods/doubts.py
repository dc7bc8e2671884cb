"""What data want a second look: missing, repeated and implausible figures, on arrays.

Nothing here refuses a value. Each rule asks for evidence that chance or the tail of a distribution seldom
gives, since a list of false alarms is read once and never again; the constants below say how much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.kernels.tree import Tree
from tierwise.methods.sums import exact_total
from tierwise.tolerances import SAME, TYPED

MOST_CHANCE: Final = (
    0.05  # pairs of equal rows to be expected by chance; where it is more, equal rows say nothing
)
LEAST_UNITS: Final = 5  # a column of fewer values has no shape to be off from
SPREADS: Final = 4.0  # robust standard deviations of log10 from the median to a slip
TAIL: Final = 5  # values next to a slip, whose span says how thinly the tail is sown
MOST_SLIPS: Final = 0.05  # more values than that are no slips but a scale
ONE_DECIMAL: Final = 0.05  # its rounding
VALLEY: Final = 0.002  # chance of a valley as deep between two scales
SAME_RATIO: Final = 1e-3  # log: figures rounded in another unit of measure
SAME_TOTAL: Final = 1e-3  # shares that are rounded each by itself
LONGEST_RUN: Final = 200  # rows that a subtotal may stand above or below
EVIDENCE: Final = 6.0  # digits in which a unit agrees with the sum of the others, over all columns


class Slip(NamedTuple):
    """A value that is off its column by orders of magnitude."""

    row: int
    column: int
    ratio: float  # to the median of the column


class Far(NamedTuple):
    """How far off a slip lies, in log10, and in spans of the tail between it and the nearest value."""

    median: float
    neighbour: float
    tail: float


# Below the median a slip asks for more: figures that are spread from 0 on have some near 0 anyway. How often
# these find and miss, measured on a yearbook, stands in the manual (results, What wants a second look).
ABOVE: Final = Far(median=1.6, neighbour=1.1, tail=1.5)
BELOW: Final = Far(median=2.0, neighbour=1.3, tail=1.0)


class Multiple(NamedTuple):
    """Two columns that are one, but for a factor: ``second`` = ``factor`` x ``first``."""

    first: int
    second: int
    factor: float


class Complement(NamedTuple):
    """Two columns that make up a whole: ``first`` + ``second`` = ``total``."""

    first: int
    second: int
    total: float


class Mixture(NamedTuple):
    """A column on two scales."""

    column: int
    low: IntArray  # rows on the smaller scale
    factor: float  # ratio of the two medians


class Sum(NamedTuple):
    """A unit whose figures are the sums of others'."""

    row: int
    columns: IntArray  # where they are
    members: IntArray  # the rows that are summed


def effective_weights(tree: Tree, local: FloatArray, present: BoolArray) -> FloatArray:
    """Return each indicator's weight in each unit's index, ``(units, indicators)``, after reweighting.

    ``local (nodes,)`` sum to 1 within siblings; ``present (units, nodes)`` tells where a node has a value.
    The weights of the children that are there are scaled up to 1, so that a row sums to 1; a missing one has
    0.
    """
    there = present * local
    for group in tree.sibling_groups:
        total = np.empty((len(there), 1))
        exact_total((there[:, [child]] for child in group), total)
        there[:, group] = np.divide(
            there[:, group], total, out=np.zeros((len(there), group.size)), where=total > 0
        )
    return tree.leaf_weights(there)


def repeated_rows(values: FloatArray) -> list[IntArray]:
    """Return the groups of rows of ``values (units, indicators)`` that are equal throughout, largest first.

    Rows that could well be equal by chance are left out: with the shares that their values have among the
    other rows, :data:`MOST_CHANCE` or more such pairs would be expected. A value of k significant digits that
    no other row has is taken to be shared by chance once in 10^(k-1). Rows with fewer than two values are.
    """
    if not len(values):
        return []
    filled = np.where(np.isnan(values), np.inf, values) + 0.0
    _, label, count = np.unique(filled, axis=0, return_inverse=True, return_counts=True)
    label = label.ravel()
    groups = [np.flatnonzero(label == one) for one in np.flatnonzero(count > 1)]
    unlikely = [rows for rows in groups if _chance(values, rows) < MOST_CHANCE]
    return sorted(unlikely, key=lambda rows: (-rows.size, int(rows[0])))


def _chance(values: FloatArray, rows: IntArray) -> float:
    """Return how many pairs of rows equal to these would be expected among as many units by chance."""
    units, pairs = len(values), len(values) ** 2 / 2
    known = np.flatnonzero(~np.isnan(values[rows[0]]))
    if known.size < 2:
        return float("inf")
    for column in known:
        value = float(values[rows[0], column])
        others = int((values[:, column] == value).sum()) - rows.size
        share = (others + 1) / units
        pairs *= min(share, 10.0 ** (1 - significant_digits(value))) if not others else share
    return pairs


def significant_digits(value: float) -> int:
    """Return the number of significant digits of a value, as it is printed: 1200 has 2, 0.525 has 3."""
    mantissa = f"{abs(value):.12e}".partition("e")[0].replace(".", "")
    return max(1, len(mantissa.rstrip("0")))


def multiples(values: FloatArray) -> list[Multiple]:
    """Return the pairs of columns that are equal, or a constant multiple of each other.

    Both are zero or blank together, and the ratio of the other values is the same to a thousandth and to a
    fiftieth of how far the values themselves spread (rounding in another unit of measure).
    """
    pairs: list[Multiple] = []
    twins: set[int] = set()
    known = ~np.isnan(values)
    logs = np.log(np.abs(np.where(values != 0, values, np.nan)))
    for first in range(values.shape[1]):
        offs = _spans(logs - logs[:, [first]])
        near = np.flatnonzero(offs <= SAME_RATIO)  # few: the rest is for them alone
        for second in near[near > first].tolist():
            both = known[:, first] & known[:, second]
            one, other = values[both, first], values[both, second]
            filled = one != 0
            if second in twins or filled.sum() < LEAST_UNITS or not np.array_equal(filled, other != 0):
                continue
            ratio = other[filled] / one[filled]
            spread = float(np.std(logs[both, first][filled]))
            same_sign = bool((ratio > 0).all() or (ratio < 0).all())
            if same_sign and len(np.unique(one)) >= LEAST_UNITS - 1 and offs[second] <= spread / 50:
                pairs.append(Multiple(first, second, float(np.median(ratio))))
                twins.add(second)
    return pairs


def _spans(values: FloatArray) -> FloatArray:
    """Return how far the values of each column lie apart, NaN where it has none."""
    return np.asarray(np.fmax.reduce(values, axis=0) - np.fmin.reduce(values, axis=0))


def complements(values: FloatArray) -> list[Complement]:
    """Return the pairs of columns whose sum is the same for every unit: a share and what it leaves.

    The sum varies by less than a thousandth of its size and a fiftieth of how far the columns spread.
    """
    pairs: list[Complement] = []
    known = ~np.isnan(values)
    for first in range(values.shape[1]):
        totals = values + values[:, [first]]
        near = np.flatnonzero(_spans(totals) <= SAME_TOTAL * np.fmax.reduce(np.abs(totals), axis=0))
        for second in near[near > first].tolist():
            both = known[:, first] & known[:, second]
            one, other = values[both, first], values[both, second]
            if len(one) < LEAST_UNITS or min(len(np.unique(one)), len(np.unique(other))) < LEAST_UNITS - 1:
                continue
            total = float(np.median(one + other))
            if np.ptp(one + other) <= min(SAME_TOTAL * abs(total), float(np.std(one)) / 50):
                pairs.append(Complement(first, second, total))
    return pairs


def slips(values: FloatArray) -> list[Slip]:
    """Return the values that are off their column by a factor of hundreds or thousands.

    On log10 of the sizes: as far from the median as :data:`ABOVE` or :data:`BELOW` it and :data:`SPREADS`
    robust standard deviations say, and beyond a gap in the tail. Where more than one in twenty lie there,
    none is told.
    """
    suspects = []
    for column, own in enumerate(values.T):
        rows = np.flatnonzero(~np.isnan(own) & (own != 0))
        if rows.size < LEAST_UNITS:
            continue
        sizes = np.log10(np.abs(own[rows]))
        offs = sizes - float(np.median(sizes))
        for sign, far in ((1.0, ABOVE), (-1.0, BELOW)):
            order = np.argsort(sign * offs, kind="stable")
            beyond = order[_beyond_a_gap(sign * offs[order], far) :]
            if beyond.size <= max(1, MOST_SLIPS * rows.size):
                suspects += [Slip(int(rows[at]), column, float(10 ** offs[at])) for at in beyond]
    return sorted(suspects, key=lambda slip: -abs(np.log(slip.ratio)))


def _beyond_a_gap(offs: FloatArray, far: Far) -> int:
    """Return how many of some sorted distances from their median come before the slips among them."""
    spread = 1.4826 * float(np.median(np.abs(offs)))
    first = int(np.searchsorted(offs, max(far.median, SPREADS * spread)))
    for at in range(max(first, 1), offs.size):
        tail = offs[at - 1] - offs[max(at - 1 - TAIL, 0)]
        if offs[at] - offs[at - 1] >= max(far.neighbour, far.tail * tail):
            return at
    return int(offs.size)


def mixtures(values: FloatArray) -> list[Mixture]:
    """Return the columns that hold two scales, such as shares of 1 (0.52) among percentages (52).

    The values part at their widest gap in log10, which is twice any other gap. Shares among percentages:
    none above 100, those below the gap at most 1, the others above 1, medians 40 to 250 times apart, the gap
    fivefold and, where either part has fewer than three units, wider than both. Any two scales: three units
    or more in each part, the gap thirtyfold and wider than either. Where there is no such gap, since
    percentages are spread from near 0 to 100 or are growth that may be below 0, shares show by a valley: see
    :func:`_in_a_valley`. Values to 1 with no more decimals than those above, one at most, are percentages.
    """
    mixed = []
    for column, own in enumerate(values.T):
        rows = np.flatnonzero(~np.isnan(own) & (own != 0))
        if rows.size < LEAST_UNITS:
            continue
        sizes = np.abs(own[rows])
        rows = rows[np.argsort(sizes, kind="stable")]
        sizes = np.abs(own[rows])
        gap = 0 if (own[rows] < 0).any() else _at_a_gap(sizes)  # near 0 lie a few sizes of any column
        if (at := gap or _in_a_valley(sizes)) and not _small_percentages(sizes[:at], sizes[at:]):
            factor = float(np.median(sizes[at:]) / np.median(sizes[:at]))
            mixed.append(Mixture(column, rows[:at], factor))
    return mixed


def _small_percentages(low: FloatArray, high: FloatArray) -> bool:
    """Tell whether values to 1 are as those above: one decimal or none, where shares of 1 would have more."""
    return bool(low[-1] <= 1 and _rounding(low) >= _rounding(high) >= ONE_DECIMAL)


def _at_a_gap(own: FloatArray) -> int:
    """Return how many of some sorted values above 0 stand on the smaller of two scales, by a gap, or 0."""
    sizes = np.log10(own)
    gaps = np.diff(sizes)
    at = int(np.argmax(gaps)) + 1
    gap, others = float(gaps[at - 1]), np.delete(gaps, at - 1)
    if gap < 2 * others.max(initial=0.0):
        return 0
    shares = own[at - 1] <= 1 < own[at] and own[-1] <= 100
    several = min(at, own.size - at) >= 3
    wide = gap > max(np.ptp(sizes[:at]), np.ptp(sizes[at:]))
    percent = shares and gap >= 0.7 and _hundredfold(own, at) and (several or wide)
    return at if percent or (several and wide and gap >= 1.5) else 0


def _hundredfold(own: FloatArray, at: int) -> bool:
    factor = float(10 ** (np.median(np.log10(own[at:])) - np.median(np.log10(own[:at]))))
    return 40 <= factor <= 250


def _in_a_valley(own: FloatArray) -> int:
    """Return how many of some sorted sizes are shares among percentages, by their shape, or 0.

    Percentages have their peak on a scale of logarithms near 100, and shares of the same kind near 1, so
    that around 1 to 10 lies a valley, where a column on one scale rises to its one peak or falls from it.
    Told where none is above 100; the medians of the values to 1 and above lie 40 to 250 times apart; the
    former, times 100, are distributed as the latter (Kolmogorov and Smirnov's test at 0.01); and in some
    window so few values lie beside the fullest windows of its width on either side as chance gives to two
    equal ones once in :data:`VALLEY`.
    """
    at = int(np.searchsorted(own, 1.0, side="right"))
    if min(at, own.size - at) < 3 or own[-1] > 100 or not _hundredfold(own, at):
        return 0
    low, high = 100.0 * own[:at], own[at:]
    both = np.sort(np.concatenate([low, high]))
    apart = [np.searchsorted(part, both, side="right") / part.size for part in (low, high)]
    if np.abs(apart[0] - apart[1]).max() > 1.63 * np.sqrt(1 / low.size + 1 / high.size):
        return 0
    return at if _valley(np.log10(own)) <= VALLEY else 0


def _valley(sizes: FloatArray) -> float:
    """Return the chance of the deepest valley around 0 of sorted sizes (log10, none above 2)."""
    steps = np.searchsorted(sizes, np.arange(-40, 21) / 10, side="right")
    least = 1.0
    for width in (3, 5, 7, 10):  # tenths of a decade
        counts = steps[width:] - steps[:-width]
        left, right = np.maximum.accumulate(counts), np.maximum.accumulate(counts[::-1])[::-1]
        for at in range(33, 44):  # windows that begin at 10^-0.7 to 10^0.3
            if at + width < counts.size:
                peak = int(min(left[at - width], right[at + width]))
                least = min(least, _chance_of_fewer(int(counts[at]), peak))
    return least


def _chance_of_fewer(few: int, many: int) -> float:
    """Return the probability of at most ``few`` heads among ``few + many`` tosses of a coin."""
    total = few + many
    ways = some = 1
    for heads in range(few):
        ways = ways * (total - heads) // (heads + 1)
        some += ways
    return some / (1 << total)


def sums(values: FloatArray, groups: Sequence[Sequence[str]] = ()) -> list[Sum]:
    """Return the units whose figures are the sums of their group's others, of all others, or of rows beside.

    A sum is met to the rounding of the column's decimals; the digits in which it is met, over all columns
    that are, make :data:`EVIDENCE` or more. Groups are texts (units,), blanks belonging to none.
    """
    by_row: dict[int, Sum] = {}
    everyone = [""] * len(values)
    tolerance = np.array([_rounding(column) for column in values.T])
    for labels in (*groups, everyone):
        for label in dict.fromkeys(labels):
            if not label and labels is not everyone:
                continue
            rows = np.array([row for row, own in enumerate(labels) if own == label and row not in by_row])
            if rows.size < 3:
                continue
            for one in _sums_among(values, rows, tolerance):
                by_row.setdefault(one.row, one)
    for one in _sums_beside(values, tolerance):
        by_row.setdefault(one.row, one)
    return sorted(by_row.values())


def _sums_among(values: FloatArray, rows: IntArray, tolerance: FloatArray) -> list[Sum]:
    known = np.where(np.isnan(values[rows]), 0.0, values[rows])
    slack = tolerance * (np.count_nonzero(known, axis=0) + 1) + TYPED * np.abs(known).sum(axis=0)
    off = np.abs(known - (known.sum(axis=0) - known))
    more = (known != 0).sum(axis=0) >= 3  # of two, one would only repeat the other
    met = (off <= slack) & (known != 0) & more
    digits = np.where(met, np.log10(np.maximum(np.abs(known), 1e-300) / np.maximum(2 * slack, 1e-300)), 0.0)
    enough = np.clip(digits, 0.0, 12.0).sum(axis=1) >= EVIDENCE
    return [Sum(int(rows[at]), np.flatnonzero(met[at]), np.delete(rows, at)) for at in np.flatnonzero(enough)]


def _sums_beside(values: FloatArray, tolerance: FloatArray) -> Iterator[Sum]:
    """Yield the units whose figures are the sums of the rows right below them, or right above.

    As every run is tried, so many more digits are asked for.
    """
    units = len(values)
    longest = min(LONGEST_RUN, units - 1)
    enough = EVIDENCE + np.log10(max(2 * units * longest, 1))
    for step in (1, -1):
        known = np.nan_to_num(values[::step])
        total = np.cumsum(known, axis=0)
        size, filled = np.cumsum(np.abs(known), axis=0), np.cumsum(known != 0, axis=0)
        for row in range(units - 2):
            run = slice(row + 2, row + 1 + longest)  # of two rows at least
            off = np.abs(total[run] - total[row] - known[row])
            slack = tolerance * (filled[run] - filled[row] + 1) + TYPED * (size[run] - size[row])
            met = (off <= slack) & (known[row] != 0) & (filled[run] - filled[row] >= 2)
            digits = np.log10(np.maximum(np.abs(known[row]), 1e-300) / np.maximum(2 * slack, 1e-300))
            found = np.where(met, np.clip(digits, 0.0, 12.0), 0.0).sum(axis=1)
            if len(found) and found.max() >= enough:
                best = int(found.argmax())
                members = np.arange(row + 1, row + 3 + best)
                own = (row, members) if step > 0 else (units - 1 - row, units - 1 - members[::-1])
                yield Sum(own[0], np.flatnonzero(met[best]), own[1])


def _rounding(column: FloatArray) -> float:
    """Return half a unit of the last decimal that a column's values have."""
    known = column[~np.isnan(column)]
    decimals = next(
        (d for d in range(10) if np.allclose(known, np.round(known, d), rtol=SAME, atol=SAME)), 10
    )
    return 0.5 * 10.0**-decimals
