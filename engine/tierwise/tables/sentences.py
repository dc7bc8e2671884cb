"""sentences: what the report says of its own tables, sentence by sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.methods.groups import overlapping
from tierwise.names import unified
from tierwise.sentences import changes as on_changes
from tierwise.sentences import groups as on_groups
from tierwise.sentences import lists as on_lists
from tierwise.sentences import tiers as on_tiers
from tierwise.sentences.phrases import UNITS, About, Kind
from tierwise.tables.groups import (
    distributions,
    file_names,
    group_columns,
    tiers_by_group,
)
from tierwise.tables.history import changes, group_years, history
from tierwise.tables.lists import further_lists
from tierwise.tables.profiles import profile
from tierwise.tables.ranking import ranking
from tierwise.tables.table import Table
from tierwise.tables.topics import topics
from tierwise.units import split_heading
from tierwise.words.columns import GROUPS, Column
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

Sentence = tuple[str, Text, str]  # name, text, table that holds its numbers
MOST_FIRSTS: Final = 40  # groups whose first units are named
LEAST: Final = 2  # listed units of which something can be said
SCORE: Final = Text("the index", "综合指数")


def drafted(study: Study) -> list[Sentence]:
    """Return the sentences: name, text in both languages, name of the table with its numbers."""
    if len(study.tiers.selected) < LEAST:
        return []
    about = _about(study)
    columns = group_columns(study.index.panel, len(study.tiers.selected), study.scenario.spec.report.groups)
    kinds = {
        name: Kind.of(column, GROUPS.get(column, Text(column, column)))
        for column, name in file_names([*columns]).items()
        if not overlapping(columns[column])  # their numbers do not add up to the list
    }
    grouped = {name: columns[column] for column, name in file_names([*columns]).items() if name in kinds}
    return [
        *_numbers(study, about, kinds),
        *_firsts(study, about),
        *_tiers(study, about, kinds),
        *_multiples(study),
        *_earlier(study, about, kinds, grouped),
        *_further(study, about),
        *_topics(study, about),
    ]


def sentences(study: Study) -> pd.DataFrame | None:
    """Return ``sentences``: name, text in the scenario's language, table; None where nothing can be said."""
    import pandas as pd

    language = study.scenario.language
    rows = [(name, text.of(language), table) for name, text, table in study.once(drafted)]
    return pd.DataFrame(rows, columns=["name", "text", "table"]) if rows else None


def _about(study: Study) -> About:
    report = study.scenario.spec.report
    noun = UNITS if report.noun is None else Text(report.noun, report.noun)
    year = study.scenario.list_year
    return About(len(study.tiers.selected), noun, year)


def _numbers(study: Study, about: About, kinds: Mapping[str, Kind]) -> Iterator[Sentence]:
    for name, frame in distributions(study).items():
        counts = [*zip(frame.iloc[:, 0].astype(str), frame["units"].astype(int), strict=True)]
        if counts and name in kinds:
            text = on_groups.by_number(about, kinds[name], counts)
            yield f"number_{name}", text, f"distribution_{name}"


def _firsts(study: Study, about: About) -> Iterator[Sentence]:
    frame = ranking(study.index, study.tiers, study.scenario.spec.report.groups)
    panel = study.index.panel
    for place, column in enumerate(panel.groups):
        # a group column may be called as one of the columns behind it: columns are taken by place
        head = "first_in_group" if not place else f"first_in_{column}" + "_" * (column == "group")
        if head not in frame or overlapping(panel.groups[column]):
            continue
        groups = dict(zip(panel.codes, unified([*panel.groups[column]]), strict=True))
        first = frame[frame[head] == 1]
        leading = [
            (groups[code], str(name), float(rank))
            for code, name, rank in zip(first["code"], first["name"], first["rank"], strict=True)
        ]
        named = {group for group, _, _ in leading}
        if 1 < len(named) <= MOST_FIRSTS:
            kind = Kind.of(column, GROUPS.get(column, Text(column, column)))
            yield (
                f"first_{file_names([*panel.groups])[column]}",
                on_groups.firsts(about, kind, leading),
                "ranking",
            )


