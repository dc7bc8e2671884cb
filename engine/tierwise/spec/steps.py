"""[index.screen], impute, treat, normalise, aggregate: settings of the steps of an index."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.spec.base import Section
from tierwise.spec.families import settings_of

Ties = Literal["min", "max", "average", "dense", "ordinal"]
Bounds = tuple[float, float]


class ScreenSpec(Section):
    """Which units have enough data to be compared."""

    share: float = Field(0.0, ge=0, le=1, description="share of the indicators that a unit must have")
    zeros: bool = Field(False, description="a zero counts as no data")
    keep: tuple[str, ...] = Field((), description="units (code or name) that stay all the same")
    drop: tuple[str, ...] = Field((), description="units (code or name) that are left out all the same")


class ImputeSpec(Section):
    """Settings of the imputations."""

    groups: tuple[str, ...] = Field(
        (),
        description="group-mean, group-median: columns of groups, the next where one has no value "
        "(default: the first)",
    )
    neighbours: int = Field(5, ge=1, description="knn: number of similar units")
    rounds: int = Field(100, ge=1, description="regression: rounds at most")


class TreatSpec(Section):
    """When an indicator's outliers are treated, and how."""

    skewness: float = Field(2.0, ge=0, description="treated if |skewness| is at least this")
    kurtosis: float = Field(
        3.5, description="and excess kurtosis at least this (both as Excel computes them)"
    )
    points: int = Field(5, ge=1, description="winsorise: points at most")
    then: Literal["log", "box-cox", "none"] = Field(
        "log", description="winsorise: done where that is not enough"
    )
    shift: Literal["range", "one", "none"] | None = Field(
        None,
        description="log, box-cox: of x - min + 1 % of the range, of x - min + 1, or of x "
        "(default: range; box-cox: none)",
    )
    power: float | None = Field(None, description="box-cox: λ (default: of greatest likelihood)")
    force: tuple[str, ...] = Field((), description="indicators that are treated whatever their shape")


class NormaliseSpec(settings_of(NORMALISATIONS)):  # type: ignore[misc]  # its keys stand in the signatures
    """Settings of the normalisations; each method takes those that it knows."""


class AggregateSpec(Section):
    """Settings of the rules of aggregation; each rule takes those that it knows."""

    power: float = Field(
        2.0, ge=-20, le=20, description="power: the exponent (1 arithmetic, 0 geometric, -1 harmonic)"
    )
    sign: Literal["minus", "plus"] = Field(
        "minus", description="mazziotta-pareto: minus where more is better, plus where the index is bad"
    )
    count: Literal["shares", "wins"] = Field(
        "shares", description="copeland: shares of weight, or wins less losses by majority"
    )
    share_bounds: Bounds = Field((0.0, 1.0), description="benefit-of-the-doubt: a child's share of the score")
    weight_bounds: Bounds = Field(
        (0.0, 1.0), description="benefit-of-the-doubt: a child's share of the weights"
    )
    spread: float | None = Field(
        None, ge=0, description="benefit-of-the-doubt: weights within ± this share of the given ones"
    )
