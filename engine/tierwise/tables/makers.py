"""The list of tables, in the order of the workbook's sheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tierwise.study.absent_experts import absent_experts
from tierwise.study.one_at_a_time import lines, most_moving, sweeps, swings
from tierwise.study.sensitivity_results import convergence, second, sensitivity_frame
from tierwise.tables import (
    audit,
    comparison,
    delphi,
    groups,
    history,
    index,
    panel,
    robustness,
    targets,
    tiers,
    treatment,
)

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study, TableMaker


def _index(study: Study) -> Mapping[str, pd.DataFrame]:
    tables = {"ranking": index.ranking(study.index, study.tiers)}
    if study.scenario.doubts:
        tables["doubts"] = index.doubts(study.scenario.doubts, study.scenario.language)
    if study.index.unranked:
        tables["unranked"] = index.unranked(study.index, study.scenario.panel)
    return tables


def _robustness(study: Study) -> Mapping[str, pd.DataFrame]:
    tables = {"robustness": study.robustness.to_frame()}
    if study.tiers.contiguous and study.tiers.count > 1:
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
    concordance = delphi.concordance(experts, framework, spec.method, study.scenario.language)
    if len(concordance):
        tables["concordance"] = concordance
    language = study.scenario.language
    tables["delphi_rounds"] = panel.by_round(experts, framework, spec, language)
    tables["delphi_consensus"] = panel.consensus(experts, framework, spec, language)
    between = panel.stability(experts, framework, language)
    screened = panel.screening(experts, framework, spec)
    return {
        **tables,
        **({} if between is None else {"delphi_stability": between}),
        **({} if screened is None else {"delphi_screening": screened}),
        **panel.camps(experts, framework, language),
        **_absent(study),
    }


def _absent(study: Study) -> Mapping[str, pd.DataFrame]:
    """Return what becomes of the list without each expert, where the weights come from the panel."""
    scenario, plan = study.scenario, study.index.plan
    if scenario.experts is None or plan.solved:
        return {}
    found = absent_experts(study.index, study.tiers, scenario.framework, scenario.spec, scenario.experts)
    if found is None:
        return {}
    return {"delphi_leave_one_out": comparison.absent(found, study.index, study.tiers)}


def _ahp(study: Study) -> Mapping[str, pd.DataFrame]:
    framework, settings = study.scenario.framework, study.scenario.spec.index.weighting
    if framework.comparisons is None:
        return {}
    return {"ahp": panel.comparisons(framework, settings.ahp, study.scenario.language)}


def _groups(study: Study) -> Mapping[str, pd.DataFrame]:
    return {
        **groups.distributions(study),
        **groups.tiers_by_group(study),
        "tiers_profile": groups.profile(study),
    }


def _tiers(study: Study) -> Mapping[str, pd.DataFrame]:
    if not study.scenario.spec.report.tier_quality:
        return {}
    made = {
        "tiers_quality": tiers.quality(study),
        "tiers_stability": tiers.stability(study),
        "tiers_dendrogram": tiers.dendrogram(study),
    }
    return {name: frame for name, frame in made.items() if frame is not None}


def _history(study: Study) -> Mapping[str, pd.DataFrame]:
    if study.scenario.history is None:
        return {}
    changed = history.changes(study)
    return {
        "history": history.history(study),
        "history_lists": history.lists(study),
        **({} if changed is None else {"changes": changed}),
        **history.group_years(study),
    }


def _audit(study: Study) -> Mapping[str, pd.DataFrame]:
    if not study.scenario.spec.report.audit:
        return {}
    return audit.tables(study.index, study.tiers, study.scenario.spec, study.scenario.language)


def _sensitivity(study: Study) -> Mapping[str, pd.DataFrame]:
    """Return which weights move which outputs, the pairs if asked for, and how the indices settle."""
    found = study.sensitivity
    if found is None:
        return {}
    more = {
        "sensitivity_second": second(found),
        "sensitivity_convergence": convergence(found),
    }
    return {
        "sensitivity": sensitivity_frame(found, study.scenario.language),
        **{name: frame for name, frame in more.items() if frame is not None},
    }


def _scenarios(study: Study) -> Mapping[str, pd.DataFrame]:
    found = study.comparison
    if found is None:
        return {}
    changed = comparison.changes(found, study.scenario.language)
    return {
        "scenarios": found.to_frame(),
        "scenario_ranks": comparison.ranks(found),
        **({"scenario_changes": changed} if len(changed) else {}),
    }


def _targets(study: Study) -> Mapping[str, pd.DataFrame]:
    if not study.targets:
        return {}
    found = targets.target_weights(study.targets)
    return {
        "targets": targets.answers(study.targets, study.scenario.language),
        **({} if found is None else {"target_weights": found}),
    }


def _one_at_a_time(study: Study) -> Mapping[str, pd.DataFrame]:
    plan, spec = study.index.plan, study.scenario.spec
    if not spec.report.one_at_a_time or plan.solved:
        return {}
    swung = swings(study.index, study.tiers, spec)
    if not swung.swings.nodes.size:
        return {}
    swept = sweeps(study.index, study.tiers, spec, nodes=most_moving(swung))
    language = study.scenario.language
    return {
        "swing": swung.to_frame(language),
        "sweeps": swept.to_frame(language),
        "sweep_lines": lines(swept),
    }


MAKERS: Final[Mapping[str, TableMaker]] = {
    "ranking": _index,
    "robustness": _robustness,
    "parts": _parts,
    "treatment": _treatment,
    "delphi": _delphi,
    "ahp": _ahp,
    "groups": _groups,
    "tiers": _tiers,
    "history": _history,
    "audit": _audit,
    "sensitivity": _sensitivity,
    "scenarios": _scenarios,
    "one_at_a_time": _one_at_a_time,
    "targets": _targets,
}
