"""A returned form read: every answer found by its keys, every fault named by file and cell."""

from __future__ import annotations

import io
import math
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from tierwise.cleaning.grid import RawTable
from tierwise.cleaning.reading import read_tables
from tierwise.delphi.answers import accepted_rating, are_shares, broken, not_taken, number_in, score_in
from tierwise.delphi.asked import HEAD, DelphiBook, Identity, Kind, keys_of, least
from tierwise.delphi.rating import BASES, SELF, rated
from tierwise.delphi.texts import rendered
from tierwise.delphi.worded import WordScale
from tierwise.delphi.writer import KEYS
from tierwise.errors import Problem, Problems, TierwiseError, problem
from tierwise.inputs.files import read_bytes
from tierwise.inputs.sheet import Cell, address, text
from tierwise.methods.ahp import LEAST
from tierwise.outputs.files import DAMAGED
from tierwise.tolerances import TYPED
from tierwise.words.keys import squeezed

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SENT: Final = "sent.csv"  # the list of forms that lies beside them
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


class Untaken(NamedTuple):
    """An answer that was given and not taken: its cell, the question, the text."""

    place: str
    key: str
    given: str


@dataclass(frozen=True)
class Returned:
    """One form as it came back. A question without an answer was left blank or not taken."""

    file: str
    who: Identity
    answers: Mapping[str, float]
    rating: Mapping[str, float]
    comments: Mapping[str, str]
    places: Mapping[str, str]  # cell of each question found
    blanks: tuple[str, ...]  # cells left blank
    untaken: tuple[Untaken, ...]
    problems: tuple[Problem, ...]
    counts: Mapping[str, int] = field(default_factory=dict)  # of problems by kind


class Opened(NamedTuple):
    """A file that may be a form: its fingerprint and the sheet with the keys, or why it cannot be read."""

    name: str  # below the folder
    who: Identity | None
    table: RawTable | None
    problems: tuple[Problem, ...] = ()


def open_form(path: Path, folder: Path | None = None) -> Opened:
    """Return a file below a folder opened; ``problems``: E200 (no form), E201 (password), I (unreadable)."""
    name = path.relative_to(folder or path.parent).as_posix()
    try:
        _refuse_password(path, name)
        tables, _ = read_tables(path)
    except TierwiseError as error:
        return Opened(name, None, None, error.problems)
    identity = _identity(tables)
    if identity is None:
        return Opened(name, None, None, (problem("E200", name),))
    return Opened(name, *identity)


def read_returned(form: Opened, book: DelphiBook, number: int, kind: Kind, scale: WordScale) -> Returned:
    """Return the answers of a form; ``scale`` tells what words are worth.

    Raises :class:`TierwiseError` where nothing of it may be taken: what kept it from being opened, E202
    (another book), E203 (another framework version), E204 (another round), E218 (another kind).
    """
    who, name = form.who, form.name
    if who is None:
        raise TierwiseError(*form.problems)
    if who.book != book.mark:
        raise TierwiseError(problem("E202", name, book=book.path.name))
    if who.framework != book.version:
        raise TierwiseError(problem("E203", name, book=book.path.name))
    if who.round != number:
        raise TierwiseError(problem("E204", name, found=who.round, expected=number))
    if who.kind != kind:
        raise TierwiseError(problem("E218", name, kind=who.kind, expected=kind))
    return _Reader(name, who, form.table, book, scale).read()


def _refuse_password(path: Path, name: str) -> None:
    content = read_bytes(path)
    locked = content.startswith(OLE) and ENCRYPTED in content
    # What is damaged is told by whoever reads its cells.
    with suppress(*DAMAGED), zipfile.ZipFile(io.BytesIO(content)) as archive:
        manifest = "META-INF/manifest.xml"
        locked = any(entry.flag_bits & 1 for entry in archive.infolist()) or (
            manifest in archive.namelist() and b"encryption-data" in archive.read(manifest)
        )
    if locked:
        raise TierwiseError(problem("E201", name))


def _identity(tables: list[RawTable]) -> tuple[Identity, RawTable | None] | None:
    """Return the fingerprint, and the sheet that holds the keys."""
    who: Identity | None = None
    sheet: RawTable | None = None
    for table in tables:
        for row in table.cells[:5]:
            for cell in row:
                if isinstance(cell, str) and cell.startswith(HEAD):
                    who = who or Identity.from_line(cell)
        if sheet is None and any("columns" in row or _has_group(row) for row in table.cells):
            sheet = table
    return None if who is None else (who, sheet)


