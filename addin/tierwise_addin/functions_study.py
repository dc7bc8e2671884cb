"""Family study: a whole study behind one cell, its tables and units by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any, Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError, problem
from tierwise.kernels.ranks import rank
from tierwise.methods import contributions as parts
from tierwise.names import cleaned, nearest
from tierwise_addin import arguments, codec, functions_robustness, settings
from tierwise_addin.arguments import Help, same_length
from tierwise_addin.catalogue import Function
from tierwise_addin.cell_kinds import Rows
from tierwise_addin.flat import Flat, flat
from tierwise_addin.functions_robustness import ARGUMENTS, Question
from tierwise_addin.kept import MEGABYTE, Kept, key_of
from tierwise_addin.labelled import LABELS, heading

TABLES: Final[Mapping[str, str]] = {
    "robustness": "IDX_ROBUSTNESS",
    "cuts": "IDX_TIER_BOUNDARIES",
    "interval": "IDX_RANK_INTERVAL",
    "tiers": "IDX_TIER_PROBABILITY",
    "acceptability": "IDX_RANK_ACCEPTABILITY",
    "pairwise": "IDX_PAIRWISE",
    "sensitivity": "IDX_SENSITIVITY",
}
"""What a study answers, by the function that would."""


@dataclass(frozen=True)
class Asked:
    """What a study was asked with."""

    question: Question
    labels: list[str] | None


@cache
def studies() -> Kept:
    """Return the studies that are kept, beside the results: their figures take a quarter as much."""
    return Kept(settings.load().kept_megabytes * MEGABYTE // 4)


def study(*cells: Any) -> str:
    """Return the handle of a study: the same figures and options have the same, in every host."""
    *asked, labels = cells
    question = Question(*asked)
    if labels is not None:
        same_length("units", values=len(question.values), labels=len(labels))
    flat(question.values, question.weights, *question[-4:])
    digest = sha256(repr(key_of(*question, *(labels or ()))).encode()).hexdigest()[:16]
    units, indicators = question.values.shape
    handle = f"study {digest} ({units} x {indicators})"
    studies().get(handle, lambda: Asked(question, labels))
    return handle


def kept(handle: str) -> Asked:
    """Return what a study was asked with; raises C039 for one that is kept no more."""

    def lost() -> Asked:
        raise TierwiseError(problem("C039", argument="study", handle=handle))

    held: Asked = studies().get(handle, lost)
    return held


def get(handle: str, table: str, unit: str | None, column: str | None) -> object:
    """Return a table of a study with its headings, one unit's row of it, one column, or one cell."""
    asked = kept(handle)
    function = next(one for one in functions_robustness.FUNCTIONS if one.name == TABLES[table])
    named = function.named
    assert named is not None
    rows = codec.encode(function.compute(*asked.question))
    plain = rows[0] if function.header else named.heads(len(rows[0]))
    if asked.labels is not None and named.of == "units":
        rows = named.rows(rows, asked.labels, header=function.header)
    elif named.how != "columns":
        rows = named.rows(
            rows, [str(row + 1) for row in range(len(rows) - function.header)], header=function.header
        )
    heads = codec.encode([plain])[0]
    before = len(rows[0]) - len(heads)  # of a first column with names
    return _part(rows, unit, column, ["", *map(codec.label, heads)][1 - before :])


def card(handle: str, unit: str, indicators: list[str] | None) -> object:
    """Return a unit's card: what :func:`robustness` says of it, then each indicator beside its peers.

    Peers are the units of its tier, all units where the list does not name it. ``apart`` is what the
    indicator adds to its score beyond their mean.
    """
    asked = kept(handle)
    question = asked.question
    rows = codec.encode(functions_robustness.robustness(*question))
    names = asked.labels or [str(row) for row in range(1, len(rows))]
    at = _place(unit, ["", *names], "unit") - 1
    made = flat(question.values, question.weights, *question[-4:])
    if at not in made.figures.rows:
        raise TierwiseError(problem("C046", argument="unit", value=names[at]))
    shown = asked.labels is not None or indicators is not None
    language = settings.load().language

    def named(name: str) -> str:
        return heading(name, "robustness", language) if shown else name

    count = question.values.shape[1]
    if indicators is not None:
        same_length("indicators", values=count, indicators=len(indicators))
    head: list[object] = [*map(named, ("item", "value", "rank", "peers_mean", "apart"))]
    standing = zip(rows[0], rows[at + 1], strict=True)
    facts: list[list[object]] = [[named(str(name)), cell, None, None, None] for name, cell in standing]
    return [head, *facts, *_beside_peers(made, rows, at, indicators)]


