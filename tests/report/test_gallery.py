"""Charts on one sheet: two abreast where narrow, none cut in two by a page."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import xlsxwriter

from tierwise.report.gallery import NARROW, Gallery


def test_narrow_charts_stand_side_by_side_and_pages_break_between_rows(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "book.xlsx"))
    sheet, table = book.add_worksheet("Charts"), book.add_worksheet("Swings")
    placed: list[tuple[int, int]] = []
    broken: list[int] = []
    sheet.insert_chart = lambda row, column, chart: placed.append((row, column))
    sheet.set_h_pagebreaks = broken.extend
    gallery = Gallery(sheet, book.add_format())
    hung = gallery.of(table)
    for _ in range(5):
        hung.place_chart(SimpleNamespace(width=NARROW, height=400))
    hung.place_chart(SimpleNamespace(width=1900, height=400))
    other = book.add_worksheet("Scenarios")
    gallery.of(other).place_chart(SimpleNamespace(width=NARROW, height=400))  # a row of its own
    gallery.of(table).place_chart(SimpleNamespace(width=NARROW, height=400))  # beside it, with its heading
    gallery.of(other)  # of which no chart comes
    gallery.paginate()
    assert hung.get_name() == "Swings"
    (left, right), placed = placed[-2:], placed[:-2]
    assert left[0] == right[0] > placed[-1][0]
    assert (left[1], right[1]) == (0, placed[1][1])
    heads = [(row, column) for row, cells in sheet.table.items() for column in cells]
    assert heads == [(placed[0][0] - 2, 0), (left[0] - 2, 0), (left[0] - 2, right[1])]
    rows, columns = zip(*placed, strict=True)
    assert rows[0] == rows[1] < rows[2] == rows[3] < rows[4] < rows[5]
    assert columns[0] == columns[2] == columns[5] == 0 < columns[1] == columns[3]
    assert set(broken) <= set(rows)
    book.close()
