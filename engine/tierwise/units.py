"""Units of measure as yearbooks write them, and the factor from one to another.

A unit is a scale (万, million) before a base (元, 公顷), or one over another (元/人). Factors are fractions,
so that 2269.8 亿元 are exactly 22698000 万元.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from functools import cache
from typing import Final, NamedTuple

SCALES: Final = {
    "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8,
    "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12,
    "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "10000": 10**4, "10,000": 10**4, "100million": 10**8, "1000": 1000, "1,000": 1000,
}  # fmt: skip

# Dimension -> base units by their size in the first of them.
BASES: Final[dict[str, dict[str, Fraction | int]]] = {
    "yuan": {"元": 1, "人民币": 1, "yuan": 1, "rmb": 1, "cny": 1, "¥": 1},
    "dollar": {"美元": 1, "usd": 1, "us$": 1, "$": 1, "dollars": 1},
    "euro": {"欧元": 1, "eur": 1, "euro": 1, "euros": 1, "€": 1},
    "pound": {"英镑": 1, "gbp": 1, "pound": 1, "pounds": 1, "£": 1},
    "people": {
        "人": 1, "人口": 1, "名": 1, "persons": 1, "people": 1, "inhabitants": 1,
        "person": 1, "head": 1, "capita": 1,
    },
    "visits": {"人次": 1, "visits": 1},
    "households": {"户": 1, "households": 1},
    "area": {
        "平方米": 1, "㎡": 1, "m2": 1, "公顷": 10**4, "ha": 10**4, "hectares": 10**4, "亩": Fraction(2000, 3),
        "平方公里": 10**6, "平方千米": 10**6, "km2": 10**6, "sq.km": 10**6,
    },
    "mass": {
        "微克": Fraction(1, 10**6), "μg": Fraction(1, 10**6), "ug": Fraction(1, 10**6),
        "毫克": Fraction(1, 1000), "mg": Fraction(1, 1000),
        "克": 1, "g": 1, "斤": 500, "公斤": 1000, "kg": 1000,
        "吨": 10**6, "t": 10**6, "tonnes": 10**6, "tons": 10**6,
    },
    "coal": {
        "吨标准煤": 1, "吨标煤": 1, "tce": 1,
        "千克标准煤": Fraction(1, 1000), "公斤标准煤": Fraction(1, 1000), "kgce": Fraction(1, 1000),
        "克标准煤": Fraction(1, 10**6), "gce": Fraction(1, 10**6),
    },
    "length": {
        "毫米": Fraction(1, 1000), "mm": Fraction(1, 1000), "厘米": Fraction(1, 100), "cm": Fraction(1, 100),
        "米": 1, "m": 1, "公里": 1000, "km": 1000,
    },
    "volume": {
        "毫升": Fraction(1, 1000), "ml": Fraction(1, 1000), "升": 1, "l": 1, "立方米": 1000, "m3": 1000,
    },
    "sound": {"分贝": 1, "db": 1},
    "temperature": {"摄氏度": 1, "℃": 1, "°c": 1},
    "electricity": {"瓦时": 1, "wh": 1, "度": 1000, "kwh": 1000, "千瓦时": 1000, "mwh": 10**6, "gwh": 10**9},
    "share": {
        **dict.fromkeys(("%", "percent", "百分比", "百分点"), Fraction(1, 100)),
        **dict.fromkeys(("‰", "permille", "千分比"), Fraction(1, 1000)),
    },
    "year": {"年": 1},
    "rank": {"名次": 1, "位": 1},
}  # fmt: skip
COUNTED: Final = (
    *(
        "个",
        "家",
        "所",
        "件",
        "项",
        "张",
        "台",
        "辆",
        "册",
        "套",
        "部",
        "座",
        "只",
        "头",
        "篇",
        "条",
        "种",
        "处",
    ),
    *("株", "艘", "间", "床", "架", "天", "日", "小时", "分", "岁", "倍", "次", "人年", "家次", "件次"),
)


# Words that say of yuan whose they are: 亿元人民币, 人民币亿元, 亿元（人民币）.
WHOSE: Final = re.compile(
    r"^(人民币|rmb)(?=.*(元|yuan)$)|((?<=[^美欧]元)|(?<=^元)|(?<=yuan))(人民币|rmb|\((人民币|rmb)\))$"
)
CURRENCIES: Final = frozenset({"yuan", "dollar", "euro", "pound"})
# A scale may stand behind money, and then in one letter too: £ million, US$ bn, £m.
MONEY: Final = tuple(
    sorted((word for one in sorted(CURRENCIES) for word in BASES[one]), key=len, reverse=True)
)
BEHIND_MONEY: Final = {
    "k": 1000,
    "m": 10**6,
    "mn": 10**6,
    "mio": 10**6,
    "bn": 10**9,
    "b": 10**9,
    "tn": 10**12,
}
PER: Final = re.compile(r"(?<=[^\s/])\s+per\s+(?=[^\s/])", re.IGNORECASE)  # £ per head


class Unit(NamedTuple):
    """What is measured, and how many of its first unit one of these is."""

    dimension: str
    factor: Fraction


@cache
def bases() -> dict[str, Unit]:
    """Return all base units."""
    measured = {
        word: Unit(dimension, Fraction(size))
        for dimension, words in BASES.items()
        for word, size in words.items()
    }
    return {word: Unit(word, Fraction(1)) for word in COUNTED} | measured


def plain(text: str) -> str:
    """Return a unit's text without spaces, in lower case and half width."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def unit_of(text: str) -> Unit | None:
    """Return the unit that a text means, None where it means none.

    >>> unit_of("万元").factor, unit_of("元/人").dimension, unit_of("江阴")
    (Fraction(10000, 1), 'yuan/people', None)
    >>> unit_of("£ million").factor, unit_of("£m").factor, unit_of("t per head").dimension
    (Fraction(1000000, 1), Fraction(1000000, 1), 'mass/people')
    """
    word = plain(PER.sub("/", text))
    if not word:
        return None
    above, slash, below = word.partition("/")
    if slash:
        over, under = _simple(above), _simple(below)
        if over is None or under is None:
            return None
        return Unit(f"{over.dimension}/{under.dimension}", over.factor / under.factor)
    return _simple(word)


