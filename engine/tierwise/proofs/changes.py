"""The smallest change of weights that makes two units change places, and probabilities without draws.

d ``(pairs, indicators)`` are differences of values, the leading unit first, so that D = w·d is not negative.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray
from tierwise.draws.weight_sets import nominal_weights
from tierwise.kernels.tree import Tree
from tierwise.names import choose

NORMS = ("L1", "L2", "Linf")


class Change(NamedTuple):
    """Distance ``(pairs,)`` to the nearest weights at which a pair ties, and those ``(pairs, indicators)``.

    Where no weights do (the leader is better everywhere), the distance is inf and the weights are the
    nominal ones.
    """

    distance: FloatArray
    weights: FloatArray


def smallest_change(differences: ArrayLike, weights: ArrayLike, norm: str = "L2") -> Change:
    """Return the smallest change of ``(indicators,)`` weights, w >= 0 and Σw = 1 kept, with w·d = 0.

    ``L1`` moves weight from the largest d to the smallest, as much as there is; ``L2`` projects w - λd on
    the simplex (D / ‖d - mean‖ while no weight meets 0); ``Linf`` gives and takes the same t everywhere
    (D / Σ|d - median| while no weight meets 0). Errors X002, S002.
    """
    w = nominal_weights(Tree.flat(np.size(weights)), np.concatenate([[1.0], np.ravel(weights)]))[1:]
    d = np.atleast_2d(np.asarray(differences, dtype=np.float64))
    d = d * np.where(d @ w < 0.0, -1.0, 1.0)[:, None]
    possible = d.min(axis=1) <= 0.0
    moved = {"L1": _transfer, "L2": _project, "Linf": _equal_steps}[choose_norm(norm)](d[possible], w)
    changed = np.tile(w, (len(d), 1))
    changed[possible] = moved
    change = np.abs(changed - w)
    size = {"L1": change.sum(axis=1), "L2": np.sqrt((change**2).sum(axis=1)), "Linf": change.max(axis=1)}
    return Change(np.where(possible, size[choose_norm(norm)], np.inf), changed)


def choose_norm(norm: str) -> str:
    """Return the norm that a name means; S002 for an unknown one."""
    names = {name.lower(): name for name in NORMS}
    return names[choose(norm, names, "norm")]


def _transfer(d: FloatArray, w: FloatArray) -> FloatArray:
    """Move weight from the largest d to the smallest until w·d = 0."""
    best = d.min(axis=1)
    order = np.argsort(-d, axis=1, kind="stable")
    gain = np.take_along_axis(d, order, axis=1) - best[:, None]
    room = w[order] * gain
    before = np.cumsum(room, axis=1) - room
    wanted = np.clip((d @ w)[:, None] - before, 0.0, room)
    taken = np.divide(wanted, gain, out=np.zeros_like(wanted), where=gain > 0.0)
    out = np.empty_like(d)
    np.put_along_axis(out, order, np.maximum(w[order] - taken, 0.0), axis=1)
    out[np.arange(len(d)), d.argmin(axis=1)] += taken.sum(axis=1)
    return out


def _project(d: FloatArray, w: FloatArray) -> FloatArray:
    """Return the projection on the simplex of w - λd, with the λ that gives w·d = 0."""
    low, high = np.zeros(len(d)), np.ones(len(d))
    while (above := (_on_simplex(w - high[:, None] * d) * d).sum(axis=1) > 0.0).any():
        low[above], high[above] = high[above], 2.0 * high[above]
        if high.max() > 1e18:
            break
    for _ in range(100):
        middle = (low + high) / 2.0
        above = (_on_simplex(w - middle[:, None] * d) * d).sum(axis=1) > 0.0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return _on_simplex(w - high[:, None] * d)


def _equal_steps(d: FloatArray, w: FloatArray) -> FloatArray:
    """Return weights within the least t of w, none below 0, with w·d = 0."""
    low, high = np.zeros(len(d)), np.ones(len(d))
    for _ in range(60):
        middle = (low + high) / 2.0
        above = (_within(d, w, middle) * d).sum(axis=1) > 0.0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return _within(d, w, high)


def _within(d: FloatArray, w: FloatArray, t: FloatArray) -> FloatArray:
    """Return the weights with the least w·d among those that differ by at most t from w."""
    lower = np.maximum(w - t[:, None], 0.0)
    order = np.argsort(d, axis=1, kind="stable")
    room = np.take_along_axis(w + t[:, None] - lower, order, axis=1)
    slack = 1.0 - lower.sum(axis=1, keepdims=True)
    given = np.clip(slack - (np.cumsum(room, axis=1) - room), 0.0, room)
    out = np.empty_like(d)
    np.put_along_axis(out, order, given, axis=1)
    inside: FloatArray = lower + out
    return inside


def _on_simplex(points: FloatArray) -> FloatArray:
    """Return the nearest point of the simplex to each row (Held, Wolfe and Crowder 1974)."""
    ordered = -np.sort(-points, axis=1)
    excess = (np.cumsum(ordered, axis=1) - 1.0) / np.arange(1, points.shape[1] + 1)
    last = (ordered > excess).sum(axis=1) - 1
    nearest: FloatArray = np.maximum(points - excess[np.arange(len(points)), last][:, None], 0.0)
    return nearest


def contamination(differences: ArrayLike, weights: ArrayLike) -> FloatArray:
    """Return r = D / (D + max(0, -min d)) of each pair: how robust its order is.

    ε-contamination (Foster, McGillivray and Seth 2013): the order holds under (1 - ε) w + ε v, whatever
    the weights v, for all ε below r; 1 where it always holds. ``(..., indicators)`` differences,
    ``(indicators,)`` weights. A tie has r = 0.
    """
    w = nominal_weights(Tree.flat(np.size(weights)), np.concatenate([[1.0], np.ravel(weights)]))[1:]
    d = np.asarray(differences, dtype=np.float64)
    ahead = d @ w
    d = d * np.where(ahead < 0.0, -1.0, 1.0)[..., None]
    loss = np.maximum(0.0, -d.min(axis=-1))
    total = np.abs(ahead) + loss
    ratio: FloatArray = np.divide(np.abs(ahead), total, out=np.zeros(total.shape), where=total > 0.0)
    return ratio


def simplex_probability(differences: ArrayLike) -> FloatArray:
    """Return P(w·d > 0) for weights uniform over the simplex, in closed form (Varsi 1973).

    ``(..., indicators)`` differences. The classical sum Σ d_i^(n-1) / Π(d_i - d_j) over d_i > 0 cancels
    near ties; Varsi's recursion only takes means, A_i <- (p_i A_i + q_h A_(i-1)) / (p_i + q_h) over the d
    that are not negative (p) and those that are (-q), and ends with the share of the simplex below 0.
    """
    d = np.asarray(differences, dtype=np.float64)
    positive, size = np.maximum(d, 0.0), np.maximum(-d, 0.0)
    below = [np.zeros(d.shape[:-1]) for _ in range(d.shape[-1])]
    last = np.ones(d.shape[:-1])
    for h in range(d.shape[-1]):
        last = np.ones(d.shape[:-1])
        falls = d[..., h] < 0.0
        for i in range(d.shape[-1]):
            stays = d[..., i] >= 0.0
            total = positive[..., i] + size[..., h]
            mean = np.divide(
                positive[..., i] * below[i] + size[..., h] * last,
                total,
                out=below[i].copy(),
                where=total > 0.0,
            )
            below[i] = np.where(stays & falls, mean, below[i])
            last = np.where(stays, below[i], last)
    return np.where((d > 0.0).any(axis=-1), 1.0 - last, 0.0)
