"""Weight models that draw from an expert panel itself: bootstrap, one expert a draw, camps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray, frozen_floats, frozen_ints
from tierwise.draws.models_base import by_draw, closed, drawn_again, ordered_product
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.kernels.tree import Tree

NEEDED = {"bootstrap": 3, "expert": 2, "expert-mixed": 2, "camps": 2, "dirichlet": 3, "logistic-normal": 3}


@dataclass(frozen=True, eq=False)
class PanelScores:
    """A checked panel: which sibling groups it judged, and what each expert thinks of them.

    ``scores`` are ``(experts, nodes)``; a node that an expert left blank holds the mean of the others, so
    that it moves the panel's mean in no draw. ``shares`` are the same as local weights, each group with
    sum 1 for each expert.
    """

    groups: tuple[IntArray, ...]
    scores: FloatArray  # (experts, nodes)
    shares: FloatArray  # (experts, nodes)
    authority: FloatArray  # (experts,), mean 1
    heard: BoolArray  # (experts given,): who has authority and gave any score

    @property
    def experts(self) -> int:
        """Number of experts."""
        return len(self.scores)

    def mean_weights(self, nominal: FloatArray) -> FloatArray:
        """Return the local weights ``(nodes,)`` of the panel's mean; nominal where it judged nothing."""
        local = nominal.copy()
        mean = self.authority @ self.scores
        for group in self.groups:
            local[group] = mean[group] / mean[group].sum()
        return local


def panel_scores(
    tree: Tree,
    groups: tuple[IntArray, ...],
    scores: FloatArray,
    nominal: FloatArray,
    *,
    model: str,
    authority: ArrayLike | None = None,
) -> PanelScores:
    """Return the panel as the models need it, or raise every problem that it has.

    U101 too few experts, U102 experts who all agree, U103 a score below 0 or infinite, U104 an expert
    whose scores of siblings are all 0, U105 a sibling that nobody judged while others were, U112
    authority, U115 wrong number of columns, U116 nothing judged.
    """
    given = np.atleast_2d(np.asarray(scores, dtype=np.float64))
    found = Problems()
    if given.shape[1] != tree.nodes:
        raise TierwiseError(problem("U115", argument="scores", found=given.shape[1], nodes=tree.nodes))
    power = np.ones(len(given)) if authority is None else np.asarray(authority, dtype=np.float64)
    if power.shape != (len(given),) or not np.all(np.isfinite(power) & (power >= 0.0)):
        raise TierwiseError(problem("U112", argument="authority"))
    heard = (power > 0.0) & ~np.isnan(given[:, np.concatenate([[], *groups]).astype(int)]).all(axis=1)
    if heard.sum() < NEEDED[model]:
        found.add("U101", argument="scores", model=model, needed=NEEDED[model], found=int(heard.sum()))
    power = np.where(heard, power, 0.0)
    for row, column in np.argwhere((given < 0.0) | np.isinf(given)):
        found.add(
            "U103", argument="scores", row=int(row), column=int(column), score=float(given[row, column])
        )
    judged = []
    for group in groups:
        seen = ~np.isnan(given[heard][:, group]).all(axis=0)
        if seen.any():
            judged.append(group)
            for node in group[~seen]:
                found.add("U105", argument="scores", column=int(node))
    if not judged:
        found.add("U116", argument="scores")
    found.raise_any()

    filled = given.copy()
    for group in judged:
        part = given[:, group]
        blank = np.isnan(part)
        mean = power @ np.where(blank, 0.0, part) / (power @ ~blank)
        filled[:, group] = np.where(blank, mean, part)
        for row in np.flatnonzero(heard & ~filled[:, group].any(axis=1)):
            found.add("U104", argument="scores", row=int(row), column=int(group[0]))
    found.raise_any()
    filled, shares = filled[heard], np.tile(nominal, (int(heard.sum()), 1))
    for group in judged:
        shares[:, group] = closed(filled[:, group].T).T
    panel = PanelScores(
        tuple(judged),
        frozen_floats(np.nan_to_num(filled)),
        frozen_floats(shares),
        frozen_floats(power[heard] * (heard.sum() / power.sum())),
        heard,
    )
    if not any(np.ptp(panel.shares[:, group], axis=0).any() for group in judged):
        raise TierwiseError(problem("U102", argument="scores", experts=panel.experts))
    return panel


