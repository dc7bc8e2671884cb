"""Audit of an index: whether its indicators hang together, and whether each weighs what it should.

Arrays are units x indicators (normalised, in their direction), NaN for a blank. Leaving indicators out and
flags stand in :mod:`tierwise.methods.audit_tree`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError, problem, refuse_other_length
from tierwise.methods.statistics import checked_table, correlations, is_constant, varying
from tierwise.methods.weights import checked
from tierwise.names import choose
from tierwise.tolerances import CANCELLED, SPECTRAL

KNOTS: Final = (1, 2, 3, 5, 8)  # inner knots of the curves that are tried
LEAST_UNITS: Final = 10  # for each knot
FEWEST_DISTINCT: Final = 5  # values of x; of fewer, means are taken


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha of a set of indicators."""

    raw: float
    standardised: float
    if_left_out: FloatArray  # (indicators,) raw alpha of the others; NaN with fewer than three indicators
    units: int  # those without blanks


@dataclass(frozen=True)
class Components:
    """Principal components of the correlation matrix, by falling eigenvalue."""

    eigenvalues: FloatArray  # (indicators,)
    explained: FloatArray  # (indicators,) share of the variance, sum 1
    loadings: FloatArray  # (indicators, components) correlation of indicator and component


@dataclass(frozen=True)
class Importance:
    """Nominal weight of each indicator beside what it is worth in the scores, arrays (indicators,).

    The columns that end in ``share`` sum to 1 and compare with ``nominal``.
    """

    nominal: FloatArray
    correlation: FloatArray  # Pearson, with the scores
    r2: FloatArray  # linear importance
    r2_share: FloatArray
    correlation_ratio: FloatArray  # share of the scores' variance that the indicator explains, any shape
    correlation_ratio_share: FloatArray
    covariance_share: FloatArray  # w_i (Σw)_i / w'Σw; exact for an arithmetic mean; may be negative


def correlation_matrix(values: ArrayLike, method: str = "pearson") -> FloatArray:
    """Return correlations (indicators, indicators) of ``values (units, indicators)``.

    ``pearson``, ``spearman`` or ``kendall`` (tau-b), each pair from the units where both stand. NaN where a
    pair has too few units or does not vary. Raises W100, S002.
    """
    panel = checked_table(values, "values", code="W100")
    chosen = choose(method, ("pearson", "spearman", "kendall"), "method")
    if chosen == "pearson":
        return correlations(panel)
    import pandas as pd

    ranked = pd.DataFrame(panel)
    coefficients = ranked.corr(method="spearman") if chosen == "spearman" else ranked.corr(method="kendall")
    return coefficients.to_numpy(dtype=np.float64)


def cronbach_alpha(values: ArrayLike) -> Alpha:
    """Return Cronbach's alpha of ``values (units, indicators)``, over units without blanks.

    α = k / (k - 1) (1 - Σ var(x_j) / var(Σ x_j)); standardised: k r̄ / (1 + (k - 1) r̄) with r̄ the mean
    correlation (Cronbach 1951; OECD/JRC Handbook 2008, section 4.2). 0.7 and above is usually wanted; minus
    infinity where the indicators cancel out.

    Raises W100 (fewer than two indicators, or two units without blanks), W101, W102.
    """
    panel = checked_table(values, "values", code="W100", least_columns=2)
    whole = varying(panel[~np.isnan(panel).any(axis=1)], "cronbach")
    count = whole.shape[1]
    mean = float(correlations(whole)[np.triu_indices(count, 1)].mean())
    left_out = (
        np.array([_alpha(np.delete(whole, column, axis=1)) for column in range(count)])
        if count > 2
        else np.full(count, np.nan)
    )
    shared = 1.0 + (count - 1.0) * mean
    standardised = count * mean / shared if shared > CANCELLED else float("-inf")
    return Alpha(_alpha(whole), standardised, left_out, len(whole))


def components(values: ArrayLike) -> Components:
    """Return principal components of the correlations of ``values (units, indicators)``.

    A first component that explains most, with loadings of one sign, says that one index sums the
    indicators up (OECD/JRC Handbook 2008, section 4.1). Loadings are signed so that each component's sum is
    not negative. Raises W100, W101, W102, W105.
    """
    matrix = _complete_correlations(varying(values, "pca"))
    spectrum, vectors = np.linalg.eigh(matrix)
    spectrum, vectors = np.maximum(spectrum[::-1], 0.0), vectors[:, ::-1]
    signs = np.where(vectors.sum(axis=0) < 0, -1.0, 1.0)
    return Components(spectrum, spectrum / spectrum.sum(), vectors * signs * np.sqrt(spectrum))


