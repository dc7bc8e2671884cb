"""Units, nodes and experts looked up by code or name; what fits none or several is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, TypeVar

from tierwise.errors import Problems, TierwiseError, problem
from tierwise.names import cleaned, nearest
from tierwise.words.language import Text

What = Literal["unit", "node", "expert"]
# One, several, in Chinese with its measure word, in Chinese.
NOUNS: Final[Mapping[What, tuple[str, str, str, str]]] = {
    "unit": ("unit", "units", "个单位", "单位"),
    "node": ("node", "nodes", "个节点", "节点"),
    "expert": ("expert", "experts", "位专家", "专家"),
}
_BY_CODE: Final = Text("Give a code or a name", "请填写代码或名称")
ASKED: Final[Mapping[What, Text]] = {  # what is to be given
    "unit": _BY_CODE,
    "node": _BY_CODE,
    "expert": Text("Give the name as it stands on the sheet Experts", "请按“专家打分”表中的姓名填写"),
}
# Ways in which a given text may be a code or a name, the strictest first.
FORMS: Final[tuple[Callable[[str], str], ...]] = (str, cleaned, lambda text: cleaned(text).casefold())

V = TypeVar("V")


@dataclass(frozen=True)
class Lookup:
    """Things of one kind, each with a code and a name, found by either.

    A code as it is written comes first, then a name as it is written; then codes and names in the form in
    which names are compared (:func:`~tierwise.names.cleaned`), at last with case left aside. The first of
    these ways in which anything fits decides, and exactly one thing must fit.
    """

    codes: Sequence[str]
    names: Sequence[str]
    what: What
    first: int = 0  # the first position that may be meant: the index itself is no node to be chosen

    def find(self, given: str, place: str = "", *, argument: str = "", others: Iterable[str] = ()) -> int:
        """Return the position of what a code or name means; ``others`` are words that would do as well.

        Raises:
            TierwiseError: S021 where nothing fits, with the nearest; S022 where several do, with all of them.

        """
        one, several, counted_zh, one_zh = NOUNS[self.what]
        for form, table in zip(self._ways, self._tables, strict=True):
            places = table.get(form(given), ())
            if len(places) == 1:
                return places[0]
            if places:
                candidates = [self._label(at) for at in places]
                raise TierwiseError(
                    problem(
                        "S022",
                        place,
                        argument=argument,
                        value=given,
                        count=len(places),
                        what=several,
                        what_zh=counted_zh,
                        candidates=candidates,
                    )
                )
        known = [*self.names[self.first :], *self.codes[self.first :], *others]
        near = nearest(given, known)
        raise TierwiseError(
            problem(
                "S021",
                place,
                argument=argument,
                value=given,
                nearest=near,
                what=one,
                what_zh=one_zh,
                how=ASKED[self.what].en,
                how_zh=ASKED[self.what].zh,
            )
        )

    def rows(
        self, given: Iterable[str], problems: Problems, place: str = "", *, argument: str = ""
    ) -> list[int]:
        """Return the position of each; what is wrong with any is noted."""
        rows = []
        for text in given:
            with problems.caught():
                rows.append(self.find(text, place, argument=argument))
        return rows

    def keyed(
        self, given: Mapping[str, V], problems: Problems, place: str = "", *, argument: str = ""
    ) -> dict[int, V]:
        """Return what is given for each, by position; notes S023 for two keys that mean one thing."""
        one, _, _, one_zh = NOUNS[self.what]
        values: dict[int, V] = {}
        keys: dict[int, str] = {}
        for text, value in given.items():
            with problems.caught():
                at = self.find(text, place, argument=argument)
                if at in values:
                    raise TierwiseError(
                        problem(
                            "S023",
                            place,
                            argument=argument,
                            value=text,
                            first=keys[at],
                            what=one,
                            what_zh=one_zh,
                        )
                    )
                values[at], keys[at] = value, text
        return values

    def _label(self, at: int) -> str:
        code, name = self.codes[at], self.names[at]
        return code if code == name else f"{code} ({name})"

    @property
    def _ways(self) -> tuple[Callable[[str], str], ...]:
        return (FORMS[0], *FORMS)

    @cached_property
    def _tables(self) -> tuple[dict[str, tuple[int, ...]], ...]:
        """Positions by text, for each way: codes, names, then both in each looser form."""
        plain, *looser = FORMS
        both = [self._positions(form, self.codes, self.names) for form in looser]
        return (self._positions(plain, self.codes), self._positions(plain, self.names), *both)

    def _positions(self, form: Callable[[str], str], *columns: Sequence[str]) -> dict[str, tuple[int, ...]]:
        by_text: dict[str, set[int]] = {}
        for column in columns:
            for at in range(self.first, len(column)):
                by_text.setdefault(form(column[at]), set()).add(at)
        return {text: tuple(sorted(places)) for text, places in by_text.items()}
