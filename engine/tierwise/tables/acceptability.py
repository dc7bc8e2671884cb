"""acceptability and central_weights: how often a unit has a rank, and which weights put it first (SMAA)."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from tierwise.study.robustness import Robustness
from tierwise.tables.columns import NODES, UNIT_CODE, UNIT_NAME
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

MOST_RANKS: Final = 1000  # of a table with a column for each; longer lists are told in bands
BANDS: Final = 100  # that follow the listed ranks, at most


def acceptability(robustness: Robustness, ranks: Literal["auto", "each", "bands"] = "auto") -> pd.DataFrame:
    """Return one row a unit, best first: the probability of each rank, or of bands of ranks in long lists.

    The ranks of the list have a column each; those after them, where there are more than 1,000, stand in up
    to a hundred bands of 10, 20, 50, 100 … ranks, unless ``ranks`` asks for each.
    """
    import pandas as pd

    tally, order = robustness.tally, robustness.index.order
    values, steps = tally.rank_values, tally.setup.steps
    edges = [*range(len(values) + 1)]
    if ranks == "bands" or (ranks == "auto" and len(tally.setup.order) > MOST_RANKS):
        edges = band_edges(len(tally.setup.order), min(robustness.tiers.top, MOST_RANKS), steps)
    names = [f"p_rank_{_band(first, stop, steps)}" for first, stop in pairwise(edges)]
    frame = pd.DataFrame(tally.band_acceptability(edges, order), columns=names, copy=False)
    frame.insert(0, "code", [robustness.index.panel.codes[unit] for unit in order])
    return frame


def band_edges(units: int, top: int, steps: int = 1) -> list[int]:
    """Return the places where bands begin: one for each of the first ``top`` ranks, then wider ones."""
    width = next(
        size
        for power in range(9)
        for size in (10**power, 2 * 10**power, 5 * 10**power)
        if (units - top) / size <= BANDS
    )
    end = steps * (units - 1) + 1
    wide = range(top - top % width + width, units, width)
    edges = {*range(steps * top + 1), *(steps * rank for rank in wide), end}
    return sorted(edge for edge in edges if edge <= end)


def _band(first: int, stop: int, steps: int) -> str:
    low, high = 1 + first / steps, 1 + (stop - 1) / steps
    return f"{low:g}" if low == high else f"{low:g}-{high:g}"


def central_weights(robustness: Robustness) -> pd.DataFrame | None:
    """Return one row a unit that is first in some draw, most often first: P(first), and its central weights.

    These are the mean local weights of the draws in which it is first (Lahdelma & Salminen 2001), one column
    for each node below the index. None where draws have no weights.
    """
    import pandas as pd

    tally, index = robustness.tally, robustness.index
    p_first = tally.p_first()
    units = index.order[np.argsort(-p_first[index.order], kind="stable")]
    units = units[p_first[units] > 0]
    if not len(units):
        return None
    codes = index.framework.codes[1:]
    frame = pd.DataFrame(tally.central_weights()[units][:, 1:], columns=codes)
    frame.insert(0, "p_first", p_first[units], allow_duplicates=True)
    frame.insert(0, "name", [index.panel.names[unit] for unit in units], allow_duplicates=True)
    frame.insert(0, "code", [index.panel.codes[unit] for unit in units], allow_duplicates=True)
    return frame


ACCEPTABILITY: Final = Table(
    name="acceptability",
    title=Text("Rank acceptability", "名次可接受度"),
    note=Text("Probability of each rank", "各单位取得每个名次的概率"),
    row=Text("a unit, best first", "一个单位，按名次"),
    section="robustness",
    of_draws=True,
    columns=(
        UNIT_CODE,
        Column(
            "p_rank_…",
            Text("P(rank {0})", "第{0}名概率"),
            Text(
                "share of draws with this rank (SMAA's rank acceptability), or with one of a band of ranks",
                "取得该名次或该名次段的抽样比例（SMAA名次可接受度）",
            ),
            "share",
            "bar",
            pattern=r"p_rank_([\d.]+(?:-[\d.]+)?)",
        ),
    ),
    make=lambda study: acceptability(study.robustness, study.scenario.spec.report.acceptability),
)


CENTRAL_WEIGHTS: Final = Table(
    name="central_weights",
    title=Text("Weights when first", "居首时的权重"),
    note=Text(
        "Which weights put a unit first: the mean weights, within siblings, of the draws in which it is",
        "什么样的权重使该单位居首：其居首的各次抽样中层内权重的均值",
    ),
    row=Text("a unit that is first in some draw, most often first", "一个在抽样中曾居首位的单位，按居首概率"),
    section="robustness",
    of_draws=True,
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        Column(
            "p_first",
            Text("P(first)", "居首概率"),
            Text(
                "share of draws in which the unit is first, alone or with its equals",
                "该单位居首（含并列）的抽样比例",
            ),
            "share",
            "bar",
        ),
        replace(
            NODES,
            meaning=Text(
                "a column for each node: its central weight (SMAA), as `local` in `weights`",
                "每个节点一列：其中心权重（SMAA），与`weights`表的`local`同为层内权重",
            ),
        ),
    ),
    make=lambda study: central_weights(study.robustness),
)

TABLES: Final = (ACCEPTABILITY, CENTRAL_WEIGHTS)
