"""Family years: figures of several years on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problem, Problems, TierwiseError, problem
from tierwise.inputs.years import year_in
from tierwise.kernels.ranks import rank
from tierwise.kernels.tree import Tree
from tierwise.methods.normalise import normalise
from tierwise.methods.scores import Plan, scores
from tierwise.methods.weights import checked, equal
from tierwise.names import nearest
from tierwise_addin import arguments, codec
from tierwise_addin.arguments import Help
from tierwise_addin.catalogue import Function
from tierwise_addin.flat import AGGREGATION, DIRECTIONS, MISSING, NORMALISATION, WEIGHTS, Figures, figures
from tierwise_addin.labelled import Named

SCALES: Final = ("pooled", "each", "base:2018")


def panel(
    values: FloatArray,
    years: FloatArray,
    weights: FloatArray | None,
    scale: str,
    normalisation: str,
    aggregation: str,
    directions: FloatArray | None,
    missing: str,
) -> object:
    """Return score and rank, within its year, of each row, all years on the scale asked for."""
    arguments.same_length("units", years=len(years), values=len(values))
    problems = Problems()
    for row in np.flatnonzero(np.isnan(years) | (years % 1 != 0)).tolist():
        blank = bool(np.isnan(years[row]))
        problems.add("Y024" if blank else "Y001", argument="years", row=row, value=f"{years[row]:g}")
    problems.raise_any()
    shares = equal(values.shape[1]) if weights is None else checked(weights, values.shape[1])
    rows = {int(year): np.flatnonzero(years == year) for year in np.unique(years)}
    base = _base(scale, [*rows])
    ready: dict[int, Figures] = {}
    for year, own in rows.items():
        with problems.caught():
            try:
                ready[year] = figures(values[own], missing)
            except TierwiseError as error:
                raise TierwiseError(*(_in_rows(one, own) for one in error.problems)) from None
    problems.raise_any()
    out = np.full((len(values), 2), np.nan)
    for year, own in rows.items():
        there = own[ready[year].rows]
        try:
            scaled = normalise(ready[year].values, normalisation, directions, among=_among(ready, base))
            plan = Plan.uniform(scaled, Tree.flat(values.shape[1]), aggregation)
        except TierwiseError as error:
            raise TierwiseError(*(_in_rows(one, there) for one in error.problems)) from None
        out[there, 0] = scores(plan, np.concatenate([[1.0], shares])[None])[0]
        out[there, 1] = rank(out[there, 0])
    return codec.headed({"score": out[:, 0], "rank": out[:, 1]})


def _base(scale: str, years: Sequence[int]) -> str | int:
    """Return ``each``, ``pooled`` or the base year that a word means; S002, Y004 for what is none."""
    word = scale.strip().lower()
    if word in ("each", "pooled"):
        return word
    year = year_in(word.removeprefix("base:"))
    if year is None:
        near = nearest(word, SCALES)
        raise TierwiseError(problem("S002", argument="scale", value=scale, nearest=near, choices=SCALES))
    if year not in years:
        raise TierwiseError(problem("Y004", argument="scale", year=year, years=[*years]))
    return year


def _among(ready: dict[int, Figures], base: str | int) -> list[FloatArray] | None:
    """Return the values that each indicator's scale comes from, None for each year's own."""
    if base == "each":
        return None
    wanted = ready.values() if base == "pooled" else [ready[int(base)]]
    columns = np.concatenate([one.values for one in wanted]).T
    return [column[~np.isnan(column)] for column in columns]


def _in_rows(one: Problem, rows: IntArray) -> Problem:
    """Return a problem of one year's rows by its row among all."""
    return one if one.row is None or one.argument != "values" else replace(one, row=int(rows[one.row]))


FUNCTIONS: Final = (
    Function(
        "IDX_PANEL",
        Help(
            "Score and rank within its year of each unit and year, on one scale",
            "多年数据：各单位各年的得分及当年名次，各年同一尺度",
        ),
        (
            arguments.numbers(
                "values",
                "Figures, a row for each unit and year; a blank cell is missing",
                "数据区域：每个单位每年一行，列为指标；空格为缺失",
            ),
            arguments.years("years", "The year of each row", "各行的年份"),
            WEIGHTS.otherwise(None),
            arguments.word(
                "scale",
                "pooled (default: all years together), each, or a base year: base:2018",
                "尺度：pooled（默认，各年合并）、each（各年自身）或基准年base:2018",
                "pooled",
            ),
            NORMALISATION,
            AGGREGATION,
            DIRECTIONS,
            MISSING,
        ),
        panel,
        header=True,
        named=Named(table="ranking"),
    ),
)
