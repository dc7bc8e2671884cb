"""Headings, sheets and notes come from the declaration of a table's column, whatever the data call theirs."""

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.report.page import shown_tables
from tierwise.report.presented import names_of, presented, records
from tierwise.report.workbook import fits
from tierwise.tables.registry import (
    SECTIONS,
    TABLES,
    columns_of,
    is_sheet_of_run,
    note,
    sheet_name,
    sheet_names,
    table_of,
)
from tierwise.tables.table import Names
from tierwise.words.language import Language


@pytest.fixture(scope="module")
def results() -> tw.Results:
    return tw.run("industrial-counties-2019", draws=200)


def test_sheet_names_and_notes(results: tw.Results) -> None:
    for table in results.tables:
        assert not sheet_name(table, "zh").isascii(), table
        assert note(table, "en"), table
        assert note(table, "zh"), table
    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        names = sheet_names(results.tables, language)
        assert len({*names.values()}) == len(names)
        assert all(is_sheet_of_run(sheet) for sheet in names.values())


def test_headings(results: tw.Results) -> None:
    for table, frame in results.tables.items():
        assert fits(frame)
        for column in columns_of(table, frame):
            if not column.names:
                assert not column.title.zh.isascii() or column.title.en == column.title.zh, column.name
                assert column.title.en != column.name, f"{table}: {column.name}"


def test_every_declaration_speaks_both_languages() -> None:
    for table in TABLES:
        for text in (table.title, table.note, table.row):
            assert text.en, table.name
            assert not text.zh.isascii(), table.name
        for column in table.columns:
            assert column.meaning.en or not column.in_file, (table.name, column.name)
            assert column.meaning.zh or not column.in_file, (table.name, column.name)
            assert column.names or column.title.en, (table.name, column.name)
    assert len({table.name for table in TABLES}) == len(TABLES)
    assert note("distribution_province_years", "en").startswith("Listed units by province, in")
    assert note("distribution_province_years", "zh") == "各省份本期与往期（名单完整者）的入榜单位数"


def test_a_code_is_no_heading_of_ours() -> None:
    # An indicator called `total` or `cv`, a group column `kind` and a group called "missing" are the user's.
    scores = pd.DataFrame([["a", 0.5, 1.0, 2.0, 3.0]], columns=["code", "index", "total", "cv", "code"])
    headings = [column.title.zh for column in columns_of("scores", scores)]
    assert headings == ["代码", "总指数", "total", "cv", "code"]
    ranking = pd.DataFrame(
        [["a", "A", "missing", "entry", 0.5, 1, 1, 1]],
        columns=["code", "name", "kind", "step", "score", "rank", "tier", "first_in_group"],
    )
    made = presented("ranking", ranking, Names(), "zh")
    assert made.headings("zh") == ["代码", "名称", "kind", "step", "得分", "排名", "梯队", "kind首位"]
    assert made.frame.iloc[0].tolist() == ["a", "A", "missing", "entry", 0.5, 1, 1, "★"]
    assert [
        column.title.zh for column in columns_of("distribution_kind", pd.DataFrame(columns=["kind"]))
    ] == ["kind"]


def test_a_number_without_bounds_is_shown_as_such() -> None:
    frame = pd.DataFrame({"code": ["a", "b", "c"], "alpha": [1.0, float("-inf"), float("inf")]})
    assert records(frame) == [["a", 1.0], ["b", "-∞"], ["c", "∞"]]


def test_criteria_of_the_number_of_tiers_have_bounds_or_are_blank(results: tw.Results) -> None:
    quality = results.tables["tiers_quality"].drop(columns="chosen_by").astype(float)
    assert not np.isinf(quality.to_numpy()).any()


def test_the_page_has_the_order_of_the_declarations(results: tw.Results) -> None:
    order = shown_tables(results.tables)
    assert order[0] == "ranking"
    assert "scores" not in order
    assert all(table_of(name).place for name in order)
    parts = [table_of(name).section for name in order]
    assert [*dict.fromkeys(parts)] == [part for part in SECTIONS if part in parts]
    for part in SECTIONS:
        places = [table_of(name).place for name in order if table_of(name).section == part]
        assert places == sorted(places)


def test_dimensions_stand_beside_the_ranking(results: tw.Results) -> None:
    made = presented("ranking", results.tables["ranking"], names_of(results.study), "zh")
    headings = made.headings("zh")
    assert headings[headings.index("创新") + 1] == "创新排名"
    framework = results.study.index.framework
    node = framework.codes.index("创新")
    row = made.frame.iloc[0]
    best = results.study.index.order[0]
    assert row["score:创新"] == results.study.index.scores[best, node]
    ranks = (results.study.index.scores[:, node] > results.study.index.scores[best, node]).sum() + 1
    assert row["rank:创新"] == ranks
