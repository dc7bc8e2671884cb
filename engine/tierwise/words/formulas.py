"""Text that no spreadsheet takes for a formula."""

from __future__ import annotations

from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def no_formula(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe before = + - @, a tab or CR.

    One that begins with apostrophes and then such a mark gets one more, so that nothing is lost.
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text
