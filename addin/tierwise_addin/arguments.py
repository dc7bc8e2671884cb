"""What an argument of a worksheet function is: its name, its help, and how its cells are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from tierwise.arrays import LARGEST
from tierwise.errors import Problem, Problems, TierwiseError, problem
from tierwise.inputs.comparisons import judgement
from tierwise.inputs.years import year_in
from tierwise.methods.registry import Family
from tierwise.names import choose
from tierwise.words.language import Language
from tierwise_addin import cell_kinds, codec
from tierwise_addin.cell_kinds import Cell
from tierwise_addin.codec import Block

Decode: TypeAlias = Callable[[Block, str, Problems], Any]

LARGEST_WHOLE: Final = 2**53
"""Whole numbers beyond are not told apart in a cell."""

LONGEST_HELP: Final = 255
"""Characters of help that Excel shows."""

_TRUE: Final = ("true", "yes", "1", "是", "ascending", "升序")
_FALSE: Final = ("false", "no", "0", "否", "descending", "降序")


@dataclass(frozen=True)
class Help:
    """A sentence in both languages."""

    en: str
    zh: str

    def text(self, language: Language = "en") -> str:
        """Return the sentence in one language."""
        return self.zh if language == "zh" else self.en


OPTIONS: Final = Help("; or a range: option, value", "；或两列区域：选项、取值")


@dataclass(frozen=True)
class Argument:
    """One argument: cells in, what the engine takes out.

    ``optional`` arguments may be left out or left blank, and then have the value ``default``. Some hosts
    send 0 for a blank cell: so that all give the same answer, 0 counts as blank (``zero_is_blank``) but where
    nothing else would do.
    ``choices`` are the names that a text argument knows. ``rows`` and ``columns`` tell what lies along a
    table, ``along`` what lies along a single row or column: where several arguments share it, blank cells at
    the end of one count as far as another has cells. ``opens``: all options may stand in its place, as a
    range.
    """

    name: str
    help: Help
    decode: Decode
    optional: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    zero_is_blank: bool = False
    rows: str = ""
    columns: str = ""
    along: str = ""
    opens: bool = False

    def text(self, language: Language = "en") -> str:
        """Return its help with the names that it knows, as many as fit; IDX_CHOICES lists all of them."""
        chinese = language == "zh"
        end = OPTIONS.text(language) if self.opens else ""
        head = self.help.text(language) + ("：" if chinese else ": ") * bool(self.choices)
        between = "、" if chinese else ", "
        whole = head + between.join(self.choices) + end
        if len(whole) <= LONGEST_HELP:
            return whole
        more = "；其余见IDX_CHOICES" if chinese else "; more: IDX_CHOICES"
        listed = [*self.choices]
        while len(head + between.join(listed) + more + end) > LONGEST_HELP:
            listed.pop()
        return head + between.join(listed) + more + end

    def counts(self, block: Block) -> list[tuple[str, int]]:
        """Return what lies along the cells, and how many of it."""
        if block.empty:
            return []
        rows, columns = block.cells.shape
        return [(self.rows, rows), (self.columns, columns), (self.along, max(rows, columns))]

    def aligned(self, block: Block, most: Mapping[str, int]) -> Block:
        """Return the cells with the blank ones at their end that lie beside cells of other arguments."""
        if block.empty:
            return block
        if not self.along:
            return block.extended(most.get(self.rows, 0), most.get(self.columns, 0))
        if min(block.cells.shape) > 1:
            return block
        return block.extended(1, most[self.along]) if block.is_row else block.extended(most[self.along], 1)

    def placed(self, raised: Problem, block: Block) -> Problem:
        """Return a problem of a single row or column with its cell's place: arrays know positions only."""
        if not self.along or (raised.row is None) == (raised.column is None):
            return raised
        at = raised.column if raised.row is None else raised.row
        if block.cells.size == 1:
            return replace(raised, row=None, column=None)
        return replace(raised, row=0, column=at) if block.is_row else replace(raised, row=at, column=0)

    def otherwise(self, default: Any, *, zero_is_blank: bool = True) -> Argument:
        """Return the argument as an optional one."""
        return replace(self, optional=True, default=default, zero_is_blank=zero_is_blank)

    def named(self, name: str) -> Argument:
        """Return the argument under another name."""
        return replace(self, name=name)

    def value(self, block: Block, problems: Problems) -> Any:
        """Return what the cells hold, the default for no cells; notes what is wrong with them."""
        if self.optional and (block.empty or (self.zero_is_blank and block.is_zero)):
            return self.default
        return self.decode(block, self.name, problems)


