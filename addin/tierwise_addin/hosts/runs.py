"""Scenarios run beside a host: started, watched, cancelled, their tables read when done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import uuid4

from tierwise.errors import TierwiseError, problem
from tierwise_addin import cell_kinds, codec, settings
from tierwise_addin.session import CancelledError

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.stages import Results
    from tierwise.study.scenario import Reading, Scenario

KEPT_SECONDS: Final = 900.0
MOST_KEPT: Final = 32
MOST_RUNNING: Final = 4

State = Literal["running", "done", "cancelled", "failed"]


@dataclass
class Run:
    """One run in a thread of its own."""

    name: str
    load: Callable[[], Scenario]
    draws: int | None = None
    state: State = "running"
    stage: str = ""
    done: int = 0
    total: int = 0
    message: str = ""
    error: TierwiseError | None = None
    results: Results | None = None
    begun: float = field(default_factory=monotonic)
    key: str = field(default_factory=lambda: uuid4().hex)
    cancelled: Event = field(default_factory=Event)

    def start(self) -> Run:
        """Begin, and return at once."""
        Thread(target=self.work, daemon=True).start()
        return self

    def work(self, watch: Callable[[Run], None] | None = None) -> None:
        """Run to the end; ``watch`` is called at each step."""
        from tierwise.stages import run  # runs load the whole engine

        def progress(stage: str, done: int, total: int) -> None:
            self.stage, self.done, self.total = stage, done, total
            if watch is not None:
                watch(self)
            if self.cancelled.is_set():
                raise CancelledError

        try:
            self.results = run(self.load(), draws=self.draws, progress=progress)
            self.state = "done"
        except CancelledError:
            self.message, self.state = "cancelled", "cancelled"
        except TierwiseError as error:
            self.error, self.message = error, error.text(settings.load().language)
            self.state = "failed"  # last: who sees it reads the message next
        except Exception as error:  # a host must hear of whatever happens beside it
            failure = problem("C015", function=self.name, reason=f"{type(error).__name__}: {error}")
            self.message, self.state = failure.line(settings.load().language), "failed"

    @property
    def line(self) -> str:
        """How far the run is, in one line for a status bar."""
        if self.state != "running":
            return f"tierwise: {self.name}: {self.message or self.state}"
        share = f" {self.done / self.total:.0%}" if self.total else ""
        return f"tierwise: {self.name}: {self.stage or 'reading'}{share}"

    def status(self) -> dict[str, object]:
        """Return the state as a task pane asks for it."""
        return {
            "key": self.key,
            "name": self.name,
            "state": self.state,
            "stage": self.stage,
            "done": self.done,
            "total": self.total,
            "message": self.message,
        }

    def table(self, name: str) -> list[list[object]]:
        """Return one table of a finished run as rows of cells, headings first."""
        from tierwise.report.presented import names_of  # runs load the whole engine
        from tierwise.tables.registry import columns_of

        assert self.results is not None
        language = self.results.scenario.language
        frame = self.results.tables[name]
        names = names_of(self.results.study).nodes
        headings: list[object] = [
            names.get(column.name, column.name) if column.names == "node" else column.title.of(language)
            for column in columns_of(name, frame)
        ]
        return [headings, *frame_cells(frame)]


def frame_cells(frame: pd.DataFrame) -> list[list[object]]:
    """Return a table's rows as cells."""
    from tierwise.report.presented import records  # runs load the whole engine

    columns: list[Any] = [
        [cell_kinds.to_json(codec.encode([[cell]])[0][0]) for cell in row] for row in records(frame)
    ]
    return columns


class Runs:
    """The runs of one host: a few at a time, the last ones kept for a while."""

    def __init__(self) -> None:
        self.known: dict[str, Run] = {}

    def expire(self, now: float | None = None) -> None:
        """Forget runs that ended, or began, too long ago, and the oldest of too many that ended."""
        now = monotonic() if now is None else now
        ended = [run for run in self.known.values() if run.state != "running"]
        late = [run for run in ended if now - run.begun > KEPT_SECONDS]
        for run in {one.key: one for one in (*late, *ended[: max(0, len(ended) - MOST_KEPT)])}.values():
            del self.known[run.key]

    def start(
        self, name: str, sheets: Mapping[str, list[list[object]]] | None = None, draws: int | None = None
    ) -> Run:
        """Start a bundled scenario, or the workbook called ``name`` whose sheets are given."""
        self.expire()
        if sum(run.state == "running" for run in self.known.values()) >= MOST_RUNNING:
            raise TierwiseError(problem("C033", most=MOST_RUNNING))
        run = Run(name, lambda: scenario_of(name, sheets, alone=True), draws)
        self.known[run.key] = run
        return run.start()


def scenario_of(
    name: str, sheets: Mapping[str, list[list[object]]] | None, *, alone: bool = False
) -> Scenario:
    """Return a bundled scenario, or that of an open workbook whose sheets are given as rows of cells.

    ``alone``: the workbook was sent by a client; no file of this machine is read for it (S016), and without
    sheets the name is that of a bundled scenario (S008).
    """
    return reading_of(name, sheets, alone=alone).whole()


def reading_of(name: str, sheets: Mapping[str, list[list[object]]] | None, *, alone: bool = False) -> Reading:
    """Return what :func:`scenario_of` reads, with its problems."""
    from tierwise.inputs.files import input_sheet  # runs load the whole engine
    from tierwise.inputs.sheet import Sheet
    from tierwise.study.documents import bundled_name
    from tierwise.study.scenario import read_scenario, read_sheets

    if sheets is None:
        return read_scenario(bundled_name(name) if alone else name)
    known: dict[str, Sheet] = {}
    for title, rows in sheets.items():
        word = input_sheet(title)
        if word in known:
            raise TierwiseError(problem("I021", title, first=known[word].name))
        if word:
            known[word] = Sheet.from_cells(title, rows)
    return read_sheets(name, known, alone=alone)
