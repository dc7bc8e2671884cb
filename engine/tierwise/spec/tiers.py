"""[tiers]: how the list is cut."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tierwise.spec.base import Section

TierMethod = Literal["ward", "average", "complete", "single", "fisher", "kmeans", "quantile", "fixed"]


class TiersSpec(Section):
    """Tiers of the selected units; 1 is the top."""

    count: int = Field(4, ge=1, description="number of tiers")
    method: TierMethod = Field("ward", description="how the boundaries are found")
    on: Literal["score", "indicators"] = Field(
        "score", description="what makes units alike: the score alone, or the normalised indicators with it"
    )
    contiguous: bool = Field(True, description="with on = indicators: only neighbours in rank share a tier")
    sizes: tuple[int, ...] | None = Field(None, description="of method fixed: number of units in each tier")
    cuts: tuple[float, ...] | None = Field(
        None, description="of method fixed: lowest score of each tier but the last"
    )
