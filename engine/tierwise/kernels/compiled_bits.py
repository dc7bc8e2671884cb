"""Instructions on the bits of numbers that Python has no name for."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.extending import intrinsic


def _ones(typing_context: Any, word: Any) -> Any:
    """Return how many bits of a uint64 are set."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


def _bits(typing_context: Any, number: Any) -> Any:
    """Return the bits of a float32 as an int32."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(32))

    return types.int32(types.float32), generate


def _move(typing_context: Any, source: Any, start: Any, target: Any, at: Any) -> Any:
    """Copy 8 numbers of 16 bits from ``source[start]`` on to ``target[at]`` on, in one piece."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        eight = ir.VectorType(ir.IntType(16), 8).as_pointer()

        def place(of: Any, value: Any, first: Any) -> Any:
            data = context.make_array(of)(context, builder, value).data
            return builder.bitcast(builder.gep(data, [first]), eight)

        moved = builder.load(place(source, arguments[0], arguments[1]), align=2)
        builder.store(moved, place(target, arguments[2], arguments[3]), align=2)
        return context.get_dummy_value()

    return types.void(source, types.uint64, target, types.uint64), generate


def _fetch(typing_context: Any, numbers: Any, at: Any) -> Any:
    """Bring the line that ``numbers[at]`` stands in into the first cache meanwhile."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte, kind = ir.IntType(8).as_pointer(), ir.IntType(32)
        data = context.make_array(numbers)(context, builder, arguments[0]).data
        line = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        call = ir.FunctionType(ir.VoidType(), [byte, kind, kind, kind])
        fetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], call)
        builder.call(fetch, [line, kind(0), kind(3), kind(1)])  # to be read, kept near, data
        return context.get_dummy_value()

    return types.void(numbers, types.uint64), generate


ones: Any = intrinsic(_ones)
fetch: Any = intrinsic(_fetch)
move: Any = intrinsic(_move)
bits: Any = intrinsic(_bits)
if config.DISABLE_JIT:  # type: ignore[attr-defined]  # made at run time; Python has no such instructions
    ones = lambda word: np.uint64(int(word).bit_count())  # noqa: E731  # in the place of an object
    move = lambda source, start, target, at: np.copyto(target[at : at + 8], source[start : start + 8])  # noqa: E731
    fetch = lambda numbers, at: None  # noqa: E731
    bits = lambda number: np.float32(number).view(np.int32)  # noqa: E731
