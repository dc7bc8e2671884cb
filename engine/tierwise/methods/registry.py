"""A method is declared once, above its function: its names; its settings stand in the function's signature.

::

    @normalisation("min-max", zh="极差法", synonyms=("归一化", "离差标准化"))
    def min_max(values: FloatArray, *, to: To = (0.0, 1.0)) -> FloatArray: ...

``To`` is ``Annotated[Range, Setting("range of the scores", "标准化后的取值范围")]``: type, default, bounds
and meaning of a setting stand where the function takes it. What a scenario may say, what a cell offers, the
manual's tables, Chinese names and what ``check`` calls unread are derived from the :class:`Family`.

A user's own function takes the same door: the decorator, or ``module:function`` where a name stands in Python
or in a scenario's TOML file. That imports a module, so it works only inside :func:`own_methods`, which no
workbook, cell or request opens.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from inspect import Parameter, signature
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, Generic, TypeVar, get_args, get_origin, get_type_hints

from tierwise.errors import TierwiseError, problem
from tierwise.names import nearest
from tierwise.words.language import Language
from tierwise.words.names_zh import CHINESE
from tierwise.words.speaking import Choice

Function = TypeVar("Function", bound=Callable[..., Any])
REQUIRED: Final = Parameter.empty
NAMED: Final = (Parameter.KEYWORD_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_importing: ContextVar[bool] = ContextVar("importing", default=False)
DIRECTION: Final = "direction"  # taken by functions that turn their values on their own; no setting
AMONG: Final = "among"  # taken by functions whose scale may come from other values; no setting


@contextmanager
def own_methods() -> Iterator[None]:
    """Let names of the form ``module:function`` import their module; for names that the user wrote himself.

    >>> from tierwise.methods.normalise import METHODS
    >>> METHODS.find("statistics:NormalDist")
    ''
    >>> with own_methods():
    ...     METHODS.find("no_such_module:scaled")
    ''
    """
    before = _importing.set(True)
    try:
        yield
    finally:
        _importing.reset(before)


@dataclass(frozen=True)
class Setting:
    """What a setting of a method means, in both languages, and which values it takes.

    ``name`` is what it is called on the form of settings, in English and Chinese, with further words that are
    understood; ``choices`` are the Chinese words of its choices that are no methods.
    ``kind`` and ``default`` are those of the scenario where they are not those of the function (a reference
    unit is named there, and given to the function as a number).
    """

    en: str
    zh: str
    name: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict, hash=False)
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    kind: Any = None
    default: Any = REQUIRED

    @property
    def bounds(self) -> dict[str, Any]:
        """The bounds that are given, by the names that pydantic has for them."""
        given = {"ge": self.ge, "gt": self.gt, "le": self.le}
        return {name: bound for name, bound in given.items() if bound is not None}


@dataclass(frozen=True)
class Method:
    """One method: its name, what it is called elsewhere, its function, and what it reads.

    ``how`` says it in a line or a formula for the manual, in English and Chinese (Markdown).
    ``columns``: settings of a family's functions that are columns of the framework, no keys of a scenario.
    """

    columns: ClassVar[tuple[str, ...]] = ()

    name: str
    function: Callable[..., Any]
    zh: str
    synonyms: tuple[str, ...] = ()
    data: int = 1  # how many arguments of the function are data; the others are settings
    how: tuple[str, str] = ("", "")

    @property
    def own(self) -> bool:
        """Whether it is a user's own function, whose results are looked at (:mod:`tierwise.methods.own`)."""
        return not str(getattr(self.function, "__module__", "")).startswith("tierwise.")

    @cached_property
    def settings(self) -> Mapping[str, Setting]:
        """The settings that it takes, cells of the framework among them, in the order of the function."""
        return settings_in(self.function, self.data)

    def taken(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what it takes of the settings, with its defaults; M005 for what it needs and lacks."""
        taken = {key: given.get(key, setting.default) for key, setting in self.settings.items()}
        lacking = [key for key, value in taken.items() if value is REQUIRED]
        if lacking:
            raise TierwiseError(*(problem("M005", what=what) for what in lacking))
        return taken

    @classmethod
    def accepts(cls, function: object) -> bool:
        """Return whether what ``module:function`` names may be declared as a method."""
        return callable(function)

    @property
    def cells(self) -> frozenset[str]:
        """The columns of the framework that it reads."""
        return frozenset(self.settings.keys() & set(self.columns))

    def named(self, language: Language) -> str:
        """Return its name as the reader knows it."""
        return self.zh if language == "zh" else self.name


Kind = TypeVar("Kind", bound=Method)


class Family(Mapping[str, Kind], Generic[Kind]):
    """Methods that stand for one another, by name, in the order in which they are shown.

    A family is the decorator that declares its methods. ``argument`` is what a problem of a name is about.
    ``modules`` are those that declare some, in their order, whichever is imported first; in each the methods
    stand in the order of their declaration, and a user's own stand last.
    """

    def __init__(self, argument: str, kind: type[Kind], data: int = 1, modules: Sequence[str] = ()) -> None:
        self.argument = argument
        self.kind = kind
        self.data = data
        self.modules = {name: at for at, name in enumerate(modules)}
        self._methods: dict[str, Kind] = {}
        self._names: dict[str, str] = {}  # what is said, without spaces and dashes -> name
        FAMILIES[argument] = self

    def __call__(
        self, name: str, *, zh: str = "", synonyms: tuple[str, ...] = (), **traits: Any
    ) -> Callable[[Function], Function]:
        """Declare a function as a method of this family; see the top of the module.

        Raises :class:`ValueError` for a name that another method has.
        """

        def declared(function: Function) -> Function:
            method = self.kind(name, function, zh or name, synonyms, self.data, **traits)
            for word in (name, method.zh, *synonyms):
                taken = self._names.setdefault(squeezed(word), name)
                if taken != name:
                    message = f"{self.argument}: {word!r} of {name!r} is a name of {taken!r}"
                    raise ValueError(message)
            self._methods[name] = method
            return function

        return declared

    def __getitem__(self, name: str) -> Kind:
        return self._methods[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._methods, key=self._place))

    def _place(self, name: str) -> int:
        module = getattr(self._methods[name].function, "__module__", None) or ""  # typed in, it has none
        return self.modules.get(module.rpartition(".")[2], len(self.modules))

    def __len__(self) -> int:
        return len(self._methods)

    def find(self, word: str) -> str:
        """Return the name of the method that is meant, in English or Chinese; blank where there is none.

        Case, width, spaces, ``_`` and ``-`` do not matter. ``module:function`` declares that function inside
        :func:`own_methods`; elsewhere it is known only once it is declared.
        """
        own = self._names.get(squeezed(word), "") or self._named_twice(word)
        return own or (self._imported(word.strip()) if ":" in word and _importing.get() else "")

    @property
    def said(self) -> Mapping[str, str]:
        """What is said for each method, without spaces and dashes, and its name."""
        return self._names

    def _named_twice(self, word: str) -> str:
        """Return the method that a name with another one in brackets means: 极差法（归一化）."""
        both = re.fullmatch(r"(.+)\((.+)\)", squeezed(word))
        methods = {self._names.get(name, "") for name in both.groups()} if both else {""}
        return methods.pop() if len(methods) == 1 else ""

    def choose(self, word: str, argument: str = "") -> str:
        """Return the name of the method that is meant; S002 with the nearest where there is none.

        S015 for ``module:function`` outside :func:`own_methods`.
        """
        if name := self.find(str(word)):
            return name
        if closed(str(word)):
            raise TierwiseError(problem("S015", argument=argument or self.argument, value=word))
        known = [*self]
        near = self._names.get(nearest(squeezed(word), self._names), "")
        raise TierwiseError(
            problem(
                "S002",
                argument=argument or self.argument,
                value=word,
                nearest=Choice(near),
                choices=[*map(Choice, known)],
            )
        )

    @property
    def settings(self) -> Mapping[str, tuple[Setting, tuple[str, ...]]]:
        """Every setting that methods of the family take, with the names of these methods."""
        readers: dict[str, tuple[Setting, tuple[str, ...]]] = {}
        for name, method in self.items():
            for key, setting in method.settings.items():
                first, others = readers.get(key, (setting, ()))
                readers[key] = (first, (*others, name))
        return readers

    def refuse_unknown(self, settings: Mapping[str, Any]) -> None:
        """Raise S001 for settings that no method of the family takes."""
        known = sorted(self.settings)
        if unknown := [key for key in settings if key not in known]:
            raise TierwiseError(
                *(
                    problem("S001", argument=key, key=key, nearest=nearest(key, known), choices=known)
                    for key in unknown
                )
            )

    def _imported(self, path: str) -> str:
        """Declare ``module:function`` under that name and return it; blank where it is no function."""
        module, _, name = path.partition(":")
        try:
            function = getattr(import_module(module), name)
        except (ImportError, AttributeError, ValueError):
            return ""
        own = next((known for known, method in self.items() if method.function is function), "")
        if not own and self.kind.accepts(function):
            self(path)(function)
            return path
        return own


FAMILIES: Final[dict[str, Family[Any]]] = {}
"""All families, by what their names answer."""


def named(name: str, language: Language) -> str:
    """Return a method's name as the reader knows it, whatever its family."""
    if language == "en":
        return name
    for family in FAMILIES.values():
        if name in family:
            return str(family[name].named(language))
    return CHINESE.get(name, name)


def meant(word: str, choices: Collection[str]) -> str:
    """Return the one of ``choices`` that a name means in some family; blank where it means none of them."""
    names = (family.find(word) for family in FAMILIES.values() if ":" not in word)
    return next((name for name in names if name in choices), "")


def spoken(choices: Collection[str]) -> dict[str, str]:
    """Return all that is said for ``choices`` in the families that have them all, and what it means."""
    families = (family for family in FAMILIES.values() if choices and all(one in family for one in choices))
    return {word: name for family in families for word, name in family.said.items() if name in choices}


def imported() -> tuple[tuple[str, str], ...]:
    """Return the methods that were imported by name: family and ``module:function`` of each."""
    return tuple((argument, name) for argument, family in FAMILIES.items() for name in family if ":" in name)


def import_again(methods: Collection[tuple[str, str]]) -> None:
    """Import the methods of :func:`imported` in another process that works for this one."""
    with own_methods():
        for argument, name in methods:
            FAMILIES[argument].find(name)


def closed(word: str) -> bool:
    """Return whether a name asks for a module to be imported where none may be."""
    return ":" in word and not _importing.get()


def squeezed(word: str) -> str:
    """Return a name without what does not tell names apart: case, width, spaces, dashes and quotes.

    >>> squeezed("TOPSIS 法"), squeezed("Z_Score"), squeezed("“ｍｉｎ－ｍａｘ”")
    ('topsis法', 'zscore', 'minmax')
    """
    return re.sub(r"[\s_\-–—·“”‘’\"'「」]", "", unicodedata.normalize("NFKC", str(word)).casefold())


def settings_in(function: Callable[..., Any], data: int = 0) -> Mapping[str, Setting]:
    """Return the parameters of a function or dataclass after those for data, as settings."""
    hints = get_type_hints(function, include_extras=True)
    taken = [*signature(function).parameters.values()][data:]
    return MappingProxyType(
        {
            one.name: _setting(hints.get(one.name, Any), one.default)
            for one in taken
            if one.kind in NAMED and one.name not in (DIRECTION, AMONG)
        }
    )


def _setting(hint: Any, default: Any) -> Setting:
    """Return a parameter of a function as a setting with its type and default."""
    kind, declared = hint, Setting("", "")
    if get_origin(hint) is Annotated:
        kind, *notes = get_args(hint)
        declared = next((note for note in notes if isinstance(note, Setting)), declared)
    return replace(
        declared,
        kind=kind if declared.kind is None else declared.kind,
        default=default if declared.default is REQUIRED else declared.default,
    )
