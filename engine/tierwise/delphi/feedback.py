"""The next round's forms, each with the panel's and the expert's own answers of the round before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.delphi.asked import MOST_LISTED, DelphiBook, Kind, keys_of, read_delphi_book
from tierwise.delphi.recipients import named_recipients, read_recipients
from tierwise.delphi.returns import STATUS, Listed, read_returns
from tierwise.delphi.sending import Sent, write_forms
from tierwise.delphi.writer import Heard
from tierwise.errors import TierwiseError, problem
from tierwise.inputs.experts import Round, round_number
from tierwise.methods.delphi import quartiles
from tierwise.words.language import Language

FED_BACK: tuple[Kind, ...] = ("scores", "budget")
BINS = 5  # bars of a long scale


def delphi_feedback(
    book: str | Path,
    out: str | Path,
    *,
    round: int | None = None,  # noqa: A002 - the word of the Experts sheet
    experts: str | Path | None = None,
    kind: Kind = "scores",
    language: Language | None = None,
    replace: bool = False,
) -> Sent:
    """Write the next round's form for each expert, with the panel's answers of the round before.

    Beside each question stand the median and the quartiles (linear interpolation, as Excel's QUARTILE.INC), a
    picture of the distribution, and the expert's own last answer; an answer outside the quartiles turns red,
    and a reason is asked for.

    Args:
        book: a workbook whose Experts sheet holds the round before; never written to.
        out: the folder of the forms.
        round: the round that the forms are of (default: the one after the last).
        experts: a list as for :func:`delphi_send` (default: the experts of the round before; E233 names whom
            the sheet Returns lists beside them). Codes that the sheet Returns knows are kept.
        kind: ``scores`` or ``budget``, as the round before.
        language: of the forms (default: the book's).
        replace: write over forms that are there.

    Raises:
        TierwiseError: as :func:`delphi_send`; E218 (pairs), E226 (no such round), E227 (another scale), the
            codes of the Experts sheet.

    """
    asked = read_delphi_book(book, language)
    if kind not in FED_BACK:
        raise TierwiseError(problem("E218", kind=kind, expected=FED_BACK))
    before, number = _round_before(asked, round)
    top = asked.top(number, kind)
    scale = asked.top(number - 1, kind)
    if scale != top:
        raise TierwiseError(problem("E227", "[experts] scale_max", top=top, before=scale, round=number))
    listed = read_returns(asked.path)
    if experts is None:
        named = [
            ("", name, camp) for name, camp in zip(before.experts, before.camps or repeat(""), strict=False)
        ]
        places = [asked.path.name] * len(named)
        people, problems = named_recipients(named, places, asked.path.name, listed.codes)
        if listed.round == number - 1 and (left := _left_out(listed, before.experts)):
            problems.add("E233", asked.path.name, round=number - 1, **left)
    else:
        people, problems = read_recipients(Path(experts), listed.codes)
    notes = problems.found
    scores = _scores(asked, before, keys_of(asked, kind))
    results = {
        person.label: _heard(scores, before.experts, person.label, keys_of(asked, kind), top)
        for person in people
    }
    given = [] if experts is None else [Path(experts)]
    return write_forms(asked, people, Path(out), kind, number, results, notes, given, replace=replace)


def _left_out(listed: Listed, answered: Sequence[str]) -> dict[str, Any]:
    """Return the fields of E233: whom the sheet Returns lists, and of whom nothing was taken."""
    people = [one for one, status in listed.status.items() if status != "taken" and one not in answered]
    shown = [STATUS[listed.status[one]] for one in people]
    if not people:
        return {}
    return {
        "count": len(people),
        "experts": [f"{one} ({status.en})" for one, status in zip(people, shown, strict=True)],
        "experts_zh": [f"{one}（{status.zh}）" for one, status in zip(people, shown, strict=True)],
    }


def _round_before(asked: DelphiBook, number: int | None) -> tuple[Round, int]:
    """Return the round whose answers are fed back, and the number of the next."""
    experts = asked.experts()
    rounds = {} if experts is None else {round_number(one.label): one for one in experts.rounds}
    wanted = (
        max((int(one) for one in rounds if np.isfinite(one)), default=0) if number is None else number - 1
    )
    if wanted not in rounds:
        raise TierwiseError(problem("E226", str(asked.path), round=max(wanted, 1)))
    return rounds[wanted], wanted + 1


def _scores(asked: DelphiBook, before: Round, keys: list[str]) -> FloatArray:
    """Return a round's scores ``(experts, questions)``, NaN where a question was not asked."""
    experts = asked.experts()
    assert experts is not None
    at = {code: column for column, code in enumerate(experts.codes)}
    table = np.full((len(before), len(keys)), np.nan)
    for column, key in enumerate(keys):
        if key in at:
            table[:, column] = before.scores[:, at[key]]
    return table


def _heard(
    scores: FloatArray, experts: tuple[str, ...], label: str, keys: list[str], top: float
) -> dict[str, Heard]:
    """Return what an expert is told about each question that somebody answered."""
    by_item = {}
    for column, key in enumerate(keys):
        known = scores[:, column][~np.isnan(scores[:, column])]
        if not known.size:
            continue
        told = quartiles(known[:, None])
        lower, median, upper = (float(side[0]) for side in (told.lower, told.median, told.upper))
        own = scores[experts.index(label), column] if label in experts else np.nan
        steps, counts = _counts(known, top)
        by_item[key] = Heard(None if np.isnan(own) else float(own), lower, median, upper, counts, steps)
    return by_item


def _counts(known: FloatArray, top: float) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the steps of the scale and how many answers lie on each: its values, or five equal parts."""
    if top <= MOST_LISTED and bool((known == np.round(known)).all()):
        values = sorted({*known.tolist()})
        return tuple(f"{value:g}" for value in values), tuple(int((known == value).sum()) for value in values)
    edges = np.linspace(0, top, BINS + 1)
    counts, _ = np.histogram(known, edges)
    return tuple(f"{low:g}–{high:g}" for low, high in pairwise(edges)), tuple(counts.tolist())
