"""Write docs/settings.md from the schema of a scenario: ``python docs/settings.py``."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from tierwise.scenario.schema import Settings

HEAD = """# Settings

Every key of a scenario, in a `.toml` file or on a workbook's Scenario sheet (there as `tiers.count`). All but
the data are optional; an unknown key is an error that names the nearest one. This page is made by
`python docs/settings.py`.
"""


def page() -> str:
    """Return the page as Markdown."""
    sections: dict[str, list[str]] = {"": []}
    _collect(Settings, "", sections)
    parts = [HEAD]
    for name, rows in sections.items():
        title = f"\n## [{name}]\n" if name else "\n## At the top\n"
        parts.append(
            "\n".join([title, "| key | takes | default | meaning |", "|---|---|---|---|", *rows, ""])
        )
    return "".join(parts)


def _collect(model: type[BaseModel], name: str, sections: dict[str, list[str]]) -> None:
    for key, field in model.model_fields.items():
        inner, listed = _model(field.annotation)
        if inner is not None:
            below = f"[{key}]" if listed else ".".join(part for part in (name, key) if part)
            sections[below] = []
            _collect(inner, below, sections)
            continue
        default = "" if field.is_required() else _default(field.get_default(call_default_factory=True))
        meaning = (field.description or "").replace("|", "\\|")
        sections[name].append(f"| `{key}` | {_takes(field.annotation)} | {default} | {meaning} |")


def _model(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    listed = get_origin(annotation) is tuple
    for argument in get_args(annotation):
        found, inner = _model(argument)
        if found is not None:
            return found, listed or inner
    return None, False


def _default(value: object) -> str:
    if value is None or value == ():
        return ""
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _takes(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{choice}`" for choice in arguments)
    if origin in {Union, UnionType}:
        parts = dict.fromkeys(_takes(argument) for argument in arguments if argument is not type(None))
        return " or ".join(parts)
    if origin is tuple:
        return f"list of {_takes(arguments[0])}"
    if origin in {dict, Mapping}:
        return f"table of {_takes(arguments[1])}"
    words = {int: "whole number", float: "number", str: "text", bool: "`true`, `false`"}
    if hasattr(annotation, "__metadata__"):
        return _takes(arguments[0])
    return words.get(annotation, getattr(annotation, "__name__", str(annotation)))


if __name__ == "__main__":
    Path(__file__).with_name("settings.md").write_text(page(), encoding="utf-8")
