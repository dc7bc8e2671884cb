"""The expert (Delphi) panel: rounds of scores by expert and framework node."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from tierwise.arrays import FloatArray, frozen_floats
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.inputs.files import no_sheet, read_csv, read_workbook
from tierwise.inputs.sheet import Sheet, number, texts
from tierwise.lookup import Lookup
from tierwise.names import nearest, unified

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from tierwise.inputs.framework import Framework

SYNONYMS = {
    "轮次": "round",
    "轮": "round",
    "专家": "expert",
    "专家编号": "expert",
    "发出份数": "sent",
    "发出": "sent",
    "权威系数": "authority",
    "权威程度": "authority",
    "cr": "authority",
    "判断依据": "judgement",
    "判断系数": "judgement",
    "ca": "judgement",
    "熟悉程度": "familiarity",
    "熟悉系数": "familiarity",
    "cs": "familiarity",
    "阵营": "camp",
    "组别": "camp",
    "类别": "camp",
}


Scale: TypeAlias = float | Sequence[float] | None  # the top of the scale, of all rounds or of each
ROUNDED = 0.0051  # an authority given to two decimals
LABELS = (
    "round",
    "expert",
    "sent",
    "authority",
    "judgement",
    "familiarity",
    "camp",
)  # columns that hold no scores
SCALES = (5.0, 7.0, 9.0, 10.0, 100.0)
Coefficient = Literal["Cr", "Ca", "Cs"]  # authority and its parts: basis of judgement, familiarity


@dataclass(frozen=True)
class Round:
    """One round: scores ``(experts, nodes)``, NaN where an expert did not judge."""

    label: str
    experts: tuple[str, ...]
    scores: FloatArray
    authority: FloatArray | None = None  # Cr (experts,)
    camps: tuple[str, ...] | None = None
    scale_max: float | None = None  # the top of its scale; None: not known
    judgement: FloatArray | None = None  # Ca (experts,)
    familiarity: FloatArray | None = None  # Cs (experts,)
    sent: int | None = None  # forms of the round; None: not known
    by: Coefficient = "Cr"  # what the experts count by where they do not count alike

    def __len__(self) -> int:
        return len(self.experts)

    @property
    def counts(self) -> FloatArray | None:
        """What each expert counts by (experts,) where they do not count alike; None: not given."""
        return {"Cr": self.authority, "Ca": self.judgement, "Cs": self.familiarity}[self.by]

    def take(self, rows: Sequence[int]) -> Round:
        """Return the round of some of its experts."""
        return replace(
            self,
            experts=tuple(self.experts[row] for row in rows),
            scores=self.scores[rows],
            authority=None if self.authority is None else self.authority[rows],
            judgement=None if self.judgement is None else self.judgement[rows],
            familiarity=None if self.familiarity is None else self.familiarity[rows],
            camps=None if self.camps is None else tuple(self.camps[row] for row in rows),
        )


@dataclass(frozen=True)
class Experts:
    """Rounds in order; ``codes`` are the framework's nodes that the experts judged."""

    codes: tuple[str, ...]
    rounds: tuple[Round, ...]
    before: Experts | None = None  # the panel before some were dropped

    @property
    def everyone(self) -> Experts:
        """The panel with those who were dropped."""
        return self if self.before is None else self.before

    @property
    def dropped(self) -> tuple[str, ...]:
        """Who was dropped, in the order of the sheet."""
        kept = {name for one in self.rounds for name in one.experts}
        named = dict.fromkeys(name for one in self.everyone.rounds for name in one.experts)
        return tuple(name for name in named if name not in kept)

    def without(self, names: Sequence[str], place: str = "") -> Experts:
        """Return the panel without some experts, who are dropped from every round.

        Raises :class:`TierwiseError` with every problem: S021 (nobody of that name), E015 (a round is
        left without anybody).
        """
        if not names:
            return self
        known = [*dict.fromkeys(name for one in self.rounds for name in one.experts)]
        problems = Problems()
        rows = Lookup(known, known, "expert").rows(names, problems, place)
        gone = {known[row] for row in rows}
        for one in self.rounds:
            if gone.issuperset(one.experts):
                problems.add("E015", place, round=one.label)
        problems.raise_any()
        return replace(self.those(lambda name, _: name not in gone), before=self.everyone)

    def counted_by(self, coefficient: Coefficient, place: str = "") -> Experts:
        """Return the panel with its experts counting by a coefficient; raise E016 where it is not given."""
        rounds = tuple(replace(one, by=coefficient) for one in self.rounds)
        if rounds[-1].counts is None:
            raise TierwiseError(problem("E016", place, coefficient=coefficient, round=rounds[-1].label))
        return replace(self, rounds=rounds)

    @property
    def last(self) -> Round:
        """The last round, whose scores give the weights."""
        return self.rounds[-1]

    def those(self, wanted: Callable[[str, str], bool]) -> Experts:
        """Return the panel of the experts that are ``wanted(expert, camp)``; a round without any goes."""
        kept = []
        for one in self.rounds:
            named = zip(one.experts, one.camps or repeat(""), strict=False)
            if rows := [row for row, who in enumerate(named) if wanted(*who)]:
                kept.append(one.take(rows))
        return replace(self, rounds=tuple(kept))

    @classmethod
    def from_sheet(cls, sheet: Sheet, framework: Framework | None = None, scale_max: Scale = None) -> Experts:
        """Return the panel on a sheet: round, expert, authority, camp, then one column a node.

        Without a framework every further column is a node. Scores lie on a scale from 0 to ``scale_max``, one
        for all rounds or one for each (None: the usual scale that they seem to be on). Authority may be given
        as judgement basis Ca and familiarity Cs, whose mean Cr it is. Raises :class:`TierwiseError` with
        every problem found: E001–E008, E011, E012.
        """
        return _read_experts(sheet, framework, scale_max)

    @classmethod
    def from_frame(
        cls, frame: pd.DataFrame, framework: Framework | None = None, scale_max: Scale = None
    ) -> Experts:
        """Return the panel in a pandas frame with the sheet's columns."""
        return cls.from_sheet(Sheet.from_frame(frame, "Experts"), framework, scale_max)

    @classmethod
    def from_workbook(
        cls, path: str | Path, framework: Framework | None = None, scale_max: Scale = None
    ) -> Experts:
        """Return the panel on the Experts sheet of a workbook."""
        sheets = read_workbook(path)
        if "Experts" not in sheets:
            raise TierwiseError(no_sheet(path, "Experts"))
        return cls.from_sheet(sheets["Experts"], framework, scale_max)

    @classmethod
    def from_csv(
        cls, path: str | Path, framework: Framework | None = None, scale_max: Scale = None
    ) -> Experts:
        """Return the panel in a CSV file."""
        return cls.from_sheet(read_csv(path), framework, scale_max)

    def on_nodes(self, framework: Framework, number: int = -1) -> FloatArray:
        """Return a round's scores ``(experts, nodes)`` of the framework, NaN where a node was not judged."""
        scores = self.rounds[number].scores
        table = np.full((len(scores), len(framework.codes)), np.nan)
        for at, code in enumerate(self.codes):
            if code in framework.codes:
                table[:, framework.codes.index(code)] = scores[:, at]
        return table

    def scale(self, number: int = -1) -> float:
        """Return the top of a round's scale: its own, else the usual one that all scores seem to be on."""
        own = self.rounds[number].scale_max
        if own is not None:
            return own
        return usual_scale(np.concatenate([scored.scores.ravel() for scored in self.rounds]))

    def __repr__(self) -> str:
        return f"Experts({len(self.last)} experts, {len(self.codes)} nodes, {len(self.rounds)} rounds)"


