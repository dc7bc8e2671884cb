"""Outputs of an index, by name: what may be moved by the weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, get_args

from tierwise.errors import Problems, TierwiseError, problem
from tierwise.lookup import Lookup
from tierwise.names import nearest

__all__ = ["default_outputs", "named_outputs"]

What = Literal["rank_shift", "rank", "score", "top", "tier", "cut", "cut_score", "tier_changes", "difference"]
OUTPUT_KINDS: Final[tuple[str, ...]] = get_args(What)
PLAIN: Final = frozenset({"rank_shift", "tier_changes"})
OF_A_CUT: Final = frozenset({"cut", "cut_score"})
OF_TIERS: Final = frozenset({"tier", "cut", "cut_score", "tier_changes"})
EVERY_CUT: Final = "cuts"
FORMS: Final = (
    "rank_shift",
    "rank:UNIT",
    "score:UNIT",
    "top:UNIT",
    "tier:UNIT",
    "cut:1",
    "cuts",
    "cut_score:1",
    "tier_changes",
    "difference:UNIT|UNIT",
)


class Output(NamedTuple):
    """An output: its name as it was asked for, what it is, and the unit, units or cut (from 0) it is of.

    ``rank_shift``: mean |rank - nominal rank| over units. ``rank``, ``score``: of a unit. ``top``: 1 where a
    unit is in the list. ``tier``: of a unit, one more than the last tier where it is not in the list.
    ``cut``: number of units above a cut. ``cut_score``: midpoint of the scores on its two sides.
    ``tier_changes``: number of units that are not in their nominal tier, those that come into the list or
    fall out of it included. ``difference``: of the scores of two units, the first less the second.
    """

    name: str
    what: str
    at: int = -1
    other: int = -1


def default_outputs(cuts: int) -> tuple[str, ...]:
    """Return what is looked at unless asked otherwise: the rank shift, and every cut."""
    return ("rank_shift", *cut_names(cuts))


def cut_names(cuts: int) -> tuple[str, ...]:
    """Return the names of the outputs that are cuts."""
    return tuple(f"cut:{cut}" for cut in range(1, cuts + 1))


def named_outputs(
    names: Sequence[str], codes: Sequence[str], unit_names: Sequence[str], cuts: int | None
) -> tuple[Output, ...]:
    """Return the outputs that names mean, units by code or name; ``cuts`` means every cut, or none.

    A name given twice counts once.

    ``cuts`` is the number of cuts, None where the index has no tiers.

    Raises :class:`TierwiseError` with every misfit, at ``[sensitivity] outputs``: V010 no such output, V012
    no such cut, V014 tiers where there are none, S021 no such unit, S022 a name that several units have.
    """
    problems = Problems()
    units = Lookup(codes, unit_names, "unit")
    outputs: dict[str, Output] = {}
    for position, name in enumerate(names):
        if name.strip().lower() == EVERY_CUT:
            outputs |= {each: Output(each, "cut", at) for at, each in enumerate(cut_names(cuts or 0))}
            continue
        with problems.caught():
            outputs[name] = _output(name, f"[sensitivity] outputs[{position}]", units, cuts)
    if not outputs and not problems.found:
        problems.add("V014", "[sensitivity] outputs", output=EVERY_CUT)
    problems.raise_any()
    return tuple(outputs.values())


def _output(name: str, place: str, known: Lookup, cuts: int | None) -> Output:
    """Return the output that a name means; raises what is wrong with it."""
    what, rest = _parts(name, place)
    if what in OF_TIERS and cuts is None:
        raise TierwiseError(problem("V014", place, output=name))
    if what in PLAIN:
        return Output(name, what)
    if what in OF_A_CUT:
        if not (rest.isdecimal() and 1 <= int(rest) <= (cuts or 0)):
            raise TierwiseError(problem("V012", place, output=name, cuts=cuts))
        return Output(name, what, int(rest) - 1)
    units = rest.partition("|")[::2] if what == "difference" else (rest,)
    problems = Problems()
    rows = known.rows([unit.strip() for unit in units], problems, place)
    problems.raise_any()
    return Output(name, what, *rows)


def _parts(name: str, place: str) -> tuple[str, str]:
    """Return what an output is, and of what; V010 where there is no such output."""
    what, _, rest = (part.strip() for part in name.partition(":"))
    what = what.lower().replace("-", "_").replace(" ", "_")
    if what not in OUTPUT_KINDS or (what in PLAIN) != (not rest):
        near = nearest(what, OUTPUT_KINDS)
        form = next((form for form in FORMS if form.partition(":")[0] == near), "")
        raise TierwiseError(problem("V010", place, output=name, nearest=form, choices=FORMS))
    return what, rest
