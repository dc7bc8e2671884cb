"""Exact results of an index: the ranks that each unit can have, and how wrong the weights may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.weight_sets import WeightBox, weight_box
from tierwise.errors import Problem, TierwiseError, located, problem
from tierwise.inputs import Experts, Panel
from tierwise.methods.registry import named
from tierwise.methods.scores import Plan
from tierwise.proofs.changes import NORMS, contamination, simplex_probability, smallest_change
from tierwise.proofs.lines import Stability, stability_intervals
from tierwise.proofs.pairs import Dominance, critical, critical_pairs, dominance_over, nearest_rivals
from tierwise.proofs.ranks import RankRanges, rank_ranges
from tierwise.spec import Spec
from tierwise.study.draws import model_of
from tierwise.study.index import Index
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["summed"]

MOST_UNITS = 300  # of which the exact ranks are computed unasked
MOST_RIVALS = 500  # among which nearest rivals are looked for unasked
EFFORT = 600.0  # behind the robustness table


@dataclass(frozen=True, eq=False)
class Exact:
    """What holds under every weight of a set. Arrays are over ``units``, positions in the panel.

    ``weights`` is the set, None where the weight model can give any weights at all; ``ranks`` are the
    ranges over it; ``rival`` is the unit with which each changes places first, -1 where no change of ±100
    % does it, and ``spread`` the ±h at which it happens.
    """

    index: Index
    values: FloatArray  # (units of the panel, indicators), what the index adds up
    units: IntArray
    weights: WeightBox | None
    ranks: RankRanges | None
    rival: IntArray
    spread: FloatArray

    @cached_property
    def stability(self) -> Stability:
        """The interval of each node's weight within which the whole ranking holds."""
        return stability_intervals(self.values, self.index.local_weights, tree=self.index.plan.tree)

    @cached_property
    def dominance(self) -> Dominance:
        """Who is ahead of whom under every weight of the set, and under some; X007 without a set."""
        if self.weights is None:
            raise TierwiseError(problem("X007", "[uncertainty] weights"))
        return dominance_over(self.values, self.weights)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a unit, best first."""
        import pandas as pd

        panel = self.index.panel
        columns: dict[str, object] = {
            "code": [panel.codes[unit] for unit in self.units],
            "name": [panel.names[unit] for unit in self.units],
            "score": self.index.score[self.units],
            "rank": self.index.ranks[self.units],
        }
        if self.ranks is not None:
            columns |= {"rank_best_exact": self.ranks.best, "rank_worst_exact": self.ranks.worst}
        columns["nearest_rival"] = self.rival_names
        columns["critical_spread"] = self.spread
        frame = pd.DataFrame(columns)
        return frame.sort_values("rank", kind="stable").reset_index(drop=True)

    @property
    def rival_names(self) -> list[str | None]:
        """The name of each unit's nearest rival; None where there is none."""
        return [self.index.panel.names[unit] if unit >= 0 else None for unit in self.rival]

    def stability_frame(self) -> pd.DataFrame:
        """Return one row a node: its weight among its siblings, and what interval keeps the whole ranking."""
        import pandas as pd

        stability, framework = self.stability, self.index.framework
        names = [*self.index.panel.names, None]
        frame = pd.DataFrame(
            {
                "code": framework.codes,
                "name": framework.names,
                "weight": stability.weight,
                "low": stability.low,
                "high": stability.high,
                "low_ahead": [names[unit] for unit in stability.low_pair[:, 0]],
                "low_behind": [names[unit] for unit in stability.low_pair[:, 1]],
                "high_ahead": [names[unit] for unit in stability.high_pair[:, 0]],
                "high_behind": [names[unit] for unit in stability.high_pair[:, 1]],
            }
        )
        return frame.iloc[1:].reset_index(drop=True)

    def pair(self, first: str, second: str) -> pd.Series:
        """Return how firmly one unit stands ahead of another, each given by code or name.

        The difference in score; critical spreads of the box and of noise; the smallest changes of the
        indicators' global weights (L1, L2, Linf) that make them tie; the contamination under which the
        order holds; and the probability of the order when nothing is known of the weights. S021 for an
        unknown unit, S022 for a name of several.
        """
        import pandas as pd

        panel, tree, local = self.index.panel, self.index.plan.tree, self.index.local_weights
        rows = [panel.units.find(unit) for unit in (first, second)]
        d = (self.values[rows[0]] - self.values[rows[1]])[None]
        w = tree.leaf_weights(local)
        answers = {"difference": float((d @ w)[0])}
        for model in ("box", "noise"):
            box = weight_box(local, 1.0, tree=tree, model=model)
            answers[f"critical_spread_{model}"] = float(critical(box, d)[0])
        answers |= {f"change_{norm}": float(smallest_change(d, w, norm).distance[0]) for norm in NORMS}
        answers["contamination"] = float(contamination(d, w)[0])
        answers["p_simplex"] = float(simplex_probability(d)[0])
        return pd.Series(answers, name=f"{panel.names[rows[0]]} | {panel.names[rows[1]]}")

    def pairs_frame(self) -> pd.DataFrame:
        """Return the critical spread of every pair as a square table of names."""
        import pandas as pd

        box = weight_box(self.index.local_weights, 1.0, tree=self.index.plan.tree)
        spreads = critical_pairs(self.values, box)
        names = self.index.panel.names
        order = self.index.order
        return pd.DataFrame(spreads, index=names, columns=names).iloc[order, order]

    def __repr__(self) -> str:
        certain = 0 if self.ranks is None else int((self.ranks.best == self.ranks.worst).sum())
        fixed = "" if self.ranks is None else f"{certain} ranks certain, "
        closest = int(np.argmin(self.spread))
        name = self.index.panel.names[self.units[closest]]
        return f"Exact({len(self.units)} units: {fixed}closest call ±{self.spread[closest]:.2%}: {name})"


