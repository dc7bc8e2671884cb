"""Two runs side by side: lists, groups, settings, cells and reasons, of books and of folders of results."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from tests.raised import codes_of
from tests.tables.test_declared import mistakes_of
from typer.testing import CliRunner

import tierwise as tw
from tierwise.cli import assembled
from tierwise.errors import TierwiseError
from tierwise.runs import compare_runs
from tierwise.runs.page import largest, lines, sentences, write_book, write_page
from tierwise.runs.sides import flat, of_scenario
from tierwise.spec import Spec
from tierwise.study.compare import compare
from tierwise.tables.registry import table_of

Sheets = dict[str, list[list[Any]]]
Write = Callable[[Sheets], Path]


@pytest.fixture
def books(sheets: Sheets, write_book: Write, tmp_path: Path) -> tuple[Path, Path]:
    """Two books of a list of four: a weight, a figure, a score, a setting and a unit differ."""
    sheets["Scenario"] += [["select.top", 4], ["report.year", 2018]]
    first = write_book(sheets).rename(tmp_path / "first.xlsx")
    sheets["Data"][1][3] = 33  # gdp of a
    sheets["Data"][5] = ["g", "庚", "山东", 40, 8, 1, 45, 70]  # in the place of e
    sheets["Framework"][2][3], sheets["Framework"][3][3] = 0.9, 0.1
    sheets["Experts"][1][2] = 1
    sheets["Scenario"][-1][1] = 2019
    sheets["Scenario"].append(["index.aggregation", "geometric"])
    sheets["Scenario"].append(["index.normalise.to", "[1, 100]"])
    return first, write_book(sheets).rename(tmp_path / "second.xlsx")


def test_the_counts_are_of_all_units_ranked_in_both(books: tuple[Path, Path]) -> None:
    runs = compare_runs(*books)
    told = next(str(value) for heading, value in lines(runs) if heading in {"Units listed", "入榜单位"})
    before, after, common, *kinds = map(int, re.findall(r"\d+", told))
    ranked = np.isfinite(runs.of("ranks"))
    assert [before, after] == runs.listed.sum(axis=1).tolist()
    assert common == sum(kinds) == ranked.all(axis=0).sum()
    gained = np.subtract(*runs.of("ranks")[:, ranked.all(axis=0)])
    assert kinds == [(gained > 0).sum(), (gained < 0).sum(), (gained == 0).sum()]


def test_books(books: tuple[Path, Path]) -> None:
    runs = compare_runs(*books)
    tables = runs.tables
    for name, frame in tables.items():
        assert mistakes_of(table_of(name), frame) == [], name
    settings = tables["compared_settings"].set_index("key")
    assert settings["to"].to_dict() == {
        "index.aggregation": "geometric",
        "index.normalise.to": "[1.0, 100.0]",
    }
    cells = tables["compared_figures"]
    told = {
        (row.sheet, row.row, row.column): (row[4], row.to, row.place) for row in cells.itertuples(index=False)
    }
    assert {key: value[1:] for key, value in told.items()} == {
        ("Data", "甲", "gdp"): ("33", "Data!D2"),
        ("Framework", "gdp", "weight"): ("0.9", "Framework!D3"),
        ("Framework", "patents", "weight"): ("0.1", "Framework!D4"),
        ("Experts", "1 专家01", "output"): ("1", ""),
    }
    assert cells["from"].tolist() == ["10", "0.5", "0.5", "5"]
    by = {side: tw.index(*parts(tw.load(book))).ranks for side, book in zip("ab", books, strict=True)}
    units = tables["compared_units"].set_index("code")
    panels = [tw.load(book).panel.codes for book in books]
    for code in units.index:
        for column, side, panel in (("rank_from", "a", panels[0]), ("rank_to", "b", panels[1])):
            if code in panel:
                assert units.loc[code, column] == by[side][panel.index(code)]
            else:
                assert np.isnan(float(units[column].astype(float)[code]))
    listed = [
        {code for code, rank in zip(panel, ranks, strict=True) if rank <= 4}
        for panel, ranks in zip(panels, by.values(), strict=True)
    ]
    assert {*units.index[units["change"] == "entry"]} == listed[1] - listed[0]
    assert {*units.index[units["change"] == "exit"]} == listed[0] - listed[1]
    assert runs.why is not None
    assert runs.why.left == ("e",)
    assert runs.why.entered == ("g",)
    assert runs.notes == ()


def parts(scenario: tw.Scenario) -> tuple[Any, ...]:
    return scenario.panel, scenario.framework, scenario.spec, scenario.experts


def test_groups_count_and_name_who_came_and_left(books: tuple[Path, Path]) -> None:
    runs = compare_runs(*books)
    groups = runs.tables["compared_groups"].set_index("group")
    assert groups["units_from"].sum() == runs.listed[0].sum() == 4
    assert groups["units_to"].sum() == 4
    named = [name for cell in groups["entered"] for name in cell.split(", ") if name]
    entered = [name for name, kind in zip(runs.names, runs.kinds, strict=True) if kind == "entry"]
    assert sorted(named) == sorted(entered)


def test_the_same_measures_as_scenarios_beside_their_base() -> None:
    """`tw.compare` of a list with itself under equal weights finds the same differences."""
    scenario = tw.load("industrial-counties-2019")
    equal = Spec.model_validate(
        {
            **scenario.spec.model_dump(exclude_unset=True),
            "index": {**scenario.spec.index.model_dump(exclude_unset=True), "weights": "equal"},
        }
    )
    one, other = of_scenario(scenario, "a"), of_scenario(replace(scenario, spec=equal), "b")
    runs = compare_runs(one, other)
    beside = compare(*parts(scenario))
    at = beside.names.index("等权")
    for name in ("rank_shift_mean", "rank_shift_max", "spearman", "entries", "exits"):
        assert getattr(runs.differences, name)[0] == pytest.approx(getattr(beside.differences, name)[at])
    assert runs.kendall == pytest.approx(beside.kendall[at])
    assert runs.why is not None
    assert runs.why.factors == ("own", "others", "weights")
    assert runs.tables["compared_settings"]["key"].tolist() == ["index.weights"]
    assert "compared_figures" not in runs.tables


def test_a_list_beside_itself_has_nothing_to_tell() -> None:
    runs = compare_runs("technology-achievement", "technology-achievement")
    assert {*runs.kinds} == {"same"}
    assert {*runs.tables} <= {"compared_units", "compared_groups", "changes_why"}
    assert runs.differences.rank_shift_max[0] == 0


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of a bundled scenario, in a folder."""
    folder = tmp_path_factory.mktemp("runs") / "tai"
    tw.run("technology-achievement", draws=64).write(folder)
    return folder


