"""Who or what is left out: the list without one expert, or without one node of the framework."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

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


def under(index: Index, tiers: Tiers, spec: Spec, local: FloatArray) -> tuple[Differences, bool]:
    """Return how the lists of other local weights ``(lists, nodes)`` differ, and whether tiers are compared.

    Tiers are found as in a draw (``[uncertainty] tiers``).
    """
    setup = setup_of(index, tiers, spec)
    made = lists(setup, scores(index.plan, local))
    return differences(base_list(setup), made), setup.cutter is not None


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
    ready = index.prepared
    names, rows = [], []
    for name in experts.last.experts:
        others = experts.those(partial(_is_not, name))
        try:
            own = weighted(framework, others, ready.treated, ready.normalised, spec)
        except TierwiseError:
            continue
        names.append(name)
        rows.append(own.local_weights)
    local = np.array(rows)
    if not names or np.allclose(local, index.local_weights, rtol=0, atol=SHARE):
        return None
    lists, has_tiers = under(index, tiers, spec, local)
    return Absent(tuple(names), lists, has_tiers)


def _is_not(absent: str, expert: str, camp: str) -> bool:
    return expert != absent
