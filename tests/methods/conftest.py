"""Fixtures that read the transcribed reference tables: CSV files whose lines with # name the source."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import tierwise_scenarios
from tierwise.arrays import FloatArray

Rows = Callable[[str], list[dict[str, str]]]
REFERENCES = Path(__file__).parents[1] / "references"


@pytest.fixture
def reference() -> Rows:
    """Return the reader of tests/references/NAME."""
    return lambda name: read(REFERENCES / name)


@pytest.fixture
def tai() -> FloatArray:
    """Return the Technology Achievement Index's 23 countries x 8 indicators, in the Handbook's order."""
    folder = tierwise_scenarios.path("technology-achievement").parent
    units = read(folder / "data/technology-achievement/units.csv")
    return np.array([[float(value) for value in [*unit.values()][2:]] for unit in units])


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return [*csv.DictReader(line for line in stream if not line.startswith("#"))]
