"""What is told of data of several years: each caution and problem by the case that brings it."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.raised import codes_of
from tests.study.test_series import FRAMEWORK, YEARS, book, figures, of_year, scenario

import tierwise as tw
from tierwise.methods.normalisations import METHODS
from tierwise.methods.registry import own_methods
from tierwise.stages import check


def told(given: tw.Scenario | Path) -> dict[str, Any]:
    """Return the cautions of a run by code."""
    return {one.code: one for one in tw.run(given, draws=32).scenario.cautions}


def sheets(data: pd.DataFrame, years: tuple[int, ...] = YEARS) -> dict[str, pd.DataFrame]:
    return {f"Data{year}": of_year(data, year) for year in years}


def test_data_of_a_year_twice(tmp_path: Path) -> None:
    data = figures()
    doubled = {**sheets(data, (2018, 2019)), "Data": data[data["year"] != 2019], "Framework": FRAMEWORK}
    with pytest.raises(tw.TierwiseError) as caught:
        check(book(tmp_path / "book.xlsx", doubled))
    assert codes_of(caught) == ["Y002"]
    assert (caught.value.problems[0].fields["year"], caught.value.problems[0].fields["first"]) == (
        2018,
        "Data2018",
    )


def test_data_that_tell_no_year_are_taken_for_the_next_and_told(tmp_path: Path) -> None:
    data = figures()
    given = {**sheets(data, (2017, 2018)), "Data": of_year(data, 2019), "Framework": FRAMEWORK}
    found = told(book(tmp_path / "book.xlsx", given))
    assert found["Y003"].fields["year"] == 2019
    settings = pd.DataFrame({"key": ["report.year"], "value": [2020]})
    assert "Y003" not in told(book(tmp_path / "set.xlsx", {**given, "Scenario": settings}))


def test_a_year_without_framework_and_a_framework_without_data(tmp_path: Path) -> None:
    data = figures()
    with pytest.raises(tw.TierwiseError) as caught:
        check(
            book(
                tmp_path / "one.xlsx",
                {**sheets(data), "Framework2018": FRAMEWORK, "Framework2019": FRAMEWORK},
            )
        )
    assert codes_of(caught) == ["Y005"]
    assert caught.value.problems[0].place == "Data2017"
    more = {**sheets(data), "Framework": FRAMEWORK, "Framework2015": FRAMEWORK}
    found = told(book(tmp_path / "two.xlsx", more))
    assert (found["Y006"].place, found["Y006"].fields["year"]) == ("Framework2015", 2015)


def test_a_unit_is_no_reference_on_the_scale_of_other_years() -> None:
    steps = {"normalisation": "distance-to-reference", "normalise": {"reference": "U1"}}
    assert tw.series(scenario(figures(), index=steps)).years
    with pytest.raises(tw.TierwiseError) as caught:
        tw.series(scenario(figures(), index=steps, panel={"scale": "pooled"}))
    assert {*codes_of(caught)} == {"Y008"}


def test_rules_that_look_at_the_units_of_a_year() -> None:
    found = told(scenario(figures(), index={"aggregation": "topsis"}, panel={"scale": "pooled"}))
    assert found["Y013"].fields["how"] == "topsis"
    assert "Y013" not in told(scenario(figures(), panel={"scale": "pooled"}))


def test_frozen_cuts_that_leave_a_tier_empty_and_scales_that_differ() -> None:
    data = figures(units=9)
    low = data["year"] == 2017
    data.loc[low, ["x", "z"]] = 1.0 + (data.loc[low, ["x", "z"]] - 1.0) / 20  # far below the cuts of 2019
    data.loc[low, "y"] = 9.5 + data.loc[low, "y"] / 20
    panel = {"scale": "base:2019", "tiers": "frozen"}
    found = told(scenario(data, panel=panel, tiers={"count": 3}))
    assert (found["Y014"].fields["year"], found["Y014"].fields["base"]) == (2017, 2019)
    assert "Y018" not in found
    assert "Y018" in told(scenario(figures(), panel={"tiers": "frozen"}, tiers={"count": 2}))


def test_values_taken_from_other_years_are_counted() -> None:
    data = figures()
    data.loc[(data["year"] == 2019) & data["code"].isin(["u2", "u5"]), "x"] = np.nan
    found = told(scenario(data, panel={"missing": "latest"}))
    assert (found["Y015"].fields["year"], found["Y015"].fields["count"]) == (2019, 2)


def test_a_list_that_was_published_otherwise() -> None:
    data = figures(units=6)
    ranks = tw.series(scenario(data))[2018].index.ranks
    history = pd.DataFrame({"year": 2018, "code": [f"u{unit}" for unit in range(6)], "rank": ranks})
    history.loc[[0, 1], "rank"] = history.loc[[1, 0], "rank"].to_numpy()
    given = tw.Scenario.from_frames("test", data, FRAMEWORK, history=history)
    found = told(given)
    assert (found["Y019"].fields["count"], found["Y019"].fields["all"]) == (2, 6)


def test_an_indicator_that_the_base_year_lacks(tmp_path: Path) -> None:
    data = figures()
    old = FRAMEWORK.assign(code=["A", "B", "x", "y", "w"], name=["A", "B", "x", "y", "w"])
    given = sheets(data)
    given["Data2017"] = given["Data2017"].rename(columns={"z": "w"})
    settings = pd.DataFrame({"key": ["panel.scale"], "value": ["base:2017"]})
    path = book(
        tmp_path / "book.xlsx", {**given, "Framework": FRAMEWORK, "Framework2017": old, "Scenario": settings}
    )
    assert told(path)["Y020"].fields["indicator"] == "z"


def test_one_year_is_no_series() -> None:
    with pytest.raises(tw.TierwiseError) as caught:
        tw.series(scenario(of_year(figures(), 2019)))
    assert codes_of(caught) == ["Y021"]


def test_a_users_own_method_takes_no_scale_of_other_years(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_of_years.py").write_text(
        "def halves(values):\n    return values / 2\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(METHODS, "_methods", dict(METHODS))  # known for this test only
    monkeypatch.setattr(METHODS, "_names", dict(METHODS._names))
    with own_methods():
        steps = {"normalisation": "own_of_years:halves"}
        assert tw.series(scenario(figures(), index=steps)).years
        with pytest.raises(tw.TierwiseError) as caught:
            tw.series(scenario(figures(), index=steps, panel={"scale": "pooled"}))
    assert {*codes_of(caught)} == {"M047"}


def test_units_under_other_codes_are_one_unit_in_every_table(tmp_path: Path) -> None:
    """One is found by its name, one by [report] renamed, one only looks alike and is told."""
    data = figures((2018, 2019), units=10)
    data["name"] = [f"{name}市" for name in data["name"]]
    last = data["year"] == 2019
    for old, new, name in (("u1", "v1", "U1市"), ("u2", "v2", "另名"), ("u3", "v3", "U3区")):
        data.loc[last & (data["code"] == old), ["code", "name"]] = [new, name]
    settings = pd.DataFrame({"key": ["report.renamed", "panel.scale"], "value": ["u2=v2", "pooled"]})
    given = {"Data": data, "Framework": FRAMEWORK, "Scenario": settings}
    results = tw.run(book(tmp_path / "b.xlsx", given), draws=32)
    cautions = {one.code: one for one in results.scenario.cautions}
    assert cautions["Y027"].fields["units"] == ["U1市 (u1 → v1)"]
    assert (cautions["Y028"].fields["former"], cautions["Y028"].fields["present"]) == (
        "U3市 (u3)",
        "U3区 (v3)",
    )
    assert "Y010" not in cautions  # the one that 2018 lacks is the one that looks alike
    ranks = results.tables["years_ranks"].set_index("code")
    assert ranks.index[ranks[["rank_2018", "rank_2019"]].isna().any(axis=1)].tolist() == ["v3", "u3"]
    for name in ("changes_why", "moves"):
        moved = results.tables[name].set_index("code")
        assert {"v1", "v2"} <= {*moved.index}
        assert {"u3", "v3"}.isdisjoint(moved.index)
        assert moved.loc[["v1", "v2"], "rank_from"].tolist() == ranks.loc[["v1", "v2"], "rank_2018"].tolist()


def test_two_units_of_a_year_that_would_be_one_are_refused(tmp_path: Path) -> None:
    settings = pd.DataFrame({"key": ["report.renamed"], "value": ["u1=u2"]})
    given = {"Data": figures(), "Framework": FRAMEWORK, "Scenario": settings}
    with pytest.raises(tw.TierwiseError) as caught:
        tw.run(book(tmp_path / "b.xlsx", given), draws=32)
    assert codes_of(caught) == ["Q013", "Q013"]
    assert caught.value.problems[0].fields["year"] == ("2017", "2017 年")


def test_an_indicator_in_another_unit_of_measure_is_told(tmp_path: Path) -> None:
    data = figures()
    trees = {year: FRAMEWORK.assign(unit=["", "", "亿元", "", ""]) for year in YEARS}
    trees[2018] = FRAMEWORK.assign(unit=["", "", "万元", "", ""])
    given = {**sheets(data), **{f"Framework{year}": tree for year, tree in trees.items()}}
    found = [
        one
        for one in tw.run(book(tmp_path / "e.xlsx", given), draws=32).scenario.cautions
        if one.code == "Y025"
    ]
    assert [(one.place, one.fields["unit"]) for one in found] == [
        ("Framework2018!F4", "万元"),
        ("Framework2019!F4", "亿元"),
    ]
    settings = pd.DataFrame({"key": ["panel.scale"], "value": ["pooled"]})
    with pytest.raises(tw.TierwiseError) as caught:
        tw.run(book(tmp_path / "p.xlsx", {**given, "Scenario": settings}), draws=32)
    assert codes_of(caught) == ["Y025", "Y025"]


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        ("%", "per cent", "alike"),
        ("‰", "千分比", "alike"),
        ("亿元", "亿元人民币", "alike"),
        ("件", "项", "told"),
        ("元/人", "元", "told"),
        ("亿元", "亿美元", "refused"),
        ("%", "‰", "refused"),
    ],
)
@pytest.mark.parametrize("scale", ["pooled", "base"])
def test_words_for_one_unit_of_measure_are_not_refused(
    scale: str, old: str, new: str, outcome: str, tmp_path: Path
) -> None:
    data = figures()
    trees = {
        f"Framework{year}": FRAMEWORK.assign(unit=["", "", new if year == max(YEARS) else old, "", ""])
        for year in YEARS
    }
    value = str(min(YEARS)) if scale == "base" else scale
    settings = pd.DataFrame({"key": ["panel.scale"], "value": [value]})
    path = book(tmp_path / "b.xlsx", {**sheets(data), **trees, "Scenario": settings})
    if outcome == "refused":
        with pytest.raises(tw.TierwiseError) as caught:
            tw.run(path, draws=32)
        assert codes_of(caught) == ["Y025"]
        return
    found = [one for one in tw.run(path, draws=32).scenario.cautions if one.code == "Y025"]
    assert [one.fields["unit"] for one in found] == ([new] if outcome == "told" else [])


def test_figures_that_jump_from_year_to_year_are_told(tmp_path: Path) -> None:
    data = figures()
    data.loc[data["year"] == 2019, "x"] *= 10_000
    found = told(book(tmp_path / "b.xlsx", {**sheets(data), "Framework": FRAMEWORK}))["Y026"]
    assert (found.place, found.fields["indicator"]) == ("Data2019!C1", "x")
    assert 1_000 < found.fields["times"] < 100_000
    assert "Y026" not in told(book(tmp_path / "plain.xlsx", {**sheets(figures()), "Framework": FRAMEWORK}))


def test_a_price_index_that_is_no_percentage_is_told(tmp_path: Path) -> None:
    data = figures()
    data["cpi"] = [1.05 if year == 2018 else 105.0 for year in data["year"]]
    settings = pd.DataFrame({"key": ["panel.deflator"], "value": ["x=cpi"]})
    given = {"Data": data, "Framework": FRAMEWORK, "Scenario": settings}
    found = told(book(tmp_path / "b.xlsx", given))["Y029"]
    assert (found.fields["year"], found.fields["value"]) == (2018, 1.05)


def test_figures_copied_from_the_year_before_and_turned_directions_are_told(tmp_path: Path) -> None:
    data = figures()
    data.loc[data["year"] == 2019, "y"] = data.loc[data["year"] == 2018, "y"].to_numpy()
    turned = FRAMEWORK.assign(direction=[1, 1, -1, -1, 1])
    trees = {"Framework2017": turned, "Framework2018": FRAMEWORK, "Framework2019": FRAMEWORK}
    cautions = tw.run(book(tmp_path / "b.xlsx", {**sheets(data), **trees}), draws=32).scenario.cautions
    found = {one.code: one.fields for one in cautions}
    assert (found["Y030"]["indicators"], found["Y030"]["year"]) == (["y"], 2019)
    assert (found["Y012"]["indicator"], found["Y012"]["other"]) == ("x", 2017)


def test_a_code_that_was_given_to_another_unit_is_told_with_both(tmp_path: Path) -> None:
    data = figures((2018, 2019), units=10)
    last = data["year"] == 2019
    data.loc[last & (data["code"] == "u1"), ["code", "name"]] = ["v1", "U1"]
    data.loc[last & (data["code"] == "u2"), ["code", "name"]] = ["u1", "New"]
    cautions = told(book(tmp_path / "b.xlsx", {"Data": data, "Framework": FRAMEWORK}))
    assert cautions["Y031"].fields["units"] == ["u1 (U1 → New; U1 = u1 → v1)"]
    assert {"Y010", "Y032"}.isdisjoint(cautions)
    history = pd.DataFrame({"year": 2018, "code": ["u0", "u1"], "name": ["U0", "U1"], "rank": [1, 2]})
    given = {"Data": data[last].drop(columns="year"), "Framework": FRAMEWORK, "History": history}
    given["Scenario"] = pd.DataFrame({"key": ["report.year"], "value": [2019]})
    cautions = told(book(tmp_path / "h.xlsx", given))
    assert cautions["Y031"].place == "History"
    assert cautions["Y031"].fields["units"] == ["u1 (U1 → New; U1 = u1 → v1)"]


def test_codes_that_slipped_against_their_names_are_one_message(tmp_path: Path) -> None:
    data = figures((2018, 2019), units=10)
    before = data["year"] == 2018
    data.loc[before, "code"] = data.loc[before, "code"].to_numpy()[::-1]
    cautions = told(book(tmp_path / "b.xlsx", {"Data": data, "Framework": FRAMEWORK}))
    assert cautions["Y031"].fields["count"] == 10
    units = cautions["Y031"].fields["units"]
    assert units[0] == "u0 (U9 → U0; U9 = u0 → u9; U0 = u9 → u0)"
    assert (len(units), units[-1]) == (4, "…")


def test_another_name_of_a_code_is_told_unless_it_is_alike_or_confirmed(tmp_path: Path) -> None:
    data = figures((2018, 2019), units=10)
    data["name"] = [f"第{name}市" for name in data["name"]]
    last = data["year"] == 2019
    for code, name in (("u1", "第 U1市*"), ("u2", "第U2区"), ("u3", "江苏省第U3市"), ("u4", "襄阳")):
        data.loc[last & (data["code"] == code), "name"] = name
    given = {"Data": data, "Framework": FRAMEWORK}
    cautions = told(book(tmp_path / "b.xlsx", given))
    assert cautions["Y032"].fields["units"] == ["u4 (第U4市 → 襄阳)"]
    assert "Y031" not in cautions
    given["Scenario"] = pd.DataFrame({"key": ["report.renamed"], "value": ["u4=u4"]})
    assert "Y032" not in told(book(tmp_path / "c.xlsx", given))


def test_a_no_keeps_units_of_one_name_apart_in_the_reasons_too(tmp_path: Path) -> None:
    data = figures((2018, 2019), units=10)
    last = data["year"] == 2019
    data.loc[last & (data["code"] == "u1"), "code"] = "v1"  # its name stays
    given = {"Data": data, "Framework": FRAMEWORK}
    codes = [f"u{unit}" for unit in range(10)]
    assert {*tw.run(book(tmp_path / "one.xlsx", given), draws=32).tables["changes_why"]["code"]} == {
        *codes,
        "v1",
    } - {"u1"}
    given["Units"] = pd.DataFrame({"use": ["no"], "former_code": ["u1"], "present_code": ["v1"]})
    two = tw.run(book(tmp_path / "two.xlsx", given), draws=32)
    assert {*two.tables["changes_why"]["code"]} == {*codes} - {"u1"}
