"""Commands beside ``run``: killed at a step, on a disk that fills, given texts made to deceive."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import signal
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any, NamedTuple

import openpyxl
import pytest

import tierwise as tw
from tests.bundling.test_bundle import wheel
from tests.delphi.forms import CODES, column_of, fill, main_sheet, make_book, make_list, rows_of, seeded
from tests.trust.faults import whole_book
from tests.trust.outcomes import in_child, outcome
from tierwise.bundling.bundle import bundle
from tierwise.inputs import Sheet
from tierwise.proofreading.reader import Proof, proof
from tierwise.rehearsal import example
from tierwise.report import word_pages
from tierwise.report.cards import write_cards
from tierwise.report.sample import write_sample
from tierwise.report.word import write_word
from tierwise.runs import compare_runs
from tierwise.runs.page import write_book as write_comparison
from tierwise.runs.page import write_page
from tierwise.stages import Results, run
from tierwise.study.scenario import read_sheets
from tierwise_addin import settings
from tierwise_addin.hosts.calc import extension

STEPS = ("rename", "replace", "unlink", "mkdir", "fsync", "rmdir", "link")
TEXTS = (
    "=1+1", "=HYPERLINK(\"http://evil.example\")", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1",
    "a\nD003 Data!B2: nothing", "\x1b[31m红", "<script>alert(1)</script>", "{{ 7*7 }}", "]]>&<", "\u202eabc",
    "x" * 40_000, "😀", "'=1+1", "http://evil.example", "#N/A", "\ufffe", "\x00a",
)  # fmt: skip


class Command(NamedTuple):
    """A command: where it writes in a folder, and how it is called there for older or newer inputs."""

    name: str
    out: str
    act: Callable[[Path, bool], object]


@cache
def inputs() -> Path:
    """Return a folder of raw tables, books and filled forms, older and newer."""
    folder = Path(mkdtemp())
    for new in (False, True):
        kind = "new" if new else "old"
        (folder / kind).mkdir()
        rows = [list(row[:12]) for row in whole_book()["Data"]]
        rows[1][3] = 999.0 if new else 1.0
        text = "\n".join(",".join(map(str, row)) for row in rows)
        (folder / kind / "raw.csv").write_text(text, encoding="utf-8")
        scores = [["轮次", "专家", *CODES]]
        scores += [[1, f"专家{at:03}", *row] for at, row in enumerate(seeded(1 + new, 4).tolist(), 1)]
        book = make_book(folder / kind / "book.xlsx", title=f"指数{kind}", experts=scores)
        sent = tw.delphi_send(book, make_list(folder / kind / "list.csv", 3 + new), folder / kind / "forms")
        for path, answers in zip(sent.files, seeded(3, 9), strict=False):
            fill(path, dict(zip(CODES, answers, strict=True)))
        lines = [
            ["专家", *CODES],
            *([f"专家{at}", *row] for at, row in enumerate(seeded(5 + new, 4).tolist())),
        ]
        table = "\n".join(",".join(map(str, line)) for line in lines)
        (folder / kind / "answers.csv").write_text(table, encoding="utf-8")
        year = openpyxl.Workbook()
        year.remove(year.worksheets[0])
        for name, cells in _book(new).items():
            sheet = year.create_sheet(name)
            for line in cells:
                sheet.append(line)
        year.save(folder / kind / "year.xlsx")
        heads = "表1 百强县名单\n\n| 位次 | 县市 | 省份 |\n|---|---|---|"
        listed = f"{heads}\n| 1 | 江阴市 | 江苏 |\n| 2 | 昆山市 | 江苏 |\n"
        report = f"# 榜单\n\n{listed}\n江苏省有{3 + new}个县市入围。\n"
        (folder / kind / "report.md").write_text(report, encoding="utf-8")
        wheel(folder / kind, "tierwise", f"9.{int(new)}")
    return folder


def _book(new: bool) -> dict[str, list[list[Any]]]:
    cells = whole_book()
    cells["Data"][1][3] = 40.0 if new else 20.0
    return cells


@cache
def results(new: bool) -> Results:
    """Return the results of an older or newer book."""
    sheets = {name: Sheet.from_cells(name, rows) for name, rows in _book(new).items()}
    return run(read_sheets("book", sheets).whole(), draws=20, threads=1)


@cache
def comparison(new: bool) -> Any:
    """Return a book of this year beside itself, or beside an older one."""
    return compare_runs(_from(False) / "year.xlsx", _from(new) / "year.xlsx")


@cache
def read(new: bool) -> Proof:
    """Return a report proof-read."""
    return proof(_from(new) / "report.md")


def _from(new: bool) -> Path:
    return inputs() / ("new" if new else "old")


def _sample(at: Path, new: bool) -> None:
    if new:
        write_sample(at / "technology-achievement.xlsx", replace=True)
    else:
        (at / "technology-achievement.xlsx").write_bytes(b"old" * 1000)


def _send(at: Path, new: bool) -> None:
    given = _from(new)
    tw.delphi_send(given / "book.xlsx", given / "list.csv", at / "forms", round=2, replace=True)


def _collect(at: Path, new: bool) -> None:
    given = _from(new)
    tw.delphi_collect(given / "forms", given / "book.xlsx", at / "out.xlsx", replace=True)


def _feedback(at: Path, new: bool) -> None:
    tw.delphi_feedback(_from(new) / "book.xlsx", at / "forms", replace=True)


def _clean(at: Path, new: bool) -> None:
    tw.clean(_from(new) / "raw.csv", at / "out.xlsx", replace=True)


def _import(at: Path, new: bool) -> None:
    tw.import_book(_from(new) / "raw.csv", at / "out.xlsx", replace=True)


def _answers(at: Path, new: bool) -> None:
    given = _from(new)
    tw.delphi_import(given / "answers.csv", given / "book.xlsx", at / "out.xlsx", replace=True)


def _report(at: Path, new: bool) -> None:
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(word_pages, "which", lambda _: None)  # pages are counted in a minute: not here
        write_word(results(new).study, at / "out.docx", replace=True)


def _cards(at: Path, new: bool) -> None:
    write_cards(results(new).study, ["u00", "u01", "u02"], at / "cards", replace=True)


def _page(at: Path, new: bool) -> None:
    write_page(comparison(new), at / "out.html")


def _comparison(at: Path, new: bool) -> None:
    write_comparison(comparison(new), at / "out.xlsx")


def _proof(at: Path, new: bool) -> None:
    read(new).write(at / "out.csv", replace=True)


def _proof_book(at: Path, new: bool) -> None:
    read(new).write(at / "out.xlsx", replace=True)


def _next(at: Path, new: bool) -> None:
    tw.next_year(_from(new) / "year.xlsx", at / "out.xlsx", 2020 + new, replace=True)


def _bundle(at: Path, new: bool) -> None:
    bundle(at / "folder", source=_from(new) / f"tierwise-9.{int(new)}-py3-none-any.whl", replace=True)


def _example(at: Path, new: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(example, "run", lambda _: results(new))  # draws are a second or two: not here
        tw.delphi_example(at / "panel", seed=2019 + new, replace=True)


def _addin(at: Path, new: bool) -> None:
    extension.pack(at / "tierwise.oxt", settings.Settings("zh" if new else "en"))


def _settings(at: Path, new: bool) -> None:
    settings.save(settings.Settings(token="new" if new else "old"), at / "addin.ini")  # none


COMMANDS = (
    Command("clean", "out.xlsx", _clean),
    Command("import", "out.xlsx", _import),
    Command("delphi send", "forms", _send),
    Command("delphi collect", "out.xlsx", _collect),
    Command("delphi feedback", "forms", _feedback),
    Command("delphi import", "out.xlsx", _answers),
    Command("delphi example", "panel", _example),
    Command("workbook", "technology-achievement.xlsx", _sample),
    Command("report", "out.docx", _report),
    Command("card", "cards", _cards),
    Command("compare --html", "out.html", _page),
    Command("compare --xlsx", "out.xlsx", _comparison),
    Command("proof --out .csv", "out.csv", _proof),
    Command("proof --out .xlsx", "out.xlsx", _proof_book),
    Command("next", "out.xlsx", _next),
    Command("bundle", "folder", _bundle),
    Command("addin build", "tierwise.oxt", _addin),
    Command("addin settings", "addin.ini", _settings),
)


def content(path: Path) -> dict[str, bytes]:
    """Return the bytes of a file, or of each file of a folder."""
    if path.is_file():
        return {"": path.read_bytes()}
    files = (file for file in sorted(path.rglob("*")) if file.is_file())
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in files}


@cache
def made(at: int, new: bool) -> dict[str, bytes]:
    """Return what a command leaves; for the newer input, over what it left of the older one."""
    folder = Path(mkdtemp())
    command = COMMANDS[at]
    command.act(folder, False)
    if new:
        command.act(folder, True)
    found = content(folder / command.out)
    shutil.rmtree(folder)
    return found


@cache
def steps_of(at: int) -> int:
    """Return how many steps a command takes over what it left, any of which may be its last."""
    folder, taken = Path(mkdtemp()), count(1)
    COMMANDS[at].act(folder, False)
    with pytest.MonkeyPatch.context() as patch:
        for name in STEPS:
            patch.setattr(os, name, _dying(getattr(os, name), taken, 0))
        COMMANDS[at].act(folder, True)
    shutil.rmtree(folder)
    return next(taken) - 1


def killed(seed: int, folder: Path) -> str:
    """Kill a command at a step by chance: its output is all old or all new, and the next call ends it."""
    at = seed % len(COMMANDS)
    moment, command = 1 + Random(seed).randrange(steps_of(at)), COMMANDS[at]
    both = made(at, False), made(at, True)

    def act() -> str:
        command.act(folder, False)

        def dying() -> int:
            steps = count(1)
            patch = pytest.MonkeyPatch()
            for name in STEPS:
                patch.setattr(os, name, _dying(getattr(os, name), steps, moment))
            command.act(folder, True)
            return 0

        in_child(dying)
        between = {name: text for name, text in content(folder / command.out).items() if name != ".complete"}
        command.act(folder, True)
        tidy = [path.name for path in folder.iterdir()] == [command.out]
        whole = between in both and content(folder / command.out) == both[1] and tidy
        return "served" if whole else "mixed"

    return outcome(act)


def _dying(act: Callable[..., object], steps: Any, moment: int) -> Callable[..., object]:
    def step(*given: object, **named: object) -> object:
        if next(steps) == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        return act(*given, **named)

    return step


def full(seed: int, folder: Path) -> str:
    """Run a command where files may have so many bytes: refused by code, what was there stays."""
    at = seed % len(COMMANDS)
    command = COMMANDS[at]
    both = made(at, False), made(at, True)
    command.act(folder, False)

    def limited() -> int:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (Random(seed).randint(0, 8_000),) * 2)
        return 0 if outcome(lambda: command.act(folder, True)) in ("served", "refused") else 1

    if not in_child(limited):
        return "traceback"
    after = content(folder / command.out)
    if after not in both or [path.name for path in folder.iterdir()] != [command.out]:
        return "mixed"
    return "refused" if after == both[0] else "served"


def deceitful(seed: int, folder: Path) -> str:
    """Give commands texts that are formulas, markup or controls to some program: they stay texts."""
    chance = Random(seed)
    return outcome(lambda: (_cleaned, _asked)[seed % 2](chance, folder))


def _cleaned(chance: Random, folder: Path) -> str:
    rows: list[list[object]] = [list(row[:12]) for row in whole_book()["Data"]]
    for _ in range(chance.randint(1, 6)):
        rows[chance.randrange(len(rows))][chance.randrange(12)] = chance.choice(TEXTS)
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    (folder / "raw.csv").write_text(written.getvalue(), encoding="utf-8", errors="replace")
    act = chance.choice((tw.clean, tw.import_book))
    act(folder / "raw.csv", folder / "out.xlsx")
    return "served" if plain(folder / "out.xlsx") else "let in"


def _asked(chance: Random, folder: Path) -> str:
    title, last = chance.choice(TEXTS)[:200], chance.choice(TEXTS)[:200]
    for text in (title, last):
        if not re.fullmatch(r"[^\x00-\x08\x0b-\x1f\ufffe]*", text):
            return "refused"  # openpyxl writes no such cell
    book = make_book(folder / "book.xlsx", title=title or "x")
    people = [["name", "camp"], [last, chance.choice(TEXTS)[:50]], ["乙", "=1+1"]]
    with (folder / "list.csv").open("w", encoding="utf-8", errors="replace", newline="") as file:
        csv.writer(file).writerows(people)
    sent = tw.delphi_send(book, folder / "list.csv", folder / "forms")
    if not all(plain(path, own=True) for path in sent.files):
        return "let in"
    fill(sent.files[0], dict.fromkeys(CODES, 3.0))
    form = openpyxl.load_workbook(sent.files[0])
    sheet = main_sheet(form)
    cell = sheet.cell(rows_of(sheet)["item:A2"], column_of(sheet, "comment"))
    cell.value, cell.data_type = "=cmd|' /C calc'!A0", "s"
    form.save(sent.files[0])
    tw.delphi_collect(folder / "forms", book, folder / "out.xlsx")
    return "served" if plain(folder / "out.xlsx", allowed=("=A1*2", title, last)) else "let in"


def plain(path: Path, *, own: bool = False, allowed: tuple[str, ...] = ()) -> bool:
    """Tell whether a workbook holds no formula from a text; ``own``: formulas of the form's own are there."""
    with zipfile.ZipFile(path) as archive:
        links = [name for name in archive.namelist() if "externalLink" in name]
        outside = any(b'TargetMode="External"' in archive.read(name) for name in archive.namelist())
    cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row]
    formulas = [str(cell.value) for cell in cells if cell.data_type == "f" and str(cell.value) not in allowed]
    foreign = [formula for formula in formulas if not own or re.search(r"cmd|HYPERLINK|^=1\+1|@SUM", formula)]
    return not links and not outside and not foreign
