"""Every weight model over one small tree, and the weights that its drivers make."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import qmc
from tests.draws.judged import BOUNDS, QUANTILES

from tierwise.arrays import FloatArray
from tierwise.draws.drivers import Drivers
from tierwise.draws.models import MODELS, weight_model
from tierwise.kernels.tree import Tree

# an index over three dimensions with 2, 3 and 1 indicators
TREE = Tree(np.array([-1, 0, 0, 0, 1, 1, 2, 2, 2, 3]), np.arange(4, 10))
NOMINAL = np.array([1.0, 0.5, 0.3, 0.2, 0.6, 0.4, 0.5, 0.25, 0.25, 1.0])
GROUPS = [[1, 2, 3], [4, 5], [6, 7, 8]]
TOGETHER = (
    "bootstrap",
    "box",
    "camps",
    "expert",
    "intervals",
    "order",
)  # no independent numbers of nodes make these weights
BY_NODES = tuple(name for name in MODELS if name not in TOGETHER)


def panel(experts: int = 12, seed: int = 3) -> FloatArray:
    """Scores from 1 to 10 around the nominal weights."""
    rng = np.random.default_rng(seed)
    return np.clip(np.round(rng.normal(3 + 8 * NOMINAL, 1.5, (experts, TREE.nodes))), 1, 10)


def model(name: str, **settings: Any) -> Any:
    settings.setdefault("scores", panel())
    settings.setdefault("camps", ["a", "a", "b"] * 4)
    settings.setdefault("bounds", BOUNDS)
    settings.setdefault("quantiles", QUANTILES)
    settings.setdefault("authority", np.linspace(1, 2, len(settings["scores"])))
    return weight_model(name, TREE, NOMINAL, **settings)


def assert_local_weights(local: FloatArray) -> None:
    assert local.shape[1] == TREE.nodes
    assert (local >= 0).all()
    assert (local[:, [0, 9]] == 1).all()
    for group in TREE.sibling_groups:
        np.testing.assert_allclose(local[:, group].sum(axis=1), 1, atol=1e-14)


def sample(made: Drivers, points: int = 1 << 13) -> FloatArray:
    uniform = qmc.Sobol(len(made.owner), seed=1).random(points)
    return made.weights(uniform)
