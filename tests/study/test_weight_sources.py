"""Weights of every source, reached through the settings of a scenario."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.errors import TierwiseError
from tierwise.inputs import Comparisons, Experts, Framework, Judgements, Panel
from tierwise.methods import ahp, factors, weights
from tierwise.methods.optimise import optimised
from tierwise.spec import IndexSpec, Spec
from tierwise.study.draws import model_of
from tierwise.study.index import Index, index
from tierwise.study.scenario import Scenario, load
from tierwise.study.weights import ahp_weights

TABLE20 = Path(__file__).parents[1] / "references" / "tai_weights" / "ahp_table20.csv"


@pytest.fixture(scope="module")
def technology() -> Scenario:
    return load("technology-achievement")


def indexed(scenario: Scenario, framework: Framework | None = None, **settings: object) -> Index:
    steps = IndexSpec.model_validate({**scenario.spec.index.model_dump(exclude_unset=True), **settings})
    return index(scenario.panel, framework or scenario.framework, Spec(index=steps), scenario.experts)


def leaves(found: Index) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(found.framework.global_weights[found.framework.tree.leaves])


def test_weights_from_the_data_are_those_of_their_functions(technology: Scenario) -> None:
    unit = indexed(technology).plan.values
    expected = {
        "entropy": weights.entropy(unit, scale="min-max"),
        "critic": weights.critic(unit),
        "cv": weights.cv(technology.panel.values),
        "pca": factors.pca(unit),
        "factor": factors.factor(unit),
        "optimised": optimised(unit, leaves(indexed(technology))).weights,
    }
    for name, one in expected.items():
        found = indexed(technology, weights=name)
        assert leaves(found) == pytest.approx(one, abs=1e-9), name
        assert found.framework.local_weights[found.framework.tree.children[0]].sum() == pytest.approx(1.0)


def test_within_parents_the_levels_above_keep_their_weights(technology: Scenario) -> None:
    base, found = indexed(technology), indexed(technology, weights="critic", weighting={"scope": "within"})
    top = base.framework.tree.children[0]
    assert found.local_weights[top] == pytest.approx(base.local_weights[top])
    pair = base.framework.tree.children[top[0]]
    columns = [int(np.flatnonzero(base.framework.tree.leaves == node)[0]) for node in pair]
    assert found.local_weights[pair] == pytest.approx(weights.critic(base.plan.values[:, columns]))


def test_two_sources_are_combined_at_the_indicators(technology: Scenario) -> None:
    subjective, objective = leaves(indexed(technology)), leaves(indexed(technology, weights="entropy"))
    for rule in ("product", "root-product", "linear"):
        found = indexed(technology, weights=["framework", "entropy"], weighting={"combine": rule})
        assert leaves(found) == pytest.approx(weights.combine(subjective, objective, rule)), rule


@pytest.mark.parametrize("rule", ["product", "root-product", "linear"])
def test_two_sources_within_parents_leave_the_levels_above(technology: Scenario, rule: str) -> None:
    base, found = (
        indexed(technology, weights=given, weighting={"scope": "within", "combine": rule})
        for given in ("framework", ["framework", "entropy"])
    )
    top = base.framework.tree.children[0]
    assert found.local_weights[top] == pytest.approx(base.local_weights[top])
    for parent in top.tolist():
        pair = base.framework.tree.children[parent]
        columns = [int(np.flatnonzero(base.framework.tree.leaves == node)[0]) for node in pair]
        objective = weights.entropy(base.plan.values[:, columns], scale="min-max")
        joint = weights.combine(base.local_weights[pair], objective, rule)
        assert found.local_weights[pair] == pytest.approx(joint)


class TestLevelsAboveWithinParents:
    """Of two sources, one of them from the data, the other weighs what the data do not reach."""

    TREE = pd.DataFrame(
        {
            "code": ["A", "B", "w", "x", "y", "z"],
            "parent": ["", "", "A", "A", "B", "B"],
            "weight": [0.6, 0.4, 0.5, 0.5, 0.5, 0.5],
        }
    )
    DATA = pd.DataFrame(
        {
            "code": list("stuv"),
            "w": [1.0, 2, 3, 5],
            "x": [2.0, 9, 4, 3],
            "y": [3.0, 1, 7, 2],
            "z": [1.0, 6, 2, 8],
        }
    )
    PAIRS = (("A", "B", 9), ("w", "x", 3), ("y", "z", 3))
    # Means of the experts: A 7, B 1.
    SCORES = pd.DataFrame({"expert": ["e", "f"], "A": [6, 8], "B": [1, 1], "w": [5, 5], "x": [5, 5]})
    PLACES = pd.DataFrame({"code": ["A", "B"], "order": [1, 2], "ratio": [None, 1.5]})

    def found(
        self, *sources: str, pairs: tuple[tuple[str, str, int], ...] = PAIRS, blank: bool = False
    ) -> dict[str, float]:
        framework = Framework.from_frame(self.TREE.drop(columns="weight") if blank else self.TREE)
        given = pd.DataFrame([*pairs], columns=["first", "second", "value"])
        framework = replace(
            framework,
            comparisons=Comparisons.from_frame(given, framework),
            judgements=Judgements.from_frame(self.PLACES, framework),
        )
        spec = Spec.of(index={"weights": [*sources], "weighting": {"scope": "within"}})
        panel, experts = Panel.from_frame(self.DATA, framework), Experts.from_frame(self.SCORES, framework)
        made = index(panel, framework, spec, experts)
        return dict(zip(made.framework.codes, made.local_weights.tolist(), strict=True))

    @pytest.mark.parametrize(
        ("source", "share"),
        [("ahp", 0.9), ("experts", 7 / 8), ("g1", 0.6), ("equal", 0.5), ("framework", 0.6)],
    )
    @pytest.mark.parametrize("first", [True, False])
    def test_what_a_source_says_of_dimensions_counts(self, source: str, share: float, first: bool) -> None:
        found = self.found(*((source, "entropy") if first else ("entropy", source)))
        assert (found["A"], found["B"]) == pytest.approx((share, 1 - share))

    def test_where_it_says_nothing_they_are_as_under_auto(self) -> None:
        silent = self.found("ahp", "entropy", pairs=self.PAIRS[1:])
        assert (silent["A"], silent["B"]) == pytest.approx((0.6, 0.4))
        blank = self.found("ahp", "entropy", pairs=self.PAIRS[1:], blank=True)
        assert (blank["A"], blank["B"]) == pytest.approx((7 / 8, 1 / 8))
        two = self.found("cv", "entropy")
        assert (two["A"], two["B"]) == pytest.approx((0.6, 0.4))


def test_negative_weights_only_when_asked_for(technology: Scenario) -> None:
    with pytest.raises(TierwiseError) as caught:
        indexed(technology, weights="first-component")
    assert {problem.code for problem in caught.value.problems} == {"W112"}
    found = indexed(technology, weights="optimised", weighting={"negative": True})
    assert leaves(found).min() < 0
    assert indexed(technology, weights="optimised").framework.global_weights.min() >= 0


def test_the_target_of_optimised_weights_is_checked(technology: Scenario) -> None:
    with pytest.raises(TierwiseError) as caught:
        indexed(technology, weights="optimised", weighting={"target": {"patents": 1, "patent": 2}})
    assert [problem.code for problem in caught.value.problems] == ["F003"] + ["W136"] * 7


def flat_framework(scenario: Scenario) -> Framework:
    return Framework.from_frame(
        pd.DataFrame(
            {
                "code": scenario.framework.indicators,
                "parent": "",
                "direction": 1,
            }
        )
    )


def table20(framework: Framework, expert: str = "a") -> pd.DataFrame:
    """Half of the Handbook's Table 20 in long form."""
    lines = TABLE20.read_text(encoding="utf-8").splitlines()[2:]
    matrix = [[Fraction(cell) for cell in line.split(",")[1:]] for line in lines]
    names = framework.indicators
    return pd.DataFrame(
        [
            {
                "expert": expert,
                "first": names[row],
                "second": names[column],
                "value": str(matrix[row][column]),
            }
            for row in range(8)
            for column in range(row + 1, 8)
        ]
    )


