"""An empty workbook in the user's language: a guide, example rows, drop-down lists and a form of settings."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from tierwise.inputs.sheet import column_letters
from tierwise.methods.regions import PROVINCES
from tierwise.outputs.files import written
from tierwise.report.sample import refuse_there
from tierwise.spec.document import YEARS
from tierwise.spec.form import default, explained, offered
from tierwise.spec.keys import Key
from tierwise.spec.scenarios_sheet import CHANGES
from tierwise.spec.schema import keys
from tierwise.topics.declared import KINDS
from tierwise.words.form import HEADINGS, questions
from tierwise.words.keys import names, sections
from tierwise.words.language import Language
from tierwise.words.result_sheets import GUIDE

GUIDE_WIDTH, NOTE_WIDTH, DEFAULT_WIDTH = 110, 80, 24  # characters of a column
LAST_ROW: Final = 3000  # down to which drop-down lists, colours and sums reach
SOURCES: Final[Mapping[str, str]] = {  # what a scenario's changes are chosen from
    "scenarios.weights": "index.weights",
    "scenarios.normalisation": "index.normalisation",
    "scenarios.aggregation": "index.aggregation",
}
LOOKS: Final[Mapping[str, Mapping[str, object]]] = {
    "head": {"bold": True, "bg_color": "#1B4F72", "font_color": "#FFFFFF", "text_wrap": True},
    "example": {"font_color": "#8C8C8C", "italic": True, "align": "left"},
    "title": {"bold": True, "font_size": 14},
    "part": {"bold": True, "font_color": "#1B4F72"},
    "step": {"text_wrap": True, "valign": "top"},
    "answer": {
        "text_wrap": True,
        "valign": "top",
        "bg_color": "#EAF2F8",
        "border": 1,
        "border_color": "#BDC3C7",
    },
    "text": {"bg_color": "#F8CBAD"},
    "blank": {"bg_color": "#FFF2CC"},
}
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
        styles = {name: book.add_format(look) for name, look in LOOKS.items()}
        _guide(book.add_worksheet(GUIDE[language]), language, styles)
        names, rows = texts(language)["sheets"], texts(language)["rows"]
        sheets = {name: _table(book, names[name], cells, styles) for name, cells in rows.items()}
        settings = book.add_worksheet(names["Settings"])
        lists = Lists(book.add_worksheet(texts(language)["lists"]), texts(language)["lists"])
        lists.sheet.hide()
        _data(sheets["Data"], styles)
        _framework(sheets["Framework"], language, lists)
        _scenarios(sheets["Scenarios"], language, lists)
        lists.offer(sheets["Topics"], 1, [kind.named(language) for kind in KINDS.values()])
        _settings(settings, language, styles, lists)
        book.close()


def _guide(sheet: Any, language: Language, styles: dict[str, Any]) -> None:
    sheet.set_column(0, 0, GUIDE_WIDTH)
    sheet.write_string(0, 0, GUIDE[language], styles["title"])
    for row, step in enumerate(texts(language)["steps"], 2):
        sheet.write_string(row, 0, step, styles["step"])
        sheet.set_row(row, 16 * _lines(step, GUIDE_WIDTH) + 2)
    _printed(sheet)


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a column; spreadsheets do not make rows higher by themselves."""
    size = sum(1 if sign.isascii() else 2 for sign in text)
    return -(-size // (width - 4))


class Lists:
    """The hidden sheet on which the answers of drop-down lists stand, one list a column."""

    def __init__(self, sheet: Any, name: str) -> None:
        self.sheet, self.name = sheet, name
        self._written: dict[tuple[str, ...], str] = {}

    def cells(self, choices: Sequence[str]) -> str:
        """Return the range of cells that holds some answers."""
        key = tuple(choices)
        if key not in self._written:
            column = len(self._written)
            self.sheet.write_column(0, column, key)
            letters = column_letters(column)
            self._written[key] = f"'{self.name}'!${letters}$1:${letters}${len(key)}"
        return self._written[key]

    def offer(
        self, sheet: Any, column: int, choices: Sequence[str], rows: tuple[int, int] = (1, 500)
    ) -> None:
        """Offer answers in the cells of a column; another one is taken after a warning."""
        rule = {"validate": "list", "source": f"={self.cells(choices)}", "error_type": "warning"}
        sheet.data_validation(rows[0], column, rows[1], column, rule)


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


def _framework(sheet: Any, language: Language, lists: Lists) -> None:
    """Offer directions and methods, and sum the weights of each node's group beside it."""
    lists.offer(sheet, 4, texts(language)["directions"])
    lists.offer(sheet, 6, offered(_known()["index.normalisation"], language))
    sums = {1: 1.0, 2: 1.0, 3: 1.0}  # of the example rows, until a spreadsheet calculates them
    mark = EXAMPLE[language]
    codes, parents, weights = (f"${column}$2:${column}$500" for column in "ACD")
    for row in range(1, 200):
        at = row + 1
        alike = f'(LEFT({codes},{len(mark)})="{mark}")=(LEFT(A{at},{len(mark)})="{mark}")'  # examples apart
        same = f'({parents}=C{at})*({codes}<>"")*({alike})'
        formula = f'=IF(A{at}="","",SUMPRODUCT({same},{weights}))'
        sheet.write_formula(row, 7, formula, None, sums.get(row, ""))


def _scenarios(sheet: Any, language: Language, lists: Lists) -> None:
    """Offer what can be changed, and beside it the methods that it can be changed to."""
    whats = {key: names()[key].name.of(language) for key in CHANGES}
    lists.offer(sheet, 1, [*whats.values()])
    formula = f"{lists.cells([''])}"
    for key, method in SOURCES.items():
        ways = lists.cells(offered(_known()[method], language))
        formula = f'IF($B2="{whats[key]}",{ways},{formula})'
    rule = {"validate": "list", "source": f"={formula}", "show_error": False}  # nodes and camps are free
    sheet.data_validation(1, 2, 500, 2, rule)


def _by_section() -> Mapping[str, list[Key]]:
    """Return the keys of each section, in the order in which sections begin."""
    found: dict[str, list[Key]] = {}
    for key in keys():
        found.setdefault(key.section, []).append(key)
    return found


@cache
def _known() -> Mapping[str, Key]:
    return {key.path: key for key in keys()}


def _settings(sheet: Any, language: Language, styles: dict[str, Any], lists: Lists) -> None:
    """Write the form: the first questions, and folded below them every other key of one cell."""
    for column, heading in enumerate(HEADINGS[language]):
        sheet.write_string(0, column, heading, styles["head"])
    row = 1
    for one in questions():
        choices = one.offered(language) or offered(_known()[one.key], language)
        _question(sheet, row, _known()[one.key], one.note(language), choices, language, styles, lists)
        if one.key == "language":
            sheet.write_string(row, 1, one.offered(language)[one.choices.index(language)], styles["answer"])
        row += 1
    sheet.outline_settings(True, False, True, False)  # the line to open it stands above
    sheet.write_string(row + 1, 0, texts(language)["advanced"], styles["part"])
    sheet.set_row(row + 1, None, None, {"collapsed": True})
    row += 2
    asked = {one.key for one in questions()}
    for section, others in _by_section().items():
        shown = [key for key in others if key.path not in asked | {YEARS}]
        if section not in sections() or not shown:
            continue
        sheet.write_string(row, 0, sections()[section].of(language), styles["part"])
        sheet.set_row(row, None, None, {"level": 1, "hidden": True})
        for at, key in enumerate(shown, row + 1):
            choices = offered(key, language)
            _question(sheet, at, key, explained(key, language), choices, language, styles, lists)
            texts_beside = ((explained(key, language), NOTE_WIDTH), (default(key, language), DEFAULT_WIDTH))
            height = 15 * max(1, *(_lines(text, width) for text, width in texts_beside))
            sheet.set_row(at, height, None, {"level": 1, "hidden": True})
        row += 1 + len(shown)
    sheet.set_column(0, 1, 26)
    sheet.set_column(2, 2, NOTE_WIDTH)
    sheet.set_column(3, 3, DEFAULT_WIDTH)
    sheet.freeze_panes(1, 0)
    _printed(sheet)


def _question(
    sheet: Any,
    row: int,
    key: Key,
    note: str,
    choices: Sequence[str],
    language: Language,
    styles: dict[str, Any],
    lists: Lists,
) -> None:
    """Write a line of the form: name, cell of the answer, explanation, default."""
    sheet.write_string(row, 0, names()[key.path].name.of(language), styles["step"])
    sheet.write_blank(row, 1, None, styles["answer"])
    sheet.write_string(row, 2, note, styles["step"])
    sheet.write_string(row, 3, default(key, language), styles["step"])
    if choices:
        lists.offer(sheet, 1, choices, (row, row))


def _printed(sheet: Any) -> None:
    """Print a sheet on A4, as wide as the page."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
