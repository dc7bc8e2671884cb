"""Which choice of method moves the Technology Achievement Index: the Handbook's Table 39.

As far as it can be redone: its analysis drew normalisation, an indicator left out, aggregation, weighting
scheme and expert. The experts' own weights were not published; here the weighting scheme is one of four
published sets. So only the order of magnitude compares.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import tierwise as tw
from tierwise.kernels.ranks import rank
from tierwise.methods.weights import local_from_leaves
from tierwise.sensitivities.sobol import sobol_indices
from tierwise.spec import MethodsSpec
from tierwise.study.choices import choices_of

TAI = Path(__file__).parents[1] / "references" / "tai"


def rows(name: str) -> list[dict[str, str]]:
    with (TAI / name).open(encoding="utf-8") as file:
        return [*csv.DictReader(line for line in file if not line.startswith("#"))]


@pytest.fixture(scope="module")
def found() -> dict[str, tuple[float, float]]:
    """First and total index of each factor."""
    from SALib.sample import sobol

    scenario = tw.load("technology-achievement")
    index = tw.index(scenario.panel, scenario.framework, scenario.spec)
    published = {row["indicator"].removesuffix("_log10"): row for row in rows("weights.csv")}
    schemes = np.stack(
        [
            local_from_leaves(index.plan.tree, np.array([float(published[code][name]) for code in codes]))
            for codes in [index.framework.indicators]
            for name in ("BAP", "AHP", "EW", "FA")
        ]
    )
    methods = {"normalisation": ["min-max", "z-score"], "aggregation": ["arithmetic", "geometric"]}
    choices = choices_of(index, MethodsSpec.model_validate({**methods, "leave_out": True}))
    assert choices is not None
    names = [*(factor.name for factor in choices.factors), "weighting scheme"]
    problem = {"num_vars": 4, "names": names, "bounds": [[0, 1]] * 4}
    uniform = sobol.sample(problem, 1024, calc_second_order=False, seed=1)
    local = schemes[(uniform[:, 3] * len(schemes)).astype(int)]
    scores = choices.scores(choices.picks(uniform[:, :3]), local)
    shift = np.abs(rank(scores) - rank(index.scores[:, 0])).mean(axis=1)
    indices = sobol_indices(shift, 4)
    return dict(zip(names, zip(indices.first[:, 0], indices.total[:, 0], strict=True), strict=True))


@pytest.mark.parametrize(
    ("name", "factor"),
    [
        ("normalisation", "normalisation"),
        ("aggregation", "aggregation system"),
        ("leave out", "exclusion of an indicator"),
        ("weighting scheme", "weighting scheme"),
    ],
)
def test_indices_are_of_the_published_order(
    found: dict[str, tuple[float, float]], name: str, factor: str
) -> None:
    published = {row["factor"]: row for row in rows("sobol_table39.csv")}[factor]
    first, total = found[name]
    assert total == pytest.approx(float(published["total"]), abs=0.25)
    assert first == pytest.approx(float(published["first"]), abs=0.27)


def test_the_choices_rank_as_published(found: dict[str, tuple[float, float]]) -> None:
    """Exclusion and aggregation move the list most, normalisation hardly; interactions are large."""
    totals = {name: total for name, (_, total) in found.items()}
    assert totals["normalisation"] < 0.1 < totals["weighting scheme"]
    assert totals["weighting scheme"] < min(totals["aggregation"], totals["leave out"])
    assert sum(first for first, _ in found.values()) < 0.85 < sum(totals.values())
