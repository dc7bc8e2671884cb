"""history, changes and distribution_*_years: this list beside earlier ones."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.methods.groups import members
from tierwise.methods.history import Move, streaks
from tierwise.methods.history import changes as moves
from tierwise.methods.regions import PROVINCES, region, short_name
from tierwise.names import cleaned
from tierwise.study.matches import Matches, is_whole, matches_of, recoded_of
from tierwise.tables.columns import GROUP, MOVE, UNIT_CODE, UNIT_NAME, UNITS_OF_YEAR
from tierwise.tables.groups import file_names, group_columns, known_groups, text_columns
from tierwise.tables.table import Table, TableByGroup, none
from tierwise.words.columns import Column, numbered
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.inputs import History
    from tierwise.study.study import Study


def year_of(study: Study, history: History) -> int:
    """Return the year of the list; ``history`` is not empty."""
    year = study.scenario.list_year
    assert year is not None
    return year


def lists_before(history: History, year: int, matched: Matches) -> dict[int, dict[str, float]]:
    """Return the lists before ``year``, oldest first: rank by present code."""
    return {
        one: {matched.codes[entry]: float(history.ranks[entry]) for entry in history.entries(one)}
        for one in sorted({int(one) for one in history.years if one < year})
    }


def lists(study: Study) -> pd.DataFrame:
    """Return ``history_lists``: one row an earlier list: how many of its units are matched in the data."""
    import pandas as pd

    given = study.scenario.history
    assert given is not None
    matched = matches_of(study.scenario)
    rows = []
    for year in sorted({*given.years.tolist()}):
        how = [matched.how[entry] for entry in given.entries(year)]
        rows.append(
            {
                "year": year,
                "units": len(how),
                "by_code": how.count("code"),
                "by_name": how.count("name"),
                "not_in_data": how.count(""),
            }
        )
    return pd.DataFrame(rows)


def up_to(listed: dict[str, float], top: int | None) -> dict[str, float]:
    """Return what of an earlier list is published when only the first ``top`` are; unknown ranks stay."""
    return {code: rank for code, rank in listed.items() if top is None or not rank > top}


def history(study: Study) -> pd.DataFrame:
    """Return one row a listed unit: its ranks year by year, and its streaks at the top.

    A streak ``streak_topN_Yy`` is 1 or 0, and blank where a list is known in part only and leaves it open;
    a streak over years of which a list is missing has no column (H012 where that is news), nor has one
    further down than the list goes (H013).
    """
    import pandas as pd

    given = study.scenario.history
    assert given is not None
    report = study.scenario.spec.report
    year = year_of(study, given)
    before = lists_before(given, year, matches_of(study.scenario))
    panel, listed = study.index.panel, study.tiers.selected
    codes = [panel.codes[unit] for unit in listed]
    now = np.asarray(study.index.ranks, dtype=np.float64)[listed]
    columns: dict[str, object] = {
        "code": codes,
        "name": [panel.names[unit] for unit in listed],
        f"rank_{year}": study.index.ranks[listed],
    }
    ranks = {one: np.array([ranked.get(code, np.nan) for code in codes]) for one, ranked in before.items()}
    for one in reversed(ranks):
        columns[f"rank_{one}"] = _counts(ranks[one])
    for top, years in itertools.product(report.tops, report.years):
        wanted = range(year - years + 1, year)
        if all(one in before for one in wanted) and top <= study.tiers.top:
            table = np.column_stack([_outside_known(ranks[one], before[one], top) for one in wanted] + [now])
            columns[f"streak_top{top}_{years}y"] = _counts(streaks(table, top, years, blank="unknown"))
    return pd.DataFrame(columns)


def _counts(values: FloatArray) -> object:
    """Return whole numbers, blank where there is none."""
    import pandas as pd

    return pd.array([None if np.isnan(value) else int(value) for value in values], dtype="Int64")


def changes(study: Study, since: int | None = None) -> pd.DataFrame | None:
    """Return entries, exits and moves against the list before, or that of a year; None without one.

    Under ``[select] top`` the list before is cut there too: a history may hold ranks far below it.
    ``move`` is places gained. Renamed units keep their history; ``previous_code`` shows the former code.
    Where the list before is known in part only, a unit that it does not name is ``not-named``, no entry. An
    entry and an exit that most likely are one unit under another code are ``recoded``, neither in nor out.
    """
    import pandas as pd

    given = study.scenario.history
    assert given is not None
    matched = matches_of(study.scenario)
    before = lists_before(given, year_of(study, given), matched)
    if not before:
        return None
    last = max(before) if since is None else since
    following = min((one for one in before if one > last), default=year_of(study, given))
    previous = up_to(before[last], study.scenario.spec.select.top)
    panel, listed = study.index.panel, study.tiers.selected
    moved = moves(
        [panel.codes[unit] for unit in listed],
        study.index.ranks[listed],
        [*previous],
        [*previous.values()],
    )
    former = {matched.codes[entry]: entry for entry in given.entries(last)}
    moved = tuple(
        replace(move, previous_code=given.codes[former[move.code]]) if move.code in former else move
        for move in moved
    )
    recoded = recoded_of(study.scenario, [panel.codes[unit] for unit in listed], following)
    unsure = {pair.code: given.codes[pair.entry] for pair in recoded}
    gone = {given.codes[pair.entry] for pair in recoded}
    whole = is_whole(previous, len(listed), newest=last == max(before))
    names = {given.codes[entry]: given.name(entry) for entry in given.entries(last)}
    names |= dict(zip(panel.codes, panel.names, strict=True))

    def change(move: Move) -> str:
        if move.code in (unsure if move.change == "entry" else gone if move.change == "exit" else ()):
            return "recoded"
        return "not-named" if move.change == "entry" and not whole else move.change

    moved = tuple(replace(move, previous_code=unsure.get(move.code, move.previous_code)) for move in moved)
    frame = pd.DataFrame(
        {
            "code": [move.code for move in moved],
            "name": [names.get(move.code, move.code) for move in moved],
            "change": [change(move) for move in moved],
            "rank": [move.rank for move in moved],
            "previous_rank": [move.previous_rank for move in moved],
            "move": [move.move for move in moved],
        }
    )
    for column in ("rank", "previous_rank", "move"):  # average ranks may end in a half
        figures = frame[column].astype("Float64")
        frame[column] = figures.astype("Int64") if (figures.dropna() % 1 == 0).all() else figures
    if any(move.previous_code not in {"", move.code} for move in moved):
        frame["previous_code"] = [move.previous_code for move in moved]
    return frame


def counts_by_year(study: Study, name: str) -> dict[int, dict[str, int]]:
    """Return how many listed units each group of a column has, for each year of which it is known.

    Of earlier years that is so where the list is whole and the groups of all of its units are known (from
    the data of any year, or the history), or where the counts themselves are given; those of regions follow
    from those of provinces.
    """
    scenario = study.scenario
    labels = known_groups(study)[name]
    listed = [study.index.panel.codes[unit] for unit in study.tiers.selected]
    year = study.scenario.list_year or 0
    lists: dict[int, Iterable[str]] = {year: listed}
    if scenario.history is not None:
        before = lists_before(scenario.history, year, matches_of(scenario))
        for one, ranked in before.items():
            previous = up_to(ranked, scenario.spec.select.top)
            whole = is_whole(previous, len(listed), newest=one == max(before))
            if whole and previous.keys() <= labels.keys():
                lists[one] = previous
    counts = {
        one: dict(Counter(group for own in members([labels[code] for code in codes]) for group in own))
        for one, codes in lists.items()
    }
    for one, given in _given_counts(study, name).items():
        counts.setdefault(one, given)
    return counts


def _given_counts(study: Study, name: str) -> dict[int, dict[str, int]]:
    """Return the counts of earlier years that are given, in the data's words for the groups."""
    given, columns = study.scenario.counts, text_columns(study.scenario.panel)
    if given is None:
        return {}
    form: Callable[[str], str] = cleaned
    known = {cleaned(group): group for group in columns[name]}
    if {*map(short_name, known)} <= PROVINCES.keys() | {""}:  # 江苏省 is 江苏
        known = {short_name(group): group for group in known.values()}
        form = short_name
    years = {
        year: {known.get(form(group), group): units for group, units in counts.items()}
        for year, counts in given.of(name).items()
    }
    if years or name != "region":
        return years
    for column, groups in columns.items():
        names = {short_name(group) for group in groups if group}
        if names and names <= PROVINCES.keys():
            for year, counts in given.of(column).items():
                summed: dict[str, int] = {}
                for province, units in counts.items():
                    area = str(region([province])[0])
                    summed[area] = summed.get(area, 0) + units
                years[year] = summed
    return years


