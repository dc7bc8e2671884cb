"""An institute's own template of the report, filled by docxtpl: every table, figure and sentence by its name.

A template is a Word file with tags: ``{{ sentences.tiers }}`` in a paragraph, ``{{p tables.ranking }}`` and
``{{p figures.scores }}`` as paragraphs of their own. A table's parts serve a layout of the institute's own:
``{%tr for row in tables.ranking.rows %}``. Tables and figures are numbered in the order of the template.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tierwise.errors import Problems, TierwiseError, problem
from tierwise.outputs.files import is_there
from tierwise.report.drawing import png
from tierwise.report.printed import (
    KINDS,
    Figure,
    Heading,
    Item,
    Kind,
    Sentence,
    Tabulated,
    named,
    source_of,
    titles,
)
from tierwise.report.word_contents import Contents
from tierwise.report.word_jinja import Filling, Shown, Space
from tierwise.report.word_parts import Word, centred, new_page, packed
from tierwise.report.word_parts import opened as new_document
from tierwise.report.word_places import crowded, lookalikes
from tierwise.report.word_tags import Part, faults, tags_in
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

    from tierwise.study.study import Study

SPACES: Final[Mapping[Kind, str]] = {"table": "tables", "figure": "figures", "sentence": "sentences"}
PROPERTIES: Final = ("author", "comments", "identifier", "language", "subject", "title")  # that docxtpl fills
EXAMPLE: Final = Text(
    "An example: move, delete and add tags, set your own fonts and header, and make the report with "
    "--template. A tag stands in {{ }}; tables and figures want a paragraph of their own and a p behind the "
    "braces. tierwise report BOOK --names lists all names. Delete this paragraph.",
    "示例模板：可移动、删除、增添标签，换用本单位的字体和页眉，再用 --template 生成报告。标签写在双花括号中；"
    "表和图的标签单独成段，并在左花括号后加 p。全部名称用 tierwise report BOOK --names 查看。请删除本段。",
)


def asked_as(kind: Kind, name: str) -> str:
    """Return how a template asks for something: ``tables.ranking``."""
    return f"{SPACES[kind]}.{name}" if name.isidentifier() else f'{SPACES[kind]}["{name}"]'


def tag(kind: Kind, name: str) -> str:
    """Return the tag that a template asks by: ``{{p tables.ranking }}``."""
    asked = asked_as(kind, name)
    return f"{{{{ {asked} }}}}" if kind == "sentence" else f"{{{{p {asked} }}}}"


def listed(items: Sequence[Item], language: Language) -> list[tuple[str, str, str]]:
    """Return kind, tag and title (of a sentence its beginning) of everything that has a name."""
    lines = []
    for kind, own in named(items).items():
        for name, item in own.items():
            text = item.text if isinstance(item, (Sentence, Heading)) else item.title
            lines.append((KINDS[kind].of(language), tag(kind, name), text))
    return lines


def opened(path: Path) -> DocxTemplate:
    """Return a template; raise I001 where there is none, R116 for what is no Word file."""
    from docxtpl import DocxTemplate

    class Template(DocxTemplate):  # type: ignore[misc]  # docxtpl tells no types
        """A template whose tags may name R&D: in the file it is written R&amp;D."""

        def patch_xml(self, src_xml: str) -> str:
            patched: str = super().patch_xml(src_xml)
            return re.sub(r"\{[{%].*?[%}]\}", lambda tag: tag[0].replace("&amp;", "&"), patched)

    if not is_there(path):
        raise TierwiseError(problem("I001", str(path)))
    try:
        template = Template(io.BytesIO(path.read_bytes()))
        template.init_docx()
    except Exception:
        raise TierwiseError(problem("R116", str(path))) from None
    return template


def check(template: DocxTemplate, path: Path, study: Study, items: Sequence[Item]) -> None:
    """Raise all that is wrong with the tags of a template.

    R117: a name that is not there; R118: a tag that cannot be read or filled, that would take other words
    away, or that only looks like one; R119: a table or figure within a line; R155: what would be printed in
    Python's words.
    """
    context = _context(study, items, lambda item, shown: shown)
    problems = Problems()
    for part in _parts(template):
        problems.extend(faults(part, str(path), context))
    problems.raise_any()


def _parts(template: DocxTemplate) -> Iterator[Part]:
    """Yield body, headers, footers, footnotes and properties as Jinja reads them."""
    properties = template.docx.core_properties
    for name in PROPERTIES:
        text = str(getattr(properties, name))
        yield Part(text, tags_in([text]), block=False)
    bodies = [(template.get_xml(), True)]
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        bodies += [(template.get_part_xml(part), False) for _, part in template.get_headers_footers(uri)]
    for part in template.docx.part.package.parts:
        if part.content_type.endswith(".footnotes+xml"):
            bodies.append((part.blob.decode("utf-8"), False))
    for xml, block in bodies:
        text = re.sub(r"<w:p([ >])", r"\n<w:p\1", template.patch_xml(xml))
        texts = unescape(re.sub(r"<[^>]+>", "", re.sub(r"</w:p>", "\n", xml)))
        yield Part(text, tags_in([texts]), block, crowded(xml), lookalikes(texts))


def _context(
    study: Study, items: Sequence[Item], made: Callable[[Tabulated | Figure, Shown], Shown]
) -> dict[str, object]:
    """Return what the tags of a template can ask for, tables and figures as ``made`` makes them."""
    title, subtitle = titles(study)
    source = source_of(study)
    context: dict[str, object] = {SPACES[kind]: Space() for kind in SPACES}
    for kind, own in named(items).items():
        space = Space()
        for name, item in own.items():
            if isinstance(item, (Sentence, Heading)):
                space[name] = item.text
                continue
            shown = Shown(asked_as(kind, name), tag(kind, name), item.title, source)
            if isinstance(item, Tabulated):
                shown = replace(shown, heads=item.heads, rows=item.rows, note=item.note)
            space[name] = made(item, shown)
        context[SPACES[kind]] = space
    return {**context, "title": title, "subtitle": subtitle, "source": source}


@dataclass(frozen=True)
class Inserted(Shown):
    """A table or figure that is numbered and drawn where it comes to stand."""

    word: Word | None = None
    item: Tabulated | Figure | None = None

    def __html__(self) -> str:
        """Return the paragraphs and the table as the document's XML."""
        from lxml import etree

        assert self.word is not None
        body = self.word.document.element.body
        there = {*body}
        if isinstance(self.item, Tabulated):
            self.word.table(self.item)
        elif self.item is not None:
            self.word.picture(self.item.title, png(self.item.chart))
        texts = []
        for element in [*body]:
            if element not in there:
                body.remove(element)
                texts.append(etree.tostring(element, encoding="unicode"))
        return "".join(texts)


