"""The small scenario of the studies, as a workbook."""

from tests.study.conftest import sheets, write_book

__all__ = ["sheets", "write_book"]
