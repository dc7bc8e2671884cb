"""What a kind of topic is, and what it is given: the listed units with the figures and texts of its columns.

A kind is declared above its function, as a method is (:mod:`tierwise.methods.registry`): names, how many
columns it takes, the columns of its table, its sentence and its chart. The function gets :class:`Listed` and
its settings and returns :class:`Made`, the rows of the table and the few facts that the sentence tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.kernels.grid import levelled
from tierwise.methods.registry import Family, Method
from tierwise.sentences.phrases import About
from tierwise.tolerances import SAME
from tierwise.words.columns import EMPTY, Column
from tierwise.words.language import Text

__all__ = ["Figure", "Listed"]

MANY: Final = 99


Columns = tuple[tuple[str, Sequence[object]], ...]


class National(NamedTuple):
    """A figure of the nation, with its year and source where they are given."""

    value: float
    year: int | None = None
    source: str = ""


@dataclass(frozen=True)
class Figure:
    """A column of numbers of the listed units ``(units,)``, NaN where blank.

    ``quotient`` says that it is one, so that its sum means nothing, ``adds_up`` that its unit of measure
    and its name have sums; ``direction`` -1 that less is better; ``earlier`` are the values of an earlier
    year, where a topic asks for it.
    """

    code: str
    values: FloatArray
    name: str = ""
    unit: str = ""
    direction: int = 1
    quotient: bool = False
    national: National | None = None
    earlier: FloatArray | None = None
    adds_up: bool = True

    @property
    def title(self) -> str:
        """What it is called."""
        return self.name or self.code


@dataclass(frozen=True)
class Labels:
    """A column of texts of the listed units, blank where there is none."""

    code: str
    values: tuple[str, ...]
    name: str = ""

    @property
    def title(self) -> str:
        """What it is called."""
        return self.name or self.code


@dataclass(frozen=True)
class Listed:
    """The listed units in order of rank, and what the columns of a topic hold of them.

    ``derived`` is the nation's figure of what the topic itself derives (a ratio, a growth), ``title`` that
    of a further list, blank for the main one, ``unit`` the unit of measure of a ratio. ``years`` are counts
    of listed units by group, for each year of which they are known.
    """

    names: tuple[str, ...]
    ranks: FloatArray
    tiers: IntArray
    figures: tuple[Figure, ...] = ()
    texts: tuple[Labels, ...] = ()
    derived: National | None = None
    title: str = ""
    unit: str = ""
    years: Mapping[int, Mapping[str, int]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.names)


class Made(NamedTuple):
    """The columns of a table by name, two of which may be alike, and facts that its sentence tells."""

    columns: Columns
    facts: Mapping[str, Any]

    @property
    def names(self) -> list[str]:
        """The column of names."""
        return [str(name) for name in dict(self.columns)["name"]]


Say = Callable[[About, Listed, Made], Text]


@dataclass(frozen=True)
class Kind(Method):
    """A kind of topic; ``how`` says what its table shows.

    ``figures`` and ``texts`` are the least and the most columns of numbers and of texts that it takes.
    ``national``: whether each of its figures, or what it derives, must have a figure of the nation.
    ``measured``: whether its table holds figures in their own units of measure.
    ``counted``: the setting that counts units or places, which a list may be too short for.
    """

    say: Say = field(default=lambda about, listed, made: EMPTY, repr=False)
    row: Text = EMPTY
    heads: tuple[Column, ...] = ()
    figures: tuple[int, int] = (0, 0)
    texts: tuple[int, int] = (0, 0)
    national: Literal["", "may", "must"] = ""
    chart: str = ""
    counted: str = ""
    measured: bool = True

    @property
    def lead(self) -> str:
        """The setting that a plain value means, blank where there is none."""
        return next(iter(self.settings), "")


KINDS: Final[Family[Kind]] = Family("kind", Kind, modules=("lines", "derived", "members", "relations"))
"""All kinds of topics, by name."""

KEYS: Final[Mapping[str, str]] = {
    "at_least": "下限",
    "sum": "合计",
    "count": "个数",
    "edges": "分界",
    "lines": "分档",
    "since": "基期",
    "factor": "换算系数",
    "percent": "百分数",
    "split": "划分",
    "endings": "词尾",
    "groups": "分类",
    "units": "选取",
    "tier": "梯队",
}
"""Settings of topics as a Chinese sheet calls them."""

NAME: Final = Column("name", Text("Name", "名称"), Text("name of the unit", "单位名称"))
RANK: Final = Column("rank", Text("Rank", "排名"), Text("rank on the list", "榜单名次"))
PLACE: Final = Column(
    "place", Text("Place", "位次"), Text("place by the figure, 1 = highest", "按该项数据的位次")
)
VALUES: Final = Column(
    "figures", meaning=Text("a column for each figure of the topic", "专题的每项数据一列"), names="node"
)
UNITS: Final = Column("units", Text("Units", "单位数"), Text("how many units", "单位个数"))
SHARE: Final = Column(
    "share",
    Text("Share of the list", "占榜单比例"),
    Text("units over listed units", "占入榜单位的比例"),
    "share",
)
NAMES: Final = Column("names", Text("Which", "名单"), Text("their names, by rank", "单位名称，按名次"))


def falling(values: FloatArray) -> IntArray:
    """Return the units with a value, the highest first; equal ones in the order of the list."""
    here = np.flatnonzero(~np.isnan(values))
    return here[np.argsort(-levelled(values[here]), kind="stable")]


def places(values: FloatArray) -> IntArray:
    """Return the place of each of some values, the highest first; equal ones share the better place."""
    levels = levelled(values)
    return np.asarray(1 + (levels[:, None] < levels).sum(axis=1), dtype=np.int64)


def reached(values: FloatArray, line: float) -> BoolArray:
    """Return which values are a line or more: 0.69 over 3 is 0.23, whatever its last bit."""
    return np.asarray(values >= line - SAME * abs(line))


def above(values: FloatArray, line: float) -> BoolArray:
    """Return which values are more than a line, not equal to it up to rounding."""
    return np.asarray(values > line + SAME * abs(line))


def pick(listed: Listed, units: IntArray) -> list[str]:
    """Return the names of units."""
    return [listed.names[unit] for unit in units.tolist()]


def whole(ranks: FloatArray) -> list[object]:
    """Return ranks as whole numbers where they are."""
    return [int(rank) if float(rank).is_integer() else float(rank) for rank in ranks.tolist()]


def with_figures(listed: Listed, units: IntArray) -> Columns:
    """Return the columns of a topic's figures and texts for some units."""
    texts = ((one.code, [one.values[unit] for unit in units.tolist()]) for one in listed.texts)
    return (*((one.code, one.values[units].tolist()) for one in listed.figures), *texts)


def ordered(listed: Listed, units: IntArray, values: FloatArray, *derived: tuple[str, list[Any]]) -> Columns:
    """Return place, name, figures, what is derived, and rank of units, the highest of ``values`` first."""
    return (
        ("place", places(values).tolist()),
        ("name", pick(listed, units)),
        *with_figures(listed, units),
        *derived,
        ("rank", whole(listed.ranks[units])),
    )
