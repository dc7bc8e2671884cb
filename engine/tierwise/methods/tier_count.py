"""How many tiers: the usual criteria for 1, 2, … tiers side by side, and what most of them choose."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import TierwiseError, problem
from tierwise.methods.merging import Merges, merge_neighbours
from tierwise.methods.statistics import silhouette
from tierwise.methods.tier_methods import TierMethod
from tierwise.methods.tiers import Ordered, cut, in_order

#: Critical standard score of Duda & Hart's test, the best of those tried by Milligan & Cooper (1985).
CRITICAL = 3.20


@dataclass(frozen=True)
class TierCriteria:
    """Criteria for each number of tiers, arrays (most,) for 1 to ``most``; NaN where one is not defined.

    ``choices`` holds the number that each criterion chooses; ``chosen`` is the one that most of them choose,
    the smallest of equals, of 2 or more.
    """

    counts: IntArray
    within: FloatArray  # sum of squares within tiers
    calinski_harabasz: FloatArray
    silhouette: FloatArray
    gap: FloatArray
    gap_error: FloatArray
    duda_hart: FloatArray  # of the tier that the next split would part
    duda_hart_critical: FloatArray
    pseudo_t2: FloatArray
    gain: FloatArray  # share of the sum of squares that this number removes beyond one tier fewer
    broken_stick: FloatArray  # the gain expected of a stick broken at random
    choices: dict[str, int] = field(default_factory=dict)
    chosen: int = 2

    @property
    def columns(self) -> dict[str, FloatArray]:
        """The criteria by name, as tables show them."""
        names = (
            *("within", "calinski_harabasz", "silhouette", "gap", "gap_error", "pseudo_t2"),
            *("duda_hart", "duda_hart_critical", "gain", "broken_stick"),
        )
        return {name: getattr(self, name) for name in names}


def tier_criteria(
    scores: ArrayLike,
    most: int | None = None,
    method: str = "ward",
    *,
    indicators: ArrayLike | None = None,
    contiguous: bool = True,
    references: int = 50,
    seed: int = 1,
) -> TierCriteria:
    """Return the criteria for 1 to ``most`` tiers of ``scores (units,)``.

    Calinski & Harabasz (1974): (B / (k - 1)) / (W / (n - k)), highest is best. Mean silhouette (Rousseeuw
    1987), highest. Gap (Tibshirani, Walther & Hastie 2001): E*[ln W] - ln W over ``references`` uniform
    samples, the smallest k with gap(k) >= gap(k + 1) - error(k + 1). Pseudo-t² (Duda & Hart 1973) of
    hierarchical methods is that of the split from k to k + 1 tiers; where it is largest the two tiers should
    not have merged, so k + 1 is chosen. Je(2)/Je(1) and its critical value (z = 3.20) stand beside it.
    Broken stick (Bennett 1996): the last k whose gains all exceed those of a stick broken at random.

    ``most`` is 10, or what the number of distinct scores allows. Other arguments as
    :func:`tierwise.methods.tiers.cut`, whose errors are raised; M010 for ``most`` below 2, T112 if two tiers
    cannot be told apart by fewer than three distinct scores.
    """
    asked = in_order(scores, method, indicators, contiguous)
    if asked.distinct < 3:
        raise TierwiseError(problem("T112", argument="scores", distinct=asked.distinct))
    top = min(most or 10, asked.distinct - 1)
    if top < 2:
        raise TierwiseError(problem("M010", argument="most", value=top, need="≥ 2"))
    free = indicators is not None and not contiguous
    labels = [
        cut(
            asked.scores,
            count,
            asked.method.name,
            indicators=None if indicators is None else asked.points[:, :-1],
            contiguous=contiguous,
            seed=seed,
        )
        for count in range(1, top + 1)
    ]
    within = np.array([_within(asked.points, one) for one in labels])
    undefined = np.full(top, np.nan)
    calinski, silhouettes = _separation(asked.points, labels, within)
    gap, error = undefined, undefined
    if references and not free and asked.method.seeks_groups:
        gap, error = _gap(asked, within, references, seed)
    split = Split(undefined, undefined, undefined)
    if asked.method.linkage and not free:
        split = _duda_hart(merge_neighbours(asked.points, asked.method.kernel, asked.tied), asked.points, top)
    criteria = TierCriteria(
        counts=np.arange(1, top + 1),
        within=within,
        calinski_harabasz=calinski,
        silhouette=silhouettes,
        gap=gap,
        gap_error=error,
        duda_hart=split.ratio,
        duda_hart_critical=split.critical,
        pseudo_t2=split.t2,
        gain=np.concatenate([[np.nan], -np.diff(within) / within[0]]),
        broken_stick=_broken_stick(asked.distinct - 1, top),
    )
    choices = _choices(criteria)
    votes = Counter(count for count in choices.values() if count >= 2)
    winner = min(votes, key=lambda count: (-votes[count], count)) if votes else 2
    return replace(criteria, choices=choices, chosen=winner)


def _broken_stick(pieces: int, top: int) -> FloatArray:
    """Return the gain expected of each number of tiers from 2 on, NaN for one tier."""
    stick = np.cumsum(1.0 / np.arange(pieces, 0, -1))[::-1] / pieces
    return np.concatenate([[np.nan], stick[: top - 1]])


def _choices(criteria: TierCriteria) -> dict[str, int]:
    """Return the number of tiers by each criterion that is defined here."""
    choices = {
        "calinski-harabasz": int(criteria.counts[np.nanargmax(criteria.calinski_harabasz)]),
        "silhouette": int(criteria.counts[np.nanargmax(criteria.silhouette)]),
    }
    if not np.isnan(criteria.gap).any():
        enough = criteria.gap[:-1] >= criteria.gap[1:] - criteria.gap_error[1:]
        choices["gap"] = int(criteria.counts[np.argmax(enough)] if enough.any() else criteria.counts[-1])
    tested = np.isfinite(criteria.pseudo_t2[:-1])
    if tested.any():
        choices["pseudo-t2"] = 2 + int(np.argmax(np.where(tested, criteria.pseudo_t2[:-1], -1.0)))
    beaten = criteria.gain[1:] > criteria.broken_stick[1:]
    choices["broken-stick"] = 1 + int(np.cumprod(beaten).sum())
    return choices


def _within(features: FloatArray, labels: IntArray) -> float:
    return float(
        sum(
            ((group - group.mean(axis=0)) ** 2).sum()
            for group in (features[labels == label] for label in np.unique(labels))
        )
    )


def _separation(
    features: FloatArray, labels: list[IntArray], within: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return Calinski & Harabasz's index and the mean silhouette, NaN for one tier."""
    units, counts = len(features), np.arange(1, len(labels) + 1)
    calinski, silhouettes = np.full(len(labels), np.nan), np.full(len(labels), np.nan)
    for place, count in enumerate(counts[1:], 1):
        between = within[0] - within[place]
        calinski[place] = (
            np.inf if within[place] == 0 else (between / (count - 1)) / (within[place] / (units - count))
        )
        silhouettes[place] = silhouette(features, labels[place])
    return calinski, silhouettes