def headed(sheet: Sheet, framework: Framework | None) -> Sheet:
    """Return a sheet of experts with what its headings mean: labels, codes of nodes, the user's own words."""
    if framework is None:
        return sheet.worded(SYNONYMS)
    named = sheet.worded(SYNONYMS, (*framework.codes, *framework.names))  # an indicator may be called CA
    return framework.matched(named, framework.codes[1:])[0]  # scores have no unit


def _read_experts(sheet: Sheet, framework: Framework | None, scale_max: Scale) -> Experts:
    sheet = headed(sheet, framework)
    problems = Problems()
    sheet.check_heading_row("expert", SYNONYMS, problems)
    problems.raise_any()
    codes = _judged_codes(sheet, framework, problems)
    problems.raise_any()

    rows = range(len(sheet.rows))
    columns = [sheet.header.index(code) for code in codes]
    scores = np.array([[number(sheet, row, at, problems, "number") for at in columns] for row in rows])
    given = texts(sheet, "round", problems) if "round" in sheet.header else [""] * len(rows)
    labels = [label or "1" for label in given]
    order = sorted(dict.fromkeys(labels), key=round_number)  # without numbers: as on the sheet
    tops = _tops(scores, order, scale_max, problems)
    highest = np.array([tops[label] for label in labels])
    for row, at in zip(*np.nonzero((scores < 0) | (scores > highest[:, None])), strict=True):
        place = sheet.place(int(row), columns[at])
        problems.add("E005", place, score=float(scores[row, at]), top=float(highest[row]))
    experts = texts(sheet, "expert", problems)
    _check_experts(sheet, labels, experts, problems)
    authority, grounds, familiar = _authority(sheet, labels, problems)
    camps = unified(texts(sheet, "camp", problems)) if "camp" in sheet.header else None
    sent = _sent(sheet, labels, problems)
    problems.raise_any()

    rounds = []
    for label in order:
        of_round = [row for row in rows if labels[row] == label]
        rounds.append(
            Round(
                label=label,
                experts=tuple(experts[row] for row in of_round),
                scores=frozen_floats(scores[of_round]),
                authority=_of_round(authority, of_round),
                judgement=_of_round(grounds, of_round),
                familiarity=_of_round(familiar, of_round),
                camps=None if camps is None else tuple(camps[row] for row in of_round),
                scale_max=tops[label],
                sent=sent.get(label),
            )
        )
    return Experts(tuple(codes), tuple(rounds))


