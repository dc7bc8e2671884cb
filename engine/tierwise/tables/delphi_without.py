"""delphi_without and delphi_fewest: the list without some experts, and how few of them decide it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.delphi.measures import ALIKE, measures
from tierwise.errors import TierwiseError
from tierwise.inputs import Experts
from tierwise.methods.concordance import kendall_w
from tierwise.sentences import experts as said
from tierwise.study.columns import whole
from tierwise.study.fewest_experts import Fewest, fewest_experts, units_of
from tierwise.study.left_out import absent, absent_experts, other_panels
from tierwise.tables.columns import (
    EXPERTS,
    KENDALL_W,
    LIST_CHANGES,
    MOST_AFFECTED,
    RANK_SHIFT_MAX,
    RANK_SHIFT_MEAN,
    SPEARMAN,
    UNITS_CHANGING_RANK,
    VERDICT,
    optional,
)
from tierwise.tables.delphi_camps import camps_of
from tierwise.tables.scenarios import list_changes
from tierwise.tables.table import Names, Table
from tierwise.tolerances import SHARE
from tierwise.words.columns import Column
from tierwise.words.language import COMMA, JOIN, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

MOST_PAIRED: Final = 30  # experts whose pairs are left out; of more, those whose own absence moves most
LEAST: Final = 3  # experts, of whom pairs can be left out
SHOWN_PAIRS: Final = 20  # on the page
LOW: Final = 0.7  # authority
KINDS: Final = {
    "nobody": Text("nobody", "无"),
    "doubtful": Text("doubtful expert", "存疑专家"),
    "all-doubtful": Text("all doubtful ones", "全部存疑专家"),
    "stated": Text("stated camp", "所属组别"),
    "found": Text("camp found", "阵营"),
    "pair": Text("pair", "两位专家"),
    "dropped": Text("those dropped, back", "恢复已剔除专家"),
}
WHY: Final = {
    "uniform": Text("one score throughout", "全部同分"),
    "far": Text("far from the panel", "偏离专家组"),
    "alike": Text("nearly the same answers as {}", "与{}的答案近乎相同"),
    "authority": Text("authority below 0.70", "权威系数低于0.70"),
}


class Without(NamedTuple):
    """A panel without some experts: what kind of set is left out, who, and why."""

    kind: str
    names: tuple[str, ...]
    panel: Experts
    why: Text = Text("", "")


def doubtful(experts: Experts, nodes: FloatArray) -> dict[str, Text]:
    """Return the experts of the last round whose answers want a second look, each with the reasons.

    ``nodes (experts, nodes)`` are their scores.
    """
    last = experts.last
    found = measures(nodes[:, ~np.isnan(nodes).all(axis=0)])
    low = np.zeros(len(last), dtype=np.bool_) if last.authority is None else last.authority < LOW - SHARE
    doubts = {}
    for at, name in enumerate(last.experts):
        held = {"uniform": found.uniform[at], "far": found.far[at], "authority": low[at]}
        reasons = [WHY[key] for key, holds in held.items() if holds]
        if found.likeness[at] >= ALIKE:
            reasons.append(WHY["alike"].format(last.experts[found.twin[at]]))
        if reasons:
            doubts[name] = Text(
                JOIN["en"].join(one.en for one in reasons), JOIN["zh"].join(one.zh for one in reasons)
            )
    return doubts


def sets_of(study: Study) -> list[Without]:
    """Return the sets that are left out: the doubtful, camps, pairs; and the panel with the dropped back."""
    scenario = study.scenario
    assert scenario.experts is not None
    experts = scenario.experts
    found: dict[frozenset[str], Without] = {}
    for kind, names, why in _left_out(study, experts):
        if 0 < len(names) < len(experts.last):
            found.setdefault(frozenset(names), Without(kind, names, absent(experts, names), why))
    back = [Without("dropped", experts.dropped, experts.everyone)] if experts.dropped else []
    return [*found.values(), *back]


def _left_out(study: Study, experts: Experts) -> Iterator[tuple[str, tuple[str, ...], Text]]:
    framework, last = study.scenario.framework, experts.last
    doubts = doubtful(experts, experts.on_nodes(framework))
    for name, why in doubts.items():
        yield "doubtful", (name,), why
    yield "all-doubtful", tuple(doubts), Text("", "")
    for camp in dict.fromkeys(last.camps or ()):
        if camp:
            yield "stated", _members(last.experts, last.camps or (), camp), Text(camp, camp)
    grouped = camps_of(experts, framework)
    if grouped is not None and grouped.count > 1:
        for number in range(1, grouped.count + 1):
            members = _members(last.experts, grouped.camp.tolist(), number)
            yield "found", members, Text(f"camp {number}", f"阵营{number}")
    for pair in combinations(_paired(study, experts), 2):
        yield "pair", pair, Text("", "")


def _members(names: Sequence[str], camps: Sequence[object], camp: object) -> tuple[str, ...]:
    return tuple(name for name, own in zip(names, camps, strict=True) if own == camp)


def _paired(study: Study, experts: Experts) -> list[str]:
    """Return the experts whose pairs are left out: all, of many those whose own absence moves most."""
    names = [*experts.last.experts]
    if len(names) <= MOST_PAIRED:
        return names
    scenario = study.scenario
    alone = absent_experts(study.index, study.tiers, scenario.framework, scenario.spec, experts)
    if alone is None:
        return []
    order = np.argsort(-np.nan_to_num(alone.differences.rank_shift_mean), kind="stable")[:MOST_PAIRED]
    return [alone.names[at] for at in sorted(order.tolist())]


def without(study: Study) -> pd.DataFrame | None:
    """Return ``delphi_without``: the panel and the list without sets of experts, beside the whole panel."""
    import pandas as pd

    scenario, language = study.scenario, study.scenario.language
    experts, framework = scenario.experts, scenario.framework
    if experts is None or study.index.plan.solved or len(experts.last) < LEAST:
        return None
    sets = sets_of(study)
    made = other_panels(study.index, study.tiers, framework, scenario.spec, [one.panel for one in sets])
    if made is None:
        return None
    rows = [Without("nobody", (), experts), *(sets[at] for at in made.used)]
    differ, comma = made.differences, COMMA[language]
    changes = list_changes(differ, made.has_tiers, study.tiers.top < len(study.index.panel))
    return pd.DataFrame(
        {
            "kind": [KINDS[one.kind].of(language) for one in rows],
            "without": [comma.join(one.names) for one in rows],
            "why": [one.why.of(language) for one in rows],
            "experts": [len(one.panel.last) for one in rows],
            "kendall_w": [_agreement(one.panel.on_nodes(framework)) for one in rows],
            "weight_change": np.append(0.0, made.weight_change),
            "rank_shift_mean": np.append(0.0, differ.rank_shift_mean),
            "rank_shift_max": whole(np.append(0.0, differ.rank_shift_max)),
            "unit": ["", *differ.most_affected(study.index.panel.names)],
            "units_changing_rank": np.append(0, differ.units_changing_rank),
            **{name: np.append(0, own) for name, own in changes.items()},
            "spearman": np.append(1.0, differ.spearman),
        }
    )


def _agreement(table: FloatArray) -> float:
    try:
        return kendall_w(table[:, ~np.isnan(table).any(axis=0)], permutations=0).w
    except TierwiseError:
        return float("nan")


def _page(frame: pd.DataFrame, _: Names) -> pd.DataFrame:
    """Return all sets but the pairs, and the pairs whose absence changes most."""
    pairs = frame["kind"].isin([*KINDS["pair"]])
    measure = [name for name in ("units_changing_tier", "rank_shift_mean") if name in frame]
    most = frame[pairs].sort_values(measure, ascending=False, kind="stable").head(SHOWN_PAIRS)
    return frame.loc[[*frame.index[~pairs], *most.index]]


WITHOUT: Final = Table(
    name="delphi_without",
    title=Text("Experts left out together", "剔除多位专家"),
    note=Text(
        "What becomes of the panel and the list without doubtful experts, camps and pairs",
        "剔除存疑专家、某一阵营或任意两位专家后，专家意见与榜单的变化",
    ),
    row=Text("a set of experts; nobody is the whole panel", "一组专家；“无”为全体专家"),
    section="panel",
    place=6.2,
    page_view=_page,
    columns=(
        Column("kind", Text("Left out", "剔除对象"), Text("what kind of set it is", "剔除对象的类型")),
        Column("without", Text("Experts left out", "所剔除的专家"), Text("who is left out", "被剔除的专家")),
        Column(
            "why",
            Text("Why", "缘由"),
            Text("what is doubtful, or which camp it is", "存疑之处，或组别、阵营名称"),
        ),
        EXPERTS,
        optional(KENDALL_W),
        Column(
            "weight_change",
            Text("Largest change of a weight", "权重最大变化"),
            Text("largest change of a global weight", "组合权重的最大变化"),
            "0.00%",
        ),
        RANK_SHIFT_MEAN,
        RANK_SHIFT_MAX,
        MOST_AFFECTED,
        UNITS_CHANGING_RANK,
        *LIST_CHANGES,
        SPEARMAN,
    ),
    make=lambda study: study.once(without),
)


def fewest_of(study: Study) -> tuple[Fewest, ...]:
    """Return how few experts decide each question; nothing where the weights do not come from the panel."""
    scenario = study.scenario
    experts = scenario.experts
    if experts is None or study.once(without) is None:
        return ()
    found, _ = fewest_experts(study.index, study.tiers, scenario.framework, scenario.spec, experts)
    return found


def fewest_said(study: Study) -> list[Text]:
    """Return a sentence for each question."""
    names, ranks = study.index.panel.names, study.index.ranks
    return [
        said.fewest(
            said.Deciding(
                one.question,
                one.least,
                one.absent,
                [names[unit] for unit in units_of(one, ranks)],
                exact=one.exact,
                none=one.none,
            )
        )
        for one in study.once(fewest_of)
    ]


def fewest(study: Study) -> pd.DataFrame | None:
    """Return ``delphi_fewest``: one row a question: how few experts, who, whether that is proved."""
    import pandas as pd

    found, language = study.once(fewest_of), study.scenario.language
    if not found:
        return None
    names, ranks = study.index.panel.names, study.index.ranks
    comma = COMMA[language]
    return pd.DataFrame(
        {
            "question": [said.QUESTIONS[one.question].of(language) for one in found],
            "fewest": [pd.NA if one.none else one.least for one in found],
            "proved": [int(one.exact) for one in found],
            "without": [comma.join(one.absent) for one in found],
            "sets": [one.sets for one in found],
            "units": [comma.join(names[unit] for unit in units_of(one, ranks)) for one in found],
            "verdict": [text.of(language) for text in study.once(fewest_said)],
        }
    )


FEWEST: Final = Table(
    name="delphi_fewest",
    title=Text("Fewest experts", "左右榜单的最少专家"),
    note=Text(
        "How few experts' absence changes the first tier, the list and its last place",
        "至少缺少几位专家，第一梯队、入榜名单或末位才会改变",
    ),
    row=Text("a question", "一个问题"),
    section="panel",
    place=6.1,
    columns=(
        Column(
            "question",
            Text("What changes", "改变什么"),
            Text("first tier, list or last place", "第一梯队、入榜名单或末位"),
        ),
        Column(
            "fewest",
            Text("Fewest experts", "最少人数"),
            Text(
                "no fewer change it; blank: nobody's absence does", "少于此数均不改变；空白为无论缺谁均不改变"
            ),
        ),
        Column(
            "proved",
            Text("Proved", "已证明"),
            Text("1 where the number is exact, 0 where it is a lower bound", "1为确切人数，0为下界"),
            "yes",
        ),
        Column(
            "without",
            Text("Experts left out", "所剔除的专家"),
            Text("a set that changes it", "足以改变的一组专家"),
        ),
        Column(
            "sets",
            Text("Sets", "组合数"),
            Text(
                "how many sets of that size change it; 0: not all were tried",
                "该人数下足以改变的组合数；0为未全部试过",
            ),
        ),
        Column(
            "units",
            Text("Units", "单位"),
            Text("who comes in or goes without this set", "剔除该组后进出的单位"),
        ),
        VERDICT,
    ),
    make=fewest,
)

TABLES: Final = (FEWEST, WITHOUT)
