"""Earlier lists beside the data: by code, by name, and under a changed code."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tierwise.errors import TierwiseError
from tierwise.stages import check, run

from .books import Cells, sound_book

WriteBook = Callable[[Cells], Path]
GONE = "320099"  # of the prefecture of all units of the sound book
QUICK = [["report.audit", "false"], ["report.tier_quality", "false"], ["report.one_at_a_time", "false"]]


@pytest.fixture
def with_history(write_book: WriteBook) -> tuple[Cells, list[str]]:
    """Return a book whose list of 2018 is that of this year, and the codes of this year's list in order."""
    cells = sound_book()
    cells["Scenario"] += [*QUICK, ["report.year", 2019]]
    ranking = run(write_book(cells), threads=1).tables["ranking"]
    listed = ranking["code"].head(20).astype(str).tolist()
    names = ranking["name"].head(20).tolist()
    cells["History"] = [
        ["year", "code", "name", "rank"],
        *([2018, code, name, rank] for rank, (code, name) in enumerate(zip(listed, names, strict=True), 1)),
    ]
    return cells, listed


def changes_of(path: Path) -> dict[str, int]:
    changes = run(path, threads=1).tables["changes"]
    return changes["change"].value_counts().to_dict()


def said(path: Path) -> list[tuple[str, str]]:
    return [(one.code, one.place) for one in check(path).cautions]


def test_four_changed_codes_are_neither_entries_nor_exits_where_names_tell(
    with_history: tuple[Cells, list[str]], write_book: WriteBook
) -> None:
    cells, listed = with_history
    for row in (2, 5, 9, 15):
        cells["History"][row][1] = f"99{row:04d}"
    path = write_book(cells)
    assert changes_of(path) == {"same": 20}
    results = run(path, threads=1)
    lists = results.tables["history_lists"]
    assert lists.iloc[0].tolist() == [2018, 20, 16, 4, 0]
    (caution,) = results.scenario.cautions
    assert (caution.code, caution.fields["lists"], caution.fields["named"]) == ("H005", ["2018: 20/20"], 4)
    moved = results.tables["changes"].set_index("code")["previous_code"]
    assert moved[listed[1]] == "990002"
    assert results.tables["history"]["rank_2018"].tolist() == [*range(1, 21)]


def test_changed_codes_without_names_are_named_as_such(
    with_history: tuple[Cells, list[str]], write_book: WriteBook
) -> None:
    cells, listed = with_history
    cells["History"] = [[year, code, rank] for year, code, _, rank in cells["History"]]
    cells["History"][4][1] = listed[3][:4] + "99"
    path = write_book(cells)
    assert changes_of(path) == {"same": 19, "recoded": 2}
    assert said(path) == [("H006", "History!B5")]


@pytest.fixture
def unnamed(with_history: tuple[Cells, list[str]]) -> tuple[Cells, str]:
    """Return a book whose list of 2018 has no names and one code that is gone, and the code that is new."""
    cells, listed = with_history
    cells["History"] = [[year, code, rank] for year, code, _, rank in cells["History"]]
    cells["History"][4][1] = GONE
    assert listed[3][:4] == GONE[:4]
    return cells, listed[3]


def named_by_data(cells: Cells, new: str, name: str) -> None:
    """Give the data of 2018: those of 2019, the new unit under the code that is gone and another name."""
    rows = [[GONE, name, *row[2:]] if row[0] == new else [*row] for row in cells["Data"][1:]]
    cells["Data2018"] = [cells["Data"][0], *rows]


def test_names_of_an_unnamed_list_come_from_the_data_of_its_year(
    unnamed: tuple[Cells, str], write_book: WriteBook
) -> None:
    cells, new = unnamed
    named_by_data(cells, new, "府谷县")
    path = write_book(cells)
    tables = run(path, threads=1).tables
    changes = tables["changes"].set_index("code")
    assert changes["change"].value_counts().to_dict() == {"same": 19, "entry": 1, "exit": 1}
    assert changes.loc[GONE, "name"] == "府谷县"
    assert "H006" not in [code for code, _ in said(path)]
    assert "1 new, 1 left" in " ".join(tables["sentences"]["text"])


