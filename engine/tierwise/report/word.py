"""The printed report as a Word document of our own; what it holds is said in ``printed``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from tierwise.errors import Problem, TierwiseError, problem
from tierwise.outputs.files import in_the_way, written
from tierwise.report import (
    printed_annexes,
    printed_experts,
    printed_list,
    printed_topics,
    word_pages,
    word_parts,
    word_template,
)
from tierwise.report.drawing import chinese_font, png
from tierwise.report.printed import (
    Chapter,
    Figure,
    Heading,
    Item,
    Sentence,
    numbered,
    source_of,
    titles,
)
from tierwise.report.word_contents import Contents
from tierwise.report.word_parts import Word

if TYPE_CHECKING:
    from tierwise.study.study import Study

CHAPTERS: Final[tuple[Chapter, ...]] = (
    printed_list.the_list,
    printed_list.tiers,
    printed_list.changes,
    printed_topics.further,
    printed_topics.of_topics,
    printed_annexes.method,
    printed_experts.panel,
    printed_annexes.means,
    printed_annexes.robustness,
)


def items(study: Study) -> list[Item]:
    """Return what the report of a finished run holds, in order."""
    return numbered([item for chapter in CHAPTERS for item in chapter(study)], study.scenario.language)


def write_word(
    study: Study,
    path: Path,
    *,
    replace: bool = False,
    pdf: bool = False,
    template: Path | None = None,
    notes: list[Problem] | None = None,
) -> list[Path]:
    """Write the report to ``path``, with ``pdf`` beside it as PDF by LibreOffice; return what was written.

    ``template`` is a Word file with tags that is filled (:mod:`tierwise.report.word_template`).
    ``notes`` is given what a reader should know of it: pages that are not counted, fonts that were missing.
    Raises :class:`TierwiseError` R111 for another ending than .docx, I008 where it is the template, I014 for
    a file that is not to be replaced, I007 where it cannot be written, R112 where LibreOffice does not
    convert it; of a template I001, R116 (no Word file), R117 to R119 and R155 (every tag
    that cannot be filled).
    """
    refuse(path, replace, template=template, pdf=pdf)
    notes = [] if notes is None else notes
    data = document(study, notes=notes) if template is None else in_template(study, template, notes)
    made = word_pages.converted(data) if pdf else None
    if pdf and made is None:
        raise TierwiseError(problem("R112", str(path.with_suffix(".pdf"))))
    done = [put(path, data)]
    if made is not None:
        notes += word_pages.other_fonts(made, path.with_suffix(".pdf"))
        done.append(put(path.with_suffix(".pdf"), made))
    return done


def refuse(path: Path, replace: bool, *, template: Path | None = None, pdf: bool = False) -> None:
    """Raise what keeps a report, with ``pdf`` a PDF too, from being written under a name.

    R111: another ending than .docx; I008: it is the template; I014: it is there.
    """
    if path.suffix.lower() != ".docx":
        raise TierwiseError(problem("R111", str(path)))
    for made in (path, path.with_suffix(".pdf"))[: 1 + pdf]:
        if blocked := [*in_the_way(made, filter(None, [template]), replace=replace)]:
            raise TierwiseError(*blocked)


def put(path: Path, data: bytes) -> Path:
    """Write a file whole or not at all; raise I007, I031 where it cannot be written."""
    with written(path) as stage:
        stage.write_bytes(data)
    return path


def document(study: Study, *, notes: list[Problem] | None = None) -> bytes:
    """Return the report of a finished run as the bytes of a .docx: the same run gives the same bytes.

    Where LibreOffice is installed it counts the pages of the contents; where not, Word does when it opens
    the file, and ``notes`` says so.
    """
    notes = [] if notes is None else notes
    word = word_parts.opened(study.scenario.language, source_of(study))
    word.document.core_properties.title = study.scenario.title
    contents = _front(word, study)
    for item in items(study):
        write(word, item)
    contents.fill()
    data = word_parts.packed(word.document)
    notes += font_notes(study)
    pages = word_pages.pages(data, [entry.text for entry in word.entries])
    if pages is None:
        notes.append(problem("R113"))
        return data
    contents.number(pages)
    return word_parts.packed(word.document)


def in_template(study: Study, path: Path, notes: list[Problem]) -> bytes:
    """Return the report in a template as the bytes of a .docx."""
    template, own = word_template.opened(path), items(study)
    word_template.check(template, path, study, own)
    data = word_template.filled(template, study, own)
    notes += font_notes(study)
    if "TOC \\" in template.get_xml():
        notes.append(problem("R120"))
    return data


def font_notes(study: Study) -> list[Problem]:
    """Return that no Chinese font is there to draw with, where names are Chinese."""
    return [problem("R114")] if study.scenario.language == "zh" and chinese_font() is None else []


def _front(word: Word, study: Study) -> Contents:
    """Write the title page; return the contents that follow it."""
    name, note = titles(study)
    title = word.document.add_paragraph(name, "Title")
    title.paragraph_format.space_before = 2_500_000
    word_parts.centred(title)
    if note:
        word_parts.centred(word.document.add_paragraph(note))
    word_parts.new_page(word)
    return Contents(word)


def write(word: Word, item: Item) -> None:
    """Write one thing of the report."""
    if isinstance(item, Heading):
        word.heading(item.text, item.level)
    elif isinstance(item, Sentence):
        word.paragraph(item.text)
    elif isinstance(item, Figure):
        word.picture(item.title, png(item.chart))
    else:
        word.table(item)
