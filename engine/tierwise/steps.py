"""The steps of a study, one function each, in the order that ``run`` and ``check`` walk them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from tierwise.draws.memory import Memory, resident_memory, tables_memory
from tierwise.errors import Problem, Problems, TierwiseError, problem, spoken
from tierwise.inputs.rounds import Findings
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.weightings import WEIGHTINGS
from tierwise.study.cautions import cautions, crushed, listed_beyond, uneven_list, unused_weights
from tierwise.study.compare import compare
from tierwise.study.doubts import doubts
from tierwise.study.draws import draw_plan, experts_cautions, offset_of, refuse_undrawable
from tierwise.study.exact import left_out, summed_values
from tierwise.study.expert_rounds import activity
from tierwise.study.index import scored
from tierwise.study.judged import misfits, unshared
from tierwise.study.reverse import reversed_targets
from tierwise.study.robustness import robustness
from tierwise.study.sensitivity import answer
from tierwise.study.sensitivity_question import question
from tierwise.study.series import series
from tierwise.study.series_cautions import series_cautions
from tierwise.study.stand_ins import assume_draws, assume_index, assume_tiers, assume_years
from tierwise.study.study import Progress, Study
from tierwise.study.tiers import tiers
from tierwise.study.unread import unread_cells, unread_settings
from tierwise.study.why import Moves, why
from tierwise.study.year_units import told_once
from tierwise.tables.acceptability import BANDS, MOST_RANKS
from tierwise.tables.conditions import missed
from tierwise.tables.groups import group_columns
from tierwise.tables.lists import further_lists
from tierwise.tables.profiles import figures
from tierwise.tables.registry import made, missing
from tierwise.tables.topics import topics
from tierwise.tables.topics_cautions import (
    beyond_nation,
    far_from_nation,
    stale_nation,
    taken_units,
    unread_nation,
)
from tierwise.words.language import Text, of_year


@dataclass(frozen=True)
class Means:
    """What a run is given beside its scenario; see :func:`tierwise.stages.run`."""

    threads: int | None = None
    cluster: str | None = None
    checkpoint: Path | None = None
    progress: Progress | None = None
    announce: Callable[[int], None] | None = None


Step = Callable[[Study, Means], Study]
Assume = Callable[[Study, Sequence[Problem], int, Findings], Study | None]


@dataclass(frozen=True)
class Stage:
    """One step of a study: what it takes of a study, and what it gives.

    ``needs`` are the parts of the study without which it is passed over, ``assume`` says with what the stages
    after it are checked when this one refuses the study (:mod:`tierwise.inputs.rounds`).
    """

    name: str
    step: Step
    needs: tuple[str, ...] = ()
    assume: Assume | None = None


def _years(study: Study, _: Means) -> Study:
    """Rank every year of a panel; the run goes on with this list's year as it stands among them."""
    if not study.scenario.others:
        return study
    found = series(study.scenario)
    return replace(study, series=found, scenario=replace(study.scenario, panel=found.this.scenario.panel))


def _index(study: Study, _: Means) -> Study:
    scenario = study.scenario
    if study.series is not None:
        return replace(study, index=study.series.this.index)
    return replace(study, index=scored(scenario.panel, scenario.framework, scenario.spec, scenario.experts))


def _unread(study: Study, _: Means) -> Study:
    """Refuse cells of the framework that nothing reads; what an unknown normalisation reads is not known."""
    tree, unknown = study.scenario.framework, set()
    for code, name in zip(tree.codes, tree.normalisations, strict=True):
        try:
            NORMALISATIONS.choose(name or study.scenario.spec.index.normalisation, "method")
        except TierwiseError:
            unknown |= {place for key, place in tree.places.items() if key.rpartition(":")[0] == code}
    unread = unread_cells(tree, study.scenario.spec)
    if problems := [one for one in unread if one.place not in unknown]:
        raise TierwiseError(*problems)
    return study


def _tiers(study: Study, _: Means) -> Study:
    if study.series is not None:
        return replace(study, tiers=study.series.this.tiers)
    return replace(study, tiers=tiers(study.index, study.scenario.spec))


