"""What of a sentence was not checked: clauses with a number, or a rank, an order or a group of a name."""

from __future__ import annotations

import re
from typing import Final

from tierwise.proofreading.chinese import Reading
from tierwise.proofreading.english import English
from tierwise.proofreading.mentions import GROUP, UNIT, Marked
from tierwise.proofreading.parts import FIGURE, SOURCE

MASK: Final = "□"
QUOTE: Final = 60  # letters of a sentence that is repeated
YEAR: Final = r"(?<![\d.,])(?:19|20)\d\d(?!\d|[.,]\d|[个家亿万元人位名件项倍%％])"
REFERENCES: Final = re.compile(
    rf"{YEAR}(?:[-–—/](?:19|20)?\d\d(?!\d))?年?(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?|[图表]\d+|^[（(]\d[）)]|"
    r"Figure ?\d+|Table ?\d+"
)
CLAUSE: Final = re.compile(r"(?:（[^（）]*）|[^，。；：！？]|(?<=[０-９])，(?=[０-９]{3}))+")
STRANGE: Final = re.compile(r"[一-龥]{2,6}(?:市|县|旗|区)(?=[、，。；和与及]|$)")
MOVED: Final = re.compile("新进|退出|进榜|出榜|晋级|掉出|跌出|落榜|上榜")
ENGLISH_CLAUSE: Final = re.compile(r"(?:\([^()]*\)|[^,;:.]|[,.:](?=\d)|\.(?=\S))+")
COUNT: Final = r"(?:\d+|[一二三四五六七八九十百两]+)"
STRONG: Final = re.compile(  # a place, whoever has it
    rf"第{COUNT}[位名]|首位|榜首|榜尾|次席|次位|冠军|亚军|季军|榜眼|探花|头筹|桂冠|夺魁|折桂|问鼎|末位|末席|垫底|倒数|蝉联|"
    rf"[前后]{COUNT}(?:名|位|强|席|甲)|(?<!百)[三五十]强|三甲"
)
WEAK: Final = re.compile(  # what is a place, an order or a number where units or groups are named
    rf"第{COUNT}|{MOVED.pattern}|首|冠|先于|领先|领跑|打头|领头|龙头|殿后|收尾|"
    r"最[多少高低大小强弱好差快慢前后先末]|仅次于|紧随|紧跟|高于|低于|高出|低出|多于|少于|超过|不及|落后|赶超|反超|"
    r"之[上下前后首]|依次|分别|连续|入榜|入围|跻身|上升|下降|提升|回落|增加|减少|增长|降级|跌|居|位列|名列|排在|排名|"
    r"梯队|位于|属|来自|地处|占|比重|过半|多数|半数|包括|包含|并列|倍|一半|翻番|"
    r"(?<!百)[两二三四五六七八九十百]+(?:个|家|席|名|位|省|成|倍|者|县|市|区|旗)"
)
ORDINALS: Final = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last"
ENGLISH_STRONG: Final = re.compile(
    rf"\b(?:(?:{ORDINALS}) (?:place|rank|on the list|of the list|in the ranking)|off the list|ranks?|top|"
    r"bottom|runner-up)\b",
    re.IGNORECASE,
)
ENGLISH_ORDER: Final = re.compile(  # a place or an order, where the sentence names units or groups
    rf"\b(?:{ORDINALS}|leads?|leading|led|leaders?|winners?|champions?|crown|head(?:s|ed)?|tops?|begins?|starts?|ends?|number|most|fewest|"
    r"least|highest|lowest|largest|smallest|best|worst|ahead|behind|above|below|follow(?:s|ed|ing)?|enter(?:s|ed)?|"
    r"leaves|exit(?:s|ed)?|rose|rises?|fell|falls?|climb(?:s|ed)?|drop(?:s|ped)?|half|third|quarter|majority|twice|"
    r"double|more|fewer|less|than|tiers?)\b",
    re.IGNORECASE,
)
COMPARED: Final = re.compile(rf"{UNIT}(?!(?:[、，]|和|及|与| and |, )*{UNIT})[^{UNIT}]+{UNIT}")  # A … B
ENGLISH_WEAK: Final = re.compile(  # a place, a number, where the clause does
    r"\b(?:over|under|new|left|moved?|lies?|in|of|belongs?|each|both|all|no|none|only|respectively|two|three|four|"
    r"five|six|seven|eight|nine|ten|eleven|twelve|twenty|dozen)\b",
    re.IGNORECASE,
)


def quoted(text: str) -> str:
    """Return the beginning of a sentence, not cut within a number or a word."""
    if len(text) <= QUOTE:
        return text
    cut = QUOTE
    while cut > QUOTE // 2 and re.match(r"[\w.,%％]{2}", text[cut - 1 : cut + 1], re.ASCII):
        cut -= 1
    return text[:cut].rstrip() + "…"


def unread(reading: Reading, marked: Marked) -> list[str]:
    """Return the clauses of a sentence that say something which was not judged, as they stand."""
    if FIGURE.match(reading.text):
        return []
    english = isinstance(reading, English)
    text = _masked(reading, marked)
    named = UNIT in text or GROUP in text
    if SOURCE.match(reading.text) and not named and not re.search(r"\d", text):
        return []  # what signs mean
    found = []
    for clause in (ENGLISH_CLAUSE if english else CLAUSE).finditer(text):
        if _says(clause[0], english=english, named=named):
            start, end = marked.span(*clause.span())
            found.append(reading.written(start, end).strip())
    return found


def _masked(reading: Reading, marked: Marked) -> str:
    """Return the marked text with what was judged as signs that say nothing."""
    signs = [
        MASK if any(start <= at < end for start, end in reading.covered) else sign
        for sign, at in zip(marked.text, marked.starts, strict=False)
    ]
    return "".join(signs)


def _says(clause: str, *, english: bool, named: bool) -> bool:
    """Tell whether a clause says what could be wrong; ``named`` tells whether its sentence names units."""
    if re.search(r"\d", REFERENCES.sub("", clause)):
        return True
    if (ENGLISH_STRONG if english else STRONG).search(clause):
        return True
    own = UNIT in clause or GROUP in clause
    if (UNIT in clause and GROUP in clause) or COMPARED.search(clause):
        return True
    if english:
        ordered = ENGLISH_ORDER.search(clause) is not None
        return (named and ordered) or (own and ENGLISH_WEAK.search(clause) is not None)
    if MOVED.search(clause) and STRANGE.search(clause):
        return True
    return (own or named) and WEAK.search(clause) is not None
