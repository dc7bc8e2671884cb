"""Hostile HTTP requests to ``tierwise serve``, each from a seed, sent as bytes that no library tidies up.

The servers, LibreOffice's and Excel's where its extra is installed, run in processes of their own.
"""

from __future__ import annotations

import asyncio
import atexit
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from random import Random
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple

from tierwise_addin import settings

SERVE = """
import sys
from tierwise_addin import settings
from tierwise_addin.hosts.guard import Guard, Limits
from tierwise_addin.hosts.serving import Serving
if sys.argv[1] == "desk":
    from tierwise_addin.hosts.desk import Desk
    guard = Guard(Desk("here"), settings.served().token)
else:
    from tierwise_addin.hosts.server.app import application
    guard = application("noncommercial", 0)
guard.limits = Limits(header_seconds=float(sys.argv[2]), body_seconds=float(sys.argv[2]))
serving = Serving(guard, 0)
print(serving.port, flush=True)
serving.run()
"""
QUICK = 0.3  # seconds that the servers wait for a header or a body here
PATIENCE = 10.0
SECRET = "what no request may read"
ROUTES = (
    "/", "/call", "/manifest", "/taskpane.html", "/favicon.ico", "/static/js/tierwise.js", "/xlwings/alert",
    "/xlwings/custom-functions-meta.json", "/xlwings/custom-functions-code.js",
    "/xlwings/custom-functions-call", "/xlwings/custom-scripts-call/x",
    "/socket.io/", "/tierwise/scenarios", "/tierwise/runs",
    "/tierwise/runs/x", "/tierwise/runs/x/ranking", "/docs", "/openapi.json", "/x",
)  # fmt: skip
CALLS = "/xlwings/custom-functions-call"
UP = ("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "..%5c", "..%252f", "..;/", "%c0%ae%c0%ae/", "....//")
METHODS = ("GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "gEt", "PROPFIND")
HEADERS = (
    ("X", "x" * 20_000), ("X" * 300, "\x00"), ("X y", "1"), ("Cookie", "session=" + "a" * 5000),
    ("Upgrade", "websocket"), ("Connection", "close, keep-alive"), ("Expect", "100-continue"),
    ("X-Forwarded-Host", "evil.example"), ("X-Original-URL", "/static/../secret.toml"),
    ("Range", "bytes=0-99999999999999"), ("Content-Type", "multipart/form-data"),
    ("Content-Encoding", "gzip"), ("Accept", "*/*" * 1000), ("X", "a\r\n folded"),
)  # fmt: skip
LENGTHS = (
    [("Content-Length", "-1")], [("Content-Length", "1e3")], [("Content-Length", "9" * 30)],
    [("Content-Length", "1"), ("Content-Length", "2")], [("Transfer-Encoding", "chunked")],
    [("Transfer-Encoding", "chunked"), ("Content-Length", "3")], [("Content-Length", str(2**26 + 1))],
    [("Transfer-Encoding", "gzip, x")], [],
)  # fmt: skip
CALL = {"name": "IDX_RANK", "cells": [[[1], [2]]]}
EXCEL = {
    "func_name": "IDX_RANK",
    "args": [[[1], [2]]],
    "version": "1",
    "client": "Office.js",
    "runtime": "1.4",
}


class Server(NamedTuple):
    """A server in a process of its own, and what it writes when something goes wrong."""

    port: int
    token: str
    secret: Path
    log: Path


class Sent(NamedTuple):
    """A request: its bytes, whether it may be answered at all, and whether it ends."""

    content: bytes
    allowed: bool
    whole: bool


STARTING = Lock()


def servers(limit: float = QUICK) -> tuple[Server, ...]:
    """Return the servers, started once."""
    with STARTING:
        return _servers(limit)


@functools.cache
def _servers(limit: float) -> tuple[Server, ...]:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    secret = folder / "secret.toml"
    secret.write_text(f'name = "{SECRET}"\n', encoding="utf-8")
    ini = folder / "addin.ini"
    token = settings.served(ini).token
    kinds = ["desk", "excel"] if find_spec("xlwings_server") else ["desk"]
    return tuple(_started(kind, limit, folder / f"{kind}.log", ini, token, secret) for kind in kinds)


def _started(kind: str, limit: float, log: Path, ini: Path, token: str, secret: Path) -> Server:
    with log.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, kind, str(limit)],
            stdout=subprocess.PIPE,
            stderr=written,
            env={**os.environ, settings.PLACE_VARIABLE: str(ini)},
            text=True,
        )
    atexit.register(process.kill)
    assert process.stdout is not None
    told = process.stdout.readline()
    assert told.strip().isdigit(), log.read_text()
    server = Server(int(told), token, secret, log)
    end = monotonic() + 60
    while monotonic() < end:
        with suppress(OSError):
            if answer(server, _plain(server)).startswith(b"HTTP/1.1 200"):
                return server
    raise AssertionError(log.read_text())


