"""What a proof-reader finds: what disagrees, what wants a look, what could not be checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tierwise.words.language import Text

# kinds of disagreements, by the names that the CSV has
KINDS: Final = {
    "count": Text("count", "数量"),
    "sum": Text("sum", "合计"),
    "share": Text("share", "占比"),
    "rank": Text("rank", "名次"),
    "first": Text("first", "首位"),
    "difference": Text("difference", "增减"),
    "multiple": Text("multiple", "倍差"),
    "size": Text("tier size", "梯队规模"),
    "name": Text("name", "名称"),
    "mark": Text("mark", "标记"),
    "omission": Text("omission", "遗漏"),
    "value": Text("value", "数值"),
}


@dataclass(frozen=True)
class Finding:
    """A disagreement: where, of what kind, in which words, what is printed and what is right, and why."""

    place: str
    kind: str
    quote: str
    printed: str
    right: str
    why: Text


@dataclass
class Findings:
    """All that was found in a report."""

    wrong: list[Finding] = field(default_factory=list)
    unchecked: list[tuple[str, str]] = field(default_factory=list)  # place, what
    checked: int = 0  # statements and cells that were compared

    def add(self, place: str, kind: str, quote: str, printed: object, right: object, why: Text) -> None:
        """Note a disagreement, once."""
        one = Finding(place, kind, quote, str(printed), str(right), why)
        if one not in self.wrong:
            self.wrong.append(one)
