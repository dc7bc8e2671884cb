"""Family improve: what a unit would have to improve to gain a rank."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.errors import Problems, TierwiseError
from tierwise.methods.weights import checked, equal
from tierwise_addin import arguments, codec
from tierwise_addin.arguments import Help
from tierwise_addin.catalogue import Function
from tierwise_addin.flat import AGGREGATION, DIRECTIONS, MISSING, NORMALISATION, VALUES, WEIGHTS
from tierwise_addin.framework_cells import in_range
from tierwise_addin.kept import once
from tierwise_addin.labelled import Named

CODES: Final = {"D011": "M040", "D012": "M002"}  # blanks, as the functions without a framework tell them


@once
def improve(
    values: FloatArray,
    weights: FloatArray | None,
    unit: int,
    rank: int | None,
    normalisation: str,
    aggregation: str,
    directions: FloatArray | None,
    missing: str,
    costs: FloatArray | None,
) -> object:
    """Return for each indicator the figure that alone gives a unit a rank, and the effort that it is."""
    import tierwise as tw  # loads pydantic, few cells do
    from tierwise.inputs import Sheet  # with what it belongs to

    count = values.shape[1]
    shares = equal(count) if weights is None else checked(weights)
    arguments.same_length("indicators", weights=len(shares), values=count)
    turned = np.ones(count) if directions is None else np.broadcast_to(directions, count)
    codes = tuple(str(at) for at in range(1, count + 1))
    prices = _prices(costs, codes)
    rows = tuple(str(at) for at in range(1, len(values) + 1))
    tree = [
        ["code", "weight", "direction"],
        *([*one] for one in zip(codes, shares.tolist(), turned.tolist(), strict=True)),
    ]
    sheet = Sheet("values", codes, (), tuple(range(1, len(values) + 1)))
    panel = tw.Panel(rows, rows, codes, values, sheet=sheet, rows=tuple(range(len(values))))
    steps: dict[str, Any] = {"missing": missing, "normalisation": normalisation, "aggregation": aggregation}
    spec = tw.Spec.of(index=steps, tiers={"count": 1})
    try:
        made = tw.index(panel, tw.Framework.from_sheet(Sheet.from_cells("weights", tree)), spec)
        answer = tw.improve(made, tw.tiers(made, spec), str(unit), rank=rank, costs=prices)
    except TierwiseError as error:
        raise TierwiseError(
            *(in_range(replace(one, code=CODES.get(one.code, one.code))) for one in error.problems)
        ) from None
    columns = {
        "indicator": np.arange(1, count + 1),
        "current": answer.current,
        "needed": answer.needed,
        "effort": answer.effort,
        "needed_together": answer.needed_together,
        "needed_cheapest": answer.needed_mix,
    }
    return codec.headed(columns)


def _prices(costs: FloatArray | None, codes: tuple[str, ...]) -> dict[str, float] | None:
    """Return the cost of each indicator by its code; M010 with its place for one that is not above 0."""
    if costs is None:
        return None
    arguments.same_length("indicators", costs=len(costs), values=len(codes))
    problems = Problems()
    for at in np.flatnonzero(~(costs > 0)).tolist():
        problems.add("M010", argument="costs", row=at, value=float(costs[at]), need="> 0")
    problems.raise_any()
    return dict(zip(codes, costs.tolist(), strict=True))


FUNCTIONS: Final = (
    Function(
        "IDX_IMPROVE",
        Help(
            "What a unit must improve to have a rank: each indicator alone, all alike, the cheapest mix",
            "单位达到目标位次所需的改进：各指标单独、各项同步、最省力的组合",
        ),
        (
            VALUES,
            WEIGHTS,
            replace(
                arguments.whole("unit", 1, "The row of the unit, 1 = the first", "单位所在行，1为首行", None),
                optional=False,
            ),
            arguments.whole(
                "rank",
                1,
                "The rank that it is to have, or a better one (default: one better than it has)",
                "目标位次（或更好，默认上升一位）",
                None,
            ),
            NORMALISATION,
            AGGREGATION,
            DIRECTIONS,
            MISSING,
            arguments.filled(
                "costs",
                "Cost of one standard deviation of each indicator, for the cheapest mix (default 1)",
                "各指标提升1个标准差的成本，用于最省力的组合（默认均为1）",
            ).otherwise(None),
        ),
        improve,
        header=True,
        slow=True,
        named=Named(of="indicators", how="columns", columns=("indicator",), table="improve"),
    ),
)
