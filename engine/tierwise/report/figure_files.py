"""The figures of the printed report as files, by their names: SVG for a layout, PNG for a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tierwise.errors import Problem, Problems
from tierwise.outputs.files import is_there, written
from tierwise.report.drawing import png, svg
from tierwise.report.printed import SOURCE, Figure, source_of
from tierwise.report.word import font_notes, items

if TYPE_CHECKING:
    from tierwise.study.study import Study

FORMS: Final[Mapping[str, Callable[[Figure, str], bytes]]] = {
    "svg": lambda one, source: svg(one.chart, source).encode("utf-8"),
    "png": lambda one, _: png(one.chart),
}


def write_figures(
    study: Study, folder: Path, *, replace: bool = False, notes: list[Problem] | None = None
) -> list[Path]:
    """Write every figure of the report of a run to a folder, NAME.svg and NAME.png; return the files.

    An SVG keeps its text as text, in the first Chinese font that the reader's machine has, and says at its
    foot where the figures are from. ``notes`` is given R114 where this machine has no such font.
    Raises :class:`TierwiseError` I014 for every file that is there and not to be replaced, I007, I031 where
    one cannot be written; nothing is written then.
    """
    figures = [one for one in items(study) if isinstance(one, Figure)]
    refuse(figures, folder, replace)
    source = SOURCE.of(study.scenario.language).format(source_of(study))
    made = [
        (folder / f"{one.name}.{form}", drawn(one, source))
        for one in figures
        for form, drawn in FORMS.items()
    ]
    folder.mkdir(parents=True, exist_ok=True)
    for path, data in made:
        with written(path) as stage:
            stage.write_bytes(data)
    if notes is not None:
        notes += font_notes(study)
    return [path for path, _ in made]


def refuse(figures: Sequence[Figure], folder: Path, replace: bool) -> None:
    """Raise I014 for every file of these figures that is there and not to be replaced."""
    problems = Problems()
    for one in figures:
        for path in (folder / f"{one.name}.{form}" for form in FORMS):
            if is_there(path) and not replace:
                problems.add("I014", str(path))
    problems.raise_any()
