"""The language in which a scenario's problems are told, known before it can be read whole."""

from __future__ import annotations

from pathlib import Path

from tierwise.errors import Problems, TierwiseError
from tierwise.inputs.files import language_of_headings, read_workbook
from tierwise.spec.document import Document, from_sheet, from_toml
from tierwise.study.documents import resolve
from tierwise.words.language import Language


def language_of(reference: str | Path) -> Language | None:
    """Return the language that a scenario sets, else that of its headings, None where neither tells.

    A scenario that cannot be read has none.
    """
    sheets = {}
    document = Document({}, {})
    try:
        path = resolve(reference)
        if path.suffix.lower() == ".toml":
            document = from_toml(path)
        else:
            sheets = read_workbook(path, Problems())
            if "Scenario" in sheets:
                document = from_sheet(sheets["Scenario"], path.parent, Problems())
    except TierwiseError:
        pass
    given = document.values.get(("language",))
    if given in ("en", "zh"):
        return "zh" if given == "zh" else "en"
    return language_of_headings(sheets)
