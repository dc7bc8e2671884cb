"""An expert panel as the weight models need it: checked, complete, and as shares of each sibling group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray, frozen_floats, frozen_ints
from tierwise.draws.fixed_order import closed
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.kernels.tree import Tree

__all__ = ["expert_scores"]


@dataclass(frozen=True, eq=False)
class ExpertScores:
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


def expert_scores(
    tree: Tree,
    groups: tuple[IntArray, ...],
    scores: FloatArray,
    nominal: FloatArray,
    *,
    authority: ArrayLike | None = None,
    model: str = "expert",
    least: int = 2,
) -> ExpertScores:
    """Return the panel of a ``model`` that needs ``least`` experts, or raise every problem that it has.

    U101 too few experts, U102 experts who all agree, U103 a score below 0 or infinite, U104 an expert
    whose scores of siblings are all 0, U105 a sibling that nobody judged while others were, U112
    authority, U115 wrong number of columns, U116 nothing judged.
    """
    given = np.atleast_2d(np.asarray(scores, dtype=np.float64))
    if given.shape[1] != tree.nodes:
        raise TierwiseError(problem("U115", argument="scores", found=given.shape[1], nodes=tree.nodes))
    power = _power(authority, len(given))
    heard = (power > 0.0) & ~np.isnan(given[:, np.concatenate([[], *groups]).astype(int)]).all(axis=1)
    problems = Problems()
    if heard.sum() < least:
        problems.add("U101", argument="scores", model=model, needed=least, found=int(heard.sum()))
    for row, column in np.argwhere((given < 0.0) | np.isinf(given)):
        problems.add(
            "U103", argument="scores", row=int(row), column=int(column), score=float(given[row, column])
        )
    judged = _judged(given[heard], groups, problems)
    problems.raise_any()
    power = np.where(heard, power, 0.0)
    filled = _filled(given, judged, power)
    shares = np.tile(nominal, (int(heard.sum()), 1))
    for group in judged:
        shares[:, group] = closed(filled[heard][:, group].T).T
    panel = ExpertScores(
        tuple(judged),
        frozen_floats(np.nan_to_num(filled[heard])),
        frozen_floats(shares),
        frozen_floats(power[heard] * (heard.sum() / power.sum())),
        heard,
    )
    if not any(np.ptp(panel.shares[:, group], axis=0).any() for group in judged):
        raise TierwiseError(problem("U102", argument="scores", experts=panel.experts))
    return panel


def camp_numbers(camps: Sequence[object] | None, panel: ExpertScores) -> IntArray:
    """Return the number of each heard expert's camp; U110 unless all have one and there are two or more."""
    labels = np.array([str(camp).strip() for camp in camps or ()], dtype=object)
    complete = labels.shape == panel.heard.shape
    heard = list(labels[panel.heard]) if complete else []
    known = list(dict.fromkeys(label for label in heard if label))
    if not complete or "" in heard or len(known) < 2:
        raise TierwiseError(problem("U110", argument="camps", found=len(known), experts=panel.experts))
    return frozen_ints([known.index(label) for label in heard])


def _power(authority: ArrayLike | None, experts: int) -> FloatArray:
    """Return the authority of each expert given, 1 where none is; raises U112."""
    power = np.ones(experts) if authority is None else np.asarray(authority, dtype=np.float64)
    if power.shape != (experts,) or not np.all(np.isfinite(power) & (power >= 0.0)):
        raise TierwiseError(problem("U112", argument="authority"))
    return power


def _judged(heard: FloatArray, groups: tuple[IntArray, ...], problems: Problems) -> list[IntArray]:
    """Return the groups of which ``heard (experts, nodes)`` judged anything; notes U105 and U116."""
    judged = []
    for group in groups:
        seen = ~np.isnan(heard[:, group]).all(axis=0)
        if seen.any():
            judged.append(group)
            for node in group[~seen]:
                problems.add("U105", argument="scores", column=int(node))
    if not judged:
        problems.add("U116", argument="scores")
    return judged


def _filled(given: FloatArray, judged: list[IntArray], power: FloatArray) -> FloatArray:
    """Return the scores with blanks filled by the mean of the others; raises U104."""
    problems = Problems()
    filled = given.copy()
    for group in judged:
        part = given[:, group]
        blank = np.isnan(part)
        mean = power @ np.where(blank, 0.0, part) / (power @ ~blank)
        filled[:, group] = np.where(blank, mean, part)
        for row in np.flatnonzero((power > 0.0) & ~filled[:, group].any(axis=1)):
            problems.add("U104", argument="scores", row=int(row), column=int(group[0]))
    problems.raise_any()
    return filled
