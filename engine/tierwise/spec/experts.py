"""[experts]: how the expert panel is read."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tierwise.spec.base import Section


class ExpertsSpec(Section):
    """The Delphi panel's scale."""

    scale_max: float | None = Field(
        None,
        gt=0,
        description="top of the scale, for the full-score ratio (default: 5, 7, 9, 10 or 100)",
    )
    sent: tuple[int, ...] = Field(
        (), description="questionnaires sent in each round, for the positive coefficient"
    )
    band: float = Field(
        1.0,
        gt=0,
        description="consensus: scores no further than this from the median agree (1 on 5 to 10 points)",
    )
    method: Literal["mean", "median", "trimmed", "authority"] = Field(
        "mean",
        description="how a node's scores become its weight; authority weighs the experts, also in draws",
    )
