"""Chapters of the printed report: the list, its tiers, what changed over the years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.report.drawings import drawings, years_title
from tierwise.report.presented import STAR
from tierwise.report.printed import Figure, Heading, Item, Sentence, Tabulated, titles
from tierwise.sentences.tiers import tier_head
from tierwise.tables.columns import RANK
from tierwise.tables.registry import table_of
from tierwise.words.columns import GROUPS, in_line
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

LIST: Final = Text("The list", "榜单")
TIERS: Final = Text("Tiers", "梯队")
CHANGES: Final = Text("Changes", "历年变化")
TOTAL: Final = Text("Total", "合计")
CHANGE: Final = Text("Change", "增减")
UNIT: Final = Text("Name", "名称")
STARRED: Final = Text("★ marks the first of its {}.", "注：★表示所在{}排名首位。")
SHADED: Final = Text("Shaded: where the first of the group lies.", "注：底色表示该组首位所在的名次区段。")
OPEN: Final = Text(
    "✓: was among them each time; ?: an earlier list leaves it open.",
    "注：✓表示符合；?表示因往期榜单不全无从判断。",
)
STREAKS: Final = Text("{}: years at the top", "{}历年排名情况")
FIRST_GROUPS: Final = 2  # group columns beside the unit
MARK: Final = "✓"


def sentences(study: Study, *names: str) -> Iterator[Sentence]:
    """Yield the drafted sentences of these names that there are."""
    if "sentences" not in study.tables:
        return
    frame = study.tables["sentences"]
    texts = dict(zip(frame["name"], frame["text"], strict=True))
    yield from (Sentence(name, texts[name]) for name in names if name in texts)


def sentence_names(study: Study, before: str) -> list[str]:
    """Return the names of the drafted sentences that begin so."""
    if "sentences" not in study.tables:
        return []
    return [name for name in study.tables["sentences"]["name"] if name.startswith(before)]


def the_list(study: Study) -> Iterator[Item]:
    """Yield the chapter of the list: groups, firsts, the listed units, groups by band."""
    language = study.scenario.language
    yield Heading(LIST.of(language))
    tables = _grouped(study, "distribution_")
    for name in tables:
        yield from sentences(study, f"number_{name}", f"first_{name}")
    ranking = study.tables["ranking"]
    yield listed(study, ranking[ranking["tier"].notna()], "ranking", titles(study)[0])
    for name, frame in tables.items():
        yield from _drawn(study, f"distribution_{name}")
        yield _bands(name, frame, language)


def _drawn(study: Study, table: str) -> Iterator[Figure]:
    """Yield the figures of a table."""
    for one in drawings(study, table):
        yield Figure(one.name, one.title, one.chart)


def listed(study: Study, listed: pd.DataFrame, table: str, title: str) -> Tabulated:
    """Return the units of a list: rank, groups, name with ★ for the first of its group."""
    language = study.scenario.language
    groups = [*study.index.panel.groups][:FIRST_GROUPS]
    starred = "first_in_group" in listed
    first = listed["first_in_group"] if starred else [0] * len(listed)
    columns = [listed.iloc[:, 2 + at].astype(str) for at in range(len(groups))]  # by place: names may repeat
    rows = [
        [f"{rank:g}", *own, f"{unit}{STAR if star else ''}"]
        for rank, unit, star, *own in zip(listed["rank"], listed["name"], first, *columns, strict=True)
    ]
    heads = [RANK.title.of(language), *(_group(name, language) for name in groups), UNIT.of(language)]
    note = STARRED.of(language).format(in_line(groups[0]).of(language)) if starred else ""
    return Tabulated(table, title, heads, rows, note=note)


def _bands(name: str, frame: pd.DataFrame, language: Language) -> Tabulated:
    """Return group x band: no noughts, the band of the group's first shaded, a total row and column."""
    counts = frame.iloc[:, 2:].to_numpy(dtype=np.int64)
    total = TOTAL.of(language)
    rows = [
        [str(group), *_blank(own), str(units)]
        for group, own, units in zip(frame.iloc[:, 0], counts, frame["units"], strict=True)
    ]
    rows.append([total, *_blank(counts.sum(axis=0)), str(int(counts.sum()))])
    shaded = frozenset((row, 1 + int(np.flatnonzero(own)[0])) for row, own in enumerate(counts) if own.any())
    heads = [_group(name, language), *map(str, frame.columns[2:]), total]
    table = f"distribution_{name}"
    return Tabulated(table, _title(table, language), heads, rows, shaded, SHADED.of(language))


def _blank(counts: Sequence[int] | np.ndarray) -> list[str]:
    return [str(int(count)) if count else "" for count in counts]


