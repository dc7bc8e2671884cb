"""The Jinja that fills an institute's template, and the one that tries it: that notes what fails and goes on.

Nothing but the report can be reached, and nothing is printed but texts, numbers, tables and figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from jinja2 import StrictUndefined, Undefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.filters import make_attrgetter
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import pass_context, pass_environment
from markupsafe import Markup, escape

WORDED: Final = (  # filters that make one text of what they are given
    *("capitalize", "center", "e", "escape", "forceescape", "format", "indent", "lower", "replace", "safe"),
    *("string", "striptags", "title", "trim", "truncate", "upper", "wordcount", "wordwrap"),
)
FOREIGN: Final = ("pprint", "tojson", "xmlattr", "urlize", "urlencode")  # print marks of Python or the web
BEGIN, END = "\ue000", "\ue001"  # around the name of a table or figure, in a trial
ROWS: Final = "{%tr for row in … %}{{ row[0] }}{%tr endfor %}"
ROW: Final = "{{ row[0] }}"
PLAIN: Final = "{{ title }}"


@dataclass(frozen=True)
class Shown:
    """A table or figure in a template: as a whole where it is written, or part by part; here its stand-in."""

    asked: str  # tables.ranking
    tag: str  # {{p tables.ranking }}
    title: str
    source: str
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    note: str = ""

    def __html__(self) -> str:
        """Return what stands in the document in a trial."""
        return f"{BEGIN}{self.asked}{END}"


class Space(dict[str, object]):
    """Tables, figures or sentences by name; a loop goes over themselves: their names serve no reader."""

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values())


class UnprintableError(Exception):
    """What a tag would print in Python's words; ``instead`` is what to write."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.instead = instead_of(value)


class InlineError(Exception):
    """A text where only tables and figures can stand: outside of any paragraph's text."""


def instead_of(value: object) -> str:
    """Return a tag that prints a part of what cannot be printed as it is."""
    if isinstance(value, Shown):
        return value.tag
    if isinstance(value, Mapping) and value:
        name, first = next(iter(value.items()))
        return first.tag if isinstance(first, Shown) else f"{{{{ sentences.{name} }}}}"
    if isinstance(value, (list, tuple)) and value:
        return ROWS if isinstance(value[0], (list, tuple)) else ROW
    return PLAIN


def worded(value: Any) -> Any:
    """Return a text or number; raise :class:`UnprintableError` for anything else."""
    if isinstance(value, Undefined):
        str(value)  # raises
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise UnprintableError(value)
    return value


@pass_context  # else what is constant would be made a text first
def _printable(_: object, value: Any) -> Any:
    """Return what a tag may print: a text, a number, a table or a figure."""
    return value if isinstance(value, Shown) else worded(value)


@pass_environment
def _joined(environment: Any, value: Any, between: object = "", attribute: Any = None) -> Markup:
    own = value if attribute is None else map(make_attrgetter(environment, attribute), value)
    return escape(worded(between)).join([worded(one) for one in own])


def _of_words(name: str, made: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that refuses what is no text."""
    skipped = 1 if hasattr(made, "jinja_pass_arg") else 0

    @wraps(made)
    def checked(*given: Any, **named: Any) -> Any:
        for one in given[skipped:] if name in ("format", "replace") else given[skipped : skipped + 1]:
            worded(one)
        return made(*given, **named)

    return checked


class Guarded(CodeGenerator):
    """Writes templates as Python, ``~`` so that it refuses what is no text."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """Write texts put together by ``~``."""
        self.write("environment.concatenated((")
        for child in node.nodes:
            self.visit(child, frame)
            self.write(", ")
        self.write("))")


class Filling(ImmutableSandboxedEnvironment):
    """Escapes texts, reaches nothing but the report, prints nothing in Python's words."""

    code_generator_class = Guarded
    intercepted_binops = frozenset("%*")

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, finalize=_printable)
        self.globals.clear()
        for name in FOREIGN:
            del self.filters[name]
        self.filters |= {name: _of_words(name, self.filters[name]) for name in WORDED}
        self.filters["join"] = _joined

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Return a remainder or product of numbers; a text with % would print what stands behind it."""
        if isinstance(left, str) or isinstance(right, str):
            raise SecurityError
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Tell whether an attribute may be read: none of Python's own, of methods those of texts."""
        method = callable(value) and not (isinstance(obj, str) and not attr.startswith("format"))
        return super().is_safe_attribute(obj, attr, value) and not method

    def wrap_str_format(self, value: Any) -> Any:
        """Return nothing: a text's own format would print whatever it is given."""
        return None

    def concatenated(self, parts: Sequence[Any]) -> Markup:
        """Return texts put together by ``~``."""
        return Markup("").join([worded(part) for part in parts])


class Noting(Guarded):
    """The same, for a trial: statements that fail are noted, and the next one goes on."""

    def visit(self, node: nodes.Node, *given: Any, **named: Any) -> Any:
        """Write a node; a statement so that its fault is noted."""
        if isinstance(node, nodes.Output) and len(node.nodes) > 1:
            for child in node.nodes:
                self.visit(nodes.Output([child], lineno=child.lineno), *given, **named)
        elif isinstance(node, nodes.Stmt) and not isinstance(node, nodes.Block):
            self.writeline("try:")
            self.indent()
            self.writeline("pass")
            super().visit(self._placed(node), *given, **named)
            self.outdent()
            line = node.nodes[0].lineno if isinstance(node, nodes.Output) else node.lineno
            self.writeline("except Exception as fault:")
            self.indent()
            self.writeline(f"environment.faults.setdefault({line}, fault)")
            self.outdent()
        else:
            super().visit(node, *given, **named)

    def _placed(self, node: nodes.Stmt) -> nodes.Stmt:
        """Return a statement, of an output outside of texts so that it refuses a text."""
        [*printed] = node.nodes if isinstance(node, nodes.Output) else []
        outside: set[int] = getattr(self.environment, "outside", set())
        if (
            len(printed) != 1
            or isinstance(printed[0], nodes.TemplateData)
            or printed[0].lineno not in outside
        ):
            return node
        standing = nodes.EnvironmentAttribute("standing", environment=self.environment)
        asked = nodes.Call(standing, [printed[0]], [], None, None, lineno=printed[0].lineno)
        return nodes.Output([asked], lineno=node.lineno)


class Trying(Filling):
    """The same for a trial: faults by their lines."""

    code_generator_class = Noting

    def __init__(self) -> None:
        super().__init__()
        self.faults: dict[int, Exception] = {}
        self.outside: set[int] = set()

    def standing(self, value: Any) -> Any:
        """Return a table or figure; raise :class:`InlineError` for a text, as :func:`worded` for the rest."""
        if not isinstance(value, Shown):
            worded(value)
            raise InlineError
        return value
