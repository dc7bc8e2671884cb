"""How numbers are shown: the Excel format of a cell, and the same number as text on the page.

A column's declaration names a rule; the rule looks at all numbers of the column, so that these have as many
decimals as they want: no probability but 0 is shown as 0%, and none but 1 as 100%.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from tierwise.tolerances import WHOLE

MARKS: Final[Mapping[str, str]] = {
    "mark": '[=1]"✓";[=0]"–";0',  # has it, or has it not
    "yes": '[=1]"✓";[=0]"✗";0',
    "fails": '[=1]"✗";[=0]"✓";0',  # 1 where a test is failed
    "p": '[<0.0001]"<0.0001";0.0000',  # p of a test
}
MOST_OF_SHARE: Final = 2  # decimals of a percentage
MOST_OF_SMALL: Final = 4  # of one whose size is what matters, however small


def cell_formats(rule: str, values: Sequence[object]) -> list[str]:
    """Return the number format of Excel of each cell of a column."""
    if rule == "free":
        return [free_format(value) for value in values]
    return [number_format(rule, values)] * len(values)


def number_format(rule: str, values: Sequence[object] = ()) -> str:
    """Return the number format of a column by a rule; what is no rule is a format itself."""
    if rule in MARKS:
        return MARKS[rule]
    chosen = RULES.get(rule)
    return rule if chosen is None else chosen(_numbers(values))


def by_size(numbers: Sequence[float]) -> str:
    """Return a format with as many decimals as numbers of this size want, fewer where they are given so."""
    largest = max(map(abs, numbers), default=0.0)
    if all(float(number).is_integer() for number in numbers):
        return "#,##0" if largest >= 10_000 else "0"
    return _sized(largest, given_decimals(numbers))


def of_scores(numbers: Sequence[float]) -> str:
    """Return a format with the decimals to which scores are rounded; by size where they are not."""
    given = given_decimals(numbers)
    return by_size(numbers) if given is None else _decimal(max(map(abs, numbers), default=0.0), given)


def of_shares(numbers: Sequence[float], most: int = MOST_OF_SHARE) -> str:
    """Return a format of percentages in which nothing but 0 reads as 0 and nothing but 1 as 100%."""
    decimals = next(
        (count for count in range(1, most) if all(_tells(100 * number, count) for number in numbers)),
        most,
    )
    return f"0.{'0' * decimals}%"


def of_weights(numbers: Sequence[float]) -> str:
    """Return a format of percentages with one decimal, with two where weights are given so or are small."""
    given = given_decimals([round(100 * number, 10) for number in numbers])
    return "0.00%" if given == 2 else of_shares(numbers)


def of_figures(figures: Sequence[object], alike: Sequence[Sequence[object]]) -> list[str]:
    """Return the formats of rows that are figures in units of their own, over the columns ``alike``."""
    largest: dict[object, float] = {}
    for figure, *values in zip(figures, *alike, strict=True):
        size = max((abs(value) for value in values if isinstance(value, (int, float))), default=0.0)
        largest[figure] = max(largest.get(figure, 0.0), size)
    return [_sized(largest[figure], _small(largest[figure], 2)) for figure in figures]


def _small(largest: float, usual: int) -> int:
    """Return the usual decimals, more for figures of which these would tell fewer than three digits."""
    if not 0 < largest < 0.1:
        return usual
    return max(usual, 2 - math.floor(math.log10(largest)))


def free_format(value: object) -> str:
    """Return the number format of a cell in a column whose rows have units of their own."""
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return "0"
    return by_size([value]) if float(value).is_integer() else _sized(abs(value), given_decimals([value]))


def _numbers(values: Sequence[object]) -> list[float]:
    return [
        float(value) for value in values if isinstance(value, (int, float)) and math.isfinite(float(value))
    ]


def _sized(largest: float, given: int | None) -> str:
    """Return a format with some four or five digits, with fewer where all numbers are given with fewer."""
    wanted = 1 if largest >= 100 else 2 if largest >= 10 else 3 if largest >= 1.5 else _small(largest, 4)
    return _decimal(largest, 0 if largest >= 10_000 else wanted if given is None else min(wanted, given))


def _decimal(largest: float, decimals: int) -> str:
    whole = "#,##0" if largest >= 1000 else "0"
    return f"{whole}.{'0' * decimals}" if decimals else whole


def given_decimals(numbers: Sequence[float]) -> int | None:
    """Return with how many decimals, up to three, all numbers are given; None for more."""
    return next(
        (
            decimals
            for decimals in range(4)
            if all(abs(number - round(number, decimals)) < WHOLE for number in numbers)
        ),
        None,
    )


def _tells(percent: float, decimals: int) -> bool:
    """Tell whether a percentage is told from 0 and from 100 with so many decimals."""
    shown = rounded(percent, decimals)
    return (shown != 0 or percent == 0) and (abs(shown) != 100 or abs(percent) == 100)


RULES: Final[Mapping[str, Callable[[Sequence[float]], str]]] = {
    "size": by_size,
    "score": of_scores,
    "share": of_shares,
    "small share": lambda numbers: of_shares(numbers, MOST_OF_SMALL),
    "weight": of_weights,
    "figure": by_size,
}
"""Rules for a whole column; ``free`` is one for each cell."""


def decimals_of(numbers: Sequence[float]) -> int:
    """Return how many decimals a column of scores is shown with."""
    return len(of_scores(numbers).partition(".")[2])


def grouped(text: str) -> str:
    """Return a number as English texts and all tables print it: commas between thousands, from 10,000 on.

    >>> grouped("44260"), grouped("-1234567.5"), grouped("5696"), grouped("12.34567%")
    ('44,260', '-1,234,567.5', '5696', '12.34567%')
    """
    return re.sub(r"(?<![\d.])\d{5,}", lambda digits: f"{int(digits[0]):,}", text)


def wide(text: str) -> int:
    """Return how wide a text is in characters; a Chinese one takes two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def rounded(value: float, decimals: int) -> Decimal:
    """Return a number rounded as a reader rounds it: half away from zero, on the decimal that is meant.

    >>> rounded(1.25, 1), rounded(2.675, 2), rounded(-0.5, 0)
    (Decimal('1.3'), Decimal('2.68'), Decimal('-1'))
    """
    meant = Decimal(repr(float(f"{value:.12g}")))
    return meant.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


