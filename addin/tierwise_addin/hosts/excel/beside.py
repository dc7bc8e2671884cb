"""The ribbon's commands that make files beside the open workbook: clean copies, forms, repaired links.

Each works on a copy of the workbook as it stands on the screen; the workbook itself is never written to, and
no file is replaced. What was made, or why nothing was, is told in the status bar.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tierwise.errors import TierwiseError
from tierwise_addin import relink, settings
from tierwise_addin.arguments import Help
from tierwise_addin.hosts.excel.waiting import BUSY, patiently

LONGEST_LINE: Final = 255
"""Characters of the status bar."""
EXPERTS_SHEETS: Final = ("_experts", "_专家名单")
NO_LIST: Final = Help(
    "put the experts' names on a sheet “_experts” under the heading name; code and camp may stand beside it",
    "请在工作表“_专家名单”的“姓名”列下每行填一位专家，可另设“编号”“组别”列",
)
CLEANED: Final = Help(
    "{path}: {changes} change(s), {doubts} cell(s) to look at, see its sheet of changes",
    "{path}：改动{changes}处，待确认{doubts}处，见其中的“修改记录”",
)
FORMS: Final = Help("{count} form(s) of round {round} in {path}", "第{round}轮咨询表{count}份，在{path}")
COLLECTED: Final = Help(
    "{path}: {count} form(s) of round {round} collected, {problems} problem(s) on its sheets",
    "{path}：已汇总第{round}轮咨询表{count}份，问题{problems}处，见其中的“回收问题”",
)


def show(book: Any, text: str | bool) -> None:
    """Put a line into the status bar (False gives the bar back to Excel); a busy Excel misses it."""
    try:
        book.app.status_bar = text
    except Exception as error:
        if getattr(error, "hresult", None) not in BUSY:
            raise


def tell(book: Any, text: str) -> None:
    """Put a line of ours into the status bar, cut where Excel would refuse it."""
    show(book, f"tierwise: {text}"[:LONGEST_LINE])


def cells_of(sheet: Any) -> list[list[object]]:
    """Return the cells of a sheet from A1 on, error values as their texts."""
    used = sheet.range("A1", sheet.used_range.last_cell).options(ndim=2, err_to_str=True)
    rows: list[list[object]] = used.value
    return rows


def folder_of(book: Any) -> Path:
    """Return the folder of the open workbook, the user's own where that is none of this machine."""
    # The name as Excel has it: xlwings would look for a synchronised folder.
    beside = Path(str(book.api.FullName)).parent
    return beside if beside.is_dir() else Path.home()


@contextmanager
def _copy(book: Any) -> Iterator[Path]:
    """Give a copy of the open workbook as it is now, under its own name."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / book.name
        patiently(lambda: book.api.SaveCopyAs(str(copy)))
        yield copy


def _made(book: Any, make: Callable[[], tuple[Path, str] | None]) -> Path | None:
    """Make something and tell what; a problem is told in its place."""
    try:
        made = make()
    except TierwiseError as error:
        tell(book, error.text(settings.load().language))
        return None
    if made is None:
        return None
    tell(book, made[1])
    return made[0]


def repair(book: Any) -> Path | None:
    """Write a copy in which functions have plain names; none where nothing is to be mended."""

    def make() -> tuple[Path, str]:
        name = Path(book.name)
        out = folder_of(book) / f"{name.stem}-relinked{name.suffix}"
        relink.refuse(name, out)
        with _copy(book) as copy:
            done = relink.relink(copy, out)
        lines = relink.told(done, name, out, settings.load().language).splitlines()
        return out, " ".join(reversed(lines))

    out = _made(book, make)
    return out if out is not None and out.exists() else None


def clean(book: Any) -> Path | None:
    """Write a cleaned copy, by the rules of ``tierwise clean``, and open it."""
    from tierwise import clean as cleaned  # notes on cells do without

    def make() -> tuple[Path, str]:
        out = folder_of(book) / f"{Path(book.name).stem}-clean.xlsx"
        with _copy(book) as copy:
            done = cleaned(copy, out)
        text = CLEANED.text(settings.load().language)
        return out, text.format(path=out, changes=len(done.changes), doubts=len(done.doubts))

    return _opened(book, _made(book, make))


def send(book: Any) -> Path | None:
    """Write a form for each expert of the sheet ``_experts`` into a folder beside the book."""
    from tierwise import delphi_send  # notes on cells do without

    language = settings.load().language
    listed = next((sheet for sheet in book.sheets if sheet.name in EXPERTS_SHEETS), None)
    if listed is None:
        tell(book, NO_LIST.text(language))
        return None

    def make() -> tuple[Path, str]:
        out = folder_of(book) / f"{Path(book.name).stem}-forms"
        with _copy(book) as copy:
            people = copy.with_name("experts.csv")
            with people.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows(patiently(lambda: cells_of(listed)))
            sent = delphi_send(copy, people, out)
        text = FORMS.text(language)
        return out, text.format(count=len(sent.files), round=sent.round, path=out)

    return _made(book, make)


def collect(book: Any) -> Path | None:
    """Write a copy of the book with the forms that came back to the folder of forms, and open it."""
    from tierwise import delphi_collect  # notes on cells do without

    def make() -> tuple[Path, str]:
        stem, folder = Path(book.name).stem, folder_of(book)
        out = folder / f"{stem}-collected.xlsx"
        with _copy(book) as copy:
            done = delphi_collect(folder / f"{stem}-forms", copy, out)
        text = COLLECTED.text(settings.load().language)
        counts = {"count": len(done.taken), "round": done.round, "problems": len(done.problems)}
        return out, text.format(path=out, **counts)

    return _opened(book, _made(book, make))


def _opened(book: Any, path: Path | None) -> Path | None:
    """Open a file that was made, beside the workbook that is open."""
    if path is not None:
        patiently(lambda: book.app.books.open(str(path)))
    return path
