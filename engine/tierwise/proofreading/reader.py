"""The proof-reader as a function: a file in, what disagrees out."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tierwise.errors import TierwiseError, problem
from tierwise.inputs.files import input_sheet
from tierwise.outputs.files import in_the_way, written
from tierwise.outputs.folder import results_of
from tierwise.proofreading.findings import KINDS, Finding
from tierwise.proofreading.parts import Paragraph, Part
from tierwise.proofreading.reading import parts_of
from tierwise.proofreading.report import Report
from tierwise.proofreading.truth import told, truth
from tierwise.words.columns import EMPTY
from tierwise.words.language import Language, Text

HEADS: Final = (
    Text("Place", "位置"),
    Text("Kind", "类别"),
    Text("Text", "文字"),
    Text("Printed", "原文"),
    Text("Right", "应为"),
    Text("Why", "依据"),
)
SHEETS: Final = (
    Text("Disagreements", "不一致"),
    Text("Not checked", "未核对"),
    Text("Read against", "核对依据"),
)
ITSELF: Final = Text("the report's own lists", "报告自身的榜单")
NO_LIST: Final = Text(
    "the report itself, in which no list was found",
    "报告自身，其中未找到榜单，只能核对文字与表格之间是否一致",
)

UNCHECKED: Final = (Text("Place", "位置"), Text("Text", "文字"))
ENDINGS: Final = (".csv", ".xlsx")


@dataclass(frozen=True)
class Proof:
    """A report proof-read: what disagrees, what could not be checked, how much was, and against what."""

    report: Path
    language: Language
    wrong: tuple[Finding, ...]
    unchecked: tuple[tuple[str, str], ...]  # place and beginning of the text
    checked: int
    inputs: tuple[Path, ...] = ()  # the report, and what it was read against
    used: Text = EMPTY  # what it was read against

    def rows(self) -> list[tuple[str, ...]]:
        """Return the disagreements as rows, in the order of the report."""
        return [
            (
                one.place,
                KINDS[one.kind].of(self.language),
                one.quote,
                one.printed,
                one.right,
                one.why.of(self.language),
            )
            for one in self.wrong
        ]

    def heads(self) -> list[str]:
        """Return the headings of the rows."""
        return [head.of(self.language) for head in HEADS]

    def write(self, path: str | Path, *, replace: bool = False) -> Path:
        """Write what was found: a CSV of what disagrees, or a workbook that has what was not checked, too.

        Raises :class:`TierwiseError` P004 for another ending, I008 for a file that was read, I014 for one
        that is not to be replaced, I007 where it cannot be written.
        """
        out = Path(path)
        if out.suffix.lower() not in ENDINGS:
            raise TierwiseError(problem("P004", str(out), choices=ENDINGS))
        if blocked := [*in_the_way(out, self.inputs, replace=replace)]:
            raise TierwiseError(*blocked)
        with written(out) as stage:
            (_csv if out.suffix.lower() == ".csv" else _book)(self, stage)
        return out

    def __repr__(self) -> str:
        return f"Proof({self.report.name!r}: {len(self.wrong)} disagree, {len(self.unchecked)} not checked)"


def proof(
    report: str | Path,
    against: str | Path | None = None,
    *,
    draws: int | None = None,
    progress: Callable[..., object] | None = None,
) -> Proof:
    """Read a finished report and return what in it disagrees.

    Args:
        report: a .docx, .xlsx, .csv, .md or .txt.
        against: a scenario (bundled name, .toml, workbook), which is run, or the folder of a run's results;
            without it the report is read against its own lists and against itself. A report that is a
            book which can be run (it has sheets Data and Framework) is read against its own figures.
        draws: number of weight draws of the run (default: the scenario's).
        progress: called as the run goes on.

    Raises:
        TierwiseError: I001, P001, P002 (the report cannot be read), P003 (no results there), and what a run
            raises.

    """
    path = Path(report)
    parts = parts_of(path)
    sheets = {name: input_sheet(name) for name in {part.place.partition("!")[0] for part in parts}}
    if path.suffix.lower() == ".xlsx" and {"Data", "Framework"} <= {*sheets.values()}:
        against = path if against is None else against
        parts = [part for part in parts if not sheets[part.place.partition("!")[0]]]
    listing, expected, used = (None, None, EMPTY) if against is None else truth(str(against), draws, progress)
    language = language_of(parts)
    read = Report(parts, language, listing, expected)
    found = read.read()
    wrong = sorted(found.wrong, key=lambda one: read.position(one.place))
    unchecked = tuple(dict.fromkeys(found.unchecked))
    inputs = tuple(results_of(path, *([] if against is None else [against])))
    used = _own_lists(read) if against is None else used
    return Proof(path, language, tuple(wrong), unchecked, found.checked, inputs, used)


def _own_lists(read: Report) -> Text:
    """Return which lists of its own a report was read against."""
    lists = [(" ".join(filter(None, (own.place, own.title))), len(own)) for _, own in read.listings]
    if not lists:
        return NO_LIST
    return told(ITSELF, [Text(f"{name} ({units})", f"{name}（{units}个）") for name, units in lists])


def language_of(parts: Sequence[Part]) -> Language:
    """Return the language of a report: Chinese where most of its paragraphs, or of its headings, are."""
    texts = [part.text if isinstance(part, Paragraph) else "".join(part.heads) for part in parts]
    chinese = sum(re.search(r"[\u4e00-\u9fff]", text) is not None for text in texts)
    return "zh" if 2 * chinese >= len(texts) > 0 else "en"


def _csv(made: Proof, out: Path) -> None:
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([made.heads(), *made.rows()])


def _book(made: Proof, out: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(out), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": dt.datetime(2000, 1, 1)})  # no clock in it
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        unchecked = [head.of(made.language) for head in UNCHECKED]
        sheets: tuple[tuple[Text, list[str], Sequence[Sequence[str]], tuple[int, ...]], ...] = (
            (SHEETS[0], made.heads(), made.rows(), (32, 10, 44, 24, 24, 30)),
            (SHEETS[1], unchecked, made.unchecked, (32, 80)),
        )
        for title, heads, rows, widths in sheets:
            sheet: Any = book.add_worksheet(title.of(made.language))
            sheet.freeze_panes(1, 0)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width)
            sheet.write_row(0, 0, heads, bold)
            for at, row in enumerate(rows, 1):
                sheet.write_row(at, 0, row, wrapped)
            if rows:
                sheet.autofilter(0, 0, len(rows), len(heads) - 1)
        told_by = book.add_worksheet(SHEETS[2].of(made.language))
        told_by.set_column(0, 0, 100)
        told_by.write_string(0, 0, made.used.of(made.language), wrapped)
