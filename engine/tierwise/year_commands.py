"""Commands from one list to another: two runs compared, next year's book."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from io import StringIO
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tierwise.commands import MOST_SHOWN, tell_doubts
from tierwise.console import problem_lines, reported, year_option
from tierwise.words.language import COMMA, Language, phrase

if TYPE_CHECKING:
    from tierwise.renewal.book import Renewed
    from tierwise.runs.compared import Runs

MOST_MOVES: Final = 20
COLON: Final[Mapping[Language, str]] = {"en": ": ", "zh": "："}
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "renewed": (
        "{path}: from the list of {last} to that of {year}",
        "{path}：由 {last} 年榜单转为 {year} 年",
    ),
    "history": ("History: {ranks:rank|ranks} of {last} added", "历年排名：补入 {last} 年 {ranks} 个名次"),
    "history-there": ("History: the list of {last} was there already", "历年排名：{last} 年榜单原已在内"),
    "setting": ("{setting}: {before} → {after}", "{setting}：{before} → {after}"),
    "setting-new": ("{setting}: {after}", "{setting}：{after}"),
    "emptied": (
        "Data: emptied for {year}; the figures of {last} stand on the sheet of that year",
        "数据：已清空，待填 {year} 年数据；{last} 年数据移至当年的工作表",
    ),
    "emptied-below": (
        "Data: rows of {year} stand below those of {last}, without figures",
        "数据：{year} 年各行已加在 {last} 年之下，指标待填",
    ),
    "other-years": (
        "New table: rows of other years left out: {years}",
        "新数据表：其他年份的行未采用：{years}",
    ),
    "units": (
        "Data: {same} of {former:unit|units} found again; to decide {decide}, gone {gone}, new {new}",
        "数据：原有 {former} 个单位中对应上 {same} 个；待确认 {decide} 处，本期没有 {gone} 个，新增 {new} 个",
    ),
    "lacking": ("No figures in the new table: {columns}", "新表中没有以下各列数据：{columns}"),
    "added": ("New columns, kept as extra figures: {columns}", "新增各列，作为附加数据保留：{columns}"),
    "nation": (
        "National: still the figures of {years}; put in those for {year}",
        "全国：仍为{years}年数据，请更新",
    ),
    "nation-of": (
        "National: still the figures of the list of {last}; put in those for {year}",
        "全国：仍为{last}年榜单所用数据，请更新",
    ),
    "pair": ("  {what}: {before} → {after}", "  {what}：{before} → {after}"),
    "alone": ("  {what}: {unit}", "  {what}：{unit}"),
    "decide": (
        "Next: write yes or no on the sheet {sheet}, then: tierwise check {path}",
        "下一步：在“{sheet}”表中填写是或否，然后运行 tierwise check {path}",
    ),
    "fill": (
        "Next: fill in Data, then: tierwise check {path}",
        "下一步：填写数据表，然后运行 tierwise check {path}",
    ),
    "check": ("Next: tierwise check {path}", "下一步：tierwise check {path}"),
    "more": ("… and {count} more", "……另有 {count} 处"),
}


def compare(
    before: Annotated[
        str, typer.Argument(help="A folder of results, a book, a .toml file or a bundled name.")
    ],
    after: Annotated[str, typer.Argument(help="Another; what is new, gone or higher is so in this one.")],
    html: Annotated[Path | None, typer.Option(help="Write a page, an .html.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Write a workbook, an .xlsx.")] = None,
    unit: Annotated[
        list[str] | None, typer.Option(help="A unit whose move is told, by name or code; repeatable.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace files that are there.")] = False,
) -> None:
    """Compare two runs: ranks, tiers, entries and exits, settings, figures, and why ranks changed."""
    from tierwise.errors import Problems  # help needs typer alone
    from tierwise.runs import compare_runs
    from tierwise.runs.page import largest, lines, refuse, sentences, write_book, write_page

    problems, asked = Problems(), tuple(unit or ())
    with reported(None if Path(after).is_dir() else after):
        for path, ending in ((html, ".html"), (xlsx, ".xlsx")):
            if path is not None:
                refuse(path, ending, (before, after), replace, problems)
        with problems.caught():
            runs = compare_runs(before, after)
            largest(runs, asked)
        problems.raise_any()
        for line in problem_lines(runs.notes, runs.language):
            typer.echo(line, err=True)
        for heading, value in lines(runs):
            typer.echo(f"{heading}{COLON[runs.language]}{value}")
        typer.echo("")
        _print_moves(runs)
        typer.echo("")
        for text in sentences(runs, asked):
            typer.echo(text)
        if html is not None:
            typer.echo(str(write_page(runs, html, asked)))
        if xlsx is not None:
            typer.echo(str(write_book(runs, xlsx)))


def _print_moves(runs: Runs) -> None:
    """Print the units that came in, left or moved most, as a table."""
    from rich.console import Console  # help needs typer alone
    from rich.table import Table

    from tierwise.report.page import shown_rows  # help needs typer alone
    from tierwise.report.presented import presented
    from tierwise.tables.table import Names

    frame = runs.units()
    frame = frame[frame["change"] != "same"].drop(columns=["code", *runs.groups])
    order = frame["move"].astype(float).abs().sort_values(ascending=False, na_position="first").index
    shown = presented("compared_units", frame.loc[order[:MOST_MOVES]].sort_index(), Names(), runs.language)
    if not len(shown.frame):
        return
    table = Table(box=None, pad_edge=False)
    for heading, cells in zip(shown.headings(runs.language), shown.cells(), strict=True):
        table.add_column(heading, justify="left" if any(isinstance(cell, str) for cell in cells) else "right")
    for row in shown_rows(shown):
        table.add_row(*(text for text, _ in row))
    written = StringIO()
    width = get_terminal_size((200, 25)).columns
    Console(file=written, width=width, highlight=False, markup=False).print(table)
    typer.echo(written.getvalue().rstrip("\n"))


def next_book(
    old: Annotated[Path, typer.Argument(help="This year's workbook (.xlsx .xlsm); it stays as it is.")],
    out: Annotated[Path, typer.Option(help="Next year's workbook.")],
    year: Annotated[int, typer.Option(parser=year_option, metavar="YEAR", help="Year of the next list.")],
    data: Annotated[
        Path | None, typer.Option(help="The raw table of the next year; it is cleaned on the way.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that is there.")] = False,
) -> None:
    """Make next year's book: History filled, settings carried over, units of the new table matched."""
    from tierwise.renewal.book import next_year  # help needs typer alone

    with reported(str(old)):
        _tell(next_year(old, out, year, data, replace=replace))


