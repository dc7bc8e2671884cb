"""The encoding of a CSV file: UTF-8, else one that its bytes speak for alone, else none.

A legacy encoding is told by what its common characters are: of two bytes in GB18030, Big5, Shift_JIS and the
Korean code page, single letters between plain ones in the Western code pages. Statistics of whole texts, as
detectors of web pages take them, say too little about the few names of a table; they serve for a suggestion
only.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import Final, NamedTuple

UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Characters that stand in nearly every Chinese table: kinds of places, provinces, headings, numerals.
COMMON: Final = frozenset(
    "省市县区州旗盟镇乡街道村国家地级名称代码编号单位指标数据年份排名位次得分权重总计合计平均"
    "北京天津河冀山西内蒙古辽宁吉林黑龙江上海苏浙安徽福建东南湖广桂重庆四川贵云藏陕甘肃青夏新疆台湾香港澳门"
    "一二三四五六七八九十百千万亿元人甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    "生产值工业农商服务财政收入支出口进投资消费科技创新专利企业经济社会环境能耗教育医疗人均增长率比例面积"
    "城阳平昌兴永和义武文华德长明清宜桥田金石水泉池港口岭乐丰安宁顺康同化泰嘉常余临太昆阴熟仓慈溪诸暨温岭晋"
)
LEAST_KNOWN: Final = 0.9  # share of characters that an encoding's own repertory has
LEAST_FREQUENT: Final = 0.8  # share that its frequent half has
LEAST_COMMON: Final = 0.15
LEAST_ALONE: Final = 0.8  # of a Western text's letters beyond ASCII that stand between plain ones
WESTERN: Final = bytes(range(0xC0, 0x100)) + b"\x8a\x8c\x8e\x9a\x9c\x9e\x9f"  # letters of cp1252
TURKISH: Final = b"\xd0\xdd\xde\xf0\xfd\xfe"  # Ğ İ Ş ğ ı ş, in cp1252 Ð Ý Þ ð ý þ
ICELANDIC: Final = b"\xe1\xe6\xe9\xed\xf3\xfa"


class Decoded(NamedTuple):
    """A text, and the encoding that it was read in."""

    text: str
    encoding: str


def decoded(content: bytes, encoding: str | None = None) -> Decoded | None:
    """Return the text of a file in the encoding given, or the one that its bytes speak for, or None.

    Raises LookupError for an encoding that Python does not know.
    """
    if encoding is not None:
        return _read(content, "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding)
    if content.startswith(UTF_16):
        return _read(content, "utf-16")
    plain = _read(content, "utf-8-sig")
    if plain is not None:
        either = max(plain.text, default="") < "\u0800" and _chinese(content)  # 一 in GB18030 is һ in UTF-8
        return None if either else Decoded(plain.text, "utf-8")
    fits = [
        name for name, test in TESTS.items() if (one := _read(content, name)) and test(beyond_ascii(one.text))
    ]
    if _chinese(content):
        fits = ["gb18030"]
    elif _western(content):
        fits = ["cp1254" if _turkish(content) else "cp1252"]
    return _read(content, fits[0]) if len(fits) == 1 else None


def suggestion(content: bytes) -> str:
    """Return the encoding that statistics of the whole text speak for, blank where they do not."""
    from charset_normalizer import from_bytes

    best = from_bytes(content[:100_000]).best()
    return "" if best is None else best.encoding


def sample(text: str) -> str:
    """Return the first word of a text that is not plain ASCII, for a reader to see if it was read well."""
    return next((word[:20] for word in re.split(r"[\s,;\"]+", text) if not word.isascii()), "")


def beyond_ascii(text: str) -> str:
    """Return the characters of a text that are not ASCII."""
    return "".join(character for character in text if not character.isascii())


def _read(content: bytes, encoding: str) -> Decoded | None:
    try:
        return Decoded(content.decode(encoding), encoding)
    except UnicodeError:
        return None


def _share(text: str, test: Callable[[str], bool]) -> float:
    return sum(map(test, text)) / len(text) if text else 0.0


def _leads(encoding: str, first: int, last: int, trail: int = 0) -> Callable[[str], bool]:
    """Return the test whether a character's first byte lies in a range, its second at ``trail`` or above."""

    def inside(character: str) -> bool:
        try:
            code = character.encode(encoding)
        except UnicodeError:
            return False
        return len(code) == 2 and first <= code[0] <= last and code[1] >= trail

    return inside


def _chinese(content: bytes) -> bool:
    """Tell whether a text is simplified Chinese beyond doubt: GB 2312, common characters among it."""
    read = _read(content, "gb18030")
    text = "" if read is None else beyond_ascii(read.text)
    known = _share(text, _leads("gb18030", 0xA1, 0xF7, 0xA1))
    return known >= LEAST_KNOWN and _share(text, COMMON.__contains__) >= LEAST_COMMON


def _frequent_gb(text: str) -> bool:
    return _share(text, _leads("gb18030", 0xB0, 0xD7, 0xA1)) >= LEAST_FREQUENT


def _frequent_big5(text: str) -> bool:
    return _share(text, _leads("big5", 0xA4, 0xC6)) >= LEAST_FREQUENT


def _japanese(text: str) -> bool:
    kana = _share(text, lambda one: "\u3041" <= one <= "\u30fe")
    return kana + _share(text, _leads("cp932", 0x88, 0x97)) >= LEAST_FREQUENT


def _korean(text: str) -> bool:
    return _share(text, _leads("cp949", 0xB0, 0xC8, 0xA1)) >= LEAST_KNOWN


TESTS: Final = {"gb18030": _frequent_gb, "big5": _frequent_big5, "cp932": _japanese, "cp949": _korean}


def _western(content: bytes) -> bool:
    """Tell whether bytes beyond ASCII are letters of a Western code page, most alone among plain ones."""
    runs = [match[0] for match in re.finditer(rb"[\x80-\xff]+", content)]
    inside = re.findall(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])", content)
    alone = [run for run in runs if len(run) == 1]
    letters = all(one[0] in WESTERN for one in inside if one != b"\x92")  # the apostrophe of Côte d’Ivoire
    return letters and bool(inside) and len(alone) >= LEAST_ALONE * len(runs)


def _turkish(content: bytes) -> bool:
    """Tell whether letters that Icelandic and Turkish share the bytes of are Turkish."""
    return any(byte in TURKISH for byte in content) and not any(byte in ICELANDIC for byte in content)