def test_names_of_another_year_say_nothing_of_the_last_list(
    unnamed: tuple[Cells, str], write_book: WriteBook
) -> None:
    cells, new = unnamed
    named_by_data(cells, new, "府谷县")
    cells["Data2017"] = cells.pop("Data2018")
    assert ("H006", "History!B5") in said(write_book(cells))


def test_names_from_a_column_of_years(unnamed: tuple[Cells, str], write_book: WriteBook) -> None:
    cells, new = unnamed
    named_by_data(cells, new, "府谷县")
    (head, *rows), (_, *before) = cells["Data"], cells.pop("Data2018")
    cells["Data"] = [["year", *head], *([2018, *row] for row in before), *([2019, *row] for row in rows)]
    assert changes_of(write_book(cells)) == {"same": 19, "entry": 1, "exit": 1}


def test_the_same_name_in_the_data_of_its_year_is_the_same_unit(
    unnamed: tuple[Cells, str], write_book: WriteBook
) -> None:
    cells, new = unnamed
    named_by_data(cells, new, next(row[1] for row in cells["Data"] if row[0] == new))
    assert changes_of(write_book(cells)) == {"same": 20}


UNITS = ["use", "former code", "former name", "present code", "present name"]


@pytest.mark.parametrize(
    ("rows", "change"),
    [
        ([], "recoded"),
        ([[None, GONE, None, None, None]], "recoded"),
        ([[None, GONE, "府谷县", None, None]], "apart"),  # a name from the sheet of units
        ([["no", GONE, None, "NEW", None]], "apart"),
        ([["否", GONE, None, None, None]], "apart"),
        ([["no", None, None, "NEW", None]], "apart"),
        ([["no", GONE, None, "320001", None]], "recoded"),  # an answer on another pair
        ([["yes", GONE, None, "NEW", None]], "one"),
    ],
)
def test_answers_and_names_on_the_sheet_of_units(
    unnamed: tuple[Cells, str], write_book: WriteBook, rows: list[list[str | None]], change: str
) -> None:
    cells, new = unnamed
    cells["Units"] = [UNITS, *([new if cell == "NEW" else cell for cell in row] for row in rows)]
    path = write_book(cells)
    wanted = {"recoded": {"recoded": 2}, "apart": {"entry": 1, "exit": 1}, "one": {"same": 1}}[change]
    assert changes_of(path) == {**wanted, "same": 19 + wanted.get("same", 0)}
    assert (("H006", "History!B5") in said(path)) == (change == "recoded")


def test_a_no_keeps_two_units_of_one_name_apart(
    with_history: tuple[Cells, list[str]], write_book: WriteBook
) -> None:
    cells, listed = with_history
    cells["History"][4][1] = GONE
    assert changes_of(write_book(cells)) == {"same": 20}
    cells["Units"] = [UNITS, ["no", GONE, None, listed[3], None]]
    assert changes_of(write_book(cells)) == {"same": 19, "entry": 1, "exit": 1}


def test_changed_codes_are_told_in_pairs(unnamed: tuple[Cells, str], write_book: WriteBook) -> None:
    cells, _ = unnamed
    for language, wanted in (
        ("zh", "、1对疑为代码变更"),
        ("en", "1 pair of an entry and an exit may be"),
    ):
        cells["Scenario"] = [*cells["Scenario"], ["language", language]]
        told = " ".join(run(write_book(cells), threads=1).tables["sentences"]["text"])
        assert wanted in told
        cells["Scenario"].pop()


def test_a_unit_that_became_another_kind_of_place_is_named(
    with_history: tuple[Cells, list[str]], write_book: WriteBook
) -> None:
    cells, _ = with_history
    cells["History"][7][1] = "880001"
    cells["History"][7][2] = cells["History"][7][2].replace("县", "市")
    path = write_book(cells)
    assert said(path) == [("H006", "History!B8")]
    assert changes_of(path) == {"same": 19, "recoded": 2}


def test_true_entries_and_exits_stay(with_history: tuple[Cells, list[str]], write_book: WriteBook) -> None:
    cells, _ = with_history
    cells["History"][7][1:3] = ["110101", "东城区"]
    path = write_book(cells)
    assert said(path) == []
    assert changes_of(path) == {"same": 19, "entry": 1, "exit": 1}


