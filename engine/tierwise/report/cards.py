"""Cards of units as files: a page or a Word document each, written together or not at all."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tierwise.errors import Problems
from tierwise.outputs.files import in_the_way
from tierwise.outputs.folder import result_folder
from tierwise.report import word, word_parts
from tierwise.report.card import card
from tierwise.report.drawing import png
from tierwise.report.printed import Figure, Item, Tabulated, source_of
from tierwise.study.improve import checked_costs
from tierwise.words.visible import visible_lines

if TYPE_CHECKING:
    from tierwise.study.study import Study

UNSAFE: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
MOST_LETTERS: Final = 80  # of a file's name, in a name of at most 255 bytes
RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")  # by Windows


def write_cards(
    study: Study,
    names: Sequence[str],
    out: Path,
    *,
    forms: Sequence[str] = ("html",),
    replace: bool = False,
    costs: Mapping[str, float] | None = None,
) -> list[Path]:
    """Write the cards of some units, by code or name, of all listed ones where none is named: all or none.

    Args:
        study: a finished run.
        names: units by code or name.
        out: the folder.
        forms: ``html``, ``docx`` or both.
        replace: whether cards that are there give way.
        costs: of one standard deviation of indicators, by code or name (1 of the others): adds the cheapest
            change of several.

    Raises:
        TierwiseError: S021 and S022 for every name that is no unit or several, I008 for every card that would
            replace an input, I014 for every one that is there already, I007 where one cannot be written, I031
            while others are written there.

    """
    problems = Problems()
    panel = study.index.panel
    with problems.caught():
        checked_costs(study.index, costs or {})
    rows = panel.units.rows(names, problems) if names else study.tiers.selected.tolist()
    titles = _titles([panel.names[row] for row in rows], [panel.codes[row] for row in rows])
    paths = [out / f"{title}.{form}" for title in titles for form in forms]
    for path in paths:
        problems.extend(in_the_way(path, study.scenario.inputs, replace=replace))
    problems.raise_any()
    made = [
        (path, data)
        for row, title in zip(rows, titles, strict=True)
        for path, data in _made(study, row, out / title, forms, costs)
    ]

    def fill(stage: Path) -> None:
        for path, data in made:
            (stage / path.name).write_bytes(data)

    with result_folder(out, study.scenario.name, study.scenario.inputs, record=None) as folder:
        folder.put(fill)
    return paths


def _made(
    study: Study, row: int, stem: Path, forms: Sequence[str], costs: Mapping[str, float] | None
) -> list[tuple[Path, bytes]]:
    items = card(study, row, costs)
    return [(stem.with_name(f"{stem.name}.{form}"), FORMS[form](study, items)) for form in forms]


def as_page(study: Study, items: Sequence[Item]) -> bytes:
    """Return a card as a self-contained page."""
    from jinja2 import Environment

    source = files("tierwise.report").joinpath("card.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.tests |= {"table": _is(Tabulated), "figure": _is(Figure)}
    page = environment.from_string(source).render(
        title=study.scenario.title,
        language=study.scenario.language,
        items=items,
        source=source_of(study),
        image=lambda figure: base64.b64encode(png(figure.chart)).decode("ascii"),
    )
    return visible_lines(page).encode("utf-8")


def as_word(study: Study, items: Sequence[Item]) -> bytes:
    """Return a card as the bytes of a .docx."""
    made = word_parts.opened(study.scenario.language, source_of(study))
    made.document.sections[0].different_first_page_header_footer = False
    made.document.core_properties.title = study.scenario.title
    word_parts.centred(made.document.add_paragraph(study.scenario.title))
    for item in items:
        word.write(made, item)
    return word_parts.packed(made.document)


FORMS: Final[dict[str, Callable[[Study, Sequence[Item]], bytes]]] = {"html": as_page, "docx": as_word}


def _is(kind: type) -> Callable[[object], bool]:
    return lambda item: isinstance(item, kind)


def _titles(names: Sequence[str], codes: Sequence[str]) -> list[str]:
    """Return the name of each card's file: the unit's, with its code where two would be alike."""
    plain = [_safe(name) for name in names]
    folded = [name.casefold() for name in plain]
    return [
        name if folded.count(name.casefold()) == 1 else _safe(f"{name} {code}")
        for name, code in zip(plain, codes, strict=True)
    ]


def _safe(name: str) -> str:
    """Return a text as the name of a file on every system."""
    plain = UNSAFE.sub("_", name).strip(" .")[:MOST_LETTERS].strip(" .") or "_"
    return f"_{plain}" if RESERVED.fullmatch(plain) else plain
