"""The layers of the engine: what a module imports stands below it, in functions too."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[1] / "engine"
MODULES = {
    ".".join(path.relative_to(ENGINE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in (ENGINE / "tierwise").rglob("*.py")
}
# From the bottom up. A module imports from its own layer and from those before it, for types too.
LAYERS = (
    "version",
    "arrays",
    "tolerances",
    "words",
    "errors",
    "names",
    "lookup",
    "units",
    "outputs",
    "bundling",
    "sentences",
    "kernels",
    "methods",
    "topics",
    "draws",
    "proofs",
    "whatif",
    "sensitivities",
    "inputs",
    "cleaning",
    "spec",
    "importing",
    "study",
    "delphi",
    "renewal",
    "tables",
    "report",
    "steps",
    "stages",
    "rehearsal",
    "runs",
    "proofreading",
    "",  # tierwise itself: the public names
    "console",
    "helping",
    "commands",
    "delphi_commands",
    "year_commands",
    "proof_commands",
    "cli",
    "__main__",
)


def layer(module: str) -> int:
    """Return how high a module stands."""
    return LAYERS.index(module.removeprefix("tierwise").lstrip(".").partition(".")[0])


def imports(path: Path) -> set[str]:
    """Return the engine's modules that a module imports, at its top or later."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (names & MODULES.keys()) or ({str(node.module)} & MODULES.keys())
    return found


GRAPH = {name: imports(path) for name, path in MODULES.items()}


def test_every_module_is_found() -> None:
    assert "tierwise.study.index" in GRAPH["tierwise.steps"]


def test_imports_point_down() -> None:
    upwards = sorted(
        f"{name} -> {other}"
        for name, others in GRAPH.items()
        for other in others
        if layer(other) > layer(name)
    )
    assert upwards == []


def test_no_circle() -> None:
    try:
        TopologicalSorter(GRAPH).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def later_imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text where imports of our own modules begin inside a function."""
    text = path.read_text(encoding="utf-8")
    lines, end = text.splitlines(), 0
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for node in sorted(
            (node for node in ast.walk(function) if isinstance(node, ast.ImportFrom)),
            key=lambda node: node.lineno,
        ):
            if str(node.module).startswith("tierwise"):
                if node.lineno != end + 1:  # the first of a block tells the reason of all
                    yield node.lineno, lines[node.lineno - 1]
                end = node.end_lineno or node.lineno


def test_imports_inside_functions_tell_their_reason() -> None:
    silent = [
        f"{path.name}:{number}"
        for package in (ENGINE, ENGINE.parent / "addin")
        for path in package.rglob("*.py")
        for number, line in later_imports(path)
        if "  # " not in line
    ]
    assert silent == []
