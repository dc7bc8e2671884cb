"""Write the data tables of the illustrative scenarios: ``python -m tierwise_scenarios.generate``.

The ranks, names, provinces and prefectures are published (data/NAME/published.csv). The indicators are not:
they are drawn here, with fixed seeds, such that the scenario's own index gives the published ranks, by the
model of :mod:`tierwise_scenarios.generator.model`; those of earlier years by that of
:mod:`tierwise_scenarios.generator.years`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tierwise_scenarios.generator import experts, figures, frameworks, lists, model, targets, years

__all__ = ["FOLDER", "SCENARIOS", "main", "tables", "write"]

FOLDER = lists.FOLDER

Rows = list[list[object]]


@dataclass(frozen=True)
class Illustration:
    """What is drawn for one scenario."""

    seed: int
    bands: Sequence[targets.Band]  # the tiers' scores, from the top
    economy: figures.Economy | None = None  # figures that stand beside the indicators
    year: int = 2019
    earlier: years.Earlier | None = None  # years before it that are drawn too


SCENARIOS = {
    "industrial-counties-2019": Illustration(
        seed=201901,
        bands=(
            targets.Band(6, 0.664, 0.571),
            targets.Band(24, 0.474, 0.405),
            targets.Band(27, 0.394, 0.351),
            targets.Band(43, 0.341, 0.272),
        ),
        economy=figures.Economy(
            value_added=(8041.1, 12628.7, 9914.1, 13080.2),
            leaders=(1.402, 1.397, 0.973, 0.846, 0.778, 0.604),
            gdp=89363.0,
            budget_revenue=6303.0,
            retail_sales=29363.7,
            investment=56731.4,
            profits=12147.8,
            population=8980.0,
            rich=(
                "江阴市", "昆山市", "张家港市", "神木市", "准格尔旗", "伊金霍洛旗", "乌审旗", "鄂托克旗",
            ),
            # published: 30 hold a demonstration base, 43 any of the three; which ones is illustrative
            parks=(("新型工业化产业示范基地", 30), ("国家级经开区", 24), ("国家级高新区", 9)),
            with_parks=43,
        ),
        earlier=years.COUNTIES,
    ),
    "innovation-counties-2019": Illustration(
        seed=201902,
        bands=(
            targets.Band(7, 0.652, 0.561),
            targets.Band(21, 0.501, 0.418),
            targets.Band(33, 0.404, 0.337),
            targets.Band(39, 0.326, 0.244),
        ),
    ),
    "industrial-districts-2019": Illustration(
        seed=201907,
        bands=(
            targets.Band(8, 0.622, 0.536),
            targets.Band(22, 0.482, 0.417),
            targets.Band(30, 0.407, 0.353),
            targets.Band(40, 0.343, 0.273),
        ),
        economy=figures.Economy(
            value_added=(12384.6, 14871.3, 12205.8, 11496.5),
            leaders=(1.42, 1.31, 1.05, 0.98, 0.86, 0.92, 0.78, 0.68),
            gdp=108643.0,
            budget_revenue=9876.4,
            retail_sales=38127.5,
            investment=47864.2,
            profits=14236.9,
            population=9215.0,
            rich=("南山区", "黄埔区", "滨江区", "福田区", "新吴区", "黄岛区", "北仑区", "天河区"),
            # published: 22 above 10%, 84 above the nation's 6.1%, 88 above 6%
            growth=((22, 10.1, 13.6), (62, 6.2, 9.9), (4, 6.1, 6.1), (12, 1.8, 5.9)),
        ),
    ),
}  # fmt: skip


def tables(name: str) -> dict[str, Rows]:
    """Return the tables of a scenario as rows of cells: units (earlier years' too), framework, experts."""
    plan = SCENARIOS[name]
    nodes = frameworks.nodes(name)
    units = lists.published(name)
    of_panel, of_figures, of_experts, of_growth, of_parks = np.random.SeedSequence(plan.seed).spawn(5)
    judged = experts.judge(np.random.default_rng(of_experts), frameworks.opinions(name))
    weights = model.global_weights(nodes, judged.means)
    rng = np.random.default_rng(of_figures)
    sizes = [band.units for band in plan.bands]
    kept = figures.figures(rng, units, sizes, plan.economy) if plan.economy else {}
    if plan.economy and plan.economy.growth:
        kept["工业增加值增速"] = figures.growth(np.random.default_rng(of_growth), plan.economy.growth)
    if plan.economy and plan.economy.parks:
        kinds, any_of = plan.economy.parks, plan.economy.with_parks
        kept |= figures.parks(np.random.default_rng(of_parks), len(units), kinds, any_of)
    rng = np.random.default_rng(of_panel)
    scores = targets.scores(rng, [unit.rank for unit in units], plan.bands)
    drawn = model.solve(
        rng, units, nodes, given=kept, weights=weights, targets=scores, trait=frameworks.Traits()
    )

    columns = {**drawn, **{key: values for key, values in kept.items() if key not in drawn}}
    rows = _rows(units, columns, nodes)
    earlier = {} if plan.earlier is None else _earlier(name, plan.earlier, units, columns, nodes, weights)
    framework: Rows = [["code", "name", "parent", "weight", "direction", "unit"]]
    framework += [[node.code, node.code, node.parent, "", node.direction, node.measure] for node in nodes]
    panel: Rows = [*map(list, experts.rows(judged))]
    return {"units": rows, "framework": framework, "experts": panel, **earlier}


def _rows(
    units: Sequence[lists.Unit], columns: Mapping[str, model.Array], nodes: Sequence[model.Node]
) -> Rows:
    """Return the rows of a table of units, figures with the decimals that they are stored with."""
    decimals = {leaf.code: leaf.decimals for leaf in model.leaves(nodes)}
    parks = {name for plan in SCENARIOS.values() if plan.economy for name, _ in plan.economy.parks}
    decimals |= dict.fromkeys(parks, 0)
    rows: Rows = [["code", "name", "province", "prefecture", "region", *columns]]
    for at, unit in enumerate(units):
        stored = [f"{values[at]:.{decimals.get(key, 1)}f}" for key, values in columns.items()]
        rows.append([unit.name, unit.name, unit.province, unit.prefecture, unit.region, *stored])
    return rows


def _earlier(
    name: str,
    earlier: years.Earlier,
    units: Sequence[lists.Unit],
    columns: Mapping[str, model.Array],
    nodes: Sequence[model.Node],
    weights: model.Array,
) -> dict[str, Rows]:
    """Return the tables of earlier years: units_2018 and so on."""
    plan, published = SCENARIOS[name], years.published(name)
    codes = [leaf.code for leaf in model.leaves(nodes)]
    directions = np.array([leaf.direction for leaf in model.leaves(nodes)], dtype=np.float64)
    scores = model.positions(np.column_stack([columns[code] for code in codes]), directions) @ weights
    found = {}
    for year, gone in earlier.gone.items():
        rng = np.random.default_rng([plan.seed, year])
        back, there = plan.year - year, [*units, *gone]
        like = [*range(len(units)), *(min(unit.rank, len(units)) - 1 for unit in gone)]
        ranked = years.ranks(rng, there, published[year])
        kept = years.figures(rng, there, columns, like, back)
        parks = [] if plan.economy is None else [name for name, _ in plan.economy.parks]
        kept |= {name: columns[name][like] for name in parks}
        wanted = years.targets(scores.tolist(), ranked, back)
        drawn = years.solve(rng, nodes, columns, like, kept, weights, wanted)
        order = np.argsort(np.array(ranked), kind="stable").tolist()
        both = {**drawn, **{key: values for key, values in kept.items() if key not in drawn}}
        sorted_columns = {key: both[key][order] for key in columns}
        found[f"units_{year}"] = _rows([there[at] for at in order], sorted_columns, nodes)
    return found


def write(name: str, folder: Path) -> None:
    """Write the tables of a scenario as CSV files (UTF-8, lines end in LF) into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables(name).items():
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        (folder / f"{table}.csv").write_bytes(text.getvalue().encode("utf-8"))


def main() -> None:
    """Rewrite the tables of every illustrative scenario of this package."""
    for name in SCENARIOS:
        write(name, FOLDER / name)


if __name__ == "__main__":
    main()
