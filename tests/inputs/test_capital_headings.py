"""Headings of every input sheet mean the same in capitals, in full width and with blanks around."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tierwise.errors import Problems, TierwiseError
from tierwise.inputs.comparisons import Comparisons
from tierwise.inputs.confirmed import Confirmed
from tierwise.inputs.experts import Experts
from tierwise.inputs.framework import Framework
from tierwise.inputs.history import History
from tierwise.inputs.judgements import Judgements
from tierwise.inputs.national import GroupCounts, NationalFigures
from tierwise.inputs.panel import Panel
from tierwise.inputs.sheet import Sheet
from tierwise.inputs.years import by_year
from tierwise.spec.document import from_sheet
from tierwise.spec.scenarios_sheet import variants_of
from tierwise.spec.topics_sheet import lists_of, topics_of

Cells = list[list[object]]
TREE: Cells = [
    ["code", "name", "parent", "weight", "direction", "unit"],
    ["A", "Economy", None, 0.6, None, None],
    ["B", "Society", None, 0.4, None, None],
    ["x", "Output", "A", 1, "+", None],
    ["y", "Waste", "B", 1, "-", "t"],
]
FRAMEWORK = Framework.from_sheet(Sheet.from_cells("Framework", TREE))


def _noted(read: Callable[..., Any]) -> Callable[[Sheet], Any]:
    def whole(sheet: Sheet) -> Any:
        problems = Problems()
        made = read(sheet, {}, problems)
        problems.raise_any()
        return made

    return whole


SHEETS: dict[str, tuple[Callable[[Sheet], Any], Cells]] = {
    "Framework": (Framework.from_sheet, TREE),
    "Data": (
        lambda sheet: Panel.from_sheet(sheet, FRAMEWORK),
        [["code", "name", "Province", "x", "y"], ["1", "P", "N", 1.0, 2.0], ["2", "Q", "S", 3.0, 4.0]],
    ),
    "Experts": (
        lambda sheet: Experts.from_sheet(sheet, FRAMEWORK),
        [
            ["round", "expert", "authority", "camp", "A", "B"],
            [1, "Li", 0.9, "u", 4, 5],
            [1, "Wu", 0.7, "v", 3, 2],
        ],
    ),
    "History": (
        History.from_sheet,
        [["year", "code", "name", "rank", "tier"], [2018, "1", "P", 1, 1], [2018, "2", "Q", 2, 1]],
    ),
    "Comparisons": (
        lambda sheet: Comparisons.from_sheet(sheet, FRAMEWORK),
        [["expert", "first", "second", "value"], ["Li", "A", "B", 3]],
    ),
    "Judgements": (
        lambda sheet: Judgements.from_sheet(sheet, FRAMEWORK),
        [["expert", "code", "order", "ratio"], ["Li", "A", 1, None], ["Li", "B", 2, 1.5]],
    ),
    "Scenario": (from_sheet, [["key", "value", "note"], ["tiers.count", 3, "three"]]),
    "Scenarios": (_noted(variants_of), [["scenario", "what", "value"], ["equal", "weights", "equal"]]),
    "Topics": (_noted(topics_of), [["name", "kind", "columns", "unit"], ["Big", "extremes", "x", "t"]]),
    "Lists": (_noted(lists_of), [["node", "top", "title"], ["A", 2, "Economies"]]),
    "National": (NationalFigures.from_sheet, [["column", "value", "year", "source"], ["x", 9, 2018, "book"]]),
    "Counts": (GroupCounts.from_sheet, [["year", "column", "group", "units"], [2018, "Province", "N", 3]]),
    "Units": (Confirmed.from_sheet, [["former_code", "present_code", "use"], ["1", "9", "yes"]]),
}
OWN = ("Province", "x", "y", "A", "B")


def _read(kind: str, change: Callable[[str], str]) -> str:
    read, cells = SHEETS[kind]
    heads = [word if word in OWN else change(str(word)) for word in cells[0]]
    made = read(Sheet.from_cells(kind, [heads, *cells[1:]]))
    return (
        repr(made.__dict__ if hasattr(made, "__dict__") else made)
        .partition("sheet=")[0]
        .partition("'sheet'")[0]
    )


@pytest.mark.parametrize("kind", SHEETS)
def test_capitals_width_and_blanks_do_not_matter(kind: str) -> None:
    plain = _read(kind, str)
    wide = lambda word: "".join(chr(ord(sign) + 0xFEE0) for sign in word)  # noqa: E731
    for change in (str.capitalize, str.upper, lambda word: f"  {word.title()} \u3000", wide):
        assert _read(kind, change) == plain, change("heading")


@pytest.mark.parametrize("kind", SHEETS)
def test_two_headings_that_differ_by_case_are_one_repeated(kind: str) -> None:
    read, cells = SHEETS[kind]
    at = next(
        at
        for at, word in enumerate(cells[0])
        if word in ("code", "value", "rank", "node", "name", "use", "units", "expert")
    )
    heads = [*cells[0], str(cells[0][at]).upper()]
    with pytest.raises(TierwiseError) as raised:
        read(Sheet.from_cells(kind, [heads, *([*row, row[at]] for row in cells[1:])]))
    column = chr(ord("A") + len(cells[0]))
    assert [(one.code, one.place) for one in raised.value.problems] == [("D007", f"{kind}!{column}1")]


def test_the_users_own_words_keep_their_spelling() -> None:
    panel = Panel.from_sheet(
        Sheet.from_cells(
            "Data", [["CODE", "名称", "Name", "X"], ["1", "甲", "A", 1.0], ["2", "乙", "B", 2.0]]
        )
    )
    assert (panel.names, dict(panel.groups), panel.indicators) == (("甲", "乙"), {"Name": ("A", "B")}, ("X",))


def test_an_indicator_called_like_a_word_of_the_sheet_is_the_indicator() -> None:
    rows: Cells = [["Code", "Weight"], ["Year", 1], ["Authority", 2], ["CA", 3]]
    tree = Sheet.from_cells("Framework", rows)
    framework = Framework.from_sheet(tree)
    data = Sheet.from_cells(
        "Data", [["Code", "Year", "Authority", "CA"], ["1", 1990, 2.0, 3.0], ["2", 2.5, 3.0, 5.0]]
    )
    problems = Problems()
    split = by_year({"Data": data, "Framework": tree}, None, problems, problems)
    assert (split.year, problems.found) == (None, [])
    panel = Panel.from_sheet(split.tables["Data"], framework)
    assert panel.values.tolist() == [[1990, 2, 3], [2.5, 3, 5]]
    experts = Experts.from_sheet(
        Sheet.from_cells(
            "Experts", [["Expert", "Year", "Authority", "CA"], ["Li", 3, 4, 5], ["Wu", 2, 5, 4]]
        ),
        framework,
    )
    assert experts.last.scores.tolist() == [[3, 4, 5], [2, 5, 4]]
