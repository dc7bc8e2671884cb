"""All kinds of topics: importing this declares them."""

from __future__ import annotations

from typing import Final

from tierwise.topics import derived, lines, members, relations
from tierwise.topics.kinds import KEYS, KINDS

__all__ = ["KEYS", "KINDS"]

MODULES: Final = (lines, relations, derived, members)
"""Where kinds are declared."""
