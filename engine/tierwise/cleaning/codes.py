"""A name and a code for each unit, found among the columns of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tierwise.cleaning.columns import Outcome
from tierwise.cleaning.grid import At, RawTable
from tierwise.cleaning.headings import Heading
from tierwise.cleaning.layout import Column
from tierwise.cleaning.numbers import is_missing
from tierwise.cleaning.roles import is_code, is_name, words_of
from tierwise.cleaning.rules import Change
from tierwise.cleaning.texts import same
from tierwise.inputs.sheet import Cell
from tierwise.inputs.sheet import text as text_of
from tierwise.words.language import is_chinese


@dataclass
class Working:
    """A column on its way: where its cells stand in the raw table, and what they hold."""

    head: Column
    heading: Heading
    kind: str  # number, year, code or label
    places: list[At]
    cells: list[Cell]
    fixed: dict[int, Outcome]  # cells that merging decides


def with_codes(
    table: RawTable,
    columns: list[Working],
    header: list[str],
    outcomes: list[list[Outcome]],
    changes: list[Change],
) -> tuple[list[str], list[list[Outcome]]]:
    """Return the table with a column of names and one of codes, where other headings hold them."""
    words = words_of("Data")
    meanings = [words.get(same(heading), "") for heading in header]
    chinese = is_chinese(*header)
    header = [*header]
    if "code" not in meanings:
        coded = [at for at, heading in enumerate(header) if is_code(heading)]
        if len(coded) == 1:
            word = "代码" if chinese else "code"
            header[coded[0]] = _renamed(table, columns, coded[0], header, word, changes)
            meanings[coded[0]] = "code"
    if "name" not in meanings:
        named = _name_column(columns, header, outcomes, meanings)
        if named is not None:
            word = "名称" if chinese else "name"
            header[named] = _renamed(table, columns, named, header, word, changes)
            meanings[named] = "name"
    if "code" in meanings:
        return header, outcomes
    own = _own_names(columns, outcomes, meanings)
    place = table.place(columns[0].head.heading_at) if columns else table.name
    rule = "code-from-name" if own else "no-name"
    cells = own or [None] * (len(outcomes[0]) if outcomes else 0)
    shifted = [
        replace(change, column=change.column + 1) if change.column is not None else change
        for change in changes
    ]
    code = "代码" if chinese else "code"
    changes[:] = [*shifted, Change(place, "", code, (rule,), 0, 0)]
    return [code, *header], [[Outcome(cell) for cell in cells], *outcomes]


def _renamed(
    table: RawTable, columns: list[Working], at: int, header: Sequence[str], word: str, changes: list[Change]
) -> str:
    changes.append(
        Change(table.place(columns[at].head.heading_at), header[at], word, ("heading-name",), 0, at)
    )
    return word


def _name_column(
    columns: Sequence[Working],
    header: Sequence[str],
    outcomes: Sequence[Sequence[Outcome]],
    meanings: Sequence[str],
) -> int | None:
    """Return the column of the units' names: by its heading, else the one whose texts all differ.

    Of several that are called so (Region, Institution) it is the one that tells most units apart; and one
    that is not called so, but tells more than twice as many apart, has the names of a table by regions.
    """
    labels = [at for at, column in enumerate(columns) if column.kind == "label" and meanings[at] == ""]
    texts = {at: [text_of(outcome.value) for outcome in outcomes[at]] for at in labels}
    told = {at: len({*texts[at]}) if all(texts[at]) else 0 for at in labels}
    called = [at for at in labels if is_name(header[at])]
    differ = [at for at in labels if _all_differ(texts[at])]
    if called:
        named = max(called, key=lambda at: (at in differ, told[at], at))
        others = [at for at in labels if told[at] > 2 * told[named]]
        return others[0] if len(others) == 1 else named
    return differ[0] if len(differ) == 1 else None


def _all_differ(values: Sequence[Cell], years: Sequence[Cell] = ()) -> bool:
    """Tell whether texts differ; of a table of several years, within each year."""
    texts = [text_of(value) for value in values]
    different = {*zip(texts, years, strict=True)} if years else {*texts}
    return len(texts) > 1 and all(texts) and len(different) == len(texts) and not any(map(is_missing, texts))


def _own_names(
    columns: Sequence[Working], outcomes: Sequence[Sequence[Outcome]], meanings: Sequence[str]
) -> list[Cell]:
    """Return what tells each unit from all others: its name, or group and name; nothing where none does."""
    if "name" not in meanings:
        return []
    names = [text_of(outcome.value) for outcome in outcomes[meanings.index("name")]]
    years = next(
        ([cell.value for cell in outcomes[at]] for at, one in enumerate(columns) if one.kind == "year"), []
    )
    if _all_differ(names, years):
        return [*names]
    for at, column in enumerate(columns):
        if column.kind == "label" and meanings[at] == "":
            joined = _with_groups(names, [text_of(group.value) for group in outcomes[at]])
            if all(names) and _all_differ(joined, years):
                return joined
    return []


def _with_groups(names: Sequence[str], groups: Sequence[str]) -> list[Cell]:
    """Return names told apart by their groups: 江苏江阴市; elsewhere those alone that are not unique."""
    if is_chinese(*names):
        return [f"{group}{name}" for group, name in zip(groups, names, strict=True)]
    count = Counter(names)
    return [
        f"{name} ({group})" if count[name] > 1 else name for group, name in zip(groups, names, strict=True)
    ]
