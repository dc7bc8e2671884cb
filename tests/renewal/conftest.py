"""The small scenario of the studies and the bundled one of the counties, as workbooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.study.conftest import sheets, write_book

import tierwise as tw
from tierwise.report.sample import write_sample

__all__ = ["sheets", "write_book"]

COUNTIES = "industrial-counties-2019"


@pytest.fixture(scope="module")
def counties() -> tw.Scenario:
    return tw.load(COUNTIES)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / f"{COUNTIES}.xlsx"
    write_sample(path)
    return path


@pytest.fixture
def raw(counties: tw.Scenario, tmp_path: Path) -> Callable[..., Path]:
    """Write next year's raw table: one unit gone, one renamed, one new, names as people write them."""

    def write(change: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame) -> Path:
        frame = counties.panel.to_frame().drop(columns=["code"]).rename(columns={"name": "县（市）"})
        frame = frame[frame["县（市）"] != "长沙县"].reset_index(drop=True)
        frame["县（市）"] = frame["县（市）"].replace({"海门市": "海门区", "如东县": "如 东县★"})
        new = frame.iloc[[50]].assign(**{"县（市）": "雄安新县", "R&D强度": 1.23})
        path = tmp_path / "raw.csv"
        change(pd.concat([frame, new])).to_csv(path, index=False, encoding="utf-8-sig")
        return path

    return write
