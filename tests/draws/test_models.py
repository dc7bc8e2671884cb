"""Weight models: what every one keeps, what each one describes, what each one needs."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.draws.models import MODELS, weight_model
from tierwise.draws.models_spread import Noise, Spread
from tierwise.errors import TierwiseError
from tierwise.kernels.tree import Tree
from tierwise.methods.registry import named, own_methods
from tierwise.spec import Spec

# an index over three dimensions with 2, 3 and 1 indicators
TREE = Tree(np.array([-1, 0, 0, 0, 1, 1, 2, 2, 2, 3]), np.arange(4, 10))
NOMINAL = np.array([1.0, 0.5, 0.3, 0.2, 0.6, 0.4, 0.5, 0.25, 0.25, 1.0])
WITH_PANEL = [name for name in MODELS if MODELS[name].model.least]


def panel(experts: int = 12, seed: int = 3) -> np.ndarray:
    """Scores from 1 to 10 around the nominal weights."""
    rng = np.random.default_rng(seed)
    return np.clip(np.round(rng.normal(3 + 8 * NOMINAL, 1.5, (experts, TREE.nodes))), 1, 10)


def model(name: str, **settings: Any) -> Any:
    settings.setdefault("scores", panel())
    settings.setdefault("camps", ["a", "b"] * 6)
    return weight_model(name, TREE, NOMINAL, **settings)


def codes(name: str, **settings: Any) -> list[str]:
    with pytest.raises(TierwiseError) as caught:
        model(name, **settings)
    return [found.code for found in caught.value.problems]


@pytest.mark.parametrize("name", MODELS)
class TestEveryModel:
    def test_it_is_known_by_its_names(self, name: str) -> None:
        declared = MODELS[name]
        assert declared.model.name == model(name).name == name
        assert named(name, "zh") == declared.zh
        for said in (name, declared.zh, *declared.synonyms):
            assert Spec.of(uncertainty={"weights": said}).uncertainty.weights == name

    def test_draws_lie_within_its_reach(self, name: str) -> None:
        each = model(name, levels=[1])
        reach = each.reach(TREE)
        local = each.draw(np.random.default_rng(2), 400)
        values = np.random.default_rng(3).random((20, len(TREE.leaves)))
        if reach is None:
            return  # the model's set has no such form
        drawn = TREE.leaf_weights(local) @ values.T
        assert (drawn >= reach.lowest(values) - 1e-12).all()
        assert (drawn <= reach.highest(values) + 1e-12).all()

    def test_draws_lie_around_its_centre(self, name: str) -> None:
        each = model(name)
        mean = each.draw(np.random.default_rng(4), 20_000).mean(axis=0)
        centre = each.centre()
        if each.of == "none":  # nominal weights say nothing of a model without preferences
            assert (centre == NOMINAL).all()
            return
        np.testing.assert_allclose(mean, centre, atol=0.02)
        if MODELS[name].model.least:
            scores = panel()
            for group in TREE.sibling_groups[:3]:
                share = scores[:, group].mean(axis=0)
                np.testing.assert_allclose(centre[group], share / share.sum())

    def test_the_groups_it_varies_are_those_that_vary(self, name: str) -> None:
        each = model(name, levels=[2])
        local = each.draw(np.random.default_rng(1), 50)
        assert sorted(np.concatenate(each.varied)) == np.flatnonzero(np.ptp(local, axis=0)).tolist()

    def test_sibling_groups_sum_to_one(self, name: str) -> None:
        local = model(name).draw(np.random.default_rng(1), 500)
        assert local.shape == (500, TREE.nodes)
        assert (local >= 0).all()
        assert (local[:, 0] == 1).all()
        assert (local[:, 9] == 1).all()
        for group in TREE.sibling_groups:
            np.testing.assert_allclose(local[:, group].sum(axis=1), 1, atol=1e-14)

    def test_same_generator_same_bits_after_pickling(self, name: str) -> None:
        first = model(name)
        second = pickle.loads(pickle.dumps(first))
        draws = [each.draw(np.random.default_rng(5), 64) for each in (first, second)]
        assert (draws[0] == draws[1]).all()
        assert not (draws[0] == first.draw(np.random.default_rng(6), 64)).all()

    def test_levels_not_chosen_keep_nominal_weights(self, name: str) -> None:
        top = model(name, levels=[1]).draw(np.random.default_rng(1), 50)
        low = model(name, levels=[2]).draw(np.random.default_rng(1), 50)
        assert (top[:, 4:] == NOMINAL[4:]).all()
        assert np.ptp(top[:, 1:4], axis=0).all()
        assert (low[:, :4] == NOMINAL[:4]).all()
        assert np.ptp(low[:, 4:9], axis=0).all()

    def test_zero_weight_stays_zero(self, name: str) -> None:
        nominal = NOMINAL.copy()
        nominal[[6, 7]] = [0.0, 0.75]
        each = weight_model(name, TREE, nominal, scores=panel(), camps=["a", "b"] * 6)
        local = each.draw(np.random.default_rng(1), 50)
        assert (local[:, 6] == 0).all()
        np.testing.assert_allclose(local[:, [7, 8]].sum(axis=1), 1, atol=1e-14)
        assert np.ptp(local[:, 7]) > 0

    def test_one_indicator_has_nothing_to_draw(self, name: str) -> None:
        with pytest.raises(TierwiseError) as caught:
            weight_model(name, Tree.flat(1), np.ones(2), scores=np.ones((4, 2)))
        assert caught.value.problems[0].code == "U111"

    def test_every_problem_has_a_text(self, name: str) -> None:
        with pytest.raises(TierwiseError) as caught:
            model(name, levels=[4], of="nobody")
        assert {"U108", "U109"} <= {found.code for found in caught.value.problems}
        for found in caught.value.problems:
            assert found.line("en")
            assert found.line("zh")


class TestBox:
    def test_uniform_over_box_and_simplex(self) -> None:
        """Compared with plain rejection from the whole simplex."""
        nominal = np.array([1.0, 0.5, 0.3, 0.2])
        drawn = weight_model("box", Tree.flat(3), nominal, spread=0.4).draw(np.random.default_rng(1), 40_000)
        plain = np.random.default_rng(2).dirichlet(np.ones(3), 600_000)
        plain = plain[(np.abs(plain - nominal[1:]) <= 0.4 * nominal[1:]).all(axis=1)]
        assert len(plain) > 20_000
        np.testing.assert_allclose(drawn[:, 1:].mean(axis=0), plain.mean(axis=0), atol=2e-3)
        np.testing.assert_allclose(np.cov(drawn[:, 1:].T), np.cov(plain.T), atol=1e-4)
        for q in (0.05, 0.5, 0.95):
            np.testing.assert_allclose(
                np.quantile(drawn[:, 1:], q, axis=0), np.quantile(plain, q, axis=0), atol=5e-3
            )

    @given(
        weights=st.lists(st.floats(0.0, 1.0), min_size=2, max_size=12).filter(lambda w: sum(w) > 0.1),
        spread=st.floats(0.01, 1.0),
        seed=st.integers(0, 2**32),
    )
    def test_bounds_hold(self, weights: list[float], spread: float, seed: int) -> None:
        nominal = np.array([1.0, *np.array(weights) / sum(weights)])
        if np.count_nonzero(nominal[1:]) < 2:
            return
        each = weight_model("box", Tree.flat(len(weights)), nominal, spread=spread)
        local = each.draw(np.random.default_rng(seed), 40)
        assert (local[:, 1:] >= nominal[1:] * (1 - spread) - 1e-12).all()
        assert (local[:, 1:] <= nominal[1:] * (1 + spread) + 1e-12).all()
        np.testing.assert_allclose(local[:, 1:].sum(axis=1), 1, atol=1e-12)

    def test_a_spread_for_each_level(self) -> None:
        local = model("box", spread=[0.1, 0.5]).draw(np.random.default_rng(1), 2000)
        change = np.abs(local / NOMINAL - 1).max(axis=0)
        assert change[1:4].max() <= 0.1 + 1e-12
        assert 0.45 < change[4:6].max() <= 0.5 + 1e-12
        held = model("box", spread=[0.0, 0.5]).draw(np.random.default_rng(1), 9)
        assert (held[:, :4] == NOMINAL[:4]).all()

    def test_many_siblings(self) -> None:
        each = weight_model("box", Tree.flat(200), np.r_[1.0, np.full(200, 1 / 200)], spread=1.0)
        assert each.draw(np.random.default_rng(1), 100).shape == (100, 201)


def test_noise_is_nominal_times_one_plus_uniform_noise() -> None:
    local = model("noise", spread=0.3).draw(np.random.default_rng(1), 4000)
    ratio = (local[:, 4] / local[:, 5]) / (0.6 / 0.4)
    assert 0.7 / 1.3 <= ratio.min() < 0.6
    assert 1.7 < ratio.max() <= 1.3 / 0.7


def test_simplex_is_uniform() -> None:
    each = weight_model("simplex", Tree.flat(3), np.r_[1, 0.8, 0.1, 0.1])
    local = each.draw(np.random.default_rng(1), 30_000)
    np.testing.assert_allclose(local[:, 1:].mean(axis=0), 1 / 3, atol=5e-3)
    np.testing.assert_allclose((local[:, 1] > 0.5).mean(), 0.25, atol=0.01)


class TestPanels:
    def test_centres(self) -> None:
        """Draws centre on the panel's mean weights (logistic-normal: on the geometric centre)."""
        scores = panel(40)
        mean = scores.mean(axis=0)
        for name in ("bootstrap", "expert", "expert-mixed", "dirichlet", "logistic-normal"):
            local = model(name, scores=scores).draw(np.random.default_rng(1), 20_000)
            for group in TREE.sibling_groups:
                np.testing.assert_allclose(
                    local[:, group].mean(axis=0), mean[group] / mean[group].sum(), atol=0.012
                )

    @pytest.mark.parametrize(
        ("name", "of"),
        [
            ("expert", "experts"),
            ("dirichlet", "experts"),
            ("logistic-normal", "experts"),
            ("bootstrap", "mean"),
            ("dirichlet", "mean"),
            ("logistic-normal", "mean"),
        ],
    )
    def test_spread_of_experts_against_error_of_their_mean(self, name: str, of: str) -> None:
        scores = panel(25)
        shares = scores[:, 1:4] / scores[:, 1:4].sum(axis=1, keepdims=True)
        variance = shares.var(axis=0, ddof=1).sum() / (25 if of == "mean" else 1)
        each = model(name, scores=scores, of=of)
        assert each.of == of
        found = each.draw(np.random.default_rng(1), 20_000)[:, 1:4].var(axis=0).sum()
        assert np.sqrt(found) == pytest.approx(np.sqrt(variance), rel=0.1)

    def test_dirichlet_concentration_by_moments(self) -> None:
        """α0 + 1 = Σ p(1-p) / Σ s²: recovered from experts who are Dirichlet draws themselves."""
        scores = np.full((4000, 5), np.nan)
        scores[:, 1:] = np.random.default_rng(1).dirichlet([6.0, 3.0, 2.0, 1.0], 4000)
        fitted: Any = weight_model("dirichlet", Tree.flat(4), np.r_[1, np.full(4, 0.25)], scores=scores)
        np.testing.assert_allclose(fitted.alpha[1:], [6, 3, 2, 1], rtol=0.05)

    def test_what_goes_together_in_the_panel_goes_together_in_the_draws(self) -> None:
        """Two camps: who favours dimension 1 is against indicator 4. A Dirichlet cannot show it."""
        scores = panel(30)
        camp = np.arange(30) % 2 == 0
        scores[camp, 1], scores[camp, 4] = 10, 1
        scores[~camp, 1], scores[~camp, 4] = 1, 10
        for name in ("bootstrap", "logistic-normal", "expert"):
            local = model(name, scores=scores).draw(np.random.default_rng(1), 4000)
            assert np.corrcoef(local[:, 1], local[:, 4])[0, 1] < -0.7
        local = model("dirichlet", scores=scores).draw(np.random.default_rng(1), 4000)
        assert abs(np.corrcoef(local[:, 1], local[:, 4])[0, 1]) < 0.1

    def test_logistic_normal_shrinks_only_few_experts(self) -> None:
        assert model("logistic-normal", scores=panel(4)).shrinkage > 0
        assert model("logistic-normal", scores=panel(12)).shrinkage == 0

    @pytest.mark.parametrize("experts", [4, 12])
    def test_logistic_normal_covariance_of_log_ratios(self, experts: int) -> None:
        """Equal to the panel's without shrinkage; with it, the trace stays."""
        scores = panel(experts)
        local = model("logistic-normal", scores=scores).draw(np.random.default_rng(1), 40_000)

        def centred(weights: np.ndarray) -> np.ndarray:
            logs = [np.log(weights[:, group]) for group in TREE.sibling_groups[:3]]
            return np.concatenate([part - part.mean(axis=1, keepdims=True) for part in logs], axis=1)

        expected, found = np.cov(centred(scores).T), np.cov(centred(local).T)
        assert np.trace(found) == pytest.approx(np.trace(expected), rel=0.03)
        if experts == 12:
            np.testing.assert_allclose(found, expected, atol=0.03 * np.abs(expected).max())

    def test_camps_draw_one_camp_a_draw(self) -> None:
        scores = panel(12)
        scores[:6, 1], scores[6:, 1] = 10, 1
        each = model("camps", scores=scores, camps=["x"] * 6 + ["y"] * 6)
        local = each.draw(np.random.default_rng(1), 2000)
        assert ((local[:, 1] > 0.25) & (local[:, 1] < 0.35)).mean() < 0.02
        assert 0.45 < (local[:, 1] > 0.3).mean() < 0.55

    def test_expert_draws_are_experts(self) -> None:
        local = model("expert").draw(np.random.default_rng(1), 300)
        shares = TREE.normalised(panel())
        assert np.isclose(local[:, None], shares[None]).all(axis=2).any(axis=1).all()

    def test_authority_counts(self) -> None:
        authority = np.r_[1.0, np.zeros(10), 1e-9]
        local = model("expert", authority=authority).draw(np.random.default_rng(1), 100)
        np.testing.assert_allclose(local, np.tile(TREE.normalised(panel()[:1]), (100, 1)))

    def test_blanks_do_not_move_the_mean(self) -> None:
        scores = panel(12)
        scores[3, 1] = np.nan
        scores[5] = np.nan
        local = model("bootstrap", scores=scores).draw(np.random.default_rng(1), 20_000)
        mean = np.nanmean(scores, axis=0)
        np.testing.assert_allclose(local[:, 1:4].mean(axis=0), mean[1:4] / mean[1:4].sum(), atol=3e-3)

    @pytest.mark.parametrize("name", WITH_PANEL)
    def test_groups_nobody_judged_keep_nominal_weights(self, name: str) -> None:
        scores = panel(12)
        scores[:, [4, 5]] = np.nan
        local = model(name, scores=scores).draw(np.random.default_rng(1), 5)
        assert (local[:, [4, 5]] == NOMINAL[[4, 5]]).all()

    @pytest.mark.parametrize("name", WITH_PANEL)
    def test_zero_scores(self, name: str) -> None:
        scores = panel(12)
        scores[2, 6] = 0
        assert np.isfinite(model(name, scores=scores).draw(np.random.default_rng(1), 50)).all()
        scores[:, 6] = 0
        assert (model(name, scores=scores).draw(np.random.default_rng(1), 50)[:, 6] == 0).all()

    @pytest.mark.parametrize("name", WITH_PANEL)
    def test_agreement_on_one_group_holds_it(self, name: str) -> None:
        scores = panel(12)
        scores[:, [4, 5]] = [3, 1]
        local = model(name, scores=scores).draw(np.random.default_rng(1), 20)
        np.testing.assert_allclose(local[:, [4, 5]], np.tile([0.75, 0.25], (20, 1)), atol=1e-12)


