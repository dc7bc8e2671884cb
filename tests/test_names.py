"""The nearest name is found whatever its case."""

import pytest

from tierwise.errors import TierwiseError
from tierwise.names import choose, nearest


def test_case_does_not_hide_the_nearest() -> None:
    assert nearest("gpd", ["R&D", "GDP", "exports"]) == "GDP"
    assert nearest("Gdp", ["GDP", "gdp"]) == "GDP"
    assert nearest("zzz", ["GDP"]) == ""


def test_case_spaces_and_dashes_do_not_matter_to_a_choice() -> None:
    assert choose(" Z_Score ", ["min-max", "z-score"], "method") == "z-score"
    with pytest.raises(TierwiseError) as caught:
        choose("minmax", ["z-score", "min-max"], "method")
    assert caught.value.problems[0].fields["nearest"] == "min-max"
