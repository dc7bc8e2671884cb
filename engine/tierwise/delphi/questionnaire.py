"""Answers of a questionnaire service (问卷星 and the like) read from its table, mapped by the headings.

A column a question and a row an expert, or the other way round. Headings are matched with the codes and names
of the framework; a number before them, a stem of the question and a request such as 的重要性 behind are left
aside where what remains names one node. What is no question (times, addresses of the service) is told once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from tierwise.cleaning.grid import RawTable
from tierwise.cleaning.reading import read_tables
from tierwise.delphi.answers import are_shares, broken, not_taken, score_in
from tierwise.delphi.asked import DelphiBook, Identity, keys_of, least, read_delphi_book
from tierwise.delphi.collected import Collected
from tierwise.delphi.collecting import refuse_output, write_collected
from tierwise.delphi.measures import measures
from tierwise.delphi.returned import Returned, Untaken
from tierwise.delphi.worded import WordScale, word_scale
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.inputs.sheet import Cell, address, text
from tierwise.names import is_total
from tierwise.words.language import Language

NUMBERED: Final = re.compile(r"^\s*(?:Q\s*)?[（(]?\d+[)）]?\s*[、.．:：)）]?\s*", re.IGNORECASE)
PARTS: Final = re.compile(r"[—–:：|>＞]+|--+|[\[\]【】()（）“”\"]")
REQUESTS: Final = re.compile(
    r"^(?:请评价|请对|您认为|对)|(?:的)?(?:重要性|重要程度|权重|打分|评分|得分)(?:如何|是)?[？?]?$"
    r"|^(?:importance of|rate|score of)\s+|\s*(?:importance|score)$",
    re.IGNORECASE,
)
NAMES: Final = frozenset(
    [
        "expert",
        "name",
        "专家",
        "专家姓名",
        "姓名",
        "您的姓名",
        "您的名字",
        "专家编号",
        "编号",
        "答题人",
        "用户",
        "昵称",
    ]
)
CAMPS: Final = frozenset(["camp", "组别", "单位类型", "专家类别", "类别", "领域", "您的领域"])
UNNAMED: Final[Mapping[Language, str]] = {"en": "Expert {}", "zh": "专家{}"}


@dataclass(frozen=True)
class Table:
    """A table turned so that a row is an expert; ``place`` gives the cell of a row and column as it was."""

    file: str
    raw: RawTable
    turned: bool
    heading: int  # row of the headings

    @property
    def headings(self) -> list[str]:
        """The headings of the questions."""
        return [text(self.cell(self.heading, column)) for column in range(self.width)]

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.raw.width if self.turned else len(self.raw.cells)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.raw.cells) if self.turned else self.raw.width

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell."""
        one, other = (column, row) if self.turned else (row, column)
        return self.raw.cells[one][other]

    def place(self, row: int, column: int) -> str:
        """Return where a cell stands."""
        one, other = (column, row) if self.turned else (row, column)
        return f"{self.file}: {self.raw.name}!{address(one, other)}"


