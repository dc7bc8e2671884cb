"""Parts of a Word document: fonts, captions, fields, tables that do not tear."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tierwise.report.printed import SOURCE, Kind, Tabulated
from tierwise.report.word_columns import CM, fitted
from tierwise.words.formats import wide
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    from docx.document import Document

BODY: Final = "宋体"
HEADS: Final = "黑体"
LATIN: Final = "Times New Roman"
SHADE: Final = "D9E2EC"
HEAD_SHADE: Final = "F2F4F5"
LONG: Final = 24  # letters; a column of longer texts is set flush left
SHORT_TABLE: Final = (
    12  # rows; a table of no more stands on one page, a longer one fills the page it begins on
)
FIRST_MARK: Final = 1001  # numbers of bookmarks; a template has some of its own
KEPT_ROWS: Final = 5  # of a table that goes over pages: the fewest on one
PICTURE: Final = 15.5 / 7.0  # cm in print of an inch drawn, for figures over the width of the text
CAPTIONS: Final[Mapping[Kind, tuple[Text, Text]]] = {  # label of the number, and what stands between
    "table": (Text("Table", "表"), Text(" ", "")),
    "figure": (Text("Figure", "图"), Text(" ", "")),
}
NO_CLOCK: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Entry:
    """A line of the contents: what it lists, its text, and the bookmark that it leads to."""

    kind: str  # heading, table, figure
    level: int
    text: str
    anchor: str


@dataclass
class Word:
    """A document in the making: numbers its tables and figures, and notes what the contents list."""

    document: Document
    language: Language
    source: str
    counts: dict[str, int] = field(default_factory=lambda: {"table": 0, "figure": 0})
    entries: list[Entry] = field(default_factory=list)

    def heading(self, text: str, level: int) -> None:
        """Begin a chapter (level 1) or a part of one."""
        own = self.document.add_paragraph(style=self.style(f"Heading {level}"))
        start = self._mark(own, "heading", level, text)
        own.add_run(text)
        own._p.append(element("w:bookmarkEnd", {"w:id": start}))  # python-docx has no bookmarks

    def paragraph(self, text: str) -> None:
        """Add a paragraph of text, its first line set in by two characters in Chinese."""
        from docx.shared import Pt

        own = self.document.add_paragraph(text)
        own.paragraph_format.line_spacing = 1.5
        own.paragraph_format.space_after = Pt(0 if self.language == "zh" else 6)
        if self.language == "zh":
            own.paragraph_format.first_line_indent = Pt(21)

    def caption(self, kind: Kind, text: str) -> None:
        """Add the numbered caption of a table or figure; Word can number it anew."""
        self.counts[kind] += 1
        label, space = (one.of(self.language) for one in CAPTIONS[kind])
        own = self.document.add_paragraph(style=self.style("Caption"))
        whole = f"{label}{space}{self.counts[kind]}  {text}"
        start = self._mark(own, kind, 1, whole)
        own.add_run(f"{label}{space}")
        write_field(own, f"SEQ {label} \\* ARABIC", str(self.counts[kind]))
        own.add_run(f"  {text}")
        own._p.append(element("w:bookmarkEnd", {"w:id": start}))  # as above
        centred(own)
        own.paragraph_format.keep_with_next = kind == "table"

    def sourced(self, note: str = "") -> None:
        """Add the line of the source, and a note below it."""
        from docx.shared import Pt

        lines = [SOURCE.of(self.language).format(self.source), *([note] if note else [])]
        for number, line in enumerate(lines, 1):
            own = self.document.add_paragraph()
            own.add_run(line).font.size = Pt(9)
            own.paragraph_format.space_before = Pt(3 if number == 1 else 0)
            own.paragraph_format.space_after = Pt(9 if number == len(lines) else 0)
            own.paragraph_format.keep_with_next = number < len(lines)

    def table(self, made: Tabulated) -> None:
        """Add a table with caption, source and note.

        The heading row is repeated on each page, no row is torn, and a short table stands on one page.
        """
        self.caption("table", made.title)
        grid(self, made)
        self.sourced(made.note)

    def picture(self, title: str, image: bytes) -> None:
        """Add a figure with caption and source, all figures on one scale."""
        from docx.shared import Cm

        own = self.document.add_paragraph()
        centred(own)
        own.paragraph_format.keep_with_next = True
        shape = own.add_run().add_picture(io.BytesIO(image))
        height, width = shape.height.inches, shape.width.inches
        shape.height, shape.width = Cm(PICTURE * height), Cm(PICTURE * width)
        self.caption("figure", title)
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        self.sourced()

    def style(self, name: str) -> str | None:
        """Return the style of this name, None in a template that has none."""
        return name if name in self.document.styles else None

    def _mark(self, paragraph: Any, kind: str, level: int, text: str) -> str:
        """Begin a bookmark that the contents lead to; return its number."""
        number = FIRST_MARK + len(self.entries)
        anchor = f"_Toc{number:08}"
        self.entries.append(Entry(kind, level, text, anchor))
        paragraph._p.append(  # as above
            element("w:bookmarkStart", {"w:id": str(number), "w:name": anchor})
        )
        return str(number)


def grid(word: Word, made: Tabulated) -> None:
    """Add the cells of a table."""
    from docx.shared import Cm

    heads, rows = made.heads, made.rows
    table = word.document.add_table(rows=1 + len(rows), cols=len(heads))
    table.style = word.style("Table Grid")
    table.alignment, table.autofit = 1, False
    size, widths = fitted(heads, rows)
    _narrow_margins(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    left = [max((wide(row[at]) for row in rows), default=0) > LONG for at in range(len(heads))]
    cells = table._cells  # row by row, each access would walk the whole table
    together = len(rows) <= SHORT_TABLE
    for at, text in enumerate([*heads, *(cell for row in rows for cell in row)]):
        row, column = divmod(at, len(heads))
        cells[at].width = Cm(widths[column])
        fill(cells[at], text, size, bold=not row, left=bool(row) and left[column])
        # the first rows stay with the heading, the last ones with the source
        keep = together or row < KEPT_ROWS or row > len(rows) - KEPT_ROWS
        cells[at].paragraphs[0].paragraph_format.keep_with_next = keep
        if not row:
            shade(cells[at], HEAD_SHADE)
    for row, column in sorted(made.shaded):
        shade(cells[(row + 1) * len(heads) + column], SHADE)
    for own in cells:  # behind the ground, as the order of Word's schema is
        own._tc.get_or_add_tcPr().append(element("w:vAlign", {"w:val": "center"}))
    for number, own in enumerate(table.rows):
        settings = own._tr.get_or_add_trPr()  # python-docx has no names for these
        settings.append(element("w:cantSplit"))
        if not number:
            settings.append(element("w:tblHeader"))


def opened(language: Language, source: str) -> Word:
    """Return an empty A4 document with fonts for both scripts."""
    import datetime as dt

    import docx
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.7)
    section.top_margin = section.bottom_margin = Cm(2.3)
    section.different_first_page_header_footer = True  # no number on the title page
    for name, face, size in (
        ("Normal", BODY, 10.5),
        ("Title", HEADS, 24),
        ("Heading 1", HEADS, 16),
        ("Heading 2", HEADS, 13),
        ("Caption", HEADS, 10.5),
    ):
        style: Any = document.styles[name]
        style.font.name, style.font.size = LATIN, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        settings = style.element.get_or_add_rPr()
        fonts = settings.get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # they would win
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), face)
    border = document.styles["Title"].element.find(f".//{qn('w:pBdr')}")
    border.getparent().remove(border)
    document.styles["Heading 1"].paragraph_format.space_after = Pt(8)
    for speech in document.styles.element.iter(qn("w:lang")):
        speech.set(qn("w:eastAsia"), "zh-CN")
    made = dt.datetime(2000, 1, 1)  # no clock in it
    document.core_properties.created = document.core_properties.modified = made
    document.core_properties.author = document.core_properties.comments = ""
    number = section.footer.paragraphs[0]
    centred(number)
    write_field(number, "PAGE", "1")
    return Word(document, language, source)


def packed(document: Any) -> bytes:
    """Return a document as a .docx, the same bytes whenever it is made."""
    from docx.opc.pkgwriter import PackageWriter

    made = io.BytesIO()
    package = document.part.package
    for part in package.parts:
        part.before_marshal()
    with zipfile.ZipFile(made, "w") as archive:
        # The steps of PackageWriter.write, whose own archive asks the clock and fails before 1980.
        steps: Any = PackageWriter
        target = _Parts(archive)
        steps._write_content_types_stream(target, package.parts)
        steps._write_pkg_rels(target, package.rels)
        steps._write_parts(target, package.parts)
    return made.getvalue()


@dataclass(frozen=True)
class _Parts:
    """An archive as python-docx writes to it, without the time of writing."""

    archive: zipfile.ZipFile

    def write(self, name: Any, content: bytes) -> None:
        self.archive.writestr(zipfile.ZipInfo(name.membername, NO_CLOCK), content, zipfile.ZIP_DEFLATED)


def centred(paragraph: Any) -> None:
    """Centre a paragraph."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def new_page(word: Word) -> None:
    """End the page."""
    from docx.enum.text import WD_BREAK

    word.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def write_field(paragraph: Any, code: str, result: str, *, dirty: bool = False) -> Any:
    """Add a field with what it shows until Word reckons it; return the run that shows it."""
    begin_field(paragraph, code, dirty=dirty)
    shown = paragraph.add_run(result)
    end_field(paragraph)
    return shown


