"""The independent drivers that a sensitivity analysis moves: see :mod:`tierwise.draws.drivers`."""

from __future__ import annotations

from tierwise.draws.drivers import KINDS, Drivers, Kind
from tierwise.draws.models_base import WeightModel
from tierwise.errors import TierwiseError, problem
from tierwise.kernels.tree import Tree

__all__ = ["drivers"]


def drivers(model: WeightModel, tree: Tree, kind: Kind, *, least: int = 2) -> Drivers:
    """Return a weight model as independent drivers with inputs of one kind.

    ``least`` is the number of inputs that there must be.

    Raises :class:`TierwiseError` V005 when there are fewer inputs, V006 for ``experts`` in a model
    that does not draw from them.
    """
    made = model.drivers(kind, tree)
    if len(made.inputs) < least:
        others = [other for other in KINDS if other not in (kind, "weights")]  # of all weights there is one
        raise TierwiseError(
            problem("V005", argument="inputs", kind=kind, found=len(made.inputs), choices=others)
        )
    return made
