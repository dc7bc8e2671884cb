"""What all sections of a spec share: frozen, and an unknown key is an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from tierwise.inputs.years import year_in
from tierwise.methods.registry import meant
from tierwise.spec.typed import Typed, fitting, several
from tierwise.words.keys import squeezed


class Section(BaseModel):
    """A section of a scenario: its fields are its keys, their defaults its documented defaults.

    A number serves where text is expected (a title, a unit's code), TRUE and FALSE only where one of them is.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=False,
        allow_inf_nan=False,
        coerce_numbers_to_str=True,
    )

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_for_a_number(cls, value: object, info: ValidationInfo) -> object:
        annotation = cls.model_fields[str(info.field_name)].annotation
        if isinstance(value, bool) and bool not in (annotation, *get_args(annotation)):
            raise PydanticCustomError("truth", "TRUE and FALSE are no values of this key")
        return value

    @field_validator("*", mode="before")
    @classmethod
    def _in_english(cls, value: object, info: ValidationInfo) -> object:
        """Take an answer as it stood in a cell, and the Chinese names of choices as well."""
        annotation = cls.model_fields[str(info.field_name)].annotation
        plain = fitting(value, annotation) if isinstance(value, Typed) else several(value, annotation)
        return in_english(plain, allowed(annotation))


def _year(value: object) -> object:
    """Return the year that a value means; raise a misfit for what is none."""
    year = year_in(value)
    if year is None:
        raise PydanticCustomError("year", "a year is expected")
    return year


Year: TypeAlias = Annotated[int, BeforeValidator(_year)]  # said in any way that a cell may say it


def in_english(value: object, choices: Sequence[str]) -> object:
    """Return a name, or several, with those that mean a choice (in Chinese, in capitals) replaced by it."""
    if isinstance(value, (list, tuple)):
        return [in_english(one, choices) for one in value]
    if not isinstance(value, str) or value in choices:
        return value
    plain = squeezed(value)
    return meant(value, choices) or next((one for one in choices if squeezed(one) == plain), value)


def allowed(annotation: Any) -> list[str]:
    """Return the names that an annotation allows, however deep they stand in it."""
    within = get_args(annotation)
    if get_origin(annotation) is Literal:
        return [one for one in within if isinstance(one, str)]
    return [choice for part in within for choice in allowed(part)]