def tiers(study: Study) -> Iterator[Item]:
    """Yield the chapter of the tiers: sizes, cuts, groups by tier; nothing for one tier."""
    if study.tiers.count < 2:
        return
    language = study.scenario.language
    yield Heading(TIERS.of(language))
    yield from sentences(study, "tiers")
    yield from _drawn(study, "ranking")
    yield from sentences(study, "multiples_index")
    for name, frame in _grouped(study, "tiers_").items():
        yield from sentences(study, f"tiers_{name}")
        title = _title(f"tiers_{name}", language)
        yield from _drawn(study, f"tiers_{name}")
        heads = [
            _group(name, language),
            *(tier_head(int(str(head).removeprefix("tier_")), language) for head in frame.columns[2:]),
            TOTAL.of(language),
        ]
        rows = [
            [str(row[0]), *_blank(row[2:]), str(row[1])] for row in frame.itertuples(index=False, name=None)
        ]
        sums = frame.iloc[:, 2:].sum()
        rows.append([TOTAL.of(language), *_blank(sums.tolist()), str(int(sums.sum()))])
        yield Tabulated(f"tiers_{name}", title, heads, rows)


def changes(study: Study) -> Iterator[Item]:
    """Yield the chapter of what changed: entries, exits, moves, years by group, streaks."""
    years = _grouped(study, "distribution_", "_years")
    if "history" not in study.tables and not years:
        return
    language = study.scenario.language
    yield Heading(CHANGES.of(language))
    entries = [f"entry_{name}" for name in years]
    yield from sentences(study, "changes", "names_entry", *entries, "names_exit", "furthest")
    for name, frame in years.items():
        yield from sentences(study, f"years_{name}")
        yield from _drawn(study, f"distribution_{name}_years")
        yield _years(name, frame, language)
    yield from sentences(study, *sentence_names(study, "streak_"))
    if "history" in study.tables:
        yield from _streaks(study)


def _years(name: str, frame: pd.DataFrame, language: Language) -> Tabulated:
    """Return the groups' units in two years, with the change and a total row."""
    now, then = (frame.iloc[:, at].astype(int) for at in (1, 2))
    rows = [
        [str(group), str(new), str(old), f"{new - old:+d}" if new != old else "0"]
        for group, new, old in zip(frame.iloc[:, 0], now, then, strict=True)
    ]
    total = int(now.sum() - then.sum())
    rows.append([TOTAL.of(language), str(now.sum()), str(then.sum()), f"{total:+d}" if total else "0"])
    table = f"distribution_{name}_years"
    declared = table_of(table).resolve([*map(str, frame.columns)])
    heads = [
        _group(name, language),
        *(column.title.of(language) for column in declared[1:]),
        CHANGE.of(language),
    ]
    return Tabulated(table, years_title(table, frame, language), heads, rows)


def _streaks(study: Study) -> Iterator[Tabulated]:
    """Yield for each tier a table of its units: rank, and a mark for each streak."""
    language = study.scenario.language
    frame = study.tables["history"]
    marks = [name for name in frame.columns if str(name).startswith("streak_")]
    if not marks:
        return
    tiers = study.tiers.tiers[study.tiers.selected]
    declared = table_of("history")
    heads = [UNIT.of(language), RANK.title.of(language)]
    heads += [declared.column(str(name)).title.of(language) for name in marks]
    for tier in range(1, study.tiers.count + 1):
        own = frame[tiers == tier]
        if not (own[marks] == 1).any(axis=None):
            continue
        rows = [
            [
                str(row[0]),
                f"{row[1]:g}",
                *(MARK if mark == 1 else "?" if mark != 0 else "" for mark in row[2:]),
            ]
            for row in own[["name", frame.columns[2], *marks]]
            .astype(object)
            .fillna(-1)
            .itertuples(index=False, name=None)
        ]
        title = STREAKS.of(language).format(tier_head(tier, language))
        yield Tabulated(f"streaks_tier_{tier}", title, heads, rows, note=OPEN.of(language))


def _grouped(study: Study, before: str, after: str = "") -> dict[str, pd.DataFrame]:
    """Return the tables by group whose names begin so, by group."""
    return {
        name.removeprefix(before).removesuffix(after): frame
        for name, frame in study.tables.items()
        if name.startswith(before)
        and name.endswith(after)
        and "{}" in table_of(name).name
        and table_of(name).name == f"{before}{{}}{after}"
    }


def _title(name: str, language: Language) -> str:
    return table_of(name).noted(name, language)


def _group(name: str, language: Language) -> str:
    return GROUPS.get(name, Text(name, name)).of(language)
