"""The tables of one run as files: a change of any number is seen and reviewed.

``python -m pytest tests/test_golden.py --rewrite-golden`` writes them anew, for a person to review.
Probabilities and ranks must be the same; scores may differ in the last bit where a machine's exp or log does.
"""

from pathlib import Path

import pandas as pd
import pytest

import tierwise as tw

GOLDEN = Path(__file__).with_name("golden")
TABLES = ("ranking", "scores", "weights", "robustness", "acceptability", "cuts", "cut_distribution")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run's tables."""
    results = tw.run("technology-achievement", draws=2000)
    return results.write(tmp_path_factory.mktemp("golden") / "out") / "tables"


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_the_golden_ones(table: str, folder: Path, request: pytest.FixtureRequest) -> None:
    made = (folder / f"{table}.csv").read_bytes()
    golden = GOLDEN / f"{table}.csv"
    if request.config.getoption("--rewrite-golden"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_bytes(made)
    frames = [pd.read_csv(path, encoding="utf-8-sig") for path in (folder / golden.name, golden)]
    pd.testing.assert_frame_equal(*frames, rtol=1e-13, atol=0)
