"""Next year's data: units matched, columns lacking or new, other units of measure, years in one table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from tests.raised import codes_of

import tierwise as tw
from tierwise.errors import Problem, TierwiseError
from tierwise.renewal.book import next_year
from tierwise.stages import check
from tierwise.study.scenario import load, read_scenario


def test_units_are_matched_proposed_and_listed(old: Path, raw: Callable[..., Path], tmp_path: Path) -> None:
    new = tmp_path / "new.xlsx"
    renewed = next_year(old, new, 2020, raw())
    assert renewed.matching is not None
    assert [(pair.kind, renewed.words(pair)["unit"]) for pair in renewed.matching.pairs] == [
        ("renamed", "海门市"),
        ("gone", "长沙县"),
        ("new", "雄安新县"),
    ]
    reading = read_scenario(new)
    assert reading.findings.found == []
    assert reading.scenario is not None
    assert reading.scenario.spec.report.renamed == {}
    assert [one.code for one in reading.scenario.readings] == ["Q015"]
    assert "如东县" in reading.scenario.panel.codes
    book = openpyxl.load_workbook(new)
    sheet = book["Units"]
    assert [one.formula1 for one in sheet.data_validations.dataValidation] == ['"是,否"']
    sheet["A2"] = "是"
    book.save(new)
    decided = read_scenario(new).whole()
    assert decided.spec.report.renamed == {"海门市": "海门区"}
    assert decided.readings == ()
    changes = tw.run(decided, draws=64).tables["changes"].set_index("name")
    assert changes.loc["海门区", "previous_rank"] == 14
    assert changes.loc["长沙县", "change"] == "exit"
    assert changes.loc["雄安新县", "change"] == "entry"


def test_the_year_after_goes_on_with_what_was_confirmed(
    old: Path, raw: Callable[..., Path], tmp_path: Path
) -> None:
    first, second = tmp_path / "2020.xlsx", tmp_path / "2021.xlsx"
    next_year(old, first, 2020, raw())
    book = openpyxl.load_workbook(first)
    book["Units"]["A2"] = "是"
    book.save(first)
    table = raw(lambda frame: frame.replace({"县（市）": {"雄安新县": "雄安新区"}}))
    renewed = next_year(first, second, 2021, table)
    assert renewed.ranks == 100
    scenario = read_scenario(second).whole()
    assert scenario.spec.report.renamed == {"海门市": "海门区"}
    assert {2019, 2020} <= {*scenario.others}
    assert [one.code for one in scenario.readings] == ["Q015"]  # 雄安新县 and 雄安新区


def test_a_rename_that_nobody_decided_on_is_told_once(
    old: Path, raw: Callable[..., Path], tmp_path: Path
) -> None:
    """On the sheet that asks, with what follows; without that sheet where the setting that decides stands."""
    new = tmp_path / "new.xlsx"
    next_year(old, new, 2020, raw())

    def told() -> list[Problem]:
        return [one for one in check(new).cautions if "海门" in one.line("zh")]

    (asked,) = told()
    assert asked.code == "Q015"
    assert "按两个单位计，榜单变动中不计退出与新进；请填“是”或“否”" in asked.line("zh")
    assert "two units, on the list neither as an exit nor as an entry; write yes or no" in asked.line("en")
    book = openpyxl.load_workbook(new)
    del book["Units"]
    book.save(new)
    (alike,) = told()
    assert alike.code == "Y028"
    assert "海门市=海门区" in alike.line("zh")
    assert "不计退出与新进" in alike.line("zh")


def test_columns_that_are_lacking_or_new_are_told(
    old: Path, raw: Callable[..., Path], tmp_path: Path
) -> None:
    def changed(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.drop(columns=["出口依存度", "region"]).assign(新指标=1.5)

    renewed = next_year(old, tmp_path / "new.xlsx", 2020, raw(changed))
    assert renewed.lacking == ("出口依存度",)
    assert renewed.added == ("新指标",)
    panel = read_scenario(tmp_path / "new.xlsx").scenario.panel
    assert np.isnan(panel.values[:, panel.indicators.index("出口依存度")]).all()
    assert panel.extras["新指标"].tolist() == [1.5] * 100
    assert dict(zip(panel.codes, panel.groups["region"], strict=True))["江阴市"] == "东部"


@pytest.mark.parametrize(
    ("given", "codes_found"), [("人口（人）", ["Q021"]), ("人口（万人）", []), ("人口", [])]
)
def test_another_unit_than_the_books_is_refused(
    given: str,
    codes_found: list[str],
    sheets: dict[str, list[list[Any]]],
    write_book: Callable[..., Path],
    tmp_path: Path,
) -> None:
    head, *rows = sheets["Data"]
    sheets["Data"] = [[*head, "人口（万人）"], *([*row, 10 + at] for at, row in enumerate(rows))]
    sheets["Scenario"].append(["report.year", 2019])
    book, raw = write_book(sheets), tmp_path / "raw.csv"
    lines = [[*head, given], *([*row, 20 + at] for at, row in enumerate(rows))]
    raw.write_text(
        "\n".join(",".join("" if cell is None else str(cell) for cell in line) for line in lines),
        encoding="utf-8",
    )
    if codes_found:
        with pytest.raises(TierwiseError) as caught:
            next_year(book, tmp_path / "new.xlsx", 2020, raw)
        assert codes_of(caught) == codes_found
        assert "Data!" in caught.value.text("zh")
        return
    renewed = next_year(book, tmp_path / "new.xlsx", 2020, raw)
    assert renewed.added == renewed.lacking == ()
    assert read_scenario(tmp_path / "new.xlsx").scenario.panel.extras["人口（万人）"][0] == 20


@pytest.fixture
def long_book(
    sheets: dict[str, list[list[Any]]], write_book: Callable[..., Path]
) -> tuple[Path, list[list[Any]]]:
    """Return a book whose Data holds 2018 and 2019 under a column of years, and the rows of 2019."""
    head, *rows = sheets["Data"]
    sheets["Data"] = [[*head, "年份"], *([*row, year] for year in (2018, 2019) for row in rows)]
    return write_book(sheets), [head, *rows]


def long_data(path: Path) -> pd.DataFrame:
    return pd.DataFrame(openpyxl.load_workbook(path)["Data"].values).T.set_index(0).T


@pytest.mark.parametrize("given", [False, True], ids=["emptied", "with data"])
def test_years_in_one_table_go_on_below(
    given: bool, long_book: tuple[Path, list[list[Any]]], tmp_path: Path
) -> None:
    book, (head, *rows) = long_book
    raw = tmp_path / "raw.csv"
    figures = [at for at, cell in enumerate(rows[0]) if isinstance(cell, (int, float))]
    grown = [
        [cell * 1.5 if at in figures and cell is not None else cell for at, cell in enumerate(row)]
        for row in rows
    ]
    lines = [[*head, "年度"], *([*row, 2019] for row in rows), *([*row, "2020年"] for row in grown[::-1])]
    pd.DataFrame(lines[1:], columns=lines[0]).to_csv(raw, index=False, encoding="utf-8-sig")
    renewed = next_year(book, tmp_path / "new.xlsx", 2020, raw if given else None)
    assert renewed.below
    before, after = long_data(book), long_data(tmp_path / "new.xlsx")
    assert after.iloc[: len(before)].astype(str).equals(before.astype(str))
    added = after.iloc[len(before) :].reset_index(drop=True)
    assert added["年份"].tolist() == [2020] * len(rows)
    if given:
        assert renewed.other_years == {2019: len(rows)}
        assert "年度" not in after
        expected = {row[0]: [row[at] for at in figures] for row in grown}
        named = [head[at] for at in figures]
        for code, *values in added[[head[0], *named]].itertuples(index=False):
            assert values == pytest.approx(expected[code], nan_ok=True)
        assert load(tmp_path / "new.xlsx").year == 2020
    else:
        assert added[head[0]].tolist() == [row[0] for row in rows]
        assert added[[head[at] for at in figures]].isna().to_numpy().all()


def test_a_new_table_without_the_year_is_refused(
    long_book: tuple[Path, list[list[Any]]], tmp_path: Path
) -> None:
    book, (head, *rows) = long_book
    raw = tmp_path / "raw.csv"
    lines = [[*row, year] for year in (2018, 2019) for row in rows]
    pd.DataFrame(lines, columns=[*head, "年份"]).to_csv(raw, index=False, encoding="utf-8-sig")
    with pytest.raises(TierwiseError) as error:
        next_year(book, tmp_path / "new.xlsx", 2020, raw)
    assert codes_of(error) == ["Q020"]
    assert not (tmp_path / "new.xlsx").exists()
