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

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray, frozen_floats
from tierwise.draws import models_fitted, models_panel
from tierwise.draws.models_base import WeightModel, varied_groups
from tierwise.draws.models_panel import PanelScores
from tierwise.draws.models_spread import Box, Noise, Simplex, node_spread
from tierwise.errors import Problems
from tierwise.kernels.tree import Tree
from tierwise.names import choose

__all__ = ["MODELS", "WeightModel", "centre", "weight_model"]

QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "bootstrap": ("mean",),
    "expert": ("experts",),
    "expert-mixed": ("experts",),
    "camps": ("camps",),
    "dirichlet": ("experts", "mean"),
    "logistic-normal": ("experts", "mean"),
    "box": (),
    "noise": (),
    "simplex": (),
}
MODELS = tuple(QUESTIONS)


WITHOUT_PANEL: Mapping[str, type[Box] | type[Noise] | type[Simplex]] = {
    "box": Box,
    "noise": Noise,
    "simplex": Simplex,
}
DRAWN: Mapping[str, Callable[[FloatArray, PanelScores], WeightModel]] = {
    "bootstrap": models_panel.Bootstrap,
    "expert": models_panel.Expert,
    "expert-mixed": models_panel.ExpertMixed,
}
FITTED: Mapping[str, Callable[[FloatArray, PanelScores, str], WeightModel]] = {
    "dirichlet": models_fitted.fit_dirichlet,
    "logistic-normal": models_fitted.fit_logistic_normal,
}


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
) -> WeightModel:
    """Return the model called ``name``, one of :data:`MODELS`.

    ``tree`` and ``nominal`` are the framework and its nominal local weights ``(nodes,)``. The models of a
    panel take ``scores``, its last round ``(experts, nodes)`` with NaN where an expert gave none, the
    relative ``authority`` of each expert (equal when left out) and, for ``camps``, the label of each
    expert's camp. ``spread`` is the h of ``box`` and ``noise``, between 0 and 1: one number, or one for
    each level. ``levels`` are the levels whose weights vary (1 = dimensions), all when left out. ``of``
    is ``experts`` (when left out) or ``mean`` for ``dirichlet`` and ``logistic-normal``; ``bootstrap`` is
    always of the mean, ``expert`` and ``expert-mixed`` always of the experts.

    Raises :class:`TierwiseError` S002 for an unknown name, U101 to U116 for what the model needs and has not.
    """
    name = choose(name, MODELS, "weights")
    nominal = frozen_floats(nominal)
    found = Problems()
    if of is not None and of not in QUESTIONS[name]:
        found.add("U108", argument="of", of=of, model=name, choices=QUESTIONS[name] or ("-",))
    groups: tuple[IntArray, ...] = ()
    with found.caught():
        groups = varied_groups(tree, nominal, levels)
    if name in WITHOUT_PANEL:
        with found.caught():
            h = node_spread(tree, spread)
            if name != "simplex" and groups and not any(h[group].any() for group in groups):
                found.add("U107", argument="spread", spread=np.atleast_1d(spread).tolist())
        found.raise_any()
        return WITHOUT_PANEL[name](nominal, groups, h)
    if scores is None:
        found.add("U106", argument="scores", model=name)
    elif groups:
        with found.caught():
            panel = models_panel.panel_scores(tree, groups, scores, nominal, model=name, authority=authority)
    found.raise_any()
    if name == "camps":
        return models_panel.Camps(nominal, panel, models_panel.camp_numbers(camps, panel))
    if name in FITTED:
        return FITTED[name](nominal, panel, of or "experts")
    return DRAWN[name](nominal, panel)


def centre(model: WeightModel) -> FloatArray:
    """Return the local weights ``(nodes,)`` that draws lie around: the panel's mean, or the nominal ones."""
    panel = (models_panel.Bootstrap, models_panel.Camps, models_panel.Expert, models_panel.ExpertMixed)
    return model.panel.mean_weights(model.nominal) if isinstance(model, panel) else model.nominal
