"""tiers_quality, tiers_stability and tiers_dendrogram: how many tiers, how firm, and how they merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tierwise.errors import TierwiseError
from tierwise.methods.tier_count import tier_criteria
from tierwise.methods.tier_methods import METHODS
from tierwise.methods.tier_stability import bootstrap
from tierwise.methods.tiers import hierarchy
from tierwise.methods.verdicts import verdict

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

MOST_UNITS = 3000  # distances between all pairs are held at once


def quality(study: Study) -> pd.DataFrame | None:
    """Return one row a number of tiers: its criteria, and which choose it; None if none can be tried."""
    import pandas as pd

    settings, listed = study.scenario.spec.tiers, study.tiers.selected
    if METHODS[settings.method].frozen or len(listed) > MOST_UNITS:
        return None
    found = study.tiers.criteria
    if found is None:
        try:
            found = tier_criteria(
                study.index.score[listed],
                settings.most,
                settings.method,
                indicators=study.index.plan.values[listed] if settings.on == "indicators" else None,
                contiguous=settings.contiguous,
            )
        except TierwiseError:  # too few different scores to choose among numbers of tiers
            return None
    chosen_by = [
        ", ".join(name for name, count in found.choices.items() if count == number) for number in found.counts
    ]
    frame = pd.DataFrame(
        {
            "tiers": found.counts,
            **found.columns,
            "chosen_by": chosen_by,
            "chosen": (found.counts == found.chosen).astype(np.int64),
        }
    )
    # A split of two units, or one that leaves no spread, has no bounded criterion.
    return frame.replace([np.inf, -np.inf], np.nan).dropna(axis=1, how="all")


def stability(study: Study) -> pd.DataFrame | None:
    """Return one row a tier: whether it comes back when units are drawn again; None for fixed tiers."""
    import pandas as pd

    settings, listed = study.scenario.spec.tiers, study.tiers.selected
    if not METHODS[settings.method].seeks_groups or study.tiers.count < 2 or len(listed) > MOST_UNITS:
        return None
    found = bootstrap(
        study.index.score[listed],
        study.tiers.count,
        settings.method,
        indicators=study.index.plan.values[listed] if settings.on == "indicators" else None,
        contiguous=settings.contiguous,
        seed=study.scenario.spec.uncertainty.seed,
    )
    language = study.scenario.language
    return pd.DataFrame(
        {
            "tier": np.arange(1, study.tiers.count + 1),
            "units": study.tiers.sizes,
            "jaccard": found.jaccard,
            "recovered": found.recovered,
            "dissolved": found.dissolved,
            "adjusted_rand": float(found.adjusted_rand.mean()),
            "verdict": [verdict("jaccard", float(value), language) for value in found.jaccard],
        }
    )


def dendrogram(study: Study) -> pd.DataFrame | None:
    """Return one row a merge: the places in the list that the two clusters reach over, and its height.

    Heights are SciPy's; ``dispersion`` is the total sum of squares within clusters after the merge. None for
    methods without a tree, and for types.
    """
    import pandas as pd

    settings, listed = study.scenario.spec.tiers, study.tiers.selected
    free = settings.on == "indicators" and not settings.contiguous
    if not METHODS[settings.method].linkage or free or not 2 <= len(listed) <= MOST_UNITS:
        return None
    _, merges = hierarchy(
        study.index.score[listed],
        settings.method,
        indicators=study.index.plan.values[listed] if settings.on == "indicators" else None,
    )
    units = len(listed)
    first = np.concatenate([np.arange(units), np.zeros(units - 1, dtype=np.int64)])
    last = first.copy()
    rows = []
    for merge, (left, right, height, size) in enumerate(merges.linkage):
        one, two, made = int(left), int(right), units + merge
        first[made], last[made] = first[one], last[two]
        rows.append(
            {
                "clusters_left": units - merge - 1,
                "upper_first": first[one] + 1,
                "upper_last": last[one] + 1,
                "lower_first": first[two] + 1,
                "lower_last": last[two] + 1,
                "units": int(size),
                "height": height,
                "dispersion": merges.dispersion[merge],
            }
        )
    return pd.DataFrame(rows)
