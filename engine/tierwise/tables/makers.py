"""The list of tables, in the order of the workbook's sheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tierwise.tables import delphi, index, robustness, treatment

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.scenario.study import Study, TableMaker


def _index(study: Study) -> Mapping[str, pd.DataFrame]:
    tables = {"ranking": index.ranking(study.index, study.tiers)}
    if study.index.unranked:
        tables["unranked"] = index.unranked(study.index, study.scenario.panel)
    return tables


def _robustness(study: Study) -> Mapping[str, pd.DataFrame]:
    tables = {"robustness": robustness.robustness(study.robustness)}
    if study.tiers.contiguous:
        tables["cuts"] = robustness.cuts(study.robustness)
        tables["cut_distribution"] = robustness.cut_distribution(study.robustness)
    return {**tables, "acceptability": robustness.acceptability(study.robustness)}


def _parts(study: Study) -> Mapping[str, pd.DataFrame]:
    return {"scores": index.scores(study.index), "weights": index.weights(study.index)}


def _treatment(study: Study) -> Mapping[str, pd.DataFrame]:
    """Return what was done to the data, where anything was, and what each indicator adds to each score."""
    found: dict[str, pd.DataFrame] = {}
    prepared = study.index.prepared
    if len(prepared.filled) or len(prepared.outliers):
        found["treated"] = treatment.treated(study.index)
    if any(column.checked for column in prepared.columns):
        found["treatment"] = treatment.treatment(study.index)
    return {**found, "contributions": treatment.contributions(study.index)}


def _delphi(study: Study) -> Mapping[str, pd.DataFrame]:
    experts, framework, spec = study.scenario.experts, study.scenario.framework, study.scenario.spec.experts
    if experts is None:
        return {}
    tables = {"delphi": delphi.delphi(experts, framework, spec.scale_max, spec.method)}
    concordance = delphi.concordance(experts, framework)
    return {**tables, "concordance": concordance} if len(concordance) else tables


MAKERS: Final[Mapping[str, TableMaker]] = {
    "ranking": _index,
    "robustness": _robustness,
    "parts": _parts,
    "treatment": _treatment,
    "delphi": _delphi,
}
