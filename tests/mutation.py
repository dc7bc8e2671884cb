"""Change a module in small ways, one at a time, and see which changes no test notices.

    python -m tests.mutation kernels/ranks.py
    python -m tests.mutation methods/tiers.py --tests tests/methods/test_tiers.py --limit 50 --seed 1

Every mutant stands in a copy of the engine that is imported in place of it; the working tree stays as it is.
The tests (by default those of the module's folder) are run once with a trace of the module's lines; then
each mutant meets those that ran its line, quickest first, until one fails or the time is over. Printed are
those that survived. docs/testing.md has the results and what to do about survivors.

Each mutant has a process of its own. Where only the bodies of functions change, it is forked off one that
has imported all tests, and its functions get the changed code; others start anew. Needs POSIX.
"""

from __future__ import annotations

import argparse
import ast
import copy
import gc
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "engine"
EQUIVALENTS = ROOT / "tests" / "mutation_equivalents.toml"
LEAST_SECONDS = 20.0
MOST_SECONDS = 3600.0
TIMES_LONGER = 4.0  # than the tests of the unchanged module took

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
COMPUTED: dict[type[ast.AST], type[ast.AST]] = {
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
CALLED = {"any": "all", "min": "max", "argmin": "argmax", "minimum": "maximum", "nanmin": "nanmax"}
CALLED |= {"fmin": "fmax", "floor": "ceil", "cumsum": "cumprod", "zeros": "ones", "zeros_like": "ones_like"}
CALLED |= {second: first for first, second in CALLED.items()}
SIDES = {"left": "right", "right": "left"}
SHORT = (ast.Constant, ast.UnaryOp, ast.Slice, ast.Tuple)  # shown with what is around them
UNTOUCHED = ("__all__",)  # and texts, annotations, assertions, declarations for type checkers


@dataclass(frozen=True)
class Mutant:
    """A module with one change."""

    line: int
    change: str  # with the function that it is in: what an equivalent one is listed by
    source: str = field(repr=False)
    code: CodeType | None = field(repr=False)  # of the module, where a function's body has the change


def mutants(source: str) -> list[Mutant]:
    """Return every mutant of a module."""
    tree = ast.parse(source)
    inside = _lines_of_functions(source)
    found = []
    for node, around, function in _nodes(tree, tree, "module"):
        before = ast.unparse(around)
        for change in _changes(node):
            undo = change()
            after = ast.unparse(around)
            text = f"{function}: {before} → {after}" if after != "pass" else f"{function}: without {before}"
            code = compile(ast.fix_missing_locations(tree), "", "exec") if node.lineno in inside else None
            found.append(Mutant(node.lineno, " ".join(text.split()), ast.unparse(tree), code))
            undo()
    return found


def _nodes(node: ast.AST, around: ast.AST, function: str) -> Iterator[tuple[Any, ast.AST, str]]:
    """Return what runs, with the expression to show for it and its function."""
    function = getattr(node, "name", function) if isinstance(node, ast.FunctionDef) else function
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _unread(child):
                continue
            within = isinstance(around, ast.expr) and isinstance(child, SHORT)
            shown = around if within or not hasattr(child, "lineno") else child
            if hasattr(child, "lineno"):
                yield child, shown, function
            yield from _nodes(child, shown, function)


def _unread(node: ast.AST) -> bool:
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    if isinstance(node, ast.Assign) and any(ast.unparse(one) in UNTOUCHED for one in node.targets):
        return True
    return isinstance(node, ast.Assert | ast.JoinedStr | ast.Import | ast.ImportFrom)


def _changes(node: Any) -> Iterator[Any]:
    """Return what changes the node in place, each returning what undoes it."""
    match node:
        case ast.Compare():
            for at, operator in enumerate(node.ops):
                for other in COMPARED[type(operator)]:
                    yield _setting(node.ops, at, other())
        case ast.BinOp() | ast.AugAssign() | ast.BoolOp() if type(node.op) in COMPUTED:
            yield _setting(node, "op", COMPUTED[type(node.op)]())
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub()):
            yield _becoming(node, node.operand)
        case ast.Constant():
            for value in _other_constants(node.value):
                yield _setting(node, "value", value)
        case ast.Call(func=ast.Attribute() | ast.Name() as called):
            key = "attr" if isinstance(called, ast.Attribute) else "id"
            if getattr(called, key) in CALLED:
                yield _setting(called, key, CALLED[getattr(called, key)])
        case ast.If() | ast.While() | ast.IfExp() if not isinstance(node.test, ast.Compare | ast.UnaryOp):
            yield _setting(node, "test", ast.UnaryOp(ast.Not(), node.test))
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.Continue() | ast.Break():
            yield _becoming(node, ast.Pass())


def _other_constants(value: object) -> list[object]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, value - 1]
    return [SIDES[value]] if isinstance(value, str) and value in SIDES else []


