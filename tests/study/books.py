"""Workbooks of forty counties, each with faults of one kind planted, and the problems that name them.

``BOOKS`` maps a name to a function that spoils a sound book's sheets and returns what ``tierwise check`` must
say: (code, place) of every planted fault, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Cells = dict[str, list[list[Any]]]
Said = list[tuple[str, str]]

PROVINCES = ("江苏", "浙江", "山东", "福建")
INDICATORS = ("gdp", "revenue", "exports", "patents", "energy", "urban")
FIRST, SECOND = "甲乙丙丁戊己庚辛", "阳阴安平宁"


def sound_book() -> Cells:
    """Return the sheets of a book without a fault: 40 units, 6 indicators in 2 dimensions, 20 listed."""
    draw = np.random.default_rng(2019)
    sizes = draw.lognormal([6, 4, 5, 3, 0], [0.6, 0.5, 0.8, 0.6, 0.3], (40, 5)).round(2)
    urban = draw.uniform(35, 80, 40).round(1)
    names = [a + b + "县" for a in FIRST for b in SECOND]
    rows = [
        [f"32{row:04d}", names[row], PROVINCES[row // 10], *sizes[row].tolist(), float(urban[row])]
        for row in range(40)
    ]
    return {
        "Data": [["code", "name", "province", *INDICATORS], *rows],
        "Framework": [
            ["code", "name", "parent", "weight", "direction"],
            ["size", "规模", "", 0.6, 1],
            ["gdp", "生产总值", "size", 0.4, 1],
            ["revenue", "财政收入", "size", 0.3, 1],
            ["exports", "出口", "size", 0.3, 1],
            ["manner", "方式", "", 0.4, 1],
            ["patents", "专利", "manner", 0.4, 1],
            ["energy", "能耗", "manner", 0.3, -1],
            ["urban", "城镇化率", "manner", 0.3, 1],
        ],
        "Scenario": [
            ["key", "value"],
            ["select.top", 20],
            ["tiers.count", 3],
            ["uncertainty.draws", 100],
            ["index.missing", "reweight"],
        ],
    }


def _column(name: str) -> int:
    return 3 + INDICATORS.index(name)


def sound(cells: Cells) -> Said:
    return []


def blanks_in_a_listed_unit(cells: Cells) -> Said:
    """The first unit keeps urban alone of its dimension (0.4 of the index instead of 0.12), and loses gdp."""
    row = cells["Data"][5]
    for at, name in enumerate(INDICATORS):
        row[3 + at] = {"exports": 99_999.0, "revenue": 9_999.0, "urban": 79.0}.get(name)
    for other in cells["Data"][1:]:
        other[_column("exports")] = min(other[_column("exports")], 1_000.0)
    row[_column("exports")], row[_column("revenue")] = 1_000.0, 150.0
    return [("D106", "Data!6"), ("D107", "Data!I6"), ("X008", "Data!D6")]


def four_of_sixteen(cells: Cells) -> Said:
    """Four dimensions of four: the first unit lacks three of one and one of another, the next one three."""
    codes = [f"{group}{number}" for group in "abcd" for number in range(4)]
    table = np.random.default_rng(16).lognormal(4, 0.3, (40, 16)).round(2)
    table[0] = table.max(axis=0).round() + 1
    cells["Data"][0] = ["code", "name", "province", *codes]
    for row, own in zip(cells["Data"][1:], table.tolist(), strict=True):
        row[3:] = own
    shares = {"a": 0.176, "b": 0.324, "c": 0.3, "d": 0.2}
    cells["Framework"] = [
        ["code", "parent", "weight"],
        *([group, "", share] for group, share in shares.items()),
    ]
    cells["Framework"] += [[code, code[0], 0.25] for code in codes]
    for row, blanks in ((1, ("a1", "a2", "a3", "b0")), (2, ("b1", "c0", "d3"))):
        for code in blanks:
            cells["Data"][row][3 + codes.index(code)] = None
    return [("D106", "Data!2"), ("D107", "Data!D2"), ("X008", "Data!E2")]


def repeated_rows(cells: Cells) -> Said:
    data = cells["Data"]
    data[12][3:], data[30][3:], data[9][3:] = data[4][3:], data[4][3:], data[22][3:]
    return [("D102", "Data!13"), ("D102", "Data!23")]


def repeated_columns(cells: Cells) -> Said:
    for row in cells["Data"][1:]:
        row[_column("revenue")] = row[_column("gdp")]
        row[_column("energy")] = round(row[_column("patents")] * 10, 1)
    return [("D105", "Data!E1"), ("D105", "Data!H1")]


def slips_of_units_of_measure(cells: Cells) -> Said:
    cells["Data"][7][_column("gdp")] *= 10_000
    cells["Data"][20][_column("energy")] /= 1_000
    return [("D103", "Data!D8"), ("D103", "Data!H21")]


def shares_among_percentages(cells: Cells) -> Said:
    for row in (3, 9, 25):
        cells["Data"][row][_column("urban")] = round(cells["Data"][row][_column("urban")] / 100, 3)
    return [("D104", "Data!I4")]


def totals_without_a_name(cells: Cells) -> Said:
    """A province among its counties, in the middle of the sheet, and one named as a total."""
    data = cells["Data"]
    rows = np.array([row[3:] for row in data[1:11]])
    data.insert(11, ["320999", "江苏", "江苏", *rows.sum(axis=0).round(2).tolist()])
    data.append(
        ["999999", "平均", "", *np.array([row[3:] for row in data[1:]]).mean(axis=0).round(2).tolist()]
    )
    return [("D017", "Data!43"), ("D101", "Data!12")]


def names_of_one_unit(cells: Cells) -> Said:
    data = cells["Data"]
    data[3][1], data[4][1] = "丰　县", "丰县"
    data[13][1], data[14][1] = "太仓", "太仓市"
    data[23][1], data[24][1] = "晋江市★", "晋江市"
    data[33][1], data[8][1] = "鼓楼区", "鼓楼区"  # of two provinces: no fault
    return [("D108", "Data!B5"), ("D108", "Data!B15"), ("D108", "Data!B25")]


def codes_of_one_unit(cells: Cells) -> Said:
    data = cells["Data"]
    data[5][0], data[6][0] = "a01", "A01"
    data[7][0], data[8][0] = "B ０２", "B02"
    return [("D109", "Data!A7"), ("D109", "Data!A9")]


def columns_of_one_indicator(cells: Cells) -> Said:
    """A second column of other figures, headed by the code in capitals; another by the indicator's name."""
    at, name = len(cells["Data"][0]), cells["Framework"][7][1]
    cells["Data"][0] += ["ENERGY ", name]
    for place, row in enumerate(cells["Data"][1:]):
        row += [float(5 + place * 7 % 11), float(5 + place * 5 % 13)]
    return [("D111", f"Data!{letter}1") for letter in (chr(ord("A") + at), chr(ord("B") + at))]


