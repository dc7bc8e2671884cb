"""Who or what is left out: the list without one expert, or without one node of the framework."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError
from tierwise.inputs import Experts, Framework
from tierwise.methods.scores import scores
from tierwise.spec import Spec
from tierwise.study.compare import setup_of
from tierwise.study.index import Index
from tierwise.study.tiers import Tiers
from tierwise.study.weights import weighted
from tierwise.tolerances import SHARE
from tierwise.whatif.lists import Differences, base_list, differences, lists


@dataclass(frozen=True)
class Absent:
    """How the list differs when one of ``names`` is left out; ``differences`` has a row for each."""

    names: tuple[str, ...]
    differences: Differences
    has_tiers: bool


def differences_under(index: Index, tiers: Tiers, spec: Spec, local: FloatArray) -> tuple[Differences, bool]:
    """Return how the lists of other local weights ``(lists, nodes)`` differ, and whether tiers are compared.

    Tiers are found as in a draw (``[uncertainty] tiers``).
    """
    setup = setup_of(index, tiers, spec)
    made = lists(setup, scores(index.plan, local))
    return differences(base_list(setup), made), setup.cutter is not None


@dataclass(frozen=True)
class OtherPanels:
    """How the list differs under other panels: ``used`` are the positions of those that give weights.

    ``differences`` and ``weight_change``, the largest change of a global weight, have a row for each used.
    """

    used: tuple[int, ...]
    differences: Differences
    weight_change: FloatArray
    has_tiers: bool


def other_panels(
    index: Index, tiers: Tiers, framework: Framework, spec: Spec, panels: Sequence[Experts]
) -> OtherPanels | None:
    """Return how the list differs under each of several panels; those that give no weights are passed over.

    None where none changes a weight: the weights do not come from the panel. Arguments as
    :func:`absent_experts`.
    """
    ready = index.prepared
    used, rows = [], []
    for at, panel in enumerate(panels):
        try:
            own = weighted(framework, panel, ready.treated, ready.normalised, spec)
        except TierwiseError:  # somebody must judge every node of a group
            continue
        used.append(at)
        rows.append(own.local_weights)
    local = np.array(rows)
    if not used or np.allclose(local, index.local_weights, rtol=0, atol=SHARE):
        return None
    tree = index.framework.tree
    change = np.array(
        [np.abs(tree.global_weights(row) - index.framework.global_weights).max() for row in local]
    )
    found, has_tiers = differences_under(index, tiers, spec, local)
    return OtherPanels(tuple(used), found, change, has_tiers)


def absent_experts(
    index: Index, tiers: Tiers, framework: Framework, spec: Spec, experts: Experts
) -> Absent | None:
    """Return how the list differs when each expert of the last round is left out.

    None where the weights do not come from the panel, or it has one expert. Experts without whom the others'
    scores give no weights (somebody must judge every node of a group) are passed over.

    Args:
        index: the index, with the weights that the whole panel gives.
        tiers: its tiers.
        framework: the framework as it was given, before the panel's weights.
        spec: the settings of the index.
        experts: the panel.

    """
    if len(experts.last) < 2:
        return None
    names = experts.last.experts
    made = other_panels(index, tiers, framework, spec, [absent(experts, (name,)) for name in names])
    if made is None:
        return None
    return Absent(tuple(names[at] for at in made.used), made.differences, made.has_tiers)


def absent(experts: Experts, names: Collection[str]) -> Experts:
    """Return the panel without some experts."""
    return experts.those(lambda name, _: name not in names)
