"""Cautions: what a reader should know although the run goes on. They are problems that nobody raises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from typing import Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problem, problem
from tierwise.inputs import Experts, Framework, History, Panel
from tierwise.inputs.experts import Round
from tierwise.kernels.grid import on_grid
from tierwise.names import alike_codes, cleaned, is_total, may_be_total
from tierwise.spec import ReportSpec
from tierwise.study.contradicted import of_history
from tierwise.study.draws import Offset
from tierwise.study.matches import Matches, is_whole, matches_of, of_one_name, recoded_of
from tierwise.study.odd_years import odd_years_of
from tierwise.study.scenario import Scenario
from tierwise.tolerances import TYPED
from tierwise.words.formats import Printed
from tierwise.words.language import Text
from tierwise.words.speaking import Choice

MIXED: Final = 20.0  # weights of siblings, some below 1 and some above, that far apart
LEAST_SCORES: Final = 4  # of one expert, before their being equal says anything
LEAST_LIST: Final = 5
MOST_WHOLE: Final = 10.0  # the top of scales that are scored in whole numbers
MOST_BROKEN: Final = 0.1  # share of scores that are not whole, up to which they are odd


def cautions(
    scenario: Scenario, panel: Panel, listed: Sequence[str], offset: Offset | None
) -> tuple[Problem, ...]:
    """Return what to look at, in the order of the steps of a run.

    How files were read; rows that look like totals (D017); codes of the framework and weights that look
    mixed (F011, W007); groups that nobody chose (D021); odd years (Y033, Y034); an importance that nobody set
    (W165); experts (E009, E010, E014, E018 to E020); earlier lists (H004-H013); draws around other weights
    (U117). ``panel`` holds the units that are compared, ``listed`` the codes of those listed.
    """
    return (
        *scenario.readings,
        *total_rows(panel),
        *_framework(scenario.framework),
        *_chosen_group(scenario),
        *odd_years_of(scenario),
        *_aimed_at(scenario),
        *([] if scenario.experts is None else _experts(scenario.experts, scenario.spec.experts.rule)),
        *_history(scenario, listed),
        *([] if offset is None else [offset_caution(offset)]),
    )


def unused_weights(framework: Framework, used: FloatArray, names: Sequence[str]) -> list[Problem]:
    """Return W140 where the framework has weights of its own and those ``used (nodes,)`` are others."""
    if {*names} & {"auto", "framework"}:
        return []
    typed = np.isfinite(framework.weights) & (framework.tree.parent >= 0)
    own = framework.local_weights
    off = np.where(typed, np.abs(own - used), 0.0)
    at = int(off.argmax())
    if off[at] <= TYPED:
        return []
    return [
        problem(
            "W140",
            framework.place(framework.codes[at], "weight"),
            count=int((off > TYPED).sum()),
            typed=int(typed.sum()),
            node=framework.names[at],
            given=f"{Printed(own[at]):.2%}",
            used=f"{Printed(used[at]):.2%}",
            source=", ".join(names),
        )
    ]


def listed_beyond(top: int | None, ranked: int) -> list[Problem]:
    """Return S025 where a longer list is asked for than there are units."""
    return [] if top is None or top <= ranked else [problem("S025", "[select] top", top=top, ranked=ranked)]


def uneven_list(
    panel: Panel, ranks: FloatArray | IntArray, compared: FloatArray, top: int | None
) -> list[Problem]:
    """Return T116 where equal scores make the list another than ``top`` long, T117 where it parts them."""
    if top is None or top >= len(ranks):
        return []
    listed = ranks <= top
    told = []
    if listed.sum() != top:
        told.append(problem("T116", "[select] top", listed=int(listed.sum()), top=top))
    last = compared[listed].min(initial=np.inf)
    left_out = np.flatnonzero(~listed & (compared == last))
    if left_out.size:
        unit = int(left_out[0])
        told.append(problem("T117", panel.place(unit, None), unit=panel.names[unit]))
    return told


def crushed(panel: Panel, scores: FloatArray) -> list[Problem]:
    """Return D023 where one score is so large that different ones are equal on its grid."""
    known = np.flatnonzero(np.isfinite(scores))
    order = known[np.argsort(scores[known], kind="stable")]
    inner = scores[order]
    level = on_grid(inner)
    near = np.maximum(np.abs(inner[1:]), np.abs(inner[:-1]))
    tied = (level[1:] == level[:-1]) & (np.diff(inner) > TYPED * near)
    if not tied.any():
        return []
    count = int((np.append(tied, False) | np.append(False, tied)).sum())
    largest = int(order[np.abs(inner).argmax()])
    unit, score = panel.names[largest], float(scores[largest])
    return [problem("D023", panel.place(largest, None), row=largest, unit=unit, score=score, count=count)]


def _framework(framework: Framework) -> Iterator[Problem]:
    """Yield F011 for codes that are one but for their spelling, W007 for weights in percent beside shares."""
    for first, second in alike_codes(framework.codes):
        one, other = framework.codes[first], framework.codes[second]
        yield problem("F011", framework.place(other, "code"), code=other, first=one)
    for group in framework.tree.sibling_groups:
        given = framework.weights[group]
        shares, points = given[(given > 0) & (given < 1)], given[given > 1]
        if shares.size and points.size and points.max() / shares.min() >= MIXED:
            code = framework.codes[int(group[int(np.nanargmin(np.where(given > 0, given, np.inf)))])]
            parent = framework.parents[group[0]]
            yield problem(
                "W007",
                framework.place(code, "weight"),
                parent=parent,
                low=float(shares.min()),
                high=float(points.max()),
            )


def _chosen_group(scenario: Scenario) -> Iterator[Problem]:
    """Yield D021 where values are filled from the unit's group, and the column of groups is our choice."""
    steps, groups = scenario.spec.index, [*scenario.panel.groups]
    blank = bool(np.isnan(scenario.panel.values).any())
    if steps.missing.startswith("group-") and groups and not steps.impute.groups and blank:
        yield problem("D021", "[index] missing", group=groups[0], choices=groups)


