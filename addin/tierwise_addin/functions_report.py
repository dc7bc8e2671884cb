"""Family report: the published tables, and the add-in about itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.draws.models import MODELS
from tierwise.kernels.ranks import rank
from tierwise.methods import groups as counting
from tierwise.methods import history as years_of
from tierwise.methods import regions
from tierwise.methods.aggregate import RULES
from tierwise.methods.impute import METHODS as IMPUTATIONS
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.outliers import METHODS as TREATMENTS
from tierwise.methods.registry import Family
from tierwise.methods.tier_methods import METHODS as TIER_METHODS
from tierwise.methods.weightings import WEIGHTINGS
from tierwise.sensitivities.methods import METHODS as SENSITIVITIES
from tierwise.topics.declared import KINDS
from tierwise.version import __version__
from tierwise_addin import arguments, cell_kinds, codec, rank_change, session
from tierwise_addin.arguments import Argument, Help
from tierwise_addin.catalogue import Function, Partial
from tierwise_addin.labelled import Named

RANKS: Final = arguments.vector("ranks", "Ranks of the units, one row or column", "各单位名次（单行或单列）")
GROUPS: Final = arguments.labels("groups", "Group of each unit, as its province", "各单位所属分组（如省份）")


def first_in_group(ranks: FloatArray, groups: list[str], mark: str) -> list[object]:
    """Return the mark beside the first unit of each group."""
    first = counting.first_in_group(ranks, groups)
    return [[mark if leads else None] for leads in first]


def rank_bands(ranks: FloatArray, groups: list[str], width: int) -> object:
    """Return how many units of each group lie in each band of ranks."""
    last = np.nanmax(ranks, initial=0.0)
    codec.SHEET.refuse_beyond(1, int(last // width) + 2)
    return _cross(counting.rank_bands(ranks, groups, width), "group", total=True)


def group_counts(groups: list[str], columns: list[str] | None) -> object:
    """Return how many units fall in each group, in all or by column."""
    return _cross(counting.group_counts(groups, columns), "group", total=False)


def _cross(table: counting.CrossTable, corner: str, *, total: bool) -> list[list[object]]:
    header = [corner, *table.columns, *(["total"] if total else [])]
    rows = [
        [name, *counts.tolist(), *([int(sum_)] if total else [])]
        for name, counts, sum_ in zip(table.rows, table.counts, table.totals, strict=True)
    ]
    return [header, *rows]


def entries_exits(
    codes: list[str],
    ranks: FloatArray,
    previous_codes: list[str],
    previous_ranks: FloatArray,
    top: int | None,
) -> object:
    """Return what became of each unit between two lists: entries, moves, exits."""
    moves = years_of.changes(codes, ranks, previous_codes, previous_ranks, top)
    header = ["code", "change", "rank", "previous_rank", "move"]
    return [
        header,
        *([move.code, move.change, move.rank, move.previous_rank, move.move] for move in moves),
    ]


def streaks(history: FloatArray, top: int, years: int) -> FloatArray:
    """Return 1 for a unit among the first ``top`` in each of the last years, else 0."""
    return years_of.streaks(history, top, years)


def region(provinces: list[str]) -> Partial:
    """Return the economic region of each province; #N/A where a name is none, with the reasons kept."""
    names, unknown = regions.known_regions(provinces)
    cells: list[object] = [[str(name) or None] for name in names]
    for one in unknown.found:
        assert one.row is not None
        cells[one.row] = [cell_kinds.ErrorValue.NA]
    return Partial(cells, tuple(unknown.found))


def choices(what: str) -> object:
    """Return the names that an argument takes, in English and in Chinese."""
    return [["name", "zh"], *([name, method.zh] for name, method in CHOICES[what].items())]


def compare(first: FloatArray, second: FloatArray, top: int | None) -> object:
    """Return both ranks of each unit, the places it gained, and whether it came in or went out."""
    arguments.same_length("units", first=len(first), second=len(second))
    ranked = np.full((2, len(first)), np.nan)
    for ranks, scores in zip(ranked, (first, second), strict=True):
        there = ~np.isnan(scores)
        ranks[there] = rank(scores[there])
    before, after = ([str(row) for row in np.flatnonzero(~np.isnan(ranks))] for ranks in ranked)
    moves = years_of.changes(
        after, ranked[1][[*map(int, after)]], before, ranked[0][[*map(int, before)]], top
    )
    change = {int(move.code): move.change for move in moves}
    columns = {
        "rank_first": ranked[0],
        "rank_second": ranked[1],
        "move": ranked[0] - ranked[1],
        "change": np.array([change.get(row) for row in range(len(first))], dtype=np.object_),
    }
    return codec.headed(columns)


def topic(
    kind: str,
    names: list[str],
    columns: list[list[Any]],
    parameters: str,
    headings: list[str] | None,
    national: FloatArray | None,
) -> object:
    """Return the table of a topic of the report."""
    from tierwise.tables.topics_cells import topic_in_cells  # needs the settings, which other cells do not

    return topic_in_cells(kind, names, columns, parameters, headings, national)


def version() -> str:
    """Return the version of tierwise."""
    return __version__