def begin_field(paragraph: Any, code: str, *, dirty: bool = False) -> None:
    """Add the part of a field before what it shows."""
    more = {"w:dirty": "true"} if dirty else {}
    # fields have no names in python-docx
    paragraph.add_run()._r.append(element("w:fldChar", {"w:fldCharType": "begin"} | more))
    text = element("w:instrText", {"xml:space": "preserve"})
    text.text = f" {code} "
    paragraph.add_run()._r.append(text)
    paragraph.add_run()._r.append(element("w:fldChar", {"w:fldCharType": "separate"}))


def end_field(paragraph: Any) -> None:
    """Add the end of a field."""
    paragraph.add_run()._r.append(element("w:fldChar", {"w:fldCharType": "end"}))  # as above


def shade(cell: Any, colour: str) -> None:
    """Give a cell a ground."""
    ground = element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": colour})
    cell._tc.get_or_add_tcPr().append(ground)  # python-docx has no shading


def fill(cell: Any, text: str, size: float, *, bold: bool, left: bool = False) -> None:
    """Write the text of a cell."""
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.alignment = 0 if left else 1
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)


def _narrow_margins(table: Any) -> None:
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", {"w:w": str(round(0.12 / CM * 20)), "w:type": "dxa"}))
    table._tbl.tblPr.append(margins)  # python-docx has no margins of cells


def element(name: str, attributes: dict[str, str] | None = None) -> Any:
    """Return an element that python-docx has no name for."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    made = OxmlElement(name)
    for key, value in (attributes or {}).items():
        made.set("{http://www.w3.org/XML/1998/namespace}space" if key == "xml:space" else qn(key), value)
    return made
