"""[[scenarios]]: weight scenarios compared with the base."""

from __future__ import annotations

from pydantic import Field

from tierwise.spec.base import Section


class Variant(Section):
    """One named weight scenario."""

    name: str = Field(description="shown in the table")
