"""[select]: which units are published."""

from __future__ import annotations

from pydantic import Field

from tierwise.spec.base import Section


class SelectSpec(Section):
    """The published list."""

    top: int | None = Field(
        None,
        ge=1,
        description="how many units, by rank, are listed and cut into tiers (default: all)",
        json_schema_extra={
            "zh": "入榜单位数（按名次计），梯队在入榜单位中划分（默认：全部）",
            "name": ["Length of the list", "榜单长度", "入榜个数", "入榜单位数"],
        },
    )
