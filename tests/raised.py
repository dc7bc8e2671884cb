"""The problems that something raises: their codes, each with a message in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tierwise.errors import TierwiseError


def codes_of(error: pytest.ExceptionInfo[TierwiseError]) -> list[str]:
    """Return the codes of what was caught."""
    assert all(one.line("zh") and one.line("en") for one in error.value.problems)
    return [one.code for one in error.value.problems]


def codes(call: Callable[[], object]) -> list[str]:
    """Return the codes of what a call raises."""
    with pytest.raises(TierwiseError) as caught:
        call()
    return codes_of(caught)


def by_column(call: Callable[[], object]) -> list[tuple[str, int | None]]:
    """Return the codes of what a call raises, each with the column of the array that it names."""
    with pytest.raises(TierwiseError) as caught:
        call()
    return list(zip(codes_of(caught), (one.column for one in caught.value.problems), strict=True))
