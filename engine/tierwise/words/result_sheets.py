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

RETURNS: Final[Mapping[Language, str]] = {"en": "Returns", "zh": "回收情况"}
"""The sheet of a collected book that lists the experts' forms."""

RETURN_PROBLEMS: Final[Mapping[Language, str]] = {"en": "Return problems", "zh": "回收问题"}
"""The sheet that lists what of the forms was not taken."""

COMMENTS: Final[Mapping[Language, str]] = {"en": "Comments", "zh": "专家意见"}
"""The sheet of the experts' comments, without names."""

WRITTEN: Final = (CHANGES, GUIDE, RETURNS, RETURN_PROBLEMS, COMMENTS)

OWNERS: Final[list[Callable[[str], bool]]] = []
"""Each tells whether a sheet of this name is one of its results."""


def is_result_sheet(name: str) -> bool:
    """Tell whether tierwise writes a sheet of this name, in either language."""
    return any(name in one.values() for one in WRITTEN) or any(owns(name) for owns in OWNERS)
