"""One recalculation of the usual formulas: cells in, codec and engine, cells out.

    python benchmarks/cells.py

Times are the median of several runs after a first one, in milliseconds; the same work is also timed with
plain NumPy arrays, so that what the cells cost is seen beside what the engine costs.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

import numpy as np

from tierwise.kernels.ranks import rank
from tierwise.methods.normalise import normalise
from tierwise.methods.scores import Plan, scores
from tierwise.methods.tiers import cut
from tierwise_addin import call
from tierwise_addin.catalogue import functions

RUNS = 15


def timed(work: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median time of some work in milliseconds, after one run that is not counted."""
    work()
    seconds = []
    for _ in range(runs):
        start = perf_counter()
        work()
        seconds.append(perf_counter() - start)
    return 1000 * median(seconds)


def recalculation(units: int, indicators: int) -> tuple[float, float]:
    """Return the time of IDX_SCORE + IDX_RANK + IDX_TIERS in cells, and of the same on arrays."""
    values = np.random.default_rng(1).lognormal(size=(units, indicators))
    weights = np.random.default_rng(2).uniform(1, 5, indicators)
    cells, row = tuple(map(tuple, values.tolist())), (tuple(weights.tolist()),)
    changed = 0.0

    def in_cells() -> object:
        nonlocal changed
        changed += 0.001  # a weight is edited, as on the sheet
        edited = ((row[0][0] + changed, *row[0][1:]),)
        scored = call("IDX_SCORE", cells, edited)
        return call("IDX_RANK", scored), call("IDX_TIERS", scored)

    def on_arrays() -> object:
        plan = Plan.uniform(normalise(values, "min-max"))
        scored = scores(plan, np.concatenate([[1.0], weights / weights.sum()])[None])[0]
        return rank(scored), cut(scored)

    return timed(in_cells), timed(on_arrays)


def robustness(units: int, indicators: int) -> float:
    """Return the time of one IDX_ROBUSTNESS of 10,000 draws; each run has a seed of its own."""
    values = np.random.default_rng(1).lognormal(size=(units, indicators)).tolist()
    seeds = iter(range(1, 10_000))
    return timed(lambda: call("IDX_ROBUSTNESS", values, [[1.0] * indicators], 0.25, 10_000, next(seeds)), 5)


def main() -> None:
    """Print the table."""
    start = perf_counter()
    functions()
    print(f"catalogue and engine loaded in {1000 * (perf_counter() - start):.0f} ms\n")
    print("| one recalculation | units x indicators | in cells, ms | on arrays, ms | bound, ms |")
    print("|---|---|---|---|---|")
    for units, indicators, bound in ((100, 20, 5), (2800, 30, 50)):
        cells, arrays = recalculation(units, indicators)
        name = "IDX_SCORE + IDX_RANK + IDX_TIERS"
        print(f"| {name} | {units:,} x {indicators} | {cells:.1f} | {arrays:.1f} | {bound} |")
    print(f"| IDX_ROBUSTNESS, 10,000 draws | 100 x 20 | {robustness(100, 20):.0f} | | 300 |")


if __name__ == "__main__":
    main()
