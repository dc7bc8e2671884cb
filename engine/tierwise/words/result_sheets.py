"""Which sheets of a workbook tierwise wrote itself.

What a table is called stands in its declaration, far above those who read workbooks; the package's front
(``tierwise/__init__.py``) hands the answer down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tierwise.words.language import Language

CHANGES: Final[Mapping[Language, str]] = {"en": "Changes", "zh": "修改记录"}
"""The sheet of a cleaned book that lists what was changed."""

GUIDE: Final[Mapping[Language, str]] = {"en": "Guide", "zh": "说明"}
"""The sheet of a template that tells the steps."""

OWNERS: Final[list[Callable[[str], bool]]] = []
"""Each tells whether a sheet of this name is one of its results."""


def is_result_sheet(name: str) -> bool:
    """Tell whether tierwise writes a sheet of this name, in either language."""
    return name in (*CHANGES.values(), *GUIDE.values()) or any(owns(name) for owns in OWNERS)
