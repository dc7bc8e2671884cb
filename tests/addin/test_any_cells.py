"""Every worksheet function, given any cells, answers with finite cells or is refused with coded problems."""

import copy
import datetime as dt
import math
import random

import pytest

from tierwise.errors import TierwiseError
from tierwise_addin import call
from tierwise_addin.catalogue import functions
from tierwise_addin.cell_kinds import ErrorValue
from tierwise_addin.examples import EXAMPLES

ODD = [
    None, "", " ", "a", "1", "n/a", "#N/A", "min-max", "ward", "江苏", "auto", True, False, 0, 1, -1, 2.5, -5,
    100, 1e9, 1e12, 10**30, 1e300, 1e-300, 0.5, 12.0, -0.25,
    ErrorValue.NA, float("inf"), float("nan"), dt.datetime(2020, 1, 1), "x" * 50,
]  # fmt: skip
SHAPES = [(1, 1), (1, 3), (3, 1), (3, 3), (5, 2), (6, 3), (8, 4)]


def block(rng: random.Random, rows: int, columns: int, share: float) -> list[list[object]]:
    return [
        [rng.choice(ODD) if rng.random() < share else round(10 * rng.random(), 2) for _ in range(columns)]
        for _ in range(rows)
    ]


def argument(rng: random.Random) -> object:
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(ODD)
    if kind < 0.35:
        return rng.choice([[], [[]], [[None]]])
    return block(rng, *rng.choice(SHAPES), rng.choice([0, 0, 0.02, 0.1, 0.5]))


def arguments(rng: random.Random) -> list[object]:
    """Return anything, or what most functions take with one argument spoiled."""
    if rng.random() < 0.4:
        return [argument(rng) for _ in range(rng.randint(0, 6))]
    sound: list[object] = [block(rng, 6, 3, 0), [0.5, 0.3, 0.2], 0.2, 30]
    if rng.random() < 0.7:
        sound[rng.randrange(4)] = argument(rng)
    return sound[: rng.randint(1, 4)]


def refused_or_finite(name: str, given: list[object]) -> None:
    try:
        rows = call(name, *given)
    except TierwiseError as error:
        assert error.problems
        known = {"", *(argument.name for argument in functions()[name].arguments)}
        assert {problem.argument for problem in error.problems} <= known
        assert all(problem.line("en") and problem.line("zh") for problem in error.problems)
    else:
        assert rows
        assert len({len(row) for row in rows}) == 1
        numbers = [cell for row in rows for cell in row if isinstance(cell, float)]
        assert all(math.isfinite(number) for number in numbers), given


@pytest.mark.parametrize("name", [*functions()])
def test_any_cells(name: str) -> None:
    rng = random.Random(name)
    for _ in range(60):
        refused_or_finite(name, arguments(rng))


def spoiled(rng: random.Random, cells: object) -> object:
    """Return an argument with a cell, a row, a column or its shape spoiled, or something else altogether."""
    if not isinstance(cells, list) or rng.random() < 0.15:
        return rng.choice(ODD)
    table = copy.deepcopy(cells)
    row, column = rng.randrange(len(table)), rng.randrange(len(table[0]))
    kind = rng.randrange(9)
    if kind == 0:
        table = table[:row] or [[None]]
    elif kind == 1:
        table = [line[:column] or [None] for line in table]
    elif kind == 2:
        table = [list(line) for line in zip(*table, strict=True)]
    elif kind == 3:
        table = [[*line, rng.choice(ODD)] for line in table]
    elif kind == 4:
        odd = rng.choice(ODD)
        table = [[*line[:column], odd, *line[column + 1 :]] for line in table]
    elif kind == 5:
        table[row] = [rng.choice(ODD)] * len(table[row])
    elif kind == 6:
        table.append(list(table[0]))
    else:
        table[row][column] = rng.choice(ODD)
    return table


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one.given], ids=lambda one: one.function)
def test_spoiled_examples(example) -> None:
    rng = random.Random(repr(example))
    names = [argument.name for argument in functions()[example.function].arguments]
    for _ in range(12):
        given = list(example.cells)
        at = rng.randrange(len(given))
        given[at] = spoiled(rng, given[at])
        if "draws" in names and at != names.index("draws"):
            given[names.index("draws")] = 50.0
        refused_or_finite(example.function, given)
