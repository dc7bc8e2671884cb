"""The pages of all worksheet functions from the catalogue: Markdown for the manual, HTML for the ribbon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Final

from tierwise.words.language import Language
from tierwise_addin import call
from tierwise_addin.arguments import Argument, Help
from tierwise_addin.catalogue import FAMILIES, Function, functions
from tierwise_addin.cell_kinds import Cell, Rows
from tierwise_addin.examples import EXAMPLES, Example, Given, Table

_SHOWN_ROWS: Final = 4
_SHOWN_COLUMNS: Final = 7
_MARKS: Final = {"header": Help("header", "含表头"), "slow": Help("slow", "较慢")}
PAGES: Final[Mapping[Language, str]] = {"en": "docs/functions.md", "zh": "docs/zh/functions.md"}


def markdown(page: str, language: Language = "en") -> str:
    """Return the manual's page anew: its introduction, written by hand, from ``page``; then all functions."""
    introduction = page.partition("\n## ")[0]
    return "\n".join([introduction, *_families(language)])


def _families(language: Language) -> Iterator[str]:
    for family, title in FAMILIES.items():
        yield f"## {title.zh if language == 'zh' else title.en.capitalize()}\n"
        for function in functions().values():
            if function.family == family:
                yield from _function(function, language)


def _function(function: Function, language: Language) -> Iterator[str]:
    marks = [mark.text(language) for name, mark in _MARKS.items() if getattr(function, name)]
    if language == "zh":
        noted = f"（{'，'.join(marks)}）" if marks else ""
        told, head = f"{function.help.zh}{noted}。", "示例："
    else:
        noted = f" *({', '.join(marks)})*" if marks else ""
        told, head = f"{function.help.en}.{noted}", "Example: "
    yield f"### `{function.signature}`\n\n{told}\n"
    if function.arguments:
        yield "\n".join(_argument(argument, language) for argument in function.arguments) + "\n"
    for example in EXAMPLES:
        if example.function == function.name and not function.volatile:
            yield f"{head}`{_formula(example)}`\n\n{_table(call(example.function, *example.cells))}\n"


def _argument(argument: Argument, language: Language) -> str:
    names = [f"`{name}`" for name in argument.choices]
    if language == "zh":
        return f"- `{argument.name}`：{argument.help.zh}。" + (f"可取{'、'.join(names)}。" if names else "")
    return f"- `{argument.name}`: {argument.help.en}." + (f" One of {', '.join(names)}." if names else "")


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
    for language, path in PAGES.items():
        page = Path(path)
        page.write_text(markdown(page.read_text(encoding="utf-8"), language), encoding="utf-8")
