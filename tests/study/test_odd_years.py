"""Mistyped years and lists that are missing between others are told with their places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.raised import codes_of
from tests.study.test_series import FRAMEWORK, book, figures, of_year
from tests.study.test_years_told import sheets

import tierwise as tw
from tierwise.inputs.years import odd_years
from tierwise.stages import check

UNITS = 10


def told(path: Path, given: dict[str, pd.DataFrame], **settings: Any) -> dict[str, Any]:
    """Return what a check of a book says, by code."""
    keys = {"key": [key.replace("_", ".", 1) for key in settings], "value": [*settings.values()]}
    given = {"Framework": FRAMEWORK, "Scenario": pd.DataFrame(keys), **given}
    return {one.code: one for one in check(book(path, given)).cautions}


def history(*years: int) -> pd.DataFrame:
    codes = [f"u{unit}" for unit in range(UNITS)]
    rows = [pd.DataFrame({"year": year, "code": codes, "rank": range(1, UNITS + 1)}) for year in years]
    return pd.concat(rows, ignore_index=True)


def data() -> pd.DataFrame:
    return of_year(figures(units=UNITS), 2019)


def test_years_that_are_odd_among_others() -> None:
    found = odd_years({2016: 9, 2017: 10, 2018: 10, 2091: 1, 1018: 1, 1990: 2})
    assert {year: one.code for year, one in found.items()} == {2091: "Y034", 1018: "Y033"}
    assert odd_years({1990: 1, 2000: 1, 2010: 1, 2020: 1}) == {}  # censuses
    assert [*odd_years({1978: 1, 2018: 30})] == [1978]
    assert odd_years({}) == {}


@pytest.mark.parametrize(("typed", "code"), [(2091, "Y034"), (1918, "Y033")])
@pytest.mark.parametrize("year", [None, 2019])
def test_a_year_of_the_history_that_was_mistyped(
    tmp_path: Path, typed: int, code: str, year: int | None
) -> None:
    lists = history(2017, 2018)
    lists.loc[14, "year"] = typed
    given = {"Data": data(), "History": lists}
    settings = {} if year is None else {"report_year": year}
    found = told(tmp_path / "b.xlsx", given, **settings)[code]
    assert found.place == "History!B16"
    assert found.fields["year"] == typed
    plain = told(tmp_path / "p.xlsx", {"Data": data(), "History": history(2017, 2018)}, **settings)
    assert {"Y033", "Y034"}.isdisjoint(plain)


def test_a_year_of_the_report_or_of_a_sheet_that_was_mistyped(tmp_path: Path) -> None:
    found = told(tmp_path / "b.xlsx", {"Data": data(), "History": history(2018)}, report_year=2091)
    assert found["Y034"].place == "[report] year"
    tables = sheets(figures(units=UNITS))
    tables["Data2091"] = tables.pop("Data2018")
    found = told(tmp_path / "s.xlsx", tables, report_year=2019)
    assert found["Y034"].place == "Data2091!2"


@pytest.mark.parametrize("row", [0, -1])
def test_one_record_of_a_mistyped_year_is_no_list(tmp_path: Path, row: int) -> None:
    cells = figures(units=UNITS)
    cells.loc[cells.index[row], "year"] = 2091
    with pytest.raises(tw.TierwiseError) as caught:
        told(tmp_path / "b.xlsx", {"Data": cells})
    assert codes_of(caught) == ["Y034"]
    assert caught.value.problems[0].place == ("Data!A2" if row == 0 else f"Data!A{len(cells) + 1}")


def test_years_of_national_figures_and_of_counts(tmp_path: Path) -> None:
    cells = data().assign(province="江苏")
    nation = pd.DataFrame({"column": ["x"], "value": [100], "year": [1819]})
    found = told(tmp_path / "n.xlsx", {"Data": cells, "National": nation}, report_year=2019)
    assert found["Y033"].place.startswith("National!")


@pytest.mark.parametrize(
    ("years", "settings", "missing", "spans"),
    [
        ((2016, 2018), {}, [2015, 2017], [3, 5]),
        ((2015, 2016, 2018), {}, [2017], [3, 5]),
        ((2015, 2017, 2018), {}, [2016], [5]),
        ((2017, 2018), {}, None, []),  # the history begins there
        ((2017, 2018), {"report_years": "[3, 4]"}, [2016], [4]),
        ((2015, 2016, 2017, 2018), {}, None, []),
    ],
)
def test_streaks_that_a_missing_list_leaves_out_are_told(
    tmp_path: Path,
    years: tuple[int, ...],
    settings: dict[str, str],
    missing: list[int] | None,
    spans: list[int],
) -> None:
    given = {"Data": data(), "History": history(*years)}
    found = told(tmp_path / "b.xlsx", given, report_year=2019, **settings)
    if missing is None:
        assert "H012" not in found
    else:
        assert (found["H012"].fields["missing"], found["H012"].fields["spans"]) == (missing, spans)
    keys = {
        "report.year": 2019,
        "report.tops": 3,
        **{key.replace("_", "."): settings[key] for key in settings},
    }
    form = pd.DataFrame({"key": [*keys], "value": [*keys.values()]})
    path = book(tmp_path / "r.xlsx", {**given, "Framework": FRAMEWORK, "Scenario": form})
    columns = [*tw.run(path, draws=32).tables["history"]]
    asked = (3, 4) if settings else (3, 5)
    there = [span for span in asked if f"streak_top3_{span}y" in columns]
    assert there == [span for span in asked if {*range(2020 - span, 2019)} <= {*years}]


def test_streaks_further_down_than_the_list_are_told_where_they_were_asked_for(tmp_path: Path) -> None:
    given = {"Data": data(), "History": history(2017, 2018)}
    assert "H013" not in told(tmp_path / "b.xlsx", given)  # 20 and 30 by default
    found = told(tmp_path / "c.xlsx", given, report_tops="[5, 50]")["H013"]
    assert (found.fields["tops"], found.fields["count"]) == ([50], UNITS)
