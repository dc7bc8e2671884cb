"""Everything that a first call would wait for, done before: kernels compiled, libraries loaded."""

from __future__ import annotations

from threading import Thread

from tierwise.draws.warm import warm_up
from tierwise.proofs.tier_lines import warm_up as warm_up_lines
from tierwise_addin import answer, session
from tierwise_addin.catalogue import functions
from tierwise_addin.examples import EXAMPLES


def warm() -> None:
    """Call every function once, as its examples do; on a machine for the first time this takes a minute.

    Compiled code is written to disk: later processes load it.
    """
    warm_up()
    warm_up_lines()
    seen: set[str] = set()
    for example in EXAMPLES:
        if example.function not in seen and not functions()[example.function].volatile:
            seen.add(example.function)
            answer(example.function, *example.cells)
    session.forget()


def begin() -> Thread:
    """Warm up beside the calls that come already."""
    thread = Thread(target=warm, daemon=True, name="tierwise-warm")
    thread.start()
    return thread
