"""[index.weighting]: settings of the weights that [index] weights names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from tierwise.spec.base import Section

Weights = Literal[
    "auto",
    "framework",
    "experts",
    "equal",
    "ahp",
    "entropy",
    "critic",
    "cv",
    "pca",
    "factor",
    "first-component",
    "optimised",
]


class WeightingSpec(Section):
    """Settings of the weights; each source takes those that it knows."""

    scope: Literal["all", "within"] = Field(
        "all",
        description="weights from the data: of all indicators at once, a dimension weighing as much as its "
        "indicators together; within: of the indicators under each parent, the levels above as under auto",
    )
    combine: Literal["product", "root-product", "linear"] = Field(
        "product", description="of two sources: how an indicator's two weights make one"
    )
    share: float = Field(0.5, ge=0, le=1, description="combine linear: share of the first source")
    factors: int | None = Field(
        None, ge=1, description="pca, factor: number of factors (default: those over 10 %, to 60 % in all)"
    )
    ahp: Literal["eigenvector", "geometric-mean"] = Field(
        "eigenvector", description="ahp: how comparisons become weights"
    )
    target: Mapping[str, float] | None = Field(
        None, description="optimised: importance wanted of each indicator (default: its weight under auto)"
    )
    importance: Literal["r2", "correlation"] = Field(
        "r2", description="optimised: importance by squared correlation with the index, or by correlation"
    )
    negative: bool = Field(False, description="optimised, first-component: negative weights are allowed")
