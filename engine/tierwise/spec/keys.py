"""The keys that sections declare: their paths, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tierwise.words.keys import declare


class Key(NamedTuple):
    """A key: its section (``index.screen``, ``[scenarios]`` of one listed), name and field."""

    section: str
    name: str
    field: FieldInfo

    @property
    def path(self) -> str:
        """Its path, ``tiers.count``."""
        return ".".join(part for part in (self.section.strip("[]"), self.name) if part)


def keys_of(model: type[BaseModel], section: str = "") -> Iterator[Key]:
    """Yield every key of a section and of those in it, in the order of their declaration."""
    return (key for key in _fields(model, section) if inner_section(key.field.annotation)[0] is None)


def declare_names(model: type[BaseModel]) -> None:
    """Make known what the keys of a section, and of those in it, are called (``name``, ``choices``)."""
    for key in _fields(model, ""):
        extra = key.field.json_schema_extra
        if isinstance(extra, dict) and isinstance(name := extra.get("name"), (list, tuple)):
            choices = extra.get("choices")
            words = choices.items() if isinstance(choices, dict) else ()
            declare(key.path, [*map(str, name)], {choice: str(word) for choice, word in words})


def _fields(model: type[BaseModel], section: str) -> Iterator[Key]:
    """Yield the fields of a section, each that is itself a section followed by those in it."""
    for name, field in model.model_fields.items():
        key = Key(section, name, field)
        yield key
        inner, listed = inner_section(field.annotation)
        if inner is not None:
            yield from _fields(inner, f"[{name}]" if listed else key.path)


def inner_section(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """Return the section that a field holds, and whether it holds several; None for a plain value."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    listed = get_origin(annotation) is tuple
    for argument in get_args(annotation):
        model, inner = inner_section(argument)
        if model is not None:
            return model, listed or inner
    return None, False
