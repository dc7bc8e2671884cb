"""Formulas that name the add-in's file or its long name in LibreOffice, turned into plain names.

Excel stores a function of an .xlam as a link to the file (``[1]!IDX_RANK``), one of an XLL as
``_xll.IDX_RANK``, one of Office.js as ``_xldudf_IDX_RANK``; LibreOffice 7.4 a typed one as
``ORG.TIERWISE.CALC.FUNCTIONS.IDXRANK``. A plain ``IDX_RANK`` is found by every host. Only the bytes of these
names change, and the numbers of links behind one that goes: all else of the workbook is taken over as it is.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote
from xml.sax.saxutils import unescape

from tierwise.delphi.package import BOOK, RELATIONS, TYPES, attribute
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.outputs.files import DAMAGED, in_the_way, is_there, written
from tierwise.renewal.book import WORKBOOKS
from tierwise.words.language import Language, Text
from tierwise_addin.catalogue import functions

Parts = dict[str, bytes]

FORMULA: Final = re.compile(
    rb"(<(?:\w+:)?(f|formula|formula1|formula2|definedName|calculatedColumnFormula|totalsRowFormula)"
    rb"(?:\s[^>]*)?(?<!/)>)([^<]*)"
)
"""Whatever holds a formula: cells, conditions, drop-down lists, names, columns of tables, charts."""

TOKEN: Final = re.compile(
    rb"\[(?P<number>\d+)\]!(?P<linked>IDX_\w+)(?=\()"
    rb"|(?P<path>'(?:[^']|'')*'|&apos;(?:(?!&apos;).)*&apos;|[^'\"(),;=+*/^<>!\s\[\]&-]+\.xlam)"
    rb"!(?P<named>IDX_\w+)(?=\()"
    rb"|(?<![\w.])(?:_xlfn\.|_xludf\.)?(?:ORG|COM)\.(?:\w+\.)*(?P<long>IDX\w+)(?=\()"
    rb"|(?<![\w.])(?:_xlfn\.)?(?:_xll\.|_xldudf_(?:\w*_)?|_xludf\.)(?P<stored>IDX_\w+)(?=\()"
    rb"|\"[^\"]*\"|&quot;.*?&quot;|'[^']*'|&apos;.*?&apos;|\[(?:'.|[^\[\]'])*\]",
    re.IGNORECASE | re.DOTALL,
)
"""A function by a link, by a path, by its long or its stored name; else a text, a sheet or a column."""

LINKED: Final = re.compile(
    rb"(?P<text>\"[^\"]*\"|&quot;.*?&quot;)"
    rb"|(?P<before>'|&apos;|(?<![\w.\[\]]))\[(?P<number>\d+)\](?=[^\[\]\"(),;+*/<>]*!)",
    re.DOTALL,
)
"""A reference into another file, by the number of its link; a text is passed over."""

SHOWN_TEXT: Final = re.compile(rb"<(?:\w+:)?(t|v)(?:\s[^>]*)?(?<!/)>[^<]*")
UNSEARCHED: Final = (
    "xl/externalLinks/",
    "xl/sharedStrings.xml",
    "xl/comments",
    "xl/threadedComments",
    "docProps/",
)


@dataclass(frozen=True)
class Relinked:
    """``formulas`` changed, by sheet or part of the book; calls ``left`` as they are, by file and name.

    ``unlinked`` and ``kept`` are the files behind links to the add-in that went, and that had to stay.
    """

    formulas: Mapping[str, int]
    left: Mapping[str, int] = field(default_factory=dict)
    unlinked: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """An external link of a workbook: its own part, the identifier by which the book names it, its file."""

    part: str
    identifier: str
    target: str

    @property
    def is_ours(self) -> bool:
        """Tell whether the file is the add-in, wherever it lies."""
        return _is_ours(self.target)


def relink(source: Path, out: Path, *, replace: bool = False) -> Relinked:
    """Write a copy of a workbook with plain names to ``out``; nothing is written where nothing changes.

    Raises I001, I003 (no workbook), I007 (cannot be written), I008 (``out`` is the workbook itself), I009
    (another kind of file), I014 (``out`` is there), C042 (neither .xlsx nor .xlsm).
    """
    refuse(source, out, there=is_there(source), replace=replace)
    infos, parts = _read(source)
    links = _links(parts)
    names = _names(parts)
    counts, left = Counter[str](), Counter[str]()
    changed: Parts = {}
    for name, content in parts.items():
        if name.endswith(".xml") and not name.startswith(UNSEARCHED):
            new, count = _plain(content, links, left)
            if count:
                changed[name] = new
                counts[names.get(name, name)] += count
    gone, kept, numbers = _unused(links, parts | changed)
    if numbers:
        changed |= _renumbered(parts | changed, numbers)
    if not counts and not gone:
        return Relinked(counts, left, (), tuple(link.target for link in kept))
    changed = _without(parts | changed, gone)
    with written(out) as stage, zipfile.ZipFile(stage, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in infos:
            if info.filename in changed:
                archive.writestr(info, changed[info.filename])
    return Relinked(counts, left, tuple(link.target for link in gone), tuple(link.target for link in kept))


def refuse(source: Path, out: Path, *, there: bool = True, replace: bool = False) -> None:
    """Raise what :func:`relink` would for these names, before anything is read."""
    problems = Problems()
    if source.suffix.lower() not in WORKBOOKS:
        problems.add("C042", str(source))
    elif not there:
        problems.add("I001", str(source))
    elif out.suffix.lower() != source.suffix.lower():
        problems.add("I009", str(out))
    problems.extend(in_the_way(out, [source], replace=replace))
    problems.raise_any()


def _read(source: Path) -> tuple[list[zipfile.ZipInfo], Parts]:
    try:
        with zipfile.ZipFile(source) as archive:
            infos = archive.infolist()
            parts = {info.filename: archive.read(info) for info in infos}
    except DAMAGED:
        raise TierwiseError(problem("I003", str(source))) from None
    needed = {BOOK, RELATIONS, TYPES} <= parts.keys()
    if not needed or any(content.startswith((b"\xff\xfe", b"\xfe\xff")) for content in parts.values()):
        raise TierwiseError(problem("I003", str(source)))
    return infos, parts


def _plain(content: bytes, links: list[Link], left: Counter[str]) -> tuple[bytes, int]:
    """Return a part with plain names, and how many formulas changed; count in ``left`` what stays."""
    known = {name.replace("_", ""): name for name in functions()}
    changed = 0

    def name_of(token: re.Match[bytes]) -> bytes:
        said = token["linked"] or token["named"] or token["long"] or token["stored"]
        if said is None:
            return token[0]
        if token["linked"]:
            number = int(token["number"])
            target = links[number - 1].target if 0 < number <= len(links) else f"[{number}]"
            ours = _is_ours(target)
        else:
            target = _text(token["path"] or token[0])
            ours = (
                _is_ours(target) if token["path"] else bool(token["stored"]) or "TIERWISE" in target.upper()
            )
        name = known.get(said.decode().upper().replace("_", ""))
        if ours and name:
            return name.encode()
        if not token["stored"] and (ours or token["linked"] or token["path"]):
            left[f"{target.strip(chr(39))}: {said.decode()}"] += 1
        return token[0]

    def formula(found: re.Match[bytes]) -> bytes:
        nonlocal changed
        text = TOKEN.sub(name_of, found[3])
        changed += text != found[3]
        return found[1] + text

    return FORMULA.sub(formula, content), changed


def _text(raw: bytes) -> str:
    return unescape(raw.decode("utf-8", "replace"), {"&apos;": "'", "&quot;": '"'})


def _is_ours(path: str) -> bool:
    file = re.split(r"[\\/]", path.strip("'"))[-1].strip("[]").lower()
    return file.startswith("tierwise") and file.endswith((".xlam", ".xla", ".xll"))


def _links(parts: Parts) -> list[Link]:
    """Return the external links in the order in which formulas count them."""
    related = _related(parts)
    found = []
    for tag in re.findall(r"<(?:\w+:)?externalReference\s[^>]*>", parts[BOOK].decode("utf-8", "replace")):
        identifier = attribute(tag, r"\w+:id")
        part = related.get(identifier, "")
        folder, _, file = part.rpartition("/")
        own = parts.get(f"{folder}/_rels/{file}.rels", b"").decode("utf-8", "replace")
        first = re.search(r"<(?:\w+:)?Relationship\s[^>]*>", own)
        target = unquote(unescape(attribute(first[0], "Target"))) if first else ""
        found.append(Link(part, identifier, target))
    return found


def _related(parts: Parts) -> dict[str, str]:
    """Return the part behind each identifier of the book."""
    related = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", parts[RELATIONS].decode("utf-8", "replace")):
        target = attribute(tag, "Target")
        related[attribute(tag, "Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return related


def _names(parts: Parts) -> dict[str, str]:
    """Return the name of the sheet in each part."""
    related = _related(parts)
    tags = re.findall(r"<(?:\w+:)?sheet\s[^>]*>", parts[BOOK].decode("utf-8", "replace"))
    quotes = {"&quot;": '"', "&apos;": "'"}
    return {
        related[attribute(tag, r"\w+:id")]: unescape(attribute(tag, "name"), quotes)
        for tag in tags
        if attribute(tag, r"\w+:id") in related
    }


def _unused(links: list[Link], parts: Parts) -> tuple[list[Link], list[Link], dict[int, int]]:
    """Return the links to the add-in that can go, those that stay, and the numbers of others that change.

    A link stays where anything but shown text mentions its number, and where the number of one behind it
    stands elsewhere than in a formula: formulas count the links, so that it would be miscounted.
    """
    outside, whole = b"", b""
    for name, content in parts.items():
        if name.endswith((".xml", ".vml")) and not name.startswith(UNSEARCHED):
            kept = SHOWN_TEXT.sub(b"", content)
            outside += FORMULA.sub(b"", kept)
            whole += FORMULA.sub(_without_texts, kept)
    gone: list[Link] = []
    fixed = False
    for number in range(len(links), 0, -1):
        link = links[number - 1]
        if link.is_ours and link.part and b"[%d]" % number not in whole and not fixed:
            gone.insert(0, link)
        fixed = fixed or b"[%d]" % number in outside
    left = [link for link in links if link not in gone]
    numbers = {links.index(link) + 1: place for place, link in enumerate(left, 1)}
    changed = {old: new for old, new in numbers.items() if old != new}
    return gone, [link for link in left if link.is_ours], changed


def _renumbered(parts: Parts, numbers: Mapping[int, int]) -> Parts:
    """Return the parts in which formulas count links of other files, with their new numbers."""

    def counted(token: re.Match[bytes]) -> bytes:
        number = int(token["number"] or 0)
        return b"%b[%d]" % (token["before"], numbers[number]) if number in numbers else token[0]

    def formula(found: re.Match[bytes]) -> bytes:
        return found[1] + LINKED.sub(counted, found[3])

    searched = {
        name: FORMULA.sub(formula, content)
        for name, content in parts.items()
        if name.endswith(".xml") and not name.startswith(UNSEARCHED)
    }
    return {name: content for name, content in searched.items() if content != parts[name]}


def _without_texts(formula: re.Match[bytes]) -> bytes:
    """Return a formula without the texts in it."""
    return LINKED.sub(lambda token: b"" if token["text"] else token[0], formula[3])


def _without(parts: Parts, gone: list[Link]) -> Parts:
    """Return the parts without links, nor mention of them in the three lists."""
    parts = dict(parts)
    for link in gone:
        folder, _, file = link.part.rpartition("/")
        parts.pop(link.part, None)
        parts.pop(f"{folder}/_rels/{file}.rels", None)
        for part, tag, name, value in (
            (BOOK, "externalReference", r"\w+:id", link.identifier),
            (RELATIONS, "Relationship", "Id", link.identifier),
            (TYPES, "Override", "PartName", f"/{link.part}"),
        ):
            pattern = (
                rf"""<(?:\w+:)?{tag}\s(?:[^>]*\s)?{name}\s*=\s*["']{re.escape(value)}["']"""
                rf"""[^>]*?(?:/>|>\s*</(?:\w+:)?{tag}>)"""
            )
            parts[part] = re.sub(pattern.encode(), b"", parts[part])
    empty = rb"<(?:\w+:)?externalReferences\s*(?:/>|>\s*</(?:\w+:)?externalReferences>)"
    parts[BOOK] = re.sub(empty, b"", parts[BOOK])
    return parts


