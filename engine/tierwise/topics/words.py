"""How sentences of topics tell numbers, units with their figures, and bands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tierwise.sentences.phrases import About, both, listing
from tierwise.topics.kinds import National
from tierwise.words.formats import Printed, by_size, grouped, shown
from tierwise.words.language import Text

MOST_NAMED: Final = 20  # units in one sentence
FEW: Final = 5  # of many, those that are named all the same
NOTHING: Final = Text("", "")


SIGNS: Final = re.compile(r"(?:US)?[$€£]")  # of money, before the number in English: £25,000, £2.5 million


def amounts(values: Sequence[float]) -> list[str]:
    """Return numbers with the same decimals, without signs between thousands, which English texts have."""
    shape = by_size(values)
    return [shown(value, shape).replace(",", "") for value in values]


def measured(text: str, unit: str) -> Text:
    """Return a number with its unit of measure: ``1000 km``, ``£25,000``, ``£2.5 million``, ``1000亿元``."""
    told, sign = grouped(text), SIGNS.match(unit)
    if sign is not None:
        number = told.removeprefix("-")
        return Text(f"{told[: len(told) - len(number)]}{sign[0]}{number}{unit[sign.end() :]}", text + unit)
    return Text(f"{told} {unit}" if unit and unit != "%" else told + unit, text + unit)


def amount(value: float, unit: str = "") -> Text:
    """Return one number with its unit of measure."""
    return measured(amounts([value])[0], unit)


def quoted(values: Sequence[float], unit: str = "") -> list[str]:
    """Return numbers with the same decimals for brackets behind names: the unit told before is left out."""
    return [f"{text}%" if unit == "%" else text for text in amounts(values)]


def percent(value: float) -> str:
    """Return a share with one decimal, rounded as by hand; with two where one would say nothing."""
    decimals = 1 if abs(value) >= 0.0005 or value == 0 else 3
    return f"{Printed(value):.{decimals}%}"


def named(names: Sequence[str], told: Sequence[str | Text], most: int = MOST_NAMED) -> Text:
    """Return units with what is told of each in brackets, and how many more there are than ``most``."""
    items = [
        both("{name} ({one})", "{name}（{one}）", name=name, one=one)
        for name, text in zip(names, told, strict=True)
        for one in [Text(grouped(text), text) if isinstance(text, str) else text]
    ]
    if len(items) > most:
        items = [*items[:most], Text(f"{len(items) - most} more", f"另{len(items) - most}个")]
    return listing(items)


def of_nation(national: National | None) -> Text:
    """Return the year of a national figure in brackets, nothing where none is given."""
    if national is None or not national.year:
        return NOTHING
    return Text(f" ({national.year})", f"（{national.year}年）")


def in_year(national: National) -> Text:
    """Return the year of a national figure behind a comma, nothing where none is given."""
    return Text(f" in {national.year}", f"，{national.year}年") if national.year else NOTHING


def of_list(about: About) -> Text:
    """Return the beginning of a sentence on all listed units."""
    if about.title:
        return both(
            "Of the {listed} {noun} of {title}, ",
            "{title}的{listed}个{noun}中，",
            listed=about.listed,
            noun=about.noun,
            title=about.title,
        )
    return both(
        "Of the {listed} listed {noun}{year}, ",
        "{year}{listed}个入榜{noun}中，",
        listed=about.listed,
        noun=about.noun,
        year=about.of_year,
    )


def lacking(count: int) -> Text:
    """Return how many units have no value, as an addition; nothing for none."""
    return both("; {count:has|have} no value", "；{count}个无数据", count=count) if count else NOTHING


def ended(*parts: Text) -> Text:
    """Return the parts of a sentence with its stop."""
    return Text("".join(part.en for part in parts) + ".", "".join(part.zh for part in parts) + "。")
