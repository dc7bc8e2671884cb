"""Every problem in one round: ``check`` names all faults of a workbook at once, whichever they are."""

from collections.abc import Iterable
from itertools import combinations
from random import Random

import pytest

from tests.trust.faults import FAULTS, Fault, other_unit, whole_book
from tierwise.errors import Problem, TierwiseError
from tierwise.inputs import Sheet
from tierwise.inputs.files import CHINESE_SHEETS
from tierwise.inputs.stand_ins import SYNONYMS
from tierwise.stages import check_reading, run
from tierwise.study.scenario import Reading, read_sheets
from tierwise.words.speaking import Heading

NAMES = [fault.name for fault in FAULTS]


def reading(faults: Iterable[Fault]) -> Reading:
    cells = whole_book()
    for fault in faults:
        fault.edit(cells)
    return read_sheets("book", {name: Sheet.from_cells(name, rows) for name, rows in cells.items()})


def problems(faults: Iterable[Fault]) -> tuple[Problem, ...]:
    with pytest.raises(TierwiseError) as caught:
        check_reading(reading(faults))
    return caught.value.problems


def unnamed(faults: Iterable[Fault], named: Iterable[Problem]) -> list[str]:
    """Return the faults that no problem names."""
    found = [*named]
    return [
        fault.name
        for fault in faults
        if not any(one.code == fault.code and one.place.startswith(fault.place) for one in found)
    ]


def test_the_book_has_no_fault() -> None:
    assert check_reading(reading([])).name == "book"


@pytest.mark.parametrize("fault", FAULTS, ids=NAMES)
def test_each_fault_is_named_and_nothing_else(fault: Fault) -> None:
    found = problems([fault])
    assert unnamed([fault], found) == []
    assert len(found) == 1


def test_all_faults_are_named_in_one_round() -> None:
    found = problems(FAULTS)
    assert unnamed(FAULTS, found) == []
    assert len(found) == len(FAULTS)


def test_all_faults_of_a_chinese_book_are_named_in_one_round() -> None:
    """The same faults under Chinese headings, on sheets of Chinese names."""
    cells = whole_book()
    for fault in FAULTS:
        fault.edit(cells)
    sheets = {}
    for kind, rows in cells.items():
        words = {word: Heading(word, SYNONYMS[kind]).zh for word in rows[0] if kind in SYNONYMS}
        heads = [words.get(word, word) for word in rows[0]]
        sheets[kind] = Sheet.from_cells(CHINESE_SHEETS[kind], [heads, *rows[1:]])
    with pytest.raises(TierwiseError) as caught:
        check_reading(read_sheets("book", sheets))
    assert sorted(one.code for one in caught.value.problems) == sorted(fault.code for fault in FAULTS)


@pytest.mark.parametrize("kind", ["Data", "Framework", "Experts"])
def test_a_title_above_chinese_headings_is_named(kind: str) -> None:
    cells = whole_book()
    sheets = {}
    for own, rows in cells.items():
        heads = [Heading(word, SYNONYMS.get(own, {})).zh for word in rows[0]]
        above = [["2019年统计"]] if own == kind else []
        sheets[own] = Sheet.from_cells(CHINESE_SHEETS[own], [*above, heads, *rows[1:]])
    with pytest.raises(TierwiseError) as caught:
        check_reading(read_sheets("book", sheets))
    assert [(one.code, one.place) for one in caught.value.problems] == [("D018", CHINESE_SHEETS[kind])]


def test_no_pair_of_faults_loses_one() -> None:
    lost = {
        (one.name, other.name): missing
        for one, other in Random(12).sample([*combinations(FAULTS, 2)], 100)
        if (missing := unnamed((one, other), problems((one, other))))
    }
    assert lost == {}


@pytest.mark.long
def test_no_pair_of_faults_at_all_loses_one() -> None:
    assert [pair for pair in combinations(FAULTS, 2) if unnamed(pair, problems(pair))] == []


@pytest.mark.parametrize("seed", range(5))
def test_thirteen_faults_take_one_round(seed: int) -> None:
    faults = Random(seed).sample(FAULTS, 13)
    assert unnamed(faults, problems(faults)) == []


def test_a_run_refuses_what_a_check_refuses() -> None:
    late = [fault for fault in FAULTS if fault.code in ("U121", "U109", "R109", "S021")]
    for fault in late:
        with pytest.raises(TierwiseError) as caught:
            run(reading([fault]).whole(), draws=20)
        assert unnamed([fault], caught.value.problems) == []


def test_what_may_follow_is_kept_apart() -> None:
    misspelt = next(fault for fault in FAULTS if fault.code == "F004")
    with pytest.raises(TierwiseError) as caught:
        check_reading(reading([misspelt]))
    assert [one.code for one in caught.value.problems] == ["F004"]
    assert [one.code for one in caught.value.consequences] == ["W003"]  # the siblings that are left


def test_a_column_that_only_a_stand_in_has_is_no_place_of_problems() -> None:
    cells = whole_book()
    cells["Data"][0][3] = "§§"
    cells["Scenario"] += [["index.aggregation", "geometric"]]
    cells["Scenario"][4][1] = "min-max"  # the least of each column is 0, which geometric means refuse
    with pytest.raises(TierwiseError) as caught:
        check_reading(
            read_sheets("book", {name: Sheet.from_cells(name, rows) for name, rows in cells.items()})
        )
    told = [*caught.value.problems, *caught.value.consequences]
    assert [one.place for one in told if one.code == "D016"] == ["Data"]
    zeros = {one.place[:6] for one in told if one.code == "M020"}
    assert zeros == {f"Data!{column}" for column in "EFGHIJKL"}  # Data has no column N


def test_units_that_cannot_be_converted_are_named() -> None:
    cells = whole_book()
    other_unit("万人", "亿元")(cells)
    with pytest.raises(TierwiseError) as caught:
        check_reading(
            read_sheets("book", {name: Sheet.from_cells(name, rows) for name, rows in cells.items()})
        )
    (one,) = caught.value.problems
    assert (one.code, one.place) == ("D025", "Data!E1")
    assert "万人" in one.text("zh")
    assert "亿元" in one.text("zh")
