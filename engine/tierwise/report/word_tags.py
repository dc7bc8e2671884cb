"""The tags of an institute's template, tried before anything is filled: what is wrong with each, all at once.

Jinja stops at the first fault and tells it in Python's words. So each part of the template is filled for
trial, with stand-ins for tables and figures, and faults are told by their tags.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jinja2 import TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.meta import find_undeclared_variables

from tierwise.errors import Problem, problem
from tierwise.names import nearest
from tierwise.report.word_jinja import BEGIN, END, InlineError, Trying, UnprintableError
from tierwise.words.language import Text

TAG: Final = re.compile(r"\{\{(?:(?!\}\}|\{\{).)*(?:\}\}|(?=\{\{)|\Z)|\{%(?:(?!%\}).)*(?:%\}|\Z)", re.DOTALL)
MARK: Final = re.compile(r"\{[{%][-+]?$")  # that begins a tag
RAW: Final = re.compile(r"\{([{%])(?:p|tr|tc|r)\s")  # how a tag asks for its paragraph, row, cell or run
ROW_OR_CELL: Final = re.compile(r"\{\{t[rc]\s")  # that would print in place of a row or a cell
CLOSED: Final = ("for", "if", "macro", "call", "filter", "with", "block", "autoescape", "raw")  # by end…
BLOCKS: Final = re.compile(rf"\s*(?:end)?(?:{'|'.join(CLOSED)})\b")
TEXTS: Final = re.compile(
    rf"<w:(?:t(?: [^>]*)?>[^<]*?|p(?: [^>]*)?>(?:(?!</w:p>).)*?){BEGIN}([^{END}]+){END}", re.DOTALL
)
INSERTED: Final = re.compile(f"{BEGIN}([^{END}]+){END}")
COMMENT: Final = re.compile(r"\{#((?:(?!#\}).)*)\Z", re.DOTALL)  # that does not end
VERBATIM: Final = re.compile(r"\{%[-+]?\s*raw\b")
TEXTUAL: Final = re.compile(r"<w:(?:t|instrText|delText)(?: [^>]*)?>|<[^>]*\Z")  # before what is in a text
STRAY: Final = re.compile(r"[^\s<>{}%]*[^<>{}%]*[}%]\}")

UNCLOSED: Final = Text("its closing braces are missing", "缺少右花括号")
UNPAIRED: Final = Text("its beginning or its end is missing", "开始与结束标签不成对")
CROWDED: Final = Text(
    "words, tags, pictures and breaks beside it would be lost; "
    "it wants a paragraph (tr: a row, tc: a cell) of its own",
    "会丢失同段的文字、标签、图片和分页，须单独成段（tr 须单独成行，tc 须单独成格）",
)
INLINE: Final = Text(
    "it gives a text, which is written within a paragraph: {{ … }} without a letter behind the braces",
    "取到的是文字，应写在段落中，左花括号后不加字母：{{ … }}",
)
NO_ROW: Final = Text(
    "nothing can stand in place of a row or a cell: write {{ … }} in a cell, tables and figures as {{p … }}",
    "表格的行或格不能整个替换：格内写 {{ … }}，表和图写 {{p … }} 并单独成段",
)
LOOKALIKE: Final = Text(
    "its braces are full-width or apart, so it is no tag: type {{ and }}",
    "花括号为全角或中间有空格，不成标签；请用半角 {{ 和 }}",
)
UNREAD: Final = Text("it is not written as a tag", "写法不合标签格式")
NO_FILTER: Final = Text("there is no filter “{}”", "没有“{}”这个过滤器")
NO_TEST: Final = Text("there is no test “{}”", "没有“{}”这个判断")
FILES: Final = Text("a template takes in no other file", "模板不能引入其他文件")
UNREACHED: Final = Text("it reaches beyond the report", "引用超出报告内容")
UNMADE: Final = Text("what it asks for cannot be had from the report", "无法由报告内容得出")


@dataclass
class Part:
    """A part of a template as Jinja reads it (``text``), put so that each tag begins a line of its own.

    ``written`` are the tags as they stand in the file, by how Jinja reads them. ``block`` tells whether
    tables and figures have a place here; ``crowded`` are tags that would take more than themselves away,
    ``lookalikes`` what is no tag but looks like one.
    """

    text: str
    written: Mapping[str, str]
    block: bool
    crowded: Sequence[str] = ()
    lookalikes: Sequence[str] = ()
    tags: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    outside: set[int] = field(default_factory=set)  # lines of tags that stand in no text
    problems: dict[tuple[str, str], Problem] = field(default_factory=dict)  # by tag and code

    def __post_init__(self) -> None:
        """Put each tag on a line of its own: a break behind its braces prints nothing."""
        made, line, end = [], 1, 0
        plain = TAG.sub(lambda tag: " " * len(tag[0]), self.text)
        for match in TAG.finditer(self.text):
            before = self.text[end : match.start()]
            mark = re.match(r"\{[{%][-+]?", match[0])
            assert mark is not None
            line += before.count("\n") + 1
            made += [before, mark[0], "\n", match[0][mark.end() :]]
            self.tags.append(match[0])
            self.lines.append(line)
            markup = plain.rfind("<", 0, match.start())
            if markup >= 0 and not TEXTUAL.match(plain[markup : match.start()]):
                self.outside.add(line)
            line += match[0].count("\n")
            end = match.end()
        self.text = "".join([*made, self.text[end:]])

    def tag(self, line: int) -> str:
        """Return the tag to which a line belongs, as it stands in the file."""
        return self.told(self.tags[self.lines.index(self.line(line))]) if self.tags else ""

    def line(self, line: int) -> int:
        """Return the line that begins with the tag to which a line belongs."""
        return self.lines[max(bisect_right(self.lines, line) - 1, 0)]

    def told(self, tag: str) -> str:
        """Return a tag as it stands in the file."""
        plain = " ".join(tag.partition("<")[0].split())
        return self.written.get(plain, plain)

    def add(self, code: str, path: str, text: str, **fields: str) -> None:
        """Note what is wrong with a tag, once."""
        made = Problem(code, path, fields={"text": text, **fields})
        self.problems.setdefault((text, fields.get("name", "")), made)

    def broken(self, path: str, text: str, reason: Text) -> None:
        """Note that a tag cannot be filled, and why."""
        if not any(told == text for told, _ in self.problems):
            self.add("R118", path, text, reason=reason.en, reason_zh=reason.zh)


def tags_in(texts: Sequence[str]) -> dict[str, str]:
    """Return the tags in texts of a file, by how Jinja reads them."""
    found = {}
    for text in texts:
        for match in TAG.finditer(text):
            tag = " ".join(match[0].split())
            plain = " ".join(RAW.sub(r"{\1 ", tag).split())
            if plain != tag or plain not in found:
                found[plain] = tag
    return found


def faults(part: Part, path: str, context: Mapping[str, Any]) -> list[Problem]:
    """Return all that is wrong with the tags of a part, in their order.

    ``context`` holds stand-ins of tables and figures.
    """
    environment = Trying()
    text = _mended(part, path, environment)
    if text is not None:
        tree = environment.parse(text)
        quoted = any(VERBATIM.match(tag) for tag in part.tags)
        for data in () if quoted else tree.find_all(nodes.TemplateData):
            for stray in STRAY.findall(data.data):
                part.broken(path, stray.strip(), UNREAD)
        _foreign(tree, part, path, environment)
        _names(tree, part, path, context)
        _trial(environment, text, part, path, context)
    rows = [tag for tag in part.written.values() if ROW_OR_CELL.match(tag)]
    for tags, reason in ((part.crowded, CROWDED), (part.lookalikes, LOOKALIKE), (rows, NO_ROW)):
        for tag in tags:
            part.broken(path, tag, reason)
    places = {part.told(tag): at for at, tag in reversed([*enumerate(part.tags)])}
    return sorted(
        part.problems.values(), key=lambda one: places.get(str(one.fields.get("text")), len(places))
    )


def _mended(part: Part, path: str, environment: Trying) -> str | None:
    """Return the text without tags that cannot be read, which are noted; None where it stays unreadable."""
    if _reads(part.text, environment):
        return part.text
    if comment := COMMENT.search(part.text):
        part.broken(path, part.told(re.split(r"(?<=.)\{[{%]", comment[0])[0]), UNCLOSED)
    lines = COMMENT.sub(r"\1", part.text).split("\n")
    for line, tag in zip(part.lines, part.tags, strict=True):
        closed = tag.endswith(("}}", "%}"))
        if not closed or (tag.startswith("{{") and not _reads(tag, environment)):
            part.broken(path, part.told(tag), UNREAD if closed else UNCLOSED)
            _blank(lines, line)
    _paired(part, path)
    for _ in ["", *part.tags]:
        try:
            environment.parse("\n".join(lines))
        except TemplateSyntaxError as error:
            line = part.line(error.lineno)
            if not (error.message or "").startswith("Unexpected end of template"):
                part.broken(path, part.tag(line), UNREAD)
            if BLOCKS.match(lines[line - 1]):
                break
            _blank(lines, line)
        else:
            return "\n".join(lines)
    return None


def _blank(lines: list[str], line: int) -> None:
    """Take a tag out that begins a line."""
    lines[line - 2] = MARK.sub("", lines[line - 2])
    lines[line - 1] = re.sub(r"^.*?(?:[}%]\}|$)", "", lines[line - 1])


def _paired(part: Part, path: str) -> None:
    """Note statements of which the beginning or the end is missing."""
    opened: list[tuple[str, int]] = []
    for line, tag in zip(part.lines, part.tags, strict=True):
        words = tag.strip("{%}-+ \n").split() if tag.startswith("{%") else []
        word = words[0] if words else ""
        if word in CLOSED:
            opened.append((word, line))
        elif word.removeprefix("end") in CLOSED:
            if opened and opened[-1][0] == word.removeprefix("end"):
                opened.pop()
            else:
                part.broken(path, part.told(tag), UNPAIRED)
    for _, line in opened:
        part.broken(path, part.tag(line), UNPAIRED)


def _reads(text: str, environment: Trying) -> bool:
    try:
        environment.parse(text)
    except TemplateSyntaxError:
        return False
    return True


def _names(tree: nodes.Template, part: Part, path: str, context: Mapping[str, Any]) -> None:
    """Note names that the report has not, each with the nearest."""
    unknown = find_undeclared_variables(tree) - {*context}
    for node in tree.find_all(nodes.Name):
        if node.name in unknown:
            _unknown(part, path, node.lineno, node.name, "", [*context])
    for inside in tree.find_all((nodes.Getattr, nodes.Getitem)):
        asked = _asked(inside)
        if asked is None:
            continue
        place, name = asked
        inner = context.get(place)
        if isinstance(inner, Mapping) and name not in inner:
            _unknown(part, path, inside.lineno, name, f"{place}.", [*inner.keys()])


def _asked(node: Any) -> tuple[str, str] | None:
    """Return what is asked of which name: ("tables", "ranking")."""
    name = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", None)
    inner = node.node
    return (inner.name, name) if isinstance(inner, nodes.Name) and isinstance(name, str) else None


def _unknown(part: Part, path: str, line: int, name: str, place: str, known: Sequence[str]) -> None:
    near = nearest(name, known)
    part.add("R117", path, part.tag(line), name=f"{place}{name}", nearest=near and f"{place}{near}")


def _foreign(tree: nodes.Template, part: Part, path: str, environment: Trying) -> None:
    """Note filters and tests that there are not, and other files; filters get stand-ins for the trial."""
    kinds: tuple[tuple[type[nodes.Filter | nodes.Test], dict[str, Any], Text], ...] = (
        (nodes.Filter, environment.filters, NO_FILTER),
        (nodes.Test, environment.tests, NO_TEST),
    )
    for kind, known, reason in kinds:
        unknown = [node for node in tree.find_all(kind) if node.name not in known]
        for one in unknown:
            told = Text(*(text.format(one.name) for text in reason))
            part.broken(path, part.tag(one.lineno), told)
        known |= {one.name: _nothing for one in unknown}
    for taken in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        part.broken(path, part.tag(taken.lineno), FILES)


def _nothing(*_: object, **__: object) -> str:
    return ""


def _trial(environment: Trying, text: str, part: Part, path: str, context: Mapping[str, Any]) -> None:
    """Fill a part for trial, and note what fails."""
    environment.outside = {
        line for line in part.outside if part.tags[part.lines.index(line)].startswith("{{")
    }
    made = environment.from_string(text).render(context)
    wrong = {told for told, _ in part.problems}
    for line, fault in environment.faults.items():
        tag = part.tag(line)
        if tag in wrong:
            continue
        if isinstance(fault, UnprintableError):
            part.add("R155", path, tag, instead=fault.instead)
        elif isinstance(fault, InlineError):
            part.broken(path, tag, INLINE)
        else:
            part.broken(path, tag, UNREACHED if isinstance(fault, SecurityError) else UNMADE)
    for name in dict.fromkeys((TEXTS if part.block else INSERTED).findall(made)):
        part.problems["", name] = problem("R119", path, name=name)
