"""Every sheet that a run writes has its name, its note and its headings in both languages."""

import re

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.report.workbook import fits, records
from tierwise.words.headings import SHEETS, heading, sheet_name
from tierwise.words.notes import NOTES, note


@pytest.fixture(scope="module")
def results() -> tw.Results:
    return tw.run("industrial-counties-2019", draws=200)


def test_sheet_names_and_notes(results: tw.Results) -> None:
    for table in results.tables:
        assert not sheet_name(table, "zh").isascii(), table
        assert note(table, "en"), table
        assert note(table, "zh"), table
    for language in ("en", "zh"):
        names = [sheet_name(table, language) for table in results.tables]
        assert len(set(names)) == len(names)


def test_headings(results: tw.Results) -> None:
    codes = {*results.scenario.framework.codes, *results.scenario.panel.extras}
    for table, frame in results.tables.items():
        assert fits(frame)
        for column in map(str, frame.columns):
            if column not in codes and re.fullmatch(r"[a-z_0-9]+", column):
                assert not heading(column, "zh").isascii(), f"{table}: {column}"
                assert heading(column, "en") != column, f"{table}: {column}"


def test_every_table_has_its_note_also_where_the_bundled_scenario_has_no_such_table() -> None:
    assert set(SHEETS) - set(NOTES) == {"summary"}
    assert note("distribution_province_years", "en").startswith("Listed units of each province, in this")
    assert note("distribution_province_years", "zh") == "各省份本期与上期的入榜单位数"


def test_a_number_without_bounds_is_shown_as_such() -> None:
    frame = pd.DataFrame({"code": ["a", "b", "c"], "alpha": [1.0, float("-inf"), float("inf")]})
    assert records(frame) == [["a", 1.0], ["b", "-∞"], ["c", "∞"]]


def test_criteria_of_the_number_of_tiers_have_bounds_or_are_blank(results: tw.Results) -> None:
    quality = results.tables["tiers_quality"].drop(columns="chosen_by").astype(float)
    assert not np.isinf(quality.to_numpy()).any()
