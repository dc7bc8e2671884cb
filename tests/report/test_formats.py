"""Number formats by the rule of a column, the same numbers as text, and widths of texts."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.report.plots import spread
from tierwise.report.workbook import column_width
from tierwise.tables.registry import TABLES
from tierwise.words.formats import Printed, cell_formats, number_format, of_figures, rounded, shown, wide
from tierwise.words.language import Ordinal, Text


@pytest.mark.parametrize(
    ("rule", "values", "shape", "text"),
    [
        ("size", [1, 2, 100], "0", "1"),
        ("size", [24.0, 6.0], "0", "24"),
        ("size", [1207278.0, 2.0], "#,##0", "1,207,278"),
        ("score", [0.664, 0.643], "0.000", "0.664"),
        ("score", [0.74231, 0.71774], "0.0000", "0.7423"),
        ("score", [84.31234, 60.0], "0.00", "84.31"),
        ("score", [82.5, 60.1], "0.0", "82.5"),  # round = 1
        ("score", [82.512, 82.514], "0.000", "82.512"),  # round = 3: two units that would print alike
        ("size", [1340.21, 526.2], "#,##0.0", "1,340.2"),
        ("share", [0.123], "0.0%", "12.3%"),
        ("share", [0.0125, 0.5], "0.0%", "1.3%"),
        ("share", [0.0004, 1.0], "0.00%", "0.04%"),
        ("share", [0.9999, 0.0], "0.00%", "99.99%"),
        ("small share", [0.000004, 0.25], "0.0000%", "0.0004%"),
        ("small share", [0.0004, 0.25], "0.00%", "0.04%"),
        ("weight", [0.0125, 0.9875], "0.00%", "1.25%"),
        ("weight", [0.25, 0.75], "0.0%", "25.0%"),
        ("weight", [1 / 3, 2 / 3], "0.0%", "33.3%"),
        ("+0;-0;0", [3], "+0;-0;0", "+3"),
        ("yes", [1], '[=1]"✓";[=0]"✗";0', "✓"),
        ("fails", [1], '[=1]"✗";[=0]"✓";0', "✗"),
        ("0.0000", [0.99951], "0.0000", "0.9995"),
        ("p", [0.00001, 0.5], '[<0.0001]"<0.0001";0.0000', "<0.0001"),
        ("p", [0.0001], '[<0.0001]"<0.0001";0.0000', "0.0001"),
        ("p", [0.04125], '[<0.0001]"<0.0001";0.0000', "0.0413"),
    ],
)
def test_numbers_have_the_decimals_that_they_want(
    rule: str, values: list[float], shape: str, text: str
) -> None:
    assert number_format(rule, values) == shape
    assert shown(values[0], shape) == text


def test_what_passes_and_what_is_not_kept_look_different() -> None:
    passes, not_kept = (shown(0, number_format(rule)) for rule in ("fails", "yes"))
    assert (passes, not_kept) == ("✓", "✗")
    assert shown(0, number_format("mark")) == "–"


def test_blank_and_words() -> None:
    assert shown(None, "0") == ""
    assert shown("江阴市", "0.0") == "江阴市"
    assert shown(0, "+0;-0;0") == "0"


@given(st.integers(-(10**9), 10**9), st.integers(0, 4), st.integers(0, 4))
def test_numbers_are_rounded_half_away_from_zero(digits: int, given: int, decimals: int) -> None:
    meant = Decimal(digits).scaleb(-given)
    expected = meant.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert rounded(float(meant), decimals) == expected
    assert f"{Printed(float(meant)):.{decimals}f}".lstrip("-") == f"{abs(expected):.{decimals}f}"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_no_share_but_0_reads_as_0_unless_it_is_below_what_draws_tell(values: list[float]) -> None:
    for value, shape in zip(values, cell_formats("small share", values), strict=True):
        if 5e-7 < value < 1 - 5e-7:
            assert float(shown(value, shape).rstrip("%")) not in (0.0, 100.0)


def test_figures_of_one_kind_have_the_same_decimals() -> None:
    figures, means = ["gdp", "gdp", "rate", "rate"], [1340.2, 93.35, 0.5, 0.25]
    assert of_figures(figures, [means]) == ["#,##0.0", "#,##0.0", "0.00", "0.00"]


def test_columns_are_as_wide_as_their_numbers() -> None:
    assert wide("江阴市 A") == 8
    assert column_width("均值", [1340225.0], ["#,##0"]) >= len("1,340,225") + 1
    assert column_width("名称", ["巴音郭楞蒙古自治州"], ["0"]) >= 19


def test_labels_are_spread_and_keep_their_order() -> None:
    placed = spread([1.0, 1.0, 1.1, 5.0], 1.0)
    assert placed == pytest.approx([1 / 30 + 0.0, 1 / 30 + 1.0, 1 / 30 + 2.0, 5.0])
    assert spread([3.0, 1.0], 1.0) == [3.0, 1.0]


@given(
    st.floats(-1e9, 1e9, allow_subnormal=False),
    st.sampled_from(["0", "0.0", "0.000", "#,##0", "#,##0.00", "0.0%", "0%", "+0.0;-0.0;0"]),
)
def test_the_quick_way_shows_what_the_exact_one_does(value: float, shape: str) -> None:
    first, _, more = shape.partition(";")
    decimals = len(first.rstrip("%").partition(".")[2])
    exact = Printed(value)
    sign = "+" if more and value else ""
    comma = "," if "," in first else ""
    assert shown(value, shape) == f"{exact:{sign}{comma}.{decimals}{'%' if '%' in first else 'f'}}"


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.sampled_from(["0", "0.00", "#,##0.0"]))
def test_a_column_is_as_wide_as_its_widest_number(values: list[float], shape: str) -> None:
    assert column_width("", values, [shape] * len(values)) == max(
        8.0, max(len(shown(value, shape)) for value in values) + 2.0
    )


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (1, "第一梯队"),
        (2, "第二梯队"),
        (10, "第十梯队"),
        (12, "第十二梯队"),
        (20, "第二十梯队"),
        (100, "第100梯队"),
    ],
)
def test_tiers_are_called_as_reports_call_them(number: int, told: str) -> None:
    assert f"第{Ordinal(number):zh}梯队" == told
    assert f"Tier {Ordinal(number)}" == f"Tier {number}"


def test_headings_of_tiers_have_the_name_of_the_tier() -> None:
    table = next(table for table in TABLES if table.name == "robustness")
    column = next(made for one in table.columns if (made := one.named("p_tier_3")))
    assert column.title == Text("P(tier 3)", "第三梯队概率")


def test_headings_of_nodes_keep_their_zeros() -> None:
    table = next(table for table in TABLES if table.name == "ranking")
    columns = [made for one in table.columns if (made := one.named("score:01"))]
    assert "01" in [column.title.en for column in columns]
