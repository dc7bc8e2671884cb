"""targets and target_weights: weights that would give a wanted list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tierwise.tables.delphi import parent_of

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.comparison.asking import Reverse


def weights(found: Reverse) -> pd.DataFrame:
    """Return one row a node: local and global weight, those found, and the change of the global one."""
    import pandas as pd

    framework, local = found.index.framework, found.answer.local
    nodes = range(1, len(framework.codes))
    new = np.full(len(framework.codes), np.nan) if local is None else local
    whole = framework.tree.global_weights(new)
    return pd.DataFrame(
        {
            "code": framework.codes[1:],
            "parent": [parent_of(framework, node) for node in nodes],
            "level": framework.tree.level[1:],
            "local": framework.local_weights[1:],
            "local_found": new[1:],
            "global": framework.global_weights[1:],
            "global_found": whole[1:],
            "weight_change": whole[1:] - framework.global_weights[1:],
        }
    )
