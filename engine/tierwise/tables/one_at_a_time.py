"""swing, sweeps and sweep_lines: what one weight at a time does to the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import BoolArray, IntArray
from tierwise.comparison.sweep import Moves, Sweep
from tierwise.errors import Language
from tierwise.tables.columns import whole

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.comparison.one_at_a_time import NodeSweeps, NodeSwings

WORDS: Final[dict[str, tuple[str, str]]] = {
    "points": ("{:+.0f} points", "{:+.0f}个百分点"),
    "share": ("{:+.0f} %", "{:+.0f}%"),
    "rank": ("rank", "名次"),
    "tier": ("tier", "梯队"),
    "cut": ("cut {}", "边界{}"),
    "entry": ("entry", "新进"),
}
LINES: Final = 11  # weights of each line
BESIDE: Final = 2  # units on each side of a cut that are drawn


def words(key: str, language: Language) -> str:
    """Return a text of these tables."""
    return WORDS[key][0 if language == "en" else 1]


def swings(found: NodeSwings, language: Language) -> pd.DataFrame:
    """Return one row a node and change of its weight: rank shifts, tier changes, entries and exits."""
    import pandas as pd

    framework, swing = found.index.framework, found.swings
    differ = swing.differences
    columns: dict[str, object] = {
        "code": [framework.codes[node] for node in swing.nodes],
        "parent": [framework.parent_of(int(node)) for node in swing.nodes],
        "level": framework.tree.level[swing.nodes],
        "local": found.index.local_weights[swing.nodes],
        "change": [
            words("points" if points else "share", language).format(100 * (points or share))
            for points, share in zip(swing.points, swing.shares, strict=True)
        ],
        "weight": swing.weights,
        "rank_shift_mean": differ.rank_shift_mean,
        "rank_shift_max": whole(differ.rank_shift_max),
        "unit": [found.index.panel.names[unit] for unit in differ.unit],
        "units_changing_rank": differ.units_changing_rank,
    }
    if found.has_tiers:
        columns["units_changing_tier"] = differ.units_changing_tier
    if found.tiers.top < len(found.index.panel):
        columns |= {"entries": differ.entries, "exits": differ.exits}
    return pd.DataFrame(columns)


def sweeps(found: NodeSweeps, language: Language) -> pd.DataFrame:
    """Return one row a change on the way of a node's weight, the nearest to its nominal one first.

    ``what`` tells it, looking away from the nominal weight: *rank*: ``gaining`` passes ``losing``, from the
    rank ``place_before`` to ``place_after``; *tier*: it passes it across a cut, into another tier; *cut t*:
    the cut moves from below one rank to below another, and those named change sides; *entry*: ``gaining``
    comes in, for ``losing``. ``exact`` is 1 where ``weight_at`` is a root, 0 where it was searched for.
    """
    import pandas as pd

    frames = [_of_node(found, one, language) for one in found.sweeps]
    frame = pd.concat([part for part in frames if len(part)] or frames[:1], ignore_index=True)
    for column in ("place_before", "place_after"):
        frame[column] = whole(frame[column].to_numpy(dtype=np.float64))
    return frame


def lines(found: NodeSweeps) -> pd.DataFrame:
    """Return scores of the units beside each cut along each sweep: code, weight, one column a unit.

    Dimensions come before what is below them; without cuts the first units are shown.
    """
    import pandas as pd

    index, tiers = found.index, found.tiers
    places = [
        place
        for cut in tiers.cut_ranks.tolist() or [BESIDE]
        for place in range(max(cut - BESIDE, 0), cut + BESIDE)
        if place < len(tiers.selected)
    ]
    units = tiers.selected[sorted({*places})]
    frames = []
    for one in sorted(found.sweeps, key=lambda one: int(index.framework.tree.level[one.path.node])):
        path = one.path
        weights = np.unique(np.round([*np.linspace(path.low, path.high, LINES), path.nominal], 12))
        scores = pd.DataFrame(
            path.scores(weights)[:, units], columns=[index.panel.names[unit] for unit in units]
        )
        scores.insert(0, "code", index.framework.codes[path.node])
        scores.insert(1, "local", path.nominal)
        scores.insert(2, "weight", weights)
        frames.append(scores)
    return pd.concat(frames, ignore_index=True)


def _of_node(found: NodeSweeps, one: Sweep, language: Language) -> pd.DataFrame:
    import pandas as pd

    names, swaps = found.index.panel.names, one.swaps
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
        [row for at in range(len(one.moves.weights)) for row in _move_rows(found, one.moves, at, language)]
    )
    frame = pd.concat([part for part in (changes, moves) if len(part)] or [changes], ignore_index=True)
    framework, node, nominal = found.index.framework, one.path.node, one.path.nominal
    frame.insert(0, "code", framework.codes[node])
    frame.insert(1, "parent", framework.parent_of(node))
    frame.insert(2, "local", nominal)
    frame.insert(4, "weight_change", frame["weight_at"] - nominal)
    return frame.iloc[np.argsort(np.abs(frame["weight_change"]), kind="stable")]


def _move_rows(found: NodeSweeps, moves: Moves, at: int, language: Language) -> list[dict[str, object]]:
    """Return the rows of one change of tiers: a row a cut that moves, else one for those who swap tiers."""
    before, after = moves.before[at], moves.after[at]
    rows: list[dict[str, object]] = []

    def row(what: str, gaining: BoolArray, losing: BoolArray, was: float, now: float) -> None:
        sides = (
            ", ".join(found.index.panel.names[unit] for unit in np.flatnonzero(side))
            for side in (gaining, losing)
        )
        told = (what, *sides, was, now, int(moves.exact[at]))
        columns = ("what", "gaining", "losing", "place_before", "place_after", "exact")
        rows.append({"weight_at": moves.weights[at], **dict(zip(columns, told, strict=True))})

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
