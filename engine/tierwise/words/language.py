"""The two languages of every text."""

from collections.abc import Mapping
from typing import Final, Literal

Language = Literal["en", "zh"]
JOIN: Final[Mapping[Language, str]] = {"en": "; ", "zh": "；"}  # between clauses
