"""Tornados, sweep lines and ranks by scenario, read back from the workbook's own parts."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tierwise.errors import Language
from tierwise.report.workbook import write_workbook


def charts(path: Path, tables: dict[str, pd.DataFrame], language: Language = "en") -> list[str]:
    """The XML of every chart."""
    write_workbook(path, tables, "t", [], language)
    with zipfile.ZipFile(path) as book:
        names = sorted(
            (name for name in book.namelist() if name.startswith("xl/charts/chart")),
            key=lambda name: int(re.findall(r"\d+", name)[0]),
        )
        return [book.read(name).decode() for name in names]


def indices() -> pd.DataFrame:
    rows = [
        (output, place, "sobol", first, 0.1, total, 0.1)
        for output, of in (("rank_shift", (0.2, 0.6)), ("cut:1", (-0.05, 0.4)), ("cut:2", (np.nan, np.nan)))
        for place, (first, total) in (("creation", of), ("skills", (0.1, 0.3) if of[1] == of[1] else of))
    ]
    measures = ["first", "first_conf", "total", "total_conf"]
    return pd.DataFrame(rows, columns=["output", "input", "method", *measures])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_tornado_for_each_output_that_varies(tmp_path: Path, language: Language) -> None:
    found = charts(tmp_path / "book.xlsx", {"sensitivity": indices()}, language)
    assert len(found) == 2
    for chart in found:
        assert 'barDir val="bar"' in chart
        assert chart.count("<c:ser>") == 2
    heads = {"en": ("rank_shift", "total less first"), "zh": ("rank_shift", "总效应减一阶")}
    assert all(head in found[0] for head in heads[language])


def test_measures_without_orders_have_one_bar(tmp_path: Path) -> None:
    table = indices().drop(columns=["first", "first_conf", "total", "total_conf"])
    table.insert(2, "input_name", [f"weights under {code}" for code in table["input"]])
    table["delta"] = 0.1
    found = charts(tmp_path / "book.xlsx", {"sensitivity": table})
    assert [chart.count("<c:ser>") for chart in found] == [1, 1, 1]
    assert "weights under creation" in found[0]


def test_swings_sweeps_and_scenarios(tmp_path: Path) -> None:
    swing = pd.DataFrame(
        {
            "code": ["a", "a", "b", "b"],
            "change": ["-10 points", "+10 points"] * 2,
            "rank_shift_mean": [0.1, 0.2, 0.5, 0.4],
        }
    )
    lines = pd.DataFrame({"code": ["a"] * 3 + ["b"] * 3, "local": 0.5, "weight": [0.4, 0.5, 0.6] * 2})
    lines = lines.assign(Finland=np.arange(6.0), Japan=np.arange(6.0)[::-1])
    ranks = pd.DataFrame({"code": ["F", "J"], "name": ["Finland", "Japan"], "base": [1, 2], "equal": [2, 1]})
    found = charts(tmp_path / "book.xlsx", {"swing": swing, "sweep_lines": lines, "scenario_ranks": ranks})
    assert len(found) == 4
    assert all(chart.count("<c:ser>") == 2 for chart in found)
    assert "-10 points" in found[0]
    assert "scatterChart" in found[1]
    assert 'orientation val="maxMin"' in found[3]
