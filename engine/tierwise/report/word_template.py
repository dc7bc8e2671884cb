"""An institute's own template of the report, filled by docxtpl: every table, figure and sentence by its name.

A template is a Word file with tags: ``{{ sentences.tiers }}`` in a paragraph, ``{{p tables.ranking }}`` and
``{{p figures.scores }}`` as paragraphs of their own. A table's parts serve a layout of the institute's own:
``{%tr for row in tables.ranking.rows %}``. Tables and figures are numbered in the order of the template.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tierwise.errors import Problems, TierwiseError, problem
from tierwise.names import nearest
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
from tierwise.report.word_parts import Word, centred, new_page, packed
from tierwise.report.word_parts import opened as new_document
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    from docxtpl import DocxTemplate
    from jinja2 import nodes

    from tierwise.study.study import Study

SPACES: Final[Mapping[Kind, str]] = {"table": "tables", "figure": "figures", "sentence": "sentences"}
PLAIN: Final = ("title", "subtitle", "source")
BLOCK: Final = re.compile(r"<w:t(?: [^>]*)?>[^<]*?\{\{\s*((?:tables|figures)[.\[][^}|]*?)\s*\}\}")
WHOLE: Final = re.compile(r"(tables|figures)(\.\w+|\[[^\]]+\])")
EXAMPLE: Final = Text(
    "An example: move, delete and add tags, set your own fonts and header, and make the report with "
    "--template. A tag stands in {{ }}; tables and figures want a paragraph of their own and a p behind the "
    "braces. tierwise report BOOK --names lists all names. Delete this paragraph.",
    "示例模板：可移动、删除、增添标签，换用本单位的字体和页眉，再用 --template 生成报告。标签写在双花括号中；"
    "表和图的标签单独成段，并在左花括号后加 p。全部名称用 tierwise report BOOK --names 查看。请删除本段。",
)


def tag(kind: Kind, name: str) -> str:
    """Return the tag that a template asks by: ``{{p tables.ranking }}``."""
    space = SPACES[kind]
    asked = f"{space}.{name}" if name.isidentifier() else f'{space}["{name}"]'
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


def check(template: DocxTemplate, path: Path, items: Sequence[Item]) -> None:
    """Raise every tag of a template that asks for what is not there (R117) or is not well formed (R118)."""
    from jinja2 import TemplateSyntaxError

    known = {SPACES[kind]: [*own] for kind, own in named(items).items()}
    problems = Problems()
    for part in _parts(template):
        try:
            tree = _environment().parse(part)
        except TemplateSyntaxError as error:
            line = part.splitlines()[max(error.lineno - 1, 0)] if part else ""
            near = re.sub(r"<[^>]+>", "", line).strip()
            problems.add("R118", str(path), text=near, reason=error.message or "")
            continue
        for asked in BLOCK.findall(part):
            if WHOLE.fullmatch(asked):  # a table would come to stand within a line
                problems.add("R119", str(path), name=asked)
        for place, asked, choices in _unknown(tree, known):
            near = nearest(asked, choices) or next(iter(choices), "")
            problems.add("R117", str(path), name=f"{place}{asked}", nearest=f"{place}{near}")
    problems.raise_any()


def _parts(template: DocxTemplate) -> Iterator[str]:
    """Yield the text of body, headers and footers as Jinja reads them."""
    parts = [template.get_xml()]
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        parts += [template.get_part_xml(part) for _, part in template.get_headers_footers(uri)]
    for part in parts:
        yield re.sub(r"<w:p([ >])", r"\n<w:p\1", template.patch_xml(part))


def _environment() -> Any:
    """Return a Jinja that escapes texts, and lets a stranger's template reach nothing but the report."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def _unknown(
    tree: nodes.Template, known: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Yield what a template asks for and is not there: what stands before the name, the name, the choices."""
    from jinja2 import meta, nodes

    seen = set()
    for name in sorted(meta.find_undeclared_variables(tree)):
        if name not in (*known, *PLAIN):
            yield "", name, [*known, *PLAIN]
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        inner: Any = getattr(node, "node", None)
        asked = (
            node.attr
            if isinstance(node, nodes.Getattr)
            else getattr(getattr(node, "arg", None), "value", None)
        )
        if not isinstance(asked, str) or asked in seen:
            continue
        if isinstance(inner, nodes.Name) and inner.name in known and asked not in known[inner.name]:
            seen.add(asked)
            yield f"{inner.name}.", asked, known[inner.name]


class Inserted:
    """A table or figure in a template: as a whole where it is written, or part by part."""

    def __init__(self, word: Word, item: Tabulated | Figure) -> None:
        self._word, self._item = word, item
        self.title, self.source = item.title, word.source
        self.heads = item.heads if isinstance(item, Tabulated) else []
        self.rows = item.rows if isinstance(item, Tabulated) else []
        self.note = item.note if isinstance(item, Tabulated) else ""

    def __html__(self) -> str:
        """Return the paragraphs and the table as the document's XML, numbered where they come to stand."""
        from lxml import etree

        body = self._word.document.element.body
        there = {*body}
        if isinstance(self._item, Tabulated):
            self._word.table(self._item)
        else:
            self._word.picture(self._item.title, png(self._item.chart))
        texts = []
        for element in [*body]:
            if element not in there:
                body.remove(element)
                texts.append(etree.tostring(element, encoding="unicode"))
        return "".join(texts)

    __str__ = __html__


def filled(template: DocxTemplate, study: Study, items: Sequence[Item]) -> bytes:
    """Return the report in a template that :func:`check` has passed, as the bytes of a .docx."""
    from jinja2 import TemplateError

    word = Word(template.docx, study.scenario.language, source_of(study))
    title, subtitle = titles(study)
    context: dict[str, object] = {"title": title, "subtitle": subtitle, "source": word.source}
    for kind, own in named(items).items():
        context[SPACES[kind]] = {
            name: item.text if isinstance(item, (Sentence, Heading)) else Inserted(word, item)
            for name, item in own.items()
        }
    try:
        template.render(context, _environment(), autoescape=True)
    except TemplateError as error:
        raise TierwiseError(problem("R118", "", text="", reason=str(error))) from None
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
