"""Weights from principal components or factors, as in the OECD/JRC Handbook 2008, section 6.1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import TierwiseError, problem
from tierwise.methods.statistics import all_correlations, varying
from tierwise.names import choose
from tierwise.tolerances import SINGULAR, SPECTRAL

LEAST_UNIQUENESS = 0.005


@dataclass(frozen=True)
class FactorWeights:
    """What the factors say of the indicators, and the weights that follow."""

    weights: FloatArray  # (indicators,), sum 1
    eigenvalues: FloatArray  # (indicators,) of the correlation matrix, falling
    loadings: FloatArray  # (indicators, factors), rotated
    explained: FloatArray  # (factors,) share of the kept factors' variance
    factor: IntArray  # (indicators,) the factor that each indicator loads on most, counted from 0


def pca(values: ArrayLike, *, factors: int | None = None) -> FloatArray:
    """Return the weights (indicators,) of :func:`factor_weights` from principal components."""
    return factor_weights(values, factors=factors).weights


def factor(values: ArrayLike, *, factors: int | None = None) -> FloatArray:
    """Return the weights (indicators,) of :func:`factor_weights` from maximum-likelihood factors."""
    return factor_weights(values, factors=factors, extraction="maximum-likelihood").weights


def first_component(values: ArrayLike) -> FloatArray:
    """Return loadings (indicators,) of the first principal component, made to sum to 1.

    The indicators most alike weigh most. Signs are turned so that most of the loading is positive; loadings
    below 0 remain and are refused as weights unless asked for. (The R package COINr's ``get_PCA`` leaves
    signs and sums as they come.)
    """
    matrix = _correlation(values, "pca")
    _, vectors = np.linalg.eigh(matrix)
    loading = vectors[:, -1] * (np.sign(vectors[:, -1].sum()) or 1.0)
    total = float(loading.sum())
    if total < SPECTRAL:
        raise TierwiseError(problem("W113", argument="values", total=total))
    first: FloatArray = loading / total
    return first


def factor_weights(
    values: ArrayLike, *, factors: int | None = None, extraction: str = "principal"
) -> FactorWeights:
    """Return weights of ``values (units, indicators)`` from rotated factors (Nicoletti et al. 2000).

    1. Factors of the correlation matrix, from principal components or by maximum likelihood (uniqueness at
       least 0.005). Kept are ``factors`` of them, or those that each explain over 10% of the variance, and
       more until 60% are explained.
    2. Varimax rotation of loadings with Kaiser's normalisation.
    3. Squared loadings scaled to sum 1 within each factor; each indicator goes to the factor that it loads
       on most, and its weight there is multiplied by the factor's share of the variance explained.
    4. The weights are scaled to sum 1.

    OECD/JRC Handbook 2008, section 6.1, Tables 16 to 18. Blanks: correlations from the units where both
    indicators stand.

    Raises W100 (fewer than two units), W101 (constant), W102 (fewer than two values), W105 (no common
    units), W108 (fewer units than indicators), W109 (singular correlations under maximum likelihood),
    W115 (number of factors outside 1..indicators, or more than maximum likelihood can tell apart), W118 (two
    indicators, in which maximum likelihood can tell none apart), W119 (no correlations under maximum
    likelihood).
    """
    chosen = choose(
        extraction, ("principal", "maximum-likelihood"), "extraction", {"ml": "maximum-likelihood"}
    )
    matrix = _correlation(values, "pca" if chosen == "principal" else "factor")
    size = len(matrix)
    if size == 1:
        one = np.ones(1)
        return FactorWeights(one, one, np.ones((1, 1)), one, np.zeros(1, dtype=np.int64))
    spectrum, vectors = np.linalg.eigh(matrix)
    spectrum, vectors = spectrum[::-1], vectors[:, ::-1]
    kept = _kept(spectrum) if factors is None else factors
    most = size if chosen == "principal" else _most_factors(size)
    if not most:
        raise TierwiseError(problem("W118", argument="values", indicators=size))
    if factors is None:
        kept = min(kept, most)
    if not 1 <= kept <= most:
        raise TierwiseError(problem("W115", argument="factors", value=kept, most=most))
    if chosen == "principal":
        raw = vectors[:, :kept] * np.sqrt(np.maximum(spectrum[:kept], 0.0))
    else:
        raw = _maximum_likelihood(matrix, kept)
    loadings = varimax(raw)
    squared = loadings**2
    variance = squared.sum(axis=0)
    explained = variance / variance.sum()
    belongs = squared.argmax(axis=1)
    rows = np.arange(size)
    weights = squared[rows, belongs] / variance[belongs] * explained[belongs]
    return FactorWeights(weights / weights.sum(), spectrum, loadings, explained, belongs)


def varimax(loadings: FloatArray, *, sweeps: int = 1000, tolerance: float = 1e-12) -> FloatArray:
    """Return ``loadings (indicators, factors)`` rotated by varimax (Kaiser 1958), rows of length 1 meanwhile.

    Columns are ordered by variance and signed so that their sum is not negative.
    """
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    rows = np.divide(loadings, length, out=np.zeros_like(loadings), where=length > 0)
    rotation = np.eye(loadings.shape[1])
    reached = 0.0
    for _ in range(sweeps):
        turned = rows @ rotation
        left, size, right = np.linalg.svd(
            rows.T @ (turned**3 - turned * (turned**2).mean(axis=0, keepdims=True))
        )
        rotation = left @ right
        if size.sum() <= reached * (1.0 + tolerance):
            break
        reached = float(size.sum())
    turned = rows @ rotation * length
    turned = turned * np.where(turned.sum(axis=0) < 0, -1.0, 1.0)
    order = np.argsort(-(turned**2).sum(axis=0), kind="stable")
    rotated: FloatArray = turned[:, order]
    return rotated


def _kept(spectrum: FloatArray) -> int:
    """Return how many factors explain over 10% each, or more of them until 60% are explained."""
    share = spectrum / spectrum.sum()
    return max(int((share > 0.10).sum()), int(np.searchsorted(np.cumsum(share), 0.60) + 1))


def _most_factors(size: int) -> int:
    """Return the most factors with degrees of freedom left: (p - q)² >= p + q."""
    return max((q for q in range(1, size) if (size - q) ** 2 >= size + q), default=0)


def _correlation(values: ArrayLike, method: str) -> FloatArray:
    panel = varying(values, method)
    units, indicators = panel.shape
    if units < indicators:
        fields = {"units": units, "indicators": indicators, "method": method}
        raise TierwiseError(problem("W108", argument="values", **fields))
    return all_correlations(panel)


def _maximum_likelihood(matrix: FloatArray, factors: int) -> FloatArray:
    """Return loadings (indicators, factors) by maximum likelihood (Jöreskog 1967), unrotated."""
    from scipy.optimize import Bounds, minimize

    size = len(matrix)
    if np.linalg.eigvalsh(matrix)[0] < SINGULAR:
        raise TierwiseError(problem("W109", argument="values"))
    if np.abs(matrix - np.eye(size)).max() < SPECTRAL:
        raise TierwiseError(problem("W119", argument="values"))

    def scaled(unique: FloatArray) -> tuple[FloatArray, FloatArray]:
        inverse = 1.0 / np.sqrt(unique)
        spectrum, vectors = np.linalg.eigh(matrix * np.outer(inverse, inverse))
        return spectrum[::-1], vectors[:, ::-1]

    def loaded(unique: FloatArray) -> FloatArray:
        spectrum, vectors = scaled(unique)
        strength = np.sqrt(np.maximum(spectrum[:factors] - 1.0, 0.0))
        loadings: FloatArray = np.sqrt(unique)[:, None] * vectors[:, :factors] * strength
        return loadings

    def discrepancy(unique: FloatArray) -> tuple[float, FloatArray]:
        rest = scaled(unique)[0][factors:]
        loadings = loaded(unique)
        gradient = ((loadings**2).sum(axis=1) + unique - 1.0) / unique**2
        return float((rest - np.log(rest)).sum()) + factors - size, gradient

    start = (1.0 - 0.5 * factors / size) / np.diag(np.linalg.inv(matrix))
    optimum = minimize(
        discrepancy,
        np.clip(start, LEAST_UNIQUENESS, 1.0),
        jac=True,
        bounds=Bounds(LEAST_UNIQUENESS, 1.0),
        method="L-BFGS-B",
    )
    return loaded(np.asarray(optimum.x, dtype=np.float64))
