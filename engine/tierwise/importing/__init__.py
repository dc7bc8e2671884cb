"""Books made of what other tools keep: the COIN Tool's workbook, COINr's tables, long and flat tables."""

from tierwise.importing.book import import_book

__all__ = ["import_book"]