def exact(
    index: Index,
    spec: Spec | None = None,
    experts: Experts | None = None,
    *,
    spread: float | None = None,
    levels: Sequence[int] | None = None,
    units: Sequence[int] | IntArray | None = None,
    ranks: bool = True,
    effort: float = 30_000.0,
) -> Exact:
    """Return what can be proved about an index without draws.

    Args:
        index: the nominal index; one weighted mean of complete data (arithmetic, geometric, harmonic, power).
        spec: ``[uncertainty]``: the weights that its model can give are the set over which ranks range.
        experts: the expert panel, for the models that draw from one.
        spread: take the box of ±spread instead.
        levels: the levels that vary in that box (1 = dimensions), all when left out.
        units: positions of the units asked for (default: all).
        ranks: whether ranks are asked for, or only the nearest rivals; there are none under ``dense`` ties.
        effort: see :func:`tierwise.proofs.ranks.exact_ranks`.

    Raises:
        TierwiseError: X001 for a missing value, X005 for an index that is no such mean, X006 for one whose
            rounded scores are no sums; U1xx as the weight model.

    """
    spec = spec or Spec()
    values = summed_values(index)
    tree, local = index.plan.tree, index.local_weights
    if spread is not None:
        with located(_key):
            weights: WeightBox | None = weight_box(local, spread, tree=tree, levels=levels)
    else:
        weights = model_of(index, spec, experts).reach(tree)
    rows = np.arange(len(values)) if units is None else np.asarray(units, dtype=np.int64)
    ranges = None
    if ranks and weights is not None and index.spec.ties != "dense":
        steps = index.spec
        ranges = rank_ranges(
            values, weights, units=rows, ties=steps.ties, decimals=steps.decimals, effort=effort
        )
    rival, nearest = nearest_rivals(values, local, tree=tree)
    return Exact(index, values, rows, weights, ranges, rival[rows], nearest[rows])


def left_out(index: Index, spec: Spec) -> list[Problem]:
    """Return X008 where exact results would be given unasked if no figure were missing."""
    if spec.uncertainty.exact is not None or index.plan.complete or not _unasked(index):
        return []
    return [_blanks(index)]


def _blanks(index: Index) -> Problem:
    """Return X008: figures are missing."""
    blank = np.isnan(index.plan.values)
    row, column = (int(at[0]) for at in np.nonzero(blank))
    count, units = int(blank.sum()), int(blank.any(axis=1).sum())
    place = index.panel.place(row, column)
    return problem("X008", place, row=row, column=column, count=count, units=units)


