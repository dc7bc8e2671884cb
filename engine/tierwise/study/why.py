"""Why scores and ranks changed between two indices: years, runs, frameworks or weightings of one list.

The factors (:mod:`tierwise.whatif.why`), and what is in their state before or after:

- own figures, and others': the values of the indicators that both indices have, as they stand after what is
  missing was filled in;
- scale: the units and values from which treatments and normalisations take extremes, means and order, and
  the goalposts and targets;
- weights: the local weights of the nodes that both have;
- method: every setting of ``[index]`` but the weights, and what the framework says of directions, treatment,
  normalisation and aggregation;
- framework: which nodes there are. An indicator that only one index has comes or goes with it, with the only
  figures that are known; its siblings share what it leaves of their weight.

A state in which values lie where an aggregation cannot take them (below the scale's end under a geometric
mean, or dimensions whose mean lies there) does not exist. Then the scale is no factor: every mixed list is
brought onto a scale of its own. Units that have no score in some of these lists either have no shares.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from tierwise.arrays import BoolArray, IntArray
from tierwise.errors import Problem, TierwiseError, problem, refuse_other_types
from tierwise.kernels.tree import Tree
from tierwise.lookup import Lookup
from tierwise.study.index import Index
from tierwise.study.mixed import Sides, rulers
from tierwise.whatif.shares import Group
from tierwise.whatif.why import AFTER, BEFORE, Explained, explained

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Why", "why"]

MOST_NAMED: Final = 5
BY_UNIT: Final = (
    *("units", "scores", "ranks", "score_shares", "rank_shares"),
    *("indicator_scores", "indicator_ranks"),
)


class Moves(NamedTuple):
    """The moves between the lists of two years."""

    years: tuple[int, int]
    why: Why


@dataclass(frozen=True)
class Why:
    """The change of every unit that is on both lists, divided among what differs; arrays in ``shares``.

    ``codes`` and ``names`` are the units' present ones, ``indicators`` those of both frameworks. ``entered``
    and ``left`` are the codes of the units on one list only, ``undivided`` those of units on both whose
    change cannot be divided: ``notes`` name them (Q004), and they are not among ``codes``.
    """

    before: Index = field(repr=False)
    after: Index = field(repr=False)
    codes: tuple[str, ...]
    names: tuple[str, ...]
    indicators: tuple[str, ...]
    indicator_names: tuple[str, ...]
    entered: tuple[str, ...]
    left: tuple[str, ...]
    shares: Explained = field(repr=False)
    undivided: tuple[str, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors that differ, own and others' figures always among them."""
        return self.shares.factors

    @cached_property
    def order(self) -> IntArray:
        """The units by their present rank."""
        return np.argsort(self.shares.ranks[AFTER], kind="stable")

    def of(self, unit: str) -> int:
        """Return the position of a unit on both lists, by code or name."""
        return Lookup(self.codes, self.names, "unit").find(unit)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a unit, by present rank: both ranks, the places that each factor brings, scores."""
        import pandas as pd

        shares = self.shares
        columns: dict[str, object] = {
            "code": self.codes,
            "name": self.names,
            "rank_from": shares.ranks[BEFORE],
            "rank_to": shares.ranks[AFTER],
            "move": shares.ranks[BEFORE] - shares.ranks[AFTER],
            **dict(zip(self.factors, shares.rank_shares, strict=True)),
            "score_from": shares.scores[BEFORE],
            "score_to": shares.scores[AFTER],
            **{
                f"score_{name}": share
                for name, share in zip(self.factors, shares.score_shares, strict=True)
                if name not in ("others", "units") or np.abs(share).max(initial=0.0) > 0
            },
        }
        frame = pd.DataFrame(columns).iloc[self.order].reset_index(drop=True)
        for column in ("rank_from", "rank_to", "move"):  # average ranks may end in a half
            whole = (frame[column].dropna() % 1 == 0).all()
            frame[column] = frame[column].astype("Int64") if whole else frame[column]
        return frame

    def by_indicator(self) -> pd.DataFrame | None:
        """Return one row a unit: the places that its own figures bring, by indicator.

        Of long lists the first units only. None where that is not known, and where no rank moved by own
        figures.
        """
        import pandas as pd

        ranks = self.shares.indicator_ranks
        if ranks is None or not np.nan_to_num(ranks).any():
            return None
        moved = np.flatnonzero(np.nan_to_num(ranks).any(axis=1))
        columns = {self.indicators[at]: ranks[at] for at in moved.tolist()}
        frame = pd.DataFrame({"code": self.codes, "name": self.names, **columns}).iloc[self.order]
        return frame.dropna(subset=[*columns]).reset_index(drop=True)

    def own(self, unit: int) -> list[tuple[str, float]]:
        """Return the names of the indicators and the places that each brings a unit, none where unknown."""
        ranks = self.shares.indicator_ranks
        if ranks is None or np.isnan(ranks[:, unit]).any():
            return []
        return [*zip(self.indicator_names, ranks[:, unit].tolist(), strict=True)]

    def __repr__(self) -> str:
        return f"Why({len(self.codes)} units, {', '.join(self.factors)})"


def why(
    before: Index,
    after: Index,
    *,
    renamed: Mapping[str, str] | None = None,
    apart: Set[tuple[str, str]] = frozenset(),
) -> Why:
    """Return what each factor adds to the change of every unit's score and rank between two indices.

    Args:
        before: the index of the list before, with its weights.
        after: that of the list after.
        renamed: former code = present code; other units are found by code, then by cleaned name.
        apart: former and present codes of units that are two, though their names are one.

    Raises:
        TierwiseError: Q001 where no unit is on both lists, Q002 where mixed lists do not meet the two that
            are compared (a method of the user's that is not repeatable), Q004 where no unit has a score in
            all of them, what a step raises for the figures
            of one index under the settings of the other; S024 for arguments of other types.

    """
    refuse_other_types(before=(before, Index), after=(after, Index))
    sides = Sides(before, after, renamed or {}, apart)
    if not sides.rows[:, sides.rows.min(axis=0) >= 0].size:
        raise TierwiseError(problem("Q001"))
    members = sides.rows >= 0
    shares = _explained(sides, members)
    _refuse_other_ends(sides, shares)
    whole, (shares, notes) = shares, _divided(sides, shares)
    names = {
        code: name
        for index in (before, after)
        for code, name in zip(index.framework.codes, index.framework.names, strict=True)
    }
    return Why(
        before=before,
        after=after,
        codes=tuple(sides.codes[unit] for unit in shares.units),
        names=tuple(after.panel.names[sides.rows[AFTER, unit]] for unit in shares.units),
        indicators=sides.indicators,
        indicator_names=tuple(names[code] for code in sides.indicators),
        entered=tuple(sides.codes[unit] for unit in np.flatnonzero(~members[BEFORE])),
        left=tuple(sides.codes[unit] for unit in np.flatnonzero(~members[AFTER])),
        shares=shares,
        undivided=tuple(sides.codes[unit] for unit in np.setdiff1d(whole.units, shares.units)),
        notes=notes,
    )


def _explained(sides: Sides, members: BoolArray) -> Explained:
    """Return the shares of the factors, without the scale where one of the mixed lists is not to be had."""
    groups = _groups(sides.index[AFTER].framework.tree, sides)
    shared, states = rulers(sides)
    try:
        shares = explained(states, shared, members, groups)
    except TierwiseError:  # a mixed state that an aggregation cannot take
        if "scale" not in shared:
            raise
    else:
        if shares.whole or "scale" not in shared:
            return shares
    shared, states = rulers(sides, refitted=True)
    return explained(states, shared, members, groups)


def _divided(sides: Sides, shares: Explained) -> tuple[Explained, tuple[Problem, ...]]:
    """Return the shares of the units that have them, and who has none (Q004, raised where nobody has)."""
    known = np.isfinite([*shares.rank_shares, *shares.score_shares]).all(axis=0)
    if known.all():
        return shares, ()
    panel = sides.index[AFTER].panel
    names = [panel.names[sides.rows[AFTER, unit]] for unit in shares.units[~known]]
    units = [*names[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])]
    told = problem("Q004", count=len(names), all=len(shares.units), units=units)
    if not known.any():
        raise TierwiseError(told)
    by_unit: dict[str, Any] = {
        name: None if (array := getattr(shares, name)) is None else array[..., known] for name in BY_UNIT
    }
    return replace(shares, **by_unit), (told,)


def _groups(tree: Tree, sides: Sides) -> Group:
    """Return the indicators as the framework after groups them, those that it has not at the end."""
    column = {int(leaf): at for at, leaf in enumerate(tree.leaves)}

    def below(node: int) -> Group:
        return tuple(
            column[child] if child in column else below(child) for child in tree.children[node].tolist()
        )

    return (*below(0), *range(len(tree.leaves), len(sides.indicators)))


def _refuse_other_ends(sides: Sides, shares: Explained) -> None:
    """Raise Q002 where the first or last mixed list is not the one that is explained."""
    for side, index in enumerate(sides.index):
        ranks = np.asarray(index.ranks, dtype=np.float64)[sides.rows[side, shares.units]]
        if not np.array_equal(ranks, shares.ranks[side]):
            at = int(np.flatnonzero(ranks != shares.ranks[side])[0])
            unit = index.panel.names[sides.rows[side, shares.units[at]]]
            raise TierwiseError(
                problem("Q002", unit=unit, rank=float(shares.ranks[side, at]), listed=float(ranks[at]))
            )