def _tops(scores: FloatArray, order: Sequence[str], given: Scale, problems: Problems) -> dict[str, float]:
    """Return the top of each round's scale; note E011 where not every round has one."""
    if given is None:
        return dict.fromkeys(order, usual_scale(scores))
    tops = [float(given)] * len(order) if isinstance(given, (int, float)) else [*map(float, given)]
    if len(tops) != len(order):
        problems.add("E011", "[experts] scale_max", found=len(tops), rounds=len(order))
        return dict.fromkeys(order, max(tops, default=usual_scale(scores)))
    return dict(zip(order, tops, strict=True))


def usual_scale(scores: FloatArray) -> float:
    """Return the top of the usual scale (5, 7, 9, 10 or 100) that scores seem to be on.

    It is the least one that no score exceeds, or that, of 20 scores or more, at most one in twenty does: a
    lone 11 among scores to 10 is a slip and no sign of a scale to 100. Above 100 the highest score is it.
    """
    known = scores[~np.isnan(scores)]
    slips = len(known) // 20
    fitting = [top for top in SCALES if (known > top).sum() <= slips]
    return fitting[0] if fitting else float(known.max(initial=0.0))


def _judged_codes(sheet: Sheet, framework: Framework | None, problems: Problems) -> list[str]:
    others = [name for name in sheet.header if name and name not in LABELS]
    known = framework.codes[1:] if framework else others
    codes = []
    for at, heading in enumerate(sheet.header):
        if heading and heading in sheet.header[:at]:
            problems.add("D007", sheet.heading_place(at), heading=sheet.headed(heading))
        elif heading in known:
            codes.append(heading)
        elif heading in others:
            near = nearest(heading, known) or next(iter(known), "")
            problems.add("E001", sheet.heading_place(at), code=heading, nearest=near)
    if "expert" not in sheet.header:
        problems.add("E002", sheet.name)
    if not codes:
        problems.add("E003", sheet.name)
    if not sheet.rows:
        problems.add("E004", sheet.name)
    return codes


