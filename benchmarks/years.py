"""A panel of years beside one year of it: reading, and a whole run with all tables.

    nice python benchmarks/years.py

3,000 units x 30 indicators in five dimensions, scale pooled, tiers of the first hundred, 10,000 draws (and as
many pairs of them for the moves). What counts is the ratio; the machine is shared.
"""

from __future__ import annotations

from time import perf_counter, process_time

import numpy as np
import pandas as pd

import tierwise as tw

UNITS, INDICATORS, DIMENSIONS = 3000, 30, 5


def scenario(years: int, units: int = UNITS) -> tw.Scenario:
    """Return a panel of growing figures."""
    rng = np.random.default_rng(7)
    codes = [f"i{at}" for at in range(INDICATORS)]
    dimensions = [f"d{at}" for at in range(DIMENSIONS)]
    parents = [*[""] * DIMENSIONS, *(dimensions[at % DIMENSIONS] for at in range(INDICATORS))]
    tree = pd.DataFrame({"code": [*dimensions, *codes], "parent": parents, "weight": 1, "direction": 1})
    figures = np.exp(rng.normal(size=(units, INDICATORS)))
    parts = []
    for year in range(2000, 2000 + years):
        figures = figures * np.exp(0.05 + 0.1 * rng.normal(size=figures.shape))
        part = pd.DataFrame(figures.round(4), columns=codes)
        part.insert(0, "year", year)
        part.insert(0, "code", [f"u{unit}" for unit in range(units)])
        parts.append(part)
    scale = "pooled" if years > 1 else "each"
    spec = tw.Spec.of(panel={"scale": scale}, tiers={"count": 4}, select={"top": 100})
    return tw.Scenario.from_frames("panel", pd.concat(parts, ignore_index=True), tree, spec=spec)


def main() -> None:
    """Print reading and running times of one year and of twenty."""
    tw.run(scenario(2, 60), draws=64)  # loads what is compiled
    for years in (1, 20):
        start = perf_counter()
        given = scenario(years)
        read = perf_counter() - start
        start, cores = perf_counter(), process_time()
        seconds = tw.run(given).study.seconds
        clock, cores = perf_counter() - start, process_time() - cores
        slowest = ", ".join(
            f"{name} {spent:.1f}" for name, spent in sorted(seconds.items(), key=lambda one: -one[1])[:5]
        )
        print(f"{years} years: read {read:.1f} s, run {clock:.1f} s (all cores {cores:.1f} s): {slowest}")


if __name__ == "__main__":
    main()
