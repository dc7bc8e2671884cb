"""Progress bars on a terminal, silence elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Final

from tierwise.study.study import Progress
from tierwise.words.language import Language, Text

PATIENCE = 1.0  # seconds before a bar appears
STAGES: Final[Mapping[str, Text]] = {
    "draws": Text("Weight draws", "权重抽样"),
    "sensitivity": Text("Sensitivity", "敏感性分析"),
    "tables": Text("Tables", "结果表"),
    "writing": Text("Writing the results", "写出结果"),
}


@contextmanager
def bars(language: Language = "en") -> Iterator[Progress | None]:
    """Yield a progress callback that draws bars on a terminal, or None when there is none to draw on.

    Each bar names its stage, how much of it is done, and the time that it will still take.
    """
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
                tasks[stage] = shown.add_task(
                    STAGES[stage].of(language) if stage in STAGES else stage, total=total, rate=""
                )
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