def _required(argument: Argument) -> Argument:
    """Return an option as an argument that must be given."""
    return Argument(argument.name, argument.help, argument.decode)


CHOICES: Final[Mapping[str, Family[Any]]] = {
    family.argument.replace(" ", "-"): family
    for family in (
        NORMALISATIONS,
        RULES,
        IMPUTATIONS,
        TREATMENTS,
        TIER_METHODS,
        WEIGHTINGS,
        MODELS,
        SENSITIVITIES,
        KINDS,
    )
}

FUNCTIONS: Final = (
    Function(
        "IDX_FIRST_IN_GROUP",
        Help("A mark beside the first unit of each group", "标出各分组的第一名（★）"),
        (RANKS, GROUPS, arguments.word("mark", "Mark to show (default ★)", "标记（默认★）", "★")),
        first_in_group,
        follows="ranks",
    ),
    Function(
        "IDX_RANK_BANDS",
        Help("How many units of each group lie in each band of ranks", "各分组在各名次段的单位数"),
        (
            RANKS,
            GROUPS,
            arguments.whole("width", 1, "Ranks in a band (default 10)", "名次段宽度（默认10）", 10),
        ),
        rank_bands,
        header=True,
    ),
    Function(
        "IDX_GROUP_COUNTS",
        Help("How many units fall in each group, in all or by column", "各分组的单位数（可再按列分）"),
        (
            GROUPS,
            arguments.labels(
                "columns", "Year, tier or region of each unit, a column for each", "各单位的年份、梯队或地区"
            ).otherwise(None),
        ),
        group_counts,
        header=True,
    ),
    Function(
        "IDX_ENTRIES_EXITS",
        Help("Entries, exits and moves between two lists", "两期榜单的新进、退出与升降"),
        (
            arguments.labels("codes", "Units of this list", "本期单位"),
            arguments.vector("ranks", "Their ranks", "本期名次"),
            arguments.labels("previous_codes", "Units of the previous list", "上期单位", along="previous"),
            arguments.vector("previous_ranks", "Their ranks", "上期名次", along="previous"),
            arguments.whole("top", 1, "Length of the lists (default: all)", "榜单长度（默认全部）", None),
        ),
        entries_exits,
        header=True,
    ),
    Function(
        "IDX_COMPARE",
        Help(
            "Two scores of the same units side by side: ranks, places gained, entries and exits",
            "同一批单位两种得分的对比：名次、升降、新进与退出",
        ),
        (
            arguments.vector("first", "Scores of the first list", "第一种得分"),
            arguments.vector("second", "Scores of the second list", "第二种得分"),
            arguments.whole("top", 1, "Length of the lists (default: all)", "榜单长度（默认全部）", None),
        ),
        compare,
        header=True,
        named=Named(),
    ),
    Function(
        "IDX_STREAKS",
        Help(
            "1 where a unit was among the first `top` in each of the last lists", "连续多期位列前top名者为1"
        ),
        (
            arguments.numbers(
                "history",
                "Ranks, units x lists, oldest first",
                "历年名次：单位×年份（由远及近）",
                columns="lists",
            ),
            _required(arguments.whole("top", 1, "Ranks that count", "前多少名", 10)),
            _required(arguments.whole("years", 1, "How many of the last lists", "最近多少期", 3)),
        ),
        streaks,
    ),
    Function(
        "IDX_REGION",
        Help("Economic region of each province of China", "各省份所属经济区域（东部、中部、西部、东北）"),
        (arguments.labels("provinces", "Provinces, by short or full name", "省份（简称或全称）"),),
        region,
        follows="provinces",
    ),
    Function(
        "IDX_TOPIC",
        Help(
            "A topic of the report: thresholds, bands, shares, ratios …", "报告专题：达标、分段、占比、比值等"
        ),
        (
            _required(arguments.method("kind", KINDS, "Kind of topic", "专题类型")),
            arguments.labels("names", "Units in the order of the list", "按榜单名次排列的单位"),
            arguments.cells(
                "columns", "Their figures or texts, units x columns", "各单位的数据或文本：单位×列"
            ),
            arguments.word(
                "parameters",
                "Settings: 1000, or at_least=1000; sum=yes",
                "参数：如1000，或下限=1000；合计=是",
                "",
            ),
            arguments.labels("headings", "Headings of the columns", "各列名称", along="columns").otherwise(
                None
            ),
            arguments.vector(
                "national", "The nation's figure of each column", "各列的全国数据", along="columns"
            ).otherwise(None),
        ),
        topic,
        header=True,
    ),
    Function(
        "IDX_CHOICES",
        Help("The names that an argument takes, in English and Chinese", "某一参数可取的名称（英文与中文）"),
        (
            arguments.choice(
                "what",
                tuple(CHOICES),
                "What is to be chosen (default normalisation)",
                "要选择的内容（默认normalisation）",
                default="normalisation",
            ),
        ),
        choices,
        header=True,
    ),
    rank_change.FUNCTION,
    Function("IDX_VERSION", Help("Version of tierwise", "tierwise的版本"), (), version),
    Function(
        "IDX_LASTERROR",
        Help("Why the last function that failed did so", "最近一次出错的原因"),
        (),
        session.last_error,
        volatile=True,
    ),
)