def numbers(name: str, en: str, zh: str, *, rows: str = "units", columns: str = "indicators") -> Argument:
    """Return an argument of numbers, NaN where blank: units x indicators unless told otherwise."""
    return Argument(name, Help(en, zh), codec.numbers, rows=rows, columns=columns)


def judgements(name: str, en: str, zh: str, *, rows: str, columns: str) -> Argument:
    """Return an argument of comparisons, which may stand as text, read as on the sheet: 1/5."""

    def decode(block: Block, argument: str, problems: Problems) -> Any:
        return codec.numbers(_read(block, judgement), argument, problems)

    return Argument(name, Help(en, zh), decode, rows=rows, columns=columns)


def vector(name: str, en: str, zh: str, *, along: str = "units") -> Argument:
    """Return an argument of one row or column of numbers, NaN where blank."""
    return Argument(name, Help(en, zh), codec.vector, along=along)


def years(name: str, en: str, zh: str, *, along: str = "units") -> Argument:
    """Return an argument of one row or column of years, said in any of the ways of a sheet: 2018年."""

    def decode(block: Block, argument: str, problems: Problems) -> Any:
        return codec.vector(_read(block, year_in), argument, problems)

    return Argument(name, Help(en, zh), decode, along=along)


def _read(block: Block, reader: Callable[[str], float | None]) -> Block:
    """Return cells with the numbers in place of the texts that mean one."""
    cells = block.cells.copy()
    flat = cells.reshape(-1)
    for at, cell in enumerate(block.cells.ravel().tolist()):
        if isinstance(cell, str) and (value := reader(cell)) is not None:
            flat[at] = float(value)
    return replace(block, cells=cells, kinds=frozenset(type(cell) for cell in cells.flat))


def filled(name: str, en: str, zh: str, *, along: str = "indicators") -> Argument:
    """Return an argument of one row or column of numbers without blanks."""
    return Argument(name, Help(en, zh), codec.filled, along=along)


def labels(name: str, en: str, zh: str, *, along: str = "units") -> Argument:
    """Return an argument of one row or column of labels."""
    return Argument(name, Help(en, zh), codec.labels, along=along)


def cells(name: str, en: str, zh: str, *, rows: str = "units", columns: str = "columns") -> Argument:
    """Return an argument of numbers and texts, None where blank: units x columns."""

    def decode(block: Block, argument: str, problems: Problems) -> list[list[object]]:
        return [
            [codec.label(cell) or None if isinstance(cell, str) else _plain(cell) for cell in row]
            for row in codec.table(block, argument, problems)
        ]

    return Argument(name, Help(en, zh), decode, rows=rows, columns=columns)


def _plain(cell: Cell) -> object:
    """Return a truth value as the number that it is, an error as a blank; it is noted already."""
    return (
        None if isinstance(cell, cell_kinds.ErrorValue) else float(cell) if isinstance(cell, bool) else cell
    )


def choice(
    name: str,
    choices: tuple[str, ...],
    en: str,
    zh: str,
    *,
    default: str | None = None,
    synonyms: Mapping[str, str] | None = None,
) -> Argument:
    """Return an optional argument that is one of ``choices``, by default the first; 0 counts as left out."""
    chosen = choices[0] if default is None else default

    def decode(block: Block, argument: str, problems: Problems) -> str:
        cell = _single(block, argument, problems)
        if cell is None:
            return chosen
        try:
            return choose(codec.label(cell), choices, argument, synonyms)
        except TierwiseError as error:
            problems.extend(error.problems)
            return chosen

    made = Argument(name, Help(en, zh), decode, choices=choices)
    return made.otherwise(chosen)


def method(name: str, family: Family[Any], en: str, zh: str) -> Argument:
    """Return an optional argument that is a method of a family, by default its first; 0 counts as blank."""
    first, *others = family

    def decode(block: Block, argument: str, problems: Problems) -> str:
        cell = _single(block, argument, problems)
        try:
            return first if cell is None else family.choose(codec.label(cell), argument)
        except TierwiseError as error:
            problems.extend(error.problems)
            return first

    made = Argument(name, Help(en, zh), decode, choices=(first, *others))
    return made.otherwise(first)


