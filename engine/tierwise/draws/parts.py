"""Weights of one sibling group from independent uniform drivers.

A :class:`Part` first turns each driver into a number by itself (a Gamma, an exponential, a normal …), then
the numbers of a point into weights that sum to 1. Designs mix coordinates of their points between the two
steps, so that the costly first one is taken for few points.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from math import factorial
from typing import Final

import numpy as np
from numpy.random import Generator

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.fixed_order import closed, ordered_product

EDGE: Final = 2.0**-40  # drivers are kept so far from 0 and 1, where quantiles are infinite
CELLS: Final = 4096  # of a tabulated distribution
ORDERS: Final = 120  # in which siblings share what one has left: all of five

Quantile = Callable[[FloatArray], FloatArray]  # (points, drivers), column by column
Shares = Callable[[FloatArray], FloatArray]  # (points, drivers) -> (points, siblings)
Given = Callable[[Generator, FloatArray, BoolArray], FloatArray]
"""What draws weights ``(points, siblings)`` again where they are not known, given those that are."""


@dataclass(frozen=True)
class Part:
    """``drivers`` uniforms, what each is turned into, and the ``(points, siblings)`` weights of these."""

    drivers: int
    quantile: Quantile
    shares: Shares


def inside(uniform: FloatArray) -> FloatArray:
    """Return drivers kept off 0 and 1."""
    return np.clip(uniform, EDGE, 1.0 - EDGE)


def exponentials(uniform: FloatArray) -> FloatArray:
    """Return standard exponential numbers."""
    return -np.log1p(-inside(uniform))


def normals(uniform: FloatArray) -> FloatArray:
    """Return standard normal numbers."""
    from scipy.special import ndtri

    return np.asarray(ndtri(inside(uniform)))


def shared(parts: FloatArray, instead: FloatArray) -> FloatArray:
    """Return ``(points, siblings)`` parts divided by their sums; ``instead`` where all are 0."""
    filled = np.where(parts.any(axis=1, keepdims=True), parts, instead)
    return closed(filled.T).T


def picked(uniform: FloatArray, authority: FloatArray) -> IntArray:
    """Return the number of the expert that each uniform number falls on, in proportion to authority."""
    upper = np.cumsum(authority)
    experts: IntArray = np.searchsorted(upper / upper[-1], uniform, side="right")
    return np.minimum(experts, len(authority) - 1)


def gammas(alpha: FloatArray) -> Part:
    """Return Dirichlet weights as independent Gammas over their sum: no sibling comes before another."""
    from scipy.special import gammaincinv

    return Part(
        len(alpha),
        lambda uniform: np.asarray(gammaincinv(alpha, inside(uniform))),
        lambda gamma: shared(gamma, alpha),
    )


def noise(centre: FloatArray, spread: FloatArray) -> Part:
    """Return w(1 + h(2u - 1)), made to sum 1."""
    return Part(
        len(centre),
        lambda uniform: centre * (1.0 + spread * (2.0 * uniform - 1.0)),
        lambda moved: shared(moved, centre),
    )


def bootstrap(scores: FloatArray, authority: FloatArray) -> Part:
    """Return shares of the mean of ``scores (experts, siblings)``, experts weighted by exponentials."""

    def means(weight: FloatArray) -> FloatArray:
        return closed(ordered_product(scores.T, (weight * authority).T)).T

    return Part(len(scores), exponentials, means)


def one_expert(shares: FloatArray, authority: FloatArray) -> Part:
    """Return the ``shares (experts, siblings)`` of the expert that one driver falls on."""
    return Part(1, lambda uniform: uniform, lambda trigger: shares[picked(trigger[:, 0], authority)])


def mixed_experts(shares: FloatArray, authority: FloatArray) -> Part:
    """Return for each sibling the share by an expert of its own, made to sum 1."""
    siblings = np.arange(shares.shape[1])

    def drawn(trigger: FloatArray) -> FloatArray:
        return shared(shares[picked(trigger, authority), siblings], authority @ shares)

    return Part(len(siblings), lambda uniform: uniform, drawn)


def log_normals(centre: FloatArray, covariance: FloatArray) -> Part:
    """Return logistic-normal weights by one normal for each sibling.

    The logs are their ``centre`` plus the symmetric root of their covariance (centred, as a constant in the
    logs changes nothing) times the normals, so that no sibling comes before another.
    """
    middle = np.eye(len(centre)) - 1.0 / len(centre)
    values, vectors = np.linalg.eigh(middle @ covariance @ middle)
    root = vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T

    def weights(normal: FloatArray) -> FloatArray:
        logs = centre[:, None] + ordered_product(root, normal.T)
        return closed(np.exp(logs - logs.max(axis=0))).T

    return Part(len(centre), normals, weights)


def box(centre: FloatArray, spread: FloatArray) -> Part:
    """Return weights that are uniform over the box w(1 ± h) where it sums to 1."""
    widths = 2.0 * centre * spread
    cut = Slices(widths)

    def drawn(uniform: FloatArray) -> FloatArray:
        return centre - widths / 2 + cut.shares(uniform, np.full(len(uniform), widths.sum() / 2))

    return Part(cut.drivers, lambda uniform: uniform, drawn)


def box_first(centre: FloatArray, spread: FloatArray, at: int) -> Part:
    """Return weights as :func:`box`, from drivers of which the first alone makes that of sibling ``at``.

    The second says in which order the others share what is left, so that none comes before another; each
    order is taken equally often.
    """
    widths = 2.0 * centre * spread
    others = np.delete(np.arange(len(centre)), at)
    cuts = [Slices(widths, np.append(at, order)) for order in _orders(others)]

    def drawn(uniform: FloatArray) -> FloatArray:
        chosen = np.minimum((uniform[:, 1] * len(cuts)).astype(np.int64), len(cuts) - 1)
        places = np.delete(uniform, 1, axis=1)
        shares = np.empty((len(uniform), len(centre)))
        for number in np.unique(chosen):
            rows = np.flatnonzero(chosen == number)
            cut = cuts[number]
            total = np.full(len(rows), widths.sum() / 2)
            shares[rows] = centre - widths / 2 + cut.shares(places[rows, : cut.drivers], total)
        return shares

    return Part(len(centre), lambda uniform: uniform, drawn)


def _orders(items: IntArray) -> list[IntArray]:
    """Return every order of items, or of many items some that are drawn."""
    if factorial(len(items)) <= ORDERS:
        return [np.array(order) for order in permutations(items.tolist())]
    rng = np.random.default_rng(0)
    return [rng.permutation(items) for _ in range(ORDERS)]


def dirichlet_given(alpha: FloatArray) -> Given:
    """Return how Dirichlet weights are drawn given some: what these leave, shared out by a Dirichlet."""

    def given(rng: Generator, points: FloatArray, known: BoolArray) -> FloatArray:
        kept = np.where(known, points, 0.0)
        rest = np.where(known, 0.0, rng.standard_gamma(alpha, points.shape))
        left = 1.0 - kept.sum(axis=1, keepdims=True)
        drawn: FloatArray = kept + np.maximum(left, 0.0) * np.where(known, 0.0, shared(rest, alpha))
        return drawn

    return given


def box_given(centre: FloatArray, spread: FloatArray) -> Given:
    """Return how weights uniform over box ∩ simplex are drawn given some: uniform over what is left of it."""
    widths, lower = 2.0 * centre * spread, centre * (1.0 - spread)

    def given(rng: Generator, points: FloatArray, known: BoolArray) -> FloatArray:
        drawn = points.copy()
        for mask in np.unique(known, axis=0):
            rows = np.flatnonzero((known == mask).all(axis=1))
            free = np.flatnonzero(~mask)
            if len(free) < 2:
                continue  # nothing to draw, or only what makes the sum 1
            cut = Slices(widths[free])
            left = 1.0 - points[np.ix_(rows, np.flatnonzero(mask))].sum(axis=1) - lower[free].sum()
            shares = cut.shares(rng.random((len(rows), cut.drivers)), left)
            drawn[np.ix_(rows, free)] = lower[free] + shares
        return drawn

    return given


class Slices:
    """Points uniform over the box [0, widths] where they sum to a given number, from one driver less.

    The coordinates are drawn one after the other, the widest first or in a given order, from their
    distributions given those before them. These follow from the distribution of the sum of the rest: a sum
    of independent uniforms, tabulated.
    """

    def __init__(self, widths: FloatArray, order: IntArray | None = None) -> None:
        order = np.argsort(-widths, kind="stable") if order is None else order
        self.widths = widths
        self.free = order[widths[order] > 0]
        self.drivers = max(len(self.free) - 1, 0)
        self.tables = _sums(widths[self.free])

    def shares(self, uniform: FloatArray, total: FloatArray) -> FloatArray:
        """Return points ``(points, coordinates)`` with the given sums from ``(points, drivers)`` uniforms."""
        drawn = np.zeros((len(uniform), len(self.widths)))
        left = np.array(total, dtype=np.float64)
        for driver, (at, (grid, share)) in enumerate(zip(self.free[:-1], self.tables, strict=True)):
            high = np.interp(left, grid, share)
            low = np.interp(left - self.widths[at], grid, share)
            after = np.interp(high - uniform[:, driver] * (high - low), share, grid)
            after = np.clip(after, np.maximum(left - self.widths[at], 0.0), np.minimum(left, grid[-1]))
            drawn[:, at] = left - after
            left = after
        if len(self.free):
            drawn[:, self.free[-1]] = left
        return drawn


def _sums(widths: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """Return grid and distribution function of the sum of the uniforms after each one but the last.

    Adding a uniform of width a to a sum with distribution function F gives (1/a) ∫ F over the last a.
    """
    tables: list[tuple[FloatArray, FloatArray]] = []
    for width in widths[:0:-1]:
        if not tables:
            grid = np.array([0.0, width])
            tables.append((grid, grid / width))
            continue
        before, share = tables[-1]
        end = before[-1]
        area = np.concatenate([[0.0], np.cumsum((share[1:] + share[:-1]) / 2 * np.diff(before))])
        if len(before) == 2:  # the area under a straight line is a parabola
            before = np.linspace(0.0, end, CELLS + 1)
            area = before * before / (2 * end)
        grid = np.linspace(0.0, end + width, CELLS + 1)
        above = np.interp(grid, before, area) + np.maximum(grid - end, 0.0)
        below = np.interp(grid - width, before, area)
        tables.append((grid, np.clip((above - below) / width, 0.0, 1.0)))
    return tables[::-1]
