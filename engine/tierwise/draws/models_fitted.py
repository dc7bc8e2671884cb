"""Weight models fitted to an expert panel: Dirichlet and logistic-normal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.random import Generator

from tierwise.arrays import FloatArray, IntArray, frozen_floats
from tierwise.draws.models_base import by_draw, closed, drawn_again, ordered_product
from tierwise.draws.models_panel import PanelScores
from tierwise.errors import TierwiseError, problem

LOWEST_CONCENTRATION = 0.1


@dataclass(frozen=True, eq=False)
class Dirichlet:
    """Dirichlet weights in each sibling group, independent between groups.

    Around the panel's mean weights p with concentration α0 + 1 = Σ p(1 - p) / Σ s², where s² is the
    variance of the experts' weights (``of = "experts"``) or that of their mean, s²/m (``of = "mean"``).
    All correlations are negative, so camps cannot show.
    """

    nominal: FloatArray
    groups: tuple[IntArray, ...]
    alpha: FloatArray  # (nodes,)
    of: str
    name: ClassVar[str] = "dirichlet"

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights: Gammas divided by their sum."""
        local = np.repeat(self.nominal[:, None], size, axis=1)
        for group in self.groups:
            local[group] = drawn_again(partial(self._gammas, rng, group), size)
        return by_draw(local)

    def _gammas(self, rng: Generator, group: IntArray, size: int) -> FloatArray:
        return rng.standard_gamma(self.alpha[group, None], (len(group), size))


@dataclass(frozen=True, eq=False)
class LogisticNormal:
    """Normal log ratios of the weights (Aitchison 1986) with the mean and covariance of the panel.

    log w = centre + Σ_e z_e · deviation_e + noise · z', then each group is made to sum 1. Without
    shrinkage the first sum has exactly the panel's covariance; with it, it is scaled by sqrt(1 - δ) and
    the isotropic rest comes from ``noise``. Adding a constant to a group's logs changes nothing, so
    centred logs serve as well as any ILR basis.
    """

    nominal: FloatArray
    groups: tuple[IntArray, ...]
    centre: FloatArray  # (nodes,)
    deviation: FloatArray  # (experts, nodes)
    noise: float
    shrinkage: float
    of: str
    name: ClassVar[str] = "logistic-normal"

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights."""
        local = np.repeat(self.nominal[:, None], size, axis=1)
        logs = ordered_product(self.deviation.T, rng.standard_normal((len(self.deviation), size)))
        logs += self.centre[:, None]
        if self.noise > 0.0:
            logs += self.noise * rng.standard_normal(logs.shape)
        for group in self.groups:
            part = logs[group]
            local[group] = closed(np.exp(part - part.max(axis=0)))
        return by_draw(local)


def concentration(shares: FloatArray, authority: FloatArray, of: str) -> float:
    """Return α0 of the Dirichlet with the spread of ``(experts, siblings)`` weights (inf if they agree)."""
    mean = authority @ shares / authority.sum()
    spread = _variance(shares, authority).sum() / (_effective(authority) if of == "mean" else 1.0)
    return float(mean @ (1.0 - mean) / spread - 1.0) if spread > 0.0 else np.inf


def fit_dirichlet(nominal: FloatArray, panel: PanelScores, of: str) -> Dirichlet:
    """Return the Dirichlet model of a panel; groups on which all experts agree are held at the panel's mean.

    Raises :class:`TierwiseError` U113 when the experts lie further apart than any Dirichlet.
    """
    local = panel.mean_weights(nominal)
    alpha = np.zeros(len(nominal))
    groups, wrong = [], []
    for group in panel.groups:
        total = concentration(panel.shares[:, group], panel.authority, of)
        if total < LOWEST_CONCENTRATION:
            wrong.append(problem("U113", argument="scores", column=int(group[0])))
        elif np.isfinite(total):
            groups.append(group)
            alpha[group] = total * local[group]
    if wrong:
        raise TierwiseError(*wrong)
    return Dirichlet(frozen_floats(local), tuple(groups), frozen_floats(alpha), of)


def fit_logistic_normal(nominal: FloatArray, panel: PanelScores, of: str) -> LogisticNormal:
    """Return the logistic-normal model of a panel.

    Zeros are replaced by half the smallest weight above 0 in their group, the others scaled down
    (Martín-Fernández and others 2003); a node to which every expert gave 0 stays 0. With no more experts
    than log ratios the covariance is shrunk towards a multiple of the identity (Ledoit and Wolf 2004).
    """
    logs = np.zeros(panel.shares.shape)
    groups = tuple(group[(panel.shares[:, group] > 0.0).any(axis=0)] for group in panel.groups)
    groups = tuple(group for group in groups if len(group) > 1)
    for group in groups:
        part = np.log(_without_zeros(panel.shares[:, group]))
        logs[:, group] = part - part.mean(axis=1, keepdims=True)
    ratios = np.concatenate([logs[:, group] @ _ilr_basis(len(group)) for group in groups], axis=1)
    centre = panel.authority @ logs / panel.authority.sum()
    effective = _effective(panel.authority)
    weight = np.sqrt(panel.authority / panel.authority.sum() * effective / (effective - 1.0))
    deviation = (logs - centre) * weight[:, None]
    shrinkage = _shrinkage(ratios)
    noise = np.sqrt(shrinkage * (deviation**2).sum() / ratios.shape[1])
    reduced = np.sqrt(effective) if of == "mean" else 1.0
    return LogisticNormal(
        frozen_floats(panel.mean_weights(nominal)),
        groups,
        frozen_floats(centre),
        frozen_floats(deviation * np.sqrt(1.0 - shrinkage) / reduced),
        float(noise / reduced),
        shrinkage,
        of,
    )


def _effective(authority: FloatArray) -> float:
    """Return the number of equal experts that a mean with these authorities is worth (Kish)."""
    return float(authority.sum() ** 2 / (authority**2).sum())


def _variance(values: FloatArray, authority: FloatArray) -> FloatArray:
    """Return the unbiased variance of each column, experts weighted by authority."""
    mean = authority @ values / authority.sum()
    effective = _effective(authority)
    variance: FloatArray = authority @ (values - mean) ** 2 / authority.sum() * effective / (effective - 1.0)
    return variance


def _without_zeros(shares: FloatArray) -> FloatArray:
    """Return compositions with zeros replaced, rows with sum 1."""
    zero = shares == 0.0
    if not zero.any():
        return shares
    small = 0.5 * shares[~zero].min()
    rest = 1.0 - small * zero.sum(axis=1, keepdims=True)
    replaced: FloatArray = np.where(zero, small, shares * rest)
    return replaced


def _ilr_basis(parts: int) -> FloatArray:
    """Return an orthonormal basis ``(parts, parts - 1)`` of log ratios."""
    from scipy.linalg import helmert

    return np.asarray(helmert(parts).T, dtype=np.float64)


def _shrinkage(ilr: FloatArray) -> float:
    """Return the Ledoit–Wolf intensity, 0 where experts outnumber log ratios."""
    if len(ilr) > ilr.shape[1]:
        return 0.0
    from sklearn.covariance import ledoit_wolf_shrinkage

    return float(ledoit_wolf_shrinkage(ilr))
