"""Units of measure of a ratio: what it is multiplied by, and whether it is told in per cent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from tierwise.cleaning.headings import with_unit
from tierwise.errors import TierwiseError, problem
from tierwise.topics.kinds import Listed
from tierwise.units import factor, over, plain

RATIO: Final = "ratio"


def told_in(unit: str, listed: Listed, given: Mapping[str, Any]) -> tuple[Listed, dict[str, Any]]:
    """Return the figures of a ratio with its unit of measure, and its settings with what follows from units.

    The factor is what was given, else the exact one from the units of both figures to that of the ratio, to
    one unit for both where there is none, 1 where units are not known. Without a unit the ratio is told in
    per cent, but not that of figures whose units are known and have nothing in common. Raises R153 for a
    unit that the ratio cannot be in, and for one beside per cent.
    """
    above, below = listed.figures
    unknown = not (above.unit and below.unit)
    alike = None if unknown else factor(above.unit, below.unit)
    share = plain(unit) == "%"
    percent = given.get("percent")
    if not unit or share:
        exact = alike
        percent = (share or unknown or alike is not None) if percent is None else percent
    else:
        exact = over(above.unit, below.unit, unit)
    own = "" if share else unit
    beyond = share and not unknown and alike is None
    if (own and percent) or ("factor" not in given and (beyond or (own and exact is None and not unknown))):
        titles = [with_unit(one.title, one.unit) for one in listed.figures]
        raise TierwiseError(problem("R153", argument="unit", above=titles[0], below=titles[1], unit=unit))
    told = {"factor": 1.0 if exact is None else float(exact), "percent": bool(percent), **given}
    return replace(listed, unit=own), told
