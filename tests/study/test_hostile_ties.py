"""Scores that tie at every weight: lines that rounding alone keeps apart must not hold the sweeps up."""

from typing import Any

import numpy as np
import pytest

from tierwise.inputs.sheet import Sheet
from tierwise.stages import run
from tierwise.study.scenario import load_sheets

FRAMEWORK = [
    ["code", "parent", "weight"],
    ["a", "", 0], ["b", "", 1],
    ["x0", "a", 1], ["x1", "b", 1], ["x2", "a", 1], ["x3", "b", 2], ["x4", "a", 0],
]  # fmt: skip


@pytest.mark.parametrize(("method", "seed"), [("single", 1), ("ward", 2), ("fisher", 1), ("fisher", 2)])
def test_sweeps_end(method: str, seed: int) -> None:
    table: Any = np.random.default_rng(seed).choice([-1, 0, 1], size=(12, 5)).astype(object)
    table[2, 0] = table[6, 3] = table[10, 0] = table[10, 4] = None
    settings = {
        "uncertainty.draws": 1,
        "index.normalisation": "none",
        "index.missing": "reweight",
        "tiers.count": 3,
        "tiers.method": method,
    }
    cells = {
        "Data": [["code", "x0", "x1", "x2", "x3", "x4"], *([f"u{at}", *row] for at, row in enumerate(table))],
        "Framework": FRAMEWORK,
        "Scenario": [["key", "value"], *map(list, settings.items())],
    }
    sheets = {name: Sheet.from_cells(name, rows) for name, rows in cells.items()}
    assert "sweeps" in run(load_sheets("ties", sheets), threads=1).tables
