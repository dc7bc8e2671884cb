"""What each round of an expert panel found, level by level, and whether the panel may stop after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import TierwiseError, located
from tierwise.inputs.experts import Experts, Round
from tierwise.inputs.framework import Framework
from tierwise.methods import delphi_rounds as rounds
from tierwise.methods.concordance import Concordance, kendall_w
from tierwise.methods.delphi import DelphiStatistics, Screening, positive_coefficient, screen, statistics
from tierwise.spec.experts import ExpertsSpec

LEAST_RETURNED: Final = 0.5  # share of forms that came back, below which a round settles nothing


@dataclass(frozen=True)
class LevelFound:
    """One round on the nodes of one level that were judged; ``agreement`` is None where W cannot be had."""

    level: int
    nodes: IntArray
    statistics: DelphiStatistics
    agreement: Concordance | None


@dataclass(frozen=True)
class Movement:
    """How the scores of ``nodes`` moved from the round before; ``binary``: answers are yes or no."""

    nodes: IntArray
    between: rounds.Stability
    binary: bool


@dataclass(frozen=True)
class Decision:
    """Whether the panel may stop: each item is agreed on or stable, and enough forms came back.

    A panel that has settled without agreeing has nothing to gain from another round (Dajani, Sincoff & Talley
    1979), one that agrees at once neither. ``stable`` is all false in the first round. Arrays ``(items,)``.
    """

    agreed: BoolArray
    stable: BoolArray
    returned: float  # the share; 1 where it is not known

    @property
    def open(self) -> BoolArray:
        """The items that are neither agreed on nor stable."""
        return np.asarray(~(self.agreed | self.stable))

    @property
    def stop(self) -> bool:
        """Whether the panel may stop."""
        return self.returned >= LEAST_RETURNED and not self.open.any()


@dataclass(frozen=True)
class RoundFound:
    """One round: who took part, how far the judged ``nodes`` are agreed on, what moved since the last."""

    scored: Round
    scale: float
    returned: int
    sent: int | None
    nodes: IntArray
    consensus: rounds.Consensus
    whole: int  # nodes that all experts judged
    agreement: Concordance | None  # over these
    levels: tuple[LevelFound, ...]
    movement: Movement | None
    decision: Decision

    @property
    def positive(self) -> float | None:
        """The positive coefficient; None where it is not known how many forms were sent."""
        return None if self.sent is None else positive_coefficient(self.returned, self.sent)


def activity(experts: Experts, spec: ExpertsSpec) -> list[float | None]:
    """Return the positive coefficient of each round, None where it is not known how many were asked.

    Raises E107 for more forms than were sent. Who was dropped did send a form back.
    """
    with located(lambda _: "[experts] sent" if spec.sent else "Experts: sent"):
        return [
            None if sent is None else positive_coefficient(len(one), sent)
            for one, sent in zip(experts.everyone.rounds, sent_of(experts, spec), strict=True)
        ]


def sent_of(experts: Experts, spec: ExpertsSpec) -> list[int | None]:
    """Return how many forms each round was sent in: as set, else as the sheet Experts says."""
    set_ = [*spec.sent[: len(experts.rounds)]]
    return [*set_, *(one.sent for one in experts.rounds[len(set_) :])]


def found_rounds(experts: Experts, framework: Framework, spec: ExpertsSpec) -> tuple[RoundFound, ...]:
    """Return what each round found; raises E107 as :func:`activity`."""
    active, sent = activity(experts, spec), sent_of(experts, spec)
    names = tuple(dict.fromkeys(name for scored in experts.rounds for name in scored.experts))
    tables = [experts.on_nodes(framework, number) for number in range(len(experts.rounds))]
    aligned = rounds.aligned(
        names, [(scored.experts, table) for scored, table in zip(experts.rounds, tables, strict=True)]
    )
    found = []
    for number, (scored, table) in enumerate(zip(experts.rounds, tables, strict=True)):
        share = active[number]
        scale = experts.scale(number)
        nodes = np.flatnonzero(~np.isnan(table).all(axis=0))
        consensus = rounds.consensus(table[:, nodes], scale, band=spec.band)
        movement = _moved(aligned[number - 1], aligned[number], scale) if number else None
        stable = np.zeros(len(nodes), dtype=np.bool_)
        if movement is not None:
            stable = np.isin(nodes, movement.nodes[movement.between.stable])
        whole = table[:, ~np.isnan(table).any(axis=0)]
        found.append(
            RoundFound(
                scored=scored,
                scale=scale,
                returned=len(experts.everyone.rounds[number]),
                sent=sent[number],
                nodes=nodes,
                consensus=consensus,
                whole=whole.shape[1],
                agreement=_agreement(whole),
                levels=tuple(_levels(table, nodes, framework.tree.level, scale)),
                movement=movement,
                decision=Decision(consensus.agreed, stable, 1.0 if share is None else share),
            )
        )
    return tuple(found)


def _levels(table: FloatArray, nodes: IntArray, level: IntArray, scale: float) -> Sequence[LevelFound]:
    found = []
    for one in sorted({*level[nodes].tolist()}):
        own = nodes[level[nodes] == one]
        found.append(LevelFound(one, own, statistics(table[:, own], scale), _agreement(table[:, own])))
    return found


def _agreement(table: FloatArray) -> Concordance | None:
    try:
        return kendall_w(table)
    except TierwiseError:  # too few experts or nodes, or nobody tells them apart: nothing to test
        return None


def _moved(earlier: FloatArray, later: FloatArray, scale: float) -> Movement | None:
    nodes = np.flatnonzero((~np.isnan(earlier) & ~np.isnan(later)).any(axis=0))
    if not nodes.size:
        return None
    return Movement(nodes, rounds.stability(earlier[:, nodes], later[:, nodes]), scale <= 1)


def screened_leaves(experts: Experts, framework: Framework) -> tuple[IntArray, Screening] | None:
    """Return the indicators that two or more judged in the last round, and what 界值法 keeps of them.

    None for fewer than two indicators or experts: nothing to compare.
    """
    scores = experts.on_nodes(framework)
    leaves = framework.tree.leaves[(~np.isnan(scores[:, framework.tree.leaves])).sum(axis=0) >= 2]
    try:
        return leaves, screen(scores[:, leaves], experts.scale())
    except TierwiseError:
        return None