def _beside_peers(made: Flat, rows: Rows, at: int, indicators: list[str] | None) -> list[list[object]]:
    """Return for each indicator the unit's figure, its rank, its peers' mean, and what sets it apart."""
    own = int(np.flatnonzero(made.figures.rows == at)[0])
    tier = rows[0].index("tier")
    tiers = np.array([rows[row + 1][tier] or 0.0 for row in made.figures.rows], dtype=np.float64)
    peers = np.flatnonzero(tiers == tiers[own]) if tiers[own] else np.arange(len(tiers))
    figures, scaled = made.figures.values, made.plan.values
    added = parts.contributions(scaled, made.nominal[1:], made.plan.rules[0])
    labels = indicators or [str(column) for column in range(1, figures.shape[1] + 1)]
    listed: list[list[object]] = []
    for column, label in enumerate(labels):
        known = np.flatnonzero(~np.isnan(scaled[:, column]))
        if own not in known:
            listed.append([label, None, None, _mean(figures[peers, column]), None])
            continue
        place = rank(scaled[known, column])[int(np.searchsorted(known, own))]
        apart = added[own, column] - _mean(added[peers, column])
        listed.append([label, figures[own, column], place, _mean(figures[peers, column]), apart])
    return listed


def _mean(figures: FloatArray) -> float:
    """Return the mean of the figures that are known, NaN for none."""
    known = figures[~np.isnan(figures)]
    return float(known.mean()) if known.size else float("nan")


def unit_of(table: Rows, unit: str, column: str | None) -> object:
    """Return a unit's row of a table, or its cell in a column."""
    return _part(table, unit, column)


def _part(rows: Rows, unit: str | None, column: str | None, plain: Sequence[str] = ()) -> Rows:
    """Return a table, or without headings and names a row, a column, or the one cell of both.

    A column is known by its heading, or by its name in ``plain``.
    """
    if unit is None and column is None:
        return rows
    heads, names = ([codec.label(cell) for cell in line] for line in (rows[0], [row[0] for row in rows]))
    chosen = rows[1:] if unit is None else [rows[_place(unit, names, "unit")]]
    if column is None:
        return [row[1:] for row in chosen]
    at = plain.index(column) if column in plain else _place(column, heads, "column")
    return [[row[at]] for row in chosen]


def _place(given: str, names: list[str], argument: str) -> int:
    """Return where the one name stands that is meant, past the first; C040 for none, C041 for several."""
    for form in (str.strip, cleaned, lambda text: cleaned(text).casefold()):
        places = [at for at, name in enumerate(names) if at and name and form(name) == form(given)]
        if len(places) > 1:
            raise TierwiseError(problem("C041", argument=argument, value=given, count=len(places)))
        if places:
            return places[0]
    near = nearest(given, [name for name in names[1:] if name])
    raise TierwiseError(problem("C040", argument=argument, value=given, nearest=near))


_STUDY: Final = arguments.text("study", "The cell of IDX_STUDY", "IDX_STUDY所在单元格")
_TABLE: Final = arguments.Argument(
    "table",
    Help("A result with names in its first column and headings on top", "首列为名称、首行为表头的结果区域"),
    codec.table,
)
_COLUMN: Final = arguments.word(
    "column", "Heading of a column, as the table shows it (default: all)", "列标题（默认全部）", ""
).otherwise(None)

FUNCTIONS: Final = (
    Function(
        "IDX_STUDY",
        Help(
            "A whole study in one cell: a handle, from which IDX_GET reads tables",
            "一格存放整套分析，返回句柄，由IDX_GET按名称取结果",
        ),
        (*ARGUMENTS, LABELS["units"]),
        study,
    ),
    Function(
        "IDX_GET",
        Help(
            "A table of a study with headings; one unit's row, one column or one cell of it",
            "取整套分析中的一张表，或其中某单位的一行、一列、一格",
        ),
        (
            _STUDY,
            arguments.choice(
                "table", tuple(TABLES), "Which table (default robustness)", "哪张表（默认robustness）"
            ),
            arguments.word("unit", "Name of a unit, or its row", "单位名称或行号", "").otherwise(None),
            _COLUMN,
        ),
        get,
        slow=True,
    ),
    Function(
        "IDX_CARD",
        Help(
            "A unit's card from a study: where it stands and how surely, each indicator beside its tier",
            "单位卡片：位次、梯队及其稳健性，各指标与同梯队的比较",
        ),
        (
            _STUDY,
            arguments.text("unit", "Name of the unit, or its row", "单位名称或行号"),
            arguments.labels(
                "indicators",
                "Names of the indicators: the card has them",
                "各指标名称：卡片中显示",
                along="indicators",
            ).otherwise(None),
        ),
        card,
        header=True,
        slow=True,
    ),
    Function(
        "IDX_UNIT",
        Help(
            "One unit's row of a result, by name; with a column one cell", "按名称取结果中某单位的一行或一格"
        ),
        (_TABLE, arguments.text("unit", "Name of the unit", "单位名称"), _COLUMN),
        unit_of,
    ),
)
