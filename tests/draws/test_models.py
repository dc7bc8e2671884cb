"""Weight models: what every one keeps, what each one describes, what each one needs."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.draws.drawn import NOMINAL, TREE, model, panel
from tests.draws.judged import BOUNDS, QUANTILES

from tierwise.draws.models import MODELS, weight_model
from tierwise.draws.models_spread import Noise, Spread
from tierwise.errors import TierwiseError
from tierwise.kernels.tree import Tree
from tierwise.methods.registry import named, own_methods
from tierwise.spec import Spec


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
        given_ = {"scores": panel(), "camps": ["a", "b"] * 6, "bounds": BOUNDS, "quantiles": QUANTILES}
        each = weight_model(name, TREE, nominal, **given_)
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


@pytest.mark.parametrize("name", ["box", "noise", "simplex", "order", "intervals"])
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
    assert known == {*MODELS} - {"expert-mixed", "dirichlet", "logistic-normal", "quantiles"}
