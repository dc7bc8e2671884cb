from __future__ import annotations

import numpy as np
import pytest

from tierwise.errors import TierwiseError
from tierwise.methods.tier_count import tier_criteria
from tierwise.methods.tiers import cut


def four_groups() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    random = np.random.default_rng(0)
    return np.concatenate([random.normal(centre, 0.3, 25) for centre in (0, 3, 6, 10)])


def test_criteria_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import calinski_harabasz_score, silhouette_score

    scores = four_groups()
    found = tier_criteria(scores, 6)
    for count in range(2, 7):
        labels = cut(scores, count)
        assert found.calinski_harabasz[count - 1] == pytest.approx(
            calinski_harabasz_score(scores[:, None], labels)
        )
        assert found.silhouette[count - 1] == pytest.approx(silhouette_score(scores[:, None], labels))


@pytest.mark.parametrize("method", ["ward", "fisher", "average", "kmeans"])
def test_four_clear_groups_are_found(method: str) -> None:
    found = tier_criteria(four_groups(), method=method)
    assert found.chosen == 4
    assert found.choices["silhouette"] == found.choices["broken-stick"] == 4
    assert ("pseudo-t2" in found.choices) == (method in {"ward", "average"})


def test_the_pseudo_t2_of_a_split_is_hotellings() -> None:
    scores = np.array([0.0, 1.0, 2.0, 10.0, 11.0, 13.0])
    found = tier_criteria(scores, 3)
    one, two = scores[:3], scores[3:]
    parts = ((one - one.mean()) ** 2).sum() + ((two - two.mean()) ** 2).sum()
    whole = ((scores - scores.mean()) ** 2).sum()
    assert found.pseudo_t2[0] == pytest.approx((whole - parts) / (parts / 4))
    assert found.duda_hart[0] == pytest.approx(parts / whole)
    assert found.choices["pseudo-t2"] == 2


def test_the_gap_of_uniform_scores_says_one_group() -> None:
    scores = np.random.default_rng(4).random(60)
    found = tier_criteria(scores, 6, references=100)
    assert found.choices["gap"] == 1
    assert found.chosen >= 2
    again = tier_criteria(scores, 6, references=100)
    assert found.gap.tolist() == again.gap.tolist()


def test_the_broken_stick_is_that_of_its_definition() -> None:
    found = tier_criteria(np.arange(6.0), 4)
    assert found.broken_stick[1:] == pytest.approx(
        [sum(1 / piece for piece in range(first, 6)) / 5 for first in (1, 2, 3)]
    )
    assert found.gain[1] == pytest.approx(1 - found.within[1] / found.within[0])


def test_criteria_on_indicators_with_and_without_the_constraint() -> None:
    random = np.random.default_rng(2)
    centres = np.repeat([[0, 0], [4, 1], [9, 3]], 12, axis=0)
    indicators = centres + random.normal(0, 0.4, centres.shape)
    scores = indicators.sum(axis=1)
    assert tier_criteria(scores, 6, indicators=indicators).chosen == 3
    free = tier_criteria(scores, 6, indicators=indicators, contiguous=False)
    assert free.chosen == 3
    assert np.isnan(free.gap).all()


def test_too_few_scores_are_refused() -> None:
    for scores, most, code in (([1.0, 2.0], None, "T112"), ([1.0, 2.0, 3.0], 1, "M010")):
        with pytest.raises(TierwiseError) as caught:
            tier_criteria(scores, most)
        assert caught.value.problems[0].code == code
        assert caught.value.problems[0].line("zh")
