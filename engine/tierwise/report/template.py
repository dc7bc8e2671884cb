"""An empty workbook in the user's language: a guide, example rows, drop-down lists and a form of settings."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from tierwise.methods.regions import PROVINCES
from tierwise.outputs.files import written
from tierwise.report.sample import refuse_there
from tierwise.topics.declared import KINDS
from tierwise.words.form import questions
from tierwise.words.language import Language
from tierwise.words.result_sheets import GUIDE

LAST_ROW: Final = 3000  # down to which drop-down lists, colours and sums reach
EXAMPLE: Final[Mapping[Language, str]] = {"en": "(example)", "zh": "（示例）"}  # begins an example row


@cache
def texts(language: Language) -> Mapping[str, Any]:
    """Return names of sheets, steps, headings and example rows of the template in a language."""
    table = files("tierwise.words").joinpath("template.toml").read_text(encoding="utf-8")
    texts_of: Mapping[str, Any] = tomllib.loads(table)[language]
    return texts_of


def write_template(path: Path, language: Language, *, replace: bool = False) -> None:
    """Write an empty workbook in a language; raises as :func:`tierwise.report.sample.write_sample`."""
    import xlsxwriter

    refuse_there(path, replace)
    with written(path) as stage:
        book = xlsxwriter.Workbook(str(stage), {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"created": dt.datetime(2000, 1, 1)})  # no clock in it
        styles = {
            "head": book.add_format(
                {"bold": True, "bg_color": "#1B4F72", "font_color": "#FFFFFF", "text_wrap": True}
            ),
            "example": book.add_format({"font_color": "#8C8C8C", "italic": True}),
            "title": book.add_format({"bold": True, "font_size": 14}),
            "step": book.add_format({"text_wrap": True, "valign": "top"}),
            "text": book.add_format({"bg_color": "#F8CBAD"}),
            "blank": book.add_format({"bg_color": "#FFF2CC"}),
        }
        guide = book.add_worksheet(GUIDE[language])
        guide.set_column(0, 0, 110)
        guide.write_string(0, 0, GUIDE[language], styles["title"])
        for row, step in enumerate(texts(language)["steps"], 2):
            guide.write_string(row, 0, step, styles["step"])
        names, rows = texts(language)["sheets"], texts(language)["rows"]
        for name, cells in rows.items():
            sheet = _table(book, names[name], cells, styles)
            if name == "Data":
                _data(sheet, styles)
            elif name == "Framework":
                _framework(sheet, language)
            elif name == "Topics":
                kinds = [kind.named(language) for kind in KINDS.values()]
                sheet.data_validation(1, 1, 500, 1, {"validate": "list", "source": kinds})
        _settings(book.add_worksheet(names["Settings"]), language, styles)
        book.close()


def _table(book: Any, name: str, rows: Sequence[Sequence[object]], styles: dict[str, Any]) -> Any:
    sheet = book.add_worksheet(name)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell != "":
                sheet.write(row, column, cell, styles["head"] if row == 0 else styles["example"])
    sheet.set_column(0, len(rows[0]) - 1, 20)
    sheet.freeze_panes(1, 0)
    _printed(sheet)
    return sheet


def _data(sheet: Any, styles: dict[str, Any]) -> None:
    """Offer the provinces, and colour blanks and text where a row has a name and its column is of numbers."""
    sheet.data_validation(
        1, 2, LAST_ROW, 2, {"validate": "list", "source": [*PROVINCES], "error_type": "warning"}
    )
    rules = {"text": "=AND(COLUMN()>3,ISTEXT(D2))", "blank": '=AND($A2<>"",D$1<>"",ISBLANK(D2))'}
    for kind, formula in rules.items():
        rule = {"type": "formula", "criteria": formula, "format": styles[kind]}
        sheet.conditional_format(1, 3, LAST_ROW, 60, rule)


def _framework(sheet: Any, language: Language) -> None:
    """Offer directions and methods, and sum the weights of each node's group beside it."""
    normalisation = next(one for one in questions() if one.key == "index.normalisation")
    for column, choices in ((4, texts(language)["directions"]), (6, normalisation.offered(language))):
        sheet.data_validation(1, column, 500, column, {"validate": "list", "source": [*choices]})
    sums = {1: 1.0, 2: 1.0, 3: 1.0}  # of the example rows, until a spreadsheet calculates them
    mark = EXAMPLE[language]
    codes, parents, weights = (f"${column}$2:${column}$500" for column in "ACD")
    for row in range(1, 200):
        at = row + 1
        alike = f'(LEFT({codes},{len(mark)})="{mark}")=(LEFT(A{at},{len(mark)})="{mark}")'  # examples apart
        same = f'({parents}=C{at})*({codes}<>"")*({alike})'
        formula = f'=IF(A{at}="","",SUMPRODUCT({same},{weights}))'
        sheet.write_formula(row, 7, formula, None, sums.get(row, ""))


def _settings(sheet: Any, language: Language, styles: dict[str, Any]) -> None:
    for column, heading in enumerate(texts(language)["settings"]):
        sheet.write_string(0, column, heading, styles["head"])
    for row, one in enumerate(questions(), 1):
        sheet.write_string(row, 0, one.asked(language))
        sheet.write_string(row, 2, one.note(language), styles["step"])
        if one.key == "language":
            sheet.write_string(row, 1, one.offered(language)[one.choices.index(language)])
        if one.choices:
            rule = {"validate": "list", "source": [*one.offered(language)], "error_type": "warning"}
            sheet.data_validation(row, 1, row, 1, rule)
    sheet.set_column(0, 1, 22)
    sheet.set_column(2, 2, 90)
    sheet.freeze_panes(1, 0)
    _printed(sheet)


def _printed(sheet: Any) -> None:
    """Print a sheet on A4, as wide as the page."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
