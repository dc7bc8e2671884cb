"""[experts]: how the expert panel is read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tierwise.spec.base import Section

Positive = Annotated[float, Field(gt=0)]


class ExpertsSpec(Section):
    """The Delphi panel's scale."""

    scale_max: Positive | tuple[Positive, ...] | None = Field(
        None,
        description="top of the scale, for the full-score ratio; a list has one for each round "
        "(default: 5, 7, 9, 10 or 100)",
    )
    sent: tuple[int, ...] = Field(
        (), description="questionnaires sent in each round, for the positive coefficient"
    )
    band: float | None = Field(
        None,
        gt=0,
        description="consensus: scores no further than this from the median agree (default: 1 on scales to "
        "10, 0.5 to 3, a tenth of longer ones)",
    )
    method: Literal["mean", "median", "trimmed", "authority"] = Field(
        "mean",
        description="how a node's scores become its weight; authority weighs the experts, also in draws",
    )