def groups_of_one_name(cells: Cells) -> Said:
    """Spellings of a province that mean no second one, so nothing is wrong."""
    for row, written in ((1, "江　苏"), (2, "江苏★"), (3, " 江苏"), (14, "浙\u200b江")):
        cells["Data"][row][2] = written
    return []


def _experts(cells: Cells, scores: list[list[int]]) -> None:
    codes = [row[0] for row in cells["Framework"][1:]]
    labels = ["专家1", "专家02", "专家3", "专家01"]
    rows = [[1, labels[at], *own] for at, own in enumerate(scores)]
    cells["Experts"] = [["round", "expert", *codes], *rows]
    cells["Scenario"].append(["index.weights", "experts"])
    weight = cells["Framework"][0].index("weight")
    for row in cells["Framework"][1:]:
        row[weight] = None  # which experts replace


def experts_of_one_label_or_one_score(cells: Cells) -> Said:
    scores = [[5, 4, 3, 4, 3, 5, 4, 3], [4] * 8, [3, 5, 4, 4, 4, 3, 5, 4], [4, 5, 5, 3, 4, 5, 3, 4]]
    _experts(cells, scores)
    return [("E009", "Experts"), ("E010", "Experts")]


def weights_on_two_scales(cells: Cells) -> Said:
    for row, weight in ((2, 60), (3, 0.4), (4, 20)):
        cells["Framework"][row][3] = weight
    return [("W007", "Framework!D4")]


