"""A table of cells with headings, read from a workbook, a CSV file or a pandas frame.

Every cell keeps its address, so that a problem can name the place where the user will look for it.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from tierwise.arrays import LARGEST, SMALLEST
from tierwise.errors import Problems
from tierwise.inputs.meant import meant
from tierwise.names import same_form
from tierwise.words.keys import half_width
from tierwise.words.speaking import Heading
from tierwise.words.visible import without_controls

if TYPE_CHECKING:
    import pandas as pd

Cell: TypeAlias = str | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None

TRUE_WORDS = frozenset({"true", "yes", "y", "1", "是", "真"})
FALSE_WORDS = frozenset({"false", "no", "n", "0", "否", "假", ""})
# What spreadsheets show in a cell that failed: Excel, its newer functions and its other languages, Google's
# and Zoho's sheets, and LibreOffice's codes (Err:502).
SHOWN_ERRORS = (
    "#NULL! #DIV/0! #VALUE! #REF! #NAME? #NUM! #N/A #GETTING_DATA #SPILL! #CALC! #FIELD! #BLOCKED! "
    "#CONNECT! #UNKNOWN! #BUSY! #EXTERNAL! #PYTHON! #TIMEOUT! #ERROR! #MACRO? #CIRCULAR! "
    "#WERT! #BEZUG! #ZAHL! #NV #ÜBERLAUF! #KALK! #FELD! #VALEUR! #NOM? #NOMBRE! #N/D #NUL! #CALCUL! "
    "#¡VALOR! #¡REF! #¡NUM! #¡DIV/0! #¡NULO! #¿NOMBRE? #VALOR! #NOME? #VALORE! #RIF! "
    "#ЗНАЧ! #ССЫЛКА! #ИМЯ? #ЧИСЛО! #ДЕЛ/0! #Н/Д #ПУСТО!"
)
ERROR_CELLS = frozenset(SHOWN_ERRORS.split())
ERROR_CODE = re.compile(r"(?:Err|错误|错误代码|エラー)\s?[:：]\s?\d{3}")


def is_error(shown: str) -> bool:
    """Tell whether a text is what a spreadsheet shows in a cell that failed."""
    return shown.upper() in ERROR_CELLS or ERROR_CODE.fullmatch(shown) is not None


# Marks without width that come along when cells are copied from web pages and files.
SAMPLE = 200  # rows that say what numbers of a column are like
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Return the address of a cell whose row and column are counted from 0: (6, 4) is E7."""
    return f"{column_letters(column)}{row + 1}"


def is_example(cell: Cell) -> bool:
    """Tell whether a cell begins a template's example row, which is passed over: （示例）江阴市."""
    return isinstance(cell, str) and cell.lower().startswith(("（示例）", "(示例)", "(example)"))


