"""What LibreOffice makes of a Word document: a PDF, and from it the pages of bookmarks and the fonts."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from shutil import which
from typing import Final

from tierwise.errors import Problem, problem
from tierwise.report.word_parts import BODY, HEADS

SECONDS: Final = 180
LINK: Final = re.compile(rb"/Subtype/Link[^>]*?/Contents<([0-9A-F]+)>/Dest\[\s*(\d+) 0 R")
FACES: Final = {BODY: ("SimSun", "NSimSun", "SimSun-ExtB"), HEADS: ("SimHei",)}  # as PDF files call them


def converted(data: bytes) -> bytes | None:
    """Return a .docx as PDF, None where there is no LibreOffice or it does not convert it."""
    office = which("soffice") or which("libreoffice")
    if office is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.docx"
        source.write_bytes(data)
        command = [office, f"-env:UserInstallation={Path(folder, 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", folder, str(source)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
            return source.with_suffix(".pdf").read_bytes()
        except (OSError, subprocess.SubprocessError):
            return None


def pages(data: bytes, lines: Sequence[str]) -> list[int] | None:
    """Return the page of each line of the contents, as LibreOffice breaks the pages; None without it."""
    made = converted(data)
    return None if made is None else pages_of(made, lines)


def pages_of(pdf: bytes, lines: Sequence[str]) -> list[int] | None:
    """Return the pages that lines of the contents lead to, in a PDF by LibreOffice; None unless all do.

    Its tables stand in plain text: the pages in ``/Kids``, the links with their texts and places.
    """
    kids = re.search(rb"/Type/Pages.*?/Kids\[([^\]]*)\]", pdf, re.DOTALL)
    order = [] if kids is None else re.findall(rb"(\d+) 0 R", kids[1])
    found = {
        bytes.fromhex(text.decode("ascii")).decode("utf-16").strip(): 1 + order.index(page)
        for text, page in LINK.findall(pdf)
        if page in order
    }
    whole = [found.get(line.strip()) for line in lines]
    numbers = [page for page in whole if page is not None]
    return numbers if len(numbers) == len(whole) else None


def other_fonts(pdf: bytes, path: Path) -> list[Problem]:
    """Return that a PDF has other fonts than the document asks for, because these are not on this machine."""
    there = {
        name.decode("ascii", "replace") for name in re.findall(rb"/BaseFont/(?:[A-Z]+\+)?([^\s/<>]+)", pdf)
    }
    missing = [face for face, names in FACES.items() if not there.intersection(names)]
    return [problem("R115", str(path), missing=missing, found=sorted(there))] if missing else []
