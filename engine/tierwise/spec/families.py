"""Families of methods as settings: a key that takes a name, and a section of what the methods take."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import ConfigDict, Field, GetCoreSchemaHandler, ValidationError, create_model, model_validator
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, PydanticKnownError, core_schema

from tierwise.methods.registry import REQUIRED, Family, closed
from tierwise.spec.base import Section


class MethodName(str):
    """The name of a method of a family; said in any way that the family understands."""

    __slots__ = ()
    family: ClassVar[Family[Any]]

    def __init_subclass__(cls, *, family: Family[Any]) -> None:
        cls.family = family

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Take a name as pydantic takes a literal, with the same error."""
        return core_schema.no_info_plain_validator_function(cls._name)

    @classmethod
    def _name(cls, value: object) -> str:
        if isinstance(value, str) and (name := cls.family.find(value)):
            return name
        if isinstance(value, str) and closed(value):
            raise PydanticCustomError("own_method", "no module is imported from here")
        raise PydanticKnownError(
            "literal_error", {"expected": " or ".join(f"'{name}'" for name in cls.family)}
        )


class MethodSettings(Section):
    """Settings of the methods of a family; each method takes those that it knows.

    What a user's own method takes beside these may stand in the section once the method is declared.
    """

    model_config = ConfigDict(extra="allow")
    family: ClassVar[Family[Any]]

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown(cls, given: Any) -> Any:
        known = {*cls.model_fields, *cls.family.settings} - set(cls.family.kind.columns)
        if isinstance(given, dict) and (unknown := [key for key in given if key not in known]):
            errors: list[InitErrorDetails] = [
                {"type": "extra_forbidden", "loc": (key,), "input": given[key]} for key in unknown
            ]
            raise ValidationError.from_exception_data(cls.__name__, errors)
        return given


def field_of(family: Family[Any], key: str, *, default: Any = REQUIRED, **bounds: Any) -> Any:
    """Return the field of a setting that methods of a family take: its default, meaning and bounds."""
    setting, readers = family.settings[key]
    extra: dict[str, Any] = {"zh": f"{'、'.join(readers)}：{setting.zh}"}
    if setting.name:
        extra |= {"name": [*setting.name], "choices": dict(setting.choices)}
    return Field(
        setting.default if default is REQUIRED else default,
        description=f"{', '.join(readers)}: {setting.en}",
        json_schema_extra=extra,
        **setting.bounds,
        **bounds,
    )


def settings_of(family: Family[Any]) -> type[MethodSettings]:
    """Return a section whose keys are the settings of a family's methods, each declared by its function."""
    fields: dict[str, Any] = {}
    for key, (setting, _) in family.settings.items():
        if key not in family.kind.columns:
            fields[key] = (setting.kind, field_of(family, key))
    made = create_model(f"{family.kind.__name__}Settings", __base__=MethodSettings, **fields)
    made.family = family
    return made
