"""A scenario run from data to tables, and the tables written, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tierwise.errors import Problems
from tierwise.spec import Spec
from tierwise.study.cautions import cautions
from tierwise.study.choices import choices_of
from tierwise.study.compare import Comparison, compare
from tierwise.study.doubts import doubts
from tierwise.study.draws import Offset, model_of, offset_of
from tierwise.study.index import Index, index
from tierwise.study.reverse import reversed_targets
from tierwise.study.robustness import robustness
from tierwise.study.scenario import Scenario, load
from tierwise.study.study import Progress, Study
from tierwise.study.tiers import Tiers, tiers
from tierwise.tables.groups import figures, group_columns
from tierwise.tables.makers import MAKERS
from tierwise.tables.panel import activity

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.sensitivity_question import Question


@dataclass(frozen=True)
class Results:
    """The tables of a scenario's run, by the names of contract 2."""

    study: Study

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables by name, in the order of the workbook's sheets."""
        return self.study.tables

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run, with the draws and the seed that were used."""
        return self.study.scenario

    def write(self, out: str | Path) -> Path:
        """Write results.xlsx, report.html, tables/*.csv and run.json to a folder, and return it.

        Everything is written beside the folder first and moved in when it is complete. Raises
        :class:`TierwiseError` I007 when a file there is held open, I008 when it is one of the inputs.
        """
        from tierwise.report.write import write_results

        return write_results(self.study, Path(out))

    def __repr__(self) -> str:
        return f"Results({self.scenario.name!r}: {', '.join(self.tables)})"


def run(
    scenario: Scenario | str | Path,
    *,
    draws: int | str | None = None,
    seed: int | None = None,
    threads: int | None = None,
    cluster: str | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    announce: Callable[[int], None] | None = None,
) -> Results:
    """Run a scenario: index, tiers, weight draws, exact ranges, and every table that applies.

    Args:
        scenario: a scenario, or what :func:`tierwise.study.scenario.load` takes.
        draws: number of weight vectors, or ``"auto"`` (default: the scenario's).
        seed: seed of the draws (default: the scenario's).
        threads: threads of this machine (default: all its cores); the numbers do not depend on it.
        cluster: address of a dask.distributed scheduler that runs the draws.
        checkpoint: file that a run that was stopped goes on from.
        progress: called as the work goes on; on Ctrl-C the draws that are made are kept and tabled.
        announce: told the most bytes of memory that the draws need, before the first one.

    Raises:
        TierwiseError: every problem of the scenario, before anything is written.

    """
    if not isinstance(scenario, Scenario):
        scenario = load(scenario)
    scenario = with_draws(scenario, draws, seed)
    base = index(scenario.panel, scenario.framework, scenario.spec, scenario.experts)
    cut = tiers(base, scenario.spec)
    refuse_untabled(scenario, base, cut)
    comparison = compared(scenario, base, cut)
    targets = reversed_targets(scenario.spec.targets, base, cut, scenario.experts)
    question = asked(scenario, base, cut)
    found = robustness(
        base,
        cut,
        scenario.spec,
        scenario.experts,
        threads=threads,
        cluster=cluster,
        checkpoint=checkpoint,
        announce=announce,
        progress=None if progress is None else lambda done, total: progress("draws", done, total),
    )
    scenario = looked_at(scenario, base, cut, found.offset)
    study = Study(scenario, base, cut, found, comparison, targets)
    if question is not None and found.complete:
        study = answered(study, question, progress, threads)
    tables: dict[str, pd.DataFrame] = {}
    for number, (name, maker) in enumerate(MAKERS.items()):
        if progress is not None:
            progress("tables", number, len(MAKERS))
        with study.timed(name):
            tables |= maker(study)
    return Results(replace(study, tables=tables))


def with_draws(scenario: Scenario, draws: int | str | None, seed: int | None) -> Scenario:
    """Return the scenario with other draws or another seed; raise :class:`TierwiseError` S003 for misfits."""
    given = {key: value for key, value in (("draws", draws), ("seed", seed)) if value is not None}
    if not given:
        return scenario
    settings = {**scenario.spec.uncertainty.model_dump(exclude_unset=True), **given}
    changed = Spec.of(uncertainty=settings).uncertainty
    return replace(scenario, spec=scenario.spec.model_copy(update={"uncertainty": changed}))


def refuse_untabled(scenario: Scenario, base: Index, cut: Tiers) -> None:
    """Raise what the tables of the report would, before the draws are made: R109, R110, E107."""
    report, problems = scenario.spec.report, Problems()
    with problems.caught():
        group_columns(base.panel, len(cut.selected), report.groups)
    with problems.caught():
        figures(base.panel, report.profile)
    if scenario.experts is not None:
        with problems.caught():
            activity(scenario.experts, scenario.spec.experts)
    problems.raise_any()


def compared(scenario: Scenario, base: Index, cut: Tiers) -> Comparison | None:
    """Return the weight scenarios beside the base, or None where there are none."""
    if not scenario.spec.scenarios:
        return None
    return compare(
        scenario.panel,
        scenario.framework,
        scenario.spec,
        scenario.experts,
        base=base,
        tiers_of_base=cut,
    )


def asked(scenario: Scenario, base: Index, cut: Tiers) -> Question | None:
    """Return what ``[sensitivity]`` asks, checked, or None where it asks nothing."""
    if scenario.spec.sensitivity is None:
        return None
    from tierwise.study.sensitivity_question import question

    return question(base, cut, scenario.spec, scenario.experts)


def answered(study: Study, question: Question, progress: Progress | None, threads: int | None) -> Study:
    """Return the study with its sensitivity."""
    from tierwise.study.sensitivity import answer

    def report(done: int, total: int) -> None:
        if progress is not None:
            progress("sensitivity", done, total)

    with study.timed("sensitivity_runs"):
        return replace(study, sensitivity=answer(question, report, threads))


def check(reference: str | Path) -> Scenario:
    """Return a scenario of which all but the draws can be computed, with its cautions.

    Raises :class:`TierwiseError` with every problem of the first step that has one.
    """
    return checked(load(reference))


def checked(scenario: Scenario) -> Scenario:
    """Return the scenario if its index, tiers and weight model can be computed; raises as :func:`check`."""
    base = index(scenario.panel, scenario.framework, scenario.spec, scenario.experts)
    cut = tiers(base, scenario.spec)
    refuse_untabled(scenario, base, cut)
    compared(scenario, base, cut)
    reversed_targets(scenario.spec.targets, base, cut, scenario.experts)
    model = model_of(base, scenario.spec, scenario.experts)
    choices_of(base, scenario.spec.uncertainty.methods)
    asked(scenario, base, cut)
    return looked_at(scenario, base, cut, offset_of(base, model))


def looked_at(scenario: Scenario, base: Index, cut: Tiers, offset: Offset | None) -> Scenario:
    """Return the scenario with what a reader should know: cautions, and doubts about the data."""
    said = cautions(base.panel, scenario.history, offset)
    return replace(scenario, cautions=said, doubts=doubts(scenario.panel, base, cut))
