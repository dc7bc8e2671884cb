"""A workbook without a fault, and faults of all its sheets that do not touch one another.

Each fault is an edit of cells, and the problem (code and place) that names it whatever else is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Cells = dict[str, list[list[Any]]]
INDICATORS = ("gdp", "income", "patents", "energy", "water", "waste", "schools", "beds", "roads")


class Fault(NamedTuple):
    """An edit of a workbook's cells, and how it is named."""

    name: str
    code: str
    place: str
    edit: Callable[[Cells], None]


def whole_book() -> Cells:
    """Return the sheets of a workbook without a fault: 12 units, 9 indicators in 3 dimensions, 5 experts."""
    data: list[list[Any]] = [["code", "name", "province", *INDICATORS, "people"]]
    for unit in range(12):
        figures = [float(11 + (unit * (3 + 2 * at) + at) % 23) for at in range(len(INDICATORS))]
        data.append([f"u{unit:02}", f"县{unit:02}", "江苏" if unit < 6 else "浙江", *figures, 100.0 + unit])
    headings = ["code", "name", "parent", "weight", "direction", "low", "high", "normalisation"]
    framework: list[list[Any]] = [headings]
    for at, dimension in enumerate(("economy", "nature", "life")):
        framework.append([dimension, f"维度{at}", "", (0.4, 0.3, 0.3)[at], 1, None, None, None])
        framework += [
            [code, f"指标{code}", dimension, (0.5, 0.3, 0.2)[place], 1, 0.0, 50.0, None]
            for place, code in enumerate(INDICATORS[3 * at : 3 * at + 3])
        ]
    nodes = ["economy", "nature", "life", *INDICATORS]
    experts: list[list[Any]] = [["round", "expert", "authority", *nodes]]
    experts += [
        [1, f"专家{at:02}", 0.9, *(float(1 + (at * 3 + node) % 5) for node in range(len(nodes)))]
        for at in range(1, 7)
    ]
    history: list[list[Any]] = [["year", "code", "rank"]]
    history += [[2018, f"u{unit:02}", 1 + unit] for unit in range(12)]
    scenario: list[list[Any]] = [
        ["key", "value"],
        ["tiers.count", 3],
        ["uncertainty.draws", 200],
        ["select.top", 10],
        ["index.normalisation", "goalposts"],
        ["title", "县"],
    ]
    return {
        "Data": data,
        "Framework": framework,
        "Experts": experts,
        "History": history,
        "Scenario": scenario,
    }


def cell(sheet: str, address: str, value: object) -> Callable[[Cells], None]:
    """Return the edit that puts a value into a cell."""
    row, column = int(address[1:]) - 1, ord(address[0]) - ord("A")

    def edit(cells: Cells) -> None:
        cells[sheet][row][column] = value

    return edit


def setting(key: str, value: object) -> Callable[[Cells], None]:
    """Return the edit that adds a setting."""

    def edit(cells: Cells) -> None:
        cells["Scenario"].append([key, value])

    return edit


def at_cell(name: str, code: str, sheet: str, address: str, value: object, place: str = "") -> Fault:
    """Return a fault of one cell, named at it unless another place is given."""
    return Fault(name, code, place or f"{sheet}!{address}", cell(sheet, address, value))


def of_setting(name: str, code: str, key: str, value: object, place: str = "Scenario!") -> Fault:
    """Return a fault of a setting, named at its cell unless another place is given."""
    return Fault(name, code, place, setting(key, value))


def _note_row(cells: Cells) -> None:
    cells["Data"].append([None, "注", None, "见", "附", "表", *[None] * 7])


def other_unit(given: str, wanted: str) -> Callable[[Cells], None]:
    """Return the edit that heads a column by a name and a unit, and puts another into the framework."""

    def edit(cells: Cells) -> None:
        cells["Data"][0][4] = f"指标income（{given}）"
        for row, shown in zip(cells["Framework"], ["unit", None, None, wanted], strict=False):
            row.append(shown)

    return edit


