"""Settings held against their sections, every misfit named by its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tierwise.errors import Problem, TierwiseError, problem
from tierwise.methods.registry import spoken
from tierwise.names import nearest
from tierwise.words.form import chinese_choices, questions
from tierwise.words.keys import names
from tierwise.words.speaking import Choice, KeyName, ShortKey

Key: TypeAlias = tuple[str, ...]
Model = TypeVar("Model", bound=BaseModel)

# What is expected, in both languages, by the beginning of pydantic's type of error.
REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "int": ("a whole number is expected", "应为整数"),
    "float": ("a number is expected", "应为数字"),
    "finite_number": ("a finite number is expected", "应为有限的数"),
    "bool": ("true or false (yes or no) is expected", "应为是或否（true、false）"),
    "string_pattern": ("there are characters that file names cannot have", "含有文件名不能使用的字符"),
    "year": ("a year of four digits is expected, such as 2018", "应为四位数年份，如 2018"),
    "string": ("text is expected", "应为文本"),
    "tuple": ("a list is expected, such as [1, 2]", "应为列表，例如 [1, 2]"),
    "dict": ("a table of keys and values is expected", "应为对应表，单元格中写作“甲=1；乙=2”"),
    "model": ("a section with keys of its own is expected", "应为含有下级键的小节"),
    "greater_than_equal": ("{ge:g} or more is expected", "应不小于 {ge:g}"),
    "greater_than": ("more than {gt:g} is expected", "应大于 {gt:g}"),
    "less_than_equal": ("{le:g} or less is expected", "应不大于 {le:g}"),
    "less_than": ("less than {lt:g} is expected", "应小于 {lt:g}"),
    "literal": ("{expected} is expected", "应为 {expected}"),
    "too_short": ("{min_length} or more entries are expected", "至少应有 {min_length} 项"),
    "too_long": ("{max_length} or fewer entries are expected", "至多可有 {max_length} 项"),
    "missing": ("an entry is missing", "缺少一项"),
    "unweighed": (
        "only means weigh the experts: leave out method or this key",
        "只有均值可按系数加权，请删去 method 或此键",
    ),
    "truth": ("TRUE and FALSE are no values of this key", "此键不取 TRUE 或 FALSE"),
}
MOST_MISFITS: Final = 200  # that are told one by one
UNION_FORMS: Final = frozenset({"str", "int", "float", "bool", "tuple", "list", "dict"})


def shown(key: Key) -> str:
    """Return a key path as TOML readers know it: ``[tiers] count``."""
    return key[0] if len(key) == 1 else f"[{'.'.join(key[:-1])}] {key[-1]}"


def fitted(model: type[Model], tree: Mapping[str, object], places: Mapping[Key, str]) -> Model:
    """Return the section that nested tables describe; ``places`` says where each key was written.

    Raises :class:`TierwiseError` with every misfit: S001 unknown key, S002 unknown name, S003 a value that
    does not fit, S007 a key that is missing, S015 a method from a module outside Python and TOML.
    """
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        details = error.errors(include_url=False)
        noted = [_noted(detail, model, places) for detail in details[:MOST_MISFITS]]
        more = len(details) - MOST_MISFITS
        rest = [problem("S013", count=more)] if more > 0 else []
        raise TierwiseError(*_without_repeats(noted), *rest) from None


def _noted(detail: ErrorDetails, model: type[BaseModel], places: Mapping[Key, str]) -> tuple[Key, Problem]:
    """Return a misfit as a problem, with the path of its key."""
    last = len(detail["loc"]) - 1
    unknown = detail["type"] == "extra_forbidden"
    parts = enumerate(map(str, detail["loc"]))
    key = tuple(part for at, part in parts if _named(part) or (unknown and at == last))
    place = _place(key, places)
    value = detail.get("input")
    context = detail.get("ctx") or {}
    if unknown:
        near, known = _known(key, _fields(model, key[:-1]), on_sheet="!" in place)
        return key, problem("S001", place, key=key[-1], nearest=near, choices=known)
    if detail["type"] == "own_method":
        return key, problem("S015", place, value=value)
    choices = [choice.strip("' ") for choice in context.get("expected", "").replace(" or ", ", ").split(", ")]
    if detail["type"] == "literal_error" and isinstance(value, str) and len(choices) > 1:
        said = {zh: choice for choice, zh in chinese_choices(".".join(key)).items() if choice in choices}
        said |= spoken(choices) | {choice: choice for choice in choices}
        close = Choice(said.get(nearest(value, said), ""))
        return key, problem("S002", place, value=value, nearest=close, choices=[*map(Choice, choices)])
    if detail["type"] == "missing" and not key[-1].isdigit():
        return key, problem("S007", place, key=KeyName(".".join(key)))
    plain = (detail["msg"], detail["msg"])
    en, zh = next((texts for kind, texts in REASONS.items() if detail["type"].startswith(kind)), plain)
    reason = en.format_map({**context, "expected": ", ".join(choices)})
    words = chinese_choices(".".join(key))
    told = [f"{words[one]}（{one}）" if one in words else one for one in choices]
    reason_zh = zh.format_map({**context, "expected": "、".join(told)})
    return key, problem("S003", place, value=value, reason=reason, reason_zh=reason_zh)


def _known(key: Key, fields: list[str], *, on_sheet: bool) -> tuple[KeyName, list[KeyName]]:
    """Return the key meant by one that is none, and the keys of its section.

    On a sheet keys have names without a section: such a one is sought among the names of all keys.
    """
    section = key[:-1]
    if on_sheet and not section:
        words = {word: path for path, one in names().items() for word in one.name}
        near = words.get(nearest(key[-1], words), "") or nearest(key[-1], fields)
        return KeyName(near), [KeyName(one.key) for one in questions()]
    own: list[KeyName] = [ShortKey(".".join((*section, name))) for name in fields]
    near = nearest(key[-1], fields)
    return ShortKey(".".join((*section, near)) if near else ""), own


def _without_repeats(noted: list[tuple[Key, Problem]]) -> list[Problem]:
    """Return one problem for each key: a union that fits in none of its forms gives one for each form.

    The one about a part of the value tells most, then the one that offers several names; else all that would
    have been right is said together.
    """
    kept: dict[Key, list[Problem]] = {}
    above = {key[:length] for key, _ in noted for length in range(len(key))}
    for key, entry in noted:
        if key not in above:
            kept.setdefault(key, []).append(entry)
    return [_one(entries) for entries in kept.values()]


def _one(entries: list[Problem]) -> Problem:
    named = [entry for entry in entries if entry.code != "S003"]
    if named or len(entries) == 1:
        return (named or entries)[0]
    joined = {
        field: join.join(dict.fromkeys(str(entry.fields[field]) for entry in entries))
        for field, join in (("reason", ", or "), ("reason_zh", "，或"))
    }
    return replace(entries[0], fields={**entries[0].fields, **joined})


def _place(key: Key, places: Mapping[Key, str]) -> str:
    for length in range(len(key), 0, -1):
        if key[:length] in places:
            rest = "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in key[length:])
            return places[key[:length]] + rest
    inside = [place for path, place in places.items() if path[: len(key)] == key]
    return inside[0] if inside else shown(key)


def _named(part: str) -> bool:
    """Tell keys and positions from the names that pydantic gives the forms of a union."""
    return part.isdigit() or (part.isidentifier() and part not in UNION_FORMS)


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
        if (model := _model(argument)) is not None:
            return model
    return None
