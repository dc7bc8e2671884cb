"""Data of several years: how they are read, and every year on one scale."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook
from tests.raised import codes_of

import tierwise as tw
import tierwise_addin
from tierwise.stages import check
from tierwise.tables.years import trends

FRAMEWORK = pd.DataFrame(
    {
        "code": ["A", "B", "x", "y", "z"],
        "name": ["A", "B", "x", "y", "z"],
        "parent": ["", "", "A", "A", "B"],
        "weight": [1, 1, 1, 1, 1],
        "direction": [1, 1, 1, -1, 1],
    }
)
YEARS = (2017, 2018, 2019)


def figures(years: tuple[int, ...] = YEARS, units: int = 8, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = [
        [year, f"u{unit}", f"U{unit}", *(1.0 + 9.0 * rng.random(3)).round(2)]
        for year in years
        for unit in range(units)
    ]
    return pd.DataFrame(rows, columns=["year", "code", "name", "x", "y", "z"])


def scenario(data: pd.DataFrame, framework: pd.DataFrame = FRAMEWORK, **sections: object) -> tw.Scenario:
    return tw.Scenario.from_frames("test", data, framework, spec=tw.Spec.of(**sections))  # type: ignore[arg-type]  # sections are tables


def plain_scores(data: pd.DataFrame, scale: pd.DataFrame) -> np.ndarray:
    """Return (x + (1 - y)) / 4 + z / 2 by min-max on a scale, step by step."""
    scaled = {
        key: (data[key].to_numpy() - scale[key].min()) / (scale[key].max() - scale[key].min())
        for key in "xyz"
    }
    return scaled["x"] / 4 + (1 - scaled["y"]) / 4 + scaled["z"] / 2


@pytest.mark.parametrize("scale", ["each", "pooled", "base:2018"])
def test_every_year_stands_on_the_scale_that_is_asked_for(scale: str) -> None:
    data = figures()
    found = tw.series(scenario(data, panel={"scale": scale}))
    assert [*found.years] == [*YEARS]
    assert found.year == 2019
    for year in YEARS:
        own = data[data["year"] == year]
        of = {"each": own, "pooled": data, "base:2018": data[data["year"] == 2018]}[scale]
        np.testing.assert_allclose(found[year].index.scores[:, 0], plain_scores(own, of), rtol=1e-12)


def test_the_run_ranks_its_own_year_as_it_stands_in_the_series() -> None:
    data = figures()
    results = tw.run(scenario(data, panel={"scale": "pooled"}), draws=64)
    assert results.series is not None
    np.testing.assert_array_equal(results.study.index.scores, results.series.this.index.scores)
    np.testing.assert_allclose(
        results.study.index.scores[:, 0], plain_scores(data[data["year"] == 2019], data), rtol=1e-12
    )


def test_one_year_among_others_on_its_own_scale_is_that_year_alone() -> None:
    data = figures()
    alone = tw.run(scenario(data[data["year"] == 2019]), draws=64)
    among = tw.run(scenario(data), draws=64)
    for name in ("ranking", "robustness", "scores", "weights", "cuts"):
        pd.testing.assert_frame_equal(among.tables[name], alone.tables[name])


def test_years_as_text_are_understood_and_told() -> None:
    data = figures()
    data["年份"] = data.pop("year").map("{}年".format)
    read = scenario(data)
    assert (read.year, [*read.others]) == (2019, [2017, 2018])
    assert [one.code for one in read.readings] == ["Y007"]


def test_what_is_no_year_is_named_by_its_cell() -> None:
    data = figures().astype({"year": object})
    data.loc[3, "year"] = "去年"
    with pytest.raises(tw.TierwiseError) as caught:
        scenario(data)
    assert [(one.code, one.place) for one in caught.value.problems] == [("Y001", "Data!A5")]


def test_a_unit_twice_in_a_year_is_named() -> None:
    data = figures()
    data.loc[9, "code"] = "u0"
    with pytest.raises(tw.TierwiseError) as caught:
        scenario(data)
    assert [(one.code, one.place) for one in caught.value.problems] == [("D002", "Data!B11")]


def test_a_year_that_half_of_the_units_lack_is_told_and_nothing_is_invented() -> None:
    data = figures()
    data = data[~((data["year"] == 2018) & data["code"].isin(["u0", "u1", "u2", "u3"]))]
    results = tw.run(scenario(data, panel={"missing": "latest"}), draws=64)
    assert results.series is not None
    assert results.series[2018].index.panel.codes == ("u4", "u5", "u6", "u7")
    told = [one for one in results.scenario.cautions if one.code == "Y010"]
    assert [(one.fields["count"], one.fields["other"]) for one in told] == [(4, 2018)]


def test_a_column_of_years_is_a_figure_where_no_unit_has_two() -> None:
    data = figures((2019,))
    data["year"] = [2017, 2018, 2019, 2019, 2018, 2017, 2018, 2019]
    read = scenario(data)
    assert not read.others
    assert [one.code for one in read.readings] == ["Y009"]
    assert read.panel.extras["year"].tolist() == data["year"].tolist()


@pytest.mark.parametrize(
    ("how", "value", "sources"), [("latest", 2.0, (2017,)), ("linear", 5.0, (2017, 2019))]
)
def test_missing_years_are_filled_and_told_by_cell(how: str, value: float, sources: tuple[int, ...]) -> None:
    data = figures()
    data.loc[data["code"] == "u3", "x"] = [2.0, np.nan, 8.0]
    found = tw.series(scenario(data, panel={"missing": how}))
    assert [(one.year, one.code, one.indicator, one.value, one.sources) for one in found.carried] == [
        (2018, "u3", "x", value, sources)
    ]
    assert found[2018].index.missing.tolist() == [0, 0, 0, 1, 0, 0, 0, 0]
    with pytest.raises(tw.TierwiseError) as caught:
        tw.series(scenario(data))
    assert [(one.code, one.place) for one in caught.value.problems] == [("D011", "Data!D13")]


def test_growth_lies_between_known_figures_not_between_those_of_other_years() -> None:
    """2, 8 and the 8 of 2018 once more grow by 300 % a year, not by 100 %."""
    data = figures()
    data.loc[data["code"] == "u3", "x"] = [2.0, 8.0, np.nan]
    table = trends(tw.series(scenario(data, panel={"missing": "latest"})))
    row = table[(table["code"] == "u3") & (table["node"] == "x")].iloc[0]
    assert row[["value_first", "value_last", "value_growth"]].tolist() == [2.0, 8.0, 3.0]


def test_a_score_that_is_zero_up_to_rounding_does_not_grow() -> None:
    """In 2017 u0 has the mean of 4.2, 2.8, 2.6 and itself: 0 as a z-score, but for the last bits."""
    data = figures((2017, 2018), units=4)
    data.loc[data["year"] == 2017, "x"] = [3.2, 4.2, 2.8, 2.6]
    data.loc[data["year"] == 2018, "x"] = [4.2, 3.2, 2.8, 2.6]
    series = tw.series(scenario(data, index={"normalisation": "z-score"}, tiers={"count": 2}))
    index = series[2017].index
    score = index.scores[0, index.framework.codes.index("x")]
    assert 0 < score < 1e-12
    table = trends(series)
    row = table[(table["code"] == "u0") & (table["node"] == "x")].iloc[0]
    assert row["score_last"] > 0
    assert np.isnan(row["growth"])


def test_figures_at_constant_prices() -> None:
    data = figures()
    data["prices"] = data["year"].map({2017: 100.0, 2018: 110.0, 2019: 121.0})
    found = tw.series(scenario(data, panel={"scale": "pooled", "deflator": {"x": "prices"}}))
    real = data.assign(x=data["x"] / data["prices"] * 100)
    for year in YEARS:
        expected = plain_scores(real[real["year"] == year], real)
        np.testing.assert_allclose(found[year].index.scores[:, 0], expected, rtol=1e-12)


def test_faults_of_deflators_are_told_together() -> None:
    data = figures()
    data["prices"] = 100.0
    data.loc[2, "prices"] = np.nan
    with pytest.raises(tw.TierwiseError) as caught:
        tw.series(scenario(data, panel={"deflator": {"x": "prices", "y": "price"}}))
    assert sorted(codes_of(caught)) == ["Y016", "Y016", "Y016", "Y017"]  # a column that each year lacks
    assert "Data!G4" in {one.place for one in caught.value.problems}


def test_frozen_cuts_are_those_of_the_base_year() -> None:
    data = figures(units=20)
    data.loc[data["year"] == 2017, ["x", "z"]] *= 0.5
    spec = {"panel": {"scale": "base:2018", "tiers": "frozen"}, "tiers": {"count": 3}}
    found = tw.series(scenario(data, **spec))
    cuts = found[2018].tiers.cut_scores
    for year in YEARS:
        scores, tiers = found[year].index.score, found[year].tiers.tiers
        expected = 1 + (scores[:, None] < cuts).sum(axis=1)
        assert tiers.tolist() == expected.tolist()


def book(path: Path, sheets: dict[str, pd.DataFrame]) -> Path:
    made = Workbook()
    assert made.active is not None
    made.remove(made.active)
    for name, frame in sheets.items():
        sheet = made.create_sheet(name)
        sheet.append([*frame.columns])
        for row in frame.itertuples(index=False):
            sheet.append([None if pd.isna(value) else value for value in row])
    made.save(path)
    return path


def of_year(data: pd.DataFrame, year: int) -> pd.DataFrame:
    return data[data["year"] == year].drop(columns="year")


def test_a_sheet_for_each_year_with_its_own_framework_and_settings(tmp_path: Path) -> None:
    data = figures()
    old = FRAMEWORK.assign(weight=[1, 3, 1, 1, 1])
    settings = pd.DataFrame(
        {"key": ["years.2017.index.normalisation", "report.year"], "value": ["rank", 2019]}
    )
    sheets = {f"数据{year}年": of_year(data, year) for year in YEARS}
    path = book(
        tmp_path / "book.xlsx", {**sheets, "指标体系": FRAMEWORK, "Framework 2017": old, "Scenario": settings}
    )
    read = tw.load(path)
    assert (read.year, [*read.others]) == (2019, [2017, 2018])
    assert read.others[2017].spec.index.normalisation == "rank"
    assert read.spec.index.normalisation == "min-max"
    found = tw.series(read)
    weights = {
        year: dict(zip(tree.codes, tree.local_weights.tolist(), strict=True))
        for year, tree in ((one, found[one].index.framework) for one in YEARS)
    }
    assert (weights[2017]["B"], weights[2018]["B"]) == (0.75, 0.5)
    told = {one.code for one in tw.run(path, draws=64).scenario.cautions}
    assert "Y012" not in told  # each year by itself


def test_one_file_a_year(tmp_path: Path) -> None:
    data = figures()
    for year in YEARS:
        of_year(data, year).to_csv(tmp_path / f"{year}.csv", index=False)
    FRAMEWORK.to_csv(tmp_path / "framework.csv", index=False)
    (tmp_path / "s.toml").write_text(
        'name = "s"\n[data]\nunits = {2017 = "2017.csv", 2018 = "2018.csv", 2019 = "2019.csv"}\n'
        'framework = "framework.csv"\n',
        encoding="utf-8",
    )
    read = tw.load(tmp_path / "s.toml")
    assert (read.year, [*read.others]) == (2019, [2017, 2018])
    assert len(read.inputs) == 5


def test_problems_of_all_years_are_found_at_once(tmp_path: Path) -> None:
    data = figures()
    data.loc[[1, 10], "x"] = np.nan
    path = book(
        tmp_path / "book.xlsx",
        {**{f"Data{year}": of_year(data, year) for year in YEARS}, "Framework": FRAMEWORK},
    )
    with pytest.raises(tw.TierwiseError) as caught:
        check(path)
    assert [(one.code, one.place) for one in caught.value.problems] == [
        ("D011", "Data2017!C3"),
        ("D011", "Data2018!C4"),
    ]


@pytest.mark.parametrize(
    ("sections", "code"),
    [({"report": {"year": 2016}}, "Y004"), ({"panel": {"scale": "base:2001"}}, "Y004")],
)
def test_a_year_without_data_is_refused(sections: dict[str, object], code: str) -> None:
    with pytest.raises(tw.TierwiseError) as caught:
        tw.series(scenario(figures(), **sections))
    assert codes_of(caught) == [code]


def test_a_framework_whose_codes_changed_is_told(tmp_path: Path) -> None:
    data = figures()
    old = FRAMEWORK.assign(code=["A", "B", "x", "y", "w"], name=["A", "B", "x", "y", "w"])
    sheets = {f"Data{year}": of_year(data, year) for year in YEARS}
    sheets["Data2017"] = sheets["Data2017"].rename(columns={"z": "w"})
    path = book(tmp_path / "book.xlsx", {**sheets, "Framework": FRAMEWORK, "Framework2017": old})
    told = [one for one in tw.run(path, draws=64).scenario.cautions if one.code == "Y011"]
    assert [(one.fields["other"], one.fields["added"], one.fields["dropped"]) for one in told] == [
        (2017, ["z"], ["w"])
    ]


@pytest.mark.parametrize("scale", ["each", "pooled", "base:2018"])
def test_a_cell_gives_what_a_series_does(scale: str) -> None:
    data = figures()
    flat = pd.DataFrame({"code": ["x", "y", "z"], "weight": [3, 2, 1], "direction": [1, -1, 1]})
    found = tw.series(scenario(data, flat, panel={"scale": scale}))
    cells = tierwise_addin.call(
        "IDX_PANEL",
        data[["x", "y", "z"]].to_numpy().tolist(),
        [[float(year)] for year in data["year"]],
        [[3.0, 2.0, 1.0]],
        scale,
        None,
        None,
        [[1.0, -1.0, 1.0]],
    )
    assert cells[0] == ["score", "rank"]
    expected = np.concatenate([one.index.scores[:, 0] for one in found.years.values()])
    np.testing.assert_allclose([float(row[0]) for row in cells[1:]], expected, rtol=1e-12)
    ranks = np.concatenate([one.index.ranks for one in found.years.values()])
    assert [row[1] for row in cells[1:]] == ranks.tolist()


def test_one_panel_is_of_one_year() -> None:
    with pytest.raises(tw.TierwiseError) as caught:
        tw.Panel.from_frame(figures())
    assert [(one.code, one.place) for one in caught.value.problems] == [("Y023", "Data!A1")]
    assert len(tw.Panel.from_frame(figures((2019,)))) == 8
