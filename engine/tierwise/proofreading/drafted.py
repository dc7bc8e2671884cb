"""A report's sentences and tables beside those that the figures give: what differs, word by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Final

from rapidfuzz import fuzz

from tierwise.names import cleaned, same_form
from tierwise.proofreading.chinese import sentences
from tierwise.proofreading.claims import quoted
from tierwise.proofreading.findings import Findings
from tierwise.proofreading.listed import STARS, listing_of
from tierwise.proofreading.numbers import agrees, value
from tierwise.proofreading.parts import Grid
from tierwise.proofreading.years import TOTALS
from tierwise.words.language import Language, Text

ALIKE: Final = 85.0  # per cent of a sentence without its numbers that is the same
# a number as it stands: 1,250.5, −3, 24.5%, １０１００; a dash behind a number is no sign of the next
NUMBER: Final = (
    r"(?:(?<![\d%％])[-+−－])?"
    r"(?:[０-９]+(?:，[０-９]{3}(?!\d))*|\d+(?:,\d{3}(?!\d))*)(?:[.．]\d+)?[%％]?"
)
EDGES: Final = r"(?<![A-Za-z\d])(?<!\d[.,．]){}(?![A-Za-z\d]|[.,．]\d)"  # a name is no part of a number
KIND_WORDS: Final = {
    "province": re.compile(r"省|\bprovinces?\b", re.IGNORECASE),
    "region": re.compile(r"区域|板块|\bregions?\b", re.IGNORECASE),
    "prefecture": re.compile(r"地级市|设区市|\bprefectures?\b", re.IGNORECASE),
}
MORE: Final = re.compile(
    r"[升增高大多首前进超涨]|\b(?:rose|gained|entered|new|above|more|most|highest|largest|first|over|up)\b"
)
LESS: Final = re.compile(
    r"[降减低小少末后退跌不未无]|"
    r"\b(?:fell|lost|left|below|fewer|fewest|least|less|lowest|smallest|last|under|down|not)\b"
)
LEAST_HEADS: Final = 0.6  # share of headings that a printed table has in common with one of the figures
LEAST_KEYS: Final = 0.5  # share of rows
WHY: Final = Text("the figures", "据测算结果")
MOST_MISSING: Final = 20  # rows that are named
MOST_ROWS: Final = 5000  # of a table that is compared
MOST_DIGITS: Final = 12  # of a figure that was rounded


@dataclass(frozen=True)
class Table:
    """A table that the figures give: numbers as they are, or texts as printed."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def of(self, names: Collection[str]) -> Table | None:
        """Return its rows on these units; None where it has not all of them, each once, or no others."""
        for keys in ([cleaned(str(cell)) for cell in column] for column in zip(*self.rows, strict=True)):
            kept = [row for row, key in zip(self.rows, keys, strict=True) if key in names]
            if names and len(kept) == len(names) == len({*keys} & {*names}):
                return replace(self, rows=tuple(kept)) if len(kept) < len(self.rows) else None
        return None