def _report(study: Study, _: Means) -> Study:
    """Raise what the tables of the report would: R109, R110, R130–R151, E107."""
    scenario, report, problems = study.scenario, study.scenario.spec.report, Problems()
    with problems.caught():
        group_columns(study.index.panel, len(study.tiers.selected), report.groups)
    with problems.caught():
        figures(study.index.panel, report.profile)
    with problems.caught():
        topics(study)
    with problems.caught():
        further_lists(study)
    if scenario.experts is not None:
        with problems.caught():
            activity(scenario.experts, scenario.spec.experts)
    problems.raise_any()
    return study


def _comparison(study: Study, _: Means) -> Study:
    scenario = study.scenario
    if not scenario.spec.scenarios or "comparison" in study.passed_over:
        return study
    compared = compare(
        scenario.panel,
        scenario.framework,
        scenario.spec,
        scenario.experts,
        base=study.index,
        tiers_of_base=study.tiers,
    )
    return replace(study, comparison=compared)


def _targets(study: Study, _: Means) -> Study:
    scenario = study.scenario
    if "targets" in study.passed_over:
        return study
    targets = reversed_targets(scenario.spec.targets, study.index, study.tiers, scenario.experts)
    return replace(study, targets=targets)


def _plan(study: Study, _: Means) -> Study:
    plan = draw_plan(study.index, study.tiers, study.scenario.spec, study.scenario.experts)
    refuse_undrawable(plan)
    before = None if study.series is None else study.series.last
    if before is not None:  # moves are drawn in both years
        draw_plan(before.index, before.tiers, before.scenario.spec, before.scenario.experts)
    return replace(study, plan=plan)


def _exact(study: Study, _: Means) -> Study:
    """Raise what is in the way of exact results that are asked for: X001, X005, X006."""
    if study.scenario.spec.uncertainty.exact and study.plan.choices is None:
        summed_values(study.index)
    return study


def _question(study: Study, _: Means) -> Study:
    scenario = study.scenario
    if scenario.spec.sensitivity is None or "sensitivity" in study.passed_over:
        return study
    asked = question(study.index, study.tiers, scenario.spec, scenario.experts)
    return replace(study, question=asked)


def _cautions(study: Study, _: Means) -> Study:
    """Note what a reader should know: cautions, and doubts about the data."""
    scenario, offset = study.scenario, offset_of(study.index, study.plan.model)
    listed = [study.index.panel.codes[unit] for unit in study.tiers.selected.tolist()]
    given = scenario.spec.index.weights
    names = (given,) if isinstance(given, str) else given
    noted = (
        *cautions(scenario, study.index.panel, listed, offset),
        *(
            replace(caution, place=scenario.places.get(caution.place, caution.place))
            for caution in unread_settings(scenario.spec, scenario.framework, scenario.experts)
        ),
        *study.index.cautions,
        *unused_weights(scenario.framework, study.index.local_weights, names),
        *crushed(study.index.panel, study.index.scores[:, 0]),
        *listed_beyond(scenario.spec.select.top, len(study.index.panel)),
        *uneven_list(study.index.panel, study.index.ranks, study.index.compared, scenario.spec.select.top),
        *unread_nation(study),
        *stale_nation(study),
        *beyond_nation(study),
        *far_from_nation(study),
        *taken_units(study),
        *(left_out(study.index, scenario.spec) if study.plan.choices is None else ()),
        *experts_cautions(study.index, scenario.spec, scenario.experts),
        *_of_judgements(study, names),
        *([] if study.series is None else series_cautions(study.series)),
    )
    doubted = doubts(scenario.panel, study.index, study.tiers)
    return replace(study, scenario=replace(scenario, cautions=told_once(noted), doubts=doubted))


def _of_judgements(study: Study, names: tuple[str, ...]) -> list[Problem]:
    """Return what is to be known of judgements that make weights or draws: U130, U131."""
    framework, model = study.index.framework, study.plan.model
    read = {*model.reads, *(column for name in names for column in WEIGHTINGS[name].reads)}
    by_order = any(WEIGHTINGS[name].joint for name in names) or model.source != ""
    return [
        *(misfits(framework, study.scenario.spec.uncertainty.tail) if "middle" in read else ()),
        *(unshared(framework) if by_order and "over" in read else ()),
    ]


