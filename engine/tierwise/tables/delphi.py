"""delphi and concordance: what the expert panel said, node by node and group by group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.errors import TierwiseError
from tierwise.inputs import Experts, Framework
from tierwise.methods.concordance import LEAST_JUDGED, kendall_w
from tierwise.methods.delphi import statistics
from tierwise.methods.verdicts import verdict
from tierwise.study.weights import delphi_weights
from tierwise.tables.columns import (
    CV,
    FULL_SCORE_RATIO,
    IQR,
    KENDALL_W,
    MEAN,
    MEDIAN,
    NODE_CODE,
    P_CHI2,
    P_PERMUTATION,
    PARENT,
    SD,
    VERDICT,
)
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.language import JOIN, Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study


def delphi(experts: Experts, framework: Framework, method: str = "mean") -> pd.DataFrame:
    """Return one row a judged node: statistics of the last round and the local weight that follows."""
    import pandas as pd

    scores = experts.on_nodes(framework)
    judged = np.flatnonzero(~np.isnan(scores).all(axis=0))
    judgement = statistics(scores[:, judged], experts.scale())
    local = delphi_weights(framework, experts, method)
    return pd.DataFrame(
        {
            "code": [framework.codes[node] for node in judged],
            "parent": [framework.parent_of(int(node)) for node in judged],
            **judgement.columns,
            "weight": local[judged],
        }
    )


def concordance(
    experts: Experts, framework: Framework, method: str = "mean", language: Language = "en"
) -> pd.DataFrame:
    """Return one row a sibling group that can be tested: Kendall's W, its tests, and what they say.

    ``weight_ratio`` is the largest local weight over the smallest: scores in the upper three tenths of a
    scale (3.5 to 5) cannot make it more than 1.43. It is blank where the smallest is 0. W of two siblings is
    given, but not judged.
    """
    import pandas as pd

    scores, local = experts.on_nodes(framework), delphi_weights(framework, experts, method)
    rows = []
    for group in framework.tree.sibling_groups:
        try:
            agreement = kendall_w(scores[:, group])
        except TierwiseError:  # too few experts or siblings, or no expert tells them apart: nothing to test
            continue
        lowest = float(local[group].min())
        ratio = float(local[group].max()) / lowest if lowest > 0 else float("inf")
        measures = (
            ("kendall-w", agreement.w if agreement.siblings >= LEAST_JUDGED else float("nan")),
            ("p", agreement.p_permutation or 0.0),
            ("weight-ratio", ratio),
        )
        rows.append(
            {
                "parent": framework.parent_of(int(group[0])),
                "n": agreement.experts,
                "siblings": agreement.siblings,
                "kendall_w": agreement.w,
                "chi2": agreement.chi2,
                "df": agreement.df,
                "p_chi2": agreement.p_chi2,
                "p_permutation": agreement.p_permutation,
                "weight_ratio": ratio if lowest > 0 else float("nan"),
                "verdict": sentence(
                    [verdict(name, value, language, experts.scale()) for name, value in measures], language
                ),
            }
        )
    return pd.DataFrame(rows)


def sentence(clauses: Sequence[str], language: Language) -> str:
    """Return verdicts as one sentence."""
    return JOIN[language].join(clause for clause in clauses if clause)


N_EXPERTS: Final = Column("n", Text("Experts", "专家数"), Text("how many experts judged", "打分的专家人数"))


def _delphi(study: Study) -> pd.DataFrame | None:
    scenario, settings = study.scenario, study.scenario.spec.experts
    if scenario.experts is None:
        return None
    return delphi(scenario.experts, scenario.framework, settings.rule)


DELPHI: Final = Table(
    name="delphi",
    title=Text("Delphi", "德尔菲"),
    note=Text("The experts' last round, node by node", "最后一轮专家打分的统计"),
    row=Text("a node that was judged", "一个打过分的节点"),
    section="panel",
    place=16,
    columns=(
        NODE_CODE,
        PARENT,
        N_EXPERTS,
        MEAN,
        SD,
        CV,
        MEDIAN,
        IQR,
        FULL_SCORE_RATIO,
        Column(
            "weight",
            Text("Weight", "权重"),
            Text("local weight that follows", "由此得出的层内权重"),
            "weight",
        ),
    ),
    make=_delphi,
)


def _concordance(study: Study) -> pd.DataFrame | None:
    scenario = study.scenario
    if scenario.experts is None:
        return None
    method = scenario.spec.experts.rule
    return concordance(scenario.experts, scenario.framework, method, scenario.language)


CONCORDANCE: Final = Table(
    name="concordance",
    title=Text("Concordance", "专家一致性"),
    note=Text("Whether the experts agree on the order within a group", "专家对同级指标排序的一致程度"),
    row=Text("a sibling group that can be tested", "一组可检验的同级指标"),
    section="panel",
    place=17,
    columns=(
        PARENT,
        N_EXPERTS,
        Column(
            "siblings",
            Text("Siblings", "同级指标数"),
            Text("how many indicators are compared", "参与比较的指标个数"),
        ),
        KENDALL_W,
        Column("chi2", Text("chi²", "卡方"), Text("chi² of W", "W的卡方值")),
        Column("df", Text("Degrees of freedom", "自由度"), Text("of chi²", "卡方的自由度")),
        P_CHI2,
        P_PERMUTATION,
        Column(
            "weight_ratio",
            Text("Largest to smallest weight", "最大与最小权重之比"),
            Text("largest local weight over the smallest", "层内最大权重与最小权重之比"),
            "0.00",
        ),
        VERDICT,
    ),
    make=_concordance,
)

TABLES: Final = (DELPHI, CONCORDANCE)
