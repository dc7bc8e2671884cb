"""delphi_*: the rounds of the panel, consensus, stability between rounds and screening."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import TierwiseError, located
from tierwise.methods import delphi_rounds as rounds
from tierwise.methods.concordance import LEAST_JUDGED, kendall_w
from tierwise.methods.delphi import positive_coefficient, screen
from tierwise.methods.verdicts import verdict
from tierwise.tables.columns import (
    AUTHORITY,
    CV,
    EXPERTS,
    FULL_SCORE_RATIO,
    IQR,
    KENDALL_W,
    MEAN,
    MEDIAN,
    NODE_CODE,
    P_CHI2,
    P_PERMUTATION,
    PARENT,
    ROUND,
    SD,
    VERDICT,
    optional,
)
from tierwise.tables.delphi import sentence
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.inputs import Experts, Framework
    from tierwise.spec import ExpertsSpec
    from tierwise.study.study import Study

NAN = float("nan")


def by_round(experts: Experts, framework: Framework, spec: ExpertsSpec, language: Language) -> pd.DataFrame:
    """Return ``delphi_rounds``: one row a round: experts, positive and authority coefficient, concordance.

    Kendall's W here is over all nodes that every expert judged; that of each sibling group stands in
    ``concordance``.
    """
    import pandas as pd

    rows: list[dict[str, object]] = []
    items: list[int] = []  # that all experts of a round scored
    active = activity(experts, spec)
    for number, scored in enumerate(experts.rounds):
        table = experts.on_nodes(framework, number)
        row: dict[str, object] = {"round": scored.label, "experts": len(scored)}
        if number < len(active):
            row |= {"sent": spec.sent[number], "positive_coefficient": active[number]}
        if scored.authority is not None:
            row["authority"] = float(np.nanmean(scored.authority))
        whole = table[:, ~np.isnan(table).any(axis=0)]
        items.append(whole.shape[1])
        try:
            agreement = kendall_w(whole)
            row |= {
                "kendall_w": agreement.w,
                "p_chi2": agreement.p_chi2,
                "p_permutation": agreement.p_permutation,
            }
        except TierwiseError:  # too few experts or nodes: nothing to test
            row |= {"kendall_w": NAN, "p_chi2": NAN, "p_permutation": NAN}
        rows.append(row)
    frame = pd.DataFrame(rows)
    sentences = []
    for (_, one), judged in zip(frame.iterrows(), items, strict=True):
        clauses = [
            verdict(name, float(one[column]), language)
            for name, column in (
                ("positive-coefficient", "positive_coefficient"),
                ("authority-coefficient", "authority"),
                ("kendall-w", "kendall_w"),
                ("p", "p_permutation"),
            )
            if column in frame.columns and (name != "kendall-w" or judged >= LEAST_JUDGED)
        ]
        sentences.append(sentence(clauses, language))
    frame["verdict"] = sentences
    return frame.dropna(axis=1, how="all")


def activity(experts: Experts, spec: ExpertsSpec) -> list[float]:
    """Return the positive coefficient of each round of which it is known how many were asked; raise E107.

    Who was dropped did send a form back.
    """
    pairs = zip(experts.everyone.rounds, spec.sent, strict=False)
    with located(lambda _: "[experts] sent"):
        return [positive_coefficient(len(one), sent) for one, sent in pairs]


def consensus(experts: Experts, framework: Framework, spec: ExpertsSpec, language: Language) -> pd.DataFrame:
    """Return ``delphi_consensus``: one row a round and judged node: how far the experts agree on it."""
    import pandas as pd

    frames = []
    for number, scored in enumerate(experts.rounds):
        table, judged = _judged(experts, framework, number)
        agreement = rounds.consensus(table, experts.scale(number), band=spec.band)
        full = agreement.statistics.full_score_ratio
        measures = {
            "cv": agreement.statistics.cv,
            "within-band": agreement.within_band,
            "full-score-ratio": full,
        }
        frames.append(
            pd.DataFrame(
                {
                    "round": scored.label,
                    "code": [framework.codes[node] for node in judged],
                    "parent": [framework.parent_of(int(node)) for node in judged],
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
                        for at in range(len(judged))
                    ],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def stability(experts: Experts, framework: Framework, language: Language) -> pd.DataFrame | None:
    """Return ``delphi_stability``: one row a pair of following rounds and node judged in both."""
    import pandas as pd

    names = tuple(dict.fromkeys(name for scored in experts.rounds for name in scored.experts))
    tables = rounds.aligned(
        names,
        [
            (scored.experts, experts.on_nodes(framework, number))
            for number, scored in enumerate(experts.rounds)
        ],
    )
    frames = []
    for number in range(1, len(tables)):
        earlier, later = tables[number - 1], tables[number]
        nodes = np.flatnonzero((~np.isnan(earlier) & ~np.isnan(later)).any(axis=0))
        if not nodes.size:
            continue
        moved = rounds.stability(earlier[:, nodes], later[:, nodes])
        frames.append(
            pd.DataFrame(
                {
                    "round": experts.rounds[number].label,
                    "previous_round": experts.rounds[number - 1].label,
                    "code": [framework.codes[node] for node in nodes],
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


def screening(experts: Experts, framework: Framework, spec: ExpertsSpec) -> pd.DataFrame | None:
    """Return ``delphi_screening``: which indicators threshold screening 界值法 keeps, by the last round."""
    import pandas as pd

    scores = experts.on_nodes(framework)
    leaves = [node for node in framework.tree.leaves.tolist() if (~np.isnan(scores[:, node])).sum() >= 2]
    try:
        screened = screen(scores[:, leaves], experts.scale())
    except TierwiseError:  # fewer than two indicators or experts: nothing to compare
        return None
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


def _judged(experts: Experts, framework: Framework, number: int) -> tuple[FloatArray, IntArray]:
    """Return a round's scores of the nodes that were judged in it, and these nodes."""
    table = experts.on_nodes(framework, number)
    judged = np.flatnonzero(~np.isnan(table).all(axis=0))
    return table[:, judged], judged


