"""Sentences on an expert panel: who took part, how far they agree, what moved, is another round due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tierwise.sentences.phrases import both, listing, number, share
from tierwise.tolerances import SHARE
from tierwise.words.language import Text

LEVELS: Final = "一二三四五六七八九"
MOST_OPEN: Final = 8  # items that are named
LEAST_AUTHORITY: Final = 0.7
Range = tuple[float, float]


@dataclass(frozen=True)
class Agreement:
    """Kendall's W with its chi² test."""

    w: float
    chi2: float
    df: int
    p: float


def round_name(label: str) -> Text:
    """Return how a round is spoken of: ``round 2``, ``第2轮``; a label with words as it is."""
    return Text(f"round {label}", f"第{label}轮") if label.isdecimal() else Text(label, label)


def level_name(level: int) -> Text:
    """Return how the items of a level are spoken of: ``level 1``, ``一级指标``."""
    zh = LEVELS[level - 1] if level <= len(LEVELS) else str(level)
    return Text(f"level {level}", f"{zh}级指标")


def chance(p: float) -> str:
    """Return a p as papers print it: ``P < 0.001``, ``P = 0.026``."""
    return "P < 0.001" if p < 0.001 else f"P = {min(p, 0.999):.3f}" if p < 1 else "P = 1.000"


def concordance(found: Agreement) -> Text:
    """Return W and its test, as papers print them."""
    fields: dict[str, Text | str | int] = {
        "w": number(found.w, 3),
        "chi2": number(found.chi2, 2),
        "df": found.df,
        "p": chance(found.p),
    }
    return both(
        "Kendall's W = {w} (χ² = {chi2}, df = {df}, {p})",
        "Kendall's W = {w}（χ² = {chi2}，自由度{df}，{p}）",
        **fields,
    )


def participation(label: str, returned: int, sent: int | None, dropped: Sequence[str]) -> Text:
    """Return how many forms were sent and came back; ``dropped`` are experts left out of what follows."""
    if sent is None:
        said = both(
            "{round}: {returned} valid forms came back", "{round}收回有效咨询表{returned}份",
            round=round_name(label), returned=returned,
        )  # fmt: skip
    else:
        said = both(
            "{round}: {returned} valid forms of {sent} came back (positive coefficient {share})",
            "{round}发出咨询表{sent}份，收回有效表{returned}份，积极系数{share}",
            round=round_name(label), returned=returned, sent=sent, share=share(returned, sent),
        )  # fmt: skip
    if not dropped:
        return said
    left_out = both(
        ", {count} of them left out ({names})",
        "，其中剔除{count}份（{names}）",
        count=len(dropped), names=listing(dropped),
    )  # fmt: skip
    return Text(said.en + left_out.en, said.zh + left_out.zh)


def authority(label: str, ca: float | None, cs: float | None, cr: float) -> Text:
    """Return the means of the coefficients of authority, and whether they reach the usual bound."""
    parts = [] if ca is None or cs is None else [f"Ca = {number(ca, 3)}", f"Cs = {number(cs, 3)}"]
    enough = cr >= LEAST_AUTHORITY - SHARE
    return both(
        "{round}: mean authority Cr = {cr}{parts}, {bound} the usual 0.70",
        "{round}专家权威系数平均为Cr = {cr}{parts_zh}，{bound_zh}通常要求的0.70",
        round=round_name(label),
        cr=number(cr, 3),
        parts=f" ({', '.join(parts)})" if parts else "",
        parts_zh=f"（{'，'.join(parts)}）" if parts else "",
        bound="not below" if enough else "below",
        bound_zh="不低于" if enough else "低于",
    )


def concentration(label: str, level: int, items: int, means: Range, full: Range | None) -> Text:
    """Return the range of the means and full-score ratios of a level."""
    said = both(
        "{round}, {level} ({items} items): means {low} to {high}",
        "{round}{level}（{items}项）的均值为{low}～{high}",
        round=round_name(label), level=level_name(level), items=items,
        low=number(means[0], 2), high=number(means[1], 2),
    )  # fmt: skip
    if full is None:
        return said
    low, high = (f"{number(100 * value, 1)}%" for value in full)
    more = both(", full-score ratios {low} to {high}", "，满分率为{low}～{high}", low=low, high=high)
    return Text(said.en + more.en, said.zh + more.zh)