def _aimed_at(scenario: Scenario) -> Iterator[Problem]:
    """Yield W165 where optimised weights aim at weights under ``auto`` that are not simply the framework's.

    Another source may be meant, or some group may be blank in the framework.
    """
    spec, framework, experts = scenario.spec.index, scenario.framework, scenario.experts
    names = (spec.weights,) if isinstance(spec.weights, str) else spec.weights
    if "optimised" not in names or spec.weighting.target is not None:
        return
    groups = [group for group in framework.tree.sibling_groups if group.size > 1]
    blank = [group for group in groups if np.isnan(framework.weights[group]).all()]
    if not blank and not {*names} - {"optimised", "auto", "framework"}:
        return
    scores = None if experts is None else experts.on_nodes(framework)
    judged = [group for group in blank if scores is not None and not np.isnan(scores[:, group]).all()]
    counts = {
        Text("the framework's", "指标体系的权重"): len(groups) - len(blank),
        Text("the experts'", "专家打分的权重"): len(judged),
        Text("equal ones", "等权"): len(blank) - len(judged),
    }
    sources = [source for source, count in counts.items() if count]
    yield problem(
        "W165",
        "[index.weighting] target",
        sources=", ".join(source.en for source in sources),
        sources_zh="、".join(source.zh for source in sources),
    )


def _experts(experts: Experts, method: str) -> Iterator[Problem]:
    """Yield E009 for labels that may be one expert's, E010, E018, E020 for odd scores, E014, E019."""
    authority = experts.last.authority
    if method != "authority" and authority is not None and np.ptp(authority) > 0:
        yield problem("E014", "Experts", method=method)
    labels = [*dict.fromkeys(label for one in experts.rounds for label in one.experts)]
    first: dict[str, str] = {}
    for label in labels:
        form = re.sub(r"0+(?=\d)", "", cleaned(label).casefold())
        if first.setdefault(form, label) != label:
            yield problem("E009", "Experts", expert=label, first=first[form])
        if is_total(label):
            yield problem("E019", "Experts", expert=label)
    for number, one in enumerate(experts.rounds):
        if experts.scale(number) <= MOST_WHOLE:
            yield from _broken(experts, one)
        for label, scores in zip(one.experts, one.scores, strict=True):
            known = scores[~np.isnan(scores)]
            if known.size >= LEAST_SCORES and experts.scale(number) > MOST_WHOLE and 0 < known.max() <= 1:
                yield problem("E020", "Experts", expert=label, round=one.label, top=experts.scale(number))
            if known.size >= LEAST_SCORES and np.ptp(known) == 0:
                yield problem(
                    "E010", "Experts", expert=label, round=one.label, score=float(known[0]), count=known.size
                )


def _broken(experts: Experts, one: Round) -> Iterator[Problem]:
    """Yield E018 for the first of a round's scores that are not whole where nearly all others are."""
    known = ~np.isnan(one.scores)
    broken = known & (np.abs(one.scores - np.round(one.scores)) > TYPED)
    if broken.any() and broken.sum() <= MOST_BROKEN * known.sum():
        row, column = (int(at[0]) for at in np.nonzero(broken))
        yield problem(
            "E018",
            "Experts",
            expert=one.experts[row],
            node=experts.codes[column],
            score=float(one.scores[row, column]),
            round=one.label,
            count=int(broken.sum()),
        )


