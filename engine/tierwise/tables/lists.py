"""list_*: further lists from the same run, by the scores of a node."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problems, TierwiseError
from tierwise.kernels.ranks import rank
from tierwise.methods.groups import first_in_group
from tierwise.study.columns import whole
from tierwise.tables.columns import RANK, SCORE, STARS, UNIT_CODE, UNIT_NAME
from tierwise.tables.groups import file_names, starred
from tierwise.tables.table import Table, TableByGroup, none
from tierwise.words.columns import Column
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.spec.topics import ListSpec
    from tierwise.study.study import Study


@dataclass(frozen=True)
class Further:
    """A further list: its units, best first, and their ranks and scores in it; ``table`` is its name."""

    asked: ListSpec
    title: str
    units: IntArray
    ranks: FloatArray
    scores: FloatArray
    table: str


def further_lists(study: Study) -> list[Further]:
    """Return the further lists of a study; units that share the last place are all on one.

    Raises :class:`TierwiseError` with every problem of every list: S021, S022 (the node), R138 (more units
    than have a score there), R139 (two of one name).
    """
    index, problems, found = study.index, Problems(), []
    asked = study.scenario.spec.lists
    nodes = study.scenario.framework.nodes
    files = file_names([one.name for one in asked])
    seen: set[str] = set()
    for one in asked:
        if one.name in seen:
            problems.add("R139", one.place("title" if one.title else "node"), name=one.name)
        seen.add(one.name)
        with problems.caught():
            node = nodes.find(one.node, one.place("node"))
            here = np.flatnonzero(~np.isnan(index.scores[:, node]))
            ranks = rank(index.scores[here, node], ties=index.spec.ties)
            if one.top is not None and one.top > len(here):
                problems.add("R138", one.place("top"), count=one.top, most=len(here))
            listed = ranks <= (one.top or len(study.tiers.selected))
            order = np.argsort(ranks[listed], kind="stable")
            units = here[listed][order]
            title = one.title or study.scenario.framework.names[node]
            table = f"list_{files[one.name]}"
            scores = index.scores[units, node]
            found.append(Further(one, title, units, ranks[listed][order], scores, table))
    places = study.scenario.places
    if problems.found:
        raise TierwiseError(*(replace(one, place=places.get(one.place, one.place)) for one in problems.found))
    return found


def _frame(study: Study, one: Further) -> pd.DataFrame:
    """Return code, name, groups, score, rank here and on the main list, ★ by group."""
    import pandas as pd

    panel, units = study.index.panel, one.units
    columns = {
        "code": [panel.codes[unit] for unit in units],
        "name": [panel.names[unit] for unit in units],
        **{name: [groups[unit] for unit in units] for name, groups in panel.groups.items()},
        "score": one.scores,
        "rank": whole(one.ranks).array,
        "main_rank": whole(np.asarray(study.index.ranks[units], dtype=np.float64)).array,
    }
    for head, groups in starred(panel, len(units), study.scenario.spec.report.groups).items():
        columns[head] = first_in_group(one.ranks, [groups[unit] for unit in units]).astype(np.int64)
    return pd.DataFrame(columns)


def _frames(study: Study) -> dict[str, pd.DataFrame]:
    return {one.table.removeprefix("list_"): _frame(study, one) for one in study.once(further_lists)}


FURTHER: Final[Table] = TableByGroup(
    name="list_{}",
    title=Text("List {}", "榜单 {}"),
    note=Text("{}: units by their scores in this dimension", "{}：按该维度得分排名"),
    row=Text("a unit of the list, best first", "一个入榜单位，按名次"),
    section="topics",
    place=15.9,
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        Column("groups", meaning=Text("the group columns of the data", "数据中的分组列"), names="group"),
        replace(SCORE, meaning=Text("score at the node", "该节点的得分")),
        replace(RANK, meaning=Text("rank on this list", "本榜单名次")),
        Column("main_rank", Text("Rank, main list", "综合排名"), Text("rank in the index", "总指数名次")),
        *STARS,
    ),
    charts=("topic_bars",),
    make=none,
    make_each=_frames,
)

TABLES: Final = (FURTHER,)