def test_a_folder_is_compared_as_its_input_is(results: Path) -> None:
    by_folder = compare_runs(results, "technology-achievement-equal")
    by_name = compare_runs("technology-achievement", "technology-achievement-equal")
    assert by_folder.notes == ()
    assert by_folder.kinds == by_name.kinds
    assert by_folder.why is not None
    assert by_name.why is not None
    np.testing.assert_array_equal(by_folder.why.shares.rank_shares, by_name.why.shares.rank_shares)


class TestFolders:
    """A folder whose input is not there as it was still has its list."""

    @pytest.fixture
    def run(self, books: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
        book = books[0]
        tw.run(tw.load(book), draws=64).write(tmp_path / "out")
        return book, tmp_path / "out"

    def test_of_a_book(self, run: tuple[Path, Path]) -> None:
        book, folder = run
        runs = compare_runs(folder, book)
        assert runs.notes == ()
        assert {*runs.kinds} <= {"same", ""} | {"same"}
        assert runs.why is not None

    def test_that_is_gone(self, run: tuple[Path, Path], books: tuple[Path, Path]) -> None:
        book, folder = run
        book.unlink()
        runs = compare_runs(folder, books[1])
        assert [one.code for one in runs.notes] == ["Q032"]
        assert runs.why is None
        assert {"entry", "exit"} & {*runs.kinds}
        assert "compared_settings" in runs.tables
        assert sentences(runs) == []
        assert lines(runs)

    def test_that_was_edited(self, run: tuple[Path, Path], books: tuple[Path, Path]) -> None:
        book, folder = run
        edited = openpyxl.load_workbook(book)
        edited["Data"]["D2"] = 11
        edited.save(book)
        assert [one.code for one in compare_runs(folder, books[1]).notes] == ["Q033"]

    def test_of_another_list(self, run: tuple[Path, Path]) -> None:
        book, folder = run
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        record["spec"]["index"]["ties"] = "max"
        (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
        assert [one.code for one in compare_runs(folder, book).notes] == ["Q034"]


class TestRefused:
    def test_everything_of_both_sides_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        with pytest.raises(TierwiseError) as error:
            compare_runs(tmp_path / "empty", "technologie")
        assert codes_of(error) == ["Q030", "S008"]

    def test_a_list_without_its_columns(self, results: Path, tmp_path: Path) -> None:
        folder = tmp_path / "copy"
        shutil.copytree(results, folder)
        ranking = folder / "tables" / "ranking.csv"
        ranking.write_text(
            ranking.read_text(encoding="utf-8-sig").replace("rank", "place", 1), encoding="utf-8"
        )
        with pytest.raises(TierwiseError) as error:
            compare_runs(folder, "technology-achievement")
        assert codes_of(error) == ["Q031"]

    def test_a_unit_that_is_on_neither_list(self) -> None:
        runs = compare_runs("technology-achievement", "technology-achievement-equal")
        with pytest.raises(TierwiseError, match="S021"):
            largest(runs, ["Atlantis"])


def test_page_and_workbook(tmp_path: Path) -> None:
    runs = compare_runs("technology-achievement", "technology-achievement-equal")
    page = write_page(runs, tmp_path / "c.html", ["Japan"]).read_text(encoding="utf-8")
    assert "Japan rises from rank 5 to 4: weights +1 place." in page
    assert page.count("<svg") == 1
    assert "Why ranks changed" in page
    book = openpyxl.load_workbook(write_book(runs, tmp_path / "c.xlsx"))
    assert book.sheetnames[0] == "Summary"
    assert {"Lists compared", "Why ranks changed", "Figures that differ"} <= {*book.sheetnames}


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")  # narrow terminals break headings
    sides = ["technology-achievement", "technology-achievement-equal"]
    html = tmp_path / "c.html"
    done = CliRunner().invoke(
        assembled(), ["compare", *sides, "--unit", "Korea, Rep. of", "--html", str(html)]
    )
    assert done.exit_code == 0, done.output
    assert "Korea, Rep. of falls from rank 4 to 5: weights −1 place." in done.output
    assert "Rank before" in done.output
    assert html.exists()
    again = CliRunner().invoke(
        assembled(), ["compare", *sides, "--html", str(html), "--xlsx", str(tmp_path / "c.xls")]
    )
    assert again.exit_code == 1
    assert "I014" in again.output
    assert "I009" in again.output
    assert not (tmp_path / "c.xls").exists()
    other = CliRunner().invoke(assembled(), ["compare", *sides, "--html", str(tmp_path / "c.pdf")])
    assert "Q035" in other.output


def test_settings_that_are_tables_are_compared_by_their_names() -> None:
    topics = [{"name": "Big ones", "at_least": 20.0, "sum": None}, {"name": "Leaders"}]
    assert flat({"topics": topics, "tiers": {"sizes": [2, 3]}}) == {
        "topics.Big ones.name": "Big ones",
        "topics.Big ones.at_least": 20.0,
        "topics.Big ones.sum": None,
        "topics.Leaders.name": "Leaders",
        "tiers.sizes": [2, 3],
    }
