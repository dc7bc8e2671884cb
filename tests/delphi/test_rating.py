"""Ca, Cs and Cr of a published panel, from how its experts rated themselves."""

import numpy as np
import pytest

from tierwise.delphi.answers import accepted_rating
from tierwise.delphi.rating import SELF, coefficients, judgement, rated, words_of
from tierwise.methods.delphi import authority_coefficient

# BMJ Open, table “Expert authority coefficients” (supplement 347080), round 1 of 16 experts: how many say
# large, medium and small of each basis; and very familiar, familiar, fairly familiar.
SAID = {"theory": (7, 9, 0), "practice": (16, 0, 0), "peers": (3, 11, 2), "intuition": (2, 8, 6)}
FAMILIAR = (1, 12, 3)


def test_a_published_panel() -> None:
    words = [word.zh for word in words_of("basis:theory")]
    answers = {
        name: [word for word, count in zip(words, counts, strict=True) for _ in range(count)]
        for name, counts in SAID.items()
    }
    steps = zip(words_of("familiarity"), FAMILIAR, strict=False)
    answers["familiarity"] = [word.en for word, count in steps for _ in range(count)]
    forms = [
        {key: rated(key, answers[key.removeprefix("basis:")][at]) or 0.0 for key in SELF} for at in range(16)
    ]
    ca = np.array([judgement(form) for form in forms], dtype=float)
    cs = np.array([form["familiarity"] for form in forms], dtype=float)
    cr = authority_coefficient(ca, cs)
    assert ca.mean() == pytest.approx(0.944, abs=5e-4)
    assert cs.mean() == pytest.approx(0.775, abs=5e-4)
    assert cr.mean() == pytest.approx(0.860, abs=1e-3)  # the paper adds rounded parts


@pytest.mark.parametrize("key", SELF)
def test_the_coefficient_itself_is_an_answer(key: str) -> None:
    for word, value in zip(words_of(key), coefficients(key), strict=True):
        assert rated(key, word.zh) == rated(key, f"{value:g}") == rated(key, f" {value:.2f} ") == value
    assert rated(key, "0.7") is None
    assert rated(key, "nan") is None
    assert {f"{value:g}" for value in coefficients(key)} <= {*accepted_rating(key)["accepted"].split(", ")}