def unproved(index: Index, spec: Spec, varied: Sequence[str], found: Exact | None) -> Problem | None:
    """Return why a run has no exact results, or no exact ranks; None where it has all.

    ``varied`` is what draws vary beside the weights, ``found`` what :func:`proved` returns. X008, X010 to
    X013: no results; X014 to X016: no ranks; X017: they are switched off.
    """
    if found is not None:
        return None if found.ranks is not None else _unranked(index, found)
    plan, place = index.plan, "[uncertainty] exact"
    if spec.uncertainty.exact is False:
        return problem("X017", place)
    if varied:
        names = [Text(one, named(one, "zh")) for one in varied]
        return problem("X013", "[uncertainty] methods", varied=names)
    if plan.common is None:
        return problem("X010", "[index] aggregation", rules=_rules(plan))
    if _rounded(index):
        return problem("X011", "[index] round", rule=plan.rules[0])
    long = problem("X012", place, units=len(index.panel), most=MOST_RIVALS)
    return long if plan.complete else _blanks(index)


def _unranked(index: Index, found: Exact) -> Problem:
    """Return why there are nearest rivals but no ranges of ranks."""
    if index.spec.ties == "dense":
        return problem("X014", "[index] ties")
    if found.weights is None:
        return problem("X015", "[uncertainty] weights")
    return problem("X016", "[uncertainty] exact", units=len(found.units), most=MOST_UNITS)


def proved(index: Index, listed: IntArray, spec: Spec, experts: Experts | None = None) -> Exact | None:
    """Return the exact results of the listed units as far as they apply to an index, None where they do not.

    Unasked they are computed where they cost little beside the draws: among up to 500 units, ranks for lists
    of up to 300. ``[uncertainty] exact`` asks for them in any list, or switches them off. Asked for where
    they do not apply, they raise what is in the way (X001, X005, X006).
    """
    asked = spec.uncertainty.exact
    if asked is False or (asked is None and not (index.plan.complete and _unasked(index))):
        return None
    ranks = asked or len(listed) <= MOST_UNITS
    return exact(index, spec, experts, units=listed, ranks=ranks, effort=EFFORT)


def _unasked(index: Index) -> bool:
    """Tell whether exact results of complete figures apply to an index, and cost little."""
    return index.plan.common is not None and not _rounded(index) and len(index.panel) <= MOST_RIVALS


def _rounded(index: Index) -> bool:
    """Tell whether scores that are no plain sums are rounded before they are ranked."""
    mean = index.plan.common
    return mean is not None and mean.positive and index.spec.decimals is not None


def summed_values(index: Index) -> FloatArray:
    """Return ``(units, indicators)`` values whose weighted sum ranks the units as the index does."""
    plan, panel = index.plan, index.panel
    with located(lambda raised: _place(raised, panel)):
        values = summed(plan)
    if _rounded(index):
        raise TierwiseError(problem("X006", "[index] round", rule=plan.rules[0]))
    return values


def _place(raised: Problem, panel: Panel) -> str:
    if raised.row is None or raised.column is None:
        return "[index] aggregation"
    return panel.place(raised.row, raised.column)


def summed(plan: Plan) -> FloatArray:
    """Return ``(units, indicators)`` values whose weighted sum ranks the units as the plan does.

    The normalised values themselves, their logs under a geometric mean, and so on for each mean. Raises X001
    for each missing value, X005 for scores that are no weighted mean throughout.
    """
    blank = np.argwhere(np.isnan(plan.values)).tolist()
    if blank:
        raise TierwiseError(
            *(problem("X001", argument="values", row=row, column=column) for row, column in blank)
        )
    mean = plan.common
    if mean is None:
        raise TierwiseError(problem("X005", argument="aggregation", rules=_rules(plan)))
    rises = np.diff(mean.back(np.array([1.0, 2.0])))[0] > 0.0
    return mean.forward(plan.values) if rises else -mean.forward(plan.values)


def _rules(plan: Plan) -> list[str]:
    """Return the rules of aggregation of a plan, and the methods by which its nodes are normalised again."""
    rules = {plan.rules[node] for node in plan.inner}
    return [*sorted(rules), *sorted({scale.method for scale in plan.scales.values()})]


def _key(raised: Problem) -> str:
    return f"[uncertainty] {raised.argument}" if raised.argument in {"spread", "levels"} else ""
