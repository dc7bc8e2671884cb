"""How a hostile case ends: ``served``, ``refused`` by coded problems, or one of :data:`FAILURES`."""

from __future__ import annotations

import os
from collections.abc import Callable
from time import process_time

from tierwise.errors import TierwiseError

FAILURES = (
    "traceback", "fault lost", "mixed", "NaN or infinity", "too slow", "over the memory stated",
    "let in", "read outside",
)  # fmt: skip
SECONDS = 20.0  # of computing, for any case


def outcome(act: Callable[[], object]) -> str:
    """Return how an act ends: ``served``, ``refused``, or what went wrong."""
    start = process_time()
    try:
        found = act()
    except TierwiseError as error:
        whole = error.problems and all(one.line("en") and one.line("zh") for one in error.problems)
        ended = "refused" if whole else "traceback"
    except Exception:  # whatever a user would see as a traceback
        ended = "traceback"
    else:
        ended = found if isinstance(found, str) else "served"
    return "too slow" if process_time() - start > SECONDS else ended


def in_child(act: Callable[[], int]) -> bool:
    """Tell whether an act returns 0 in a process of its own."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    code = 1
    try:
        code = act()
    finally:
        os._exit(code)
