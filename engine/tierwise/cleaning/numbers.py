"""What a cell among numbers says: its number, its unit and the rules by which it was read.

Nothing is guessed: a text that could mean two numbers is read as none, with the rule that says why.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from tierwise.inputs.sheet import UNSEEN, Cell, is_error
from tierwise.units import is_scale, unit_of

MISSING: Final = frozenset(
    [
        *(
            "",
            "-",
            "--",
            "---",
            "—",
            "——",
            "―",
            "–",
            "…",
            "……",
            "...",
            "......",
            "..",
            "/",
            "\\",
            "na",
            "n/a",
        ),
        *("n.a.", "n.a", "nan", "null", "none", "暂无", "暂无数据", "不详", "缺失", "缺", "无数据", "未公布"),
        *("数据缺失", "未统计", "missing", "notavailable", "notapplicable", "notreported", "notpublished"),
        *("nodata", "n.d.", "tbc", "unknown", "suppressed", "confidential", "withheld"),
        *(":", "[x]", "[c]", "[z]", "[u]"),  # of Eurostat, of British official statistics
    ]
)
CIRCLED: Final = "①-⑳⓪⓵-⓾❶-❿㊀-㊉⑴-⒇"
RAISED: Final = "¹²³⁰⁴-⁹ᵃᵇᶜᵈᵉ"
# (P), (E), (R): provisional, estimated, revised; no letter in brackets is a second figure.
MARKS: Final = (
    rf"(?:[{CIRCLED}{RAISED}*＊#＃†‡§※]|[\[［【〔]\d{{1,2}}[\]］】〕]|注\s*\d{{0,2}}"
    r"|[(（][PpEeRr][)）])"
)
BEHIND: Final = re.compile(rf"\s*{MARKS}+\s*$")
# Squares and cubes of lengths end in no footnote: μg/m³, 人/km², 平方千米 as 千米².
POWER: Final = re.compile(r"(?:(?<![A-Za-z])[kcdm]?m|(?:^|[\s/／每千厘毫分((（\[\d万亿])米)[²³]$")
NAME_BEHIND: Final = re.compile(rf"\s*[{CIRCLED}{RAISED}*＊†‡※]+\s*$")
BEFORE: Final = re.compile(rf"^\s*[{CIRCLED}{RAISED}*＊#＃†‡§※]+\s*")
PLAIN: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
SPACED: Final = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:\.\d+)?")
COMMA: Final = re.compile(r"[+-]?\d+,(?:\d{1,2}|\d{4,})")
WITH_UNIT: Final = re.compile(
    r"(?P<sign>US\$|[¥￥$€£])?\s*(?P<number>[+-]?[\d., ]*\d[\d.,]*)\s*(?P<unit>[^\d\s].*)?"
)
# What is not one number, in the order of looking.
UNCLEAR: Final = {
    "parentheses": re.compile(r"[^\d(]?\d[\d.,]*\D*\(.*\)\D*|\(.*\d.*\)\D*"),
    "approximate": re.compile(
        r"([约近超<>≥≤≈~]|不足|大于|小于|超过).*\d.*|.*\d.*(左右|上下|以上|以下|[余多+])\D*"
        r"|(?i:c\.|ca\.?|circa|approx\.?|approximately|about|around|over|under|up to|est\.?|estimated"
        r"|(?:more|less|fewer) than|at (?:least|most))\s*[$€£¥]?\s*\d.*"
    ),
    "range": re.compile(r"[+-]?[\d.,]+\D{0,4}[-–—~～至到][\d.,]+\D{0,4}"),
    "fraction": re.compile(r"[\d.]+\s*[/:]\s*[\d.]+(?:\s*[/:]\s*[\d.]+)?|\d+月\d+日?"),
    "numerals": re.compile(r"[〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟点]+[元人户个家名]?"),
    "decimal-unclear": re.compile(r"[+-]?[\d.,' ]*\d[\d.,' ]*"),
}


@dataclass(frozen=True)
class Reading:
    """A cell among numbers: ``value`` is None where it is blank, ``unit`` what stands beside the number."""

    value: float | None
    rules: tuple[str, ...] = ()
    unit: str = ""
    sure: bool = True

    @property
    def figure(self) -> bool:
        """Tell whether the cell holds a number, or is meant to."""
        return self.value is not None or (not self.sure and self.rules[-1] not in {"text", "truth"})


def read(cell: Cell, *, separator: str = "") -> Reading:
    """Return what a cell among numbers says.

    Args:
        cell: the cell as the file holds it.
        separator: of the file's columns, where it is text; of a semicolon a decimal comma may follow.

    """
    if cell is None:
        return Reading(None)
    if isinstance(cell, bool):
        return _unclear("truth")
    if isinstance(cell, (int, float)):
        return Reading(float(cell)) if math.isfinite(cell) else _unclear("error-cell")
    if isinstance(cell, (dt.date, dt.time, dt.timedelta)):
        return _unclear("date")
    return _read_text(cell, separator)


def _unclear(rule: str) -> Reading:
    return Reading(None, (rule,), sure=False)


def _read_text(given: str, separator: str) -> Reading:
    shown = given.strip().strip(UNSEEN).strip()
    plain = _plain(shown, separator)
    if plain is not None:
        return plain
    shown, rules = _half_width(*_without_footnote(shown))
    if PLAIN.fullmatch(shown):
        return _reading(float(shown), "", rules, given)
    match = WITH_UNIT.fullmatch(shown)
    if match:
        unit, sign = (match["unit"] or "").strip(), match["sign"] or ""
        if (
            sign and unit and unit_of(unit) != unit_of(sign)
        ):  # £41.2m, $5 million; else both must be one money
            unit = f"{sign}{unit}" if unit_of(f"{sign}{unit}") else unit
        known = not unit or unit_of(unit) or is_scale(unit)
        agree = not (sign and unit) or unit.startswith(sign) or unit_of(unit) == unit_of(sign)
        number = _number(match["number"].strip(), separator, rules) if known and agree else None
        if number is not None:
            return _reading(number, unit or sign, rules, given)
    return _unclear(next((rule for rule, form in UNCLEAR.items() if form.fullmatch(shown)), "text"))


def _plain(shown: str, separator: str) -> Reading | None:
    """Return what needs no reading: nothing, an error, a formula, a mark, a numeral among texts."""
    if not shown:
        return Reading(None)
    if is_error(shown) or shown.startswith("="):
        return _unclear("formula" if shown.startswith("=") else "error-cell")
    if is_missing(shown):
        return Reading(None, ("missing",))
    return Reading(float(shown)) if separator and PLAIN.fullmatch(shown) else None


def _without_footnote(shown: str) -> tuple[str, list[str]]:
    bare = BEFORE.sub("", _cut(BEHIND, shown))
    if bare != shown and any(map(str.isdigit, bare)):
        return bare, ["footnote"]
    return shown, []


def _half_width(shown: str, rules: list[str]) -> tuple[str, list[str]]:
    """Return a text with the digits and signs of ASCII, without an apostrophe before them."""
    half = unicodedata.normalize("NFKC", shown)
    if half != shown and re.search(r"[\uff01-\uff5e]", shown):
        rules.append("full-width")
    if half.startswith(("'", "‘", "’", "`")) and PLAIN.fullmatch(half[1:]):
        rules.append("apostrophe")
        half = half[1:]
    if re.match(r"[−﹣](?=[\d.])", half):
        rules.append("minus")
        half = f"-{half[1:]}"
    return half, rules


def _reading(number: float, unit: str, rules: list[str], given: str) -> Reading:
    if not math.isfinite(number):
        return _unclear("text")
    if not unit and not rules:
        rules.append("text-number" if given == given.strip() else "spaces")
    return Reading(number, tuple(rules), unit)


def _number(shown: str, separator: str, rules: list[str]) -> float | None:
    """Return the number that digits with separators are, None where they could be two."""
    if PLAIN.fullmatch(shown):
        return float(shown)
    if GROUPED.fullmatch(shown):
        if separator == ";":  # where commas are decimal, 1,234 may be 1.234
            return None
        rules.append("thousands")
        return float(shown.replace(",", ""))
    if SPACED.fullmatch(shown):
        rules.append("spaces")
        return float(shown.replace(" ", ""))
    if separator == ";" and COMMA.fullmatch(shown):
        rules.append("decimal-comma")
        return float(shown.replace(",", "."))
    return None


def is_missing(shown: str) -> bool:
    """Tell whether a text is a mark of a missing value."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", shown.replace("…", "..."))).lower() in MISSING


def without_marks(shown: str) -> str:
    """Return a name without the footnote marks behind it.

    >>> without_marks("江阴市①"), without_marks("μg/m³"), without_marks("μg/m³②")
    ('江阴市', 'μg/m³', 'μg/m³')
    """
    return _cut(NAME_BEHIND, shown) or shown


def _cut(marks: re.Pattern[str], shown: str) -> str:
    """Return a text without marks at its end; the power of a length is none of them."""
    found = marks.search(shown)
    if found is None:
        return shown
    end = found.start()
    return shown[: end + 1] if POWER.search(shown[: end + 1]) else shown[:end]
