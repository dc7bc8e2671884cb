"""The fewest units that can be against a unit, over a set of weights: one end of the ranges of ranks.

Counting pairs bounds it from below: whoever is against the unit under every weight always counts. A walk
over the set (Frank–Wolfe on a smooth count of those against) finds weights that leave few. Where the two
differ, *clashes* raise the bound: two units, one of which is always against. No unit stands in two of the
clashes of a matching, so each of these adds one. What is still open a mixed-integer program decides (Salo
and Punkka 2011; Kadziński, Greco and Słowiński 2012), with a binary for each unit that could be on either
side and a row for each clash, which spares it most of its branches.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.weight_sets import WeightBox, inequalities

STEPS: Final = 60  # of the walk
HELD: Final = 1 << 20  # differences of pairs of rivals held at once
HALVINGS: Final = 8  # of the interval in which the shares of a clash are sought
MARGIN: Final = 1e-6  # by which a program lets go of its rows and its bound, above its own tolerance
PRECISION: Final = 1e-10  # of the linear program that finds weights
NODES: Final = 200  # branches of one program
INFEASIBLE: Final = 2  # status of scipy.optimize.milp


class Side:
    """The fewest units against each unit asked for, and weights that leave so few.

    For the best rank those strictly ahead are against it; for the worst rank those not strictly behind it
    (the rank is then n minus their number). ``margin`` is s_j - s_i or s_i - s_j by ``sign``, and j is
    against i where it exceeds ``line``; ``low`` and ``high`` ``(units asked, units)`` are its extremes.
    ``bound`` is proved, ``count`` attained under the weights ``at``.
    """

    def __init__(
        self,
        x: FloatArray,
        box: WeightBox,
        rows: IntArray,
        sign: float,
        line: float,
        low: FloatArray,
        high: FloatArray,
    ) -> None:
        self.x, self.box, self.rows, self.sign, self.line, self.high = x, box, rows, sign, line, high
        others = np.arange(len(x)) != rows[:, None]
        self.certain: IntArray = ((low > line) & others).sum(axis=1)
        self.contested: BoolArray = (low <= line) & (high > line) & others
        self.bound = self.certain.copy()
        self.at = np.tile(box.leaf_weights, (len(rows), 1))
        self.count = self._against(self.at, np.arange(len(rows)))

    @property
    def open(self) -> IntArray:
        """The units asked whose bound is not attained yet."""
        return np.flatnonzero(self.count > self.bound)

    def margins(self, weights: FloatArray, asked: IntArray) -> FloatArray:
        """Return ``(asked, units)`` margins at one weight vector for each unit asked."""
        own = (weights * self.x[self.rows[asked]]).sum(axis=1, keepdims=True)
        margins: FloatArray = self.sign * (weights @ self.x.T - own)
        return margins

    def rivals(self, unit: int) -> tuple[IntArray, FloatArray]:
        """Return the units contested by one unit, and whose weighted sums their margins are."""
        others = np.flatnonzero(self.contested[unit])
        return others, self.sign * (self.x[others] - self.x[self.rows[unit]])

    def offer(self, weights: FloatArray, asked: IntArray) -> None:
        """Keep the weights, one vector for each unit asked, where they leave fewer against the unit."""
        count = self._against(weights, asked)
        better = count < self.count[asked]
        self.count[asked[better]] = count[better]
        self.at[asked[better]] = weights[better]

    def raise_bound(self, unit: int, least: float) -> None:
        """Note that beside the certain ones at least so many are against one unit."""
        self.bound[unit] = int(min(self.count[unit], max(self.bound[unit], self.certain[unit] + least)))

    def _against(self, weights: FloatArray, asked: IntArray) -> IntArray:
        against = (self.margins(weights, asked) > self.line) & self.contested[asked]
        count: IntArray = self.certain[asked] + against.sum(axis=1)
        return count


def fewest_against(side: Side, effort: float) -> Side:
    """Bring bound and count of each unit together, as far as the effort goes (0: by the walk alone)."""
    _walk(side)
    asked = side.open  # the work below is in milliseconds, fitted to lists of 100 and 300 units
    rivals = side.contested.sum(axis=1)
    asked, left = _affordable(asked, rivals[asked] ** 3 / 90_000.0, effort)
    clashes = {}
    for unit in asked.tolist():
        clashes[unit] = _clashes(side, unit)
        side.raise_bound(unit, _matched(clashes[unit]))
    asked = asked[(side.count > side.bound)[asked]]
    asked, _ = _affordable(asked, (rivals * (side.count - side.bound))[asked] ** 2 / 250.0, left)
    for unit in asked.tolist():
        _solve(side, unit, clashes[unit])
    return side


def _affordable(asked: IntArray, work: FloatArray, effort: float) -> tuple[IntArray, float]:
    """Return the easiest of the units that the effort is enough for, and what is left of it."""
    easiest = np.argsort(work, kind="stable")
    total = np.cumsum(work[easiest])
    some = total <= effort
    return asked[easiest][some], effort - float(total[some].max(initial=0.0))


def _walk(side: Side) -> None:
    """Frank–Wolfe on the sum of logistic functions of the contested margins, ever steeper."""
    width = np.abs(side.margins(side.at, np.arange(len(side.rows))))
    width = (width * side.contested).sum(axis=1) / np.maximum(side.contested.sum(axis=1), 1)
    floor = max(abs(side.line), np.finfo(float).tiny)
    weights = side.at.copy()
    for step in range(STEPS):
        asked = side.open
        if not asked.size:
            return
        steep = np.maximum(width[asked, None] * 0.95**step, floor)
        half = np.clip(side.margins(weights[asked], asked) / steep, -60.0, 60.0)
        pull = side.contested[asked] / np.cosh(0.5 * half) ** 2
        total = pull.sum(axis=1, keepdims=True)
        toward = side.sign * (pull @ side.x - total * side.x[side.rows[asked]])
        corner = side.box.tree.leaf_weights(side.box.lowest_weights(toward))
        weights[asked] += 2.0 / (step + 3.0) * (corner - weights[asked])
        side.offer(corner, asked)
        side.offer(weights[asked], asked)


def _clashes(side: Side, unit: int) -> IntArray:
    """Return the pairs ``(clashes, 2)`` of the unit's rivals of which one is against it whatever the weights.

    j and k clash where some share p of their margins m has min over the weights of p m_j + (1 - p) m_k above
    the line. That minimum is concave in p, so p is sought by halving; pairs that the weights found for any
    unit pass together are left out at once.
    """
    _, d = side.rivals(unit)
    passed = (side.at @ d.T <= side.line).astype(np.float32)
    first, second = np.nonzero(np.triu(passed.T @ passed == 0.0, 1))
    step = max(1, HELD // d.shape[1])
    clash = np.zeros(len(first), dtype=np.bool_)
    for at in range(0, len(first), step):
        block = slice(at, at + step)
        clash[block] = _always_one(side, d[first[block]], d[second[block]])
    return np.column_stack([first[clash], second[clash]])


def _always_one(side: Side, one: FloatArray, other: FloatArray) -> BoolArray:
    """Tell for pairs of rivals, ``(pairs, columns)`` each, whether one of the two is always against."""
    clash = np.zeros(len(one), dtype=np.bool_)
    share, sought = np.full(len(one), 0.5), np.arange(len(one))
    for step in range(2, HALVINGS + 2):
        p, these, those = share[sought, None], one[sought], other[sought]
        weights = side.box.tree.leaf_weights(side.box.lowest_weights(p * these + (1.0 - p) * those))
        margins = np.stack([(weights * these).sum(axis=1), (weights * those).sum(axis=1)])
        least = p[:, 0] * margins[0] + (1.0 - p[:, 0]) * margins[1]
        clash[sought] = least > side.line
        share[sought] += np.where(margins[0] > margins[1], 1.0, -1.0) * 0.5**step
        sought = sought[(least <= side.line) & (margins.max(axis=0) > side.line)]
    return clash


def _matched(pairs: IntArray) -> int:
    """Return the size of a matching of pairs, those of the units with fewest pairs taken first."""
    free = set(pairs.ravel().tolist())
    often = np.bincount(pairs.ravel())
    size = 0
    for one, other in pairs[np.argsort(often[pairs].sum(axis=1), kind="stable")].tolist():
        if one in free and other in free:
            free -= {one, other}
            size += 1
    return size


def _cliques(pairs: IntArray, size: int) -> list[list[int]]:
    """Return sets of rivals that all clash with each other, so that every pair is in one of them.

    Told pair by pair, a relaxed program counts half of each such set; told at once, all but one.
    """
    clash = np.zeros((size, size), dtype=np.bool_)
    clash[pairs[:, 0], pairs[:, 1]] = clash[pairs[:, 1], pairs[:, 0]] = True
    left, often, found = clash.copy(), clash.sum(axis=1), []
    for one, other in pairs.tolist():
        if not left[one, other]:
            continue
        some, common = [one, other], clash[one] & clash[other]
        while common.any():
            free = np.flatnonzero(common)
            new = left[some][:, free].sum(axis=0)  # pairs that are in no set yet
            some.append(int(free[np.lexsort((-often[free], -new))[0]]))
            common &= clash[some[-1]]
        left[np.ix_(some, some)] = False
        found.append(some)
    return found


def _solve(side: Side, unit: int, clashes: IntArray) -> None:
    """Look for fewer against one unit by a mixed-integer program, and raise its bound to what that proves.

    The program lets go of its rows by a margin, so that it proves no more than is true of ties; whether the
    units that it passes can all be passed without, a linear program says, which keeps clear of the ties.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    others, d = side.rivals(unit)
    most = side.high[unit, others]
    scale = np.maximum(most, 1e-3 * np.abs(d).max(axis=1))
    region, low, high = side.box.region()
    size, variables = len(others), region.shape[1]
    margins = np.zeros((size, variables))
    margins[:, side.box.tree.leaves] = d / scale[:, None]
    line = side.line / scale
    let_go = np.diag(np.maximum(most / scale - line - MARGIN, 0.0))
    together = _cliques(clashes, size)  # all but one of each are against the unit
    either = np.zeros((len(together), size))
    for row, some in enumerate(together):
        either[row, some] = 1.0
    count = np.concatenate([np.zeros(variables), np.ones(size)])
    fewer = side.count[unit] - side.certain[unit] - 1
    solved = milp(
        count,
        constraints=[
            LinearConstraint(np.pad(region, ((0, 0), (0, size))), low, high),
            LinearConstraint(np.hstack([margins, -let_go]), -np.inf, line + MARGIN),
            LinearConstraint(np.pad(either, ((0, 0), (variables, 0))), either.sum(axis=1) - 1.0, np.inf),
            LinearConstraint(count[None], 0, fewer),
        ],
        integrality=count,
        bounds=Bounds(0.0, np.where(count > 0.0, 1.0, np.inf)),
        options={"node_limit": NODES, "presolve": False},  # in some releases it loses solutions
    )
    if solved.x is not None:
        passed = solved.x[variables:] < 0.5
        local = _clear_of(side.box, margins[passed], line[passed])
        if local is not None:
            side.offer(side.box.tree.leaf_weights(local)[None], np.array([unit]))
    proved = np.inf if solved.status == INFEASIBLE else np.ceil((solved.mip_dual_bound or 0.0) - MARGIN)
    side.raise_bound(unit, proved)


def _clear_of(box: WeightBox, margins: FloatArray, line: FloatArray) -> FloatArray | None:
    """Return local weights that keep ``margins (rows, variables)`` below the line by as much as they can."""
    from scipy.optimize import linprog

    region, low, high = box.region()
    equal = low == high
    rows, most = inequalities(region, low, high)
    variables = region.shape[1]
    clear = np.repeat([1.0, 0.0], [len(margins), len(rows)])
    solved = linprog(
        np.concatenate([np.zeros(variables), [-1.0]]),
        A_ub=np.column_stack([np.vstack([margins, rows]), clear]),
        b_ub=np.concatenate([line, most]),
        A_eq=np.pad(region[equal], ((0, 0), (0, 1))),
        b_eq=low[equal],
        bounds=[(0.0, None)] * variables + [(None, 1.0)],
        options={"primal_feasibility_tolerance": PRECISION},
    )
    return None if solved.x is None else box.inside(solved.x[: box.tree.nodes])
