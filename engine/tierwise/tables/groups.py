"""distribution_* and tiers_*: the published list by group, and its tiers by group and figure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.errors import Problems
from tierwise.methods.groups import group_counts, rank_bands, tier_profile
from tierwise.methods.regions import PROVINCES, region, short_name
from tierwise.names import nearest

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.inputs import Panel
    from tierwise.study.study import Study

MOST_GROUPS = 40
LONGEST_NAME = 60


def group_columns(
    panel: Panel, listed: int, wanted: Sequence[str] | None = None
) -> dict[str, tuple[str, ...]]:
    """Return the group columns to tabulate, over all units: those wanted, else those with few enough groups.

    A column whose groups are all Chinese provinces brings ``region`` along, unless the panel has one. Raises
    :class:`TierwiseError` R109 for a column that is not there.
    """
    columns = {**panel.groups}
    for groups in panel.groups.values():
        names = {short_name(group) for group in groups if group}
        if names and names <= PROVINCES.keys() and "region" not in columns:
            columns["region"] = tuple(region(groups).tolist())
    if wanted is None:
        most = min(MOST_GROUPS, max(2, listed // 3))
        return {name: groups for name, groups in columns.items() if 1 < len({*groups}) <= most}
    problems = Problems()
    for name in wanted:
        if name not in columns:
            near = nearest(name, columns) or next(iter(columns), "-")
            problems.add("R109", "[report] groups", name=name, nearest=near)
    problems.raise_any()
    return {name: columns[name] for name in wanted}


def distributions(study: Study) -> dict[str, pd.DataFrame]:
    """Return ``distribution_GROUP``: how many listed units of each group lie in each band of ranks."""
    import pandas as pd

    listed = study.tiers.selected
    ranks = np.asarray(study.index.ranks, dtype=np.float64)[listed]
    width = study.scenario.spec.report.width or default_width(len(listed))
    columns, tables = _columns(study), {}
    files = file_names([*columns])
    for name, groups in columns.items():
        found = rank_bands(ranks, [groups[unit] for unit in listed], width)
        frame = pd.DataFrame({name: found.rows, "units": found.totals})
        bands = pd.DataFrame(found.counts, columns=[*found.columns])
        tables[f"distribution_{files[name]}"] = pd.concat([frame, bands], axis=1)
    return tables


def tiers_by_group(study: Study) -> dict[str, pd.DataFrame]:
    """Return ``tiers_GROUP``: how many units of each group are in each tier."""
    import pandas as pd

    listed = study.tiers.selected
    tiers = study.tiers.tiers[listed]
    columns, tables = _columns(study), {}
    files = file_names([*columns])
    for name, groups in columns.items():
        found = group_counts([groups[unit] for unit in listed], tiers.tolist())
        order = sorted(range(len(found.rows)), key=lambda row: -int(found.totals[row]))
        frame = pd.DataFrame({name: [found.rows[row] for row in order], "units": found.totals[order]})
        counts = pd.DataFrame(found.counts[order], columns=[f"tier_{tier}" for tier in found.columns])
        tables[f"tiers_{files[name]}"] = pd.concat([frame, counts], axis=1)
    return tables


def profile(study: Study) -> pd.DataFrame:
    """Return ``tiers_profile``: one row a figure and tier: units, mean, ratio to the next tier, total."""
    import pandas as pd

    shown = figures(study.index.panel, study.scenario.spec.report.profile)
    names = [*shown]
    found = tier_profile(study.tiers.tiers, np.column_stack([study.index.score, *shown.values()]))
    count = len(found.sizes)
    return pd.DataFrame(
        {
            "figure": np.repeat(["score", *names], count),
            "tier": np.tile(np.arange(1, count + 1), len(names) + 1),
            "units": found.n.T.ravel(),
            "mean": found.mean.T.ravel(),
            "ratio_to_next": found.ratio.T.ravel(),
            "sum": found.total.T.ravel(),
        }
    )


def figures(panel: Panel, wanted: Sequence[str] | None = None) -> dict[str, FloatArray]:
    """Return the indicators and extra columns whose means are shown: those wanted, else all.

    Raises :class:`TierwiseError` R110 for a figure that the data do not hold.
    """
    known = {code: panel.values[:, at] for at, code in enumerate(panel.indicators)} | dict(panel.extras)
    problems = Problems()
    for code in wanted or ():
        if code not in known:
            near = nearest(code, known) or next(iter(known))
            problems.add("R110", "[report] profile", code=code, nearest=near)
    problems.raise_any()
    return known if wanted is None else {code: known[code] for code in wanted}


def default_width(listed: int) -> int:
    """Return the width of bands that makes some ten of them: 10 up to 200 units."""
    return 10 if listed <= 200 else int(np.ceil(listed / 100)) * 10


def _columns(study: Study) -> Mapping[str, tuple[str, ...]]:
    wanted = study.scenario.spec.report.groups
    return group_columns(study.index.panel, len(study.tiers.selected), wanted)


def file_names(columns: Sequence[str]) -> dict[str, str]:
    """Return what stands for each column in the names of its tables, which are names of files.

    No two are alike, nor alike but for the case of letters.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for column in columns:
        plain = re.sub(r"[\\/:*?\"'<>|\[\]\s]+", "_", column)[:LONGEST_NAME]
        numbered = itertools.chain([plain], (f"{plain}_{number}" for number in itertools.count(2)))
        found[column] = next(name for name in numbered if name.casefold() not in taken)
        taken.add(found[column].casefold())
    return found
