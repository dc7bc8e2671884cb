"""Many options as one range of two columns, the name of each beside its value.

It stands in place of the first argument that may be left out:
``IDX_ROBUSTNESS(values, weights, 0.25, H1:I4)`` with ``draws | 2000``, ``count | 4``, ``top | 100``,
``missing | median``. A value may take several cells to the right, as directions do. Names of earlier versions
are known too: ``tiers`` for ``count``, and ``descending``, the opposite of ``order``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tierwise.errors import Problems
from tierwise.names import nearest
from tierwise_addin import codec
from tierwise_addin.arguments import Argument, is_true
from tierwise_addin.codec import Block

FEWEST: Final = 3
"""Options of a function that may come as a range."""

EARLIER: Final = {"tiers": "count", "descending": "order"}
OPPOSITE: Final = "descending"


def first(arguments: Sequence[Argument]) -> int | None:
    """Return the position of the argument in whose place options may stand, ``None`` where they are few."""
    optional = [at for at, argument in enumerate(arguments) if argument.optional]
    return optional[0] if len(optional) >= FEWEST else None


def opened(arguments: Sequence[Argument], blocks: list[Block]) -> list[Block]:
    """Return the cells of each argument, those of a range of options in their places.

    Raises C037 for a name that is no option, C038 for an option that is given twice.
    """
    at = first(arguments)
    if at is None or not _is_range(blocks[at], arguments):
        return blocks
    places = _places(arguments)
    spread, problems = [*blocks], Problems()
    spread[at] = codec.read(None, arguments[at].name)
    for row, cells in enumerate(blocks[at].cells.tolist()):
        name = codec.label(cells[0])
        place = places.get(_squeezed(name))
        if place is None:
            if name or any(cell is not None for cell in cells):
                known = [one.name for one in arguments if one.optional]
                near = nearest(name, known)
                problems.add(
                    "C037",
                    argument=arguments[at].name,
                    row=row,
                    column=0,
                    value=name,
                    nearest=near,
                    choices=known,
                )
        elif not spread[place].empty:
            problems.add("C038", argument=arguments[at].name, row=row, column=0, value=name)
        else:
            turned = _squeezed(name) == OPPOSITE and cells[1] is not None
            value = [not is_true(cells[1])] if turned else cells[1:]
            spread[place] = codec.read([value], arguments[place].name)
    problems.raise_any()
    return spread


def _is_range(block: Block, arguments: Sequence[Argument]) -> bool:
    """Return whether cells are names beside values: the first column holds texts, one of them an option."""
    if block.empty or block.cells.shape[1] < 2:  # a column of names, one of values
        return False
    names = [cell for cell in block.cells[:, 0].tolist() if cell is not None]
    known = _places(arguments)
    return all(isinstance(name, str) for name in names) and any(_squeezed(name) in known for name in names)


def _places(arguments: Sequence[Argument]) -> dict[str, int]:
    """Return the place of each option by its name, and by an earlier one where that is no other's."""
    places = {_squeezed(one.name): place for place, one in enumerate(arguments) if one.optional}
    return {old: places[new] for old, new in EARLIER.items() if new in places} | places


def _squeezed(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")
