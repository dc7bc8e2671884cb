"""A panel from the first letter to the last round, with seeded answers: forms, two rounds, a run."""

from __future__ import annotations

import csv
import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from tierwise.arrays import FloatArray, frozen_floats
from tierwise.delphi.asked import keys_of, read_delphi_book
from tierwise.delphi.collected import Collected
from tierwise.delphi.collecting import delphi_collect
from tierwise.delphi.feedback import delphi_feedback
from tierwise.delphi.returned import SENT, forms_in, open_form
from tierwise.delphi.sending import Sent, delphi_send
from tierwise.errors import TierwiseError, problem
from tierwise.outputs.files import is_there
from tierwise.outputs.folder import listed_files, result_folder
from tierwise.rehearsal.answers import fill, first_answers, next_answers, outside
from tierwise.report.sample import write_scenario
from tierwise.spec import Spec
from tierwise.stages import Results, run
from tierwise.study.scenario import Scenario, load
from tierwise.words.language import Language, Text

BASES: Final[Mapping[Language, str]] = {"en": "technology-achievement", "zh": "industrial-counties-2019"}
EXPERTS: Final = 15
TOP: Final = 9.0
DRAWS: Final = 2000
NAMES: Final = Text("Expert {:02}", "专家{:02}")
CAMPS: Final = (Text("universities", "高校"), Text("government", "政府"), Text("business", "企业"))
REASON: Final = Text("An example of a reason.", "示例：理由。")
UNSURE: Final = Text("not sure", "说不准")
FORMS: Final = ("forms-{}", "returned-{}")
MADE: Final = (
    "book.xlsx",
    "experts.csv",
    *(name.format(number) for number in (1, 2) for name in (*FORMS, "book-{}.xlsx")),
    "results",
)
LAST: Final = "results/run.json"  # the file that is there when all others are
TITLE: Final = Text("an example", "示例")


@dataclass(frozen=True)
class Example:
    """What the example made: its folder, the two rounds as they were collected, and the run."""

    folder: Path
    rounds: tuple[Collected, ...]
    results: Results

    def __repr__(self) -> str:
        return f"Example({str(self.folder)!r}: {len(self.rounds)} rounds, {self.results!r})"


Tell = Callable[[str, object], object]  # of each step: the command that does it, and what it gave


class Step(NamedTuple):
    """A step of the example: the words of the command that does it, none for none, and what it gave."""

    words: tuple[str | Path, ...]
    made: object


def delphi_example(
    out: str | Path,
    *,
    language: Language = "en",
    seed: int = 2019,
    replace: bool = False,
    tell: Tell | None = None,
) -> Example:
    """Make forms for a panel, fill them with seeded answers, collect two rounds, and run the book.

    All by the functions that a real panel goes through. The folder gets ``book.xlsx`` (a bundled scenario
    without its weights), ``experts.csv``, ``forms-1``, ``returned-1``, ``book-1.xlsx``, the same of round 2,
    and ``results``; it is all old or all new. One expert never answers, and one answer of round 1 is no
    number.

    Args:
        out: the folder.
        language: ``en`` (23 countries, 8 indicators) or ``zh`` (counties of a list, 19 indicators).
        seed: of the answers.
        replace: write over an example that is there.
        tell: told of each step the command that does it, and what it gave.

    Raises:
        TierwiseError: I014 (there is an example), I007 (the folder cannot be written), I010 (a file there is
            held open), I031 (another example is written there).

    """
    folder = Path(out)
    there = [folder / name for name in MADE if is_there(folder / name)]
    if there and not replace:
        raise TierwiseError(problem("I014", str(there[0])))
    made: list[tuple[Path, list[Step], Results]] = []
    with result_folder(folder, TITLE.en, record=LAST, listed=_former) as whole:
        whole.put(lambda stage: made.append((stage, *_rehearsed(stage, language, seed))))
    ((stage, steps, results),) = made
    rounds = []
    for words, made_there in steps:
        gave = _moved(made_there, stage, folder)
        if tell is not None:
            tell(shlex.join(str(_moved(word, stage, folder)) for word in words), gave)
        if isinstance(gave, Collected):
            rounds.append(gave)
    return Example(folder, tuple(rounds), results)