def camp_numbers(camps: Sequence[object] | None, panel: PanelScores) -> IntArray:
    """Return the number of each heard expert's camp; U110 unless all have one and there are two or more."""
    labels = np.array([str(camp).strip() for camp in camps or ()], dtype=object)
    complete = labels.shape == panel.heard.shape
    heard = list(labels[panel.heard]) if complete else []
    known = list(dict.fromkeys(label for label in heard if label))
    if not complete or "" in heard or len(known) < 2:
        raise TierwiseError(problem("U110", argument="camps", found=len(known), experts=panel.experts))
    return frozen_ints([known.index(label) for label in heard])


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """Bayesian bootstrap of the panel's mean (Rubin 1981).

    Each draw gives the experts weights from Dirichlet(1, …, 1) (times their authority) and takes the mean
    of their scores. All weights of a draw come from the same resampled panel, so what goes together in
    the panel goes together in the draws.
    """

    nominal: FloatArray
    panel: PanelScores
    name: ClassVar[str] = "bootstrap"
    of: ClassVar[str] = "mean"

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights."""
        return means(self.nominal, self.panel, rng.standard_exponential((self.panel.experts, size)))


@dataclass(frozen=True, eq=False)
class Camps:
    """One camp of experts a draw, with the error of that camp's mean by Bayesian bootstrap of its members.

    A camp is drawn in proportion to the authority (the number, when equal) of its experts.
    """

    nominal: FloatArray
    panel: PanelScores
    camp: IntArray  # (experts,)
    name: ClassVar[str] = "camps"
    of: ClassVar[str] = "camps"

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights."""
        drawn = self.camp[picked(rng.random(size), self.panel.authority)]
        weight = rng.standard_exponential((self.panel.experts, size))
        return means(self.nominal, self.panel, weight * (self.camp[:, None] == drawn))


@dataclass(frozen=True, eq=False)
class Expert:
    """One expert drawn a draw, for all weights (OECD/JRC Handbook 2008, section 7.1)."""

    nominal: FloatArray
    panel: PanelScores
    name: ClassVar[str] = "expert"
    of: ClassVar[str] = "experts"

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights."""
        return self.panel.shares[picked(rng.random(size), self.panel.authority)]


@dataclass(frozen=True, eq=False)
class ExpertMixed:
    """One expert drawn for each node, then siblings made to sum 1 (Saisana and others 2005, JRSS-A)."""

    nominal: FloatArray
    panel: PanelScores
    name: ClassVar[str] = "expert-mixed"
    of: ClassVar[str] = "experts"

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights."""
        local = np.repeat(self.nominal[:, None], size, axis=1)
        for group in self.panel.groups:
            local[group] = drawn_again(partial(self._mixed, rng, group), size)
        return by_draw(local)

    def _mixed(self, rng: Generator, group: IntArray, size: int) -> FloatArray:
        expert = picked(rng.random((len(group), size)), self.panel.authority)
        return self.panel.shares[expert, group[:, None]]


def means(nominal: FloatArray, panel: PanelScores, weight: FloatArray) -> FloatArray:
    """Return local weights of the panel's mean, for expert weights ``(experts, size)``."""
    local = np.repeat(nominal[:, None], weight.shape[1], axis=1)
    mean = ordered_product(panel.scores.T, weight * panel.authority[:, None])
    for group in panel.groups:
        local[group] = closed(mean[group])
    return by_draw(local)


def picked(uniform: FloatArray, authority: FloatArray) -> IntArray:
    """Return the number of the expert that each uniform number falls on, in proportion to authority."""
    upper = np.cumsum(authority)
    found: IntArray = np.searchsorted(upper / upper[-1], uniform, side="right")
    return np.minimum(found, len(authority) - 1)
