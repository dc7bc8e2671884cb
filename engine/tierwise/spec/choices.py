"""[uncertainty.methods]: choices of method that draws vary beside the weights."""

from __future__ import annotations

from pydantic import Field

from tierwise.spec.base import Section
from tierwise.spec.index import Aggregation, Missing, Normalisation, Outliers
from tierwise.spec.tiers import TierMethod


class MethodsSpec(Section):
    """What else a draw may choose, each option as likely as the others."""

    normalisation: tuple[Normalisation, ...] = Field(
        (),
        description="of indicators that name none",
        json_schema_extra={
            "zh": "一并抽取的标准化方法；指标体系中单独指定了方法的指标除外",
            "name": ["Normalisations drawn", "一并抽取的标准化方法"],
        },
    )
    aggregation: tuple[Aggregation | tuple[Aggregation, ...], ...] = Field(
        (),
        description="each a rule for the tree, or a list with one for each level",
        json_schema_extra={
            "zh": "一并抽取的合成方法，每项为一种方法，或逐层给出的一组方法",
            "name": ["Aggregations drawn", "一并抽取的合成方法"],
        },
    )
    missing: tuple[Missing, ...] = Field(
        (),
        description="what is done about missing values",
        json_schema_extra={
            "zh": "一并抽取的缺失值处理方式",
            "name": ["Treatments of gaps drawn", "一并抽取的缺失值处理"],
        },
    )
    outliers: tuple[Outliers, ...] = Field(
        (),
        description="treatment of outliers",
        json_schema_extra={
            "zh": "一并抽取的异常值处理方式",
            "name": ["Treatments of outliers drawn", "一并抽取的异常值处理"],
        },
    )
    tiers: tuple[TierMethod, ...] = Field(
        (),
        description="how boundaries are found, under tiers = refit",
        json_schema_extra={
            "zh": "一并抽取的梯队划分方法，用于{setting:uncertainty.tiers=refit}时",
            "name": ["Tier methods drawn", "一并抽取的分档方法"],
        },
    )
    leave_out: bool = Field(
        False,
        description="leave one indicator out, or none, each as likely",
        json_schema_extra={
            "zh": "每次抽样剔除一项指标或不剔除，机会均等",
            "name": ["One indicator left out", "逐次剔除一项指标"],
        },
    )
    noise: float | dict[str, float] = Field(
        0.0,
        description="relative standard error of every indicator's values, or of those named",
        json_schema_extra={
            "zh": "指标数值的相对标准误，可对全部指标给一个，或按指标分别给出",
            "name": ["Error of the figures", "数据误差"],
        },
    )