class TestRefused:
    @pytest.mark.parametrize("name", WITH_PANEL)
    def test_panels_without_spread(self, name: str) -> None:
        assert codes(name, scores=panel(1), camps=["a"])[0] == "U101"
        assert codes(name, scores=np.tile(panel(1), (12, 1))) == ["U102"]
        assert codes(name, scores=None) == ["U106"]

    def test_two_experts(self) -> None:
        for name in ("bootstrap", "dirichlet", "logistic-normal"):
            assert codes(name, scores=panel(2)) == ["U101"]
        for name in ("expert", "expert-mixed"):
            assert model(name, scores=panel(2)).draw(np.random.default_rng(1), 3).shape == (3, 10)

    def test_scores(self) -> None:
        scores = panel()
        scores[1, 2], scores[4, 5] = -1, np.inf
        with pytest.raises(TierwiseError) as caught:
            model("bootstrap", scores=scores)
        assert [(found.code, found.row, found.column) for found in caught.value.problems] == [
            ("U103", 1, 2),
            ("U103", 4, 5),
        ]
        scores = panel()
        scores[2, [4, 5]] = 0
        assert codes("expert", scores=scores) == ["U104"]
        scores = panel()
        scores[:, 4] = np.nan
        assert codes("expert", scores=scores) == ["U105"]
        assert codes("expert", scores=panel()[:, 1:]) == ["U115"]
        assert codes("expert", scores=np.full((12, 10), np.nan)) == ["U101", "U116"]

    def test_experts_too_far_apart_for_a_dirichlet(self) -> None:
        scores = panel(4)
        scores[:, 1:4] = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]
        assert codes("dirichlet", scores=scores) == ["U113"]

    def test_spread(self) -> None:
        for spread in (0.0, -0.1, 1.5, np.nan, [0.1, 2.0]):
            assert "U107" in codes("box", spread=spread)
        assert codes("noise", spread=[0.1, 0.2, 0.3]) == ["U114"]
        assert codes("box", spread=[0.5, 0.0], levels=[2]) == ["U107"]

    def test_question(self) -> None:
        assert codes("bootstrap", of="experts") == ["U108"]
        assert codes("expert", of="mean") == ["U108"]
        assert codes("box", of="mean") == ["U108"]

    def test_camps(self) -> None:
        assert codes("camps", camps=None) == ["U110"]
        assert codes("camps", camps=["a"] * 12) == ["U110"]
        assert codes("camps", camps=["a", "b"]) == ["U110"]
        assert codes("camps", camps=["a", ""] * 6) == ["U110"]

    def test_authority(self) -> None:
        assert codes("bootstrap", authority=[1, 2]) == ["U112"]
        assert codes("bootstrap", authority=[-1] + [1] * 11) == ["U112"]
        assert codes("bootstrap", authority=[0] * 12)[0] == "U101"

    def test_unknown_name(self) -> None:
        assert codes("bootstrp") == ["S002"]


