"""[index]: how scores come from values."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tierwise.spec.base import Section

Missing = Literal["error", "reweight"]
Normalisation = Literal["min-max", "z-score", "rank", "goalposts"]
Aggregation = Literal["arithmetic", "geometric"]
Ties = Literal["min", "max", "average", "dense", "ordinal"]
Weights = Literal["auto", "framework", "experts", "equal"]


class IndexSpec(Section):
    """The steps from a panel to scores and ranks."""

    missing: Missing = Field("error", description="what is done about missing values")
    normalisation: Normalisation = Field(
        "min-max", description="of every indicator that names none in the framework"
    )
    aggregation: Aggregation | tuple[Aggregation, ...] = Field(
        "arithmetic", description="one rule for the tree, or one for each level from the top"
    )
    weights: Weights = Field(
        "auto",
        description="auto: the framework's where it gives any, else the experts', else equal",
    )
    ties: Ties = Field("min", description="rank of equal scores; min gives 1, 2, 2, 4")
    round: int | None = Field(None, ge=0, le=15, description="decimals of the score before ranking")
