"""The results in a few lines of plain words, in English and Chinese."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tierwise.methods.registry import named
from tierwise.report.draw_notes import precision
from tierwise.study.exact import unproved
from tierwise.study.sensitivity_results import notes, strongest
from tierwise.words.formats import Printed, decimals_of, printed, wide
from tierwise.words.language import COMMA, JOIN, Language, phrase
from tierwise.words.visible import visible

if TYPE_CHECKING:
    from tierwise.errors import Problem
    from tierwise.study.robustness import Robustness
    from tierwise.study.sensitivity_results import Sensitivity
    from tierwise.study.study import Study

__all__ = ["summary"]

WRITTEN = ("report.html", "results.xlsx", "run.json", "tables")
TEXTS: dict[str, tuple[str, str]] = {
    "caution": ("Please note", "请注意"),
    "only": ("Only these tables", "仅计算以下各表"),
    "units": ("Units", "单位数"),
    "units_value": (
        "{units:unit|units}, {indicators:indicator|indicators}, {listed} listed",
        "{units} 个单位，{indicators} 项指标，入榜 {listed} 个",
    ),
    "unranked": ("Not ranked", "未参评"),
    "unranked_value": (
        "{count:unit|units} left out for want of data: {names}",
        "{count} 个单位因数据不足未参评：{names}",
    ),
    "more": (" and more (sheet Not ranked)", "等（见“未参评”表）"),
    "scale": ("Experts' scale", "打分量表"),
    "scale_value": (
        "full score taken as {top:g}, judging by the scores; it is not given ([experts] scale_max)",
        "量表满分按{top:g}分计，未给出（[experts] scale_max）",
    ),
    "dropped": ("Experts left out", "剔除的专家"),
    "dropped_value": ("{names} ([experts] drop)", "{names}（[experts] drop）"),
    "index": ("Index", "指数方法"),
    "index_value": (
        "normalisation: {normalisation}; aggregation: {aggregation}; missing values: {missing}; "
        "outliers: {outliers}",
        "标准化：{normalisation}；合成：{aggregation}；缺失值：{missing}；异常值：{outliers}",
    ),
    "tiers": ("Tiers", "梯队"),
    "tiers_value": ("{sizes} units ({method})", "{sizes} 个单位，{method}"),
    "types": ("Types", "类型"),
    "types_value": (
        "{sizes} units ({method} on indicators); they interleave in rank ({runs} runs), so they are types of "
        "units, not tiers, and have no cuts",
        "{sizes} 个单位，按指标{method}；各组在名次上交错（{runs}段），故为类型而非梯队，没有边界",
    ),
    "draws": ("Weight draws", "权重抽样"),
    "draws_value": ("{draws:,} draws, {model}, seed {seed}", "{draws:,} 次；模型：{model}；种子：{seed}"),
    "precision": ("Precision", "精度"),
    "exact": ("Exact results", "精确结果"),
    "failed": ("Failed draws", "失败的抽样"),
    "stopped": ("Stopped early", "提前停止"),
    "stopped_value": (
        "{draws:,} of {asked:,} draws are made; the same command with --resume goes on",
        "已完成 {asked:,} 次中的 {draws:,} 次抽样；同一命令加 --resume 可继续",
    ),
    "shift": ("Mean rank shift", "平均名次位移"),
    "shift_value": (
        "{shift:.2f} places from the nominal ranking in an average draw",
        "平均每次抽样与基准排名相差 {shift:.2f} 位",
    ),
    "shift_listed_value": (
        "{listed:.2f} places of a listed unit from its nominal rank in an average draw; "
        "{shift:.2f} over all {units:unit|units}",
        "平均每次抽样，入榜单位与基准名次相差 {listed:.2f} 位；全部 {units} 个单位平均 {shift:.2f} 位",
    ),
    "firmest": ("Tier kept", "梯队稳定"),
    "firmest_value": (
        "{firm} of {listed:unit|units} {firm:~keeps its|keep their} tier in at least 95% of the draws",
        "{listed} 个单位中有 {firm} 个在 95% 以上的抽样中梯队不变",
    ),
    "cut": ("Cut {cut}", "边界 {cut}"),
    "cut_value": (
        "after rank {rank} ({above} | {below}); in {interval:.0%} of the draws after rank {where}, "
        "exactly here in {same:.1%}",
        "第 {rank} 名之后（{above} | {below}）；{interval:.0%} 的抽样中位于第 {where} 名之后，"
        "恰在此处的占 {same:.1%}",
    ),
    "span": ("{low} to {high}", "{low} 至 {high}"),
    "sensitivity": ("Sensitivity", "敏感性"),
    "sensitivity_value": (
        "{method}, {runs:,} runs; the {output} is moved most by {strongest} ({value:.2f})",
        "{method}，共计算 {runs:,} 次；对{output}影响最大的是{strongest}（{value:.2f}）",
    ),
    "written": ("Results", "结果"),
    "clean": (
        "{title}: {units:unit|units}, {indicators:indicator|indicators}: no problem found",
        "{title}：{units} 个单位，{indicators} 项指标，未发现问题",
    ),
    "noted": (
        "{title}: {units:unit|units}, {indicators:indicator|indicators}: nothing stops a run; "
        "look at the {count:note|notes} above",
        "{title}：{units} 个单位，{indicators} 项指标，可以运行；请核对以上 {count} 处",
    ),
}
words = partial(phrase, TEXTS)
Line = tuple[str, object]


def _line(language: Language, key: str, text: str = "", **fields: object) -> Line:
    """Return a heading, and the text below it (by default that of the same key) with its fields."""
    return words(key, language), words(text or f"{key}_value", language, **printed(fields))


def summary(study: Study) -> list[Line]:
    """Return (heading, value) lines: cautions, data, method, tiers, draws, sensitivity."""
    scenario = study.scenario
    language, spec = scenario.language, scenario.spec
    robustness = study.robustness
    line = partial(_line, language)
    lines = [
        *([(words("only", language), ", ".join(study.only))] if study.only else []),
        *((words("caution", language), caution.line(language)) for caution in scenario.cautions),
        line(
            "units",
            units=len(study.index.panel),
            indicators=len(scenario.framework.indicators),
            listed=len(study.tiers.selected),
        ),
        *_unranked_line(study),
        *_scale_line(study),
        *_dropped_line(study),
        line("index", **index_methods(study)),
        line(
            "tiers" if study.tiers.contiguous else "types",
            sizes=" / ".join(map(str, study.tiers.sizes)),
            method=named(spec.tiers.method, language),
            runs=study.tiers.runs,
        ),
        line(
            "draws",
            draws=robustness.draws,
            model=" + ".join(named(varied, language) for varied in (robustness.model, *robustness.varied)),
            seed=spec.uncertainty.seed,
        ),
    ]
    if not robustness.complete:
        lines.append(line("stopped", draws=robustness.draws, asked=robustness.tally.asked))
    if robustness.failed:
        lines.append((words("failed", language), robustness.failed))
    lines.append((words("precision", language), precision(robustness.errors, language)))
    listed = study.tiers.selected
    lines += _exact_line(study)
    lines.append(_shift_line(study))
    if study.tiers.contiguous:
        firm = int((robustness.p_tier_same[listed] >= 0.95).sum())
        lines.append(line("firmest", firm=firm, listed=len(listed)))
    return [*lines, *sensitivity_lines(study.sensitivity, language)]


def untold_proofs(study: Study) -> Problem | None:
    """Return why exact results are not in the table of robustness; None where they are, or it is not made."""
    if "robustness" not in study.tables:
        return None
    robustness, scenario = study.robustness, study.scenario
    why = unproved(study.index, scenario.spec, robustness.varied, robustness.proven)
    return None if why is None else replace(why, speaker=scenario.speaker)


def _exact_line(study: Study) -> list[Line]:
    """Return the line of exact results that are not there, if a caution does not tell it."""
    why, language = study.once(untold_proofs), study.scenario.language
    if why is None or why.code in [caution.code for caution in study.scenario.cautions]:
        return []
    told = JOIN[language].join((why.text(language), why.fix(language)))
    return [(words("exact", language), told)]


def _shift_line(study: Study) -> Line:
    """Return how far ranks move in an average draw: on the list apart, where it has not all units."""
    language, listed, units = study.scenario.language, study.tiers.selected, len(study.index.panel)
    shift = study.robustness.rank_shift
    if len(listed) == units:
        return _line(language, "shift", shift=shift)
    of_list = study.robustness.tally.rank_shift_of(listed)
    return _line(language, "shift", "shift_listed_value", shift=shift, listed=of_list, units=units)


def _unranked_line(study: Study) -> list[Line]:
    """Return the line of the units that are not ranked, if any are not."""
    language, panel = study.scenario.language, study.scenario.panel
    known = dict(zip(panel.codes, panel.names, strict=True))
    left_out = [known.get(code, code) for code in study.index.unranked]
    if not left_out:
        return []
    names = COMMA[language].join(left_out[:10]) + (words("more", language) if len(left_out) > 10 else "")
    return [_line(language, "unranked", count=len(left_out), names=names)]


def _scale_line(study: Study) -> list[Line]:
    """Return the line of the top of the experts' scale, if it is a guess."""
    experts, language = study.scenario.experts, study.scenario.language
    if experts is None or study.scenario.spec.experts.scale_max is not None:
        return []
    return [_line(language, "scale", top=experts.scale())]