def _variant(text: str) -> Callable[[Cells], None]:
    return setting("scenarios", text)


FAULTS: tuple[Fault, ...] = (
    at_cell("text for a figure", "D003", "Data", "D3", "约12"),
    at_cell("an error for a figure", "D005", "Data", "E4", "#DIV/0!"),
    at_cell("a figure too large", "D014", "Data", "F5", 1e200),
    at_cell("a blank figure", "D011", "Data", "G6", None),
    at_cell("a unit without a code", "D001", "Data", "A7", None),
    at_cell("a code twice", "D002", "Data", "A9", "u04"),
    at_cell("a group column named as a result", "D020", "Data", "C1", "rank"),
    at_cell("a heading misspelt", "D009", "Data", "I1", "wasste", "Data"),
    at_cell("a heading that says nothing", "D016", "Data", "L1", "§§", "Data"),
    Fault("figures in another unit", "D024", "Data!E1", other_unit("万元", "亿元")),
    Fault("a note below the table", "D019", "Data!14", _note_row),
    at_cell("weights that miss 1", "W003", "Framework", "D3", 0.31, "Framework!D5"),
    at_cell("a negative weight", "W001", "Framework", "D7", -0.5),
    at_cell("text for a weight", "D003", "Framework", "D11", "高"),
    at_cell("an unknown parent", "F004", "Framework", "C8", "natur"),
    at_cell("an unknown direction", "F006", "Framework", "E4", "上"),
    at_cell("goalposts upside down", "F010", "Framework", "F12", 80.0, "Framework!G12"),
    at_cell("an unknown normalisation", "S002", "Framework", "H5", "goalpsts"),
    at_cell("a heading of the framework misspelt", "S001", "Framework", "E1", "directon"),
    at_cell("a score off the scale", "E005", "Experts", "D3", 77.0),
    at_cell("text for a score", "D003", "Experts", "E4", "五"),
    at_cell("an expert without a name", "E006", "Experts", "B5", None),
    at_cell("an expert twice", "E007", "Experts", "B7", "专家05"),
    at_cell("an authority above 1", "E008", "Experts", "C2", 7.0),
    at_cell("a node that the framework has not", "E001", "Experts", "O1", "roadss"),
    at_cell("a rank that is none", "H002", "History", "C4", 2.5),
    at_cell("a unit twice in a year", "H003", "History", "B6", "u03", "History!B6"),
    at_cell("a past rank without a unit", "D001", "History", "B8", None),
    of_setting("an unknown key", "S001", "index.normalisaton", "rank"),
    of_setting("an unknown name", "S002", "tiers.method", "wardd"),
    of_setting("a value that does not fit", "S003", "uncertainty.interval", 90),
    of_setting("a value without a key", "S010", "", 3),
    of_setting("a group column that is not there", "R109", "report.groups", '["county"]', "[report] groups"),
    of_setting(
        "tiers that cannot vary",
        "U121",
        "uncertainty.methods.tiers",
        '["fixed"]',
        "[uncertainty.methods] tiers",
    ),
    of_setting("levels that are not there", "U109", "uncertainty.levels", "[9]", "[uncertainty] levels"),
    of_setting(
        "a forced treatment of nothing", "F003", "index.treat.force", '["gdpp"]', "[index.treat] force"
    ),
    of_setting(
        "a scenario of an unknown node",
        "S021",
        "scenarios",
        '[{name = "other", weights = {econ = 0.5}}]',
        "[[scenarios]] other: weights",
    ),
    of_setting(
        "a question about an unknown unit",
        "S021",
        "sensitivity",
        '{method = "sobol", samples = 64, outputs = ["rank:县99"]}',
        "",
    ),
    of_setting(
        "a wish for an unknown unit", "S021", "targets", '[{name = "wish", order = ["县77", "县01"]}]', ""
    ),
)