class Draft:
    """A request that could be answered, until something odd is done to it."""

    def __init__(self, server: Server, chance: Random) -> None:
        self.server, self.chance = server, chance
        self.route = chance.choice(ROUTES)
        self.method = chance.choice(METHODS) if chance.random() < 0.3 else chance.choice(("GET", "POST"))
        self.by_path = chance.random() < 0.5
        self.prefix = f"/{server.token}" if self.by_path else ""
        self.host = f"127.0.0.1:{server.port}"
        self.fields = [] if self.by_path else [("Authorization", f"Bearer {server.token}")]
        bodiless = self.method in ("GET", "HEAD") and chance.random() < 0.9
        self.body = b"" if bodiless else _body(server, chance)
        if chance.random() < 0.3:  # what clients of ours ask
            self.method, self.route, given = "POST", *chance.choice(((ROUTES[1], CALL), (CALLS, EXCEL)))
            self.body = json.dumps(given).encode()
            self.fields.append(("Content-Type", "application/json"))
        self.length = [("Content-Length", str(len(self.body)))]
        self.allowed, self.whole = True, True

    def path(self) -> None:
        """Ask for a file, or for what is no path."""
        self.route = _path(self.server, self.route, self.chance)

    def token(self) -> None:
        """Have a wrong token or none."""
        token, self.allowed = self.server.token, False
        if self.by_path:
            self.prefix = self.chance.choice((f"/{token[:-1]}", f"/{token}x", "", "//", "/%00"))
        else:
            given = self.chance.choice((token[:-1], token.upper(), "", "\u00e9", "x" * 9000, f"{token} x"))
            kind = self.chance.choice(("Bearer", "Basic", "Digest", ""))
            self.fields[0] = ("Authorization", f"{kind} {given}")

    def name(self) -> None:
        """Ask a server of another name."""
        names = (
            "evil.example",
            "",
            f"127.0.0.1.evil.example:{self.server.port}",
            "192.168.1.7",
            "[::",
            "\u00e9",
        )
        self.host, self.allowed = self.chance.choice((*names, "a" * 500)), False

    def origin(self) -> None:
        """Ask from another page."""
        pages = ("http://evil.example", "null", "", "file://", "http://127.0.0.1:1", "http://[::")
        self.fields.append(("Origin", self.chance.choice(pages)))
        self.allowed = False

    def header(self) -> None:
        """Have a header that is long, broken or means something to some server."""
        self.fields.append(self.chance.choice(HEADERS))

    def size(self) -> None:
        """Tell a wrong length, or two, or none."""
        self.length, self.whole = [*self.chance.choice(LENGTHS)], False

    def slow(self) -> None:
        """Perhaps never come to an end."""
        self.whole = False

    def sent(self) -> Sent:
        """Return the bytes, cut or spoilt by chance."""
        chance, fields = self.chance, [("Host", self.host), *self.fields, *self.length]
        lines = [f"{self.method} {self.prefix}{self.route} HTTP/1.1", *map(": ".join, fields)]
        content = "\r\n".join(lines).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + self.body
        if chance.random() < 0.05:
            at = chance.randrange(len(content))
            content = content[:at] + chance.randbytes(chance.randint(1, 40)) + content[at + 3 :]
            self.whole = False
        elif not self.whole and chance.random() < 0.3:
            content = content[: chance.randrange(1, len(content))]
        return Sent(content, self.allowed and self.server.token.encode() in content, self.whole)


ODDITIES = (
    Draft.path, Draft.token, Draft.name, Draft.origin, Draft.header, Draft.header, Draft.size, Draft.slow,
)  # fmt: skip


def hostile(server: Server, chance: Random) -> Sent:
    """Return a request with up to three oddities."""
    draft = Draft(server, chance)
    for oddity in chance.sample(ODDITIES, chance.choice((0, 1, 1, 1, 2, 3))):
        oddity(draft)
    return draft.sent()


def _path(server: Server, route: str, chance: Random) -> str:
    up = chance.choice(UP) * chance.randint(1, 12)
    target = chance.choice(("/etc/passwd", str(server.secret))).lstrip("/")
    coded = target.replace("/", chance.choice(("/", "%2f", "%5c", "%252f")))
    return chance.choice((
        f"/static/{up}{coded}", f"{route.rstrip('/')}/{up}{coded}", f"/static//{target}",
        f"/static/%2f{coded}",
        f"/tierwise/runs/{up}{coded}", f"{route}?file={coded}", f"{route}/{'a/' * 3000}", f"{route}%00",
        f"http://evil.example/{target}", f"//{target}", f"{route}#{up}", "*", "", f"/static/file:///{target}",
        f"{route} HTTP/1.1\r\nX: ", f"/static/{chr(233)}", f"/xlwings/{up}{coded}",
    ))  # fmt: skip


