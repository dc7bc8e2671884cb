"""Compute an index, its tiers and their robustness without hosts, pictures and workbooks: ``nox -s minimal``.

Fails where the engine's computations begin to need what only outputs and hosts need.
"""

import sys
from importlib.util import find_spec

import numpy as np
import pandas as pd

import tierwise as tw

ABSENT = (
    "SALib",
    "distributed",
    "matplotlib",
    "openpyxl",
    "python_calamine",
    "rich",
    "typer",
    "xlsxwriter",
    "xlwings",
)


def computed() -> tw.Robustness:
    """Return the robustness of a small list."""
    values = np.random.default_rng(1).random((12, 3))
    data = pd.DataFrame(values, columns=["a", "b", "c"])
    data.insert(0, "code", [f"u{unit}" for unit in range(12)])
    tree = pd.DataFrame({"code": ["a", "b", "c"], "weight": [0.5, 0.3, 0.2], "direction": [1, 1, -1]})
    spec = tw.Spec.of(tiers={"count": 3}, uncertainty={"weights": "box", "draws": 2000, "seed": 1})
    framework = tw.Framework.from_frame(tree)
    scores = tw.index(tw.Panel.from_frame(data, framework), framework, spec)
    cut = tw.tiers(scores, spec)
    assert sorted(set(cut.to_frame()["tier"])) == [1, 2, 3]
    return tw.robustness(scores, cut, spec)


if __name__ == "__main__":
    there = [name for name in ABSENT if find_spec(name)]
    if there:
        sys.exit(f"not a minimal environment: {', '.join(there)}")
    found = computed().to_frame()
    assert len(found) == 12 and (found["rank_low"] <= found["rank_high"]).all()
    print(found.to_string())
