"""What the task pane asks for: scenarios, runs, their tables; and the call that LibreOffice makes."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, HTTPException, Request

from tierwise_addin.hosts.desk import Desk
from tierwise_addin.hosts.runs import Run, Runs

runs = Runs()
desk = Desk("tierwise serve")


def scenarios() -> list[dict[str, str]]:
    """Return name and title of each bundled scenario."""
    from tierwise.study.scenario import bundled, load

    return [{"name": name, "title": load(name).title} for name in bundled()]


def start(asked: dict[str, Any]) -> dict[str, object]:
    """Start a scenario: ``{"name", "sheets", "draws"}``, sheets being those of the open workbook."""
    return runs.start(asked["name"], asked.get("sheets"), asked.get("draws")).told()


def state(key: str) -> dict[str, object]:
    """Return how far a run is; a finished one names its tables."""
    run = _run(key)
    tables = [] if run.results is None else list(run.results.tables)
    return {**run.told(), "tables": tables}


def cancel(key: str) -> dict[str, object]:
    """End a run."""
    run = _run(key)
    run.cancelled.set()
    return run.told()


def table(key: str, table: str) -> dict[str, object]:
    """Return a table of a finished run as rows of cells, headings first, and its title."""
    run = _run(key)
    if run.results is None or table not in run.results.tables:
        raise HTTPException(404, f"no table {table!r}")
    return {"title": run.results.scenario.title, "rows": run.table(table)}


async def call(request: Request) -> dict[str, object]:
    """Answer a worksheet function of LibreOffice."""
    return await asyncio.to_thread(desk.reply, await request.body())


def _run(key: str) -> Run:
    if key not in runs.known:
        raise HTTPException(404, "no such run")
    return runs.known[key]


router = APIRouter()
for method, path, endpoint in (
    ("GET", "/tierwise/scenarios", scenarios),
    ("POST", "/tierwise/runs", start),
    ("GET", "/tierwise/runs/{key}", state),
    ("DELETE", "/tierwise/runs/{key}", cancel),
    ("GET", "/tierwise/runs/{key}/{table}", table),
    ("POST", "/call", call),
):
    router.add_api_route(path, endpoint, methods=[method])
