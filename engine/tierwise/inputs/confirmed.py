"""Units to confirm: which unit of last year is which of this year, as decided on their sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tierwise.errors import Problem, Problems, problem
from tierwise.inputs.sheet import Sheet, text, texts, truth

RENAMED: Final = "[report] renamed"
FORMER, PRESENT, USE, FORMER_NAME = "former_code", "present_code", "use", "former_name"
SYNONYMS: Final = {
    "former code": FORMER,
    "原代码": FORMER,
    "present code": PRESENT,
    "现代码": PRESENT,
    "former name": FORMER_NAME,
    "原名称": FORMER_NAME,
    "use": USE,
    "采用": USE,
    "是否采用": USE,
    "采用（是/否）": USE,
    "采用(是/否)": USE,
}


@dataclass(frozen=True)
class Confirmed:
    """Units under another code: ``renamed`` leads from the former to the present one.

    ``open`` tells which proposals nobody has decided on, each with its cell. ``apart`` has the former and
    present codes that were answered with no: two units, or with one code blank a unit that no other is.
    ``names`` are those of former codes.
    """

    renamed: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict, repr=False)  # cell of each former code's answer
    open: tuple[Problem, ...] = field(default=())
    apart: frozenset[tuple[str, str]] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_sheet(cls, sheet: Sheet) -> Confirmed:
        """Return what a sheet of units says: former code, present code, use (yes or no).

        Raises :class:`TierwiseError` with Q011 (a heading is missing), D006 (neither yes nor no), Q012 (a
        former unit with two present ones), Q014 (yes without both codes).
        """
        sheet = sheet.worded(SYNONYMS)
        problems = Problems()
        for heading in (FORMER, PRESENT, USE):
            if heading not in sheet.header:
                problems.add("Q011", sheet.name, heading=sheet.headed(heading))
        sheet.check_repeated({*SYNONYMS.values()}, problems)
        problems.raise_any()
        former, present = (texts(sheet, heading, problems) for heading in (FORMER, PRESENT))
        at = sheet.header.index(USE)
        renamed: dict[str, str] = {}
        rows: dict[str, int] = {}
        undecided = []
        apart = set()
        for row, (before, after) in enumerate(zip(former, present, strict=True)):
            place = sheet.place(row, USE)
            if text(sheet.rows[row][at]) == "":
                undecided += (
                    [problem("Q015", place, former=before, present=after, also="", also_zh="")]
                    if before and after
                    else []
                )
            elif truth(sheet, row, at, problems):
                if not (before and after):
                    problems.add("Q014", place)
                    continue
                if before in rows:
                    problems.add("Q012", place, code=before, first=sheet.place(rows[before], USE))
                rows.setdefault(before, row)
                renamed[before] = after
            else:
                apart.add((before, after))
        named = texts(sheet, FORMER_NAME, problems) if FORMER_NAME in sheet.header else [""] * len(former)
        problems.raise_any()
        places = {code: sheet.place(row, USE) for code, row in rows.items()}
        changed = {one: other for one, other in renamed.items() if one != other}
        names = {code: name for code, name in zip(former, named, strict=True) if code and name}
        return cls(changed, places, tuple(undecided), frozenset(apart), names)

    def beside(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Return these units together with those of ``[report] renamed``.

        Raises :class:`TierwiseError` Q012 for a former unit that has another present one there.
        """
        problems = Problems()
        for code, present in self.renamed.items():
            if given.get(code, present) != present:
                problems.add("Q012", self.places[code], code=code, first=RENAMED)
        problems.raise_any()
        return {**given, **self.renamed}
