"""IDX_RANK_CHANGE: the move of every unit between two lists, divided among what changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import TierwiseError
from tierwise.kernels.tree import Tree
from tierwise.methods.aggregate import RULES
from tierwise.methods.normalise import normalise
from tierwise.methods.scores import Plan, node_scores
from tierwise.whatif.why import FACTORS, Explained, Ruler, explained
from tierwise_addin import arguments, codec
from tierwise_addin.arguments import Help, in_cells
from tierwise_addin.catalogue import Function
from tierwise_addin.flat import HOW, VALUES, WEIGHTS, flat
from tierwise_addin.kept import once
from tierwise_addin.labelled import Named

PREVIOUS: Final = arguments.numbers(
    "previous_values",
    "Figures of the list before, the same units in the same rows; a blank row is a unit that was not on it",
    "上期数据：单位与行次同本期；整行空白表示上期不在榜",
)
PREVIOUS_WEIGHTS: Final = arguments.filled(
    "previous_weights", "Weights of the list before (default: the same)", "上期权重（默认与本期相同）"
).otherwise(None)


@once
def rank_change(
    values: FloatArray,
    weights: FloatArray,
    previous_values: FloatArray,
    previous_weights: FloatArray | None,
    normalisation: str,
    aggregation: str,
    directions: FloatArray | None,
    missing: str,
) -> object:
    """Return both ranks, the move and the places of each factor, a row for each unit."""
    arguments.same_length("rows", values=len(values), previous_values=len(previous_values))
    arguments.same_length("columns", values=values.shape[1], previous_values=previous_values.shape[1])
    given = (previous_values, values)
    members = np.array([~np.isnan(one).all(axis=1) for one in given])
    how = (normalisation, aggregation, directions, missing)
    sides = []
    for name, one, own, listed in (
        ("previous", previous_values, weights if previous_weights is None else previous_weights, members[0]),
        ("", values, weights, members[1]),
    ):
        names = {"values": "previous_values"} if name else {}
        if previous_weights is not None and name:
            names["weights"] = "previous_weights"
        with in_cells(names), _in_rows(np.flatnonzero(listed), names.get("values", "values")):
            sides.append(flat(one[listed], own, *how))
    filled = _spread([side.figures.values for side in sides], members)
    nominal = [side.nominal for side in sides]
    found = None
    with suppress(TierwiseError):  # a value beyond the other list's scale that the aggregation cannot take
        found = explained(
            [
                _ruler(_on_scale(filled, members, scale, normalisation, directions), local, aggregation)
                for scale in (0, 1)
                for local in nominal
            ],
            ("scale", "weights"),
            members,
        )
    if found is None or not found.whole:
        rulers = [_refitted(filled, local, normalisation, aggregation, directions) for local in nominal]
        with _in_rows(None, "values"):
            found = explained(rulers, ("weights",), members)
    return codec.headed(_columns(found, len(values)))


def _columns(found: Explained, units: int) -> dict[str, object]:
    def over_rows(column: FloatArray) -> FloatArray:
        out = np.full(units, np.nan)
        out[found.units] = column
        return out

    before, after = found.ranks
    shares = dict(zip(found.factors, found.rank_shares, strict=True))
    nothing = np.zeros(len(found.units))
    return {
        "unit": np.arange(1, units + 1),
        "previous_rank": over_rows(before),
        "rank": over_rows(after),
        "move": over_rows(before - after),
        **{name: over_rows(shares.get(name, nothing)) for name in FACTORS[:5]},
    }


def _spread(parts: list[FloatArray], members: BoolArray) -> FloatArray:
    """Return ``(2, units, indicators)``; a unit on one list only has the figures that are known."""
    out = np.full((2, members.shape[1], parts[0].shape[1]), np.nan)
    for side, part in enumerate(parts):
        out[side, members[side]] = part
    for side in (0, 1):
        out[side, ~members[side]] = out[1 - side, ~members[side]]
    return out


def _on_scale(
    filled: FloatArray, members: BoolArray, scale: int, normalisation: str, directions: FloatArray | None
) -> FloatArray:
    """Return the figures of both lists on the scale of one of them."""
    own = filled[scale, members[scale]]
    out = np.empty_like(filled)
    for side in (0, 1):
        rows = members[side] if side == scale else np.ones(members.shape[1], dtype=np.bool_)
        out[side] = normalise(filled[side], normalisation, directions, among=[*own.T])
        if side == scale:
            out[side, rows] = normalise(own, normalisation, directions)
    return out


def _ruler(figures: FloatArray, nominal: FloatArray, aggregation: str) -> Ruler:
    plan = Plan.uniform(figures[0], Tree.flat(figures.shape[2]), aggregation)
    summed = aggregation == "arithmetic" and not np.isnan(figures).any()
    return Ruler(
        figures,
        lambda rows: np.asarray(node_scores(replace(plan, values=rows), nominal, (0,))[:, 0]),
        alone=RULES[aggregation].by_itself,
        weights=nominal[1:] if summed else None,
    )


def _refitted(
    filled: FloatArray,
    nominal: FloatArray,
    normalisation: str,
    aggregation: str,
    directions: FloatArray | None,
) -> Ruler:
    """Return how figures become a list that is on a scale of its own."""
    tree = Tree.flat(filled.shape[2])

    def score(rows: FloatArray) -> FloatArray:
        plan = Plan.uniform(normalise(rows, normalisation, directions), tree, aggregation)
        return np.asarray(node_scores(plan, nominal, (0,))[:, 0])

    return Ruler(filled, score, alone=False)


@contextmanager
def _in_rows(rows: IntArray | None, argument: str) -> Iterator[None]:
    """Give problems of the units on one list the rows that were given; those of a mixed list have none."""
    try:
        yield
    except TierwiseError as error:
        raise TierwiseError(
            *(
                replace(raised, row=None if rows is None else int(rows[raised.row]))
                if raised.argument in ("values", argument) and raised.row is not None
                else raised
                for raised in error.problems
            )
        ) from None


FUNCTION: Final = Function(
    "IDX_RANK_CHANGE",
    Help(
        "Why ranks changed: places gained by own figures, others' figures, units, scale and weights",
        "位次变动原因：自身指标、他人变化、单位进出、标准化尺度与权重各带来的位次",
    ),
    (VALUES, WEIGHTS, PREVIOUS, PREVIOUS_WEIGHTS, *HOW),
    rank_change,
    header=True,
    slow=True,
    named=Named(how="columns", columns=("unit",), table="changes_why"),
)
