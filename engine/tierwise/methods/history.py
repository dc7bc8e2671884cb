"""Lists of several years: streaks at the top, entries, exits and moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray
from tierwise.errors import Problems, TierwiseError, problem, refuse_other_length
from tierwise.names import cleaned

Change = Literal["entry", "up", "same", "down", "listed", "exit"]


@dataclass(frozen=True)
class Move:
    """One unit between two lists; ``move`` is places gained (below 0: lost), NaN where a rank is missing."""

    code: str
    change: Change
    rank: float
    previous_rank: float
    move: float
    previous_code: str  # another than ``code`` for a renamed unit, empty for an entry


def streaks(history: ArrayLike, top: int, years: int, *, blank: str = "outside") -> FloatArray:
    """Return whether each unit was among the first ``top`` in each of the last ``years`` lists (units,).

    ``history (units, lists)`` holds ranks, oldest list first, NaN for a unit that a list does not name. 1 =
    yes, 0 = no. ``blank = "outside"`` counts a unit that is not named as outside; ``"unknown"`` leaves the
    answer open (NaN) unless another year already says no.

    Raises R106 (fewer lists than ``years``), R107 (``top`` or ``years`` below 1), R103 (a rank below 1).
    """
    table = np.asarray(history, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    problems = Problems()
    for argument, number in (("top", top), ("years", years)):
        if number < 1:
            problems.add("R107", argument=argument, value=number)
    if years > table.shape[1]:
        problems.add("R106", argument="history", lists=table.shape[1], years=years)
    for row, column in np.argwhere(table < 1):
        problems.add(
            "R103", argument="history", row=int(row), column=int(column), value=float(table[row, column])
        )
    problems.raise_any()
    recent = table[:, table.shape[1] - years :]
    blanks = np.isnan(recent)
    outside = recent > top
    if blank == "outside":
        outside = outside | blanks
    no = outside.any(axis=1)
    return np.where(no, 0.0, np.where(blanks.any(axis=1), np.nan, 1.0))


def changes(
    codes: Sequence[str],
    ranks: ArrayLike,
    previous_codes: Sequence[str],
    previous_ranks: ArrayLike,
    top: int | None = None,
    *,
    renamed: Mapping[str, str] | None = None,
) -> tuple[Move, ...]:
    """Return what became of each unit between two lists: entries, exits and moves.

    Units are matched by code, else by the one code that is the same when cleaned (``丰　县`` is ``丰县``,
    ``a01`` is ``A01``; :func:`tierwise.names.cleaned`). Only units among the first ``top`` of a list are on
    it (all that are given when left out). A NaN rank is a unit that is known to be listed, its rank is not.
    ``renamed`` leads from a former code to the present one. The result follows the present list by rank, then
    exits by their former rank.

    Raises M011 (lengths), R103 (a rank below 1), R108 (a code twice in a list, after renaming).
    """
    mapping = dict(renamed or {})
    problems = Problems()
    now = _listed(codes, ranks, "ranks", top, {}, problems)
    before = _listed(previous_codes, previous_ranks, "previous_ranks", top, mapping, problems)
    problems.raise_any()
    spelt = same_when_cleaned(
        [code for code in now if code not in before], [code for code in before if code not in now]
    )
    before = {spelt.get(code, code): entry for code, entry in before.items()}
    moves = []
    for code, (rank, _) in now.items():
        former, name = before.get(code, (float("nan"), ""))
        gained = former - rank
        kind: Change = "entry" if code not in before else "listed"
        if not np.isnan(gained):
            kind = "up" if gained > 0 else "down" if gained < 0 else "same"
        moves.append(Move(code, kind, rank, former, gained, name))
    exits = [
        Move(code, "exit", float("nan"), former, float("nan"), name)
        for code, (former, name) in before.items()
        if code not in now
    ]
    by_rank = sorted(moves, key=lambda move: (np.isnan(move.rank), move.rank))
    return (*by_rank, *sorted(exits, key=lambda move: (np.isnan(move.previous_rank), move.previous_rank)))


def same_when_cleaned(known: Sequence[str], given: Sequence[str]) -> dict[str, str]:
    """Return which of the ``known`` names each of the ``given`` is when cleaned, where only one pair is."""
    forms = [Counter(cleaned(name).casefold() for name in names) for names in (known, given)]
    alone = {form for form in forms[0] if forms[0][form] == 1 and forms[1][form] == 1}
    by_form = {cleaned(name).casefold(): name for name in known}
    return {name: by_form[form] for name in given if (form := cleaned(name).casefold()) in alone}


def _listed(
    codes: Sequence[str],
    ranks: ArrayLike,
    argument: str,
    top: int | None,
    renamed: Mapping[str, str],
    problems: Problems,
) -> dict[str, tuple[float, str]]:
    """Return rank and code as given of each unit on a list, by its present code."""
    numbers = np.asarray(ranks, dtype=np.float64).ravel()
    refuse_other_length(numbers.size, len(codes), "unit", argument)
    if top is not None and top < 1:
        raise TierwiseError(problem("R107", argument="top", value=top))
    listed: dict[str, tuple[float, str]] = {}
    seen: set[str] = set()
    for row, (given, rank) in enumerate(zip(codes, numbers, strict=True)):
        code = renamed.get(given, given)
        if not code:
            continue
        if rank < 1:
            problems.add("R103", argument=argument, row=row, value=float(rank))
        if code in seen:
            problems.add("R108", argument=argument.replace("ranks", "codes"), row=row, code=code)
        seen.add(code)
        if top is None or np.isnan(rank) or rank <= top:
            listed[code] = (float(rank), given)
    return listed