def delphi_import(
    table: str | Path,
    into: str | Path,
    out: str | Path,
    *,
    round: int = 1,  # noqa: A002 - the word of the Experts sheet
    language: Language | None = None,
    replace: bool = False,
) -> Collected:
    """Read a questionnaire's table of scores, and write a copy of the book with the Experts sheet filled.

    Args:
        table: the table as the service gives it (.xlsx .xls .ods .csv …), experts in rows or in columns.
        into: the book with the framework; never written to.
        out: the copy, an .xlsx.
        round: the round that the answers are of.
        language: of the new sheets (default: the book's).
        replace: write over ``out``.

    Answers are numbers, numbers with 分 or a text behind, or words (:mod:`tierwise.delphi.worded`). What is
    none of these is named by its cell and stands on the sheet Return problems; the other answers are taken.

    Raises:
        TierwiseError: the book's; E228 (no heading names a node of the framework), E229 (two columns name
            one), E248 (``experts.words`` in no order), E220, I007, I008, I009, I014 (the output). What is
            wrong with answers is in ``problems``.

    """
    book = read_delphi_book(into, language)
    path = Path(table)
    refuse_output(Path(out), book.path, path, replace=replace)
    tables, _ = read_tables(path)
    problems = Problems()
    laid, columns = _best(path.name, tables, book, problems)
    rows, places = range(laid.heading + 1, laid.height), [*columns.values()]
    given = [cell for row in rows for at in places if isinstance(cell := laid.cell(row, at), str)]
    scale = word_scale(given, book.top(round, "scores"), book.settings.experts.words)
    if scale.used:
        problems.add(
            "E247" if scale.turned else "E234", laid.place(laid.heading, min(places)), words=scale.read
        )
    taken = tuple(_experts(laid, columns, book, round, scale, problems))
    keys = keys_of(book, "scores")
    scores = np.array([[form.answers.get(key, np.nan) for key in keys] for form in taken]).reshape(
        -1, len(keys)
    )
    collected = Collected(
        book, round, "scores", taken, (), (), tuple(problems.found), None, measures(scores)
    )  # fmt: skip
    return write_collected(collected, Path(out))


def _best(
    file: str, tables: Sequence[RawTable], book: DelphiBook, problems: Problems
) -> tuple[Table, dict[str, int]]:
    """Return the sheet, turned as needed, whose headings name most nodes, and the column of each node."""
    ways = [
        Table(file, table, turned, row)
        for table in tables
        for turned in (False, True)
        for row in range(min(5, table.width if turned else len(table.cells)))
    ]
    if not ways:
        raise TierwiseError(problem("E228", file))
    match = Matcher(book)
    counted = [len({code for code in map(match, way.headings) if code}) for way in ways]
    if not max(counted):
        raise TierwiseError(problem("E228", file))
    best = ways[int(np.argmax(counted))]
    columns: dict[str, int] = {}
    others = []
    twice = Problems()
    for column, heading in enumerate(best.headings):
        code = match(heading)
        if code is None:
            if heading and _label(heading) not in NAMES | CAMPS:
                others.append(heading)
        elif code in columns:
            first = best.place(best.heading, columns[code])
            twice.add("E229", best.place(best.heading, column), node=book.name(code), first=first)
        else:
            columns[code] = column
    twice.raise_any()
    if others:
        problems.add("E230", best.place(best.heading, 0), columns=others[:12], count=len(others))
    lacking = [book.name(code) for code in keys_of(book, "scores") if code not in columns]
    if lacking:
        problems.add("E231", best.place(best.heading, 0), nodes=lacking)
    return best, columns


class Matcher:
    """The node that a heading names, by code or name."""

    def __init__(self, book: DelphiBook) -> None:
        self.known: dict[str, set[str]] = {}
        for code in keys_of(book, "scores"):
            for word in (_plain(code), _plain(book.name(code))):
                self.known.setdefault(word, set()).add(code)

    def __call__(self, heading: str) -> str | None:
        """Return the code of the one node that a heading names, None for none or several."""
        for candidate in _candidates(heading):
            codes = self.known.get(candidate, set())
            if len(codes) == 1:
                return next(iter(codes))
        return None


def _candidates(heading: str) -> Iterator[str]:
    """Yield what a heading may name: itself, then without its number, its stem, its request."""
    yield _plain(heading)
    bare = NUMBERED.sub("", unicodedata.normalize("NFKC", heading), count=1)
    yield _plain(bare)
    yield _plain(REQUESTS.sub("", bare.strip()))
    for part in reversed([part for part in PARTS.split(bare) if part.strip()]):
        yield _plain(part)
        yield _plain(REQUESTS.sub("", NUMBERED.sub("", part, count=1).strip()))


