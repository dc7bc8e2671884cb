"""tierwise: composite indices, ranks and tiers, and how far the experts' weights can move them.

The public names stand once, in ``__init__.pyi``. Each is imported when it is first used, so that
``import tierwise`` costs nothing.
"""

import lazy_loader

from tierwise.words.result_sheets import OWNERS

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def _is_result_sheet(name: str) -> bool:
    """Tell whether a sheet of this name is one of the tables; they are imported when this is asked."""
    from tierwise.tables.registry import is_sheet_of_run  # importing tierwise costs nothing

    return is_sheet_of_run(name)


OWNERS.append(_is_result_sheet)
