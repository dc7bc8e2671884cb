"""Small lists of two years, and what the parts of every move add up to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import tierwise as tw
from tierwise.arrays import FloatArray
from tierwise.spec import Spec
from tierwise.study.index import Index
from tierwise.study.why import Why

CODES = ("x", "y", "z")


def panel(values: FloatArray, units: str = "abcdefgh") -> tw.Panel:
    frame = pd.DataFrame(values, columns=[*CODES[: values.shape[1]]])
    frame.insert(0, "code", [*units[: len(values)]])
    return tw.Panel.from_frame(frame)


def framework(weights: tuple[float, ...] = (3, 2, 1), **columns: Any) -> tw.Framework:
    codes = CODES[: len(weights)]
    return tw.Framework.from_frame(
        pd.DataFrame({"code": codes, "weight": weights, "direction": 1, **columns})
    )


def indexed(
    values: FloatArray, tree: tw.Framework | None = None, units: str = "abcdefgh", **steps: Any
) -> Index:
    return tw.index(panel(values, units), tree or framework(), Spec.model_validate({"index": steps}))


def some(seed: int = 1, units: int = 8) -> FloatArray:
    return np.random.default_rng(seed).uniform(1, 9, (units, 3))


def check_sums(found: Why) -> None:
    shares = found.shares
    np.testing.assert_allclose(shares.rank_shares.sum(axis=0), shares.ranks[0] - shares.ranks[1], atol=1e-9)
    np.testing.assert_allclose(
        shares.score_shares.sum(axis=0), shares.scores[1] - shares.scores[0], atol=1e-9
    )
    if shares.indicator_ranks is not None:
        np.testing.assert_allclose(shares.indicator_ranks.sum(axis=0), shares.rank_shares[0], atol=1e-9)
