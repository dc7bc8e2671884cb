"""Results with names: a first column of labels, and headings in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from tierwise.words.language import Language
from tierwise_addin import arguments, settings
from tierwise_addin.arguments import Argument, Help
from tierwise_addin.cell_kinds import Cell, Rows

Of = Literal["units", "indicators", "scenarios"]

TITLES: Final[Mapping[Of, Help]] = {
    "units": Help("Unit", "单位"),
    "indicators": Help("Indicator", "指标"),
    "scenarios": Help("Scenario", "方案"),
}

LABELS: Final[Mapping[Of, Argument]] = {
    "units": arguments.labels(
        "labels",
        "Names of the units: the result gets them, and headings",
        "各单位名称：结果带名称与表头",
    ).otherwise(None),
    "indicators": arguments.labels(
        "labels",
        "Names of the indicators: the result gets them, and headings",
        "各指标名称：结果带名称与表头",
        along="indicators",
    ).otherwise(None),
    "scenarios": arguments.labels(
        "labels",
        "Names of the scenarios: the result gets them, and headings",
        "各方案名称：结果带名称与表头",
        along="scenarios",
    ).otherwise(None),
}

HEADINGS: Final[Mapping[str, Help]] = {
    "score_above": Help("Score above", "边界上得分"),
    "score_below": Help("Score below", "边界下得分"),
    "low_ahead": Help("At low: ahead", "下限处领先单位行号"),
    "low_behind": Help("At low: behind", "下限处落后单位行号"),
    "high_ahead": Help("At high: ahead", "上限处领先单位行号"),
    "high_behind": Help("At high: behind", "上限处落后单位行号"),
    "changed_to": Help("Changed to", "变动后权重"),
    "first_swap_at": Help("First swap at", "首次换位时权重"),
    "first_tier_change_at": Help("First change of tiers at", "梯队首次变动时权重"),
    "gaining": Help("Gaining unit, its row", "上升单位行号"),
    "losing": Help("Losing unit, its row", "下降单位行号"),
    "unit": Help("Most affected unit, its row", "变动最大的单位行号"),
    "rank_first": Help("First rank", "第一名次"),
    "rank_second": Help("Second rank", "第二名次"),
    "move": Help("Places gained", "升降位次"),
    "indicator": Help("Indicator", "指标"),
    "weight": Help("Weight", "权重"),
    "low": Help("Lower end", "区间下限"),
    "high": Help("Upper end", "区间上限"),
    "closest": Help("Closest weight", "最接近的权重"),
    "change": Help("Change", "变化"),
    "rank": Help("Rank", "位次"),
    "item": Help("Item", "项目"),
    "value": Help("Value", "数值"),
    "peers_mean": Help("Mean of its tier", "同梯队均值"),
    "apart": Help("Points of the score apart", "与同梯队均值的得分差"),
    "previous_rank": Help("Rank before", "上期名次"),
    "needed_together": Help("If all improve alike", "同步提升时"),
    "needed_cheapest": Help("In the cheapest mix", "最省力的组合"),
}
"""Headings that no table of a run has; others are those of the tables."""


@dataclass(frozen=True)
class Named:
    """How a result takes names: ``of`` what they are, and where they stand.

    ``how``: a first column before all others (``rows``), that and the row on top (``square``), or instead of
    the numbers in some ``columns``. ``headings`` are those of a result without a row of headings; ``{}`` is
    the number of its column. ``table`` is the table of a run that has columns of the same names.
    """

    of: Of = "units"
    how: Literal["rows", "square", "columns"] = "rows"
    headings: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    table: str = ""

    def rows(self, rows: Rows, labels: list[str], *, header: bool) -> Rows:
        """Return a result with its names and headings."""
        language = settings.load().language
        first: Cell = TITLES[self.of].text(language)
        body: Rows = rows[1:] if header else rows
        names: list[Cell] = [*labels]
        if self.how == "square":
            return [[first, *names], *([name, *row] for name, row in zip(names, body, strict=True))]
        heads = rows[0] if header else self.heads(len(rows[0]))
        shown: list[Cell] = [heading(str(head), self.table, language) for head in heads]
        if self.how == "rows":
            return [[first, *shown], *([name, *row] for name, row in zip(names, body, strict=True))]
        replaced = [head in self.columns for head in heads]
        if replaced[0]:
            shown[0] = first
        return [
            shown,
            *(
                [_named(cell, labels) if here else cell for cell, here in zip(row, replaced, strict=True)]
                for row in body
            ),
        ]

    def heads(self, width: int) -> list[Cell]:
        """Return the headings of a result that has no row of them."""
        if not self.headings:
            return [str(at) for at in range(1, width + 1)]
        if len(self.headings) == width:
            return [*self.headings]
        return [self.headings[-1].format(at) for at in range(1, width + 1)]


def _named(cell: Cell, labels: list[str]) -> Cell:
    return labels[int(cell) - 1] if isinstance(cell, float) else cell


def heading(name: str, table: str, language: Language) -> str:
    """Return the heading of a column: that of the run's table, else of :data:`HEADINGS`, else its name."""
    if table:
        from tierwise.tables.registry import table_of  # loads what makes tables, which no other cell needs

        with suppress(KeyError):
            return table_of(table).column(name).title.of(language) or name
    return HEADINGS[name].text(language) if name in HEADINGS else name
