"""One weight at a time, with labels: swings and sweeps of an index's nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import IntArray
from tierwise.comparison.path import REACH
from tierwise.comparison.scenarios import setup_of
from tierwise.comparison.sweep import Sweep, sweep
from tierwise.comparison.swing import POINTS, SHARE, Swings, swing
from tierwise.comparison.vary import free_nodes
from tierwise.errors import Language, Problems, TierwiseError, problem
from tierwise.indexing import Index
from tierwise.names import nearest
from tierwise.spec import Spec
from tierwise.tiering import Tiers

if TYPE_CHECKING:
    import pandas as pd

# Rules that solve a program for every weight vector: one weight at a time takes too long.
SLOW: Final = frozenset({"kemeny", "benefit-of-the-doubt"})
MOST_SWEPT: Final = 100_000  # units x nodes; the nodes that move the list most are swept


@dataclass(frozen=True)
class NodeSwings:
    """What stated changes of each node's weight do to the list."""

    index: Index
    tiers: Tiers
    swings: Swings
    has_tiers: bool  # tiers are runs in rank; types of units are not compared

    def to_frame(self, language: Language = "en") -> pd.DataFrame:
        """Return one row a node and change."""
        from tierwise.tables.one_at_a_time import swings

        return swings(self, language)

    def __repr__(self) -> str:
        shift = self.swings.differences.rank_shift_mean
        if not shift.size:
            return "NodeSwings(no weight can change)"
        most = int(np.argmax(shift))
        name = self.index.framework.names[self.swings.nodes[most]]
        return f"NodeSwings({len(shift)} changes; {name} moves ranks most, by {shift[most]:.3g} on average)"


@dataclass(frozen=True)
class NodeSweeps:
    """Where ranks and tiers change while each node's weight runs through a range."""

    index: Index
    tiers: Tiers
    sweeps: tuple[Sweep, ...]

    def to_frame(self, language: Language = "en") -> pd.DataFrame:
        """Return one row a change, node by node, the nearest to the nominal weight first."""
        from tierwise.tables.one_at_a_time import sweeps

        return sweeps(self, language)

    def __repr__(self) -> str:
        swaps = sum(len(one.swaps.weights) for one in self.sweeps)
        moves = sum(len(one.moves.weights) for one in self.sweeps)
        return f"NodeSweeps({len(self.sweeps)} nodes: {swaps} swaps, {moves} changes of tiers)"


def swings(
    index: Index,
    tiers: Tiers,
    spec: Spec | None = None,
    *,
    points: float | None = POINTS,
    share: float | None = SHARE,
) -> NodeSwings:
    """Return what happens to ranks, tiers and list when each node's weight falls and rises.

    Args:
        index: the nominal index.
        tiers: its tiers.
        spec: ``[uncertainty] tiers`` says how tiers are found under other weights.
        points: a change by so much of the siblings' whole (0.10: ten points); None for none.
        share: a change by so much of the weight itself (0.25: a quarter); None for none.

    Raises:
        TierwiseError: V210 for a rule that is solved anew for every weight vector.

    """
    refuse_slow(index)
    setup = setup_of(index, tiers, spec or Spec())
    found = swing(index.plan, index.local_weights, setup, points=points, share=share)
    return NodeSwings(index, tiers, found, setup.cutter is not None)


def sweeps(
    index: Index,
    tiers: Tiers,
    spec: Spec | None = None,
    *,
    nodes: Sequence[str] | None = None,
    reach: float = REACH,
) -> NodeSweeps:
    """Return where ranks, tiers and the list change while one weight at a time runs through a range.

    Args:
        index: the nominal index.
        tiers: its tiers.
        spec: ``[uncertainty] tiers`` says how tiers are found under other weights.
        nodes: codes of the nodes (default: all that have siblings).
        reach: how far a weight runs to either side of its nominal one.

    Raises:
        TierwiseError: V203 an unknown code, V211 a node without siblings, V210 as :func:`swings`.

    """
    refuse_slow(index)
    framework, free = index.framework, free_nodes(index.plan.tree)
    problems = Problems()
    for code in nodes or ():
        if code not in framework.codes[1:]:
            known = framework.codes[1:]
            problems.add("V203", "nodes", code=code, nearest=nearest(code, known) or known[0])
        elif framework.codes.index(code) not in free:
            problems.add("V211", "nodes", code=code)
    problems.raise_any()
    chosen = free.tolist() if nodes is None else [framework.codes.index(code) for code in nodes]
    setup = setup_of(index, tiers, spec or Spec())
    found = tuple(sweep(index.plan, index.local_weights, setup, node, reach) for node in chosen)
    return NodeSweeps(index, tiers, found)


def most_moving(found: NodeSwings) -> list[str]:
    """Return the codes of the nodes worth a sweep, in order: all, or of many those that move ranks most."""
    nodes, shift = found.swings.nodes, found.swings.differences.rank_shift_mean
    distinct: IntArray = np.unique(nodes)
    largest = np.array([shift[nodes == node].max() for node in distinct])
    most = max(1, MOST_SWEPT // len(found.index.panel))
    kept = np.sort(distinct[np.argsort(-largest, kind="stable")[:most]])
    return [found.index.framework.codes[node] for node in kept]


def refuse_slow(index: Index) -> None:
    """Raise V210 where a rule of the index is solved anew for every weight vector."""
    slow = sorted({index.plan.rules[node] for node in index.plan.inner} & SLOW)
    if slow:
        raise TierwiseError(problem("V210", "[index] aggregation", rule=slow[0]))