def last_year(study: Study) -> int:
    """Return the last year before this list of which a list or counts are given, 0 for none."""
    scenario, year = study.scenario, study.scenario.list_year or 0
    years = [*(scenario.history.years.tolist() if scenario.history is not None else [])]
    years += scenario.counts.years if scenario.counts is not None else []
    return max((int(one) for one in years if one < year), default=0)


def group_years(study: Study) -> dict[str, pd.DataFrame]:
    """Return for each group column the listed units of each group, in this list and in earlier ones.

    Those of which they are known (:func:`counts_by_year`), the last one before among them.
    """
    import pandas as pd

    panel, year = study.scenario.panel, study.scenario.list_year or 0
    columns = group_columns(panel, len(study.tiers.selected), study.scenario.spec.report.groups)
    files, tables = file_names([*columns]), {}
    last = last_year(study)
    for name in columns if last else ():
        counts = counts_by_year(study, name)
        if last not in counts:
            continue
        shown = [year, *sorted((one for one in counts if one < year), reverse=True)]
        groups = [*dict.fromkeys(group for one in shown for group in counts[one])]
        groups.sort(key=lambda group: [-counts[one].get(group, 0) for one in shown])
        tables[files[name]] = pd.DataFrame(
            {
                name: groups,
                **{f"units_{one}": [counts[one].get(group, 0) for group in groups] for one in shown},
            }
        )
    return tables


