"""``run`` and ``check``: the steps of a study (``steps.py``) walked in order, and their results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tierwise.errors import Problem, TierwiseError, told_by
from tierwise.inputs.rounds import Findings, in_rounds
from tierwise.outputs.remembered import fresh as forgotten
from tierwise.report.write import write_results
from tierwise.spec import Spec
from tierwise.steps import CHECKED, DRAWN, Means, Stage
from tierwise.study.scenario import Reading, Scenario, read_scenario
from tierwise.study.series import Series
from tierwise.study.study import Progress, Study
from tierwise.tables.registry import chosen

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Results", "check_reading", "run"]


@dataclass(frozen=True)
class Results:
    """The tables of a scenario's run, by their names in ``docs/tables.md``."""

    study: Study

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables by name, in the order of the workbook's sheets."""
        return self.study.tables

    @property
    def series(self) -> Series | None:
        """The index and tiers of every year, None where the data hold one."""
        return self.study.series

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run, with the draws and the seed that were used."""
        return self.study.scenario

    def write(self, out: str | Path, *, replace: bool = False) -> Path:
        """Write results.xlsx, report.html, tables/*.csv and run.json to a folder, and return it.

        The folder is all old or all new (:mod:`tierwise.outputs.folder`); what else it holds stays. With
        ``replace`` results of another input give way.

        Raises:
            TierwiseError: I007 (it cannot be written, or a file there is held open), I008 (it would replace
                an input), I010 (a spreadsheet holds a file open), I030 (results of another input are there),
                I031 (another run writes there).

        """
        return write_results(self.study, Path(out), replace=replace)

    def __repr__(self) -> str:
        return f"Results({self.scenario.name!r}: {', '.join(self.tables)})"


def walked(study: Study, stages: Sequence[Stage], means: Means, findings: Findings) -> Study:
    """Return the study after some stages; what they refuse is noted, and the later ones go on from there."""
    for stage in stages:
        if any(getattr(study, part) is None for part in stage.needs):
            continue
        assume = partial(_assumed, stage, findings)
        made, study = in_rounds(partial(_stepped, stage, means), study, assume, findings)
        study = made or study
    return study


def _stepped(stage: Stage, means: Means, study: Study) -> Study:
    return stage.step(study, means)


def _assumed(
    stage: Stage, findings: Findings, study: Study, problems: Sequence[Problem], number: int
) -> Study | None:
    return None if stage.assume is None else stage.assume(study, problems, number, findings)


def run(
    scenario: Scenario | Reading | str | Path,
    *,
    draws: int | str | None = None,
    seed: int | None = None,
    threads: int | None = None,
    cluster: str | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    announce: Callable[[int], None] | None = None,
    fresh: bool = False,
    only: Sequence[str] = (),
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
        announce: told the most bytes of memory that the run needs, before the first draw.
        only: names of tables or of sections of tables (``ranking``, ``robustness``); only these are made, and
            what none of them shows is not computed.
        fresh: compute anew what earlier runs have kept (:mod:`tierwise.outputs.remembered`).

    Raises:
        TierwiseError: every problem of the scenario, before anything is written.

    """
    means = Means(threads, cluster, checkpoint, progress, announce)
    tables = chosen(only)
    with forgotten(ignored=fresh):
        study = _checked_study(scenario, means, draws=draws, seed=seed, only=tables)
        findings = Findings()
        study = walked(study, DRAWN, means, findings)
    with told_by(study.scenario.speaker):
        findings.raise_any()
    return Results(replace(study, scenario=study.scenario.spoken()))


def check(reference: str | Path) -> Scenario:
    """Return a scenario of which all but the draws can be computed, with its cautions.

    Raises :class:`TierwiseError` with every problem of settings, tables and steps; those that may follow from
    others are its ``consequences``.
    """
    return check_reading(read_scenario(reference))


def check_reading(reading: Reading) -> Scenario:
    """Return the scenario of a reading; raises as :func:`check`, problems of the reading first."""
    return _checked_study(reading, Means()).scenario


def checked(scenario: Scenario) -> Scenario:
    """Return the scenario if its index, tiers and weight model can be computed; raises as :func:`check`."""
    return _checked_study(scenario, Means()).scenario


def _checked_study(
    given: Reading | Scenario | str | Path,
    means: Means,
    *,
    draws: int | str | None = None,
    seed: int | None = None,
    only: tuple[tuple[str, ...], frozenset[str]] = ((), frozenset()),
) -> Study:
    """Return what the stages before the draws make of a scenario; raise every problem of all of them."""
    if isinstance(given, Scenario):
        reading = Reading(given, Findings(), given.speaker)
    else:
        reading = given if isinstance(given, Reading) else read_scenario(given)
    findings = reading.findings
    with told_by(reading.speaker):
        if reading.scenario is None:
            findings.raise_any()
        assert reading.scenario is not None
        ready = reading.scenario
        try:
            ready = with_draws(ready, draws, seed)
        except TierwiseError as error:
            findings.note(error.problems)
        study = walked(Study(ready, only=only[0], passed_over=only[1]), CHECKED, means, findings)
        findings.raise_any()
    return replace(study, scenario=study.scenario.spoken())


def with_draws(scenario: Scenario, draws: int | str | None, seed: int | None) -> Scenario:
    """Return the scenario with other draws or another seed; raise :class:`TierwiseError` S003 for misfits."""
    given = {key: value for key, value in (("draws", draws), ("seed", seed)) if value is not None}
    if not given:
        return scenario
    settings = {**scenario.spec.uncertainty.model_dump(exclude_unset=True), **given}
    changed = Spec.of(uncertainty=settings).uncertainty
    return replace(scenario, spec=scenario.spec.model_copy(update={"uncertainty": changed}))
