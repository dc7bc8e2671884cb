"""The Human Development Index end to end: goalposts, the logarithm of income, two levels of means."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.kernels.ranks import rank
from tierwise.methods.aggregate import aggregate
from tierwise.methods.normalise import normalise

FRAMEWORK = [
    ("life", "", 20, 85, ""),
    ("knowledge", "", None, None, "arithmetic"),
    ("expected", "knowledge", 0, 18, ""),
    ("mean", "knowledge", 0, 15, ""),
    ("income", "", 100, 75_000, "log"),
]


@pytest.fixture
def hdi(published: Callable[[str], pd.DataFrame]) -> tw.Index:
    columns = ["code", "parent", "low", "high", "aggregation"]
    framework = tw.Framework.from_frame(pd.DataFrame(FRAMEWORK, columns=columns))
    units = published("hdi2020/units.csv").drop(columns=["published_rank", "hdi"])
    spec = tw.Spec.of(
        index={
            "normalisation": "goalposts",
            "aggregation": ["geometric", "arithmetic"],
            "round": 3,
            "treat": {"shift": "none"},
        }
    )
    return tw.index(tw.Panel.from_frame(units, framework), framework, spec)


def test_the_index_of_twenty_countries(hdi: tw.Index, published: Callable[[str], pd.DataFrame]) -> None:
    printed = published("hdi2020/units.csv")["hdi"]
    assert hdi.score == pytest.approx(printed.to_numpy(), abs=1.1e-3)  # from components as rounded in print


def test_goalposts_without_a_normalisation_are_told_cell_by_cell(
    published: Callable[[str], pd.DataFrame],
) -> None:
    """Filled in and not read, they would have ranked the countries by other scales than the goalposts'."""
    columns = ["code", "parent", "low", "high", "aggregation"]
    framework = tw.Framework.from_frame(pd.DataFrame(FRAMEWORK, columns=columns))
    units = published("hdi2020/units.csv").drop(columns=["published_rank", "hdi"])
    spec = tw.Spec.of(index={"treat": {"shift": "none"}})
    with pytest.raises(tw.TierwiseError) as caught:
        tw.index(tw.Panel.from_frame(units, framework), framework, spec)
    told = [(one.code, one.place) for one in caught.value.problems]
    assert told == [("F020", f"Framework!{column}{row}") for row in (2, 4, 5, 6) for column in "CD"]


def test_undp_ranks_what_it_prints(published: Callable[[str], pd.DataFrame]) -> None:
    table = published("hdi2020/units.csv")
    ranks = rank(table["hdi"].to_numpy(), ties="min", decimals=3)
    assert ranks[:17].tolist() == table["published_rank"][:17].tolist()


def test_the_technical_notes_of_2010() -> None:
    """China in technical note 1 of the Human Development Report 2010: 0.847, 0.589, 0.584, HDI 0.663."""
    life, mean, expected = (
        normalise([[value]], "goalposts", low=low, high=high).item()
        for value, low, high in ((73.5, 20, 83.2), (7.5, 0, 13.2), (11.4, 0, 20.6))
    )
    assert [life, mean, expected] == pytest.approx([0.847, 0.568, 0.553], abs=5e-4)
    schooling = aggregate([[mean, expected]], [1, 1], "geometric").item()
    knowledge = normalise([[schooling]], "goalposts", low=0, high=0.951).item()
    posts = np.log([163, 108_211])
    income = normalise([[7263.0]], "log", log_base=np.e).item()
    income = normalise([[income]], "goalposts", low=posts[0], high=posts[1]).item()
    assert [knowledge, income] == pytest.approx([0.589, 0.584], abs=1e-3)
    assert aggregate([[life, knowledge, income]], [1, 1, 1], "geometric").item() == pytest.approx(
        0.663, abs=5e-4
    )


def test_the_technical_notes_of_2020() -> None:
    """Technical note 1 of 2020: 0.6971, 0.3447, 0.5506 (an income of 3,829 dollars) make 0.510."""
    posts = np.log([100, 75_000])
    income = normalise([[np.log(3829)]], "goalposts", low=posts[0], high=posts[1]).item()
    assert income == pytest.approx(0.5506, abs=5e-5)
    assert aggregate([[0.6971, 0.3447, 0.5506]], [1, 1, 1], "geometric").item() == pytest.approx(
        0.510, abs=5e-4
    )
