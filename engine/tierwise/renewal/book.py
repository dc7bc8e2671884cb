"""Next year's book: a copy of this year's in which History, Data and the settings of the year are renewed.

Cells are changed in place in a copy of the file (:mod:`tierwise.renewal.cells`); whatever else the book
holds, charts, drop-down lists and formats among it, stays as it is. The book itself is never written to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from functools import partial
from pathlib import Path
from typing import Final

from tierwise.cleaning import clean
from tierwise.cleaning.rules import Change
from tierwise.delphi.package import put_sheets
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.inputs import Panel
from tierwise.inputs.files import CHINESE_SHEETS, no_sheet
from tierwise.inputs.history import SYNONYMS as HISTORY_WORDS
from tierwise.inputs.sheet import Cell, Sheet, text
from tierwise.outputs.files import in_the_way, is_there
from tierwise.renewal.cells import Edits, with_cells
from tierwise.renewal.data import (
    Place,
    applied,
    columns_of,
    emptied,
    filled,
    labels,
    meanings,
    other_units,
    place_in,
    rows_of,
    unit_of,
)
from tierwise.renewal.listing import KINDS, carried, unit_rows, with_answers
from tierwise.renewal.matching import Matching, Pair, Unit, matched
from tierwise.renewal.settings import Setting, renewed_settings
from tierwise.study.documents import known_sheets
from tierwise.study.index import scored
from tierwise.study.scenario import Scenario, load
from tierwise.study.tiers import tiers
from tierwise.words.language import Language, is_chinese

__all__ = ["WORKBOOKS"]

WORKBOOKS: Final = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class Renewed:
    """What next year's book holds and what is left to decide.

    ``ranks`` is how many ranks of ``last`` were added to History; ``matching`` tells what became of the
    units, None where no new table was given; ``lacking`` are columns without figures in the new table,
    ``added`` its columns that the book did not have; ``doubts`` are cells of it that could not be read for
    sure; ``other_years`` how many of its rows were left out, by their years;
    ``nation`` has the years of the nation's figures, which stay as they are, None where there are none;
    ``below`` says that the book has all years in one table, the next one below the others.
    """

    last: int
    year: int
    language: Language
    former: tuple[Unit, ...]
    present: tuple[Unit, ...]
    ranks: int
    matching: Matching | None = None
    lacking: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    doubts: tuple[Change, ...] = field(default=(), repr=False)
    other_years: Mapping[int, int] = field(default_factory=dict)
    nation: tuple[int, ...] | None = None
    below: bool = False
    settings: tuple[Setting, ...] = ()
    sheet: str = ""  # of units to decide on, blank where there is none
    written: Path | None = None

    def words(self, pair: Pair) -> dict[str, str]:
        """Return what a pair of units looks like, in the book's words, and the names of the two."""
        before = self.former[pair.former].name if pair.former is not None else ""
        after = self.present[pair.present].name if pair.present is not None else ""
        what = KINDS[pair.kind].of(self.language)
        return {"what": what, "before": before, "after": after, "unit": before or after}

    def __repr__(self) -> str:
        units = len(self.former) if self.matching is None else len(self.present)
        return f"Renewed({self.last} to {self.year}: {self.ranks} ranks into History, {units} units)"