class TestOnesOwnModel:
    """A model of the user's own, as ``module:Class``."""

    SOURCE = """
from dataclasses import dataclass

import numpy as np

from tierwise.draws.models_spread import Grouped
from tierwise.draws.parts import gammas


@dataclass(frozen=True, eq=False)
class Squares(Grouped):
    @classmethod
    def fit(cls, asked):
        return cls(asked.nominal, asked.groups)

    def shares(self, rng, size, group):
        square = rng.random((len(group), size)) ** 2
        return square / square.sum(axis=0)

    def node_part(self, group):
        return gammas(np.ones(len(group)))


def no_model(asked):
    return asked
"""

    @pytest.fixture
    def name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
        (tmp_path / "own_model.py").write_text(self.SOURCE)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setattr(MODELS, "_methods", {**MODELS})
        monkeypatch.setattr(MODELS, "_names", {**MODELS._names})
        sys.modules.pop("own_model", None)
        return "own_model:Squares"

    def test_it_is_drawn_from(self, name: str) -> None:
        assert Spec.of(uncertainty={"weights": name}).uncertainty.weights == name
        each = model(name)
        local = each.draw(np.random.default_rng(1), 50)
        np.testing.assert_allclose(local[:, 1:4].sum(axis=1), 1)
        assert each.reach(TREE) is None
        assert each.conditional(each.varied[0]) is None
        assert len(each.drivers("groups", TREE).inputs) == 3

    def test_what_is_no_model_is_no_name(self, name: str) -> None:
        with own_methods(), pytest.raises(TierwiseError) as caught:
            model("own_model:no_model")
        assert caught.value.problems[0].code == "S002"