def test_comparisons_in_pairs_give_the_handbooks_weights(technology: Scenario, tmp_path: Path) -> None:
    flat = flat_framework(technology)
    frame = table20(flat)
    flat = replace(
        flat,
        comparisons=Comparisons.from_frame(
            frame.assign(value=[float(Fraction(v)) for v in frame["value"]]), flat
        ),
    )
    found = indexed(technology, flat, weights="ahp", normalisation="min-max")
    assert leaves(found) == pytest.approx(
        [0.22906331, 0.134571, 0.05936173, 0.17614495, 0.0385423, 0.0385423, 0.25223481, 0.07153961], abs=1e-8
    )
    two = pd.concat([frame, frame.assign(expert="b", value="1/2")])
    joined = Comparisons.from_frame(two, flat)
    assert joined.experts == ("a", "b")
    again = indexed(technology, replace(flat, comparisons=joined), weights="ahp", normalisation="min-max")
    assert leaves(again) == pytest.approx(ahp.ahp(ahp.joined(joined.groups["index"])))


def test_comparisons_from_a_file_of_a_scenario(technology: Scenario, tmp_path: Path) -> None:
    lines = ["first,second,value", "patents,royalties,3", "schooling,university,1/2"]
    (tmp_path / "pairs.csv").write_text("\n".join(lines), encoding="utf-8")
    toml = "\n".join(
        [
            'name = "pairs"',
            'extends = "technology-achievement"',
            "[data]",
            'comparisons = "pairs.csv"',
            "[index]",
            'weights = "ahp"',
        ]
    )
    (tmp_path / "pairs.toml").write_text(toml, encoding="utf-8")
    scenario = load(tmp_path / "pairs.toml")
    found = index(scenario.panel, scenario.framework, scenario.spec)
    local = dict(zip(found.framework.codes, found.local_weights, strict=True))
    assert (local["patents"], local["royalties"]) == pytest.approx((0.75, 0.25))
    assert (local["schooling"], local["university"]) == pytest.approx((1 / 3, 2 / 3))
    nominal = dict(zip(found.framework.codes, technology.framework.local_weights, strict=True))
    assert local["internet"] == pytest.approx(nominal["internet"])


