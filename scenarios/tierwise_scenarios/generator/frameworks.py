"""The models behind the illustrative panels, read from ``models/``.

``models/NAME.csv`` has a row for each node of the framework: where its values lie (low, high, decimals, level
and shape of the model) and what mean score, from 1 to 10, experts from 高校 (universities), 政府 (government)
and 企业 (enterprises) give it. ``models/traits.csv`` says what provinces, and a few prefectures, are known
for, in steps of about one standard deviation of an indicator.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from tierwise_scenarios.generator.experts import CAMPS
from tierwise_scenarios.generator.lists import Unit
from tierwise_scenarios.generator.model import Node

FOLDER = Path(__file__).parent / "models"
SUNAN = {"苏州市", "无锡市", "常州市", "南京市", "镇江市"}


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return [*csv.DictReader(stream)]


def nodes(scenario: str) -> list[Node]:
    """Return the framework of a scenario: dimensions, then indicators."""
    return [
        Node(
            code=row["code"],
            parent=row["parent"],
            measure=row["unit"],
            direction=int(row["direction"] or 1),
            low=float(row["low"] or 0),
            high=float(row["high"] or 0),
            decimals=int(row["decimals"] or 0),
            level=float(row["level"] or 0),
            shape=float(row["shape"] or 1),
            trait=row["trait"],
        )
        for row in _rows(scenario)
    ]


def opinions(scenario: str) -> dict[str, tuple[float, ...]]:
    """Return each camp's mean score of each node."""
    return {row["code"]: tuple(float(row[camp]) for camp in CAMPS) for row in _rows(scenario)}


class Traits:
    """What places are known for."""

    def __init__(self) -> None:
        self._places: Mapping[str, Mapping[str, str]] = {row["place"]: row for row in _rows("traits")}

    def __call__(self, unit: Unit, name: str) -> float:
        """Return what a unit's prefecture or province adds to the indicators of a trait (0 without one)."""
        known = self._places.get(unit.prefecture, self._places[unit.province])
        sunan = 0.35 if unit.prefecture in SUNAN and name in {"创新", "开放", "收入"} else 0.0
        return float(known.get(name, 0.0)) + sunan
