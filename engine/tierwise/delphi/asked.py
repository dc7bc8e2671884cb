"""What a form asks, of whom, for which book, framework and round."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final, Literal, get_args
from urllib.parse import parse_qs, urlencode

from tierwise.errors import Problems, TierwiseError, problem
from tierwise.inputs.experts import Experts
from tierwise.inputs.files import WORKBOOK_ENDINGS, no_sheet
from tierwise.inputs.framework import Framework
from tierwise.inputs.rounds import Findings
from tierwise.inputs.sheet import Sheet, text
from tierwise.spec.schema import Settings
from tierwise.spec.stand_ins import best_settings
from tierwise.study.documents import document_of, known_sheets
from tierwise.words.language import Language, is_chinese

Kind = Literal["scores", "budget", "pairs"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
HEAD: Final = "tierwise-form?"
POINTS: Final = 100.0  # to give to each group of a budget
USUAL_TOP: Final = 9.0
MOST_LISTED: Final = 10  # whole scores offered one by one


@dataclass(frozen=True)
class Identity:
    """The hidden fingerprint of a form."""

    book: str
    framework: str
    round: int
    kind: Kind
    top: float  # of the scale
    language: Language
    code: str  # of the expert
    label: str  # how the expert is called in the Experts sheet
    camp: str = ""

    def line(self) -> str:
        """Return the fingerprint as one text."""
        return HEAD + urlencode({name: value for name, value in vars(self).items() if value != ""})

    @classmethod
    def from_line(cls, line: str) -> Identity | None:
        """Return what :meth:`line` wrote, None for another text."""
        if not line.startswith(HEAD):
            return None
        fields = {name: values[-1] for name, values in parse_qs(line.removeprefix(HEAD)).items()}
        try:
            kind, language = fields["kind"], fields["language"]
            return cls(
                book=fields["book"],
                framework=fields["framework"],
                round=int(fields["round"]),
                kind=next(one for one in KINDS if one == kind),
                top=float(fields["top"]),
                language="zh" if language == "zh" else "en",
                code=fields["code"],
                label=fields["label"],
                camp=fields.get("camp", ""),
            )
        except (KeyError, ValueError, StopIteration):
            return None


@dataclass(frozen=True)
class DelphiBook:
    """A book for which experts are asked: its framework, its settings, and what experts said before."""

    path: Path
    framework: Framework
    settings: Settings
    sheets: Mapping[str, Sheet]
    language: Language

    @property
    def title(self) -> str:
        """The title of the index, blank where the book does not tell."""
        title = self.settings.title
        return title or (
            self.framework.names[0] if self.framework.names[0] != self.framework.codes[0] else ""
        )

    @property
    def mark(self) -> str:
        """The fingerprint of the book: of its title, else of its units, else of its first level."""
        if self.settings.title:
            subject = [self.settings.title]
        elif "Data" in self.sheets:
            subject = sorted(text(row[0]) for row in self.sheets["Data"].rows)
        else:
            subject = self.framework.children_of(self.framework.codes[0])
        return _digest(subject)

    @property
    def version(self) -> str:
        """The fingerprint of the framework: codes, names and parents; weights may change."""
        tree = self.framework
        return _digest("\t".join(node) for node in zip(tree.codes, tree.names, tree.parents, strict=True))

    @property
    def groups(self) -> dict[str, list[str]]:
        """Groups of two siblings or more, by the code of their parent; an only child weighs 1."""
        tree = self.framework
        children_of = {code: tree.children_of(code) for code in tree.codes}
        return {code: children for code, children in children_of.items() if len(children) > 1}

    def name(self, code: str) -> str:
        """Return the name of a node."""
        return self.framework.names[self.framework.codes.index(code)]

    def experts(self) -> Experts | None:
        """Return what the Experts sheet holds, if there is one with a row."""
        sheet = self.sheets.get("Experts")
        if sheet is None or not sheet.rows:
            return None
        given = self.settings.experts.scale_max
        top = max(given) if isinstance(given, tuple) else given  # a list may tell of rounds still to come
        experts = Experts.from_sheet(sheet, self.framework, top)
        return experts.without(self.settings.experts.drop, "[experts] drop")

    def top(self, number: int, kind: Kind) -> float:
        """Return the top of a round's scale; raise E219 where ``experts.scale_max`` has none for it."""
        if kind != "scores":
            return POINTS if kind == "budget" else 9.0
        given = self.settings.experts.scale_max
        if given is None:
            return USUAL_TOP
        if isinstance(given, tuple):
            if number > len(given):
                raise TierwiseError(problem("E219", "[experts] scale_max", round=number, found=len(given)))
            return given[number - 1]
        return given


def read_delphi_book(path: str | Path, language: Language | None = None) -> DelphiBook:
    """Return a book as forms need it: no more of it than framework and settings has to be right.

    Raises :class:`TierwiseError` I001-I003, I009 (no workbook), I005 (no Framework), F codes, S codes.
    """
    path = Path(path)
    if path.suffix.lower() not in WORKBOOK_ENDINGS:
        raise TierwiseError(problem("I009", str(path)))
    findings = Findings()
    sheets = known_sheets(path, Problems())
    if "Framework" not in sheets:
        raise TierwiseError(no_sheet(path, "Framework"))
    settings = best_settings(document_of(path.stem, sheets, {}, path.parent, findings), findings)
    findings.raise_any()
    assert settings is not None
    framework = Framework.from_sheet(sheets["Framework"])
    chinese = is_chinese(*framework.names)
    default: Language = settings.language if "Scenario" in sheets else "zh" if chinese else "en"
    return DelphiBook(path, framework, settings, sheets, language or default)


def least(kind: Kind, top: float) -> float:
    """Return the lowest answer: 1 on a short scale of whole scores, else 0."""
    return 1.0 if kind == "scores" and top <= MOST_LISTED else 0.0


def keys_of(book: DelphiBook, kind: Kind) -> list[str]:
    """Return the keys of all questions in order: codes, or ``first|second`` of pairs."""
    if kind == "pairs":
        return [f"{one}|{other}" for group in book.groups.values() for one, other in combinations(group, 2)]
    return [code for group in book.groups.values() for code in group]


def _digest(parts: Iterable[str]) -> str:

    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