def _label(heading: str) -> str:
    """Return a heading without the number of its question and 请填写."""
    bare = NUMBERED.sub("", unicodedata.normalize("NFKC", heading), count=1)
    return _plain(re.sub(r"^请(?:填写|输入)|[：:*]+$", "", bare.strip()))


def _plain(word: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", word)).casefold()


def _experts(
    table: Table,
    columns: Mapping[str, int],
    book: DelphiBook,
    number: int,
    scale: WordScale,
    problems: Problems,
) -> Iterator[Returned]:
    """Yield the answers of each expert; a row without any answer is none."""
    heads = [_label(heading) for heading in table.headings]
    named = next((at for at, head in enumerate(heads) if head in NAMES), None)
    camps = next((at for at, head in enumerate(heads) if head in CAMPS), None)
    asked, seen = {*columns.values()}, dict[str, str]()
    before = book.experts()
    known = set() if before is None else {name for one in before.rounds for name in one.experts}
    if named is None:
        problems.add("E237", table.place(table.heading, 0), label=UNNAMED[book.language].format("1, 2 …"))
    for row in range(table.heading + 1, table.height):
        if all(text(table.cell(row, column)) == "" for column in columns.values()):
            continue
        called = _called(table, row, named, min(asked))
        if called is not None and is_total(total := text(table.cell(row, called))):
            problems.add("E244", table.place(row, called), name=total)
            continue
        code = f"E{row - table.heading:02d}"
        label = text(table.cell(row, named)) if named is not None else ""
        if not label:  # a stranger takes nobody's place
            label = UNNAMED[book.language].format(row - table.heading)
            label = f"{label} ({code})" if label in known else label
            if named is not None:
                problems.add("E238", table.place(row, named), label=label)
        place = table.place(row, named or 0)
        if label in seen:
            own = f"{label} ({code})"
            problems.add("E212", place, name=label, label=own)
            label = own
        seen[label] = place
        camp = text(table.cell(row, camps)) if camps is not None else ""
        who = Identity(book.mark, book.version, number, "scores", scale.top, book.language, code, label, camp)
        yield _answers(table, row, columns, who, scale, problems)


def _called(table: Table, row: int, named: int | None, first: int) -> int | None:
    """Return where a row says whose it is: in the column of names, else first of all before the questions."""
    ways = [*([] if named is None else [named]), *range(first)]
    return next((at for at in ways if text(table.cell(row, at))), None)


def _answers(
    table: Table,
    row: int,
    columns: Mapping[str, int],
    who: Identity,
    scale: WordScale,
    problems: Problems,
) -> Returned:
    low = least("scores", who.top)
    answers: dict[str, float] = {}
    places: dict[str, str] = {}
    blanks: list[str] = []
    untaken: list[Untaken] = []
    own = Problems()
    for key, column in columns.items():
        cell, place = table.cell(row, column), table.place(row, column)
        places[key] = place
        given = text(cell)
        if given == "":
            blanks.append(place)
            continue
        value = score_in(cell, scale)
        if value is None:
            why, fields = not_taken(given, "scores", who.top, scale)
            own.add(why, place, given=given, **fields)
            untaken.append(Untaken(place, key, given))
        elif not low <= value <= who.top:
            own.add("E208", place, given=given, low=f"{low:g}", top=f"{who.top:g}")
            untaken.append(Untaken(place, key, given))
        else:
            answers[key] = value
            if broken(value, "scores", who.top):
                own.add("E242", place, given=value, low=f"{low:g}", top=f"{who.top:g}")
    if are_shares(answers.values(), who.top):
        own.add("E243", table.place(row, min(columns.values())), expert=who.label, top=f"{who.top:g}")
        untaken += [Untaken(places[key], key, f"{one:g}") for key, one in answers.items()]
        answers = {}
    problems.extend(own.found)
    codes = [one.code for one in own.found]
    return Returned(
        table.file, who, answers, {}, {}, places, tuple(blanks), tuple(untaken), tuple(own.found),
        {code: codes.count(code) for code in codes},
    )  # fmt: skip
