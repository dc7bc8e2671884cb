"""What a report is made of for a proof-reader: headings, paragraphs and tables, each with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tierwise.words.language import Language

RAISED: Final = re.compile(r"<su[pb]>.*?</su[pb]>|\*\*|<[^<>]{1,40}>")
CAPTION: Final = re.compile(
    r"^(表|Table)\s*(\d+|[A-Z]\d*|[一二三四五六七八九十]+)[\s.:：、]*(\S.*)$", re.IGNORECASE
)
FIGURE: Final = re.compile(r"^(图|Figure)\s*\d+", re.IGNORECASE)
SOURCE: Final = re.compile(r"^(数据来源|资料来源|来源|注|Source|Note)\s*[:：]", re.IGNORECASE)
END: Final = re.compile(r"[。！？；;.!?:：]”?$")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: its place, its text as printed, and how deep a heading it is (0: none)."""

    place: str
    text: str
    level: int = 0


@dataclass(frozen=True)
class Grid:
    """A table: where it stands, what is written above it, and the texts of its cells.

    ``addresses`` say where a cell stands, where the file has addresses of its own.
    """

    place: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    first_row: int = 0  # of the rows, in a file that numbers them; 0 for none

    def where(self, row: int, column: int, language: Language) -> str:
        """Return the place of a cell: table, row by its first cell or number, column by its heading."""
        key = next((cell for cell in self.rows[row][:2] if cell and not cell.isdigit()), "")
        key = key or (self.rows[row][0] if self.rows[row] else "")
        line = f"{self.first_row + row}" if self.first_row else f"{row + 1}"
        head = self.heads[column] if column < len(self.heads) else f"{column + 1}"
        if language == "zh":
            return f"{self.place} 第{line}行（{key}）“{head}”列"
        return f"{self.place}, row {line} ({key}), column “{head}”"


Part = Paragraph | Grid


@dataclass
class Gathered:
    """Parts in the making, in order, with captions waiting for their tables."""

    parts: list[Part] = field(default_factory=list)
    caption: str = ""
    tables: int = 0
    lines: int = 0

    def text(self, text: str, level: int = 0, place: str = "") -> None:
        """Add a paragraph; the caption of a table is kept for the table."""
        text = plain(text)
        if not text:
            return
        if not level and CAPTION.match(text) and len(text) < 80:
            self.caption = text
            return
        self.lines += 1
        self.parts.append(Paragraph(place or f"¶{self.lines}", text, level))

    def table(self, cells: Sequence[Sequence[str]], place: str = "", first_row: int = 0) -> None:
        """Add a table; one without a caption, with the headings of the last, goes on with it."""
        rows = [tuple(plain(cell) for cell in row) for row in cells]
        rows = [row for row in rows if any(row)]
        if len(rows) < 2 or len(rows[0]) < 2:
            for row in rows:
                self.text("\t".join(row))
            return
        heads, *body = _headed(rows)
        width = len(heads)
        body = [(*row, *[""] * (width - len(row)))[:width] for row in body]
        last = next((at for at, part in reversed([*enumerate(self.parts)]) if isinstance(part, Grid)), None)
        if last is not None and not self.caption and not place:
            before = self.parts[last]
            if isinstance(before, Grid) and before.heads == heads:
                self.parts[last] = replace(before, rows=(*before.rows, *body))
                return
        self.tables += 1
        match = CAPTION.match(self.caption)
        title = match[3] if match else self.caption
        label = f"{match[1]}{'' if match[1] == '表' else ' '}{match[2]}" if match else ""
        self.parts.append(Grid(place or label or f"#{self.tables}", title, heads, tuple(body), first_row))
        self.caption = ""


def _headed(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the rows with headings that stand in two rows in one."""
    heads, *body = rows
    while len(body) > 1 and not body[0][0] and not any(cell.isdigit() for cell in body[0]):
        second = (*body[0], *[""] * (len(heads) - len(body[0])))
        if any(one and two for one, two in zip(heads, second, strict=False)):
            break
        heads = tuple(one or two for one, two in zip(heads, second, strict=False))
        body = body[1:]
    return [heads, *body]


def plain(text: str) -> str:
    """Return a text without marks of layout and raised numbers, with plain spaces."""
    text = RAISED.sub("", text.replace("\u00a0", " ").replace("\u3000", " "))
    return " ".join(unicodedata.normalize("NFC", text).split())


def joined(parts: Sequence[Part]) -> list[Part]:
    """Return the parts with paragraphs put together that a page or figure had torn."""
    made: list[Part] = []
    open_at: int | None = None  # a paragraph that ends in the middle of a sentence
    for part in parts:
        if isinstance(part, Grid):
            made.append(part)
            continue
        if part.level:
            open_at = None
        elif (
            FIGURE.match(part.text)
            or SOURCE.match(part.text)
            or (part.text[:1] in "（(" and len(part.text) < 80)
        ):
            made.append(part)
            continue
        elif open_at is not None:
            before = made[open_at]
            assert isinstance(before, Paragraph)
            made[open_at] = replace(before, text=before.text + part.text)
            open_at = None if END.search(part.text) else open_at
            continue
        made.append(part)
        if not part.level:
            open_at = len(made) - 1 if len(part.text) > 20 and not END.search(part.text) else None
    return made
