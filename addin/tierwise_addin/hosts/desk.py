"""The engine behind ``tierwise serve``: worksheet functions over HTTP, for hosts that cannot load it.

``POST /call`` with ``{"name": "IDX_RANK", "cells": [[[3.5], [9.0]]], "client": "calc"}`` answers
``{"rows": [[2.0], [1.0]]}``. A function that takes longer than a host may wait is answered with a text that
says so, and its result is there when the host asks again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any, Final

from tierwise.errors import problem
from tierwise.version import __version__
from tierwise_addin import answer, codec, settings

PATIENCE: Final = 1.0
"""Seconds until a host is told that its function is still at work."""

_KEPT: Final = 32
_ENCODERS: Final[dict[str, Callable[[codec.Cell], object]]] = {
    "calc": codec.to_calc_json,
    "json": codec.to_json,
}


class Desk:
    """Runs functions beside each other and keeps the late results until they are asked for again."""

    def __init__(self, address: str, patience: float = PATIENCE) -> None:
        self.address = address
        self.patience = patience
        self._pool = ThreadPoolExecutor(thread_name_prefix="tierwise")
        self._late: dict[str, Future[codec.Rows]] = {}
        self._lock = Lock()

    def reply(self, body: bytes) -> dict[str, object]:
        """Return the answer to one request."""
        asked = json.loads(body)
        encode = _ENCODERS[asked.get("client", "json")]
        key = sha256(body).hexdigest()
        with self._lock:
            work = self._late.pop(key, None)
        if work is None:
            work = self._pool.submit(answer, asked["name"], *asked["cells"])
        try:
            rows = work.result(self.patience)
        except TimeoutError:
            with self._lock:
                self._late[key] = work
                while len(self._late) > _KEPT:
                    self._late.pop(next(iter(self._late)))
            told = problem("C017", address=self.address, seconds=self.patience)
            rows = [[f"tierwise: {told.line(settings.load().language)}"]]
        return {"rows": [[encode(cell) for cell in row] for row in rows]}


def server(host: str = "127.0.0.1", port: int = 8765, patience: float = PATIENCE) -> ThreadingHTTPServer:
    """Return a server bound to its port (0 = any free one), not yet serving."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path != "/call":
                self._send(404, {"error": "POST /call"})
                return
            try:
                self._send(200, desk.reply(body))
            except (ValueError, KeyError, TypeError) as error:
                self._send(400, {"error": f"{type(error).__name__}: {error}"})

        def do_GET(self) -> None:
            self._send(200, {"tierwise": __version__})

        def _send(self, status: int, reply: dict[str, Any]) -> None:
            data = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Keep the terminal quiet."""

    serving = ThreadingHTTPServer((host, port), Handler)
    serving.daemon_threads = True
    desk = Desk(f"http://{host}:{serving.server_address[1]}", patience)
    return serving
