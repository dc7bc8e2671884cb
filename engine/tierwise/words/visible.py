"""Text from files made fit for one line of a terminal or a message."""

from __future__ import annotations

import re
from typing import Final

# Characters that move a cursor, end a line, colour or turn text round: controls, line ends, directions; and
# those that no XML may hold, such as the parts of a workbook or a Word file.
CONTROLS: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str, most: int | None = None) -> str:
    """Return a text on one line, control characters as escapes, cut in the middle to ``most`` letters."""
    shown = CONTROLS.sub(lambda one: SHORT.get(one[0], f"\\x{ord(one[0]):02x}"), text)
    if most is None or len(shown) <= most:
        return shown
    head = most * 2 // 3
    return f"{shown[:head]}…{shown[len(shown) - (most - head - 1) :]}"


def without_controls(text: str) -> str:
    """Return a text without control characters, line ends and tabs apart: nobody typed them."""
    return CONTROLS.sub(
        lambda one: one[0] if one[0] in "\n\t" else "\n" if one[0] in "\u2028\u2029" else "", text
    )


def visible_lines(text: str) -> str:
    """Return a text of several lines, control characters but line ends and tabs as escapes."""
    return CONTROLS.sub(lambda one: one[0] if one[0] in "\n\t" else f"\\x{ord(one[0]):02x}", text)
