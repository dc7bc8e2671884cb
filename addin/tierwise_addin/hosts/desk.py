"""The engine behind ``tierwise serve``: worksheet functions over HTTP, for hosts that cannot load it.

``POST /call`` with ``{"name": "IDX_RANK", "cells": [[[3.5], [9.0]]], "client": "calc", "session": "…"}``
answers ``{"rows": [[2.0], [1.0]]}``. A function that takes longer than a host may wait is answered with
#N/A, the reason kept for ``IDX_LASTERROR``, and its result is there when the host asks again. The same call
asked again meanwhile is not begun twice; one that nobody asks for any more gives its thread back.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from hashlib import sha256
from time import monotonic
from typing import Any, Final

from tierwise.errors import TierwiseError, problem
from tierwise.version import __version__
from tierwise_addin import answer, cell_kinds, session
from tierwise_addin.catalogue import functions
from tierwise_addin.hosts import pools
from tierwise_addin.hosts.guard import Guard, Receive, Scope, Send, reply
from tierwise_addin.hosts.serving import Serving

PATIENCE: Final = 1.0
"""Seconds until a host is told that its function is still at work."""

MOST_KEPT: Final = 64
KEPT_SECONDS: Final = 600.0
IDLE_SECONDS: Final = 5.0
"""Seconds after which a call that nobody asked for again may be ended for another that needs its thread."""
_ENCODERS: Final[dict[str, Callable[[cell_kinds.Cell], object]]] = {
    "calc": cell_kinds.to_calc_json,
    "json": cell_kinds.to_json,
}


class BadRequestError(ValueError):
    """A request that is not what its route takes."""


class BusyError(RuntimeError):
    """More is asked for than is kept."""


def asked(body: bytes) -> dict[str, Any]:
    """Return the object in a request's body; raises :class:`BadRequestError`."""

    def refuse(constant: str) -> float:
        raise BadRequestError(f"{constant} is no JSON")

    try:
        given = json.loads(body, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise BadRequestError("a JSON object is needed") from None
    if not isinstance(given, dict):
        raise BadRequestError("a JSON object is needed")
    return given


class Work(pools.Work[cell_kinds.Rows]):
    """A call at work, and when it was begun and last asked for."""

    def __init__(self, name: str, cells: list[object]) -> None:
        self.begun = self.asked = monotonic()
        self.slow = pools.is_slow(name)
        super().__init__(name, answer, name, *cells)


class Desk:
    """Runs functions beside each other and keeps the late results until they are asked for again."""

    def __init__(self, address: str, patience: float = PATIENCE) -> None:
        self.address = address
        self.patience = patience
        self._known: dict[str, Work] = {}  # only touched in the loop's thread

    async def reply(self, body: bytes) -> dict[str, object]:
        """Return the answer to one request; raises :class:`BadRequestError`, :class:`BusyError`."""
        given = asked(body)
        name, cells, client = given.get("name"), given.get("cells"), given.get("client", "json")
        if not isinstance(name, str) or not isinstance(cells, list) or client not in ("calc", "json"):
            raise BadRequestError("name, cells and client are needed")
        key = sha256(session.caller.get().encode() + b"\0" + body).hexdigest()
        work = self._work(key, name, cells)
        done, _ = await asyncio.wait({work.waited()}, timeout=self.patience)
        if done:
            self._known.pop(key, None)
            rows = work.future.result()
        else:
            session.remember(
                name, TierwiseError(problem("C017", address=self.address, seconds=self.patience))
            )
            rows = [[cell_kinds.ErrorValue.NA]]
        encode = _ENCODERS[client]
        return {"rows": [[encode(cell) for cell in row] for row in rows]}

    def _work(self, key: str, name: str, cells: list[object]) -> Work:
        """Return the call that is at work already, or begin it."""
        for old, work in [*self._known.items()]:
            if monotonic() - work.begun > KEPT_SECONDS:
                self._known.pop(old).drop()
        function = functions().get(name.strip().upper())
        if key in self._known and not (function and function.volatile):
            self._known[key].asked = monotonic()
            return self._known[key]
        if pools.is_slow(name):
            self._free_threads()
        while len(self._known) >= MOST_KEPT:  # a late result that is there already waits the longest
            oldest = next((old for old, work in self._known.items() if work.future.done()), None)
            if oldest is None:
                raise BusyError("busy")
            self._known.pop(oldest)
        self._known[key] = Work(name, cells)
        return self._known[key]

    def _free_threads(self) -> None:
        """End the calls that were asked for the longest ago, until a slow one has a thread: cells changed."""
        working = {key: work for key, work in self._known.items() if work.slow and not work.future.done()}
        idle = [key for key, work in working.items() if monotonic() - work.asked > IDLE_SECONDS]
        idle.sort(key=lambda key: working[key].asked)
        for key in idle[: max(0, len(working) - pools.SLOW_THREADS + 1)]:
            self._known.pop(key).drop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application: ``POST /call``, and the version to ``GET /``."""
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        route = (scope["method"], scope["path"])
        if route == ("POST", "/call"):
            try:
                await reply(send, 200, await self.reply((await receive())["body"]))
            except BadRequestError as error:
                await reply(send, 400, {"error": str(error)})
            except BusyError as error:
                await reply(send, 503, {"error": str(error)})
        elif route == ("GET", "/"):
            await reply(send, 200, {"tierwise": __version__})
        else:
            await reply(send, 404, {"error": "POST /call"})


def server(
    host: str = "127.0.0.1", port: int = 8765, patience: float = PATIENCE, *, token: str, public_url: str = ""
) -> Serving:
    """Return a server bound to its port (0 = any free one), not yet serving."""
    desk = Desk("", patience)
    serving = Serving(Guard(desk, token, host, public_url), port)
    desk.address = serving.address
    return serving
