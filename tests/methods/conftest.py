"""Fixtures that read the transcribed reference tables: CSV files whose lines with # name the source."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Handbook:
    """The Technology Achievement Index as the OECD/JRC Handbook publishes it (tests/references/tai)."""

    countries: tuple[str, ...]
    indicators: tuple[str, ...]
    panel: FloatArray  # (23 countries, 8 indicators)
    low: FloatArray
    high: FloatArray

    def weights(self, scheme: str) -> FloatArray:
        return np.array([float(row[scheme]) for row in tai_table("weights")])

    def column(self, table: str, name: str) -> FloatArray:
        """A column of a table, in the order of the countries."""
        found = {row["country"]: float(row[name]) for row in tai_table(table)}
        return np.array([found[country] for country in self.countries])

    def matrix(self, table: str) -> FloatArray:
        """The numbers of a table whose first column is the country."""
        return np.array([[float(cell) for cell in [*row.values()][1:]] for row in tai_table(table)])

    def rankings(self) -> dict[tuple[int, ...], float]:
        """The rankings of Table 37 as rows of Table 36, and their support."""
        names = [row["country"] for row in tai_table("outranking")]
        return {
            tuple(names.index(name) for name in row["ranking"].split(">")): float(row["support"])
            for row in tai_table("kemeny")
        }


@pytest.fixture(scope="session")
def handbook() -> Handbook:
    """Return what the Handbook publishes on the Technology Achievement Index."""
    panel, posts = tai_table("panel"), tai_table("goalposts")
    names = tuple(post["indicator"] for post in posts)
    return Handbook(
        countries=tuple(row["country"] for row in panel),
        indicators=names,
        panel=np.array([[float(row[name]) for name in names] for row in panel]),
        low=np.array([float(post["low"]) for post in posts]),
        high=np.array([float(post["high"]) for post in posts]),
    )


def tai_table(name: str) -> list[dict[str, str]]:
    return read(REFERENCES / "tai" / f"{name}.csv")