def _tell(renewed: Renewed) -> None:
    """Print what next year's book holds, and what is left to decide."""

    def tell(key: str, **fields: object) -> None:
        known = {"last": renewed.last, "year": renewed.year, "path": renewed.written}
        typer.echo(rendered(key, renewed.language, **known, **fields))

    tell("renewed")
    tell("history" if renewed.ranks else "history-there", ranks=renewed.ranks)
    for one in renewed.settings:
        tell("setting" if one.before else "setting-new", setting=one.key, before=one.before, after=one.after)
    comma = COMMA[renewed.language]
    if renewed.nation is not None:
        tell("nation" if renewed.nation else "nation-of", years=comma.join(map(str, renewed.nation)))
    matching = renewed.matching
    if matching is None:
        tell("emptied-below" if renewed.below else "emptied")
        tell("fill")
        return
    decide, gone, new = (
        matching.of_kind(*kinds) for kinds in (("renamed", "merged", "split"), ("gone",), ("new",))
    )
    same = sum(former >= 0 for former in matching.former)
    sizes = {"decide": len(decide), "gone": len(gone), "new": len(new)}
    tell("units", same=same, former=len(renewed.former), **sizes)
    for pair in matching.pairs[:MOST_SHOWN]:
        words = renewed.words(pair)
        tell("pair" if words["before"] and words["after"] else "alone", **words)
    if len(matching.pairs) > MOST_SHOWN:
        tell("more", count=len(matching.pairs) - MOST_SHOWN)
    for key, columns in (("lacking", renewed.lacking), ("added", renewed.added)):
        if columns:
            tell(key, columns=comma.join(columns))
    if renewed.other_years:
        tell("other-years", years=comma.join(f"{one} ({rows})" for one, rows in renewed.other_years.items()))
    tell_doubts(renewed.doubts, renewed.language)
    tell("decide" if decide else "check", sheet=renewed.sheet)


rendered = partial(phrase, TEXTS)
