"""A scenario read from a bundled name, a TOML file or a workbook, with all problems of all its tables."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tierwise.errors import Problem, Problems, spoken, told_by
from tierwise.inputs import Experts, Framework, History, Panel, Sheet
from tierwise.inputs.confirmed import Confirmed
from tierwise.inputs.files import YEARLY, language_of_headings
from tierwise.inputs.national import GroupCounts, NationalFigures
from tierwise.inputs.rounds import Findings
from tierwise.inputs.years import by_year
from tierwise.methods.registry import own_methods
from tierwise.spec import Spec
from tierwise.spec.document import YEARS, Document
from tierwise.spec.misfits import shown
from tierwise.spec.scenarios_sheet import variants_of
from tierwise.spec.schema import DataSpec, Settings
from tierwise.spec.speaking import speaker_of
from tierwise.spec.stand_ins import best_settings
from tierwise.spec.topics_sheet import lists_of, topics_of
from tierwise.study.by_code import by_code
from tierwise.study.documents import document_of, extended, known_sheets, record, resolve, tables_of
from tierwise.study.sheets import read_inputs
from tierwise.words.language import Language
from tierwise.words.speaking import TOML, Speaker

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Reading", "Scenario", "load", "read_scenario", "read_sheets"]


@dataclass(frozen=True)
class Scenario:
    """Data and spec under a name."""

    name: str
    panel: Panel
    framework: Framework
    experts: Experts | None = None
    history: History | None = None
    national: NationalFigures | None = None
    counts: GroupCounts | None = None
    spec: Spec = field(default_factory=Spec)
    title: str = ""
    language: Language = "en"
    inputs: Mapping[Path, str] = field(default_factory=dict, repr=False)  # SHA-256 by file
    overrides: tuple[str, ...] = field(default=(), repr=False)
    places: Mapping[str, str] = field(default_factory=dict, repr=False)  # of settings: [section] key -> cell
    cautions: tuple[Problem, ...] = field(default=(), repr=False)  # of a scenario that was checked or run
    readings: tuple[Problem, ...] = field(default=(), repr=False)  # what was guessed to read its files
    doubts: tuple[Problem, ...] = field(default=(), repr=False)  # what of its data wants a second look
    year: int | None = None  # of its data, where these tell it
    others: Mapping[int, Scenario] = field(default_factory=dict, repr=False)  # the other years of its panel
    apart: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)  # former, present: two units
    speaker: Speaker = field(
        default=TOML, repr=False, compare=False
    )  # tells its settings as they were written

    @classmethod
    def from_toml(cls, path: str | Path) -> Scenario:
        """Return the scenario in a TOML file (also a workbook or a bundled name: :func:`load`)."""
        return load(path)

    @classmethod
    def from_workbook(cls, path: str | Path) -> Scenario:
        """Return the scenario in a workbook."""
        return load(path)

    @classmethod
    def from_frames(
        cls,
        name: str,
        data: pd.DataFrame,
        framework: pd.DataFrame,
        experts: pd.DataFrame | None = None,
        history: pd.DataFrame | None = None,
        *,
        spec: Spec | None = None,
        title: str = "",
        language: Language = "en",
    ) -> Scenario:
        """Return the scenario in pandas frames with the columns of the sheets.

        Raises :class:`TierwiseError` with every problem of all frames.
        """
        frames = {"Framework": framework, "Data": data, "Experts": experts, "History": history}
        tables = {
            sheet: Sheet.from_frame(frame, sheet) for sheet, frame in frames.items() if frame is not None
        }
        spec, findings = spec or Spec(), Findings()
        told = Problems()
        split = by_year(tables, spec.report.year, findings, told)
        read = read_inputs(split.tables, spec, findings, told, name)
        others = _others(split.others, {}, spec, findings, name)
        findings.raise_any()
        assert read is not None
        made = cls(name=name, **read._asdict(), spec=spec, title=title or name, language=language)
        return made._among(split.year, others, told)

    @property
    def list_year(self) -> int | None:
        """The year of this list: as set, else of its data, else the one after the last before it."""
        if self.spec.report.year is not None or self.year is not None:
            return self.spec.report.year or self.year
        years = [] if self.history is None else self.history.years.tolist()
        years += [] if self.counts is None else self.counts.years
        return int(max(years)) + 1 if years else None

    def _among(self, year: int | None, others: Mapping[int, Scenario], told: Problems) -> Scenario:
        """Return the scenario as that of one year among others."""
        rest = {
            one: replace(other, name=self.name, title=self.title, language=self.language)
            for one, other in others.items()
        }
        history = self.history
        for one, other in others.items():
            names = dict(zip(other.panel.codes, other.panel.names, strict=True))
            history = None if history is None else history.with_names(names, one)
        return replace(self, year=year, others=rest, history=history, readings=(*self.readings, *told.found))

    def spoken(self) -> Scenario:
        """Return it with what was noted of it told in the words of its settings."""
        readings, cautions, doubts = (
            tuple(spoken(noted, self.speaker)) for noted in (self.readings, self.cautions, self.doubts)
        )
        return replace(self, readings=readings, cautions=cautions, doubts=doubts)

    def __repr__(self) -> str:
        return (
            f"Scenario({self.name!r}, {len(self.panel)} units x {len(self.framework.indicators)} indicators)"
        )


class Reading(NamedTuple):
    """A scenario as it was read, or as it would be with what was assumed for what cannot be taken.

    None where too little can be read to go on. Where ``findings`` hold a problem it is no scenario to run.
    """

    scenario: Scenario | None
    findings: Findings
    speaker: Speaker = TOML

    def whole(self) -> Scenario:
        """Return the scenario; raise :class:`TierwiseError` with every problem if there is one."""
        with told_by(self.speaker):
            self.findings.raise_any()
        assert self.scenario is not None
        return self.scenario.spoken()


def load(reference: str | Path) -> Scenario:
    """Return a scenario from a bundled name, a ``.toml`` file or a workbook.

    Raises :class:`TierwiseError` with every problem of its keys and tables.
    """
    return read_scenario(reference).whole()


def read_scenario(reference: str | Path) -> Reading:
    """Return what :func:`load` reads, with its problems.

    Raises :class:`TierwiseError` for what leaves nothing to read: no such file, no workbook, no TOML.
    """
    path = resolve(reference)
    inputs: dict[Path, str] = {}
    sheets: dict[str, Sheet] = {}
    problems = Findings()
    if path.suffix.lower() == ".toml":
        document = extended(path, inputs, (), {})
    else:
        record(path, inputs)
        sheets = known_sheets(path, problems)
        document = document_of(path.stem, sheets, inputs, path.parent, problems)
    own = own_methods() if path.suffix.lower() == ".toml" else nullcontext()
    with own:  # a workbook may come from a stranger: it names no module to import, nor does what it extends
        settings = best_settings(document, problems)
    return _scenario(document, settings, sheets, inputs, path.name, problems)


def load_sheets(name: str, sheets: dict[str, Sheet]) -> Scenario:
    """Return the scenario of an open workbook called ``name``: its input sheets by their English names.

    Raises :class:`TierwiseError` with every problem of its keys and tables.
    """
    return read_sheets(name, sheets).whole()


def read_sheets(name: str, sheets: dict[str, Sheet], *, alone: bool = False) -> Reading:
    """Return what :func:`load_sheets` reads, with its problems.

    ``alone``: the sheets may name no file of this machine, S016; bundled scenarios they may extend.
    """
    inputs: dict[Path, str] = {}
    problems = Findings()
    document = document_of(name, sheets, inputs, Path(), problems, alone=alone)
    settings = best_settings(document, problems)
    return _scenario(document, settings, sheets, inputs, name, problems)


def _scenario(
    document: Document,
    settings: Settings | None,
    sheets: dict[str, Sheet],
    inputs: dict[Path, str],
    origin: str,
    problems: Findings,
) -> Reading:
    guessed = Problems()
    tables = tables_of(settings.data if settings else DataSpec(), sheets, inputs, problems, guessed)
    own = {year: best_settings(document.of_year(year), problems) for year in document.years}
    for year, of_year in own.items():
        if of_year is not None and any(key[:3] == (YEARS, str(year), "data") for key in document.values):
            files = tables_of(of_year.data, {}, inputs, problems, guessed)
            tables |= {f"{name}{year}": sheet for name, sheet in files.items() if name in YEARLY}
    places = {shown(key): place for key, place in document.places.items()}
    confirmed = _confirmed(tables.pop("Units", None), problems, guessed)
    spec = _with_sheets(_spec(settings, confirmed, problems), tables, places, problems)
    split = by_year(tables, spec.report.year, problems, guessed)
    specs = {year: _spec(of_year, confirmed, problems) for year, of_year in own.items()}
    for year in sorted(specs.keys() - {split.year, *split.others}):
        known = sorted(split.others) + ([] if split.year is None else [split.year])
        problems.add("Y004", f"[{YEARS}.{year}]", year=year, years=known)
    read = read_inputs(split.tables, specs.get(split.year or 0, spec), problems, guessed, origin)
    others = _others(split.others, specs, spec, problems, origin)
    language = language_of_headings(sheets) or "en"
    if settings is not None and (("language",) in document.values or not sheets):
        language = settings.language
    titles = {one: sheet.name for one, sheet in sheets.items()}
    speaker = speaker_of(document, places, language, titles)
    if settings is None or read is None:
        return Reading(None, problems, speaker)
    scenario = Scenario(
        name=settings.name,
        **read._asdict(),
        spec=by_code(specs.get(split.year or 0, spec), read.framework),
        title=settings.title or settings.name,
        language=language,
        inputs=inputs,
        overrides=document.overrides,
        places=places,
        apart=confirmed.apart,
        speaker=speaker,
    )
    if read.history is not None:
        problems.extend(read.history.doubled(scenario.spec.report.renamed))
    scenario = scenario._among(split.year, others, guessed)
    if scenario.history is not None:
        scenario = replace(scenario, history=scenario.history.with_names(confirmed.names))
    return Reading(scenario, problems, speaker)


def _confirmed(sheet: Sheet | None, problems: Findings, guessed: Problems) -> Confirmed:
    """Return the units that are known under another code; those that nobody has decided on are noted."""
    confirmed = Confirmed()
    if sheet is not None and sheet.rows:
        with problems.caught():
            confirmed = Confirmed.from_sheet(sheet)
    guessed.extend(confirmed.open)
    return confirmed


def _spec(settings: Settings | None, confirmed: Confirmed, problems: Findings) -> Spec:
    """Return the spec of some settings, with the units of the sheet of units among the renamed ones."""
    if settings is None:
        return Spec()
    spec = Spec(**{key: getattr(settings, key) for key in Spec.model_fields})
    if not confirmed.renamed:
        return spec
    renamed = spec.report.renamed
    with problems.caught():
        renamed = confirmed.beside(renamed)
    return spec.model_copy(update={"report": spec.report.model_copy(update={"renamed": renamed})})


def _others(
    years: Mapping[int, Mapping[str, Sheet]],
    specs: Mapping[int, Spec],
    spec: Spec,
    findings: Findings,
    origin: str,
) -> dict[int, Scenario]:
    """Return the scenario of each other year that can be read, without its name."""
    found = {}
    for year, tables in years.items():
        own = specs.get(year, spec)
        read = read_inputs(tables, own, findings, Problems(), origin)
        if read is not None:
            found[year] = Scenario(name="", **read._asdict(), spec=by_code(own, read.framework), year=year)
    return found


def _with_sheets(spec: Spec, tables: Mapping[str, Sheet], places: dict[str, str], problems: Problems) -> Spec:
    """Return the settings with scenarios, topics and lists of the sheets; ``places`` gets their cells."""
    scenarios, topics, lists = spec.scenarios, spec.topics, spec.lists
    if "Scenarios" in tables:
        scenarios = (*scenarios, *variants_of(tables["Scenarios"], places, problems))
    if "Topics" in tables:
        topics = (*topics, *topics_of(tables["Topics"], places, problems))
    if "Lists" in tables:
        lists = (*lists, *lists_of(tables["Lists"], places, problems))
    return spec.model_copy(update={"scenarios": scenarios, "topics": topics, "lists": lists})
