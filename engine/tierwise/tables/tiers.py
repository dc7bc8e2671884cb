"""tiers_quality, tiers_stability and tiers_dendrogram: how many tiers, how firm, and how they merge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.errors import TierwiseError
from tierwise.methods.tier_count import tier_criteria
from tierwise.methods.tier_methods import METHODS
from tierwise.methods.tier_stability import bootstrap
from tierwise.methods.tiers import hierarchy
from tierwise.methods.verdicts import verdict
from tierwise.tables.columns import VERDICT
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

MOST_UNITS = 3000  # distances between all pairs are held at once


def quality(study: Study) -> pd.DataFrame | None:
    """Return one row a number of tiers: its criteria, and which choose it; None if none can be tried."""
    import pandas as pd

    settings, listed = study.scenario.spec.tiers, study.tiers.selected
    if METHODS[settings.method].frozen or len(listed) > MOST_UNITS:
        return None
    tried = study.tiers.criteria
    if tried is None:
        try:
            tried = tier_criteria(
                study.index.score[listed],
                settings.most,
                settings.method,
                indicators=study.index.plan.values[listed] if settings.on == "indicators" else None,
                contiguous=settings.contiguous,
            )
        except TierwiseError:  # too few different scores to choose among numbers of tiers
            return None
    chosen_by = [
        ", ".join(name for name, count in tried.choices.items() if count == number) for number in tried.counts
    ]
    frame = pd.DataFrame(
        {
            "tiers": tried.counts,
            **tried.columns,
            "chosen_by": chosen_by,
            "chosen": (tried.counts == tried.chosen).astype(np.int64),
        }
    )
    # A split of two units, or one that leaves no spread, has no bounded criterion.
    return frame.replace([np.inf, -np.inf], np.nan).dropna(axis=1, how="all")


def stability(study: Study) -> pd.DataFrame | None:
    """Return one row a tier: whether it comes back when units are drawn again; None for fixed tiers."""
    import pandas as pd

    settings, listed = study.scenario.spec.tiers, study.tiers.selected
    if not METHODS[settings.method].seeks_groups or study.tiers.count < 2 or len(listed) > MOST_UNITS:
        return None
    resampled = bootstrap(
        study.index.score[listed],
        study.tiers.count,
        settings.method,
        indicators=study.index.plan.values[listed] if settings.on == "indicators" else None,
        contiguous=settings.contiguous,
        seed=study.scenario.spec.uncertainty.seed,
    )
    language = study.scenario.language
    return pd.DataFrame(
        {
            "tier": np.arange(1, study.tiers.count + 1),
            "units": study.tiers.sizes,
            "jaccard": resampled.jaccard,
            "recovered": resampled.recovered,
            "dissolved": resampled.dissolved,
            "adjusted_rand": float(resampled.adjusted_rand.mean()),
            "verdict": [verdict("jaccard", float(value), language) for value in resampled.jaccard],
        }
    )


def dendrogram(study: Study) -> pd.DataFrame | None:
    """Return one row a merge: the places in the list that the two clusters reach over, and its height.

    Heights are SciPy's; ``dispersion`` is the total sum of squares within clusters after the merge. None for
    methods without a tree, and for types.
    """
    import pandas as pd

    settings, listed = study.scenario.spec.tiers, study.tiers.selected
    free = settings.on == "indicators" and not settings.contiguous
    if not METHODS[settings.method].linkage or free or not 2 <= len(listed) <= MOST_UNITS:
        return None
    _, merges = hierarchy(
        study.index.score[listed],
        settings.method,
        indicators=study.index.plan.values[listed] if settings.on == "indicators" else None,
    )
    units = len(listed)
    first = np.concatenate([np.arange(units), np.zeros(units - 1, dtype=np.int64)])
    last = first.copy()
    rows = []
    for merge, (left, right, height, size) in enumerate(merges.linkage):
        one, two, made = int(left), int(right), units + merge
        first[made], last[made] = first[one], last[two]
        rows.append(
            {
                "clusters_left": units - merge - 1,
                "upper_first": first[one] + 1,
                "upper_last": last[one] + 1,
                "lower_first": first[two] + 1,
                "lower_last": last[two] + 1,
                "units": int(size),
                "height": height,
                "dispersion": merges.dispersion[merge],
            }
        )
    return pd.DataFrame(rows)


def _asked(study: Study) -> bool:
    return study.scenario.spec.report.tier_quality


def criterion(name: str, en: str, zh: str, meaning: Text) -> Column:
    """Return the column of a criterion, which is left out where it is blank for all numbers of tiers."""
    return Column(name, Text(en, zh), meaning, optional=True)


QUALITY: Final = Table(
    name="tiers_quality",
    title=Text("Number of tiers", "梯队数准则"),
    note=Text("Criteria for the number of tiers", "梯队个数的评价准则"),
    row=Text("a number of tiers", "一个梯队数"),
    section="tiers",
    columns=(
        Column("tiers", Text("Tiers", "梯队数"), Text("how many tiers", "梯队个数")),
        criterion(
            "within",
            "Sum of squares within",
            "组内离差平方和",
            Text("of the scores within tiers", "各梯队内得分的离差平方和"),
        ),
        criterion("calinski_harabasz", "Calinski–Harabasz", "CH指数", Text("largest is best", "越大越好")),
        criterion("silhouette", "Silhouette", "轮廓系数", Text("largest is best", "越大越好")),
        criterion(
            "gap",
            "Gap",
            "间隙统计量",
            Text("gap statistic (Tibshirani and others 2001)", "间隙统计量（Tibshirani等2001）"),
        ),
        criterion("gap_error", "Gap, error", "间隙标准误", Text("its standard error", "间隙统计量的标准误")),
        criterion(
            "pseudo_t2",
            "Pseudo-t²",
            "伪t²统计量",
            Text("of the split into one tier more", "再分一类时的伪t²"),
        ),
        criterion("duda_hart", "Je(2)/Je(1)", "Je(2)/Je(1)比值", Text("Duda and Hart", "Duda–Hart比值")),
        criterion(
            "duda_hart_critical",
            "Je(2)/Je(1), critical",
            "Je(2)/Je(1)临界值",
            Text("below it a split is worth it", "低于临界值则值得再分"),
        ),
        criterion(
            "gain",
            "Gain",
            "离差减少比例",
            Text("share of the sum of squares that this tier takes away", "增加该梯队所减少的离差平方和比例"),
        ),
        criterion(
            "broken_stick",
            "Broken stick",
            "折棍模型",
            Text("gain to be expected by chance", "随机情形下的期望减少比例"),
        ),
        Column(
            "chosen_by",
            Text("Chosen by", "选择准则"),
            Text("criteria that choose this number", "选择该梯队数的准则"),
            content="criteria",
        ),
        Column(
            "chosen",
            Text("Chosen", "选定"),
            Text("1 for the number that most choose", "多数准则选择的梯队数为1"),
            "mark",
        ),
    ),
    make=lambda study: quality(study) if _asked(study) else None,
)

STABILITY: Final = Table(
    name="tiers_stability",
    title=Text("Tier stability", "梯队稳定性检验"),
    note=Text("How well each tier is found again in resamples", "重抽样中各梯队的复现程度"),
    row=Text("a tier", "一个梯队"),
    section="tiers",
    columns=(
        Column("tier", Text("Tier", "梯队"), Text("1 = top", "1为最高"), look="tier"),
        Column("units", Text("Units", "单位数"), Text("units of the tier", "该梯队单位个数")),
        Column(
            "jaccard",
            Text("Jaccard", "Jaccard系数"),
            Text("mean likeness to the tier found again", "与复现梯队的平均相似度"),
            "0.000",
        ),
        Column(
            "recovered",
            Text("Recovered", "复现比例"),
            Text("share of resamples with Jaccard ≥ 0.75", "Jaccard系数≥0.75的重抽样比例"),
            "share",
        ),
        Column(
            "dissolved",
            Text("Dissolved", "消散比例"),
            Text("share with Jaccard ≤ 0.5", "Jaccard系数≤0.5的重抽样比例"),
            "share",
        ),
        Column(
            "adjusted_rand",
            Text("Adjusted Rand", "调整兰德指数"),
            Text("agreement of the whole partition", "整体划分的一致程度"),
            "0.000",
        ),
        VERDICT,
    ),
    make=lambda study: stability(study) if _asked(study) else None,
)


def _place(name: str, en: str, zh: str, meaning: Text) -> Column:
    return Column(name, Text(en, zh), meaning)


DENDROGRAM: Final = Table(
    name="tiers_dendrogram",
    title=Text("Dendrogram", "聚类过程"),
    note=Text("The merges of the hierarchical clustering, with heights", "系统聚类的合并过程与高度"),
    row=Text("a merge", "一次合并"),
    section="tiers",
    columns=(
        _place("clusters_left", "Clusters left", "剩余类数", Text("after the merge", "合并后的类数")),
        _place(
            "upper_first",
            "Upper, from",
            "上类起",
            Text("first place in the list of the upper cluster", "上类的首位名次"),
        ),
        _place("upper_last", "Upper, to", "上类止", Text("its last place", "上类的末位名次")),
        _place(
            "lower_first", "Lower, from", "下类起", Text("first place of the lower cluster", "下类的首位名次")
        ),
        _place("lower_last", "Lower, to", "下类止", Text("its last place", "下类的末位名次")),
        _place("units", "Units", "单位数", Text("units of both", "两类单位合计")),
        _place("height", "Height", "并类距离", Text("SciPy's height of the merge", "并类距离（同SciPy）")),
        _place(
            "dispersion",
            "Sum of squares within",
            "组内离差平方和",
            Text("total within clusters after the merge", "合并后各类离差平方和合计"),
        ),
    ),
    make=lambda study: dendrogram(study) if _asked(study) else None,
)

TABLES: Final = (QUALITY, STABILITY, DENDROGRAM)
