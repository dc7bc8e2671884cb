"""[[targets]]: lists that are wanted, for which the nearest weights are sought."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from tierwise.spec.base import Section


class Target(Section):
    """One reverse question: the weights, nearest to the index's own, that would give a list."""

    name: str = Field(
        min_length=1, description="shown in the tables", json_schema_extra={"zh": "表中显示的名称"}
    )
    order: tuple[str, ...] = Field(
        (),
        description="units, each of which is to be ahead of the next",
        json_schema_extra={"zh": "若干单位，每个都应排在后一个之前"},
    )
    ranks: Mapping[str, int] = Field(
        default_factory=dict,
        description="unit = the rank that it is to have, or a better one",
        json_schema_extra={"zh": "单位 = 应达到的名次，或更好"},
    )
    tiers: Mapping[str, int] = Field(
        default_factory=dict,
        description="unit = the tier that it is to be in; the cuts stay where they are",
        json_schema_extra={"zh": "单位 = 应进入的梯队；梯队边界不动"},
    )
    norm: Literal["L1", "L2"] = Field(
        "L1",
        description="distance between global weights of the indicators",
        json_schema_extra={"zh": "与现有权重的距离，按指标组合权重的L1或L2范数计"},
    )
    spread: float | None = Field(
        None,
        gt=0,
        le=1,
        description="weights within ±h of the index's own (default: any weights)",
        json_schema_extra={"zh": "权重在现有权重的±h之内（默认：不限）"},
    )
    hull: bool = Field(
        False,
        description="weights between those of the experts",
        json_schema_extra={"zh": "权重限于各专家意见之间"},
    )
    bounds: Mapping[str, tuple[float, float]] = Field(
        default_factory=dict,
        description="code = least and largest local weight",
        json_schema_extra={"zh": "代码 = 同级权重的下限与上限"},
    )
    levels: tuple[int, ...] | None = Field(
        None,
        description="levels whose weights may change (1 = dimensions)",
        json_schema_extra={"zh": "哪些层级的权重可以变动（1为一级指标）"},
    )
