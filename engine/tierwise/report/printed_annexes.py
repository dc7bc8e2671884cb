"""Annexes of the printed report: how the index is made, the tiers' means, how firm the list is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from tierwise.report.answers import answers
from tierwise.report.presented import Presented, names_of, presented
from tierwise.report.printed import Heading, Item, Sentence, Tabulated
from tierwise.report.printed_list import sentence_names, sentences
from tierwise.report.summary import summary, words
from tierwise.tables.registry import table_of
from tierwise.words.formats import shown
from tierwise.words.language import COMMA, JOIN, Text

if TYPE_CHECKING:
    from tierwise.study.study import Study

METHOD: Final = Text("How the index is made", "评价方法")
MEANS: Final = Text("Means of the list and its tiers", "榜单与各梯队指标均值")
ROBUST: Final = Text("How firm the list is", "稳健性")
SUMMARY: Final = Text("The run in short", "计算概要")
ITEM: Final = Text("Item", "项目")
VALUE: Final = Text("What was done and found", "说明")
NOUGHT: Final = Text("nought throughout: {}", "{}均为0")
ALIKE: Final = Text("for all of them: {}", "各项均为：{}")
NOTE: Final = Text("Note: {}.", "注：{}。")
MOST_COLUMNS: Final = 12  # of an annex table, on a portrait page
TITLES: Final = {  # what stands above a table in print, where the sheet's name is too short for it
    "weights": Text("Framework and weights", "指标体系与权重"),
    "methods": Text("Method by indicator", "各指标标准化与处理方法"),
    "delphi": Text("The expert panel, item by item", "专家打分统计"),
    "concordance": Text("Agreement of the experts", "专家意见协调程度"),
    "delphi_rounds": Text("Rounds of the panel", "各轮专家咨询"),
    "delphi_levels": Text("Concordance by round and level", "各轮各层级的协调系数"),
    "delphi_stability": Text("What moved between rounds, item by item", "相邻两轮打分的变动"),
    "delphi_screening": Text("Threshold screening of the indicators", "指标界值法筛选结果"),
    "list_profile": Text("The list as a whole", "榜单总体情况"),
    "tiers_profile": Text("Mean of each figure by tier", "各梯队指标均值"),
    "cuts": Text("Cuts between tiers, and where the draws put them", "梯队边界及其在抽样中的位置"),
    "robustness": Text("Rank of each unit, and how firm it is", "各单位名次的稳健性"),
    "tiers_stability": Text("Stability of the tiers", "梯队稳定性检验"),
    "scenarios": Text("Other weights, and what they change", "其他权重方案下的变动"),
}
UNPRINTED: Final = ("df",)  # one less than the siblings; a printed page has no room for it
ROBUSTNESS: Final = (
    "name",
    "code",
    "rank",
    "rank_low",
    "rank_high",
    "rank_best_exact",
    "rank_worst_exact",
    "p_top",
    "tier",
    "p_tier_same",
    "nearest_rival",
)


def method(study: Study) -> Iterator[Item]:
    """Yield the annex on method: the run in short, weights, method by indicator."""
    language = study.scenario.language
    yield Heading(METHOD.of(language), annex=True)
    cautions = words("caution", language)  # are for whoever makes the list, not for its readers
    rows = [[heading, str(value)] for heading, value in summary(study) if heading != cautions]
    heads = [ITEM.of(language), VALUE.of(language)]
    yield Tabulated("summary", SUMMARY.of(language), heads, rows)
    for name in ("weights", "methods"):
        yield from as_shown(study, name)


def means(study: Study) -> Iterator[Item]:
    """Yield the annex of the tiers' means; nothing for one tier."""
    names = [name for name in sentence_names(study, "multiples_") if name != "multiples_index"]
    if not names:
        return
    yield Heading(MEANS.of(study.scenario.language), annex=True)
    yield from as_shown(study, "list_profile")
    yield from as_shown(study, "tiers_profile")
    yield from sentences(study, *names)


def robustness(study: Study) -> Iterator[Item]:
    """Yield the annex on robustness: questions answered, cuts, the rank of each unit, other weights."""
    language = study.scenario.language
    yield Heading(ROBUST.of(language), annex=True)
    for answer in answers(study):
        yield Heading(answer.question, 2)
        space = "" if language == "zh" else " "
        yield Sentence(f"answer_{answer.key}", space.join(answer.sentences))
    yield from as_shown(study, "cuts")
    yield from as_shown(study, "robustness", ROBUSTNESS)
    for name in ("tiers_stability", "scenarios"):
        yield from as_shown(study, name)


def as_shown(study: Study, name: str, columns: Sequence[str] = ()) -> Iterator[Tabulated]:
    """Yield a table as the page shows it, without blank columns; columns of noughts are told below it."""
    if name not in study.tables:
        return
    language = study.scenario.language
    frame = study.tables[name]
    if name == "robustness":  # the listed ones
        frame = frame[frame["tier"].notna()]
    made = presented(name, frame, names_of(study), language, page=True)
    texts = _texts(made)
    names = [column.name for column in made.columns]
    heads = made.headings(language)
    kept = [
        at
        for at, own in enumerate(texts)
        if any(own) and (names[at] in columns if columns else names[at] not in UNPRINTED)
    ]
    noughts = [at for at in kept if {*texts[at]} == {"0"}]
    alike = [at for at in kept if names[at] == "settings" and len({*texts[at]}) == 1]
    kept = [at for at in kept if at not in (*noughts, *alike)][:MOST_COLUMNS]
    comma = COMMA[language]
    notes = [ALIKE.of(language).format(texts[at][0]) for at in alike]
    if noughts:
        notes.append(NOUGHT.of(language).format(comma.join(heads[at] for at in noughts)))
    note = NOTE.of(language).format(JOIN[language].join(notes)) if notes else ""
    title = TITLES.get(name, table_of(name).title).of(language)
    rows = [list(row) for row in zip(*(texts[at] for at in kept), strict=True)]
    yield Tabulated(name, title, [heads[at] for at in kept], rows, note=note)


def _texts(made: Presented) -> list[list[str]]:
    """Return the cells of a table as they are read, column by column."""
    cells = made.cells()
    return [
        ["" if cell is None else shown(cell, shape) for cell, shape in zip(own, formats, strict=True)]
        for own, formats in zip(cells, made.formats(cells), strict=True)
    ]
