"""Units of a new table beside those of last year's: found by code or name, or proposed for a decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from rapidfuzz.fuzz import ratio

from tierwise.names import alike, bare, cleaned

Kind = Literal["renamed", "merged", "split", "gone", "new", "recoded", "respelt"]
LEAST_ALIKE: Final = 60.0  # percent of letters that two names must share, in their order, to be proposed
ALIKE: Final = 100.0


class Unit(NamedTuple):
    """A unit of a table: code (blank where the table has none), name, and its province or first group."""

    code: str
    name: str
    group: str = ""


class Pair(NamedTuple):
    """A unit of last year and one of this year, by their positions, or one of them alone.

    ``kind``: recoded (same name, another code) and respelt (same code, another name) are certain; renamed,
    merged (several former units, one present) and split are proposals; gone and new have no candidate.
    """

    kind: Kind
    former: int | None
    present: int | None
    alike: float = ALIKE  # percent


@dataclass(frozen=True)
class Matching:
    """Which unit of last year each unit of this year is: ``former`` has its position, -1 for none.

    ``pairs`` is what a person should see, proposals first; units with the same code and name are not in it.
    """

    former: tuple[int, ...]
    pairs: tuple[Pair, ...]

    def of_kind(self, *kinds: Kind) -> list[Pair]:
        """Return the pairs of some kinds."""
        return [pair for pair in self.pairs if pair.kind in kinds]


def matched(former: Sequence[Unit], present: Sequence[Unit]) -> Matching:
    """Return the units of two tables beside each other.

    By code (also where only case, width or spaces differ), then by cleaned name within the group, then by a
    name that is unique in both tables; what is left is proposed by likeness of names within the group.
    """
    found = [-1] * len(present)
    free = set(range(len(former)))
    for form in (_code, _named, _name):
        theirs = _unique({at: form(former[at]) for at in free})
        ours = _unique({at: form(unit) for at, unit in enumerate(present) if found[at] < 0})
        for key in filter(theirs.__contains__, ours):
            found[ours[key]] = theirs[key]
            free.discard(theirs[key])
    certain = [
        pair for at, unit in enumerate(present) if (pair := _certain(former, unit, at, found[at])) is not None
    ]
    alone = [at for at, other in enumerate(found) if other < 0]
    proposed = _proposals(former, present, sorted(free), alone)
    seen = {pair.former for pair in proposed}, {pair.present for pair in proposed}
    gone = [Pair("gone", at, None) for at in sorted(free) if at not in seen[0]]
    new = [Pair("new", None, at) for at in alone if at not in seen[1]]
    return Matching(tuple(found), (*proposed, *gone, *new, *certain))


def _code(unit: Unit) -> tuple[str, ...]:
    return (cleaned(unit.code).casefold(),)


def _named(unit: Unit) -> tuple[str, ...]:
    return (cleaned(unit.name).casefold(), cleaned(unit.group).casefold())


def _name(unit: Unit) -> tuple[str, ...]:
    return (cleaned(unit.name).casefold(),)


def _unique(keys: Mapping[int, tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    """Return the position of each key that only one unit has; a blank one means nothing."""
    counts = Counter(keys.values())
    return {key: at for at, key in keys.items() if counts[key] == 1 and key[0]}


def _certain(former: Sequence[Unit], unit: Unit, at: int, other: int) -> Pair | None:
    """Return the pair of a unit that was found under another code or with another name."""
    if other < 0:
        return None
    before = former[other]
    if unit.code and _code(before) != _code(unit):
        return Pair("recoded", other, at)
    if _name(before) != _name(unit):
        return Pair("respelt", other, at, ratio(bare(before.name), bare(unit.name)))
    return None


def _proposals(
    former: Sequence[Unit], present: Sequence[Unit], gone: Sequence[int], new: Sequence[int]
) -> list[Pair]:
    """Return the pairs of units left over on both sides that may be one, the most alike first."""
    pairs = [
        (one, other, how)
        for one in gone
        for other in new
        if (how := _likeness(former[one], present[other])) >= LEAST_ALIKE
    ]
    ones, others = Counter(one for one, _, _ in pairs), Counter(other for _, other, _ in pairs)

    def kind(one: int, other: int) -> Kind:
        return "split" if ones[one] > 1 else "merged" if others[other] > 1 else "renamed"

    made = [Pair(kind(one, other), one, other, how) for one, other, how in pairs]
    return sorted(made, key=lambda pair: (-pair.alike, pair.present, pair.former))


def _likeness(one: Unit, other: Unit) -> float:
    """Return how much of two names is the same, in percent; nothing where their groups differ."""
    groups = cleaned(one.group).casefold(), cleaned(other.group).casefold()
    if all(groups) and groups[0] != groups[1]:
        return 0.0
    return ALIKE if alike(one.name, other.name, kinds=True) else ratio(bare(one.name), bare(other.name))
