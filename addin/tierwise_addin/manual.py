"""The page of all worksheet functions from the catalogue: Markdown for the manual, HTML for the ribbon."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final

from tierwise.words.language import Language
from tierwise_addin import call
from tierwise_addin.arguments import Argument
from tierwise_addin.catalogue import FAMILIES, Function, functions
from tierwise_addin.cell_kinds import Cell, Rows
from tierwise_addin.examples import EXAMPLES, Example, Given, Table

_SHOWN_ROWS: Final = 4
_SHOWN_COLUMNS: Final = 7
_INTRODUCTION: Final = """# Worksheet functions

The same names, arguments and results in Excel (Windows, Mac, the web) and in LibreOffice Calc. This page is
made from the add-in's catalogue; the examples use the made-up figures on the sheet *Data* of
`workbooks/functions.xlsx`, which checks every function against its expected value.

- Ranges are units x indicators. Weights are a row or a column and relative: 4, 3, 2, 1 is the same as 40 %,
  30 %, 20 %, 10 %.
- A blank cell is missing, never 0. Functions that score, draw, prove or weigh refuse one among the figures,
  as `tierwise run` does, unless `missing` says what is done about it.
- Text or an error value among numbers gives `#VALUE!`, and `IDX_LASTERROR()` says which cell it is. Empty
  rows and columns at the end of a range do not count, so `A:A` may be given (in
  LibreOffice it takes seconds).
- An argument in brackets may be left out: skipped, a blank cell, 0 and an empty text all mean that (0 is a
  number for goalposts and spreads). TRUE counts as 1 and FALSE as 0; a date is its day number.
- Where three or more arguments may be left out, a range of two columns may stand in place of the first of
  them: the names of arguments beside their values (`options` on the sheet *Data*).
- `labels`, the last argument of many functions, gives a result names and headings.
- A result spills over as many cells as it needs; in LibreOffice, mark the range first and enter the formula
  with Ctrl+Shift+Enter. Functions marked *header* put headings into their first row; *slow* ones run beside
  the sheet where the host can do so.
- Draws start from a fixed seed, so a recalculation by itself never changes a number.
"""


def markdown() -> str:
    """Return the manual's page."""
    return "\n".join([_INTRODUCTION, *_families()])


def _families() -> Iterator[str]:
    for family, title in FAMILIES.items():
        yield f"## {title.en.capitalize()} · {title.zh}\n"
        for function in functions().values():
            if function.family == family:
                yield from _function(function)


def _function(function: Function) -> Iterator[str]:
    marks = [word for word, holds in (("header", function.header), ("slow", function.slow)) if holds]
    noted = f" *({', '.join(marks)})*" if marks else ""
    yield f"### `{function.signature}`\n\n{function.help.en}.{noted} {function.help.zh}。\n"
    if function.arguments:
        yield "\n".join(_argument(argument) for argument in function.arguments) + "\n"
    for example in EXAMPLES:
        if example.function == function.name and not function.volatile:
            yield f"Example: `{_formula(example)}`\n\n{_table(call(example.function, *example.cells))}\n"


def _argument(argument: Argument) -> str:
    choices = f" One of {', '.join(f'`{name}`' for name in argument.choices)}." if argument.choices else ""
    return f"- `{argument.name}`: {argument.help.en}.{choices} {argument.help.zh}。"


def _formula(example: Example) -> str:
    return f"={_call(example)}"


def _call(example: Example) -> str:
    return f"{example.function}({', '.join(map(_written, example.given))})"


def _written(item: Given) -> str:
    if isinstance(item, Example):
        return _call(item)
    return item.name if isinstance(item, Table) else _literal(item)


def _literal(item: Cell) -> str:
    if item is None:
        return ""
    if isinstance(item, bool):
        return str(item).upper()
    return f'"{item}"' if isinstance(item, str) else f"{item:g}"


def _table(rows: Rows) -> str:
    """Return the first rows and columns of a result as a Markdown table."""
    width = min(len(rows[0]), _SHOWN_COLUMNS)
    more = "…" if len(rows[0]) > width else ""
    shown = [[*map(_shown, row[:width]), *([more] if more else [])] for row in rows[:_SHOWN_ROWS]]
    if len(rows) > _SHOWN_ROWS:
        shown.append(["…"] * len(shown[0]))
    blank = "|" + " |" * len(shown[0])
    lines = [blank, "|" + "---|" * len(shown[0]), *(f"| {' | '.join(row)} |" for row in shown)]
    return "\n".join(lines)


def _shown(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.4g}"
    return "" if cell is None else str(cell)


def html(language: Language = "en") -> str:
    """Return the page that the ribbon's Help opens: every function with its arguments."""
    parts = []
    for family, title in FAMILIES.items():
        parts.append(f"<h2>{escape(title.text(language))}</h2>")
        for function in functions().values():
            if function.family == family:
                items = "".join(
                    f"<li><code>{escape(item.name)}</code>: {escape(item.text(language))}</li>"
                    for item in function.arguments
                )
                parts.append(
                    f"<h3><code>{escape(function.signature)}</code></h3>"
                    f"<p>{escape(function.help.text(language))}</p><ul>{items}</ul>"
                )
    body = "".join(parts)
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>tierwise</title>'
        "<style>body{font:15px sans-serif;max-width:50em;margin:2em auto}code{background:#eef}</style>"
        f"<h1>tierwise</h1>{body}</html>"
    )


if __name__ == "__main__":
    Path("docs/functions.md").write_text(markdown(), encoding="utf-8")