def codes_of_one_node(cells: Cells) -> Said:
    cells["Framework"][7][0] = cells["Data"][0][_column("energy")] = "GDP"
    return [("F011", "Framework!A8")]


def groups_that_nobody_chose(cells: Cells) -> Said:
    cells["Data"][38][_column("energy")] = None
    cells["Scenario"][4] = ["index.missing", "group-mean"]
    return [("D021", "[index] missing")]


def two_sheets_for_one_thing(cells: Cells) -> Said:
    cells["数据"] = cells["Data"]
    return [("I021", "数据")]


def earlier_lists(cells: Cells) -> Said:
    """A list of the year before with a rank of 99 among ten, and one of this year."""
    codes = [row[0] for row in cells["Data"][1:11]]
    cells["History"] = [
        ["year", "code", "rank"],
        *([2018, code, rank] for rank, code in enumerate(codes, 1)),
        *([2019, code, rank] for rank, code in enumerate(codes, 1)),
    ]
    cells["History"][4][2] = 99
    cells["Scenario"].append(["report.year", 2019])
    return [("H007", "[report] year"), ("H008", "History!B5")]


def _framework_column(cells: Cells, heading: str, **values: Any) -> None:
    """Add a column to the framework, with a value for some of its codes."""
    for row in cells["Framework"]:
        row.append(heading if row[0] == "code" else values.get(row[0]))


def goalposts_that_no_method_reads(cells: Cells) -> Said:
    """Goalposts filled in, the normalisation forgotten."""
    _framework_column(cells, "low", gdp=0, urban=0)
    _framework_column(cells, "high", gdp=5000, urban=100)
    return [("F020", f"Framework!{cell}") for cell in ("F3", "G3", "F9", "G9")]


def cells_of_dimensions_that_nothing_reads(cells: Cells) -> Said:
    _framework_column(cells, "denominator", size="gdp", patents="gdp")
    _framework_column(cells, "target", manner=1)
    return [("F020", "Framework!G6"), ("F021", "Framework!F2")]


def settings_that_nothing_reads(cells: Cells) -> Said:
    cells["Scenario"] += [["index.aggregate.power", 3], ["tiers.sizes", "[5, 5, 10]"]]
    return [("S020", "Scenario!B6"), ("S020", "Scenario!B7")]


def values_beyond_their_goalposts(cells: Cells) -> Said:
    _framework_column(cells, "normalisation", urban="goalposts")
    _framework_column(cells, "low", urban=30)
    _framework_column(cells, "high", urban=70)
    return [("M039", "Framework!H9")]


def a_row_of_the_index_itself(cells: Cells) -> Said:
    """The index under a code of its own above the dimensions: no fault."""
    framework = cells["Framework"]
    for row in framework[1:]:
        row[2] = row[2] or "总指数"
    framework.insert(1, ["总指数", "总指数", "", None, None])
    return []


BOOKS: dict[str, Callable[[Cells], Said]] = {
    made.__name__: made
    for made in (
        sound,
        blanks_in_a_listed_unit,
        four_of_sixteen,
        repeated_rows,
        repeated_columns,
        slips_of_units_of_measure,
        shares_among_percentages,
        totals_without_a_name,
        names_of_one_unit,
        codes_of_one_unit,
        columns_of_one_indicator,
        groups_of_one_name,
        experts_of_one_label_or_one_score,
        weights_on_two_scales,
        codes_of_one_node,
        groups_that_nobody_chose,
        two_sheets_for_one_thing,
        earlier_lists,
        goalposts_that_no_method_reads,
        cells_of_dimensions_that_nothing_reads,
        settings_that_nothing_reads,
        values_beyond_their_goalposts,
        a_row_of_the_index_itself,
    )
}