def whole(name: str, low: int, en: str, zh: str, default: Any) -> Argument:
    """Return an optional argument that is a whole number, ``low`` or more; 0 counts as left out."""

    def decode(block: Block, argument: str, problems: Problems) -> Any:
        cell = _single(block, argument, problems)
        if isinstance(cell, float) and cell.is_integer() and low <= cell <= LARGEST_WHOLE:
            return int(cell)
        if isinstance(cell, float) and cell > LARGEST_WHOLE:
            _refuse(cell, argument, problems, f"at most {LARGEST_WHOLE}", f"不大于{LARGEST_WHOLE}的整数")
        else:
            _refuse(cell, argument, problems, f"a whole number, {low} or more", f"不小于{low}的整数")
        return default

    return Argument(name, Help(en, zh), decode).otherwise(default)


def number(
    name: str, low: float, en: str, zh: str, default: float | None = None, *, high: float = LARGEST
) -> Argument:
    """Return an argument that is a number from ``low`` to ``high``."""
    or_more = high == LARGEST
    expected = f"a number, {low:g} or more" if or_more else f"a number from {low:g} to {high:g}"
    expected_zh = f"不小于{low:g}的数字" if or_more else f"{low:g}至{high:g}之间的数字"

    def decode(block: Block, argument: str, problems: Problems) -> Any:
        cell = _single(block, argument, problems)
        if isinstance(cell, float) and low <= cell <= high:
            return cell
        _refuse(cell, argument, problems, expected, expected_zh)
        return default

    return Argument(name, Help(en, zh), decode, optional=default is not None, default=default)


def is_true(cell: Cell) -> bool:
    """Return whether a cell holds TRUE, in any of the words for it."""
    return codec.label(cell).lower() in _TRUE


def flag(name: str, en: str, zh: str, default: bool, expected: str = "TRUE or FALSE") -> Argument:
    """Return an optional argument that is TRUE or FALSE (also 1, 0, yes, no)."""

    def decode(block: Block, argument: str, problems: Problems) -> bool:
        cell = _single(block, argument, problems)
        word = codec.label(cell).lower()
        if word not in _TRUE + _FALSE:
            _refuse(cell, argument, problems, expected, expected.replace(" or ", "或"))
        return word in _TRUE

    return Argument(name, Help(en, zh), decode, optional=True, default=default)


def text(name: str, en: str, zh: str) -> Argument:
    """Return an argument that is a text."""

    def decode(block: Block, argument: str, problems: Problems) -> str:
        return codec.label(_single(block, argument, problems))

    return Argument(name, Help(en, zh), decode)


def word(name: str, en: str, zh: str, default: str) -> Argument:
    """Return an optional argument that is a text, kept as it is; 0 counts as left out."""

    def decode(block: Block, argument: str, problems: Problems) -> str:
        return codec.label(_single(block, argument, problems))

    return Argument(name, Help(en, zh), decode).otherwise(default)


def _single(block: Block, name: str, problems: Problems) -> Cell:
    """Return the one cell of an argument; notes C006 for several, C002 for an error value."""
    rows = codec.table(block, name, problems)
    if block.cells.size > 1:
        problems.add("C006", argument=name, rows=block.cells.shape[0], columns=block.cells.shape[1])
    return rows[0][0] if rows and rows[0] else None


def _refuse(cell: Cell, name: str, problems: Problems, expected: str, expected_zh: str) -> None:
    if cell is None or isinstance(cell, cell_kinds.ErrorValue):
        return  # noted already
    shown = f"'{cell}'" if isinstance(cell, str) else codec.label(cell)
    problems.add("C011", argument=name, value=shown, expected=expected, expected_zh=expected_zh)


@contextmanager
def in_cells(names: Mapping[str, str]) -> Iterator[None]:
    """Give problems found inside the worksheet's argument names; those of the first node count from there."""
    try:
        yield
    except TierwiseError as error:
        raise TierwiseError(*(_in_cells(raised, names) for raised in error.problems)) from None


def _in_cells(raised: Problem, names: Mapping[str, str]) -> Problem:
    if raised.argument not in names:
        return raised
    column = raised.column
    if raised.argument == "scores" and column is not None:
        column -= 1  # node 0 is the index itself
    return replace(raised, argument=names[raised.argument], column=column)


def same_length(what: str, **counts: int) -> None:
    """Raise C007 unless all counts (argument = its length) are equal; ``what`` is counted."""
    (first, expected), *others = counts.items()
    wrong = [
        problem("C007", argument=argument, what=what, found=length, other=first, expected=expected)
        for argument, length in others
        if length != expected
    ]
    if wrong:
        raise TierwiseError(*wrong)
