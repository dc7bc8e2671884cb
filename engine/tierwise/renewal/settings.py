"""Settings of next year's book: name, title and year raised, paths to other files as they stand from it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tierwise.inputs.files import CHINESE_SHEETS
from tierwise.inputs.sheet import Cell, Sheet, text
from tierwise.renewal.cells import Edits
from tierwise.spec.document import SHEET_SYNONYMS, key_of, names_file
from tierwise.words.language import Language

YEAR: Final = ("report", "year")
RAISED: Final = (("name",), ("title",))  # texts in which last year's number is replaced


class Setting(NamedTuple):
    """A setting that was changed; ``key`` as the sheet has it."""

    key: str
    before: str
    after: str


class Renewal(NamedTuple):
    """Cells of the sheet of settings to change, the sheet itself where the book has none, what changed."""

    edits: Edits
    sheet: tuple[str, Sequence[Sequence[Cell]]] | None
    changed: tuple[Setting, ...]


def renewed_settings(
    sheet: Sheet | None, years: tuple[int, int], files: tuple[Path, Path], language: Language
) -> Renewal:
    """Return the settings of the next of two years; ``files`` are this year's book and next year's."""
    last, year = years
    shown = ".".join(YEAR)
    if sheet is None:
        name = CHINESE_SHEETS["Scenario"] if language == "zh" else "Scenario"
        rows: list[tuple[Cell, ...]] = [("key", "value"), (shown, year)]
        return Renewal({}, (name, rows), (Setting(shown, "", str(year)),))
    known = sheet.worded(SHEET_SYNONYMS)
    names, value = known.header.index("key"), known.header.index("value")
    edits: dict[tuple[int, int], Cell] = {}
    changed = []
    keys = [key_of(text(row[names])) for row in known.rows]
    for key, row, number in zip(keys, known.rows, known.row_numbers, strict=True):
        before = text(row[value])
        after: Cell = before
        if key in RAISED:
            after = before.replace(str(last), str(year))
        elif key == YEAR:
            after = year
        elif key and names_file(key) and before:
            after = _seen_from(before, *files)
        if text(after) != before:
            edits[number - 1, value] = after
            changed.append(Setting(text(row[names]), before, text(after)))
    if YEAR not in keys:
        below = max(known.row_numbers, default=1)
        edits |= {(below, names): shown, (below, value): year}
        changed.append(Setting(shown, "", str(year)))
    return Renewal(edits, None, tuple(changed))


def _seen_from(path: str, source: Path, target: Path) -> str:
    """Return a path that stands beside one file as it stands from the folder of another."""
    here, there = source.resolve().parent, target.resolve().parent
    if here == there or Path(path).is_absolute():
        return path
    return Path(os.path.relpath(here / path, there)).as_posix()
