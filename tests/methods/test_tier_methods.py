"""Every tier method, as declared: its cuts, its rows in draws, its names; and a function of one's own."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tierwise as tw
from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.models import weight_model
from tierwise.draws.simulate import simulate
from tierwise.draws.source import WeightedScores
from tierwise.draws.tier_rules import TierRule, cutter
from tierwise.errors import TierwiseError
from tierwise.kernels.tiers import METHODS as KERNELS
from tierwise.kernels.tree import Tree
from tierwise.methods.merging import LINKAGES
from tierwise.methods.registry import named, own_methods
from tierwise.methods.scores import Plan
from tierwise.methods.tier_methods import METHODS, TierMethod, beside_runs, tier_method
from tierwise.methods.tiers import cut
from tierwise.spec import Spec

COUNTED = [name for name, method in METHODS.items() if method.frozen is None]
lists = st.lists(st.integers(0, 20), min_size=4, max_size=25).map(lambda xs: -np.sort(-np.array(xs, float)))


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_known_by_its_names(name: str) -> None:
    method = METHODS[name]
    assert named(name, "zh") == method.zh
    assert re.search(r"[\u4e00-\u9fff]", method.zh)
    for said in (name, method.zh, *method.synonyms):
        assert Spec.model_validate({"tiers": {"method": said}}).tiers.method == name
    assert all(method.how)
    assert re.search(r"[\u4e00-\u9fff]", method.how[1])


def test_what_is_declared_of_kernels_is_true() -> None:
    assert {method.kernel for method in METHODS.values()} == {"", *KERNELS}
    assert [name for name, method in METHODS.items() if method.linkage] == [*LINKAGES]
    assert [name for name, method in METHODS.items() if not method.seeks_groups] == [
        "quantile",
        "equal-interval",
        "fixed",
    ]
    assert [*METHODS.settings] == ["sizes", "cuts"]


@pytest.mark.parametrize("name", COUNTED)
@given(lists, st.integers(1, 4))
def test_rows_of_draws_are_cut_as_single_lists(name: str, scores: FloatArray, count: int) -> None:
    method = METHODS[name]
    single = method.cuts(scores, count)
    padded = np.vstack([np.append(scores, 99.0), np.append(scores[:3], np.full(len(scores) - 2, 99.0))])
    cuts = np.empty((2, count - 1), dtype=np.int64)
    method.row_cutter(len(scores) + 1, count)(padded, np.array([len(scores), 3]), cuts)
    assert cuts[0].tolist() == single.tolist()
    assert cuts[1].tolist() == method.cuts(scores[:3], count).tolist()
    assert (beside_runs(scores, single) == single).all()


@given(lists, st.data())
def test_a_cut_within_equal_scores_moves_to_either_end(scores: FloatArray, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(scores)))
    for side in ("left", "right"):
        moved = int(beside_runs(scores, np.array([place]), side)[0])  # type: ignore[arg-type]  # a literal
        step = -1 if side == "left" else 1
        expected = place
        while 0 < expected < len(scores) and scores[expected - 1] == scores[expected]:
            expected += step
        assert moved == expected


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if method.runs])
def test_sums_of_squares_within_are_those_of_the_runs(name: str) -> None:
    method, points = METHODS[name], np.random.default_rng(8).normal(size=(9, 2)).round(2)
    assert method.runs is not None
    assert method.within is not None
    sums = []
    for count in range(1, 6):
        labels = method.runs(points, count, np.zeros(8, dtype=np.bool_))
        runs = [points[labels == label] for label in range(count)]
        sums.append(sum(float(((run - run.mean(axis=0)) ** 2).sum()) for run in runs))
    np.testing.assert_allclose(method.within(points, 5), sums, atol=1e-12)


@pytest.mark.parametrize("name", LINKAGES)
def test_one_unit_is_one_type_and_two_are_two(name: str) -> None:
    assert cut([5.0], 1, name, indicators=[[1.0, 2.0]], contiguous=False).tolist() == [1]
    assert cut([5.0, 4.0], 2, name, indicators=[[1.0, 2.0], [2.0, 1.0]], contiguous=False).tolist() == [1, 2]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_equal_intervals_of_nobody_and_of_one(count: int) -> None:
    method = METHODS["equal-interval"]
    assert method.cuts(np.array([]), count).tolist() == [0] * (count - 1)
    assert method.cuts(np.array([7.0]), count).tolist() == [1] * (count - 1)


@pytest.mark.parametrize("cuts", [(5.0, 5.0), (3.0, 3.5), (5.0, 3.0, 4.0), (5.0, np.nan), (np.nan, 5.0, 4.0)])
def test_cuts_that_do_not_fall_are_refused(cuts: tuple[float, ...]) -> None:
    with pytest.raises(TierwiseError) as caught:
        METHODS["fixed"].cuts(np.array([5.0, 4.0, 3.0]), len(cuts) + 1, cuts=cuts)
    assert [one.code for one in caught.value.problems] == ["T107"]


def test_a_tier_that_equal_scores_empty_is_named() -> None:
    with pytest.raises(TierwiseError) as caught:
        METHODS["fixed"].cuts(np.array([5.0, 5.0, 5.0, 3.0]), 3, sizes=(1, 2, 1))
    (found,) = caught.value.problems
    assert (found.code, found.argument) == ("T104", "sizes")
    assert (found.fields["tier"], found.fields["count"]) == (2, 3)


@pytest.mark.parametrize("sizes", [(0, 5), (5, 0), (2, 0, 3), (-1, 6), (7, -2), (2, 2), (3, 3)])
def test_sizes_of_tiers_are_above_zero_and_add_up_to_the_list(sizes: tuple[int, ...]) -> None:
    with pytest.raises(TierwiseError) as caught:
        METHODS["fixed"].cuts(np.array([5.0, 4.0, 3.0, 2.0, 1.0]), len(sizes), sizes=sizes)
    (found,) = caught.value.problems
    assert (found.code, found.argument) == ("T105", "sizes")
    assert (found.fields["total"], found.fields["units"]) == (sum(sizes), 5)


@pytest.mark.parametrize("cuts", [[3, 1], [2, 1], [-1, 2], [1, 6], [1.5, 2], [1], [1, 2, 3], [[1, 2]]])
def test_cuts_are_whole_and_rise_from_0_to_the_length_of_the_list(cuts: list[float]) -> None:
    method = TierMethod("any", lambda scores, count: cuts, zh="任意")
    with pytest.raises(TierwiseError) as caught:
        method.cuts(np.array([5.0, 4.0, 3.0, 2.0, 1.0]), 3)
    assert [(one.code, one.fields["cuts"]) for one in caught.value.problems] == [("T115", cuts)]


@pytest.mark.parametrize("cuts", [[0, 0], [5, 5], [0, 5], [2, 2], [1, 4]])
def test_tiers_may_be_empty(cuts: list[int]) -> None:
    method = TierMethod("any", lambda scores, count: cuts, zh="任意")
    assert method.cuts(np.array([5.0, 4.0, 3.0, 2.0, 1.0]), 3).tolist() == cuts


def largest_gaps(scores: FloatArray, count: int) -> IntArray:
    """Cuts at the largest gaps, which is what single linkage does where no two gaps are equal."""
    return np.sort(np.argsort(np.diff(scores), kind="stable")[: count - 1] + 1)


def test_the_example_for_contributors_cuts_lists_with_fewer_scores_than_tiers() -> None:
    page = Path(__file__).parents[2].joinpath("CONTRIBUTING.md").read_text(encoding="utf-8")
    shown = next(block for block in page.split("```") if "def gaps(" in block)
    scope = {
        "np": np,
        "METHODS": lambda *_, **__: lambda f: f,
        "FloatArray": FloatArray,
        "IntArray": IntArray,
    }
    exec(shown, scope)
    gaps = TierMethod(name="gaps", zh="最大差距法", function=scope["gaps"])  # type: ignore[arg-type]  # from a page
    for scores, expected in (
        ([9, 8, 5, 4, 0], [2, 4]),
        ([5, 5, 5, 5], [4, 4]),
        ([5, 5, 3, 3], [2, 2]),
        ([5, 4], [1, 2]),
        ([5], [1, 1]),
    ):
        assert gaps.cuts(np.array(scores, float), 3).tolist() == expected, scores
    listed, cuts = np.array([[5.0, 5, 5, 5], [9, 8, 3, 1]]), np.empty((2, 3), dtype=np.int64)
    gaps.row_cutter(4, 4)(listed, np.array([4, 3]), cuts)
    assert cuts.tolist() == [[4, 4, 4], [1, 2, 3]]


class TestOnesOwnMethod:
    @pytest.fixture
    def name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
        (tmp_path / "own_tiers.py").write_text(
            "import numpy as np\n\n\ndef largest_gaps(scores, count):\n"
            "    return np.sort(np.argsort(np.diff(scores), kind='stable')[: count - 1] + 1)\n"
            "\n\ndef wrong(scores, count):\n    return [1] * count\n"
        )
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setattr(METHODS, "_methods", {**METHODS})
        monkeypatch.setattr(METHODS, "_names", {**METHODS._names})
        sys.modules.pop("own_tiers", None)
        return "own_tiers:largest_gaps"

    def test_it_cuts_as_declared_methods_do(self, name: str) -> None:
        scores = np.random.default_rng(4).random(40)
        with own_methods():
            assert cut(scores, 5, name).tolist() == cut(scores, 5, "single").tolist()

    def test_draws_are_cut_by_it(self, name: str) -> None:
        tree = Tree.flat(3)
        model = weight_model("box", tree, tree.normalised(np.ones(4)))
        source = WeightedScores(Plan.uniform(np.random.default_rng(2).random((30, 3))), model)
        with own_methods():
            METHODS.choose(name)
        own, single = (
            simulate(source, draws=200, tier_rule=TierRule(3, method=method), top=20)
            for method in (name, "single")
        )
        assert (own.counts.tiers == single.counts.tiers).all()
        made = cutter(TierRule(3, method=name), -np.sort(-source.nominal), np.arange(30))
        assert not made.foreseen  # so that no proof takes it for a linkage

    def test_a_scenario_names_it(self, name: str) -> None:
        tai = tw.load("technology-achievement")
        spec = Spec.of(index={"normalisation": "goalposts"}, tiers={"method": name, "count": 3})
        index = tw.index(tai.panel, tai.framework, spec)
        assert tw.tiers(index, spec).sizes.sum() == 23

    def test_what_is_no_cut_is_refused(self, name: str) -> None:
        with own_methods(), pytest.raises(TierwiseError) as caught:
            cut([3.0, 2.0, 1.0], 2, "own_tiers:wrong")
        assert [found.code for found in caught.value.problems] == ["T115"]

    def test_a_declared_one_serves_types_and_runs_as_it_says(self, name: str) -> None:
        tier_method("gaps", zh="最大落差法")(largest_gaps)
        table = np.random.default_rng(3).random((8, 2))
        with pytest.raises(TierwiseError) as caught:
            cut(table[:, 0], 2, "最大落差法", indicators=table)
        assert [found.code for found in caught.value.problems] == ["T110"]


@given(lists, st.integers(2, 5))
def test_equal_intervals_have_one_width(scores: FloatArray, count: int) -> None:
    """Against each score's place in the range, in whole numbers; a score at an edge is in the better tier."""
    span = scores[0] - scores[-1]
    expected = [sum((scores[0] - score) * count <= at * span for score in scores) for at in range(1, count)]
    assert METHODS["equal-interval"].cuts(scores, count).tolist() == expected