def _robustness(study: Study, means: Means) -> Study:
    progress = means.progress
    drawn = robustness(
        study.index,
        study.tiers,
        study.scenario.spec,
        study.scenario.experts,
        threads=means.threads,
        cluster=means.cluster,
        checkpoint=means.checkpoint,
        announce=None if means.announce is None else partial(_announced, study, means.announce),
        progress=None if progress is None else partial(progress, "draws"),
    )
    asked, scenario = study.scenario.spec.uncertainty.draws, study.scenario
    if asked != "auto" and drawn.draws + drawn.failed > asked:  # a checkpoint of a longer run
        more = problem("U022", "[uncertainty] draws", draws=drawn.draws, asked=asked)
        scenario = replace(scenario, cautions=(*scenario.cautions, more))
    return replace(study, scenario=scenario, robustness=drawn)


def _announced(study: Study, announce: Callable[[int], None], draws: Memory) -> None:
    """Tell the most memory of the whole run: what is held now, with the draws or the tables after them."""
    units, ranks = len(study.index.panel), study.tiers.top + BANDS
    if study.scenario.spec.report.acceptability == "each" or units <= MOST_RANKS:
        ranks = 2 * units
    nodes = len(study.index.framework.codes)
    moved = study.series is not None and study.series.last is not None
    tables = tables_memory(units, nodes, ranks, moved=moved)
    announce(resident_memory() + max(draws.most, draws.kept + tables))


def _sensitivity(study: Study, means: Means) -> Study:
    if study.question is None or not study.robustness.complete:
        return study

    def report(done: int, total: int) -> None:
        if means.progress is not None:
            means.progress("sensitivity", done, total)

    with study.timed("sensitivity_runs"):
        return replace(study, sensitivity=answer(study.question, report, means.threads))


def _moves(study: Study, _: Means) -> Study:
    """Divide the moves from the earlier year among what changed; cautions where it cannot (Q003, Q004)."""
    if study.series is None or study.series.last is None or "moves" in study.passed_over:
        return study
    last, this = study.series.last, study.series.this
    years = (last.year, this.year)
    try:
        with study.timed("moves"):
            found = why(last.index, study.index, apart=study.scenario.apart)  # a series has the present codes
    except TierwiseError as error:
        (first,) = spoken(error.problems[:1], study.scenario.speaker)
        reason = Text(first.text("en"), first.text("zh"))  # its place is in no sheet
        told = problem("Q003", year_from=of_year(last.year), year_to=of_year(this.year), reason=reason)
        cautions = (*study.scenario.cautions, told)
        return replace(study, scenario=replace(study.scenario, cautions=cautions))
    scenario = replace(study.scenario, cautions=(*study.scenario.cautions, *found.notes))
    return replace(study, scenario=scenario, moves=Moves(years, found))


def _tables(study: Study, means: Means) -> Study:
    """Make the tables; note R157 for those that were asked for in vain."""
    tables, scenario = made(study, means.progress), study.scenario
    noted = missed(missing(study, tables))
    return replace(study, tables=tables, scenario=replace(scenario, cautions=(*scenario.cautions, *noted)))


# What a check walks, in order, and what a run goes on with.
CHECKED: Final = (
    Stage("unread", _unread),  # of the framework as it was given, so before the index
    Stage("years", _years, assume=assume_years),
    Stage("index", _index, assume=assume_index),
    Stage("tiers", _tiers, ("index",), assume_tiers),
    Stage("report", _report, ("tiers",)),
    Stage("comparison", _comparison, ("tiers",)),
    Stage("targets", _targets, ("tiers",)),
    Stage("plan", _plan, ("tiers",), assume_draws),
    Stage("exact", _exact, ("plan",)),
    Stage("question", _question, ("plan",)),
    Stage("cautions", _cautions, ("plan",)),
)
DRAWN: Final = (
    Stage("draws", _robustness, ("plan",)),
    Stage("sensitivity", _sensitivity, ("robustness",)),
    Stage("moves", _moves, ("robustness",)),
    Stage("tables", _tables, ("robustness",)),
)
