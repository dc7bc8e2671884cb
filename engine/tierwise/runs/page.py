"""A comparison as a page, as a workbook, and in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np

from tierwise.errors import Problems
from tierwise.lookup import Lookup
from tierwise.outputs.files import in_the_way, written
from tierwise.outputs.folder import results_of
from tierwise.report.drawing import svg
from tierwise.report.figures_why import furthest, waterfalls
from tierwise.report.page import MOST_ROWS, shown_rows
from tierwise.report.presented import presented
from tierwise.report.workbook import write_workbook
from tierwise.report.write import without_formulas
from tierwise.runs.compared import AFTER, BEFORE, Runs
from tierwise.sentences.why import FACTORS
from tierwise.tables.registry import note, sheet_name
from tierwise.tables.table import Names
from tierwise.tables.why import sentence
from tierwise.words.formats import Printed
from tierwise.words.language import COMMA, Language, Text, phrase
from tierwise.words.visible import visible_lines

SHOWN: Final[tuple[str, ...]] = (
    "compared_units",
    "changes_why",
    "compared_groups",
    "compared_settings",
    "compared_figures",
    "changes_why_indicators",
)
WORDS: Final = {
    "title": Text("{before} and {after}", "{before} 与 {after}"),
    "before": Text("Before", "前"),
    "after": Text("After", "后"),
    "units": Text("Units listed", "入榜单位"),
    "counts": Text(
        "{before} before, {after} after; of all {common:unit|units} ranked in both, {up} up, "
        "{down} down, {same} "
        "keep their ranks",
        "前 {before} 个，后 {after} 个；两次均有排名的全部 {common} 个单位中，上升 {up} 个，下降 {down} 个，"
        "持平 {same} 个",
    ),
    "shift": Text("Mean and largest rank shift", "平均位移与最大位移"),
    "alike": Text("Spearman, Kendall", "斯皮尔曼与肯德尔相关"),
    "tiers": Text("Units changing tier", "梯队变化单位数"),
    "entry": Text("New", "新进"),
    "exit": Text("Left", "退出"),
    "factors": Text("What moves ranks", "引起位次变动的因素"),
    "settings": Text("Settings that differ", "不同的设置"),
    "figures": Text("Cells that differ", "不同的单元格"),
    "moves": Text("Largest moves", "位次变动最大的单位"),
    "none": Text("none", "无"),
    "left_out": Text("{} more rows stand in the workbook (--xlsx)", "其余 {} 行见工作簿（--xlsx）"),
    "notice": Text("Please note", "请注意"),
}


def words(key: str, language: Language, **fields: object) -> str:
    """Return a text of this module."""
    return phrase(WORDS, key, language, **fields)


def lines(runs: Runs) -> list[tuple[str, object]]:
    """Return the facts of a comparison, (heading, value)."""
    language, comma = runs.language, COMMA[runs.language]
    differ, kinds = runs.differences, runs.kinds
    gained = runs.gained[np.isfinite(runs.gained)]
    counts = {
        "up": int((gained > 0).sum()),
        "down": int((gained < 0).sum()),
        "same": int((gained == 0).sum()),
    }
    counts["common"] = len(gained)
    listed = dict(zip(("before", "after"), runs.listed.sum(axis=1).tolist(), strict=True))
    tables = runs.tables

    def named(kind: str) -> str:
        units = [runs.names[unit] for unit in runs.order.tolist() if kinds[unit] == kind]
        return f"{len(units)}: {comma.join(units)}" if units else words("none", language)

    furthest_unit = runs.names[int(differ.unit[0])]
    facts: list[tuple[str, object]] = [
        (words("before", language), _label(runs, BEFORE)),
        (words("after", language), _label(runs, AFTER)),
        (words("units", language), words("counts", language, **listed, **counts)),
        (
            words("shift", language),
            f"{Printed(differ.rank_shift_mean[0]):.1f}, {differ.rank_shift_max[0]:g} ({furthest_unit})",
        ),
        (words("alike", language), f"{Printed(differ.spearman[0]):.4f}, {Printed(runs.kendall):.4f}"),
        *([(words("tiers", language), int(differ.units_changing_tier[0]))] if runs.has_tiers else []),
        (words("entry", language), named("entry")),
        (words("exit", language), named("exit")),
    ]
    if runs.why is not None:
        moved = [
            FACTORS[name].of(language)
            for name, share in zip(runs.why.factors, runs.why.shares.rank_shares, strict=True)
            if np.abs(share).max(initial=0.0) > 0
        ]
        facts.append((words("factors", language), comma.join(moved) or words("none", language)))
    for key in ("settings", "figures"):
        frame = tables.get(f"compared_{key}")
        facts.append((words(key, language), 0 if frame is None else len(frame)))
    return facts


def _label(runs: Runs, at: int) -> str:
    side = (runs.before, runs.after)[at]
    return f"{side.label} ({side.title})" if side.title and side.title != side.label else side.label


def largest(runs: Runs, units: Sequence[str] = ()) -> list[int]:
    """Return the positions of the units that are asked for, else of those that moved most."""
    if runs.why is None:
        return []
    told = Lookup(runs.codes, runs.names, "unit") if units and runs.why.undivided else None
    asked = [
        unit for unit in units if told is None or runs.codes[told.find(unit)] not in runs.why.undivided
    ]  # the others are named by a note
    return [runs.why.of(unit) for unit in asked] if units else furthest(runs.why)


def sentences(runs: Runs, units: Sequence[str] = ()) -> list[str]:
    """Return why units moved, in words; nothing where reasons are not known."""
    if runs.why is None:
        return []
    return [sentence(runs.why, unit).of(runs.language) for unit in largest(runs, units)]


def refuse(path: Path, ending: str, sides: Iterable[str], replace: bool, problems: Problems) -> None:
    """Note what keeps a file from being written.

    I009 or Q035: another ending; I008: it is one of the sides, or of their results; I014: it is there.
    """
    if path.suffix.lower() != ending:
        problems.add("Q035" if ending == ".html" else "I009", str(path))
    else:
        problems.extend(in_the_way(path, results_of(*sides), replace=replace))


def write_page(runs: Runs, path: Path, units: Sequence[str] = ()) -> Path:
    """Write a comparison as one self-contained page; raise I007 where that cannot be."""
    from jinja2 import Environment

    source = files("tierwise.runs").joinpath("page.html.j2").read_text(encoding="utf-8")
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(source)
    language = runs.language
    drawn = None if runs.why is None else waterfalls(runs.why, largest(runs, units), language)
    page = template.render(
        title=title(runs),
        language=language,
        lines=lines(runs),
        notes=[one.line(language) for one in runs.notes],
        moves=words("moves", language),
        sentences=sentences(runs, units),
        figure="" if drawn is None else svg(drawn),
        sections=_sections(runs),
        left_out=WORDS["left_out"].of(language),
    )
    with written(path) as stage:
        stage.write_text(visible_lines(page), encoding="utf-8")
    return path


def _sections(runs: Runs) -> list[dict[str, object]]:
    language, tables = runs.language, runs.tables
    sections: list[dict[str, object]] = []
    for name in (one for one in SHOWN if one in tables):
        table = presented(name, tables[name], names_of(runs), language, page=True)
        sections.append(
            {
                "title": sheet_name(name, language),
                "note": note(name, language),
                "headings": table.headings(language),
                "right": [not any(isinstance(value, str) for value in own) for own in table.cells()],
                "rows": shown_rows(table.head(MOST_ROWS)),
                "left_out": max(0, len(table.frame) - MOST_ROWS),
            }
        )
    return sections


def write_book(runs: Runs, path: Path) -> Path:
    """Write a comparison as a workbook, whole or not at all; raise I007 where that cannot be."""
    language, tables = runs.language, runs.tables
    ordered = {name: without_formulas(tables[name]) for name in SHOWN if name in tables}
    notices = [(words("notice", language), one.line(language)) for one in runs.notes]
    with written(path) as stage:
        facts = [*notices, *lines(runs)]
        write_workbook(stage, ordered, title(runs), facts, language, names=names_of(runs))
    return path


def title(runs: Runs) -> str:
    """Return what stands on top: both sides."""
    return words("title", runs.language, before=runs.before.label, after=runs.after.label)


def names_of(runs: Runs) -> Names:
    """Return the names of units and nodes of both sides."""
    nodes: dict[str, str] = {}
    for side in (runs.before, runs.after):
        if side.scenario is not None:
            framework = side.scenario.framework
            nodes |= dict(zip(framework.codes, framework.names, strict=True))
    return Names(nodes, dict(zip(runs.codes, runs.names, strict=True)))
