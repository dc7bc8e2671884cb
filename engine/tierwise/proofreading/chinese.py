"""What a Chinese sentence of a report says: counts by group, sums, shares, scopes; nothing is judged here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar, Final

from tierwise.proofreading.listed import abbreviated
from tierwise.proofreading.numbers import DIGITS, HEDGES, LOOSE, counted, whole

JOINED: Final = "[、和及与]"
PIECES: Final = f"(?:个|席|家){LOOSE}"
NUMBER: Final = r"(?<![\d.,])\d+(?:,\d{3})*(?:[.．]\d+)?"
TIER: Final = re.compile(r"第([一二三四五六七八九十\d、和]+)梯队|前([两二三四])(?:个)?梯队")
TOP: Final = re.compile(
    r"(?:排名)?前([一二三四五六七八九十百\d]+)[名位强]|第?(\d+)(?:名)?[-–—~至到]第?(\d+)[名位](?!构成)"
)
# Words that make a sentence be about some units of a list, which ones the list alone cannot say.
FILTERS: Final = re.compile(
    r"超过|超千|超百|高于|低于|不足|以上规模|千亿|百亿|增速|专利|利润|人均|出口|外资|收入|增加值|GDP|劳产率|"
    r"劳动生产率|企业|投资|上市|经济圈|经济带|城市群|连续|首次|示范基地|开发区|进入原因|消费|经费"
)
MOVED: Final = re.compile(r"新进|退出|进榜|出榜|晋级")
CUES: Final = re.compile(
    r"分布于|集中于|入围|入榜|从数量看|从位次看|从排名|分板块|分省|分区域|位居?首位|占据?首位|百强重地|榜单|名单"
)
LEAST_WORDS: Final = 1  # of English in a sentence with Chinese names
PLACED: Final = re.compile(  # between a group and its number: who leads or is last
    r"[^，。；、\d]{0,2}(?:首|冠|最|领|末|垫底|第一|第二|第三|紧随|次之|次席|高于|低于|多于|少于|超过|仅次于|leads?|follows?)[^，。；、\d]{0,2}"
)
SPACED: Final = re.compile(r"\s+")
BETWEEN_HAN: Final = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
COUNTIES: Final = re.compile(r"县（市）")
SHORT_REGIONS: Final = re.compile(r"([东中西])、(?=[东中西](?:部|、))")


@dataclass(frozen=True)
class Count:
    """That groups have a number of units: each, or with ``together`` all in all."""

    groups: tuple[str, ...]
    number: int
    start: int
    end: int
    together: bool = False
    before: int | None = None  # what the sentence says of the year before: 由74个增至76个
    said: str = ""  # the number as it stands


@dataclass
class Reading:
    """A sentence as compared: without spaces, its groups found; what was read is blanked in ``rest``."""

    text: str
    words: Mapping[str, str]  # of groups, and the names they stand for
    rest: str = field(init=False)
    counts: list[Count] = field(default_factory=list)
    filters: ClassVar = FILTERS
    moves: ClassVar = MOVED
    cues: ClassVar = CUES
    tops: ClassVar = TOP
    covered: list[tuple[int, int]] = field(default_factory=list)  # what was judged
    source: str = field(init=False)  # as it stands
    origins: list[int] = field(init=False)  # where in the source each sign of the text stands

    def __post_init__(self) -> None:
        """Take off spaces and spell regions out."""
        self.source = self.text
        self._compare_as(SPACED, lambda _: "", [*range(len(self.text))])
        self._compare_as(SHORT_REGIONS, lambda match: f"{match[1]}部、", self.origins)
        self._compare_as(COUNTIES, lambda _: "县市", self.origins)
        self.rest = self.text
        if self.words:
            self._sums()
            self._several()
            self._single()
            self.counts.sort(key=lambda count: count.start)

    def _compare_as(
        self, pattern: re.Pattern[str], made: Callable[[re.Match[str]], str], origins: list[int]
    ) -> None:
        """Put other signs in the place of what a pattern finds, and keep where they stood."""
        signs, places, at = [], [], 0
        for match in pattern.finditer(self.text):
            new = made(match)
            signs += [self.text[at : match.start()], new]
            places += origins[at : match.start()]
            places += [origins[min(match.start() + step, match.end() - 1)] for step in range(len(new))]
            at = match.end()
        self.text = "".join([*signs, self.text[at:]])
        self.origins = [*places, *origins[at:]]

    def cover(self, start: int, end: int) -> None:
        """Note that a part of the text was judged."""
        self.covered.append((start, end))

    def cover_said(self, start: int, end: int) -> None:
        """Note that groups and their numbers were judged; words between them that say a place were not."""
        at = start
        for match in PLACED.finditer(self.text, start, end):
            self.cover(at, match.start())
            at = match.end()
        self.cover(at, end)

    def uncover(self, start: int, end: int) -> None:
        """Take back that a part of the text was judged."""
        self.covered = [one for one in self.covered if not (start <= one[0] and one[1] <= end)]

    def leading(self) -> tuple[str, str]:
        """Return the patterns of groups that lead, and of those that come next."""
        gap = f"(?:(?!{self.one})[^；。不未非没])"
        first = "居首位|占据首位|位居首位|并列首位|居第一位|居第一|排名第一|位列第一|位居第一|领跑|居榜首"
        return (
            rf"({self.many})({gap}{{0,24}}?(?:{first}))",
            rf"({self.many})({gap}{{0,10}}?(?:紧随其后|紧跟其后|位居其后|次之))",
        )

    def cover_scope(self, end: int) -> None:
        """Note that the ranks were judged by which a statement says of what it is: 前十名中."""
        for match in [*self.tops.finditer(self.text[:end])][-1:]:
            self.cover(*match.span())

    def is_covered(self, start: int, end: int) -> bool:
        """Tell whether some of a part of the text was judged."""
        return any(first < end and start < last for first, last in self.covered)

    def written(self, start: int, end: int) -> str:
        """Return a part of the text as it stands in the report, without spaces between Chinese signs."""
        if start >= end:
            return ""
        last = self.origins[end] if end < len(self.origins) else len(self.source)
        return BETWEEN_HAN.sub("", self.source[self.origins[start] : last])

    @property
    def one(self) -> str:
        """The pattern of a group; of no groups one that nothing matches."""
        return _alternatives(tuple(self.words))

    @property
    def many(self) -> str:
        """The pattern of groups one after the other."""
        return f"{self.one}(?:{JOINED}{self.one})*"

    def groups(self, text: str) -> tuple[str, ...]:
        """Return the names of the groups in a text."""
        return tuple(self.words[word] for word in re.findall(self.one, text))

    def _take(self, pattern: str) -> Iterator[re.Match[str]]:
        """Yield what a pattern finds, and blank it."""
        while match := re.search(pattern, self.rest):
            self.rest = self.rest[: match.start()] + "□" * len(match[0]) + self.rest[match.end() :]
            yield match

    def _sums(self) -> None:
        together = rf"({self.many})(?:[两三四五六七八九十\d]+[省者地区组])?[^，。；：\d（）]{{0,10}}?"
        together += rf"(?:合计|共计|总计|共)(?:达到|为|有|占据?)?({DIGITS}){PIECES}"
        for match in self._take(together):
            self._note(self.groups(match[1]), match[2], match, together=True)
        named = rf"([两三四五六七八九])[者省地组](?:合计|共计|共)(?:达到|为|有)?({DIGITS}){PIECES}"
        for match in self._take(named):
            before = self.groups(self.text[: match.start()])
            size = whole(match[1]) or 0
            if len(before) >= size:
                self._note(before[-size:] if size > 1 else before, match[2], match, together=True)
        for match in self._take(
            rf"([^，。；：\d\W]{{2,8}}?)(?:为|是)[^，。；]*?，[两三四五六七八九]省(?:占据?|共有|合计)({DIGITS}){PIECES}"
        ):
            groups = abbreviated(match[1])
            if groups:
                self._note(tuple(groups), match[2], match, together=True)

    def _several(self) -> None:
        row = rf"({self.many})[^。；：\d（）]{{0,14}}?(?:分别|依次)"
        row += rf"(?:为|是|有|达到|只有|仅有|占据?)*((?:(?:{DIGITS}){PIECES}?[、和，]?)+)"
        for match in self._take(row):
            groups, numbers = self.groups(match[1]), re.findall(DIGITS, match[2])
            if len(numbers) == 1:
                numbers *= len(groups)
            if len(groups) == len(numbers):
                for group, number in zip(groups, numbers, strict=True):
                    self._note((group,), number, match)
        each = rf"({self.many})[^，。；：\d（）]{{0,6}}?(?:紧随其后，)?(?:各|均)"
        each += rf"(?:自|为|有|占|新进|退出|入围)*({DIGITS}){PIECES}"
        for match in self._take(each):
            for group in self.groups(match[1]):
                self._note((group,), match[2], match)

    def _single(self) -> None:
        since = rf"({self.one})[^，。；：、（）□\d]{{0,4}}[由从]({DIGITS}){PIECES}?"
        since += rf"(?:增|减|升|降|上升|下降)[^，。；\d]{{0,3}}({DIGITS}){PIECES}"
        for match in self._take(since):
            then = counted(match[2])
            self.counts.append(
                Count(
                    self.groups(match[1]),
                    counted(match[3]),
                    match.start(),
                    match.end(),
                    False,
                    then,
                    match[3],
                )
            )
        for match in self._take(rf"({self.one})（(\d+)）"):
            self._note(self.groups(match[1]), match[2], match)
        one = rf"({self.one})([^，。；：、（）□\d]{{0,12}}(?:，(?:达到|为|有|共))?)"
        one += rf"({DIGITS}){PIECES}(?!百分|省|区域|板块|地级市|设区市|地区)"
        for match in self._take(one):
            if not re.search(r"增加|减少|较|超|前|第|以上|下降|上升|连续|中$|至少|等$", match[2]):
                self._note(self.groups(match[1]), match[3], match)

    def _note(
        self, groups: tuple[str, ...], number: str, match: re.Match[str], *, together: bool = False
    ) -> None:
        self.counts.append(Count(groups, counted(number), match.start(), match.end(), together, None, number))

    def share_behind(self, end: int) -> tuple[str, str] | None:
        """Return the share behind a count: the words and the number."""
        match = re.match(rf"，占([^，。；\d]{{0,24}})({NUMBER})%{LOOSE}", self.text[end:])
        if match is None or match[1].endswith(HEDGES):
            return None
        return match[0].strip("，"), match[2]

    def tiers_behind(self, start: int) -> tuple[int, ...]:
        """Return the tiers of a share that follows: 合计16个，占第二梯队县市数量的66.7%."""
        match = re.match(rf"，占(?:{TIER.pattern})", self.text[start:])
        return (
            tuple(number for part in re.split("[、和]", match[1] or "") if (number := whole(part)))
            if match
            else ()
        )

    def tiers(self, end: int | None = None) -> tuple[int, ...]:
        """Return the tiers that are spoken of last before a place in the sentence."""
        found: tuple[int, ...] = ()
        for match in TIER.finditer(self.text[:end]):
            if match[2]:
                found = tuple(range(1, (whole(match[2]) or 0) + 1))
            else:
                found = tuple(number for part in re.split("[、和]", match[1]) if (number := whole(part)))
        return found

    def top(self, end: int | None = None) -> tuple[int, int] | None:
        """Return the ranks that are spoken of last before a place in the sentence: 前十名中, 第7—30名中."""
        found = None
        for match in TOP.finditer(self.text[:end]):
            first, last = (1, whole(match[1])) if match[1] else (int(match[2]), int(match[3]))
            found = (first, last) if last else found
        return found

    @property
    def filtered(self) -> bool:
        """Whether it is about units that the list alone does not tell."""
        return self.filters.search(self.text) is not None

    @property
    def moved(self) -> bool:
        """Whether it is about entries and exits."""
        return self.moves.search(self.text) is not None

    @property
    def cued(self) -> bool:
        """Whether it says that it is about how the list divides."""
        return self.cues.search(self.text) is not None


@lru_cache(maxsize=256)
def _alternatives(words: tuple[str, ...]) -> str:
    return "(?:" + ("|".join(map(re.escape, words)) or "(?!)") + ")"


def is_english(text: str) -> bool:
    """Tell whether a text is English, its names in Chinese or not: no Chinese stops, and English words."""
    if re.search("[\u4e00-\u9fff]", text) is None:
        return True
    words = re.findall("(?<![A-Za-z])[a-z]{2,}(?![A-Za-z])", text)
    return re.search("[，。；：、！？]", text) is None and len(words) >= LEAST_WORDS


def sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph."""
    pattern = (
        r"(?<=[.!?])(?<!\b[Nn]o\.)\s+(?=[A-Z0-9(\u4e00-\u9fff])" if is_english(text) else r"(?<=[。！？])"
    )
    return [part.strip() for part in re.split(pattern, text) if part.strip()]
