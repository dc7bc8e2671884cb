"""What a Chinese sentence of a report says: counts by group, sums, shares, scopes; nothing is judged here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar, Final

from tierwise.proofreading.listed import abbreviated
from tierwise.proofreading.numbers import whole

JOINED: Final = "[、和及与]"
PIECES: Final = "(?:个|席|家)"
NUMBER: Final = r"\d+(?:\.\d+)?"
TIER: Final = re.compile(r"第([一二三四五六七八九十\d、和]+)梯队|前([两二三四])(?:个)?梯队")
# Words that make a sentence be about some units of a list, which ones the list alone cannot say.
FILTERS: Final = re.compile(
    r"超过|超千|超百|高于|低于|不足|以上规模|千亿|百亿|增速|专利|利润|人均|出口|外资|收入|增加值|GDP|劳产率|"
    r"劳动生产率|企业|投资|上市|经济圈|经济带|城市群|连续|首次|示范基地|开发区|排名前|进入原因|消费|经费"
)
MOVED: Final = re.compile(r"新进|退出|进榜|出榜|晋级")
CUES: Final = re.compile(
    r"分布于|集中于|入围|入榜|从数量看|从位次看|从排名|分板块|分省|分区域|位居?首位|占据?首位|百强重地|榜单|名单"
)
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

    def __post_init__(self) -> None:
        """Take off spaces and spell regions out."""
        self.text = SHORT_REGIONS.sub(r"\1部、", "".join(self.text.split())).replace("县（市）", "县市")
        self.rest = self.text
        if self.words:
            self._sums()
            self._several()
            self._single()
            self.counts.sort(key=lambda count: count.start)

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
        together += rf"(?:合计|共计|总计|共)(?:达到|为|有|占据?)?(\d+){PIECES}"
        for match in self._take(together):
            self._note(self.groups(match[1]), match[2], match, together=True)
        named = rf"([两三四五六七八九])[者省地组](?:合计|共计|共)(?:达到|为|有)?(\d+){PIECES}"
        for match in self._take(named):
            before = self.groups(self.text[: match.start()])
            size = whole(match[1]) or 0
            if len(before) >= size:
                self._note(before[-size:] if size > 1 else before, match[2], match, together=True)
        for match in self._take(
            rf"([^，。；：\d\W]{{2,8}}?)(?:为|是)[^，。；]*?，[两三四五六七八九]省(?:占据?|共有|合计)(\d+){PIECES}"
        ):
            groups = abbreviated(match[1])
            if groups:
                self._note(tuple(groups), match[2], match, together=True)

    def _several(self) -> None:
        row = rf"({self.many})[^。；：\d（）]{{0,14}}?(?:分别|依次)"
        row += rf"(?:为|是|有|达到|只有|仅有|占据?)*((?:\d+{PIECES}?[、和，]?)+)"
        for match in self._take(row):
            groups, numbers = self.groups(match[1]), re.findall(r"\d+", match[2])
            if len(numbers) == 1:
                numbers *= len(groups)
            if len(groups) == len(numbers):
                for group, number in zip(groups, numbers, strict=True):
                    self._note((group,), number, match)
        each = rf"({self.many})[^，。；：\d（）]{{0,6}}?(?:紧随其后，)?(?:各|均)"
        each += rf"(?:自|为|有|占|新进|退出|入围)*(\d+){PIECES}"
        for match in self._take(each):
            for group in self.groups(match[1]):
                self._note((group,), match[2], match)

    def _single(self) -> None:
        since = rf"({self.one})[^，。；：、（）□\d]{{0,4}}[由从](\d+){PIECES}?"
        since += rf"(?:增|减|升|降|上升|下降)[^，。；\d]{{0,3}}(\d+){PIECES}"
        for match in self._take(since):
            then = int(match[2])
            self.counts.append(
                Count(self.groups(match[1]), int(match[3]), match.start(), match.end(), before=then)
            )
        for match in self._take(rf"({self.one})（(\d+)）"):
            self._note(self.groups(match[1]), match[2], match)
        one = rf"({self.one})([^，。；：、（）□\d]{{0,12}}(?:，(?:达到|为|有|共))?)"
        one += rf"(\d+){PIECES}(?!百分|省|区域|板块|地级市|设区市|地区)"
        for match in self._take(one):
            if not re.search(r"增加|减少|较|超|前|第|以上|下降|上升|连续|中$|至少|等$", match[2]):
                self._note(self.groups(match[1]), match[3], match)

    def _note(
        self, groups: tuple[str, ...], number: str, match: re.Match[str], *, together: bool = False
    ) -> None:
        self.counts.append(Count(groups, int(number), match.start(), match.end(), together))

    def share_behind(self, end: int) -> tuple[str, str] | None:
        """Return the share behind a count: the words and the number."""
        match = re.match(rf"，占([^，。；\d]{{0,24}})({NUMBER})%", self.text[end:])
        return (match[0].strip("，"), match[2]) if match else None

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


def sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph."""
    parts = (
        re.split(r"(?<=[。！？])", text)
        if re.search(r"[\u4e00-\u9fff]", text)
        else re.split(r"(?<=[.!?])(?<!\b[Nn]o\.)\s+(?=[A-Z0-9(])", text)
    )
    return [part.strip() for part in parts if part.strip()]
