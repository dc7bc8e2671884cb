"""The short profile: a few hostile cases of each kind. The long one: ``python -m tests.trust``."""

import ast
import os
from pathlib import Path

import pytest

from tests.trust.outcomes import FAILURES
from tests.trust.profile import KINDS, Kind, cases

ROOT = Path(__file__).parents[2]
# Raised without a code: answered by the command's library or by pydantic, or caught where it is made.
UNCODED = {
    "BadParameter", "Exit", "PydanticCustomError", "PydanticKnownError", "from_exception_data", "KeyError",
    "ValueError", "TimeoutError", "BadZipFile", "_refused", "refusal",
    "_told",  # a refusal of the command line, in Chinese
    "_NoDigestError",  # caught beside it: the result is not kept
    # Of a report template's tags, caught where they are tried.
    "SecurityError", "InlineError", "UnprintableError",
}  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.short], ids=lambda kind: kind.name)
def test_no_case_fails(kind: Kind) -> None:
    failed = [case for case in cases(kind, kind.short, seed=1_000_000) if case[1] in FAILURES]
    assert failed == []


def test_every_raise_has_a_code() -> None:
    raised = {
        getattr(called, "id", getattr(called, "attr", ""))
        for path in (ROOT / "engine").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Raise) and node.exc is not None
        for called in [node.exc.func if isinstance(node.exc, ast.Call) else node.exc]
    }
    assert raised - UNCODED == {"TierwiseError"}
