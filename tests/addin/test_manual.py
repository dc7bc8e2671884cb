"""The manual's page of functions is what the catalogue says."""

from html import escape
from pathlib import Path

from tierwise_addin.catalogue import functions
from tierwise_addin.manual import html, markdown

PAGE = Path(__file__).parents[2] / "docs" / "functions.md"


def test_the_page_in_the_manual_is_the_catalogue_today():
    assert PAGE.read_text(encoding="utf-8") == markdown(), "write it again: python -m tierwise_addin.manual"


def test_the_help_page_names_every_function_in_both_languages():
    for language in ("en", "zh"):
        page = html(language)
        for function in functions().values():
            assert function.name in page
            assert escape(function.help.text(language)) in page
