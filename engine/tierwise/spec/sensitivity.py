"""[sensitivity]: which judgement moves the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from tierwise.sensitivities.methods import METHODS
from tierwise.spec.base import Section
from tierwise.spec.families import MethodName, field_of

if TYPE_CHECKING:  # a name that was found is plain text
    SensitivityMethod = str
else:

    class SensitivityMethod(MethodName, family=METHODS):
        """A method of sensitivity analysis."""


InputKind = Literal["groups", "indicators", "experts", "weights"]


class SensitivitySpec(Section):
    """Global sensitivity of ranks, scores and tier boundaries to the weights and methods that draws vary."""

    method: SensitivityMethod = Field(
        "sobol",
        description="sobol, shapley, morris, fast and hdmr run the index on designs of their own; rbd-fast, "
        "delta and pawn read weight draws",
        json_schema_extra={
            "zh": "分析方法：sobol、shapley、morris、fast、hdmr按各自的设计重新计算指数；"
            "rbd-fast、delta、pawn利用权重抽样",
            "name": ["Sensitivity by", "敏感性分析方法"],
        },
    )
    samples: int = Field(
        1024,
        ge=1,
        description="base samples of sobol and shapley (a power of 2, or the next above; of shapley for "
        "indicators: orders), trajectories of morris, points of each curve of fast, draws of the others",
        json_schema_extra={
            "zh": "样本数：{choice:sobol}、{choice:shapley}的基础样本（2的幂，或取其上最近的；"
            "以指标为输入的{choice:shapley}为排列数），{choice:morris}的轨迹数，{choice:fast}每条曲线的点数，"
            "其余方法的抽样次数",
            "name": ["Samples of the sensitivity", "敏感性样本数"],
        },
    )
    outputs: tuple[str, ...] | None = Field(
        None,
        min_length=1,
        description="rank_shift, rank:UNIT, score:UNIT, top:UNIT, tier:UNIT, cut:1 (cuts: every cut), "
        "cut_score:1, tier_changes, difference:UNIT|UNIT, units by code or name (default: rank_shift, cuts)",
        json_schema_extra={
            "zh": "要解释的结果：rank_shift、rank:单位、score:单位、top:单位、tier:单位、cut:1（"
            "cuts为全部边界）、cut_score:1、tier_changes、difference:单位|单位；"
            "单位写代码或名称（默认：rank_shift、cuts）",
            "name": ["Outputs explained", "敏感性输出"],
        },
    )
    inputs: InputKind | tuple[InputKind, ...] | None = Field(
        None,
        description="one input for each sibling group of weights, each indicator (and node), each expert, or "
        "all weights together; several are tabled one after the other (default: groups where the "
        "method takes them and there are two, else indicators)",
        json_schema_extra={
            "zh": "以什么为输入：groups每组同级权重，indicators每项指标（及节点），"
            "experts每位专家，weights全部权重合为一个；几种并列时依次列表（默认："
            "方法适用且不少于两组时为groups，否则为indicators）",
            "name": ["Inputs varied", "敏感性输入"],
            "choices": {
                "groups": "每组同级权重",
                "indicators": "每项指标",
                "experts": "每位专家",
                "weights": "全部权重",
            },
        },
    )
    levels: tuple[int, ...] | None = Field(
        None,
        min_length=1,
        description="levels whose weights are inputs (1 = dimensions; default: those of [uncertainty])",
        json_schema_extra={
            "zh": "哪些层级的权重作为输入（1为一级指标；默认：同{setting:uncertainty}）",
            "name": ["Levels of inputs", "敏感性输入层级"],
        },
    )
    second: bool = field_of(METHODS, "second")
    confidence: float = field_of(METHODS, "confidence", lt=1)
    resamples: int = field_of(METHODS, "resamples")
    seed: int | None = Field(
        None,
        ge=0,
        description="of the samples (default: that of [uncertainty])",
        json_schema_extra={
            "zh": "样本的随机种子（默认：同{setting:uncertainty}）",
            "name": ["Seed of the samples", "敏感性随机种子"],
        },
    )
