"""What a column of a table is called, what its cells are and how they look.

A table's columns come in a fixed order. Some are single (``rank``), some are families whose number or names
the data give: ``p_tier_1`` … ``p_tier_T`` by a pattern, or whatever stands between the columns before and
after (group columns, framework codes). So a heading belongs to a place in a table: an indicator that is
called ``total`` is not headed as a total effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from tierwise.words.language import Ordinal, Text

EMPTY: Final = Text("", "")

# How numbers are shown: a number format of Excel, or one of these rules (see ``words.formats``).
Format = str
# What the cells of a column are, where their words are not what a reader reads:
# a code of a node of the framework, an input or output of the sensitivity analysis, a method, names of
# criteria of the number of tiers, a figure of the profile, a table of the run, settings of a normalisation.
Content = Literal["", "node", "input", "output", "method", "criteria", "figure", "table", "settings"]
# How a column looks: tiers in their colours, shares as shades or bars, ★ for 1.
Look = Literal["", "tier", "shade", "bar", "own bar", "star"]
# What the data name in an open family of columns.
Naming = Literal["", "node", "group", "unit", "scenario", "band"]


@dataclass(frozen=True)
class Column:
    """A column of a table, or a family of columns that share all but the name.

    ``pattern`` is that of the names of a numbered family, whose numbers stand in ``title`` as ``{0}`` and
    ``{1}``; ``names`` says what names the columns of an open family, or with ``single`` the one column.
    ``words`` are the words of cells that hold keys. ``codes`` tells whose codes the cells are, so that names
    can stand beside them.
    """

    name: str
    title: Text = EMPTY
    meaning: Text = EMPTY
    format: Format = "size"
    look: Look = ""
    content: Content = ""
    words: Mapping[str, Text] = field(default_factory=dict)
    codes: Literal["", "units", "nodes"] = ""
    pattern: str = ""
    names: Naming = ""
    single: bool = False
    optional: bool = False
    on_page: bool = True
    in_file: bool = True  # False: on sheets and the page only

    @property
    def open(self) -> bool:
        """Whether it is a family of columns that the data name."""
        return self.names != "" and not self.pattern and not self.single

    @property
    def family(self) -> bool:
        """Whether its columns have names that the data give."""
        return self.names != "" or self.pattern != ""

    def named(self, name: str) -> Column | None:
        """Return the one column of this name, None where it is not of this column or family."""
        if self.pattern:
            match = re.fullmatch(self.pattern, name)
            return replace(self, name=name, title=self.title.format(*_fields(match))) if match else None
        if self.names:
            own = Text(name, name)
            return replace(self, name=name, title=GROUPS.get(name, own) if self.names == "group" else own)
        return self if name == self.name else None


def _fields(match: re.Match[str]) -> Iterator[object]:
    for part in match.groups():
        yield Ordinal(part) if part.isdecimal() else part


GROUPS: Final[Mapping[str, Text]] = {
    "province": Text("Province", "省份"),
    "prefecture": Text("Prefecture", "地级市"),
    "region": Text("Region", "区域"),
    "country": Text("Country", "国家"),
}
"""Usual names of group columns; any other is its own heading."""


def in_line(group: str) -> Text:
    """Return what a group column is called within a line: ``province``, ``省份``."""
    return Text(GROUPS[group].en.lower(), GROUPS[group].zh) if group in GROUPS else Text(group, group)


def numbered(pattern: str, title: Text, meaning: Text = EMPTY, rule: Format = "size", **more: Any) -> Column:
    """Return a family of columns with a number: ``tier_{}`` makes ``tier_1``, ``tier_2`` and so on."""
    numbers = re.escape(pattern).replace(r"\{\}", r"(\d+)")
    return Column(pattern.format("N"), title, meaning, rule, pattern=numbers, **more)
