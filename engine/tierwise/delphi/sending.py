"""Forms written for all experts of a list, with a list of what was sent."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tierwise.cleaning.reading import read_tables
from tierwise.delphi.asked import KINDS, DelphiBook, Identity, Kind, keys_of, read_delphi_book
from tierwise.delphi.form import write_form
from tierwise.delphi.recipients import Recipient, read_recipients
from tierwise.delphi.returned import SENT, Opened, forms_in, open_form, read_returned
from tierwise.delphi.worded import WordScale
from tierwise.delphi.writer import Heard
from tierwise.errors import Problem, Problems, TierwiseError, problem
from tierwise.inputs.sheet import text
from tierwise.outputs.files import in_the_way, named_by_the_system
from tierwise.outputs.folder import result_folder
from tierwise.words.language import Language


@dataclass(frozen=True)
class Sent:
    """Forms that were written, and what of the list of experts wants to be told."""

    folder: Path
    files: tuple[Path, ...]
    round: int
    questions: int
    notes: tuple[Problem, ...] = field(default=())
    language: Language = "en"  # of the forms

    def __repr__(self) -> str:
        return f"Sent({len(self.files)} forms, round {self.round}, {self.questions} questions)"


def delphi_send(
    book: str | Path,
    experts: str | Path,
    out: str | Path,
    *,
    kind: Kind = "scores",
    round: int | None = None,  # noqa: A002 - the word of the Experts sheet
    language: Language | None = None,
    replace: bool = False,
) -> Sent:
    """Write a form for each expert of a list to the folder ``out``.

    Args:
        book: a workbook with a framework; never written to.
        experts: a list with the heading name, and where given code and camp (workbook or text file).
        out: the folder; a form's name is the expert's code and label. ``sent.csv`` lists them.
        kind: ``scores`` of importance on the scale ``experts.scale_max`` (default: to 9), ``budget``: 100
            points for each group of siblings, ``pairs``: comparisons for AHP.
        round: default: the one after the last of the Experts sheet.
        language: of the forms (default: the book's).
        replace: write over forms that are there; blank ones of an earlier list go (E239).

    Raises:
        TierwiseError: the book's (I, F, S codes), E215, E216 (the list), E219 (no scale for the round),
            E240 (a form of an earlier list that is filled in), I008 (a form would replace an
            input), I014 (forms are there), I007 (not writable).

    """
    asked = read_delphi_book(book, language)
    people, problems = read_recipients(Path(experts))
    number = _next_round(asked) if round is None else round
    given = [Path(experts)]
    return write_forms(asked, people, Path(out), kind, number, {}, problems.found, given, replace=replace)


def write_forms(
    asked: DelphiBook,
    people: Sequence[Recipient],
    out: Path,
    kind: Kind,
    number: int,
    heard: Mapping[str, Mapping[str, Heard]],
    notes: Sequence[Problem],
    inputs: Sequence[Path] = (),
    *,
    replace: bool,
) -> Sent:
    """Write the forms of all ``people``; ``heard`` by their labels is what each is told.

    ``inputs`` are files beside the book that were read.
    """
    if kind not in KINDS:
        raise TierwiseError(problem("E218", "kind", kind=kind, expected=", ".join(KINDS)))
    top = asked.top(number, kind)
    paths = {person: out / f"{_file_name(person)}.xlsx" for person in people}
    for path in (*paths.values(), out / SENT):
        if blocked := [*in_the_way(path, [asked.path, *inputs], replace=replace)]:
            raise TierwiseError(*blocked)

    left = _left_behind(out, asked, people, number)

    def fill(stage: Path) -> None:
        with named_by_the_system():
            for person, path in paths.items():
                who = Identity(
                    asked.mark, asked.version, number, kind, top, asked.language, person.code, person.label,
                    person.camp,
                )  # fmt: skip
                write_form(stage / path.name, asked, who, person.name, heard.get(person.label))
        _list_sent(stage / SENT, paths, number)

    gone = {Path(name) for name in left}
    with result_folder(out, asked.path.name, record=SENT, listed=lambda _: gone) as folder:
        folder.put(fill)
    told = [problem("E239", str(out / name), expert=expert) for name, expert in left.items()]
    return Sent(
        out, tuple(paths.values()), number, len(keys_of(asked, kind)), (*notes, *told), asked.language
    )  # fmt: skip


def _left_behind(out: Path, asked: DelphiBook, people: Sequence[Recipient], number: int) -> dict[str, str]:
    """Return the blank forms of an earlier list in a folder, with their experts; they go with it.

    Beside the new ones they would be collected as well. Raises :class:`TierwiseError` E240 for those that are
    not known to be blank.
    """
    known = {(person.code, person.label) for person in people}
    listed = {line.get("file", "") for line in sent_lines(out)}
    found: dict[str, str] = {}
    filled = Problems()
    for path in forms_in(out) if out.is_dir() else ():
        form = open_form(path, out)
        who, name = form.who, form.name
        if who is None or (who.book, who.round) != (asked.mark, number) or (who.code, who.label) in known:
            continue
        if name in listed and _is_blank(form, asked):
            found[name] = who.label
        else:
            filled.add("E240", str(path), expert=who.label)
    filled.raise_any()
    return found


def _is_blank(form: Opened, asked: DelphiBook) -> bool:
    """Tell whether a form is surely without an answer."""
    assert form.who is not None
    try:
        read = read_returned(form, asked, form.who.round, form.who.kind, WordScale(form.who.top))
    except TierwiseError:
        return False
    return not (read.answers or read.untaken or read.rating or read.comments)


def sent_lines(folder: Path) -> list[dict[str, str]]:
    """Return the list of forms that stands in a folder, a line a form; nothing where there is none."""
    path = folder / SENT
    tables = read_tables(path)[0] if path.is_file() else []  # a spreadsheet may have saved it otherwise
    rows = [[text(cell) for cell in row] for table in tables[:1] for row in table.cells]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def _list_sent(path: Path, paths: Mapping[Recipient, Path], number: int) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("code", "name", "expert", "camp", "round", "file"))
        for person, form in paths.items():
            lines.writerow((person.code, person.name, person.label, person.camp, number, form.name))


def _next_round(asked: DelphiBook) -> int:
    """Return the number of the round after those of the Experts sheet."""
    experts = asked.experts()
    return 1 if experts is None else len(experts.rounds) + 1


def _file_name(person: Recipient) -> str:
    return re.sub(r'[\\/:*?"<>|\s]+', "_", f"{person.code}_{person.name}")
