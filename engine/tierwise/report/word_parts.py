"""Parts of a Word document: fonts, captions, fields, tables that do not tear."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    from docx.document import Document

BODY: Final = "宋体"
HEADS: Final = "黑体"
LATIN: Final = "Times New Roman"
SHADE: Final = "D9E2EC"
CONTENTS: Final = Text("Contents", "目录")
SOURCE: Final = Text("Source: {}", "数据来源：{}")
CAPTIONS: Final = {"table": Text("Table {}  {}", "表{}  {}"), "figure": Text("Figure {}  {}", "图{}  {}")}


@dataclass
class Word:
    """A document in the making: numbers its headings, tables and figures."""

    document: Document
    language: Language
    source: str
    counts: dict[str, int] = field(default_factory=lambda: {"table": 0, "figure": 0, "chapter": 0})
    headings: list[str] = field(default_factory=list)

    def heading(self, text: Text, *, annex: str = "") -> None:
        """Begin a chapter, numbered unless it is an annex."""
        if not annex:
            self.counts["chapter"] += 1
        mark = annex or str(self.counts["chapter"])
        line = f"{mark}  {text.of(self.language)}"
        self.headings.append(line)
        self.document.add_heading(line, 1)

    def paragraph(self, text: str) -> None:
        """Add a paragraph of text, its first line set in by two characters in Chinese."""
        from docx.shared import Pt

        own = self.document.add_paragraph(text)
        own.paragraph_format.line_spacing = 1.5
        if self.language == "zh":
            own.paragraph_format.first_line_indent = Pt(21)

    def caption(self, kind: str, text: str) -> None:
        """Add the numbered caption of a table or figure."""
        self.counts[kind] += 1
        own = self.document.add_paragraph(
            CAPTIONS[kind].of(self.language).format(self.counts[kind], text), "Caption"
        )
        centred(own)
        own.paragraph_format.keep_with_next = kind == "table"

    def sourced(self) -> None:
        """Add the line of the source."""
        from docx.shared import Pt

        own = self.document.add_paragraph()
        own.add_run(SOURCE.of(self.language).format(self.source)).font.size = Pt(9)

    def table(
        self,
        title: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        shaded: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:
        """Add a table with caption and source; ``shaded`` holds (row, column) of the cells that stand out.

        The heading row is repeated on each page, and no row is torn.
        """
        self.caption("table", title)
        table = self.document.add_table(rows=1 + len(rows), cols=len(heads), style="Table Grid")
        table.alignment = 1
        size = 10.5 if len(heads) <= 8 else 9.0 if len(heads) <= 13 else 8.0
        cells = table._cells  # row by row, each access would walk the whole table
        for at, text in enumerate([*heads, *(cell for row in rows for cell in row)]):
            _fill(cells[at], text, size, bold=at < len(heads))
        for row, column in shaded:
            _shade(cells[(row + 1) * len(heads) + column])
        for number, row in enumerate(table.rows):
            settings = row._tr.get_or_add_trPr()  # python-docx has no names for these
            settings.append(_element("w:cantSplit"))
            if not number:
                settings.append(_element("w:tblHeader"))
        self.sourced()

    def picture(self, title: str, image: bytes) -> None:
        """Add a figure over the width of the text, with caption and source."""
        from docx.shared import Cm

        own = self.document.add_paragraph()
        centred(own)
        own.paragraph_format.keep_with_next = True
        own.add_run().add_picture(io.BytesIO(image), width=Cm(15.5))
        self.caption("figure", title)
        self.sourced()


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
    section.top_margin = section.bottom_margin = Cm(2.5)
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
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # they would win
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), face)
    made = dt.datetime(2000, 1, 1)  # no clock in it
    document.core_properties.created = document.core_properties.modified = made
    document.core_properties.author = ""
    _number_pages(section)
    return Word(document, language, source)


def centred(paragraph: Any) -> None:
    """Centre a paragraph."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def new_page(word: Word) -> None:
    """End the page."""
    from docx.enum.text import WD_BREAK

    word.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def contents(word: Word) -> Any:
    """Add the heading of the contents; return the paragraph that :func:`fill_contents` fills."""
    word.document.add_paragraph(CONTENTS.of(word.language), "Title")
    return word.document.add_paragraph()


def fill_contents(word: Word, paragraph: Any) -> None:
    """Write the field of the contents, with the headings until Word counts the pages."""
    run = paragraph.add_run()
    _field(run, "begin", dirty=True)
    run = paragraph.add_run()
    code = _element("w:instrText", {"xml:space": "preserve"})
    code.text = 'TOC \\o "1-2" \\h \\z \\u'
    run._r.append(code)  # fields have no names in python-docx
    _field(paragraph.add_run(), "separate")
    for number, line in enumerate(word.headings):
        run = paragraph.add_run(line)
        if number < len(word.headings) - 1:
            run.add_break()
    _field(paragraph.add_run(), "end")


def _number_pages(section: Any) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = 1
    _field(paragraph.add_run(), "begin")
    code = _element("w:instrText")
    code.text = "PAGE"
    paragraph.add_run()._r.append(code)  # fields have no names in python-docx
    _field(paragraph.add_run(), "end")


def _field(run: Any, kind: str, *, dirty: bool = False) -> None:
    more = {"w:dirty": "true"} if dirty else {}
    run._r.append(_element("w:fldChar", {"w:fldCharType": kind} | more))  # as above


def _element(name: str, attributes: dict[str, str] | None = None) -> Any:
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    element = OxmlElement(name)
    for key, value in (attributes or {}).items():
        element.set("{http://www.w3.org/XML/1998/namespace}space" if key == "xml:space" else qn(key), value)
    return element


def _fill(cell: Any, text: str, size: float, *, bold: bool) -> None:
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.alignment = 1
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)


def _shade(cell: Any) -> None:
    shade = _element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": SHADE})
    cell._tc.get_or_add_tcPr().append(shade)  # python-docx has no shading