def _gap(asked: Ordered, within: FloatArray, references: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Return the gap for each number of tiers, and its standard error with that of the simulation."""
    random = np.random.default_rng(np.random.SeedSequence(seed))
    low, high = asked.points.min(axis=0), asked.points.max(axis=0)
    logs = np.empty((references, len(within)))
    for sample in range(references):
        points = random.uniform(low, high, asked.points.shape)
        points = points[np.argsort(-points[:, -1], kind="stable")]
        logs[sample] = np.log(_least_within(points, asked.method, len(within)))
    with np.errstate(divide="ignore"):
        gap = logs.mean(axis=0) - np.log(within)
    return gap, logs.std(axis=0) * np.sqrt(1.0 + 1.0 / references)


def _least_within(points: FloatArray, method: TierMethod, most: int) -> FloatArray:
    """Return the sum of squares within 1 to ``most`` tiers of points in rank order."""
    if points.shape[1] == 1:
        return _within_cuts(points[:, 0], method, most)
    if method.within is not None:
        return method.within(points, most)
    assert method.runs is not None
    untied = np.zeros(len(points) - 1, dtype=np.bool_)
    return np.array([_within(points, method.runs(points, count, untied)) for count in range(1, most + 1)])


def _within_cuts(ordered: FloatArray, method: TierMethod, most: int) -> FloatArray:
    """Return the sum of squares within 1 to ``most`` tiers of scores, best first."""
    centred = ordered - ordered.mean()
    first = np.concatenate([[0.0], np.cumsum(centred)])
    second = np.concatenate([[0.0], np.cumsum(centred**2)])
    within = np.empty(most)
    for count in range(1, most + 1):
        ends = np.concatenate([[0], method.cuts(ordered, count), [len(ordered)]])
        sums, sizes = np.diff(first[ends]), np.maximum(np.diff(ends), 1)
        within[count - 1] = (np.diff(second[ends]) - sums**2 / sizes).sum()
    return within


class Split(NamedTuple):
    """The split from k to k + 1 tiers ``(most,)``, by Duda & Hart."""

    ratio: FloatArray  # Je(2)/Je(1)
    critical: FloatArray
    t2: FloatArray


def _duda_hart(merges: Merges, points: FloatArray, most: int) -> Split:
    """Return Je(2)/Je(1), its critical value and pseudo-t² of the split from k to k + 1 tiers."""
    units, dimensions = points.shape
    spread = np.concatenate([np.zeros(units), np.empty(units - 1)])
    before = np.concatenate([[0.0], merges.dispersion])
    ratio, critical, t2 = (np.full(most, np.nan) for _ in range(3))
    for merge, (left, right, _, size) in enumerate(merges.linkage):
        parts = spread[int(left)] + spread[int(right)]
        gain = before[merge + 1] - before[merge]
        spread[units + merge] = parts + gain
        count = units - merge - 1
        if count > most:
            continue
        at = count - 1
        ratio[at] = parts / (parts + gain) if parts + gain > 0 else 1.0
        critical[at] = (
            1.0
            - 2.0 / (np.pi * dimensions)
            - CRITICAL * np.sqrt(2.0 * (1.0 - 8.0 / (np.pi**2 * dimensions)) / (size * dimensions))
        )
        t2[at] = gain / (parts / (size - 2.0)) if size > 2 and parts > 0 else np.inf
    return Split(ratio, critical, t2)
