"""What a run writes: tables, workbook, page and record."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tierwise.errors import Problem
from tierwise.outputs.files import named_by_the_system
from tierwise.outputs.folder import RECORD, ResultFolder, files_below, result_folder
from tierwise.report.answers import answers
from tierwise.report.draw_notes import draw_note
from tierwise.report.page import write_page
from tierwise.report.presented import names_of
from tierwise.report.summary import summary
from tierwise.report.workbook import write_workbook
from tierwise.study.documents import bundled
from tierwise.version import __version__
from tierwise.words.formulas import no_formula
from tierwise.words.language import Language

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.scenario import Scenario
    from tierwise.study.study import Progress, Study

LANGUAGES: tuple[Language, ...] = ("en", "zh")
LIBRARIES = ("numpy", "scipy", "pandas", "numba", "SALib", "scikit-learn", "XlsxWriter")


def write_results(study: Study, out: Path, *, replace: bool = False) -> Path:
    """Write everything to ``out``; see :meth:`tierwise.stages.Results.write`."""
    source = source_of(study.scenario, out)
    with result_folder(out, source, study.scenario.inputs, replace=replace) as folder:
        return put_results(study, folder)


def put_results(study: Study, folder: ResultFolder, progress: Progress | None = None) -> Path:
    """Write everything to a folder that is locked."""
    return folder.put(lambda stage: _stage(study, stage, folder.source, progress))


def source_of(scenario: Scenario, out: Path) -> str:
    """Return what a folder of results belongs to: the path of the input from beside it, else the name."""
    first = next(iter(scenario.inputs), None)
    if first is None or scenario.name in bundled():
        return scenario.name
    try:
        return Path(os.path.relpath(first, out.resolve().parent)).as_posix()
    except ValueError:  # on another drive
        return first.as_posix()


def _stage(study: Study, folder: Path, source: str, progress: Progress | None = None) -> None:
    scenario = study.scenario

    def told(done: int) -> None:
        if progress is not None:
            progress("writing", done, 3)

    told(0)
    (folder / "tables").mkdir()
    for name, frame in study.tables.items():
        # With the BOM Excel reads UTF-8; one line ending on every system keeps the bytes the same.
        without_formulas(frame).to_csv(
            folder / "tables" / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n"
        )
    lines, answered = summary(study), answers(study)
    told(1)
    with named_by_the_system():
        write_workbook(
            folder / "results.xlsx",
            study.tables,
            scenario.title,
            lines,
            scenario.language,
            draw_note(study.robustness, scenario.language),
            answered,
            names_of(study),
        )
    told(2)
    write_page(folder / "report.html", study, lines, answered)
    told(3)
    record = {"input": source, **run_record(study), "files": _digests(folder)}
    written = json.dumps(record, ensure_ascii=False, indent=2)
    (folder / RECORD).write_text(written + "\n", encoding="utf-8")


def without_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts and headings no spreadsheet takes for formulas; numbers stay numbers."""
    from pandas.api.types import is_numeric_dtype

    def safe(cell: object) -> object:
        return no_formula(cell) if isinstance(cell, str) else cell

    changed = frame.rename(columns=safe)
    for at in range(frame.shape[1]):
        column = frame.iloc[:, at]
        if not is_numeric_dtype(column.dtype):
            changed.isetitem(at, column.map(safe).to_numpy())
    return changed


def _digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a folder."""
    return {
        file.as_posix(): hashlib.sha256((folder / file).read_bytes()).hexdigest()
        for file in files_below(folder)
    }


def run_record(study: Study) -> dict[str, object]:
    """Return what a reader needs to repeat the run: inputs, spec, seed, versions, timings, failed draws."""
    scenario, robustness = study.scenario, study.robustness
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "inputs": {path.name: digest for path, digest in scenario.inputs.items()},
        "overrides": list(scenario.overrides),
        **({"only": list(study.only)} if study.only else {}),
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
