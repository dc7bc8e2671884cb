"""Comparisons in pairs on a form: upper triangle, live consistency ratio, the judgement most out of line.

The principal eigenvalue is found by power iteration in the cells of a hidden sheet, from the row geometric
means; after :data:`ITERATIONS` steps its error is far below what is shown (Saaty 1980 for CI, CR and RI).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import ceil
from typing import Any, Final

from tierwise.delphi.writer import CHECKS, FIRST, FormWriter
from tierwise.inputs.sheet import address, column_letters
from tierwise.methods.ahp import random_index

SCALE: Final = (*(f"{n}" for n in range(9, 0, -1)), *(f"1/{n}" for n in range(2, 10)))
ITERATIONS: Final = 20
HEAD_WIDTH: Final = 15  # letters of a heading on a line; a Chinese sign counts as two
AS_TYPED: Final = {
    "／": "/",
    " ": "",
    "　": "",
    **{chr(ord("０") + digit): str(digit) for digit in range(1, 10)},
}


def write_group(form: FormWriter, parent: str, group: Sequence[str], offset: int) -> tuple[int, list[Any]]:
    """Write a group's matrix and checks; return the next free row of hidden sums, and the answers' cells."""
    sheet, styles, book = form.sheet, form.styles, form.book
    size = len(group)
    codes = form.row_of(f"group:{parent}", hidden=True)
    longest = max(sum(1 if sign.isascii() else 2 for sign in book.name(code)) for code in group)
    title = form.row_of("", height=max(20, 14 * ceil(longest / HEAD_WIDTH) + 6))
    sheet.write_string(title, 1, form.rendered("group", parent=form.above(parent)), styles["group"])
    sheet.write_blank(title, 2, None, styles["group"])
    for at, code in enumerate(group):
        sheet.write_string(codes, FIRST + at, code)
        sheet.write_string(title, FIRST + at, book.name(code), styles["head"])
    top = form.row
    answers = []
    for at, code in enumerate(group):
        row = form.row_of(f"item:{code}", height=24)
        sheet.write_string(row, 1, code, styles["cell"])
        sheet.write_string(row, 2, book.name(code), styles["cell"])
        for other in range(size):
            column = FIRST + other
            mirror = address(top + other, FIRST + at)
            if other > at:
                form.answer(row, column, SCALE, "pair")
            elif other == at:
                sheet.write_number(row, column, 1, styles["grey"])
            else:
                given = _plain(mirror)
                turned = f'IF(ISNUMBER(FIND("/",{given})),MID({given},3,1),"1/"&{given})'
                whole = f'IF({given}="1","1",{turned})'
                sheet.write_formula(row, column, f'=IF({mirror}="","",{whole})', styles["grey"], "")
        if at < size - 1:
            answers.append(
                (f"{address(row, FIRST + at + 1)}:{address(row, FIRST + size - 1)}", size - 1 - at)
            )
    if size > 2:
        _ratio(form, group, top, offset)
    form.row_of("")
    return offset + size + 2, answers


def _plain(cell: str) -> str:
    """Return the formula of a judgement as text, with plain digits and without blanks: １ ／ ５ as 1/5."""
    formula = cell
    for sign, plain in AS_TYPED.items():
        formula = f'SUBSTITUTE({formula},"{sign}","{plain}")'
    return formula


def _ratio(form: FormWriter, group: Sequence[str], top: int, offset: int) -> None:
    """Write the hidden sums of a group, and its two lines on the form."""
    size, checks, name = len(group), form.checks, form.sheet.get_name()
    for at in range(size):
        for other in range(size):
            if at == other:
                checks.write_number(offset + at, other, 1)
                continue
            low, high = sorted((at, other))
            cell = f"'{name}'!${column_letters(FIRST + high)}${top + low + 1}"
            given = _plain(cell)
            value = f'IF(ISNUMBER(FIND("/",{given})),1/VALUE(MID({given},3,1)),VALUE({given}))'
            formula = f'=IF({cell}="",1,{value if at < other else "1/" + value})'
            checks.write_formula(offset + at, other, formula, None, 1)
    _iterate(checks, size, offset)
    weights = size + 2 * ITERATIONS  # the last normalised vector
    largest = f"SUM({CHECKS}!{_column(offset, weights + 1, size)})"
    rows = [form.row_of("", height=20) for _ in range(2)]
    styles, language = form.styles, form.rendered
    answered = "+".join(
        f"COUNTA({address(top + at, FIRST + at + 1)}:{address(top + at, FIRST + size - 1)})"
        for at in range(size - 1)
    )
    pairs = size * (size - 1) // 2
    ratio = f"MAX(0,({largest}-{size})/{size - 1}/{random_index(size):.10g})"
    unready = language("open")
    form.sheet.write_string(rows[0], 2, language("ratio"), styles["cell"])
    form.sheet.write_formula(
        rows[0], FIRST, f'=IF({answered}<{pairs},"{unready}",{ratio})', styles["ratio"], unready
    )
    red = {"type": "formula", "criteria": f"=N({address(rows[0], FIRST)})>=0.1", "format": styles["outside"]}
    form.sheet.conditional_format(rows[0], FIRST, rows[0], FIRST, red)
    _worst(form, group, offset, weights, rows, f"{answered}<{pairs}")


def _iterate(checks: Any, size: int, offset: int) -> None:
    """Write power iteration: each product of matrix and vector, then that vector with the sum 1."""
    for at in range(size):
        row = f"A{offset + at + 1}:{column_letters(size - 1)}{offset + at + 1}"
        checks.write_formula(offset + at, size, f"=PRODUCT({row})^(1/{size})", None, 1)
    for step in range(ITERATIONS + 1):
        product = size + 2 * step - 1 if step else size  # column that holds the unscaled vector
        target = product + 1 if step else size  # the first vector needs no scaling
        for at in range(size):
            if step:
                checks.write_formula(
                    offset + at,
                    target,
                    f"={address(offset + at, product)}/SUM({_column(offset, product, size)})",
                    None,
                    1 / size,
                )
            row = f"$A{offset + at + 1}:${column_letters(size - 1)}{offset + at + 1}"
            checks.write_formula(
                offset + at, target + 1, f"=MMULT({row},{_column(offset, target, size)})", None, 1
            )


def _column(offset: int, column: int, size: int) -> str:
    letters = column_letters(column)
    return f"${letters}${offset + 1}:${letters}${offset + size}"


def _worst(
    form: FormWriter, group: Sequence[str], offset: int, weights: int, rows: Sequence[int], open_: str
) -> None:
    """Point at the pair whose ratio is farthest from the ratio of the weights."""
    checks, size, start = form.checks, len(group), weights + 3
    pairs = [*combinations(range(size), 2)]
    line = offset + size  # a row of its own: deviations, names
    for number, (at, other) in enumerate(pairs):
        value = address(offset + at, other)
        one, two = (address(offset + node, weights) for node in (at, other))
        checks.write_formula(line, start + number, f"=ABS(LN({value}*{two}/{one}))", None, 0)
        checks.write_string(
            line + 1, start + number, f"{form.book.name(group[at])} : {form.book.name(group[other])}"
        )
    first, last = column_letters(start), column_letters(start + len(pairs) - 1)
    deviations = f"{CHECKS}!${first}${line + 1}:${last}${line + 1}"
    called = f"{CHECKS}!${first}${line + 2}:${last}${line + 2}"
    shown = f'IF(MAX({deviations})<0.0001,"–",INDEX({called},1,MATCH(MAX({deviations}),{deviations},0)))'
    form.sheet.write_string(rows[1], 2, form.rendered("worst"), form.styles["cell"])
    form.sheet.write_formula(rows[1], FIRST, f'=IF({open_},"–",{shown})', form.styles["bold"], "–")