def _setting(owner: Any, key: Any, value: Any) -> Any:
    """Return what sets an item or attribute, and returns what sets it back."""

    def change() -> Any:
        listed = isinstance(owner, list)
        old = owner[key] if listed else getattr(owner, key)
        write = owner.__setitem__ if listed else lambda key, value: setattr(owner, key, value)
        write(key, value)
        return lambda: write(key, old)

    return change


def _becoming(node: Any, other: ast.AST) -> Any:
    """Return what turns a node into another, in place."""

    def change() -> Any:
        kind, fields = node.__class__, dict(node.__dict__)
        twin = copy.copy(other)
        node.__class__ = twin.__class__
        node.__dict__ = {**twin.__dict__, "lineno": fields["lineno"], "col_offset": fields["col_offset"]}

        def undo() -> None:
            node.__class__, node.__dict__ = kind, fields

        return undo

    return change


Answer = tuple[int, dict[str, set[int]], dict[str, float], list[str]]  # status, and what Watch saw


@dataclass
class Watch:
    """A plugin of pytest: which tests run which lines of a module, and how long each takes."""

    file: str
    wanted: dict[str, float] | None = None  # the tests to run, with their seconds
    lines: dict[str, set[int]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Keep the tests that are wanted, the quickest first."""
        if self.wanted is not None:
            wanted = self.wanted
            items[:] = sorted(
                (one for one in items if one.nodeid in wanted), key=lambda one: wanted[one.nodeid]
            )

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Trace the lines of a test."""
        if self.wanted is None:
            self.seen = self.lines.setdefault(nodeid, set())
            sys.settrace(self._called)
            threading.settrace(self._called)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note how long a test took and whether it failed."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Stop tracing."""
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]  # as documented

    def _called(self, frame: Any, event: str, argument: Any) -> Any:
        return self._ran if frame.f_code.co_filename == self.file else None

    def _ran(self, frame: Any, event: str, argument: Any) -> Any:
        if event == "line":
            self.seen.add(frame.f_lineno)
        return self._ran


def _answering(pipe: Any, bench: Bench, wanted: dict[str, float] | None, code: CodeType | None) -> None:
    """Run tests against the copy of the engine, with changed code in its functions."""
    bench.enter()
    if code is not None:
        bench.change(code)
    watch = Watch(str(bench.file), wanted)
    status = bench.pytest(watch, "-x" if wanted else "-q", only=wanted)
    pipe.send((status, watch.lines, watch.seconds, watch.failed))


@dataclass
class Bench:
    """A copy of the engine in which one module is changed, and the tests that it meets."""

    module: Path  # below the engine
    engine: Path
    paths: list[str]

    @property
    def file(self) -> Path:
        """The module's copy."""
        return self.engine / self.module

    def enter(self) -> None:
        """Make the copy of the engine the one that is imported."""
        for path in (str(ROOT / "scenarios"), str(ROOT / "addin"), str(self.engine)):
            if path not in sys.path[:3]:
                sys.path.insert(0, path)
        os.chdir(ROOT)

    def pytest(self, watch: Watch, *options: str, only: dict[str, float] | None = None) -> int:
        """Run pytest in this process, in silence."""
        import pytest

        paths = sorted({name.partition("::")[0] for name in only}) if only else self.paths
        asked = ["-q", *options, "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist"]
        asked += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # all was imported before
        with Path(os.devnull).open("w") as silent, redirect_stdout(silent), redirect_stderr(silent):
            return int(pytest.main([*asked, *paths], [watch]))

    def write(self, source: str) -> None:
        """Put a source in the place of the module."""
        self.file.write_text(source, "utf-8")
        for old in (self.file.parent / "__pycache__").glob(f"{self.file.stem}.*.pyc"):
            old.unlink()

    def change(self, code: CodeType) -> None:
        """Give the module's functions, as far as it is imported, the code of a changed source."""
        changed = {(one.co_qualname, one.co_firstlineno): one for one in _within(code)}
        known = [one for one in gc.get_objects() if isinstance(one, FunctionType)]
        for one in known:
            if one.__code__.co_filename == str(self.file):
                one.__code__ = changed[one.__code__.co_qualname, one.__code__.co_firstlineno]

    def run(
        self, seconds: float, wanted: dict[str, float] | None = None, code: CodeType | None = None
    ) -> Answer | None:
        """Run tests in a process of their own; None where the time was over."""
        context: Any = multiprocessing.get_context("fork" if code or not wanted else "spawn")
        here, there = context.Pipe(duplex=False)
        made = context.Process(target=_answering, args=(there, self, wanted, code))
        made.start()
        there.close()
        answer: Answer | None = None
        if here.poll(seconds):
            try:
                answer = here.recv()
            except EOFError:
                answer = (-1, {}, {}, [])  # it crashed
        made.kill()
        made.join()
        return answer


