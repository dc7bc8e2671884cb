"""Bands of ranks are sums of the ranks in them, whatever the windows of the histogram."""

from itertools import pairwise

import numpy as np
import pytest
from tests.draws.runs import ALL, source

from tierwise.draws.simulate import simulate
from tierwise.tables.acceptability import BANDS, band_edges


@pytest.mark.parametrize("ties", ["min", "average"])
def test_bands_sum_the_ranks_in_them(ties: str) -> None:
    tally = simulate(source(), draws=2000, **{**ALL, "ties": ties})
    each = tally.rank_acceptability()
    units = np.arange(len(each))[::-1]
    edges = [0, 1, 2, 7, each.shape[1]]
    sums = [each[units, low:high].sum(axis=1) for low, high in pairwise(edges)]
    assert tally.band_acceptability(edges, units) == pytest.approx(np.column_stack(sums))
    single = tally.band_acceptability(range(each.shape[1] + 1), units)
    assert (single == each[units]).all()


@pytest.mark.parametrize(
    ("units", "top", "steps"), [(10_000, 100, 1), (1500, 1500, 1), (1200, 7, 2), (1001, 0, 1)]
)
def test_bands_cover_all_ranks_once(units: int, top: int, steps: int) -> None:
    edges = band_edges(units, top, steps)
    assert edges == sorted({*edges})
    assert (edges[0], edges[-1]) == (0, steps * (units - 1) + 1)
    assert edges[: steps * top] == [*range(steps * top)]
    assert len(edges) <= steps * top + BANDS + 3