@dataclass
class Expected:
    """What the figures give: sentences, tables, and the names that stand in them."""

    texts: Sequence[str]
    tables: Sequence[Table]
    names: Iterable[str]
    kinds: Mapping[str, frozenset[str]] = field(default_factory=dict)  # of the groups, by their names
    known: list[str] = field(init=False)
    bare: list[str] = field(init=False)
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the sentences for comparison."""
        self.known = [sentence for text in self.texts for sentence in sentences(text)]
        self.bare = [_masked(sentence) for sentence in self.known]
        names = sorted({name for name in self.names if len(name) > 1}, key=len, reverse=True)
        whole_names = (EDGES.format(re.escape(name)) for name in names)
        parts = [*whole_names, NUMBER, r"[A-Za-z]+", r"\S"]
        self.pattern = re.compile("|".join(parts))
        self._names = {*names}
        self._seen: dict[str, list[tuple[str, str]] | None] = {}

    def differences(self, sentence: str) -> list[tuple[str, str]] | None:
        """Return what differs from the figures' own sentence: (printed, right); None for no such one."""
        if sentence not in self._seen:
            self._seen[sentence] = self._differences(sentence)
        return self._seen[sentence]

    def _differences(self, sentence: str) -> list[tuple[str, str]] | None:
        masked, about = _masked(sentence), self._about(sentence)
        near = [
            known
            for known, bare in zip(self.known, self.bare, strict=True)
            if abs(len(masked) - len(bare)) <= 0.3 * max(len(masked), len(bare), 10)
            and fuzz.ratio(masked, bare) >= ALIKE
            and (not about or not (own := self._about(known)) or about & own)
        ]
        if not near:
            return None
        distances = {known: self._distance(sentence, known) for known in near}
        least = min(distances.values())
        found = [self._differing(sentence, known) for known in near if distances[known] == least]
        return _together(found)

    def _about(self, sentence: str) -> set[str]:
        """Return the kinds of groups that a sentence is about, by its words and its names."""
        kinds = {kind for kind, words in KIND_WORDS.items() if words.search(sentence)}
        for token in self.pattern.findall(sentence):
            kinds |= self.kinds.get(token, frozenset())
        return kinds

    def _distance(self, printed: str, right: str) -> tuple[int, int]:
        """Return how many words, then how many numbers, two sentences have that the other has not."""
        words, numbers = (Counter[str](), Counter[str]())
        for sign, text in ((1, printed), (-1, right)):
            for token in self.pattern.findall(text):
                (numbers if re.fullmatch(NUMBER, token) else words)[token] += sign
        return sum(map(abs, words.values())), sum(map(abs, numbers.values()))

    def _differing(self, printed: str, right: str) -> list[tuple[str, str]]:
        one, two = self.pattern.findall(printed), self.pattern.findall(right)
        found = []
        for kind, start, end, first, last in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
            if kind == "equal":
                continue
            ours, theirs = one[start:end], two[first:last]
            if not ours and not any(token in self._names for token in theirs):
                continue  # a number left out, of a year or in brackets, is no wrong one
            telling = any(self._tells(token) for token in (*ours, *theirs)) and not _rounded(ours, theirs)
            if telling or _opposite(_told(ours), _told(theirs)):
                found.append((_told(ours), _told(theirs)))
        return found

    def _tells(self, token: str) -> bool:
        """Tell whether a token is a number or a name: what may not differ."""
        return token in self._names or re.fullmatch(NUMBER, token) is not None


def _together(found: Sequence[list[tuple[str, str]]]) -> list[tuple[str, str]]:
    """Return the differences from the sentence that is meant; of several as near, all that may be right."""
    if [] in found:
        return []
    rights: dict[str, list[str]] = {}
    for own in found:
        for printed, right in own:
            rights.setdefault(printed, []).append(right)
    return [(printed, " / ".join(dict.fromkeys(rights[printed]))) for printed, _ in found[0]]


def _opposite(ours: str, theirs: str) -> bool:
    """Tell whether words say the contrary: 上升 for 下降, "fell" for "rose"."""
    more = MORE.search(ours) is not None, MORE.search(theirs) is not None
    less = LESS.search(ours) is not None, LESS.search(theirs) is not None
    return (more[0] and less[1] and not less[0]) or (less[0] and not less[1] and (more[1] or not theirs))