@pytest.mark.parametrize("spelt", ["{} ", "{}★", "{}市"])
def test_names_serve_as_codes_where_one_unit_has_them(
    with_history: tuple[Cells, list[str]], write_book: WriteBook, spelt: str
) -> None:
    cells, _ = with_history
    cells["History"] = [["年份", "名称", "位次"]] + [
        [year, spelt.format(name), rank] for year, _, name, rank in cells["History"][1:]
    ]
    cells["Data"][0][1] = "name"
    for row in cells["Data"][1:]:
        row[1] = spelt.format(row[1]).strip(" ★")
    assert changes_of(write_book(cells)) == {"same": 20}


def test_a_code_goes_before_a_name_and_no_unit_is_twice_in_a_year(
    with_history: tuple[Cells, list[str]], write_book: WriteBook
) -> None:
    cells, _ = with_history
    cells["History"].append([2018, "770001", cells["History"][3][2], 21])
    lists = run(write_book(cells), threads=1).tables["history_lists"]
    assert lists.iloc[0].tolist() == [2018, 21, 20, 0, 1]


def test_a_year_of_this_list_in_the_history_is_not_used_and_told(
    with_history: tuple[Cells, list[str]], write_book: WriteBook
) -> None:
    cells, listed = with_history
    cells["History"] += [[2019, listed[0], "", 5], [2021, listed[1], "", 5]]
    checked = check(write_book(cells))
    assert [(one.code, one.place, one.fields["years"]) for one in checked.cautions] == [
        ("H007", "[report] year", [2019, 2021])
    ]


def test_a_rank_far_beyond_its_list_is_told(
    with_history: tuple[Cells, list[str]], write_book: WriteBook
) -> None:
    cells, _ = with_history
    cells["History"][6][3] = 99
    assert said(write_book(cells)) == [("H008", "History!B7")]


def test_a_list_known_in_part_has_ranks_beyond_its_length(
    with_history: tuple[Cells, list[str]], write_book: WriteBook
) -> None:
    cells, _ = with_history
    kept = np.random.default_rng(3).permutation(20)[:8]
    cells["History"] = [cells["History"][0], *(cells["History"][1 + at] for at in kept)]
    for row in cells["History"][1:]:
        row[3] *= 7
    assert said(write_book(cells)) == [("H009", "History")]


def test_a_history_needs_a_code_or_a_name(
    with_history: tuple[Cells, list[str]], write_book: WriteBook
) -> None:
    cells, _ = with_history
    cells["History"] = [[year, rank] for year, _, _, rank in cells["History"]]
    with pytest.raises(TierwiseError) as caught:
        check(write_book(cells))
    assert [problem.code for problem in caught.value.problems] == ["H001"]


def test_a_name_that_two_units_have_needs_a_group_or_a_code(
    with_history: tuple[Cells, list[str]], write_book: WriteBook
) -> None:
    cells, listed = with_history
    head, *units = cells["Data"]
    rows = {str(unit[0]): unit for unit in units}
    first, second = rows[listed[2]], rows[listed[3]]
    first[1] = second[1] = "Saint Mary's University"
    first[2], second[2] = "North", "Wales"
    names = {code: row[1] for code, row in rows.items()}
    cells["History"] = [
        ["year", "name", "rank"],
        *([2018, names[code], rank] for rank, code in enumerate(listed, 1) if code != listed[3]),
    ]
    cautions = {one.code: one for one in check(write_book(cells)).cautions}
    told = [f"{listed[2]} (North)", f"{listed[3]} (Wales)"]
    assert sorted(cautions["H011"].fields["choices"]) == sorted(told)  # type: ignore[call-overload]
    assert (cautions["H011"].place, "H006" in cautions) == ("History!B4", False)

    entries = [[2018, names[code], rank, rows[code][2]] for rank, code in enumerate(listed, 1)]
    cells["History"] = [["year", "name", "rank", head[2]], *entries]
    path = write_book(cells)
    assert "H011" not in [code for code, _ in said(path)]
    assert changes_of(path) == {"same": 20}