# Names of figures that are averages, rates or per something: whatever their unit, they have no sum.
NO_SUM: Final = re.compile(
    r"人均|平均|[户亩地]均|每(?![年月日天周季])"
    r"|^[十百千万亿]+人口?(?![次均]|及?以上|以下|计划|工程)"
    r"|^[百千万亿]+元(地区生产总值|国内生产总值|gdp|(工业)?(增加值|产值)|产出|营收)"
    r"|^单位(?!数|个数|总数|从业|就业|职工|人员|法人|存款|贷款)"
    r"|((?<!功)率|比重|占比|比例|比值|之比|入比|密度|强度|浓度|依存度|增速|增幅)$"
    r"|\b(per|average|mean|median)\b|^(share|ratio|rate|density|intensity|proportion|percentage)\b"
    r"|\b(share|ratio|rate|density|intensity|proportion|percentage)$"
    r"|(指数|得分|评分|满意度|价格|年龄|年份|气温|温度|排名|位次)$"
    r"|\b(score|index|rating|rank(ing)?|satisfaction|reputation|age|price|salary|wage|temperature"
    r"|year|founded|established)$"
)
POINTS: Final = re.compile(
    r"(scores?|points?|index|stars?|ratings?|scale|得分|评分)\b|^\d+\s*[-–—~至]\s*\d+$"
)


def adds_up(text: str, name: str = "") -> bool:
    """Return whether figures in this unit have a sum: not shares, not one thing over another.

    The ``name`` of the figure tells too: patents per 10,000 people may be counted in 件.

    >>> adds_up("亿元"), adds_up("%"), adds_up("万元/人"), adds_up("persons per km2"), adds_up("")
    (True, False, False, False, True)
    >>> adds_up("件", "万人发明专利"), adds_up("个", "单位数"), adds_up("人", "千人计划入选者")
    (False, True, True)
    >>> adds_up("score (1–5)"), adds_up("", "Founded"), adds_up("£ million")
    (False, False, True)
    """
    known = unit_of(text)
    if known is not None and known.dimension in {"share", "rank", "year", "temperature", "sound"}:
        return False
    measured = unicodedata.normalize("NFKC", text).lower()
    if re.search(r"[/⁄∕每%‰]|人均|百分|\bper\b|percent", measured) or POINTS.search(measured):
        return False
    called = re.sub(r"\([^()]*\)$", "", unicodedata.normalize("NFKC", name).strip().lower()).strip()
    return NO_SUM.search(called) is None


