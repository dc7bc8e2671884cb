"""The list of experts to whom forms are sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tierwise.cleaning.reading import read_tables
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.inputs.sheet import address, text

HEADINGS: Final = {
    "name": "name", "expert": "name", "姓名": "name", "专家": "name", "专家姓名": "name",
    "code": "code", "编号": "code", "专家编号": "code", "代码": "code",
    "camp": "camp", "组别": "camp", "类别": "camp", "阵营": "camp",
}  # fmt: skip


class Recipient(NamedTuple):
    """An expert: own code, name, how the Experts sheet calls them, and their camp."""

    code: str
    name: str
    label: str
    camp: str = ""


def read_recipients(path: Path, known: Mapping[str, str] | None = None) -> tuple[list[Recipient], Problems]:
    """Return the experts of a list (workbook or text file), and what of it wants to be told.

    Headings: name, and where given code and camp; without any the first column holds the names. Experts
    without a code keep that of ``known`` (codes by name), else get E01, E02 …; two of one name are told apart
    by their codes (E212 says so).

    Raises :class:`TierwiseError` as the reader of tables; E215 (nobody), E216 (a code twice).
    """
    tables, _ = read_tables(path)
    if not tables:
        raise TierwiseError(problem("E215", path.name))
    rows = tables[0].cells
    heads = [HEADINGS.get(text(cell).strip().lower(), "") for cell in rows[0]]
    first = 1 if "name" in heads else 0
    at = {head: column for column, head in enumerate(heads) if head} if first else {"name": 0}

    def cell(row: int, head: str) -> str:
        return text(rows[row][at[head]]) if head in at else ""

    kept = [row for row in range(first, len(rows)) if cell(row, "name")]
    return named_recipients(
        [(cell(row, "code"), cell(row, "name"), cell(row, "camp")) for row in kept],
        [f"{tables[0].name}!{address(row, at['name'])}" for row in kept],
        path.name,
        known or {},
    )


def named_recipients(
    given: Sequence[tuple[str, str, str]], places: Sequence[str], origin: str, known: Mapping[str, str]
) -> tuple[list[Recipient], Problems]:
    """Return the experts of codes, names and camps, a blank code filled; raises E215, E216."""
    notes, wrong = Problems(), Problems()
    if not given:
        wrong.add("E215", origin)
    names = Counter(name for _, name, _ in given)
    given = [
        (code or (known.get(name, "") if names[name] == 1 else ""), name, camp) for code, name, camp in given
    ]
    taken = {code for code, _, _ in given if code} | {*known.values()}
    free = (code for number in range(1, 10_000) if (code := f"E{number:02}") not in taken)
    codes = [code or next(free) for code, _, _ in given]
    people = []
    for code, (_, name, camp), place in zip(codes, given, places, strict=True):
        if codes.count(code) > 1:
            wrong.add("E216", place, code=code)
        label = name
        if names[name] > 1:
            label = f"{name} ({code})"
            notes.add("E212", place, name=name, label=label)
        people.append(Recipient(code, name, label, camp))
    wrong.raise_any()
    return people, notes
