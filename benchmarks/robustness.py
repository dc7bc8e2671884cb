"""The draw kernel beside its peers and the machine's own limits, in one run.

    python -m pip install ".[bench]"
    python benchmarks/robustness.py

All contenders take turns, so that a busy machine slows them alike; ratios are what to read. Writes its
sections of RESULTS.md beside this file.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter, process_time, sleep

import numpy as np
import peers
from peers import Array, Contender, Taken

HERE = Path(__file__).parent
SIZES = {(100, 20): 10_000, (2800, 30): 10_000}
TURNS = 8
PATIENCE = 0.7  # seconds that a turn may take
REST = 0.25  # seconds before it: after a product the threads of a BLAS hold their cores for a while, waiting
TOP = 100


def problem(units: int, indicators: int, draws: int, shape: str = "smooth") -> tuple[Array, Array]:
    """Return values and weights: weights like those of an expert panel, values of a given shape."""
    rng = np.random.default_rng(units)
    values = rng.random((units, indicators))
    if shape == "heavy ties":
        values = np.round(values)[rng.integers(0, units // 20 + 1, units)]
    elif shape == "one outlier":
        values[0] = 1e6
    elif shape == "heavy tails":
        values = np.abs(rng.standard_cauchy((units, indicators)))
    elif shape == "two heaps":
        values[: units // 2] += 100.0
    return values, rng.dirichlet(np.full(indicators, 30.0), draws)


def seconds(work: Callable[[], object]) -> Taken:
    clock, cores = perf_counter(), process_time()
    match work():
        case (_, Taken() as taken):
            return taken
    return Taken(perf_counter() - clock, process_time() - cores)


def in_turns(work: dict[str, Callable[[], object]], turns: int = TURNS) -> dict[str, Taken]:
    """Return the least seconds of each, taken in turns: what it takes when nothing else disturbs it."""
    taken: dict[str, list[Taken]] = {name: [] for name in work}
    for _ in range(turns):
        for name, one in work.items():
            sleep(REST)
            taken[name].append(seconds(one))
    return {name: Taken(*map(min, zip(*times, strict=True))) for name, times in taken.items()}


def draws_within(contender: Contender, values: Array, weights: Array) -> int:
    """Return how many draws a contender makes in a turn."""
    few = 64
    contender(values, weights[:few], TOP)
    one = seconds(lambda: contender(values, weights[:few], TOP)).clock / few
    return int(np.clip(PATIENCE / one, few, len(weights)))


def rates() -> Iterator[str]:
    """Yield the table of microseconds for each weight vector."""
    everyone: dict[str, Contender] = {
        "tierwise": peers.tierwise,
        "tierwise, one thread": peers.tierwise_one_thread,
        "tierwise, tiers refitted on the top 100": peers.tierwise_with_tiers,
        **peers.available(),
    }
    for (units, indicators), draws in SIZES.items():
        values, weights = problem(units, indicators, draws)
        made = {
            name: draws if name.startswith("tierwise") else draws_within(contender, values, weights)
            for name, contender in everyone.items()
        }
        check(everyone, values, weights)
        times = in_turns(
            {
                name: partial(contender, values, weights[: made[name]], TOP)
                for name, contender in everyone.items()
            }
            | limits(values, weights)
        )
        each = {
            name: Taken(*(1e6 * part / made.get(name, draws) for part in taken))
            for name, taken in times.items()
        }
        yield from (
            "",
            f"{units:,} units x {indicators} indicators, microseconds for each weight vector:",
            "",
        )
        yield from table("contender", each, "tierwise")


def table(what: str, times: dict[str, Taken], base: str) -> Iterator[str]:
    """Yield a table of clock and core time with ratios to one of its rows."""
    yield f"| {what} | clock | ratio | all cores | ratio |"
    yield "|---|---:|---:|---:|---:|"
    for name, taken in times.items():
        cells = [f"{part:,.2f} | {part / of:,.2f}" for part, of in zip(taken, times[base], strict=True)]
        yield f"| {name} | {' | '.join(cells)} |"


def limits(values: Array, weights: Array) -> dict[str, Callable[[], object]]:
    """Return what the machine does alone: the matrix product, and sorting as many numbers."""
    keys = np.random.default_rng(0).integers(0, 2**32, (len(weights), len(values)), dtype=np.uint32)
    out = np.empty((peers.ROWS, len(values)))

    def product() -> None:
        for start in range(0, len(weights), peers.ROWS):
            part = weights[start : start + peers.ROWS]
            np.matmul(part, values.T, out=out[: len(part)])

    def sort() -> None:
        for start in range(0, len(keys), peers.ROWS):
            np.sort(keys[start : start + peers.ROWS], axis=1)

    return {"matrix product alone (BLAS, all cores)": product, "sort of uint32 alone (NumPy, one core)": sort}


def check(everyone: dict[str, Contender], values: Array, weights: Array) -> None:
    """Stop if a contender does not find what SciPy finds of scores on the grid, where equal ones are tied."""
    from scipy.stats import rankdata

    from tierwise.kernels.grid import on_grid

    scores = on_grid(weights[:256] @ values.T)
    expected = peers.answers(rankdata(-scores, method="min", axis=1), TOP)
    for name, contender in everyone.items():
        answer = contender(values, weights[:256], TOP)
        if isinstance(answer[1], Taken):
            answer = answer[0]
        np.testing.assert_allclose(answer[0], expected[0], rtol=1e-9, err_msg=name)
        np.testing.assert_allclose(answer[3], expected[3], err_msg=name)


def shapes() -> Iterator[str]:
    """Yield the table of what unusual data cost."""
    names = ("smooth", "heavy ties", "one outlier", "heavy tails", "two heaps")
    work = {}
    for name in names:
        values, weights = problem(2800, 30, 5000, name)
        check({name: peers.tierwise}, values, weights)
        work[name] = partial(peers.tierwise, values, weights, TOP)
    each = {name: Taken(*(1e6 * part / 5000 for part in taken)) for name, taken in in_turns(work).items()}
    yield from table("data, 2,800 x 30", each, "smooth")


def settings() -> Iterator[str]:
    """Yield the table of what other settings cost."""
    from tierwise.draws.models import weight_model
    from tierwise.draws.simulate import simulate
    from tierwise.draws.source import WeightedScores
    from tierwise.draws.tier_rules import TierRule
    from tierwise.kernels.tree import Tree
    from tierwise.methods.scores import Plan

    parent = np.array([-1] + [0] * 5 + [1 + k // 6 for k in range(30)])
    tree = Tree(parent, np.arange(6, 36))
    values, _ = problem(2800, 30, 1)
    nominal = tree.normalised(np.ones(36))
    panel = np.random.default_rng(0).integers(1, 10, (15, 36)).astype(float)
    panel[:, 0] = np.nan
    blanks = np.where(np.random.default_rng(1).random(values.shape) < 0.05, np.nan, values)

    def source(panel_values: Array = values, rule: str = "arithmetic", model: str = "box") -> WeightedScores:
        plan = Plan.uniform(0.1 + panel_values, tree, rule)
        return WeightedScores(plan, weight_model(model, tree, nominal, scores=panel))

    mixed = Plan(0.1 + values, tree, ("geometric", *["arithmetic"] * 35))
    cases = {
        "box": (source(), {}),
        "bootstrap of 15 experts": (source(model="bootstrap"), {}),
        "Dirichlet": (source(model="dirichlet"), {}),
        "geometric": (source(rule="geometric"), {}),
        "arithmetic, then geometric": (WeightedScores(mixed, source().model), {}),
        "5% of the values missing": (source(blanks), {}),
        "scores rounded to 3 decimals": (source(), {"decimals": 3}),
        "ties = average": (source(), {"ties": "average"}),
        "tiers of the top 100, Ward": (source(), {"top": 100, "tier_rule": TierRule(4)}),
        "tiers of the top 100, Fisher": (source(), {"top": 100, "tier_rule": TierRule(4, method="fisher")}),
        "tiers of the top 100, frozen cuts": (source(), {"top": 100, "tier_rule": TierRule(4, "fixed-cuts")}),
        "tiers of all, Ward": (source(), {"tier_rule": TierRule(4)}),
        "central weights": (source(), {"quantities": ("central",)}),
        "wins of all pairs": (source(), {"quantities": ("pairwise",)}),
    }
    draws = 4096
    times = in_turns(
        {name: partial(simulate, made, draws=draws, **given) for name, (made, given) in cases.items()},
        5,
    )
    each = {name: Taken(*(1e6 * part / draws for part in taken)) for name, taken in times.items()}
    yield from table("setting, 2,800 units x 30 indicators in 5 dimensions", each, "box")


SIZED = """
import re, sys
from pathlib import Path
from time import perf_counter
sys.path.insert(0, {here!r})
from robustness import problem
from tierwise.methods.scores import Plan
from tierwise.kernels.tree import Tree
from tierwise.draws.simulate import simulate
from tierwise.draws.source import WeightedScores
from tierwise.draws.memory import memory_needed
from tierwise.draws.models import weight_model
import numpy as np
units, indicators, draws = map(int, sys.argv[1:])
values, _ = problem(units, indicators, 1)
tree = Tree.flat(indicators)
model = weight_model("box", tree, tree.normalised(np.ones(indicators + 1)))
source = WeightedScores(Plan.uniform(values), model)
simulate(source, draws=10)
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before = peak()
start = perf_counter()
tally = simulate(source, draws=draws)
tally.rank_interval()
taken = perf_counter() - start
print(taken, peak(), before, memory_needed(tally.setup))
"""


def sizes(largest: int) -> Iterator[str]:
    """Yield the table of large runs, each in a process of its own (its peak is read from Linux)."""
    yield "| units x indicators | draws | seconds | draws a second | peak memory, MB | stated before, MB |"
    yield "|---|---:|---:|---:|---:|---:|"
    runs = [(2800, 30, 10_000), (2800, 30, 100_000), (2800, 30, 1_000_000), (10_000, 200, 10_000)]
    for units, indicators, draws in runs:
        if draws > largest:
            continue
        arguments = [
            sys.executable,
            "-c",
            SIZED.format(here=str(HERE)),
            *map(str, (units, indicators, draws)),
        ]
        printed = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
        taken, peak, before, stated = map(float, printed.split())
        yield (
            f"| {units:,} x {indicators} | {draws:,} | {taken:.1f} | {draws / taken:,.0f} | "
            f"{peak / 1024:.0f} | {before / 1024 + stated / 2**20:.0f} |"
        )


STARTED = """
from time import perf_counter
start = perf_counter()
import sys
sys.path.insert(0, {here!r})
import peers
from robustness import problem
values, weights = problem(100, 20, 10_000)
ready = perf_counter()
peers.tierwise_with_tiers(values, weights, 100)
first = perf_counter()
peers.tierwise_with_tiers(values, weights, 100)
second = perf_counter()
tables = peers.tables_of(values)
tables()
once = perf_counter()
tables()
print(ready - start, first - ready, second - first, perf_counter() - once)
"""


def starts(folder: Path) -> Iterator[str]:
    """Yield the table of first runs in new processes, without and with compiled code on disk."""
    yield "100 x 20, 10,000 draws with tiers, in a new process. Last, a later run with all tables, from an"
    yield "index to the frames of ranks, tiers, cuts and acceptability."
    yield ""
    yield "| compiled code | import, s | first run, s | second run, s | with all tables, s |"
    yield "|---|---:|---:|---:|---:|"
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder)}
    for name in ("made", "loaded"):
        printed = subprocess.run(
            [sys.executable, "-c", STARTED.format(here=str(HERE))],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        yield f"| {name} | {' | '.join(f'{float(part):.3f}' for part in printed.split())} |"


def machine() -> Iterator[str]:
    """Yield what was used."""
    names = ("numpy", "scipy", "numba", "pysensmcda", "pymcdm", "scikit-criteria")
    versions = []
    for name in names:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            versions.append(f"{name} not installed")
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8").splitlines()
        model = next(
            (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model
        )
    versions.append(peers.r_version() or "R not installed")
    yield f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {', '.join(versions)}."
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    yield f"Other work on the machine at the start: load {load:.1f}."


INTRODUCTION = """# Benchmarks

