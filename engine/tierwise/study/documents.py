"""The files of a scenario: found by name or path, laid over those that they extend, with their sheets."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tierwise.errors import Problems, TierwiseError, located, problem
from tierwise.inputs import Sheet
from tierwise.inputs.files import (
    SHEET_SYNONYMS,
    WORKBOOK_ENDINGS,
    read_book,
    read_bytes,
    read_csv,
    sheet_key,
)
from tierwise.names import nearest
from tierwise.outputs.files import is_there
from tierwise.spec.document import Document, from_sheet, from_toml, is_settings, names_file
from tierwise.spec.schema import DataSpec
from tierwise.words.result_sheets import is_result_sheet
from tierwise.words.speaking import KeyName
from tierwise_scenarios import names as bundled_names
from tierwise_scenarios import path as bundled_path

__all__ = [
    "bundled",
    "bundled_name",
    "document_of",
    "extended",
    "known_sheets",
    "record",
    "resolve",
    "tables_of",
]

LONGEST_CHAIN = 50  # of scenarios that extend each other


def bundled() -> list[str]:
    """Return the names of the scenarios that come with tierwise."""
    return bundled_names()


def resolve(reference: str | Path, beside: Path | None = None) -> Path:
    """Return the file that a reference means: a path (also relative to ``beside``), or a bundled name.

    Raises :class:`TierwiseError` S008 with the nearest bundled name.
    """
    path = Path(reference)
    candidates: list[Path] = [path, *([beside / path] if beside else [])]
    for candidate in candidates:
        if candidate.suffix.lower() in {".toml", *WORKBOOK_ENDINGS} and (is_there(candidate) or not beside):
            return candidate
    return Path(bundled_path(bundled_name(str(reference))))


def bundled_name(name: str) -> str:
    """Return the name of a bundled scenario; raise S008 with the nearest for another."""
    names = bundled()
    if name in names:
        return name
    raise TierwiseError(problem("S008", value=name, nearest=nearest(name, names), choices=names))


def document_of(
    name: str,
    sheets: dict[str, Sheet],
    inputs: dict[Path, str],
    folder: Path,
    problems: Problems,
    *,
    alone: bool = False,
) -> Document:
    """Return the settings of a workbook in a folder, laid over what it extends.

    A workbook with data of its own takes the settings of another scenario, not its data.
    """
    own = Document({}, {}, manner="form")
    if "Scenario" not in sheets and "Scenarios" in sheets and is_settings(sheets["Scenarios"]):
        sheets["Scenario"] = sheets.pop("Scenarios")  # 方案表 was a name of it
    if "Scenario" in sheets:
        with problems.caught():
            own = from_sheet(sheets["Scenario"], folder, problems)
    if alone:
        _refuse_files(own)
    document = _over_bases(own, folder, inputs)
    values = {
        key: value
        for key, value in document.values.items()
        if key[0] != "data" or key in own.values or "Data" not in sheets
    }
    return replace(document, values={("name",): name, **values})


def _refuse_files(document: Document) -> None:
    """Raise S016 for every key that names a file: a base that is not bundled, a table of [data]."""
    names, problems = bundled(), Problems()
    for key, value in document.values.items():
        each = value if isinstance(value, (list, tuple)) else [value]
        foreign = key[0] == "extends" and any(one not in names for one in each)
        if foreign or names_file(key):
            problems.add("S016", document.places[key], key=KeyName(".".join(key)))
    problems.raise_any()


def known_sheets(path: Path, noted: Problems | None = None) -> dict[str, Sheet]:
    """Return the input sheets of a workbook; raise :class:`TierwiseError` I006 for sheets that are not known.

    Problems of sheets that can be read all the same are noted in ``noted`` where it is given.

    Sheets whose name begins with ``_`` and sheets that tierwise writes are passed over.
    """
    book = read_book(path, noted)
    problems = Problems()
    words = [word.capitalize() for word in SHEET_SYNONYMS]
    for name in book.filled:
        if not (sheet_key(name) or name.startswith("_") or is_result_sheet(name)):
            near = nearest(name, words)
            problems.add("I006", path.name, sheet=name, nearest=near, choices=words)
    if noted is None:
        problems.raise_any()
    else:
        noted.extend(problems.found)
    return book.sheets


def extended(
    path: Path, inputs: dict[Path, str], chain: Sequence[Path], known: dict[Path, Document]
) -> Document:
    """Return a TOML document laid over those that it extends; ``known`` are those that were read before."""
    own = path.resolve()
    if own in chain:
        raise TierwiseError(problem("S009", f"{path.name}: extends", value=path.name))
    if len(chain) >= LONGEST_CHAIN:
        raise TierwiseError(problem("S014", f"{path.name}: extends", most=LONGEST_CHAIN))
    if own not in known:
        record(path, inputs)
        known[own] = _over_bases(from_toml(path), path.parent, inputs, [*chain, own], known)
    return known[own]


def _over_bases(
    document: Document,
    folder: Path,
    inputs: dict[Path, str],
    chain: Sequence[Path] = (),
    known: dict[Path, Document] | None = None,
) -> Document:
    """Return a document of a folder laid over those that it extends."""
    known = {} if known is None else known
    extends = document.values.get(("extends",), ())
    names = (
        [extends] if isinstance(extends, str) else [*extends] if isinstance(extends, (list, tuple)) else []
    )
    with located(lambda _: document.places[("extends",)]):
        paths = [resolve(name, folder) for name in names if isinstance(name, str)]
    return document.over([extended(path, inputs, chain, known) for path in paths])


def tables_of(
    data: DataSpec, sheets: dict[str, Sheet], inputs: dict[Path, str], problems: Problems, guessed: Problems
) -> dict[str, Sheet]:
    """Return the input sheets, from the workbook and from CSV files (a CSV file wins).

    The encodings of CSV files that were not given are noted in ``guessed``.
    """
    tables = {name: sheet for name, sheet in sheets.items() if name != "Scenario"}
    if data.workbook:
        with problems.caught():
            tables.update(known_sheets(Path(data.workbook), problems))
            record(Path(data.workbook), inputs)
    for name, file in (
        ("Data", data.units),
        ("Framework", data.framework),
        ("Experts", data.experts),
        ("Comparisons", data.comparisons),
        ("Judgements", data.judgements),
        ("History", data.history),
        ("National", data.national),
        ("Counts", data.counts),
    ):
        files = {"": file} if isinstance(file, str) else file or {}
        for year, path in files.items():
            with problems.caught():
                tables[f"{name}{year}"] = read_csv(path, data.encoding, guessed)
                record(Path(path), inputs)
    return tables


def record(path: Path, inputs: dict[Path, str]) -> None:
    """Note an input file with its SHA-256."""
    inputs[path.resolve()] = hashlib.sha256(read_bytes(path)).hexdigest()
