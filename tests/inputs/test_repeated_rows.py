"""A row that stands twice, and a code that two rows share."""

import pytest

from tierwise.errors import TierwiseError
from tierwise.inputs.framework import Framework
from tierwise.inputs.panel import Panel
from tierwise.inputs.sheet import Sheet

FRAMEWORK = Framework.from_sheet(Sheet("Framework", ("code", "parent"), (("x", ""),), (2,)))


@pytest.mark.parametrize(
    ("figure", "code", "told"), [(1.0, "D022", "请删去其中一行"), (9.0, "D002", "唯一代码")]
)
def test_a_row_that_stands_twice_is_to_be_deleted(figure: float, code: str, told: str) -> None:
    sheet = Sheet("Data", ("code", "x"), (("a", 1.0), ("b", 2.0), ("a", figure)), (2, 3, 4))
    with pytest.raises(TierwiseError) as caught:
        Panel.from_sheet(sheet, FRAMEWORK)
    (one,) = caught.value.problems
    assert (one.code, one.place, one.fields["first"]) == (code, "Data!A4", "Data!A2")
    assert told in one.line("zh")
