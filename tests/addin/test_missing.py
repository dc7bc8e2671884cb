"""A blank cell is treated as the command treats it, whatever is chosen, in every function that scores."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import tierwise as tw
from tierwise.errors import TierwiseError
from tierwise.inputs import Framework, Panel
from tierwise.methods.impute import METHODS
from tierwise.spec import IndexSpec, Spec, UncertaintySpec
from tierwise_addin import call
from tierwise_addin.catalogue import functions

CODES = ("a", "b", "c", "d")
FLAT = Framework.from_frame(
    __import__("pandas").DataFrame(
        {"code": CODES, "weight": [4.0, 3.0, 2.0, 1.0], "direction": [1, 1, -1, 1]}
    )
)
WEIGHTS, DIRECTIONS = [[4.0, 3.0, 2.0, 1.0]], [[1, 1, -1, 1]]
VALUES = np.random.default_rng(11).uniform(1, 9, (14, 4))
BLANKS = VALUES.copy()
BLANKS[[1, 5, 9], [0, 2, 3]] = np.nan
LOST = BLANKS.copy()
LOST[3] = np.nan
WITHOUT_GROUPS = [name for name, method in METHODS.items() if "groups" not in method.settings]
TREATED = [name for name in WITHOUT_GROUPS if not METHODS[name].refuses]
NONE = (None, None, DIRECTIONS)


def cells(values):
    return [[None if np.isnan(cell) else cell for cell in row] for row in values.tolist()]


def panel(values):
    codes = tuple(str(row) for row in range(len(values)))
    return Panel(codes, codes, CODES, values)


def of_the_command(values, missing):
    """Return scores over the rows that were given, blank for a unit that is left out."""
    found = tw.index(panel(values), FLAT, Spec(index=IndexSpec(missing=missing)))
    scores = np.full((len(values), 5), np.nan)
    scores[[int(code) for code in found.panel.codes]] = found.scores
    return scores


def numbers(rows):
    return np.array(rows, dtype=float)


def test_the_choices_and_the_default_are_those_of_a_scenario():
    for name in (
        "IDX_SCORE",
        "IDX_INDEX",
        "IDX_ROBUSTNESS",
        "IDX_EXACT_RANKS",
        "IDX_SWINGS",
        "IDX_PCA_WEIGHTS",
    ):
        (argument,) = (one for one in functions()[name].arguments if one.name == "missing")
        assert argument.choices == tuple(METHODS)
        assert argument.default == IndexSpec().missing


@pytest.mark.parametrize("values", [BLANKS, LOST], ids=["blanks", "a unit without figures"])
@pytest.mark.parametrize("missing", TREATED)
def test_scores_are_those_of_the_command(missing, values):
    expected = of_the_command(values, missing)
    score = numbers(call("IDX_SCORE", cells(values), WEIGHTS, *NONE, missing)).ravel()
    assert_allclose(score, expected[:, 0], rtol=1e-14)
    framework = [
        ["code", "weight", "direction"],
        *zip(CODES, WEIGHTS[0], DIRECTIONS[0], strict=True),
    ]
    index = numbers(call("IDX_INDEX", cells(values), [CODES], framework, None, None, missing)[1:])
    assert_array_equal(index, expected)
    parts = numbers(call("IDX_CONTRIBUTIONS", cells(values), WEIGHTS, *NONE, missing))
    assert_allclose(parts.sum(axis=1), expected[:, 0], rtol=1e-12)


@pytest.mark.parametrize("missing", TREATED)
def test_draws_are_those_of_the_command(missing):
    spec = Spec(
        index=IndexSpec(missing=missing),
        uncertainty=UncertaintySpec(weights="box", spread=0.3, draws=400, seed=7),
    )
    index = tw.index(panel(LOST), FLAT, spec)
    found = tw.robustness(index, tw.tiers(index, spec), spec)
    given = cells(LOST)
    asked = (given, WEIGHTS, 0.3, 400, 7, None, None, *NONE, missing)
    header, *rows = call("IDX_ROBUSTNESS", *asked)
    told = dict(zip(header, numbers(rows).T, strict=True))
    kept = [int(code) for code in found.index.panel.codes]
    assert np.isnan(told["rank_mean"][3])
    assert_array_equal(told["rank_mean"][kept], found.tally.rank_mean())
    assert_array_equal(told["p_tier_1"][kept], found.tally.tier_probabilities[:, 1])
    wins = numbers(call("IDX_PAIRWISE", *asked))
    assert np.isnan(wins[3]).all()
    assert np.isnan(wins[:, 3]).all()
    assert_allclose(np.nansum(wins, axis=0)[kept] + 1, told["rank_mean"][kept])
    cuts = call("IDX_TIER_BOUNDARIES", *asked)
    above = int(dict(zip(*cuts[:2], strict=True))["unit_above"])
    assert told["rank"][above - 1] == dict(zip(*cuts[:2], strict=True))["rank"]


def test_exact_ranks_leave_out_units_without_figures():
    exact = numbers(call("IDX_EXACT_RANKS", cells(LOST), WEIGHTS, 0.3, None, DIRECTIONS, "median"))
    others = numbers(
        call("IDX_EXACT_RANKS", cells(np.delete(LOST, 3, axis=0)), WEIGHTS, 0.3, None, DIRECTIONS, "median")
    )
    assert np.isnan(exact[3]).all()
    assert_array_equal(np.delete(exact, 3, axis=0), others)
    drawn = numbers(
        call("IDX_ROBUSTNESS", cells(LOST), WEIGHTS, 0.3, 400, 1, None, None, *NONE, "median")[1:]
    )
    assert (drawn[[0, 13], 6] >= exact[[0, 13], 0]).all()


@pytest.mark.parametrize("function", [one for one in functions().values() if one.takes("missing")], ids=str)
def test_a_blank_is_refused_unless_told_what_to_do(function):
    given = {"values": cells(BLANKS), "codes": [CODES], "weights": WEIGHTS, "experts_or_spread": 0.2}
    given |= {"framework": [["code"], *([code] for code in CODES)], "spread": 0.2, "scenarios": WEIGHTS}
    given |= {"wanted": [1], "unit": 1, "previous_values": cells(np.nan_to_num(BLANKS, nan=3.0))}
    given["years"] = [2019] * len(BLANKS)
    asked = [given.get(one.name) for one in function.arguments]
    if function.name == "IDX_CLOSEST_WEIGHTS":
        asked[[one.name for one in function.arguments].index("ranks")] = [1]
    with pytest.raises(TierwiseError) as caught:
        call(function.name, *asked)
    told = [(one.code, one.where()) for one in caught.value.problems]
    assert told == [
        ("M040", "values: row 2, column 1"),
        ("M040", "values: row 6, column 3"),
        ("M040", "values: row 10, column 4"),
    ]


def test_imputations_by_group_tell_where_they_are_to_be_had():
    with pytest.raises(
        TierwiseError, match=r"C035 missing is group-mean, .* IDX_IMPUTE\(values, \"group-mean\""
    ):
        call("IDX_SCORE", cells(BLANKS), WEIGHTS, *NONE, "group-mean")


def test_a_thousand_blanks_are_not_told_one_by_one():
    with pytest.raises(TierwiseError) as caught:
        call("IDX_SCORE", [[1.0, None], [2.0, 3.0]] * 600)
    assert len(caught.value.problems) == 21
    assert "C004 values: 580 more cells" in str(caught.value)
