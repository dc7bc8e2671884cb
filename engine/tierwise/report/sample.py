"""Workbooks to start from: a bundled scenario as a filled workbook, or an empty template.

Both hold the sheets Data, Framework, Experts, History and Scenario; the Scenario sheet lists every key with
its value and what it means, and the Framework's columns have notes and drop-down lists.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from tierwise.errors import TierwiseError, problem
from tierwise.outputs.files import in_the_way, written
from tierwise.report.workbook import Styles
from tierwise.spec.families import MethodName
from tierwise.spec.index import IndexSpec
from tierwise.spec.scenarios_sheet import variant_rows
from tierwise.spec.schema import Settings
from tierwise.spec.topics_sheet import topic_rows
from tierwise.study.documents import bundled
from tierwise.study.scenario import Scenario, load
from tierwise.words.language import Language
from tierwise.words.meanings import meaning

if TYPE_CHECKING:
    from tierwise.inputs import Framework

FRAMEWORK_NOTES = {
    "code": "Unique; the indicators' codes head the columns of Data. 指标代码，不得重复",
    "name": "Shown in outputs. 名称",
    "parent": "Code of the node above; blank right under the index. 上级代码，一级指标留空",
    "weight": "Relative within siblings; blank for equal weights or the experts'. "
    "同级指标的相对权重；整组留空则等权或由专家打分得出",
    "direction": "1 = more is better, -1 = less is better. 正向指标填1，逆向指标填-1",
    "unit": "Unit of measure. 计量单位",
    "low": "Lower goalpost. 下限",
    "high": "Upper goalpost. 上限",
    "cap": "TRUE clips scores at the goalposts. 填TRUE则得分不超出上下限",
    "target": "Of two-ended indicators, or to be reached. 适度指标的适度值，或目标值",
    "denominator": "Column of Data to divide by; unit is then that of the ratio. "
    "作为分母的数据列；此时单位填比值的单位，如元/人",
    "normalisation": "Overrides the scenario's. 单独指定的标准化方法",
    "aggregation": "Of this node over its children. 单独指定的合成方法",
}

MEANING: dict[Language, str] = {"en": "meaning", "zh": "含义"}


def write_sample(path: Path, *, replace: bool = False) -> None:
    """Write a workbook to ``path``: the bundled scenario named like the file, else an empty template.

    Raises :class:`TierwiseError` I009 for another ending than .xlsx, I007 when the file cannot be written,
    I014 when there is one that is not to be replaced: it may hold somebody's figures.
    """
    refuse_there(path, replace)
    scenario = load(path.stem) if path.stem in bundled() else None
    write_scenario(path, scenario)


def refuse_there(path: Path, replace: bool) -> None:
    """Raise I009 for another ending than .xlsx, I014 for a file that is not to be replaced."""
    if path.suffix.lower() != ".xlsx":
        raise TierwiseError(problem("I009", str(path)))
    if blocked := [*in_the_way(path, replace=replace)]:
        raise TierwiseError(*blocked)


def write_scenario(path: Path, scenario: Scenario | None) -> None:
    """Write a scenario as a workbook that ``tierwise run`` takes; None gives an empty template."""
    import xlsxwriter

    with written(path) as stage:
        book = xlsxwriter.Workbook(str(stage), {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"created": dt.datetime(2000, 1, 1)})  # no clock in it
        styles = Styles(book)
        for name, rows in sheets_of(scenario).items():
            sheet = book.add_worksheet(name)
            _write_rows(sheet, styles, rows)
            if name == "Framework":
                _help_framework(sheet, rows[0])
        book.close()


def sheets_of(scenario: Scenario | None) -> dict[str, list[list[object]]]:
    """Return the cells of each sheet, headings first."""
    if scenario is None:
        return {
            "Data": [["code", "name", "province", "indicator_1", "indicator_2"]],
            "Framework": [[*FRAMEWORK_NOTES], ["indicator_1"], ["indicator_2"]],
            "Experts": [["round", "expert", "authority", "camp", "indicator_1", "indicator_2"]],
            "History": [["year", "code", "rank"]],
            "Scenario": scenario_rows(None),
        }
    sheets = _tables_of(scenario)
    for year, other in scenario.others.items():
        own = _tables_of(other)
        sheets |= {f"{name}{year}": rows for name, rows in own.items() if rows != sheets.get(name)}
    if scenario.history is not None:
        ranks = scenario.history
        rows = zip(ranks.years.tolist(), ranks.codes, ranks.ranks.tolist(), strict=True)
        sheets["History"] = [["year", "code", "rank"], *(list(row) for row in rows)]
    sheets |= _beside(scenario)
    sheets["Scenario"] = scenario_rows(scenario)
    return sheets


def _tables_of(scenario: Scenario) -> dict[str, list[list[object]]]:
    """Return the cells of the sheets of which a year may have its own."""
    panel = scenario.panel.to_frame()
    sheets = {
        "Data": [[*panel.columns], *panel.astype(object).to_numpy().tolist()],
        "Framework": framework_rows(scenario.framework),
    }
    if scenario.experts is not None:
        sheets["Experts"] = expert_rows(scenario)
    return sheets


def _beside(scenario: Scenario) -> dict[str, list[list[object]]]:
    """Return the sheets of scenarios, topics, lists, of the nation's figures, of counts of earlier lists."""
    sheets: dict[str, list[list[object]]] = {}
    if scenario.spec.scenarios:
        sheets["Scenarios"] = variant_rows(scenario.spec.scenarios)
    if scenario.spec.topics:
        sheets["Topics"] = topic_rows(scenario.spec.topics)
    if scenario.spec.lists:
        lists: list[list[object]] = [[one.node, one.top, one.title] for one in scenario.spec.lists]
        sheets["Lists"] = [["node", "top", "title"], *lists]
    if scenario.national is not None:
        figures: list[list[object]] = [[name, *figure] for name, figure in scenario.national.figures.items()]
        sheets["National"] = [["column", "value", "year", "source"], *figures]
    if scenario.counts is not None:
        counts: list[list[object]] = [
            [year, column, group, units]
            for (column, year), groups in scenario.counts.counts.items()
            for group, units in groups.items()
        ]
        sheets["Counts"] = [["year", "column", "group", "units"], *counts]
    return sheets


