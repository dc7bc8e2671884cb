"""Tables as people read them: names for codes, words for keys, nothing said twice.

The CSVs keep codes and keys, which programs read; sheets and pages show what this module makes of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tierwise.cleaning.headings import with_unit
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.registry import named
from tierwise.study.sensitivity_results import output_label
from tierwise.tables.columns import UNIT_NAME
from tierwise.tables.registry import sheet_name, table_of
from tierwise.tables.scores import INDEX_TITLE
from tierwise.tables.table import Names, View
from tierwise.tables.topics import topics
from tierwise.topics.derived import QUOTIENT
from tierwise.words.columns import GROUPS, Column
from tierwise.words.formats import cell_formats, of_figures
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

__all__ = ["names_of", "records"]

CRITERIA: Final[Mapping[str, str]] = {
    "calinski-harabasz": "CH指数",
    "silhouette": "轮廓系数",
    "gap": "间隙统计量",
    "pseudo-t2": "伪t²统计量",
    "broken-stick": "折棍模型",
}
STAR: Final = "★"
UNBOUND: Final = {True: "∞", False: "-∞"}
OWN: Final = ""  # what a topic derives, among the codes of its figures
PROFILES: Final = ("tiers_profile", "list_profile")  # tables of figures in their own units of measure
FARTHEST: Final = Text("farthest from the optimum", "离适宜值最远的距离")


@dataclass(frozen=True)
class Presented:
    """A table as a sheet or the page shows it: the declared columns, and the cells of each as a series.

    The columns of ``frame`` have the names of ``columns``; two of them may be alike.
    """

    columns: tuple[Column, ...]
    frame: pd.DataFrame

    def headings(self, language: Language) -> list[str]:
        """Return the headings."""
        return [column.title.of(language) for column in self.columns]

    def cells(self) -> list[tuple[object, ...]]:
        """Return the cells column by column: None where there is no value, ∞ for infinite numbers."""
        rows = records(self.frame)
        return [*zip(*rows, strict=True)] if rows else [()] * len(self.columns)

    def formats(self, cells: list[tuple[object, ...]]) -> list[list[str]]:
        """Return the number format of every cell, column by column."""
        figures = next(
            (own for column, own in zip(self.columns, cells, strict=True) if column.content == "figure"), None
        )
        shapes = []
        for column, own in zip(self.columns, cells, strict=True):
            if column.format == "figure" and figures is not None:
                kind = column.name.partition(":")[0]
                alike = [
                    other
                    for one, other in zip(self.columns, cells, strict=True)
                    if one.name.partition(":")[0] == kind
                ]
                shapes.append(of_figures(figures, alike))
            else:
                shapes.append(cell_formats(column.format, own))
        return shapes

    def head(self, rows: int) -> Presented:
        """Return the first rows."""
        return replace(self, frame=self.frame.head(rows))


def names_of(study: Study) -> Names:
    """Return the names of a run's nodes, units and inputs, and its tables."""
    framework, panel = study.scenario.framework, study.scenario.panel
    asked = study.tables.get("sensitivity")
    tree = framework.tree
    nodes = dict(zip(framework.codes, framework.names, strict=True))
    if nodes[framework.codes[0]] == framework.codes[0]:  # no name was given to the index
        nodes[framework.codes[0]] = INDEX_TITLE.of(study.scenario.language)
    return Names(
        nodes,
        dict(zip(panel.codes, panel.names, strict=True)),
        {} if asked is None else dict(zip(asked["input"], asked["input_name"], strict=True)),
        tuple(framework.codes[node] for node in tree.children[0] if tree.children[node].size),
        study.tables,
        {table: dict(zip(framework.codes, framework.units, strict=True)) for table in PROFILES}
        | {
            one.table: {own.code: own.unit for own in one.listed.figures} | {OWN: one.listed.unit}
            for one in study.once(topics)
            if one.kind.measured
        },
    )


