"""Small random workbooks, run and written: every one is served whole or refused with coded problems."""

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from tierwise.errors import TierwiseError
from tierwise.inputs.sheet import Sheet
from tierwise.stages import Results, run
from tierwise.study.scenario import load_sheets
from tierwise.words.result_sheets import is_result_sheet

Cells = dict[str, list[list[Any]]]

CHOICES: dict[str, list[Any]] = {
    "uncertainty.draws": [1, 7, 60],
    "uncertainty.weights": ["box", "noise", "simplex"],
    "uncertainty.tiers": ["refit", "fixed-cuts", "fixed-sizes"],
    "index.normalisation": [
        "min-max",
        "z-score",
        "rank",
        "percentile",
        "distance-to-best",
        "efficacy",
        "indicator",
    ],
    "index.aggregation": ["arithmetic", "geometric", "harmonic", "power", "median", "topsis", "copeland"],
    "index.missing": ["error", "reweight", "mean", "median", "knn", "group-mean"],
    "index.outliers": ["none", "none", "winsorise"],
    "index.weights": ["auto", "auto", "equal", "entropy", "critic", "cv", "pca"],
    "index.ties": ["min", "max", "average", "dense", "ordinal"],
    "index.normalise.to": ["[0, 1]", "[1, 100]"],
    "tiers.count": [1, 2, 2, 3, "auto"],
    "tiers.method": ["ward", "average", "complete", "single", "fisher", "kmeans", "quantile"],
    "tiers.on": ["score", "score", "indicators"],
    "tiers.contiguous": [True, True, False],
    "language": ["en", "zh"],
}


def workbook(rng: random.Random) -> Cells:
    """Return a workbook of few units, many ties and some blanks, with settings drawn at random."""
    units, leaves = rng.choice([2, 3, 5, 8, 12]), [f"x{at}" for at in range(rng.choice([1, 2, 3, 5]))]
    framework: list[list[Any]] = [["code", "parent", "weight", "direction"]]
    if len(leaves) > 1 and rng.random() < 0.5:
        framework += [["a", "", rng.choice([0, 1, 2]), 1], ["b", "", 1, 1]]
        framework += [
            [
                leaf,
                "ab"[at] if at < 2 else rng.choice("ab"),
                1 if at < 2 else rng.choice([0, 1, 3]),
                rng.choice([1, -1]),
            ]
            for at, leaf in enumerate(leaves)
        ]
    else:
        framework += [[leaf, "", 1, rng.choice([1, -1])] for leaf in leaves]
    kind = rng.choice(["smooth", "few", "skewed"])

    def value() -> float | None:
        if rng.random() < 0.08:
            return None
        return {"smooth": rng.gauss(5, 2), "few": rng.randint(0, 3), "skewed": rng.lognormvariate(0, 2)}[kind]

    data = [["code", "name", "province", *leaves]]
    data += [
        [f"u{at}", f"N{at}", rng.choice(["江苏", "浙江", None]), *(value() for _ in leaves)]
        for at in range(units)
    ]
    settings = [[key, rng.choice(values)] for key, values in CHOICES.items()]
    settings += [["select.top", rng.randint(1, units)]] if rng.random() < 0.3 else []
    settings += [["index.round", rng.choice([0, 1, 2])]] if rng.random() < 0.3 else []
    settings += [["scenarios", '[{name = "even", weights = "equal"}]']] if rng.random() < 0.3 else []
    cells = {"Data": data, "Framework": framework, "Scenario": [["key", "value"], *settings]}
    if rng.random() < 0.3:
        cells["History"] = [["year", "code", "rank"]]
        cells["History"] += [
            [2018, f"u{at}", rng.choice([at + 1, None])] for at in range(units) if rng.random() < 0.7
        ]
    return cells


def served(cells: Cells) -> Results | None:
    try:
        return run(
            load_sheets("any", {name: Sheet.from_cells(name, rows) for name, rows in cells.items()}),
            threads=1,
        )
    except TierwiseError as error:
        assert all(problem.line("en") and problem.line("zh") for problem in error.problems)
        return None