def coordination(label: str, level: int, cv: Range | None, found: Agreement | None) -> Text:
    """Return the range of the coefficients of variation of a level, and Kendall's W over it."""
    head = both("{round}, {level}: ", "{round}{level}", round=round_name(label), level=level_name(level))
    parts = []
    if cv is not None:
        low, high = (number(value, 3) for value in cv)
        parts.append(both("CV {low} to {high}", "变异系数为{low}～{high}", low=low, high=high))
    if found is not None:
        parts.append(concordance(found))
    return Text(
        head.en + ", ".join(part.en for part in parts), head.zh + "，".join(part.zh for part in parts)
    )


def stability(
    label: str, before: str, items: int, stable: int, moved: Sequence[str], closer: int, *, binary: bool
) -> Text:
    """Return how many items are stable since the round before, and which moved beyond chance (p < 0.05).

    ``closer``: how many have a smaller CV; ``binary``: answers are yes or no, so the test is McNemar's.
    """
    test = Text("McNemar's test", "McNemar检验") if binary else Text("the signed-rank test", "符号秩检验")
    shifted = Text("none moved by {} (P ≥ 0.05)", "{}均无显著变动（P ≥ 0.05）")
    if moved:
        shifted = Text("{} moved by {{}} (P < 0.05): {}", "{{}}有显著变动（P < 0.05）的{}项：{}")
        names = named(moved)
        shifted = Text(
            shifted.en.format(len(moved), names.en),
            shifted.zh.format(len(moved), names.zh),
        )
    return both(
        "{round} against {before}: {stable} of {items} items {stable:~is|are} stable (net change below 15%), "
        "{moved}, the CV fell in {closer}",
        "{round}较{before}：{items}项中{stable}项稳定（净变动低于15%），{moved}，{closer}项变异系数下降",
        round=round_name(label),
        before=round_name(before),
        items=items,
        stable=stable,
        closer=closer,
        moved=Text(shifted.en.format(test.en), shifted.zh.format(test.zh)),
    )


def screening(
    label: str, items: int, mean: float, full: float, cv: float, failing: Sequence[tuple[str, Sequence[Text]]]
) -> Text:
    """Return the bounds of threshold screening 界值法, and the items that fail, with what they fail in."""
    said = both(
        "{round}, threshold screening of {items:indicator|indicators}: mean at least {mean}, "
        "full-score ratio at "
        "least {full}, CV at most {cv}; ",
        "按{round}对{items}项指标作界值法筛选：均值不低于{mean}，满分率不低于{full}，变异系数不高于{cv}；",
        round=round_name(label), items=items, mean=number(mean, 2), cv=number(cv, 3),
        full=f"{number(100 * full, 1)}%",
    )  # fmt: skip
    if not failing:
        return Text(said.en + "all reach them", said.zh + "均达标")
    parts = listing(
        Text(
            f"{name} ({', '.join(one.en for one in which)})",
            f"{name}（{'、'.join(one.zh for one in which)}）",
        )
        for name, which in failing
    )
    more = both(
        "{count} fail: {parts}" if len(failing) > 1 else "1 fails: {parts}", "{count}项未达标：{parts}",
        count=len(failing), parts=parts,
    )  # fmt: skip
    return Text(said.en + more.en, said.zh + more.zh)


@dataclass(frozen=True)
class Standing:
    """What a decision rests on: items, how many are agreed on and stable, which are neither."""

    label: str
    items: int
    agreed: int
    stable: int | None  # None in the first round
    open: Sequence[str]
    agreement: Agreement | None
    returned: int
    sent: int | None
    stop: bool


