"""What the printed report holds, in order: headings, sentences, tables and figures, each under a name.

The Word file, the institute's own template and the proof-reader take it from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    from tierwise.report.plots import Chart
    from tierwise.study.study import Study

Kind = Literal["table", "figure", "sentence"]
KINDS: Final[dict[Kind, Text]] = {
    "table": Text("Table", "表"),
    "figure": Text("Figure", "图"),
    "sentence": Text("Sentence", "文字"),
}
COMPUTED: Final = Text("computed from the data of the scenario", "根据方案数据计算")
SOURCE: Final = Text("Source: {}", "数据来源：{}")
ANNEX: Final = Text("Annex {}", "附录{}")


@dataclass(frozen=True)
class Heading:
    """A heading: a chapter (level 1), numbered unless it opens an annex, or what stands below one."""

    text: str
    level: int = 1
    annex: bool = False


@dataclass(frozen=True)
class Sentence:
    """A paragraph that stands by itself."""

    name: str
    text: str


@dataclass(frozen=True)
class Tabulated:
    """A table as printed: texts of its cells; ``shaded`` holds (row, column) of cells that stand out."""

    name: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    shaded: frozenset[tuple[int, int]] = frozenset()
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure, drawn when it is asked for."""

    name: str
    title: str
    chart: Chart


Item = Heading | Sentence | Tabulated | Figure
Chapter = Callable[["Study"], Iterator[Item]]


def kind_of(item: Item) -> Kind | None:
    """Return what an item is in a list of names; headings have none."""
    if isinstance(item, Tabulated):
        return "table"
    if isinstance(item, Figure):
        return "figure"
    return "sentence" if isinstance(item, Sentence) else None


def named(items: Sequence[Item]) -> dict[Kind, dict[str, Item]]:
    """Return the items that have a name, by kind and name."""
    found: dict[Kind, dict[str, Item]] = {kind: {} for kind in KINDS}
    for item in items:
        kind = kind_of(item)
        if kind is not None and not isinstance(item, Heading):
            found[kind][item.name] = item
    return found


def source_of(study: Study) -> str:
    """Return the source that stands under every table and figure."""
    return study.scenario.spec.report.source or COMPUTED.of(study.scenario.language)


def titles(study: Study) -> tuple[str, str]:
    """Return the title of the report, and what stands behind its colon."""
    mark = "：" if "：" in study.scenario.title else ": "
    name, _, note = study.scenario.title.partition(mark)
    return name, note


def annex(number: int, language: Language) -> str:
    """Return what an annex is called: ``附录一``, ``Annex A``."""
    mark = "一二三四五六七八九"[number - 1] if language == "zh" else "ABCDEFGHI"[number - 1]
    return ANNEX.of(language).format(mark)


def numbered(items: Sequence[Item], language: Language) -> list[Item]:
    """Return the items with the numbers of chapters and annexes in their headings."""
    counts = {True: 0, False: 0}
    made: list[Item] = []
    for item in items:
        if isinstance(item, Heading) and item.level == 1:
            counts[item.annex] += 1
            number = counts[item.annex]
            mark = annex(number, language) if item.annex else str(number)
            item = Heading(f"{mark}  {item.text}", 1, item.annex)  # noqa: PLW2901 - the numbered one
        made.append(item)
    return made
