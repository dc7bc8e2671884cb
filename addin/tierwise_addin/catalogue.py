"""The catalogue: every worksheet function declared once, for all hosts.

A host reads names, help and arguments from here to register the functions, and passes what its cells hold to
:func:`evaluate`. The functions of each family stand in ``functions_*.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from inspect import Parameter, Signature
from typing import Any, Final, NamedTuple

from tierwise.errors import Problem, Problems, TierwiseError, problem
from tierwise.names import nearest
from tierwise_addin import cell_kinds, codec, options, session
from tierwise_addin.arguments import Argument, Help, same_length
from tierwise_addin.labelled import LABELS, Named

FAMILIES: Final = {
    "index": Help("index", "指数"),
    "weights": Help("weights", "权重"),
    "tiers": Help("tiers", "梯队"),
    "robustness": Help("robustness", "稳健性"),
    "exact": Help("exact", "精确"),
    "scenarios": Help("scenarios", "方案"),
    "improve": Help("improvement", "提升路径"),
    "study": Help("study", "整体分析"),
    "years": Help("years", "多年"),
    "report": Help("report", "报告"),
}
"""The families in the order of the manual, with their names in both languages."""


@dataclass(frozen=True)
class Function:
    """One worksheet function.

    ``compute`` takes the decoded arguments in order and returns what :func:`codec.encode` takes.
    ``header``: the first row of the result holds headings. ``slow``: hosts should run it beside the sheet.
    ``volatile``: it is calculated anew each time. ``follows`` names the vector argument whose direction (row
    or column) the result has. ``named`` says how the result takes names, given as a last argument ``labels``.
    """

    name: str
    help: Help
    arguments: tuple[Argument, ...]
    compute: Callable[..., object]
    header: bool = False
    slow: bool = False
    volatile: bool = False
    follows: str = ""
    named: Named | None = None
    family: str = ""

    def parameters(self, *more: str) -> Signature:
        """Return its arguments as Python functions have them, and ``more`` behind; optional ones are None."""
        optional = {item.name: item.optional for item in self.arguments} | dict.fromkeys(more, True)
        kind = Parameter.POSITIONAL_OR_KEYWORD
        return Signature(
            [
                Parameter(name, kind, default=None if out else Parameter.empty)
                for name, out in optional.items()
            ]
        )

    @property
    def signature(self) -> str:
        """The call as help shows it: ``IDX_RANK(scores, [ties], [order])``."""
        shown = (f"[{item.name}]" if item.optional else item.name for item in self.arguments)
        return f"{self.name}({', '.join(shown)})"

    def takes(self, name: str) -> bool:
        """Return whether one of its arguments has that name."""
        return any(argument.name == name for argument in self.arguments)

    def __str__(self) -> str:
        return self.name


class Partial(NamedTuple):
    """A result in which some cells are errors, and why they are."""

    rows: object
    problems: tuple[Problem, ...]


@cache
def functions() -> dict[str, Function]:
    """Return all functions by name, family by family."""
    catalogue: dict[str, Function] = {}
    for family in FAMILIES:
        for function in import_module(f"tierwise_addin.functions_{family}").FUNCTIONS:
            catalogue[function.name] = _whole(function, family)
    return catalogue


def _whole(function: Function, family: str) -> Function:
    """Return a function with its last argument and with the help of the first that may be left out."""
    listed = function.arguments
    if function.named is not None:
        listed = (*listed, LABELS[function.named.of])
    first = options.first(listed)
    if first is not None:
        listed = (*listed[:first], replace(listed[first], opens=True), *listed[first + 1 :])
    return replace(function, arguments=listed, family=family)


def find(name: str) -> Function:
    """Return the function of that name, in any case; raises C008 with the nearest name."""
    function = functions().get(name.strip().upper())
    if function is None:
        known = {key.lower(): key for key in functions()}
        raise TierwiseError(problem("C008", name=name, nearest=known.get(nearest(name, known), "IDX_RANK")))
    return function


def evaluate(
    function: Function, cells: Sequence[object], sheet: codec.Sheet = codec.SHEET
) -> cell_kinds.Rows:
    """Return the function's result for what its cells hold, as rows of cells.

    Every problem of the arguments is raised at once; codes C001–C014 are those of the cells.
    """
    blocks = _aligned(function, options.opened(function.arguments, _blocks(function, cells)))
    problems = Problems()
    values: list[Any] = [
        argument.value(block, problems) for argument, block in zip(function.arguments, blocks, strict=True)
    ]
    problems.raise_any()
    asked = {
        argument.name: (argument, block) for argument, block in zip(function.arguments, blocks, strict=True)
    }
    labels: list[str] | None = values.pop() if function.named is not None else None
    try:
        if labels is not None:
            _refuse_other_labels(function, values, labels)
        result = function.compute(*values)
        if isinstance(result, Partial) and result.problems:
            partly = TierwiseError(*(_placed(raised, asked) for raised in result.problems))
            session.remember(function.name, partly)
        rows = codec.encode(result.rows if isinstance(result, Partial) else result, sheet)
    except TierwiseError as error:
        raise TierwiseError(*(_placed(raised, asked) for raised in error.problems)) from None
    if function.named is not None and labels is not None:
        rows = function.named.rows(rows, labels, header=function.header)
    if function.follows and blocks[_position(function, function.follows)].is_row:
        return [list(row) for row in zip(*rows, strict=True)]
    return rows


def _refuse_other_labels(function: Function, values: Sequence[Any], labels: list[str]) -> None:
    """Raise C007 unless there is one label for each unit, indicator or scenario."""
    assert function.named is not None
    of = function.named.of
    names = [argument.name for argument in function.arguments]
    name = "scenarios" if of == "scenarios" else names[0]
    given = values[names.index(name)]
    height, width = (len(given), 1) if given.ndim == 1 else given.shape
    same_length(of, **{name: width if of == "indicators" else height, "labels": len(labels)})


def _aligned(function: Function, blocks: list[codec.Block]) -> list[codec.Block]:
    """Return the blocks with the blank cells at their ends that lie beside cells of others."""
    most: dict[str, int] = {}
    pairs = list(zip(function.arguments, blocks, strict=True))
    for argument, block in pairs:
        for what, count in argument.counts(block):
            most[what] = max(most.get(what, 0), count) if what else 0
    return [argument.aligned(block, most) for argument, block in pairs]


def _placed(raised: Problem, asked: Mapping[str, tuple[Argument, codec.Block]]) -> Problem:
    if raised.argument not in asked:
        return raised
    argument, block = asked[raised.argument]
    return argument.placed(raised, block)


def _position(function: Function, name: str) -> int:
    return [argument.name for argument in function.arguments].index(name)


def _blocks(function: Function, cells: Sequence[object]) -> list[codec.Block]:
    """Return one block for each argument; raises C009 for one that is missing, C010 for too many."""
    expected = function.arguments
    if len(cells) > len(expected):
        raise TierwiseError(
            problem(
                "C010",
                function=function.name,
                most=len(expected),
                found=len(cells),
                signature=function.signature,
            )
        )
    problems = Problems()
    blocks = []
    for at, argument in enumerate(expected):
        if at >= len(cells) and not argument.optional:
            problems.add("C009", argument=argument.name, function=function.name, signature=function.signature)
            continue
        with problems.caught():
            blocks.append(codec.read(cells[at] if at < len(cells) else None, argument.name))
    problems.raise_any()
    return blocks
