"""The questions that decide whether a list can be published, each answered in a few sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tierwise.report.presented import named_units, names_of
from tierwise.study.doubts import KINDS, subject
from tierwise.study.sensitivity_results import leading, output_label
from tierwise.tables.delphi_without import fewest_said
from tierwise.words.formats import printed
from tierwise.words.language import Language

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

__all__ = ["answers"]

SURE: Final = 0.95  # a unit that is in (or keeps its tier) in fewer draws than that is named
MOST_NAMED: Final = 12
MOST_OUTPUTS: Final = 6
MOST_SUBJECTS: Final = 6  # of one kind of doubt about the data

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "doubts": ("Which data should be checked again?", "哪些数据需要再核对？"),
    "no_doubt": (
        "None: no listed unit misses a fifth of its indicators, and no row, column, name or order of "
        "magnitude stands out.",
        "没有：入榜单位的缺失指标均不足两成，也未发现重复的行或列、相近的名称和异常的量级。",
    ),
    "doubt_sum": (
        "{count} units equal the sum of others: {names}.",
        "{count} 个单位等于其他单位之和：{names}。",
    ),
    "doubt_repeated": (
        "{count} groups of units have the same figures throughout: {names}.",
        "{count} 组单位的各项数值完全相同：{names}。",
    ),
    "doubt_magnitude": (
        "{count} values lie orders of magnitude off their column: {names}.",
        "{count} 个数值与所在列相差数个量级：{names}。",
    ),
    "doubt_scales": ("{count} columns hold two scales: {names}.", "{count} 列混有两种量级：{names}。"),
    "doubt_column": (
        "{count} pairs of indicators are one, but for a factor: {names}.",
        "{count} 对指标相等或仅差一个倍数：{names}。",
    ),
    "doubt_missing": (
        "{count} listed units miss a fifth of their indicators or more: {names}.",
        "{count} 个入榜单位缺失两成及以上的指标：{names}。",
    ),
    "doubt_weight": (
        "In {count} listed units an indicator has more than twice its weight, for want of others: {names}.",
        "{count} 个入榜单位因数据缺失，某项指标的权重超过名义权重的两倍：{names}。",
    ),
    "doubt_name": (
        "{count} pairs of names may be one unit: {names}.",
        "{count} 对名称可能指同一单位：{names}。",
    ),
    "doubt_code": (
        "{count} pairs of codes differ only by case, width or spaces: {names}.",
        "{count} 对代码仅有大小写、全半角或空格之别：{names}。",
    ),
    "luck": ("Which units are in the list only by luck?", "哪些单位入榜带有偶然性？"),
    "all_listed": (
        "None: all {units} units of the data are listed, whatever the weights.",
        "没有：数据中的 {units} 个单位全部入榜，与权重无关。",
    ),
    "all_sure": (
        "None: each of the {listed} listed units stays in the list in at least {sure:.0%} of the draws.",
        "没有：入榜的 {listed} 个单位在 {sure:.0%} 以上的抽样中均入榜。",
    ),
    "unsure": (
        "{count} of {listed} listed units are out in more than {rest:.0%} of the draws: {names}.",
        "入榜的 {listed} 个单位中，有 {count} 个在超过 {rest:.0%} 的抽样中落榜：{names}。",
    ),
    "knocking": (
        "{count} units outside come in in more than {rest:.0%} of the draws: {names}.",
        "榜外有 {count} 个单位在超过 {rest:.0%} 的抽样中入榜：{names}。",
    ),
    "in_list": (
        "{name} (rank {rank:g}, in the list in {share:.0%} of the draws)",
        "{name}（第 {rank:g} 名，{share:.0%} 的抽样中入榜）",
    ),
    "centre": ("Do the draws lie around the published weights?", "权重抽样是否以发布的权重为中心？"),
    "off_centre": (
        "No: they lie around other weights than the index has, so that they tell of another list than the "
        "published one; the global weight of {name} is {draws:.2%} there and {index:.2%} in the index.",
        "否：抽样的中心不是指数的权重，反映的不是发布的名单；"
        "“{name}”的组合权重在抽样中为 {draws:.2%}，在指数中为 {index:.2%}。",
    ),
    "cuts": ("Where may the tier boundaries move?", "梯队边界可能移到哪里？"),
    "cut": (
        "Cut {cut} (after rank {rank}, {above} | {below}): in {interval:.0%} of the draws {where}; "
        "exactly here in {same:.0%}.",
        "边界 {cut}（第 {rank} 名之后，{above} | {below}）：{interval:.0%} 的抽样中{where}，"
        "恰在此处的占 {same:.0%}。",
    ),
    "between": ("after ranks {low} to {high}", "位于第 {low} 至 {high} 名之后"),
    "one_place": ("after rank {low}", "位于第 {low} 名之后"),
    "tiers_unsure": (
        "{count} of {listed} units keep their tier in fewer than {sure:.0%} of the draws; "
        "least certain: {names}.",
        "{listed} 个单位中有 {count} 个在不足 {sure:.0%} 的抽样中保持原梯队，最不确定的是：{names}。",
    ),
    "tiers_sure": (
        "All {listed} units keep their tier in at least {sure:.0%} of the draws.",
        "{listed} 个单位在 {sure:.0%} 以上的抽样中梯队均不变。",
    ),
    "in_tier": ("{name} (tier {tier}: {share:.0%})", "{name}（第 {tier} 梯队，{share:.0%}）"),
    "weight": ("Which weight decides it?", "哪项权重起决定作用？"),
    "most": (
        "The {outputs} depend most on {input}{shares}.",
        "{input}对{outputs}影响最大{shares}。",
    ),
    "output": ("{output} ({value:.0%})", "{output}（{value:.0%}）"),
    "shares": (
        " (sensitivity analysis; in brackets: share of the variance, interactions included)",
        "（敏感性分析；括号内为含交互作用的方差份额）",
    ),
    "shares_first": (
        " (sensitivity analysis; in brackets: share of the variance that knowing it explains)",
        "（敏感性分析；括号内为已知该项即可解释的方差份额）",
    ),
    "swing": (
        "A weight changed by a quarter moves ranks most at {names}; least at {least}.",
        "单项权重增减四分之一时，名次变动最大的是{names}；最小的是{least}。",
    ),
    "swung": ("{name} ({shift:.1f} places on average{tiers})", "“{name}”（平均 {shift:.1f} 位{tiers}）"),
    "swung_tiers": (", up to {count} units change tier", "，至多 {count} 个单位换梯队"),
    "swung_tier": (", up to 1 unit changes tier", "，至多 1 个单位换梯队"),
    "closest": (
        "The closest pair: weights off by {spread:.2%} are enough for {one} and {other} to change places.",
        "差距最小的一对：权重偏差达到 {spread:.2%}，{one}与{other}即可互换名次。",
    ),
    "closest_tied": (
        "Tied: {one} and {other}; weights off by {spread:.2%} are enough to part them.",
        "{one}与{other}并列，权重偏差达到 {spread:.2%} 即分出先后。",
    ),
    "expert": ("What if an expert had been absent?", "少了某位专家会怎样？"),
    "indicator": ("What if an indicator is dropped?", "去掉某项指标会怎样？"),
    "most_absent": ("Without {name}: {what}.", "若无{name}：{what}。"),
    "most_dropped": ("Without {name}: {what}.", "去掉“{name}”：{what}。"),
    "moved": (
        "ranks move {shift:.1f} places on average, at most {most:g} ({unit})",
        "名次平均变动 {shift:.1f} 位，最多 {most:g} 位（{unit}）",
    ),
    "unmoved": ("no rank changes", "名次不变"),
    "tier_changes": ("1 unit changes tier", "1 个单位换梯队"),
    "tiers_change": ("{count} units change tier", "{count} 个单位换梯队"),
    "entries": ("{count} come in", "{count} 个单位新进榜"),
    "exits": ("{count} fall out", "{count} 个单位落榜"),
    "other_expert": (
        "Without any other expert: at most {shift:.1f} places on average{tiers}.",
        "其余专家逐一剔除时：平均变动不超过 {shift:.1f} 位{tiers}。",
    ),
    "other_code": (
        "Without any other indicator: at most {shift:.1f} places on average{tiers}.",
        "其余指标逐一剔除时：平均变动不超过 {shift:.1f} 位{tiers}。",
    ),
    "none_expert": (
        "Leaving out any one expert changes no rank and no tier.",
        "逐一剔除任一位专家，名次与梯队均不变。",
    ),
    "none_code": (
        "Leaving out any one indicator changes no rank and no tier.",
        "逐一去掉任一项指标，名次与梯队均不变。",
    ),
    "no_rank_expert": ("Leaving out any one expert changes no rank.", "逐一剔除任一位专家，名次均不变。"),
    "no_rank_code": ("Leaving out any one indicator changes no rank.", "逐一去掉任一项指标，名次均不变。"),
    "others_tiers": (", at most {count} units change tier", "，换梯队的单位不超过 {count} 个"),
    "others_tier": (", at most 1 unit changes tier", "，换梯队的单位不超过 1 个"),
    "no_tiers": (", and no unit changes tier", "，没有单位换梯队"),
    "and_more": ("{names} and {more} more", "{names}等（另有 {more} 个）"),
}


@dataclass(frozen=True)
class Answer:
    """A question and its key, its answer sentence by sentence, and the table that holds the whole of it."""

    key: str
    question: str
    sentences: tuple[str, ...]
    table: str


def answers(study: Study) -> list[Answer]:
    """Return the questions that a run can answer, in the order in which an editor asks them."""
    language = study.scenario.language
    if study.only:  # the questions want tables that were not asked for
        return []
    given = (
        ("centre", _centre(study), "robustness"),
        ("doubts", _doubts(study), "doubts" if study.scenario.doubts else "ranking"),
        ("luck", _luck(study), "robustness"),
        ("cuts", _cuts(study), "cuts" if "cuts" in study.tables else "robustness"),
        ("weight", _weight(study), "swing" if "swing" in study.tables else "sensitivity"),
        (
            "expert",
            [*_left_out(study, "delphi_leave_one_out", "expert"), *_fewest(study)],
            "delphi_leave_one_out",
        ),
        ("indicator", _left_out(study, "audit_leave_one_out", "code"), "audit_leave_one_out"),
    )
    return [
        Answer(key, _rendered(key, language), tuple(sentences), table)
        for key, sentences, table in given
        if sentences
    ]


def _rendered(key: str, language: Language, **fields: object) -> str:
    return TEXTS[key][0 if language == "en" else 1].format(**printed(fields))


def _named(names: Sequence[str], language: Language, most: int = MOST_NAMED) -> str:
    joined = ("; " if language == "en" else "、").join(names[:most])
    more = len(names) - most
    return _rendered("and_more", language, names=joined, more=more) if more > 0 else joined


def _centre(study: Study) -> list[str]:
    """Return where the draws lie around other weights than the index has, nothing where they do not."""
    offset = study.robustness.offset
    return [] if offset is None else [_rendered("off_centre", study.scenario.language, **vars(offset))]


def _doubts(study: Study) -> list[str]:
    """Return one sentence for each kind of doubt about the data, the gravest first."""
    language = study.scenario.language
    kinds: dict[str, list[str]] = {}
    for doubt in study.scenario.doubts:
        kinds.setdefault(KINDS[doubt.code], []).append(subject(doubt))
    if not kinds:
        return [_rendered("no_doubt", language)]
    return [
        _rendered(
            f"doubt_{kind}", language, count=len(subjects), names=_named(subjects, language, MOST_SUBJECTS)
        )
        for kind, subjects in kinds.items()
    ]


def _luck(study: Study) -> list[str]:
    language = study.scenario.language
    robustness, names = study.robustness, study.index.panel.names
    listed, units = study.tiers.selected, len(study.index.panel)
    if len(listed) == units:
        return [_rendered("all_listed", language, units=units)]
    share = robustness.p_top

    def unit_list(places: Iterable[int]) -> str:
        return _named(
            [
                _rendered(
                    "in_list", language, name=names[unit], rank=study.index.ranks[unit], share=share[unit]
                )
                for unit in places
            ],
            language,
        )

    unsure = [int(unit) for unit in listed if share[unit] < SURE]
    outside = np.setdiff1d(np.arange(units), listed)
    knocking = [int(unit) for unit in outside if share[unit] > 1 - SURE]
    fields = {"listed": len(listed), "sure": SURE, "rest": 1 - SURE}
    unsure.sort(key=lambda unit: (share[unit], unit))
    knocking.sort(key=lambda unit: (-share[unit], unit))
    sentences = [
        _rendered(
            "unsure" if unsure else "all_sure", language, count=len(unsure), names=unit_list(unsure), **fields
        )
    ]
    if knocking:
        sentences.append(
            _rendered("knocking", language, count=len(knocking), names=unit_list(knocking), **fields)
        )
    return sentences


def _cuts(study: Study) -> list[str]:
    language = study.scenario.language
    if not study.tiers.contiguous or study.tiers.count < 2:
        return []
    robustness, names = study.robustness, study.index.panel.names
    cuts, listed = robustness.cuts, study.tiers.selected
    sentences = []
    for cut in range(len(cuts.rank)):
        low, high = (
            "–" if np.isnan(end) else f"{end:.0f}" for end in (cuts.rank_low[cut], cuts.rank_high[cut])
        )
        sentences.append(
            _rendered(
                "cut",
                language,
                cut=cut + 1,
                rank=int(cuts.rank[cut]),
                above=names[cuts.unit_above[cut]],
                below=names[cuts.unit_below[cut]],
                interval=robustness.interval,
                where=_rendered("one_place" if low == high else "between", language, low=low, high=high),
                same=float(cuts.p_same[cut]),
            )
        )
    same = robustness.p_tier_same
    unsure = sorted((int(unit) for unit in listed if same[unit] < SURE), key=lambda unit: (same[unit], unit))
    parts = [
        _rendered("in_tier", language, name=names[unit], tier=int(study.tiers.tiers[unit]), share=same[unit])
        for unit in unsure
    ]
    fields = {"count": len(unsure), "listed": len(listed), "sure": SURE}
    key = "tiers_unsure" if unsure else "tiers_sure"
    return [*sentences, _rendered(key, language, names=_named(parts, language), **fields)]


def _weight(study: Study) -> list[str]:
    language, tables, names = study.scenario.language, study.tables, names_of(study)
    sentences: list[str] = []
    asked = tables.get("sensitivity")
    if asked is not None:
        rows = asked[asked["kind"] == asked["kind"].iloc[0]]
        measure = leading(rows)
        rows = rows[rows[measure].notna()]
        shares = measure in {"total", "first", "shapley"}
        told = "shares_first" if measure == "first" else "shares"
        moved: dict[str, list[str]] = {}
        for output in list(dict.fromkeys(rows["output"]))[:MOST_OUTPUTS]:
            own = rows[rows["output"] == output]
            most = own.iloc[int(own[measure].to_numpy().argmax())]
            named = output_label(named_units(output, names), language)
            value = min(float(most[measure]), 1.0)
            parts = _rendered("output", language, output=named, value=value) if shares else named
            moved.setdefault(str(most["input_name"]), []).append(parts)
        sentences = [
            _rendered(
                "most",
                language,
                input=name,
                outputs=_named(outputs, language),
                shares=_rendered(told, language) if shares and not at else "",
            )
            for at, (name, outputs) in enumerate(moved.items())
        ]
    swung = tables.get("swing")
    if swung is not None:
        sentences.append(_swung(swung, names.nodes, language))
    return [*sentences, *_closest(study)]


def _swung(frame: pd.DataFrame, known: Mapping[str, str], language: Language) -> str:
    """Return which weights move ranks most when they change by a quarter."""
    by_share = frame[frame["change"].str.contains("%", regex=False)]
    order = by_share.groupby("code")["rank_shift_mean"].max().sort_values(ascending=False, kind="stable")

    def effect(code: str) -> str:
        own = by_share[by_share["code"] == code]
        most = own.iloc[int(own["rank_shift_mean"].to_numpy().argmax())]
        count = int(own["units_changing_tier"].max()) if "units_changing_tier" in own else 0
        tiers = (
            _rendered("swung_tier" if count == 1 else "swung_tiers", language, count=count) if count else ""
        )
        return _rendered(
            "swung", language, name=known.get(code, code), shift=float(most["rank_shift_mean"]), tiers=tiers
        )

    codes = [str(code) for code in order.index]
    return _rendered(
        "swing",
        language,
        names=_named([effect(code) for code in codes[:3]], language),
        least=effect(codes[-1]),
    )


def _closest(study: Study) -> list[str]:
    """Return the listed pair that the least change of weights makes change places, if any does."""
    frame = study.tables["robustness"]
    if "critical_spread" not in frame or frame["critical_spread"].isna().all():
        return []
    ranks = dict(zip(frame["name"], frame["rank"], strict=True))
    tied = frame["rank"] == frame["nearest_rival"].map(ranks)  # they stand in one place already
    spreads = frame["critical_spread"].mask(tied).to_numpy(dtype=np.float64)
    if np.isnan(spreads).all():
        return []
    row = frame.iloc[int(np.nanargmin(spreads))]
    if not 0 < row["critical_spread"] <= 1:
        return []
    language = study.scenario.language
    pair = {"one": row["name"], "other": row["nearest_rival"]}
    ranks = frame.loc[frame["name"] == row["nearest_rival"], "rank"]
    key = "closest_tied" if (ranks == row["rank"]).any() else "closest"
    return [_rendered(key, language, spread=float(row["critical_spread"]), **pair)]


def _fewest(study: Study) -> list[str]:
    """Return how few experts decide the first tier, the list and its last place."""
    return [said.of(study.scenario.language) for said in study.once(fewest_said)]


def _left_out(study: Study, table: str, column: str) -> list[str]:
    """Return the experts or nodes whose absence changes the list most, and how little the others' does."""
    frame, language = study.tables.get(table), study.scenario.language
    if frame is None or not len(frame):
        return []
    if "level" in frame:  # indicators, not the dimensions above them
        leaves = {*study.scenario.framework.indicators}
        frame = frame[frame["code"].isin(leaves)]
    measure = "units_changing_tier" if "units_changing_tier" in frame else "rank_shift_mean"
    ordered = frame.sort_values([measure, "rank_shift_mean"], ascending=False, kind="stable")
    if not ordered[[measure, "rank_shift_max"]].to_numpy(dtype=np.float64).any():
        return [_rendered(f"{'none' if measure == 'units_changing_tier' else 'no_rank'}_{column}", language)]
    nodes = names_of(study).nodes
    key = "most_absent" if column == "expert" else "most_dropped"
    shown = _told_first(ordered)
    sentences = [
        _rendered(key, language, name=nodes.get(row[column], row[column]), what=_becomes(row, language))
        for _, row in ordered.iloc[shown].iterrows()
    ]
    rest = ordered.drop(ordered.index[shown])
    if len(rest):
        most = int(rest[measure].max())
        tiers = ""
        if measure == "units_changing_tier":
            key = {0: "no_tiers", 1: "others_tier"}.get(most, "others_tiers")
            tiers = _rendered(key, language, count=most)
        shift = float(rest["rank_shift_mean"].max())
        sentences.append(_rendered(f"other_{column}", language, shift=shift, tiers=tiers))
    return sentences


def _told_first(ordered: pd.DataFrame) -> list[int]:
    """Return the places of three rows, the one that moves ranks most among them: the rest moves them less."""
    most = int(ordered["rank_shift_mean"].to_numpy(dtype=np.float64).argmax())
    return [*range(min(3, len(ordered)))] if most < 3 else [0, 1, most]


def _becomes(row: Any, language: Language) -> str:
    """Return what a row says happens to the list."""
    moved = {"shift": row["rank_shift_mean"], "most": row["rank_shift_max"], "unit": row["unit"]}
    parts = [_rendered("moved" if row["rank_shift_max"] else "unmoved", language, **moved)]
    for column, key in (("units_changing_tier", "tiers_change"), ("entries", "entries"), ("exits", "exits")):
        if row.get(column):
            one = key == "tiers_change" and row[column] == 1
            parts.append(_rendered("tier_changes" if one else key, language, count=row[column]))
    return (", " if language == "en" else "，").join(parts)
