"""Worked examples of decision analysis: AHP, CRITIC, entropy, TOPSIS, Kendall's W."""

import numpy as np
import pytest

from tierwise.draws.models import weight_model
from tierwise.methods.aggregate import aggregate
from tierwise.methods.ahp import ahp, consistency
from tierwise.methods.concordance import kendall_w
from tierwise.methods.normalise import normalise
from tierwise.methods.weights import critic, entropy


def test_saatys_drinks() -> None:
    """T. L. Saaty, Decision making with the analytic hierarchy process, Int. J. Services Sciences 1 (2008).

    Which drink is consumed more in the USA: coffee, wine, tea, beer, sodas, milk, water.
    """
    upper = [
        [1, 9, 5, 2, 1, 1, 1 / 2],
        [1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
        [1, 1 / 3, 1 / 4, 1 / 3, 1 / 9],
        [1, 1 / 2, 1, 1 / 3],
        [1, 2, 1 / 2],
        [1, 1 / 3],
        [1],
    ]
    matrix = np.ones((7, 7))
    for row, entries in enumerate(upper):
        matrix[row, row:] = entries
        matrix[row:, row] = 1 / np.array(entries)
    assert ahp(matrix).round(3).tolist() == [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]
    assert round(consistency(matrix).ratio, 3) == 0.022


def test_critic_of_eight_pharmaceutical_firms() -> None:
    """D. Diakoulaki, G. Mavrotas, L. Papayannakis, Computers & Operations Research 22 (1995), 763-770.

    Profitability, market share, productivity; more digits of the weights as scikit-criteria prints them.
    """
    firms = [
        [61, 1.08, 4.33], [20.7, 0.26, 4.34], [16.3, 1.98, 2.53], [9.0, 3.29, 1.65],
        [5.4, 2.77, 2.33], [4.0, 4.12, 1.21], [-6.1, 3.52, 2.10], [-34.6, 3.31, 0.98],
    ]  # fmt: skip
    assert critic(firms) == pytest.approx([0.20222554, 0.48090173, 0.31687273], abs=5e-9)


def test_entropy_weights_of_two_by_two() -> None:
    """The tests of scikit-criteria's EntropyWeighter."""
    assert entropy([[1, 2], [4, 16]]) == pytest.approx([0.358889, 0.641111], abs=5e-7)


@pytest.mark.parametrize(
    ("table", "weights", "scale", "closeness"),
    [
        # G. H. Tzeng, J. J. Huang, Multiple Attribute Decision Making, CRC Press 2011
        (
            [[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]],
            [0.3, 0.4, 0.3],
            "vector",
            [0.5037, 0.6581, 0.7482, 0.3340],
        ),
        # the tests of scikit-criteria's TOPSIS
        ([[1, 0, 3], [0, 5, 6]], [1, 1, 1], "none", [0.14639248, 0.85360752]),
    ],
)
def test_topsis(table: list[list[float]], weights: list[float], scale: str, closeness: list[float]) -> None:
    found = aggregate(normalise(table, scale), weights, "topsis")
    assert found == pytest.approx(closeness, abs=5e-5)


def test_kendalls_w_of_the_anxiety_ratings() -> None:
    """The example data of R's irr and DescTools: 20 subjects; Wt = 0.54, chi² = 30.8, p = 0.0429."""
    ratings = [
        [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
        [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
        [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
    ]
    found = kendall_w(ratings)
    assert (found.experts, found.siblings, found.df) == (3, 20, 19)
    assert found.w == pytest.approx(0.54, abs=5e-3)
    assert found.chi2 == pytest.approx(30.8, abs=0.05)
    assert found.p_chi2 == pytest.approx(0.0429, abs=5e-5)


@pytest.mark.parametrize("difference", [[0.5, -0.2, -0.1], [0.9, 0.1, -0.4], [-0.6, 0.35, 0.05, -0.1]])
def test_uniform_weights_prefer_as_often_as_the_closed_form_says(difference: list[float]) -> None:
    """SMAA without any preference (Lahdelma, Hokkanen & Salminen 1998), uniform weights on the simplex.

    P(w·d > 0) = Σ over d_i > 0 of d_i^(n-1) / Π_(j≠i) (d_i - d_j), by the divided difference of a spline.
    """
    from tierwise.kernels.tree import Tree

    d = np.array(difference)
    gaps = d[:, None] - d[None, :] + np.eye(len(d))
    exact = float((d ** (len(d) - 1) / gaps.prod(axis=1))[d > 0].sum())
    tree = Tree.flat(len(d))
    model = weight_model("simplex", tree, tree.normalised(np.ones(tree.nodes)))
    local = model.draw(np.random.default_rng(5), 40_000)
    share = float((local[:, tree.leaves] @ d > 0).mean())
    assert share == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 40_000))
