"""What writes the sheet of a form: rows with keys, cells for answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from tierwise.delphi.asked import DelphiBook, Identity
from tierwise.delphi.formats import formats
from tierwise.delphi.texts import rendered
from tierwise.inputs.sheet import address

KEYS: Final = "tierwise:keys"
HIDDEN: Final = "_form"  # the sheet of the fingerprint
CHECKS: Final = "_checks"  # the sheet of hidden sums
FIRST: Final = 3  # column of the answers where nothing is fed back


class Heard(NamedTuple):
    """What an expert is told of the last round about one question."""

    own: float | None
    lower: float
    median: float
    upper: float
    counts: tuple[int, ...]  # of answers, by steps of the scale
    steps: tuple[str, ...]


class FormWriter:
    """The sheet of one form, row by row."""

    def __init__(self, made: Any, book: DelphiBook, who: Identity, heard: Mapping[str, Heard]) -> None:
        self.book, self.who, self.heard = book, who, heard
        self.styles = formats(made)
        self.sheet = made.add_worksheet(rendered("sheet", who.language))
        if who.kind == "pairs":
            self.checks = made.add_worksheet(CHECKS)
            self.checks.very_hidden()
        hidden = made.add_worksheet(HIDDEN)
        hidden.write_string(0, 0, who.line())
        hidden.very_hidden()
        fed = ("previous", "median", "quartiles", "picture") if heard else ()
        self.columns = ("number", "question", *fed, "answer", "comment")
        self.at = {key: column for column, key in enumerate(self.columns, 1)}
        self.row = 0
        self.answers: list[tuple[str, int]] = []  # ranges of cells to be answered, with their sizes

    def rendered(self, key: str, **fields: object) -> str:
        """Return a text in the form's language."""
        return rendered(key, self.who.language, **fields)

    def above(self, parent: str) -> str:
        """Return the name of a group's parent; the index itself by a short word, its title being long."""
        return self.rendered("index") if parent == self.book.framework.codes[0] else self.book.name(parent)

    def row_of(self, key: str, *, hidden: bool = False, height: float | None = None) -> int:
        """Begin a row with a key and return its number."""
        self.sheet.write_string(self.row, 0, key)
        if hidden:
            self.sheet.set_row(self.row, None, None, {"hidden": True})
        elif height:
            self.sheet.set_row(self.row, height)
        self.row += 1
        return self.row - 1

    def cell(self, row: int, key: str = "answer") -> str:
        """Return the address of a row's cell in a column."""
        return address(row, self.at[key])

    def answer(self, row: int, column: int, choices: Sequence[object], style: str = "answer") -> None:
        """Make a cell one to be answered from a list of choices."""
        self.sheet.write_blank(row, column, None, self.styles[style])
        rule = {"validate": "list", "source": [*choices], "error_message": self.rendered("wrong")}
        self.sheet.data_validation(row, column, row, column, rule)