def _outside_known(ranks: FloatArray, listed: dict[str, float], top: int) -> FloatArray:
    """Return ranks in a list, units it does not name behind ``top`` if it names every rank down to it."""
    names_all = sum(rank <= top for rank in listed.values()) >= top
    return np.where(np.isnan(ranks) & names_all, float(top + 1), ranks)


def _history(study: Study) -> pd.DataFrame | None:
    return None if study.scenario.history is None else history(study)


HISTORY: Final = Table(
    name="history",
    title=Text("Streaks", "历年连续上榜"),
    note=Text("Ranks of earlier years and streaks in the top", "历年名次与连续上榜情况"),
    row=Text("a listed unit", "一个入榜单位"),
    section="groups",
    place=13,
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        numbered("rank_{}", Text("Rank {0}", "{0}年排名"), Text("rank in the year", "该年名次")),
        Column(
            "streak_top…_…y",
            Text("Top {0}, {1} years", "连续{1}年前{0}"),
            Text(
                "1 for a unit in the first N in each of the last Y years; blank where a list leaves it open",
                "近Y年均居前N名为1；历史榜单不全、无从判断者空白",
            ),
            "mark",
            pattern=r"streak_top(\d+)_(\d+)y",
        ),
    ),
    make=_history,
)


LISTS: Final = Table(
    name="history_lists",
    title=Text("Earlier lists", "往期榜单"),
    note=Text(
        "How many units of each earlier list are found in the data", "往期各榜单中有多少单位可与本期数据对应"
    ),
    row=Text("an earlier list", "一期往期榜单"),
    section="groups",
    columns=(
        Column("year", Text("Year", "年份"), Text("year of the list", "榜单年份")),
        Column("units", Text("Units", "单位数"), Text("units that it lists", "榜单上的单位个数")),
        Column("by_code", Text("Matched by code", "按代码匹配"), Text("found by code", "按代码对应的个数")),
        Column("by_name", Text("Matched by name", "按名称匹配"), Text("found by name", "按名称对应的个数")),
        Column("not_in_data", Text("Not in the data", "本期数据中没有"), Text("not found", "未能对应的个数")),
    ),
    make=lambda study: None if study.scenario.history is None else lists(study),
)


def _changes(study: Study) -> pd.DataFrame | None:
    return None if study.scenario.history is None else changes(study)


CHANGES: Final = Table(
    name="changes",
    title=Text("Changes", "进退变化"),
    note=Text("Entries, exits and moves since the last list", "与上期相比的新进、退出与升降"),
    row=Text("a unit of this list or the one before", "一个本期或上期的入榜单位"),
    section="groups",
    place=12,
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        Column(
            "change",
            Text("Change", "变化"),
            Text("entry, exit, up, down, same, listed, recoded, not-named", "新进、退出、上升、下降、持平等"),
            words={
                "entry": Text("new", "新进"),
                "exit": Text("left", "退出"),
                "up": Text("up", "上升"),
                "down": Text("down", "下降"),
                "same": Text("same", "持平"),
                "listed": Text("listed, former rank unknown", "上期在榜，名次不详"),
                "recoded": Text("code changed?", "代码疑似变更"),
                "not-named": Text("former list unknown", "上期榜单不全，不详"),
            },
        ),
        Column("rank", Text("Rank", "排名"), Text("rank in this list", "本期名次")),
        Column(
            "previous_rank", Text("Previous rank", "上期排名"), Text("rank in the list before", "上期名次")
        ),
        MOVE,
        Column(
            "previous_code",
            Text("Former code", "原代码"),
            Text("code in the list before, of a unit that was renamed", "更名单位在上期的代码"),
            optional=True,
        ),
    ),
    make=_changes,
)

GROUP_YEARS: Final = TableByGroup(
    name="distribution_{}_years",
    title=Text("{} list by list", "{}历年数量"),
    note=Text(
        "Listed units by {}, in this list and in earlier ones that are known whole",
        "各{}本期与往期（名单完整者）的入榜单位数",
    ),
    row=Text("a group", "一个组"),
    section="groups",
    place=11,
    columns=(
        GROUP,
        UNITS_OF_YEAR,
    ),
    charts=("groups_by_year",),
    make=none,
    make_each=group_years,
)

TABLES: Final = (HISTORY, LISTS, CHANGES, GROUP_YEARS)
