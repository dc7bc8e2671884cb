"""The server of Excel on Mac and the web, as an ASGI application."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from tierwise.errors import TierwiseError, problem
from tierwise_addin import session
from tierwise_addin import settings as kept_settings
from tierwise_addin.hosts.guard import Guard
from tierwise_addin.hosts.server.checked import Checked, is_call

PROJECT: Final = Path(__file__).with_name("project")
LICENCE: Final = (
    "xlwings-server is licensed under PolyForm Noncommercial 1.0.0 (charities, education, public research,"
    " government: key `noncommercial`) or a paid licence: https://www.xlwings.org"
)


def settings(license_key: str, netloc: str, kept: kept_settings.Settings) -> dict[str, str]:
    """Return xlwings-server's settings; flat names without a namespace keep formulas alike in all hosts.

    All paths begin with the token, those in the manifest and in its pages too.
    """
    return {
        "XLWINGS_PROJECT_DIR": str(PROJECT),
        "XLWINGS_LICENSE_KEY": license_key,
        "XLWINGS_FUNCTIONS_NAMESPACE": "",
        "XLWINGS_PROJECT_NAME": "tierwise",
        "XLWINGS_ENVIRONMENT": "prod",
        "XLWINGS_HOSTNAME": netloc,
        "XLWINGS_APP_PATH": f"/{kept.token}",
        "XLWINGS_STATIC_URL_PATH": f"/{kept.token}/static",
        "XLWINGS_MANIFEST_ID_PROD": kept.manifest,
        "XLWINGS_LOG_LEVEL": "WARNING",
        "XLWINGS_ENABLE_HTMX": "false",
        "XLWINGS_ENABLE_ALPINEJS_CSP": "false",
    }


def netloc_of(public_url: str, port: int) -> str:
    """Return the name and port under which Office finds the server; raises C034 where it could not."""
    if not public_url:
        return f"localhost:{port}"
    parts = urlsplit(public_url)
    if (
        parts.scheme != "https"
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or parts.username
    ):
        raise TierwiseError(problem("C034", url=public_url))
    return parts.netloc


def application(
    license_key: str = "", port: int = 8000, *, host: str = "127.0.0.1", public_url: str = ""
) -> Guard:
    """Return the ASGI application behind its guard; the token is that of the settings file.

    ``license_key`` is xlwings' (also taken from ``XLWINGS_LICENSE_KEY``). Raises C019 without the extra
    ``server``, C020 without a key, C034 for a public address that Office cannot use.
    """
    key = license_key or os.environ.get("XLWINGS_LICENSE_KEY", "")
    if not key:
        raise TierwiseError(problem("C020", licence=LICENCE))
    kept = kept_settings.served()
    os.environ.update(settings(key, netloc_of(public_url, port), kept))
    try:
        from xlwings_server.main import main_app
    except ModuleNotFoundError as error:
        if (error.name or "").startswith(("xlwings_server", "fastapi", "socketio")):
            raise TierwiseError(problem("C019", licence=LICENCE)) from None
        raise
    _name_callers()
    return Guard(Checked(main_app, f"/{kept.token}"), kept.token, host, public_url, prefix=True)


def _name_callers() -> None:
    """Have streamed functions know who asks, as the guard does for others; odd calls end here."""
    from xlwings_server.routers.socketio import sio

    event = "xlwings:function-call"
    called = sio.handlers["/"][event]

    async def named(sid: str, data: Any) -> None:
        if not is_call(data, streamed=True):
            return
        asked = data.get("session_id")
        session.caller.set(f"{sio.get_environ(sid).get('REMOTE_ADDR', '')} {asked or sid}"[:200])
        await called(sid, data)

    sio.on(event, named)
