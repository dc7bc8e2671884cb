"""Units of two years matched, and what the sheet of units says of them."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.raised import codes_of

from tierwise.errors import TierwiseError
from tierwise.inputs import History
from tierwise.inputs.confirmed import Confirmed
from tierwise.inputs.sheet import Sheet
from tierwise.renewal.data import columns_of
from tierwise.renewal.matching import Unit, matched


class TestMatching:
    def test_by_code_then_name_within_the_group_then_a_name_of_its_own(self) -> None:
        former = [
            Unit("1", "甲县", "A"),
            Unit("2", "乙县", "A"),
            Unit("3", "乙县", "B"),
            Unit("4", "丁县", "A"),
        ]
        present = [
            Unit("1", "甲市", "A"),
            Unit("9", "乙 县★", "B"),
            Unit("8", "乙县", "A"),
            Unit("", "丁县", "C"),
        ]
        found = matched(former, present)
        assert found.former == (0, 2, 1, 3)
        assert [(pair.kind, pair.present) for pair in found.pairs] == [
            ("respelt", 0),
            ("recoded", 1),
            ("recoded", 2),
        ]

    def test_two_former_units_and_one_present_is_a_merger(self) -> None:
        former = [Unit("1", "东安县", "A"), Unit("2", "东安市", "A")]
        found = matched(former, [Unit("9", "东安区", "A")])
        assert {pair.kind for pair in found.pairs} == {"merged"}
        assert len(found.pairs) == 2

    def test_one_former_unit_and_two_present_ones_is_a_split(self) -> None:
        found = matched([Unit("1", "东安市", "A")], [Unit("8", "东安区", "A"), Unit("9", "东安县", "A")])
        assert {pair.kind for pair in found.pairs} == {"split"}

    def test_names_alike_in_another_group_are_two_units(self) -> None:
        found = matched([Unit("1", "海门市", "江苏")], [Unit("9", "海门区", "浙江")])
        assert [pair.kind for pair in found.pairs] == ["gone", "new"]

    def test_nothing_is_dropped(self) -> None:
        former = [Unit(str(at), f"县{at}", "") for at in range(20)]
        present = [Unit(str(at), f"区{at * 7}", "") for at in range(10, 40)]
        found = matched(former, present)
        told = {pair.former for pair in found.pairs} | {at for at in found.former if at >= 0}
        assert {*range(20)} <= told
        assert {pair.present for pair in found.pairs if pair.former is None} | {
            at for at, other in enumerate(found.former) if other >= 0
        } | {pair.present for pair in found.pairs} - {None} == {*range(30)}


class TestUnitsSheet:
    def read(
        self, *rows: tuple[object, ...], head: tuple[str, ...] = ("采用", "原代码", "现代码")
    ) -> Confirmed:
        return Confirmed.from_sheet(Sheet.from_cells("单位对应", [head, *rows]))

    def test_answers(self) -> None:
        found = self.read(
            ("是", "a", "b"), ("否", "c", "d"), (None, "e", "f"), (None, "g", None), ("yes", "h", "h")
        )
        assert found.renamed == {"a": "b"}
        assert [(one.code, one.place) for one in found.open] == [("Q015", "单位对应!A4")]

    def test_every_problem_with_its_cell(self) -> None:
        with pytest.raises(TierwiseError) as error:
            self.read(("是", "a", "b"), ("是", "a", "c"), ("是", "d", None), ("或许", "e", "f"))
        assert [(one.code, one.place) for one in error.value.problems] == [
            ("Q012", "单位对应!A3"),
            ("Q014", "单位对应!A4"),
            ("D006", "单位对应!A5"),
        ]

    def test_headings(self) -> None:
        with pytest.raises(TierwiseError) as error:
            self.read(head=("甲", "乙", "现代码"))
        assert codes_of(error) == ["Q011", "Q011"]

    def test_settings_that_say_otherwise(self) -> None:
        found = self.read(("是", "a", "b"))
        assert found.beside({"x": "y", "a": "b"}) == {"x": "y", "a": "b"}
        with pytest.raises(TierwiseError) as error:
            found.beside({"a": "c"})
        assert codes_of(error) == ["Q012"]

    def test_two_units_of_one_list_that_count_as_one(self) -> None:
        frame = pd.DataFrame({"year": [2018, 2018, 2017], "code": ["a", "b", "a"], "rank": [1, 2, 1]})
        history = History.from_frame(frame)
        assert history.doubled({}) == []
        assert [one.code for one in history.doubled({"a": "b"})] == ["Q013"]
        assert history.doubled({"a": "c"}) == []


@pytest.mark.parametrize(
    ("own", "words", "expected"),
    [
        (["code", "常住人口"], ["code", "常住人口（万人）"], {0: 0, 1: 1}),
        (["常住人口（万人）", "code"], ["常住人口", "code"], {0: 0, 1: 1}),
        (["code", "常住人口（人）"], ["code", "常住人口（万人）"], {0: 0, 1: 2}),
        (["code", "产值", "产值（万元）"], ["code", "产值（万元）", "产值（亿元）"], {0: 0, 1: 2, 2: 1}),
        (["code", "产值"], ["产值", "code", "产值"], {0: 1, 1: 0, 2: 2}),
    ],
)
def test_columns_of_one_name_and_unit_are_one(
    own: list[str], words: list[str], expected: dict[int, int]
) -> None:
    assert columns_of(own, words) == expected