_TOLD: Final[Mapping[str, Text]] = {
    "none": Text(
        "{book}: no formula names the add-in's file or a long name: nothing to mend, no copy is made",
        "{book}：没有引用加载项文件或长函数名的公式，无需修复，未生成副本",
    ),
    "unmended": Text(
        "{book}: nothing could be mended, no copy is made", "{book}：没有可修复的公式，未生成副本"
    ),
    "sheet": Text("{sheet}: {count} formulas mended", "{sheet}：修复公式{count}个"),
    "unlinked": Text("link to {file} removed: nothing uses it any more", "已删除不再使用的链接：{file}"),
    "kept": Text(
        "link to {file} stays: something else uses it; see Data > Edit Links",
        "保留链接{file}：另有内容仍在使用，请查看“数据 > 编辑链接”",
    ),
    "left": Text(
        "{count} x {call}: left as it is, since this is no function of tierwise or another file's",
        "{call}（{count}处）：不是tierwise的函数或属于其他文件，保持原样",
    ),
    "written": Text(
        "{out} is written; {book} stays as it is. Open it and press Ctrl+Alt+F9 once",
        "已写出{out}，{book}保持原样。打开后请按一次Ctrl+Alt+F9重新计算",
    ),
}


def told(done: Relinked, book: Path, out: Path, language: Language) -> str:
    """Return what became of a workbook, one fact a line."""

    def line(what: str, **facts: object) -> str:
        return _TOLD[what].of(language).format(**facts)

    lines = [line("sheet", sheet=sheet, count=count) for sheet, count in done.formulas.items()]
    lines += [line("unlinked", file=file) for file in done.unlinked]
    lines += [line("kept", file=file) for file in done.kept]
    lines += [line("left", call=call, count=count) for call, count in done.left.items()]
    if done.formulas or done.unlinked:
        lines.append(line("written", out=out, book=book))
    else:
        lines.append(line("unmended" if lines else "none", book=book))
    return "\n".join(lines)
