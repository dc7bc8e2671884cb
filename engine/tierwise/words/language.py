"""The two languages of every text."""

from collections.abc import Mapping
from typing import Final, Literal

__all__ = ["Language"]

Language = Literal["en", "zh"]
JOIN: Final[Mapping[Language, str]] = {"en": "; ", "zh": "；"}  # between clauses