def test_problems_of_comparisons_are_placed_in_their_cells(technology: Scenario) -> None:
    bad = pd.DataFrame(
        {
            "first": ["patents", "patent", "patents", "patents", "royalties"],
            "second": ["royalties", "royalties", "internet", "royalties", "patents"],
            "value": [3, 1, 1, 2, "0/0"],
        }
    )
    with pytest.raises(TierwiseError) as caught:
        Comparisons.from_frame(bad, technology.framework)
    assert [(found.code, found.place) for found in caught.value.problems] == [
        ("S021", "Comparisons!A3"),
        ("W132", "Comparisons!B4"),
        ("W135", "Comparisons!5"),
        ("W133", "Comparisons!C6"),
    ]
    with pytest.raises(TierwiseError) as caught:
        Comparisons.from_frame(pd.DataFrame({"a": [1]}), technology.framework)
    assert [found.code for found in caught.value.problems] == ["W130"] * 3
    pair = pd.DataFrame(
        {"first": ["patents", "royalties"], "second": ["royalties", "patents"], "value": [3, 3]}
    )
    with pytest.raises(TierwiseError) as caught:
        given = replace(technology.framework, comparisons=Comparisons.from_frame(pair, technology.framework))
        indexed(technology, given, weights="ahp")
    assert [(found.code, found.place) for found in caught.value.problems] == [("W123", "Comparisons!C2")]
    with pytest.raises(TierwiseError) as caught:
        indexed(technology, weights="ahp")
    assert [found.code for found in caught.value.problems] == ["W134"]


def test_what_a_source_cannot_do_is_placed_at_its_key_or_its_data(technology: Scenario) -> None:
    for settings, code, place in [
        ({"weights": "factor", "weighting": {"factors": 9}}, "W115", "[index.weighting] factors"),
        ({"weights": "factor", "weighting": {"scope": "within"}}, "W118", "units.csv"),
    ]:
        with pytest.raises(TierwiseError) as caught:
            indexed(technology, **settings)
        assert {(found.code, found.place) for found in caught.value.problems} == {(code, place)}


def test_comparisons_follow_a_framework_of_which_nodes_are_left_out() -> None:
    framework = Framework.from_frame(
        pd.DataFrame({"code": ["a", "b", "c", "d", "e"], "parent": ["", "", "", "a", "a"]})
    )
    pairs = [("a", "b", 2), ("a", "c", 6), ("b", "c", 3), ("d", "e", 4)]
    given = Comparisons.from_frame(pd.DataFrame(pairs, columns=["first", "second", "value"]), framework)
    left = replace(framework, comparisons=given).without("b")
    assert ahp_weights(left)[1:] == pytest.approx([6 / 7, 0.8, 0.2, 1 / 7])
    assert left.comparisons is not None
    assert set(left.comparisons.places.values()) == {"Comparisons!C3", "Comparisons!C5"}
    alone = replace(framework, comparisons=given).without("b", "c", "e")
    assert ahp_weights(alone).tolist() == [1.0, 1.0, 1.0]


def test_draws_go_around_the_weights_that_the_index_has() -> None:
    counties = load("innovation-counties-2019")
    for source, model in [("experts", "bootstrap"), ("entropy", "box"), ("equal", "box")]:
        found = indexed(counties, weights=source)
        assert model_of(found, Spec(), counties.experts).name == model


