"""report.html: one self-contained page with the facts, the charts and the first tables."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from tierwise.report.figures import FIGURES
from tierwise.report.headings import heading, number_format, sheet_name
from tierwise.report.notes import note, said_of_draws
from tierwise.report.workbook import records

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.errors import Language
    from tierwise.scenario.study import Study

SHOWN = (
    "ranking",
    "robustness",
    "cuts",
    "sensitivity",
    "scenarios",
    "swing",
    "tiers_profile",
    "tiers_province",
    "tiers_region",
    "distribution_province",
    "delphi",
    "concordance",
    "audit_importance",
    "changes",
    "history",
)
MOST_ROWS = 200


def write_page(path: Path, study: Study, lines: list[tuple[str, object]]) -> None:
    """Write the report page."""
    from jinja2 import Environment

    source = files("tierwise.report").joinpath("page.html.j2").read_text(encoding="utf-8")
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(source)
    language = study.scenario.language
    sections = []
    for name in SHOWN:
        frame = study.tables.get(name)
        if frame is None or not len(frame):
            continue
        figures = [draw(study) for draw in FIGURES.get(name, ())]
        sections.append(
            {
                "title": sheet_name(name, language),
                "note": note(name, language, said_of_draws(study.robustness, language)),
                "figures": [figure for figure in figures if figure],
                "headings": [heading(str(column), language) for column in frame.columns],
                "rows": shown_rows(frame.head(MOST_ROWS)),
                "left_out": max(0, len(frame) - MOST_ROWS),
            }
        )
    page = template.render(
        title=study.scenario.title,
        language=language,
        lines=lines,
        sections=sections,
        labels=_labels(language),
    )
    path.write_text(page, encoding="utf-8")


def shown_rows(frame: pd.DataFrame) -> list[list[str]]:
    """Return the cells of a frame as a reader wants them."""
    formats = [number_format(str(column)) for column in frame.columns]
    return [
        [_shown(value, shape) for value, shape in zip(row, formats, strict=True)] for row in records(frame)
    ]


def _shown(value: object, shape: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, (int, float)):
        return str(value)
    first, _, signed = shape.partition(";")  # a shape of two parts shows the sign of both
    decimals, sign = len(first.rstrip("%").partition(".")[2]), "+" if signed else ""
    if first.endswith("%"):
        return f"{value:{sign}.{decimals}%}"
    if shape == "0":
        return f"{value:g}"
    return f"{value:{sign}.{decimals}f}"


def _labels(language: Language) -> dict[str, str]:
    if language == "zh":
        return {
            "left_out": "其余 {} 行见 tables 文件夹",
            "foot": "由 tierwise 生成；数值可由 run.json 中的种子与版本重现",
        }
    return {
        "left_out": "{} more rows stand in the folder tables",
        "foot": "Made by tierwise; the numbers repeat with the seed and versions in run.json",
    }
