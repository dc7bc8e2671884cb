"""[uncertainty]: what is drawn, how often, and what is read off the draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from tierwise.draws.blocks import DRAWS
from tierwise.draws.models import MODELS
from tierwise.spec.base import Section
from tierwise.spec.choices import MethodsSpec
from tierwise.spec.families import MethodName, field_of

if TYPE_CHECKING:  # a name that was found is plain text
    WeightModelName = str
else:

    class WeightModelName(MethodName, family=MODELS):
        """A weight model."""


TierDraws = Literal["refit", "fixed-cuts", "fixed-sizes"]


class UncertaintySpec(Section):
    """The weight draws behind the robustness table."""

    weights: WeightModelName | None = Field(
        None,
        description="model of the weights (default: bootstrap with an expert panel, box without one and "
        "around weights from the data)",
        json_schema_extra={
            "zh": "权重的抽样模型（默认：权重来自专家的用bootstrap，没有专家表或权重由数据得出的用box）",
            "name": ["Weights are drawn by", "权重抽样模型", "抽样模型"],
        },
    )
    spread: float = field_of(MODELS, "spread")
    levels: tuple[int, ...] | None = Field(
        None,
        min_length=1,
        description="levels whose weights vary (1 = dimensions)",
        json_schema_extra={
            "zh": "哪些层级的权重变动（1为一级指标；默认：全部）",
            "name": ["Levels whose weights vary", "变动的层级"],
        },
    )
    of: Literal["experts", "mean"] | None = field_of(MODELS, "of", default=None)
    tail: float = field_of(MODELS, "tail")
    draws: Annotated[int, Field(ge=1)] | Literal["auto"] = Field(
        DRAWS,
        description="number of weight vectors; auto: as many as the tolerance needs",
        json_schema_extra={
            "zh": "抽样次数；auto：抽到满足精度要求为止",
            "name": ["Weight draws", "抽样次数", "模拟次数"],
            "choices": {"auto": "自动"},
        },
    )
    tolerance: float = Field(
        0.005,
        gt=0,
        le=0.1,
        description="of draws = auto: largest Monte Carlo error of a probability",
        json_schema_extra={
            "zh": "{setting:uncertainty.draws=auto}时，概率的最大抽样标准误",
            "name": ["Largest error of probabilities", "概率最大误差"],
        },
    )
    seed: int = Field(
        1,
        ge=0,
        description="the same seed gives the same numbers everywhere",
        json_schema_extra={"zh": "随机种子；种子相同，结果处处相同", "name": ["Seed", "随机种子", "种子"]},
    )
    interval: float = Field(
        0.90,
        gt=0,
        lt=1,
        description="share of draws between rank_low and rank_high",
        json_schema_extra={
            "zh": "名次区间（rank_low至rank_high）所含抽样的比例",
            "name": ["Interval", "区间", "名次区间", "置信水平"],
        },
    )
    exact: bool | None = Field(
        None,
        description="prove the best and worst possible rank and the nearest rival of each listed unit "
        "(default: in lists of up to 300 out of up to 500 units)",
        json_schema_extra={
            "zh": "证明每个入榜单位可能的最好、最差名次及最近竞争者（默认：单位不超过500个、"
            "入榜不超过300个时进行）",
            "name": ["Proved ranks", "理论名次"],
        },
    )
    methods: MethodsSpec = MethodsSpec()
    tiers: TierDraws = Field(
        "refit",
        description="tiers found again in each draw, or cuts frozen",
        json_schema_extra={
            "zh": "每次抽样的梯队：refit重新划分，fixed-cuts固定分数线，fixed-sizes固定各梯队单位数",
            "name": ["Tiers of each draw", "抽样时的梯队"],
            "choices": {"refit": "重新划分", "fixed-cuts": "固定分数线", "fixed-sizes": "固定各梯队单位数"},
        },
    )
