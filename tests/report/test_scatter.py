"""Names beside the dots of a scatter: none stands on another."""

import numpy as np

from tierwise.report.figures_topics import LETTER, LINE, PLOT, apart


def test_a_name_that_would_stand_on_an_earlier_one_is_left_out() -> None:
    letter, line = LETTER / PLOT[0], LINE / PLOT[1]  # of axes from 0 to 1
    x = np.array([0.1, 0.1 + 2 * letter, 0.1 + 4.5 * letter, 0.1])
    y = np.array([0.5, 0.5, 0.5, 0.5 + 1.1 * line])
    assert apart(x, y, ["ABCD", "EF", "GH", "IJ"], 1.0, 1.0) == [0, 2, 3]
    assert apart(x, y, ["ABCD", "EF", "GH", "IJ"], 0.1, 1.0) == [0, 1, 2, 3]  # zoomed in, all have room
    assert apart(x[:1], y[:1], ["甲"], 1.0, 1.0) == [0]
