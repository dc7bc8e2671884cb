"""The Experts and Comparisons sheets with a round of forms put in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from tierwise.delphi.asked import DelphiBook, keys_of
from tierwise.delphi.rating import judgement
from tierwise.delphi.returned import Returned
from tierwise.errors import Problem, Problems
from tierwise.inputs.comparisons import SYNONYMS as COMPARED
from tierwise.inputs.experts import LABELS, headed, round_number
from tierwise.inputs.sheet import Cell, Sheet, text
from tierwise.words.language import Language

Rows: TypeAlias = list[list[Cell]]
HEADINGS: dict[str, str] = {
    "round": "轮次", "expert": "专家", "sent": "发出份数", "judgement": "判断依据",
    "familiarity": "熟悉程度", "camp": "组别", "first": "指标甲", "second": "指标乙", "value": "判断值",
}  # fmt: skip


def experts_sheet(
    book: DelphiBook, number: int, taken: Sequence[Returned], sent: int | None = None
) -> tuple[str, Rows, list[Problem]]:
    """Return the Experts sheet: its name, cells, and what wants to be told; ``sent`` forms went out.

    Rows of other rounds stay; of this round, those of experts whose form was taken are replaced (E223). Ca
    and Cs are written where every row of the round has them; else they stand on the sheet Returns (E221).
    """
    problems = Problems()
    name, sheet = _sheet(book, "Experts", "专家打分")
    words = dict(zip(sheet.header, headed(sheet, book.framework).header, strict=True))
    records: list[dict[str, Cell]] = []
    experts = {form.who.label for form in taken}
    for row, cells in enumerate(sheet.rows):
        record = {words[heading]: cell for heading, cell in zip(sheet.header, cells, strict=True)}
        own = _round_of(record.get("round")) == number
        named = text(record.get("expert"))
        if own and named in experts:
            problems.add("E223", sheet.place(row), expert=named, round=number)
        else:
            records.append(record)
    camps = {text(record.get("expert")): record.get("camp") for record in records if record.get("camp")}
    joined = "authority" in words.values() and "judgement" not in words.values()
    measured = ("authority",) if joined else ("judgement", "familiarity")
    for form in taken:
        who, ca, cs = form.who, judgement(form.rating), form.rating.get("familiarity")
        cr = None if ca is None or cs is None else (ca + cs) / 2
        given: dict[str, Cell] = {"round": float(number), "expert": who.label}
        given["camp"] = who.camp or camps.get(who.label)
        rating: dict[str, Cell] = {"authority": cr} if joined else {"judgement": ca, "familiarity": cs}
        records.append({**given, **rating, **form.answers})
    mine = [record for record in records if _round_of(record.get("round")) == number]
    if sent is not None:
        for record in mine:
            record["sent"] = float(sent)
    lacking = sum(record.get(key) is None for record in mine for key in measured)
    if lacking:
        for record in mine:
            for key in ("authority", *measured):
                record.pop(key, None)
        if any(form.rating for form in taken):  # else nobody was asked
            problems.add("E221", name, count=lacking)
    columns = [word for word in LABELS if any(record.get(word) is not None for record in records)]
    columns += [code for code in keys_of(book, "scores") if any(code in record for record in records)]
    columns += [word for word in words.values() if word not in columns and word not in LABELS]
    rows: Rows = [[_shown(word, sheet.header, words, book.language) for word in columns]]
    rows += [[record.get(word) for word in columns] for record in records]
    return name, rows, problems.found


def comparisons_sheet(
    book: DelphiBook, number: int, taken: Sequence[Returned], _: int | None = None
) -> tuple[str, Rows, list[Problem]]:
    """Return the Comparisons sheet in long form; rows of other experts stay, those of these are replaced."""
    problems = Problems()
    name, sheet = _sheet(book, "Comparisons", "判断矩阵")
    named = sheet.worded(COMPARED)
    experts = {form.who.label for form in taken}
    words = ("expert", "first", "second", "value")
    rows: Rows = [[_chinese(word, book.language) for word in words]]
    for row in range(len(named.rows)):
        record = dict(zip(named.header, named.rows[row], strict=True))
        who = text(record.get("expert"))
        if who in experts:
            problems.add("E223", named.place(row), expert=who, round=number)
        else:
            rows.append([record.get(word) for word in words])
    rows += [
        [form.who.label, *key.split("|"), value] for form in taken for key, value in form.answers.items()
    ]
    return name, rows, problems.found


def _sheet(book: DelphiBook, english: str, chinese: str) -> tuple[str, Sheet]:
    sheet = book.sheets.get(english)
    name = english if book.language == "en" else chinese
    return (sheet.name, sheet) if sheet is not None else (name, Sheet.from_cells(name, []))


def _shown(word: str, header: Sequence[str], words: dict[str, str], language: Language) -> str:
    return next((heading for heading in header if words[heading] == word), _chinese(word, language))


def _chinese(word: str, language: Language) -> str:
    return HEADINGS.get(word, word) if language == "zh" else word


def _round_of(cell: Cell) -> int | None:
    """Return the number of a round's cell, 1 where it is blank."""
    shown = text(cell) or "1"
    number = round_number(shown)
    return int(number) if number < float("inf") else None
