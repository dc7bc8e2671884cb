"""Number formats by column and size, the same numbers as text, and widths of texts."""

import pytest

from tierwise.report.drawing import spread
from tierwise.report.workbook import column_width
from tierwise.words.formats import formats, number_format, shown, wide


@pytest.mark.parametrize(
    ("column", "values", "shape", "text"),
    [
        ("rank", [1, 2, 100], "0", "1"),
        ("units", [24.0, 6.0], "0", "24"),
        ("sum", [1207278.0, 2.0], "#,##0", "1,207,278"),
        ("score", [0.664, 0.643], "0.000", "0.664"),
        ("score", [0.74231, 0.71774], "0.0000", "0.7423"),
        ("score", [84.31234, 60.0], "0.00", "84.31"),
        ("gdp", [1340.21, 526.2], "#,##0.0", "1,340.2"),
        ("p_top", [0.123], "0.0%", "12.3%"),
        ("move", [3], "+0;-0;0", "+3"),
        ("keep", [1], '[=1]"✓";[=0]"–";0', "✓"),
        ("spearman", [0.99951], "0.0000", "0.9995"),
    ],
)
def test_numbers_have_the_decimals_that_they_want(
    column: str, values: list[float], shape: str, text: str
) -> None:
    assert number_format(column, values) == shape
    assert shown(values[0], shape) == text


def test_blank_and_words() -> None:
    assert shown(None, "0") == ""
    assert shown("江阴市", "0.0") == "江阴市"
    assert shown(0, '[=1]"✓";[=0]"–";0') == "–"
    assert shown(0, "+0;-0;0") == "0"


def test_figures_of_one_kind_have_the_same_decimals() -> None:
    columns = {"figure": ["gdp", "gdp", "rate", "rate"], "mean": [1340.2, 93.35, 0.5, 0.25]}
    assert formats(columns)[1] == ["#,##0.0", "#,##0.0", "0.00", "0.00"]


def test_columns_are_as_wide_as_their_numbers() -> None:
    assert wide("江阴市 A") == 8
    assert column_width("均值", [1340225.0], ["#,##0"]) >= len("1,340,225") + 1
    assert column_width("名称", ["巴音郭楞蒙古自治州"], ["0"]) >= 19


def test_labels_are_spread_and_keep_their_order() -> None:
    found = spread([1.0, 1.0, 1.1, 5.0], 1.0)
    assert found == pytest.approx([1 / 30 + 0.0, 1 / 30 + 1.0, 1 / 30 + 2.0, 5.0])
    assert spread([3.0, 1.0], 1.0) == [3.0, 1.0]
