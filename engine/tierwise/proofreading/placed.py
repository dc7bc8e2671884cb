"""Ranks of named units as a sentence states them (江阴市位居第1位, "Alder ranks 2nd"), held against the list.

What may be about something else than the list (an indicator, a province, another year) is left unjudged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tierwise.names import cleaned
from tierwise.proofreading.chinese import JOINED, Reading
from tierwise.proofreading.counts import Context
from tierwise.proofreading.english import English
from tierwise.proofreading.listed import Listing, Unit
from tierwise.proofreading.mentions import GROUP, UNIT, Marked, Mention
from tierwise.proofreading.numbers import whole
from tierwise.words.language import Text

LISTED: Final = Text("the list", "据榜单")
MASK: Final = "□"
YEAR: Final = r"(?:19|20)\d\d"
COUNT: Final = r"(?:\d+|[一二三四五六七八九十百]+)"
PLACES: Final = {  # words for a place: the first, the second, the third
    **dict.fromkeys(("首位", "榜首", "头名", "冠军", "状元", "鳌头"), 1),
    **dict.fromkeys(("次席", "次位", "亚军", "榜眼"), 2),
    **dict.fromkeys(("季军", "探花"), 3),
}
LAST: Final = ("末位", "末席", "榜尾", "最后一位", "最后一名", "倒数第一")
PLACE: Final = "(?:" + "|".join((*PLACES, *LAST)) + ")"
VERB: Final = (
    "(?:并列|稳|继续|仍|再次)?(?:位居|位列|位于|名列|排名|排在|高居|跃居|蝉联|雄踞|荣登|登上|摘得|夺得|独占|列居|"
    "排|居|列|名次为|位次为|排名为|是|为)"
)
WHERE: Final = "(?:榜单|全榜|总榜|百强|百强榜)?的?"
ENDS: Final = "(?=$|[，。；、：！（）和及与而])"
RANKED: Final = rf"{VERB}{WHERE}(?:第{COUNT}[位名]?|{PLACE})"
RANK: Final = rf"(?:{RANKED}|为?第{COUNT}[名位]?|领跑{WHERE}|垫底|登顶{WHERE}|夺冠){ENDS}"
RANKS: Final = rf"{VERB}{WHERE}(?:第?{COUNT}[位名]?{JOINED})+第?{COUNT}[位名]?{ENDS}"
AMONG: Final = (  # the list itself
    rf"在?(?:{YEAR}年)?(?:本次|全部|所有|中国|工业|综合|百强|县市|县|市|区|入榜|榜单|名单)+(?:中|里|内)"
)
BETWEEN: Final = (  # a name and its rank
    "(?:并列|同列|继续|仍然|仍|依然|再次|稳|的|今年|本年|本期|综合|总体|竞争力|发展|指数|得分|则|也|，|"
    rf"{YEAR}年|以\d+(?:\.\d+)?分?|{AMONG})*(?:分别|依次|分)?"
)
BEFORE: Final = re.compile(
    rf"(?:其中|{YEAR}年|(?:本次|全部|中国|工业|综合|百强|县市|入榜|榜单|名单)+的?|从(?:整体|总体)?(?:排名|位次|名次)(?:来?看)?|{AMONG}|[，、；：和及与而□]|"
    r"[^，。；]*分布于\d+个[^，。；]*[，；])*"
)
ONE: Final = f"(?:{GROUP}的?)*{UNIT}"
RUN: Final = f"(?P<names>{ONE}(?:{JOINED}{ONE})*)"
FOLLOWING: Final = re.compile(rf"{MASK}[，；]?{RUN}(?:则|位居其后|紧随其后|紧跟其后){ENDS}")
CHINESE: Final = (
    re.compile(rf"{RUN}{BETWEEN}(?P<ranks>{RANKS}|{RANK})"),
    re.compile(rf"(?P<ranks>{RANKED}|第{COUNT}名|{PLACE})(?:的是|的|是|为){RUN}"),
)
ORDINALS: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"
)  # fmt: skip
ORDINAL: Final = rf"(?:\d+(?:st|nd|rd|th)|{'|'.join(ORDINALS)}|last)"
LIST: Final = r"(?:(?:on|in|of) the (?:whole )?(?:list|ranking|table)|overall)"
ENGLISH_VERB: Final = (
    r"(?:(?:again|still|also|now|then) )*(?:"
    rf"(?:ranks|ranked|is|is ranked|was ranked|comes|came|stands|placed|takes|holds) (?:in )?(?:the )?"
    rf"{ORDINAL}"
    r"|(?:ranks|ranked|is ranked) (?:at )?(?:number |no\. ?|#)?\d+|is (?:number |no\. ?|#)\d+"
    r"|(?:takes|holds|has) (?:rank|place) \d+"
    r"|(?:tops|heads|leads) the (?:list|ranking|table)|is the runner-up)\b(?![–-])"
)
ENGLISH_ENDS: Final = rf"(?: place| rank)?(?: {LIST})?(?=[,.;:!)]|$| and | while | followed )"
ENGLISH_BEFORE: Final = re.compile(
    rf"(?:\b[Ii]n {YEAR}|\b[Oo]verall|\band|\bwhile|\b[Tt]he|\bfollowed by|[\s,;:]|{MASK})*"
)
ENGLISH: Final = (
    re.compile(rf"(?P<names>{UNIT}) (?P<ranks>{ENGLISH_VERB}){ENGLISH_ENDS}"),
    re.compile(rf"(?P<names>{UNIT}), (?P<ranks>{ORDINAL})(?: place)? {LIST}"),
    re.compile(
        rf"(?P<ranks>(?:{ORDINAL})(?: place)?(?: {LIST})?|runner-up) (?:is|goes to|belongs to) "
        rf"(?P<names>{UNIT})(?=[,.;]|$| and )",
        re.IGNORECASE,
    ),
)
ENGLISH_FOLLOWING: Final = re.compile(
    rf"{MASK},? (?:is )?followed by (?P<names>{UNIT}(?:(?:, | and |, and ){UNIT})*)"
)
ENGLISH_FIRSTS: Final = re.compile("tops|heads|leads")


def judge_placed(
    reading: Reading, marked: Marked, context: Context, others: Sequence[Listing], year: str, near: str
) -> None:
    """Judge the ranks of named units.

    Args:
        reading: a sentence; 第五名晋江市 is left to :func:`tierwise.proofreading.units.judge_places`.
        marked: its names.
        context: the list that it is about.
        others: the other lists of the report; a rank of one whose title stands near is left.
        year: of the report, where the list's title has none; a rank of another year is left.
        near: what stands around the sentence: its heading and its paragraphs.

    """
    english = isinstance(reading, English)
    if reading.moved:
        return
    years = {*re.findall(YEAR, context.listing.title)} or {year}
    titled = [one for one in others if _core(one.title) and _core(one.title) in near + reading.text]
    text, said = marked.text, 0
    for pattern in ENGLISH if english else CHINESE:
        for match in pattern.finditer(text):
            before = (ENGLISH_BEFORE if english else BEFORE).fullmatch(text[: match.start()])
            if before is None or not {*re.findall(YEAR, before[0] + match[0])} <= years:
                continue
            pairs = [*_pairs(match, marked, len(context.listing))]
            if not pairs or any(_elsewhere(unit, rank, titled) for unit, rank in pairs):
                continue
            said = pairs[-1][1]
            _judge(pairs, match, marked, reading, context)
            text = text[: match.start()] + MASK * len(match[0]) + text[match.end() :]
    following = (ENGLISH_FOLLOWING if english else FOLLOWING).search(text)
    if following and said and text[: following.start()].strip(MASK + "，") == "":
        named = marked.units(*following.span("names"))
        pairs = [(one, said + at) for at, one in enumerate(named, 1)]
        _judge(pairs, following, marked, reading, context)


def _judge(
    pairs: Sequence[tuple[Mention, int]],
    match: re.Match[str],
    marked: Marked,
    reading: Reading,
    context: Context,
) -> None:
    for one, rank in pairs:
        ranks = [f"{unit.rank:g}" for unit in one.units]
        agrees = str(rank) in ranks
        context.holds("rank", one.units[0].name, rank, "/".join(ranks), agrees=agrees, why=LISTED)
    reading.cover(*marked.span(*match.span()))


def _pairs(match: re.Match[str], marked: Marked, last: int) -> Iterator[tuple[Mention, int]]:
    """Yield the units and the ranks that a statement gives them; none where there are not as many of both."""
    own = marked.units(*match.span("names"))
    text = match["ranks"].lower()
    if ENGLISH_FIRSTS.match(text) or re.search("领跑|登顶|夺冠", text):
        said = [1]
    elif text.endswith("runner-up"):
        said = [2]
    elif text == "垫底" or any(word in text for word in LAST) or re.search(r"\blast\b", text):
        said = [last]
    else:
        words = [rank for word, rank in PLACES.items() if word in text]
        said = words[:1] or [*_numbers(text)]
    if len(said) == 1 and re.search("并列|同列", match[0]):
        said *= len(own)
    if len(own) == len(said):
        yield from zip(own, said, strict=True)


def _numbers(text: str) -> Iterator[int]:
    """Yield the ranks in a statement, in digits or words."""
    for word in re.findall(rf"{COUNT}|{'|'.join(ORDINALS)}", text):
        yield ORDINALS.index(word) + 1 if word in ORDINALS else whole(word) or 0


def _elsewhere(one: Mention, rank: int, others: Sequence[Listing]) -> bool:
    """Tell whether a unit has a rank in another list, and not in its own."""
    found: list[Unit | None] = [other.by_name().get(cleaned(one.units[0].name)) for other in others]
    own = any(unit.rank == rank for unit in one.units)
    return not own and any(unit is not None and unit.rank == rank for unit in found)


def _core(title: str) -> str:
    """Return what of a list's title a text repeats: without its year."""
    return re.sub(rf"{YEAR}年?", "", "".join(title.split()))
