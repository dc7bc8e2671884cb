"""report.html: one self-contained page with the answers, the facts, the charts and the first tables."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tierwise.report.answers import Answer
from tierwise.report.chart_parts import TIER_COLOURS
from tierwise.report.draw_notes import draw_note
from tierwise.report.figures import FIGURES
from tierwise.report.presented import Presented, names_of, presented
from tierwise.tables.registry import note, sheet_name, table_of
from tierwise.words.columns import Column
from tierwise.words.formats import shown
from tierwise.words.visible import visible_lines

if TYPE_CHECKING:
    from tierwise.study.study import Study
    from tierwise.words.language import Language

MOST_ROWS: Final = 200
LIGHT: Final = (TIER_COLOURS[2], TIER_COLOURS[3], TIER_COLOURS[6])  # black letters can be read on them


def write_page(path: Path, study: Study, lines: list[tuple[str, object]], answers: list[Answer]) -> None:
    """Write the report page."""
    from jinja2 import Environment

    source = files("tierwise.report").joinpath("page.html.j2").read_text(encoding="utf-8")
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(source)
    language = study.scenario.language
    page = template.render(
        title=study.scenario.title,
        language=language,
        lines=lines,
        answers=answers,
        sections=sections(study),
        labels=_labels(language),
    )
    path.write_text(visible_lines(page), encoding="utf-8")


def sections(study: Study) -> list[dict[str, object]]:
    """Return what the page shows of each table: title, note, figures, headings and cells."""
    language, names = study.scenario.language, names_of(study)
    made: list[dict[str, object]] = []
    for name in shown_tables(study.tables):
        table = presented(name, study.tables[name], names, language, page=True)
        if not len(table.frame):
            continue
        figures = [FIGURES[figure](study) for figure in table_of(name).figures]
        made.append(
            {
                "name": name,
                "title": sheet_name(name, language),
                "note": note(name, language, draw_note(study.robustness, language)),
                "figures": [figure for figure in figures if figure],
                "headings": table.headings(language),
                "meanings": [column.meaning.of(language) for column in table.columns],
                "right": [not any(isinstance(value, str) for value in own) for own in table.cells()],
                "rows": shown_rows(table.head(MOST_ROWS)),
                "left_out": max(0, len(table.frame) - MOST_ROWS),
            }
        )
    return made


def shown_tables(tables: Iterable[str]) -> list[str]:
    """Return the tables of the page in its order."""
    placed = [(table_of(name).place, name) for name in tables]
    return [name for place, name in sorted(placed, key=lambda pair: pair[0]) if place]


def shown_rows(table: Presented) -> list[list[tuple[str, str]]]:
    """Return the cells of a table as a reader wants them, each with its style: tiers in their colours."""
    columns = table.cells()
    cells = [
        [(shown(value, shape), _style(column, value)) for value, shape in zip(own, shapes, strict=True)]
        for column, own, shapes in zip(table.columns, columns, table.formats(columns), strict=True)
    ]
    return [list(row) for row in zip(*cells, strict=True)]


def _style(column: Column, value: object) -> str:
    if not isinstance(value, (int, float)):
        return ""
    if column.look == "tier":
        colour = TIER_COLOURS[(int(value) - 1) % len(TIER_COLOURS)]
        return f"background:{colour};color:{'#000' if colour in LIGHT else '#fff'}"
    if column.look in {"shade", "bar"}:
        return f"background:linear-gradient(90deg,#d6eaf8 {100 * value:.0f}%,#fff 0)"
    return ""


def _labels(language: Language) -> dict[str, str]:
    if language == "zh":
        return {
            "left_out": "其余 {} 行见 results.xlsx 与 tables 文件夹",
            "foot": "由 tierwise 生成；数值可由 run.json 中的种子与版本重现",
            "answers": "发布前的几个问题",
            "facts": "数据与方法",
            "more": "详见",
        }
    return {
        "left_out": "{} more rows stand in results.xlsx and the folder tables",
        "foot": "Made by tierwise; the numbers repeat with the seed and versions in run.json",
        "answers": "Questions before publication",
        "facts": "Data and method",
        "more": "more",
    }
