"""Answers in words (重要, very important) read as one ordered scale.

What a word is worth depends on the words beside it: 不重要 is 1 of 不重要、不太重要、一般、重要、很重要 and 2
of 很不重要、不重要、一般、重要、很重要. So all words of a study's answers are read together: where they are
as many as the scale has points, by their order; where some were never chosen, by the scales in use that hold
them all, if these agree. Else no word is taken until ``experts.words`` names the scale, in whose order known
words must stand: questionnaires also list theirs from the highest.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Final

from tierwise.errors import TierwiseError, problem

# Where words stand in the order, from the lowest; two places: anywhere between. The first names the others.
PLACES: Final[tuple[tuple[float, float, str], ...]] = (
    (0, 0, "极不重要|极其不重要|极为不重要|完全不重要|根本不重要|毫不重要|最不重要"),
    (0, 0, "not at all important|not important at all|completely unimportant"),
    (1, 1, "非常不重要|十分不重要|extremely unimportant"),
    (2, 2, "很不重要|very unimportant"),
    (3, 3, "不重要|unimportant|not important"),
    (4, 4, "较不重要|比较不重要|较为不重要"),
    (5, 5, "不太重要|不大重要|不怎么重要|不很重要|不是很重要|不够重要"),
    (5, 5, "of little importance|not very important|not so important|low importance"),
    (6, 8, "中立|不确定|说不清|无所谓|neutral|undecided"),
    (6.5, 8.5, "有点重要|有些重要|略重要|略微重要|稍重要|稍微重要|somewhat important"),
    (7, 7, "slightly important|a little important"),
    (8, 8, "一般|一般重要|中等|中等重要|moderately important"),
    (7.5, 9, "fairly important"),
    (9, 9, "比较重要|较重要|较为重要|rather important"),
    (8.5, 11.5, "quite important"),
    (10, 10, "重要|important"),
    (11, 12.5, "相当重要"),
    (12, 12, "很重要|very important"),
    (13, 13, "非常重要|十分重要|highly important"),
    (13, 14, "特别重要"),
    (14, 14, "极其重要|极重要|极为重要|最重要|至关重要|extremely important|essential|critically important"),
)
NAMES: Final[Mapping[str, str]] = {
    word: words.partition("|")[0] for _, _, words in PLACES for word in words.split("|")
}
# How a scale is written in one language: the first word of a place, and of places that have none an alike.
ENGLISH: Final[Mapping[str, str]] = {
    "极不重要": "not at all important",
    "不太重要": "of little importance",
    "较不重要": "rather unimportant",
} | {name: word for word, name in [*NAMES.items()][::-1] if word.isascii()}
CHINESE: Final[Mapping[str, str]] = {
    "not at all important": "完全不重要",
    "of little importance": "不太重要",
    "slightly important": "略重要",
    "fairly important": "比较重要",
}
ORDER: Final = {words.partition("|")[0]: (low, high) for low, high, words in PLACES}
_LEAST: Final = "很不重要|非常不重要|极不重要"
_MOST: Final = "很重要|非常重要|极其重要"
_MIDDLE: Final = "一般|中立"
# Scales in use, a blank between two points: what words mean of which some were never chosen.
IN_USE: Final[tuple[tuple[tuple[str, ...], ...], ...]] = tuple(
    tuple(tuple(NAMES[word] for word in point.split("|")) for point in scale)
    for scale in (
        (_LEAST, "不重要", _MIDDLE, "重要", _MOST),
        (_LEAST, "不重要", _MIDDLE, "比较重要", _MOST),
        (_LEAST, "不太重要|较不重要", _MIDDLE, "比较重要|重要", _MOST),
        ("不重要", "不太重要|较不重要", _MIDDLE, "比较重要|重要", _MOST),
        ("不重要", "不太重要|较不重要", _MIDDLE, "比较重要", "重要"),
        ("不重要", "不太重要", "比较重要", "重要", _MOST),
        ("不重要|不太重要", "一般", "比较重要", "重要", _MOST),
        ("不重要", "一般", "重要", "很重要", "非常重要|极其重要"),
        ("不重要", "有点重要", "重要", "很重要", "非常重要|极其重要"),
        (_LEAST, "不重要", "较不重要|不太重要", _MIDDLE, "比较重要|有点重要", "重要", _MOST),
        ("not at all important", "slightly important", "moderately important", "very important",
         "extremely important"),
        ("not at all important", "not so important", "somewhat important", "very important",
         "extremely important"),
        ("unimportant", "slightly important|of little importance", "moderately important|fairly important",
         "important", "very important"),
        ("not at all important", "low importance", "slightly important", "neutral", "moderately important",
         "very important", "extremely important"),
    )
)  # fmt: skip
# What may stand between the words of a scale that is named; signs tell which way it goes, arrows do not.
LISTED: Final = re.compile(r"\s*([-=–—]+[>＞]|[/／|｜→➔⇒]|[<＜]+|[>＞]+)\s*")


@dataclass(frozen=True)
class WordScale:
    """What the words of a study's answers are worth, on a scale from 1 to ``top``.

    ``known`` are the words of importance among them. Of a scale that is ``told`` nothing was found out.
    ``fitting`` are the scales in use that hold all words, where they do not agree. ``turned`` is a scale that
    was named from its highest word. ``used`` tells whether some answer is a word of the scale.
    """

    top: float
    scores: Mapping[str, float] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    fitting: tuple[str, ...] = ()
    told: bool = False
    turned: bool = False
    used: bool = False

    @property
    def read(self) -> list[str]:
        """Each word that is read, with its score."""
        return [f"{word} = {score:g}" for word, score in sorted(self.scores.items(), key=lambda one: one[1])]


def word_in(shown: str) -> str:
    """Return an answer as a word: without the letter of its choice, blanks between signs and a full stop.

    >>> word_in("Ｃ、非常 重要。"), word_in("A little  important")
    ('非常重要', 'a little important')
    """
    plain = unicodedata.normalize("NFKC", shown).strip().casefold()
    plain = re.sub(r"^[a-g](?:[、.,:)]\s*|\s+(?![a-z]))|[\s.。!;]+$", "", plain)
    return re.sub(r"\s+", " " if plain.isascii() else "", plain)


def word_scale(answers: Collection[str], top: float, given: Sequence[str] = ()) -> WordScale:
    """Return what words among a study's answers are worth; ``given`` names the scale from the lowest.

    Raises E248 where words are read by a scale that was named in no order.
    """
    words = [*dict.fromkeys(map(word_in, answers))]
    if given:
        return _told(words, top, given)
    known = tuple(word for word in words if word in NAMES)
    names = sorted({NAMES[word] for word in known}, key=lambda name: ORDER[name])
    whole = len(names) == top and _ordered(names)
    scales = [tuple((name,) for name in names)] if whole else [one for one in IN_USE if len(one) == top]
    fitting = [(scale, read) for scale in scales if (read := _places(names, scale))]
    reading = fitting[0][1] if fitting else {}
    if any(other != reading for _, other in fitting):
        return WordScale(
            top, known=known, fitting=(*dict.fromkeys(_shown(scale, known) for scale, _ in fitting),)
        )
    return WordScale(
        top, {word: reading[NAMES[word]] for word in known if reading}, known, used=bool(reading)
    )


def _told(words: Sequence[str], top: float, given: Sequence[str]) -> WordScale:
    """Return the scale that was named; a word of it may be spelt otherwise where that means no other."""
    points = [word_in(point) for one in given for point in LISTED.split(one)[::2] if point.strip()]
    if len(points) != top or len({*points}) < len(points):
        return WordScale(top, known=tuple(word for word in words if word in {*NAMES, *points}), told=True)
    turned = any(word in points or word in NAMES for word in words) and _falls(points, _signs(given))
    scores = {point: float(at) for at, point in enumerate(points[::-1] if turned else points, 1)}
    same = [(NAMES[point], point) for point in points if point in NAMES]
    for word in words:
        meant = [point for name, point in same if name == NAMES.get(word)]
        if word not in scores and len(meant) == 1:
            scores[word] = scores[meant[0]]
    used = any(word in scores for word in words)
    return WordScale(top, scores, tuple(scores), told=True, turned=turned, used=used)


def _signs(given: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return the signs between words of a scale that was named, < or >, each with the words beside it."""
    parts = [LISTED.split(one) for one in given]
    return [
        (own[at - 1], unicodedata.normalize("NFKC", own[at])[0], own[at + 1])
        for own in parts
        for at in range(1, len(own), 2)
        if own[at][0] in "<＜>＞"
    ]


