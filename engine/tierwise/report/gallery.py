"""The sheet of all native charts: two abreast where they are narrow, none cut in two by the end of a page.

The charts of two tables may stand side by side, each under its heading.
"""

from __future__ import annotations

import math
from typing import Any, Final

from tierwise.report.chart_parts import HEADER_ROW

ROW: Final = 20  # pixels of a row
COLUMN: Final = 64  # pixels of a column
NARROW: Final = 800  # pixels; two charts of this width stand side by side
RIGHT: Final = math.ceil(NARROW / COLUMN) + 1  # column of what stands at the right
PAGE: Final = (840, 600)  # pixels of an A4 page, landscape, less margins and what programs differ by


class Gallery:
    """The sheet of all charts, table by table."""

    def __init__(self, sheet: Any, style: Any) -> None:
        self.sheet, self.style = sheet, style
        self.next = HEADER_ROW  # the first free row
        self.heading = ""  # of the table whose first chart comes next
        self.beside: int | None = None  # row of a narrow chart that has room at its right
        self.headed = False  # whether that chart has a heading
        self.blocks: list[tuple[int, int]] = []  # first and last row of what must stay on a page
        self.widest = NARROW
        sheet.hide_gridlines(2)

    def of(self, sheet: Any) -> ChartSheet:
        """Return a table's sheet whose charts are hung here, under a heading that leads to it."""
        self.heading = str(sheet.get_name())
        return ChartSheet(self, sheet)

    def _head(self, row: int, column: int) -> None:
        self.sheet.write_url(row, column, f"internal:'{self.heading}'!A1", self.style, self.heading)
        self.heading = ""

    def place_chart(self, chart: Any) -> None:
        """Hang a chart beside the last one where both are narrow, else below it."""
        rows = math.ceil(chart.height / ROW)
        if self.beside is not None and chart.width <= NARROW and (self.headed or not self.heading):
            row, self.beside = self.beside, None
            if self.heading:
                self._head(row - 2, RIGHT)
            self.sheet.insert_chart(row, RIGHT, chart)
            self.widest = max(self.widest, 2 * NARROW + COLUMN)
        else:
            self.headed = bool(self.heading)
            if self.heading:
                self._head(self.next, 0)
                self.blocks.append((self.next, self.next))
                self.next += 2
            row = self.next
            self.sheet.insert_chart(row, 0, chart)
            self.beside = row if chart.width <= NARROW else None
            self.widest = max(self.widest, chart.width)
        first = self.blocks[-1][0] if self.blocks[-1][0] >= row - 2 else row
        if first == row:
            self.blocks.append((row, row + rows))
        self.blocks[-1] = (first, max(self.blocks[-1][1], row + rows))
        self.next = max(self.next, row + rows + 2)

    def paginate(self) -> None:
        """Scale the printed sheet to the width of a page, and break pages between charts."""
        scale = min(1.0, PAGE[0] / self.widest)
        rows = int(PAGE[1] / scale / ROW)
        breaks, top = [], 0
        for first, last in self.blocks:
            if last - top > rows and first > top:
                breaks.append(first)
                top = first
        self.sheet.set_print_scale(int(100 * scale))
        self.sheet.set_h_pagebreaks(breaks)


class ChartSheet:
    """A table's sheet to a chart: its cells, and a place in the gallery."""

    def __init__(self, gallery: Gallery, sheet: Any) -> None:
        self.gallery, self.sheet = gallery, sheet

    def get_name(self) -> str:
        """Return the name of the sheet with the cells."""
        return str(self.sheet.get_name())

    def place_chart(self, chart: Any) -> None:
        """Hang a chart below those already there."""
        self.gallery.place_chart(chart)
