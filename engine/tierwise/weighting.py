"""Where the weights of an index come from: the framework, the expert panel, or neither."""

from __future__ import annotations

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError, problem
from tierwise.spec import Spec
from tierwise.values import Experts, Framework


def weighted(framework: Framework, experts: Experts | None, normalised: FloatArray, spec: Spec) -> Framework:
    """Return the framework with the weights that the spec asks for.

    ``auto``: the framework's where it gives any, else the experts', else equal. Raises
    :class:`TierwiseError` W005 (no expert panel).
    """
    source = spec.index.weights
    if source == "auto":
        source = "framework" if framework.has_weights or experts is None else "experts"
    if source == "framework":
        return framework
    if source == "equal":
        return framework.with_weights(np.ones(len(framework.codes)))
    if experts is None:
        raise TierwiseError(problem("W005", "[index] weights"))
    return framework.with_weights(delphi_weights(framework, experts, spec.experts.method))


def delphi_weights(framework: Framework, experts: Experts, method: str = "mean") -> FloatArray:
    """Return local weights ``(nodes,)`` from the last round; groups nobody judged keep the framework's.

    Raises :class:`TierwiseError` W006 for a group judged in part, E1xx as ``methods.delphi.tree_weights``.
    """
    from tierwise.methods.delphi import tree_weights

    scores = experts.on_nodes(framework)
    blank = np.asarray(np.isnan(scores).all(axis=0))
    missing = [
        problem("W006", "Experts", code=framework.codes[node])
        for group in framework.tree.sibling_groups
        for node in group[blank[group]]
        if not blank[group].all()
    ]
    if missing:
        raise TierwiseError(*missing)
    authority = experts.last.authority if method == "authority" else None
    return tree_weights(framework.tree, scores, method, authority, nominal=np.array(framework.local_weights))