def _has_group(row: tuple[Cell, ...]) -> bool:
    return any(isinstance(cell, str) and cell.startswith("group:") for cell in row)


class _Reader:
    """The answers on one sheet, looked up by the keys of rows and columns."""

    def __init__(
        self, file: str, who: Identity, table: RawTable | None, book: DelphiBook, scale: WordScale
    ) -> None:
        self.file, self.who, self.book = file, who, book
        self.scale = scale if scale.top == who.top else WordScale(who.top)
        self.table = table
        self.problems = Problems()
        self.answers: dict[str, float] = {}
        self.rating: dict[str, float] = {}
        self.comments: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self.blanks: list[str] = []
        self.untaken: list[Untaken] = []
        self.low = LEAST if who.kind == "pairs" else least(who.kind, who.top)

    def read(self) -> Returned:
        """Return all that the form holds."""
        if self.table is None:
            self.problems.add("E214", self.file)
        else:
            self._answers(self.table)
        if self.who.kind != "pairs" and are_shares(self.answers.values(), self.who.top):
            self._leave_shares()
        elif self.who.kind == "budget":
            self._sums()
        codes = [one.code for one in self.problems.found]
        return Returned(
            self.file, self.who, self.answers, self.rating, self.comments, self.places, tuple(self.blanks),
            tuple(self.untaken), tuple(self.problems.found), {code: codes.count(code) for code in codes},
        )  # fmt: skip

    def _leave_shares(self) -> None:
        """Set all answers aside: shares of 1 where points of a long scale are asked for."""
        self.problems.add("E243", self.file, expert=self.who.label, top=f"{self.who.top:g}")
        self.untaken += [Untaken(self.places[key], key, f"{one:g}") for key, one in self.answers.items()]
        self.answers.clear()

    def _place(self, row: int, column: int) -> str:
        assert self.table is not None
        return f"{self.file}: {self.table.name}!{address(row, column)}"

    def _answers(self, table: RawTable) -> None:
        keys = self._key_column(table)
        rows: dict[str, int] = {}
        for row, cells in enumerate(table.cells):
            key = text(cells[keys]) if cells[keys] is not None else ""
            if key in rows and key.startswith(("item:", "self:", "group:")):
                self.problems.add("E222", self._place(row, keys), first=self._place(rows[key], keys))
            elif key:
                rows[key] = row
        columns = self._columns(table, rows.get("columns"))
        wanted = columns.get("answer")
        if wanted is None:
            self.problems.add("E214", self.file)
        else:
            self._self_rating(table, rows, wanted)
        if self.who.kind == "pairs":
            self._pairs(table, rows)
        elif wanted is not None:
            self._items(table, rows, wanted, columns.get("comment"))

    @staticmethod
    def _key_column(table: RawTable) -> int:
        """Return the column that holds the keys: the one with most of them."""
        starts = ("item:", "group:", "self:", KEYS)
        counts = [
            sum(isinstance(row[column], str) and str(row[column]).startswith(starts) for row in table.cells)
            for column in range(table.width)
        ]
        return counts.index(max(counts))

    @staticmethod
    def _columns(table: RawTable, row: int | None) -> dict[str, int]:
        if row is None:
            return {}
        return {text(cell): column for column, cell in enumerate(table.cells[row]) if cell is not None}

    def _self_rating(self, table: RawTable, rows: Mapping[str, int], column: int) -> None:
        for key in SELF:
            row = rows.get(f"self:{key}")
            if row is None:
                self.problems.add(
                    "E206", self.file, question=rendered(key.partition(":")[0], self.who.language, basis=key)
                )
                continue
            cell, place = table.cells[row][column], self._place(row, column)
            if self._merged(table, row, column, key) or cell is None:
                if cell is None:
                    self.blanks.append(place)
                continue
            value = rated(key, unicodedata.normalize("NFKC", text(cell)))
            if value is None:
                self._leave("E207", place, key, text(cell), **accepted_rating(key))
            else:
                self.rating[key] = value
        row = rows.get("self:remarks")
        if row is not None and (comment := text(table.cells[row][column])):
            self.comments[""] = comment

    def _asked(self, key: str) -> str:
        """Return what a question of the self-rating is about."""
        language, (kind, _, basis) = self.who.language, key.partition(":")
        return (
            rendered(kind, language, basis=BASES[basis][0].of(language))
            if basis
            else rendered(kind, language)
        )

    def _items(self, table: RawTable, rows: Mapping[str, int], column: int, comment: int | None) -> None:
        for key in keys_of(self.book, self.who.kind):
            row = rows.get(f"item:{key}")
            if row is None:
                self.problems.add("E206", self.file, question=key.replace("|", " : "))
                continue
            self._take(table, row, column, key)
            asked = "".join(text(cell) for cell in table.cells[row][:column])
            if asked and squeezed(self.book.name(key)) not in squeezed(asked):
                self.problems.add("E246", self._place(row, column), question=self.book.name(key))
            if comment is not None and (remark := text(table.cells[row][comment])):
                self.comments[key] = remark
        known = {f"item:{key}" for key in keys_of(self.book, self.who.kind)}
        self._strays(table, rows, known, column)

    def _strays(self, table: RawTable, rows: Mapping[str, int], known: set[str], column: int) -> None:
        """Set aside numbers in the column of answers beside no question: a row that lost its key."""
        mapped = set(rows.values())
        first = min((rows[key] for key in known if key in rows), default=len(table.cells))
        last = max((rows[key] for key in known if key in rows), default=-1)
        for row in range(first, last + 1):
            cell = table.cells[row][column]
            if row not in mapped and isinstance(cell, (int, float)):
                self._leave("E225", self._place(row, column), "", text(cell))

    def _pairs(self, table: RawTable, rows: Mapping[str, int]) -> None:
        for parent, group in self.book.groups.items():
            head = rows.get(f"group:{parent}")
            if head is None:
                self.problems.add("E206", self.file, question=parent)
                continue
            columns = self._columns(table, head)
            for at, one in enumerate(group):
                row = rows.get(f"item:{one}")
                for other in group[at + 1 :]:
                    key = f"{one}|{other}"
                    if row is None or other not in columns:
                        self.problems.add("E206", self.file, question=key.replace("|", " : "))
                        continue
                    self._take(table, row, columns[other], key)

    def _take(self, table: RawTable, row: int, column: int, key: str) -> None:
        """Take the answer in a cell, or say why it is not taken."""
        cell, place = table.cells[row][column], self._place(row, column)
        self.places[key] = place
        if self._merged(table, row, column, key):
            return
        if cell is None or text(cell) == "":
            self.blanks.append(place)
            return
        pairs = self.who.kind == "pairs"
        value = number_in(cell, pairs=True) if pairs else score_in(cell, self.scale)
        high = 1 / LEAST if pairs else self.who.top
        if value is None:
            code, fields = not_taken(text(cell), self.who.kind, self.who.top, self.scale)
            self._leave(code, place, key, text(cell), **fields)
        elif not self.low <= value <= high:
            low = "1/9" if pairs else f"{self.low:g}"
            self._leave("E208", place, key, text(cell), low=low, top=f"{self.who.top:g}")
        else:
            self.answers[key] = value
            if not pairs and broken(value, self.who.kind, self.who.top):
                self.problems.add("E242", place, given=value, low=f"{self.low:g}", top=f"{self.who.top:g}")

    def _merged(self, table: RawTable, row: int, column: int, key: str) -> bool:
        """Tell whether a cell is in a merged range of several rows or columns; its answer is set aside."""
        for (top, left), (bottom, right) in table.merged:
            if top <= row <= bottom and left <= column <= right:
                given = text(table.cells[top][left])
                self._leave("E209", self._place(row, column), key, given)
                return True
        return False

    def _leave(self, code: str, place: str, key: str, given: str, **fields: str) -> None:
        self.problems.extend([Problem(code, place, fields={"given": given, **fields})])
        self.untaken.append(Untaken(place, key, given))

    def _sums(self) -> None:
        for parent, group in self.book.groups.items():
            given = [self.answers[code] for code in group if code in self.answers]
            if given and abs(math.fsum(given) - self.who.top) > TYPED:
                first = next(self.places[code] for code in group if code in self.answers)
                name = self.book.name(parent)
                self.problems.add("E213", first, group=name, sum=math.fsum(given), expected=self.who.top)


def forms_in(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that may be forms, subfolders too; no locks of open files."""
    for path in sorted(folder.rglob("*")):
        hidden = path.name.startswith((".", "~$")) or path.name == SENT
        if path.is_file() and not hidden:
            yield path
