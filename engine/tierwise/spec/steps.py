"""[index.screen], impute, treat, normalise, aggregate: settings of the steps of an index."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tierwise.spec.base import Section

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


class NormaliseSpec(Section):
    """Settings of the normalisations; each method takes those that it knows."""

    to: tuple[float, float] = Field(
        (0.0, 1.0), description="range of min-max, percentile, goalposts, two-ended, log-min-max"
    )
    mean: float = Field(0.0, description="z-score: the mean that every indicator gets")
    sd: float = Field(1.0, gt=0, description="z-score: the standard deviation that every indicator gets")
    ddof: Literal[0, 1] = Field(1, description="z-score: the data's own divides by n - ddof")
    ties: Ties = Field("min", description="rank, percentile, borda, categorical: ranks of equal values")
    of: Literal["others", "all"] = Field(
        "others", description="percentile: (rank - 1) / (n - 1), or rank / n"
    )
    reference: str = Field(
        "mean",
        description="ratio-to-reference, distance-to-reference, indicator: mean, median, best or a unit",
    )
    base: float = Field(60.0, description="efficacy: score at the value that is not allowed")
    span: float = Field(40.0, gt=0, description="efficacy: what the satisfactory value has above the base")
    band: float = Field(0.2, ge=0, description="indicator: share of the reference that still counts as equal")
    bands: Literal["percentile", "value"] = Field("percentile", description="categorical: what edges are")
    band_edges: tuple[float, ...] = Field((5, 15, 35, 65, 85, 95), description="categorical: rising edges")
    band_scores: tuple[float, ...] = Field(
        (0, 20, 40, 50, 60, 80, 100), description="categorical: one score more than edges"
    )
    log_base: float = Field(2.718281828459045, gt=0, description="log: base of the logarithm")


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
