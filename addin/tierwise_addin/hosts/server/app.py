"""The server of Excel on Mac and the web, as an ASGI application."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from tierwise.errors import TierwiseError, problem

PROJECT: Final = Path(__file__).with_name("project")
LICENCE: Final = (
    "xlwings-server is licensed under PolyForm Noncommercial 1.0.0 (charities, education, public research,"
    " government: key `noncommercial`) or a paid licence: https://www.xlwings.org"
)


def settings(license_key: str, port: int) -> dict[str, str]:
    """Return xlwings-server's settings; flat names without a namespace keep formulas alike in all hosts."""
    return {
        "XLWINGS_PROJECT_DIR": str(PROJECT),
        "XLWINGS_LICENSE_KEY": license_key,
        "XLWINGS_FUNCTIONS_NAMESPACE": "",
        "XLWINGS_PROJECT_NAME": "tierwise",
        "XLWINGS_ENVIRONMENT": "prod",
        "XLWINGS_HOSTNAME": f"localhost:{port}",
        "XLWINGS_LOG_LEVEL": "WARNING",
        "XLWINGS_ENABLE_HTMX": "false",
        "XLWINGS_ENABLE_ALPINEJS_CSP": "false",
    }


def application(license_key: str = "", port: int = 8000) -> Any:
    """Return the ASGI application.

    ``license_key`` is xlwings' (also taken from ``XLWINGS_LICENSE_KEY``). Raises C019 without the extra
    ``server``, C020 without a key.
    """
    key = license_key or os.environ.get("XLWINGS_LICENSE_KEY", "")
    if not key:
        raise TierwiseError(problem("C020", licence=LICENCE))
    os.environ.update(settings(key, port))
    try:
        from xlwings_server.main import main_app
    except ModuleNotFoundError as error:
        if (error.name or "").startswith(("xlwings_server", "fastapi", "socketio")):
            raise TierwiseError(problem("C019", licence=LICENCE)) from None
        raise
    return main_app


def serve(host: str, port: int, license_key: str, certificate: str = "", key: str = "") -> None:
    """Serve until Ctrl+C; Office loads add-ins over HTTPS only: with a certificate and its key."""
    app = application(license_key, port)
    import uvicorn

    secure: dict[str, Any] = {"ssl_certfile": certificate, "ssl_keyfile": key} if certificate else {}
    uvicorn.run(app, host=host, port=port, log_level="warning", **secure)
