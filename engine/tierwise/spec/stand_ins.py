"""What is assumed in place of a setting that cannot be taken, so that all problems are found in one round."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from tierwise.errors import Problem
from tierwise.inputs.rounds import Findings, in_rounds
from tierwise.names import nearest
from tierwise.spec.document import Document
from tierwise.spec.misfits import Key, shown
from tierwise.spec.schema import Settings, validated

STEP: Final = re.compile(r"\[(\d+)\]|\.([^.\[\]]+)")
# A default that takes less than what it stands for may have; what it takes instead.
TOLERANT: Final[Mapping[Key, object]] = {
    ("index", "missing"): "median",
    ("index",): {"missing": "median"},
    ("name",): "scenario",
}
# Codes that may follow from another value of a key, wherever they are found.
DOUBTFUL: Final[Mapping[Key, tuple[str, ...]]] = {
    ("data",): ("I005",),
    ("extends",): ("I005", "D011"),
    ("tiers",): ("T101", "T102", "T104", "T106", "T114", "V012", "V304"),
    ("select",): ("T101", "T102", "V303"),
    ("index",): ("T104", "T114"),
    ("scenarios",): ("V205", "V209"),
}


def best_settings(document: Document, findings: Findings) -> Settings | None:
    """Return the settings of a document, each that misfits taken for the nearest name or left out.

    None where the document cannot be read at all; every problem is noted in ``findings``.
    """

    def assume(at: Document, problems: Sequence[Problem], _: int) -> Document | None:
        if any(one.code == "S013" for one in problems):
            return None  # too many to go through one by one
        changed = at
        for one in problems:
            changed = _without(changed, one, findings)
        return None if changed == at else changed

    return in_rounds(validated, document, assume, findings)[0]


def _without(document: Document, one: Problem, findings: Findings) -> Document:
    """Return the document with something else where a problem is."""
    if one.code == "S007" and one.place in ("name", "[name]"):
        return _changed(document, ("name",), "scenario")
    key, rest = _key(document, one.place)
    if key is None:
        return document
    findings.assume(one.place, *DOUBTFUL.get(key[:1], ()))
    findings.assume(shown(key))
    if one.code == "S006":  # a key given twice: of the two one may misfit as well
        findings.assume(str(one.fields["first"]))
    near = ""
    if one.code == "S002" and isinstance(one.fields.get("choices"), (list, tuple)):
        near = nearest(str(one.fields["value"]), [str(name) for name in one.fields["choices"]])  # type: ignore[attr-defined]  # checked above
    steps = [int(number) if number else name for number, name in STEP.findall(rest)]
    if steps and key in document.values:
        return _changed(document, key, _spoilt(document.values[key], steps, near))
    return _changed(document, key, near or TOLERANT.get(key))


def _key(document: Document, place: str) -> tuple[Key | None, str]:
    """Return the longest key whose place a place begins with, and what is behind it there."""
    fitting = [
        (len(where), key)
        for key, where in document.places.items()
        if key in document.values and (place == where or place.startswith((f"{where}[", f"{where}.")))
    ]
    if not fitting:
        return None, ""
    length, key = max(fitting)
    return key, place[length:]


def _changed(document: Document, key: Key, value: object) -> Document:
    values = {each: given for each, given in document.values.items() if each != key}
    if value is not None:
        values[key] = value
    return replace(
        document, values=values, places={**document.places, key: document.places.get(key, shown(key))}
    )


def _spoilt(value: object, steps: Sequence[int | str], near: str) -> object:
    """Return a nested value with the nearest name, or nothing, at the end of some steps into it."""
    step, deeper = steps[0], steps[1:]
    if isinstance(value, (list, tuple)) and isinstance(step, int) and step < len(value):
        entry = _spoilt(value[step], deeper, near) if deeper else near or None
        return [*value[:step], *([] if entry is None else [entry]), *value[step + 1 :]] or None
    if isinstance(value, Mapping) and isinstance(step, str) and step in value:
        inner = _spoilt(value[step], deeper, near) if deeper else near or None
        changed = {name: given for name, given in value.items() if name != step}
        return changed if inner is None else {**changed, step: inner}
    return None  # an entry that lacks something is left out
