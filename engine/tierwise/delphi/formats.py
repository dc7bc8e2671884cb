"""The looks of a form's cells."""

from __future__ import annotations

from typing import Any, Final

LOOKS: Final[dict[str, dict[str, Any]]] = {
    "plain": {"text_wrap": True, "valign": "vcenter"},
    "title": {"bold": True, "font_size": 15, "font_color": "#1B4F72"},
    "note": {"text_wrap": True, "valign": "top", "font_color": "#444444"},
    "bold": {"bold": True},
    "progress": {"bold": True, "font_color": "#B03A2E"},
    "head": {
        "bold": True, "bg_color": "#1B4F72", "font_color": "#FFFFFF", "text_wrap": True,
        "valign": "vcenter", "border": 1, "border_color": "#BBBBBB",
    },
    "group": {"bold": True, "bg_color": "#D6EAF8", "valign": "vcenter"},
    "cell": {"text_wrap": True, "valign": "vcenter", "border": 1, "border_color": "#BBBBBB"},
    "grey": {
        "bg_color": "#EEEEEE", "align": "center", "valign": "vcenter", "border": 1,
        "border_color": "#BBBBBB", "num_format": "0.###",
    },
    "answer": {
        "bg_color": "#FFF9DB", "align": "center", "valign": "vcenter", "border": 1,
        "border_color": "#BBBBBB", "locked": False,
    },
    "pair": {
        "bg_color": "#FFF9DB", "align": "center", "valign": "vcenter", "border": 1,
        "border_color": "#BBBBBB", "locked": False, "num_format": "@",
    },
    "comment": {
        "bg_color": "#FFF9DB", "text_wrap": True, "valign": "top", "border": 1,
        "border_color": "#BBBBBB", "locked": False,
    },
    "outside": {"bg_color": "#F5B7B1"},
    "ratio": {"bold": True, "num_format": "0.000", "align": "left"},
    "bars": {
        "font_name": "Consolas", "font_color": "#1B4F72", "valign": "vcenter", "border": 1, "text_wrap": True,
        "border_color": "#BBBBBB", "font_size": 8,
    },
}  # fmt: skip


def formats(book: Any) -> dict[str, Any]:
    """Return the formats of an XlsxWriter workbook by name."""
    return {name: book.add_format(look) for name, look in LOOKS.items()}