def _within(code: CodeType) -> Iterator[CodeType]:
    """Return the code of all functions in it."""
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _within(one)


def reasons(module: Path) -> dict[str, str]:
    """Return the mutants of a module that change nothing, by change, with the reason."""
    listed = tomllib.loads(EQUIVALENTS.read_text("utf-8")) if EQUIVALENTS.exists() else {}
    found: dict[str, str] = listed.get(module.as_posix(), {})
    return found


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__.splitlines()[0])
    parser.add_argument("module", help="below engine/tierwise, such as kernels/ranks.py")
    parser.add_argument("--tests", nargs="+", help="files or folders of tests; by default tests/FOLDER")
    parser.add_argument("--limit", type=int, help="so many mutants, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="of the draw")
    parser.add_argument(
        "--compiled", action="store_true", help="compile kernels; they run as Python otherwise"
    )
    asked = parser.parse_args()
    relative = Path("tierwise", *Path(asked.module.removeprefix("engine/").removeprefix("tierwise/")).parts)
    source = ENGINE / relative
    if not source.is_file():
        parser.error(f"there is no {source}")
    if not asked.compiled:
        os.environ["NUMBA_DISABLE_JIT"] = "1"
    os.environ["TIERWISE_HYPOTHESIS"] = "mutation"
    with tempfile.TemporaryDirectory() as folder:
        engine = Path(folder, "engine")
        shutil.copytree(ENGINE, engine, ignore=shutil.ignore_patterns("*.nb?"))
        os.environ["PYTHONPATH"] = os.pathsep.join([str(engine), os.environ.get("PYTHONPATH", "")])
        os.environ["NUMBA_CACHE_DIR"] = str(Path(folder, "numba"))
        bench = Bench(relative, engine, asked.tests or [f"tests/{relative.parts[1]}"])
        sys.exit(_report(bench, source.read_text("utf-8"), asked.limit, asked.seed))


def _report(bench: Bench, source: str, limit: int | None, seed: int) -> int:
    """Run all mutants, print the survivors and the rate; return 1 where some survived."""
    began = time.monotonic()
    bench.enter()
    bench.pytest(Watch(""), "--collect-only")
    _, lines, seconds, failed = bench.run(MOST_SECONDS) or (-1, {}, {}, [])
    if not lines:
        print("the tests do not run")
        return 2
    lines = {name: seen for name, seen in lines.items() if name not in failed}
    for name in failed:
        print(f"left out, as it fails without any change: {name}", flush=True)
    module = bench.module.relative_to("tierwise").as_posix()
    called = {line for seen in lines.values() for line in seen}
    print(f"{module}: {len(lines)} tests in {time.monotonic() - began:.0f} s", flush=True)
    equivalent = reasons(bench.module.relative_to("tierwise"))
    made = [one for one in mutants(source) if one.change not in equivalent]
    every = len(made)
    if limit and limit < every:
        made = sorted(random.Random(seed).sample(made, limit), key=lambda one: one.line)
    body = _lines_of_functions(source)
    survivors = []
    for one in made:
        runs = body.get(one.line, called) & called
        code = one.code if runs else None  # what no test runs may have run as the module was imported
        meant = runs if code else called
        wanted = {name: seconds[name] for name, seen in lines.items() if meant & seen}
        bench.write(one.source)
        limit_of_time = max(LEAST_SECONDS, TIMES_LONGER * sum(wanted.values()))
        answer = bench.run(limit_of_time, wanted, code) if wanted else (0, {}, {}, [])
        if answer is not None and answer[0] == 0:
            survivors.append(one)
            note = "" if runs else "  (no test runs it)"
            print(f"engine/tierwise/{module}:{one.line}: {one.change}{note}", flush=True)
    bench.write(source)
    killed = len(made) - len(survivors)
    print(
        f"{module}: {killed} of {len(made)} mutants killed, {killed / max(len(made), 1):.1%}"
        f" ({every} in all, {len(equivalent)} listed as equivalent; {time.monotonic() - began:.0f} s)"
    )
    return 1 if survivors else 0


def _lines_of_functions(source: str) -> dict[int, set[int]]:
    """Return for each line within a function the lines of its statement; other lines run at import."""
    found: dict[int, set[int]] = {}
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.Lambda):
            for node in ast.walk(function):
                if isinstance(node, ast.stmt) and node is not function:
                    own = _own_lines(node)
                    for line in own:
                        found[line] = own
    return found


def _own_lines(node: ast.stmt) -> set[int]:
    """Return the lines of a statement up to its body."""
    body = getattr(node, "body", None)
    last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
    return set(range(node.lineno, max(last, node.lineno) + 1))


if __name__ == "__main__":
    main()
