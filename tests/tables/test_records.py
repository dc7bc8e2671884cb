"""Units and groups over all lists, as far as these are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tierwise as tw

FRAMEWORK = pd.DataFrame({"code": ["x"], "weight": [1]})


@pytest.fixture(scope="module")
def counties() -> tw.Results:
    return tw.run("industrial-counties-2019", draws=64)


def scenario(history: pd.DataFrame, **sections: object) -> tw.Scenario:
    data = pd.DataFrame(
        {
            "code": [*"abcdef"],
            "name": [*"ABCDEF"],
            "province": ["P", "P", "Q", "Q", "R", "R"],
            "belt": ["N;S", "N", "S", "", "N", "S"],
            "x": [6.0, 5, 4, 3, 2, 1],
        }
    )
    given = {"select": {"top": 4}, "tiers": {"count": 2}, "report": {"groups": ["province", "belt"]}}
    spec = tw.Spec.of(**{**given, **sections})  # type: ignore[arg-type]  # sections are tables
    return tw.Scenario.from_frames("lists", data, FRAMEWORK, None, history, spec=spec)


def history() -> pd.DataFrame:
    """Return three lists of four: 2016 known in part, 2017 whole, 2018 whole with z, which is gone."""
    rows = [
        (2016, "a", 2, 1, ""),
        (2016, "b", np.nan, 2, ""),
        (2017, "a", 1, 1, ""),
        (2017, "c", 2, 1, ""),
        (2017, "e", 3, 2, ""),
        (2017, "d", 4, 2, ""),
        (2018, "b", 1, 1, ""),
        (2018, "a", 2, 1, ""),
        (2018, "z", 3, 2, "Q"),
        (2018, "c", 4, 2, ""),
    ]
    return pd.DataFrame(rows, columns=["year", "code", "rank", "tier", "province"])


def test_units_over_all_lists() -> None:
    tables = tw.run(scenario(history()), draws=64).tables
    units = tables["history_units"].set_index("code")
    assert [*units.index] == ["a", "b", "c", "d", "z", "e"]
    expected = {
        "lists": [4, 3, 3, 2, 1, 1],
        "unknown": [0, 0, 1, 1, 1, 1],
        "first_year": [2016, 2016, 2017, 2017, 2018, 2017],
        "last_year": [2019, 2019, 2019, 2019, 2018, 2017],
        "streak": [4, 2, 3, 1, 0, 0],
        "streak_more": [0, 0, 1, 0, 0, 0],
        "longest_streak": [4, 2, 3, 1, 1, 1],
        "best_rank": [1, 1, 2, 4, 3, 3],
        "best_year": [2019, 2018, 2017, 2019, 2018, 2017],
        "worst_rank": [2, 2, 4, 4, 3, 3],
    }
    for column, values in expected.items():
        assert units[column].tolist() == values, column
    assert units.loc["a", ["tier", "tier_streak", "tier_or_higher_streak"]].tolist() == [1, 4, 4]
    assert units.loc["c", ["tier", "tier_streak"]].tolist() == [2, 2]
    assert units.loc["c", "move_2017"] == -1
    assert units.loc["c", "move_2018"] == 1
    assert pd.isna(units.loc["b", "move_2016"])


def test_entries_and_exits_since_each_list() -> None:
    results = tw.run(scenario(history()), draws=64)
    since = results.tables["changes_since"].set_index(["since", "code"])["change"]
    assert since[2018].to_dict() == {"a": "up", "b": "down", "c": "up", "d": "entry", "z": "exit"}
    assert since[2017].to_dict() == {"a": "same", "b": "entry", "c": "down", "d": "same", "e": "exit"}
    assert since[2016].to_dict() == {"a": "up", "b": "listed", "c": "not-named", "d": "not-named"}
    by_province = results.tables["changes_by_province"]
    rows = [tuple(row) for row in by_province[["province", "since", "entries", "exits"]].to_numpy()]
    assert rows == [("Q", 2018, 1, 1), ("P", 2017, 1, 0), ("R", 2017, 0, 1)]
    assert by_province["left"].tolist()[0] == "z"
    told = {one.code: one.fields for one in results.scenario.cautions}
    assert told["H009"]["lists"] == ["2016: 2"]


def test_groups_over_all_whole_lists() -> None:
    tables = tw.run(scenario(history()), draws=64).tables
    years = tables["distribution_province_years"]
    assert [*years.columns] == ["province", "units_2019", "units_2018", "units_2017"]
    assert years.set_index("province").T.to_dict() == {
        "P": {"units_2019": 2, "units_2018": 2, "units_2017": 1},
        "Q": {"units_2019": 2, "units_2018": 2, "units_2017": 2},
        "R": {"units_2019": 0, "units_2018": 0, "units_2017": 1},
    }


def test_units_of_several_groups_count_in_each_and_no_sentence_adds_them_up() -> None:
    tables = tw.run(scenario(history()), draws=64).tables
    belts = tables["distribution_belt"].set_index("belt")["units"]
    assert belts.to_dict() == {"N": 2, "S": 2}
    assert not [name for name in tables["sentences"]["name"] if "belt" in name]


def test_a_column_of_the_history_that_data_have_not_is_told() -> None:
    given = history().rename(columns={"province": "zone"})
    told = [one for one in tw.run(scenario(given), draws=64).scenario.cautions if one.code == "H010"]
    assert [one.fields["columns"] for one in told] == [["zone"]]


def test_the_counties_over_their_lists(counties: tw.Results) -> None:
    """The report, 2.3: 昆山, 江阴 always first or second; 张家港, 常熟 third or fourth."""
    units = counties.tables["history_units"].set_index("code")
    for names, ends in ((["江阴市", "昆山市"], (1, 2)), (["张家港市", "常熟市"], (3, 4))):
        for name in names:
            assert (units.loc[name, "best_rank"], units.loc[name, "worst_rank"]) == ends
            assert units.loc[name, "streak"] == 4
    exits = counties.tables["changes_by_province"].query("since == 2018")
    assert exits["left"].tolist() == ["莱西市", "当阳市"]  # provinces from the figures of 2018


def test_the_earlier_years_rank_as_published_as_far_as_the_lists_are_known(counties: tw.Results) -> None:
    given = counties.scenario.history
    assert given is not None
    years = counties.tables["years"].set_index(["year", "code"])
    for year, behind in ((2017, {}), (2018, {"桓台县": 1, "莱西市": 2, "大冶市": 6})):
        for code, rank in given.of_year(year).items():  # six units of the list of 2018 are not known
            if rank > 0:
                assert years.loc[(year, code), "rank"] == rank - behind.get(code, 0), (year, code)
    listed = years.loc[2018].dropna(subset=["tier"]).index
    assert {*listed} == {*given.of_year(2018)}
