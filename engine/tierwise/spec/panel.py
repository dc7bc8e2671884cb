"""[panel]: data of several years: their scale, missing years, tiers, prices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticKnownError

from tierwise.inputs.years import year_in
from tierwise.spec.base import Section, Year
from tierwise.words.keys import squeezed

SCALES: Final = "'each', 'pooled' or 'base:2018'"


class PanelSpec(Section):
    """How the years of a panel are made comparable; see ``docs/years.md``."""

    scale: str = Field(
        "each",
        description="where normalisations and treatments take their extremes, means and order from: each "
        "year by itself, all years pooled, or a base year for all: base:2018",
        json_schema_extra={
            "zh": "标准化与异常值处理的极值、均值和次序取自何处：each各年自身，pooled各年合并，"
            "base:2018以某年为基准",
            "name": ["Scale of several years", "多年标准化基准"],
            "choices": {"each": "各年自身", "pooled": "各年合并"},
        },
    )
    missing: Literal["none", "latest", "linear"] = Field(
        "none",
        description="values that a year lacks, before other imputations: none stay missing, latest takes the "
        "last earlier year's, linear draws a line between the years on both sides",
        json_schema_extra={
            "zh": "某年缺失值在其他插补之前的处理：none不处理，latest取此前最近一年，"
            "linear按前后两年线性内插",
            "name": ["Gaps of a year", "某年缺失值处理"],
            "choices": {"none": "不处理", "latest": "取此前最近一年", "linear": "按前后两年线性内插"},
        },
    )
    tiers: Literal["refit", "frozen"] = Field(
        "refit",
        description="tiers of each year: cut anew, or by the score cuts of the base year (without one, "
        "of this list)",
        json_schema_extra={
            "zh": "各年梯队：refit逐年重新划分，frozen沿用基准年（未设基准年时为本期）的得分分界",
            "name": ["Tiers of several years", "各年梯队"],
            "choices": {"refit": "逐年重新划分", "frozen": "沿用基准年"},
        },
    )
    deflator: Mapping[str, str] = Field(
        default_factory=dict,
        description="figures in money = the column of their price index (100 = constant prices), by which "
        "they are divided",
        json_schema_extra={
            "zh": "按现价计的数字及其价格指数所在的列（100＝不变价），数字除以价格指数",
            "name": ["Price indices", "价格指数列"],
        },
    )

    since: Year | None = Field(
        None,
        description="the earlier year whose list moves and changes_why compare this one with; left out: the "
        "year before",
        json_schema_extra={
            "zh": "位次变动（moves、changes_why）与哪一年相比；不填为上一年",
            "name": ["Moves are told since", "位次变动对比年份"],
        },
    )

    @field_validator("scale")
    @classmethod
    def _plain(cls, value: str) -> str:
        """Take a base year in any of the ways to say it, alone too."""
        word = squeezed(value)
        year = year_in(word.removeprefix("base:"))
        if year is not None:
            return f"base:{year}"
        if word not in {"each", "pooled"}:
            raise PydanticKnownError("literal_error", {"expected": SCALES})
        return word

    @property
    def base(self) -> int | None:
        """The base year of the scale, None where there is none."""
        return int(self.scale.partition(":")[2]) if self.scale.startswith("base") else None
