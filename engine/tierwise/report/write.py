"""Results written to a folder: staged beside it, then moved in."""

from __future__ import annotations

import json
import platform
import shutil
import tempfile
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tierwise.errors import Problem, Problems, TierwiseError, problem
from tierwise.report.answers import answers
from tierwise.report.draw_notes import said_of_draws
from tierwise.report.page import write_page
from tierwise.report.presented import names_of
from tierwise.report.summary import summary
from tierwise.report.workbook import write_workbook
from tierwise.version import __version__
from tierwise.words.language import Language

if TYPE_CHECKING:
    from tierwise.study.study import Study

# What LibreOffice and Excel leave beside a workbook while they hold it open.
LOCKS = (".~lock.{}#", "~${}")
LANGUAGES: tuple[Language, ...] = ("en", "zh")
LIBRARIES = ("numpy", "scipy", "pandas", "numba", "SALib", "scikit-learn", "XlsxWriter")


def write_results(study: Study, out: Path) -> Path:
    """Write everything to ``out``; see :meth:`tierwise.stages.Results.write`."""
    out = out.resolve()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise TierwiseError(problem("I007", str(out), reason=error.strerror or str(error))) from None
    try:
        _stage(study, stage)
        _move(stage, out, set(study.scenario.inputs))
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return out


def _stage(study: Study, folder: Path) -> None:
    scenario = study.scenario
    (folder / "tables").mkdir()
    for name, frame in study.tables.items():
        # With the BOM Excel reads UTF-8; one line ending on every system keeps the bytes the same.
        frame.to_csv(
            folder / "tables" / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n"
        )
    lines, answered = summary(study), answers(study)
    write_workbook(
        folder / "results.xlsx",
        study.tables,
        scenario.title,
        lines,
        scenario.language,
        said_of_draws(study.robustness, scenario.language),
        answered,
        names_of(study),
    )
    write_page(folder / "report.html", study, lines, answered)
    record = json.dumps(run_record(study), ensure_ascii=False, indent=2)
    (folder / "run.json").write_text(record + "\n", encoding="utf-8")


def run_record(study: Study) -> dict[str, object]:
    """Return what a reader needs to repeat the run: inputs, spec, seed, versions, timings, failed draws."""
    scenario, robustness = study.scenario, study.robustness
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "inputs": {path.name: digest for path, digest in scenario.inputs.items()},
        "overrides": list(scenario.overrides),
        "spec": scenario.spec.model_dump(mode="json"),
        "seed": scenario.spec.uncertainty.seed,
        "draws": robustness.draws,
        "failed_draws": robustness.failed,
        "standard_errors": {
            "probability": robustness.errors.probability,
            "rank": robustness.errors.rank,
        },
        "draws_around_other_weights": None if robustness.offset is None else asdict(robustness.offset),
        "cautions": [_recorded(caution) for caution in scenario.cautions],
        "doubts": [_recorded(doubt) for doubt in scenario.doubts],
        "seconds": study.seconds,
        "versions": {
            "tierwise": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
    }


def _recorded(problem: Problem) -> dict[str, str]:
    return {"code": problem.code, "place": problem.place, **{at: problem.line(at) for at in LANGUAGES}}


def _move(stage: Path, out: Path, inputs: set[Path]) -> None:
    """Move the staged files in: all of them, or none when one of them cannot be replaced."""
    files = sorted(path.relative_to(stage) for path in stage.rglob("*") if path.is_file())
    problems = Problems()
    for file in files:
        target = out / file
        if target in inputs:
            problems.add("I008", str(target))
        elif any((target.parent / lock.format(target.name)).exists() for lock in LOCKS):
            problems.add("I010", str(target))
        elif target.exists():
            try:
                with target.open("r+b"):
                    pass
            except OSError as error:
                problems.add("I007", str(target), reason=error.strerror or str(error))
    problems.raise_any()
    try:
        for file in files:
            (out / file).parent.mkdir(parents=True, exist_ok=True)
            (stage / file).replace(out / file)
    except OSError as error:
        raise TierwiseError(problem("I007", str(out), reason=error.strerror or str(error))) from None
