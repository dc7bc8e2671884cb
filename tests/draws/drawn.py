"""A small index and its panel, from which the tests of weight models draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.draws.judged import BOUNDS, QUANTILES

from tierwise.draws.models import MODELS, weight_model
from tierwise.errors import TierwiseError
from tierwise.kernels.tree import Tree

# an index over three dimensions with 2, 3 and 1 indicators
TREE = Tree(np.array([-1, 0, 0, 0, 1, 1, 2, 2, 2, 3]), np.arange(4, 10))
NOMINAL = np.array([1.0, 0.5, 0.3, 0.2, 0.6, 0.4, 0.5, 0.25, 0.25, 1.0])
WITH_PANEL = [name for name in MODELS if MODELS[name].model.least]


def panel(experts: int = 12, seed: int = 3) -> np.ndarray:
    """Scores from 1 to 10 around the nominal weights."""
    rng = np.random.default_rng(seed)
    return np.clip(np.round(rng.normal(3 + 8 * NOMINAL, 1.5, (experts, TREE.nodes))), 1, 10)


def model(name: str, **settings: Any) -> Any:
    settings.setdefault("scores", panel())
    settings.setdefault("camps", ["a", "b"] * 6)
    settings.setdefault("bounds", BOUNDS)
    settings.setdefault("quantiles", QUANTILES)
    return weight_model(name, TREE, NOMINAL, **settings)


def codes(name: str, **settings: Any) -> list[str]:
    with pytest.raises(TierwiseError) as caught:
        model(name, **settings)
    return [found.code for found in caught.value.problems]
