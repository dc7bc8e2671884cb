"""The bundled tables alone, with NumPy, give the Handbook's ranks; the engine is checked elsewhere."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import tierwise_scenarios

TABLE23 = Path(__file__).parents[1] / "references" / "tai" / "ranks.csv"


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return [*csv.DictReader(line for line in stream if not line.startswith("#"))]


def scores(name: str) -> dict[str, float]:
    toml = tierwise_scenarios.path(name)
    framework = rows(toml.parent / "data" / name / "framework.csv")
    sums: dict[str, float] = {}
    for node in framework:
        sums[node["parent"]] = sums.get(node["parent"], 0.0) + float(node["weight"])
    local = {node["code"]: float(node["weight"]) / sums[node["parent"]] for node in framework}
    leaves = [node for node in framework if node["low"]]
    assert all(leaf["cap"] == "TRUE" and leaf["direction"] == "1" for leaf in leaves)
    weights = np.array([local[leaf["code"]] * local[leaf["parent"]] for leaf in leaves])
    low, high = (np.array([float(leaf[key]) for leaf in leaves]) for key in ("low", "high"))
    units = rows(toml.parent / "data/technology-achievement/units.csv")
    values = np.array([[float(unit[leaf["code"]]) for leaf in leaves] for unit in units])
    result = np.clip((values - low) / (high - low), 0.0, 1.0) @ weights
    return dict(zip((unit["name"] for unit in units), result.tolist(), strict=True))


@pytest.mark.parametrize(
    ("name", "weighting"),
    [
        ("technology-achievement", "T23_BAP"),
        ("technology-achievement-equal", "T23_EW"),
    ],
)
def test_the_ranks_are_those_of_table_23(name: str, weighting: str) -> None:
    found = scores(name)
    ranks = {name: 1 + sum(other > score for other in found.values()) for name, score in found.items()}
    assert ranks == {row["country"]: int(row[weighting]) for row in rows(TABLE23)}


def test_global_weights_are_the_printed_two_decimals() -> None:
    framework = rows(
        tierwise_scenarios.path("technology-achievement").parent / "data/technology-achievement/framework.csv"
    )
    printed = [float(node["weight"]) for node in framework if node["low"]]
    assert printed == [0.11, 0.11, 0.11, 0.18, 0.10, 0.06, 0.15, 0.18]
    for dimension in (node for node in framework if not node["parent"]):
        leaves = [float(node["weight"]) for node in framework if node["parent"] == dimension["code"]]
        assert sum(leaves) == pytest.approx(float(dimension["weight"]), abs=1e-12)


def test_an_unknown_name_is_refused() -> None:
    assert "technology-achievement" in tierwise_scenarios.names()
    with pytest.raises(KeyError):
        tierwise_scenarios.path("technology")
