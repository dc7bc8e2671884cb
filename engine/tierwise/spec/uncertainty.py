"""[uncertainty]: what is drawn, how often, and what is read off the draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from tierwise.draws.blocks import DRAWS
from tierwise.draws.models import MODELS
from tierwise.spec.base import Section
from tierwise.spec.choices import MethodsSpec
from tierwise.spec.families import MethodName, field_of

if TYPE_CHECKING:  # a name that was found is plain text
    WeightModelName = str
else:

    class WeightModelName(MethodName, family=MODELS):
        """A weight model."""


TierDraws = Literal["refit", "fixed-cuts", "fixed-sizes"]


class UncertaintySpec(Section):
    """The weight draws behind the robustness table."""

    weights: WeightModelName | None = Field(
        None,
        description="model of the weights (default: bootstrap with an expert panel, box without one and "
        "around weights from the data)",
    )
    spread: float = field_of(MODELS, "spread")
    levels: tuple[int, ...] | None = Field(
        None, min_length=1, description="levels whose weights vary (1 = dimensions)"
    )
    of: Literal["experts", "mean"] | None = field_of(MODELS, "of", default=None)
    draws: Annotated[int, Field(ge=1)] | Literal["auto"] = Field(
        DRAWS, description="number of weight vectors; auto: as many as the tolerance needs"
    )
    tolerance: float = Field(
        0.005, gt=0, le=0.1, description="of draws = auto: largest Monte Carlo error of a probability"
    )
    seed: int = Field(1, ge=0, description="the same seed gives the same numbers everywhere")
    interval: float = Field(0.90, gt=0, lt=1, description="share of draws between rank_low and rank_high")
    exact: bool | None = Field(
        None,
        description="prove the best and worst possible rank and the nearest rival of each listed unit "
        "(default: in lists of up to 300 out of up to 500 units)",
    )
    methods: MethodsSpec = MethodsSpec()
    tiers: TierDraws = Field("refit", description="tiers found again in each draw, or cuts frozen")
