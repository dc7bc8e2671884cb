"""What xlwings-server is asked, looked at first: it takes requests as they come, and breaks at odd ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from tierwise_addin.catalogue import functions
from tierwise_addin.hosts import desk
from tierwise_addin.hosts.guard import Application, Receive, Scope, Send, replayed, reply

CALLS: Final = "/xlwings/custom-functions-call"
SCRIPTS: Final = "/xlwings/custom-scripts-call/"
NEEDED: Final = ("version", "client", "runtime")
OPTIONAL: Final = ("caller_address", "session_id", "task_key", "date_format", "culture_info_name")


@dataclass(frozen=True)
class Checked:
    """An ASGI application before xlwings-server: calls of functions are whole, scripts there are none.

    ``prefix``: what all its paths begin with. The guard hands on each body in one part.
    """

    inner: Application
    prefix: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if xlwings-server can answer it."""
        path = str(scope.get("path", "")).removeprefix(self.prefix)
        if scope["type"] == "http" and path.startswith(SCRIPTS):
            await reply(send, 404, {"error": "there are no scripts"})
            return
        if scope["type"] == "http" and path == CALLS and scope["method"] == "POST":
            body = (await receive()).get("body", b"")
            try:
                whole = is_call(desk.asked(body), streamed=False)
            except desk.BadRequestError:
                whole = False
            if not whole:
                await reply(send, 400, {"error": "func_name, args, version, client and runtime are needed"})
                return
            receive = replayed(body, receive)
        await self.inner(scope, receive, send)


def is_call(data: object, *, streamed: bool) -> bool:
    """Tell whether data call a function of ours as the task pane does: a slow one in a stream only."""
    if not isinstance(data, dict):
        return False
    name, given = data.get("func_name"), data.get("args")
    function = functions().get(name) if isinstance(name, str) else None
    texts = (*NEEDED, "task_key") if streamed else NEEDED
    return (
        function is not None
        and function.slow == streamed
        and isinstance(given, list)
        and len(given) <= len(function.arguments)
        and all(map(_is_range, given))
        and all(isinstance(data.get(text), str) for text in texts)
        and all(isinstance(data.get(text, ""), str | None) for text in OPTIONAL)
    )


def _is_range(given: Any) -> bool:
    """Tell whether an argument is a cell or rows of as many cells each; a cell may be an object of Excel."""
    if not isinstance(given, list):
        return True
    rows = [row if isinstance(row, list) else [row] for row in given]
    return bool(rows) and all(
        len(row) == len(rows[0]) and not any(isinstance(cell, list) for cell in row) for row in rows
    )
