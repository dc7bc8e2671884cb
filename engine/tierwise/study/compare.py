"""Weight scenarios side by side with the base: ranks, tiers, and how far each list is from the base's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.setup import Setup, setup
from tierwise.draws.tier_rules import cutter
from tierwise.errors import Problems, TierwiseError, located, refuse_other_types
from tierwise.inputs import Experts, Framework, Panel
from tierwise.spec import Spec, Variant
from tierwise.study.columns import whole
from tierwise.study.draws import Repartition, tier_rule
from tierwise.study.index import Index, index
from tierwise.study.tiers import Tiers, tiers
from tierwise.study.variants import Inputs, check_variants, variant_index
from tierwise.whatif.lists import Differences, Lists, base_list, differences, kendall, lists

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Comparison:
    """Scenarios compared with the base list.

    ``lists`` holds ranks and tiers ``(scenarios, units)`` over the base's units; a unit without a score in a
    scenario has rank NaN and tier 0. ``indices`` are the scenarios' own indices.
    """

    base: Index
    tiers: Tiers
    variants: tuple[Variant, ...]
    indices: tuple[Index, ...]
    base_list: Lists
    lists: Lists

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the scenarios."""
        return tuple(variant.name for variant in self.variants)

    @cached_property
    def differences(self) -> Differences:
        """How each scenario differs from the base."""
        return differences(self.base_list, self.lists)

    @property
    def has_tiers(self) -> bool:
        """Whether tiers are runs in rank; types of units are not compared."""
        return bool(self.base_list.tiers.any())

    @cached_property
    def lost(self) -> IntArray:
        """Number of the base's units without a score in each scenario."""
        blank: IntArray = np.isnan(self.lists.ranks).sum(axis=1, dtype=np.int64)
        return blank

    @cached_property
    def kendall(self) -> FloatArray:
        """Kendall's tau-b with the base, ``(scenarios,)``."""
        return np.array([kendall(self.base_list.ranks[0], ranks) for ranks in self.lists.ranks])

    def to_frame(self) -> pd.DataFrame:
        """Return one row a scenario: rank shifts, correlations, tier changes, entries and exits."""
        import pandas as pd

        differ = self.differences
        columns: dict[str, object] = {
            "scenario": self.names,
            "rank_shift_mean": differ.rank_shift_mean,
            "rank_shift_max": whole(differ.rank_shift_max),
            "spearman": differ.spearman,
            "kendall": self.kendall,
        }
        if self.has_tiers:
            columns["units_changing_tier"] = differ.units_changing_tier
        if self.tiers.top < len(self.base.panel) or (self.lost > 0).any():
            columns |= {"entries": differ.entries, "exits": differ.exits}
        if (self.lost > 0).any():
            columns["units_unranked"] = self.lost
        return pd.DataFrame(columns)

    def __repr__(self) -> str:
        parts = [
            f"{name}: {shift:.3g}"
            for name, shift in zip(self.names, self.differences.rank_shift_mean, strict=True)
        ]
        return f"Comparison({len(parts)} scenarios, mean rank shift: {', '.join(parts)})"


def compare(
    panel: Panel,
    framework: Framework,
    spec: Spec | None = None,
    experts: Experts | None = None,
    *,
    variants: Sequence[Variant] | None = None,
    base: Index | None = None,
    tiers_of_base: Tiers | None = None,
) -> Comparison:
    """Return scenarios side by side with the base.

    Each scenario is an index of its own, computed as the base is, from its weights, without what it drops.
    Ranks are compared over all units. Tiers are found as in a draw (``[uncertainty] tiers``); where a
    scenario normalises or aggregates in another way, its scores are on another scale, and its tiers are
    found again. With ``[tiers] count = "auto"`` scenarios have as many tiers as the base.

    Args:
        panel: units x indicators of the framework.
        framework: the tree, its directions, goalposts and weights.
        spec: the settings; ``scenarios`` holds the scenarios.
        experts: the expert panel.
        variants: other scenarios than those of the spec.
        base: the base's index, computed when left out.
        tiers_of_base: its tiers, found when left out.

    Raises:
        TierwiseError: every problem of every scenario at once; S024 for arguments of other types.

    """
    refuse_other_types(
        panel=(panel, Panel),
        framework=(framework, Framework),
        spec=(spec, Spec | None),
        experts=(experts, Experts | None),
        base=(base, Index | None),
        tiers_of_base=(tiers_of_base, Tiers | None),
    )
    spec = spec or Spec()
    variants = tuple(spec.scenarios if variants is None else variants)
    for variant in variants:
        refuse_other_types(variants=(variant, Variant))
    wrong = check_variants(variants, framework, experts)
    if wrong:
        raise TierwiseError(*wrong)
    base = base or index(panel, framework, spec, experts)
    cut = tiers_of_base or tiers(base, spec)
    inputs = Inputs(panel, framework, experts, spec, base)
    problems, indices = Problems(), []
    for variant in variants:
        with problems.caught():
            indices.append(variant_index(variant, inputs))
    problems.raise_any()
    made = setup_of(base, cut, spec)
    listed = [_list(variant, one, base, made) for variant, one in zip(variants, indices, strict=True)]
    units = len(base.panel)
    together = Lists(
        np.array([ranks for ranks, _ in listed]).reshape(-1, units),
        np.array([own for _, own in listed], dtype=np.int64).reshape(-1, units),
        made.top,
    )
    return Comparison(base, cut, variants, tuple(indices), base_list(made), together)


def setup_of(base: Index, cut: Tiers, spec: Spec) -> Setup:
    """Return what makes scores a list, as in the draws; without tiers where the groups are types."""
    return setup(
        base.scores[:, 0],
        len(base.framework.codes),
        ties=base.spec.ties,
        decimals=base.spec.decimals,
        half=base.spec.half,
        top=cut.top,
        tiers=tier_rule(base, cut, spec) if has_tiers(cut, spec) else None,
    )


def has_tiers(cut: Tiers, spec: Spec) -> bool:
    """Return whether tiers are runs in rank, in the base and in whatever list follows it."""
    return cut.contiguous and (spec.tiers.contiguous or spec.tiers.on == "score")


def _list(variant: Variant, rescored: Index, base: Index, made: Setup) -> tuple[FloatArray, IntArray]:
    """Return ranks and tiers ``(units,)`` of a scenario over the base's units."""
    position = {code: unit for unit, code in enumerate(rescored.panel.codes)}
    rows = np.array([position.get(code, -1) for code in base.panel.codes])
    scores = np.where(rows >= 0, rescored.scores[rows, 0], np.nan)
    rule, frozen = made.tiers, None
    if rule is not None:
        if isinstance(rule.partition, Repartition):
            indicators = np.where(rows[:, None] >= 0, rescored.plan.values[rows], np.nan)
            rule = replace(rule, partition=replace(rule.partition, indicators=indicators))
        if variant.normalisation is not None or variant.aggregation is not None:
            rule = replace(rule, rule="refit")
        frozen = cutter(rule, made.compared[made.selected], made.selected)
    with located(lambda _: variant.place()):
        one = lists(made, scores[None], frozen)
    return one.ranks[0], one.tiers[0]
