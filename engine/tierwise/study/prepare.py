"""From a panel to normalised values: denominators, screening, missing values, outliers, normalisation.

Each step is a plain function of ``tierwise.methods``; this module gives it its labels, keeps what it changed
and turns positions into places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from tierwise.errors import Problem, Problems, TierwiseError, located, problem
from tierwise.inputs import Framework, Panel
from tierwise.methods.denominate import denominate
from tierwise.methods.impute import METHODS as IMPUTATIONS
from tierwise.methods.impute import blanks, compared, impute
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.normalise import normalise
from tierwise.methods.outliers import METHODS as TREATMENTS
from tierwise.methods.outliers import Column, Rule, Treatment, treat
from tierwise.methods.screen import screen
from tierwise.methods.treated import Cells
from tierwise.names import nearest
from tierwise.spec import IndexSpec, Section
from tierwise.spec.steps import AggregateSpec, NormaliseSpec
from tierwise.study.denominators import division

SETTINGS: Final[Mapping[str, type[Section]]] = {
    "index.normalise": NormaliseSpec,
    "index.aggregate": AggregateSpec,
}


@dataclass(frozen=True)
class Normaliser:
    """The normalisation of an index with all that it takes, for other values of the same units."""

    methods: tuple[str, ...]
    settings: Mapping[str, Any]  # arguments of ``normalise``

    def __call__(self, treated: FloatArray) -> FloatArray:
        """Return treated values on the scale of the index."""
        return normalise(treated, self.methods, **self.settings)


@dataclass(frozen=True)
class Complete:
    """The units that are compared, their values ``(units, indicators)`` filled in, and what was filled."""

    panel: Panel
    values: FloatArray
    filled: Cells
    unranked: tuple[str, ...]


@dataclass(frozen=True)
class Prepared:
    """A panel ready to be scored, and what was done to it on the way.

    ``panel`` holds the units that are compared, its values as they were given; ``treated`` and ``normalised``
    are ``(units, indicators)`` after the treatment and on the scale of the index. The rows of ``filled`` and
    ``outliers`` are those of ``panel``.
    """

    panel: Panel
    treated: FloatArray
    normalised: FloatArray
    filled: Cells
    outliers: Cells
    columns: tuple[Column, ...]  # what the treatment of outliers did to each indicator
    normaliser: Normaliser
    unranked: tuple[str, ...] = ()  # codes of the units left out

    def take(self, units: IntArray) -> Prepared:
        """Return the preparation of some of the units; the others are unranked."""
        kept = set(units.tolist())
        gone = tuple(code for row, code in enumerate(self.panel.codes) if row not in kept)
        return replace(
            self,
            panel=self.panel.take(units),
            treated=frozen_floats(self.treated[units]),
            normalised=frozen_floats(self.normalised[units]),
            filled=self.filled.take(units),
            outliers=self.outliers.take(units),
            unranked=(*self.unranked, *gone),
        )


def prepare(panel: Panel, framework: Framework, steps: IndexSpec) -> Prepared:
    """Return a panel ready to be scored.

    After :func:`completed` outliers are treated and indicators normalised, as the values of the panel's
    ``scale`` ask for where it has one. Goalposts and targets follow an indicator that is transformed.

    Raises:
        TierwiseError: every problem of the first step that cannot be taken, each with its cell.

    """
    ready = completed(panel, framework, steps)
    panel = ready.panel
    with located(place_of(panel)):
        among = _scale(panel, ready.values)
        treatment = _treated(ready.values, framework, steps, among)
        normaliser = _normaliser(panel, treatment, framework, steps)
        with located(key_of("index.normalise", steps.normalise.model_dump())):
            normalised = normaliser(treatment.values)
    return Prepared(
        panel=panel,
        treated=frozen_floats(treatment.values),
        normalised=frozen_floats(normalised),
        filled=ready.filled,
        outliers=treatment.cells,
        columns=treatment.columns,
        normaliser=normaliser,
        unranked=ready.unranked,
    )


def completed(panel: Panel, framework: Framework, steps: IndexSpec) -> Complete:
    """Return a panel with what is divided and filled in.

    In this order: indicators are divided by their denominators; units with too little data, and (unless a
    missing value is an error) those without any, are left out; missing values are filled.

    Raises:
        TierwiseError: every problem of the first step that cannot be taken, each with its cell.

    """
    panel = panel.select(framework.indicators)
    with located(place_of(panel)):
        values = _denominated(panel, framework, steps)
        kept = _enough_data(panel, values, steps)
    unranked = tuple(code for code, stays in zip(panel.codes, kept, strict=True) if not stays)
    panel, values = panel.take(np.flatnonzero(kept)), values[kept]
    with located(place_of(panel)):
        _refuse_blanks(panel, values, steps)
        complete, filled = _filled(panel, values, steps)
    return Complete(panel, complete, _with_carried(panel, values, filled), unranked)


def capped(ready: Prepared) -> BoolArray:
    """Return ``(units, indicators)``: whether a value counts as the goalpost or target beyond which it is."""
    settings = {**ready.normaliser.settings, "cap": np.zeros(len(ready.panel.indicators))}
    in_full = normalise(ready.treated, ready.normaliser.methods, **settings)
    return np.asarray((in_full != ready.normalised) & ~np.isnan(ready.normalised))


def capped_values(ready: Prepared, framework: Framework) -> list[Problem]:
    """Return a caution for each indicator with values that were capped though its cap is blank: M039."""
    if not any("cap" in NORMALISATIONS[method].cells for method in ready.normaliser.methods):
        return []
    cautions = []
    for code, beyond in zip(ready.panel.indicators, capped(ready).T, strict=True):
        units = [ready.panel.names[row] for row in np.flatnonzero(beyond).tolist()]
        if units and np.isnan(framework.cap[framework.codes.index(code)]):
            shown = [*units[:5], *(["…"] if len(units) > 5 else [])]
            name = framework.names[framework.codes.index(code)]
            place = framework.place(code, "high")
            cautions.append(problem("M039", place, count=len(units), indicator=name, units=shown))
    return cautions


def placed_at(place: str) -> Callable[[Problem], str]:
    """Return the function that puts every problem at one place."""
    return lambda _: place


def place_of(panel: Panel) -> Callable[[Problem], str]:
    """Return the function that gives a problem of the panel's array its cell, one of a setting its key."""

    def place(problem: Problem) -> str:
        if problem.argument in ("aggregation", "missing"):  # a user's own function
            return f"[index] {problem.argument}"
        for section, model in SETTINGS.items():
            if problem.argument in model.model_fields:
                return f"[{section}] {problem.argument}"
        nowhere = problem.argument == "" and problem.row is None and problem.column is None
        if nowhere or problem.argument not in {"", "values"}:
            return ""
        return panel.place(problem.row, problem.column)

    return place


