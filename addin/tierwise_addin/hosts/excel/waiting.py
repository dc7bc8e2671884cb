"""Patience with an Excel that is busy."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

BUSY: Final = frozenset({-2147418111, -2146777998})
"""Errors of an Excel that is busy, as while a cell is edited: call rejected, retry later."""

PATIENCE: Final = 60.0


def patiently(action: Callable[[], T], seconds: float = PATIENCE) -> T:
    """Return what an action on the workbook gives; one that is refused while Excel is busy is tried again."""
    end = time.monotonic() + seconds
    while True:
        try:
            return action()
        except Exception as error:
            if getattr(error, "hresult", None) not in BUSY or time.monotonic() > end:
                raise
            time.sleep(0.2)
