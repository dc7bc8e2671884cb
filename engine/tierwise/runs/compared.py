"""Two lists compared: ranks, tiers, entries and exits, settings, figures, and the reasons of the moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import Problem, Problems, TierwiseError, problem, spoken
from tierwise.runs.cells import figures_that_differ
from tierwise.runs.sides import Side, flat, panel_of, shown, side_of
from tierwise.study.contradicted import of_panels, told
from tierwise.study.matches import Matches, units_matched
from tierwise.study.why import Why, why
from tierwise.study.year_units import by_name, doubled, perhaps_of, recoded_units
from tierwise.tables.why import why_frame
from tierwise.whatif.lists import Differences, Lists, differences, kendall
from tierwise.words.language import Language, Text
from tierwise.words.speaking import TOML

if TYPE_CHECKING:
    import pandas as pd

BEFORE, AFTER = 0, 1
UNSAID: Final = (
    "report.year",
    "report.renamed",
)  # differ as a matter of course
NAMED: Final = "、"
EARLIER, LATER = Text("the earlier list", "前一份榜单"), Text("the later list", "后一份榜单")


@dataclass(frozen=True)
class Runs:
    """Two lists side by side.

    ``codes`` and ``names`` are those of all units, the present ones first; ``rows (2, units)`` where each
    stands on either side, -1 where it does not. ``why`` is None where reasons cannot be told; ``notes``
    say what is left out for which reason.
    """

    before: Side
    after: Side
    codes: tuple[str, ...]
    names: tuple[str, ...]
    rows: IntArray = field(repr=False)
    why: Why | None = None
    notes: tuple[Problem, ...] = ()

    @property
    def language(self) -> Language:
        """The language of the later side."""
        return "en" if self.after.scenario is None else self.after.scenario.language

    def of(self, name: str) -> FloatArray:
        """Return ``(2, units)`` of a side's array, NaN for a unit that it has not."""
        sides = (self.before, self.after)
        return np.array(
            [
                np.where(rows >= 0, np.asarray(getattr(side, name), dtype=np.float64)[rows], np.nan)
                for side, rows in zip(sides, self.rows, strict=True)
            ]
        )

    @cached_property
    def listed(self) -> BoolArray:
        """``(2, units)``: whether a unit is on the list of either side."""
        out = np.zeros(self.rows.shape, dtype=np.bool_)
        for at, side in enumerate((self.before, self.after)):
            out[at] = (self.rows[at] >= 0) & np.isin(self.rows[at], side.listed)
        return out

    @cached_property
    def has_tiers(self) -> bool:
        """Whether both sides have tiers."""
        return bool(self.before.tiers.any() and self.after.tiers.any())

    @cached_property
    def differences(self) -> Differences:
        """How the later list differs from the earlier, over the units that both rank."""
        ranks, tiers = self.of("ranks"), np.nan_to_num(self.of("tiers")).astype(np.int64)
        tops = [
            int(np.nanmax(np.where(listed, own, 0))) for listed, own in zip(self.listed, ranks, strict=True)
        ]
        base, other = (Lists(ranks[at][None], tiers[at][None], tops[at]) for at in (BEFORE, AFTER))
        return differences(base, other)

    @property
    def kendall(self) -> float:
        """Kendall's tau-b of the two lists."""
        ranks = self.of("ranks")
        return kendall(ranks[BEFORE], ranks[AFTER])

    @cached_property
    def order(self) -> IntArray:
        """The units by their later rank, those that have none by their earlier one behind them."""
        ranks = self.of("ranks")
        return np.lexsort((np.nan_to_num(ranks[BEFORE], nan=np.inf), np.nan_to_num(ranks[AFTER], nan=np.inf)))

    @cached_property
    def gained(self) -> FloatArray:
        """Places gained ``(units,)``, NaN where a unit has no rank on one side."""
        ranks = self.of("ranks")
        return np.asarray(ranks[BEFORE] - ranks[AFTER], dtype=np.float64)

    @cached_property
    def kinds(self) -> list[str]:
        """What became of each unit: entry, exit, up, down, same; blank where it is on no list."""
        kinds = []
        for was, now, move in zip(*self.listed, self.gained, strict=True):
            if was != now:
                kinds.append("entry" if now else "exit")
            elif np.isnan(move):
                kinds.append("")
            else:
                kinds.append("up" if move > 0 else "down" if move < 0 else "same")
        return kinds

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by name, those without a row left out."""
        made = {
            "compared_units": self.units(),
            "compared_groups": self.by_group(),
            "compared_settings": self.settings(),
            "compared_figures": figures_that_differ(self.before, self.after, self.rows, self.codes),
        }
        if self.why is not None:
            made["changes_why"] = why_frame(self.why, self.language)
            if (by := self.why.by_indicator()) is not None:
                made["changes_why_indicators"] = by
        return {name: frame for name, frame in made.items() if len(frame)}

    def units(self) -> pd.DataFrame:
        """Return one row a unit: its ranks, tiers and scores on both sides."""
        import pandas as pd

        ranks, scores, tiers = self.of("ranks"), self.of("scores"), self.of("tiers")
        columns: dict[str, Any] = {
            "code": self.codes,
            "name": self.names,
            **self.groups,
            "change": self.kinds,
            "rank_from": ranks[BEFORE],
            "rank_to": ranks[AFTER],
            "move": ranks[BEFORE] - ranks[AFTER],
        }
        if self.has_tiers:
            tiers = np.where(tiers > 0, tiers, np.nan)
            columns |= {"tier_from": tiers[BEFORE], "tier_to": tiers[AFTER]}
        columns |= {"score_from": scores[BEFORE], "score_to": scores[AFTER]}
        frame = pd.DataFrame(columns).iloc[self.order].reset_index(drop=True)
        for column in ("rank_from", "rank_to", "move", "tier_from", "tier_to"):
            if column in frame and (frame[column].dropna() % 1 == 0).all():  # average ranks may end in a half
                frame[column] = frame[column].astype("Int64")
        return frame

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """The group columns of the later side, filled from the earlier one for units that are gone."""
        out = {}
        for name, now in self.after.groups.items():
            was = self.before.groups.get(name)
            out[name] = [
                now[after] if after >= 0 else "" if was is None else was[before]
                for before, after in zip(*self.rows.tolist(), strict=True)
            ]
        return out

    def by_group(self) -> pd.DataFrame:
        """Return one row a group: its listed units on both sides, entries and exits by name."""
        import pandas as pd

        rows = []
        kinds = np.array(self.kinds)
        for column, labels in self.groups.items():
            own = np.array(labels)
            for group in dict.fromkeys(own[self.order].tolist()):
                here = own == group
                entered, left = (self._names(here & (kinds == kind)) for kind in ("entry", "exit"))
                counts = (self.listed & here).sum(axis=1).tolist()
                if group and any(counts):
                    rows.append(
                        {
                            "column": column,
                            "group": group,
                            "units_from": counts[BEFORE],
                            "units_to": counts[AFTER],
                            "entered": entered,
                            "left": left,
                        }
                    )
        return pd.DataFrame(rows)

    def _names(self, chosen: Any) -> str:
        comma = ", " if self.language == "en" else NAMED
        return comma.join(self.names[unit] for unit in self.order.tolist() if chosen[unit])

    def settings(self) -> pd.DataFrame:
        """Return one row a setting that differs."""
        import pandas as pd

        before, after = flat(self.before.settings), flat(self.after.settings)
        keys = [key for key in {**after, **before} if key.rpartition(".")[0] not in UNSAID]
        rows = [
            {"key": key, "from": shown(before.get(key)), "to": shown(after.get(key))}
            for key in keys
            if key not in UNSAID and shown(before.get(key)) != shown(after.get(key))
        ]
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        counts = {kind: self.kinds.count(kind) for kind in ("entry", "exit", "up", "down", "same")}
        return f"Runs({', '.join(f'{kind} {count}' for kind, count in counts.items())})"


def compare_runs(before: str | Path | Side, after: str | Path | Side) -> Runs:
    """Return two lists side by side: folders of results, books, scenario files or bundled names.

    Units are found by code (renamed ones by the later side's ``[report] renamed``), then by cleaned name.
    A folder gives the list that it holds; figures and reasons are told where its input is still as it was.

    Raises:
        TierwiseError: every problem of both sides at once; Q030, Q031 for a folder without results; Q013
            where two units of the earlier list would be one of the later.

    """
    problems, sides = Problems(), []
    for reference in (before, after):
        with problems.caught():
            sides.append(reference if isinstance(reference, Side) else side_of(reference))
    problems.raise_any()
    one, other = sides
    matched = units_matched(panel_of(one), panel_of(other), other.renamed, other.apart)
    speaker = TOML if other.scenario is None else other.scenario.speaker
    notes = [*one.notes, *other.notes, *_odd_units(one, other, matched)]
    codes, names, rows = _together(one, other, matched.codes)
    found = None
    if one.index is not None and other.index is not None:
        try:
            found = why(one.index, other.index, renamed=other.renamed, apart=other.apart)
            notes += found.notes
        except TierwiseError as error:
            (first,) = spoken(error.problems[:1], speaker)
            reason = Text(first.text("en"), first.text("zh"))
            notes.append(problem("Q003", year_from=EARLIER, year_to=LATER, reason=reason))
    return Runs(one, other, codes, names, rows, found, tuple(spoken(notes, speaker)))


def _odd_units(before: Side, after: Side, matched: Matches) -> list[Problem]:
    """Return what is to be known of which unit is which.

    Y027: found by name; Y031, Y032: codes that stand for other names; Y028: an entry and an exit that may be
    one unit. Raises Q013 where two units of the earlier side would be one of the later.
    """
    one, other = panel_of(before), panel_of(after)
    place, present = before.label, replace(one, codes=matched.codes)
    if problems := [replace(each, place=place) for each in doubled(one, matched.codes, EARLIER)]:
        raise TierwiseError(*problems)
    noted = [
        *told(of_panels(present, other, after.renamed), place, LATER, EARLIER),
        *recoded_units(by_name(one, matched, EARLIER), LATER),
        *perhaps_of(present, other, (EARLIER, LATER), after.apart),
    ]
    return [replace(each, place=place) for each in noted]


def _together(
    before: Side, after: Side, present: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...], IntArray]:
    """Return codes and names of the units of two sides, and where each stands on either.

    ``present`` are the codes that the units before have after.
    """
    position = {code: at for at, code in enumerate(after.codes)}
    gone = [at for at, code in enumerate(present) if code not in position]
    was = {code: at for at, code in enumerate(present)}
    rows = [[was.get(code, -1) for code in after.codes] + gone, [*range(len(after.codes))] + [-1] * len(gone)]
    codes = (*after.codes, *(present[at] for at in gone))
    names = (*after.names, *(before.names[at] for at in gone))
    return codes, names, np.array(rows, dtype=np.int64)
