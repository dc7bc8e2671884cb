"""What a sensitivity analysis refuses: each says what it needs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.sensitivities.conftest import asked

import tierwise as tw
from tierwise.spec import SensitivitySpec, Spec


class TestBadInput:
    """Each says what it needs."""

    def panel(self, counties: tw.Scenario, experts: int, same: bool = False) -> tw.Experts:
        file = next(path for path in counties.inputs if path.name == "experts.csv")
        frame = pd.read_csv(file)
        last = frame[frame["round"] == frame["round"].max()].head(experts).copy()
        if same:
            last.iloc[:, 4:] = np.tile(last.iloc[0, 4:].to_numpy(), (experts, 1))
        return tw.Experts.from_frame(last, counties.framework, 10)

    @pytest.mark.parametrize(
        ("experts", "same", "code"), [(1, False, "U101"), (2, False, "U101"), (5, True, "U102")]
    )
    def test_one_two_and_identical_experts(
        self, counties: tw.Scenario, experts: int, same: bool, code: str
    ) -> None:
        found = asked(counties).codes(self.panel(counties, experts, same))
        assert [each for each, _ in found] == [code]

    def test_a_zero_weight_is_no_input_and_one_left_alone_is_refused(self, tai: tw.Scenario) -> None:
        posts = {"normalisation": "goalposts"}  # that of the framework's cells
        weights = {"patents": 0.0, "royalties": 1.0}
        framework = tai.framework.with_weights(
            {**dict(zip(tai.framework.codes[1:], tai.framework.local_weights[1:], strict=True)), **weights}
        )
        spec = Spec.of(index=posts, sensitivity={"samples": 64, "outputs": ["rank_shift"]})
        index = tw.index(tai.panel, framework, spec)
        found = tw.sensitivity(index, tw.tiers(index, spec), spec)
        assert found.inputs == ("index/*", "recent/*", "old/*", "skills/*")
        dimensions = ("creation", "recent", "old", "skills")
        alone = framework.with_weights({code: float(code == "skills") for code in dimensions})
        spec = Spec.of(index=posts, sensitivity={"levels": [1]})
        index = tw.index(tai.panel, alone, spec)
        with pytest.raises(tw.TierwiseError) as caught:
            tw.sensitivity(index, tw.tiers(index, spec), spec)
        assert [(each.code, each.place) for each in caught.value.problems] == [
            ("U111", "[sensitivity] levels")
        ]

    def test_everything_wrong_at_once(self, counties: tw.Scenario) -> None:
        case = asked(counties, samples=5, outputs=["rank_shfit", "rank:江阴", "cut:9"])
        assert case.codes(self.panel(counties, 1)) == [
            ("V010", "[sensitivity] outputs[0]"),
            ("S021", "[sensitivity] outputs[1]"),
            ("V012", "[sensitivity] outputs[2]"),
            ("U101", "Experts"),
            ("V003", "[sensitivity] samples"),
        ]

    def test_kinds_that_do_not_fit(self, tai: tw.Scenario) -> None:
        assert asked(tai, inputs=["experts", "weights"]).codes() == [
            ("V006", "[sensitivity] inputs"),
            ("V005", "[sensitivity] inputs"),
        ]
        assert asked(tai, inputs="groups", levels=[1]).codes() == [("V005", "[sensitivity] inputs")]
        for kind in ("groups", "weights"):
            with pytest.raises(tw.TierwiseError) as caught:
                asked(tai, inputs=kind, levels=[1]).answer()
            assert f"take other inputs ({'' if kind == 'groups' else 'groups, '}indicators, experts)" in str(
                caught.value
            )

    def test_an_index_of_one_indicator_has_nothing_to_ask(self) -> None:
        framework = tw.Framework.from_frame(pd.DataFrame({"code": ["gdp"], "parent": [""], "weight": [1]}))
        panel = tw.Panel.from_frame(
            pd.DataFrame({"code": ["a", "b", "c"], "gdp": [1.0, 2.0, 4.0]}), framework
        )
        spec = Spec.of(tiers={"count": 2})
        index = tw.index(panel, framework, spec)
        with pytest.raises(tw.TierwiseError) as caught:
            tw.sensitivity(index, tw.tiers(index, spec), spec)
        assert caught.value.problems[0].code == "V005"

    def test_an_output_that_some_runs_do_not_have(self) -> None:
        """An expert who gives nothing to all that a unit has leaves this unit without a score."""
        framework = tw.Framework.from_frame(pd.DataFrame({"code": ["a", "b", "c"], "weight": [1, 1, 1]}))
        panel = tw.Panel.from_frame(
            pd.DataFrame(
                {"code": ["u", "v", "w"], "a": [1.0, 2, 3], "b": [4.0, 1, np.nan], "c": [2.0, 5, np.nan]}
            ),
            framework,
        )
        experts = tw.Experts.from_frame(
            pd.DataFrame(
                {"round": 1, "expert": ["x", "y", "z"], "a": [0, 2, 3], "b": [3, 2, 1], "c": [1, 2, 2]}
            ),
            framework,
        )
        spec = Spec.of(
            index={"missing": "reweight"},
            tiers={"count": 2},
            uncertainty={"weights": "expert-mixed"},
            sensitivity={"samples": 64, "outputs": ["rank_shift", "rank:v"]},
        )
        index = tw.index(panel, framework, spec, experts)
        with pytest.raises(tw.TierwiseError) as caught:
            tw.sensitivity(index, tw.tiers(index, spec), spec, experts)
        assert [(each.code, each.place) for each in caught.value.problems] == [
            ("V002", "[sensitivity] outputs: rank_shift"),
            ("V002", "[sensitivity] outputs: rank:v"),
        ]


def test_settings_are_named_with_the_nearest() -> None:
    with pytest.raises(tw.TierwiseError) as caught:
        Spec.of(sensitivity={"method": "sobel", "sample": 10, "inputs": "group"})
    assert {found.code for found in caught.value.problems} == {"S001", "S002"}
    assert SensitivitySpec(inputs=("groups", "experts")).inputs == ("groups", "experts")
