"""Forms filled with seeded answers, as experts would fill them: for the example and for trials of a panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.delphi.asked import least
from tierwise.delphi.package import put_sheets
from tierwise.delphi.rating import BASES, FAMILIARITY, INFLUENCE
from tierwise.delphi.returned import open_form
from tierwise.inputs.sheet import Cell, text
from tierwise.methods.delphi import quartiles
from tierwise.renewal.cells import with_cells
from tierwise.words.language import Language

APART: Final = 1.1  # standard deviation of the experts about an item's importance, in points of 9
DRAWN: Final = 0.6  # how far, at most, an expert moves towards the median that is fed back


def first_answers(items: int, experts: int, top: float, seed: int) -> FloatArray:
    """Return scores ``(experts, items)``: whole numbers of the scale about an importance of each item."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,)))
    unit = top / 9.0
    importance = rng.uniform(0.5 * top, 0.95 * top, items)
    return _whole(importance + rng.normal(0.0, APART * unit, (experts, items)), top)


def next_answers(before: FloatArray, top: float, seed: int) -> FloatArray:
    """Return scores ``(experts, items)`` of the next round: each expert some way nearer to the median."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(2,)))
    way = rng.uniform(0.0, DRAWN, (len(before), 1))
    return _whole(before + way * (np.nanmedian(before, axis=0) - before), top)


def fill(
    form: Path,
    out: Path,
    answers: Mapping[str, Cell],
    language: Language,
    *,
    remarks: Mapping[str, str],
    seed: int,
) -> None:
    """Write a form with answers (by key), a seeded self-rating and ``remarks`` (by key) to ``out``."""
    rng = np.random.default_rng(seed)
    table = open_form(form).table
    assert table is not None
    rows = {text(cells[0]): row for row, cells in enumerate(table.cells) if cells[0] is not None}
    columns = {text(cell): column for column, cell in enumerate(table.cells[rows["columns"]])}
    edits: dict[tuple[int, int], Cell] = {}
    for column, given in (("answer", answers), ("comment", remarks)):
        edits |= {(rows[f"item:{key}"], columns[column]): value for key, value in given.items()}
    familiar = FAMILIARITY[int(rng.integers(0, 3))][0]
    edits[rows["self:familiarity"], columns["answer"]] = familiar.of(language)
    for name in BASES:
        influence = INFLUENCE[int(rng.integers(0, 2))]
        edits[rows[f"self:basis:{name}"], columns["answer"]] = influence.of(language)
    put_sheets(form, out, {}, {table.name: partial(with_cells, edits=edits)})


def outside(answers: FloatArray, before: FloatArray) -> Sequence[int]:
    """Return which of an expert's answers ``(items,)`` lie outside the quartiles of the round before."""
    return [int(at) for at in np.flatnonzero(quartiles(before).outside(answers))]


def _whole(scores: FloatArray, top: float) -> FloatArray:
    return np.clip(np.rint(scores), least("scores", top), top)