def _rehearsed(folder: Path, language: Language, seed: int) -> tuple[list[Step], Results]:
    """Make the example in an empty folder; return the steps that led there, and the run."""
    book = folder / "book.xlsx"
    write_scenario(book, _unweighted(load(BASES[language]), language))
    people = _experts(folder / "experts.csv", language)
    steps = [Step((), book)]
    given = _Given(folder, language, seed, steps)
    sent = delphi_send(book, people, folder / "forms-1")
    steps.append(Step(("tierwise", "delphi", "send", book, "--experts", people, "--out", sent.folder), sent))
    asked = keys_of(read_delphi_book(book), "scores")
    answers = first_answers(len(asked), len(sent.files), TOP, seed)
    unclear = {asked[1]: UNSURE.of(language)}
    first = given.round(sent, book, 1, asked, answers[:-1], [unclear], None)

    book = folder / "book-1.xlsx"
    sent = delphi_feedback(book, folder / "forms-2")
    steps.append(Step(("tierwise", "delphi", "feedback", book, "--out", sent.folder), sent))
    heard = np.array([[one.answers.get(key, np.nan) for key in asked] for one in first.taken])
    before = np.where(np.isnan(heard), np.nanmedian(heard, axis=0), heard)
    answers = next_answers(before, TOP, seed)
    given.round(sent, book, 2, asked, answers, [], heard)

    results = run(folder / "book-2.xlsx")
    written = results.write(folder / "results")
    steps.append(Step(("tierwise", "run", folder / "book-2.xlsx", "--out", written), results))
    return steps, results


def _moved(made: object, stage: Path, folder: Path) -> object:
    """Return what a step made with its files where they are now."""

    def now(path: Path) -> Path:
        return folder / path.relative_to(stage)

    match made:
        case Path():
            return now(made)
        case Sent():
            return replace(made, folder=now(made.folder), files=tuple(map(now, made.files)))
        case Collected(written=Path() as written):
            return replace(made, book=replace(made.book, path=now(made.book.path)), written=now(written))
    return made


def _former(folder: Path) -> set[Path]:
    """Return the files of a folder that are of an example before; other files stay."""
    found = {Path(name) for name in MADE if name.endswith((".xlsx", ".csv"))}
    found |= {Path("results") / name for name in listed_files(folder / "results")}
    for name in (name.format(number) for number in (1, 2) for name in FORMS):
        forms = (path for path in forms_in(folder / name) if open_form(path).who is not None)
        found |= {Path(name) / SENT, *(path.relative_to(folder) for path in forms)}
    return found


@dataclass(frozen=True)
class _Given:
    """What all rounds share."""

    folder: Path
    language: Language
    seed: int
    steps: list[Step]

    def round(
        self,
        sent: Sent,
        book: Path,
        number: int,
        asked: Sequence[str],
        answers: FloatArray,
        instead: Sequence[Mapping[str, str]],
        heard: FloatArray | None,
    ) -> Collected:
        """Fill the forms of the experts who answer, and collect them into a copy of the book.

        ``instead`` are texts that the first experts write for a score; ``heard`` the round before, outside
        of whose quartiles a reason is given.
        """
        returned = self.folder / f"returned-{number}"
        returned.mkdir()
        shutil.copy(sent.folder / SENT, returned / SENT)
        for at, scores in enumerate(answers):
            texts = instead[at] if at < len(instead) else {}
            apart = [] if heard is None else outside(scores, heard)
            form = sent.files[at]
            fill(
                form,
                returned / form.name,
                {**dict(zip(asked, scores.tolist(), strict=True)), **texts},
                self.language,
                remarks={asked[item]: REASON.of(self.language) for item in apart},
                seed=self.seed + at,
            )
        copy = self.folder / f"book-{number}.xlsx"
        collected = delphi_collect(returned, book, copy)
        self.steps.append(
            Step(("tierwise", "delphi", "collect", returned, "--into", book, "--out", copy), collected)
        )
        return collected


def _unweighted(base: Scenario, language: Language) -> Scenario:
    """Return a bundled scenario without weights or experts, whose weights are to come from a panel."""
    spec = Spec.of(
        **{
            **base.spec.model_dump(exclude_unset=True, include={"select", "tiers"}),
            "experts": {"scale_max": TOP, "authority": "Cr"},
            "index": {**base.spec.index.model_dump(exclude_unset=True), "weights": "experts"},
            "uncertainty": {"draws": DRAWS, "seed": base.spec.uncertainty.seed},
        }
    )
    blank = frozen_floats(np.full(len(base.framework.codes), np.nan))
    apart, mark = ("：", "：") if language == "zh" else (",", ": ")
    return replace(
        base,
        name="delphi-example",
        title=base.title.partition(apart)[0] + mark + TITLE.of(language),
        experts=None,
        history=None,
        national=None,
        counts=None,
        others={},
        framework=replace(base.framework, weights=blank, comparisons=None),
        spec=spec,
    )


def _experts(path: Path, language: Language) -> Path:
    """Write the list of experts."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("name", "camp"))
        for number in range(EXPERTS):
            name = NAMES.of(language).format(number + 1)
            lines.writerow((name, CAMPS[number % len(CAMPS)].of(language)))
    return path