def importance(values: ArrayLike, scores: ArrayLike, weights: ArrayLike) -> Importance:
    """Return nominal against effective importance of ``values (units, indicators)`` in ``scores (units,)``.

    ``weights (indicators,)`` are the nominal, global ones. r² is the linear importance; the correlation
    ratio Var(E[y | x]) / Var(y) allows for curves, see :func:`correlation_ratio` (Paruolo, Saisana & Saltelli
    2013; Becker et al. 2017). Covariance shares follow from Var(y) = w'Σw.

    Raises W100, W101, W102, W105, M011, W111 to W113; T103 for a missing score.
    """
    panel = varying(values, "importance")
    nominal = checked(weights, panel.shape[1])
    index = np.asarray(scores, dtype=np.float64).ravel()
    refuse_other_length(index.size, len(panel), "unit", "scores")
    if not np.isfinite(index).all():
        raise TierwiseError(
            *(problem("T103", argument="scores", row=int(row)) for row in np.flatnonzero(~np.isfinite(index)))
        )
    if np.ptp(index) == 0:
        raise TierwiseError(problem("W117", argument="scores"))
    correlation = _complete_correlations(np.column_stack([panel, index]))[-1, :-1]
    r2 = correlation**2
    ratio = np.array([correlation_ratio(column, index) for column in panel.T])
    scale = np.nanstd(panel, axis=0, ddof=1)
    covariance = _complete_correlations(panel) * np.outer(scale, scale)
    shares = nominal * (covariance @ nominal)
    return Importance(
        nominal=nominal,
        correlation=correlation,
        r2=r2,
        r2_share=_shares(r2),
        correlation_ratio=ratio,
        correlation_ratio_share=_shares(ratio),
        covariance_share=_shares(shares),
    )


def _shares(parts: FloatArray) -> FloatArray:
    """Return parts of their sum, NaN where that is 0 and nothing is to be shared."""
    total = parts.sum()
    return parts / total if total != 0 else np.full(parts.shape, np.nan)


def correlation_ratio(x: ArrayLike, y: ArrayLike) -> float:
    """Return Var(E[y | x]) / Var(y), 0 to 1, over the units where both stand (Pearson 1905).

    E[y | x] is a least-squares fit on x and a natural cubic spline of the ranks of x (means of equal x where
    there are fewer than five distinct values), with the number of knots of the least BIC, corrected for few
    units (McQuarrie 1999), none among them. So the ratio is never below r², nor above 1, and is r² where no
    curve is better than a line: values that lie close together are as far apart as others by rank.
    """
    first, second = np.asarray(x, dtype=np.float64).ravel(), np.asarray(y, dtype=np.float64).ravel()
    both = ~np.isnan(first) & ~np.isnan(second)
    first, second = first[both], second[both]
    if second.size < 3 or is_constant(first) or is_constant(second):
        return 0.0
    centred = second - second.mean()
    total = float(centred @ centred)
    line = _standardised(first)
    best, least = 0.0, np.inf
    for basis in _curves(first, line):
        directions, sizes, _ = np.linalg.svd(basis / np.linalg.norm(basis, axis=0), full_matrices=False)
        directions = directions[:, sizes > SPECTRAL * sizes[0]]  # x may itself be spaced evenly
        rest = max(total - float(((directions.T @ centred) ** 2).sum()), 0.0)
        units, terms = second.size, directions.shape[1]
        penalty = terms * np.log(units) * units / max(units - terms - 2, 1)
        criterion = units * np.log(max(rest / total, CANCELLED)) + penalty
        if criterion < least:
            best, least = 1.0 - rest / total, criterion
    return float(np.clip(best, 0.0, 1.0))


def _curves(x: FloatArray, line: FloatArray) -> Iterator[FloatArray]:
    """Yield bases of curves in x, each with a constant and x itself: the line, steps or splines of ranks."""
    straight = np.column_stack([np.ones(x.size), line])
    yield straight
    distinct, belongs = np.unique(x, return_inverse=True)
    if len(distinct) < FEWEST_DISTINCT:
        yield np.eye(len(distinct))[belongs]
        return
    ranks = (_average_ranks(x) - 0.5) / x.size
    for knots in KNOTS:
        if x.size >= LEAST_UNITS * knots:
            yield np.column_stack([straight, _natural_spline(ranks, knots)])


def _natural_spline(places: FloatArray, knots: int) -> FloatArray:
    """Return the basis, without its constant, of natural cubic splines with knots at even places in 0 to 1.

    Hastie, Tibshirani & Friedman 2009, section 5.2.1.
    """
    at = np.linspace(0.0, 1.0, knots + 2)

    def part(knot: float) -> FloatArray:
        above = np.maximum(places - knot, 0.0) ** 3 - np.maximum(places - at[-1], 0.0) ** 3
        return np.asarray(above / (at[-1] - knot), dtype=np.float64)

    last = part(float(at[-2]))
    return np.column_stack([places - 0.5, *(part(float(knot)) - last for knot in at[:-2])])


def _average_ranks(x: FloatArray) -> FloatArray:
    """Return ranks from 1, equal values sharing the mean of theirs."""
    _, belongs, counts = np.unique(x, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[belongs], dtype=np.float64)


def _standardised(x: FloatArray) -> FloatArray:
    return np.asarray((x - x.mean()) / x.std(), dtype=np.float64)


def _alpha(whole: FloatArray) -> float:
    count = whole.shape[1]
    total = float(whole.sum(axis=1).var(ddof=1))
    parts = float(whole.var(axis=0, ddof=1).sum())
    return count / (count - 1.0) * (1.0 - parts / total) if total > 0 else float("-inf")


def _complete_correlations(panel: FloatArray) -> FloatArray:
    matrix = correlations(panel)
    missing = np.argwhere(np.isnan(np.triu(matrix, 1)))
    if missing.size:
        raise TierwiseError(
            *(problem("W105", argument="values", column=int(a), other=int(b) + 1) for a, b in missing)
        )
    return matrix