def _check_experts(sheet: Sheet, labels: list[str], experts: list[str], problems: Problems) -> None:
    seen: dict[tuple[str, str], int] = {}
    for row, (label, expert) in enumerate(zip(labels, experts, strict=True)):
        place = sheet.place(row, "expert")
        if not expert:
            problems.add("E006", place)
        elif (label, expert) in seen:
            first = sheet.place(seen[label, expert], "expert")
            problems.add("E007", place, expert=expert, round=label, first=first)
        seen.setdefault((label, expert), row)


def _sent(sheet: Sheet, labels: Sequence[str], problems: Problems) -> dict[str, int]:
    """Return how many forms each round was sent in, of rounds that tell; note E017 for what is no number."""
    if "sent" not in sheet.header:
        return {}
    at = sheet.header.index("sent")
    sent: dict[str, int] = {}
    for row, label in enumerate(labels):
        value = number(sheet, row, at, problems, "number")
        if np.isnan(value):
            continue
        if value < 1 or value % 1 or sent.setdefault(label, int(value)) != value:
            problems.add("E017", sheet.place(row, at), value=value, round=label)
    return sent


def _of_round(authority: FloatArray | None, rows: Sequence[int]) -> FloatArray | None:
    """Return the authorities of a round, None where it has none."""
    if authority is None or np.isnan(authority[rows]).any():
        return None
    return frozen_floats(authority[rows])


def _authority(
    sheet: Sheet, labels: Sequence[str], problems: Problems
) -> tuple[FloatArray | None, FloatArray | None, FloatArray | None]:
    """Return each row's authority, judgement basis and familiarity, NaN in rounds without any.

    Authority is taken as given, or is (Ca + Cs) / 2 of the two others.
    """
    authority, grounds, familiar = (
        _coefficients(sheet, name, labels, problems) for name in ("authority", "judgement", "familiarity")
    )
    if grounds is None or familiar is None:
        for name, own, other in (
            ("judgement", grounds, "familiarity"),
            ("familiarity", familiar, "judgement"),
        ):
            if own is not None:
                there, lacking = sheet.headed(name), sheet.headed(other)
                problems.add("E012", sheet.heading_place(name), heading=there, other=lacking)
        return authority, grounds, familiar
    joined = (grounds + familiar) / 2
    if authority is not None:
        for row in np.flatnonzero(np.abs(authority - joined) > ROUNDED):
            place = sheet.place(int(row), "authority")
            problems.add("E013", place, value=float(authority[row]), expected=float(joined[row]))
        joined = np.where(np.isnan(joined), authority, joined)
    return joined, grounds, familiar


def _coefficients(sheet: Sheet, column: str, labels: Sequence[str], problems: Problems) -> FloatArray | None:
    """Return a column of coefficients from 0 to 1, None where it is not there or blank; note E008.

    A round may be left blank as a whole.
    """
    if column not in sheet.header or not any(cell is not None for cell in sheet.column(column)):
        return None
    at = sheet.header.index(column)
    values = np.array([number(sheet, row, at, problems, "share") for row in range(len(sheet.rows))])
    rated = {label for label, cell in zip(labels, sheet.column(column), strict=True) if cell is not None}
    for row in np.flatnonzero(~((values >= 0) & (values <= 1))):
        if labels[int(row)] not in rated:
            continue
        shown = "—" if sheet.rows[int(row)][at] is None else float(values[row])
        problems.add("E008", sheet.place(int(row), at), value=shown)
    return values


def round_number(label: str) -> float:
    """Return the number of a round, in digits (2, 第2轮) or in Chinese (第二轮); ∞ where it has none."""
    digits = "".join(character for character in label if character.isdecimal())
    if digits:
        return float(digits)
    numerals = [unicodedata.numeric(character, 0.0) for character in label]
    return sum(numerals) or math.inf
