"""distribution_* and tiers_*: the published list by group."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.errors import Problems
from tierwise.methods.groups import group_counts, members, rank_bands
from tierwise.methods.regions import PROVINCES, region, short_name
from tierwise.names import nearest
from tierwise.study.matches import matches_of
from tierwise.tables.columns import GROUP
from tierwise.tables.table import TableByGroup, none
from tierwise.words.columns import Column, numbered
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.inputs import Panel
    from tierwise.study.study import Study

MOST_GROUPS = 40
LONGEST_NAME = 60
OWN_REGIONS: Final = frozenset({"region", "regions", "区域", "地区", "大区", "板块", "经济区", "片区"})


def group_columns(
    panel: Panel, listed: int, wanted: Sequence[str] | None = None
) -> dict[str, tuple[str, ...]]:
    """Return the group columns to tabulate, over all units: those wanted, else those with few enough groups.

    A column whose groups are all Chinese provinces brings ``region`` along, unless the panel has a column
    that divides the units in the same way, or one of that name; unasked, unless the panel puts provinces
    together in a column of its own, too. Raises :class:`TierwiseError` R109 for a
    column that is not there.
    """
    columns = text_columns(panel)
    if wanted is None:
        most = min(MOST_GROUPS, max(2, listed // 3))
        return {
            name: groups
            for name, groups in columns.items()
            if 1 < len(_kinds_of(groups)) <= most
            and (name in panel.groups or not _puts_provinces_together(panel))
        }
    problems = Problems()
    for name in wanted:
        if name not in columns:
            near = nearest(name, columns)
            problems.add("R109", "[report] groups", name=name, nearest=near, choices=[*columns])
    problems.raise_any()
    return {name: columns[name] for name in wanted}


def _kinds_of(groups: Sequence[str]) -> set[str]:
    """Return the groups of a column, a blank among them where a unit has none."""
    return {name for own in members(groups) for name in own or ("",)}


def text_columns(panel: Panel) -> dict[str, tuple[str, ...]]:
    """Return the group columns of a panel, and ``region`` where provinces tell it (:func:`group_columns`)."""
    columns = {**panel.groups}
    for groups in panel.groups.values():
        if _are_provinces(groups) and "region" not in columns:
            regions = tuple(region(groups).tolist())
            if not any(_same_division(regions, own) for own in panel.groups.values()):
                columns["region"] = regions
    return columns


def known_groups(study: Study) -> dict[str, dict[str, str]]:
    """Return the group of every unit that any data or list tells of: by column and present code.

    The data of this year come first, then those of other years, latest first, then the history.
    """
    scenario = study.scenario
    others = [scenario.others[year].panel for year in sorted(scenario.others, reverse=True)]
    labels: dict[str, dict[str, str]] = {}
    for panel in (scenario.panel, *others):
        for name, groups in text_columns(panel).items():
            for code, group in zip(panel.codes, groups, strict=True):
                labels.setdefault(name, {}).setdefault(code, group)
    history = scenario.history
    if history is None:
        return labels
    codes = matches_of(scenario).codes
    for name in filter(labels.__contains__, history.groups):
        for code, group in zip(codes, history.groups[name], strict=True):
            if group:
                labels[name].setdefault(code, group)
    return labels


def _puts_provinces_together(panel: Panel) -> bool:
    """Tell whether a column of the panel is a division of China of the user's own: by name, or as one.

    As one: fewer groups than provinces, and each province in one of them, though it has several units.
    """
    if any(name.casefold() in OWN_REGIONS for name in panel.groups):
        return True
    provinces = next(own for own in panel.groups.values() if _are_provinces(own))
    several = len(provinces) >= 2 * len({*provinces})
    return several and any(
        1 < len({*own}) < len({*provinces}) == len({*zip(provinces, own, strict=True)})
        for own in panel.groups.values()
    )


def _are_provinces(groups: Sequence[str]) -> bool:
    names = {short_name(group) for group in {*groups} if group}
    return bool(names) and names <= PROVINCES.keys()


def tabulated(panel: Panel, listed: int, wanted: Sequence[str] | None = None) -> frozenset[str]:
    """Return the panel's own group columns that are tabulated: those wanted, as in :func:`group_columns`."""
    return frozenset(group_columns(panel, listed, wanted)) & frozenset(panel.groups)


