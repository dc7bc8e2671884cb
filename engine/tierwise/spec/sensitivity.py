"""[sensitivity]: which judgement moves the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from tierwise.sensitivities.methods import METHODS
from tierwise.spec.base import Section
from tierwise.spec.families import MethodName, field_of

if TYPE_CHECKING:  # a name that was found is plain text
    SensitivityMethod = str
else:

    class SensitivityMethod(MethodName, family=METHODS):
        """A method of sensitivity analysis."""


InputKind = Literal["groups", "indicators", "experts", "weights"]


class SensitivitySpec(Section):
    """Global sensitivity of ranks, scores and tier boundaries to the weights and methods that draws vary."""

    method: SensitivityMethod = Field(
        "sobol",
        description="sobol, shapley, morris, fast and hdmr run the index on designs of their own; rbd-fast, "
        "delta and pawn read weight draws",
    )
    samples: int = Field(
        1024,
        ge=1,
        description="base samples of sobol and shapley (a power of 2, or the next above; of shapley for "
        "indicators: orders), trajectories of morris, points of each curve of fast, draws of the others",
    )
    outputs: tuple[str, ...] | None = Field(
        None,
        min_length=1,
        description="rank_shift, rank:UNIT, score:UNIT, top:UNIT, tier:UNIT, cut:1 (cuts: every cut), "
        "cut_score:1, tier_changes, difference:UNIT|UNIT, units by code or name (default: rank_shift, cuts)",
    )
    inputs: InputKind | tuple[InputKind, ...] | None = Field(
        None,
        description="one input for each sibling group of weights, each indicator (and node), each expert, or "
        "all weights together; several are tabled one after the other (default: groups where the "
        "method takes them and there are two, else indicators)",
    )
    levels: tuple[int, ...] | None = Field(
        None,
        min_length=1,
        description="levels whose weights are inputs (1 = dimensions; default: those of [uncertainty])",
    )
    second: bool = field_of(METHODS, "second")
    confidence: float = field_of(METHODS, "confidence", lt=1)
    resamples: int = field_of(METHODS, "resamples")
    seed: int | None = Field(None, ge=0, description="of the samples (default: that of [uncertainty])")