class Printed(float):
    """A number that texts print as a reader rounds it: ``f"{Printed(0.0125):.1%}"`` is 1.3%."""

    def __format__(self, spec: str) -> str:
        """Return the number in a format of fixed decimals or percent, others as floats have them."""
        match = re.fullmatch(r"(.*)\.(\d+)([f%])", spec)
        if match is None or not math.isfinite(self):
            return super().__format__(spec)
        before, decimals, kind = match.groups()
        number = rounded(100 * self if kind == "%" else self, int(decimals))
        number = abs(number) if number == 0 else number  # no minus zero
        return format(number, f"{before}.{decimals}f") + ("%" if kind == "%" else "")


def printed(fields: Mapping[str, object]) -> dict[str, object]:
    """Return fields of a text whose floats print as a reader rounds them."""
    return {name: Printed(value) if isinstance(value, float) else value for name, value in fields.items()}


def shown(value: object, shape: str) -> str:
    """Return a number as a format shows it."""
    if value is None:
        return ""
    if not isinstance(value, (int, float)):
        return str(value)
    if shape.startswith("["):
        for sign, bound, words in re.findall(r'\[([=<])([\d.]+)\]"(.+?)"', shape):
            if value < float(bound) if sign == "<" else value == float(bound):
                return str(words)
        rest = shape.rpartition(";")[2]
        return f"{value:g}" if rest == "0" else shown(value, rest)
    sign, comma, decimals, percent = _parts(shape)
    number = 100 * value if percent else value
    size = abs(number) * 10.0**decimals
    if 1.0 <= size < 1e8 and abs(size % 1.0 - 0.5) > 0.01:  # far from a tie: as floats print
        return f"{number:{sign if value else ''}{comma}.{decimals}f}{percent}"
    return f"{Printed(value):{sign if value else ''}{comma}.{decimals}{percent or 'f'}}"


@lru_cache
def _parts(shape: str) -> tuple[str, str, int, str]:
    """Return what a number format asks: sign, comma, decimals, per cent."""
    first, _, more = shape.partition(";")  # a shape of several parts shows the sign of both
    decimals = len(first.rstrip("%").partition(".")[2])
    return "+" if more else "", "," if "," in first else "", decimals, "%" if first.endswith("%") else ""
