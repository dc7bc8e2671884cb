"""Sixty planted errors in a generated report are found, each at its place; the unchanged report has none."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import docx
import numpy as np
import pytest
from docx.document import Document

from tierwise.proofreading.parts import CAPTION, Grid, Paragraph
from tierwise.proofreading.reader import Proof
from tierwise.proofreading.reading import parts_of
from tierwise.proofreading.report import Report
from tierwise.proofreading.truth import truth_of
from tierwise.report.word import document
from tierwise.stages import Results, run

ERRORS = 60


@pytest.fixture(scope="module")
def results() -> Results:
    return run("industrial-counties-2019", draws=32)


@pytest.fixture(scope="module")
def written(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.docx"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tierwise.report.word_pages.which", lambda _: None)  # pages need not be counted
        path.write_bytes(document(results.study))
    return path


@pytest.fixture(scope="module")
def read(results: Results) -> Callable[[Path], Proof]:
    listing, expected = truth_of(results.study)

    def against(path: Path) -> Proof:
        report = Report(parts_of(path), "zh", listing, expected)
        found = report.read()
        return Proof(path, "zh", tuple(found.wrong), tuple(found.unchecked), found.checked)

    return against


@dataclass(frozen=True)
class Planted:
    """A planted error: where it must be found."""

    kind: str
    place: str  # of a table's cell: 表3 第2行; of a sentence its beginning
    said: str


def other_digit(text: str, rng: np.random.Generator) -> str:
    """Return a text with one digit changed, so that the number is another."""
    places = [at for at, sign in enumerate(text) if sign.isdigit()]
    at = int(rng.choice(places))
    new = str((int(text[at]) + int(rng.integers(1, 10))) % 10)
    return text[:at] + new + text[at + 1 :]


def swapped(text: str, names: list[str], rng: np.random.Generator) -> str:
    """Return a text with two of its names in each other's place."""
    one, two = rng.choice(len(names), 2, replace=False)
    return re.sub(
        f"{names[one]}|{names[two]}",
        lambda name: names[two] if name[0] == names[one] else names[one],
        text,
    )


def edits(text: str, names: list[str], rng: np.random.Generator) -> Iterator[tuple[str, str]]:
    """Yield (kind, changed text) for what can be wrong in a sentence."""
    if re.search(r"合计\d+个", text):
        yield "sum", re.sub(r"(合计)(\d+)", lambda found: found[1] + str(int(found[2]) + 1), text, count=1)
    if re.search(r"占\d+\.\d%", text):
        yield "share", re.sub(r"占(\d+)\.", lambda found: f"占{int(found[1]) + 3}.", text, count=1)
    inside = [*dict.fromkeys(name for name in names if name in text)]
    if len(inside) >= 2:
        yield "names", swapped(text, inside, rng)
    bare = re.sub(r"^\d+|\d{4}年", "", text)
    if re.search(r"\d", bare):
        yield "digit", text[: len(text) - len(bare)] + other_digit(bare, rng) if text.endswith(bare) else ""