def framework_rows(framework: Framework) -> list[list[object]]:
    """Return the Framework sheet's cells."""
    rows: list[list[object]] = [
        [
            framework.codes[node],
            framework.names[node],
            framework.parent_of(node),
            float(framework.weights[node]),
            int(framework.directions[node]),
            framework.units[node],
            float(framework.low[node]),
            float(framework.high[node]),
            None if math.isnan(framework.cap[node]) else bool(framework.cap[node]),
            float(framework.target[node]),
            framework.denominators[node],
            framework.normalisations[node],
            framework.aggregations[node],
        ]
        for node in range(1, len(framework.codes))
    ]
    return [[*FRAMEWORK_NOTES], *rows]


def expert_rows(scenario: Scenario) -> list[list[object]]:
    """Return the Experts sheet's cells."""
    assert scenario.experts is not None
    experts = scenario.experts.everyone
    parted = any(one.judgement is not None and one.familiarity is not None for one in experts.rounds)
    measured = ("authority", "judgement", "familiarity") if parted else ("authority",)
    told = ("sent",) if any(one.sent is not None for one in experts.rounds) else ()
    rows: list[list[object]] = [["round", "expert", *told, *measured, "camp", *experts.codes]]
    for scored in experts.rounds:
        columns = [getattr(scored, name) for name in measured]
        for at, expert in enumerate(scored.experts):
            own = [None if column is None else float(column[at]) for column in columns]
            camp = None if scored.camps is None else scored.camps[at]
            forms = [scored.sent for _ in told]
            rows.append([scored.label, expert, *forms, *own, camp, *map(float, scored.scores[at])])
    return rows


def scenario_rows(scenario: Scenario | None) -> list[list[object]]:
    """Return the Scenario sheet's cells: every key with value, default and meaning; blank = the default.

    Meanings are in the scenario's language; a template, which has none, gives both.
    """
    languages: tuple[Language, ...] = ("en", "zh") if scenario is None else (scenario.language,)
    given: dict[str, Any] = {}
    if scenario is not None:
        given = _given(scenario)
        given |= {"name": scenario.name, "title": scenario.title, "language": scenario.language}
        if scenario.others:
            of_years = {year: _differing(_given(other), given) for year, other in scenario.others.items()}
            for year, other in scenario.others.items():
                if other.spec.scenarios != scenario.spec.scenarios:
                    own = other.spec.model_dump(mode="json", exclude_unset=True, include={"scenarios"})
                    of_years[year] |= own
            given["years"] = {str(year): own for year, own in of_years.items() if own}
            given["report"] = {**given.get("report", {}), "year": scenario.list_year}
    rows: list[list[object]] = []
    for key, field, value in _keys(Settings, given):
        default = None if field.is_required() else _toml(field.get_default(call_default_factory=True))
        choices = ", ".join(dict.fromkeys(_choices(field.annotation)))
        shown = f" [{choices}]" if choices else ""
        rows.append([key, value, default, *(meaning(field, each) + shown for each in languages)])
    rows.sort(key=lambda row: row[0] not in {"name", "title", "language"})  # what it is called comes first
    return [["key", "value", "default", *(MEANING[each] for each in languages)], *rows]


