"""[[scenarios]]: weight scenarios compared with the base."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pydantic import Field, field_validator

from tierwise.methods.weightings import WEIGHTINGS
from tierwise.spec.base import Section, in_english
from tierwise.spec.index import Aggregation, Normalisation
from tierwise.spec.typed import Typed, fitting

CAMP: Final = "experts:"  # begins the weights of one camp of the experts
CAMP_WORDS: Final = re.compile(r"(experts|camp|专家|专家打分|阵营|专家阵营)\s*[:：]\s*(?=\S)", re.IGNORECASE)


class Variant(Section):
    """One named scenario: what differs from the base."""

    name: str = Field(
        min_length=1,
        description="shown in the tables and charts",
        json_schema_extra={
            "zh": "表和图中显示的名称",
            "name": ["scenario", "方案", "方案名称", "名称", "name"],
        },
    )
    weights: str | tuple[str, str] | Mapping[str, float] | None = Field(
        None,
        description="a source of [index] weights (equal, experts, entropy, critic, cv, pca …), two of them "
        "combined, `experts:CAMP` for one camp of the panel, or a table of codes and their weights among "
        "siblings; siblings that are not named share the rest as before (default: the base's weights)",
        json_schema_extra={
            "zh": "[index] weights的一种来源（equal、experts、entropy、critic、cv、"
            "pca等）或两种组合；experts:阵营名，只用该阵营的专家；或写明代码及其同级权重，"
            "未写明的同级指标按原比例分配其余权重（默认：基准的权重）",
            "name": ["weights", "权重", "权重来源"],
        },
    )
    drop: tuple[str, ...] = Field(
        (),
        description="nodes left out, with all below them",
        json_schema_extra={
            "zh": "剔除的节点，连同其下全部指标",
            "name": ["drop", "剔除", "剔除指标", "删除", "删去"],
        },
    )
    normalisation: Normalisation | None = Field(
        None,
        description="another normalisation (default: the base's)",
        json_schema_extra={
            "zh": "改用的标准化方法（默认：同基准）",
            "name": ["normalisation", "标准化方法", "标准化", "无量纲化"],
        },
    )
    aggregation: Aggregation | tuple[Aggregation, ...] | None = Field(
        None,
        description="another aggregation (default: the base's)",
        json_schema_extra={
            "zh": "改用的合成方法（默认：同基准）",
            "name": ["aggregation", "合成方法", "合成"],
        },
    )

    @field_validator("weights", mode="before")
    @classmethod
    def _kind(cls, value: object) -> object:
        if isinstance(value, Typed):
            value = fitting(value, cls.model_fields["weights"].annotation)
        if isinstance(value, str):
            value = CAMP_WORDS.sub(CAMP, value, count=1) if CAMP_WORDS.match(value) else value
        two = isinstance(value, (list, tuple)) and len(value) == 2
        if not (value is None or two or isinstance(value, (str, Mapping))):
            raise ValueError("expected a name, two names, or a table of codes and weights")
        return in_english(value, [*WEIGHTINGS])

    def place(self, key: str = "") -> str:
        """Return where it stands, or one of its keys."""
        return f"[[scenarios]] {self.name}" + (f": {key}" if key else "")