def next_year(
    old: str | Path,
    out: str | Path,
    year: int,
    data: str | Path | None = None,
    *,
    replace: bool = False,
) -> Renewed:
    """Make next year's book from this year's and return what is in it.

    The list that ``old`` gives goes into History; framework, experts, settings and scenarios stay; year, name
    and title are raised. Figures in Data are emptied, or taken from ``data``, whose units are matched by
    code, then by cleaned name within their group; whatever is not the same stands on a sheet of units. The
    nation's figures stay, and stand on a sheet of last year too.

    Args:
        old: this year's workbook; never written to.
        out: next year's, an .xlsx (.xlsm where ``old`` is one).
        year: of the next list.
        data: the raw table of the next year, cleaned as by :func:`tierwise.clean`.
        replace: replace ``out`` where it is there.

    Raises:
        TierwiseError: every problem of ``old`` and of ``data``; I008, I009, I014 (the output), Q016 (no
            workbook), Q017, Q018 (years), Q019 (History has the year, with other ranks), Q020 (``data`` has
            other years), Q021 (other units).

    """
    source, target = Path(old), Path(out)
    _refuse(source, target, None if data is None else Path(data), replace)
    scenario = load(source)
    sheets = known_sheets(source)
    language = _language(scenario, sheets)
    last = _last_year(scenario)
    if year <= last:
        raise TierwiseError(problem("Q018", str(source), last=last, year=year))
    table = sheets.get("Data", sheets.get(f"Data{last}"))
    if table is None:
        raise TierwiseError(no_sheet(source, "Data"))
    place = place_in(table, scenario, last)
    index = scored(scenario.panel, scenario.framework, scenario.spec, scenario.experts)
    listed = tiers(index, scenario.spec).selected
    ranks = [
        (index.panel.codes[unit], index.panel.names[unit], float(index.ranks[unit]))
        for unit in sorted(listed.tolist(), key=lambda unit: (index.ranks[unit], unit))
    ]
    new: dict[str, Sequence[Sequence[Cell]]] = {}
    edits: dict[str, Edits] = {}
    added = _history(scenario, sheets, last, ranks, language, new, edits)
    settings = renewed_settings(sheets.get("Scenario"), (last, year), (source, target), language)
    if settings.sheet is not None:
        new[settings.sheet[0]] = settings.sheet[1]
    elif "Scenario" in sheets:
        edits[sheets["Scenario"].name] = settings.edits
    nation = scenario.national
    if nation is not None and "National" in sheets and f"National{last}" not in sheets:
        carried_on = sheets["National"]  # that list keeps its own, against which a figure left as it is shows
        new[f"{carried_on.name}{last}"] = [carried_on.header, *carried_on.rows]
    renewed = Renewed(
        last,
        year,
        language,
        units_of(scenario.panel),
        (),
        added,
        nation=None if nation is None else nation.years,
        settings=settings.changed,
        below=place.below,
    )
    if data is None:
        cells = emptied(place, scenario, year)
    else:
        renewed, cells, units = _filled(renewed, scenario, sheets, place, source, Path(data))
        if len(units) > 1:
            renewed = replaced(renewed, sheet=_units_sheet(sheets))
            new[renewed.sheet] = units
    if place.below:  # the years stand in one table
        edits[table.name] = cells
    elif "Data" in sheets:  # last year's figures go to a sheet of that year, the new ones into their place
        new[f"{table.name}{last}"] = [table.header, *table.rows]
        edits[table.name] = cells
    else:
        new[table.name.replace(str(last), str(year))] = applied(table, cells)
    changes: dict[str, Callable[[bytes], bytes]] = {
        name: partial(with_cells, edits=cells) for name, cells in edits.items() if cells
    }
    if renewed.sheet:
        answers = partial(with_answers, language=language, rows=len(new[renewed.sheet]))
        changes[renewed.sheet] = answers
    put_sheets(source, target, new, changes)
    return replaced(renewed, written=target)


def _units_sheet(sheets: Mapping[str, Sheet]) -> str:
    """Return the name of the sheet of units: the one that is there, else one like those of the others."""
    there = sheets.get("Units")
    if there is not None:
        return there.name
    chinese = is_chinese(*(sheet.name for sheet in sheets.values()))
    return CHINESE_SHEETS["Units"] if chinese else "Units"


def _refuse(source: Path, target: Path, data: Path | None, replace: bool) -> None:
    """Raise what keeps a book from being made, before any work."""
    problems = Problems()
    if not is_there(source) and source.suffix.lower() in WORKBOOKS:
        problems.add("I001", str(source))
    if source.suffix.lower() not in WORKBOOKS:
        problems.add("Q016", str(source))
    elif target.suffix.lower() != source.suffix.lower():
        problems.add("I009", str(target))
    problems.extend(in_the_way(target, [source, *filter(None, [data])], replace=replace))
    problems.raise_any()


def _language(scenario: Scenario, sheets: Mapping[str, Sheet]) -> Language:
    """Return the language of the book: Chinese where it says so, or where its sheets have Chinese names."""
    chinese = is_chinese(*(sheet.name for sheet in sheets.values()))
    return "zh" if chinese else scenario.language


def _last_year(scenario: Scenario) -> int:
    """Return the year of the book's list: as it is set, after History's last, or the one in title or name."""
    if scenario.list_year is not None:
        return scenario.list_year
    found = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", f"{scenario.title} {scenario.name}")
    if found is None:
        raise TierwiseError(problem("Q017", "Scenario"))
    return int(found[0])


def units_of(panel: Panel) -> tuple[Unit, ...]:
    """Return the units of a panel with their first group."""
    groups = next(iter(panel.groups.values()), ("",) * len(panel))
    return tuple(Unit(*unit) for unit in zip(panel.codes, panel.names, groups, strict=True))


