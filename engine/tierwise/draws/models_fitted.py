"""Weight models fitted to an expert panel: Dirichlet and logistic-normal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final, Literal, Self

import numpy as np
from numpy.random import Generator

from tierwise.arrays import FloatArray, IntArray, frozen_floats
from tierwise.draws import parts
from tierwise.draws.drivers import Drivers, Input
from tierwise.draws.fixed_order import by_draw, closed, drawn_again, ordered_product
from tierwise.draws.models_base import MODELS, ModelQuestion, WeightModel
from tierwise.draws.parts import Given, Part
from tierwise.errors import TierwiseError, problem
from tierwise.methods.registry import Setting

LOWEST_CONCENTRATION: Final = 0.1
Of = Annotated[
    Literal["experts", "mean"],
    Setting(
        "spread among the experts, or error of the panel's mean",
        "experts为专家之间的差异，mean为专家组均值的误差",
        name=("Spread is that of", "离散程度取自"),
        choices={"experts": "专家之间的差异", "mean": "专家组均值的误差"},
    ),
]


@MODELS(
    "dirichlet",
    zh="狄利克雷分布",
    synonyms=("Dirichlet分布", "狄氏分布"),
    how=(
        ("Dirichlet weights around the panel's mean, concentration α₀ + 1 = Σp(1 - p) / Σs²"),
        "以专家组均值为中心的狄利克雷分布，集中度 α₀ + 1 = Σp(1 - p) / Σs²",
    ),
)
@dataclass(frozen=True, eq=False)
class Dirichlet(WeightModel):
    """Dirichlet weights in each sibling group, independent between groups.

    Around the panel's mean weights p with concentration α0 + 1 = Σ p(1 - p) / Σ s², where s² is the
    variance of the experts' weights (``of = "experts"``) or that of their mean, s²/m (``of = "mean"``).
    All correlations are negative, so camps cannot show.

    Drivers: independent Gammas over their sum, one for each node.
    """

    nominal: FloatArray
    groups: tuple[IntArray, ...]
    alpha: FloatArray  # (nodes,)
    of: str
    questions = ("experts", "mean")
    least = 3

    @classmethod
    def fit(cls, asked: ModelQuestion, *, of: Of = "experts") -> Self:
        """Return the model of a panel; groups on which all experts agree are held at the panel's mean.

        Raises :class:`TierwiseError` U113 when the experts lie further apart than any Dirichlet.
        """
        panel = asked.panel(cls)
        local = panel.mean_weights(asked.nominal)
        alpha = np.zeros(len(asked.nominal))
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
        return cls(frozen_floats(local), tuple(groups), frozen_floats(alpha), of)

    @property
    def varied(self) -> tuple[IntArray, ...]:
        """The groups on which experts differ."""
        return self.groups

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights: Gammas divided by their sum."""
        local = np.repeat(self.nominal[:, None], size, axis=1)
        for group in self.groups:
            local[group] = drawn_again(partial(self._gammas, rng, group), size)
        return by_draw(local)

    def group_part(self, group: IntArray) -> Part:
        """Return the same as for single nodes."""
        return self.node_part(group)

    def node_part(self, group: IntArray) -> Part:
        """Return the Gammas over their sum."""
        return parts.gammas(self.alpha[group])

    def conditional(self, group: IntArray) -> Given:
        """Return a Dirichlet of what the known weights leave."""
        return parts.dirichlet_given(self.alpha[group])

    def _gammas(self, rng: Generator, group: IntArray, size: int) -> FloatArray:
        return rng.standard_gamma(self.alpha[group, None], (len(group), size))


