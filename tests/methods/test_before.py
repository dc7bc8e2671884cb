"""What happens to a panel first: denominators and units with too little data."""

from __future__ import annotations

import numpy as np
import pytest

from tierwise.errors import TierwiseError
from tierwise.methods.denominate import denominate
from tierwise.methods.screen import screen

PANEL = np.array([[1.0, np.nan, 0.0, 4.0], [np.nan, np.nan, 2.0, np.nan], [1.0, 2.0, 3.0, 4.0]])


class TestDenominate:
    def test_by_column_and_factor(self) -> None:
        people = np.array([[10.0], [20.0]])
        found = denominate([[5.0, 7.0], [8.0, np.nan]], people * [1, 0] + [0, 1], [100, 1])
        np.testing.assert_array_equal(found, [[50, 7], [40, np.nan]])

    def test_missing_denominator(self) -> None:
        np.testing.assert_array_equal(denominate([[5.0], [4.0]], [[np.nan], [2.0]]), [[np.nan], [2]])

    def test_bad_denominators_are_named(self) -> None:
        with pytest.raises(TierwiseError) as error:
            denominate([[5.0, 1.0], [4.0, np.nan]], [[0.0, 1.0], [-2.0, 0.0]])
        assert [(found.code, found.row, found.column) for found in error.value.problems] == [
            ("M030", 0, 0),
            ("M030", 1, 0),
        ]


class TestScreen:
    def test_share_of_data(self) -> None:
        found = screen(PANEL, 0.75)
        np.testing.assert_array_equal(found.share, [0.75, 0.25, 1])
        np.testing.assert_array_equal(found.kept, [True, False, True])

    def test_zeros_as_no_data(self) -> None:
        np.testing.assert_array_equal(screen(PANEL, 0.75, zeros=True).kept, [False, False, True])

    def test_kept_and_dropped_by_name(self) -> None:
        found = screen(PANEL, 0.75, keep=[1], drop=[2])
        np.testing.assert_array_equal(found.kept, [True, True, False])

    def test_who_is_dropped_by_name_is_no_lack_of_data(self) -> None:
        assert not screen(np.ones((2, 3)), 0.5, drop=[0, 1]).kept.any()

    @pytest.mark.parametrize(("share", "code"), [(1.5, "M010"), (0.9, "M031")])
    def test_bad_input(self, share: float, code: str) -> None:
        with pytest.raises(TierwiseError, match=code):
            screen(PANEL[:2], share)