def presented(
    table: str, frame: pd.DataFrame, names: Names, language: Language, *, page: bool = False
) -> Presented:
    """Return a table as a sheet shows it, or with ``page`` the page.

    Codes get a column of names beside them, or give way to it where both are the same; parents, other nodes
    and headings of nodes become names; keys become words.
    """
    import pandas as pd

    declared = table_of(table)
    views: tuple[View | None, ...] = (declared.view, declared.page_view if page else None)
    for view in views:
        frame = frame if view is None else view(frame, names)
    columns = declared.resolve([str(name) for name in frame.columns])
    series = [frame.iloc[:, at] for at in range(len(columns))]
    groups = [column.name for column in columns if column.names == "group" and not column.pattern]
    measures = names.measures.get(table, {})
    names = replace(names, nodes=_measured(names.nodes, measures))
    columns = [_in_unit(column, measures.get(OWN, "")) for column in columns]
    pairs = [
        (_titled(column, names, groups), _worded(column, own, names, language))
        for column, own in zip(columns, series, strict=True)
        if column.on_page or not page
    ]
    pairs = _inputs_in_words(_with_names(pairs, names))
    if page:
        pairs = _without_codes(pairs)
    made = pd.concat([own for _, own in pairs], axis=1) if pairs else pd.DataFrame()
    made.columns = pd.Index([column.name for column, _ in pairs])
    return Presented(tuple(column for column, _ in pairs), made)


def _measured(nodes: Mapping[str, str], units: Mapping[str, str]) -> Mapping[str, str]:
    """Return names of nodes and other figures with their units of measure behind them."""
    told = {code: unit for code, unit in units.items() if unit and code != OWN}
    return {**nodes, **{code: with_unit(nodes.get(code, code), unit) for code, unit in told.items()}}


def _in_unit(column: Column, unit: str) -> Column:
    """Return the column of what a topic derives with its unit of measure in the heading."""
    if column is not QUOTIENT or not unit:
        return column
    return replace(column, title=Text(*(with_unit(title, unit) for title in column.title)))


Pairs = list[tuple[Column, "pd.Series[Any]"]]


def _with_names(pairs: Pairs, names: Names) -> Pairs:
    """Return the columns with names beside codes, or in their place where both are the same."""
    import pandas as pd

    at = next((at for at, (column, _) in enumerate(pairs) if column.codes), None)
    if at is None:
        return pairs
    code, codes = pairs[at]
    after = pairs[at + 1][0].name if at + 1 < len(pairs) else ""
    if after != UNIT_NAME.name:
        known = names.units if code.codes == "units" else names.nodes
        if not known:
            return pairs
        own = pd.Series([known.get(str(value), value) for value in codes], index=codes.index, dtype=object)
        pairs = [*pairs[: at + 1], (UNIT_NAME, own), *pairs[at + 1 :]]
    root = next(iter(names.nodes), "") if code.codes == "nodes" else ""
    both = zip(codes.astype(str), pairs[at + 1][1].astype(str), strict=True)
    same = all(one in (other, root) for one, other in both)
    return [*pairs[:at], *pairs[at + 1 :]] if same else pairs


def _without_codes(pairs: Pairs) -> Pairs:
    """Return the columns without codes where names tell all rows apart that are not of one code."""
    places = {
        column.name: at for at, (column, _) in enumerate(pairs) if column.codes or column.name == "name"
    }
    if not {"code", "name"} <= places.keys():
        return pairs
    both = {*zip(pairs[places["code"]][1].astype(str), pairs[places["name"]][1].astype(str), strict=True)}
    if len({name for _, name in both}) < len(both):
        return pairs
    return [pair for at, pair in enumerate(pairs) if at != places["code"]]


def _inputs_in_words(pairs: Pairs) -> Pairs:
    """Return the columns with an input's words in the place of its code."""
    places = {column.name: at for at, (column, _) in enumerate(pairs)}
    if not {"input", "input_name"} <= places.keys():
        return pairs
    words = pairs[places["input_name"]][1]
    return [
        (column, words if column.name == "input" else own)
        for column, own in pairs
        if column.name != "input_name"
    ]


def _titled(column: Column, names: Names, groups: Sequence[str]) -> Column:
    """Return a column that is called for a node, or for a group column, with its name in the heading."""
    if column.look == "star":
        group = groups[0] if column.name == "first_in_group" and groups else column.name
        return replace(column, title=_first_in(group.removeprefix("first_in_")))
    if column.names != "node":
        return column
    code = column.name.partition(":")[2] if column.pattern else column.name
    name = names.nodes.get(code, code)
    if not column.pattern:
        known = GROUPS.get(code) if code not in names.nodes else None  # texts of a topic
        return replace(column, title=known or Text(name, name))
    return replace(column, title=Text(*(title.replace(code, name, 1) for title in column.title)))


