"""A workbook as COM shows it: the members of Excel's objects that xlwings asks for, over cells in memory."""

import re

SHEET, CELL = r"(?:'?([^'!]+)'?!)?", r"\$?([A-Z]+)\$?(\d+)"
REFERENCE = re.compile(f"{SHEET}{CELL}(?::{CELL})?")
WHOLE_COLUMNS = re.compile(rf"{SHEET}([A-Z]+):([A-Z]+)")
LAST_ROW = 1_048_576


def column_number(letters):
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def letters_of(column):
    return chr(64 + column)  # a small sheet


class Items(list):
    """A collection: iterated, counted, and called with a name or a number from 1."""

    @property
    def Count(self):
        return len(self)

    def __call__(self, key):
        return self[key - 1] if isinstance(key, int) else next(item for item in self if key == item.Name)


class Size:
    def __init__(self, count):
        self.Count = count


class Comment:
    def __init__(self, cell, text):
        self.Parent, self.text, self.Author = cell, text, "someone"

    def Text(self, *given):
        if given:
            (self.text,) = given
        return self.text

    def Delete(self):
        self.Parent.Worksheet.Comments.remove(self)


class Range:
    def __init__(self, sheet, row, column, rows=1, columns=1):
        self.Worksheet, self.Row, self.Column = sheet, row, column
        self.Rows, self.Columns = Size(rows), Size(columns)

    def __call__(self, row, column):
        return Range(self.Worksheet, self.Row + row - 1, self.Column + column - 1)

    @property
    def Count(self):
        return self.Rows.Count * self.Columns.Count

    @property
    def Address(self):
        first = f"${letters_of(self.Column)}${self.Row}"
        if self.Count == 1:
            return first
        last = f"${letters_of(self.Column + self.Columns.Count - 1)}${self.Row + self.Rows.Count - 1}"
        return f"{first}:{last}"

    def _of(self, part, blank):
        assert self.Count < 10_000, "a whole column was read"
        rows = tuple(
            tuple(
                self.Worksheet.cells.get((row, column), (blank, blank))[part]
                for column in range(self.Column, self.Column + self.Columns.Count)
            )
            for row in range(self.Row, self.Row + self.Rows.Count)
        )
        return rows if self.Count > 1 else rows[0][0]

    @property
    def Formula(self):
        return self._of(0, "")

    @property
    def Value(self):
        return self._of(1, None)

    @property
    def HasArray(self):
        return (self.Row, self.Column) in self.Worksheet.arrays

    @property
    def CurrentArray(self):
        return Range(self.Worksheet, *self.Worksheet.arrays[self.Row, self.Column])

    @property
    def Comment(self):
        here = (self.Row, self.Column)
        return next((c for c in self.Worksheet.Comments if (c.Parent.Row, c.Parent.Column) == here), None)

    def AddComment(self, text):
        if (self.Row, self.Column) in self.Worksheet.threaded:
            raise OSError("1004")
        self.Worksheet.Comments.append(Comment(self, text))
        return self.Comment


class Worksheet:
    def __init__(self, book, name, told):
        self.Parent, self.Name, self.Comments = book, name, Items()
        self.ProtectDrawingObjects = told.get("protected", False)
        self.cells, self.arrays = {}, {}
        for place, (formula, value) in told["cells"].items():
            cell = self.Range(place)
            self.cells[cell.Row, cell.Column] = (formula, value)
        for place, first in told.get("arrays", {}).items():
            cell, start = self.Range(place), self.Range(first)
            self.arrays[cell.Row, cell.Column] = (start.Row, start.Column)
        for place, text in told.get("notes", {}).items():
            self.Comments.append(Comment(self.Range(place), text))
        self.threaded = {(c.Row, c.Column) for c in map(self.Range, told.get("threaded", []))}

    @property
    def UsedRange(self):
        rows, columns = zip(*self.cells, strict=True)
        top, left = min(rows), min(columns)
        return Range(self, top, left, max(rows) - top + 1, max(columns) - left + 1)

    def Cells(self, row, column):
        return Range(self, row, column)

    def Range(self, first, last=None):
        if last is not None:
            rows, columns = last.Row - first.Row + 1, last.Column - first.Column + 1
            return Range(self, first.Row, first.Column, rows, columns)
        _, column, row, column_2, row_2 = REFERENCE.fullmatch(first).groups()
        row, column = int(row), column_number(column)
        if row_2 is None:
            return Range(self, row, column)
        return Range(self, row, column, int(row_2) - row + 1, column_number(column_2) - column + 1)

    def Evaluate(self, text):
        if found := WHOLE_COLUMNS.fullmatch(text):
            sheet, first, last = found.groups()
            columns = column_number(last) - column_number(first) + 1
            return Range(self._named(sheet), 1, column_number(first), LAST_ROW, columns)
        if found := REFERENCE.fullmatch(text):
            return self._named(found.group(1)).Range(text.rpartition("!")[2])
        if text.startswith("{"):
            return tuple(map(float, text[1:-1].split(",")))
        return text[1:-1] if text.startswith('"') else float(text)

    def _named(self, name):
        return self.Parent.Worksheets(name) if name else self


class Application:
    def __init__(self):
        self.StatusBar, self.Workbooks, self.Hwnd, self.Version = False, Items(), 1, "16.0"


class Workbook:
    def __init__(self, name, sheets):
        self.Name, self.Application = name, Application()
        self.Application.Workbooks.append(self)
        self.Worksheets = Items()
        for title, told in sheets.items():
            self.Worksheets.append(Worksheet(self, title, told))
