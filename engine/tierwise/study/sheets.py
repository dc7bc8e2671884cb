"""The sheets of one list read as well as they can be, every problem of all of them noted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

from tierwise.errors import Problems
from tierwise.inputs import Comparisons, Experts, Framework, History, Judgements, Panel, Sheet
from tierwise.inputs.files import CHINESE_SHEETS
from tierwise.inputs.framework_sheet import codes_of
from tierwise.inputs.national import GroupCounts, NationalFigures
from tierwise.inputs.rounds import Findings
from tierwise.inputs.stand_ins import best_reading
from tierwise.spec import Spec
from tierwise.study.denominators import with_ratios
from tierwise.study.variants import check_variants

# Problems of weights and draws from a panel.
OF_PANEL: Final = ("E101", "E104", "E106", "U101", "U102", "U104", "U105", "U112", "U116")


class Inputs(NamedTuple):
    """What the sheets of one list hold."""

    panel: Panel
    framework: Framework
    experts: Experts | None
    history: History | None
    national: NationalFigures | None
    counts: GroupCounts | None


def read_inputs(
    tables: Mapping[str, Sheet], spec: Spec, findings: Findings, told: Problems, origin: str
) -> Inputs | None:
    """Return the best reading of the sheets, None where they hold too little; every problem is noted.

    What was taken for a unit of measure is noted in ``told``.

    A sheet of experts, comparisons or history with nothing below its headings is as good as none.
    """
    framework, panel, experts, history = None, None, None, None
    tables = {name: sheet for name, sheet in tables.items() if sheet.rows or name in ("Framework", "Data")}
    for name in ("Framework", "Data"):
        if name not in tables and not findings.found:
            findings.add("I005", origin, sheet=name, sheet_zh=CHINESE_SHEETS[name])
    if "Framework" in tables:
        framework = best_reading(Framework.from_sheet, tables["Framework"], "Framework", findings)
    if framework is None and "Framework" in tables:
        _note_cells(tables, spec, findings)
    if framework is not None:
        known = {*framework.codes, *framework.names, *framework.denominators}
        if "Comparisons" in tables:
            framework = _with_comparisons(framework, tables["Comparisons"], findings)
        if "Judgements" in tables:
            framework = _with_judgements(framework, tables["Judgements"], findings)
        if "Data" in tables:
            panel, framework = _panel(tables["Data"], framework, known, findings, told)
        if "Experts" in tables:
            experts = _experts(tables["Experts"], framework, spec, findings)
    if "History" in tables:
        history = best_reading(History.from_sheet, tables["History"], "History", findings)
    if framework is not None:
        findings.note(check_variants(spec.scenarios, framework, experts))
    beside = _beside(tables, findings)
    return None if framework is None or panel is None else Inputs(panel, framework, experts, history, *beside)


def _panel(
    sheet: Sheet, framework: Framework, known: Collection[str], findings: Findings, told: Problems
) -> tuple[Panel | None, Framework]:
    """Return the panel of a sheet, and the framework with its denominators and units as they are there."""
    read = partial(Panel.from_sheet, framework=framework)
    panel = best_reading(read, sheet, "Data", findings, known)
    if panel is None:
        return None, framework
    framework, errors, cautions = with_ratios(framework, panel)
    findings.extend(errors)
    told.extend(cautions)
    return panel, framework


def _beside(
    tables: Mapping[str, Sheet], findings: Findings
) -> tuple[NationalFigures | None, GroupCounts | None]:
    """Return the nation's figures and the counts of earlier lists, as far as there are any."""
    national, counts = None, None
    if "National" in tables:
        national = best_reading(NationalFigures.from_sheet, tables["National"], "National", findings)
    if "Counts" in tables:
        counts = best_reading(GroupCounts.from_sheet, tables["Counts"], "Counts", findings)
    return national, counts


def _with_comparisons(framework: Framework, sheet: Sheet, findings: Findings) -> Framework:
    """Return the framework with the comparisons of a sheet."""
    given = best_reading(partial(Comparisons.from_sheet, framework=framework), sheet, "Comparisons", findings)
    if any(one.place.startswith(sheet.name) for one in findings.found):
        findings.assume("", "W134", "W141")
    return replace(framework, comparisons=given)


def _with_judgements(framework: Framework, sheet: Sheet, findings: Findings) -> Framework:
    """Return the framework with the judgements of a sheet."""
    given = best_reading(partial(Judgements.from_sheet, framework=framework), sheet, "Judgements", findings)
    if given is None or any(one.place.startswith(sheet.name) for one in findings.found):
        findings.assume("", "W143", "W148", "W152")
    return replace(framework, judgements=given)


def _experts(sheet: Sheet, framework: Framework, spec: Spec, findings: Findings) -> Experts | None:
    """Return the experts of a sheet; where they cannot be read, what needs them is in doubt."""
    before = len(findings.found)
    read = partial(Experts.from_sheet, framework=framework, scale_max=spec.experts.scale_max)
    known = {*framework.codes, *framework.names}
    experts = best_reading(read, sheet, "Experts", findings, known)
    if experts is None:
        findings.assume("", "W005", "U106", "V201", "V202")
        return None
    with findings.caught():
        experts = experts.without(spec.experts.drop, "[experts] drop")
    if spec.experts.authority is not None:
        with findings.caught():
            experts = experts.counted_by(spec.experts.authority, "[experts] authority")
    if len(findings.found) > before:  # it is not known who counts, nor by what
        findings.assume("", *OF_PANEL)
    return experts


def _note_cells(tables: Mapping[str, Sheet], spec: Spec, findings: Findings) -> None:
    """Note what is wrong in the cells of data and experts, as far as can be told without a framework.

    The framework's codes are taken for indicators where Data has a column for them; what its tree says of
    them, and which columns are lacking, is found when the framework itself is put right.
    """
    codes = codes_of(tables["Framework"])
    for name, known in (("Data", tables.get("Data")), ("Experts", tables.get("Experts"))):
        headings = () if known is None else known.header
        flat = [code for code in codes if name == "Experts" or code in headings]
        if known is None or not flat:
            continue
        with findings.caught():
            framework = Framework.from_sheet(Sheet.from_cells("Framework", [["code"], *([c] for c in flat)]))
            if name == "Data":
                best_reading(partial(Panel.from_sheet, framework=framework), known, name, findings, flat)
            else:
                read = partial(Experts.from_sheet, framework=framework, scale_max=spec.experts.scale_max)
                best_reading(read, known, name, findings, flat)