def plant(word: Document, names: list[str], rng: np.random.Generator, count: int) -> list[Planted]:
    """Plant errors in a document: at most one a sentence and two a table."""
    planted = sentence_errors(word, names, rng, count // 2)
    captions = [match for one in word.paragraphs if (match := CAPTION.match(one.text)) and match[1] == "表"]
    while len(planted) < count:
        number = int(rng.integers(len(word.tables)))
        table = word.tables[number]
        width = len(table.columns)
        cells = [cell.text for cell in table._cells]
        if captions[number][3].startswith("计算概要"):
            continue
        row = int(rng.integers(1, len(table.rows)))
        place = f"表{number + 1} 第{row}行"
        if any(one.place == place for one in planted):
            continue
        digits = [at for at in range(width) if re.fullmatch(r"[\d.,%]*\d[\d.,%]*", cells[row * width + at])]
        if not digits:
            continue
        column = int(rng.choice(digits))
        at = row * width + column
        run_of = table._cells[at].paragraphs[0].runs[0]
        run_of.text = other_digit(run_of.text, rng)
        planted.append(Planted("cell", place, f"{cells[at]} → {run_of.text}"))
    return planted


def sentence_errors(word: Document, names: list[str], rng: np.random.Generator, count: int) -> list[Planted]:
    planted: list[Planted] = []
    paragraphs = [one for one in word.paragraphs if one.style is not None and one.style.name == "Normal"]
    texts = [one for one in paragraphs if re.search(r"\d.*。$", one.text) and not one.text.startswith("注")]
    said = {one.text for one in texts}
    for at in rng.permutation(len(texts))[:count]:
        text = texts[at].text
        # what another sentence of the report says, of another round say, is no error
        offered = [(kind, new) for kind, new in edits(text, names, rng) if new and new not in said]
        if not offered:
            continue
        kind, new = offered[int(rng.integers(len(offered)))]
        texts[at].runs[0].text = new
        planted.append(Planted(kind, "".join(new.split())[:8], f"{text} → {new}"))
    return planted


def missed(planted: list[Planted], made: Proof) -> list[Planted]:
    """Return the planted errors that were not found."""
    places = [one.place for one in made.wrong]
    quotes = ["".join(one.quote.split()) for one in made.wrong]
    texts = [part.text for part in parts_of(made.report) if isinstance(part, Paragraph)]
    left = []
    for one in planted:
        if one.kind == "cell":
            if not any(place.startswith(f"{one.place}（") for place in places):
                left.append(one)
            continue
        new = one.said.partition(" → ")[2]
        assert any(new == text for text in texts)
        compact = "".join(new.split())
        if not any(quote.rstrip("。")[:50] in compact for quote in quotes):
            left.append(one)
    return left


def test_the_unchanged_report_has_no_error(read: Callable[[Path], Proof], written: Path) -> None:
    made = read(written)
    assert made.wrong == ()
    assert made.checked > 2000
    assert len(made.unchecked) < 5


@pytest.mark.parametrize("seed", [1, 2])
def test_sixty_planted_errors_are_found(
    results: Results, read: Callable[[Path], Proof], written: Path, tmp_path: Path, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    word = docx.Document(str(written))
    names = [*results.study.index.panel.names, *{*results.study.index.panel.groups["province"]}]
    planted = plant(word, names, rng, ERRORS)
    assert len(planted) == ERRORS
    assert {one.kind for one in planted} >= {"digit", "names", "cell"}
    path = tmp_path / "planted.docx"
    word.save(str(path))
    made = read(path)
    assert missed(planted, made) == []
    # and nothing is found where nothing was planted
    rows = {one.place for one in planted if one.kind == "cell"}
    changed = ["".join(one.said.partition(" → ")[2].split()) for one in planted if one.kind != "cell"]
    for one in made.wrong:
        in_cell = any(one.place.startswith(f"{row}（") for row in rows)
        in_text = any("".join(one.quote.split()).rstrip("。")[:50] in text for text in changed)
        assert in_cell or in_text, one


def markdown(path: Path) -> str:
    """Return a report as Markdown."""
    lines: list[str] = []
    for part in parts_of(path):
        if isinstance(part, Grid):
            lines += [f"{part.place} {part.title}", ""]
            lines += [
                "| " + " | ".join(row) + " |" for row in (part.heads, ["---"] * len(part.heads), *part.rows)
            ]
            lines.append("")
        else:
            lines += [f"{'#' * part.level} {part.text}" if part.level else part.text, ""]
    return "\n".join(lines)


def test_markdown_and_csv(
    results: Results, read: Callable[[Path], Proof], written: Path, tmp_path: Path
) -> None:
    path = tmp_path / "report.md"
    text = markdown(written)
    path.write_text(text, encoding="utf-8")
    assert read(path).wrong == ()
    path.write_text(
        text.replace("江苏25个，居首位", "江苏26个，居首位").replace("| 太仓市 | 7 |", "| 太仓市 | 8 |"),
        encoding="utf-8",
    )
    found = [(one.printed, one.right) for one in read(path).wrong]
    assert ("26", "25") in found
    assert ("8", "7") in found
    folder = results.write(tmp_path / "out") / "tables"
    rng = np.random.default_rng(5)
    for name in ("ranking", "distribution_province", "tiers_profile", "weights", "sentences"):
        file = folder / f"{name}.csv"
        assert read(file).wrong == (), name
        rows = [*csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig")))]
        for row in rng.choice(range(1, len(rows)), 8, replace=False):
            before = [*rows[row]]
            told = before[:2] if name == "sentences" else before  # its table may have a number in its name
            column = max(at for at, cell in enumerate(told) if re.search(r"\d", cell))
            rows[row][column] = other_digit(re.sub(r"(\.\d{3})\d+", r"\1", before[column]), rng)
            if name == "sentences" or rows[row][column] != before[column]:
                with file.open("w", encoding="utf-8-sig", newline="") as made:
                    csv.writer(made).writerows(rows)
                assert read(file).wrong, (name, before, rows[row])
            rows[row] = before


def test_a_folder_of_results_serves_as_well(results: Results, written: Path, tmp_path: Path) -> None:
    from tierwise.proofreading.reader import proof

    folder = results.write(tmp_path / "out")
    made = proof(written, folder)
    assert made.wrong == ()
    assert made.checked > 2000
    assert proof(folder / "results.xlsx", folder).wrong == ()