def _history(
    scenario: Scenario,
    sheets: Mapping[str, Sheet],
    year: int,
    ranks: Sequence[tuple[str, str, float]],
    language: Language,
    new: dict[str, Sequence[Sequence[Cell]]],
    edits: dict[str, Edits],
) -> int:
    """Put a list behind those of History, and return how many ranks were added; raise Q019.

    A History without names gets a column of them: later on they tell who changed its code and who left.
    """
    history = scenario.history
    heads: dict[Language, tuple[str, ...]] = {
        "en": ("year", "code", "name", "rank"),
        "zh": ("年份", "代码", "名称", "排名"),
    }
    known = {} if history is None else history.of_year(year)
    if known:
        _refuse_other_ranks(known, ranks, year, sheets["History"].name)
        return 0
    if "History" not in sheets:
        name = CHINESE_SHEETS["History"] if language == "zh" else "History"
        new[name] = [heads[language], *((year, code, unit, rank) for code, unit, rank in ranks)]
        return len(ranks)
    sheet = sheets["History"]
    columns = {word: at for at, word in enumerate(sheet.worded(HISTORY_WORDS).header)}
    first = max(sheet.row_numbers, default=1)
    rows: dict[tuple[int, int], Cell] = {}
    if "code" not in columns:  # names alone do not tell two units of one name apart
        columns["code"] = len(sheet.header)
        rows[0, columns["code"]] = heads[language][1]
    if "name" not in columns:
        columns["name"] = len(sheet.header)
        rows[0, columns["name"]] = heads[language][2]
        for entry, row in enumerate(sheet.row_numbers):
            if history is not None and history.name(entry) != history.codes[entry]:
                rows[row - 1, columns["name"]] = history.name(entry)
    for row, (code, unit, rank) in enumerate(ranks, first):
        values: dict[str, Cell] = {"year": year, "code": code, "name": unit, "rank": rank}
        rows |= {(row, columns[word]): value for word, value in values.items() if word in columns}
    edits[sheet.name] = rows
    return len(ranks)


def _refuse_other_ranks(
    known: Mapping[str, float], ranks: Sequence[tuple[str, str, float]], year: int, place: str
) -> None:
    """Raise Q019 where History holds another list of the year."""
    differ = [
        (unit, known.get(code, known.get(unit, float("nan"))), rank)
        for code, unit, rank in ranks
        if known.get(code, known.get(unit)) != rank
    ]
    if differ:
        unit, listed, rank = differ[0]
        raise TierwiseError(
            problem("Q019", place, year=year, count=len(differ), unit=unit, listed=listed, rank=rank)
        )


def _filled(
    renewed: Renewed,
    scenario: Scenario,
    sheets: Mapping[str, Sheet],
    place: Place,
    source: Path,
    data: Path,
) -> tuple[Renewed, Edits, list[tuple[Cell, ...]]]:
    """Return what a new table gives: the cells of Data, and its units beside the former ones."""
    cleaned = clean(data, framework=source)
    table, others = rows_of(Sheet.from_cells("Data", next(iter(cleaned.sheets)).cells), renewed.year, data)
    words = meanings(table, scenario)
    columns = columns_of(place.words, words)
    own = dict(enumerate(place.words))
    words = tuple(own.get(columns[at], word) for at, word in enumerate(words))  # Region is the book's region
    coded = not any("code-from-name" in change.rules for change in cleaned.changes)
    group = next(iter(scenario.panel.groups), "")
    given = [unit_of(row, words, group, coded=coded) for row in table.rows]
    matching = matched(renewed.former, given)
    own_codes = table.column("code") if "code" in table.header else [unit.name for unit in given]
    present = [
        Unit(unit.code or (renewed.former[at].code if at >= 0 else text(code)), *unit[1:])
        for unit, at, code in zip(given, matching.former, own_codes, strict=True)
    ]
    if clashes := other_units(place, table, columns, data):
        raise TierwiseError(*clashes)
    cells = {
        **filled(place, table, columns, present, words, renewed.year),
        **labels(place, scenario.panel, present, matching, words),
    }
    earlier = carried(sheets.get("Units"), renewed.former, present, matching)
    rows = unit_rows(renewed.former, present, matching, earlier, renewed.language)
    figures = {*scenario.framework.indicators, *scenario.panel.extras}
    given_words = {place.words[at] for at in columns.values() if at < len(place.words)}
    done = replaced(
        renewed,
        present=tuple(present),
        matching=matching,
        lacking=tuple(word for word in place.words if word in figures - given_words),
        added=tuple(table.header[at] for at, column in columns.items() if column >= len(place.words)),
        doubts=cleaned.doubts,
        other_years=others,
    )
    return done, cells, rows
