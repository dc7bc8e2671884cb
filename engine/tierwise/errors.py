"""Problems of an input, collected and raised together.

A :class:`Problem` is a code, a place and the fields of its message; its sentences stand in the catalogue
``words/messages/*.toml``, in English and Chinese. Hosts branch on ``problem.code``, never on the text.
Plain functions on arrays know positions only (``row``, ``column``); the layer that knows labels or cells
turns a position into a place with :func:`located`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import NoneType, UnionType
from typing import Final, Literal

from tierwise.words.language import JOIN, Language, Text, in_number
from tierwise.words.messages import catalogue
from tierwise.words.speaking import CHOSEN, TOML, Choice, Choices, Heading, KeyName, Settings, Speaker
from tierwise.words.visible import visible

MOST_LETTERS: Final = 120  # of a text from a cell in a message
MOST_ITEMS: Final = 60  # of a list
MOST_NAMED: Final = 5  # further places of one problem
THE_METHOD: Final = Text("the method", "该方法")  # of a formula that is called by itself
THE_INDEX: Final = Text("index", "总指数")  # the root of a framework that does not name it
ASKED: Final = re.compile(r"did you mean “\{nearest\}”\? |是否[指为]“\{nearest\}”？(?=.)")
Counted = Literal["unit", "indicator", "node", "weighted item", "expert", "band", "tier", "cut"]
COUNTED: Final[Mapping[Counted, str]] = {  # what there is to be one for each of
    "unit": "单位",
    "indicator": "指标",
    "node": "节点",
    "weighted item": "赋权对象",
    "expert": "专家",
    "band": "分段",
    "tier": "梯队",
    "cut": "分界",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: ``code place: what it is; how to put it right``.

    ``place`` is a cell (``Framework!E7``) or a key (``[tiers] count``). ``argument``, ``row`` and ``column``
    (counted from 0) say where in an array it was found, until a layer that knows better sets ``place``.
    ``speaker`` tells settings in the words of the scenario that it was found in.
    """

    code: str
    place: str = ""
    argument: str = ""
    row: int | None = None
    column: int | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    speaker: Speaker = field(default=TOML, compare=False, repr=False)

    def text(self, language: Language = "en") -> str:
        """Return what is wrong, as a sentence."""
        return self._render(language)

    def fix(self, language: Language = "en") -> str:
        """Return what to do about it."""
        return self._render(f"fix_{language}")

    def where(self, language: Language = "en") -> str:
        """Return the place, or the position in the array where no place is known (counted from 1)."""
        if self.place:
            return visible(self.speaker.place(self.place, language), MOST_LETTERS * 2)
        words = ("row {}", "column {}") if language == "en" else ("第{}行", "第{}列")
        parts = [
            word.format(at + 1)
            for word, at in zip(words, (self.row, self.column), strict=True)
            if at is not None
        ]
        position = (", " if language == "en" else "").join(parts)
        return visible(": ".join(part for part in (self.argument, position) if part))

    def line(self, language: Language = "en") -> str:
        """Return code, place, sentence and fix as one line; a sentence may tell its ``{where}`` itself."""
        placed = "{where}" in catalogue()[self.code][language]
        place = "" if placed else self.where(language)
        head = f"{self.code} {place}".rstrip() + (" " if placed else ": ")
        return f"{head}{self.text(language)}{JOIN[language]}{self.fix(language)}"

    def __str__(self) -> str:
        return self.line()

    def _render(self, key: str) -> str:
        language: Language = "zh" if key.endswith("zh") else "en"
        settings = Settings(self.speaker, language)
        shown: dict[str, object] = {"method": THE_METHOD.of(language)}
        shown |= {
            name: _shown(_told_of(name, value, language), settings) for name, value in self.fields.items()
        }
        shown |= {
            "where": self.where(language),
            "setting": settings,
            "choice": Choices(self.speaker, language),
        }
        sentence = catalogue()[self.code][key]
        if self.fields.get("nearest") == "":  # nothing is near enough to be asked about
            sentence = ASKED.sub("", sentence)
        return in_number(sentence, shown).format_map(shown)


def problem(
    code: str,
    place: str = "",
    /,
    *,
    argument: str = "",
    row: int | None = None,
    column: int | None = None,
    **fields: object,
) -> Problem:
    """Return a :class:`Problem`; ``fields`` fill its message."""
    return Problem(code, place, argument, row, column, fields)


class TierwiseError(ValueError):
    """An input that cannot be served: every problem found in it, in ``problems``.

    ``consequences`` are further ones, found where something was assumed in place of what is wrong; most of
    them go when the problems are put right.
    """

    def __init__(self, *problems: Problem, consequences: Iterable[Problem] = ()) -> None:
        self.problems: tuple[Problem, ...] = problems
        self.consequences: tuple[Problem, ...] = (*consequences,)
        super().__init__(*problems)

    def text(self, language: Language = "en") -> str:
        """Return one line for each problem."""
        return "\n".join(problem.line(language) for problem in self.problems)

    def __str__(self) -> str:
        return self.text()

    def __reduce__(self) -> tuple[type[TierwiseError], tuple[Problem, ...], dict[str, object]]:
        return type(self), self.problems, {"consequences": self.consequences}


