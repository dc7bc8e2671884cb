"""The bundled tables read with csv and NumPy alone: a reference beside the engine."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import tierwise_scenarios

Rows = list[dict[str, str]]


def rows(file: Path) -> Rows:
    with file.open(encoding="utf-8", newline="") as stream:
        return [*csv.DictReader(line for line in stream if not line.startswith("#"))]


@dataclass(frozen=True)
class Bundled:
    name: str
    settings: dict[str, dict[str, object]]
    units: Rows
    framework: Rows
    experts: Rows
    published: Rows

    @classmethod
    def read(cls, name: str) -> Bundled:
        toml = tierwise_scenarios.path(name)
        settings = tomllib.loads(toml.read_text(encoding="utf-8"))
        data = settings["data"]
        return cls(
            name,
            settings,
            units=rows(
                toml.parent / (data["units"] if isinstance(data["units"], str) else data["units"]["2019"])
            ),
            framework=rows(toml.parent / data["framework"]),
            experts=rows(toml.parent / data["experts"]),
            published=rows(toml.parent / "data" / name / "published.csv"),
        )

    @property
    def leaves(self) -> Rows:
        return [node for node in self.framework if node["parent"]]

    def column(self, code: str) -> np.ndarray:
        return np.array([float(unit[code]) for unit in self.units])

    def weights(self) -> np.ndarray:
        last = [row for row in self.experts if row["round"] == "2"]
        mean = {node["code"]: np.mean([float(row[node["code"]]) for row in last]) for node in self.framework}

        def local(node: dict[str, str]) -> float:
            siblings = [mean[other["code"]] for other in self.framework if other["parent"] == node["parent"]]
            return float(mean[node["code"]] / sum(siblings))

        of_dimension = {node["code"]: local(node) for node in self.framework if not node["parent"]}
        return np.array([of_dimension[leaf["parent"]] * local(leaf) for leaf in self.leaves])

    def ranks(self, decimals: int = 3) -> list[int]:
        """Competition ranks of the rounded scores."""
        scores = np.round(self.scores(), decimals)
        return [1 + int((scores > score).sum()) for score in scores]

    def scores(self) -> np.ndarray:
        positions = []
        for leaf in self.leaves:
            values = float(leaf["direction"]) * self.column(leaf["code"])
            positions.append((values - values.min()) / (values.max() - values.min()))
        return np.transpose(positions) @ self.weights()


@pytest.fixture(scope="session")
def read() -> Callable[[str], Bundled]:
    """Read a bundled scenario with an expert panel by its name."""
    return cache(Bundled.read)
