"""Our Sobol' sequences are SciPy's, number for number, and are told without its module of statistics."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import qmc

from tierwise.sensitivities import sequences
from tierwise.sensitivities.sequences import sobol


@settings(max_examples=25)
@given(st.integers(1, 80), st.integers(0, 9), st.integers(0, 2**40))
def test_the_points_are_scipys(dimensions: int, power: int, seed: int) -> None:
    own = sobol(dimensions, 2**power, seed)
    assert own is not None
    expected = qmc.Sobol(dimensions, scramble=True, seed=seed).random(2**power)
    np.testing.assert_array_equal(own, expected)


def test_the_last_dimension_there_is_and_one_more() -> None:
    own = sobol(qmc.Sobol.MAXDIM, 4, 1)
    assert own is not None
    np.testing.assert_array_equal(own, qmc.Sobol(qmc.Sobol.MAXDIM, scramble=True, seed=1).random(4))
    assert sobol(qmc.Sobol.MAXDIM + 1, 4, 1) is None


def test_where_the_numbers_are_kept_elsewhere_scipy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = sobol(6, 8, 5)
    monkeypatch.setattr(sequences, "NUMBERS", "nowhere.npz")
    np.testing.assert_array_equal(sobol(6, 8, 5), expected)
    assert sobol(qmc.Sobol.MAXDIM + 1, 4, 1) is None


def test_a_run_with_sensitivities_loads_no_statistics_of_scipy(tmp_path: Path) -> None:
    script = (
        "import sys, tierwise as tw; tw.run('technology-achievement', draws=64, fresh=True)"
        f".write({str(tmp_path / 'out')!r}); sys.exit('scipy.stats' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
