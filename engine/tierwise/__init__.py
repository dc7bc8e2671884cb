"""tierwise: composite indices, ranks and tiers, and how far the experts' weights can move them.

The public names stand once, in ``__init__.pyi``. Each is imported when it is first used, so that
``import tierwise`` costs nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
