"""scores, node_ranks and weights: the index at every node of the framework."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.kernels.ranks import rank
from tierwise.study.columns import whole
from tierwise.study.index import Index
from tierwise.tables.columns import GLOBAL, LEVEL, LOCAL, NODE_CODE, NODES, PARENT, UNIT_CODE
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

INDEX_TITLE: Final = Text("Index", "总指数")


def scores(index: Index) -> pd.DataFrame:
    """Return one row a unit in rank order: the index, and one column for each node of the framework.

    Units with too few values for an index come last, with the scores of the nodes that they have.
    """
    import pandas as pd

    numbers = np.array(index.scores)
    if isinstance(index.spec.round, tuple):  # the nodes are rounded, and so is the index that they make
        numbers[:, 0] = index.score
    frame = _by_node(index, numbers)
    if not index.partial:
        return frame
    rest = pd.DataFrame([[code, *row] for code, row in index.partial.items()])
    rest.columns = frame.columns
    return pd.concat([frame, rest], ignore_index=True)


def node_ranks(index: Index) -> pd.DataFrame:
    """Return the rank of every unit, in rank order, in the index and at each node of the framework.

    Ranks at a node are by its scores as they are; those of the index are by its rounded scores, as in the
    ranking. A unit without a score at a node has no rank there.
    """
    ranks = np.full(index.scores.shape, np.nan)
    ranks[:, 0] = index.ranks
    for node in range(1, index.scores.shape[1]):
        here = ~np.isnan(index.scores[:, node])
        ranks[here, node] = rank(index.scores[here, node], ties=index.spec.ties)
    frame = _by_node(index, ranks)
    for at in range(1, len(frame.columns)):
        frame.isetitem(at, whole(frame.iloc[:, at].to_numpy()).array)
    return frame


def _by_node(index: Index, numbers: np.ndarray) -> pd.DataFrame:
    """Return numbers ``(units, nodes)`` under code, ``index`` and the codes of the nodes below it."""
    import pandas as pd

    frame = pd.DataFrame(numbers, columns=["index", *index.framework.codes[1:]])
    frame.insert(0, "code", index.panel.codes, allow_duplicates=True)
    return frame.iloc[index.order].reset_index(drop=True)


def weights(index: Index) -> pd.DataFrame:
    """Return one row a node: code, parent, level, local and global weight."""
    return index.framework.to_frame()[["code", "parent", "level", "local", "global"]]


SCORES: Final = Table(
    name="scores",
    title=Text("Scores", "得分"),
    note=Text("Normalised scores at every node of the framework", "指标体系各节点的标准化得分"),
    row=Text("a unit", "一个单位"),
    section="list",
    columns=(
        UNIT_CODE,
        Column(
            "index",
            INDEX_TITLE,
            Text(
                "the index before rounding; rounded where every level is",
                "取小数位之前的总指数；逐级取小数位时为取位后的总指数",
            ),
        ),
        NODES,
    ),
    make=lambda study: scores(study.index),
)

NODE_RANKS: Final = Table(
    name="node_ranks",
    title=Text("Ranks by node", "分项排名"),
    note=Text(
        "Rank of every unit in the index and at every node below it", "各单位在总指数及其下各节点的名次"
    ),
    row=Text("a unit", "一个单位"),
    section="list",
    columns=(UNIT_CODE, Column("index", INDEX_TITLE, Text("rank in the index", "总指数名次")), NODES),
    make=lambda study: node_ranks(study.index),
)

WEIGHTS: Final = Table(
    name="weights",
    title=Text("Weights", "权重"),
    note=Text("Local weights (within siblings) and global weights", "层内权重与组合权重"),
    row=Text("a node", "一个节点"),
    section="list",
    place=14,
    columns=(NODE_CODE, PARENT, LEVEL, LOCAL, GLOBAL),
    make=lambda study: weights(study.index),
)

TABLES: Final = (SCORES, NODE_RANKS, WEIGHTS)
