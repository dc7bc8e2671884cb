"""[[scenarios]]: weight scenarios compared with the base."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, field_validator

from tierwise.methods.weightings import WEIGHTINGS
from tierwise.spec.base import Section, in_english
from tierwise.spec.index import Aggregation, Normalisation


class Variant(Section):
    """One named scenario: what differs from the base."""

    name: str = Field(min_length=1, description="shown in the tables and charts")
    weights: str | tuple[str, str] | Mapping[str, float] | None = Field(
        None,
        description="a source of [index] weights (equal, experts, entropy, critic, cv, pca …), two of them "
        "combined, `experts:CAMP` for one camp of the panel, or a table of codes and their weights among "
        "siblings; siblings that are not named share the rest as before (default: the base's weights)",
    )
    drop: tuple[str, ...] = Field((), description="nodes left out, with all below them")
    normalisation: Normalisation | None = Field(
        None, description="another normalisation (default: the base's)"
    )
    aggregation: Aggregation | tuple[Aggregation, ...] | None = Field(
        None, description="another aggregation (default: the base's)"
    )

    @field_validator("weights", mode="before")
    @classmethod
    def _kind(cls, value: object) -> object:
        two = isinstance(value, (list, tuple)) and len(value) == 2
        if not (value is None or two or isinstance(value, (str, Mapping))):
            raise ValueError("expected a name, two names, or a table of codes and weights")
        return in_english(value, [*WEIGHTINGS])
