"""Settings of an index, its tiers and its uncertainty: the keys of a scenario."""

from __future__ import annotations

from tierwise.spec.base import Section
from tierwise.spec.experts import ExpertsSpec
from tierwise.spec.index import IndexSpec
from tierwise.spec.report import ReportSpec
from tierwise.spec.scenarios import Variant
from tierwise.spec.select import SelectSpec
from tierwise.spec.sensitivity import SensitivitySpec
from tierwise.spec.tiers import TiersSpec
from tierwise.spec.uncertainty import UncertaintySpec
from tierwise.spec.weighting import WeightingSpec

__all__ = [
    "ExpertsSpec",
    "IndexSpec",
    "ReportSpec",
    "Section",
    "SelectSpec",
    "SensitivitySpec",
    "Spec",
    "TiersSpec",
    "UncertaintySpec",
    "Variant",
    "WeightingSpec",
]


class Spec(Section):
    """All settings; a variant is ``spec.model_copy(update=…)``, never an edited result."""

    index: IndexSpec = IndexSpec()
    experts: ExpertsSpec = ExpertsSpec()
    select: SelectSpec = SelectSpec()
    tiers: TiersSpec = TiersSpec()
    uncertainty: UncertaintySpec = UncertaintySpec()
    report: ReportSpec = ReportSpec()
    sensitivity: SensitivitySpec | None = None
    scenarios: tuple[Variant, ...] = ()
