"""A raw file cleaned into a workbook that ``tierwise check`` and ``run`` take."""

from __future__ import annotations

from dataclasses import dataclass, field
from dataclasses import replace as replaced
from pathlib import Path
from typing import Final

from tierwise.cleaning.grid import RawTable
from tierwise.cleaning.headings import indicators_of
from tierwise.cleaning.own_columns import without_own_formulas
from tierwise.cleaning.reading import TEXT_ENDINGS, read_tables
from tierwise.cleaning.rules import Change
from tierwise.cleaning.table import cleaned
from tierwise.cleaning.writing import CleanSheet, refuse, write
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.inputs.files import (
    CHINESE_SHEETS,
    WORKBOOK_ENDINGS,
    input_sheet,
    no_sheet,
    read_csv,
    read_workbook,
)
from tierwise.inputs.sheet import Sheet
from tierwise.names import nearest
from tierwise.words.language import Language, is_chinese
from tierwise.words.result_sheets import CHANGES

CLEANED: Final = ("Data", "Framework", "Experts", "History")


@dataclass(frozen=True)
class Clean:
    """A cleaned file: its sheets, what was changed, and what is left to decide."""

    source: Path
    sheets: tuple[CleanSheet, ...]
    language: Language
    more: tuple[Change, ...] = field(default=())  # changes of no sheet
    written: Path | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes, in the order of the sheets."""
        return (*(change for sheet in self.sheets for change in sheet.changes), *self.more)

    @property
    def doubts(self) -> tuple[Change, ...]:
        """What is not sure: left blank (rows and columns: as they were), coloured and listed."""
        return tuple(change for change in self.changes if not change.sure)

    def write(self, out: str | Path, *, replace: bool = False) -> Path:
        """Write the clean copy and return its path; raises as :func:`tierwise.clean`."""
        refuse(Path(out), self.source, replace=replace)
        write(Path(out), self.sheets, self.source, self.language, self.more)
        return Path(out)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{sheet.name}: {len(sheet.cells) - 1} rows" for sheet in self.sheets)
        return (
            f"Clean({self.source.name!r}: {sizes}; {len(self.changes)} changes, {len(self.doubts)} not sure)"
        )


def clean(
    raw: str | Path,
    out: str | Path | None = None,
    *,
    sheet: str | None = None,
    framework: str | Path | None = None,
    replace: bool = False,
) -> Clean:
    """Clean a raw table or workbook, and write the clean copy to ``out`` where it is given.

    The sheets Data, Framework, Experts and History are cleaned by the rules of docs/clean.md; a sheet of
    settings and one of comparisons are copied. A file with one sheet of another name is Data.

    Args:
        raw: a workbook (.xlsx .xlsm .xlsb .xls .et .ods) or a text file (.csv .tsv .txt); never written to.
        out: the clean copy, an .xlsx.
        sheet: the sheet that holds the data, where names do not tell.
        framework: a workbook with a sheet Framework, or a CSV file: headings are matched with its indicators,
            figures converted into its units.
        replace: replace ``out`` also where it is not this input's own unedited output.

    Raises:
        TierwiseError: I001-I004, I012 (unreadable), I008, I009, I053 (the output), I005 (no Framework in the
            file given), I050 (no headings found), I051, I052 (format), I054, I055 (which sheet).

    """
    path = Path(raw)
    if out is not None:
        refuse(Path(out), path, None if framework is None else Path(framework), replace=replace)
    tables, notes = read_tables(path)
    chosen, passed = _roles(path, tables, sheet)
    frame = None if framework is None else _framework(Path(framework))
    if "Framework" in chosen:
        chosen["Framework"], left = without_own_formulas(chosen["Framework"])
        notes += left
    problems = Problems()
    done: dict[str, CleanSheet] = {}
    if frame is None and "Framework" in chosen:
        with problems.caught():
            tree = cleaned(chosen["Framework"], "Framework", {})
            frame = Sheet.from_cells("Framework", [tree.header, *tree.rows])
    indicators = indicators_of(frame)
    for role, table in chosen.items():
        if role not in CLEANED:
            done[role] = CleanSheet(table.name, table.cells)
            continue
        with problems.caught():
            made = cleaned(table, role, indicators)
            done[role] = CleanSheet(table.name, (made.header, *made.rows), made.changes)
    problems.raise_any()
    if framework is not None and frame is not None:
        copied, left = without_own_formulas(RawTable.of(frame.name, (frame.header, *frame.rows)))
        kept = [at for at in range(copied.width) if any(row[at] is not None for row in copied.cells)]
        done["Framework"] = CleanSheet("", tuple(tuple(row[at] for at in kept) for row in copied.cells))
        notes += left
    language: Language = (
        "zh" if _is_chinese(done["Data"] if "Data" in done else next(iter(done.values()))) else "en"
    )
    sheets = tuple(replaced(one, name=_name(role, one.name, language)) for role, one in done.items())
    more = (*notes, *(Change(table.name, "", "", ("sheet-passed-over",)) for table in passed))
    book = Clean(path, sheets, language, more)
    return book if out is None else replaced(book, written=book.write(out, replace=replace))


def _roles(
    path: Path, tables: list[RawTable], sheet: str | None
) -> tuple[dict[str, RawTable], list[RawTable]]:
    """Return the tables by the input sheets that they are, and those that are none."""
    names = [table.name for table in tables]
    if not tables:
        raise TierwiseError(problem("I050", path.name, above="", above_zh=""))
    if sheet is not None and sheet not in names:
        raise TierwiseError(
            problem("I054", path.name, sheet=sheet, nearest=nearest(sheet, names), choices=names)
        )
    chosen: dict[str, RawTable] = {}
    rest = []
    text = path.suffix.lower() in TEXT_ENDINGS
    for table in tables:
        role = "Data" if table.name == sheet or text else input_sheet(table.name)
        if role == "Data" and sheet is not None and table.name != sheet:
            role = ""
        if role and role not in chosen:
            chosen[role] = table
        elif table.name not in CHANGES.values() and not table.name.startswith("_"):
            rest.append(table)
    if "Data" not in chosen and not {*chosen} - {"Scenario"}:
        if len(rest) != 1:
            raise TierwiseError(problem("I055", path.name, choices=[table.name for table in rest]))
        chosen["Data"] = rest.pop()
    elif "Data" not in chosen and len(rest) == 1:
        chosen["Data"] = rest.pop()
    order = [
        role
        for role in ("Data", "Framework", "Experts", "Comparisons", "Judgements", "History", "Scenario")
        if role in chosen
    ]
    return {role: chosen[role] for role in order}, rest


def _framework(path: Path) -> Sheet:
    """Return the framework of a workbook or of a CSV file."""
    if path.suffix.lower() not in WORKBOOK_ENDINGS:
        return read_csv(path)
    sheets = read_workbook(path)
    if "Framework" not in sheets:
        raise TierwiseError(no_sheet(path, "Framework"))
    return sheets["Framework"]


def _is_chinese(sheet: CleanSheet) -> bool:
    return is_chinese(*(str(cell or "") for cell in sheet.cells[0]))


def _name(role: str, given: str, language: Language) -> str:
    """Return a sheet's name: its own where it means the role, else the role's in the table's language."""
    if input_sheet(given) == role and given != role:
        return given
    return CHINESE_SHEETS[role] if language == "zh" and given != role else role
