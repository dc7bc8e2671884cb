"""Everything that is computed for a scenario, and the list of tables that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from tierwise.study.compare import Comparison
from tierwise.study.draws import DrawPlan
from tierwise.study.index import Index
from tierwise.study.reverse import Reverse
from tierwise.study.robustness import Robustness
from tierwise.study.scenario import Scenario
from tierwise.study.sensitivity_question import Question
from tierwise.study.sensitivity_results import Sensitivity
from tierwise.study.series import Series
from tierwise.study.tiers import Tiers
from tierwise.study.why import Moves

if TYPE_CHECKING:
    import pandas as pd


Part = TypeVar("Part")


class Progress(Protocol):
    """Told what is going on: a stage by name, and how much of it is done."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Note that ``done`` of ``total`` steps of a stage are through."""


PENDING: Final[Any] = None  # of what a step that has not run yet will give


@dataclass(frozen=True)
class Study:
    """A scenario with its index, tiers and robustness, and weight scenarios and sensitivity if it has any.

    It is put together by the steps of ``tierwise.steps``; index, tiers, plan and robustness are there once
    their step has run.
    """

    scenario: Scenario
    series: Series | None = None  # of data of several years
    index: Index = PENDING
    tiers: Tiers = PENDING
    plan: DrawPlan = field(default=PENDING, repr=False)
    robustness: Robustness = PENDING
    comparison: Comparison | None = None
    moves: Moves | None = None  # from the year before, of data of several years
    question: Question | None = field(default=None, repr=False)
    targets: tuple[tuple[str, Reverse], ...] = ()
    sensitivity: Sensitivity | None = None
    only: tuple[str, ...] = ()  # the tables that are asked for; all where none are named
    passed_over: frozenset[str] = frozenset()  # parts that none of these tables shows
    seconds: dict[str, float] = field(default_factory=dict, repr=False)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)  # when all are made
    parts: dict[object, object] = field(default_factory=dict, repr=False, compare=False)

    def once(self, compute: Callable[[Study], Part]) -> Part:
        """Return what a function finds of this study; it is called once however often it is asked."""
        if compute not in self.parts:
            self.parts[compute] = compute(self)
        return self.parts[compute]  # type: ignore[return-value]  # each key holds what its function returned

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Note how long a stage takes."""
        start = perf_counter()
        yield
        self.seconds[stage] = round(perf_counter() - start, 3)
