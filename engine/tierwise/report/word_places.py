"""Where the tags of a template stand: tags that take the place of their paragraph, row or cell, and no tags.

docxtpl drops all of the paragraph that holds ``{{p … }}``, words and pictures included, and says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from tierwise.report.word_tags import TAG, VERBATIM

TAKES: Final = re.compile(r"\{[{%](p|tr|tc)\s")  # what a tag takes the place of
LIKE: Final = re.compile(r"[{｛]\s*[{｛%％][^{}｛｝]*[}｝%％]\s*[}｝]")  # a tag to the eye
WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
KEPT: Final = ("drawing", "pict", "object", "sectPr")  # that would be lost, too


def crowded(xml: str) -> list[str]:
    """Return tags of a part that take the place of what holds more than them, as they are written."""
    from lxml import etree

    root = etree.fromstring(xml.encode("utf-8"))
    return [
        tag
        for kind in ("p", "tr", "tc")
        for place in root.iter(f"{WORD}{kind}")
        for tag in _crowded(place, kind)
    ]


def lookalikes(text: str) -> list[str]:
    """Return what looks like a tag in a text without being one: full-width braces, spaces between them."""
    if any(VERBATIM.match(tag[0]) for tag in TAG.finditer(text)):
        return []
    return [" ".join(found.split()) for found in LIKE.findall(TAG.sub("·", text))]


def _crowded(place: Any, kind: str) -> list[str]:
    own = [*_own(place, kind)]
    text = "".join(one.text or "" for one in own if one.tag == f"{WORD}t")
    tags = [tag[0] for tag in TAG.finditer(text)]
    taking = [tag for tag in tags if (found := TAKES.match(tag)) and found[1] == kind]
    alone = len(taking) == 1 and text.strip() == taking[0] and all(one.tag == f"{WORD}t" for one in own)
    return [] if alone else [" ".join(tag.split()) for tag in taking]


def _own(place: Any, kind: str) -> Iterator[Any]:
    """Yield texts, pictures and breaks in an element, without those in another of its kind within it."""
    for one in place.iter(f"{WORD}t", f"{WORD}br", *(f"{WORD}{name}" for name in KEPT)):
        plain = one.tag == f"{WORD}br" and one.get(f"{WORD}type") not in ("page", "column")
        if not plain and next(one.iterancestors(f"{WORD}{kind}"), None) is place:
            yield one
