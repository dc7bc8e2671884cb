"""What the keys of a scenario mean, in English and Chinese: for the manual and the Scenario sheet."""

from __future__ import annotations

from pydantic.fields import FieldInfo

from tierwise.words.language import Language


def meaning(field: FieldInfo, language: Language) -> str:
    """Return what a key means: its field's description, or what stands there under ``zh``."""
    declared = field.json_schema_extra
    if language == "zh" and isinstance(declared, dict):
        return str(declared.get("zh", ""))
    return field.description or ""
