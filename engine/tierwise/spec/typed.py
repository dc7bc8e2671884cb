"""Answers as people type them into a cell: 是, several in one cell (甲、乙), tables (甲=1；乙=2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from tierwise.inputs.sheet import FALSE_WORDS, TRUE_WORDS
from tierwise.words.keys import SEPARATORS, half_width

ENTRIES: Final = re.compile(r"\s*[;；\n]\s*")
SIGNS: Final = str.maketrans("＝", "=")


class Typed(str):
    """A text that stood in a cell; one of a TOML file or of Python is taken as it is."""

    __slots__ = ()


def fitting(answer: Typed, annotation: Any) -> object:
    """Return an answer in the form that a key takes: a truth, several values, a table of names and values.

    What has none of these forms comes back as it was.

    >>> fitting(Typed("是"), bool), fitting(Typed("10、２０"), tuple[int, ...] | None)
    (True, ['10', '20'])
    >>> fitting(Typed("创新=0.4；开放＝60%"), Mapping[str, float])
    {'创新': '0.4', '开放': '0.6'}
    >>> fitting(Typed("沿海=江苏、浙江；内陆=河南"), Mapping[str, tuple[str, ...]])
    {'沿海': ['江苏', '浙江'], '内陆': ['河南']}
    """
    forms = _forms(annotation)
    table = next((one for one in forms if get_origin(one) in {dict, Mapping}), None)
    words = str(answer).translate(SIGNS)
    if bool in forms and words.strip().lower() in TRUE_WORDS | FALSE_WORDS:
        return words.strip().lower() in TRUE_WORDS
    if table is not None and "=" in words:
        return _entries(words, get_args(table)[1])
    if any(get_origin(one) is tuple for one in forms):
        parts = [half_width(part) for part in SEPARATORS.split(words.strip()) if part]
        if len(parts) > 1 or all(get_origin(one) is tuple for one in forms):
            return parts
    return half_width(str(answer)) if {int, float} & {*map(_plain, forms)} else str(answer)


def several(value: object, annotation: Any) -> object:
    """Return a single number for a key that takes a list as that list.

    >>> several(10, tuple[int, ...]), several(10, int | tuple[int, ...])
    ([10], 10)
    """
    alone = isinstance(value, (int, float)) and not isinstance(value, bool)
    lists = [get_origin(one) is tuple for one in _forms(annotation)]
    return [value] if alone and lists and all(lists) else value


def _entries(words: str, inner: Any) -> dict[str, object] | str:
    """Return the table in a cell; the text where an entry of it lacks a name or a value."""
    many = any(get_origin(one) is tuple for one in _forms(inner))
    parts = (ENTRIES if many else SEPARATORS).split(words.strip())
    entries = [part.partition("=") for part in parts if part]
    if not all(name.strip() and value.strip() for name, _, value in entries):
        return words
    found: dict[str, object] = {}
    for name, _, value in entries:
        plain = half_width(value.strip())
        found[name.strip()] = [half_width(one) for one in SEPARATORS.split(plain)] if many else plain
    return found


def _plain(form: Any) -> Any:
    """Return a form that can be held in a set."""
    return form if isinstance(form, type) else None


def _forms(annotation: Any) -> list[Any]:
    """Return the forms of a value that an annotation allows, None aside."""
    if get_origin(annotation) is Annotated or hasattr(annotation, "__metadata__"):
        return _forms(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        return [form for one in get_args(annotation) for form in _forms(one)]
    return [] if annotation is type(None) else [annotation]
