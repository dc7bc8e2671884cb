"""Names given by a user (methods, keys, columns), looked up with the nearest one offered when unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from tierwise.errors import TierwiseError, problem
from tierwise.words.names_zh import english


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name closest to ``name``, case aside, or an empty string when none is close."""
    lowered = {one.lower(): one for one in reversed([*known])}  # of names that differ in case, the first
    found = get_close_matches(name.lower(), lowered, n=1, cutoff=0.5)
    return lowered[found[0]] if found else ""


def choose(
    name: str, choices: Iterable[str], argument: str, synonyms: Mapping[str, str] | None = None
) -> str:
    """Return the choice that ``name`` means, in English or Chinese.

    Case, spaces, ``_`` and ``-`` do not matter. Raises :class:`TierwiseError` S002 with the nearest choice.
    """
    known = [*choices]
    key = "-".join(str(name).strip().lower().replace("_", " ").replace("-", " ").split())
    key = english((synonyms or {}).get(key, key), known)
    if key in known:
        return key
    raise TierwiseError(
        problem("S002", argument=argument, value=name, nearest=nearest(key, known) or known[0], choices=known)
    )