class Problems:
    """A collector: add what is wrong, then raise all of it at once."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(
        self,
        code: str,
        place: str = "",
        /,
        *,
        argument: str = "",
        row: int | None = None,
        column: int | None = None,
        **fields: object,
    ) -> None:
        """Note one problem (arguments as :func:`problem`)."""
        self.found.append(Problem(code, place, argument, row, column, fields))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note problems found elsewhere."""
        self.found.extend(problems)

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Note what the block raises as :class:`TierwiseError`, and go on."""
        try:
            yield
        except TierwiseError as error:
            self.found.extend(error.problems)

    def raise_any(self) -> None:
        """Raise :class:`TierwiseError` if anything was noted."""
        if self.found:
            raise TierwiseError(*self.found)


@contextmanager
def located(place: Callable[[Problem], str]) -> Iterator[None]:
    """Give each problem raised inside that has no place yet the one that ``place(problem)`` returns."""
    try:
        yield
    except TierwiseError as error:
        raise TierwiseError(
            *(raised if raised.place else replace(raised, place=place(raised)) for raised in error.problems)
        ) from None


@contextmanager
def once_a_column(code: str) -> Iterator[None]:
    """Tell problems of a code that the block raises once for each column of the data: the first of them.

    Its field ``more`` counts the others and names the first of their places.
    """
    try:
        yield
    except TierwiseError as error:
        columns: dict[int | None, list[Problem]] = {}
        for one in error.problems:
            if one.code == code:
                columns.setdefault(one.column, []).append(one)
        told = [one for one in error.problems if one.code != code]
        told += [_with_others(*own) if len(own) > 1 else own[0] for own in columns.values()]
        raise TierwiseError(*told, consequences=error.consequences) from None


def _with_others(first: Problem, *others: Problem) -> Problem:
    shown = others[:MOST_NAMED]
    dots = " …" if len(others) > len(shown) else ""
    en, zh = ", ".join(one.where("en") for one in shown), "、".join(one.where("zh") for one in shown)
    count = len(others)
    more = Text(f"; nor can {count} more of the column ({en}{dots})", f"，同列还有{count}个（{zh}{dots}）")
    return replace(first, fields={**first.fields, "more": more})


def refuse_other_types(**given: tuple[object, type | UnionType]) -> None:
    """Raise S024 for each argument, given with its type, that is of another type."""
    problems = Problems()
    for argument, (value, kind) in given.items():
        if not isinstance(value, kind):
            known = kind.__args__ if isinstance(kind, UnionType) else (kind,)
            names = ["None" if one is NoneType else one.__name__ for one in known]
            problems.add(
                "S024",
                argument=argument,
                found=type(value).__name__,
                expected=" or ".join(names),
                expected_zh="或".join(names),
            )
    problems.raise_any()


def refuse_other_length(length: int, expected: int, what: Counted, argument: str = "") -> None:
    """Raise M011 where there is not one for each of ``expected`` units, of indicators and so on."""
    if length != expected:
        raise TierwiseError(
            problem(
                "M011", argument=argument, found=length, expected=expected, what=what, what_zh=COUNTED[what]
            )
        )


def spoken(problems: Iterable[Problem], speaker: Speaker) -> list[Problem]:
    """Return problems told by a speaker, as far as none tells them yet."""
    return [replace(one, speaker=speaker) if one.speaker is TOML else one for one in problems]


@contextmanager
def told_by(speaker: Speaker) -> Iterator[None]:
    """Have the problems that the block raises told by a speaker."""
    try:
        yield
    except TierwiseError as error:
        raise TierwiseError(
            *spoken(error.problems, speaker), consequences=spoken(error.consequences, speaker)
        ) from None


def _chosen(value: object) -> object:
    """Return names of methods as such."""
    if isinstance(value, (list, tuple)):
        return [_chosen(one) for one in value]
    return Choice(value) if isinstance(value, str) else value


def _told_of(name: str, value: object, language: Language) -> object:
    """Return a field, a method as a choice and the node above all others as what it is."""
    if name == "parent" and value == THE_INDEX.en:
        return THE_INDEX.of(language)
    return _chosen(value) if name in CHOSEN else value


def _shown(value: object, settings: Settings) -> object:
    """Return a field as a reader wants it: floats short, long texts and lists cut, on one line."""
    if isinstance(value, KeyName):
        return settings.told(value)
    if isinstance(value, (Heading, Text)):  # a heading of a user's may be long
        return visible(value.of(settings.language), MOST_LETTERS if isinstance(value, Heading) else None)
    if isinstance(value, Choice):
        return visible(settings.speaker.choice(value, settings.language), MOST_LETTERS)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple, set)):
        given = [str(_shown(item, settings)) for item in [*value][:MOST_ITEMS]]
        more = [f"… ({len(value)})"] if len(value) > MOST_ITEMS else []
        return ", ".join([*given, *more]) or "[]"
    return visible(value, MOST_LETTERS) if isinstance(value, str) else value
