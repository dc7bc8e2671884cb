"""Numbers as printed: each stands for the interval that rounds to it, so that what is right passes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from tierwise.tolerances import SHARE
from tierwise.words.formats import Printed

CHINESE: Final = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
NUMBER: Final = re.compile(r"[-−+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?")
HEDGES: Final = (
    "约",
    "近",
    "逾",
    "超",
    "不到",
    "不足",
    "超过",
    "至多",
    "至少",
    "最多",
    "最少",
    "少于",
    "多于",
)
UNHEDGED: Final = "".join(
    f"(?<!{word})" for word in HEDGES
)  # about, nearly, at most: no number to reckon with
LOOSE: Final = "(?!以上|以下|以内|左右|上下|多)"  # behind a number that is none either
# a count as it stands in a sentence: 1250, 1,250, １，２５０; no part of a longer number
DIGITS: Final = UNHEDGED + r"(?<![\d.,．])(?:[0-9]{1,3}(?:,[0-9]{3})+|[０-９]{1,3}(?:，[０-９]{3})+|\d+)"
WORDS: Final = {
    **{
        word: number
        for number, word in enumerate(
            (
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
                "twelve",
            ),
            1,
        )
    },
    **{"twenty": 20, "thirty": 30, "fifty": 50},
}
SCALES: Final = {"": 1.0, "万": 1e4, "亿": 1e8, "万亿": 1e12, "百": 1e2, "千": 1e3}
WHOLE: Final = 15  # digits of a number that was not rounded for print
UNROUNDED: Final = 1e-5
FAILING: Final = {"✗": "1", "✓": "0"}  # of a cell that holds 1 where something fails
MARKED: Final = {"✓": 1, "★": 1, "√": 1, "✗": 0, "–": 0, "?": 0}  # of a cell that holds 1, 0 or nothing


@dataclass(frozen=True)
class Span:
    """The numbers that are printed so: from ``low`` to ``high``."""

    low: float
    high: float

    def __truediv__(self, other: Span) -> Span:
        """Return the quotients of positive numbers."""
        return Span(self.low / other.high, self.high / other.low)

    def meets(self, other: Span) -> bool:
        """Tell whether a number lies in both."""
        slack = SHARE * max(abs(self.high), abs(other.high), SHARE)
        return self.low <= other.high + slack and other.low <= self.high + slack

    def scaled(self, by: float) -> Span:
        """Return the interval times a positive number."""
        return Span(self.low * by, self.high * by)

    @property
    def middle(self) -> float:
        """The number in the middle."""
        return (self.low + self.high) / 2


def span(text: str, scale: float = 1.0) -> Span:
    """Return the interval of a printed number: 4.3 is 4.25 to 4.35, 62 is 61.5 to 62.5."""
    bare = _plain(text).replace(",", "").lower()
    if (
        "e" in bare or sum(map(str.isdigit, bare)) > WHOLE
    ):  # as a program writes a number, with all its digits
        number, slack = float(bare) * scale, abs(float(bare) * scale) * UNROUNDED
        return Span(number - slack, number + slack)
    half = 0.5 * 10.0 ** -len(bare.partition(".")[2])
    return Span((float(bare) - half) * scale, (float(bare) + half) * scale)


def _plain(text: str) -> str:
    """Return a number in plain signs: wide digits, points and minus signs made narrow."""
    return unicodedata.normalize("NFKC", text.strip()).replace("−", "-")


def exact(value: float) -> Span:
    """Return a number that is known as it is."""
    return Span(value, value)


def counted(text: str) -> int:
    """Return a count as :data:`DIGITS` finds it."""
    return int(text.replace(",", "").replace("，", ""))


def whole(text: str) -> int | None:
    """Return a count in digits or Chinese (四, 十二), None for what is none."""
    if text.isdigit():
        return int(text)
    if not text or any(sign not in CHINESE and sign != "十" for sign in text):
        return None
    tens, ten, ones = text.partition("十")
    if not ten:
        return CHINESE[text] if len(text) == 1 else None
    if (tens and tens not in CHINESE) or (ones and ones not in CHINESE):
        return None
    return (CHINESE[tens] if tens else 1) * 10 + (CHINESE[ones] if ones else 0)


def number_of(text: str) -> int:
    """Return a count in digits or in words of either language, 0 for what is none."""
    if text in WORDS:
        return WORDS[text]
    return whole(text.replace("两", "二")) or 0


def value(text: str) -> float | None:
    """Return what a cell says as a number: 24.5% is 0.245; None for a text."""
    bare = _plain(text)
    percent = bare.endswith("%")
    bare = bare.rstrip("%").strip()
    if not NUMBER.fullmatch(bare):
        return None
    return float(bare.replace(",", "")) / (100.0 if percent else 1.0)


def agrees(printed: str, right: object) -> bool:
    """Tell whether a printed cell says what is right: a number within its rounding, a mark, the same text."""
    marked = _as_marked(printed, right)
    if marked is not None:
        return marked
    if isinstance(right, bool) or not isinstance(right, (int, float)):
        text = "" if right is None else str(right)
        if value(printed) is None or value(text) is None:
            return same(printed, text) or (not printed.strip() and text.strip() == "0")
        wide, narrow = sorted((_span_of(printed), _span_of(text)), key=lambda own: own.low - own.high)
        return wide.meets(exact(narrow.middle))
    if right != right:  # noqa: PLR0124 - not a number
        return printed.strip() in {"", "–", "-", "—", "nan", "NaN"}
    if value(printed) is None:  # tables of counts leave noughts blank
        return not printed.strip() and right == 0
    return _span_of(printed).meets(exact(float(right)))


def _as_marked(printed: str, right: object) -> bool | None:
    """Tell whether a mark, or “<0.0001”, says what is right; None for a cell that is neither."""
    if printed[:1] in {"<", "＜"}:
        bound, number = value(printed[1:]), value(str(right))
        return None if bound is None or number is None else number < bound
    plain = str(right or "0").removesuffix(".0")
    if printed.removesuffix(".0") == FAILING.get(plain):
        return True
    return int(plain) == MARKED[printed] if printed in MARKED and plain in {"0", "1"} else None


def same(one: str, other: str) -> bool:
    """Tell whether two texts are one but for spaces."""
    return "".join(one.split()) == "".join(other.split())


def _span_of(text: str) -> Span:
    bare = _plain(text)
    return span(bare.rstrip("%").strip(), 0.01 if bare.endswith("%") else 1.0)


def shown(number: float, decimals: int = 1) -> str:
    """Return a number as a finding shows it: whole ones without decimals."""
    return f"{Printed(number):.0f}" if float(number).is_integer() else f"{Printed(number):.{decimals}f}"
