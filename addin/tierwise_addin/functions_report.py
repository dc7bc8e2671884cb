"""Family report: the published tables, and the add-in about itself."""

from __future__ import annotations

from typing import Final

from tierwise import __version__
from tierwise_addin import session
from tierwise_addin.arguments import Help
from tierwise_addin.catalogue import Function


def version() -> str:
    """Return the version of tierwise."""
    return __version__


FUNCTIONS: Final = (
    Function("IDX_VERSION", Help("Version of tierwise", "tierwise的版本"), (), version),
    Function(
        "IDX_LASTERROR",
        Help("Why the last function that failed did so", "最近一次出错的原因"),
        (),
        session.last_error,
        volatile=True,
    ),
)
