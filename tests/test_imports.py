"""The engine's modules import each other one way: no circle, not even through imports inside functions."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[1] / "engine"
MODULES = {
    ".".join(path.relative_to(ENGINE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in (ENGINE / "tierwise").rglob("*.py")
}
# The constructors of a framework read a sheet, and what reads the sheet makes a framework.
KNOWN = {("tierwise.values.framework", "tierwise.values.framework_sheet")}


class Imports(ast.NodeVisitor):
    """Collects what a module imports when it runs, at the top or later; types do not count."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_If(self, node: ast.If) -> None:
        if getattr(node.test, "id", "") != "TYPE_CHECKING":
            self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        names = {f"{node.module}.{alias.name}" for alias in node.names}
        self.found |= (names & MODULES.keys()) or ({str(node.module)} & MODULES.keys())


def test_imports_point_one_way() -> None:
    graph: dict[str, set[str]] = {}
    for name, path in MODULES.items():
        visitor = Imports()
        visitor.visit(ast.parse(path.read_text(encoding="utf-8")))
        graph[name] = {other for other in visitor.found if (name, other) not in KNOWN}
    assert "tierwise.indexing" in graph["tierwise.scenario.run"]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))
