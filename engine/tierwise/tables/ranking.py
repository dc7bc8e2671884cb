"""ranking, doubts and unranked: the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import IntArray
from tierwise.errors import Problem
from tierwise.inputs import Panel
from tierwise.methods.groups import first_in_group
from tierwise.study.columns import tier_column
from tierwise.study.doubts import KINDS
from tierwise.study.index import Index
from tierwise.tables.columns import LARGEST_SHARE, MISSING, RANK, SCORE, STARS, TIER, UNIT_CODE, UNIT_NAME
from tierwise.tables.groups import starred
from tierwise.tables.table import Names, Table
from tierwise.words.columns import Column
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from tierwise.study.study import Study
    from tierwise.study.tiers import Tiers


def ranking(index: Index, tiers: Tiers, wanted: Sequence[str] | None = None) -> pd.DataFrame:
    """Return one row a unit, best first; ``tier`` is blank below the selected units.

    ``first_in_group`` is 1 for the first listed unit of each group of the first group column; further group
    columns that are tabulated (those ``wanted``) have ``first_in_COLUMN``. A blank is no group. ``missing``
    counts the indicators without a value; ``largest_share`` is the largest weight that one indicator has in
    the unit's index after reweighting.
    """
    import pandas as pd

    panel = index.panel
    frame = pd.DataFrame(
        {
            "code": panel.codes,
            "name": panel.names,
            **panel.groups,
            "score": index.score,
            "rank": index.ranks,
            "tier": tier_column(tiers.tiers),
        }
    )
    for head, groups in starred(panel, len(tiers.selected), wanted).items():
        frame[head] = _firsts(index, groups, tiers.selected)
    frame["missing"] = index.missing
    frame["largest_share"] = index.effective_weights.max(axis=1)
    return frame.iloc[index.order].reset_index(drop=True)


def _firsts(index: Index, groups: Sequence[str], listed: IntArray) -> IntArray:
    """Return 1 for the first listed unit of each group, 0 for the others."""
    firsts = np.zeros(len(groups), dtype=np.int64)
    firsts[listed] = first_in_group(index.ranks[listed], [groups[unit] for unit in listed])
    return firsts


def doubts(problems: Sequence[Problem], language: Language) -> pd.DataFrame:
    """Return one row for each thing in the data that wants a second look: place, kind, value and why."""
    import pandas as pd

    return pd.DataFrame(
        {
            "place": [doubt.where(language) for doubt in problems],
            "kind": [KINDS[doubt.code] for doubt in problems],
            "value": pd.Series([doubt.fields["value"] for doubt in problems], dtype=object),
            "why": [doubt.text(language) for doubt in problems],
        }
    )


def unranked(index: Index, panel: Panel) -> pd.DataFrame:
    """Return code and name of the units that are not ranked, and the share of indicators that each has."""
    import pandas as pd

    rows = [panel.codes.index(code) for code in index.unranked]
    share = (~np.isnan(panel.values[rows])).mean(axis=1)
    names = [panel.names[row] for row in rows]
    return pd.DataFrame({"code": index.unranked, "name": names, "data_share": share})


def with_dimensions(frame: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return the ranking with score and rank in each dimension beside it, as sheets and the page show it."""
    if "scores" not in names.tables or "node_ranks" not in names.tables or not names.dimensions:
        return frame
    shown = frame.copy()
    for table, kind in (("scores", "score"), ("node_ranks", "rank")):
        nodes = names.tables[table]
        places = [*range(2, len(nodes.columns))]  # a node may be called as one of the columns before it
        wanted = [at for at in places if nodes.columns[at] in names.dimensions]
        for at in wanted:
            shown[f"{kind}:{nodes.columns[at]}"] = nodes.iloc[:, at].to_numpy()
    order = [f"{kind}:{code}" for code in names.dimensions for kind in ("score", "rank")]
    return shown[[*frame.columns, *(name for name in order if name in shown)]]


def without_missing(frame: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return the ranking without the columns of what is missing, where nothing is."""
    return frame.drop(columns=["missing", "largest_share"]) if not frame["missing"].any() else frame


RANKING: Final = Table(
    name="ranking",
    title=Text("Ranking", "排名"),
    note=Text("Score, rank and tier of every unit, best first", "各单位的得分、排名与梯队"),
    row=Text("a unit, best first", "一个单位，按名次"),
    section="list",
    place=1,
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        Column("groups", meaning=Text("the group columns of the data", "数据中的分组列"), names="group"),
        SCORE,
        RANK,
        TIER,
        *STARS,
        MISSING,
        LARGEST_SHARE,
        Column(
            "score:…",
            Text("{0}", "{0}"),
            Text("score in the dimension", "维度得分"),
            "score",
            pattern="score:(.+)",
            names="node",
            in_file=False,
        ),
        Column(
            "rank:…",
            Text("{0}: rank", "{0}排名"),
            Text("rank in the dimension", "维度名次"),
            pattern="rank:(.+)",
            names="node",
            in_file=False,
        ),
    ),
    make=lambda study: ranking(study.index, study.tiers, study.scenario.spec.report.groups),
    view=with_dimensions,
    page_view=without_missing,
)


def _unranked(study: Study) -> pd.DataFrame | None:
    return unranked(study.index, study.scenario.panel) if study.index.unranked else None


UNRANKED: Final = Table(
    name="unranked",
    title=Text("Not ranked", "未参评"),
    note=Text("Units left out for want of data, which are not ranked", "因数据不足未参与排名的单位"),
    row=Text("a unit left out for want of data", "一个因数据不足未参评的单位"),
    section="list",
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        Column(
            "data_share",
            Text("Share of data", "数据完整度"),
            Text("share of the indicators that the unit has", "该单位有数据的指标比例"),
            "share",
        ),
    ),
    make=_unranked,
)

DOUBTS: Final = Table(
    name="doubts",
    title=Text("To check", "待核数据"),
    note=Text(
        "What of the data wants a second look before publication, the gravest first",
        "发布前宜再核对的数据，按重要程度排列",
    ),
    row=Text("a thing in the data that wants a second look", "一处需要再核对的数据"),
    section="list",
    place=1.5,
    columns=(
        Column("place", Text("Place", "位置"), Text("where it stands", "所在位置")),
        Column(
            "kind",
            Text("Kind", "类别"),
            Text("what it is", "问题类别"),
            words={
                "sum": Text("total among the units", "疑为合计行"),
                "repeated": Text("same figures", "数据重复"),
                "magnitude": Text("order of magnitude", "量级异常"),
                "scales": Text("two scales", "量级不一"),
                "column": Text("same column", "指标重复"),
                "missing": Text("missing", "缺失较多"),
                "weight": Text("weight grown", "权重放大"),
                "name": Text("near-equal names", "名称相近"),
                "code": Text("near-equal codes", "代码相近"),
            },
        ),
        Column("value", Text("Value", "数值"), Text("the value that stands out", "可疑的数值"), "free"),
        Column("why", Text("Why", "缘由"), Text("why it wants a look", "需要核对的缘由")),
    ),
    make=lambda study: doubts(study.scenario.doubts, study.scenario.language),
)

TABLES: Final = (RANKING, DOUBTS, UNRANKED)
