"""The ribbon's commands, on the workbook that is open: run beside Excel, which stays free.

``python -P -m tierwise_addin.hosts.excel.ribbon run`` is what a button starts, with the name of the workbook
in ``TIERWISE_BOOK``. The input sheets
are read as they are on the screen, the run tells its progress in the status bar, and result sheets are added
behind the user's own, which stay as they were.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from tierwise.errors import Problem, TierwiseError
from tierwise.outputs.files import is_there
from tierwise_addin import manual, settings
from tierwise_addin.arguments import Help
from tierwise_addin.hosts.excel import beside, notes
from tierwise_addin.hosts.excel.beside import cells_of, show
from tierwise_addin.hosts.excel.waiting import patiently
from tierwise_addin.hosts.runs import Run, reading_of, scenario_of

CLEAN: Final = Help("no problem found", "未发现问题")
LISTED: Final = Help("{count} problem(s), see sheet “{sheet}”", "发现{count}个问题，见工作表“{sheet}”")
NONE_FAILS: Final = Help("no function fails", "没有出错的函数")
EXPLAINED: Final = Help("{failing} cell(s) fail, each has a note", "{failing}个单元格出错，原因见批注")
LEFT: Final = Help(
    "{failing} cell(s) fail, {left} of them without a note: it has one of yours, or the sheet is protected",
    "{failing}个单元格出错，其中{left}个未加批注：已有用户批注，或工作表受保护",
)
BOOK_VARIABLE: Final = "TIERWISE_BOOK"
CHECK_SHEET: Final = "_tierwise check"
ROBUSTNESS_TABLES: Final = ("robustness", "cuts")


def sheets_of(book: Any) -> dict[str, list[list[object]]]:
    """Return the cells of the input sheets, from A1 on, error values as their texts."""
    from tierwise.inputs.files import input_sheet  # notes on cells do without

    wanted = [sheet for sheet in book.sheets if input_sheet(sheet.name)]
    return {sheet.name: patiently(partial(cells_of, sheet)) for sheet in wanted}


def cancel_file(book_name: str) -> Path:
    """Return the file that asks the run of a workbook to end."""
    key = sha256(book_name.encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"tierwise-cancel-{key}"


def run(book: Any, tables: tuple[str, ...] = ()) -> Run:
    """Run the scenario in the open workbook and add its result sheets (all, or those of ``tables``)."""
    asked_to_end = cancel_file(book.name)
    asked_to_end.unlink(missing_ok=True)
    sheets = sheets_of(book)
    stem = Path(book.name).stem
    started = Run(stem, lambda: scenario_of(stem, sheets))
    last = [0.0]

    def watch(running: Run) -> None:
        if asked_to_end.exists():
            running.cancelled.set()
        if time.monotonic() - last[0] > 0.2:
            last[0] = time.monotonic()
            show(book, running.line)

    started.work(watch)
    asked_to_end.unlink(missing_ok=True)
    if started.state == "failed" and started.error is not None:
        list_problems(book, started.error.problems)
    if started.results is not None:
        add_results(book, started, tables)
    show(book, started.line)
    return started


def robustness(book: Any) -> Run:
    """Run the scenario in the open workbook and add its robustness table and cuts."""
    return run(book, ROBUSTNESS_TABLES)


def add_results(book: Any, finished: Run, tables: tuple[str, ...]) -> None:
    """Copy the sheets of a results workbook behind the user's own; those of an earlier run are replaced."""
    from tierwise.report.answers import answers  # notes on cells do without
    from tierwise.report.draw_notes import draw_note
    from tierwise.report.presented import names_of
    from tierwise.report.summary import summary
    from tierwise.report.workbook import write_workbook

    results = finished.results
    assert results is not None
    title, language = results.scenario.title, results.scenario.language
    chosen = {name: frame for name, frame in results.tables.items() if not tables or name in tables}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tierwise results.xlsx"
        note = draw_note(results.study.robustness, language)
        answered = () if tables else answers(results.study)
        names = names_of(results.study)
        write_workbook(path, chosen, title, summary(results.study), language, note, answered, names)
        written = patiently(lambda: book.app.books.open(str(path)))
        try:
            replace_sheets(book, written, title)
        finally:
            patiently(written.close)


