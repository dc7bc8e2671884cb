"""Lists under other weights, in cells: compared with what scores, ranks and tiers say on their own."""

import numpy as np
import pytest
from scipy import stats

from tierwise.errors import TierwiseError
from tierwise_addin import call
from tierwise_addin.examples import TABLES

VALUES = np.random.default_rng(5).normal(size=(12, 4))
WEIGHTS = np.array([0.4, 0.3, 0.2, 0.1])
OTHERS = np.array([[1.0, 1, 1, 1], [4, 3, 2, 1], [1, 0, 0, 0], [3, 3, 1, 3]])


def scores(weights):
    return np.array(call("IDX_SCORE", VALUES, [list(weights)])).ravel()


def ranks(weights):
    return np.array(call("IDX_RANK", scores(weights))).ravel()


def columns(name, *cells):
    header, *rows = call(name, *cells)
    return {key: np.array([row[at] for row in rows], float) for at, key in enumerate(header)}


def test_scenarios_are_compared_with_the_base():
    found = columns("IDX_SCENARIOS", VALUES, [WEIGHTS.tolist()], OTHERS, 3, 5)
    base = ranks(WEIGHTS)
    for row, other in enumerate(OTHERS):
        own = ranks(other)
        shift = np.where((own <= 5) | (base <= 5), np.abs(own - base), np.nan)  # of the list and its edge
        assert found["rank_shift_mean"][row] == pytest.approx(np.nanmean(shift))
        assert found["rank_shift_max"][row] == np.nanmax(shift)
        assert shift[int(found["unit"][row]) - 1] == np.nanmax(shift)
        assert found["spearman"][row] == pytest.approx(stats.spearmanr(own, base).statistic)
        assert found["kendall"][row] == pytest.approx(stats.kendalltau(own, base).statistic)
        assert found["entries"][row] == found["exits"][row] == ((own <= 5) & (base > 5)).sum()
    assert found["rank_shift_max"][1] == 0


def test_swings_are_what_the_changed_weights_give():
    found = columns("IDX_SWINGS", VALUES, WEIGHTS, 0.15, 3)
    base = ranks(WEIGHTS)
    for row, (indicator, to) in enumerate(zip(found["indicator"], found["changed_to"], strict=True)):
        at = int(indicator) - 1
        weights = WEIGHTS * (1 - to) / (1 - WEIGHTS[at])
        weights[at] = to
        shift = np.abs(ranks(weights) - base)
        assert found["rank_shift_mean"][row] == pytest.approx(shift.mean())
        assert found["units_changing_rank"][row] == (shift > 0).sum()
        swap = found["first_swap_at"][row]
        assert np.isnan(swap) == (not shift.any())


def test_the_first_swap_is_a_tie_of_the_two_units():
    found = columns("IDX_SWINGS", VALUES, WEIGHTS, 0.15, 3)
    swaps = np.flatnonzero(~np.isnan(found["first_swap_at"]))
    assert swaps.size
    for row in swaps:
        at, to = int(found["indicator"][row]) - 1, found["first_swap_at"][row]
        weights = WEIGHTS * (1 - to) / (1 - WEIGHTS[at])
        weights[at] = to
        own = scores(weights)
        gains, loses = own[int(found["gaining"][row]) - 1], own[int(found["losing"][row]) - 1]
        assert gains == pytest.approx(loses, abs=1e-12)


def test_closest_weights_give_what_was_wanted_with_the_least_change():
    order = np.argsort(ranks(WEIGHTS))
    wanted = [None] * len(VALUES)
    wanted[order[2]] = 1.0
    found = columns("IDX_CLOSEST_WEIGHTS", VALUES, WEIGHTS, wanted)
    assert ranks(found["closest"])[order[2]] == 1
    assert found["closest"].sum() == pytest.approx(1)
    np.testing.assert_allclose(found["closest"] - WEIGHTS, found["change"], atol=1e-15)
    moved = np.abs(found["change"]).sum()
    for drawn in np.random.default_rng(1).dirichlet(np.ones(4), 300):
        if np.abs(drawn - WEIGHTS).sum() < moved - 1e-6:
            assert ranks(drawn)[order[2]] > 1
    tiers = np.array(call("IDX_TIERS", scores(WEIGHTS), 3)).ravel()
    wanted = [None] * len(VALUES)
    wanted[int(np.flatnonzero(tiers == 2)[0])] = 1
    found = columns("IDX_CLOSEST_WEIGHTS", VALUES, WEIGHTS, None, wanted, None, 3)
    assert np.abs(found["change"]).sum() > 0


