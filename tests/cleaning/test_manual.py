"""The manual's table of rules is the one that is applied."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tierwise.cleaning.rules import rules
from tierwise.words.language import Language

DOCS = Path(__file__).parents[2] / "docs"
SOURCES = Path(__file__).parents[2] / "engine" / "tierwise"


@pytest.fixture(scope="module")
def manual() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_cleaning", DOCS / "cleaning.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_are_up_to_date(language: Language, manual: ModuleType) -> None:
    kept = manual.PAGES[language].read_text(encoding="utf-8")
    assert kept == manual.page(language), "python docs/cleaning.py"


def test_every_rule_is_applied_somewhere() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*ing/*.py"))
    assert [name for name in rules() if f'"{name}"' not in code] == []