def _dropped_line(study: Study) -> list[Line]:
    """Return the line of the experts who were dropped, if any were."""
    experts, language = study.scenario.experts, study.scenario.language
    if experts is None or not experts.dropped:
        return []
    return [_line(language, "dropped", names=COMMA[language].join(experts.dropped))]


def index_methods(study: Study) -> dict[str, str]:
    """Return the methods that made the index, as used: those of single indicators and nodes among them."""
    language, index = study.scenario.language, study.index
    prepared, plan = index.prepared, index.plan
    steps = study.scenario.spec.index
    treatments = [column.rule.split(" ")[0] or "none" for column in prepared.columns]
    if set(treatments) == {"none"}:  # nothing stood out, or nothing was looked for
        treatments = [steps.outliers]
    levels: dict[int, list[str]] = {}
    for node in sorted(plan.inner, key=lambda node: int(plan.tree.level[node])):
        levels.setdefault(int(plan.tree.level[node]), []).append(plan.rules[node])
    each = [_counted(rules, language) for rules in levels.values()]
    return {
        "normalisation": _counted(prepared.normaliser.methods, language),
        "aggregation": each[0] if len({*each}) == 1 else " / ".join(each),
        "missing": named(steps.missing, language),
        "outliers": _counted(treatments, language),
    }


