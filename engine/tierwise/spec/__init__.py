"""Settings of an index, its tiers and its uncertainty: the keys of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Self

from pydantic import Field

from tierwise.methods.registry import own_methods
from tierwise.spec.base import Section
from tierwise.spec.choices import MethodsSpec
from tierwise.spec.document import from_toml
from tierwise.spec.experts import ExpertsSpec
from tierwise.spec.index import IndexSpec
from tierwise.spec.keys import declare_names
from tierwise.spec.misfits import fitted
from tierwise.spec.panel import PanelSpec
from tierwise.spec.report import ReportSpec
from tierwise.spec.scenarios import Variant
from tierwise.spec.select import SelectSpec
from tierwise.spec.sensitivity import SensitivitySpec
from tierwise.spec.targets import Target
from tierwise.spec.tiers import TiersSpec
from tierwise.spec.topics import ListSpec, TopicSpec
from tierwise.spec.uncertainty import UncertaintySpec
from tierwise.spec.weighting import WeightingSpec

__all__ = [
    "ExpertsSpec",
    "IndexSpec",
    "ListSpec",
    "MethodsSpec",
    "PanelSpec",
    "ReportSpec",
    "Section",
    "SelectSpec",
    "SensitivitySpec",
    "Spec",
    "Target",
    "TiersSpec",
    "TopicSpec",
    "UncertaintySpec",
    "Variant",
    "WeightingSpec",
]


class Spec(Section):
    """All settings; a variant is ``spec.model_copy(update=…)``, never an edited result."""

    @classmethod
    def of(cls, **sections: Mapping[str, object]) -> Self:
        """Return a spec from its sections: ``Spec.of(tiers={"count": 4}, select={"top": 100})``.

        Raises :class:`TierwiseError` with every unknown key, unknown name and value that does not fit.
        """
        with own_methods():
            return fitted(cls, sections, {})

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """Return the settings of a TOML file; what a scenario has besides (name, data …) is passed over."""
        document = from_toml(Path(path))
        kept = {key: value for key, value in document.values.items() if key[0] in cls.model_fields}
        with own_methods():
            return fitted(cls, replace(document, values=kept).nested(), document.places)

    index: IndexSpec = IndexSpec()
    experts: ExpertsSpec = ExpertsSpec()
    select: SelectSpec = SelectSpec()
    tiers: TiersSpec = TiersSpec()
    uncertainty: UncertaintySpec = UncertaintySpec()
    panel: PanelSpec = PanelSpec()
    report: ReportSpec = ReportSpec()
    sensitivity: SensitivitySpec | None = None
    scenarios: tuple[Variant, ...] = Field(
        (),
        description='weight scenarios beside the base: [{name = "equal weights", weights = "equal"}]',
        json_schema_extra={
            "zh": '与基准对照的权重方案：[{name = "等权", weights = "equal"}]',
            "name": ["Scenarios", "方案表", "权重方案"],
        },
    )
    topics: tuple[TopicSpec, ...] = Field(
        (),
        description='topics of the report: [{name = "rich", kind = "threshold", columns = "GDP"}]',
        json_schema_extra={
            "zh": '报告专题，如[{name = "千亿县", kind = "达标", columns = "地区生产总值", at_least = 1000}]',
            "name": ["Topics", "专题"],
        },
    )
    lists: tuple[ListSpec, ...] = Field(
        (),
        description='further lists from the same run: [{node = "innovation", top = 50}]',
        json_schema_extra={
            "zh": '同一次运行中的其他榜单，如[{node = "创新", top = 50}]',
            "name": ["Lists", "榜单"],
        },
    )
    targets: tuple[Target, ...] = Field(
        (),
        description='lists whose weights are sought: [{name = "first", ranks = {Norway = 1}}]',
        json_schema_extra={
            "zh": '由目标名次反推权重：[{name = "第一名", ranks = {江阴市 = 1}}]',
            "name": ["Targets", "目标榜单"],
        },
    )


declare_names(Spec)
