"""What a formula asks of the worksheet functions: read from its text, asked again to know why it fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tierwise_addin import answered, session
from tierwise_addin.cell_kinds import ErrorValue, Rows

_NAME: Final = re.compile(r"(?<![\w.])IDX_\w+(?=\s*\()", re.IGNORECASE)
_OPEN, _CLOSE, _QUOTES = "([{", ")]}", "\"'"


@dataclass(frozen=True)
class Call:
    """A call within a formula: the function, the texts of its arguments, and where it stands."""

    name: str
    arguments: tuple[str, ...]
    start: int
    end: int


class FailedError(Exception):
    """A worksheet function within the formula fails; the text says why."""


def calls(formula: str) -> list[Call]:
    """Return the outermost calls of worksheet functions in a formula, from left to right.

    >>> [(one.name, one.arguments) for one in calls('=IF(A1>0,IDX_RANK(Data!A1:A9,"min"),0)')]
    [('IDX_RANK', ('Data!A1:A9', '"min"'))]
    """
    listed: list[Call] = []
    at = 0
    while at < len(formula):
        if formula[at] in _QUOTES:
            at = _past_quotes(formula, at)
            continue
        named = _NAME.match(formula, at)
        if named is None:
            at += 1
            continue
        arguments, end = _arguments(formula, formula.index("(", named.end()) + 1)
        listed.append(Call(named.group().upper(), arguments, at, end))
        at = end
    return listed


def _past_quotes(text: str, at: int) -> int:
    """Return the place behind a quoted text; a doubled quote reads as two texts side by side."""
    end = text.find(text[at], at + 1)
    return len(text) if end < 0 else end + 1


def _arguments(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """Return the arguments that begin at a place, and the place behind the closing bracket."""
    arguments, start, depth = [], at, 0
    while at < len(text):
        if text[at] in _QUOTES:
            at = _past_quotes(text, at)
            continue
        if text[at] in _CLOSE and not depth:
            break
        depth += (text[at] in _OPEN) - (text[at] in _CLOSE)
        if text[at] == "," and not depth:
            arguments.append(text[start:at].strip())
            start = at + 1
        at += 1
    arguments.append(text[start:at].strip())
    return (tuple(arguments) if arguments != [""] else ()), at + 1


def reason(formula: str, value_of: Callable[[str], object]) -> str:
    """Return why a worksheet function in the formula fails, the innermost first; "" where all of them work.

    ``value_of`` returns what a part of the formula stands for, as cells; it may raise :class:`FailedError`.
    """
    try:
        for call in calls(formula):
            _asked(call, value_of)
    except FailedError as failed:
        return str(failed)
    return ""


def _asked(call: Call, value_of: Callable[[str], object]) -> Rows:
    rows, failure = answered(call.name, *(_value(text, value_of) for text in call.arguments))
    if failure or any(isinstance(cell, ErrorValue) for row in rows for cell in row):
        raise FailedError(failure or session.last_error())
    return rows


def _value(text: str, value_of: Callable[[str], object]) -> object:
    inner = calls(text)
    results = [_asked(call, value_of) for call in inner]
    if inner and (inner[0].start, inner[0].end) == (0, len(text)):
        return results[0]
    return value_of(text) if text else None
