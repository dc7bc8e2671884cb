"""What of the data wants a second look: each planted fault is named by its cell, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.main import get_command

from tierwise.cli import assembled
from tierwise.errors import TierwiseError
from tierwise.report.answers import answers
from tierwise.stages import check, run
from tierwise.study.documents import bundled
from tierwise.study.scenario import load

from .books import BOOKS, Cells, sound_book

WriteBook = Callable[[Cells], Path]


def said_of(path: Path) -> list[tuple[str, str]]:
    """Return code and place of everything that a check says."""
    try:
        checked = check(path)
    except TierwiseError as error:
        return [(problem.code, problem.place) for problem in error.problems]
    told = (*checked.cautions, *checked.doubts)
    assert all(one.line("en") and one.line("zh") for one in told)
    return [(problem.code, problem.place) for problem in told]


@pytest.mark.parametrize("name", BOOKS)
def test_a_check_names_the_planted_faults_and_nothing_else(name: str, write_book: WriteBook) -> None:
    cells = sound_book()
    planted = BOOKS[name](cells)
    assert sorted(said_of(write_book(cells))) == sorted(planted)


def test_the_bundled_data_want_no_second_look() -> None:
    for name in bundled():
        assert check(name).doubts == (), name


def test_spellings_of_a_province_are_one_group(write_book: WriteBook) -> None:
    cells = sound_book()
    BOOKS["groups_of_one_name"](cells)
    panel = load(write_book(cells)).panel
    assert {*panel.groups["province"]} == {"江苏", "浙江", "山东", "福建"}
    assert [panel.groups["province"].count(name) for name in ("江苏", "浙江")] == [10, 10]


def test_a_run_tables_and_answers_what_wants_a_second_look(write_book: WriteBook) -> None:
    cells = sound_book()
    BOOKS["blanks_in_a_listed_unit"](cells)
    BOOKS["slips_of_units_of_measure"](cells)
    cells["Scenario"] += [
        ["language", "zh"],
        ["report.audit", "false"],
        ["report.tier_quality", "false"],
        ["report.one_at_a_time", "false"],
    ]
    results = run(write_book(cells), threads=1)
    doubts = results.tables["doubts"]
    assert [*doubts.columns] == ["place", "kind", "value", "why"]
    assert [*zip(doubts["place"], doubts["kind"], strict=True)] == [
        ("Data!D8", "magnitude"),
        ("Data!H21", "magnitude"),
        ("Data!6", "missing"),
        ("Data!I6", "weight"),
    ]
    first = answers(results.study)[0]
    assert (first.question, first.table) == ("哪些数据需要再核对？", "doubts")
    assert first.sentences[0].startswith("2 个数值与所在列相差数个量级：")
    ranking = results.tables["ranking"].set_index("code")
    unit = str(cells["Data"][5][0])
    assert ranking.loc[unit, "missing"] == 3
    assert ranking["missing"].drop(unit).eq(0).all()
    assert ranking.loc[unit, "largest_share"] == pytest.approx(0.4)  # urban alone of its dimension
    assert ranking["largest_share"].drop(unit).to_numpy() == pytest.approx(0.6 * 0.4)
    robustness = results.tables["robustness"].set_index("code")
    assert robustness["missing"].equals(ranking["missing"])
    assert robustness["largest_share"].equals(ranking["largest_share"])


def test_a_unit_that_is_first_without_four_of_sixteen(write_book: WriteBook) -> None:
    """Its one indicator left of a dimension weighs what the dimension does, 17.6 %, not a quarter of that."""
    cells = sound_book()
    BOOKS["four_of_sixteen"](cells)
    results = run(write_book(cells), threads=1)
    first = results.tables["ranking"].iloc[0]
    assert (first["code"], first["rank"], first["missing"]) == ("320000", 1, 4)
    assert first["largest_share"] == pytest.approx(0.176)
    heavy = next(one for one in check(write_book(cells)).doubts if one.code == "D107")
    assert (heavy.fields["share"], heavy.fields["nominal"]) == ("17.6%", "4.4%")
    assert answers(results.study)[0].question == "Which data should be checked again?"


def test_filled_values_are_missing_too_but_weigh_as_they_should(write_book: WriteBook) -> None:
    cells = sound_book()
    cells["Data"][5][3] = cells["Data"][5][4] = None
    cells["Scenario"] = [["key", "value"], ["index.missing", "median"], ["tiers.count", 3]]
    checked = check(write_book(cells))
    assert [(doubt.code, doubt.place) for doubt in checked.doubts] == [("D106", "Data!6")]


def test_the_command_counts_what_it_names(write_book: WriteBook, capsys: pytest.CaptureFixture[str]) -> None:
    cells = sound_book()
    BOOKS["slips_of_units_of_measure"](cells)
    get_command(assembled())(["check", str(write_book(cells))], standalone_mode=False)
    lines = capsys.readouterr().out.splitlines()
    assert [line[:12] for line in lines[:2]] == ["D103 Data!D8", "D103 Data!H2"]
    assert lines[2].endswith(("look at the 2 notes above", "请核对以上 2 处"))