def _history(scenario: Scenario, listed: Sequence[str]) -> Iterator[Problem]:
    history = scenario.history
    if history is None or not len(history.years):
        return
    matched = matches_of(scenario)
    if not any(matched.how):
        yield problem("H004", "History")
        return
    year = scenario.list_year
    assert year is not None
    yield from _matched(history, matched)
    yield from of_history(scenario, matched)
    panel = scenario.panel
    shared = {
        entry: units
        for entry in range(len(history.codes))
        if not matched.how[entry] and len(units := of_one_name(history, panel, entry)) > 1
    }
    for entry, units in shared.items():
        where = [*panel.groups.values()][:1]
        told = [" ".join([panel.codes[unit], *(f"({one[unit]})" for one in where)]) for unit in units]
        yield problem("H011", history.place(entry), former=history.name(entry), choices=told)
    for pair in recoded_of(scenario, listed, year):
        if pair.entry in shared:
            continue
        name = panel.names[panel.codes.index(pair.code)]
        former = history.codes[pair.entry]
        yield problem("H006", history.place(pair.entry), former=former, code=pair.code, name=name)
    late = sorted({one for one in history.years.tolist() if one >= year})
    if late:
        yield problem("H007", "[report] year", years=late, year=year)
    yield from _partial(history, year, len(listed))
    yield from _streaks(scenario.spec.report, {*history.years.tolist()}, year, len(listed))
    unread = [name for name in history.groups if name not in scenario.panel.groups]
    if unread:
        yield problem("H010", "History", columns=unread, choices=[*scenario.panel.groups] or ["-"])
    for one in sorted({*history.years.tolist()}):
        yield from _odd_ranks(history, one)


def _partial(history: History, year: int, units: int) -> Iterator[Problem]:
    """Yield H009 for the earlier lists that are known in part: what they do not name stays open."""
    years = sorted({one for one in history.years.tolist() if one < year}, reverse=True)
    lists = {one: history.of_year(one) for one in years}
    open_ones = [
        f"{one}: {len(listed)}"
        for one, listed in lists.items()
        if not is_whole(listed, units, newest=one == years[0]) and not [*_odd_ranks(history, one)]
    ]
    if open_ones:
        yield problem("H009", "History", lists=open_ones, count=units)


def _streaks(report: ReportSpec, years: Set[int], year: int, units: int) -> Iterator[Problem]:
    """Yield H012, H013 for streaks that are not counted: a list is missing, or fewer units are listed.

    A history that only begins later, and a short list, are no news where nobody asked for more.
    """
    asked, before = report.model_fields_set, {one for one in years if one < year}
    lacking: dict[int, list[int]] = {}
    for span in report.years:
        missing = [one for one in range(year - span + 1, year) if one not in before]
        if missing and before and ("years" in asked or missing[-1] > min(before)):
            lacking[span] = missing
    if lacking:
        missing = sorted({one for own in lacking.values() for one in own})
        yield problem("H012", "History", missing=missing, spans=[*lacking])
    tops = [top for top in report.tops if top > units]
    if tops and "tops" in asked:
        yield problem("H013", "[report] tops", tops=tops, count=units)


def _matched(history: History, matched: Matches) -> Iterator[Problem]:
    """Yield H005 where units were found by their names, or fewer than half were: how many of each list."""
    lists = []
    for year in sorted({*history.years.tolist()}, reverse=True):
        how = [matched.how[entry] for entry in history.entries(year)]
        lists.append((year, len(how) - how.count(""), len(how), how.count("name")))
    if any(named or 2 * known < units for _, known, units, named in lists):
        yield problem(
            "H005",
            "History",
            lists=[f"{year}: {known}/{units}" for year, known, units, _ in lists],
            named=sum(named for *_, named in lists),
        )


def _odd_ranks(history: History, year: int) -> Iterator[Problem]:
    """Yield H008 for a rank far beyond the length of a list that the other ranks fill from the first."""
    entries = [entry for entry in history.entries(year) if not np.isnan(history.ranks[entry])]
    ranks, length = history.ranks[entries], len(entries)
    beyond = np.flatnonzero(ranks > 2 * length)
    if (
        length >= LEAST_LIST
        and 0 < beyond.size <= length / 5
        and (ranks <= length).sum() == length - beyond.size
    ):
        for at in beyond.tolist():
            rank, place = float(ranks[at]), history.place(entries[at])
            yield problem("H008", place, rank=rank, year=year, code=history.codes[entries[at]], count=length)


def total_rows(panel: Panel) -> list[Problem]:
    """Return a caution for each unit whose code or name says that it sums up the others."""
    return [
        problem("D017", panel.place(unit, None), row=unit, unit=panel.names[unit])
        for unit in range(len(panel))
        if any(map(is_total, (panel.codes[unit], panel.names[unit]))) or may_be_total(panel.names[unit])
    ]


def offset_caution(offset: Offset) -> Problem:
    """Return the caution that the draws lie around other weights than those of the published index."""
    return problem(
        "U129" if offset.source else "U117",
        "[uncertainty] weights",
        middle=Choice(offset.source),
        node=offset.name,
        index=f"{Printed(offset.index):.2%}",
        draws=f"{Printed(offset.draws):.2%}",
        difference=f"{Printed(100 * abs(offset.draws - offset.index)):.2f}",
    )
