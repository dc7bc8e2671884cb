"""Hostile calls of worksheet functions, the same for the same seed: what none should type and some do."""

import random

from tierwise_addin.catalogue import functions
from tierwise_addin.examples import EXAMPLES, TABLES, cells_of

TEXTS = (
    "n/a",
    "",
    " ",
    "#N/A",
    "#VALUE!",
    "甲",
    "ward",
    "min-max",
    "=1+1",
    "1e400",
    "'1/5",
    "x" * 300,
    "NaN",
)
NUMBERS = (0.0, 1.0, -1.0, 0.5, 3.0, 1e300, -1e300, 1e-300, 2.5, 45662.0, 1e15, 7.0)
SINGLES = (None, *TEXTS, *NUMBERS)
SLOW_DRAWS = 50.0


def cell(dice):
    return dice.choice(SINGLES)


def block(dice):
    """Return rows of cells: mostly small, of any content."""
    rows, columns = dice.choice(((1, 1), (1, 4), (4, 1), (3, 3), (2, 5), (12, 5), (6, 2)))
    if dice.random() < 0.5:
        return [[round(dice.uniform(-2, 9), 3) for _ in range(columns)] for _ in range(rows)]
    return [[cell(dice) for _ in range(columns)] for _ in range(rows)]


def spoiled(dice, rows):
    """Return a table of an example with some of its cells, rows or columns changed."""
    made = [list(row) for row in rows]
    for _ in range(dice.choice((0, 0, 1, 1, 2, 5))):
        made[dice.randrange(len(made))][dice.randrange(len(made[0]))] = cell(dice)
    if dice.random() < 0.2 and len(made) > 1:
        made = made[: dice.randrange(1, len(made))]
    if dice.random() < 0.1:
        made = [list(row) for row in zip(*made, strict=True)]
    return made


def calls(seed, count):
    """Yield ``count`` calls as (function, arguments): each a cell, rows of cells, or None for left out."""
    dice = random.Random(seed)
    known = [one for one in functions().values() if not one.volatile]
    for _ in range(count):
        function = dice.choice(known)
        examples = [one for one in EXAMPLES if one.function == function.name]
        given = [cells_of(one) for one in dice.choice(examples).given]
        given += [None] * (len(function.arguments) - len(given))
        for at, argument in enumerate(function.arguments):
            chance = dice.random()
            if isinstance(given[at], list) and chance < 0.3:
                given[at] = spoiled(dice, given[at])
            elif chance < 0.38:
                given[at] = block(dice) if dice.random() < 0.5 else cell(dice)
            elif chance < 0.4:
                given[at] = TABLES[dice.choice([*TABLES])]
            if argument.name == "draws":
                given[at] = SLOW_DRAWS if dice.random() < 0.8 else dice.choice((None, 0.0, "x", -1.0, 2.5))
        if dice.random() < 0.8:
            yield function.name, given
        else:
            yield function.name, given[: dice.randrange(len(given) + 1)]
