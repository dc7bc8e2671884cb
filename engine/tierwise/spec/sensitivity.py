"""[sensitivity]: which judgement moves the list."""

from __future__ import annotations

from tierwise.spec.base import Section


class SensitivitySpec(Section):
    """Global sensitivity of ranks and tier boundaries."""
