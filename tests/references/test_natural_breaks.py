"""Natural breaks as published for Fisher's exact optimum and Jenks' name for it."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from tierwise.methods.tiers import cut


def test_employment_density_of_californian_counties(published: Callable[[str], pd.DataFrame]) -> None:
    """The manual of PySAL's mapclassify, FisherJenks with 5 classes: upper bounds and counts."""
    density = published("calemp/density.csv")["density"].to_numpy()
    tiers = cut(density, 5, "fisher")
    assert np.bincount(tiers)[1:].tolist() == [1, 1, 4, 3, 49]
    assert [density[tiers == tier].max() for tier in (5, 4, 3, 2, 1)] == [
        75.29,
        192.05,
        370.5,
        722.85,
        4111.45,
    ]
    within = sum(
        np.abs(density[tiers == tier] - np.median(density[tiers == tier])).sum() for tier in range(1, 6)
    )
    assert round(float(within), 2) == 799.24  # its adcm


def test_twelve_values_of_jenkspy() -> None:
    """The README of jenkspy: breaks 1.2, 2.3, 5.0, 7.8 for three classes."""
    values = np.array([1.3, 7.1, 7.3, 2.3, 3.9, 4.1, 7.8, 1.2, 4.3, 7.3, 5.0, 4.3])
    tiers = cut(values, 3, "fisher")
    assert [values[tiers == tier].max() for tier in (3, 2, 1)] == [2.3, 5.0, 7.8]
