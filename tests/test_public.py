"""What the manual and the add-in import of the engine is public."""

import ast
import importlib
import re
from pathlib import Path

import tierwise
from tests.test_docs import BLOCK, PAGES
from tests.test_imports import MODULES

ROOT = Path(__file__).parents[1]
# Of these everything without an underscore is public; of other modules what their __all__ names (api.md).
PUBLIC = {"arrays", "errors", "inputs", "kernels", "methods", "names", "proofs", "spec", "tolerances"}


def _imports(source: str) -> set[tuple[str, str]]:
    """Return the names that a piece of code imports from the engine, as (module, name)."""
    return {
        (node.module, alias.name)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").split(".")[0] == "tierwise"
        and node.module
        for alias in node.names
    }


def _manual() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for page in PAGES:
        for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
            if ">>>" in block[1]:
                lines = re.findall(r"^(?:>>> |\.\.\. ?)(.*)$", block[1], re.MULTILINE)
                found |= _imports("\n".join(lines))
            else:
                found |= _imports(block[1])
    return found


def _public(module: str, name: str) -> bool:
    package = (f"{module}.{name}").split(".")[1]
    if name == "__version__" or (package in PUBLIC and not name.startswith("_")):
        return True
    if f"{module}.{name}" in MODULES:
        return hasattr(importlib.import_module(f"{module}.{name}"), "__all__")
    return name in getattr(importlib.import_module(module), "__all__", ())


def _internal(names: set[tuple[str, str]]) -> list[str]:
    return sorted(
        f"{module}.{name}: use a public name, or add it to __all__ of {module}"
        for module, name in names
        if not _public(module, name)
    )


def test_what_the_manual_imports_is_public() -> None:
    names = _manual()
    assert ("tierwise.methods.impute", "impute") in names
    assert _internal(names) == []


def test_what_the_addin_imports_is_public() -> None:
    files = sorted((ROOT / "addin").rglob("*.py"))
    names = set().union(*(_imports(path.read_text(encoding="utf-8")) for path in files))
    assert ("tierwise.errors", "TierwiseError") in names
    assert _internal(names) == []


def test_an_internal_name_is_seen() -> None:
    assert _internal({("tierwise.draws.blocks", "math")})
    assert _internal({("tierwise.methods.impute", "_groups")})


def test_every_name_of_the_list_is_there() -> None:
    stub = (ROOT / "engine/tierwise/__init__.pyi").read_text(encoding="utf-8")
    names = re.findall(r"^from \.([\w.]+) import (\w+) as \2$", stub, re.MULTILINE)
    assert len(names) == len(stub.splitlines()) == len(tierwise.__all__)
    for module, name in names:
        assert getattr(tierwise, name) is getattr(importlib.import_module(f"tierwise.{module}"), name)
    assert set(tierwise.__all__) <= set(dir(tierwise))
