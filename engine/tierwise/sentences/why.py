"""The sentence on why a unit's rank changed: places by factor, which sum to the move."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from tierwise.sentences.phrases import both
from tierwise.tolerances import WHOLE
from tierwise.words.language import Text

FACTORS: Final[Mapping[str, Text]] = {
    "own": Text("own figures", "自身指标"),
    "others": Text("others' figures", "他人变化"),
    "units": Text("units entered and left", "单位进出"),
    "scale": Text("scale", "标准化尺度"),
    "weights": Text("weights", "权重调整"),
    "method": Text("method", "方法调整"),
    "framework": Text("framework", "指标体系调整"),
}
TENTHS: Final = 10  # as the charts show parts
MOST_NAMED: Final = 2  # indicators behind the own figures


def apportioned(parts: Sequence[float], total: float) -> list[float]:
    """Return parts in tenths of places that sum to the total: those cut down most get what is left."""
    scaled = [part * TENTHS for part in parts]
    lower = [math.floor(part + WHOLE) for part in scaled]
    left = round(total * TENTHS) - sum(lower)
    order = sorted(range(len(parts)), key=lambda at: lower[at] - scaled[at])
    for at in order[: max(left, 0)]:
        lower[at] += 1
    return [one / TENTHS for one in lower]


def moved(
    name: str,
    ranks: tuple[float, float],
    parts: Mapping[str, float],
    indicators: Sequence[tuple[str, float]] = (),
) -> Text:
    """Return how a unit's rank changed, and the places that each factor brought.

    Args:
        name: the unit.
        ranks: before and after.
        parts: places gained by factor, summing to ranks[0] - ranks[1].
        indicators: names and places of the indicators behind the own figures.

    """
    before, after = ranks
    fields = {"name": name, "before": f"{before:g}", "after": f"{after:g}"}
    if before == after:
        head = both("{name} keeps rank {after}", "{name}保持第{after}名", **fields)
    elif before > after:
        head = both(
            "{name} rises from rank {before} to {after}", "{name}由第{before}名升至第{after}名", **fields
        )
    else:
        head = both(
            "{name} falls from rank {before} to {after}", "{name}由第{before}名降至第{after}名", **fields
        )
    whole = dict(zip(parts, apportioned([*parts.values()], before - after), strict=True))
    parts_moved = [(factor, places) for factor, places in whole.items() if places]
    if not parts_moved:
        return both("{head}.", "{head}。", head=head)
    listed = [
        _part(factor, places, indicators if factor == "own" else (), measured=not at)
        for at, (factor, places) in enumerate(parts_moved)
    ]
    joined = Text(", ".join(part.en for part in listed), "，".join(part.zh for part in listed))
    return both("{head}: {joined}.", "{head}：{joined}。", head=head, joined=joined)


def _part(factor: str, places: float, indicators: Sequence[tuple[str, float]], *, measured: bool) -> Text:
    """Return a factor with its places, and the indicators that moved the same way; ``measured``: in words."""
    along = [(name, round(own, 1)) for name, own in indicators if round(own, 1) * places > 0]
    named = sorted(along, key=lambda pair: -abs(pair[1]))[:MOST_NAMED]
    unit = Text(" place" if abs(places) == 1 else " places", "位") if measured else Text("", "")
    inner = Text(
        ", ".join(f"{name} {signed(own)}" for name, own in named),
        "、".join(f"{name}{signed(own)}" for name, own in named),
    )
    return both(
        "{factor} {places}{unit} ({inner})" if named else "{factor} {places}{unit}",
        "{factor}{places}{unit}（其中{inner}）" if named else "{factor}{places}{unit}",
        factor=FACTORS[factor],
        places=signed(places),
        unit=unit,
        inner=inner,
    )


def signed(places: float) -> str:
    """Return places with their sign: +4, −2."""
    return f"{places:+g}".replace("-", "−")
