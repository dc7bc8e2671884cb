"""Moves between two years that the experts' weights cannot undo: both years under the same draws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.blocks import DRAWS
from tierwise.draws.paired import Moves as Counts
from tierwise.draws.paired import paired_moves
from tierwise.draws.setup import Setup
from tierwise.draws.simulate import prepared
from tierwise.draws.source import Source
from tierwise.errors import TierwiseError, located, problem
from tierwise.study.columns import tier_column, whole
from tierwise.study.draws import draw_plan, key_of_draws
from tierwise.study.series import Series, Year

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["moves"]


@dataclass(frozen=True)
class Moves:
    """How the units that are ranked in two years moved, and in what share of the draws they did.

    ``pairs (units, 2)`` are their numbers in the earlier and in the later panel, best of the later first.
    """

    before: Year
    after: Year
    pairs: IntArray
    counts: Counts
    interval: float

    def share(self, what: str) -> FloatArray:
        """Return the share of draws ``(units,)`` in which units did what a field of the counts says."""
        return np.asarray(getattr(self.counts, what) / max(self.counts.draws, 1), dtype=np.float64)

    @cached_property
    def verdicts(self) -> list[str]:
        """Whether each unit ``rose``, ``fell`` or ``stayed`` nearly whatever the weights, else ``open``.

        Nearly: in the share of draws that ``[uncertainty] interval`` asks for.
        """
        shares = np.stack([self.share("rose"), self.share("fell")])
        same = 1.0 - shares.sum(axis=0)
        words = np.select(
            [*(share >= self.interval for share in shares), same >= self.interval], [0, 1, 2], 3
        )
        return [("rose", "fell", "stayed", "open")[at] for at in words.tolist()]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a unit that is ranked in both years, best of the later year first."""
        import pandas as pd

        old, new = self.pairs.T
        index, former = self.after.index, self.before.index
        ranks = [one.ranks[at].astype(np.float64) for one, at in ((former, old), (index, new))]
        columns: dict[str, object] = {
            "code": [index.panel.codes[unit] for unit in new],
            "name": [index.panel.names[unit] for unit in new],
            "year_from": self.before.year,
            "year_to": self.after.year,
            "rank_from": whole(ranks[0]),
            "rank_to": whole(ranks[1]),
            "move": whole(ranks[0] - ranks[1]),
            "move_mean": self.counts.gained,
            "p_rise": self.share("rose"),
            "p_fall": self.share("fell"),
        }
        if any(one.tiers.top < len(one.index.panel) for one in (self.before, self.after)):
            columns |= {"p_enter": self.share("entered"), "p_exit": self.share("left")}
        if self.counts.up is not None:
            columns |= {
                "tier_from": tier_column(self.before.tiers.tiers[old]),
                "tier_to": tier_column(self.after.tiers.tiers[new]),
                "p_tier_up": self.share("up"),
                "p_tier_down": self.share("down"),
            }
        return pd.DataFrame({**columns, "verdict": self.verdicts})

    def __repr__(self) -> str:
        certain = len(self.verdicts) - self.verdicts.count("open")
        years = f"{self.before.year} to {self.after.year}"
        return f"Moves({years}: {certain} of {len(self.pairs)} units certain, {self.counts.draws:,} draws)"


def moves(
    series: Series, before: int | None = None, after: int | None = None, draws: int | None = None
) -> Moves:
    """Return how units moved between two years of a series under draws that both years share.

    Args:
        series: the years.
        before: the earlier one (default: the one before the later, or ``[panel] since`` for this list).
        after: the later one (default: this list's).
        draws: how many (default: those of ``[uncertainty]`` of the later year; 10,000 for ``auto``).

    Raises:
        TierwiseError: Y004 for a year that the series has not, Y022 where there is none before; what
            :func:`tierwise.study.draws.draw_plan` raises.

    """
    last = series.year if after is None else after
    first = series.before(last) if before is None else before
    if first is None:
        raise TierwiseError(problem("Y022", year=last))
    for year in (first, last):
        if year not in series.years:
            raise TierwiseError(problem("Y004", year=year, years=[*series.years]))
    old, new = series[first], series[last]
    place = {code: unit for unit, code in enumerate(old.index.panel.codes)}
    codes = new.index.panel.codes
    both = [(place[codes[unit]], unit) for unit in new.index.order.tolist() if codes[unit] in place]
    pairs = np.array(both, dtype=np.int64).reshape(-1, 2)
    uncertainty = new.scenario.spec.uncertainty
    asked = uncertainty.draws if draws is None else draws
    counts = paired_moves(
        _drawn(old), _drawn(new), pairs, draws=DRAWS if asked == "auto" else int(asked), seed=uncertainty.seed
    )
    return Moves(old, new, pairs, counts, uncertainty.interval)


def _drawn(one: Year) -> tuple[Source, Setup]:
    """Return what makes the draws of a year, and what is counted in them."""
    plan = draw_plan(one.index, one.tiers, one.scenario.spec, one.scenario.experts)
    settings = plan.settings
    counted = {
        key: value for key, value in settings.items() if key not in ("draws", "seed", "nominal", "tolerance")
    }
    with located(key_of_draws):
        return plan.source, prepared(plan.source, settings["nominal"], quantities=(), **counted)
