"""One side of a comparison: the list of a book, computed here, or that which a folder of results holds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.setup import MOST_UNITS
from tierwise.errors import Problem, TierwiseError, problem
from tierwise.inputs import Panel
from tierwise.inputs.files import read_csv
from tierwise.inputs.sheet import Sheet, is_number, text
from tierwise.outputs.folder import RECORD, TABLES
from tierwise.spec import Spec
from tierwise.study.documents import bundled
from tierwise.study.index import Index, scored
from tierwise.study.scenario import Scenario, load
from tierwise.study.tiers import tiers

RANKING = f"{TABLES}/ranking.csv"
FIRST, LAST = 2, "score"  # group columns stand between the names and the score


@dataclass(frozen=True)
class Side:
    """A list with its settings: arrays ``(units,)``, best first where it was read from a folder.

    ``tiers`` is 0 outside the list, and everywhere where the groups are no tiers. ``scenario`` and ``index``
    are None where the input of a folder of results is not there as it was; ``notes`` say so.
    """

    label: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    scores: FloatArray
    ranks: FloatArray
    tiers: IntArray
    listed: IntArray  # positions
    settings: Mapping[str, Any] = field(repr=False)
    title: str = ""
    scenario: Scenario | None = field(default=None, repr=False)
    index: Index | None = field(default=None, repr=False)
    notes: tuple[Problem, ...] = ()

    @property
    def renamed(self) -> Mapping[str, str]:
        """Former code = present code of the units that this side knows under another one."""
        renamed: Mapping[str, str] = self.settings.get("report", {}).get("renamed", {})
        return renamed

    @property
    def apart(self) -> Set[tuple[str, str]]:
        """Former and present codes that a person said to be two units, where the input is known."""
        return frozenset() if self.scenario is None else self.scenario.apart

    @property
    def year(self) -> int | None:
        """The year of the list, where it is known."""
        if self.scenario is not None:
            return self.scenario.list_year
        year: int | None = self.settings.get("report", {}).get("year")
        return year


def side_of(reference: str | Path) -> Side:
    """Return the list of a bundled name, a scenario file, a book or a folder of results.

    Raises :class:`TierwiseError` with every problem of a scenario, or Q030, Q031 for a folder.
    """
    path = Path(reference)
    return of_folder(path) if path.is_dir() else of_scenario(load(reference), str(reference))


def of_scenario(scenario: Scenario, label: str) -> Side:
    """Return the list of a scenario, computed without draws."""
    index = scored(scenario.panel, scenario.framework, scenario.spec, scenario.experts)
    cut = tiers(index, scenario.spec)
    panel = index.panel
    return Side(
        label=label,
        codes=panel.codes,
        names=panel.names,
        groups=panel.groups,
        scores=index.score,
        ranks=np.asarray(index.ranks, dtype=np.float64),
        tiers=cut.tiers if cut.contiguous else np.zeros(len(panel), dtype=np.int64),
        listed=cut.selected,
        settings=scenario.spec.model_dump(mode="json"),
        title=scenario.title,
        scenario=scenario,
        index=index,
    )


def of_folder(path: Path) -> Side:
    """Return the list in a folder of results; its input is read again where it is still the same."""
    try:
        record = json.loads((path / RECORD).read_text(encoding="utf-8"))
        settings, title = record["spec"], str(record["title"])
        top = min(settings.get("select", {}).get("top") or MOST_UNITS, MOST_UNITS)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise TierwiseError(problem("Q030", str(path / RECORD))) from None
    sheet = read_csv(path / RANKING)
    lacking = [name for name in ("code", "name", LAST, "rank") if name not in sheet.header]
    if lacking:
        raise TierwiseError(*(problem("Q031", str(path / RANKING), heading=name) for name in lacking))
    columns = {name: [text(cell) for cell in sheet.column(name)] for name in sheet.header}
    ranks, side_tiers = _numbers(sheet, "rank"), np.nan_to_num(_numbers(sheet, "tier")).astype(np.int64)
    scenario, index, notes = _input(path, record, dict(zip(columns["code"], ranks.tolist(), strict=True)))
    groups = sheet.header[FIRST : sheet.header.index(LAST)]
    return Side(
        label=path.name,
        codes=tuple(columns["code"]),
        names=tuple(columns["name"]),
        groups={name: tuple(columns[name]) for name in groups},
        scores=_numbers(sheet, LAST),
        ranks=ranks,
        tiers=side_tiers,
        listed=np.flatnonzero(ranks <= top),
        settings=settings,
        title=title,
        scenario=scenario,
        index=index,
        notes=notes,
    )


def _numbers(sheet: Sheet, name: str) -> FloatArray:
    """Return a column of numbers, NaN where there is none."""
    if name not in sheet.header:
        return np.full(len(sheet.rows), np.nan)
    cells = [text(cell) for cell in sheet.column(name)]
    return np.array([float(cell) if is_number(cell) else np.nan for cell in cells])


def _input(
    path: Path, record: Mapping[str, Any], ranks: Mapping[str, float]
) -> tuple[Scenario | None, Index | None, tuple[Problem, ...]]:
    """Return the scenario that a folder's results are of and its index, if both are as they were."""
    name = str(record.get("input", ""))
    reference: str | Path = name if name in bundled() else path.resolve().parent / name
    try:
        scenario = load(reference)
    except TierwiseError:
        return None, None, (problem("Q032", path.name, source=name),)
    digests = {file.name: digest for file, digest in scenario.inputs.items()}
    if digests != record.get("inputs"):
        return None, None, (problem("Q033", path.name, source=name),)
    index = scored(scenario.panel, scenario.framework, scenario.spec, scenario.experts)
    now = dict(zip(index.panel.codes, map(float, index.ranks), strict=True))
    if now != ranks or not _same_steps(scenario.spec, record):
        return None, None, (problem("Q034", path.name, source=name),)
    return scenario, index, ()


def _same_steps(spec: Spec, record: Mapping[str, Any]) -> bool:
    """Tell whether a run computed its index as the input says now."""
    return bool(spec.model_dump(mode="json").get("index") == record["spec"].get("index"))


def panel_of(side: Side) -> Panel:
    """Return the units of a side as a panel without indicators, to be matched with."""
    return Panel(side.codes, side.names, (), np.empty((len(side.codes), 0)), side.groups)


def flat(settings: Mapping[str, Any], above: str = "") -> dict[str, object]:
    """Return settings by their keys: index.normalisation, those of topics by names: topics.Big ones.count."""
    out: dict[str, object] = {}
    for key, value in settings.items():
        name = f"{above}.{key}" if above else key
        if isinstance(value, Mapping) and value:
            out |= flat(value, name)
        elif isinstance(value, Sequence) and value and all(isinstance(one, Mapping) for one in value):
            for number, one in enumerate(value, 1):
                out |= flat(one, f"{name}.{one.get('name') or one.get('title') or one.get('node') or number}")
        else:
            out[name] = value
    return out


def shown(value: object) -> str:
    """Return a setting as text."""
    if value is None or value in ({}, [], ()):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return json.dumps(value, ensure_ascii=False)
    return f"{value:.15g}" if isinstance(value, float) else str(value)
