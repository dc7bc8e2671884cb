"""[tiers]: how the list is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from tierwise.methods.tier_methods import METHODS
from tierwise.spec.base import Section
from tierwise.spec.families import MethodName, field_of

if TYPE_CHECKING:  # a name that was found is plain text
    TierMethod = str
else:

    class TierMethod(MethodName, family=METHODS):
        """A way to cut a list."""


class TiersSpec(Section):
    """Tiers of the selected units; 1 is the top."""

    count: Annotated[int, Field(ge=1)] | Literal["auto"] = Field(
        4,
        description="number of tiers; auto: the number that most of the usual criteria choose",
        json_schema_extra={
            "zh": "梯队个数；auto：取多数常用准则所选的个数",
            "name": ["Number of tiers", "梯队个数", "梯队数", "分档数"],
            "choices": {"auto": "自动"},
        },
    )
    most: int = Field(
        10,
        ge=2,
        description="of count auto: the largest number that is tried",
        json_schema_extra={
            "zh": "{setting:tiers.count=auto}时最多试到几个梯队",
            "name": ["Most tiers tried", "梯队个数上限"],
        },
    )
    method: TierMethod = Field(
        "ward",
        description="how the boundaries are found",
        json_schema_extra={
            "zh": "如何划分梯队；ward即系统聚类法的离差平方和法",
            "name": ["Tiers by", "分档方法", "梯队划分方法", "聚类方法"],
        },
    )
    on: Literal["score", "indicators"] = Field(
        "score",
        description="what makes units alike: the score alone, or the normalised indicators with it",
        json_schema_extra={
            "zh": "按什么划分：score仅按得分，indicators按标准化后的指标与得分",
            "name": ["Tiers from", "分档依据"],
            "choices": {"score": "仅按得分", "indicators": "按标准化后的指标与得分"},
        },
    )
    contiguous: bool = Field(
        True,
        description="with on = indicators: only neighbours in rank share a tier; false gives types of units",
        json_schema_extra={
            "zh": "{setting:tiers.on=indicators}时，只有名次相邻的单位才能同属一个梯队；"
            "否（false）得到的是类型而非梯队",
            "name": ["Tiers of neighbours only", "梯队名次相邻"],
        },
    )
    sizes: tuple[int, ...] | None = field_of(METHODS, "sizes", min_length=1)
    cuts: tuple[float, ...] | None = field_of(METHODS, "cuts", min_length=1)