def test_what_the_data_cannot_weigh_is_placed_at_its_indicator(technology: Scenario) -> None:
    frame = pd.DataFrame(technology.panel.values, columns=[*technology.panel.indicators])
    frame.insert(0, "code", technology.panel.codes)
    frame.insert(1, "name", technology.panel.names)
    frame["schooling"] = frame["schooling"] - frame["schooling"].mean()
    panel = Panel.from_frame(frame, technology.framework)
    with pytest.raises(TierwiseError) as caught:
        indexed(replace(technology, panel=panel), weights="cv")
    found = caught.value.problems[0]
    assert (found.code, found.place) == ("W107", panel.place(None, 6))


class TestGroupsLeftBlank:
    """A group without weights takes the experts' means though another group has weights."""

    TREE = pd.DataFrame(
        {
            "code": ["A", "B", "a1", "a2", "b1", "b2"],
            "parent": ["", "", "A", "A", "B", "B"],
            "weight": [0.7, 0.3, None, None, None, None],
        }
    )
    # Means of the experts: a1 3, a2 1; nobody judged b1 and b2.
    SCORES = pd.DataFrame({"expert": ["x", "y"], "A": [1, 1], "B": [9, 9], "a1": [2, 4], "a2": [1, 1]})
    DATA = pd.DataFrame({"code": ["u", "v"], "a1": [0.0, 1], "a2": [1.0, 0], "b1": [0.0, 1], "b2": [1.0, 0]})

    def found(self, source: str) -> dict[str, float]:
        framework = Framework.from_frame(self.TREE)
        panel = Panel.from_frame(self.DATA, framework)
        made = index(
            panel,
            framework,
            Spec.of(index={"weights": source}),
            Experts.from_frame(self.SCORES, framework),
        )
        return dict(zip(made.framework.codes, made.local_weights.tolist(), strict=True))

    def test_auto_completes_them(self) -> None:
        assert self.found("auto") == pytest.approx(
            {"index": 1, "A": 0.7, "B": 0.3, "a1": 0.75, "a2": 0.25, "b1": 0.5, "b2": 0.5}
        )

    def test_framework_is_the_framework_alone(self) -> None:
        found = self.found("framework")
        assert (found["A"], found["a1"], found["b1"]) == pytest.approx((0.7, 0.5, 0.5))

    def test_experts_are_the_experts_where_they_judged(self) -> None:
        found = self.found("experts")
        assert (found["A"], found["a1"], found["b1"]) == pytest.approx((0.1, 0.75, 0.5))

    def test_of_a_group_that_is_given_nobody_asks_the_panel(self) -> None:
        torn = self.SCORES.drop(columns="B")  # A judged without B: needed by nobody under auto
        framework = Framework.from_frame(self.TREE)
        panel = Panel.from_frame(self.DATA, framework)
        experts = Experts.from_frame(torn, framework)
        assert index(panel, framework, Spec(), experts).local_weights[1] == pytest.approx(0.7)
        with pytest.raises(TierwiseError) as caught:
            index(panel, framework, Spec.of(index={"weights": "experts"}), experts)
        assert {problem.code for problem in caught.value.problems} == {"W006"}