def is_scale(text: str) -> int:
    """Return the size of a scale that stands alone (万), 0 for anything else."""
    return SCALES.get(plain(text), 0)


def _simple(word: str) -> Unit | None:
    known, word = bases(), WHOSE.sub("", word)
    if word in known:
        return known[word]
    for scale in sorted(SCALES, key=len, reverse=True):
        base = known.get(word.removeprefix(scale)) if word.startswith(scale) else None
        if base is not None and base.dimension not in {"share", "year", "rank"}:
            return Unit(base.dimension, base.factor * SCALES[scale])
    money, size = _scaled_money(word)
    return Unit(known[money].dimension, known[money].factor * size) if size else None


def _scaled_money(word: str) -> tuple[str, int]:
    """Return the money that a unit begins with and the scale behind it (£million), 0 where there is none."""
    money = next((one for one in MONEY if word.startswith(one)), "")
    behind = word.removeprefix(money) if money else ""
    return money, SCALES.get(behind, BEHIND_MONEY.get(behind, 0))


def factor(given: str, wanted: str) -> Fraction | None:
    """Return what figures in one unit are multiplied by to be in another, None where they cannot.

    >>> factor("亿元", "万元"), factor("公顷", "万元")
    (Fraction(10000, 1), None)
    """
    if plain(given) == plain(wanted):
        return Fraction(1)
    to = unit_of(wanted)
    if to is None:
        return None
    size = is_scale(given)
    if size:  # 12.5万 among figures in 万元: the base is the column's
        base = _unscaled(wanted)
        return None if base is None else Fraction(size) * base.factor / to.factor
    unit = unit_of(given)
    if unit is None or unit.dimension != to.dimension:
        return None
    return unit.factor / to.factor


def differ(given: str, wanted: str) -> bool:
    """Tell whether it is sure that figures in the two units are not alike: another size, or other money.

    件 and 项, or 元 and 元/人, may be two words for one measure.

    >>> differ("万元", "亿元"), differ("亿元", "亿美元"), differ("件", "项"), differ("%", "per cent")
    (True, True, False, False)
    """
    units = [unit_of(text) for text in (given, wanted)]
    money = {unit.dimension.partition("/")[0] for unit in units if unit is not None} & CURRENCIES
    return factor(given, wanted) not in {None, Fraction(1)} or len(money) > 1


def over(above: str, below: str, wanted: str) -> Fraction | None:
    """Return what figures in one unit over figures in another are multiplied by to be in a third.

    The third is one over another (元/人), a share or times of what is alike (%), or a unit alone: for each
    one of what is below, without its scale. None where they cannot.

    >>> over("亿元", "万人", "万元"), over("亿元", "万人", "元/人"), over("万元", "亿元", "%")
    (Fraction(1, 1), Fraction(10000, 1), Fraction(1, 100))
    >>> over("亿元", "万人", "公顷"), over("亿元", "亿元", "亿元")
    (None, None)
    """
    one, other, to, single = unit_of(above), unit_of(below), unit_of(wanted), _unscaled(below)
    if one is None or other is None or to is None:
        return None
    ratio = one.factor / other.factor / to.factor
    if one.dimension == other.dimension:
        return ratio if to.dimension in {"share", "倍"} else None
    if to.dimension == f"{one.dimension}/{other.dimension}":
        return ratio
    return ratio * single.factor if single is not None and to.dimension == one.dimension else None


class Ratio(NamedTuple):
    """The unit in which a ratio is told, what the quotient is multiplied by for it, and what is to say of it.

    ``doubt``: it is ``made`` from both units or ``converted`` into the one given; the one given is that of
    what is ``above``, or may be (``either``), or is taken as it stands, as another is not known
    (``unchecked``) or it is none that is known itself (``unread``); none is known (``none``); or the ratio
    is not in the one given (``misfit``), may not be (``share``), or was ``divided`` before. Blank where
    there is nothing to say.
    """

    unit: str
    factor: Fraction = Fraction(1)
    doubt: str = ""