def starred(panel: Panel, listed: int, wanted: Sequence[str] | None = None) -> dict[str, tuple[str, ...]]:
    """Return the groups whose first units have a ★, by the names of these columns.

    These are the first group column, and the panel's others that are tabulated.
    """
    first, *_ = [*panel.groups, ""]
    own = tabulated(panel, listed, wanted)
    return {
        "first_in_group" if name == first else f"first_in_{name}" + "_" * (name == "group"): groups
        for name, groups in panel.groups.items()
        if name == first or name in own
    }


def _same_division(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two columns put the same units together, whatever they call the groups."""
    pairs = len({*zip(one, other, strict=True)})
    return pairs == len({*one}) == len({*other})


def distributions(study: Study) -> dict[str, pd.DataFrame]:
    """Return for each group column how many listed units of each group lie in each band of ranks."""
    import pandas as pd

    listed = study.tiers.selected
    ranks = np.asarray(study.index.ranks, dtype=np.float64)[listed]
    width = study.scenario.spec.report.width or default_width(len(listed))
    columns, tables = _columns(study), {}
    files = file_names([*columns])
    for name, groups in columns.items():
        counted = rank_bands(ranks, [groups[unit] for unit in listed], width)
        frame = pd.DataFrame({name: counted.rows, "units": counted.totals})
        bands = pd.DataFrame(counted.counts, columns=[*counted.columns])
        tables[files[name]] = pd.concat([frame, bands], axis=1)
    return tables


def tiers_by_group(study: Study) -> dict[str, pd.DataFrame]:
    """Return for each group column how many units of each group are in each tier."""
    import pandas as pd

    listed = study.tiers.selected
    tiers = study.tiers.tiers[listed]
    columns, tables = _columns(study), {}
    files = file_names([*columns])
    for name, groups in columns.items():
        counted = group_counts([groups[unit] for unit in listed], tiers.tolist())
        order = sorted(range(len(counted.rows)), key=lambda row: -int(counted.totals[row]))
        frame = pd.DataFrame({name: [counted.rows[row] for row in order], "units": counted.totals[order]})
        counts = pd.DataFrame(counted.counts[order], columns=[f"tier_{tier}" for tier in counted.columns])
        tables[files[name]] = pd.concat([frame, counts], axis=1)
    return tables


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
    files: dict[str, str] = {}
    taken: set[str] = set()
    for column in columns:
        plain = re.sub(r"[\\/:*?\"'<>|\[\]\s]+", "_", column)[:LONGEST_NAME]
        numbered = itertools.chain([plain], (f"{plain}_{number}" for number in itertools.count(2)))
        files[column] = next(name for name in numbered if name.casefold() not in taken)
        taken.add(files[column].casefold())
    return files


UNITS: Final = Column("units", Text("Units", "单位数"), Text("listed units of the group", "该组入榜单位个数"))

DISTRIBUTION: Final = TableByGroup(
    name="distribution_{}",
    title=Text("{} by rank", "{}位次分布"),
    note=Text("Listed units by {} and rank band", "各{}在名次区段的分布"),
    row=Text("a group", "一个组"),
    section="groups",
    place=11,
    columns=(
        GROUP,
        UNITS,
        Column(
            "bands",
            meaning=Text(
                "a column for each band of ranks: listed units in it", "每个名次区段一列：其中的入榜单位个数"
            ),
            names="band",
        ),
    ),
    make=none,
    make_each=distributions,
)

TIERS_BY_GROUP: Final = TableByGroup(
    name="tiers_{}",
    title=Text("{} by tier", "{}梯队分布"),
    note=Text("Listed units by {} and tier", "各{}在梯队中的分布"),
    row=Text("a group", "一个组"),
    section="groups",
    place=10,
    columns=(
        GROUP,
        UNITS,
        numbered(
            "tier_{}",
            Text("Tier {0}", "第{0:zh}梯队"),
            Text("units of the group in the tier", "该组在该梯队的单位个数"),
        ),
    ),
    make=none,
    make_each=tiers_by_group,
)


TABLES: Final = (DISTRIBUTION, TIERS_BY_GROUP)