def _given(scenario: Scenario) -> dict[str, Any]:
    """Return the settings that were given; scenarios, topics and lists have sheets of their own."""
    beside = {"scenarios", "topics", "lists"}
    return scenario.spec.model_dump(mode="json", exclude_unset=True, exclude=beside)


def _differing(own: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a year that are not those of all."""
    found: dict[str, Any] = {}
    for key, value in own.items():
        given = shared.get(key)
        rest = _differing(value, given) if isinstance(value, dict) and isinstance(given, dict) else value
        if value != given and rest != {}:
            found[key] = rest
    return found


def _keys(
    model: type[BaseModel], given: dict[str, Any], prefix: str = ""
) -> Iterator[tuple[str, Any, object]]:
    for name, field in model.model_fields.items():
        if not prefix and name in {"data", "extends"}:
            continue
        section = _section(field.annotation)
        below = given.get(name)
        if section is not None and not isinstance(below, list):
            yield from _keys(section, below or {}, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field, _toml(below)


def _section(annotation: object) -> type[BaseModel] | None:
    """Return the model of a nested section; a list of sections is one value."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    models_or_none = [argument for argument in get_args(annotation) if isinstance(argument, type)]
    models = [argument for argument in models_or_none if issubclass(argument, BaseModel)]
    return models[0] if models and type(None) in models_or_none else None


def _choices(annotation: object) -> list[str]:
    if isinstance(annotation, str):
        return [annotation]
    if isinstance(annotation, type) and issubclass(annotation, MethodName):
        return [*annotation.family]
    return [choice for argument in get_args(annotation) for choice in _choices(argument)]


def _toml(value: object) -> object:
    """Return a value as the Scenario sheet holds it: numbers and texts plain, the rest as TOML."""
    if value is None or isinstance(value, (int, float, str)):
        return value
    if isinstance(value, dict):
        inner = ", ".join(
            f"{json.dumps(key, ensure_ascii=False)} = {_inline(item)}"
            for key, item in value.items()
            if item is not None
        )
        return f"{{{inner}}}"
    assert isinstance(value, Sequence)
    return f"[{', '.join(_inline(item) for item in value)}]"


def _inline(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (str, bool)) else str(_toml(value))


def _write_rows(sheet: Any, styles: Styles, rows: list[list[object]]) -> None:
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell is None or cell == "" or (isinstance(cell, float) and math.isnan(cell)):
                continue
            if row == 0:
                sheet.write_string(row, column, str(cell), styles.header)
            elif isinstance(cell, bool):
                sheet.write_boolean(row, column, cell)
            elif isinstance(cell, (int, float)):
                sheet.write_number(row, column, cell)
            else:
                sheet.write_string(row, column, str(cell))
    for column in range(len(rows[0])):
        texts = [str(row[column]) for row in rows[:60] if column < len(row) and row[column] is not None]
        width = max((sum(1 if c.isascii() else 2 for c in text) for text in texts), default=8)
        sheet.set_column(column, column, min(max(width + 2, 9), 60))
    sheet.freeze_panes(1, 0)


def _help_framework(sheet: Any, headings: list[object]) -> None:
    for column, heading in enumerate(headings):
        sheet.write_comment(0, column, FRAMEWORK_NOTES[str(heading)], {"x_scale": 2})
    fields = {"direction": ["1", "-1"], "cap": ["TRUE", "FALSE"]}
    for key in ("normalisation", "aggregation"):
        fields[key] = _choices(IndexSpec.model_fields[key].annotation)
    for key, choices in fields.items():
        column = headings.index(key)
        if len(",".join(choices)) <= 255:  # Excel's limit of a list in a rule
            rule = {"validate": "list", "source": choices, "ignore_blank": True}
            sheet.data_validation(1, column, 500, column, rule)
