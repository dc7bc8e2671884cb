"""Blank figures of listed units are counted in the answer on the data, their indicators named."""

from dataclasses import replace

import numpy as np

import tierwise as tw
from tierwise.report.answers import answers


def test_blank_figures_of_listed_units_are_counted() -> None:
    scenario = tw.load("technology-achievement")
    panel = scenario.panel.select([*scenario.panel.indicators][::-1])
    values = np.array(panel.values)
    code = panel.indicators[-2]
    best = int(np.nanargmax(np.nansum(values / np.nanmax(values, axis=0), axis=1)))
    before = np.isnan(values)
    values[best, -2] = np.nan
    spec = scenario.spec
    spec = spec.model_copy(update={"index": spec.index.model_copy(update={"missing": "mean"})})
    results = tw.run(replace(scenario, spec=spec, panel=replace(panel, values=values)), draws=50)
    study = results.study
    listed = [study.index.panel.codes[unit] for unit in study.tiers.selected]
    assert panel.codes[best] in listed
    count = 1 + int(before[[panel.codes.index(one) for one in listed]].sum())
    (told,) = [one.sentences[-1] for one in answers(study) if one.key == "doubts"]
    name = study.scenario.framework.names[study.scenario.framework.codes.index(code)]
    assert name in told
    assert told.startswith(f"{count} figure")