def test_allowed_weights_lie_within_the_spread_or_between_the_experts():
    wanted = [[None], [1.0]]
    cells = TABLES["complete"], TABLES["complete_weights"], wanted
    free, held = (columns("IDX_CLOSEST_WEIGHTS", *cells, None, spread) for spread in (None, 0.5))
    np.testing.assert_allclose(np.abs(held["change"]).sum(), np.abs(free["change"]).sum())
    with pytest.raises(TierwiseError, match=r"V310: no allowed weights give it: .*the unit of row 2"):
        call("IDX_CLOSEST_WEIGHTS", *cells, None, 0.1)
    experts = [[3, 2, 1], [2, 4, 1], [3, 3, 1]]
    between = columns("IDX_CLOSEST_WEIGHTS", *cells, None, experts)["closest"]
    assert 3 / 7 > between[0] > 2 / 7
    assert call("IDX_RANK", call("IDX_SCORE", TABLES["complete"], between))[1] == [1]


GOOD = (VALUES, WEIGHTS)


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (("IDX_SCENARIOS", *GOOD, [[1, 1]]), "C007 scenarios has 2 columns, weights has 4"),
        (("IDX_SCENARIOS", *GOOD, [[1, 1, 1, 1], [1, None, 1, 1]]), "W111 scenarios: row 2, column 2"),
        (("IDX_SCENARIOS", *GOOD, [[1, -1, 1, 1], [0, 0, 0, 0]]), "W112 scenarios: row 1, column 2"),
        (("IDX_SCENARIOS", *GOOD, [[1, 1, 1, 1]] * 90_000), "C027 scenarios has 90000 rows"),
        (("IDX_SCENARIOS", *GOOD, OTHERS, 20), "T101 count"),
        (("IDX_SWINGS", *GOOD, 1.5), "C011 change is 1.5; give a number from 0.001 to 1"),
        (("IDX_SWINGS", VALUES[:, :1], [1]), "U111 weights"),
        (("IDX_SWINGS", *GOOD, None, None, None, "none", "kemeny"), "V210 aggregation"),
        (("IDX_CLOSEST_WEIGHTS", *GOOD), "V305 ranks"),
        (
            ("IDX_CLOSEST_WEIGHTS", *GOOD, [1.5, None, 99]),
            r"(?s)V303 ranks: row 1.*1\.5.*V303 ranks: row 3.*99",
        ),
        (("IDX_CLOSEST_WEIGHTS", *GOOD, None, [[None], [5]]), "V304 tiers: row 2.*5 is not a tier"),
        (("IDX_CLOSEST_WEIGHTS", *GOOD, [2] * 13), "C007 ranks has 13 cells, values has 12"),
        (("IDX_CLOSEST_WEIGHTS", *GOOD, [2], None, -1), "C011 experts_or_spread is -1"),
        (("IDX_CLOSEST_WEIGHTS", *GOOD, [2], None, 2), "experts_or_spread"),
        (
            ("IDX_CLOSEST_WEIGHTS", [*VALUES.tolist()[:3], [1, 2, None, 3]], WEIGHTS, [2]),
            "M040 values: row 4, column 3: the value is missing",
        ),
        (
            (
                "IDX_CLOSEST_WEIGHTS",
                *([[None] * 4, *VALUES.tolist()[:3], [1, 2, None, 3]], WEIGHTS, [None, 2]),
                *(None, None, None, None, None, None, "reweight"),
            ),
            "X001 values: row 5, column 3",
        ),
        (
            (
                "IDX_CLOSEST_WEIGHTS",
                *([[None] * 4, *VALUES.tolist()[:3]], WEIGHTS, [1]),
                *(None, None, None, None, None, None, "reweight"),
            ),
            "C036 ranks asks for 1, and the unit has no figures",
        ),
        (("IDX_CLOSEST_WEIGHTS", *GOOD, [1], None, None, None, None, "topsis"), "X005 aggregation"),
        (("IDX_CLOSEST_WEIGHTS", *[np.tile(VALUES, (30, 1)), WEIGHTS], [1]), "C028 ranks: 1 wanted ranks"),
    ],
)
def test_bad_input_is_named(cells, line):
    with pytest.raises(TierwiseError) as caught:
        call(*cells)
    assert caught.match(line)
