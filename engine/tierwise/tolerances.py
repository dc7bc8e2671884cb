"""What counts as equal, as zero or as reached, up to rounding: every tolerance, each with its reason.

A float has 16 significant digits, and a chain of formulas loses a few units in the last of them: about 1e-15
for a sum of some ten terms. The tolerances here lie above such errors and below what anybody prints.
Elsewhere stand only the precision of a solver or a search, beside its call, and numbers that keep a quotient
or a logarithm finite: tests/test_tolerances.py names them.
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
# Of the last decimal to which scores are rounded: never further from a half than this does a score count as
# standing on the half, however wide the steps of its grid are.
HALF_SEEN: Final = 1e-3
# Relative: what a chain of formulas leaves of zero, or of a constant.
ROUNDING: Final = 1e-13
# Relative to the terms of a sum: what is left where they cancel is rounding alone, and nothing to divide by.
CANCELLED: Final = 1e-12
# Of shares that add up to 1 (weights, parts of a panel), of experts' scores, and of what is compared with
# them.
SHARE: Final = 1e-12
# The same as decimals, to which computed shares are rounded.
SHARE_DECIMALS: Final = 12
# Of a number that is whole, or has few decimals, in exact arithmetic: a share of a count, a sum of ranks.
WHOLE: Final = 1e-9
# Of numbers as people give them, and their totals: above the rounding of thousands of terms, below any
# decimal that is typed.
TYPED: Final = 1e-9
# Ratio: clusters that merge at heights no further apart merge at the same height. Recurrences of linkages
# reach equal heights by different sums of many squares.
HEIGHTS: Final = 1.0 + 1e-9
# Of a weight: changes of a list along a line that lie closer are one. The quotients of differences that give
# their places lose four digits against a score.
EVENT: Final = 1e-11
# Of the largest value: what linear and integer programs leave open; ranks that they prove tie within it.
SOLVED: Final = 1e-9
# Of the largest singular value, or of an entry of a unit vector: what decompositions leave of zero.
SPECTRAL: Final = 1e-9
# Of a matrix of correlations: the smallest eigenvalue, and of a variance the part, below which nothing but
# rounding is left.
SINGULAR: Final = 1e-10
# Of sensitivity indices: the same variance summed over thousands of runs in two ways.
INDICES: Final = 1e-9
# Of scores: a third of a step gains a third of what the step gains, where scores rise along a straight line.
STRAIGHT: Final = 1e-9
# Of the largest number that a user's own function returns: what it may differ by when it is called again with
# the units in another order, where it sums or searches.
REPEATED: Final = 1e-6
