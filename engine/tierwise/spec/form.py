"""The keys of a scenario on the form of settings: what each takes, what it means, what it is by default."""

from __future__ import annotations

import re
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from tierwise.methods.registry import named
from tierwise.spec.families import MethodName
from tierwise.spec.keys import Key
from tierwise.spec.schema import keys
from tierwise.spec.speaking import SheetSpeaker
from tierwise.words.form import HEADINGS, chinese_choices, questions
from tierwise.words.keys import names
from tierwise.words.language import Language
from tierwise.words.meanings import meaning

FORM: Final = SheetSpeaker("form", "")
TRUTHS: dict[Language, tuple[str, str]] = {"en": ("yes", "no"), "zh": ("是", "否")}


def form_cells(language: Language) -> tuple[tuple[str | None, ...], ...]:
    """Return the first questions as the cells of a sheet of settings; only the language is answered."""
    asked = {one.key for one in questions()}
    called = {key.path: names()[key.path].name.of(language) for key in keys() if key.path in asked}
    answers = {one.key: one.offered(language)[one.choices.index(language)] for one in questions()[1:2]}
    rows = [(called[one.key], answers.get(one.key), one.note(language)) for one in questions()]
    return HEADINGS[language][:3], *rows


def offered(key: Key, language: Language) -> list[str]:
    """Return the answers that a key takes, as a reader knows them; none where it takes numbers or texts."""
    choices = _choices(key.field.annotation, language) or [*chinese_choices(key.path)]
    return [_said(key.path, choice, language) for choice in choices]


def default(key: Key, language: Language) -> str:
    """Return what a key is where nothing is given, as a reader knows it; blank where its meaning tells it."""
    if key.field.is_required() or key.path == "language":  # that of the headings
        return ""
    value = key.field.get_default(call_default_factory=True)
    if isinstance(value, bool):
        return TRUTHS[language][not value]
    if isinstance(value, (list, tuple)):
        return "、".join(f"{one:g}" if isinstance(one, float) else str(one) for one in value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value in (None, {}) else _said(key.path, str(value), language)


def explained(key: Key, language: Language) -> str:
    """Return what a key means, its choices as a reader knows them."""
    text = meaning(key.field, language, FORM)
    if language == "en":
        return text
    choices = {*_choices(key.field.annotation, "en"), *chinese_choices(key.path)}
    said = {choice: _said(key.path, choice, "zh") for choice in choices}
    readers, colon, _ = text.partition("：")
    if colon and re.fullmatch(r"[a-z0-9、-]+", readers):  # the methods that take it
        said |= {reader: named(reader, "zh") for reader in readers.split("、")}
    for choice in sorted(said, key=len, reverse=True):
        text = _told(choice, said[choice], text)
    return text


def _told(choice: str, said: str, text: str) -> str:
    """Return a text with a choice in a reader's words, each told once: ``up为四舍五入`` is 四舍五入."""
    own, words = rf"(?<![A-Za-z-]){re.escape(choice)}(?![A-Za-z-])", re.escape(said)
    return re.sub(rf"{own}(?:[为即]?{words}|（{words}）)?|{words}（{own}）", lambda _: said, text)


def _said(path: str, choice: str, language: Language) -> str:
    return (chinese_choices(path).get(choice) or named(choice, language)) if language == "zh" else choice


def _choices(annotation: Any, language: Language) -> list[str]:
    if isinstance(annotation, type) and issubclass(annotation, MethodName):
        return [*annotation.family]
    if annotation is bool:
        return [*TRUTHS[language]]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return [str(one) for one in arguments]
    if origin in {Union, UnionType} or hasattr(annotation, "__metadata__"):
        return list(dict.fromkeys(one for part in arguments for one in _choices(part, language)))
    return _choices(arguments[0], language) if origin is tuple else []
