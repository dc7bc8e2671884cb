"""IDX_TOPIC gives what a scenario's topic gives, and names what is wrong by argument and cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.errors import TierwiseError
from tierwise.topics.declared import KINDS
from tierwise.topics.kinds import Figure, Labels, Listed, National
from tierwise_addin import call

NAMES = ["甲市", "乙县", "丙市", "丁市", "戊县"]
FIGURES = [[5.0, 1.0, 2.0], [4.0, 2.0, 2.5], [3.0, 3.0, 2.0], [2.0, None, 8.0], [1.0, 5.0, 3.0]]
TEXTS = [["江苏", "是"], ["江苏", "否"], ["浙江", None], [None, "是"], ["浙江、江苏", "是"]]
TITLES = ["f", "g", "h"]
CASES: list[tuple[str, list[int], str, dict[str, Any]]] = [
    ("threshold", [0], "3", {"at_least": 3.0}),
    ("达标", [0, 1], "下限=2；合计=是", {"at_least": 2.0, "sum": True}),
    ("top", [2], "2", {"count": 2}),
    ("bands", [0], "edges=2、4", {"edges": (2.0, 4.0)}),
    ("ratio", [0, 1], "lines=50; percent=no", {"lines": (50.0,), "percent": False}),
    ("growth", [0, 1], "", {}),
    ("quadrants", [0, 2], "median", {"split": "median"}),
    ("extremes", [0, 1, 2], "", {}),
    ("radar", [0, 1, 2], "甲市、丙市", {"units": ("甲市", "丙市")}),
]


def column(at: int) -> list[list[Any]]:
    return [[row[at]] for row in FIGURES]


def plain(cell: Any) -> Any:
    if isinstance(cell, tuple):
        return cell[1]
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return None
    return float(cell) if isinstance(cell, (int, float)) else cell


def given_cells(columns: list[int]) -> list[list[Any]]:
    return [[row[at] for at in columns] for row in FIGURES]


@pytest.mark.parametrize(("kind", "columns", "parameters", "settings"), CASES, ids=lambda one: str(one)[:12])
def test_cells_are_what_the_kind_makes(
    kind: str, columns: list[int], parameters: str, settings: dict[str, Any]
) -> None:
    titles = [TITLES[at] for at in columns]
    cells = given_cells(columns)
    figures = tuple(
        Figure(title, np.array([np.nan if row[at] is None else row[at] for row in cells]))
        for at, title in enumerate(titles)
    )
    listed = Listed(tuple(NAMES), np.arange(1.0, 6), np.ones(5, dtype=np.int64), figures)
    made = KINDS[KINDS.find(kind)].function(listed, **settings)
    rows = call("IDX_TOPIC", kind, [[name] for name in NAMES], cells, parameters, [titles])
    assert rows[0] == [head for head, _ in made.columns]
    expected = [[plain(cell) for cell in row] for row in zip(*(own for _, own in made.columns), strict=True)]
    assert rows[1:] == expected


def test_texts_and_the_nation() -> None:
    names = [[name] for name in NAMES]
    rows = call("IDX_TOPIC", "membership", names, TEXTS, None, [["省", "基地"]])
    assert {row[0]: row[1] for row in rows[1:]} == {"江苏": 3.0, "浙江": 2.0, "基地": 3.0}
    rows = call("IDX_TOPIC", "composition", names, [[row[0]] for row in TEXTS])
    assert rows[-1][:2] == ["其他", 1.0]
    rows = call("IDX_TOPIC", "above-nation", names, column(0), None, "f", 3)
    assert [row[1] for row in rows[1:]] == ["甲市", "乙县"]
    listed = Listed(
        tuple(NAMES),
        np.arange(1.0, 6),
        np.ones(5, dtype=np.int64),
        (Figure("f", np.array([5.0, 4, 3, 2, 1]), national=National(100.0)),),
        (Labels("t", ("",) * 5),),
    )
    shares = KINDS["national-share"].function(listed)
    rows = call("IDX_TOPIC", "national-share", names, column(0), None, "f", 100)
    assert rows[1][4] == dict(shares.columns)["share"][0] == 0.15


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (("thershold", 0, None), ["S002 kind"]),
        (("threshold", 0, None), ["R136 parameters"]),
        (("threshold", 0, "下现=3"), ["R144 parameters", "R136 parameters"]),
        (("bands", 0, "edges=3、2"), ["R140 parameters"]),
        (("top", 0, 9), ["R138 parameters"]),
        (("top", 0, "count=0"), ["S003 parameters"]),
        (("ratio", 0, None), ["R135 columns"]),
        (("above-nation", 0, None), ["R133 national"]),
        (("years", 0, None), ["R141 kind"]),
        (("threshold", 0, "count=3"), ["R137 parameters", "R136 parameters"]),
    ],
)
def test_problems_name_their_argument(arguments: tuple[str, int, Any], codes: list[str]) -> None:
    kind, at, parameters = arguments
    with pytest.raises(TierwiseError) as raised:
        call("IDX_TOPIC", kind, [[name] for name in NAMES], column(at), parameters)
    assert [f"{one.code} {one.argument}" for one in raised.value.problems] == codes
    assert all(one.line("zh") for one in raised.value.problems)


def test_a_text_among_numbers_and_a_blank_column() -> None:
    cells = [[None, 1.0], [None, "n/a"], [None, 2.0], [None, 3.0], [None, 4.0]]
    with pytest.raises(TierwiseError) as raised:
        call("IDX_TOPIC", "threshold", [[name] for name in NAMES], cells, 2)
    found = [(one.code, one.row, one.column) for one in raised.value.problems]
    assert found == [("R132", None, 0), ("R131", 1, 1)]


@given(st.text(max_size=20), st.sampled_from([*KINDS]))
def test_any_parameter_is_taken_or_refused_with_a_code(parameters: str, kind: str) -> None:
    try:
        rows = call("IDX_TOPIC", kind, [[name] for name in NAMES], column(0), parameters)
    except TierwiseError as error:
        assert error.problems
    else:
        assert len({*map(len, rows)}) == 1


def test_a_ratio_in_cells_goes_by_the_units_of_its_headings() -> None:
    cells = [[100.0, 25.0], [90.0, 30.0]]

    def ratios(headings: list[str], parameters: str = "") -> tuple[object, list[object]]:
        rows = call("IDX_TOPIC", "ratio", [["甲"], ["乙"]], cells, parameters, [headings])
        return rows[0][-2], [row[-2] for row in rows[1:]]

    assert ratios(["GDP（亿元）", "常住人口（万人）"]) == ("quotient", [4.0, 3.0])
    assert ratios(["GDP（亿元）", "常住人口（万人）"], "factor=10") == ("quotient", [40.0, 30.0])
    assert ratios(["GDP（亿元）", "常住人口（万人）"], "percent=yes") == ("ratio", [4.0, 3.0])
    assert ratios(["利润（万元）", "GDP（亿元）"]) == ("ratio", pytest.approx([4e-4, 3e-4]))
    assert ratios(["利润", "GDP"]) == ("ratio", [4.0, 3.0])
