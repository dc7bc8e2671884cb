"""Weights from independent drivers: what makes a sensitivity analysis of weights that sum to 1 possible.

Sobol' indices share variance out among *independent* inputs, and weights that sum to 1 are not independent.
So the weights of a sibling group are made from drivers that are, and three partitions of the drivers are
inputs:

``groups`` (the headline): one input for each sibling group. Its indices do not depend on how the group's
weights are made from drivers, only on their distribution.

``indicators``: one input for each node, by drivers that put no sibling before another. An input is "this
node's own part", while its siblings give way.

``experts``: one input for each expert, as far as the model draws from experts.

``weights``: all weights as one input, as the model draws them; for use beside choices of method.

Each weight model says how in its ``group_part``, ``node_part``, ``expert_drivers`` and ``joint_drivers``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, get_args

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.parts import Part

Kind = Literal["groups", "indicators", "experts", "weights"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


class Input(NamedTuple):
    """An input: ``what`` it is, and the node (for a group, the parent), expert or method ``at`` which it is.

    Experts are counted among those who are heard.
    """

    what: Literal["group", "node", "expert", "camp", "rest", "weights", "method"]
    at: int


@dataclass(frozen=True)
class Drivers:
    """Independent uniforms: the inputs that they make up, and the weights that come from them.

    ``owner (drivers,)`` is the input of each driver. ``quantile`` turns drivers ``(points, drivers)`` into
    numbers, each by itself, and ``local`` these into ``(points, nodes)`` local weights.
    """

    inputs: tuple[Input, ...]
    owner: IntArray
    quantile: Callable[[FloatArray], FloatArray]
    local: Callable[[FloatArray], FloatArray]

    def weights(self, uniform: FloatArray) -> FloatArray:
        """Return the ``(points, nodes)`` local weights of drivers."""
        return self.local(self.quantile(uniform))


def side_by_side(
    nominal: FloatArray,
    groups: tuple[IntArray, ...],
    parts: Sequence[Part],
    inputs: tuple[Input, ...],
    owner: IntArray,
) -> Drivers:
    """Return the drivers of several groups beside each other; nodes in none keep their nominal weights."""
    ends = np.cumsum([part.drivers for part in parts]).tolist()
    spans = [slice(end - part.drivers, end) for end, part in zip(ends, parts, strict=True)]

    def quantile(uniform: FloatArray) -> FloatArray:
        columns = [part.quantile(uniform[:, span]) for part, span in zip(parts, spans, strict=True)]
        return np.column_stack([uniform[:, :0], *columns])

    def local(values: FloatArray) -> FloatArray:
        weights = np.repeat(nominal[None], len(values), axis=0)
        for group, part, span in zip(groups, parts, spans, strict=True):
            weights[:, group] = part.shares(values[:, span])
        return weights

    return Drivers(inputs, owner, quantile, local)
