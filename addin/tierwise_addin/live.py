"""A bundled scenario as a workbook whose results are formulas: change a weight and watch the tiers move.

Sheet *Data* holds figures, directions and weights of the indicators, sheet *List* the ranked list with its
tiers and robustness, coloured. All of it is ``IDX_`` formulas over *Data*; cached results stand in the file.

    python -m tierwise_addin.live docs/images/calc.png

makes the manual's picture: the workbook recalculated by LibreOffice, its first page printed.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from tierwise.draws.blocks import DRAWS
from tierwise.inputs.sheet import address, column_letters
from tierwise.study.index import index
from tierwise.study.scenario import load
from tierwise.tables.registry import table_of
from tierwise_addin import call
from tierwise_addin.cell_kinds import Rows
from tierwise_addin.hosts.calc.headless import Calc

SCENARIO: Final = "industrial-counties-2019"
TIERS: Final = 4
FIRST: Final = 5
"""Row (from 0) of the first unit on both sheets; headings stand in the row above."""

HIDDEN: Final = ("score", "rank", "p_top", "tier")
HEAD: Final = {"bold": True, "bg_color": "#1B4F72", "font_color": "#FFFFFF"}
TIER_COLOURS: Final = ("#1B4F72", "#2E86C1", "#85C1E9", "#D6EAF8")


@dataclass(frozen=True)
class Source:
    """What the workbook is made from."""

    title: str
    names: tuple[str, ...]
    groups: tuple[str, ...]
    indicators: tuple[str, ...]
    values: np.ndarray[Any, Any]
    directions: list[float]
    weights: list[float]
    decimals: int
    tiers: int
    seed: int


def source() -> Source:
    """Return the scenario's list in rank order, with its experts' weights of the indicators."""
    scenario = load(SCENARIO)
    made = index(scenario.panel, scenario.framework, scenario.spec, scenario.experts)
    panel, framework = scenario.panel.take(made.order), made.framework
    return Source(
        scenario.title,
        panel.names,
        next(iter(panel.groups.values())),
        panel.indicators,
        panel.values,
        framework.directions[framework.tree.leaves].astype(float).tolist(),
        (100 * framework.global_weights[framework.tree.leaves]).round(2).tolist(),
        scenario.spec.index.decimals or 3,
        TIERS,
        scenario.spec.uncertainty.seed,
    )


def write(path: str | Path) -> Path:
    """Write the workbook and return its path."""
    import xlsxwriter

    given = source()
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"title": given.title, "created": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)})
        listed, data = book.add_worksheet("List"), book.add_worksheet("Data")
        styles = {
            "title": book.add_format({"bold": True, "font_size": 13}),
            "note": book.add_format({"italic": True, "font_color": "#595959"}),
            "head": book.add_format(HEAD),
            "head of numbers": book.add_format({**HEAD, "align": "right"}),
            "note of numbers": book.add_format({"italic": True, "font_color": "#595959", "align": "right"}),
            "input": book.add_format({"bg_color": "#FFF2CC"}),
            "score": book.add_format({"num_format": "0.000"}),
            "rank": book.add_format({"num_format": "0.#"}),
            "share": book.add_format({"num_format": "0%"}),
        }
        _write_data(data, given, styles)
        _write_list(book, listed, given, styles)
    return Path(path)


def _write_data(sheet: Any, given: Source, styles: dict[str, Any]) -> None:
    sheet.write_string(0, 0, given.title, styles["title"])
    sheet.write_row(1, 0, ["权重(可改)", "weights"], styles["note"])
    sheet.write_row(1, 2, given.weights, styles["input"])
    sheet.write_row(2, 0, ["方向", "directions"], styles["note"])
    sheet.write_row(2, 2, given.directions, styles["input"])
    sheet.write_row(FIRST - 1, 0, ["name", "province", *given.indicators], styles["head"])
    for row, (name, group, values) in enumerate(
        zip(given.names, given.groups, given.values, strict=True), FIRST
    ):
        sheet.write_row(row, 0, [name, group, *(float(value) for value in values)])
    sheet.freeze_panes(FIRST, 1)
    sheet.set_column(0, 1, 14)


def _write_list(book: Any, sheet: Any, given: Source, styles: dict[str, Any]) -> None:
    units, last = len(given.names), FIRST + len(given.names)
    end = column_letters(1 + len(given.indicators))
    values, weights = f"Data!$C${FIRST + 1}:${end}${last}", f"Data!$C$2:${end}$2"
    directions = f"Data!$C$3:${end}$3"
    cells: list[Any] = [
        given.values.tolist(),
        [given.weights],
        0.25,
        DRAWS,
        given.seed,
        given.tiers,
        None,
        None,
        None,
        [given.directions],
    ]
    table = call("IDX_ROBUSTNESS", *cells)
    scores = [[round(float(str(row[0])), given.decimals)] for row in table[1:]]
    sheet.write_string(0, 0, given.title, styles["title"])
    sheet.write_string(1, 0, "权重变动幅度±h · 抽样次数 · 随机种子", styles["note"])
    sheet.write_row(2, 0, [0.25, DRAWS, given.seed], styles["input"])
    sheet.write_row(FIRST - 1, 0, ["县(市)", "省份", "★"], styles["head"])
    sheet.write_row(
        FIRST - 1, 3, [_heading(name) for name in ("score", "rank", "tier")], styles["head of numbers"]
    )
    sheet.write_column(FIRST, 0, given.names)
    sheet.write_column(FIRST, 1, given.groups)
    scored = f"=ROUND(IDX_SCORE({values},{weights},,,{directions}),{given.decimals})"
    score_cells, rank_cells = f"$D${FIRST + 1}:$D${last}", f"$E${FIRST + 1}:$E${last}"
    ranks = call("IDX_RANK", scores)
    columns: list[tuple[int, str, Rows, str]] = [
        (2, f"=IDX_FIRST_IN_GROUP({rank_cells},$B${FIRST + 1}:$B${last})", _first(ranks, given), "note"),
        (3, scored, [[float(str(row[0]))] for row in scores], "score"),
        (4, f"=IDX_RANK({score_cells})", ranks, "rank"),
        (5, f"=IDX_TIERS({score_cells},{given.tiers})", call("IDX_TIERS", scores, given.tiers), "rank"),
    ]
    for column, formula, rows, style in columns:
        _spill(sheet, FIRST, column, formula, rows, [styles[style]])
    formula = f"=IDX_ROBUSTNESS({values},{weights},$A$3,$B$3,$C$3,{given.tiers},,,,{directions})"
    names = [str(cell) for cell in table[0]]
    shapes = [
        styles["share" if name.startswith("p_") else "score" if name == "score" else "rank"] for name in names
    ]
    _spill(sheet, FIRST - 1, 6, formula, table, shapes, styles["note of numbers"])
    for at, name in enumerate(names, 6):
        sheet.write_string(FIRST - 2, at, _heading(name), styles["head of numbers"])
        sheet.set_column(at, at, 11, None, {"hidden": name in HIDDEN})
    _colour(book, sheet, names, units)
    sheet.freeze_panes(FIRST, 1)
    sheet.set_column(0, 0, 13)
    sheet.set_column(1, 5, 8)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _heading(column: str) -> str:
    """Return the heading that a column of the robustness table has everywhere."""
    return table_of("robustness").column(column).title.zh


def _first(ranks: Rows, given: Source) -> Rows:
    return call("IDX_FIRST_IN_GROUP", ranks, [[group] for group in given.groups])


def _spill(
    sheet: Any, row: int, column: int, formula: str, rows: Rows, shapes: list[Any], head: Any = None
) -> None:
    """Write a formula over its range, with what it gives today."""
    last_row, last_column = row + len(rows) - 1, column + len(rows[0]) - 1
    first = "" if rows[0][0] is None else rows[0][0]
    sheet.write_dynamic_array_formula(row, column, last_row, last_column, formula, head or shapes[0], first)
    for down, cells in enumerate(rows):
        for across, cell in enumerate(cells):
            if down or across:
                shape = shapes[across] if down or head is None else head
                sheet.write(row + down, column + across, "" if cell is None else cell, shape)


def _colour(book: Any, sheet: Any, names: list[str], units: int) -> None:
    last = FIRST + units - 1
    for tier, colour in enumerate(TIER_COLOURS, 1):
        look = book.add_format({"bg_color": colour, "font_color": "#FFFFFF" if tier < 3 else "#000000"})
        rule = {"type": "cell", "criteria": "==", "value": tier, "format": look}
        sheet.conditional_format(FIRST, 5, last, 5, rule)
    scale = {"type": "2_color_scale", "min_type": "num", "max_type": "num", "min_value": 0, "max_value": 1}
    for at, name in enumerate(names, 6):
        if name.startswith("p_tier_"):
            top = "#58A55C" if name == "p_tier_same" else "#2E86C1"
            sheet.conditional_format(FIRST, at, last, at, {**scale, "min_color": "#FFFFFF", "max_color": top})
    first = address(FIRST, 4).replace("E", "$E")
    bold = book.add_format({"bold": True})
    sheet.conditional_format(
        FIRST, 0, last, 0, {"type": "formula", "criteria": f"={first}<=10", "format": bold}
    )


def picture(path: Path) -> Path:
    """Write a picture of the list as LibreOffice shows it, and return its path."""
    with tempfile.TemporaryDirectory() as folder, Calc() as calc:
        book = calc.open(write(Path(folder) / "live.xlsx"))
        page = calc.save(book, Path(folder) / "live.pdf")
        area = ["-x", "80", "-y", "90", "-W", "1380", "-H", "800"]
        command = [
            "pdftoppm",
            "-r",
            "140",
            "-png",
            "-singlefile",
            *area,
            str(page),
            str(path.with_suffix("")),
        ]
        subprocess.run(command, check=True)
    return path


if __name__ == "__main__":
    print(picture(Path(sys.argv[1])))
