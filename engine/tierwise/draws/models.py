"""How weights may vary: models that draw the local weights of every node.

A model has ``draw(rng, size) -> (size, nodes)`` local weights: every sibling group sums to 1 and column
0, the index, is 1. All numbers come from ``rng`` in a fixed order and are summed in a fixed order, so the
same generator gives the same bits. Two questions are kept apart by the model's ``of``: the spread *among
experts* (what would one expert's list be?) and the error of the panel's *mean* (what would another
panel's mean give?).

In every model a node whose nominal weight is 0 takes no part and stays 0, a node without siblings stays
1, and groups at levels that are not chosen keep their nominal weights.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray, frozen_floats
from tierwise.draws import models_fitted, models_judged, models_resampled, models_spread
from tierwise.draws.blocks import BLOCK, block_generator
from tierwise.draws.models_base import MODELS, ModelQuestion, WeightModel, varied_groups
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.kernels.tree import Tree
from tierwise.methods.elicited import TAIL
from tierwise.methods.limits import Bounds
from tierwise.tolerances import TYPED

__all__ = [
    "MODELS",
    "WeightModel",
    "models_fitted",
    "models_judged",
    "models_resampled",
    "models_spread",
    "weight_model",
]


def weight_model(
    name: str,
    tree: Tree,
    nominal: FloatArray,
    *,
    scores: FloatArray | None = None,
    authority: ArrayLike | None = None,
    camps: Sequence[object] | None = None,
    spread: float | Sequence[float] | FloatArray = 0.25,
    levels: Sequence[int] | None = None,
    of: str | None = None,
    bounds: Bounds | None = None,
    quantiles: FloatArray | None = None,
    tail: float = TAIL,
) -> WeightModel:
    """Return the model called ``name``, one of :data:`MODELS`.

    ``tree`` and ``nominal`` are the framework and its nominal local weights ``(nodes,)``. The models of a
    panel take ``scores``, its last round ``(experts, nodes)`` with NaN where an expert gave none, the
    relative ``authority`` of each expert (equal when left out) and, for ``camps``, the label of each
    expert's camp. ``spread`` is the h of ``box`` and ``noise``, between 0 and 1: one number, or one for
    each level. ``levels`` are the levels whose weights vary (1 = dimensions), all when left out. ``of``
    is ``experts`` (when left out) or ``mean`` for ``dirichlet`` and ``logistic-normal``; ``bootstrap`` is
    always of the mean, ``expert`` and ``expert-mixed`` always of the experts. ``bounds`` are the order and
    the intervals of the nodes that ``order`` and ``intervals`` draw within. ``quantiles (3, nodes)`` are low,
    middle and high of each node, ``tail`` the share of cases below low and above high.

    Raises :class:`TierwiseError` S002 for an unknown name, U101 to U128 for what the model needs and has not,
    U132 and U133 for a user's own model, W153 to W162 for judgements that no weights agree with.
    """
    declared = MODELS[MODELS.choose(name, "weights")]
    model = declared.model
    nominal = frozen_floats(nominal)
    problems = Problems()
    if of is not None and of not in model.questions:
        problems.add("U108", argument="of", of=of, model=declared.name, choices=model.questions or ("-",))
    groups: tuple[IntArray, ...] = ()
    with problems.caught():
        groups = varied_groups(tree, nominal, levels)
    if groups or scores is None or not model.least:  # a panel is checked at the groups that vary
        asked = ModelQuestion(tree, nominal, groups, scores, authority, camps, bounds, quantiles)
        given = {"spread": spread, "tail": tail} | ({} if of is None else {"of": of})
        with problems.caught():
            made = model.fit(asked, **declared.taken(given))
    problems.raise_any()
    if declared.own:
        _refuse_no_weights(made, tree)
    return made


def _refuse_no_weights(model: WeightModel, tree: Tree) -> None:
    """Raise U132 where a user's own model draws no weights, U133 where it draws others the second time."""
    first, again = (np.asarray(model.draw(block_generator(1, 0), BLOCK)) for _ in range(2))
    fits = first.shape == (BLOCK, tree.nodes) and first.dtype.kind in "iuf"
    groups = [np.zeros(1, dtype=np.int64), *tree.sibling_groups]
    if (
        not fits
        or not all(np.allclose(first[:, one].sum(axis=1), 1.0, rtol=0, atol=TYPED) for one in groups)
        or first.min() < 0.0
    ):
        raise TierwiseError(problem("U132", argument="weights", model=model.name, nodes=tree.nodes))
    if again.shape != first.shape or (again != first).any():
        raise TierwiseError(problem("U133", argument="weights", model=model.name))
