"""Parts of sentences: lists of names, equal counts put together, numbers as a report prints them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from tierwise.words.formats import Printed
from tierwise.words.language import Text, in_number

__all__ = ["About"]

MOST_NAMED: Final = 8  # names of one count that are listed; of more, how many they are
MANY: Final = "两三四五六七八九十"  # 两者, 三者, …


@dataclass(frozen=True)
class Kind:
    """What the groups of a column are called: ``many`` behind a number (16 provinces)."""

    many: Text

    @classmethod
    def of(cls, column: str, title: Text) -> Kind:
        """Return what the groups of a column are called; ``title`` is the column's heading."""
        return cls(KINDS.get(column, Text(f"groups by {title.en}", title.zh)))


KINDS: Final[Mapping[str, Text]] = {
    "province": Text("provinces", "省（区、市）"),
    "prefecture": Text("prefectures", "地级市"),
    "region": Text("regions", "区域"),
    "country": Text("countries", "国家"),
}


UNITS: Final = Text("units", "单位")


@dataclass(frozen=True)
class About:
    """Which list the sentences are about: how many units it has, what they are called, of which year.

    ``title`` is that of a further list, blank for the main one.
    """

    listed: int
    noun: Text = field(default=UNITS)
    year: int | None = None
    title: str = ""

    @property
    def of_year(self) -> Text:
        """Return the year as it stands in a sentence, nothing where none is known."""
        return Text("", "") if self.year is None else Text(f" of {self.year}", f"{self.year}年")


def both(en: str, zh: str, **fields: Text | str | int) -> Text:
    """Return a sentence with fields put in, each in its language."""
    english = {key: field.en if isinstance(field, Text) else field for key, field in fields.items()}
    return Text(
        in_number(en, english).format(**english),
        zh.format(**{key: field.zh if isinstance(field, Text) else field for key, field in fields.items()}),
    )


def listing(items: Iterable[Text | str]) -> Text:
    """Return items one after the other: ``a, b and c``, ``a、b、c``."""
    texts = [Text(item, item) if isinstance(item, str) else item for item in items]
    english = [text.en for text in texts]
    head, last = english[:-1], english[-1:]
    return Text(
        " and ".join(([", ".join(head)] if head else []) + last),
        "、".join(text.zh for text in texts),
    )


def clauses(parts: Iterable[Text], end: bool = True) -> Text:
    """Return clauses as one sentence, its first letter a capital."""
    parts = [*parts]
    english = "; ".join(part.en for part in parts)
    stop = ("." if end else "", "。" if end else "")
    return Text(english[:1].upper() + english[1:] + stop[0], "；".join(part.zh for part in parts) + stop[1])


def paragraph(sentences: Sequence[Text]) -> Text:
    """Return sentences behind one another."""
    return Text(" ".join(text.en for text in sentences), "".join(text.zh for text in sentences))


def runs(counts: Iterable[tuple[str, int]]) -> list[tuple[tuple[str, ...], int]]:
    """Return groups put together where their counts are equal, in the order of falling counts."""
    ordered = sorted(counts, key=lambda pair: -pair[1])  # a stable sort keeps the order of equal ones
    return [
        (tuple(name for name, _ in equal), count)
        for count, equal in groupby(ordered, key=lambda pair: pair[1])
    ]


def each(names: Sequence[str], count: int) -> Text:
    """Return how many each of these groups has: ``河南8个``, ``陕西、安徽各2个``."""
    if len(names) == 1:
        return Text(f"{names[0]} {count}", f"{names[0]}{count}个")
    return both("{names} {count} each", "{names}各{count}个", names=listing(names), count=count)


def counted(counts: Iterable[tuple[str, int]], kind: Kind | None = None) -> Text:
    """Return the counts of groups; where many have the same count, how many these are."""
    parts = []
    for names, count in runs(counts):
        if kind is not None and len(names) > MOST_NAMED:
            parts.append(
                both(
                    "{many} {kind} {count} each",
                    "{many}个{kind}各{count}个",
                    many=len(names),
                    kind=kind.many,
                    count=count,
                )
            )
        else:
            parts.append(each(names, count))
    mixed = any("、" in part.zh for part in parts)
    return Text(
        ", ".join(part.en for part in parts), ("，" if mixed else "、").join(part.zh for part in parts)
    )


def together(groups: int) -> Text:
    """Return how several groups are spoken of: ``三者``."""
    zh = f"{MANY[groups - 2]}者" if 2 <= groups <= len(MANY) + 1 else "以上各组"
    return Text("together", zh)


def share(part: int, whole: int) -> str:
    """Return a share in per cent with one decimal, rounded half up as by hand."""
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


def number(value: float, decimals: int) -> str:
    """Return a number with this many decimals, as a reader rounds it, without a minus before a nought."""
    return f"{Printed(value):.{decimals}f}"


def decimals_of(values: Iterable[float]) -> int:
    """Return how many decimals figures of this size want: at least three digits of the largest."""
    largest = max((abs(value) for value in values), default=0.0)
    return 0 if largest >= 1000 else 1 if largest >= 100 else 2 if largest >= 1 else 3
