"""delphi_rounds and delphi_levels: who took part in each round, and how far they agree, level by level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tierwise.methods.concordance import LEAST_JUDGED
from tierwise.methods.verdicts import verdict
from tierwise.study.columns import whole
from tierwise.study.expert_rounds import RoundFound, found_rounds
from tierwise.tables.columns import (
    AUTHORITY,
    EXPERTS,
    KENDALL_W,
    LEVEL,
    P_CHI2,
    P_PERMUTATION,
    ROUND,
    VERDICT,
    optional,
)
from tierwise.tables.delphi import sentence
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

NAN = float("nan")


def by_round(found: Sequence[RoundFound], language: Language) -> pd.DataFrame:
    """Return ``delphi_rounds``: one row a round: experts, positive and authority coefficient, concordance.

    Kendall's W here is over all nodes that every expert judged; that of each level stands in
    ``delphi_levels``, of each sibling group in ``concordance``.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for one in found:
        row: dict[str, object] = {"round": one.scored.label, "experts": len(one.scored)}
        if one.sent is not None:
            row |= {"sent": one.sent, "positive_coefficient": one.positive}
        for name in ("judgement", "familiarity", "authority"):
            coefficients = getattr(one.scored, name)
            if coefficients is not None:
                row[name] = float(np.mean(coefficients))
        agreement = one.agreement
        row |= {
            "kendall_w": NAN if agreement is None else agreement.w,
            "p_chi2": NAN if agreement is None else agreement.p_chi2,
            "p_permutation": NAN if agreement is None else agreement.p_permutation,
        }
        rows.append(row)
    frame = pd.DataFrame(rows)
    frame = frame[[column.name for column in ROUNDS.columns if column.name in frame]]
    if "sent" in frame:
        frame["sent"] = whole(frame["sent"].to_numpy(dtype=np.float64))
    frame["agreed"] = [int(one.decision.agreed.sum()) for one in found]
    frame["stable"] = whole(
        np.array([one.decision.stable.sum() if one.movement else np.nan for one in found], dtype=np.float64)
    )
    frame["stop"] = [int(one.decision.stop) for one in found]
    measures = (
        ("positive-coefficient", "positive_coefficient"),
        ("authority-coefficient", "authority"),
        ("kendall-w", "kendall_w"),
        ("p", "p_permutation"),
    )
    frame["verdict"] = [
        sentence(
            [
                verdict(name, float(row.get(column, NAN)), language)
                for name, column in measures
                if name != "kendall-w" or one.whole >= LEAST_JUDGED
            ],
            language,
        )
        for row, one in zip(rows, found, strict=True)
    ]
    return frame.dropna(axis=1, how="all")


def by_level(found: Sequence[RoundFound]) -> pd.DataFrame:
    """Return ``delphi_levels``: one row a round and level: ranges of the statistics, and concordance."""
    import pandas as pd

    rows = []
    for one in found:
        for own in one.levels:
            row: dict[str, object] = {"round": one.scored.label, "level": own.level, "items": len(own.nodes)}
            for name in ("mean", "full_score_ratio", "cv"):
                values = getattr(own.statistics, name)
                known = values[~np.isnan(values)]
                row |= {f"{name}_low": min(known, default=NAN), f"{name}_high": max(known, default=NAN)}
            agreement = own.agreement
            row |= {
                name: NAN if agreement is None else getattr(agreement, name)
                for name in ("experts", "w", "chi2", "df", "p_chi2", "p_permutation")
            }
            rows.append(row)
    return pd.DataFrame(rows).rename(columns={"w": "kendall_w"})


def rounds_of(study: Study) -> tuple[RoundFound, ...]:
    """Return what the rounds of a study's panel found, none where it has no panel."""
    scenario = study.scenario
    if scenario.experts is None:
        return ()
    return found_rounds(scenario.experts, scenario.framework, scenario.spec.experts)


def _rounds(study: Study) -> pd.DataFrame | None:
    found = study.once(rounds_of)
    return by_round(found, study.scenario.language) if found else None


