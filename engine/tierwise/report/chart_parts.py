"""What the sheets and all native charts share: layout, colours, the hidden sheet, cells of a column."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from tierwise.words.language import Language

if TYPE_CHECKING:
    import pandas as pd

HEADER_ROW: Final = 2  # counted from 0: title, note, headings
# Blues from dark to light, then ambers and greys: told apart by the colour-blind too.
TIER_COLOURS: Final = (
    "#1B4F72",
    "#2E86C1",
    "#85C1E9",
    "#F5B041",
    "#CA6F1E",
    "#784212",
    "#AAB7B8",
    "#5D6D7E",
)
LIGHT: Final = (TIER_COLOURS[2], TIER_COLOURS[3], TIER_COLOURS[6])  # black letters can be read on them
INK: Final = "#17202A"
GRID: Final = {"visible": True, "line": {"color": "#E5E7E9"}}


class Helper:
    """A hidden sheet for numbers that a chart needs and no table shows."""

    def __init__(self, book: Any) -> None:
        self.sheet = book.add_worksheet("_charts")
        self.sheet.hide()
        self.used = 0

    def column(self, values: list[Any]) -> list[Any]:
        """Write a column and return its cells; the chart must show hidden data."""
        at, self.used = self.used, self.used + 1
        self.sheet.write_column(0, at, values)
        return [self.sheet.get_name(), 0, at, len(values) - 1, at]

    def named(self, text: str) -> str | list[Any]:
        """Return a name for a chart: one that XlsxWriter may take for a cell's stands in a cell here."""
        if not text.startswith("=") and "!" not in text:
            return text
        name, row, column, *_ = self.column([text])
        return [name, row, column]


Chart = Callable[[Any, Any, Helper, "pd.DataFrame", Language], None]


def label(frame: pd.DataFrame) -> str:
    """Return the column of a presented table that names its rows."""
    return "name" if "name" in frame else "code"


def span(sheet: Any, frame: pd.DataFrame, column: str) -> list[Any]:
    """Return a column's cells as XlsxWriter's [sheet, first row, first column, last row, last column]."""
    at = [*frame.columns].index(column)
    return [sheet.get_name(), HEADER_ROW + 1, at, HEADER_ROW + len(frame), at]


def wide(chart: Any, points: int) -> None:
    """Give a chart over many units the width that its labels need."""
    chart.set_size({"width": min(max(720, 14 * points + 120), 1900), "height": 440})
