"""The number that a text among numbers seems to mean: told only where its column agrees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, NamedTuple

# A number with separators of thousands, and what may stand behind it.
NUMBER: Final = re.compile(
    r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(%|‰|[^\W\d_]{0,6}(?:/[^\W\d_]{1,4})?)"
)
FEWEST: Final = 3  # other figures of the column that say what is usual in it
BEYOND: Final = 10.0  # times the range of their sizes


class Meaning(NamedTuple):
    """A number as it is to be typed, and why it is the one."""

    number: str
    why: str
    why_zh: str


def meant(shown: str, heading: str = "", others: Sequence[float] = ()) -> Meaning | None:
    """Return the number that a text means beyond doubt, None where it could be another.

    Full-width digits and separators of thousands are read: ``１，２３４`` is 1234. A unit or percent sign is
    passed over only where the heading names it: ``116.5亿元`` under ``GDP（亿元）``. A footnote mark is no
    digit: of ``1239①`` nothing is said, nor of a number ten times beyond the ``others`` of its column.
    """
    if any(sign.isdigit() and not sign.isdecimal() for sign in shown):
        return None
    match = NUMBER.fullmatch(_plain(shown))
    if match is None:
        return None
    digits, unit = match[1].replace(",", ""), match[2]
    if unit and unit not in re.findall(r"[(\[【]([^()\[\]【】]+)[)\]】]", _plain(heading)):
        return None
    if not usual(float(digits), others):
        return None
    if unit:
        return Meaning(digits, f"the heading names {unit}", f"表头单位为{unit}")
    return Meaning(digits, "without separators and full-width signs", "去掉千分位或全角符号")


def usual(value: float, others: Sequence[float], fewest: int = FEWEST) -> bool:
    """Tell whether a number lies within ten times the range of the sizes of the others.

    Fewer than ``fewest`` others tell nothing.
    """
    sizes = sorted(abs(other) for other in others if other)
    if value == 0 or len(sizes) < fewest:
        return True
    return sizes[0] / BEYOND <= abs(value) <= sizes[-1] * BEYOND


def _plain(shown: str) -> str:
    return unicodedata.normalize("NFKC", shown).replace(" ", "").replace("−", "-")
