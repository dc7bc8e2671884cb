"""What the keys of a scenario are called on a sheet of settings, and what is typed there understood."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

from tierwise.words.language import Text

SCENARIOS: Final = "scenarios."  # begins the keys of one scenario, whose names stand on a sheet of their own
SEPARATORS: Final = re.compile(r"\s*[、,，;；]\s*")


@dataclass(frozen=True)
class Named:
    """The names of a key, and the Chinese words of its choices that are no methods."""

    key: str
    name: Text
    also: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)


_names: Final[dict[str, Named]] = {}


def declare(key: str, name: Sequence[str], choices: Mapping[str, str]) -> None:
    """Take the names of a key that stand in its declaration: English, Chinese, further words."""
    en, zh, *also = name
    _names[key] = Named(key, Text(en, zh), tuple(also), choices)
    _by_name.cache_clear()


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files("tierwise.words").joinpath("keys.toml").read_text(encoding="utf-8"))


def names() -> Mapping[str, Named]:
    """Return the names of every key that is declared (``tierwise.spec``), by its path: ``tiers.count``."""
    return _names


@cache
def sections() -> Mapping[str, Text]:
    """Return what the sections of keys are called, by their paths; the keys at the top have a blank one."""
    return {section: Text(*name) for section, name in _table()["sections"].items()}


def squeezed(word: str) -> str:
    """Return a name without what does not tell names apart: case, width, spaces, a mark at its end.

    >>> squeezed("梯队 个数："), squeezed("Ｔｉｅｒｓ by")
    ('梯队个数', 'tiersby')
    """
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", word)).casefold().strip("“”\"'*").rstrip("?:。")


@cache
def _by_name(of_scenarios: bool) -> Mapping[str, str]:
    return {
        squeezed(word): key
        for key, one in names().items()
        if key.startswith(SCENARIOS) == of_scenarios
        for word in (key.removeprefix(SCENARIOS), *one.name, *one.also)
    }


def key_named(word: str, *, of_scenarios: bool = False) -> str:
    """Return the key that a name in either language means, blank where it means none.

    >>> key_named("梯队个数"), key_named("Tiers by"), key_named("tiers.count"), key_named("改用的权重")
    ('tiers.count', 'tiers.method', 'tiers.count', '')
    """
    return _by_name(of_scenarios).get(squeezed(word), "")


@cache
def _directions() -> Mapping[str, int]:
    table = _table()["directions"]
    return {squeezed(word): sign for way, sign in (("more", 1), ("less", -1)) for word in table[way]}


def direction_of(word: str) -> int | None:
    """Return 1 or -1, the direction that a word means; 1 for none, None for a word that means neither.

    >>> [direction_of(word) for word in ("效益型", "成本型指标", "逆指标", "－１", "", "适度")]
    [1, -1, -1, -1, 1, None]
    """
    plain = squeezed(word).replace("−", "-")
    if not plain:
        return 1
    return _directions().get(plain, _directions().get(re.sub(r"(?<=.)型?(指标|变量)?$", "", plain)))


PUNCTUATION: Final = str.maketrans("，；：“”‘’【】（）", ",;:\"\"''[]()")


def half_width(answer: str) -> str:
    """Return a number typed in full width or as a percentage as a plain one, other texts as they are.

    >>> half_width("１００"), half_width("90%"), half_width("min-max"), half_width("【1，2】")
    ('100', '0.9', 'min-max', '[1,2]')
    """
    plain = unicodedata.normalize("NFKC", answer).strip()
    if plain.endswith("%"):
        try:
            return f"{float(plain[:-1]) / 100:.15g}"
        except ValueError:
            return answer
    translated = unicodedata.normalize("NFKC", answer.translate(PUNCTUATION)).strip()
    if translated.startswith("[") or translated.replace(".", "", 1).replace("-", "", 1).isdecimal():
        return translated
    return answer