def _tiers(study: Study, about: About, kinds: Mapping[str, Kind]) -> Iterator[Sentence]:
    tiers = study.tiers
    if tiers.count < 2:
        return
    ranks = np.asarray(study.index.ranks, dtype=np.float64)
    sizes = [
        on_tiers.Tier(
            tier,
            int((tiers.tiers == tier).sum()),
            float(ranks[tiers.tiers == tier].min()),
            float(ranks[tiers.tiers == tier].max()),
        )
        for tier in range(1, tiers.count + 1)
        if (tiers.tiers == tier).any()
    ]
    yield "tiers", on_tiers.sizes(about, sizes, ranges=tiers.contiguous), "ranking"
    units = {one.tier: one.units for one in sizes}
    for name, frame in tiers_by_group(study).items():
        if name not in kinds:
            continue
        heads = list(frame.columns[2:])
        groups = frame.iloc[:, 0].astype(str)
        counts = []
        for head in heads:
            own = [(group, int(count)) for group, count in zip(groups, frame[head], strict=True) if count]
            tier = int(str(head).removeprefix("tier_"))
            counts.append((tier, units[tier], own))
        if counts and len(groups) > 1:
            yield f"tiers_{name}", on_tiers.by_group(counts), f"tiers_{name}"


def _multiples(study: Study) -> Iterator[Sentence]:
    if study.tiers.count < 2:
        return
    frame, framework = profile(study), study.scenario.framework
    count = study.tiers.count
    for start in range(0, len(frame), count):  # an indicator may be called score, too
        own = frame.iloc[start : start + count]
        code = str(own["figure"].iloc[0])
        plain, unit = split_heading(code)
        title = Text(plain, plain)
        if not start:
            title = SCORE
        elif code in framework.codes:
            at = framework.codes.index(code)
            title, unit = Text(framework.names[at], framework.names[at]), framework.units[at]
        means = own["mean"].to_numpy(dtype=np.float64)
        if "pooled" in own and own["pooled"].notna().any():
            means = own["pooled"].to_numpy(dtype=np.float64)
        ratios = own["ratio_to_next"].to_numpy(dtype=np.float64)[:-1]
        text = on_tiers.multiples(title, unit, means.tolist(), ratios.tolist())
        if text is not None:
            yield f"multiples_{'index' if not start else code}", text, "tiers_profile"


def _earlier(
    study: Study, about: About, kinds: Mapping[str, Kind], grouped: Mapping[str, tuple[str, ...]]
) -> Iterator[Sentence]:
    for name, frame in group_years(study).items():
        now, then = (frame.iloc[:, at].astype(int) for at in (1, 2))
        before = int(str(frame.columns[2]).removeprefix("units_"))
        counts = [*zip(frame.iloc[:, 0].astype(str), now, then, strict=True)]
        if len(counts) > 1 and name in kinds:
            yield (
                f"years_{name}",
                on_groups.by_year(about, kinds[name], counts, before),
                f"distribution_{name}_years",
            )
    if study.scenario.history is None:
        return
    moved = changes(study)
    if moved is not None:
        before = max(int(year) for year in study.scenario.history.years if year < (about.year or 0))
        yield from _moves(study, about, moved, before, kinds, grouped)
    yield from _streaks(study, about)


