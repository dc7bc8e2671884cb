"""An ASGI application behind uvicorn: its socket, its limits, in this thread or in one of its own."""

from __future__ import annotations

import asyncio
import socket
from threading import Thread
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tierwise.errors import TierwiseError, problem
from tierwise_addin.hosts.guard import Guard, Limits


class Serving:
    """A server bound to its port (0 = any free one), not yet serving.

    Raises :class:`TierwiseError` C048 for an address that cannot be had, C049 for a certificate that cannot
    be used.
    """

    def __init__(self, guard: Guard, port: int, certificate: str = "", key: str = "") -> None:
        host = f"[{guard.host}]" if ":" in guard.host else guard.host
        self._socket = _bound(guard, host, port)
        self.port: int = self._socket.getsockname()[1]
        secure: dict[str, Any] = {"ssl_certfile": certificate, "ssl_keyfile": key} if certificate else {}
        self.address = f"{'https' if certificate else 'http'}://{host}:{self.port}"
        self.token = guard.token
        config = uvicorn.Config(
            guard,
            http=protocol(guard.limits),
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=guard.limits.connections,
            backlog=guard.limits.connections,
            timeout_keep_alive=int(guard.limits.idle_seconds),
            timeout_graceful_shutdown=2,
            h11_max_incomplete_event_size=guard.limits.header,
            ws_max_size=guard.limits.body,
            **secure,
        )
        try:
            config.load()
        except OSError as error:
            self._socket.close()
            reason = error.strerror or str(error)
            raise TierwiseError(problem("C049", certificate=certificate, key=key, reason=reason)) from None
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self.run, daemon=True)

    def run(self) -> None:
        """Serve until the end: Ctrl+C, or :meth:`stop`."""
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """End a server that runs in a thread of its own."""
        self._server.should_exit = True
        self._thread.join(10)

    def __enter__(self) -> Serving:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _bound(guard: Guard, host: str, port: int) -> socket.socket:
    """Return a socket at an address; raise C048 for one that is taken or not of this machine."""
    family = socket.AF_INET6 if ":" in guard.host else socket.AF_INET
    try:
        return socket.create_server((guard.host, port), family=family, backlog=guard.limits.connections)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (while")[0]
        raise TierwiseError(problem("C048", address=f"{host}:{port}", reason=reason)) from None


class Timed(H11Protocol):
    """uvicorn's protocol that closes a connection whose request does not come, and refuses one once."""

    limits = Limits()
    waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Wait for a request's header."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Wait on, or for no header any more."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._watch()
        else:
            self._rest()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing."""
        self._rest()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse a body that breaks off its own rules; what the application still answers is dropped."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:  # an answer was begun
            self.transport.close()

    def _watch(self) -> None:
        if self.waiting is None:
            self.waiting = self.loop.call_later(self.limits.header_seconds, self._late)

    def _rest(self) -> None:
        if self.waiting is not None:
            self.waiting.cancel()
            self.waiting = None

    def _late(self) -> None:
        self.waiting = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.close()


def protocol(limits: Limits) -> type[Timed]:
    """Return uvicorn's protocol with these limits."""
    return type("Limited", (Timed,), {"limits": limits})
