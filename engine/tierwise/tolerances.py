"""What counts as equal, as zero or as reached, up to rounding: every tolerance that two modules share.

A float has 16 significant digits, and a chain of formulas loses a few units in the last of them: about 1e-15
for a sum of some ten terms. The tolerances here lie above such errors and below what anybody prints. The
precision of a solver stands beside its call.
"""

from __future__ import annotations

from typing import Final

# Scores are compared on a grid: 2^40 steps to the power of two above the largest magnitude in a list, 12
# significant digits. See kernels/grid.py.
GRID_BITS: Final = 40
# A limit given for scores is let down by so many steps of their grid: draws have grids of their own, and a
# score that is meant to reach the limit may stand a step below it on one.
SLACK_STEPS: Final = 4.0
# The same 12 digits where there is no list at hand, but a difference of two scores and the largest value from
# which they were made: the widest step of a grid, as a share of that value.
SAME: Final = 2.0 ** (1 - GRID_BITS)
# Relative: what a chain of formulas leaves of zero, or of a constant.
ROUNDING: Final = 1e-13
# Of shares that add up to 1 (weights, parts of a panel), and of what is compared with such a share.
SHARE: Final = 1e-12
# Of the largest value: what linear and integer programs leave open; ranks that they prove tie within it.
SOLVED: Final = 1e-9
