"""history_units, changes_since and changes_by_*: units and groups over all lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.methods.groups import members
from tierwise.methods.records import records, streaks_of
from tierwise.study.columns import whole
from tierwise.study.matches import is_whole, matches_of
from tierwise.tables.columns import GROUP, UNIT_CODE, UNIT_NAME
from tierwise.tables.groups import file_names, group_columns, known_groups
from tierwise.tables.history import CHANGES, changes, lists_before, up_to, year_of
from tierwise.tables.table import Table, TableByGroup, none
from tierwise.words.columns import Column, numbered
from tierwise.words.language import COMMA, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study


def units(study: Study) -> pd.DataFrame | None:
    """Return one row a unit of any list: how often, how long in a row, best and worst rank, streak of tiers.

    Lists are those of the history and this one. A year without a list leaves all units open. Tiers of
    earlier lists are those of the history. None without earlier lists.
    """
    import pandas as pd

    given = study.scenario.history
    assert given is not None
    matched, year = matches_of(study.scenario), year_of(study, given)
    before = lists_before(given, year, matched)
    if not before:
        return None
    panel, listed = study.index.panel, study.tiers.selected
    top = study.scenario.spec.select.top
    now = {panel.codes[unit]: float(study.index.ranks[unit]) for unit in listed}
    lists = {one: up_to(ranked, top) for one, ranked in before.items()} | {year: now}
    when = np.arange(min(lists), year + 1)
    codes = [*dict.fromkeys(code for one in sorted(lists, reverse=True) for code in lists[one])]
    known = {
        one: one == year or is_whole(ranked, len(listed), newest=one == max(before))
        for one, ranked in lists.items()
    }
    there = np.array(
        [
            [1.0 if code in lists.get(one, {}) else 0.0 if known.get(int(one)) else np.nan for code in codes]
            for one in when.tolist()
        ]
    )
    ranks = np.array([[lists.get(one, {}).get(code, np.nan) for code in codes] for one in when.tolist()])
    found = records(there, ranks)
    names = {matched.codes[entry]: given.name(entry) for entry in range(len(given.codes))}
    names |= dict(zip(panel.codes, panel.names, strict=True))
    first = np.where(there == 1, when[:, None], 9999).min(axis=0)
    last = np.where(there == 1, when[:, None], 0).max(axis=0)
    columns: dict[str, object] = {
        "code": codes,
        "name": [names.get(code, code) for code in codes],
        "lists": found.lists,
        "unknown": found.unknown,
        "first_year": first,
        "last_year": last,
        "streak": found.streak,
        "streak_more": found.more.astype(np.int64),
        "longest_streak": found.longest,
        "best_rank": whole(found.best),
        "best_year": whole(when[0] + found.best_at),
        "worst_rank": whole(found.worst),
        "worst_year": whole(when[0] + found.worst_at),
    }
    tiers = _tiers(study, codes, when.tolist(), year)
    if tiers is not None:
        same = tiers == np.where(np.isnan(tiers[-1]), -1.0, tiers[-1])
        better = tiers <= np.where(np.isnan(tiers[-1]), -1.0, tiers[-1])
        columns |= {
            "tier": whole(tiers[-1]),
            "tier_streak": streaks_of(same)[0],
            "tier_or_higher_streak": streaks_of(better)[0],
        }
    for one in sorted(before, reverse=True):
        moved = np.array([lists[one].get(code, np.nan) - now.get(code, np.nan) for code in codes])
        columns[f"move_{one}"] = whole(moved)
    return pd.DataFrame(columns)


def _tiers(study: Study, codes: list[str], when: list[int], year: int) -> FloatArray | None:
    """Return tiers ``(years, units)`` of the lists, NaN where they are not known; None without any before."""
    given = study.scenario.history
    assert given is not None
    if given.tiers is None:
        return None
    matched = matches_of(study.scenario)
    place = {code: at for at, code in enumerate(codes)}
    tiers = np.full((len(when), len(codes)), np.nan)
    for entry, (one, tier) in enumerate(zip(given.years.tolist(), given.tiers.tolist(), strict=True)):
        if when[0] <= one < year and matched.codes[entry] in place:
            tiers[one - when[0], place[matched.codes[entry]]] = tier
    for unit in study.tiers.selected.tolist():
        tiers[-1, place[study.index.panel.codes[unit]]] = study.tiers.tiers[unit]
    return tiers


def since(study: Study) -> pd.DataFrame | None:
    """Return entries, exits and moves against every earlier list, the latest first; None without any."""
    import pandas as pd

    given = study.scenario.history
    assert given is not None
    before = lists_before(given, year_of(study, given), matches_of(study.scenario))
    parts = []
    for one in sorted(before, reverse=True):
        frame = changes(study, one)
        assert frame is not None
        frame.insert(0, "since", one)
        parts.append(frame.drop(columns=["previous_code"], errors="ignore"))
    return pd.concat(parts, ignore_index=True) if parts else None


def by_group(study: Study) -> dict[str, pd.DataFrame]:
    """Return for each group column the entries and exits of each group since each earlier list.

    A unit whose group no data and no list tells is counted under a blank. Units that a list known in part
    leaves open are neither in nor out.
    """
    import pandas as pd

    moved = since(study)
    if moved is None:
        return {}
    moved = moved[moved["change"].isin(["entry", "exit"])]
    panel, listed = study.scenario.panel, study.tiers.selected
    columns = group_columns(panel, len(listed), study.scenario.spec.report.groups)
    files, labels, tables = file_names([*columns]), known_groups(study), {}
    comma = COMMA[study.scenario.language]
    for name in columns:
        rows: dict[tuple[int, str], dict[str, list[str]]] = {}
        groups = members([labels[name].get(code, "") for code in moved["code"]])
        for one, own, change, unit in zip(
            moved["since"], groups, moved["change"], moved["name"], strict=True
        ):
            for group in own or ("",):
                rows.setdefault((int(one), group), {"entry": [], "exit": []})[change].append(str(unit))
        order = sorted(
            rows, key=lambda key: (-key[0], -len(rows[key]["entry"]), -len(rows[key]["exit"]), key[1])
        )
        if rows:
            tables[files[name]] = pd.DataFrame(
                {
                    name: [group for _, group in order],
                    "since": [one for one, _ in order],
                    "entries": [len(rows[key]["entry"]) for key in order],
                    "exits": [len(rows[key]["exit"]) for key in order],
                    "entered": [comma.join(rows[key]["entry"]) or None for key in order],
                    "left": [comma.join(rows[key]["exit"]) or None for key in order],
                }
            )
    return tables


SINCE: Final = Column(
    "since", Text("Since", "对比年份"), Text("year of the earlier list", "对比榜单的年份"), "0"
)
UNITS: Final = Table(
    name="history_units",
    title=Text("Units over all lists", "单位历年纪录"),
    note=Text(
        "How often and how long in a row units were listed, their best and worst ranks, places gained since",
        "各单位上榜次数、连续上榜年数、最好与最差名次及与往期相比的升降",
    ),
    row=Text("a unit of this list or an earlier one", "本期或往期榜单上的一个单位"),
    section="groups",
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        Column("lists", Text("Lists", "上榜次数"), Text("lists that name it", "载明该单位的榜单数")),
        Column(
            "unknown",
            Text("Not known", "不详年数"),
            Text("years whose list is not known, or leaves it open", "没有榜单或名单不全、无从判断的年数"),
        ),
        Column(
            "first_year", Text("First", "首次上榜"), Text("first list that names it", "首次上榜年份"), "0"
        ),
        Column("last_year", Text("Last", "最近上榜"), Text("last list that names it", "最近上榜年份"), "0"),
        Column(
            "streak",
            Text("Streak", "连续上榜"),
            Text("years in a row up to this list", "截至本期连续上榜年数"),
        ),
        Column(
            "streak_more",
            Text("At least", "至少"),
            Text("1: the streak may be longer, the list before is open", "1：更早名单不详，连续年数可能更长"),
            "mark",
        ),
        Column(
            "longest_streak",
            Text("Longest streak", "最长连续"),
            Text("most years in a row", "最长连续上榜年数"),
        ),
        Column("best_rank", Text("Best rank", "最好名次"), Text("best known rank", "已知的最好名次")),
        Column("best_year", Text("In", "所在年份"), Text("its year, of equal ones the last", "其年份"), "0"),
        Column("worst_rank", Text("Worst rank", "最差名次"), Text("worst known rank", "已知的最差名次")),
        Column("worst_year", Text("In", "所在年份"), Text("its year, of equal ones the last", "其年份"), "0"),
        Column(
            "tier",
            Text("Tier", "梯队"),
            Text("tier in this list", "本期梯队"),
            look="tier",
            optional=True,
        ),
        Column(
            "tier_streak",
            Text("Same tier", "同梯队连续"),
            Text("years in a row in this tier", "连续处于该梯队的年数"),
            optional=True,
        ),
        Column(
            "tier_or_higher_streak",
            Text("Same or higher", "同级以上连续"),
            Text("years in a row in this tier or a higher one", "连续处于该梯队或更高梯队的年数"),
            optional=True,
        ),
        numbered(
            "move_{}",
            Text("Gained since {0}", "较{0}年升降"),
            Text("places gained (+) or lost since that list", "与该期相比上升（+）或下降的位次"),
            "+0;-0;0",
        ),
    ),
    make=lambda study: None if study.scenario.history is None else units(study),
)

CHANGES_SINCE: Final = Table(
    name="changes_since",
    title=Text("Changes since each list", "与往期各榜对比"),
    note=Text(
        "Entries, exits and moves since every earlier list, each as far as it is known",
        "与往期每一份榜单（按已知部分）相比的新进、退出与升降",
    ),
    row=Text("an earlier list and a unit of it or of this one", "一期往期榜单与其中或本期的一个单位"),
    section="groups",
    columns=(SINCE, *(column for column in CHANGES.columns if column.name != "previous_code")),
    make=lambda study: None if study.scenario.history is None else since(study),
)

BY_GROUP: Final = TableByGroup(
    name="changes_by_{}",
    title=Text("In and out by {}", "{}进退"),
    note=Text(
        "Entries and exits of each group of {} since every earlier list; blank: group not known",
        "与往期各榜相比，各{}新进与退出的单位；空白：所属不详",
    ),
    row=Text("an earlier list and a group with entries or exits", "一期往期榜单与有进退的一个组"),
    section="groups",
    place=12.2,
    columns=(
        GROUP,
        SINCE,
        Column("entries", Text("Entries", "新进"), Text("units that came in", "新进单位个数")),
        Column("exits", Text("Exits", "退出"), Text("units that went out", "退出单位个数")),
        Column("entered", Text("Came in", "新进单位"), Text("their names", "单位名称")),
        Column("left", Text("Went out", "退出单位"), Text("their names", "单位名称")),
    ),
    make=none,
    make_each=lambda study: {} if study.scenario.history is None else by_group(study),
)

TABLES: Final = (UNITS, CHANGES_SINCE, BY_GROUP)
