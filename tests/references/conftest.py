"""Published figures, read from the folders beside the tests; the first line of each file names its source."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

Read = Callable[[str], pd.DataFrame]


@pytest.fixture(scope="session")
def published() -> Read:
    """Return a table of this folder as a frame."""

    def read(name: str) -> pd.DataFrame:
        return pd.read_csv(Path(__file__).parent / name, comment="#")

    return read
