"""[experts]: how the expert panel is read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from tierwise.inputs.experts import Coefficient
from tierwise.spec.base import Section

Method = Literal["mean", "median", "trimmed", "authority"]
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
    method: Method = Field(
        "mean",
        description="how a node's scores become its weight; authority weighs the experts, also in draws",
    )
    authority: Coefficient | None = Field(
        None,
        description="what the experts count by, in weights and draws: Cr, or one of its parts Ca and Cs "
        "(default: Cr where `method` is authority, else all count alike)",
    )
    drop: tuple[str, ...] = Field((), description="experts who are left out, of every round, by name")

    @property
    def rule(self) -> Method:
        """How scores become weights: ``method``, or by authority where ``authority`` says by which."""
        return self.method if self.authority is None else "authority"

    @field_validator("authority")
    @classmethod
    def _of_means(cls, value: Coefficient | None, info: ValidationInfo) -> Coefficient | None:
        if value is not None and info.data.get("method") in {"median", "trimmed"}:
            raise PydanticCustomError("unweighed", "only means weigh the experts")
        return value
