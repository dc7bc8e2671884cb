"""Ca, Cs and Cr of a published panel, from how its experts rated themselves."""

import numpy as np
import pytest

from tierwise.methods.delphi import authority_coefficient
from tierwise.panel.rating import SELF, judgement, rated, words_of

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
