"""What the processor's kernels of linear algebra may change in a run, and what they may not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# Correlations, principal components and least distances are made by BLAS, whose last bits differ.
BY_LINEAR_ALGEBRA = ("audit_", "target")
KERNELS = {"Nehalem": "sse4_2", "Haswell": "avx2", "Zen": "avx2", "SkylakeX": "avx512f"}
RUN = """
import json, sys
import numpy as np
import tierwise as tw
tables = tw.run("technology-achievement", draws=256).tables
made = {name: table.to_csv(index=False) for name, table in tables.items()}
square = np.random.default_rng(1).random((60, 60))
json.dump({**made, "product": (square @ square).tobytes().hex()}, sys.stdout)
"""
CPU = Path("/proc/cpuinfo")


def test_scores_ranks_and_draws_are_the_same_bytes_under_every_kernel() -> None:
    flags = CPU.read_text(encoding="utf-8").split() if CPU.exists() else []
    kernels = [kernel for kernel, flag in KERNELS.items() if flag in flags]
    found = []
    for kernel in kernels:
        done = subprocess.run(
            [sys.executable, "-c", RUN],
            env={**os.environ, "OPENBLAS_CORETYPE": kernel},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        found.append(json.loads(done.stdout))
    if len({run.pop("product") for run in found}) < 2:
        pytest.skip("this processor, or its linear algebra, has one kernel only")
    first = found[0]
    assert {"ranking", "robustness", "weights", "scenarios"} <= first.keys()
    for run in found[1:]:
        assert run.keys() == first.keys()
        differing = [name for name, text in run.items() if text != first[name]]
        assert [name for name in differing if not name.startswith(BY_LINEAR_ALGEBRA)] == []
