"""How long a whole run takes, in imports of its libraries: ``python benchmarks/runs.py [ROUNDS]``.

Processor time (user and system) of new processes that take turns, so that other work on the machine meets
all alike; of each the least and the median, and the median of the ratios within a round. ``warm`` runs find
what earlier ones have kept, ``--fresh`` ones compute all of it; both find their kernels compiled, and their
modules as bytecode, as an installed package has them.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

IMPORTS = "import numpy, pandas, scipy, sklearn, numba, xlsxwriter"
RUN = [sys.executable, "-m", "tierwise", "run"]
COUNTIES, TAI = "industrial-counties-2019", "technology-achievement"
CONTENDERS = {
    "importing the libraries": [sys.executable, "-c", IMPORTS],
    "counties, warm": [*RUN, COUNTIES],
    "counties, --fresh": [*RUN, COUNTIES, "--fresh"],
    "counties, --only ranking,robustness": [*RUN, COUNTIES, "--only", "ranking,robustness"],
    "TAI, warm": [*RUN, TAI],
    "TAI, --fresh": [*RUN, TAI, "--fresh"],
}


def seconds(command: list[str], folder: str) -> float:
    """Return the processor time of a command and of all its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    given = [*command, "--out", str(Path(folder) / command[4])] if "run" in command else command
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")
    subprocess.run(given, check=True, stdout=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(rounds: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        for command in CONTENDERS.values():  # compiles, and keeps
            seconds(command, folder)
        told = [
            {name: seconds(command, folder) for name, command in CONTENDERS.items()} for _ in range(rounds)
        ]
    (base, *_) = CONTENDERS
    print("| processor time | least, s | median, s | ratio (median of rounds) |\n|---|---:|---:|---:|")
    for name in CONTENDERS:
        own = [each[name] for each in told]
        ratio = statistics.median(each[name] / each[base] for each in told)
        print(f"| {name} | {min(own):.2f} | {statistics.median(own):.2f} | {ratio:.2f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
