"""[index.weighting]: settings of the weights that [index] weights names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from pydantic import Field

from tierwise.methods.weightings import WEIGHTINGS
from tierwise.spec.families import MethodName, settings_of

if TYPE_CHECKING:  # a name that was found is plain text
    Weights: TypeAlias = str
else:

    class Weights(MethodName, family=WEIGHTINGS):
        """A source of weights."""


class WeightingSpec(settings_of(WEIGHTINGS)):  # type: ignore[misc]  # its keys stand in the signatures
    """Settings of the weights; each source takes those that it knows."""

    scope: Literal["all", "within"] = Field(
        "all",
        description="weights from the data: of all indicators at once, a dimension weighing as much as its "
        "indicators together; within: of the indicators under each parent; the levels above as the "
        "other of two sources has them, else as under auto",
        json_schema_extra={
            "zh": "由数据得出的权重：all对全部指标一并计算，维度权重为其下指标权重之和；"
            "within在每个上级之下分别计算，上面各层取两个来源中另一来源的权重，其未涉及的同{setting:index.weights=auto}",
            "name": ["Weights from data within", "客观赋权范围"],
            "choices": {"all": "对全部指标一并计算", "within": "在每个上级之下分别计算"},
        },
    )
    combine: Literal["product", "root-product", "linear", "game"] = Field(
        "product",
        description="of two sources: how an indicator's two weights make one; game: linear, with the share "
        "of the game-theoretic combination",
        json_schema_extra={
            "zh": "两种来源时，每个指标的两个权重如何合成：乘积、乘积的平方根、线性组合或博弈论组合（game）",
            "name": ["Two weights make one by", "组合赋权方式"],
            "choices": {
                "product": "乘积",
                "root-product": "乘积的平方根",
                "linear": "线性组合",
                "game": "博弈论组合",
            },
        },
    )
    share: float = Field(
        0.5,
        ge=0,
        le=1,
        description="combine linear: share of the first source",
        json_schema_extra={
            "zh": "{setting:index.weighting.combine=linear}时第一种来源所占比例",
            "name": ["Share of the first source", "第一来源占比"],
        },
    )
