"""SALib kept from printing, warning, and drawing from or changing the global state."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

import numpy as np


@contextmanager
def quiet(seed: int) -> Iterator[None]:
    """Run SALib's code with its global random numbers from ``seed`` (0 is a seed), silently.

    Parts of SALib draw from NumPy's global state, take a seed of 0 for none, print, and set the way in which
    all warnings are shown; all of that is put back.
    """
    state, shown = np.random.get_state(), warnings.formatwarning
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        np.random.seed(np.random.SeedSequence(seed).generate_state(4))
        try:
            with np.errstate(all="ignore"):
                yield
        finally:
            np.random.set_state(state)
            warnings.formatwarning = shown
