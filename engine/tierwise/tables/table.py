"""What a table is: one declaration, from which the CSV, the workbook, the page and the manual are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from tierwise.words.columns import GROUPS, Column, in_line
from tierwise.words.language import JOIN, Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

LONGEST_SHEET: Final = 31  # characters that Excel takes


@dataclass(frozen=True)
class Bars:
    """A native bar chart that a table's columns are enough for: (column, name of the series) pairs."""

    title: Text
    categories: str
    series: tuple[tuple[str, Text, int], ...]  # column, name, number of its colour
    format: str
    across: bool = False  # bars that lie
    labelled: tuple[str, ...] = ()  # formats of the values written at the bars


Part = Literal["comparison", "targets", "sensitivity", "moves"]
View = Callable[["pd.DataFrame", "Names"], "pd.DataFrame"]


@dataclass(frozen=True)
class Names:
    """What a reader of tables must know of a run: what codes stand for, and its other tables."""

    nodes: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    dimensions: tuple[str, ...] = ()  # nodes right under the index that have nodes of their own
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    measures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # units of figures, by table


@dataclass(frozen=True)
class Table:
    """A table: what it is called, what stands in it, how it is made and where it is shown.

    ``more`` is a column and what the note says besides where the frame has it, ``less`` one and what it says
    where the frame has it not.
    ``make`` returns the frame, or None where a run has no such table. ``view`` is what sheets and the page
    show of it, ``page_view`` what the page alone does. ``place`` orders the tables of the page; 0 leaves the
    table to the workbook. ``needs`` are the parts of a study that it shows, without which there is none.
    """

    name: str
    title: Text  # the sheet's name, too
    note: Text
    row: Text  # what one row is
    columns: tuple[Column, ...]
    make: Callable[[Study], pd.DataFrame | None]
    section: str = ""  # of the manual
    place: float = 0.0
    view: View | None = None
    page_view: View | None = None
    charts: tuple[str | Bars, ...] = ()  # native ones, by their names in ``report.charts``
    figures: tuple[str, ...] = ()  # drawn ones of the page, by their names in ``report.figures``
    charted_whole: bool = False  # however long: what is charted is chosen from all rows
    of_draws: bool = False  # what the draws say: their precision is told beside it
    needs: tuple[Part, ...] = ()  # of a study, beside its index, tiers and draws
    more: tuple[str, Text] | None = None
    less: tuple[str, Text] | None = None

    def frames(self, study: Study) -> Mapping[str, pd.DataFrame]:
        """Return the frame by its name, empty where there is none."""
        frame = self.make(study)
        return {} if frame is None or not len(frame) else {self.name: frame}

    def matches(self, name: str) -> bool:
        """Tell whether a table of this name is of this declaration."""
        return name == self.name

    def sheet(self, name: str, language: Language, mark: str = "") -> str:
        """Return the name of the sheet; ``mark`` behind it tells it from another."""
        return self.title.of(language) + mark

    def owns(self, sheet: str) -> bool:
        """Tell whether a sheet of this name is of this table, in either language."""
        return sheet in self.title

    def noted(self, name: str, language: Language, of_draws: str = "", columns: Collection[str] = ()) -> str:
        """Return the line under the title; what must be known of the draws is added where they speak.

        ``columns`` are those of the frame, on which parts of the line may depend.
        """
        parts = [self.note.of(language)]
        if self.more is not None and self.more[0] in columns:
            parts.append(self.more[1].of(language))
        if self.less is not None and len(columns) and self.less[0] not in columns:
            parts.append(self.less[1].of(language))
        if self.of_draws and of_draws:
            parts.append(of_draws)
        return JOIN[language].join(parts)

    def resolve(self, names: Sequence[str], table: str = "") -> list[Column]:
        """Return the column of each name, by its place among the others; unknown ones keep their names."""
        declared = list(self.columns)
        left, rest = _matched(declared, list(names))
        if not rest:
            return left
        opened = next((at for at, column in enumerate(declared) if column.open), None)
        if opened is None:
            return left + [Column(name, Text(name, name)) for name in rest]
        right, middle = _matched(declared[:opened:-1], rest[::-1])
        family = declared[opened]
        inside = [family.named(name) or Column(name, Text(name, name)) for name in middle[::-1]]
        return [*left, *inside, *right[::-1]]

    def column(self, name: str) -> Column:
        """Return the column of this name that is declared by name or pattern; KeyError for none."""
        for column in self.columns:
            if not column.open and (own := column.named(name)) is not None:
                return own
        raise KeyError(name)


@dataclass(frozen=True)
class TableByGroup(Table):
    """A table for each group column of the data; its name and texts have ``{}`` for the column.

    ``make_each`` returns the frames by group column.
    """

    make_each: Callable[[Study], Mapping[str, pd.DataFrame]] = lambda study: {}

    def frames(self, study: Study) -> Mapping[str, pd.DataFrame]:
        """Return the frames by the names of their tables."""
        made = self.make_each(study)
        return {self.name.format(group): frame for group, frame in made.items() if len(frame)}

    def matches(self, name: str) -> bool:
        """Tell whether a table of this name is of this declaration."""
        return self._group(name) is not None

    def sheet(self, name: str, language: Language, mark: str = "") -> str:
        """Return the name of the sheet; a long name of a group is cut short."""
        words = self.title.of(language)
        room = LONGEST_SHEET - len(words.format(mark))
        return words.format(self._heading(name, language)[:room] + mark)

    def owns(self, sheet: str) -> bool:
        """Tell whether a sheet of this name is of this table, in either language."""
        return any(re.fullmatch(words.format(".+"), sheet) for words in self.title)

    def noted(self, name: str, language: Language, of_draws: str = "", columns: Collection[str] = ()) -> str:
        """Return the line under the title."""
        group = in_line(self._group(name) or name).of(language)
        return self.note.of(language).format(group.replace("_", " "))

    def _group(self, name: str) -> str | None:
        before, _, after = self.name.partition("{}")
        inside = name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after)
        return name[len(before) : len(name) - len(after)] if inside else None

    def _heading(self, name: str, language: Language) -> str:
        group = self._group(name) or name
        plain = group.replace("_", " ")  # as it was before it became a part of a file's name
        return GROUPS.get(group, Text(plain, plain)).of(language)


def none(study: Study) -> None:
    """Return no frame: of tables that are made for each group column."""


def _matched(declared: Iterable[Column], names: list[str]) -> tuple[list[Column], list[str]]:
    """Return the columns of the first names that are declared up to an open family, and the names left."""
    matched: list[Column] = []
    columns = [*declared]
    at = 0
    while at < len(columns) and names and not columns[at].open:
        run = [columns[at]]  # families that stand side by side may take turns
        while columns[at].pattern and at + len(run) < len(columns) and columns[at + len(run)].pattern:
            run.append(columns[at + len(run)])
        while names:
            own = next((one for column in run if (one := column.named(names[0])) is not None), None)
            if own is None:
                break
            matched.append(own)
            names = names[1:]
            if not columns[at].pattern:
                break
        at += len(run)
    return matched, names
