"""All forms of a round collected: what may be taken, what is named, and the copy of the book with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from tierwise.delphi.answers import number_in
from tierwise.delphi.asked import DelphiBook, Kind, keys_of, read_delphi_book
from tierwise.delphi.collected import Collected
from tierwise.delphi.filled import comparisons_sheet, experts_sheet
from tierwise.delphi.measures import measures
from tierwise.delphi.package import put_sheets
from tierwise.delphi.recipients import Recipient
from tierwise.delphi.returned import SENT, Opened, Returned, forms_in, open_form, read_returned
from tierwise.delphi.returns import returns_sheets
from tierwise.delphi.sending import sent_lines
from tierwise.delphi.worded import WordScale, word_scale
from tierwise.errors import Problem, Problems, TierwiseError, problem
from tierwise.outputs.files import in_the_way
from tierwise.words.language import Language


def delphi_collect(
    forms: str | Path,
    into: str | Path,
    out: str | Path | None = None,
    *,
    round: int | None = None,  # noqa: A002 - the word of the Experts sheet
    language: Language | None = None,
    replace: bool = False,
) -> Collected:
    """Collect the forms of a folder, and write a copy of the book with them to ``out`` where it is given.

    The copy has the Experts sheet (of pairs: Comparisons) filled, and the sheets Returns, Return problems and
    Comments; everything else of the book is as it was. What cannot be taken is named by file and cell, and
    stands with the text that was given on the sheet Return problems.

    Args:
        forms: the folder of returned forms (.xlsx .xlsm .xlsb .xls .et .ods); ``sent.csv`` beside them, as
            :func:`delphi_send` writes it, tells how many were sent.
        into: the book; never written to.
        out: the copy, an .xlsx.
        round: the round to collect (default: the one that most forms are of).
        language: of the new sheets (default: the book's).
        replace: write over ``out``.

    Raises:
        TierwiseError: the book's, E217 (no forms of this book), E248 (``experts.words`` in no order), E220
            (the book is no .xlsx), I007, I008, I009, I014 (the output). What is wrong with forms is in
            ``problems`` and not raised.

    """
    book = read_delphi_book(into, language)
    folder = Path(forms)
    if not folder.is_dir():
        raise TierwiseError(problem("I001", str(folder)))
    paths = [*forms_in(folder)]
    if out is not None:
        refuse_output(Path(out), book.path, *paths, replace=replace)
    files = [open_form(path, folder) for path in paths]
    number, kind = _wanted(files, book, round)
    tops = [who.top for file in files if (who := file.who) and (who.round, who.kind) == (number, kind)]
    scale = WordScale(max(tops, default=0.0))
    read, refused, problems = _read(files, book, number, kind, scale)
    given = [left.given for form in read for left in form.untaken]
    scale = word_scale(given, scale.top, book.settings.experts.words)
    if scale.known:  # what a word means, all of them tell
        read, refused, problems = _read(files, book, number, kind, scale)
    if scale.used:
        problems.add("E247" if scale.turned else "E234", folder.name, words=scale.read)
    taken, aside = _one_each(read, problems)
    for form in (*taken, *aside):
        problems.extend(form.problems)
    sent = _sent(folder, number)
    _note_strangers((*taken, *aside), sent, problems)
    taken = _own_names(taken, problems)
    if not taken and not aside:
        raise TierwiseError(problem("E217", str(folder), round=number), *problems.found)
    keys = keys_of(book, kind)
    come = {(form.who.code, form.who.label) for form in (*taken, *aside)}
    scores = np.array([[form.answers.get(key, np.nan) for key in keys] for form in taken]).reshape(
        -1, len(keys)
    )
    collected = Collected(
        book, number, kind, tuple(taken), tuple(aside), tuple(refused), tuple(problems.found),
        None if sent is None else len(sent), measures(np.log(scores) if kind == "pairs" else scores),
        tuple(one for one in sent or () if (one.code, one.label) not in come),
    )  # fmt: skip
    return collected if out is None else write_collected(collected, Path(out))


def _read(
    files: Sequence[Opened], book: DelphiBook, number: int, kind: Kind, scale: WordScale
) -> tuple[list[Returned], list[str], Problems]:
    """Return the forms that could be read, the files of which nothing is taken, and why."""
    read: list[Returned] = []
    refused: list[str] = []
    problems = Problems()
    for file in files:
        try:
            form = read_returned(file, book, number, kind, scale)
            if not (form.answers or form.untaken or form.problems):  # sent back as it was
                aside = sum(number_in(one, pairs=False) is not None for one in form.comments.values())
                code = "E245" if aside > 1 else "E232"
                raise TierwiseError(problem(code, form.file, expert=form.who.label))
            read.append(form)
        except TierwiseError as error:
            refused.append(file.name)
            problems.extend(_in_file(one, file.name) for one in error.problems)
    return read, refused, problems


def write_collected(collected: Collected, out: Path) -> Collected:
    """Write the copy of the book; raises I007 where it cannot be written."""
    fill = comparisons_sheet if collected.kind == "pairs" else experts_sheet
    name, rows, more = fill(collected.book, collected.round, collected.taken, collected.sent)
    collected = replace(collected, problems=(*collected.problems, *more))
    put_sheets(collected.book.path, out, {name: rows, **returns_sheets(collected)})
    return replace(collected, written=out)


def _in_file(one: Problem, file: str) -> Problem:
    """Return a problem with the file named in its place."""
    return (
        one
        if one.place.startswith(file)
        else replace(one, place=f"{file}: {one.place}" if one.place else file)
    )


def refuse_output(out: Path, source: Path, *others: Path, replace: bool) -> None:
    """Raise E220, I008, I009 or I014 where the copy of a book cannot be made or written.

    ``others`` are the inputs beside the book.
    """
    if source.suffix.lower() not in {".xlsx", ".xlsm"}:
        raise TierwiseError(problem("E220", str(source)))
    if out.suffix.lower() != source.suffix.lower():
        raise TierwiseError(problem("I009", str(out)))
    if blocked := [*in_the_way(out, [source, *others], replace=replace)]:
        raise TierwiseError(*blocked)


def _wanted(files: Iterable[Opened], book: DelphiBook, number: int | None) -> tuple[int, Kind]:
    """Return the round and kind that most forms of this book and framework are of."""
    marks = [file.who for file in files if file.who]
    own = [mark for mark in marks if mark.book == book.mark and mark.framework == book.version] or marks
    rounds = Counter((mark.round, mark.kind) for mark in own if number in (None, mark.round))
    if rounds:
        return rounds.most_common(1)[0][0]
    return number or 1, "scores"


def _one_each(read: Sequence[Returned], problems: Problems) -> tuple[list[Returned], list[Returned]]:
    """Return one form for each expert, and those set aside: copies, and all where they differ."""
    by_expert: dict[tuple[str, str], list[Returned]] = {}
    for form in read:  # forms of two lists may share a code
        by_expert.setdefault((form.who.code, form.who.label), []).append(form)
    taken, aside = [], []
    for forms in by_expert.values():
        first = forms[0]
        same = all(
            (one.answers, one.rating, one.untaken and [left.given for left in one.untaken])
            == (first.answers, first.rating, first.untaken and [left.given for left in first.untaken])
            for one in forms
        )
        if len(forms) == 1:
            taken.append(first)
        elif same:
            taken.append(first)
            aside += forms[1:]
            for one in forms[1:]:
                problems.add("E211", one.file, expert=first.who.label, first=first.file)
        else:
            aside += forms
            for one in forms:
                others = [other.file for other in forms if other is not one]
                problems.add("E210", one.file, expert=first.who.label, count=len(forms), files=others)
    return taken, aside


def _note_strangers(read: Iterable[Returned], sent: Sequence[Recipient] | None, problems: Problems) -> None:
    """Note E241 for each form whose expert the list of what was sent does not hold."""
    listed = {(one.code, one.label) for one in sent or ()}
    for form in read if listed else ():
        if (form.who.code, form.who.label) not in listed:
            problems.add("E241", form.file, expert=form.who.label, number=form.who.code, list=SENT)


def _own_names(taken: Sequence[Returned], problems: Problems) -> list[Returned]:
    """Return the forms with experts of one name told apart by their codes."""
    names = Counter(form.who.label for form in taken)
    done = []
    for form in taken:
        who = form.who
        if names[who.label] > 1:
            label = f"{who.label} ({who.code})"
            problems.add("E212", form.file, name=who.label, label=label)
            who = replace(who, label=label)
        done.append(replace(form, who=who))
    return done


def _sent(folder: Path, number: int) -> list[Recipient] | None:
    """Return to whom forms of the round were sent, by the list beside them; None without a list."""
    lines = sent_lines(folder)
    columns = ("code", "name", "expert", "camp")
    of_round = [line for line in lines if line.get("round") == str(number)]
    return [Recipient(*(line.get(column, "") for column in columns)) for line in of_round] if lines else None