class TestComparisonsAreChecked:
    TREE = Framework.from_frame(pd.DataFrame({"code": ["x", "y", "z"]}))

    def read(self, *values: object) -> Comparisons:
        pairs = [("x", "y"), ("y", "z"), ("x", "z")]
        rows = [(*pair, value) for pair, value in zip(pairs, values, strict=True)]
        return Comparisons.from_frame(pd.DataFrame(rows, columns=["first", "second", "value"]), self.TREE)

    def test_dates_and_serial_numbers_are_refused_at_their_cells(self) -> None:
        with pytest.raises(TierwiseError) as caught:
            self.read(datetime(2026, 1, 5), 45662, 10)
        found = [(one.code, one.place) for one in caught.value.problems]
        assert found == [("W137", "Comparisons!C2"), ("W133", "Comparisons!C3"), ("W133", "Comparisons!C4")]
        assert all(one.line("zh") for one in caught.value.problems)

    def test_a_fraction_may_keep_its_apostrophe(self) -> None:
        assert self.read("'1/5", "1/3", 9).groups["index"][0, 0, 1] == pytest.approx(0.2)
        for shown in ("１／５", "' 1 / 5", "⅕", "０.２"):
            assert self.read(shown, "１/３", "９").groups["index"][0, 0, 1] == pytest.approx(0.2)

    def test_contradictions_are_a_caution(self) -> None:
        """x over y 9, y over z 9, z over x 9: λ = 1 + 9 + 1/9, CI = 3.5556, CR = CI / 0.58."""
        torn = replace(self.TREE, comparisons=self.read(9, 9, "1/9"))
        panel = Panel.from_frame(
            pd.DataFrame({"code": ["u", "v"], "x": [1.0, 2], "y": [2.0, 1], "z": [1.0, 3]}), torn
        )
        (told,) = index(panel, torn, Spec.of(index={"weights": "ahp"})).cautions
        assert (told.code, told.place) == ("W138", "Comparisons: index")
        assert told.fields["ratio"] == pytest.approx((9 + 1 / 9 + 1 - 3) / 2 / 0.58, abs=0.06)
        sound = replace(self.TREE, comparisons=self.read(2, 2, 4))
        assert index(panel, sound, Spec.of(index={"weights": "ahp"})).cautions == ()

    def test_pairs_left_out_are_a_caution_and_groups_apart_a_problem(self) -> None:
        pairs = pd.DataFrame([("x", "y", 2), ("y", "z", 2)], columns=["first", "second", "value"])
        panel = Panel.from_frame(
            pd.DataFrame({"code": ["u", "v"], "x": [1.0, 2], "y": [2.0, 1], "z": [1.0, 3]}), self.TREE
        )
        chain = replace(self.TREE, comparisons=Comparisons.from_frame(pairs, self.TREE))
        made = index(panel, chain, Spec.of(index={"weights": "ahp"}))
        assert made.local_weights[1:] == pytest.approx([4 / 7, 2 / 7, 1 / 7])
        assert [(one.code, one.fields["missing"], one.fields["pairs"]) for one in made.cautions] == [
            ("W142", 1, 3)
        ]
        assert made.cautions[0].line("zh")
        apart = replace(self.TREE, comparisons=Comparisons.from_frame(pairs[:1], self.TREE))
        with pytest.raises(TierwiseError) as caught:
            index(panel, apart, Spec.of(index={"weights": "ahp"}))
        (told,) = caught.value.problems
        assert (told.code, told.place, told.fields["groups"]) == ("W141", "Comparisons: index", "x, y | z")

    def test_a_constant_indicator_that_weighs_nothing_is_told(self) -> None:
        panel = Panel.from_frame(
            pd.DataFrame({"code": list("uvw"), "x": [1.0, 2, 3], "y": [2.0, 2, 2], "z": [1.0, 3, 2]}),
            self.TREE,
        )
        made = index(panel, self.TREE, Spec.of(index={"weights": "entropy", "normalisation": "none"}))
        assert made.framework.global_weights[2] == 0
        assert [(one.code, one.fields["indicator"]) for one in made.cautions] == [("W139", "y")]


@pytest.mark.parametrize(
    ("weights", "given", "judged", "sources"),
    [
        ("optimised", [1, 2, 3, 4], False, None),
        (["framework", "optimised"], [1, 2, 3, 4], False, None),
        (["entropy", "optimised"], [1, 2, 3, 4], False, "the framework's"),
        ("optimised", [None] * 4, False, "the framework's, equal ones"),
        ("optimised", [1, 2, None, None], False, "the framework's, equal ones"),
        ("optimised", [1, 2, None, None], True, "the framework's, the experts'"),
    ],
)
def test_what_optimised_weights_aim_at_is_told(
    weights: str | list[str], given: list[float | None], judged: bool, sources: str | None
) -> None:
    """Two dimensions of two indicators: weights of the dimensions (1, 1), of a and b, of c and d."""
    draw = np.random.default_rng(5)
    data = pd.DataFrame({"code": [*"klmnopqrstuv"], **{one: draw.random(12) for one in "abcd"}})
    framework = pd.DataFrame(
        {"code": ["A", "B", *"abcd"], "parent": ["", "", "A", "A", "B", "B"], "weight": [1, 1, *given]}
    )
    experts = pd.DataFrame({"round": [1, 1], "expert": ["e1", "e2"], "c": [5, 4], "d": [3, 4]})
    spec = tw.Spec.of(index={"weights": weights}, uncertainty={"draws": 64})
    scenario = tw.Scenario.from_frames("aim", data, framework, experts if judged else None, spec=spec)
    told = [one for one in tw.run(scenario).scenario.cautions if one.code == "W165"]
    assert [one.fields["sources"] for one in told] == ([] if sources is None else [sources])
    assert all(one.place == "[index.weighting] target" and one.line("zh") for one in told)