def key_of(section: str, keys: Iterable[str]) -> Callable[[Problem], str]:
    """Return the function that puts problems of settings at their keys, and leaves others without place."""
    known = set(keys)
    return lambda raised: f"[{section}] {raised.argument}" if raised.argument in known else ""


def _denominated(panel: Panel, framework: Framework, steps: IndexSpec) -> FloatArray:
    """Return the values, divided where the framework names a denominator (an indicator or extra column)."""
    names = [framework.denominators[leaf] for leaf in framework.tree.leaves]
    if not any(names):
        return panel.values
    known = [*panel.indicators, *panel.extras]
    below, factors = np.ones(panel.values.shape), np.ones(len(names))
    problems = Problems()
    for column, name in enumerate(names):
        found = division(panel, framework, panel.indicators[column])
        divisor = None if found is None else panel.column(found.below)
        if found is not None and divisor is not None:
            below[:, column], factors[column], names[column] = divisor, float(found.ratio.factor), found.below
        elif name:
            place = framework.place(panel.indicators[column], "denominator")
            problems.add("M036", place, value=name, nearest=nearest(name, known), choices=known)
    problems.raise_any()
    if IMPUTATIONS[steps.missing].refuses:
        lost = np.isnan(below) & ~np.isnan(panel.values)
        for row, name in dict.fromkeys((row, names[column]) for row, column in np.argwhere(lost).tolist()):
            problems.add("M037", panel.cell(row, name), unit=panel.names[row], denominator=name)
        problems.raise_any()
    return denominate(panel.values, below, factors)


def _enough_data(panel: Panel, values: FloatArray, steps: IndexSpec) -> BoolArray:
    """Return which units stay."""
    given = steps.screen
    problems = Problems()
    keep = panel.units.rows(given.keep, problems, "[index.screen] keep")
    drop = panel.units.rows(given.drop, problems, "[index.screen] drop")
    problems.raise_any()
    with located(placed_at("[index.screen] share")):
        kept = screen(values, given.share, zeros=given.zeros, keep=keep, drop=drop).kept
    return kept & compared(values, steps.missing)


def _refuse_blanks(panel: Panel, values: FloatArray, steps: IndexSpec) -> None:
    """Note wholly blank indicators, and each missing value where none is allowed."""
    problems = Problems()
    if len(panel) < 2:
        problems.add("D013", panel.place(None, None))
    for blank in blanks(values, steps.missing):
        assert blank.column is not None
        indicator = panel.indicators[blank.column]
        if blank.row is None:
            problems.add("D012", column=blank.column, indicator=indicator)
        elif len(panel) > 1:
            unit = panel.names[blank.row]
            problems.add("D011", row=blank.row, column=blank.column, unit=unit, indicator=indicator)
    problems.raise_any()


