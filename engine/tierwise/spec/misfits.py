"""Settings held against their sections, every misfit named by its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tierwise.errors import Problems
from tierwise.names import nearest

Key: TypeAlias = tuple[str, ...]
Model = TypeVar("Model", bound=BaseModel)

# What pydantic says in English, for Chinese readers, by the beginning of its type of error.
REASONS: Final[Mapping[str, str]] = {
    "int": "应为整数",
    "float": "应为数字",
    "finite_number": "应为有限的数",
    "bool": "应为 true 或 false",
    "string_pattern": "含有文件名不能使用的字符",
    "string": "应为文本",
    "tuple": "应为列表",
    "dict": "应为键值表",
    "greater_than_equal": "应不小于 {ge}",
    "greater_than": "应大于 {gt}",
    "less_than_equal": "应不大于 {le}",
    "less_than": "应小于 {lt}",
    "literal": "应为 {expected} 之一",
    "too_short": "至少应有 {min_length} 项",
    "truth": "此键不取 TRUE 或 FALSE",
    "missing": "项数不足",
    "too_long": "至多可有 {max_length} 项",
}


def shown(key: Key) -> str:
    """Return a key path as TOML readers know it: ``[tiers] count``."""
    return key[0] if len(key) == 1 else f"[{'.'.join(key[:-1])}] {key[-1]}"


def fitted(model: type[Model], tree: Mapping[str, object], places: Mapping[Key, str]) -> Model:
    """Return the section that nested tables describe; ``places`` says where each key was written.

    Raises :class:`TierwiseError` with every misfit: S001 unknown key, S002 unknown name, S003 a value that
    does not fit, S007 a key that is missing.
    """
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        problems = Problems()
        for detail in error.errors(include_url=False):
            _note(detail, model, places, problems)
        # A union that fits in none of its forms gives one misfit for each form: one is enough.
        found = {(entry.code, entry.place): entry for entry in reversed(problems.found)}
        problems.found = [*reversed(found.values())]
        problems.raise_any()
        raise


def _note(
    detail: ErrorDetails, model: type[BaseModel], places: Mapping[Key, str], problems: Problems
) -> None:
    key = tuple(str(part) for part in detail["loc"])
    place = _place(key, places)
    value = detail.get("input")
    context = detail.get("ctx") or {}
    if detail["type"] == "extra_forbidden":
        known = _fields(model, key[:-1])
        problems.add("S001", place, key=key[-1], nearest=nearest(key[-1], known) or known[0], choices=known)
    elif detail["type"] == "literal_error" and isinstance(value, str):
        choices = [choice.strip("' ") for choice in context["expected"].replace(" or ", ", ").split(", ")]
        near = nearest(value, choices) or choices[0]
        problems.add("S002", place, value=value, nearest=near, choices=choices)
    elif detail["type"] == "missing":
        problems.add("S007", place, key=shown(key))
    else:
        reason = next(
            (text for kind, text in REASONS.items() if detail["type"].startswith(kind)), detail["msg"]
        )
        problems.add("S003", place, value=value, reason=detail["msg"], reason_zh=reason.format_map(context))


def _place(key: Key, places: Mapping[Key, str]) -> str:
    for length in range(len(key), 0, -1):
        if key[:length] in places:
            rest = "".join(
                f"[{part}]" if part.isdigit() else f".{part}" for part in key[length:] if _named(part)
            )
            return places[key[:length]] + rest
    inside = [place for path, place in places.items() if path[: len(key)] == key]
    return inside[0] if inside else shown(key)


def _named(part: str) -> bool:
    """Tell keys and positions from the names that pydantic gives the forms of a union."""
    return part.isdigit() or (part.isidentifier() and part not in {"str", "int", "float", "tuple", "dict"})


def _fields(model: type[BaseModel], section: Key) -> list[str]:
    """Return the keys of the section at a path, looking through optional and listed sections."""
    for part in section:
        if part.isdigit():
            continue
        field = model.model_fields.get(part)
        inner = None if field is None else _model(field.annotation)
        if inner is None:
            break
        model = inner
    return [*model.model_fields]


def _model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if (found := _model(argument)) is not None:
            return found
    return None
