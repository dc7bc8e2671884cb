"""The index of a panel and a framework that were made apart."""

import numpy as np
import pandas as pd
import pytest

import tierwise as tw

FRAME = pd.DataFrame(
    {"code": ["a", "b", "c"], "x": [1.0, 2.0, 4.0], "y": [9.0, 3.0, 5.0], "z": [2.0, 2.5, 2.0]}
)


def framework(*codes: str, directions: dict[str, int] | None = None) -> tw.Framework:
    given = directions or {}
    return tw.Framework.from_frame(
        pd.DataFrame({"code": codes, "direction": [given.get(code, 1) for code in codes]})
    )


def test_columns_are_matched_by_code_not_by_place() -> None:
    panel = tw.Panel.from_frame(FRAME, framework("x", "y", "z"))
    turned = tw.index(panel, framework("z", "y", "x", directions={"y": -1}))
    straight = tw.index(panel, framework("x", "y", "z", directions={"y": -1}))
    assert np.allclose(turned.score, straight.score)
    fewer = tw.index(panel, framework("y"))
    assert fewer.score.tolist() == [1.0, 0.0, pytest.approx(1 / 3)]


def test_an_indicator_that_the_panel_lacks_is_named() -> None:
    panel = tw.Panel.from_frame(FRAME, framework("x", "y"))
    with pytest.raises(tw.TierwiseError, match="D009") as caught:
        tw.index(panel, framework("x", "y", "energy"))
    assert [problem.fields["code"] for problem in caught.value.problems] == ["energy"]
