"""The reverse question with labels: units and nodes by code or name, the answer as a frame and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.expert_scores import expert_scores
from tierwise.draws.models_base import varied_groups
from tierwise.draws.weight_sets import WeightBox, hull, weight_box, whole_simplex
from tierwise.errors import Problems, located
from tierwise.inputs import Experts
from tierwise.methods.scores import scores
from tierwise.spec import Target
from tierwise.study.exact import summed_values
from tierwise.study.index import Index
from tierwise.study.reverse_sentences import answer_text
from tierwise.study.tiers import Tiers
from tierwise.whatif.reverse import Answer, ListRule, Wanted, closest
from tierwise.words.language import Language

if TYPE_CHECKING:
    import pandas as pd

KEPT: Final = ("code", "parent", "level", "global")  # headings beside the targets' own


@dataclass(frozen=True)
class Reverse:
    """The answer to a reverse question."""

    index: Index
    wanted: Wanted
    rule: ListRule
    norm: str
    answer: Answer

    @property
    def feasible(self) -> bool:
        """Whether any allowed weights give the wanted list."""
        return self.answer.feasible

    @property
    def moved(self) -> float:
        """The share of the whole weight that goes from some indicators to others: half the L1 distance."""
        return self.answer.l1 / 2.0

    @property
    def scores(self) -> FloatArray:
        """The index ``(units,)`` under the weights found, NaN where there are none."""
        if self.answer.local is None:
            return np.full(len(self.index.panel), np.nan)
        scored: FloatArray = scores(self.index.plan, self.answer.local[None])[0]
        return scored

    @property
    def ranks(self) -> FloatArray:
        """Ranks ``(units,)`` under the weights found."""
        return self.rule.ranks(self.scores) if self.feasible else self.scores

    @property
    def tiers(self) -> IntArray:
        """Tiers ``(units,)`` under the weights found, between the frozen cuts."""
        return self.rule.tiers(self.scores)

    def text(self, language: Language = "en") -> str:
        """Return the answer as a sentence."""
        index = self.index
        return answer_text(self.answer, index.framework, index.panel.names, self.norm, language)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a node: its local and global weight, those found, and the change."""
        import pandas as pd

        framework, local = self.index.framework, self.answer.local
        nodes = range(1, len(framework.codes))
        new = np.full(len(framework.codes), np.nan) if local is None else local
        whole = framework.tree.global_weights(new)
        return pd.DataFrame(
            {
                "code": framework.codes[1:],
                "parent": [framework.parent_of(node) for node in nodes],
                "level": framework.tree.level[1:],
                "local": framework.local_weights[1:],
                "local_found": new[1:],
                "global": framework.global_weights[1:],
                "global_found": whole[1:],
                "weight_change": whole[1:] - framework.global_weights[1:],
            }
        )

    def __repr__(self) -> str:
        return f"Reverse({self.text()})"


def reverse(
    index: Index,
    cut: Tiers | None = None,
    *,
    order: Sequence[str] = (),
    ranks: Mapping[str, int] | None = None,
    tiers: Mapping[str, int] | None = None,
    norm: str = "L1",
    spread: float | None = None,
    experts: Experts | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    levels: Sequence[int] | None = None,
    place: str = "",
) -> Reverse:
    """Return the weights nearest to the index's own that give a wanted list, or why no weights do.

    Args:
        index: an index that is one weighted mean throughout, without blanks.
        cut: its tiers; needed for ``tiers``, whose cuts stay where they are.
        order: units, by code or name, each of which is to be ahead of the next.
        ranks: unit and the rank that it is to have, or a better one.
        tiers: unit and the tier that it is to be in.
        norm: ``L1`` or ``L2``, the distance between global weights of the indicators.
        spread: the weights may be off the index's own by ±h at most; left out, they may be any.
        experts: the weights lie between those of the experts (not together with ``spread``).
        bounds: least and largest local weight of some nodes, by code or name.
        levels: only weights at these levels may change (1 = dimensions).
        place: where the question stands, for messages.

    Raises:
        TierwiseError: every problem of the question at once: S021 to S023, V302 to V308, V309 when a program
            does not end; X001, X005, X006 for an index whose ranks do not follow from sums; U1xx for the
            panel.

    """
    with located(lambda raised: f"{place}: {raised.argument}".strip(": ")):
        problems = Problems()
        wanted = _wanted(index, cut, order, ranks or {}, tiers or {}, problems)
        named = _bounds(index, bounds or {}, problems)
        if spread is not None and experts is not None:
            problems.add("V306", argument="spread")
        values, box = np.empty((0, 0)), None
        with problems.caught():
            values = summed_values(index)
        with problems.caught():
            box = _box(index, spread, experts, levels)
        problems.raise_any()
        assert box is not None
        limits = () if cut is None or not cut.contiguous else tuple(cut.cut_scores.tolist())
        rule = ListRule(index.spec.ties, index.spec.decimals, index.spec.half, limits)
        answer = closest(index.plan, values, box, wanted, rule, norm=norm, bounds=named)
    return Reverse(index, wanted, rule, norm.upper(), answer)