def _counted(methods: Sequence[str], language: Language) -> str:
    """Return methods by name, with the number of those that take each where they are several."""
    counts = Counter(methods)
    if len(counts) == 1:
        return named(methods[0], language)
    comma = COMMA[language]
    brackets = "{} ({})" if language == "en" else "{}（{}）"
    return comma.join(brackets.format(named(method, language), count) for method, count in counts.items())


def cut_lines(robustness: Robustness, language: Language) -> list[Line]:
    """Return a line for each cut: where it is, and where the draws put it."""
    cuts = robustness.cuts
    names = robustness.index.panel.names
    ends = [
        tuple("–" if np.isnan(end) else f"{end:.0f}" for end in both)  # no draw could be cut so
        for both in zip(cuts.rank_low, cuts.rank_high, strict=True)
    ]
    return [
        (
            words("cut", language).format(cut=cut + 1),
            words("cut_value", language).format(
                rank=int(cuts.rank[cut]),
                above=names[cuts.unit_above[cut]],
                below=names[cuts.unit_below[cut]],
                interval=robustness.interval,
                where=ends[cut][0]
                if ends[cut][0] == ends[cut][1]
                else words("span", language).format(low=ends[cut][0], high=ends[cut][1]),
                same=Printed(cuts.p_same[cut]),
            ),
        )
        for cut in range(len(cuts.rank))
    ]


def sensitivity_lines(sensitivity: Sensitivity | None, language: Language) -> list[Line]:
    """Return what moves the first output most, and how that was found."""
    most = None if sensitivity is None else strongest(sensitivity, language)
    if sensitivity is None or most is None:
        return []
    output, input_name, value = most
    line = words("sensitivity_value", language).format(
        method=named(sensitivity.method, language),
        runs=sensitivity.runs,
        output=output,
        strongest=input_name,
        value=value,
    )
    return [(words("sensitivity", language), JOIN[language].join([line, *notes(sensitivity, language)]))]


def closing(study: Study, folder: Path) -> str:
    """Return what the command prints at the end: the first ten, the tiers and cuts, where the files are."""
    language = study.scenario.language
    digits = decimals_of(study.index.score.tolist())
    ranks, names, scores = study.index.ranks, study.index.panel.names, study.index.score
    first = [
        f"{ranks[unit]:4g}  {names[unit]}  {Printed(scores[unit]):.{digits}f}"
        for unit in study.tiers.selected[:10]
    ]
    lines = [*summary(study), *cut_lines(study.robustness, language)]
    width = max(wide(label) for label, _ in lines) + 2
    facts = [visible(f"{label}{' ' * (width - wide(label))}{value}") for label, value in lines]
    colon = ": " if language == "en" else "："
    place = f"{words('written', language)}{colon}{folder} ({', '.join(WRITTEN)})"
    return "\n".join([visible(study.scenario.title), "", *map(visible, first), "", *facts, "", place])
