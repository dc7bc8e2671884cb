"""[panel]: data of several years: their scale, missing years, tiers, prices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from tierwise.spec.base import Section


class PanelSpec(Section):
    """How the years of a panel are made comparable; see ``docs/years.md``."""

    scale: str = Field(
        "each",
        pattern=r"^(each|pooled|base:\s*\d{4})$",
        description="where normalisations and treatments take their extremes, means and order from: each "
        "year by itself, all years pooled, or a base year for all: base:2018",
    )
    missing: Literal["none", "latest", "linear"] = Field(
        "none",
        description="values that a year lacks, before other imputations: none stay missing, latest takes the "
        "last earlier year's, linear draws a line between the years on both sides",
    )
    tiers: Literal["refit", "frozen"] = Field(
        "refit",
        description="tiers of each year: cut anew, or by the score cuts of the base year (without one, "
        "of this list)",
    )
    deflator: Mapping[str, str] = Field(
        default_factory=dict,
        description="figures in money = the column of their price index (100 = constant prices), by which "
        "they are divided",
    )

    since: int | None = Field(
        None,
        description="the earlier year whose list moves and changes_why compare this one with; left out: the "
        "year before",
    )

    @property
    def base(self) -> int | None:
        """The base year of the scale, None where there is none."""
        return int(self.scale.partition(":")[2]) if self.scale.startswith("base") else None
