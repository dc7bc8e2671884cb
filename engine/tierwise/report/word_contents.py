"""The contents of the printed report: chapters, tables and figures with their pages, as fields of Word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tierwise.report.word_parts import (
    CAPTIONS,
    HEADS,
    LATIN,
    Word,
    begin_field,
    element,
    end_field,
    new_page,
    write_field,
)
from tierwise.words.language import Text

TITLES: Final[Mapping[str, Text]] = {
    "heading": Text("Contents", "目录"),
    "table": Text("Tables", "表目录"),
    "figure": Text("Figures", "图目录"),
}
WIDTH: Final = 15.6  # cm
PAGE_LINES: Final = 48  # of a page
HEADING_LINES: Final = 3  # that a heading takes
LEAST_LINES: Final = 8  # of a list before its page ends, its heading counted


def new_pages(lines: Sequence[int]) -> list[bool]:
    """Return which of the lists below each other start a page: those that would begin at the end of one."""
    starts, used = [], 0
    for own in lines:
        starts.append(0 < PAGE_LINES - used < min(LEAST_LINES, HEADING_LINES + own) and used > 0)
        used = ((0 if starts[-1] else used) + HEADING_LINES + own) % PAGE_LINES
    return starts


class Contents:
    """Where the contents stand; they are filled once all that they list is written."""

    def __init__(self, word: Word) -> None:
        self.word = word
        self.place = word.document.add_paragraph()
        self.pages: dict[str, Any] = {}  # runs that show a page, by bookmark
        new_page(word)

    def fill(self) -> None:
        """Write the lists: of headings down to level 2, of tables and figures if there are any."""
        _styles(self.word.document)
        lists = {kind: [entry for entry in self.word.entries if entry.kind == kind] for kind in TITLES}
        lists = {kind: own for kind, own in lists.items() if own}
        starts = new_pages([len(own) for own in lists.values()])
        for (kind, own), starts_page in zip(lists.items(), starts, strict=True):
            self._heading(TITLES[kind].of(self.word.language), new_page=starts_page)
            code = 'TOC \\o "1-2" \\h \\z \\u'
            if kind != "heading":
                label, _ = CAPTIONS[kind]  # type: ignore[index]  # kinds of captions
                code = f'TOC \\h \\z \\c "{label.of(self.word.language)}"'
            for number, entry in enumerate(own):
                line = self.place.insert_paragraph_before(style=f"toc {entry.level}")
                if not number:
                    begin_field(line, code, dirty=True)
                self._line(line, entry.text, entry.anchor)
                if number == len(own) - 1:
                    end_field(line)

    def _heading(self, text: str, *, new_page: bool) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Pt

        own = self.place.insert_paragraph_before()
        own.paragraph_format.space_before = own.paragraph_format.space_after = Pt(12)
        own.paragraph_format.keep_with_next = True
        own.paragraph_format.page_break_before = new_page
        run = own.add_run(text)
        run.font.name, run.font.size, run.bold = LATIN, Pt(16), True
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), HEADS)  # python-docx has Latin only

    def _line(self, paragraph: Any, text: str, anchor: str) -> None:
        """Add a line that leads to its page."""
        link = element("w:hyperlink", {"w:anchor": anchor, "w:history": "1"})
        start = len(paragraph._p)
        paragraph.add_run(f"{text}\t")
        self.pages[anchor] = write_field(paragraph, f"PAGEREF {anchor} \\h", "")
        for run in [*paragraph._p][start:]:
            link.append(run)
        paragraph._p.append(link)  # python-docx makes no hyperlinks

    def number(self, pages: Sequence[int]) -> None:
        """Write the page of each entry."""
        for entry, page in zip(self.word.entries, pages, strict=True):
            self.pages[entry.anchor].text = str(page)


def _styles(document: Any) -> None:
    """Add the styles of the contents' lines: dots up to the page."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Cm, Pt

    for level in (1, 2):
        style = document.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        form = style.paragraph_format
        form.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        form.space_after, form.left_indent, form.line_spacing = Pt(0), Cm(0.7 * (level - 1)), 1.0
        style.font.size = Pt(10)