def _levels(study: Study) -> pd.DataFrame | None:
    found = study.once(rounds_of)
    return by_level(found) if found else None


ROUNDS: Final = Table(
    name="delphi_rounds",
    title=Text("Delphi rounds", "德尔菲轮次"),
    note=Text("Kendall's W and participation of each round", "各轮的参与情况与和谐系数"),
    row=Text("a round", "一轮"),
    section="panel",
    columns=(
        ROUND,
        EXPERTS,
        Column("sent", Text("Sent", "发出份数"), Text("forms sent", "发出的咨询表份数"), optional=True),
        Column(
            "positive_coefficient",
            Text("Positive coefficient", "积极系数"),
            Text("forms returned over forms sent", "回收份数与发出份数之比"),
            optional=True,
        ),
        Column(
            "judgement",
            Text("Ca", "判断依据Ca"),
            Text("mean basis of judgement", "判断依据系数的平均"),
            "0.000",
            optional=True,
        ),
        Column(
            "familiarity",
            Text("Cs", "熟悉程度Cs"),
            Text("mean familiarity", "熟悉程度系数的平均"),
            "0.000",
            optional=True,
        ),
        replace(AUTHORITY, meaning=Text("mean authority coefficient", "专家权威系数的平均")),
        optional(KENDALL_W),
        optional(P_CHI2),
        P_PERMUTATION,
        Column(
            "agreed",
            Text("Items agreed on", "达成共识项数"),
            Text("items agreed on (delphi_consensus)", "达成共识的项数（delphi_consensus）"),
        ),
        Column(
            "stable",
            Text("Items stable", "稳定项数"),
            Text(
                "items stable since the round before (delphi_stability)",
                "较上一轮稳定的项数（delphi_stability）",
            ),
            optional=True,
        ),
        Column(
            "stop",
            Text("May stop", "可以结束"),
            Text(
                "1 where every item is agreed on or stable, and half of the forms came back",
                "各项均已达成共识或趋于稳定且回收率不低于一半为1",
            ),
            "yes",
        ),
        VERDICT,
    ),
    make=_rounds,
)


RANGES: Final = (
    ("mean", Text("mean", "均值"), ""),
    ("full_score_ratio", Text("full-score ratio", "满分率"), "share"),
    ("cv", Text("CV", "变异系数"), "0.000"),
)

LEVELS: Final = Table(
    name="delphi_levels",
    title=Text("Delphi levels", "德尔菲分层"),
    note=Text(
        "Concentration and coordination of each round, level by level", "各轮各层级的集中程度与协调程度"
    ),
    row=Text("a round and level of the framework", "一轮与指标体系的一个层级"),
    section="panel",
    columns=(
        ROUND,
        LEVEL,
        Column(
            "items",
            Text("Items", "指标数"),
            Text("nodes of the level that were judged", "该层级打过分的节点数"),
        ),
        *(
            Column(
                f"{name}_{end}",
                Text(f"{side.en} {title.en}", f"{title.zh}{side.zh}"),
                Text(f"{side.en.lower()} {title.en} of the items", f"各项{title.zh}的{side.zh}"),
                shape,
            )
            for name, title, shape in RANGES
            for end, side in (("low", Text("Least", "最小值")), ("high", Text("Largest", "最大值")))
        ),
        Column(
            "experts",
            Text("Experts", "专家数"),
            Text("who judged all items of the level", "对该层级各项均打分的专家人数"),
            optional=True,
        ),
        optional(KENDALL_W),
        Column("chi2", Text("chi²", "卡方"), Text("chi² of W", "W的卡方值"), optional=True),
        Column("df", Text("Degrees of freedom", "自由度"), Text("of chi²", "卡方的自由度"), optional=True),
        optional(P_CHI2),
        optional(P_PERMUTATION),
    ),
    make=_levels,
)

TABLES: Final = (ROUNDS, LEVELS)
