"""What all sections of a spec share: frozen, and an unknown key is an error."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A section of a scenario: its fields are its keys, their defaults its documented defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)
