"""The sheet Scenarios 方案表: a row a change, rows of one name making one scenario.

The changes are the keys of a scenario, in either language (权重, 剔除, 标准化方法 …). Weights take a source,
two of them, one camp of the experts (阵营：高校), or nodes with their weights (创新=0.4；开放=0.3); weights
and nodes to drop may stand in several rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tierwise.errors import Problems
from tierwise.inputs.sheet import Cell, Sheet, text
from tierwise.names import nearest
from tierwise.spec.misfits import Key, fitted
from tierwise.spec.scenarios import Variant
from tierwise.spec.typed import Typed
from tierwise.words.keys import SCENARIOS, key_named, names
from tierwise.words.language import Language
from tierwise.words.speaking import KeyName

WHAT, VALUE = "what", "value"
NAME: Final = f"{SCENARIOS}name"
CHANGES: Final = tuple(key for key in names() if key.startswith(SCENARIOS) and key != NAME)
SEVERAL: Final = ("weights", "drop")  # of which a scenario may have several rows
HEADINGS: Final[Mapping[str, str]] = {
    **{word.lower(): "name" for word in (*names()[NAME].name, *names()[NAME].also)},
    **dict.fromkeys(("改动", "改动项", "改什么", "项目", "change"), WHAT),
    **dict.fromkeys(("取值", "值", "改为"), VALUE),
}


def variants_of(sheet: Sheet, places: dict[str, str], problems: Problems) -> tuple[Variant, ...]:
    """Return the scenarios on a sheet; ``places`` gets the cell of each of their keys.

    Notes D008 (a heading that is missing), S001 (a change that is none), S006 (one given twice), V212 (a row
    that lacks the scenario, the change or the value), and what misfits as settings do.
    """
    sheet = sheet.worded(HEADINGS)
    lacking = [heading for heading in ("name", WHAT, VALUE) if heading not in sheet.header]
    for heading in lacking:
        problems.add("D008", sheet.name, heading=sheet.headed(heading))
    sheet.check_repeated(("name", WHAT, VALUE), problems)
    if lacking:
        return ()
    made = []
    for name, (changes, cells) in _changes(sheet, problems).items():
        with problems.caught():
            variant = fitted(Variant, {"name": name, **changes}, cells)
            places[variant.place()] = cells["name",]
            places |= {variant.place(key[0]): cell for key, cell in cells.items()}
            made.append(variant)
    return tuple(made)


def variant_rows(variants: Sequence[Variant], language: Language = "en") -> list[list[object]]:
    """Return the cells of a sheet that holds these scenarios, headings first."""
    heads: dict[Language, list[object]] = {"en": ["scenario", WHAT, VALUE], "zh": ["方案", "改动", "取值"]}
    rows = [heads[language]]
    for variant in variants:
        for key in CHANGES:
            given = getattr(variant, key.removeprefix(SCENARIOS))
            if given is not None and given != ():
                rows.append([variant.name, names()[key].name.of(language), _cell(given)])
    return rows


def _changes(sheet: Sheet, problems: Problems) -> dict[str, tuple[dict[str, object], dict[Key, str]]]:
    """Return the changes of each scenario, and the cell of each of its keys."""
    found: dict[str, tuple[dict[str, object], dict[Key, str]]] = {}
    cells = zip(*map(sheet.column, ("name", WHAT, VALUE)), strict=True)
    for row, (name, what, value) in enumerate(cells):
        if name is None or (what is None) != (value is None):
            lacks = next(h for h, cell in (("name", name), (WHAT, what), (VALUE, value)) if cell is None)
            problems.add("V212", sheet.place(row, lacks))
            continue
        changes, places = found.setdefault(text(name), ({}, {("name",): sheet.place(row, "name")}))
        if what is None:
            continue  # a name alone: V209 tells that it changes nothing
        path = key_named(text(what), of_scenarios=True)
        if path in ("", NAME):
            known = [KeyName(key) for key in CHANGES]
            words = {word: key for key in CHANGES for word in (*names()[key].name, *names()[key].also)}
            near = KeyName(words.get(nearest(text(what), words), CHANGES[0]))
            problems.add("S001", sheet.place(row, WHAT), key=text(what), nearest=near, choices=known)
            continue
        key = path.removeprefix(SCENARIOS)
        joined = _joined(changes[key], value) if key in changes and key in SEVERAL else None
        if key in changes and joined is None:
            problems.add("S006", sheet.place(row, WHAT), key=KeyName(path), first=places[key,])
            continue
        changes[key] = Typed(text(value)) if joined is None else joined
        places.setdefault((key,), sheet.place(row, VALUE))
    return found


def _joined(before: object, more: Cell) -> Typed | None:
    """Return the cells of two rows as one; None where they are no parts of one table or list."""
    tables = ["=" in str(one).replace("＝", "=") for one in (before, more)]
    return Typed(f"{before}；{text(more)}") if all(tables) or not any(tables) else None


def _cell(given: Any) -> str:
    """Return a change as a cell that :func:`variants_of` understands."""
    if isinstance(given, Mapping):
        return "；".join(f"{node}={weight:.15g}" for node, weight in given.items())
    return given if isinstance(given, str) else "、".join(map(_cell, given))
