"""Why ranks changed, in runs and bundled lists: which years, on which scales, and what cannot be told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from tests.study.small_lists import CODES, check_sums, framework, some

import tierwise as tw
from tierwise.errors import TierwiseError, problem
from tierwise.spec import Spec
from tierwise.study.why import Why, why


def test_the_bundled_list_under_other_weights() -> None:
    scenario = tw.load("technology-achievement")
    equal = tw.load("technology-achievement-equal")
    found = why(
        tw.index(scenario.panel, scenario.framework, scenario.spec),
        tw.index(equal.panel, equal.framework, equal.spec),
    )
    check_sums(found)
    assert found.factors[:2] == ("own", "others")
    assert not found.shares.rank_shares[:2].any()


def two_years(**steps: Any) -> tw.Scenario:
    rows = []
    for year, values in ((2018, some(1)), (2019, some(2) * 1.2)):
        for code, row in zip("abcdefgh", values, strict=True):
            rows.append({"code": code, "year": year, **dict(zip(CODES, row, strict=True))})
    spec = Spec.model_validate(
        {"index": steps, "tiers": {"count": 2}, "uncertainty": {"draws": 64, "weights": "box"}}
    )
    tree = framework().to_frame()[["code", "direction"]].assign(weight=[3, 2, 1])
    return tw.Scenario.from_frames("two", pd.DataFrame(rows), tree, spec=spec)


def test_a_run_of_two_years_tells_why() -> None:
    results = tw.run(two_years())
    frame = results.tables["changes_why"]
    assert frame["year_from"].unique().tolist() == [2018]
    assert frame["rank_to"].tolist() == results.tables["ranking"]["rank"].tolist()
    assert {"changes_why_indicators"} <= {*results.tables}
    study = results.study
    assert study.moves is not None
    assert study.moves.why.factors == ("own", "others", "scale")


def test_a_run_compares_with_the_year_that_is_asked_for() -> None:
    counties = tw.load("industrial-counties-2019")
    panel = counties.spec.panel.model_copy(update={"since": 2017})
    uncertainty = counties.spec.uncertainty.model_copy(update={"draws": 64})
    spec = counties.spec.model_copy(update={"panel": panel, "uncertainty": uncertainty})
    tables = tw.run(replace(counties, spec=spec)).tables
    for name in ("changes_why", "moves"):
        assert tables[name]["year_from"].unique().tolist() == [2017]
    ranks = tables["years_ranks"].set_index("code")
    moved = tables["changes_why"].set_index("code")
    both = moved.index.intersection(ranks.index)
    assert moved.loc[both, "rank_from"].tolist() == ranks.loc[both, "rank_2017"].tolist()
    assert not (moved["rank_from"] == ranks.loc[moved.index, "rank_2018"]).all()


@pytest.mark.parametrize("since", [2016, 2019, 2020])
def test_a_year_that_does_not_come_before_is_refused(since: int) -> None:
    counties = tw.load("industrial-counties-2019")
    panel = counties.spec.panel.model_copy(update={"since": since})
    with pytest.raises(tw.TierwiseError) as error:
        tw.series(replace(counties, spec=counties.spec.model_copy(update={"panel": panel})))
    assert [one.code for one in error.value.problems] == ["Y004"]


def test_years_on_one_scale_differ_in_figures_alone() -> None:
    scenario = two_years()
    pooled = replace(
        scenario, spec=Spec.model_validate({**scenario.spec.model_dump(), "panel": {"scale": "pooled"}})
    )
    moves = tw.run(pooled).study.moves
    assert moves is not None
    assert moves.why.factors == ("own", "others")


def test_moves_that_cannot_be_told_are_a_caution(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> Why:
        raise TierwiseError(problem("Q001"))

    monkeypatch.setattr("tierwise.steps.why", refused)
    results = tw.run(two_years())
    assert "changes_why" not in results.tables
    (told,) = [caution for caution in results.scenario.cautions if caution.code == "Q003"]
    assert "changes_why" in told.text("en")
    assert told.text("zh").endswith("：两份榜单没有共同的单位")
