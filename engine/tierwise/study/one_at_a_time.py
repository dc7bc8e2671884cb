"""One weight at a time, with labels: swings and sweeps of an index's nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import BoolArray, IntArray
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.inputs import Panel
from tierwise.spec import Spec
from tierwise.study.columns import whole
from tierwise.study.compare import setup_of
from tierwise.study.index import Index
from tierwise.study.tiers import Tiers
from tierwise.whatif.path import REACH
from tierwise.whatif.sweep import Moves, Sweep, sweep
from tierwise.whatif.swing import POINTS, SHARE, Swings, swing
from tierwise.whatif.vary import free_nodes
from tierwise.words.language import Language, phrase

if TYPE_CHECKING:
    import pandas as pd

# Rules that solve a program for every weight vector: one weight at a time takes too long.
MOST_SWEPT: Final = 100_000  # units x nodes; the nodes that move the list most are swept
MOST_NODES: Final = 60  # nobody reads more, and each takes up to half a second
BEFORE_UNITS: Final = ("code", "local", "weight")  # headings of lines before those of the units


@dataclass(frozen=True)
class NodeSwings:
    """What stated changes of each node's weight do to the list."""

    index: Index
    tiers: Tiers
    swings: Swings
    has_tiers: bool  # tiers are runs in rank; types of units are not compared

    def to_frame(self, language: Language = "en") -> pd.DataFrame:
        """Return one row a node and change."""
        return swings_frame(self, language)

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
        return sweeps_frame(self, language)

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
    swung = swing(index.plan, index.local_weights, setup, points=points, share=share)
    return NodeSwings(index, tiers, swung, setup.cutter is not None)


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
        nodes: codes or names of the nodes (default: all that have siblings).
        reach: how far a weight runs to either side of its nominal one.

    Raises:
        TierwiseError: S021 an unknown node, S022 a name of several, V211 a node without siblings, V210 as
            :func:`swings`.

    """
    refuse_slow(index)
    framework, free = index.framework, free_nodes(index.plan.tree)
    problems = Problems()
    chosen = free.tolist() if nodes is None else framework.nodes.rows(nodes, problems, "nodes")
    for node in chosen:
        if node not in free:
            problems.add("V211", "nodes", code=framework.codes[node])
    problems.raise_any()
    setup = setup_of(index, tiers, spec or Spec())
    swept = tuple(sweep(index.plan, index.local_weights, setup, node, reach) for node in chosen)
    return NodeSweeps(index, tiers, swept)


def most_moving(swung: NodeSwings) -> list[str]:
    """Return the codes of the nodes worth a sweep, in order: all, or of many those that move ranks most."""
    nodes, shift = swung.swings.nodes, swung.swings.differences.rank_shift_mean
    distinct: IntArray = np.unique(nodes)
    largest = np.array([shift[nodes == node].max() for node in distinct])
    most = max(1, min(MOST_SWEPT // len(swung.index.panel), MOST_NODES))
    kept = np.sort(distinct[np.argsort(-largest, kind="stable")[:most]])
    return [swung.index.framework.codes[node] for node in kept]


def refuse_slow(index: Index) -> None:
    """Raise V210 where a rule of the index is solved anew for every weight vector."""
    if index.plan.solved:
        raise TierwiseError(problem("V210", "[index] aggregation", rule=index.plan.solved[0]))


WORDS: Final[dict[str, tuple[str, str]]] = {
    "points_less": (
        "{:.0f} points less",
        "减{:.0f}个百分点",
    ),  # no sign: a text that begins with one is quoted
    "points_more": ("{:.0f} points more", "增{:.0f}个百分点"),
    "share_less": ("{:.0f}% less", "减{:.0f}%"),
    "share_more": ("{:.0f}% more", "增{:.0f}%"),
    "rank": ("rank", "名次"),
    "tier": ("tier", "梯队"),
    "cut": ("cut {}", "边界{}"),
    "entry": ("entry", "新进"),
}
LINES: Final = 11  # weights of each line
BESIDE: Final = 2  # units on each side of a cut that are drawn


words = partial(phrase, WORDS)


def swings_frame(swung: NodeSwings, language: Language) -> pd.DataFrame:
    """Return one row a node and change of its weight: rank shifts, tier changes, entries and exits."""
    import pandas as pd

    framework, swing = swung.index.framework, swung.swings
    differ = swing.differences
    columns: dict[str, object] = {
        "code": [framework.codes[node] for node in swing.nodes],
        "parent": [framework.parent_of(int(node)) for node in swing.nodes],
        "level": framework.tree.level[swing.nodes],
        "local": swung.index.local_weights[swing.nodes],
        "change": [
            words(f"{'points' if points else 'share'}_{'less' if change < 0 else 'more'}", language).format(
                100 * abs(change)
            )
            for points, share in zip(swing.points, swing.shares, strict=True)
            for change in [points or share]
        ],
        "weight": swing.weights,
        "rank_shift_mean": differ.rank_shift_mean,
        "rank_shift_max": whole(differ.rank_shift_max),
        "unit": differ.most_affected(swung.index.panel.names),
        "units_changing_rank": differ.units_changing_rank,
    }
    if swung.has_tiers:
        columns["units_changing_tier"] = differ.units_changing_tier
    if swung.tiers.top < len(swung.index.panel):
        columns |= {"entries": differ.entries, "exits": differ.exits}
    return pd.DataFrame(columns)


def sweeps_frame(swept: NodeSweeps, language: Language) -> pd.DataFrame:
    """Return one row a change on the way of a node's weight, the nearest to its nominal one first.

    ``what`` tells it, looking away from the nominal weight: *rank*: ``gaining`` passes ``losing``, from the
    rank ``place_before`` to ``place_after``; *tier*: it passes it across a cut, into another tier; *cut t*:
    the cut moves from below one rank to below another, and those named change sides; *entry*: ``gaining``
    comes in, for ``losing``. ``exact`` is 1 where ``weight_at`` is a root, 0 where it was searched for.
    """
    import pandas as pd

    frames = [_of_node(swept, one, language) for one in swept.sweeps]
    frame = pd.concat([part for part in frames if len(part)] or frames[:1], ignore_index=True)
    for column in ("place_before", "place_after"):
        frame[column] = whole(frame[column].to_numpy(dtype=np.float64))
    return frame


def lines(swept: NodeSweeps) -> pd.DataFrame:
    """Return scores of the units beside each cut along each sweep: code, weight, one column a unit.

    Dimensions come before what is below them; without cuts the first units are shown.
    """
    import pandas as pd

    index, tiers = swept.index, swept.tiers
    places = [
        place
        for cut in tiers.cut_ranks.tolist() or [BESIDE]
        for place in range(max(cut - BESIDE, 0), cut + BESIDE)
        if place < len(tiers.selected)
    ]
    units = tiers.selected[sorted({*places})]
    heads, frames = _headings(index.panel, units.tolist()), []
    for one in sorted(swept.sweeps, key=lambda one: int(index.framework.tree.level[one.path.node])):
        path = one.path
        weights = np.unique(np.round([*np.linspace(path.low, path.high, LINES), path.nominal], 12))
        before = (index.framework.codes[path.node], path.nominal, weights)
        own = pd.DataFrame(dict(zip(BEFORE_UNITS, before, strict=True)))
        frames.append(own.join(pd.DataFrame(path.scores(weights)[:, units], columns=heads)))
    return pd.concat(frames, ignore_index=True)


def _headings(panel: Panel, units: Sequence[int]) -> list[str]:
    """Return a heading for each unit that no other column has: its name, with its code where it is taken."""
    full = {unit: f"{panel.names[unit]} ({panel.codes[unit]})" for unit in units}
    taken = Counter([*BEFORE_UNITS, *panel.names])
    heads = [panel.names[unit] if taken[panel.names[unit]] == 1 else full[unit] for unit in units]
    return heads if len({*heads}) == len(heads) else [*full.values()]


def _of_node(swept: NodeSweeps, one: Sweep, language: Language) -> pd.DataFrame:
    import pandas as pd

    names, swaps = swept.index.panel.names, one.swaps
    changes = pd.DataFrame(
        {
            "weight_at": swaps.weights,
            "what": words("rank", language),
            "gaining": [names[unit] for unit in swaps.gains],
            "losing": [names[unit] for unit in swaps.loses],
            "place_before": swaps.rank + 1.0,
            "place_after": swaps.rank.astype(np.float64),
            "exact": int(one.exact),
        }
    )
    moves = pd.DataFrame(
        [row for at in range(len(one.moves.weights)) for row in _move_rows(swept, one.moves, at, language)]
    )
    frame = pd.concat([part for part in (changes, moves) if len(part)] or [changes], ignore_index=True)
    framework, node, nominal = swept.index.framework, one.path.node, one.path.nominal
    frame.insert(0, "code", framework.codes[node])
    frame.insert(1, "parent", framework.parent_of(node))
    frame.insert(2, "local", nominal)
    frame.insert(4, "weight_change", frame["weight_at"] - nominal)
    return frame.iloc[np.argsort(np.abs(frame["weight_change"]), kind="stable")]


def _move_rows(swept: NodeSweeps, moves: Moves, at: int, language: Language) -> list[dict[str, object]]:
    """Return the rows of one change of tiers: a row a cut that moves, else one for those who swap tiers."""
    before, after = moves.before[at], moves.after[at]
    rows: list[dict[str, object]] = []

    def row(what: str, gaining: BoolArray, losing: BoolArray, was: float, now: float) -> None:
        sides = (
            ", ".join(swept.index.panel.names[unit] for unit in np.flatnonzero(side))
            for side in (gaining, losing)
        )
        values = (what, *sides, was, now, int(moves.exact[at]))
        columns = ("what", "gaining", "losing", "place_before", "place_after", "exact")
        rows.append({"weight_at": moves.weights[at], **dict(zip(columns, values, strict=True))})

    was_in, is_in = before > 0, after > 0
    if (was_in != is_in).any():
        row(words("entry", language), is_in & ~was_in, was_in & ~is_in, np.nan, np.nan)
    both, count = was_in & is_in, int(max(before.max(), after.max()))
    cuts_before, cuts_after = (_cuts(tiers, count) for tiers in (before, after))
    for cut in np.flatnonzero(cuts_before != cuts_after).tolist():
        above, now_above = (both & (tiers <= cut + 1) for tiers in (before, after))
        place = words("cut", language).format(cut + 1)
        row(place, now_above & ~above, above & ~now_above, float(cuts_before[cut]), float(cuts_after[cut]))
    up, down = both & (after < before), both & (after > before)
    if (cuts_before == cuts_after).all() and up.any():
        row(words("tier", language), up, down, float(before[up][0]), float(after[up][0]))
    return rows


def _cuts(tiers: IntArray, count: int) -> IntArray:
    """Return how many units stand above each cut."""
    sizes = np.bincount(tiers, minlength=count + 1)[1:]
    cuts: IntArray = np.cumsum(sizes)[:-1]
    return cuts
