"""[[targets]]: lists that are wanted, for which the nearest weights are sought."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from tierwise.spec.base import Section


class Target(Section):
    """One reverse question: the weights, nearest to the index's own, that would give a list."""

    name: str = Field(min_length=1, description="shown in the tables")
    order: tuple[str, ...] = Field((), description="units, each of which is to be ahead of the next")
    ranks: Mapping[str, int] = Field(
        default_factory=dict, description="unit = the rank that it is to have, or a better one"
    )
    tiers: Mapping[str, int] = Field(
        default_factory=dict, description="unit = the tier that it is to be in; the cuts stay where they are"
    )
    norm: Literal["L1", "L2"] = Field("L1", description="distance between global weights of the indicators")
    spread: float | None = Field(
        None, gt=0, le=1, description="weights within ±h of the index's own (default: any weights)"
    )
    hull: bool = Field(False, description="weights between those of the experts")
    bounds: Mapping[str, tuple[float, float]] = Field(
        default_factory=dict, description="code = least and largest local weight"
    )
    levels: tuple[int, ...] | None = Field(
        None, description="levels whose weights may change (1 = dimensions)"
    )