@dataclass(frozen=True)
class Sheet:
    """Headings in row 1, one record a row below; wholly blank rows are left out but keep their place."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row_numbers: tuple[int, ...]  # of each record in its file, the header being row 1
    origin: str = ""  # the file, for messages about a whole sheet
    synonyms: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)  # it was renamed by
    headings: tuple[str, ...] = field(default=(), repr=False, compare=False)  # before it was renamed

    @classmethod
    def from_cells(cls, name: str, cells: Sequence[Sequence[object]], origin: str = "") -> Sheet:
        """Return the sheet whose first row of ``cells`` holds the headings."""
        grid = [[_clean(cell) for cell in row] for row in cells]
        width = max(
            (index + 1 for row in grid for index, cell in enumerate(row) if cell is not None), default=0
        )
        grid = [row[:width] + [None] * (width - len(row)) for row in grid]
        header = tuple(map(text, grid[0])) if grid else ()
        kept = [
            (n, tuple(row))
            for n, row in enumerate(grid[1:], 2)
            if any(cell is not None for cell in row) and not any(is_example(cell) for cell in row[:2])
        ]
        return cls(name, header, tuple(row for _, row in kept), tuple(n for n, _ in kept), origin)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, name: str) -> Sheet:
        """Return a pandas frame as a sheet; a named index becomes the first columns."""
        if any(level is not None for level in frame.index.names):
            frame = frame.reset_index()
        cells: list[list[object]] = [[*frame.columns]]
        cells += frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
        return cls.from_cells(name, cells)

    def place(self, row: int, column: int | str | None = None) -> str:
        """Return the address of a record's cell (``Data!E7``), or of the row (``Data!7``)."""
        number = self.row_numbers[row]
        if column is None:
            return f"{self.name}!{number}"
        at = self.header.index(column) if isinstance(column, str) else column
        return f"{self.name}!{address(number - 1, at)}"

    def heading_place(self, column: int | str) -> str:
        """Return the address of a column's heading."""
        at = self.header.index(column) if isinstance(column, str) else column
        return f"{self.name}!{address(0, at)}"

    def column(self, heading: str) -> list[Cell]:
        """Return the cells below a heading."""
        at = self.header.index(heading)
        return [row[at] for row in self.rows]

    @property
    def written(self) -> tuple[str, ...]:
        """The headings as they stand in the file."""
        return self.headings or self.header

    def take(self, rows: Sequence[int]) -> Sheet:
        """Return the sheet with some of its records."""
        numbers = tuple(self.row_numbers[row] for row in rows)
        return replace(self, rows=tuple(self.rows[row] for row in rows), row_numbers=numbers)

    def check_heading_row(self, heading: str, synonyms: Mapping[str, str], problems: Problems) -> None:
        """Note D018 where row 1 lacks a heading that one of the next rows has: a title stands above them."""
        if heading in self.header:
            return
        for row in range(min(len(self.rows), 5)):
            words = replace(self, header=tuple(map(text, self.rows[row]))).worded(synonyms).header
            if heading in words:
                problems.add("D018", self.name, heading=self.headed(heading), line=self.row_numbers[row])
                return

    def check_repeated(self, words: Collection[str], problems: Problems) -> None:
        """Note D007 for each heading among ``words`` that stands twice."""
        for at, heading in enumerate(self.header):
            if heading in words and heading in self.header[:at]:
                problems.add("D007", self.heading_place(at), heading=self.headed(heading))

    def worded(self, synonyms: Mapping[str, str], own: Collection[str] = ()) -> Sheet:
        """Return an input sheet with the headings that mean a word of its kind replaced by that word.

        ``synonyms`` leads to the words of the kind. A heading means a word that it is a synonym of, or that
        it is but for case, width and blanks (``Parent``, ``NAME``). Where several would be one word, the word
        itself comes first, then the first synonym; others keep their own name, except for headings of the
        same form: these become one word twice, a repeated heading. Headings that but for case are one of the
        user's ``own`` (codes of indicators) stay as they are.
        """
        words = {_form(word): word for word in synonyms.values()}
        known = {**{_form(word): meant for word, meant in synonyms.items()}, **words}
        for form in map(_form, own):
            known.pop(form, None)
        forms = [*map(_form, self.header)]
        holders = {word: form for form, word in words.items() if word in self.header}
        for form in sorted(forms, key=words.__contains__):  # synonyms before other forms of the word itself
            if form in known:
                holders.setdefault(known[form], form)
        header = [
            known[form] if form in known and holders[known[form]] == form else heading
            for heading, form in zip(self.header, forms, strict=True)
        ]
        return self._headed(header, synonyms)

    def renamed(self, synonyms: Mapping[str, str]) -> Sheet:
        """Return the sheet with headings that are synonyms replaced by what they mean, say codes.

        The first heading that means a word takes it; a later one keeps its own name.
        """
        taken = set(self.header)
        header = []
        for heading in self.header:
            plain = heading.strip().rstrip(":：")
            word = synonyms.get(plain.lower()) or synonyms.get(same_form(plain).lower(), heading)
            if word != heading and word not in taken:
                taken.add(word)
                header.append(word)
            else:
                header.append(heading)
        return self._headed(header, synonyms)

    def _headed(self, header: Sequence[str], synonyms: Mapping[str, str]) -> Sheet:
        known = {**self.synonyms, **synonyms}
        return replace(self, header=tuple(header), synonyms=known, headings=self.written)

    def headed(self, word: str) -> Heading:
        """Return a heading as a problem tells it, in the reader's language."""
        return Heading(word, self.synonyms)


