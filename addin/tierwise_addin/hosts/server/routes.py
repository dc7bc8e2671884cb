"""What the task pane asks for: scenarios, runs, their tables; and the call that LibreOffice makes."""

from __future__ import annotations

import os
from typing import Any

from fastapi import APIRouter, HTTPException, Request

from tierwise.errors import TierwiseError
from tierwise.study.documents import bundled
from tierwise.study.scenario import load
from tierwise_addin import settings
from tierwise_addin.hosts import desk as desks
from tierwise_addin.hosts.runs import Run, Runs

runs = Runs()
desk = desks.Desk("tierwise serve")


def scenarios() -> list[dict[str, str]]:
    """Return name and title of each bundled scenario."""
    return [{"name": name, "title": load(name).title} for name in bundled()]


async def start(request: Request) -> dict[str, object]:
    """Start a scenario: ``{"name", "sheets", "draws"}``, sheets being those of the open workbook."""
    asked = await _asked(request)
    name, sheets, draws = asked.get("name"), asked.get("sheets"), asked.get("draws")
    whole = draws is None or (isinstance(draws, int) and not isinstance(draws, bool) and draws > 0)
    if not isinstance(name, str) or not _are_sheets(sheets) or not whole:
        raise HTTPException(400, "name, sheets as rows of cells, and a whole number of draws are taken")
    try:
        return runs.start(name[:200], sheets, draws).status()
    except TierwiseError as error:
        raise HTTPException(503, error.text(settings.load().language)) from None


def _are_sheets(given: Any) -> bool:
    if given is None:
        return True
    cells = (str, int, float, bool, type(None))
    return isinstance(given, dict) and all(
        isinstance(rows, list)
        and all(isinstance(row, list) and all(isinstance(cell, cells) for cell in row) for row in rows)
        for rows in given.values()
    )


def state(key: str) -> dict[str, object]:
    """Return how far a run is; a finished one names its tables."""
    run = _run(key)
    tables = [] if run.results is None else list(run.results.tables)
    return {**run.status(), "tables": tables}


def cancel(key: str) -> dict[str, object]:
    """End a run."""
    run = _run(key)
    run.cancelled.set()
    return run.status()


def table(key: str, table: str) -> dict[str, object]:
    """Return a table of a finished run as rows of cells, headings first, and its title."""
    run = _run(key)
    if run.results is None or table not in run.results.tables:
        raise HTTPException(404, "no such table")
    return {"title": run.results.scenario.title, "rows": run.table(table)}


async def call(request: Request) -> dict[str, object]:
    """Answer a worksheet function of LibreOffice."""
    try:
        return await desk.reply(await request.body())
    except desks.BadRequestError as error:
        raise HTTPException(400, str(error)) from None
    except desks.BusyError as error:
        raise HTTPException(503, str(error)) from None


async def _asked(request: Request) -> dict[str, Any]:
    try:
        return desks.asked(await request.body())
    except desks.BadRequestError as error:
        raise HTTPException(400, str(error)) from None


def _run(key: str) -> Run:
    runs.expire()
    if key not in runs.known:
        raise HTTPException(404, "no such run")
    return runs.known[key]


router = APIRouter(prefix=os.environ.get("XLWINGS_APP_PATH", ""))
for method, path, endpoint in (
    ("GET", "/tierwise/scenarios", scenarios),
    ("POST", "/tierwise/runs", start),
    ("GET", "/tierwise/runs/{key}", state),
    ("DELETE", "/tierwise/runs/{key}", cancel),
    ("GET", "/tierwise/runs/{key}/{table}", table),
    ("POST", "/call", call),
):
    router.add_api_route(path, endpoint, methods=[method])
