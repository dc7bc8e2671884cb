"""Compiling ahead of the first draws."""

from __future__ import annotations

import numpy as np

from tierwise.draws.blocks import BLOCK
from tierwise.draws.feeds import CACHED
from tierwise.draws.models import weight_model
from tierwise.draws.simulate import simulate
from tierwise.draws.source import WeightedScores
from tierwise.draws.tier_rules import TierRule
from tierwise.kernels.tree import Tree
from tierwise.methods.scores import Plan

__all__ = ["warm_up"]


def warm_up() -> None:
    """Compile what draws use, or load it if this was done before on this machine.

    The first call takes some seconds and writes the compiled code to disk; later ones, in any process, half
    a second. Draws compile what they need themselves: call this when nobody is waiting.
    """
    tree = Tree.flat(8)  # of values enough, and lists long enough, that nothing is left to plain NumPy
    model = weight_model("box", tree, tree.normalised(np.ones(9)), spread=0.5)
    smooth = np.random.default_rng(0).random((40, 8))
    rounded = np.round(smooth[:, :1]) * np.ones(8)
    methods = ((smooth, "ward"), (smooth, "complete"), (smooth, "fisher"), (rounded, "quantile"))
    for values, method in methods:
        rule = TierRule(2, method=method)
        source = WeightedScores(Plan.uniform(values), model)
        simulate(source, draws=8, tier_rule=rule, quantities=("pairwise", "central"), threads=1)
    blanks = np.where(np.arange(320).reshape(40, 8) % 9 == 0, np.nan, smooth)
    for values in (smooth, blanks):  # a long list, and a block that shows how its scores are spread
        plan = Plan.uniform(np.tile(values, (2 * CACHED // (BLOCK * len(values)), 1)))
        simulate(WeightedScores(plan, model), draws=BLOCK + 8, threads=1)