def _rounds(study: Study) -> pd.DataFrame | None:
    scenario = study.scenario
    if scenario.experts is None:
        return None
    return by_round(scenario.experts, scenario.framework, scenario.spec.experts, scenario.language)


ROUNDS: Final = Table(
    name="delphi_rounds",
    title=Text("Delphi rounds", "德尔菲轮次"),
    note=Text("Kendall's W and participation of each round", "各轮的参与情况与和谐系数"),
    row=Text("a round", "一轮"),
    section="panel",
    columns=(
        ROUND,
        EXPERTS,
        Column("sent", Text("Sent", "发出份数"), Text("`experts.sent`", "`experts.sent`"), optional=True),
        Column(
            "positive_coefficient",
            Text("Positive coefficient", "积极系数"),
            Text("forms returned over forms sent", "回收份数与发出份数之比"),
            optional=True,
        ),
        replace(AUTHORITY, meaning=Text("mean authority coefficient", "专家权威系数的平均")),
        optional(KENDALL_W),
        optional(P_CHI2),
        P_PERMUTATION,
        VERDICT,
    ),
    make=_rounds,
)


def _consensus(study: Study) -> pd.DataFrame | None:
    scenario = study.scenario
    if scenario.experts is None:
        return None
    return consensus(scenario.experts, scenario.framework, scenario.spec.experts, scenario.language)


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
    scenario = study.scenario
    if scenario.experts is None:
        return None
    return stability(scenario.experts, scenario.framework, scenario.language)


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
            Text("p of the signed-rank test", "符号秩检验的p值"),
            "0.0000",
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
    if scenario.experts is None:
        return None
    return screening(scenario.experts, scenario.framework, scenario.spec.experts)


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

TABLES: Final = (ROUNDS, CONSENSUS, STABILITY, SCREENING)