def _first_in(group: str) -> Text:
    """Return the heading of the stars: the first of each province, or of whatever the groups are."""
    title = GROUPS.get(group, Text(group, group))
    whole = group in {"province", "省份", "省"}
    return Text(f"First in {title.en}", "全省首位" if whole else f"{title.zh}首位")


def _worded(column: Column, values: pd.Series[Any], names: Names, language: Language) -> pd.Series[Any]:
    """Return the cells of a column with words for its keys and codes."""
    if column.look == "star":
        return values.map(lambda value: STAR if value == 1 else None).astype(object)
    translate = _translation(column, names, language)
    if translate is None:
        return values
    return values.map(lambda value: translate(value) if isinstance(value, str) else value)


def named_units(output: str, names: Names) -> str:
    """Return the name of an output of the sensitivity analysis with units' names for their codes."""
    what, colon, rest = output.partition(":")
    parts = [names.units.get(part.strip(), part.strip()) for part in rest.split("|")]
    return what + colon + "|".join(parts)


def _translation(column: Column, names: Names, language: Language) -> Callable[[str], str] | None:
    """Return what turns the keys and codes of a column into words, None where they are words already."""
    if column.words:
        return lambda value: column.words[value].of(language) if value in column.words else value
    translations: dict[str, Callable[[str], str]] = {
        "node": lambda value: names.nodes.get(value, value),
        "input": lambda value: names.inputs.get(value, value),
        "output": lambda value: output_label(named_units(value, names), language),
        "method": partial(_method, language=language),
        "figure": partial(_figure, names=names, language=language),
        "criteria": partial(_criteria, language=language),
        "table": partial(_table, language=language),
        "settings": partial(_settings, language=language),
    }
    return translations.get(column.content)


def _method(value: str, language: Language) -> str:
    """Return a method with what stands behind it, “winsorise 3”, by its name."""
    name, space, rest = value.partition(" ")
    return named(value, language) if not space else f"{named(name, language)} {rest}"


def _settings(value: str, language: Language) -> str:
    """Return settings of a normalisation, ``to = [0, 1]; …``, by what they mean: range of the scores 0–1."""
    told = []
    for one in value.split("; "):
        key, _, amount = one.partition(" = ")
        meaning = NORMALISATIONS.settings[key][0] if key in NORMALISATIONS.settings else None
        words = "" if meaning is None else Text(meaning.en, meaning.zh).of(language)
        ends = re.fullmatch(r"\[([^,]+), ([^,]+)\]", amount)
        amount = amount.strip("[]") if ends is None else f"{ends[1]}–{ends[2]}"
        told.append(f"{words or FARTHEST.of(language)} {amount}")
    return "; ".join(told) if language == "en" else "；".join(told)


def _figure(value: str, names: Names, language: Language) -> str:
    """Return a figure's name; the index is called a score."""
    if value == "score" and value not in names.nodes:
        return Text("Score", "得分").of(language)
    return names.nodes.get(value, value)


def _criteria(value: str, language: Language) -> str:
    if language == "en":
        return value
    return "、".join(CRITERIA.get(one, one) for one in value.split(", ") if one)


def _table(value: str, language: Language) -> str:
    """Return a table by what its sheet is called."""
    return sheet_name(value, language) if value else ""


def records(frame: pd.DataFrame) -> list[list[object]]:
    """Return the rows of a frame as people read them: None where there is no value, ∞ for no bound."""
    columns = [_cells(frame.iloc[:, at]) for at in range(frame.shape[1])]
    return [list(row) for row in zip(*columns, strict=True)]


def _cells(column: pd.Series) -> list[object]:
    """Return the cells of a column as people read them."""
    plain = isinstance(column.dtype, np.dtype)
    if plain and column.dtype.kind in "iub":
        return list(column.to_numpy().tolist())
    if plain and column.dtype.kind == "f":
        values = column.to_numpy()
        cells: list[object] = values.tolist()
        for at in np.flatnonzero(~np.isfinite(values)).tolist():
            cells[at] = None if np.isnan(values[at]) else UNBOUND[bool(values[at] > 0)]
        return cells
    blank = column.isna().tolist()
    cells = column.astype(object).tolist()
    return [
        None if gone else UNBOUND[cell > 0] if isinstance(cell, float) and math.isinf(cell) else cell
        for gone, cell in zip(blank, cells, strict=True)
    ]