def ratio_of(above: str, below: str, given: str) -> Ratio:
    """Return the unit of figures in one unit over figures in another, where it is given as ``given``.

    >>> ratio_of("亿元", "万人", "")[::2], ratio_of("亿元", "万人", "亿元")[::2]
    (('亿元/万人', 'made'), ('亿元/万人', 'made'))
    >>> ratio_of("亿元", "亿元", "%"), ratio_of("亿元", "万人", "万元/人").doubt
    (Ratio(unit='%', factor=Fraction(100, 1), doubt='converted'), '')
    >>> ratio_of("亿元", "", "亿元").doubt, ratio_of("", "万人", "亿元").doubt
    ('above', 'either')
    >>> ratio_of("亿元", "", "万元/人").doubt, ratio_of("亿元", "万人", "公顷").doubt
    ('unchecked', 'misfit')
    >>> ratio_of("亿元", "万人", "元每人").doubt, ratio_of("箱", "万人", "箱/万人").doubt
    ('unread', '')
    >>> ratio_of("", "", "%").doubt, ratio_of("元/人", "万人", "元/人").doubt
    ('share', 'divided')
    """
    one, other, to = unit_of(above), unit_of(below), unit_of(given)
    named = one is not None and other is not None
    if _divided(one, other, to):
        return Ratio(given, doubt="divided")
    own = "" if not named or agree(above, below) else f"{above}/{below}"
    if not given or (above and agree(given, above)):
        half = "none" if (one is None) != (other is None) else ""
        return Ratio(own, doubt="made" if own else "above" if given else half)
    if to is None or plain(given) == plain(own):
        same = plain(given) == plain(f"{above}/{below}") or not (above or below)
        return Ratio(given, doubt="" if same or to is not None else "unread")
    if named:
        larger = one is not None and to.dimension == one.dimension and to.factor > one.factor
        size = None if larger else over(above, below, given)  # 亿元 are no 万元 for each
        return Ratio(
            given, size or Fraction(1), "misfit" if size is None else "" if size == 1 else "converted"
        )
    if one is None and "/" not in to.dimension and to.dimension not in {"share", "倍"}:
        return Ratio("", doubt="either")
    some = one is not None or other is not None
    return Ratio(given, doubt="share" if to.dimension == "share" else "unchecked" if some else "")


def _divided(one: Unit | None, other: Unit | None, to: Unit | None) -> bool:
    """Tell whether figures are ratios already: in 元/人 above 人, or a share where the ratio is to be one."""
    if one is None:
        return False
    if "/" in one.dimension and other is not None and "/" not in other.dimension:
        return one.dimension.endswith(f"/{other.dimension}")
    if (
        to is None
        or to.dimension != one.dimension
        or (other is not None and other.dimension == one.dimension)
    ):
        return False
    return "/" in one.dimension or one.dimension == "share"


def _unscaled(text: str) -> Unit | None:
    """Return the base of a scaled unit: 元 of 万元."""
    known, word = bases(), WHOSE.sub("", plain(text))
    for scale in sorted(SCALES, key=len, reverse=True):
        if word.startswith(scale) and word.removeprefix(scale) in known:
            return known[word.removeprefix(scale)]
    money, size = _scaled_money(word)
    return known[money] if size else known.get(word)


def times(value: float, multiplier: Fraction) -> float:
    """Return the float nearest to the product with a value as it is written in decimals.

    >>> times(2269.8, Fraction(10**4))
    22698000.0
    """
    return float(Fraction(repr(float(value))) * multiplier)


BRACKETED: Final = re.compile(r"^(?P<name>.+?)[(（\[【](?P<unit>[^()（）\[\]【】]+)[)）\]】]$", re.DOTALL)


def agree(given: str, wanted: str) -> bool:
    """Tell whether figures in one unit are figures in the other: spelt alike, or of one size.

    >>> agree("μg/m³", "微克/立方米"), agree("万元", "亿元"), agree("勒克斯", "勒克斯")
    (True, False, True)
    """
    return factor(given, wanted) == 1


def bracketed(heading: str) -> tuple[str, str]:
    """Return a heading's name and what stands in the brackets behind it, blank where there are none.

    >>> bracketed("地区生产总值（单位：万元）"), bracketed("县（市）")
    (('地区生产总值', '万元'), ('县', '市'))
    """
    match = BRACKETED.match(heading.strip())
    if match is None:
        return heading.strip(), ""
    return match["name"].strip(), re.sub(r"^(计量)?单位[:：]?", "", match["unit"].strip())


def split_heading(heading: str) -> tuple[str, str]:
    """Return a heading's name and its unit, blank where it names none.

    >>> split_heading("地区生产总值（万元）"), split_heading("县（市）")
    (('地区生产总值', '万元'), ('县（市）', ''))
    """
    name, unit = bracketed(heading)
    return (name, unit) if unit_of(unit) else (heading.strip(), "")
