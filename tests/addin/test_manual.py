"""The manual's page of functions is what the catalogue says."""

from html import escape
from pathlib import Path

import pytest

from tierwise_addin.catalogue import functions
from tierwise_addin.manual import PAGES, html, markdown

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("language", PAGES)
def test_the_page_in_the_manual_is_the_catalogue_today(language):
    page = (ROOT / PAGES[language]).read_text(encoding="utf-8")
    assert page == markdown(page, language), "write it again: python -m tierwise_addin.manual"


def test_the_help_page_names_every_function_in_both_languages():
    for language in ("en", "zh"):
        page = html(language)
        for function in functions().values():
            assert function.name in page
            assert escape(function.help.text(language)) in page
