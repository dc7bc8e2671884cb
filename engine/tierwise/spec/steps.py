"""[index.screen], impute, treat, normalise, aggregate: settings of the steps of an index."""

from __future__ import annotations

from pydantic import Field

from tierwise.methods.aggregate import RULES
from tierwise.methods.impute import METHODS as IMPUTATIONS
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.outliers import METHODS as TREATMENTS
from tierwise.spec.base import Section
from tierwise.spec.families import settings_of


class ScreenSpec(Section):
    """Which units have enough data to be compared."""

    share: float = Field(
        0.0,
        ge=0,
        le=1,
        description="share of the indicators that a unit must have",
        json_schema_extra={
            "zh": "单位参评至少须有数据的指标比例",
            "name": ["Least share of data of a unit", "参评最低数据比例"],
        },
    )
    zeros: bool = Field(
        False,
        description="a zero counts as no data",
        json_schema_extra={"zh": "零值视同无数据", "name": ["Zeros are no data", "零值视同缺失"]},
    )
    keep: tuple[str, ...] = Field(
        (),
        description="units (code or name) that stay all the same",
        json_schema_extra={
            "zh": "无论数据多少都保留的单位（代码或名称）",
            "name": ["Units kept all the same", "必须保留的单位"],
        },
    )
    drop: tuple[str, ...] = Field(
        (),
        description="units (code or name) that are left out all the same",
        json_schema_extra={
            "zh": "无论数据多少都剔除的单位（代码或名称）",
            "name": ["Units left out", "剔除的单位"],
        },
    )


class ImputeSpec(settings_of(IMPUTATIONS)):  # type: ignore[misc]  # its keys stand in the signatures
    """Settings of the imputations; each method takes those that it knows."""


class TreatSpec(settings_of(TREATMENTS)):  # type: ignore[misc]  # as above
    """When an indicator's outliers are treated, and how."""

    force: tuple[str, ...] = Field(
        (),
        description="indicators that are treated whatever their shape",
        json_schema_extra={
            "zh": "无论分布形状如何都要处理的指标",
            "name": ["Indicators treated in any case", "必须处理的指标"],
        },
    )


class NormaliseSpec(settings_of(NORMALISATIONS)):  # type: ignore[misc]  # as above
    """Settings of the normalisations; each method takes those that it knows."""


class AggregateSpec(settings_of(RULES)):  # type: ignore[misc]  # as above
    """Settings of the rules of aggregation; each rule takes those that it knows."""
