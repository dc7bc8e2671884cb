"""Shapley values: what each of several factors adds to a change, whatever the order in which they change.

Two levels. Factors are few, and all their states are known. One of them may consist of parts (indicators) in
nested groups (dimensions): what it adds is divided among these as the mean over all orders in which the
members of a group change one after the other with nothing else in between (Owen 1977; Winter 1989, *A value
for cooperative games with levels structure of cooperation*).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Final, TypeAlias

import numpy as np
from numpy.random import Generator, default_rng

from tierwise.arrays import BoolArray, FloatArray

Group: TypeAlias = "tuple[int | Group, ...]"
"""Parts by their numbers, and groups of them."""

MOST_STEPS: Final = 40_000
"""Single changes of a part that are looked at; where there would be more, orders are drawn."""

ORDERS: Final = 400
"""Orders that are drawn then, each also backwards."""


def chance(before: int, others: int) -> float:
    """Return the weight of each set of ``before`` of ``others`` factors that change earlier than one."""
    return 1.0 / ((others + 1) * comb(others, before))


def shapley(worth: FloatArray) -> FloatArray:
    """Return what each factor adds: ``(2, …, 2, units)`` to ``(factors, units)``, summing to the change.

    ``worth`` has an axis of two for each factor, its state before the change and after it. Shapley 1953.
    """
    factors = worth.ndim - 1
    out = np.empty((factors, worth.shape[-1]))
    for factor in range(factors):
        added = worth.take(1, axis=factor) - worth.take(0, axis=factor)
        weights = np.empty(added.shape[:-1])
        for state in np.ndindex(weights.shape):
            weights[state] = chance(sum(state), factors - 1)
        out[factor] = (weights[..., None] * added).sum(axis=tuple(range(factors - 1)))
    return out


def products(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the matrix product, by sums whose order no library of linear algebra changes."""
    return np.asarray(np.einsum("ij,jk->ik", one, other, optimize=False))


@dataclass(frozen=True)
class Steps:
    """States of the parts, and how what is known of the states becomes what each part adds.

    ``states (states, parts)`` tells which parts have changed: none in the first state, all in the last. What
    is measured in the states, times ``weights (parts, states)``, is the share of each part. ``exact`` is
    False where orders were drawn: the shares still sum to the whole.
    """

    states: BoolArray
    weights: FloatArray
    exact: bool

    def shares(self, worth: FloatArray) -> FloatArray:
        """Return what each part adds: ``(states, units)`` to ``(parts, units)``."""
        return products(self.weights, worth)


def steps(groups: Group, parts: int, seed: int = 1) -> Steps:
    """Return the states in which parts ``0 … parts - 1`` in nested groups must be known.

    A part that no group holds is taken to be as it was in every state.
    """
    exact = _count(groups) <= MOST_STEPS
    rows: dict[int, int] = {0: 0}
    found: list[tuple[int, int, int, float]] = []
    for part, before, weight in _all_steps(groups) if exact else _drawn_steps(groups, default_rng(seed)):
        one, other = (rows.setdefault(state, len(rows)) for state in (before, before | 1 << part))
        found.append((part, one, other, weight))
    last = rows.setdefault(sum(1 << part for part in _parts(groups)), len(rows))
    weights = np.zeros((parts, len(rows)))
    for part, one, other, weight in found:
        weights[part, one] -= weight
        weights[part, other] += weight
    states = np.array([[bool(state >> part & 1) for part in range(parts)] for state in rows], dtype=np.bool_)
    order = [*(row for row in range(len(rows)) if row != last), last] if last else [0]
    return Steps(states.reshape(-1, parts)[order], weights[:, order], exact)


def _parts(group: int | Group) -> list[int]:
    """Return the parts in a group, or the one that it is."""
    return [group] if isinstance(group, int) else [part for member in group for part in _parts(member)]


def _state(members: Sequence[int | Group]) -> int:
    return sum(1 << part for member in members for part in _parts(member))


def _count(group: int | Group, above: int = 1) -> int:
    """Return how many steps there are when all orders are taken."""
    if isinstance(group, int):
        return above
    return sum(_count(member, above << len(group) - 1) for member in group)


def _all_steps(group: int | Group, above: Sequence[tuple[int, float]] = ((0, 1.0),)) -> _Found:
    """Yield part, state before and weight of every step; ``above`` are the states of what lies outside."""
    if isinstance(group, int):
        yield from ((group, state, weight) for state, weight in above)
        return
    for at, member in enumerate(group):
        others = [*group[:at], *group[at + 1 :]]
        inside = [
            (_state(earlier), chance(size, len(others)))
            for size in range(len(others) + 1)
            for earlier in combinations(others, size)
        ]
        both = [(state | own, weight * share) for state, weight in above for own, share in inside]
        yield from _all_steps(member, both)


def _drawn_steps(groups: Group, random: Generator) -> _Found:
    """Yield the steps of random orders and of the same orders backwards."""
    for _ in range(ORDERS):
        order = _order(groups, random)
        for one in (order, order[::-1]):
            state = 0
            for part in one:
                yield part, state, 0.5 / ORDERS
                state |= 1 << part


def _order(group: int | Group, random: Generator) -> list[int]:
    """Return the parts in a random order that keeps groups together."""
    if isinstance(group, int):
        return [group]
    return [part for at in random.permutation(len(group)) for part in _order(group[at], random)]


_Found: TypeAlias = Iterator[tuple[int, int, float]]
