"""[experts]: how the expert panel is read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from tierwise.inputs.experts import Coefficient
from tierwise.spec.base import Section

Method = Literal["mean", "median", "trimmed", "authority"]
Positive = Annotated[float, Field(gt=0)]


class ExpertsSpec(Section):
    """The Delphi panel's scale."""

    scale_max: Positive | tuple[Positive, ...] | None = Field(
        None,
        description="top of the scale, for the full-score ratio; a list has one for each round "
        "(default: 5, 7, 9, 10 or 100)",
        json_schema_extra={
            "zh": "打分量表的满分，用于计算满分率；各轮不同时依次列表（默认：5、7、9、10或100）",
            "name": ["Highest score of the scale", "量表满分", "量表上限", "满分"],
        },
    )
    sent: tuple[int, ...] = Field(
        (),
        description="questionnaires sent in each round, for the positive coefficient (default: the column "
        "`sent` of Experts)",
        json_schema_extra={
            "zh": "各轮发出的问卷份数，用于计算积极系数（默认：专家打分表的“发出份数”列）",
            "name": ["Questionnaires sent", "发出问卷份数"],
        },
    )
    band: float | None = Field(
        None,
        gt=0,
        description="consensus: scores no further than this from the median agree (default: 1 on scales to "
        "10, 0.5 to 3, a tenth of longer ones)",
        json_schema_extra={
            "zh": "共识：与中位数相差不超过此值的打分视为一致（默认：10分及以下取1，"
            "3分及以下取0.5，更长的量表取其十分之一）",
            "name": ["Band of consensus", "共识容差"],
        },
    )
    method: Method = Field(
        "mean",
        description="how a node's scores become its weight; authority weighs the experts, also in draws",
        json_schema_extra={
            "zh": "专家打分如何成为权重：mean均值，median中位数，trimmed截尾均值，"
            "authority按权威系数加权（抽样时亦然）",
            "name": ["Experts' scores become weights by", "专家打分合成方式", "专家权重算法"],
            "choices": {
                "mean": "均值",
                "median": "中位数",
                "trimmed": "截尾均值",
                "authority": "按权威系数加权",
            },
        },
    )
    authority: Coefficient | None = Field(
        None,
        description="what the experts count by, in weights and draws: Cr, or one of its parts Ca and Cs "
        "(default: Cr where `method` is authority, else all count alike)",
        json_schema_extra={
            "zh": "按哪个系数给专家加权（计算权重与抽样均如此）：Cr权威系数，或其组成Ca判断依据、"
            "Cs熟悉程度（默认：{setting:experts.method=authority}时取Cr，否则各专家同等计）",
            "name": ["Experts count by", "专家加权系数", "权威系数加权"],
            "choices": {"Cr": "权威系数", "Ca": "判断依据", "Cs": "熟悉程度"},
        },
    )
    drop: tuple[str, ...] = Field(
        (),
        description="experts who are left out, of every round, by name",
        json_schema_extra={
            "zh": "剔除的专家，按姓名列出，各轮均不计",
            "name": ["Experts left out", "剔除的专家"],
        },
    )

    words: tuple[str, ...] = Field(
        (),
        description="answers in words from the lowest to the highest, one for each point of the scale, for "
        "`delphi collect` and `import` (default: told from the words that were chosen, where they are clear)",
        json_schema_extra={
            "zh": "文字评分由低到高的全部用语，与量表分值一一对应，供回收与导入问卷时使用"
            "（默认：按所用全部用语的次序判定，无法确定时指明）",
            "name": ["Answers in words, lowest first", "文字评分用语（由低到高）"],
        },
    )

    @property
    def rule(self) -> Method:
        """How scores become weights: ``method``, or by authority where ``authority`` says by which."""
        return self.method if self.authority is None else "authority"

    @field_validator("authority")
    @classmethod
    def _of_means(cls, value: Coefficient | None, info: ValidationInfo) -> Coefficient | None:
        if value is not None and info.data.get("method") in {"median", "trimmed"}:
            raise PydanticCustomError("unweighed", "only means weigh the experts")
        return value
