"""Weighted sums of four draws and eight units, held in registers while the indicators pass."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic

from tierwise.arrays import FloatArray

DRAWS = 4
UNITS = 8  # two registers of four numbers, or one of eight

LANES = ir.VectorType(ir.DoubleType(), UNITS)
CODE: Any = cgutils  # which has no types
WHOLE = ir.IntType(64)


def _matrix(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """Return how to find the number at a row and column of a matrix whose rows have no gaps."""
    array = context.make_array(kind)(context, builder, value)
    columns = CODE.unpack_tuple(builder, array.shape)[1]
    return lambda row, column: builder.gep(array.data, [builder.add(builder.mul(row, columns), column)])


def _at_all(builder: Any, number: Any) -> Any:
    """Return the number in each of the lanes."""
    none, first = ir.Constant(LANES, ir.Undefined), ir.Constant(ir.IntType(32), 0)
    lanes = ir.Constant(ir.VectorType(ir.IntType(32), UNITS), [0] * UNITS)
    return builder.shuffle_vector(builder.insert_element(none, number, first), none, lanes)


def _add_products(
    typing_context: Any, weights: Any, draw: Any, at: Any, count: Any, values: Any, row: Any, unit: Any,
    sums: Any, first: Any, place: Any, fresh: Any,
) -> Any:  # fmt: skip
    """Add products to the sums of four draws and eight units, one after the other, each rounded.

    The ``count`` weights ``(draws, children)`` of four draws from ``draw`` on, from column ``at``, times as
    many rows of ``values (indicators, units)`` from ``row``, at eight units from ``unit`` on. They are added
    to ``sums[first : first + 4, place : place + 8]``, to 0 where the sums are ``fresh``.
    """
    if any(matrix.layout != "C" for matrix in (weights, values, sums)):
        return None  # rows with gaps would be read, and written, beside them: it is not compiled

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        weights_, draw, at, count, values_, row, unit, sums_, first, place, fresh = arguments
        weight = _matrix(context, builder, weights, weights_)
        value = _matrix(context, builder, values, values_)
        total = _matrix(context, builder, sums, sums_)
        four = [ir.Constant(WHOLE, of) for of in range(DRAWS)]
        outs = [builder.bitcast(total(builder.add(first, of), place), LANES.as_pointer()) for of in four]
        held = [CODE.alloca_once(builder, LANES) for _ in four]  # which become registers
        for register, out in zip(held, outs, strict=True):
            nothing = ir.Constant(LANES, [0.0] * UNITS)
            builder.store(builder.select(fresh, nothing, builder.load(out, align=8)), register)
        starts = [weight(builder.add(draw, of), at) for of in four]
        with CODE.for_range(builder, count) as loop:
            line = value(builder.add(row, loop.index), unit)
            eight = builder.load(builder.bitcast(line, LANES.as_pointer()), align=8)
            for register, start in zip(held, starts, strict=True):
                number = _at_all(builder, builder.load(builder.gep(start, [loop.index])))
                builder.store(builder.fadd(builder.load(register), builder.fmul(number, eight)), register)
        for register, out in zip(held, outs, strict=True):
            builder.store(builder.load(register), out, align=8)
        return context.get_dummy_value()

    where = types.int64
    return types.void(
        weights, where, where, where, values, where, where, sums, where, where, types.boolean
    ), generate


def _plain(
    weights: FloatArray, draw: int, at: int, count: int, values: FloatArray, row: int, unit: int,
    sums: FloatArray, first: int, place: int, fresh: bool,
) -> None:  # fmt: skip
    tile = sums[first : first + DRAWS, place : place + UNITS]
    if fresh:
        tile[:] = 0.0
    for k in range(count):
        tile += weights[draw : draw + DRAWS, at + k, None] * values[row + k, unit : unit + UNITS]


add_products: Any = _plain if config.DISABLE_JIT else intrinsic(_add_products)  # type: ignore[attr-defined]  # made at run time
