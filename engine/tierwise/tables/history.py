"""history, changes and distribution_*_years: this list beside earlier ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.methods.groups import group_counts
from tierwise.methods.history import Move, streaks
from tierwise.methods.history import changes as moves
from tierwise.study.matches import Matches, list_year, matches_of, recoded_of
from tierwise.tables.groups import file_names, group_columns

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.inputs import History
    from tierwise.study.study import Study


def year_of(study: Study, history: History) -> int:
    """Return the year of this list: the one given, else the one after the history's last."""
    return list_year(study.scenario.spec.report.year, history)


def lists_before(history: History, year: int, found: Matches) -> dict[int, dict[str, float]]:
    """Return the lists before ``year``, oldest first: rank by present code."""
    return {
        one: {found.codes[entry]: float(history.ranks[entry]) for entry in history.entries(one)}
        for one in sorted({int(one) for one in history.years if one < year})
    }


def lists(study: Study) -> pd.DataFrame:
    """Return ``history_lists``: one row an earlier list: how many of its units are found in the data."""
    import pandas as pd

    given = study.scenario.history
    assert given is not None
    found = matches_of(study.scenario)
    rows = []
    for year in sorted({*given.years.tolist()}):
        how = [found.how[entry] for entry in given.entries(year)]
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


def is_whole(listed: dict[str, float], units: int) -> bool:
    """Tell whether a list names every rank down to its last, so that who is missing was outside.

    Where no rank is known, as many units as are listed now (``units``) make it whole.
    """
    ranks = [rank for rank in listed.values() if not np.isnan(rank)]
    return len(listed) >= (max(ranks) if ranks else units)


def history(study: Study) -> pd.DataFrame:
    """Return one row a listed unit: its ranks year by year, and its streaks at the top.

    A streak ``streak_topN_Yy`` is 1 or 0, and blank where a list is known in part only and leaves it open;
    a streak over more years than there are lists has no column.
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
        columns[f"rank_{one}"] = pd.array(
            [None if np.isnan(rank) else int(rank) for rank in ranks[one]], dtype="Int64"
        )
    for top in report.tops:
        for years in report.years:
            wanted = range(year - years + 1, year)
            if all(one in before for one in wanted) and top <= study.tiers.top:
                table = np.column_stack(
                    [_outside_known(ranks[one], before[one], top) for one in wanted] + [now]
                )
                found = streaks(table, top, years, blank="unknown")
                columns[f"streak_top{top}_{years}y"] = pd.array(
                    [None if np.isnan(one) else int(one) for one in found], dtype="Int64"
                )
    return pd.DataFrame(columns)


def changes(study: Study) -> pd.DataFrame | None:
    """Return entries, exits and moves against the list before; None without one.

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
    last = max(before)
    previous = up_to(before[last], study.scenario.spec.select.top)
    panel, listed = study.index.panel, study.tiers.selected
    found = moves(
        [panel.codes[unit] for unit in listed],
        study.index.ranks[listed],
        [*previous],
        [*previous.values()],
    )
    former = {matched.codes[entry]: entry for entry in given.entries(last)}
    found = tuple(
        replace(move, previous_code=given.codes[former[move.code]]) if move.code in former else move
        for move in found
    )
    recoded = recoded_of(study.scenario, [panel.codes[unit] for unit in listed], year_of(study, given))
    unsure = {pair.code: given.codes[pair.entry] for pair in recoded}
    gone = {given.codes[pair.entry] for pair in recoded}
    whole = is_whole(previous, len(listed))
    names = {given.codes[entry]: given.name(entry) for entry in given.entries(last)}
    names |= dict(zip(panel.codes, panel.names, strict=True))

    def change(move: Move) -> str:
        if move.code in (unsure if move.change == "entry" else gone if move.change == "exit" else ()):
            return "recoded"
        return "not-named" if move.change == "entry" and not whole else move.change

    found = tuple(replace(move, previous_code=unsure.get(move.code, move.previous_code)) for move in found)
    frame = pd.DataFrame(
        {
            "code": [move.code for move in found],
            "name": [names.get(move.code, move.code) for move in found],
            "change": [change(move) for move in found],
            "rank": [move.rank for move in found],
            "previous_rank": [move.previous_rank for move in found],
            "move": [move.move for move in found],
        }
    )
    for column in ("rank", "previous_rank", "move"):  # average ranks may end in a half
        figures = frame[column].astype("Float64")
        frame[column] = figures.astype("Int64") if (figures.dropna() % 1 == 0).all() else figures
    if any(move.previous_code not in {"", move.code} for move in found):
        frame["previous_code"] = [move.previous_code for move in found]
    return frame


def group_years(study: Study) -> dict[str, pd.DataFrame]:
    """Return ``distribution_GROUP_years``: listed units of each group, in this list and the one before.

    Only where the list before is known whole and all of its units are in the data.
    """
    import pandas as pd

    given = study.scenario.history
    assert given is not None
    report, year = study.scenario.spec.report, year_of(study, given)
    before = lists_before(given, year, matches_of(study.scenario))
    panel, listed = study.scenario.panel, study.tiers.selected
    if not before:
        return {}
    last = max(before)
    previous = up_to(before[last], study.scenario.spec.select.top)
    position = {code: unit for unit, code in enumerate(panel.codes)}
    if not is_whole(previous, len(listed)) or not previous.keys() <= position.keys():
        return {}
    columns, tables = group_columns(panel, len(listed), report.groups), {}
    files = file_names([*columns])
    for name, groups in columns.items():
        now = [groups[position[study.index.panel.codes[unit]]] for unit in listed]
        then = [groups[position[code]] for code in previous]
        found = group_counts(now + then, [str(year)] * len(now) + [str(last)] * len(then))
        counts = {head: found.counts[:, at] for at, head in enumerate(found.columns)}
        here, there = (
            counts.get(str(when), np.zeros(len(found.rows), dtype=np.int64)) for when in (year, last)
        )
        order = sorted(range(len(found.rows)), key=lambda row: (-here[row], -there[row]))
        tables[f"distribution_{files[name]}_years"] = pd.DataFrame(
            {
                name: [found.rows[row] for row in order],
                f"units_{year}": here[order],
                f"units_{last}": there[order],
            }
        )
    return tables


def _outside_known(ranks: FloatArray, listed: dict[str, float], top: int) -> FloatArray:
    """Return ranks in a list, units it does not name behind ``top`` if it names every rank down to it."""
    names_all = sum(rank <= top for rank in listed.values()) >= top
    return np.where(np.isnan(ranks) & names_all, float(top + 1), ranks)
