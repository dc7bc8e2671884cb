"""A document held against the schema of contract 3, every misfit named by its place."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from tierwise.errors import Problems
from tierwise.names import nearest
from tierwise.scenario.document import Document, Key, shown
from tierwise.spec import Section, Spec


class DataSpec(Section):
    """[data]: where the tables are: one workbook, or CSV files."""

    workbook: str | None = Field(None, description="sheets Data, Framework, Experts, History")
    units: str | None = Field(None, description="CSV of the units")
    framework: str | None = Field(None, description="CSV of the framework")
    experts: str | None = Field(None, description="CSV of the expert panel")
    comparisons: str | None = Field(None, description="CSV of comparisons in pairs, for the weights ahp")
    history: str | None = Field(None, description="CSV of earlier ranks")


class Settings(Spec):
    """All keys of a scenario."""

    name: str = Field(
        pattern=r"^[^\\/:*?\"<>|\x00-\x1f.][^\\/:*?\"<>|\x00-\x1f]*$", description="names the outputs"
    )
    title: str = Field("", description="heading of every output (default: the name)")
    language: Literal["en", "zh"] = Field("en", description="headings of every output")
    extends: str | tuple[str, ...] = Field((), description="scenarios that this one is laid over")
    data: DataSpec = DataSpec()


def validated(document: Document) -> Settings:
    """Return the settings of a document.

    Raises :class:`TierwiseError` with every misfit: S001 unknown key, S002 unknown name, S003 a value that
    does not fit.
    """
    try:
        return Settings.model_validate(document.nested())
    except ValidationError as error:
        problems = Problems()
        for detail in error.errors(include_url=False):
            _note(detail, document, problems)
        # A union that fits in none of its forms gives one misfit for each form: one is enough.
        found = {(entry.code, entry.place): entry for entry in reversed(problems.found)}
        problems.found = [*reversed(found.values())]
        problems.raise_any()
        raise


def _note(detail: ErrorDetails, document: Document, problems: Problems) -> None:
    key = tuple(str(part) for part in detail["loc"])
    place = _place(key, document)
    value = detail.get("input")
    expected = (detail.get("ctx") or {}).get("expected", "")
    if detail["type"] == "extra_forbidden":
        known = _fields(key[:-1])
        problems.add("S001", place, key=key[-1], nearest=nearest(key[-1], known) or known[0], choices=known)
    elif detail["type"] == "literal_error" and isinstance(value, str):
        choices = [choice.strip("' ") for choice in expected.replace(" or ", ", ").split(", ")]
        near = nearest(value, choices) or choices[0]
        problems.add("S002", place, value=value, nearest=near, choices=choices)
    elif detail["type"] == "missing":
        problems.add("S007", place, key=shown(key))
    else:
        problems.add("S003", place, value=value, reason=detail["msg"])


def _place(key: Key, document: Document) -> str:
    for length in range(len(key), 0, -1):
        if key[:length] in document.places:
            rest = "".join(
                f"[{part}]" if part.isdigit() else f".{part}" for part in key[length:] if _named(part)
            )
            return document.places[key[:length]] + rest
    inside = [place for path, place in document.places.items() if path[: len(key)] == key]
    return inside[0] if inside else shown(key)


def _named(part: str) -> bool:
    """Tell keys and positions from the names that pydantic gives the forms of a union."""
    return part.isdigit() or (part.isidentifier() and part not in {"str", "int", "float", "tuple", "dict"})


def _fields(section: Key) -> list[str]:
    """Return the keys of the section at a path, looking through optional and listed sections."""
    model: type[BaseModel] = Settings
    for part in section:
        if part.isdigit():
            continue
        field = model.model_fields.get(part)
        if field is None:
            break
        inner = _model(field.annotation)
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
