"""An index right over its indicators, as cells give it: blanks treated, figures normalised, weights checked.

The steps are those of a scenario, by the same functions: a blank means here what it means there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.kernels.tree import Tree
from tierwise.methods.aggregate import RULES
from tierwise.methods.impute import METHODS as IMPUTATIONS
from tierwise.methods.impute import blanks, compared, impute
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.normalise import normalise
from tierwise.methods.scores import Plan
from tierwise.methods.weights import checked, equal
from tierwise_addin import arguments, codec

VALUES: Final = arguments.numbers(
    "values", "Figures, units x indicators; a blank cell is missing", "数据区域：单位×指标；空格为缺失"
)
WEIGHTS: Final = arguments.filled(
    "weights", "Relative weights of the indicators, one row or column", "各指标的相对权重（单行或单列）"
)


def _directions(block: codec.Block, name: str, problems: Problems) -> FloatArray | None:
    """Return the directions; 1 for all, which is the default, as what was left out."""
    given = codec.filled(block, name, problems)
    return None if given.size == 1 and given[0] == 1 else given


DIRECTIONS: Final = replace(
    arguments.filled(
        "directions",
        "1 = more is better (default), -1 = less is better; one for all or one for each indicator",
        "1为正向（默认），-1为逆向；一个通用，或每个指标一个",
    ).otherwise(None),
    decode=_directions,
)
NORMALISATION: Final = arguments.method(
    "normalisation",
    NORMALISATIONS,
    "How indicators come onto one scale (default min-max)",
    "无量纲化方法（默认min-max）",
)
AGGREGATION: Final = arguments.method(
    "aggregation",
    RULES,
    "How weighted indicators become one score (default arithmetic)",
    "合成方法（默认arithmetic）",
)
MISSING: Final = arguments.method(
    "missing",
    IMPUTATIONS,
    "What is done about blank cells (default error: they are refused, as in a scenario)",
    "缺失值处理（默认error：与方案文件一致，不允许缺失）",
)
HOW: Final = (NORMALISATION, AGGREGATION, DIRECTIONS, MISSING)


@dataclass(frozen=True)
class Figures:
    """Values without the units that are not compared, blanks filled; ``rows``: the row of each unit.

    ``height`` is the number of rows that were given.
    """

    values: FloatArray
    rows: IntArray
    height: int

    def spread(self, results: NDArray[Any]) -> FloatArray:
        """Return ``(units, …)`` results over the rows that were given, NaN for a unit left out."""
        if len(self.rows) == self.height:
            return np.asarray(results, dtype=np.float64)
        out = np.full((self.height, *results.shape[1:]), np.nan)
        out[self.rows] = results
        return out

    def square(self, results: FloatArray) -> FloatArray:
        """Return ``(units, units)`` results over the rows and columns of the units that were given."""
        return self.spread(self.spread(results).T).T

    def numbered(self, units: NDArray[Any]) -> FloatArray:
        """Return the rows of some units, counted from 1; NaN for none (-1)."""
        return np.where(units >= 0, self.rows[units] + 1.0, np.nan)

    @contextmanager
    def placed(self) -> Iterator[None]:
        """Give problems with a unit's values the row that was given."""
        try:
            yield
        except TierwiseError as error:
            raise TierwiseError(
                *(
                    replace(raised, row=int(self.rows[raised.row]))
                    if raised.argument == "values" and raised.row is not None
                    else raised
                    for raised in error.problems
                )
            ) from None


def figures(values: FloatArray, missing: str) -> Figures:
    """Return the values of the units that are compared, with blanks treated as ``missing`` says.

    Raises C035 for an imputation by group, M002 for an indicator without any value, M040 for each blank where
    none is allowed (past the twentieth C004), and what the imputation refuses.
    """
    if "groups" in IMPUTATIONS[missing].settings:
        raise TierwiseError(problem("C035", argument="missing", method=missing))
    there = Figures(values, np.flatnonzero(compared(values, missing)), len(values))
    known = values[there.rows]
    refused = blanks(known, missing)
    if len(refused) > codec.LISTED:
        more = problem("C004", argument="values", count=len(refused) - codec.LISTED)
        refused = [*refused[: codec.LISTED], more]
    with there.placed():
        if refused:
            raise TierwiseError(*refused)
        return replace(there, values=impute(known, missing).values)


@dataclass(frozen=True)
class Flat:
    """What is scored: the plan, its nominal local weights ``(nodes,)``, and the figures behind it."""

    figures: Figures
    plan: Plan
    nominal: FloatArray


def flat(
    values: FloatArray,
    weights: FloatArray | None,
    normalisation: str,
    aggregation: str,
    directions: FloatArray | None,
    missing: str,
) -> Flat:
    """Return an index right over its indicators."""
    indicators = values.shape[1]
    shares = equal(indicators) if weights is None else checked(weights, indicators)
    there = figures(values, missing)
    with there.placed():
        plan = Plan.uniform(
            normalise(there.values, normalisation, directions), Tree.flat(indicators), aggregation
        )
    return Flat(there, plan, np.concatenate([[1.0], shares]))
