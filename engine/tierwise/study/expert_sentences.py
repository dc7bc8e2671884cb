"""What a panel's rounds say, part by part, in sentences whose numbers are those of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.inputs.experts import Experts
from tierwise.inputs.framework import Framework
from tierwise.methods.concordance import Concordance
from tierwise.sentences import experts as said
from tierwise.sentences.phrases import both, clauses, paragraph
from tierwise.study.expert_rounds import RoundFound, screened_leaves
from tierwise.words.language import Text

Part = Literal[
    "decision", "participation", "authority", "concentration", "coordination", "stability", "screening",
    "method",
]  # fmt: skip
PARTS: Final[dict[Part, Text]] = {
    "decision": Text("Stop or go on", "是否继续咨询"),
    "participation": Text("Participation", "专家积极性"),
    "authority": Text("Authority", "专家权威程度"),
    "concentration": Text("Concentration", "意见集中程度"),
    "coordination": Text("Coordination", "意见协调程度"),
    "stability": Text("Stability between rounds", "轮次间稳定性"),
    "screening": Text("Screening of items", "指标筛选"),
    "method": Text("For the section on method", "方法部分可用文字"),
}
TABLES: Final[dict[Part, str]] = {
    "decision": "delphi_rounds", "participation": "delphi_rounds", "authority": "delphi_rounds",
    "concentration": "delphi_levels", "coordination": "delphi_levels", "stability": "delphi_stability",
    "screening": "delphi_screening", "method": "delphi_rounds",
}  # fmt: skip
BOUNDS: Final = (Text("mean", "均值"), Text("full-score ratio", "满分率"), Text("CV", "变异系数"))
MOVED: Final = 0.05  # p below which an item's scores moved beyond chance


class Said(NamedTuple):
    """A sentence of a part, and the table that holds its numbers."""

    part: Part
    text: Text
    table: str


def expert_sentences(found: Sequence[RoundFound], experts: Experts, framework: Framework) -> list[Said]:
    """Return what the rounds say, part by part, the last put together for a paper's method section."""
    parts: dict[Part, list[Text]] = {
        part: [*_part(part, found, experts, framework)] for part in PARTS if part != "method"
    }
    parts["method"] = [_method(parts, found)]
    return [Said(part, text, TABLES[part]) for part, texts in parts.items() for text in texts]


def decision(one: RoundFound, framework: Framework) -> Text:
    """Return whether the panel may stop after a round, with the numbers that say so."""
    settled = one.decision
    return said.decision(
        said.Standing(
            one.scored.label,
            len(one.nodes),
            int(settled.agreed.sum()),
            None if one.movement is None else int(settled.stable.sum()),
            _names(framework, one.nodes[settled.open]),
            _agreement(one.agreement),
            one.returned,
            one.sent,
            settled.stop,
        )
    )


def _part(part: Part, found: Sequence[RoundFound], experts: Experts, framework: Framework) -> Iterator[Text]:
    """Yield a part's sentences, round by round."""
    if part == "screening":
        yield from _screening(experts, framework)
        return
    for number, one in enumerate(found):
        if part == "decision":
            yield decision(one, framework)
            continue
        before = found[number - 1] if number else None
        clauses_ = [*_clauses(part, one, before, experts.everyone.rounds[number].experts, framework)]
        if clauses_:
            yield clauses(clauses_)


def _clauses(
    part: Part, one: RoundFound, before: RoundFound | None, everyone: Sequence[str], framework: Framework
) -> Iterator[Text]:
    scored = one.scored
    if part == "participation":
        dropped = [name for name in everyone if name not in scored.experts]
        yield said.participation(scored.label, one.returned, one.sent, dropped)
    elif part == "authority" and scored.authority is not None:
        ca, cs = (
            None if given is None else float(np.mean(given))
            for given in (scored.judgement, scored.familiarity)
        )
        yield said.authority(scored.label, ca, cs, float(np.mean(scored.authority)))
    elif part == "concentration":
        for own in one.levels:
            ranges = [_range(own.statistics.mean), _range(own.statistics.full_score_ratio)]
            if ranges[0] is not None:
                yield said.concentration(scored.label, own.level, len(own.nodes), ranges[0], ranges[1])
    elif part == "coordination":
        for own in one.levels:
            cv, agreement = _range(own.statistics.cv), _agreement(own.agreement)
            if cv is not None or agreement is not None:
                yield said.coordination(scored.label, own.level, cv, agreement)
    elif part == "stability" and one.movement is not None and before is not None:
        moved, nodes = one.movement.between, one.movement.nodes
        yield said.stability(
            scored.label,
            before.scored.label,
            len(nodes),
            int(moved.stable.sum()),
            _names(framework, nodes[np.asarray(moved.p_wilcoxon < MOVED)]),
            int((moved.cv_change < 0).sum()),
            binary=one.movement.binary,
        )


def _screening(experts: Experts, framework: Framework) -> Iterator[Text]:
    found = screened_leaves(experts, framework)
    if found is None:
        return
    leaves, screened = found
    failing = [
        (framework.names[leaf], _which(fails))
        for leaf, fails in zip(leaves.tolist(), screened.fails, strict=True)
        if fails.any()
    ]
    yield clauses(
        [
            said.screening(
                experts.last.label,
                len(leaves),
                screened.least_mean,
                screened.least_full_score_ratio,
                screened.most_cv,
                failing,
            )
        ]
    )


def _method(parts: dict[Part, list[Text]], found: Sequence[RoundFound]) -> Text:
    """Return the paragraph for a paper: all rounds' participation, then what the last round says."""
    count = len(found)
    opening = both(
        "The indicators were weighed by a Delphi panel in {count} {rounds}.",
        "采用德尔菲法开展{count}轮专家咨询。",
        count=count,
        rounds="round" if count == 1 else "rounds",
    )
    apart = {"decision", "participation"}
    last = [texts[-1] for part, texts in parts.items() if part not in apart and texts]
    return paragraph([opening, *parts["participation"], *last])


def _which(fails: BoolArray) -> list[Text]:
    return [bound for bound, failed in zip(BOUNDS, fails.tolist(), strict=True) if failed]


def _names(framework: Framework, nodes: IntArray) -> list[str]:
    return [framework.names[node] for node in nodes.tolist()]


def _range(values: FloatArray | None) -> said.Range | None:
    known = values[~np.isnan(values)] if values is not None else np.empty(0)
    return (float(known.min()), float(known.max())) if known.size else None


def _agreement(found: Concordance | None) -> said.Agreement | None:
    return None if found is None else said.Agreement(found.w, found.chi2, found.df, found.p_chi2)