def _filled(panel: Panel, values: FloatArray, steps: IndexSpec) -> tuple[FloatArray, Cells]:
    """Return the values with missing ones filled as the spec says, and what was filled."""
    if not IMPUTATIONS[steps.missing].fills:
        return values, Cells.between(values, values, panel.indicators)
    given = steps.impute.model_dump()
    with located(key_of("index.impute", given)):
        named = given["groups"] or tuple(panel.groups)[:1]
        given["groups"] = [_group(panel, name) for name in named]
        done = impute(values, steps.missing, **given)
    return done.values, done.cells


def _group(panel: Panel, name: str) -> Sequence[str]:
    """Return a group column; raise S002 with the nearest where there is none of that name."""
    if name in panel.groups:
        return panel.groups[name]
    known = [*panel.groups]
    near = nearest(name, known)
    raise TierwiseError(problem("S002", argument="groups", value=name, nearest=near, choices=known))


def _with_carried(panel: Panel, values: FloatArray, filled: Cells) -> Cells:
    """Return what was filled, the values that came from other years before the others."""
    if panel.carried is None:
        return filled
    blank = np.where(panel.carried, np.nan, values)
    return Cells.between(blank, values, ("other-years",) * len(panel.indicators)).joined(filled)


def _scale(panel: Panel, values: FloatArray) -> tuple[FloatArray, ...] | None:
    """Return the values that each indicator's scale comes from, None where they are all the panel's own."""
    if not panel.scale:
        return None
    columns = (panel.scale.get(code, column) for code, column in zip(panel.indicators, values.T, strict=True))
    return tuple(column[~np.isnan(column)] for column in columns)


def _treated(
    values: FloatArray, framework: Framework, steps: IndexSpec, among: Sequence[FloatArray] | None
) -> Treatment:
    """Return the values after the treatment of outliers.

    A leaf's own treatment stands in the framework's column ``aggregation``; ``log`` and ``box-cox`` there are
    done whatever the indicator's shape.
    """
    problems = Problems()
    methods, forced = [], []
    for code, own in zip(framework.indicators, _leaves(framework, framework.aggregations), strict=True):
        with problems.caught(), located(placed_at(framework.place(code, "aggregation"))):
            methods.append(TREATMENTS.choose(own or steps.outliers, "aggregation"))
            forced.append(code in steps.treat.force or (own != "" and TREATMENTS[methods[-1]].transforms))
    for code in sorted(set(steps.treat.force) - set(framework.indicators)):
        problems.add("F003", "[index.treat] force", code=code, choices=framework.indicators)
    problems.raise_any()
    rule = Rule(**steps.treat.model_dump(exclude={"force"}))
    return treat(values, methods, force=forced, rule=rule, among=among)


def _normaliser(panel: Panel, treatment: Treatment, framework: Framework, steps: IndexSpec) -> Normaliser:
    """Return what puts treated values on the scale of the index; goalposts follow a transformation."""
    leaves = framework.tree.leaves
    problems = Problems()
    methods: list[str] = []
    for code, own in zip(framework.indicators, _leaves(framework, framework.normalisations), strict=True):
        with problems.caught(), located(placed_at(framework.place(code, "normalisation"))):
            methods.append(NORMALISATIONS.choose(own or steps.normalisation, "method"))
    problems.raise_any()
    posts = {"low": framework.low[leaves], "high": framework.high[leaves], "target": framework.target[leaves]}
    for key, given in posts.items():
        posts[key] = np.array(given)
        for column, (method, done) in enumerate(zip(methods, treatment.columns, strict=True)):
            if (
                done.transform is not None
                and key in NORMALISATIONS[method].cells
                and not np.isnan(given[column])
            ):
                moved = done.transform.of(float(given[column]))
                if np.isnan(moved):
                    place = framework.place(framework.indicators[column], key)
                    problems.add("M038", place, value=float(given[column]), rule=done.rule)
                posts[key][column] = moved
    problems.raise_any()
    settings = steps.normalise.model_dump()
    words = ("mean", "median", "best")
    if settings["reference"] not in words:
        place = "[index.normalise] reference"
        settings["reference"] = panel.units.find(settings["reference"], place, others=words)
        if treatment.among is not None:
            raise TierwiseError(problem("Y008", place))
    cap, directions = framework.cap[leaves], framework.directions[leaves]
    settings |= {**posts, "cap": cap, "directions": directions, "among": treatment.among}
    return Normaliser(tuple(methods), settings)


def _leaves(framework: Framework, texts: Sequence[str]) -> list[str]:
    return [texts[leaf] for leaf in framework.tree.leaves]