Written by `python benchmarks/robustness.py`. Contenders take turns; the best of {turns} turns. `clock`
is what one waits, `all cores` the processor time of all threads together, which other work on the
machine disturbs less. On a shared machine a single figure may be off by a quarter; read the ratios.

The work: scores of every unit under every weight vector, ranks, mean rank, 5 and 95% quantiles, and the
probability of a rank up to 100. All contenders get the same weights and find the same. tierwise works on two
threads; NumPy and SciPy sort on one, and once more on two, each with a BLAS on all cores.

COINr, the reference implementation in R, regenerates the whole index for each replication; its manual says
that a sensitivity analysis "can take a few minutes to run at realistic settings".
"""


def others(written: Path, own: set[str]) -> Iterator[str]:
    """Yield the sections of an earlier file that other scripts' results stand in."""
    earlier = written.read_text(encoding="utf-8") if written.exists() else ""
    for section in earlier.split("\n## ")[1:]:
        if section.partition("\n")[0] not in own:
            yield "\n## " + section.rstrip("\n") + "\n"


def main() -> None:
    """Run everything and write the tables."""
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "RESULTS.md")
    parser.add_argument("--largest", type=int, default=1_000_000, help="most draws of a large run")
    given = parser.parse_args()
    sections: list[tuple[str, Callable[[], Iterator[str]]]] = [
        ("Peers and limits", rates),
        ("Unusual data", shapes),
        ("Settings", settings),
        ("Size", lambda: sizes(given.largest)),
    ]
    lines = [INTRODUCTION.format(turns=TURNS), *machine()]
    for title, section in sections:
        print(title, file=sys.stderr)
        lines += ["", f"## {title}", "", *section()]
    with tempfile.TemporaryDirectory() as folder:
        lines += ["", "## Start", "", *starts(Path(folder))]
    own = {title for title, _ in sections} | {"Start"}
    text = "\n".join(lines) + "\n" + "".join(others(given.out, own))
    given.out.write_text(text, encoding="utf-8")
    print(given.out)


if __name__ == "__main__":
    main()
