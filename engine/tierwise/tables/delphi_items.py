"""delphi_consensus, delphi_stability and delphi_screening: each item of the panel."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.methods.verdicts import verdict
from tierwise.study.expert_rounds import RoundFound, screened_leaves
from tierwise.tables.columns import (
    CV,
    EXPERTS,
    FULL_SCORE_RATIO,
    IQR,
    MEAN,
    MEDIAN,
    NODE_CODE,
    PARENT,
    ROUND,
    SD,
    VERDICT,
)
from tierwise.tables.delphi import sentence
from tierwise.tables.delphi_rounds import rounds_of
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.inputs import Experts, Framework
    from tierwise.study.study import Study


def consensus(found: Sequence[RoundFound], framework: Framework, language: Language) -> pd.DataFrame:
    """Return ``delphi_consensus``: one row a round and judged node: how far the experts agree on it."""
    import pandas as pd

    frames = []
    for one in found:
        agreement, nodes = one.consensus, one.nodes
        full = agreement.statistics.full_score_ratio
        measures = {
            "cv": agreement.statistics.cv,
            "within-band": agreement.within_band,
            "full-score-ratio": full,
        }
        frames.append(
            pd.DataFrame(
                {
                    "round": one.scored.label,
                    "code": [framework.codes[node] for node in nodes],
                    "parent": [framework.parent_of(int(node)) for node in nodes],
                    "experts": agreement.statistics.n,
                    "mean": agreement.statistics.mean,
                    "sd": agreement.statistics.sd,
                    "cv": agreement.statistics.cv,
                    "median": agreement.statistics.median,
                    "iqr": agreement.statistics.iqr,
                    "full_score_ratio": full,
                    "within_band": agreement.within_band,
                    "agreed": agreement.agreed.astype(np.int64),
                    "verdict": [
                        sentence(
                            [
                                verdict(name, float(column[at]), language)
                                for name, column in measures.items()
                                if column is not None
                            ],
                            language,
                        )
                        for at in range(len(nodes))
                    ],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def stability(found: Sequence[RoundFound], framework: Framework, language: Language) -> pd.DataFrame | None:
    """Return ``delphi_stability``: one row a pair of following rounds and node judged in both."""
    import pandas as pd

    frames = []
    for before, one in pairwise(found):
        if one.movement is None:
            continue
        moved = one.movement.between
        frames.append(
            pd.DataFrame(
                {
                    "round": one.scored.label,
                    "previous_round": before.scored.label,
                    "code": [framework.codes[node] for node in one.movement.nodes],
                    "experts": moved.n,
                    "mean_change": moved.mean_change,
                    "median_change": moved.median_change,
                    "cv_change": moved.cv_change,
                    "changed": moved.changed,
                    "net_change": moved.net_change,
                    "p_wilcoxon": moved.p_wilcoxon,
                    "stable": moved.stable.astype(np.int64),
                    "verdict": [verdict("net-change", float(value), language) for value in moved.net_change],
                }
            )
        )
    return pd.concat(frames, ignore_index=True) if frames else None


def screening(experts: Experts, framework: Framework) -> pd.DataFrame | None:
    """Return ``delphi_screening``: which indicators threshold screening 界值法 keeps, by the last round."""
    import pandas as pd

    found = screened_leaves(experts, framework)
    if found is None:
        return None
    leaves, screened = found
    return pd.DataFrame(
        {
            "code": [framework.codes[node] for node in leaves],
            "fails_mean": screened.fails[:, 0].astype(np.int64),
            "least_mean": screened.least_mean,
            "fails_full_score_ratio": screened.fails[:, 1].astype(np.int64),
            "least_full_score_ratio": screened.least_full_score_ratio,
            "fails_cv": screened.fails[:, 2].astype(np.int64),
            "most_cv": screened.most_cv,
            "keep": screened.keep.astype(np.int64),
        }
    )


def _consensus(study: Study) -> pd.DataFrame | None:
    found = study.once(rounds_of)
    return consensus(found, study.scenario.framework, study.scenario.language) if found else None


CONSENSUS: Final = Table(
    name="delphi_consensus",
    title=Text("Delphi consensus", "专家共识"),
    note=Text("Whether the experts' scores of a node lie close together", "专家对各指标的打分是否集中"),
    row=Text("a round and node that was judged", "一轮中一个打过分的节点"),
    section="panel",
    columns=(
        ROUND,
        NODE_CODE,
        PARENT,
        EXPERTS,
        MEAN,
        SD,
        CV,
        MEDIAN,
        IQR,
        FULL_SCORE_RATIO,
        Column(
            "within_band",
            Text("Close to the median", "接近中位数比例"),
            Text(
                "share of experts within `experts.band` of the median",
                "与中位数之差不超过`experts.band`的专家比例",
            ),
            "share",
        ),
        Column("agreed", Text("Agreed", "达成共识"), Text("1 where they agree", "达成共识为1"), "yes"),
        VERDICT,
    ),
    make=_consensus,
)


def _stability(study: Study) -> pd.DataFrame | None:
    return stability(study.once(rounds_of), study.scenario.framework, study.scenario.language)


STABILITY: Final = Table(
    name="delphi_stability",
    title=Text("Delphi stability", "轮次稳定性"),
    note=Text("Whether scores still move between rounds", "相邻两轮之间打分是否稳定"),
    row=Text("a pair of following rounds and node", "相邻两轮与一个节点"),
    section="panel",
    columns=(
        ROUND,
        Column("previous_round", Text("Previous round", "上一轮"), Text("the round before", "上一轮")),
        NODE_CODE,
        Column("experts", Text("Experts", "专家数"), Text("who judged in both", "两轮均打分的专家人数")),
        Column(
            "mean_change",
            Text("Change of mean", "均值变化"),
            Text("later less earlier", "后轮减前轮"),
            "0.00",
        ),
        Column(
            "median_change",
            Text("Change of median", "中位数变化"),
            Text("later less earlier", "后轮减前轮"),
            "0.00",
        ),
        Column(
            "cv_change",
            Text("Change of CV", "变异系数变化"),
            Text("later less earlier", "后轮减前轮"),
            "0.000",
        ),
        Column(
            "changed",
            Text("Experts who changed", "改分专家比例"),
            Text("share of experts with another score", "打分有改动的专家比例"),
            "0%",
        ),
        Column(
            "net_change",
            Text("Net change", "净变动"),
            Text("net change of the distribution of scores (Scheibe)", "打分分布的净变动（Scheibe）"),
            "0.00",
        ),
        Column(
            "p_wilcoxon",
            Text("p (Wilcoxon)", "p值（Wilcoxon）"),
            Text(
                "p of the exact signed-rank test; of yes and no it is McNemar's",
                "符号秩检验（精确）的p值；是否题即McNemar检验",
            ),
            "p",
        ),
        Column(
            "stable", Text("Stable", "稳定"), Text("1 where the scores have settled", "打分已稳定为1"), "yes"
        ),
        VERDICT,
    ),
    make=_stability,
)


def _screening(study: Study) -> pd.DataFrame | None:
    scenario = study.scenario
    return None if scenario.experts is None else screening(scenario.experts, scenario.framework)


SCREENING: Final = Table(
    name="delphi_screening",
    title=Text("Delphi screening", "界值法筛选"),
    note=Text("Which indicators the thresholds of the panel keep", "按界值法保留或剔除的指标"),
    row=Text("an indicator", "一项指标"),
    section="panel",
    columns=(
        NODE_CODE,
        Column(
            "fails_mean",
            Text("Mean high enough", "均值是否达标"),
            Text("1 where the mean is below its threshold", "均值低于界值为1"),
            "fails",
        ),
        Column("least_mean", Text("Least mean", "均值界值"), Text("threshold of the mean", "均值的界值")),
        Column(
            "fails_full_score_ratio",
            Text("Full-score ratio high enough", "满分率是否达标"),
            Text("1 where it is below its threshold", "满分率低于界值为1"),
            "fails",
        ),
        Column(
            "least_full_score_ratio",
            Text("Least full-score ratio", "满分率界值"),
            Text("threshold of the full-score ratio", "满分率的界值"),
            "share",
        ),
        Column(
            "fails_cv",
            Text("CV low enough", "变异系数是否达标"),
            Text("1 where the CV is above its threshold", "变异系数高于界值为1"),
            "fails",
        ),
        Column(
            "most_cv", Text("Most CV", "变异系数界值"), Text("threshold of the CV", "变异系数的界值"), "0.000"
        ),
        Column("keep", Text("Keep", "保留"), Text("1 where the indicator is kept", "保留为1"), "yes"),
    ),
    make=_screening,
)

TABLES: Final = (CONSENSUS, STABILITY, SCREENING)
