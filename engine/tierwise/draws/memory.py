"""How much memory draws need at most. It depends on the list, not on the number of draws."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

from tierwise.draws.blocks import BLOCK
from tierwise.draws.feeds import part_size
from tierwise.draws.runner import available_threads
from tierwise.draws.setup import Setup
from tierwise.errors import TierwiseError, problem
from tierwise.kernels.ranks import BUCKETS_A_UNIT

__all__ = ["memory_needed"]

MEGABYTE = 1 << 20
LIBRARIES = 200 * MEGABYTE  # pandas, XlsxWriter and the like, once they are at work
A_UNIT = 30_000
A_NODE = 500_000  # its rows in tables of nodes, in the workbook and on the page
A_SCORE = 2_000  # of a unit at a node


class Memory(NamedTuple):
    """Bytes of memory that draws take at most besides their input: while they are made, and afterwards."""

    most: int
    kept: int


def memory_needed(setup: Setup, threads: int | None = None) -> int:
    """Return the most bytes that draws take besides their input.

    The histogram of ranks, 4 bytes for each unit and rank in its window: all ranks at most, a tenth to a half
    of them as a rule. Twice that while a window grows. With ``pairwise``, 4 bytes for each pair. And for each
    thread some thousand bytes for each unit.
    """
    return memory_of(setup, threads).most


def memory_of(setup: Setup, threads: int | None = None) -> Memory:
    """Return the most bytes that draws take, as :func:`memory_needed`, and how many of them stay."""
    units = setup.units
    histogram = 4 * units * setup.bins
    pairs = 4 * units * units if setup.counts_pairs else 0
    central = 8 * units * setup.nodes if setup.counts_central else 0
    tiers = 8 * units * (2 * setup.tiers.count + 2) if setup.tiers else 0
    step = part_size(units)
    rows = (1 if setup.ties == "min" else 2) + (2 if setup.tiers or setup.counts_central else 0)
    places = (
        2 * units * (BLOCK * (1 + setup.counts_pairs) + min(step, BLOCK) * rows)
    )  # of a block, of a part and its order
    scores = 8 * units * step * 4
    working = units * (64 + 2 * BUCKETS_A_UNIT) + central + tiers // 4
    kept = histogram + pairs + central + tiers
    return Memory(kept + histogram + (threads or available_threads()) * (places + scores + working), kept)


def resident_memory() -> int:
    """Return the most bytes that this process has held so far: libraries, inputs, what was computed."""
    try:
        import resource
    except ImportError:  # Windows
        return LIBRARIES
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held if sys.platform == "darwin" else held << 10


def tables_memory(units: int, nodes: int, ranks: int, *, moved: bool = False) -> int:
    """Return the most bytes that the tables of a run take, with their workbook and page.

    As measured: some thousand bytes for each unit, some hundred thousand for each node, some hundred for each
    unit and node, and the columns of ``ranks`` twice, once as counts. ``moved``: a block of draws of both
    years is held besides, whose ranks and tiers take two bytes each.
    """
    block = 2 * 4 * BLOCK if moved else 0
    return LIBRARIES + nodes * A_NODE + units * (A_UNIT + A_SCORE * nodes + 2 * 8 * ranks + block)


def machine_memory() -> int | None:
    """Return the bytes of memory that this machine has, None where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def refuse_too_large(setup: Setup, threads: int | None = None) -> Memory:
    """Return the most bytes that draws need; raise U013 when this machine has not so many."""
    needed, has = memory_of(setup, threads), machine_memory()
    if has is not None and needed.most > has:
        raise TierwiseError(problem("U013", needed=needed.most // MEGABYTE, has=has // MEGABYTE))
    return needed
