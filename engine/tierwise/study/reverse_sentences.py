"""The answer to a reverse question as a sentence, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from tierwise.inputs import Framework
from tierwise.whatif.requirements import Row
from tierwise.whatif.reverse import Answer, Obstacle
from tierwise.words.formats import Printed
from tierwise.words.language import Language, Ordinal, phrase

__all__ = ["obstacle_text"]

MOST_NAMED: Final = 8
TEXTS: Final[dict[str, tuple[str, str]]] = {
    "already": ("the nominal weights give it already", "现有权重已满足要求"),
    "found": (
        "{moved:.2%} of the weight must move ({norm} distance {distance:.4f}); {order}most goes to {gains}, "
        "from {loses}",
        "须调整{moved:.2%}的权重（{norm}距离{distance:.4f}）；{order}增加最多的是{gains}，减少最多的是{loses}",
    ),
    "unproved": ("nearer ones were not ruled out; ", "未能排除更近的权重；"),
    "rows": (
        "no allowed weights give it: {parts}",
        "允许范围内没有任何权重能满足要求：{parts}",
    ),
    "one": (
        "even at the best for it, {row} by {short:.4g} of the score",
        "即使取最有利的权重，{row}，仍差{short:.4g}分",
    ),
    "several": (
        "{rows} cannot hold at once: weighted {shares}, they fall short by {short:.4g} whatever the weights",
        "{rows}不能同时成立：按{shares}加权后，在任何允许的权重下都差{short:.4g}分",
    ),
    "ahead_fails": ("{unit} stays behind {other}", "{unit}仍落后于{other}"),
    "reach_fails": ("{unit} stays below tier {tier}", "{unit}仍达不到第{tier:zh}梯队"),
    "below_fails": ("{unit} stays above tier {below}", "{unit}仍高于第{below:zh}梯队"),
    "ahead": ("{unit} ahead of {other}", "{unit}先于{other}"),
    "reach": ("{unit} up to tier {tier}", "{unit}达到第{tier:zh}梯队"),
    "below": ("{unit} no higher than tier {below}", "{unit}不高于第{below:zh}梯队"),
    "rank": (
        "no allowed weights give it: the best rank that {unit} reaches is {best}{always}",
        "允许范围内没有任何权重能满足要求：{unit}最好只能到第{best}名{always}",
    ),
    "always": (
        "; always ahead of it: {names}",
        "；始终在其前面的有：{names}",
    ),
    "together": (
        "no allowed weights give it: each unit reaches its rank, but not all of them at once",
        "允许范围内没有任何权重能满足要求：各单位可分别达到目标名次，但不能同时达到",
    ),
    "space": (
        "no allowed weights give it: the bounds leave no weights at all",
        "没有任何权重满足给定的上下限",
    ),
}


text = partial(phrase, TEXTS)


def answer_text(
    answer: Answer, framework: Framework, units: Sequence[str], norm: str, language: Language
) -> str:
    """Return the answer as a sentence; ``units`` are the names of the panel's."""
    if answer.obstacle is not None:
        return obstacle_text(answer.obstacle, units, language)
    if answer.l1 == 0.0:
        return text("already", language)
    assert answer.weights is not None
    change = answer.weights - framework.global_weights[framework.tree.leaves]
    names = [framework.names[leaf] for leaf in framework.tree.leaves]
    return text("found", language).format(
        moved=Printed(answer.l1 / 2.0),
        norm=norm,
        distance=Printed(answer.l1 if norm == "L1" else answer.l2),
        order="" if answer.proved else text("unproved", language),
        gains=f"{names[int(change.argmax())]} (+{Printed(change.max()):.2%})",
        loses=f"{names[int(change.argmin())]} ({Printed(change.min()):.2%})",
    )


def obstacle_text(why: Obstacle, names: Sequence[str], language: Language) -> str:
    """Return as a sentence why no weights do; ``names`` are those of the units."""
    if why.kind == "rank":
        always = ", ".join(names[unit] for unit in why.always[:MOST_NAMED])
        more = " …" if len(why.always) > MOST_NAMED else ""
        tail = text("always", language).format(names=always + more) if always else ""
        return text("rank", language).format(unit=names[why.unit], best=why.best, always=tail)
    if why.kind != "rows":
        return text(why.kind, language)
    if len(why.rows) == 1:
        row = _row(why.rows[0], names, f"{why.rows[0].kind}_fails", language)
        part = text("one", language).format(row=row, short=why.short)
    else:
        part = text("several", language).format(
            rows=", ".join(_row(row, names, row.kind, language) for row in why.rows),
            shares=" / ".join(f"{Printed(share):.2f}" for share in why.shares),
            short=why.short,
        )
    return text("rows", language).format(parts=part)


def _row(row: Row, names: Sequence[str], key: str, language: Language) -> str:
    other = names[row.other] if row.kind == "ahead" else ""
    return text(key, language).format(
        unit=names[row.unit], other=other, tier=Ordinal(row.other), below=Ordinal(row.other + 1)
    )
