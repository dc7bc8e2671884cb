"""What is judged of the nodes of the tests' index: an order within each group, and bounds."""

from __future__ import annotations

import numpy as np

from tierwise.methods.limits import Bounds

ABOVE = np.zeros((10, 10), dtype=np.bool_)
for one, other in ((1, 2), (1, 3), (2, 3), (4, 5), (7, 8)):
    ABOVE[one, other] = True
LOW, HIGH = np.full((2, 10), np.nan)
LOW[[1, 4, 7]] = 0.35, 0.45, 0.2
HIGH[[1, 2, 4, 8]] = 0.6, 0.45, 0.7, 0.35
QUANTILES = np.full((3, 10), np.nan)
QUANTILES[:, [1, 2, 3]] = [[0.35, 0.2, 0.05], [0.5, 0.33, 0.16], [0.65, 0.48, 0.3]]
QUANTILES[:, [4, 5]] = [[0.5, 0.2], [0.65, 0.35], [0.8, 0.5]]
QUANTILES[:, [6, 7, 8]] = [[0.3, 0.2, np.nan], [0.45, 0.3, 0.25], [0.6, 0.42, np.nan]]
BOUNDS = Bounds(ABOVE, LOW, HIGH)
