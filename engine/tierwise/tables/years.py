"""years, years_ranks, trends, years_filled and distribution_*_series: every year of a panel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.methods.groups import group_counts
from tierwise.methods.years import compound_growth, slope
from tierwise.study.columns import tier_column, whole, whole_ranks
from tierwise.study.denominators import figures as divided
from tierwise.study.series import Series, Year
from tierwise.tables.columns import (
    GROUP,
    INDICATOR,
    NODES,
    RANK,
    SCORE,
    TIER,
    UNIT_CODE,
    UNIT_NAME,
    UNITS_OF_YEAR,
)
from tierwise.tables.groups import file_names, group_columns, text_columns
from tierwise.tables.table import Table, TableByGroup, none
from tierwise.tolerances import CANCELLED
from tierwise.words.columns import Column, numbered
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.scenario import Scenario
    from tierwise.study.study import Study


def years(series: Series) -> pd.DataFrame:
    """Return one row a year and ranked unit: score, rank, tier and the scores of all nodes.

    A node that a year's framework lacks is blank there.
    """
    import pandas as pd

    nodes = _nodes(series)
    parts = []
    for year, one in series.years.items():
        index = one.index
        at = [index.framework.codes.index(node) if node in index.framework.codes else -1 for node in nodes]
        scores = np.column_stack([index.scores, np.full(len(index.panel), np.nan)])[:, at]
        labels = pd.DataFrame(
            {
                "code": index.panel.codes,
                "name": index.panel.names,
                "year": year,
                "score": index.score,
                "rank": index.ranks,
                "tier": tier_column(one.tiers.tiers),
            }
        )
        part = pd.concat([labels, pd.DataFrame(scores, columns=nodes)], axis=1)
        parts.append(part.iloc[index.order])
    return whole_ranks(pd.concat(parts, ignore_index=True))


def _nodes(series: Series) -> list[str]:
    """Return the codes of all nodes below the index: those of this list, then those of other years."""
    newest = [series.this, *reversed([*series.years.values()])]
    return [*dict.fromkeys(code for one in newest for code in one.index.framework.codes[1:])]


def _units(series: Series) -> dict[str, str]:
    """Return the name by code of every unit ranked in some year: those of this list first, by rank."""
    named: dict[str, str] = {}
    for one in [series.this, *reversed([*series.years.values()])]:
        panel = one.index.panel
        for unit in one.index.order.tolist():
            named.setdefault(panel.codes[unit], panel.names[unit])
    return named


def _by_unit(series: Series, units: dict[str, str], of: str) -> dict[int, FloatArray]:
    """Return ranks, scores or tiers of all units in every year, NaN where a unit is not ranked."""
    place = {code: at for at, code in enumerate(units)}
    found = {}
    for year, one in series.years.items():
        given = {"rank": one.index.ranks, "score": one.index.score, "tier": one.tiers.tiers}[of]
        row = np.full(len(units), np.nan)
        row[[place[code] for code in one.index.panel.codes]] = given
        found[year] = row
    return found


def ranks(series: Series) -> pd.DataFrame:
    """Return one row a unit: its ranks, scores and tiers year by year, best of this list first."""
    import pandas as pd

    units = _units(series)
    columns: dict[str, object] = {"code": [*units], "name": [*units.values()]}
    for of in ("rank", "tier", "score"):
        for year, values in _by_unit(series, units, of).items():
            shown = np.where(values == 0, np.nan, values) if of == "tier" else values
            columns[f"{of}_{year}"] = shown if of == "score" else whole(shown).array
    return pd.DataFrame(columns)


def trends(series: Series) -> pd.DataFrame:
    """Return one row a unit and node with scores of two years at least: from, to, change, trend and growth.

    ``slope`` is the yearly change of the least-squares line through all years, ``growth`` the compound rate
    from the first year to the last, blank unless both are above 0. ``value_`` columns say the same of an
    indicator's figures, at constant prices where it has a deflator, ``nominal_growth`` at current ones;
    figures that come from other years are none of these.
    """
    import pandas as pd

    units, tree = _units(series), series.this.index.framework
    when = np.array([*series.years], dtype=np.float64)
    scores = np.stack([_nodes_of(one, units, tree.codes) for one in series.years.values()])
    values = np.stack([_figures(one.scenario, units, tree.codes) for one in series.years.values()])
    plain = (replace(one.scenario, panel=one.given) for one in series.years.values())
    given = np.stack([_figures(one, units, tree.codes) for one in plain])
    known = (~np.isnan(scores)).sum(axis=0) >= 2
    rows, columns = np.nonzero(known)
    first, last, span = _ends(scores[:, rows, columns], when)
    none = CANCELLED * np.nanmax(np.abs(scores), axis=(0, 1), initial=0.0)[columns]
    value_first, value_last, value_span = _ends(values[:, rows, columns], when)
    frame = pd.DataFrame(
        {
            "code": np.array([*units], dtype=object)[rows],
            "name": np.array([*units.values()], dtype=object)[rows],
            "node": np.array(tree.codes, dtype=object)[columns],
            "year_first": when[span[0]].astype(np.int64),
            "year_last": when[span[1]].astype(np.int64),
            "score_first": first,
            "score_last": last,
            "change": last - first,
            "slope": slope(scores[:, rows, columns], when),
            "growth": compound_growth(
                np.where(np.abs(first) > none, first, 0.0),
                np.where(np.abs(last) > none, last, 0.0),
                when[span[1]] - when[span[0]],
            ),
            "value_first": value_first,
            "value_last": value_last,
            "value_growth": compound_growth(
                value_first, value_last, when[value_span[1]] - when[value_span[0]]
            ),
        }
    )
    if series.this.scenario.spec.panel.deflator:
        start, end, ends = _ends(given[:, rows, columns], when)
        frame["nominal_growth"] = compound_growth(start, end, when[ends[1]] - when[ends[0]])
    return frame


def _ends(values: FloatArray, when: FloatArray) -> tuple[FloatArray, FloatArray, tuple[FloatArray, ...]]:
    """Return the first and the last known value ``(years, …)`` of each series, and their places."""
    known = ~np.isnan(values)
    first, last = known.argmax(axis=0), len(when) - 1 - known[::-1].argmax(axis=0)
    take = np.arange(values.shape[1])
    return values[first, take], values[last, take], (first, last)


def _nodes_of(one: Year, units: dict[str, str], nodes: tuple[str, ...]) -> FloatArray:
    """Return scores ``(units, nodes)`` of a year, NaN where there is none."""
    place = {code: at for at, code in enumerate(units)}
    own = one.index.framework.codes
    found = np.full((len(units), len(nodes)), np.nan)
    rows = [place[code] for code in one.index.panel.codes]
    known = [at for at, node in enumerate(nodes) if at == 0 or node in own]
    found[np.ix_(rows, known)] = one.index.scores[:, [own.index(nodes[at]) if at else 0 for at in known]]
    return found


def _figures(scenario: Scenario, units: dict[str, str], nodes: tuple[str, ...]) -> FloatArray:
    """Return the figures ``(units, nodes)`` of a year's indicators, NaN elsewhere and from other years.

    Those with a denominator are divided by it.
    """
    panel = scenario.panel
    place = {code: at for at, code in enumerate(units)}
    found = np.full((len(units), len(nodes)), np.nan)
    rows = [unit for unit, code in enumerate(panel.codes) if code in place]
    codes = [code for code in panel.indicators if code in nodes]
    to = np.ix_([place[panel.codes[unit]] for unit in rows], [nodes.index(code) for code in codes])
    columns = [divided(panel, scenario.framework, code) for code in panel.indicators]
    own = np.column_stack([column for column in columns if column is not None])
    if panel.carried is not None:
        own[panel.carried] = np.nan
    found[to] = own[np.ix_(rows, [panel.indicators.index(code) for code in codes])]
    return found


def filled(series: Series) -> pd.DataFrame | None:
    """Return one row a missing value that was taken from other years; None without any."""
    import pandas as pd

    if not series.carried:
        return None
    rows = []
    for one in series.carried:
        panel = series[one.year].given
        unit = panel.codes.index(one.code)
        rows.append(
            {
                "code": one.code,
                "name": panel.names[unit],
                "year": one.year,
                "indicator": one.indicator,
                "value": one.value,
                "sources": ", ".join(map(str, one.sources)),
                "cell": panel.cell(unit, one.indicator),
            }
        )
    return pd.DataFrame(rows)


def groups(study: Study, series: Series) -> dict[str, pd.DataFrame]:
    """Return for each group column the listed units of each group in every year."""
    import pandas as pd

    this = series.this
    columns = group_columns(this.index.panel, len(this.tiers.selected), study.scenario.spec.report.groups)
    every = {year: text_columns(one.index.panel) for year, one in series.years.items()}
    files, tables = file_names([*columns]), {}
    for name in columns:
        if any(name not in own for own in every.values()):
            continue  # a year does not tell
        listed = [
            (every[year][name][unit], str(year))
            for year, one in series.years.items()
            for unit in one.tiers.selected.tolist()
        ]
        counted = group_counts([group for group, _ in listed], [year for _, year in listed])
        frame = pd.DataFrame({name: counted.rows})
        for year in series.years:
            at = counted.columns.index(str(year))
            frame[f"units_{year}"] = counted.counts[:, at]
        last = f"units_{series.year}"
        tables[files[name]] = frame.sort_values(last, ascending=False, kind="stable", ignore_index=True)
    return tables


YEAR: Final = Column("year", Text("Year", "年份"), Text("year of the figures", "数据年份"), "0")
NODE: Final = Column(
    "node",
    Text("Node", "节点"),
    Text("code of the node, `index` for the index itself", "节点代码，`index`为总指数"),
    content="node",
)
YEARS: Final = Table(
    name="years",
    title=Text("Years", "各年结果"),
    note=Text(
        "Score, rank, tier and scores of all nodes, every year on one scale where [panel] says so",
        "各年得分、名次、梯队及各节点得分；尺度按 [panel] 设定",
    ),
    row=Text("a year and a ranked unit", "某年的一个参评单位"),
    section="years",
    columns=(UNIT_CODE, UNIT_NAME, YEAR, SCORE, RANK, TIER, NODES),
    make=lambda study: None if study.series is None else years(study.series),
)

RANKS: Final = Table(
    name="years_ranks",
    title=Text("Ranks by year", "各年名次"),
    note=Text(
        "Computed ranks, tiers and scores year by year; blank where a unit has no data",
        "各年计算名次、梯队与得分；当年无数据者空白",
    ),
    row=Text("a unit that is ranked in some year", "至少一年参评的单位"),
    section="years",
    place=10.5,
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        numbered("rank_{}", Text("Rank {0}", "{0}年排名"), Text("rank in the year", "该年名次")),
        numbered(
            "tier_{}",
            Text("Tier {0}", "{0}年梯队"),
            Text("tier in the year; blank outside the list", "该年梯队；榜外空白"),
            look="tier",
        ),
        numbered(
            "score_{}", Text("Score {0}", "{0}年得分"), Text("index of the year", "该年总指数"), "score"
        ),
    ),
    charts=("years_ranks",),
    figures=("years_ranks", "years_scores"),
    make=lambda study: None if study.series is None else ranks(study.series),
)

TRENDS: Final = Table(
    name="trends",
    title=Text("Trends", "变化趋势"),
    note=Text(
        "Change, trend and compound growth of every unit at every node, and of its figures",
        "各单位在各节点得分及其指标数值的变化、趋势与年均复合增长率",
    ),
    row=Text("a unit and a node with scores of two years or more", "一个单位的一个节点，至少两年有得分"),
    section="years",
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        NODE,
        Column(
            "year_first", Text("From", "起始年"), Text("first year with a score", "最早有得分的年份"), "0"
        ),
        Column("year_last", Text("To", "末年"), Text("last year with a score", "最近有得分的年份"), "0"),
        Column(
            "score_first", Text("Score then", "起始年得分"), Text("score of the first year", "起始年得分")
        ),
        Column("score_last", Text("Score now", "末年得分"), Text("score of the last year", "末年得分")),
        Column(
            "change", Text("Change", "得分变化"), Text("last score less the first", "末年得分减起始年得分")
        ),
        Column(
            "slope",
            Text("Change a year", "年均变化"),
            Text("slope of the least-squares line through all years", "各年得分最小二乘趋势线的斜率"),
        ),
        Column(
            "growth",
            Text("Growth of the score", "得分年均增长"),
            Text(
                "compound growth a year; blank unless both scores are above 0",
                "年均复合增长率；两端得分均大于零时给出",
            ),
            "share",
        ),
        Column(
            "value_first",
            Text("Figure then", "起始年数值"),
            Text(
                "first known figure of an indicator, at constant prices where it is deflated",
                "指标最早一年的数值，设有价格指数者按不变价",
            ),
        ),
        Column(
            "value_last",
            Text("Figure now", "末年数值"),
            Text("last known figure", "指标最近一年的数值"),
        ),
        Column(
            "value_growth",
            Text("Growth of the figure", "数值年均增长"),
            Text(
                "compound growth a year, real where it is deflated",
                "年均复合增长率，设有价格指数者为实际增长率",
            ),
            "share",
        ),
        Column(
            "nominal_growth",
            Text("Nominal growth", "名义年均增长"),
            Text("compound growth of the figure at current prices", "按现价计的年均复合增长率"),
            "share",
            optional=True,
        ),
    ),
    view=lambda frame, names: frame[frame["node"].isin([*[*names.nodes][:1], *names.dimensions])],
    make=lambda study: None if study.series is None else trends(study.series),
)

FILLED: Final = Table(
    name="years_filled",
    title=Text("Taken from other years", "取自其他年份"),
    note=Text("Missing values that were taken from other years", "以其他年份数据补齐的缺失值"),
    row=Text("a missing value", "一个缺失值"),
    section="years",
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        YEAR,
        INDICATOR,
        Column("value", Text("Value", "数值"), Text("what it was given", "补入的数值")),
        Column("sources", Text("From", "来源年份"), Text("the years that it comes from", "数值所取自的年份")),
        Column("cell", Text("Cell", "单元格"), Text("where the value is missing", "缺失值所在的单元格")),
    ),
    make=lambda study: None if study.series is None else filled(study.series),
)

GROUPS: Final = TableByGroup(
    name="distribution_{}_series",
    title=Text("{} by year", "{}各年数量"),
    note=Text("Listed units by {}, in every year as computed", "各{}历年入榜单位数（按计算名次）"),
    row=Text("a group", "一个组"),
    section="years",
    place=10.6,
    columns=(
        GROUP,
        UNITS_OF_YEAR,
    ),
    charts=("groups_by_year",),
    make=none,
    make_each=lambda study: {} if study.series is None else groups(study, study.series),
)


TABLES: Final = (YEARS, RANKS, TRENDS, FILLED, GROUPS)
