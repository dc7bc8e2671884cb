"""[uncertainty.methods]: choices of method that draws vary beside the weights."""

from __future__ import annotations

from pydantic import Field

from tierwise.spec.base import Section
from tierwise.spec.index import Aggregation, Missing, Normalisation, Outliers
from tierwise.spec.tiers import TierMethod


class MethodsSpec(Section):
    """What else a draw may choose, each option as likely as the others."""

    normalisation: tuple[Normalisation, ...] = Field((), description="of indicators that name none")
    aggregation: tuple[Aggregation | tuple[Aggregation, ...], ...] = Field(
        (), description="each a rule for the tree, or a list with one for each level"
    )
    missing: tuple[Missing, ...] = Field((), description="what is done about missing values")
    outliers: tuple[Outliers, ...] = Field((), description="treatment of outliers")
    tiers: tuple[TierMethod, ...] = Field((), description="how boundaries are found, under tiers = refit")
    leave_out: bool = Field(False, description="leave one indicator out, or none, each as likely")
    noise: float | dict[str, float] = Field(
        0.0, description="relative standard error of every indicator's values, or of those named"
    )
