"""Progress bars on a terminal, silence elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from tierwise.study.study import Progress

PATIENCE = 1.0  # seconds before a bar appears


@contextmanager
def bars() -> Iterator[Progress | None]:
    """Yield a progress callback that draws bars on a terminal, or None when there is none to draw on."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    start = monotonic()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as shown:
        tasks: dict[str, int] = {}
        begun: dict[str, tuple[float, int]] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if monotonic() - start < PATIENCE:
                return
            if stage not in tasks:
                tasks[stage] = shown.add_task(stage, total=total, rate="")
                begun[stage] = (monotonic(), done)
            since, before = begun[stage]
            rate = (done - before) / max(monotonic() - since, 1e-3)
            shown.update(
                tasks[stage],  # type: ignore[arg-type]  # rich's TaskID
                completed=done,
                total=total,
                rate=f"{rate:,.0f}/s" if rate >= 1 else "",
            )

        yield progress
