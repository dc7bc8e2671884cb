"""The rules' own examples, and what must never be read as a number."""

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.cleaning.columns import are_years, clean_codes, clean_labels, clean_numbers, clean_years
from tierwise.cleaning.numbers import read
from tierwise.cleaning.rules import rules

EXAMPLES = [rule for rule in rules().values() if rule.before]


@pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.name)
def test_the_examples_of_the_manual(rule) -> None:  # type: ignore[no-untyped-def]  # a Rule
    if rule.group == "texts":
        kinds = {"code": clean_codes, "year": clean_years}
        clean = kinds.get(rule.name.partition("-")[0], clean_labels)
        (found,) = clean([rule.before])
    else:
        separator = ";" if rule.name == "decimal-comma" else ""
        # A plain number beside it: otherwise its own unit would be that of the whole column.
        found = clean_numbers([rule.before, 5], stated=rule.unit, separator=separator).cells[0]
    assert rule.name in found.rules
    assert found.value == (rule.after if rule.sure and rule.after != "" else None)


def test_years_stay_years() -> None:
    cells = [2018, "2019年", "２０２０", dt.date(2021, 12, 31), "去年", None, 2022.0]
    done = clean_years(cells)
    assert [cell.value for cell in done] == [2018, 2019, 2020, 2021, None, None, 2022]
    assert [cell.rules for cell in done] == [(), ("year",), ("year",), ("year",), ("year-unclear",), (), ()]
    assert are_years("年度", cells)
    assert not are_years("年份", ["a", "b", 2018])
    assert not are_years("gdp", [2018, 2019])


def test_a_unit_that_every_figure_bears_is_the_column_s() -> None:
    done = clean_numbers(["52.3%", "48%", "暂无", None])
    assert [cell.value for cell in done.cells] == [52.3, 48.0, None, None]
    assert done.unit == "%"


def test_a_percent_sign_among_plain_numbers_is_not_guessed() -> None:
    done = clean_numbers(["52.3%", 0.48, 0.51, 0.47])
    assert done.cells[0].value is None
    assert done.cells[0].rules == ("unit-unknown",)
    # also where the column is said to be in %, but its numbers are shares
    stated = clean_numbers(["52.3%", 0.48, 0.51, 0.47], stated="%")
    assert (stated.cells[0].value, stated.cells[0].rules) == (None, ("unit-neighbours",))


def test_a_column_is_converted_into_the_framework_s_unit_without_rounding_twice() -> None:
    done = clean_numbers([2269.8, "301.1万元", 0.1], stated="亿元", wanted="万元")
    assert [cell.value for cell in done.cells] == [22698000.0, 301.1, 1000.0]
    assert clean_numbers([3.0], stated="公顷", wanted="万元").clash


@pytest.mark.parametrize("separator", ["", ","])
def test_a_decimal_comma_is_read_only_where_semicolons_separate(separator: str) -> None:
    assert read("12,5", separator=separator).value is None
    assert read("12,5", separator=";").value == 12.5
    assert read("1,234", separator=";").value is None  # 1234 or 1.234


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_never_changed(value: float) -> None:
    (found,) = clean_numbers([value], stated="万元").cells
    assert found.value == value
    assert not found.rules


@given(st.text(max_size=12))
def test_any_text_is_read_or_named(shown: str) -> None:
    found = read(shown)
    assert (found.value is None) or math.isfinite(found.value)
    assert {*found.rules} <= rules().keys()
    if found.value is not None:  # what was read holds no other digits than the number's own
        digits = "".join(sign for sign in shown if sign.isdecimal())
        assert found.sure
        assert digits


@given(st.integers(0, 10**12), st.sampled_from(["", "①", "*", "¹", "[1]", "注"]), st.booleans())
def test_marks_and_separators_do_not_move_a_figure(value: int, mark: str, grouped: bool) -> None:
    shown = f"{value:,}" if grouped else str(value)
    assert read(f"{shown}{mark}").value == float(value)


def test_codes_keep_their_zeros_and_lost_ones_are_named() -> None:
    found = clean_codes(["010001", "０10002", 10003.0, 320281.0, 1.2345678901234567e17])
    assert [cell.value for cell in found] == ["010001", "010002", None, 320281.0, None]
    assert [cell.rules for cell in found] == [(), ("code-width",), ("code-zero",), (), ("code-digits",)]


@pytest.mark.parametrize(("given", "value"), [("210.5万元", None), ("21050000万元", 2105.0)])
def test_a_conversion_beside_few_figures_must_fit_them(given: str, value: float | None) -> None:
    (*_, last) = clean_numbers([6230.4, 3012.0, given], "亿元").cells
    assert last.value == value