def _body(server: Server, chance: Random) -> bytes:
    odd: tuple[Any, ...] = ("a", "", None, True, 10**400, -1, 1e308, {}, [], {"error": 7}, "=1+1", "\x00")
    cells = [[chance.choice(odd) for _ in range(chance.randint(0, 3))] for _ in range(chance.randint(0, 3))]
    data = [["code", "a", "b"], ["x", 1, 2], ["y", 2, 1], ["z", 3, 3]]
    key = chance.choice(("extends", "data.units", "data.workbook", "data.experts", "data.history"))
    sheets = {
        "Data": data,
        "Framework": [["code"], ["a"], ["b"]],
        "Scenario": [["key", "value"], [key, str(server.secret)]],
    }
    one = chance.choice(odd)
    made: tuple[Any, ...] = (
        CALL, {**CALL, "cells": [cells]}, {**CALL, "cells": cells}, {**CALL, "name": one},
        {**CALL, "client": one}, {**CALL, "session": one}, EXCEL,
        {**EXCEL, "args": cells}, {**EXCEL, "args": [cells]},
        {**EXCEL, chance.choice([*EXCEL]): one}, {**EXCEL, "func_name": "IDX_VERSION"},
        {**EXCEL, "func_name": "IDX_ROBUSTNESS"}, {**EXCEL, "func_name": "__doc__"},
        {"name": str(server.secret)}, {"name": "book", "sheets": sheets}, {"name": "x", "draws": one},
        {"name": "book", "sheets": {**sheets, "Data": cells}}, cells, *odd,
    )  # fmt: skip
    raw = (b"", b"{", b"NaN", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 5000, chance.randbytes(500), b"a=1&b=2")
    if chance.random() < 0.25:
        return chance.choice(raw)
    return json.dumps(chance.choice(made)).encode("utf-8", "surrogatepass")


def answer(server: Server, content: bytes) -> bytes:
    """Return what comes back, up to the end or the first silence after an answer."""
    found = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        with suppress(ConnectionError):
            connection.sendall(content)
        with suppress(ConnectionError):
            while part := connection.recv(65536):
                found += part
                found = found.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
                if _is_whole(found, bodiless=content[:5] == b"HEAD "):
                    break
    return found


def _is_whole(found: bytes, *, bodiless: bool) -> bool:
    head, end, body = found.partition(b"\r\n\r\n")
    if bodiless and end:
        return True
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(body) >= int(value)
    return found.endswith(b"0\r\n\r\n")


def _plain(server: Server) -> bytes:
    body = json.dumps(CALL)
    head = f"POST /call HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {server.token}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def judged(server: Server, sent: Sent, found: bytes, before: int) -> str:
    """Return the outcome of a request by its answer and what the server wrote meanwhile."""
    status = int(found[9:12]) if found[:9] == b"HTTP/1.1 " and found[9:12].isdigit() else 0
    if SECRET.encode() in found or b"root:" in found:
        return "read outside"
    if (status >= 500 and status not in (501, 503)) or b"Traceback" in server.log.read_bytes()[before:]:
        return "traceback"
    if 200 <= status < 400:
        return "served" if sent.allowed else "let in"
    if not status and sent.whole and sent.allowed:
        return "traceback"  # the connection was dropped without a word
    return "refused"


def request(seed: int, _: Path) -> str:
    """Send a hostile request; every hundredth time a plain one must still be answered."""
    chance = Random(seed)
    server = servers()[seed % len(servers())]
    before = server.log.stat().st_size
    sent = hostile(server, chance)
    start = monotonic()
    try:
        found = answer(server, sent.content)
    except TimeoutError:
        return "too slow"
    ended = judged(server, sent, found, before)
    if seed % 100 < 2 and b'{"rows":' not in answer(server, _plain(server)):
        return "traceback"
    return "too slow" if monotonic() - start > PATIENCE else ended


def clients(seed: int, _: Path, *, number: int = 200, seconds: float = 10.0) -> str:
    """Have many clients ask again and again; each answer comes within five seconds."""
    server = servers(10.0)[seed % len(servers(10.0))]
    found: Counter[str] = Counter()

    async def client() -> None:
        end = monotonic() + seconds
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        while monotonic() < end:
            writer.write(_plain(server))
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            length = next(
                int(line.partition(b":")[2])
                for line in head.lower().split(b"\r\n")
                if line.startswith(b"content-length")
            )
            body = await asyncio.wait_for(reader.readexactly(length), 5)
            found[
                "served"
                if body in (b'{"rows": [[2.0], [1.0]]}', b'{"rows":[[2.0],[1.0]]}')
                else body.decode()[:80]
            ] += 1
        writer.close()

    async def all_of_them() -> list[BaseException | None]:
        return await asyncio.gather(*(client() for _ in range(number)), return_exceptions=True)

    failed = [one for one in asyncio.run(all_of_them()) if one is not None]
    if any(isinstance(one, TimeoutError) for one in failed):
        return "too slow"
    return "served" if not failed and set(found) == {"served"} else "traceback"
