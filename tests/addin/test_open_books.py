"""Open workbooks, whose sheets a host hands over as rows of cells."""

import pytest

from tierwise.errors import TierwiseError
from tierwise_addin.hosts.runs import scenario_of


def test_two_sheets_for_one_thing_are_refused() -> None:
    rows: list[list[object]] = [["code"], ["a"]]
    with pytest.raises(TierwiseError) as caught:
        scenario_of("book", {"Data": rows, "Framework": rows, "数据": rows})
    assert [(problem.code, problem.place) for problem in caught.value.problems] == [("I021", "数据")]
