"""What was given and nothing reads: cells of the framework, and settings of a scenario.

A method reads what its declaration says (:mod:`tierwise.methods.registry`), a setting of another kind what
:data:`READERS` says. What is left over among the cells is a problem, among the settings a caution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np

from tierwise.draws.models import MODELS
from tierwise.errors import Problem, Problems, problem
from tierwise.inputs import Experts, Framework
from tierwise.inputs.framework_sheet import SYNONYMS as FRAMEWORK_WORDS
from tierwise.methods.aggregate import RULES
from tierwise.methods.impute import METHODS as IMPUTATIONS
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.outliers import METHODS as TREATMENTS
from tierwise.methods.registry import Family
from tierwise.methods.tier_methods import METHODS as TIER_METHODS
from tierwise.methods.weightings import WEIGHTINGS
from tierwise.spec import Section, Spec
from tierwise.study.weights import model_name
from tierwise.words.speaking import Choice, Heading, KeyName, ShortKey

Texts = tuple[object, object]  # in English and in Chinese; methods and settings are told as the user has them


@dataclass(frozen=True)
class Reading:
    """Which methods a scenario uses: in its index, in its weight scenarios and in its draws."""

    spec: Spec
    framework: Framework
    experts: Experts | None = None

    @cached_property
    def normalisations(self) -> list[set[str]]:
        """The normalisations of each node."""
        shared = {
            self.spec.index.normalisation,
            *self.spec.uncertainty.methods.normalisation,
            *(variant.normalisation for variant in self.spec.scenarios if variant.normalisation),
        }
        return [
            _found(NORMALISATIONS, [own]) if own else set() if below.size else shared
            for own, below in zip(self.framework.normalisations, self.framework.tree.children, strict=True)
        ]

    @cached_property
    def rules(self) -> set[str]:
        """The rules of aggregation."""
        given = [
            self.spec.index.aggregation,
            *self.spec.uncertainty.methods.aggregation,
            *(variant.aggregation for variant in self.spec.scenarios if variant.aggregation),
        ]
        own = _found(RULES, self._own_aggregations(inner=True))
        return own.union(*(_names(rules) for rules in given))

    @cached_property
    def treatments(self) -> set[str]:
        """The treatments of outliers, those among them that follow winsorising."""
        own = _found(TREATMENTS, self._own_aggregations(inner=False))
        used = own | {self.spec.index.outliers, *self.spec.uncertainty.methods.outliers}
        followed = any("then" in TREATMENTS[name].settings for name in used)
        return used | ({self.spec.index.treat.then} if followed else set())

    @cached_property
    def imputations(self) -> set[str]:
        """What is done about missing values."""
        return {self.spec.index.missing, *self.spec.uncertainty.methods.missing}

    @cached_property
    def weightings(self) -> list[tuple[str, ...]]:
        """The sources of weights, of the index and of each weight scenario: one, or two combined."""
        given = [self.spec.index.weights, *(variant.weights for variant in self.spec.scenarios)]
        named = [_names(one) for one in given if one is not None and not isinstance(one, Mapping)]
        return [tuple(method for name in names if (method := WEIGHTINGS.find(name))) for names in named]

    @property
    def sources(self) -> set[str]:
        """All sources of weights."""
        return {name for names in self.weightings for name in names}

    @property
    def tier_methods(self) -> set[str]:
        """How boundaries are found."""
        return {self.spec.tiers.method, *self.spec.uncertainty.methods.tiers}

    def every(self, *, inner: bool, column: tuple[str, ...]) -> bool:
        """Return whether each of the inner nodes, or of the indicators, has its own entry in a column."""
        below = self.framework.tree.children
        return all(own for own, under in zip(column, below, strict=True) if bool(under.size) == inner)

    def _own_aggregations(self, *, inner: bool) -> list[str]:
        below = self.framework.tree.children
        return [
            own
            for own, under in zip(self.framework.aggregations, below, strict=True)
            if bool(under.size) == inner
        ]


class Reader(NamedTuple):
    """When a setting is read, and by what."""

    reads: Callable[[Reading], bool]
    by: Texts


def _panel(reading: Reading) -> bool:
    return reading.experts is not None


def _when(setting: str) -> Texts:
    return KeyName(setting), KeyName(setting)


READERS: Final[Mapping[str, Reader]] = {
    "index.minimum_share": Reader(
        lambda reading: any(
            not IMPUTATIONS[name].fills and not IMPUTATIONS[name].refuses for name in reading.imputations
        ),
        _when("index.missing=reweight"),
    ),
    "index.normalisation": Reader(
        lambda reading: not reading.every(inner=False, column=reading.framework.normalisations),
        ("indicators that name none in the framework", "指标体系中未填标准化方法的指标"),
    ),
    "index.outliers": Reader(
        lambda reading: not reading.every(inner=False, column=reading.framework.aggregations),
        ("indicators that name no treatment in the framework", "指标体系中未填异常值处理方法的指标"),
    ),
    "index.aggregation": Reader(
        lambda reading: not reading.every(inner=True, column=reading.framework.aggregations),
        ("nodes that name none in the framework", "指标体系中未填合成方法的节点"),
    ),
    "index.half": Reader(lambda reading: reading.spec.index.round is not None, _when("index.round")),
    "index.weighting.scope": Reader(
        lambda reading: any(WEIGHTINGS[name].from_data for name in reading.sources),
        ("weights from the data", "由数据得出的权重"),
    ),
    "index.weighting.combine": Reader(
        lambda reading: any(len(names) == 2 for names in reading.weightings),
        ("two sources of weights", "两种权重来源"),
    ),
    "index.weighting.share": Reader(
        lambda reading: (
            reading.spec.index.weighting.combine == "linear"
            and any(len(names) == 2 for names in reading.weightings)
        ),
        _when("index.weighting.combine=linear"),
    ),
    **{  # not scale_max, which makes the forms of a panel that has not answered yet
        f"experts.{key}": Reader(_panel, ("the experts' scores, once collected", "回收后的专家打分"))
        for key in ("sent", "band", "method")
    },
    "tiers.most": Reader(lambda reading: reading.spec.tiers.count == "auto", _when("tiers.count=auto")),
    "tiers.contiguous": Reader(
        lambda reading: reading.spec.tiers.on == "indicators", _when("tiers.on=indicators")
    ),
    "uncertainty.tolerance": Reader(
        lambda reading: reading.spec.uncertainty.draws == "auto", _when("uncertainty.draws=auto")
    ),
    "sensitivity.second": Reader(
        lambda reading: reading.spec.sensitivity is None or reading.spec.sensitivity.method == "sobol",
        _when("sensitivity.method=sobol"),
    ),
}
"""Settings that are not always read, beside those of methods."""


def unread_cells(framework: Framework, spec: Spec) -> list[Problem]:
    """Return a problem for each cell of the framework that nothing reads: F020, F021, F022."""
    problems = Problems()
    reading = Reading(spec, framework)
    columns = {"low": framework.low, "high": framework.high, "cap": framework.cap, "target": framework.target}
    for node, code in enumerate(framework.codes):
        used = reading.normalisations[node]
        read = _together(NORMALISATIONS[name].cells for name in used)
        for column, given in columns.items():
            if np.isfinite(given[node]) and column not in read:
                readers = [name for name, method in NORMALISATIONS.items() if column in method.cells]
                problems.add(
                    "F020",
                    framework.place(code, column),
                    heading=Heading(column, FRAMEWORK_WORDS),
                    value=bool(given[node]) if column == "cap" else float(given[node]),
                    reason=f"{_and(used)} does not read it" if used else "this row names no normalisation",
                    reason_zh=f"{_and(used)} 不读取该列" if used else "该行未填标准化方法",
                    choices=[*map(Choice, readers)],
                )
        if np.isfinite(framework.target[node]) and used == {"two-ended"}:
            for column in ("low", "high"):
                if np.isfinite(columns[column][node]):
                    problems.add(
                        "F022",
                        framework.place(code, column),
                        heading=Heading(column, FRAMEWORK_WORDS),
                        value=float(columns[column][node]),
                        target=float(framework.target[node]),
                    )
        if framework.denominators[node] and framework.tree.children[node].size:
            place = framework.place(code, "denominator")
            problems.add("F021", place, value=framework.denominators[node], node=framework.names[node])
    return problems.found


def unread_settings(spec: Spec, framework: Framework, experts: Experts | None = None) -> list[Problem]:
    """Return a caution for each setting that was given and that nothing reads: S020."""
    reading = Reading(spec, framework, experts)
    methods: dict[str, tuple[Section, Family[Any], Iterable[str]]] = {
        "index.impute": (spec.index.impute, IMPUTATIONS, reading.imputations),
        "index.treat": (spec.index.treat, TREATMENTS, reading.treatments),
        "index.normalise": (
            spec.index.normalise,
            NORMALISATIONS,
            _together(reading.normalisations),
        ),
        "index.aggregate": (spec.index.aggregate, RULES, reading.rules),
        "index.weighting": (spec.index.weighting, WEIGHTINGS, reading.sources),
        "tiers": (spec.tiers, TIER_METHODS, reading.tier_methods),
        "uncertainty": (spec.uncertainty, MODELS, [model_name(spec, experts)]),
    }
    cautions = []
    for name, (section, family, used) in methods.items():
        read = _together(family[method].settings for method in used)
        for key in sorted({*section.model_fields_set} & family.settings.keys() - read):
            readers = family.settings[key][1]
            told = [*map(Choice, readers)]
            cautions.append(_caution(f"{name}.{key}", (told, told)))
    cautions += unread_comparisons(reading)
    cautions += unread_columns(reading)
    for path, reader in READERS.items():
        if _given(spec, path) and not reader.reads(reading):
            cautions.append(_caution(path, reader.by))
    return cautions


def unread_comparisons(reading: Reading) -> list[Problem]:
    """Return a caution for the sheet Comparisons where no source of weights takes them: W164."""
    readers = [name for name, source in WEIGHTINGS.items() if source.needs == "comparisons"]
    if reading.framework.comparisons is None or reading.sources & {*readers}:
        return []
    return [problem("W164", "Comparisons", choices=[*map(Choice, readers)])]


def unread_columns(reading: Reading) -> list[Problem]:
    """Return a caution for each column of the sheet Judgements that nothing reads: W159."""
    given = reading.framework.judgements
    if given is None:
        return []
    model = model_name(reading.spec, reading.experts)
    read = {*MODELS[model].model.reads, *_together(WEIGHTINGS[name].reads for name in reading.sources)}
    return [
        problem(
            "W159",
            f"Judgements: {column}",
            heading=column,
            choices=[*map(Choice, _readers(column))],
        )
        for column in given.filled()
        if column not in read
    ]


def _readers(column: str) -> list[str]:
    """Return the sources of weights and the weight models that read a column of the sheet Judgements."""
    sources = [name for name, source in WEIGHTINGS.items() if column in source.reads]
    return [
        *dict.fromkeys([*sources, *(name for name, made in MODELS.items() if column in made.model.reads)])
    ]


def _caution(path: str, by: Texts) -> Problem:
    section, _, key = path.rpartition(".")
    return problem("S020", f"[{section}] {key}", key=ShortKey(path), reader=by[0], reader_zh=by[1])


def _given(spec: Spec, path: str) -> bool:
    """Return whether a setting was given, even as its default."""
    at: Any = spec
    for part in path.split("."):
        if at is None or part not in at.model_fields_set:
            return False
        at = getattr(at, part)
    return True


def _together(parts: Iterable[Iterable[str]]) -> set[str]:
    return {name for part in parts for name in part}


def _found(family: Family[Any], words: Iterable[str]) -> set[str]:
    """Return the methods that are meant; what means none is refused where it is used."""
    return {name for one in words if one and (name := family.find(one))}


def _names(given: str | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


def _and(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
