"""Small plans and the bundled scenarios, for comparisons."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import tierwise as tw
from tierwise.kernels.tree import Tree


@cache
def bundled(name: str) -> tw.Scenario:
    return tw.load(name)


@pytest.fixture
def technology() -> tw.Scenario:
    return bundled("technology-achievement")


@pytest.fixture
def counties() -> tw.Scenario:
    return bundled("industrial-counties-2019")


@pytest.fixture
def two_levels() -> Tree:
    """Two dimensions, of three and of two indicators."""
    return Tree(np.array([-1, 0, 0, 1, 1, 1, 2, 2]), np.arange(3, 8))