def test_a_weight_that_a_solver_leaves_at_zero_up_to_rounding_is_zero() -> None:
    """7.7e-18 in place of 0 must not bring an indicator into the draws of a model without preferences."""
    tree, values = Tree.flat(3), np.random.default_rng(1).random((8, 3))
    ranks = []
    for third in (0.0, 7.7e-18, -7.7e-18):
        nominal = tree.normalised(np.array([1.0, 3.0, 2.0, third]))
        assert nominal.tolist() == [1.0, 0.6, 0.4, 0.0]
        made = weight_model("simplex", tree, nominal)
        assert [group.tolist() for group in made.varied] == [[1, 2]]
        local = made.draw(np.random.default_rng(2), 500)
        assert (local[:, 3] == 0.0).all()
        ranks.append((-(tree.leaf_weights(local) @ values.T)).argsort(axis=1))
    assert (ranks[0] == ranks[1]).all()
    assert (ranks[0] == ranks[2]).all()


@pytest.mark.parametrize("name", ["box", "noise", "simplex"])
def test_uniform_draws_come_near_the_ends_of_their_reach(name: str) -> None:
    each = model(name, levels=[1])
    values = np.random.default_rng(3).random((20, len(TREE.leaves)))
    drawn = TREE.leaf_weights(each.draw(np.random.default_rng(2), 400)) @ values.T
    reach = each.reach(TREE)
    assert (np.ptp(drawn, axis=0) > 0.7 * (reach.highest(values) - reach.lowest(values))).all()


@pytest.mark.parametrize("left", ["node_part", "reach"])
def test_a_model_of_intervals_says_its_own_drivers_and_reach(left: str) -> None:
    """Those of another model would give wrong sensitivities and proofs without a word."""
    said = {"shares": Noise.shares, "node_part": Noise.node_part, "reach": Noise.reach}
    del said[left]
    own = type("Own", (Spread,), said)
    with pytest.raises(TypeError, match=left):
        own(NOMINAL, (np.array([1, 2, 3]),), np.full(len(NOMINAL), 0.25))


def test_the_models_of_which_proofs_know_the_set() -> None:
    known = {name for name in MODELS if model(name).reach(TREE) is not None}
    assert known == {*MODELS} - {"expert-mixed", "dirichlet", "logistic-normal"}
