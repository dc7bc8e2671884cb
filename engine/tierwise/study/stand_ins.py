"""What is assumed where a step of a study cannot be taken, so that later steps are checked too.

A stand-in never reaches a result: a study with problems is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from tierwise.arrays import frozen_floats
from tierwise.errors import Problem
from tierwise.inputs import Framework, Panel
from tierwise.inputs.rounds import Findings
from tierwise.spec import TiersSpec
from tierwise.spec.uncertainty import UncertaintySpec
from tierwise.study.scenario import Scenario
from tierwise.study.study import Study

KEY: Final = re.compile(r"\[([\w.]+)\] (\w+)")
OF_SCORES: Final = ("T102", "T104", "T112", "T114", "U120", "U124")  # follow from other scores
OF_TIERS: Final = ("T101", "T102", "T104", "T114", "V012", "V014", "V304", "V308")
TEXTS: Final = ("denominators", "normalisations", "aggregations")
PIECEMEAL: Final = 6  # rounds before all steps are replaced
TOLERANT: Final = {
    "missing": "median",
    "outliers": "none",
    "normalisation": "rank",
    "aggregation": "arithmetic",
    "weights": "equal",
    "minimum_share": 0.0,
}


def assume_years(study: Study, problems: Sequence[Problem], number: int, findings: Findings) -> Study | None:
    """Return the study of its own year alone."""
    return None if number else replace(study, scenario=replace(study.scenario, others={}))


def assume_index(study: Study, problems: Sequence[Problem], number: int, findings: Findings) -> Study | None:
    """Return the study with figures and steps of an index that can be taken in place of those that cannot.

    First the settings, framework cells and values that are named are replaced one by one; when that does not
    help, all steps.
    """
    scenario, kept = study.scenario, study.scenario
    if any(one.code in ("D010", "D013") for one in problems):
        return None  # nothing to rank
    findings.assume("", *OF_SCORES)
    for one in problems:
        scenario = _without(scenario, one, findings)
    if scenario is kept or number >= PIECEMEAL:
        steps = scenario.spec.index.model_copy(update=TOLERANT)
        blank = ("",) * len(scenario.framework.codes)
        tree = replace(scenario.framework, normalisations=blank, aggregations=blank, denominators=blank)
        scenario = replace(scenario, framework=tree, spec=scenario.spec.model_copy(update={"index": steps}))
    return None if number > PIECEMEAL else replace(study, scenario=scenario)


def assume_tiers(study: Study, problems: Sequence[Problem], number: int, findings: Findings) -> Study | None:
    """Return the study with tiers that any list has."""
    findings.assume("", *OF_TIERS)
    for one in problems:
        findings.assume(one.place)
    count = min(2, len(study.index.panel)) if number == 0 else 1
    return None if number > 1 else _with(study, tiers=TiersSpec(count=count, method="quantile"))


def assume_draws(study: Study, problems: Sequence[Problem], number: int, findings: Findings) -> Study | None:
    """Return the study with draws that any index has."""
    for one in problems:
        findings.assume(one.place)
    findings.assume("", "U111", *(one.code for one in problems))
    return None if number else _with(study, uncertainty=UncertaintySpec(weights="box"))


def _with(study: Study, **sections: object) -> Study:
    spec = study.scenario.spec.model_copy(update=sections)
    return replace(study, scenario=replace(study.scenario, spec=spec))


def _without(scenario: Scenario, one: Problem, findings: Findings) -> Scenario:
    """Return the scenario with something else where a problem is."""
    findings.assume(one.place)
    key = KEY.fullmatch(one.place)
    if key is not None:
        return replace(scenario, spec=_default(scenario.spec, key[1].split("."), key[2]))
    rule = RULES.get(one.code) or RULES.get(one.code[:2], _column)
    return rule(scenario, one)


def _default(section: Any, path: Sequence[str], key: str) -> Any:
    """Return a section with a key below it at its default, or at what takes most."""
    if path:
        inner = getattr(section, path[0], None)
        return (
            section if inner is None else section.model_copy(update={path[0]: _default(inner, path[1:], key)})
        )
    if key not in type(section).model_fields:
        return section
    default = type(section).model_fields[key].get_default(call_default_factory=True)
    tolerant = TOLERANT.get(key, default)
    return section.model_copy(update={key: tolerant if getattr(section, key) == default else default})


def _filled(scenario: Scenario, _: Problem) -> Scenario:
    """Fill blanks by medians, as a value that is missing is no problem to anything else."""
    return _steps(scenario, missing="median")


def _steps(scenario: Scenario, **steps: object) -> Scenario:
    index = scenario.spec.index.model_copy(update=steps)
    return replace(scenario, spec=scenario.spec.model_copy(update={"index": index}))


def _numbers(scenario: Scenario, one: Problem) -> Scenario:
    """Give an indicator without values some that differ."""
    code = str(one.fields["indicator"])
    panel = scenario.panel
    values = np.array(panel.values)
    values[:, panel.indicators.index(code)] = 1.0 + np.arange(len(panel)) ** 2
    return replace(scenario, panel=replace(panel, values=frozen_floats(values)))


def _cell(scenario: Scenario, one: Problem) -> Scenario:
    """Leave a cell of the framework blank."""
    tree = scenario.framework
    return _blank(scenario, [key for key, place in tree.places.items() if place == one.place])


def _blank(scenario: Scenario, keys: Sequence[str]) -> Scenario:
    tree = scenario.framework
    texts: dict[str, list[str]] = {field: [*getattr(tree, field)] for field in TEXTS}
    for key in keys:
        code, _, column = key.rpartition(":")
        if f"{column}s" in texts and code in tree.codes:
            texts[f"{column}s"][tree.codes.index(code)] = ""
    changed = replace(
        tree,
        denominators=tuple(texts["denominators"]),
        normalisations=tuple(texts["normalisations"]),
        aggregations=tuple(texts["aggregations"]),
    )
    return replace(scenario, framework=changed)


def _denominator(scenario: Scenario, one: Problem) -> Scenario:
    """Divide by nothing where a denominator cannot be taken."""
    named = str(one.fields.get("denominator", ""))
    codes = _codes_at(scenario.framework, scenario.panel, one)
    leaves = [
        code
        for code, given in zip(scenario.framework.codes, scenario.framework.denominators, strict=True)
        if code in codes or (named and given == named)
    ]
    return _blank(scenario, [f"{code}:denominator" for code in leaves])


def _column(scenario: Scenario, one: Problem) -> Scenario:
    """Take ranks of an indicator whose values its normalisation or treatment cannot take."""
    tree = scenario.framework
    codes = _codes_at(tree, scenario.panel, one)
    normalisations, treatments = [*tree.normalisations], [*tree.aggregations]
    for code in codes:
        node = tree.codes.index(code)
        normalisations[node], treatments[node] = "rank", "none"
    panel = scenario.panel
    values = np.array(panel.values)
    if one.code == "M001":  # the same value everywhere, which ranks cannot tell apart either
        for code in codes:
            values[:, panel.indicators.index(code)] = 1.0 + np.arange(len(panel)) ** 2
    return replace(
        scenario,
        framework=replace(tree, normalisations=tuple(normalisations), aggregations=tuple(treatments)),
        panel=replace(panel, values=frozen_floats(values)),
    )


def _codes_at(tree: Framework, panel: Panel, one: Problem) -> list[str]:
    """Return the indicators whose column, cell or framework row a problem's place is in."""
    for key, place in tree.places.items():
        if place == one.place and key.rpartition(":")[0] in tree.indicators:
            return [key.rpartition(":")[0]]
    letters = re.sub(r"\d+$", "", one.place)
    return [
        code
        for at, code in enumerate(panel.indicators)
        if code in tree.indicators and _column_of(panel, at) == letters and letters
    ]


def _column_of(panel: Panel, indicator: int) -> str:
    return re.sub(r"\d+$", "", panel.place(None, indicator)) if panel.sheet is not None else ""


def _arithmetic(scenario: Scenario, _: Problem) -> Scenario:
    """Take weighted means where another rule of aggregation refuses scores."""
    blank = [f"{code}:aggregation" for code in scenario.framework.codes]
    return _blank(_steps(scenario, aggregation="arithmetic", minimum_share=0.0), blank)


def _equal(scenario: Scenario, _: Problem) -> Scenario:
    """Weigh all the same where weights cannot be found."""
    return _steps(scenario, weights="equal")


Rule = Callable[[Scenario, Problem], Scenario]
RULES: Final[dict[str, Rule]] = {
    "D011": _filled,
    "D012": _numbers,
    "S002": _cell,
    "M030": _denominator,
    "M036": _denominator,
    "M037": _denominator,
    "M032": _filled,
    "M033": _filled,
    "M034": _filled,
    "M035": _filled,
    **dict.fromkeys(("M020", "M021", "M022", "M023", "M024", "M025", "M026", "M027"), _arithmetic),
    "W1": _equal,
    "W0": _equal,
    "E1": _equal,
}
