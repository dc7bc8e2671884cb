"""[index]: how scores come from values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import Field

from tierwise.kernels.grid import Half
from tierwise.kernels.ranks import Ties
from tierwise.methods.aggregate import RULES
from tierwise.methods.impute import METHODS as IMPUTATIONS
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.normalisations_base import TIES_ZH
from tierwise.methods.outliers import METHODS as TREATMENTS
from tierwise.spec.base import Section
from tierwise.spec.families import MethodName
from tierwise.spec.steps import AggregateSpec, ImputeSpec, NormaliseSpec, ScreenSpec, TreatSpec
from tierwise.spec.weighting import WeightingSpec, Weights

Decimals = Annotated[int, Field(ge=0, le=15)]

if TYPE_CHECKING:  # a name that was found is plain text
    Missing: TypeAlias = str
    Outliers: TypeAlias = str
    Normalisation: TypeAlias = str
    Aggregation: TypeAlias = str
else:

    class Missing(MethodName, family=IMPUTATIONS):
        """What is done about missing values."""

    class Outliers(MethodName, family=TREATMENTS):
        """A treatment of outliers."""

    class Normalisation(MethodName, family=NORMALISATIONS):
        """A normalisation."""

    class Aggregation(MethodName, family=RULES):
        """A rule of aggregation."""


Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]


class IndexSpec(Section):
    """The steps from a panel to scores and ranks."""

    missing: Missing = Field(
        "error",
        description="what is done about missing values",
        json_schema_extra={
            "zh": "缺失值如何处理：error报错，reweight同级重新分配权重，其余为各种插补",
            "name": ["Missing values", "缺失值处理", "缺失值", "缺失处理"],
        },
    )
    minimum_share: Share | Annotated[tuple[Share, ...], Field(min_length=1)] = Field(
        0.0,
        description="reweight: share of a node's children that a unit must have, one for all or one "
        "for each level from the top",
        json_schema_extra={
            "zh": "reweight：单位在每个节点下至少须有数据的下级指标比例；一个通用，或自上而下每层一个",
            "name": ["Least share of data under a node", "节点最低数据比例"],
        },
    )
    screen: ScreenSpec = ScreenSpec()
    impute: ImputeSpec = ImputeSpec()
    outliers: Outliers = Field(
        "none",
        description="of every indicator that names no treatment of its own in the framework",
        json_schema_extra={
            "zh": "异常值如何处理；指标体系中单独指定了处理方式的指标除外",
            "name": ["Outliers", "异常值处理", "异常值"],
        },
    )
    treat: TreatSpec = TreatSpec()
    normalisation: Normalisation = Field(
        "min-max",
        description="of every indicator that names none in the framework",
        json_schema_extra={
            "zh": "标准化（无量纲化）方法；指标体系中单独指定了方法的指标除外",
            "name": [
                "Normalisation",
                "标准化方法",
                "无量纲化方法",
                "无量纲化",
                "归一化方法",
                "标准化",
                "归一化",
                "normalization",
            ],
        },
    )
    normalise: NormaliseSpec = NormaliseSpec()
    aggregation: Aggregation | Annotated[tuple[Aggregation, ...], Field(min_length=1)] = Field(
        "arithmetic",
        description="one rule for the tree, or one for each level from the top",
        json_schema_extra={
            "zh": "合成方法：整个指标体系用一种，或自上而下每层一种",
            "name": ["Aggregation", "合成方法", "合成", "加权合成方法", "集结方法"],
        },
    )
    aggregate: AggregateSpec = AggregateSpec()
    weights: Weights | tuple[Weights, Weights] = Field(
        "auto",
        description="one source, or two combined; auto: the framework's where it gives any, else the "
        "experts', else equal",
        json_schema_extra={
            "zh": "权重来源，一种或两种组合；auto：指标体系给了权重就用它，否则用专家打分，都没有则等权",
            "name": ["Weights from", "权重来源", "赋权方法", "权重"],
        },
    )
    weighting: WeightingSpec = WeightingSpec()
    ties: Ties = Field(
        "min",
        description="rank of equal scores; min gives 1, 2, 2, 4",
        json_schema_extra={
            "zh": "得分相同时名次如何排；min即1、2、2、4",
            "name": ["Ranks of equal scores", "同分名次", "并列名次"],
            "choices": {**TIES_ZH},
        },
    )
    round: Decimals | Annotated[tuple[Decimals | Literal["none"], ...], Field(min_length=1)] | None = Field(
        None,
        description="decimals of the score before ranking, or one number for each level from the top; none "
        "in a list: not rounded there; levels below the list are not",
        json_schema_extra={
            "zh": "排名前得分保留的小数位数，或自上而下每层一个；列表中none即不取舍，其下各层亦然",
            "name": ["Decimals of scores", "得分小数位", "小数位", "保留小数"],
            "choices": {"none": "不取舍"},
        },
    )
    half: Half = Field(
        "up",
        description="where a half goes in rounding: up (away from zero), or to the even digit",
        json_schema_extra={
            "zh": "取舍时恰为一半的如何处理：up为四舍五入，even为四舍六入五成双",
            "name": ["Exact halves", "取舍方式", "尾数取舍"],
            "choices": {"up": "四舍五入", "even": "四舍六入五成双"},
        },
    )

    @property
    def decimals(self) -> int | None:
        """Decimals of the index itself."""
        return self.decimals_at(0)

    def decimals_at(self, level: int) -> int | None:
        """Return the decimals of scores at a level: 0 is the index, 1 its dimensions, and so on."""
        levels = self.round if isinstance(self.round, tuple) else (self.round,)
        given = levels[level] if level < len(levels) else None
        return given if isinstance(given, int) else None