def _box(
    index: Index, spread: float | None, experts: Experts | None, levels: Sequence[int] | None
) -> WeightBox:
    """Return the allowed weights: any, within ±spread, or between the experts'."""
    tree, local = index.plan.tree, np.array(index.local_weights)
    if spread is not None:
        return weight_box(local, spread, tree=tree, levels=levels)
    groups = varied_groups(tree, local, levels)
    if experts is None:
        return whole_simplex(tree, local, groups)
    last = experts.last
    panel = expert_scores(tree, groups, experts.on_nodes(index.framework), local, authority=last.authority)
    return hull(tree, local, panel.shares)


def _wanted(
    index: Index,
    cut: Tiers | None,
    order: Sequence[str],
    ranks: Mapping[str, int],
    tiers: Mapping[str, int],
    problems: Problems,
) -> Wanted:
    rows = index.panel.units.rows(order, problems, argument="order")
    if len(order) == 1 or len({*rows}) < len(rows):
        problems.add("V302", argument="order")
    if not (order or ranks or tiers):
        problems.add("V305")
    by_rank = index.panel.units.keyed(ranks, problems, argument="ranks")
    for most in ranks.values():
        if not 1 <= most <= len(index.panel):
            problems.add("V303", argument="ranks", rank=most, most=len(index.panel))
    by_tier = index.panel.units.keyed(tiers, problems, argument="tiers")
    _check_tiers(cut, tiers, problems)
    return Wanted(tuple(rows), by_rank, by_tier)


def _check_tiers(cut: Tiers | None, tiers: Mapping[str, int], problems: Problems) -> None:
    """Note V308 where there are no tiers to ask for, V304 for tiers that there are not."""
    if tiers and (cut is None or not cut.contiguous):
        problems.add("V308", argument="tiers")
    elif cut is not None:
        for tier in tiers.values():
            if not 1 <= tier <= cut.count:
                problems.add("V304", argument="tiers", tier=tier, most=cut.count)


def _bounds(
    index: Index, bounds: Mapping[str, tuple[float, float]], problems: Problems
) -> dict[int, tuple[float, float]]:
    limits = {}
    for node, (low, high) in index.framework.nodes.keyed(bounds, problems, argument="bounds").items():
        if not 0.0 <= low <= high <= 1.0:
            problems.add("V307", argument="bounds", code=index.framework.codes[node], low=low, high=high)
        else:
            limits[node] = (float(low), float(high))
    return limits


def reversed_targets(
    targets: Sequence[Target], index: Index, cut: Tiers, experts: Experts | None
) -> tuple[tuple[str, Reverse], ...]:
    """Return the answers to the questions of a scenario, by name.

    Raises:
        TierwiseError: every problem of every question at once.

    """
    problems, answers = Problems(), []
    for number, target in enumerate(targets):
        place = f"[[targets]] {target.name}"
        if target.name in {*KEPT, *(other.name for other in targets[:number])}:
            problems.add("V205", place, name=target.name, kept=KEPT)
        if target.hull and experts is None:
            problems.add("W005", place)
            continue
        given = {
            key: getattr(target, key)
            for key in ("order", "ranks", "tiers", "norm", "spread", "bounds", "levels")
        }
        with problems.caught():
            answer = reverse(index, cut, experts=experts if target.hull else None, place=place, **given)
            answers.append((target.name, answer))
    problems.raise_any()
    return tuple(answers)
