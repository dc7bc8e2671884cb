"""[report]: the ranking report's own tables, and the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from tierwise.spec.base import Section, Year


class ReportSpec(Section):
    """What the tables by group, by tier, by year and the audit show."""

    groups: tuple[str, ...] | None = Field(
        None,
        description="group columns that are tabulated (default: those with few enough groups, and the region "
        "of Chinese provinces, unless a column of yours puts these together)",
        json_schema_extra={
            "zh": "按哪些分组列制表（默认：组数不太多的各列，以及中国省份所属区域，已有自己的区域列时除外）",
            "name": ["Groups tabulated", "制表分组列"],
        },
    )
    width: int | None = Field(
        None,
        ge=1,
        description="ranks of a band: 10 gives 1-10, 11-20, … (default: 10, more on long lists)",
        json_schema_extra={
            "zh": "名次区段的宽度：10即1－10、11－20……（默认：10，榜单长时更宽）",
            "name": ["Ranks of a band", "名次段宽度"],
        },
    )
    profile: tuple[str, ...] | None = Field(
        None,
        description="figures whose mean each tier shows: indicators and extra columns (default: all)",
        json_schema_extra={
            "zh": "梯队特征表列出哪些指标和附加列的均值（默认：全部）",
            "name": ["Figures of the tiers", "梯队特征指标"],
        },
    )
    year: Year | None = Field(
        None,
        description="year of this list (default: the one after the last in the history)",
        json_schema_extra={
            "zh": "本期年份（默认：历史数据最后一年的下一年）",
            "name": ["Year of the list", "年份", "本期年份", "报告年份"],
        },
    )
    noun: str | None = Field(
        None,
        description="what a unit is called in the report's sentences, in the plural: counties",
        json_schema_extra={
            "zh": "报告文字中对单位的称呼，如县（市）、区",
            "name": ["Units are called", "单位称呼", "单位名词"],
        },
    )
    source: str | None = Field(
        None,
        description="source of the data, printed under every table and figure of the report",
        json_schema_extra={
            "zh": "数据来源，印在报告每张表和图之下",
            "name": ["Source of the data", "数据来源"],
        },
    )
    tops: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (10, 20, 30),
        description="history: streaks among the first of these",
        json_schema_extra={
            "zh": "历史：统计连续进入前几名",
            "name": ["Streaks among the first", "连续进入前几名"],
        },
    )
    years: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (3, 5),
        description="history: streaks over the last of these, this list's included",
        json_schema_extra={"zh": "历史：统计最近几年，含本期", "name": ["Streaks over years", "连续年数"]},
    )
    renamed: Mapping[str, str] = Field(
        default_factory=dict,
        description="former code = present code, for units that were renamed",
        json_schema_extra={"zh": "更名的单位：原代码 = 现代码", "name": ["Units renamed", "更名单位"]},
    )
    acceptability: Literal["auto", "each", "bands"] = Field(
        "auto",
        description="probability of each rank, or of bands of ranks after the listed ones (auto: bands "
        "beyond 1000 units)",
        json_schema_extra={
            "zh": "逐一列出各名次的概率，或在入榜名次之后按名次段列出（auto：单位超过1000个时按段）",
            "name": ["Probabilities of ranks", "名次概率列法"],
            "choices": {"auto": "自动", "each": "逐个名次", "bands": "按名次段"},
        },
    )
    tier_quality: bool = Field(
        True,
        description="criteria for the number of tiers, and their stability",
        json_schema_extra={
            "zh": "列出梯队个数的评价准则与梯队稳定性检验",
            "name": ["Criteria for the number of tiers", "梯队个数准则"],
        },
    )
    audit: bool = Field(
        True,
        description="correlations, consistency, importance, leaving one out",
        json_schema_extra={
            "zh": "列出相关系数、内部一致性、指标重要性与逐一剔除的结果",
            "name": ["Audit of the framework", "指标体系诊断"],
        },
    )
    one_at_a_time: bool = Field(
        True,
        description="what one weight at a time does: swings by a stated change, sweeps through a range",
        json_schema_extra={
            "zh": "列出逐一变动权重的结果：给定幅度的变动，以及整个范围内的变动",
            "name": ["One weight at a time", "逐一变动权重"],
        },
    )
