"""Weight models of an expert panel: what each describes, and which panels each refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.draws.drawn import NOMINAL, TREE, WITH_PANEL, codes, model, panel

from tierwise.draws.models import weight_model
from tierwise.errors import TierwiseError
from tierwise.kernels.tree import Tree


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