def _falls(points: Sequence[str], signs: Sequence[tuple[str, str, str]]) -> bool:
    """Tell whether a scale that was named stands from the highest, by its known words and by signs.

    Raises E248 where these tell both.
    """
    known = [point for point in points if point in NAMES]
    places = {point: ORDER[NAMES[point]] for point in known}
    rises, falls = (
        [pair for pair in combinations(known, 2) if places[pair[low]][1] < places[pair[1 - low]][0]]
        for low in (0, 1)
    )
    if rises and falls:
        one, other = min(falls, rises, key=len)[0]
        raise TierwiseError(problem("E248", "[experts] words", words=points, one=one, other=other))
    fall = bool(falls) or (not rises and any(sign == ">" for _, sign, _ in signs))
    for one, sign, other in signs:
        if sign == ("<" if fall else ">"):
            raise TierwiseError(problem("E248", "[experts] words", words=points, one=one, other=other))
    return fall


def _ordered(names: Sequence[str]) -> bool:
    """Tell whether it is clear of every word which other ones it exceeds."""
    return all(ORDER[one][1] < ORDER[other][0] for one, other in pairwise(names))


def _places(names: Sequence[str], scale: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return the points of a scale that words stand for; nothing where it does not hold each alone."""
    found = {name: float(at) for name in names for at, point in enumerate(scale, 1) if name in point}
    return found if len(names) == len(found) == len({*found.values()}) else {}


def _shown(scale: Sequence[Sequence[str]], known: Collection[str]) -> str:
    """Return a scale as it is written in one language: the words that were chosen, for others a usual one."""
    english = all(word.isascii() for word in known)
    chosen = {NAMES[word]: word for word in known if word.isascii() == english}
    usual = ENGLISH if english else CHINESE
    shown = (next((name for name in point if name in chosen), point[0]) for point in scale)
    return "/".join(chosen.get(name, usual.get(name, name)) for name in shown)
