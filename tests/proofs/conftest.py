"""Data that several tests of exact results look at."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tierwise.kernels.tree import Tree

# an index over three dimensions with 2, 3 and 2 indicators
TREE = Tree(np.array([-1, 0, 0, 0, 1, 1, 2, 2, 2, 3, 3]), np.arange(4, 11))
LOCAL = np.array([1.0, 0.5, 0.3, 0.2, 0.6, 0.4, 0.5, 0.3, 0.2, 0.7, 0.3])
REFERENCES = Path(__file__).parents[1] / "references"


@pytest.fixture(scope="session")
def tai() -> tuple[np.ndarray, np.ndarray]:
    """Normalised values (23 countries, 8 indicators) of the Technology Achievement Index, and BAP weights."""
    import tierwise as tw

    index = tw.index(
        *(getattr(tw.load("technology-achievement"), part) for part in ("panel", "framework", "spec"))
    )
    return index.plan.values, index.plan.tree.leaf_weights(index.local_weights)


def published(name: str) -> list[dict[str, str]]:
    """Rows of a table of published numbers."""
    with (REFERENCES / name).open(encoding="utf-8") as file:
        return [*csv.DictReader(line for line in file if not line.startswith("#"))]
