"""What the keys of a scenario mean, in English and Chinese: for the manual and the Scenario sheet."""

from __future__ import annotations

import re
from typing import Final

from pydantic.fields import FieldInfo

from tierwise.words.language import Language
from tierwise.words.speaking import TOML, Choices, Settings, Speaker

NAMED: Final = re.compile(r"\{(setting|choice):([^{}]*)\}")


def meaning(field: FieldInfo, language: Language, speaker: Speaker = TOML) -> str:
    """Return what a key means: its field's description, or what stands there under ``zh``.

    Other settings and methods are named as in messages, in the speaker's words.
    """
    declared = field.json_schema_extra
    if language == "en" or not isinstance(declared, dict):
        return field.description or ""
    words = {"setting": Settings(speaker, language), "choice": Choices(speaker, language)}
    return NAMED.sub(lambda mark: format(words[mark[1]], mark[2]), str(declared.get("zh", "")))