def filled(template: DocxTemplate, study: Study, items: Sequence[Item]) -> bytes:
    """Return the report in a template that :func:`check` has passed, as the bytes of a .docx."""
    word = Word(template.docx, study.scenario.language, source_of(study))

    def made(item: Tabulated | Figure, shown: Shown) -> Shown:
        return Inserted(**vars(shown), word=word, item=item)

    template.render(_context(study, items, made), Filling(), autoescape=True)
    return packed(template.docx)


def example(study: Study, items: Sequence[Item]) -> bytes:
    """Return a template with everything that the report holds, in its order, to start from."""
    language = study.scenario.language
    word = new_document(language, "")
    note = word.document.add_paragraph()
    note.add_run(EXAMPLE.of(language)).italic = True
    centred(word.document.add_paragraph("{{ title }}", "Title"))
    centred(word.document.add_paragraph("{{ subtitle }}"))
    new_page(word)
    contents = Contents(word)
    for item in items:
        if isinstance(item, Heading):
            word.heading(item.text, item.level)
        elif isinstance(item, Sentence):
            word.paragraph(tag("sentence", item.name))
        else:
            kind: Kind = "table" if isinstance(item, Tabulated) else "figure"
            word.document.add_paragraph(tag(kind, item.name))
    contents.fill()
    return packed(word.document)
