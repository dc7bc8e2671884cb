"""Nothing is told in the order of a set: that differs from one start of Python to the next."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = [path for package in ("engine", "addin", "scenarios") for path in (ROOT / package).rglob("*.py")]
SETS, VIEWS = {"set", "frozenset"}, {"keys", "items"}
TOGETHER = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.Sub)


def is_set(node: ast.expr, known: set[str]) -> bool:
    """Tell whether an expression is a set for certain; ``known`` are the names of some."""
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Name(id=name):
            return name in known
        case ast.Call(func=ast.Name(id=name)):
            return name in SETS
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, TOGETHER):
            return any(is_set(side, known) or is_view(side) for side in (left, right))
    return False


def is_view(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in VIEWS
    return False


def loops(source: str) -> Iterator[str]:
    """Yield the loops of a module that walk a set."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        known: set[str] = set()
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_set(value, known):
                    known.add(name)
        for node in ast.walk(function):
            if isinstance(node, ast.For) and is_set(node.iter, known):
                yield f"{node.lineno}: {ast.unparse(node.iter)}"


def test_no_loop_walks_a_set() -> None:
    found = [f"{path}:{loop}" for path in MODULES for loop in loops(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize(
    "walked", ["one.keys() & other.keys()", "{*one} - other", "set(one)", "{each for each in one}", "seen"]
)
def test_loops_over_sets_are_found(walked: str) -> None:
    source = f"def f(one, other):\n    seen = set(one)\n    for each in {walked}:\n        print(each)\n"
    assert len([*loops(source)]) == 1
    assert not [*loops(source.replace(f"in {walked}:", f"in sorted({walked}):"))]