def text(cell: Cell) -> str:
    """Return a cell as text: whole numbers without a point, TRUE and FALSE, blank as an empty string."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def number(
    sheet: Sheet, row: int, column: int, problems: Problems, typed: Literal["", "number", "share"] = ""
) -> float:
    """Return a cell as a number, NaN for a blank; note a problem for anything else.

    ``typed``: numbers that people type, which may have full-width digits; a share may be a percentage.
    """
    cell = sheet.rows[row][column]
    if cell is None:
        return math.nan
    if typed and isinstance(cell, str) and (typed == "share" or not cell.strip().endswith(("%", "％"))):
        plain = half_width(cell)
        cell = float(plain) if is_number(plain) else cell
    if isinstance(cell, str) and sheet.origin.lower().endswith(".csv"):
        cell = float(cell) if is_number(cell) else cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if not math.isfinite(cell):
            problems.add("D004", sheet.place(row, column), value=str(cell))
        elif cell != 0 and not SMALLEST <= abs(cell) <= LARGEST:
            problems.add("D014", sheet.place(row, column), value=float(cell))
        return float(cell)
    shown = text(cell)
    place = sheet.place(row, column)
    if is_error(shown) or shown.startswith("="):
        problems.add("D005" if is_error(shown) else "D015", place, value=shown)
    else:
        others = [cell for cell in (row[column] for row in sheet.rows[:SAMPLE]) if isinstance(cell, float)]
        problems.add("D003", place, value=shown, **meaning_fields(shown, sheet.header[column], others))
    return math.nan


def meaning_fields(shown: str, heading: str = "", others: Sequence[float] = ()) -> dict[str, Any]:
    """Return the fields of D003 that say which number a text means, blank where its column is in doubt."""
    meaning = meant(shown, heading, others)
    if meaning is None:
        return {"meant": "", "meant_zh": ""}
    return {
        "meant": f" (it seems to mean {meaning.number}: {meaning.why})",
        "meant_zh": f"（似乎应为 {meaning.number}：{meaning.why_zh}）",
    }


def is_number(cell: str) -> bool:
    """Tell whether a text reads as a finite number; Python's own ``1_000`` does not."""
    try:
        return math.isfinite(float(cell)) and "_" not in cell
    except ValueError:
        return False


def texts(sheet: Sheet, column: str, problems: Problems) -> list[str]:
    """Return a column as text, a blank as an empty string; note a problem for each error cell."""
    cells = [text(cell) for cell in sheet.column(column)]
    for row, shown in enumerate(cells):
        if is_error(shown):
            problems.add("D005", sheet.place(row, column), value=shown)
    return cells


def truth(sheet: Sheet, row: int, column: int, problems: Problems) -> bool:
    """Return a cell as TRUE or FALSE, a blank as FALSE; note a problem for anything else."""
    cell = sheet.rows[row][column]
    if isinstance(cell, bool):
        return cell
    word = text(cell).lower()
    if word not in TRUE_WORDS | FALSE_WORDS:
        problems.add("D006", sheet.place(row, column), value=word)
    return word in TRUE_WORDS


def _form(heading: str) -> str:
    """Return a heading without what does not tell headings apart: case, width, blanks, a colon behind it."""
    return same_form(heading).lower().rstrip(":")


def _clean(cell: object) -> Cell:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, str):
        return without_controls(cell).strip().strip(UNSEEN).strip() or None
    if isinstance(cell, (bool, dt.date, dt.time, dt.timedelta)):
        return cell
    if isinstance(cell, np.generic):
        return _clean(cell.item())
    try:
        return float(cell) if isinstance(cell, (int, float, Decimal)) else str(cell)
    except OverflowError:  # a whole number that no float can hold
        return str(cell)
