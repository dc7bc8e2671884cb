"""Teaching examples of Chinese statistics: 功效系数法, 综合评价指数, 适度指标."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.methods.normalise import normalise


def test_efficacy_coefficients_of_four_companies(published: Callable[[str], pd.DataFrame]) -> None:
    table = published("chinese_texts/four_companies.csv")
    codes = ["productivity", "assets", "sales", "profit"]
    framework = tw.Framework.from_frame(pd.DataFrame({"code": codes}))
    spec = tw.Spec.of(index={"normalisation": "efficacy", "aggregation": "geometric"})
    found = tw.index(tw.Panel.from_frame(table[["code", *codes]], framework), framework, spec)
    printed = table[["d1", "d2", "d3", "d4"]].to_numpy()
    assert found.scores[:, 1:] == pytest.approx(printed, abs=2.5e-3)  # the text rounds the ratio first
    assert found.score == pytest.approx(table["total"].to_numpy(), abs=1.5e-3)
    assert found.ranks.tolist() == table["rank"].tolist()


def test_an_efficacy_coefficient_below_the_value_not_allowed() -> None:
    """An examination question: 5.81 % against 12 % satisfactory and 6 % not allowed gives 58.73."""
    found = normalise([[5.81]], "efficacy", low=6, high=12).item()
    assert found == pytest.approx(58.73, abs=5e-3)
    assert normalise([[5.81]], "efficacy", low=6, high=12, cap=1).item() == 60


def test_an_index_against_the_national_level(published: Callable[[str], pd.DataFrame]) -> None:
    table = published("chinese_texts/two_cities.csv").set_index("indicator")
    units = table[["national", "甲市", "乙市"]].T
    framework = tw.Framework.from_frame(pd.DataFrame({"code": units.columns}))
    spec = tw.Spec.of(index={"normalisation": "ratio-to-reference", "normalise": {"reference": "national"}})
    units.insert(0, "code", units.index)
    found = tw.index(tw.Panel.from_frame(units, framework), framework, spec)
    printed = table[["index_甲市", "index_乙市"]].to_numpy().T
    assert 100 * found.scores[1:, 1:] == pytest.approx(printed, abs=0.16)
    assert 100 * found.score == pytest.approx([100, 157.9, 273.3], abs=0.1)


def test_moderate_indicators() -> None:
    """适度指标: 1 - |x - a| / max |x - a|, or 1 - max(a - x, x - b) / max(a - min, max - b)."""
    values = np.array([[1.2], [1.9], [2.0], [2.6], [3.5]])
    about_two = normalise(values, "two-ended", target=2.0).ravel()
    assert about_two == pytest.approx(1 - np.abs(values.ravel() - 2.0) / 1.5)
    between = normalise(values, "two-ended", low=1.8, high=2.2).ravel()
    assert between == pytest.approx([1 - 0.6 / 1.3, 1, 1, 1 - 0.4 / 1.3, 0])
