"""Choices of method of a scenario: every combination computed once, and those that cannot be, named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.choices import Choices, Factor, MixedPartition, Variant, above_zero, combinations
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.methods.scores import Plan, scores
from tierwise.methods.tier_methods import METHODS as TIER_METHODS
from tierwise.methods.tiers import cut
from tierwise.names import nearest
from tierwise.spec import IndexSpec, MethodsSpec, TiersSpec
from tierwise.study.index import Index, plan_of
from tierwise.study.prepare import prepare

PLACE = "[uncertainty.methods]"
STEPS = ("normalisation", "aggregation", "missing", "outliers")


def choices_of(index: Index, settings: MethodsSpec) -> Choices | None:
    """Return what the settings let vary, over the units of an index; None where it is nothing.

    Rules that need values above 0 are given the normalised panel moved onto 0.01 … 1 by one line for all
    indicators, where it has values that are not.

    Raises:
        TierwiseError: U120 for each combination that cannot be computed, the first reason after it; U122 and
            U125 for noise of an indicator that is not there, or below 0.

    """
    problems = Problems()
    noise = np.zeros(0)
    with problems.caught():
        noise = _noise(index, settings)
    given = {name: getattr(settings, name) for name in STEPS}
    options = {name: ways for name, ways in given.items() if ways}
    factors = tuple(Factor(name, tuple(map(_label, ways))) for name, ways in options.items())
    left_out = np.concatenate([[-1], index.plan.tree.leaves]) if settings.leave_out else np.zeros(0, np.int64)
    if not (factors or left_out.size or noise.any()) and not problems.found:
        return None
    variants = []
    for combination in combinations(factors):
        ways = {name: options[name][at] for (name, at) in zip(options, combination, strict=True)}
        try:
            variants.append(_variant(index, index.spec.model_copy(update=ways)))
        except TierwiseError as error:
            problems.add("U120", PLACE, combination=", ".join(map(_label, ways.values())))
            problems.extend(error.problems[:1])
    problems.raise_any()
    return Choices(factors, tuple(variants), left_out.astype(np.int64), noise, index.framework.codes)


def tier_partition(settings: MethodsSpec, tiers: TiersSpec, count: int) -> MixedPartition | None:
    """Return tiers of a draw by one of several methods, None where the method does not vary.

    Raises :class:`TierwiseError` U121 for a method that cannot be varied.
    """
    if not settings.tiers:
        return None
    if tiers.on == "indicators" or any(TIER_METHODS[name].frozen for name in settings.tiers):
        raise TierwiseError(problem("U121", f"{PLACE} tiers"))
    return MixedPartition(tuple(MethodPartition(method, count) for method in settings.tiers))


@dataclass(frozen=True)
class MethodPartition:
    """Tiers by one method; picklable."""

    method: str
    count: int

    def __call__(self, scores: FloatArray, units: IntArray) -> IntArray:
        """Return the tier of each score, best first."""
        return cut(scores, self.count, self.method)


def _variant(index: Index, steps: IndexSpec) -> Variant:
    """Return the units of the index scored in another way."""
    ready = prepare(index.panel, index.framework, steps)
    assert ready.panel.codes == index.panel.codes  # who is compared follows from values, not from steps
    move = (0.0, 1.0)
    try:
        plan = plan_of(ready, index.framework, steps)
        _refuse_unscored(plan, index)
    except TierwiseError:
        move = above_zero(ready.normalised)
        moved = replace(ready, normalised=ready.normalised * move[1] + move[0])
        plan = plan_of(moved, index.framework, steps)
        _refuse_unscored(plan, index)
    return Variant(plan, ready.treated, ready.normaliser, move)


def _refuse_unscored(plan: Plan, index: Index) -> None:
    """Raise U124 where some unit has no score at the nominal weights."""
    missing = ~np.isfinite(scores(plan, index.local_weights[None])[0])
    if missing.any():
        raise TierwiseError(
            problem("U124", PLACE, units=[index.panel.names[row] for row in np.flatnonzero(missing)[:5]])
        )


def _noise(index: Index, settings: MethodsSpec) -> FloatArray:
    known = index.framework.indicators
    given: Mapping[str, float] = (
        settings.noise if isinstance(settings.noise, dict) else dict.fromkeys(known, settings.noise)
    )
    problems = Problems()
    for code, value in given.items():
        if code not in known:
            near = nearest(code, known)
            problems.add("U122", f"{PLACE} noise", value=code, nearest=near, choices=known)
        elif not 0.0 <= value < np.inf:
            problems.add("U125", f"{PLACE} noise", code=code, value=value)
    problems.raise_any()
    noise = np.array([given.get(code, 0.0) for code in known])
    return noise if noise.any() else np.zeros(0)


def _label(option: str | tuple[str, ...]) -> str:
    return option if isinstance(option, str) else " / ".join(option)
