"""A scenario as it was written: keys from TOML or a workbook's Scenario sheet, with their places."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from tierwise.errors import Problems, TierwiseError, problem
from tierwise.inputs.files import read_bytes
from tierwise.inputs.sheet import Sheet, text
from tierwise.inputs.years import year_in
from tierwise.spec.misfits import Key, shown
from tierwise.spec.typed import Typed
from tierwise.words.form import meant
from tierwise.words.keys import half_width, key_named
from tierwise.words.speaking import KeyName
from tierwise.words.visible import without_controls

# How a user writes settings: a TOML file, a sheet with keys like tiers.count, or the form with its questions.
Manner: TypeAlias = Literal["toml", "sheet", "form"]

# Keys that say what a scenario is, not how it computes: extended scenarios may differ in them.
YEARS = "years"
LABELS = frozenset({("name",), ("title",), ("language",), ("extends",)})
MOST_KEYS, MOST_PARTS = 5_000, 20  # of a document; parts of a key
SHEET_SYNONYMS = {
    **dict.fromkeys(("键", "项目", "参数", "设置项", "setting"), "key"),
    **dict.fromkeys(("值", "取值"), "value"),
    "说明": "note",
}


@dataclass(frozen=True)
class Document:
    """Values by key path (``("tiers", "count")``), and where each was written."""

    values: Mapping[Key, object]
    places: Mapping[Key, str]
    overrides: tuple[str, ...] = field(default=())  # what replaced what along ``extends``
    manner: Manner = "toml"

    def nested(self) -> dict[str, object]:
        """Return the values as nested tables.

        Raises :class:`TierwiseError` S006 for a key that is given a value and keys below it as well.
        """
        problems = Problems()
        tree: dict[str, object] = {}
        for key, value in self.values.items():
            above = [key[:end] for end in range(1, len(key)) if self.values.get(key[:end], {}) != {}]
            if above:
                problems.add(
                    "S006", self.places[key], key=KeyName(".".join(above[0])), first=self.places[above[0]]
                )
                continue
            at = tree
            for part in key[:-1]:
                at = at.setdefault(part, {})  # type: ignore[assignment]  # only tables stand above a key
            if value != {}:
                at[key[-1]] = value
            else:
                at.setdefault(key[-1], {})
        problems.raise_any()
        return tree

    @property
    def years(self) -> tuple[int, ...]:
        """The years that have settings of their own, ``[years.2018]``."""
        return tuple(sorted({int(key[1]) for key in self.values if key[0] == YEARS and _is_year(key)}))

    def of_year(self, year: int | None) -> Document:
        """Return the settings of a year: its own laid over those of all years."""
        shared = {key: value for key, value in self.values.items() if key[0] != YEARS}
        own = {key[2:]: key for key in self.values if key[:2] == (YEARS, str(year)) and len(key) > 2}
        kept = {
            key: value
            for key, value in shared.items()
            if not any(key == new[: len(key)] or new == key[: len(new)] for new in own)
        }
        places = {**self.places, **{new: self.places[key] for new, key in own.items()}}
        return Document(
            {**kept, **{new: self.values[key] for new, key in own.items()}},
            places,
            self.overrides,
            self.manner,
        )

    def over(self, bases: list[Document]) -> Document:
        """Return this document laid over its bases.

        Raises :class:`TierwiseError` S005 for each key that two bases set to different values and that this
        document does not settle.
        """
        problems = Problems()
        merged: dict[Key, object] = {}
        places: dict[Key, str] = {}
        for base in bases:
            for key, value in base.values.items():
                settled = key in self.values or key in LABELS
                if key in merged and merged[key] != value and not settled:
                    problems.add("S005", base.places[key], key=KeyName(".".join(key)), first=places[key])
                merged[key], places[key] = value, base.places[key]
        problems.raise_any()
        overrides = [entry for base in bases for entry in base.overrides]
        overrides += [
            f"{shown(key)}: {merged[key]!r} → {value!r}"
            for key, value in self.values.items()
            if key in merged and merged[key] != value and key not in LABELS
        ]
        inherited = {key: value for key, value in merged.items() if key not in LABELS}
        return Document(
            {**inherited, **self.values},
            {**places, **self.places},
            tuple(dict.fromkeys((*overrides, *self.overrides))),  # each once, where two bases share one
            self.manner,
        )


def _is_year(key: Key) -> bool:
    return len(key) > 1 and key[1].isdecimal()


def _plain_year(key: Key) -> Key:
    """Return a key of [years] with its year in digits: 2018年 is 2018."""
    year = year_in(key[1]) if key[0] == YEARS and len(key) > 1 else None
    return key if year is None else (YEARS, str(year), *key[2:])


def from_toml(path: Path) -> Document:
    """Return the document in a TOML file; file paths in it are made absolute.

    Raises :class:`TierwiseError` I001, I002, S004 (no TOML), S011 (too many keys) or S012 (a key of too many
    parts).
    """
    content = read_bytes(path)
    try:
        written = content.decode("utf-8-sig")
        _look(written, path.name)
        tree = loads(written)
    except TierwiseError:
        raise
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, or too deep
        raise TierwiseError(problem("S004", path.name, reason=str(error))) from None
    values = _located({_plain_year(key): value for key, value in _flat(tree)}, path.parent)
    return Document(values, {key: f"{path.name}: {shown(key)}" for key in values})


def _look(written: str, file: str) -> None:
    """Raise S011 or S012 for a text that would be read for minutes, by what its lines look like."""
    lines = written.splitlines()
    keys = sum("=" in line for line in lines)
    if keys > MOST_KEYS:
        raise TierwiseError(problem("S011", file, count=keys, most=MOST_KEYS))
    for number, line in enumerate(lines, 1):
        parts = line.partition("=")[0].count(".") + 1
        if parts > MOST_PARTS and ("=" in line or line.lstrip().startswith("[")):
            raise TierwiseError(problem("S012", f"{file}: {number}", count=parts, most=MOST_PARTS))


# Strings and comments of TOML, which are left alone, or a run of what may be a bare key.
TOKEN = re.compile(
    r'''("""(?:\\.|[^\\])*?"""|\'{3}.*?\'{3}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*)'''
    r"""|([^\s=,{}\[\]."\'#]+)""",
    re.DOTALL,
)


def loads(written: str) -> dict[str, Any]:
    """Return the tables of a TOML text in which keys like 创新 need no quotes (TOML 1.0 wants them)."""

    def quoted(token: re.Match[str]) -> str:
        return f'"{token[2]}"' if token[2] and not token[2].isascii() else token[0]

    return tomllib.loads(TOKEN.sub(quoted, written))


def from_sheet(sheet: Sheet, folder: Path | None = None, noted: Problems | None = None) -> Document:
    """Return the document on a Scenario sheet: columns key and value, keys like ``tiers.count`` or 梯队个数.

    A value is read as TOML where it can be (``["min-max", "rank"]``, ``4``, ``true``), else as text as people
    type it (:mod:`tierwise.spec.typed`). A blank value leaves the default; file paths are those from
    ``folder``. Raises :class:`TierwiseError` D008, S006 (a key twice), S010 (a value without a key); the last
    two are noted in ``noted`` where it is given.
    """
    sheet = sheet.worded(SHEET_SYNONYMS)
    problems = Problems()
    for heading in ("key", "value"):
        if heading not in sheet.header:
            problems.add("D008", sheet.name, heading=sheet.headed(heading))
    sheet.check_repeated(("key", "value"), problems)
    if len(sheet.rows) > MOST_KEYS:
        problems.add("S011", sheet.name, count=len(sheet.rows), most=MOST_KEYS)
    problems.raise_any()
    values, places = _entries(sheet, problems)
    if noted is None:
        problems.raise_any()
    else:
        noted.extend(problems.found)
    dotted = any("." in text(name) or "[" in text(name) for name in sheet.column("key"))
    return Document(_located(values, folder or Path()), places, manner="sheet" if dotted else "form")


def is_settings(sheet: Sheet) -> bool:
    """Tell whether a sheet has the headings of one of settings."""
    return {"key", "value"} <= {*sheet.worded(SHEET_SYNONYMS).header}


def _entries(sheet: Sheet, problems: Problems) -> tuple[dict[Key, object], dict[Key, str]]:
    """Return the values on a Scenario sheet and their cells by key; note S006, S010 and S012."""
    values: dict[Key, object] = {}
    places: dict[Key, str] = {}
    for row, (name, cell) in enumerate(zip(sheet.column("key"), sheet.column("value"), strict=True)):
        key = key_of(text(name))
        if isinstance(cell, str):
            cell = half_width(meant(".".join(key), cell))  # noqa: PLW2901  # as it is to be read
        if cell is None:
            continue
        if not key:
            problems.add("S010", sheet.place(row, "key"), value=text(cell))
            continue
        if len(key) > MOST_PARTS:
            problems.add("S012", sheet.place(row, "key"), count=len(key), most=MOST_PARTS)
            continue
        if key in values:
            problems.add("S006", sheet.place(row, "key"), key=KeyName(".".join(key)), first=places[key])
            continue
        value = _value(cell)
        if isinstance(value, dict) and value:
            for below, inner in _flat(value, key):
                values[below], places[below] = inner, sheet.place(row, "value")
        else:
            values[key], places[key] = value, sheet.place(row, "value")
    return values, places


def _located(values: Mapping[Key, object], folder: Path) -> dict[Key, object]:
    """Return the values with the file paths of [data] made absolute."""
    return {
        key: str(folder.resolve() / value) if names_file(key) and isinstance(value, str) else value
        for key, value in values.items()
    }


def names_file(key: Key) -> bool:
    """Tell whether a key of [data], of all years or of one, names a file."""
    of_all = key[2:] if key[0] == YEARS else key
    return of_all[:1] == ("data",) and of_all != ("data", "encoding")


def key_of(name: str) -> Key:
    """Return the path that ``tiers.count``, ``[tiers] count`` or a name such as 梯队个数 means."""
    plain = without_controls(key_named(name) or name)
    parts = plain.replace("[", "").replace("]", ".").replace(" ", "").split(".")
    key = tuple(part for part in parts if part)
    return _plain_year(key) if key else key


def _value(cell: object) -> object:
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if not isinstance(cell, str):
        return cell
    try:
        read = loads(f"value = {cell}")["value"]
    except (ValueError, RecursionError):  # no TOML, or numbers and nestings that no reader takes
        return Typed(cell)
    return Typed(read) if isinstance(read, str) else read


def _flat(tree: Mapping[str, object], prefix: Key = ()) -> list[tuple[Key, object]]:
    entries: list[tuple[Key, object]] = []
    for name, value in tree.items():
        if isinstance(value, dict) and value:
            entries += _flat(value, (*prefix, name))
        else:
            entries.append(((*prefix, name), _printable(value)))
    return entries


def _printable(value: object) -> object:
    """Return a value with the control characters taken out of its texts."""
    if isinstance(value, list):
        return [_printable(one) for one in value]
    if isinstance(value, dict):
        return {without_controls(name): _printable(one) for name, one in value.items()}
    return without_controls(value) if isinstance(value, str) else value