def _moves(
    study: Study,
    about: About,
    moved: pd.DataFrame,
    before: int,
    kinds: Mapping[str, Kind],
    grouped: Mapping[str, tuple[str, ...]],
) -> Iterator[Sentence]:
    counted = moved[(moved["change"] != "recoded") | moved["rank"].notna()]  # of a pair, the entry
    yield "changes", on_changes.moves(before, counted["change"].value_counts().to_dict()), "changes"
    codes = study.index.panel.codes
    for kind, ranks in (("entry", "rank"), ("exit", "previous_rank")):
        own = moved[moved["change"] == kind]
        if own.empty:
            continue
        units = [
            (str(name), None if _blank(rank) else float(rank))
            for name, rank in zip(own["name"], own[ranks], strict=True)
        ]
        yield f"names_{kind}", on_changes.named(units, entries=kind == "entry"), "changes"
        if not {*own["code"]} <= {*codes}:
            continue  # of a unit that is no longer in the data no group is known
        for name, groups in grouped.items():
            of = dict(zip(codes, unified([*groups]), strict=True))
            counts: dict[str, int] = {}
            for code in own["code"]:
                counts[of[code]] = counts.get(of[code], 0) + 1
            if "" not in counts:
                ordered = sorted(counts.items(), key=lambda pair: -pair[1])
                text = on_groups.inside(about, kinds[name], ordered, entries=kind == "entry")
                yield f"{kind}_{name}", text, "changes"
    places = moved["move"].astype("Float64").dropna()
    if len(places) and (places != 0).any():
        ends = {1: places.max(), -1: places.min()}
        rise, fall = (
            ([*moved.loc[places.index[places == end], "name"].astype(str)], abs(float(end)))
            if sign * end > 0
            else None
            for sign, end in ends.items()
        )
        yield "furthest", on_changes.furthest(rise, fall), "changes"


def _streaks(study: Study, about: About) -> Iterator[Sentence]:
    frame = history(study)
    tiers = study.tiers.tiers[study.tiers.selected]
    for head in frame.columns[3:]:
        if not str(head).startswith("streak_top"):
            continue
        top, years = (int(part) for part in str(head).removeprefix("streak_top").removesuffix("y").split("_"))
        kept = frame[head].fillna(0).to_numpy(dtype=np.int64) == 1
        counts = [(tier, int((kept & (tiers == tier)).sum())) for tier in range(1, study.tiers.count + 1)]
        text = on_changes.streak(about, top, years, counts, int(frame[head].isna().sum()))
        yield str(head), text, "history"


def _further(study: Study, about: About) -> Iterator[Sentence]:
    """Yield a sentence on each further list; its groups are those of the first group column."""
    panel, ranks = study.index.panel, np.asarray(study.index.ranks, dtype=np.float64)
    labels = unified([*next(iter(panel.groups.values()), ())])
    for one in study.once(further_lists):
        names = [panel.names[unit] for unit in one.units]
        counts = Counter(labels[unit] for unit in one.units if labels and labels[unit])
        shared = int((ranks[one.units] <= len(names)).sum())
        text = on_lists.further(about, one.title, names, [*counts.items()], shared)
        yield f"list_{one.asked.name}", text, one.table


def _topics(study: Study, about: About) -> Iterator[Sentence]:
    for one in study.once(topics):
        own = replace(about, listed=len(one.listed), title=one.listed.title)
        table = one.table if len(one.made.columns[0][1]) else ""  # none reaches the line, say: no table
        yield f"topic_{one.topic.name}", one.kind.say(own, one.listed, one.made), table


def _blank(value: object) -> bool:
    import pandas as pd

    return bool(pd.isna(value))  # type: ignore[call-overload]  # any scalar


SENTENCES: Final = Table(
    name="sentences",
    title=Text("Sentences", "报告文字"),
    note=Text(
        "What the report's tables say, drafted from their numbers; each names its table",
        "依据各表数据拟写的报告文字，逐条注明所据表格",
    ),
    row=Text("a sentence", "一条文字"),
    section="groups",
    place=14,
    columns=(
        Column("name", Text("Name", "名称"), Text("by which it is asked for", "用于引用")),
        Column("text", Text("Text", "文字"), Text("the sentence", "报告文字")),
        Column(
            "table",
            Text("Table", "所据表格"),
            Text("table that holds its numbers, blank for none", "数据所在的表格，没有时空白"),
            content="table",
        ),
    ),
    make=sentences,
)

TABLES: Final = (SENTENCES,)