def replace_sheets(book: Any, written: Any, title: str) -> None:
    """Copy all sheets of ``written`` behind those of ``book``, in one go so that charts keep their data.

    A sheet of the same name whose first cell holds the same title is of an earlier run and goes.
    """
    names = [sheet.name for sheet in written.sheets]
    earlier = [
        sheet for sheet in book.sheets if sheet.name in names and str(sheet.range("A1").value) == title
    ]
    alerts, book.app.display_alerts = book.app.display_alerts, False
    try:
        for sheet in earlier:
            patiently(sheet.delete)
        patiently(lambda: written.api.Worksheets.Copy(After=book.sheets[-1].api))
    finally:
        book.app.display_alerts = alerts


def check(book: Any) -> tuple[Problem, ...]:
    """List every problem of the open workbook, or what it cautions of, on a sheet with links to the cells."""
    from tierwise.stages import check_reading  # notes on cells do without

    sheets = sheets_of(book)
    stem = Path(book.name).stem
    try:
        scenario = check_reading(reading_of(stem, sheets))
        problems = (*scenario.cautions, *scenario.doubts)
    except TierwiseError as error:
        problems = error.problems
    if problems:
        list_problems(book, problems)
    else:
        show(book, f"tierwise: {stem}: {CLEAN.text(settings.load().language)}")
    return problems


def list_problems(book: Any, problems: tuple[Problem, ...]) -> None:
    """Write problems to the sheet of the check, each with a link to its cell."""
    language = settings.load().language
    names = [sheet.name for sheet in book.sheets]
    active = book.sheets.active
    sheet = (
        book.sheets[CHECK_SHEET]
        if CHECK_SHEET in names
        else book.sheets.add(CHECK_SHEET, after=book.sheets[-1])
    )
    head = (
        ["代码", "位置", "问题", "处理办法"]
        if language == "zh"
        else ["code", "place", "problem", "what to do"]
    )
    lines = [[one.code, one.where(language), one.text(language), one.fix(language)] for one in problems]
    sheet.clear()
    sheet.range("A1").value = [head, *lines]
    for row, one in enumerate(problems, 2):
        sheet_name, _, cell = one.place.partition("!")
        if cell and sheet_name in names:
            first = f"A{cell}" if cell.isdigit() else cell  # a whole row is no target of a link
            sheet.range(f"B{row}").add_hyperlink(f"#'{sheet_name}'!{first}", one.place)
    sheet.autofit()
    if active.name != sheet.name:
        active.activate()
    show(book, f"tierwise: {LISTED.text(language).format(count=len(problems), sheet=CHECK_SHEET)}")


def explain(book: Any) -> notes.Explained:
    """Put the reason on every failing cell as a note, and tell how many there are."""
    result = notes.explain(book)
    outcome = LEFT if result.left else EXPLAINED if result.failing else NONE_FAILS
    line = outcome.text(settings.load().language).format(failing=result.failing, left=result.left)
    show(book, f"tierwise: {line}")
    return result


def open_settings() -> None:
    """Open the settings file in the system's editor; it is written if there is none."""
    place = settings.place()
    if not is_there(place):
        settings.save(settings.Settings())
    start = getattr(os, "startfile", None)
    if start is not None:
        start(place)
    else:
        webbrowser.open(place.as_uri())


def open_help() -> None:
    """Open the page of all functions in a browser."""
    path = Path(tempfile.gettempdir()) / "tierwise functions.html"
    path.write_text(manual.html(settings.load().language), encoding="utf-8")
    webbrowser.open(path.as_uri())


COMMANDS: Final[Mapping[str, Callable[[Any], object]]] = {
    "run": run,
    "robustness": robustness,
    "check": check,
    "explain": explain,
    "repair": beside.repair,
    "clean": beside.clean,
    "send": beside.send,
    "collect": beside.collect,
}
"""What a button asks for, on the open workbook."""


def main(arguments: list[str]) -> None:
    """Do what a button asks for: ``COMMAND``, on the workbook named by the environment."""
    command, name = arguments[0], os.environ.get(BOOK_VARIABLE, "")
    if command == "settings":
        open_settings()
    elif command == "help":
        open_help()
    elif command == "cancel":
        cancel_file(name).touch()
    else:
        import xlwings

        book = xlwings.books[name]
        COMMANDS[command](book)
        time.sleep(8)
        show(book, False)


if __name__ == "__main__":
    main(sys.argv[1:])
