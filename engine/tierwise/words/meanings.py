"""What the keys of a scenario mean, in English and Chinese: for the manual and the Scenario sheet."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pydantic.fields import FieldInfo

from tierwise.words.language import Language


def meaning(key: str, field: FieldInfo, language: Language) -> str:
    """Return what a key such as ``tiers.count`` means; ``scenarios.name`` is a key of ``[[scenarios]]``."""
    if language == "en":
        return field.description or ""
    declared = field.json_schema_extra  # by the method that takes it
    return str(declared["zh"]) if isinstance(declared, dict) and "zh" in declared else chinese()[key]


@cache
def chinese() -> Mapping[str, str]:
    """Return the Chinese meanings by key."""
    return tomllib.loads(files("tierwise.words").joinpath("meanings_zh.toml").read_text(encoding="utf-8"))