@pytest.mark.parametrize("block", range(6))
def test_any_small_workbook(block: int, tmp_path: Path) -> None:
    done = 0
    for number in range(12):
        results = served(workbook(random.Random(1000 * block + number)))
        if results is None:
            continue
        done += 1
        ranking = results.tables["ranking"]
        assert np.isfinite(ranking["score"].astype(float)).all()
        assert ranking["rank"].between(1, len(ranking)).all()
        if done == 1:
            out = results.write(tmp_path / "out")
            assert len(pd.read_csv(out / "tables" / "ranking.csv")) == len(ranking)
    assert done


def test_a_list_that_no_draw_can_cut(tmp_path: Path) -> None:
    """One draw under medians of few different values: its scores tie too much for the nominal tiers."""
    rows = [
        "21212",
        "22211",
        "22221",
        "11122",
        "11121",
        "2221.",
        "12111",
        "21212",
        "21222",
        "12.12",
        "12122",
        "11121",
    ]
    data = [
        [f"u{at}", *(None if digit == "." else int(digit) for digit in row)] for at, row in enumerate(rows)
    ]
    codes = [f"x{at}" for at in range(5)]
    cells: Cells = {
        "Data": [["code", *codes], *data],
        "Framework": [["code", "direction"], *([code, -1 if code in {"x1", "x4"} else 1] for code in codes)],
        "Scenario": [
            ["key", "value"],
            ["uncertainty.draws", 1],
            ["uncertainty.weights", "simplex"],
            ["uncertainty.tiers", "fixed-sizes"],
            ["index.normalisation", "vector"],
            ["index.aggregation", "median"],
            ["index.missing", "knn"],
            ["index.ties", "dense"],
            ["tiers.count", "auto"],
            ["tiers.method", "average"],
            ["select.top", 5],
        ],
    }
    results = served(cells)
    assert results is not None
    assert (results.write(tmp_path / "out") / "report.html").exists()


def test_average_ranks_and_blank_groups_in_the_changes(tmp_path: Path) -> None:
    cells: Cells = {
        "Data": [
            ["code", "province", "x", "y"],
            ["a", None, 1, 3],
            ["b", "浙江", 3, 1],
            ["c", "浙江", 3, 3],
        ],
        "Framework": [["code"], ["x"], ["y"]],
        "History": [["year", "code", "rank"], [2018, "a", 1]],
        "Scenario": [
            ["key", "value"], ["index.ties", "average"], ["tiers.count", 1], ["uncertainty.draws", 5],
        ],
    }  # fmt: skip
    results = served(cells)
    assert results is not None
    changes = results.tables["changes"].set_index("code")
    assert changes.loc["a", "previous_rank"] == 1
    assert changes["rank"].to_dict() == {"a": 2.5, "b": 2.5, "c": 1}


def test_groups_by_any_name_have_files_and_sheets_of_their_own(tmp_path: Path) -> None:
    names = ["administrative_division_of_province", "administrative_division_of_prefecture"]
    names += ["省/市", "a b", "a_b", "A_B", "'quoted'", "it's", "x:[y]", "history", "省份" * 40]
    units = range(6)
    cells: Cells = {
        "Data": [
            ["code", *names, "output"],
            *([f"u{n}", *("pq"[n % 2] * len(names)), 2.0**n] for n in units),
        ],
        "Framework": [["code", "parent", "weight"], ["output", None, 1]],
        "History": [["year", "code", "rank"], *([2018, f"u{n}", n + 1] for n in units)],
        "Scenario": [
            ["key", "value"],
            ["language", "en"],
            ["uncertainty.draws", 8],
            ["tiers.count", 2],
            ["report.groups", json.dumps(names)],
        ],
    }
    results = served(cells)
    assert results is not None
    results.write(tmp_path / "out")
    tables = [pd.read_csv(path) for path in (tmp_path / "out" / "tables").glob("*.csv")]
    assert all(sum(name in table for table in tables) >= 3 for name in names)
    sheets = CalamineWorkbook.from_path(tmp_path / "out" / "results.xlsx").sheet_names
    for title in ("by rank", "by tier", "list by list"):
        found = [name for name in sheets if name.endswith(title)]
        assert len(found) == len(names)
        assert all(is_result_sheet(name) for name in found)
