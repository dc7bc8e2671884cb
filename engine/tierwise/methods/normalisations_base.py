"""What a normalisation is, the family in which each is declared, and settings that several take.

Where a scale comes from the values (their extremes, mean, order), it can come from others: ``among`` holds
those of a base year, or of all years together. By default these are the values themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Annotated, Any, ClassVar, Final, Literal

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError, problem
from tierwise.kernels import ranks as kernel
from tierwise.methods.own import Own
from tierwise.methods.registry import AMONG, Family, Method, Setting

Turn = Literal["reflect", "reciprocal", "complement", "own", "refuse"]
Range = tuple[float, float]
To = Annotated[
    Range,
    Setting("range of the scores", "标准化后的取值范围", name=("Range of the scores", "标准化取值范围")),
]
TIES_ZH: Final = {
    "min": "取最小名次",
    "max": "取最大名次",
    "average": "取平均名次",
    "dense": "名次连续",
    "ordinal": "按先后排",
}
Ties = Annotated[
    kernel.Ties,
    Setting(
        "ranks of equal values",
        "数值相同时名次如何排",
        name=("Ranks of equal values", "等值名次"),
        choices=TIES_ZH,
    ),
]
Reference = Annotated[
    float,
    Setting(
        "mean, median, best or a unit",
        "参照值，可取mean（均值）、median（中位数）、best（最优值）或某个单位",
        kind=str,
        default="mean",
        name=("Reference value", "参照值"),
        choices={"mean": "均值", "median": "中位数", "best": "最优值"},
    ),
]


@dataclass(frozen=True)
class Normalisation(Method):
    """A normalisation, and what less-is-better does to it.

    ``turn``: the axis is reflected before (x becomes -x, goalposts along), the ``reciprocal`` is taken
    (1 / x), the scores are subtracted from 1 (``complement``), the function takes ``direction`` and does it
    on its ``own``, or there is no such thing (``refuse``). ``positive``: all values must be above zero;
    then the scores change sign where less is better.
    """

    columns: ClassVar[tuple[str, ...]] = ("low", "high", "cap", "target")

    turn: Turn = "reflect"
    positive: bool = False

    @cached_property
    def relative(self) -> bool:
        """Whether its scale comes from the values, and can come from others (``among``) instead."""
        return AMONG in signature(self.function).parameters

    def scores(self, values: FloatArray, *, among: FloatArray | None = None, **settings: Any) -> FloatArray:
        """Return the scores of an indicator's known values, on the scale of ``among`` (default: their own).

        Raises M047 for a user's own method that cannot take another scale, M061 to M064 for what it returns.
        """
        if among is not None and self.relative:
            settings = {**settings, AMONG: among}
        elif among is not None and self.own:
            raise TierwiseError(problem("M047"))
        if self.own:
            return Own(self).by_unit(values, settings)
        return np.asarray(self.function(values, **settings), dtype=np.float64)


METHODS: Final = Family(
    "normalisation",
    Normalisation,
    modules=("normalisations_scales", "normalisations_goalposts", "normalisations"),
)
normalisation: Final = METHODS