def _rounded(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Tell whether tokens differ by rounding only."""
    pairs = [*zip(ours, theirs, strict=False)]
    return len(ours) == len(theirs) and all(
        one == two or (value(one) is not None and value(two) is not None and agrees(one, two))
        for one, two in pairs
    )


def _told(tokens: Sequence[str]) -> str:
    space = " " if any(re.fullmatch(r"[A-Za-z]{2,}", token) for token in tokens) else ""
    return space.join(tokens)


def _masked(sentence: str) -> str:
    return re.sub(NUMBER, "#", same_form(sentence))


def compare_sentence(sentence: str, expected: Expected, place: str, findings: Findings) -> bool:
    """Note where a sentence differs from the figures' own; return whether there is such a sentence."""
    differing = expected.differences(sentence)
    if differing is None:
        return False
    findings.checked += 1
    for printed, right in differing:
        kind = "value" if re.search(r"\d", printed + right) else "name"
        findings.add(place, kind, quoted(sentence), printed, right, WHY)
    return True


def compare_table(grid: Grid, expected: Expected, findings: Findings, language: Language) -> bool:
    """Note the cells of a table that differ from the figures' own; return whether there is such a table."""
    scored = [
        (score, at) for at, table in enumerate(expected.tables) if (score := _likeness(grid, table)) > 0
    ]
    if not scored:
        return False
    right = expected.tables[max(scored, key=lambda pair: (pair[0], -pair[1]))[1]]
    columns = _columns(grid, right)
    paired = _paired(grid, right, columns)
    plain = {at for at in columns.values() if not any(_marked(row[at]) for row in right.rows)}
    for row, own in paired:
        if grid.rows[row][0].strip().lower() in TOTALS and own is None:
            _compare_totals(grid, row, right, columns, findings, language)
            continue
        if own is None:
            findings.add(
                grid.where(row, 0, language), "name", grid.title, " ".join(grid.rows[row][:4]), "–", WHY
            )
            continue
        for column, at in columns.items():
            findings.checked += 1
            printed, true = grid.rows[row][column], right.rows[own][at]
            if at in plain:  # stars are looked at by themselves
                printed = printed.strip(STARS + " ")
            if not agrees(printed.strip(), true):
                kind = (
                    "value" if value(str(true)) is not None else "mark" if _starred(printed, true) else "name"
                )
                findings.add(grid.where(row, column, language), kind, grid.title, printed, _shown(true), WHY)
    _omissions(grid, right, {own for _, own in paired if own is not None}, findings)
    return True


def _omissions(grid: Grid, right: Table, found: set[int], findings: Findings) -> None:
    """Note rows of the figures' table that are not printed; of a table that is cut short, how many are."""
    missing = sorted({*range(len(right.rows))} - found)
    if not missing or len(grid.rows) >= len(right.rows):
        return
    cut = found and missing[0] > max(found)
    extract = len(missing) > LEAST_KEYS * len(right.rows)
    if extract or (cut and listing_of(grid) is None):
        findings.unchecked.append((grid.place, f"{grid.title} ({len(grid.rows)}/{len(right.rows)})"))
    else:
        for own in missing[:MOST_MISSING]:
            text = " ".join(map(_shown, right.rows[own][:4]))
            findings.add(grid.place, "omission", grid.title, "", text, WHY)


def _compare_totals(
    grid: Grid, row: int, right: Table, columns: Mapping[int, int], findings: Findings, language: Language
) -> None:
    """Compare a row of totals with the sums of the figures."""
    for column, at in columns.items():
        numbers = [cell for own in right.rows if isinstance(cell := own[at], (int, float))]
        if len(numbers) < len(right.rows):
            numbers = [found for own in right.rows if (found := value(str(own[at]))) is not None]
        printed = value(grid.rows[row][column])
        if printed is None or len(numbers) < len(right.rows):
            continue
        findings.checked += 1
        if not agrees(grid.rows[row][column], float(sum(numbers))):
            text = _shown(float(sum(numbers)))
            findings.add(
                grid.where(row, column, language), "sum", grid.title, grid.rows[row][column], text, WHY
            )


def _marked(cell: object) -> bool:
    return isinstance(cell, str) and any(sign in cell for sign in STARS)


def _starred(printed: str, true: object) -> bool:
    return printed.strip(STARS + " ") == str(true).strip(STARS + " ")


def _shown(true: object) -> str:
    """Return a figure as a finding shows it; a text with more digits than any print is one not rounded."""
    text = "" if true is None else str(true)
    if isinstance(true, str) and "." in text and sum(map(str.isdigit, text)) > MOST_DIGITS:
        true = found if (found := value(text)) is not None and "%" not in text else true
    return f"{true:.6g}" if isinstance(true, float) else text


def _head(text: str) -> str:
    return same_form(text).casefold()


def _columns(grid: Grid, table: Table) -> dict[int, int]:
    """Return which column of the figures' table each printed one is."""
    places: dict[str, list[int]] = {}
    for at, head in enumerate(table.heads):
        places.setdefault(_head(head), []).append(at)
    columns = {}
    for column, head in enumerate(grid.heads):
        if places.get(_head(head)):
            columns[column] = places[_head(head)].pop(0)
    return columns


def _likeness(grid: Grid, table: Table) -> float:
    """Return how much a printed table is like one of the figures': 0 for another one."""
    if not grid.heads or not table.rows or len(table.rows) > MOST_ROWS:
        return 0.0
    columns = _columns(grid, table)
    heads = len(columns) / len(grid.heads)
    if heads < LEAST_HEADS:
        return 0.0
    key = _key(grid, table, columns)
    title = _head(grid.title) == _head(table.title) or _head(grid.place) == _head(table.title)
    if key is None:
        rows = 1.0 if len(grid.rows) == len(table.rows) and title else 0.0
    else:
        known = {_keyed(row[columns[key]]) for row in table.rows}
        rows = sum(_keyed(row[key]) in known for row in grid.rows) / len(grid.rows)
    same = _same_cells(grid, table, columns)
    return 0.0 if rows < LEAST_KEYS or (not title and same < LEAST_KEYS) else heads + rows + title + same


def _same_cells(grid: Grid, table: Table, columns: Mapping[int, int]) -> float:
    """Return the share of the first rows' cells that are the same, row by row as paired."""
    paired = [(row, own) for row, own in _paired(grid, table, columns)[:40] if own is not None]
    cells = [
        agrees(grid.rows[row][column].strip(), table.rows[own][at])
        for row, own in paired
        for column, at in columns.items()
    ]
    return sum(cells) / len(cells) if cells else 0.0


def _keyed(cell: object) -> str:
    return cleaned(str(cell)) if isinstance(cell, str) else _shown(cell)


def _key(grid: Grid, table: Table, columns: Mapping[int, int]) -> int | None:
    """Return the printed column that tells rows apart: the first of texts that are all different."""
    for column, at in columns.items():
        keys = [_keyed(row[at]) for row in table.rows]
        if len({*keys}) == len(keys) and all(value(key) is None for key in keys):
            return column
    return None


def _paired(grid: Grid, table: Table, columns: Mapping[int, int]) -> list[tuple[int, int | None]]:
    """Return for each printed row the row of the figures' table: by key, those left over in their order."""
    key = _key(grid, table, columns)
    if key is None:
        return [(row, row if row < len(table.rows) else None) for row in range(len(grid.rows))]
    places = {_keyed(row[columns[key]]): at for at, row in enumerate(table.rows)}
    found: dict[int, int] = {}
    taken: set[int] = set()
    for row, cells in enumerate(grid.rows):
        at = places.get(_keyed(cells[key]))
        if at is not None and at not in taken:
            found[row] = at
            taken.add(at)
    left = [at for at in range(len(table.rows)) if at not in taken]
    free = [
        row
        for row, cells in enumerate(grid.rows)
        if row not in found and cells[0].strip().lower() not in TOTALS
    ]
    # a row whose key is misprinted stands where its neighbours say
    for row in free:
        near = min(left, key=lambda at: abs(at - row), default=None)
        if near is not None:
            found[row] = near
            left.remove(near)
    return [(row, found.get(row)) for row in range(len(grid.rows))]
