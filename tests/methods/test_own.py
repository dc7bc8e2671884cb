"""What a user's own function returns is looked at: a wrong form, no number and chance are told."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.random import Generator

import tierwise as tw
from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.models import MODELS, WeightModel, weight_model
from tierwise.draws.models_base import ModelQuestion
from tierwise.draws.parts import Part
from tierwise.errors import TierwiseError
from tierwise.kernels.tree import Tree
from tierwise.methods.aggregate import RULES, aggregate
from tierwise.methods.impute import METHODS as IMPUTATIONS
from tierwise.methods.impute import impute
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.normalise import normalise
from tierwise.methods.outliers import METHODS as TREATMENTS
from tierwise.methods.outliers import Treated, treat
from tierwise.methods.tier_methods import METHODS as TIER_METHODS
from tierwise.methods.tier_stability import bootstrap
from tierwise.methods.tiers import cut
from tierwise.methods.weightings import WEIGHTINGS

VALUES = np.array([[1.0, 5.0], [4.0, 2.0], [9.0, 3.0]])
NAN = float("nan")


@pytest.fixture(autouse=True)
def undeclared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    families: list[Any] = [RULES, IMPUTATIONS, NORMALISATIONS, TREATMENTS, TIER_METHODS, WEIGHTINGS, MODELS]
    for family in families:
        monkeypatch.setattr(family, "_methods", dict(family._methods))
        monkeypatch.setattr(family, "_names", dict(family._names))
    yield


def codes(made: Callable[[], object]) -> list[tuple[str, int | None, int | None]]:
    with pytest.raises(TierwiseError) as caught:
        made()
    return [(one.code, one.row, one.column) for one in caught.value.problems]


def panel(values: FloatArray = VALUES) -> tuple[tw.Panel, tw.Framework]:
    frame = pd.DataFrame(values, columns=["a", "b"])
    frame.insert(0, "name", [f"unit {at}" for at in range(len(frame))])
    frame.insert(0, "code", [f"u{at}" for at in range(len(frame))])
    rows = {"code": ["a", "b"], "name": ["a", "b"], "parent": ["", ""], "weight": [3, 1], "direction": [1, 1]}
    return tw.Panel.from_frame(frame), tw.Framework.from_frame(pd.DataFrame(rows))


class TestNormalisation:
    @pytest.mark.parametrize(
        ("made", "found"),
        [
            (lambda values: 5.0, ("M061", None, 0)),
            (lambda values: np.array([5.0]), ("M061", None, 0)),
            (lambda values: values[:, None], ("M061", None, 0)),
            (lambda values: None, ("M061", None, 0)),
            (lambda values: ["a"] * len(values), ("M061", None, 0)),
            (lambda values: values + 1j, ("M061", None, 0)),
            (lambda values: np.where(values > 8, np.nan, values), ("M062", 2, 0)),
            (lambda values: np.where(values > 8, np.inf, values), ("M062", 2, 0)),
            (lambda values: np.ma.masked_greater(values, 8), ("M062", 2, 0)),
            (lambda values: 1 / 0, ("M063", None, 0)),
            (lambda values: values + np.arange(len(values)), ("M064", None, 0)),
        ],
    )
    def test_what_is_no_score_is_told(
        self, made: Callable[..., object], found: tuple[str, int | None, int | None]
    ) -> None:
        tw.normalisation("mine")(made)
        assert codes(lambda: normalise(VALUES[:, :1], "mine")) == [found]

    def test_what_it_does_to_its_argument_stays_inside(self) -> None:
        @tw.normalisation("mine")
        def in_place(values: FloatArray) -> FloatArray:
            values -= values.min()
            values /= values.max()
            return values

        np.testing.assert_array_equal(normalise(VALUES, "mine"), normalise(VALUES, "min-max"))

    def test_one_declared_by_the_decorator_takes_no_scale_of_other_values(self) -> None:
        tw.normalisation("mine")(lambda values: values / values.max())
        assert codes(lambda: normalise(VALUES, "mine", among=[*(2 * VALUES).T])) == [
            ("M047", None, 0),
            ("M047", None, 1),
        ]

    def test_a_run_with_one_leaves_out_what_needs_a_held_scale(self) -> None:
        tw.normalisation("mine")(lambda values: values / values.max())
        data, framework = panel()
        index = tw.index(data, framework, tw.Spec.of(index={"normalisation": "mine"}))
        np.testing.assert_allclose(index.scores[:, 0], VALUES / VALUES.max(axis=0) @ [0.75, 0.25])
        tiers = tw.tiers(index, tw.Spec.of(tiers={"count": 2}))
        assert codes(lambda: tw.improve(index, tiers, "u0")) == [("M047", None, None)]


class TestAggregation:
    @pytest.mark.parametrize(
        ("made", "found"),
        [
            (lambda values, weights: 5.0, ("M061", None, None)),
            (lambda values, weights: values.mean(axis=-2), ("M061", None, None)),
            (lambda values, weights: values.sum(axis=-1)[..., :1], ("M061", None, None)),
            (lambda values, weights: np.log(values.min(axis=-1) - 1), ("M062", 0, None)),
            (lambda values, weights: values @ weights[0], ("M063", None, None)),
            (lambda values, weights: values.cumsum(axis=-2)[..., 0], ("M064", None, None)),
        ],
    )
    @pytest.mark.filterwarnings("ignore:divide by zero")
    def test_what_is_no_score_is_told(
        self, made: Callable[..., object], found: tuple[str, int | None, int | None]
    ) -> None:
        tw.aggregation("mine")(made)
        assert codes(lambda: aggregate(VALUES, [3.0, 1.0], "mine")) == [found]

    def test_one_that_looks_at_no_weights_serves_every_draw(self) -> None:
        tw.aggregation("mine")(lambda values, weights: values.max(axis=-1))
        found = aggregate(VALUES, np.ones((4, 2)), "mine")
        np.testing.assert_array_equal(found, np.broadcast_to([5.0, 4.0, 9.0], (4, 3)))
        data, framework = panel()
        index = tw.index(data, framework, tw.Spec.of(index={"normalisation": "none", "aggregation": "mine"}))
        np.testing.assert_array_equal(index.scores[:, 0], [5.0, 4.0, 9.0])

    def test_a_unit_without_any_child_is_missing_whatever_it_returns(self) -> None:
        tw.aggregation("mine")(lambda values, weights: np.nansum(values, axis=-1))
        found = aggregate([[NAN, NAN], [1.0, NAN]], [3.0, 1.0], "mine")
        np.testing.assert_array_equal(found, [NAN, 1.0])

    def test_a_run_tells_the_key(self) -> None:
        tw.aggregation("mine")(lambda values, weights: 1 / 0)
        data, framework = panel()
        with pytest.raises(TierwiseError) as caught:
            tw.index(data, framework, tw.Spec.of(index={"aggregation": "mine"}))
        (found,) = caught.value.problems
        assert found.where() == "[index] aggregation"
        assert "ZeroDivisionError: division by zero (test_own.py:" in found.text()


class TestImputation:
    GAPS = np.array([[1.0, NAN], [4.0, 2.0], [9.0, 3.0]])

    @pytest.mark.parametrize(
        ("made", "found"),
        [
            (lambda values: values, ("M062", 0, 1)),
            (lambda values: np.nan_to_num(values) + 1, ("M065", 0, 0)),
            (lambda values: np.nan_to_num(values)[:2], ("M061", None, None)),
            (lambda values: np.where(np.isnan(values), np.random.rand(3, 2), values), ("M064", None, None)),
        ],
    )
    def test_what_fills_no_blanks_is_told(
        self, made: Callable[..., object], found: tuple[str, int | None, int | None]
    ) -> None:
        tw.imputation("mine")(made)
        assert codes(lambda: impute(self.GAPS, "mine"))[0] == found

    def test_what_fills_them_is_taken(self) -> None:
        tw.imputation("mine")(lambda values: np.nan_to_num(values, nan=7.0))
        np.testing.assert_array_equal(impute(self.GAPS, "mine").values[:, 1], [7.0, 2.0, 3.0])


class TestTreatment:
    COLUMN = np.array([[1.0], [2.0], [3.0], [4.0], [50.0]])

    @pytest.mark.parametrize(
        ("made", "found"),
        [
            (lambda values, rule, force: np.sqrt(values), "M061"),
            (lambda values, rule, force: Treated(values[:-1], "root"), "M061"),
            (lambda values, rule, force: Treated(values - np.inf, "root"), "M062"),
            (lambda values, rule, force: Treated(np.sort(values), "sorted"), "M064"),
        ],
    )
    def test_what_is_no_treatment_is_told(self, made: Callable[..., object], found: str) -> None:
        tw.treatment("mine")(made)
        assert codes(lambda: treat(self.COLUMN[::-1], "mine", force=True))[0][0] == found

    def test_other_years_are_transformed_only_where_it_tells_how(self) -> None:
        tw.treatment("mine")(lambda values, rule, force: Treated(np.sqrt(values), "root"))
        tw.treatment("pulled")(lambda values, rule, force: Treated(np.minimum(values, 4.0), "pulled in"))
        among = [self.COLUMN[:, 0]]
        assert codes(lambda: treat([[9.0], [4.0]], "mine", force=True, among=among)) == [("M047", None, 0)]
        pulled = treat([[9.0], [3.0]], "pulled", force=True, among=among)
        np.testing.assert_array_equal(pulled.values, [[4.0], [3.0]])


class TestWeights:
    @pytest.mark.parametrize(
        ("made", "found"),
        [
            (lambda values: values.std(axis=0)[:1], "M061"),
            (lambda values: 1.0, "M061"),
            (lambda values: values.std(axis=0) * [1.0, np.nan], "M062"),
            (lambda values: values[0], "M064"),
        ],
    )
    @pytest.mark.parametrize("scope", ["all", "within"])
    def test_what_weighs_no_columns_is_told(
        self, made: Callable[..., object], found: str, scope: str
    ) -> None:
        tw.weighting("mine")(made)
        data, framework = panel()
        spec = tw.Spec.of(index={"weights": "mine", "weighting": {"scope": scope}})
        with pytest.raises(TierwiseError) as caught:
            tw.index(data, framework, spec)
        assert [(one.code, one.where()) for one in caught.value.problems] == [(found, "[index] weights")]


class TestTiers:
    def test_chance_is_told(self) -> None:
        turns = iter(range(1, 3))
        TIER_METHODS("mine")(lambda scores, count: [next(turns)])
        assert codes(lambda: cut([4.0, 3.0, 2.0, 1.0], 2, "mine"))[0][0] == "M064"

    def test_units_drawn_again_may_leave_a_tier_empty(self) -> None:
        TIER_METHODS("mine")(lambda scores, count: np.arange(1, count))
        found = bootstrap([4.0, 3.0, 2.0, 1.0], 3, "mine", draws=20)
        assert 0.0 < found.jaccard.min() <= 1.0

    @pytest.mark.parametrize("made", [None, ["x"], [NAN], [float("inf")]])
    def test_what_is_no_number_is_told(self, made: object) -> None:
        TIER_METHODS("mine")(lambda scores, count: made)
        assert codes(lambda: cut([4.0, 3.0, 2.0, 1.0], 2, "mine"))[0][0] == "T115"

    def test_what_it_does_to_the_scores_stays_inside(self) -> None:
        @TIER_METHODS("mine")
        def first_alone(scores: FloatArray, count: int) -> IntArray:
            scores[:] = 0.0
            return np.arange(1, count)

        assert cut([4.0, 3.0, 2.0, 1.0], 2, "mine").tolist() == [1, 2, 2, 2]


class Chance(WeightModel):
    """Uniform weights, spoilt or not."""

    def __init__(self, asked: ModelQuestion) -> None:
        self.nominal = asked.nominal
        self.groups = asked.groups
        self.of = "none"

    @classmethod
    def fit(cls, asked: ModelQuestion) -> "Chance":
        return cls(asked)

    @property
    def varied(self) -> tuple[IntArray, ...]:
        return self.groups

    def group_part(self, group: IntArray) -> Part:
        raise NotImplementedError

    def node_part(self, group: IntArray) -> Part | None:
        return None

    def draw(self, rng: Generator, size: int) -> FloatArray:
        drawn = np.repeat(self.nominal[None], size, axis=0)
        for group in self.groups:
            drawn[:, group] = rng.dirichlet(np.ones(len(group)), size)
        return self.spoilt(drawn)

    def spoilt(self, drawn: FloatArray) -> FloatArray:
        return drawn


@pytest.mark.parametrize(
    ("spoilt", "found"),
    [
        (lambda drawn: drawn, ""),
        (lambda drawn: 2 * drawn, "U132"),
        (lambda drawn: 0 * drawn, "U132"),
        (lambda drawn: drawn[:1], "U132"),
        (lambda drawn: drawn * [1, -1, 1], "U132"),
        (lambda drawn: np.where(drawn > 0.9, np.nan, drawn), "U132"),
        (lambda drawn: np.random.default_rng().permutation(drawn), "U133"),
    ],
)
def test_a_weight_model_of_ones_own_draws_weights(spoilt: Callable[..., Any], found: str) -> None:
    model = type("Mine", (Chance,), {"spoilt": lambda self, drawn: spoilt(drawn)})
    MODELS("mine")(model)
    tree = Tree.flat(2)
    if not found:
        assert weight_model("mine", tree, np.array([1.0, 0.5, 0.5])).varied
        return
    assert codes(lambda: weight_model("mine", tree, np.array([1.0, 0.5, 0.5])))[0][0] == found