def decision(found: Standing) -> Text:
    """Return whether to stop or to go on after a round, with the numbers that say so."""
    counts = [both("{count} agreed on", "达成共识{count}项", count=found.agreed)]
    if found.stable is not None:
        counts.append(both("{count} stable", "稳定{count}项", count=found.stable))
    if found.agreement is not None:
        fields_of_w = {"w": number(found.agreement.w, 3), "p": chance(found.agreement.p)}
        counts.append(both("Kendall's W = {w}, {p}", "Kendall's W = {w}，{p}", **fields_of_w))
    numbers = Text("; ".join(one.en for one in counts), "，".join(one.zh for one in counts))
    fields: dict[str, Text | str | int] = {
        "round": round_name(found.label), "items": found.items, "count": len(found.open), "numbers": numbers,
        "names": named(found.open),
    }  # fmt: skip
    if found.stop:
        settled = (
            Text("agreed on", "均已达成共识")
            if found.agreed == found.items
            else Text("agreed on or stable", "均已达成共识或趋于稳定")
        )
        return both(
            "Stop: after {round}, all {items} items are {settled} ({numbers}).",
            "可以结束咨询：{round}后{items}项{settled}（{numbers}）。",
            settled=settled,
            **fields,
        )
    if not found.open:
        return both(
            "Go on: only {returned} valid forms of {sent} came back in {round} ({share}); remind the experts "
            "first ({numbers}).",
            "暂不能结束：{round}仅收回有效表{returned}/{sent}份（{share}），请先催收（{numbers}）。",
            returned=found.returned,
            sent=found.sent or 0,
            share=share(found.returned, found.sent or 1),
            **fields,
        )
    why = (
        Text("not agreed on", "尚未达成共识")
        if found.stable is None
        else Text("neither agreed on nor stable", "既未达成共识也未稳定")
    )
    return both(
        "Go on: after {round}, {count} of {items:item|items} {count:~is|are} {why}: {names} ({numbers}).",
        "需再咨询一轮：{round}后{items}项中有{count}项{why}：{names}（{numbers}）。",
        why=why,
        **fields,
    )


QUESTIONS: Final = {
    "first-tier": Text("the first tier", "第一梯队"),
    "list": Text("who is listed", "入榜名单"),
    "last-place": Text("the last place of the list", "榜单末位"),
}


@dataclass(frozen=True)
class Deciding:
    """How few experts decide a question; ``absent`` is a set that does, ``units`` who comes or goes."""

    question: str
    least: int
    absent: Sequence[str]
    units: Sequence[str]
    exact: bool
    none: bool


def fewest(found: Deciding) -> Text:
    """Return how few experts' absence changes something, and whether that is proved."""
    return both(
        *FEWEST["none" if found.none else "proved" if found.exact else "bounds" if found.absent else "bound"],
        what=QUESTIONS[found.question],
        fewer=_experts(found.least - 1),
        count=_experts(len(found.absent)),
        names=named(found.absent),
        units=named(found.units),
    )


FEWEST: Final = {
    "none": Text(
        "Whoever is absent, {what} stays: all sets of experts were tried.",
        "无论缺少哪些专家，{what}均不变（已试遍所有组合）。",
    ),
    "proved": Text(
        "It takes the absence of {count} to change {what} (without {names}: {units}); all smaller sets were "
        "tried.",
        "至少缺少{count}，{what}才会改变（如缺少{names}，进出的有{units}）；更少的组合均已试过。",
    ),
    "bounds": Text(
        "The absence of {count} changes {what} (without {names}: {units}), that of {fewer} does not, whoever "
        "they are; what lies between was not all tried.",
        "缺少{count}时{what}改变（{names}；进出的有{units}）；缺少任意{fewer}不会改变，其间的人数未试遍。",
    ),
    "bound": Text(
        "Without {fewer}, whoever they are, {what} stays: all such sets were tried, larger ones were not.",
        "缺少任意{fewer}，{what}均不变（已试遍）；更多人的组合未试遍。",
    ),
}


def _experts(count: int) -> Text:
    return Text(f"{count} expert{'' if count == 1 else 's'}", f"{count}位专家")


def named(names: Sequence[str]) -> Text:
    """Return names, and how many more there are."""
    head = listing(names[:MOST_OPEN])
    more = len(names) - MOST_OPEN
    return head if more <= 0 else Text(f"{', '.join(names[:MOST_OPEN])} and {more} more", f"{head.zh}等")
