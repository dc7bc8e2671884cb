"""Names given by a user (methods, keys, columns, units, groups): compared, and the nearest one found."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

from tierwise.errors import TierwiseError, problem
from tierwise.tolerances import SHARE
from tierwise.words.speaking import Choice

LEAST_CLOSE: Final = 0.5  # share of letters that the nearest name has in common
LEAST_RATIO: Final = 93.0  # percent of letters that two names share, in their order

# Marks that stand behind (or before) a name in printed lists: stars, daggers, raised and circled numbers,
# notes in brackets.
MARKS: Final = re.compile(
    r"[*＊★☆※†‡§¶#＃▲△▼▽●○◆◇■□⁎∗\u00b2\u00b3\u00b9\u2070-\u207e\u2460-\u2473\u24ea\u2776-\u277f]"
    r"|[\[［〔](?:注?\d{1,2}|注|[a-z])[\]］〕]"
    r"|[(（]注?\d{1,2}[)）]$|[(（]注[)）]$"
)


@lru_cache(maxsize=65536)
@lru_cache(maxsize=1 << 14)
def cleaned(name: str) -> str:
    """Return the form of a name in which names are compared: ``丰　县`` and ``丰县★`` are one.

    Spaces of every width and marks without width are taken off, then stars and footnote marks; full-width
    letters and brackets become plain ones (Unicode NFKC). A name of marks alone stays as it is.
    """
    bare = "".join(
        character
        for character in unicodedata.normalize("NFC", name)
        if not (character.isspace() or unicodedata.category(character) in {"Cf", "Cc", "Zs"})
    )
    return unicodedata.normalize("NFKC", MARKS.sub("", bare) or bare)


def same_form(text: str) -> str:
    """Return a text without spaces of any width, in its plain Unicode form (NFKC): ``ＧＤＰ`` is ``GDP``."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def unified(labels: Sequence[str]) -> list[str]:
    """Return labels with those that are one when cleaned in one form: the commonest, of equals the first."""
    forms: dict[str, Counter[str]] = {}
    for label, count in Counter(labels).items():
        forms.setdefault(cleaned(label), Counter())[label] = count
    chosen = {key: counted.most_common(1)[0][0] for key, counted in forms.items()}
    return [chosen[cleaned(label)] for label in labels]


# What kind of place a Chinese name says that it is; longer endings first.
ENDINGS: Final = (
    "自治区", "自治州", "自治县", "自治旗", "林区", "特区", "地区", "新区",
    "省", "市", "县", "区", "旗", "盟", "州",
)  # fmt: skip


@lru_cache(maxsize=1 << 14)
def bare(name: str) -> str:
    """Return a cleaned name without the kind of place at its end: 太仓 for 太仓市, but 丰县 for 丰县."""
    plain = cleaned(name).casefold()
    return next(
        (plain.removesuffix(end) for end in ENDINGS if plain.endswith(end) and len(plain) > len(end) + 1),
        plain,
    )


def alike(one: str, other: str, *, kinds: bool = False) -> bool:
    """Tell whether two names most likely mean one thing.

    They are the same when cleaned and case is left aside; or one says no kind of place (太仓, 太仓市), with
    ``kinds`` also another (海门市, 海门区); or, in eight letters or more, they differ in one of some
    fourteen. Numbers in them must be the same.
    """
    first, second = cleaned(one).casefold(), cleaned(other).casefold()
    if first == second or not (first and second):
        return first == second
    if bare(one) == bare(other):
        return kinds or bare(one) in (first, second)
    if min(len(first), len(second)) < 8 or re.findall(r"\d+", first) != re.findall(r"\d+", second):
        return False
    return first.isascii() and second.isascii() and ratio(first, second) >= LEAST_RATIO


def in_common(name: str) -> tuple[str, ...]:
    """Return what all names that are :func:`alike` have in common, so that few have to be compared."""
    plain = bare(name)
    return ("" if plain.isascii() else plain, *re.findall(r"\d+", plain))


def alike_codes(codes: Iterable[str]) -> list[tuple[int, int]]:
    """Return pairs of places: codes that differ only by case, width, spaces or Unicode form."""
    first: dict[str, int] = {}
    pairs = []
    for at, code in enumerate(codes):
        earlier = first.setdefault(cleaned(code).casefold(), at)
        if earlier != at:
            pairs.append((earlier, at))
    return pairs


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name closest to ``name``, case aside, or an empty string when none is close.

    A message whose ``nearest`` is blank asks no “did you mean”.
    """
    lowered = {one.lower(): one for one in reversed([*known])}  # of names that differ in case, the first
    matcher = SequenceMatcher(b=name.lower())
    best = (LEAST_CLOSE, "")
    # The share of letters in common, in any blocks, is never less than the matcher's, and quickly found.
    for one, bound, _ in extract(name.lower(), [*lowered], scorer=ratio, limit=None, score_cutoff=49.9):
        if bound / 100.0 < best[0] - SHARE:
            break
        matcher.set_seq1(one)
        best = max(best, (matcher.ratio(), one))
    return lowered.get(best[1], "")


def choose(
    name: str, choices: Iterable[str], argument: str, synonyms: Mapping[str, str] | None = None
) -> str:
    """Return the choice that ``name`` means.

    Case, spaces, ``_`` and ``-`` do not matter. Raises :class:`TierwiseError` S002 with the nearest choice.
    """
    known = [*choices]
    key = "-".join(str(name).strip().lower().replace("_", " ").replace("-", " ").split())
    key = (synonyms or {}).get(key, key)
    if key in known:
        return key
    raise TierwiseError(
        problem(
            "S002",
            argument=argument,
            value=name,
            nearest=Choice(nearest(key, known)),
            choices=[*map(Choice, known)],
        )
    )


TOTAL: Final = re.compile(
    r"(合计|总计|小计|总和|共计|平均|平均[值数分]|均值|均分|中位数|标准差|最大值|最小值|全国|全省|全市|全县|.+(合计|总计|小计|平均|平均[值数]))"
    r"|((grand|sub)?totals?|sum|average|mean|overall|all|(.+)?median|.+(total|average))"
)
PERHAPS_TOTAL: Final = re.compile(r"(all|total|overall|average|mean|median)\b.+", re.IGNORECASE)


def is_total(name: str) -> bool:
    """Tell whether a unit's name is one of a total or an average: 合计, 江苏省 小计, Total, Sub-total."""
    return TOTAL.fullmatch(re.sub(r"[\s:：-]", "", name).lower()) is not None


def may_be_total(name: str) -> bool:
    """Tell whether a name begins as those of totals and averages do, and may be a unit's all the same.

    >>> may_be_total("All universities"), may_be_total("All Souls College"), may_be_total("Allerton")
    (True, True, False)
    """
    return PERHAPS_TOTAL.fullmatch(name.strip()) is not None
