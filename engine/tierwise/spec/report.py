"""[report]: the ranking report's own tables, and the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from tierwise.spec.base import Section


class ReportSpec(Section):
    """What the tables by group, by tier, by year and the audit show."""

    groups: tuple[str, ...] | None = Field(
        None,
        description="group columns that are tabulated (default: those with few enough groups, and the region "
        "of Chinese provinces)",
    )
    width: int | None = Field(
        None, ge=1, description="ranks of a band: 10 gives 1-10, 11-20, … (default: 10, more on long lists)"
    )
    profile: tuple[str, ...] | None = Field(
        None, description="figures whose mean each tier shows: indicators and extra columns (default: all)"
    )
    year: int | None = Field(
        None, description="year of this list (default: the one after the last in the history)"
    )
    noun: str | None = Field(
        None, description="what a unit is called in the report's sentences, in the plural: counties"
    )
    source: str | None = Field(
        None, description="source of the data, printed under every table and figure of the report"
    )
    tops: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (10, 20, 30), description="history: streaks among the first of these"
    )
    years: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (3, 5), description="history: streaks over the last of these, this list's included"
    )
    renamed: Mapping[str, str] = Field(
        default_factory=dict, description="former code = present code, for units that were renamed"
    )
    acceptability: Literal["auto", "each", "bands"] = Field(
        "auto",
        description="probability of each rank, or of bands of ranks after the listed ones (auto: bands "
        "beyond 1000 units)",
    )
    tier_quality: bool = Field(True, description="criteria for the number of tiers, and their stability")
    audit: bool = Field(True, description="correlations, consistency, importance, leaving one out")
    one_at_a_time: bool = Field(
        True, description="what one weight at a time does: swings by a stated change, sweeps through a range"
    )