@MODELS(
    "logistic-normal",
    zh="逻辑正态分布",
    synonyms=("logistic正态分布",),
    how=(
        "normal log ratios with the panel's mean and covariance",
        "对数比服从正态分布，均值与协方差同专家组",
    ),
)
@dataclass(frozen=True, eq=False)
class LogisticNormal(WeightModel):
    """Normal log ratios of the weights (Aitchison 1986) with the mean and covariance of the panel.

    log w = centres + Σ_e z_e · deviation_e + noise · z', then each group is made to sum 1. Without
    shrinkage the first sum has exactly the panel's covariance; with it, it is scaled by sqrt(1 - δ) and
    the isotropic rest comes from ``noise``. Adding a constant to a group's logs changes nothing, so
    centred logs serve as well as any ILR basis.

    Drivers: of groups and nodes, normals by the symmetric root of the group's covariance; of experts, the
    normal of each one's deviation, and the shrinkage's as one input.
    """

    nominal: FloatArray
    groups: tuple[IntArray, ...]
    centres: FloatArray  # (nodes,) of the logs
    deviation: FloatArray  # (experts, nodes)
    noise: float
    shrinkage: float
    of: str
    questions = ("experts", "mean")
    least = 3
    joined = True

    @classmethod
    def fit(cls, asked: ModelQuestion, *, of: Of = "experts") -> Self:
        """Return the model of a panel.

        Zeros are replaced by half the smallest weight above 0 in their group, the others scaled down
        (Martín-Fernández and others 2003); a node to which every expert gave 0 stays 0. With no more experts
        than log ratios the covariance is shrunk towards a multiple of the identity (Ledoit and Wolf 2004).
        """
        panel = asked.panel(cls)
        logs = np.zeros(panel.shares.shape)
        groups = tuple(group[(panel.shares[:, group] > 0.0).any(axis=0)] for group in panel.groups)
        groups = tuple(group for group in groups if len(group) > 1)
        for group in groups:
            part = np.log(_without_zeros(panel.shares[:, group]))
            logs[:, group] = part - part.mean(axis=1, keepdims=True)
        ratios = np.concatenate([logs[:, group] @ _ilr_basis(len(group)) for group in groups], axis=1)
        centres = panel.authority @ logs / panel.authority.sum()
        effective = _effective(panel.authority)
        weight = np.sqrt(panel.authority / panel.authority.sum() * effective / (effective - 1.0))
        deviation = (logs - centres) * weight[:, None]
        shrinkage = _shrinkage(ratios)
        noise = np.sqrt(shrinkage * (deviation**2).sum() / ratios.shape[1])
        reduced = np.sqrt(effective) if of == "mean" else 1.0
        return cls(
            frozen_floats(panel.mean_weights(asked.nominal)),
            groups,
            frozen_floats(centres),
            frozen_floats(deviation * np.sqrt(1.0 - shrinkage) / reduced),
            float(noise / reduced),
            shrinkage,
            of,
        )

    @property
    def varied(self) -> tuple[IntArray, ...]:
        """The groups with two or more nodes that any expert gave a weight."""
        return self.groups

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights."""
        logs = ordered_product(self.deviation.T, rng.standard_normal((len(self.deviation), size)))
        logs += self.centres[:, None]
        if self.noise > 0.0:
            logs += self.noise * rng.standard_normal(logs.shape)
        return self._closed(logs)

    def group_part(self, group: IntArray) -> Part:
        """Return the same as for single nodes."""
        return self.node_part(group)

    def node_part(self, group: IntArray) -> Part:
        """Return the weights by one normal for each node."""
        deviation = self.deviation[:, group]
        covariance = deviation.T @ deviation + self.noise**2 * np.eye(len(group))
        return parts.log_normals(self.centres[group], covariance)

    def expert_drivers(self) -> Drivers:
        """Return the normals of each expert's deviation, and those of the shrinkage as one input."""
        experts = len(self.deviation)
        extra = len(self.centres) if self.noise > 0.0 else 0
        inputs = [Input("expert", at) for at in range(experts)] + [Input("rest", 0)] * (extra > 0)
        owner = np.concatenate([np.arange(experts), np.full(extra, experts)])

        def local(normal: FloatArray) -> FloatArray:
            logs = self.centres[:, None] + ordered_product(self.deviation.T, normal[:, :experts].T)
            if extra:
                logs += self.noise * normal[:, experts:].T
            return self._closed(logs)

        return Drivers(tuple(inputs), owner, parts.normals, local)

    def _closed(self, logs: FloatArray) -> FloatArray:
        """Return the ``(size, nodes)`` local weights of ``logs (nodes, size)``."""
        local = np.repeat(self.nominal[:, None], logs.shape[1], axis=1)
        for group in self.groups:
            part = logs[group]
            local[group] = closed(np.exp(part - part.max(axis=0)))
        return by_draw(local)


def concentration(shares: FloatArray, authority: FloatArray, of: str) -> float:
    """Return α0 of the Dirichlet with the spread of ``(experts, siblings)`` weights (inf if they agree)."""
    mean = authority @ shares / authority.sum()
    spread = _variance(shares, authority).sum() / (_effective(authority) if of == "mean" else 1.0)
    return float(mean @ (1.0 - mean) / spread - 1.0) if spread > 0.0 else np.inf


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
