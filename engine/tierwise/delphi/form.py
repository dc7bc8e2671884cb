"""One form as a workbook: answers are found again by hidden keys, wherever rows and columns move to.

Column A holds the key of each row (``item:CODE``, ``self:familiarity`` …), the row ``columns`` the key of
each column (``answer``, ``comment`` …); in pairs the row ``group:PARENT`` the codes of the columns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tierwise.delphi.asked import MOST_LISTED, DelphiBook, Identity, least
from tierwise.delphi.pairs_sheet import write_group
from tierwise.delphi.rating import BASES, FAMILIARITY, INFLUENCE, SELF
from tierwise.delphi.texts import rendered
from tierwise.delphi.writer import FIRST, KEYS, FormWriter, Heard


def write_form(
    path: Path, book: DelphiBook, who: Identity, name: str, heard: Mapping[str, Heard] | None = None
) -> None:
    """Write an expert's form; ``heard`` are the panel's answers of the round before, by code.

    Raises OSError or XlsxWriter's FileCreateError where the file cannot be written.
    """
    import xlsxwriter

    made = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    made.set_properties({"created": dt.datetime(2000, 1, 1), "title": rendered("sheet", who.language)})
    _Form(made, book, who, heard or {}).write(name)
    made.close()


ONE_LINE: Final = 50  # letters of a question that fit into its column


class _Form(FormWriter):
    """The sheet of one form, written from the top down."""

    def write(self, name: str) -> None:
        """Write the whole form."""
        self._head(name)
        self._self_rating()
        if self.who.kind == "pairs":
            self._pairs()
        else:
            self._items()
        self.row_of("self:remarks")
        self.sheet.write_string(self.row - 1, 2, self.rendered("remarks"), self.styles["cell"])
        self.sheet.write_blank(self.row - 1, self.at["answer"], None, self.styles["comment"])
        self._progress()
        self._finish()

    def _head(self, name: str) -> None:
        who, sheet, styles = self.who, self.sheet, self.styles
        sheet.write_string(self.row_of(KEYS, hidden=True), 1, who.line())
        title = self.book.title or self.rendered("index")
        sheet.write_string(
            self.row_of("", height=26),
            1,
            self.rendered("title", title=title, round=who.round),
            styles["title"],
        )
        for line in (
            self.rendered("how"),
            self.rendered(who.kind, least=least(who.kind, who.top), top=who.top) if who.kind == "scores"
            else self.rendered(who.kind),
        ):  # fmt: skip
            row = self.row_of("", height=18 if line == self.rendered("how") or who.kind != "pairs" else 48)
            sheet.merge_range(row, 1, row, max(len(self.columns), 4), line, styles["note"])
        sheet.write_string(
            self.row_of(""), 1, self.rendered("expert", name=name, code=who.code), styles["bold"]
        )
        self.progress = self.row_of("")
        keys = self.row_of("columns", hidden=True)
        for key, column in self.at.items():
            sheet.write_string(keys, column, key)

    def _self_rating(self) -> None:
        self.sheet.write_string(self.row_of(""), 1, self.rendered("self"), self.styles["bold"])
        first = self.row
        for key in SELF:
            if key == "familiarity":
                label, words = self.rendered("familiarity"), [word for word, _ in FAMILIARITY]
            else:
                basis = BASES[key.removeprefix("basis:")][0].of(self.who.language)
                label, words = self.rendered("basis", basis=basis), [*INFLUENCE]
            row = self.row_of(f"self:{key}", height=32 if len(label) > ONE_LINE else 20)
            self.sheet.write_string(row, 2, label, self.styles["cell"])
            self.answer(row, self.at["answer"], [word.of(self.who.language) for word in words])
        self.answers.append((f"{self.cell(first)}:{self.cell(self.row - 1)}", len(SELF)))
        self.row_of("")

    def _items(self) -> None:
        who, sheet, styles = self.who, self.sheet, self.styles
        row = self.row_of("", height=34 if self.heard else 20)
        for key, column in self.at.items():
            heading = "reason" if key == "comment" and self.heard else key
            sheet.write_string(row, column, self.rendered(heading), styles["head"])
        for parent, group in self.book.groups.items():
            above = self.above(parent)
            row = self.row_of(f"group:{parent}", height=20)
            for column in self.at.values():
                sheet.write_blank(row, column, None, styles["group"])
            sheet.write_string(row, 1, self.rendered("group", parent=above), styles["group"])
            cells = f"{self.cell(self.row)}:{self.cell(self.row + len(group) - 1)}"
            self.answers.append((cells, len(group)))
            if who.kind == "budget":
                left, over = self.rendered("left"), self.rendered("over")
                formula = (
                    f'=IF(SUM({cells})>{who.top:g},"{over}: "&(SUM({cells})-{who.top:g}),'
                    f'"{left}: "&({who.top:g}-SUM({cells})))'
                )
                sheet.write_formula(row, self.at["comment"], formula, styles["group"], f"{left}: {who.top:g}")
            for code in group:
                row = self.row_of(f"item:{code}", height=46 if self.heard else 30)
                sheet.write_string(row, 1, code, styles["cell"])
                asked = self.rendered(f"ask {who.kind}", name=self.book.name(code), parent=above)
                sheet.write_string(row, 2, asked, styles["cell"])
                self._score(row)
                sheet.write_blank(row, self.at["comment"], None, styles["comment"])
                if code in self.heard:
                    self._heard(row, self.heard[code])

    def _score(self, row: int) -> None:
        low, top = least(self.who.kind, self.who.top), self.who.top
        if self.who.kind == "scores" and top <= MOST_LISTED and top == int(top):
            self.answer(row, self.at["answer"], range(int(low), int(top) + 1))
            return
        self.sheet.write_blank(row, self.at["answer"], None, self.styles["answer"])
        rule = {
            "validate": "decimal", "criteria": "between", "minimum": low, "maximum": top,
            "error_message": self.rendered("range", least=low, top=top),
        }  # fmt: skip
        self.sheet.data_validation(row, self.at["answer"], row, self.at["answer"], rule)

    def _heard(self, row: int, heard: Heard) -> None:
        grey, sheet = self.styles["grey"], self.sheet
        if heard.own is not None:
            sheet.write_number(row, self.at["previous"], heard.own, grey)
        else:
            sheet.write_string(row, self.at["previous"], "–", grey)
        sheet.write_number(row, self.at["median"], heard.median, grey)
        sheet.write_string(row, self.at["quartiles"], f"{heard.lower:g} – {heard.upper:g}", grey)
        most = max(heard.counts) or 1
        lines = "&CHAR(10)&".join(
            f'"{step} "&REPT("█",{round(8 * count / most)})&" {count}"'
            for step, count in zip(heard.steps, heard.counts, strict=True)
            if count
        )
        shown = "\n".join(
            f"{step} {'█' * round(8 * count / most)} {count}"
            for step, count in zip(heard.steps, heard.counts, strict=True)
            if count
        )
        sheet.write_formula(row, self.at["picture"], f"={lines}", self.styles["bars"], shown)
        sheet.set_row(row, max(46, 12 * sum(count > 0 for count in heard.counts)))
        cell = self.cell(row)
        outside = {
            "type": "formula",
            "criteria": f"=AND(ISNUMBER({cell}),OR({cell}<{heard.lower},{cell}>{heard.upper}))",
            "format": self.styles["outside"],
        }
        sheet.conditional_format(row, self.at["answer"], row, self.at["comment"], outside)

    def _pairs(self) -> None:
        offset = 0
        for parent, group in self.book.groups.items():
            offset, cells = write_group(self, parent, group, offset)
            self.answers += cells

    def _progress(self) -> None:
        asked = sum(size for _, size in self.answers)
        counted = "+".join(f"COUNTA({cells})" for cells, _ in self.answers)
        before, between, after = self.rendered("progress").strip('"').split("{}")
        formula = f'="{before}"&({counted})&"{between}{asked}{after}"'
        self.sheet.write_formula(
            self.progress, 1, formula, self.styles["progress"], f"{before}0{between}{asked}{after}"
        )

    def _finish(self) -> None:
        widths = {
            "number": 14, "question": 48, "previous": 9, "median": 9, "quartiles": 10, "picture": 17,
            "answer": 18, "comment": 36,
        }  # fmt: skip
        sheet = self.sheet
        sheet.set_column(0, 0, 4, None, {"hidden": True})
        for key, column in self.at.items():
            sheet.set_column(column, column, widths[key])
        if self.who.kind == "pairs":
            most = max(map(len, self.book.groups.values()), default=2)
            sheet.set_column(FIRST, FIRST + most, 16)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_first_sheet()
        sheet.activate()
