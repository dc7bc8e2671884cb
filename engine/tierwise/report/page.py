"""report.html: one self-contained page with the answers, the facts, the charts and the first tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tierwise.report.answers import Answer
from tierwise.report.chart_parts import LIGHT, TIER_COLOURS
from tierwise.report.charted import charted, rows_of_units
from tierwise.report.draw_notes import draw_note
from tierwise.report.drawings import drawings
from tierwise.report.figures import FIGURES
from tierwise.report.live import embedded, live
from tierwise.report.presented import Presented, names_of, presented
from tierwise.report.printed import SOURCE, source_of
from tierwise.tables.registry import SECTIONS, note, sheet_name, table_of
from tierwise.words.columns import Column
from tierwise.words.formats import shown
from tierwise.words.language import Language, Text
from tierwise.words.visible import visible_lines

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

MOST_ROWS: Final = 200
FIGURE: Final = Text("Figure {}. {}", "图{}  {}")
SCRIPTS: Final = ("live_scores.js", "live_card.js", "live_page.js")


def write_page(path: Path, study: Study, lines: list[tuple[str, object]], answers: list[Answer]) -> None:
    """Write the report page."""
    from jinja2 import Environment

    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        _source("page.html.j2")
    )
    language = study.scenario.language
    shown, data = sections(study), live(study)
    drawn = numbered(shown, rows_of_units(study), language)
    page = template.render(
        title=study.scenario.title,
        language=language,
        lines=lines,
        answers=answers,
        sections=shown,
        contents=contents(shown, language),
        labels=_labels(language),
        live=data,
        embedded=embedded(data),
        drawn=embedded(drawn),
        source=SOURCE.of(language).format(source_of(study)),
        library=_source("d3.min.js"),
        scripts=[
            "\n".join(map(_source, SCRIPTS)),
            _source("page_tables.js"),
            _source("charts.js"),
            _source("paper.js"),
        ],
    )
    path.write_text(visible_lines(page), encoding="utf-8")


def _source(name: str) -> str:
    return files("tierwise.report").joinpath(name).read_text(encoding="utf-8")


def contents(shown: list[dict[str, Any]], language: Language) -> list[dict[str, Any]]:
    """Return the parts of the page that a reader names, with the sections of each in their order."""
    parts: list[dict[str, Any]] = []
    for key, title in SECTIONS.items():
        own = [section for section in shown if table_of(str(section["name"])).section == key]
        if own:
            parts.append({"title": title.of(language), "sections": own})
    return parts


def sections(study: Study) -> list[dict[str, Any]]:
    """Return what the page shows of each table: title, note, figures, headings and cells."""
    language, names = study.scenario.language, names_of(study)
    made: list[dict[str, Any]] = []
    rows = rows_of_units(study)
    for name in shown_tables(study.tables):
        table = presented(name, study.tables[name], names, language, page=True)
        if not len(table.frame):
            continue
        first = table.head(MOST_ROWS)
        figures = [
            (chart.title or sheet_name(name, language), chart)
            for figure in table_of(name).figures
            if (chart := FIGURES[figure](study)) is not None
        ]
        figures += [(one.title, one.chart) for one in drawings(study, name)]
        made.append(
            {
                "name": name,
                "title": sheet_name(name, language),
                "note": note(
                    name, language, draw_note(study.robustness, language), study.tables[name].columns
                ),
                "figures": figures,
                "units": units_of(study.tables[name], name, rows),
                "headings": table.headings(language),
                "meanings": [column.meaning.of(language) for column in table.columns],
                "right": [not any(isinstance(value, str) for value in own) for own in first.cells()],
                "rows": shown_rows(first),
                "left_out": max(0, len(table.frame) - MOST_ROWS),
            }
        )
    return made


def units_of(frame: pd.DataFrame, name: str, rows: Mapping[str, int]) -> list[int]:
    """Return the unit of each row that is shown, by its place in the list; nothing for other tables."""
    columns = {
        column.name
        for column in table_of(name).resolve([*map(str, frame.columns)])
        if column.codes == "units"
    }
    key = "code" if "code" in columns else "name" if "name" in frame and not columns else ""
    if not key or key not in frame:
        return []
    return [rows.get(str(cell), -1) for cell in frame[key].head(MOST_ROWS)]


def numbered(
    shown: list[dict[str, Any]], rows: Mapping[str, int], language: Language
) -> list[dict[str, Any]]:
    """Give the figures their numbers on the page; return them as its script draws them."""
    drawn: list[dict[str, Any]] = []
    for section in shown:
        captions = []
        for title, chart in section["figures"]:
            drawn.append(charted(chart, rows))
            captions.append((len(drawn) - 1, FIGURE.format(len(drawn), title).of(language)))
        section["figures"] = captions
    return drawn


def shown_tables(tables: Iterable[str]) -> list[str]:
    """Return the tables of the page in its order: by the parts that a reader names, then by place."""
    parts = [*SECTIONS]
    placed = [
        (parts.index(table.section), table.place, name) for name in tables if (table := table_of(name)).place
    ]
    return [name for *_, name in sorted(placed, key=lambda one: one[:2])]


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
            "contents": "目录",
            "more": "详见",
        }
    return {
        "left_out": "{} more rows stand in results.xlsx and the folder tables",
        "foot": "Made by tierwise; the numbers repeat with the seed and versions in run.json",
        "answers": "Questions before publication",
        "facts": "Data and method",
        "contents": "Contents",
        "more": "more",
    }
