"""What stands before every route of ``tierwise serve``: who may ask, from where, how much, for how long.

A request carries the token of the settings file, as ``Authorization: Bearer TOKEN`` (LibreOffice) or as the
first part of its path (Excel, whose manifest holds the address). Its ``Host`` must be an address that the
server has, so that no page reaches it under a name of its own (DNS rebinding); an ``Origin`` must be that
of the server's pages. Paths are plain: no route sees ``..``, an absolute or an encoded part, whatever a
library does with them.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import ip_address
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from tierwise_addin import session

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

MEGABYTE: Final = 2**20
PLAIN: Final = re.compile(r"/(?:[A-Za-z0-9_~@+-][A-Za-z0-9._~@+-]*/)*(?:[A-Za-z0-9_~@+-][A-Za-z0-9._~@+-]*)?")
"""Paths without blanks, encoded characters, empty parts, and parts that begin with a dot."""

_SESSION: Final = re.compile(rb'"session(?:_id)?": ?"([\w-]{8,64})"')
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_OPEN: Final = frozenset({"0.0.0.0", "::", ""})  # what `--host` says, compared, not bound


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    body: int = 64 * MEGABYTE
    bodies: int = 256 * MEGABYTE  # of all requests that are being read
    body_seconds: float = 30.0
    header: int = 16 * 1024
    header_seconds: float = 10.0
    idle_seconds: float = 30.0
    connections: int = 512


@dataclass
class Guard:
    """An ASGI application before another one; ``prefix``: the other one's own paths begin with the token."""

    inner: Application
    token: str
    host: str = "127.0.0.1"
    public_url: str = ""
    prefix: bool = False
    limits: Limits = field(default_factory=Limits)
    reading: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if it may be answered."""
        if scope["type"] == "lifespan":
            await self.inner(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        status, reason = self.refused(scope["path"], scope.get("raw_path") or b"", headers)
        if status:
            await _refuse(scope, send, status, reason)
            return
        scope = {**scope, **self._path(scope["path"])}
        if scope["type"] == "websocket":
            await self.inner(scope, receive, send)
            return
        await self._within(scope, receive, send, headers)

    def refused(self, path: str, raw: bytes, headers: MutableMapping[str, str]) -> tuple[int, str]:
        """Return the status and reason of a refusal, 0 for a request that may be answered."""
        host = headers.get("host", "")
        if not self._is_own(_name(host)):
            return 421, "unknown host"
        origin = headers.get("origin")
        if origin is not None and _netloc(origin) not in {host, _netloc(self.public_url)} - {""}:
            return 403, "another origin"
        if not self._known(path, headers):
            return 401, "a token is needed: see tierwise addin settings"
        if not PLAIN.fullmatch(path) or b"%" in raw:
            return 400, "a plain path is needed"
        return 0, ""

    def _is_own(self, name: str) -> bool:
        if name in _LOOPBACK or name in {self.host, _name(_netloc(self.public_url))} - {""}:
            return True
        try:  # an address is no name that someone else's server could have given to this machine
            return self.host in _OPEN and bool(ip_address(name))
        except ValueError:
            return False

    def _known(self, path: str, headers: MutableMapping[str, str]) -> bool:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        by_header = scheme.lower() == "bearer" and _same(given, self.token)
        by_path = _same(path.split("/")[1] if "/" in path else "", self.token)
        return by_header or by_path

    def _path(self, path: str) -> dict[str, Any]:
        """Return the path as the inner application has it."""
        begins = _same(path.split("/")[1], self.token)
        if begins and not self.prefix:
            path = path[len(self.token) + 1 :] or "/"
        elif self.prefix and not begins:
            path = f"/{self.token}{path}"
        return {"path": path, "raw_path": path.encode()}

    async def _within(
        self, scope: Scope, receive: Receive, send: Send, headers: MutableMapping[str, str]
    ) -> None:
        """Read the body within the limits, then pass the request on with it."""
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            await _refuse(scope, send, 400, "no length")
            return
        body = bytearray()
        try:
            if int(length[:20]) > self.limits.body:
                raise OverflowError
            async with asyncio.timeout(self.limits.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return
                    part = message.get("body", b"")
                    self.reading += len(part)
                    body += part
                    if len(body) > self.limits.body:
                        raise OverflowError
                    if self.reading > self.limits.bodies:
                        await _refuse(scope, send, 503, "busy")
                        return
                    if not message.get("more_body"):
                        break
            session.caller.set(_caller(scope, bytes(body)))
            await self.inner(scope, replayed(bytes(body), receive), send)
        except OverflowError:
            await _refuse(scope, send, 413, f"at most {self.limits.body // MEGABYTE} MB")
        except TimeoutError:
            await _refuse(scope, send, 408, "too slow")
        finally:
            self.reading -= len(body)


def _caller(scope: Scope, body: bytes) -> str:
    """Return who asks: the session that the client names, else its address."""
    session = _SESSION.search(body, max(0, len(body) - 1000)) or _SESSION.search(body, 0, 1000)
    client = scope.get("client") or ("",)
    return f"{client[0]} {session[1].decode() if session else ''}"


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return what hands out a body that was read already, then goes on."""
    sent = False

    async def replay() -> MutableMapping[str, Any]:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _refuse(scope: Scope, send: Send, status: int, reason: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await reply(send, status, {"error": reason})


async def reply(send: Send, status: int, content: object) -> None:
    """Send JSON."""
    body = json.dumps(content).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _same(given: str, token: str) -> bool:
    """Compare in a time that tells nothing of either, their lengths not even."""
    digests = (sha256(each.encode("utf-8", "surrogatepass")).digest() for each in (given, token))
    return bool(token) and secrets.compare_digest(*digests)


def _netloc(url: str) -> str:
    """Return host and port of an address, blank where it is none."""
    try:
        return urlsplit(url).netloc
    except ValueError:  # "http://[::", say
        return ""


def _name(netloc: str) -> str:
    """Return the host without its port, in lower case."""
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""
