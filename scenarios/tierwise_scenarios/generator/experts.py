"""An illustrative Delphi panel: 15 experts of three camps, two rounds, scores from 1 to 10."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tierwise_scenarios.generator.model import Array

Scores = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

CAMPS = ("高校", "政府", "企业")
MOST = 10


@dataclass(frozen=True)
class Judgements:
    """Scores ``(rounds, experts, nodes)`` with the experts' labels, camps and authority."""

    codes: tuple[str, ...]
    experts: tuple[str, ...]
    camps: tuple[str, ...]
    authority: tuple[float, ...]
    scores: Scores

    @property
    def means(self) -> dict[str, float]:
        """The last round's mean score of each node."""
        return dict(zip(self.codes, self.scores[-1].mean(axis=0).tolist(), strict=True))


def judge(
    rng: np.random.Generator,
    opinion: Mapping[str, Sequence[float]],
    experts: int = 15,
) -> Judgements:
    """Return two rounds of scores about each camp's opinion of each node.

    The second round moves each score 20% of the way to the first round's mean, as experts do who are
    shown that mean.
    """
    camps = [CAMPS[expert % 3] for expert in range(experts)]
    about = np.array([[opinion[code][CAMPS.index(camp)] for code in opinion] for camp in camps])
    severity = 0.45 * rng.standard_normal((experts, 1))
    first = _scores(about + severity + 1.5 * rng.standard_normal(about.shape))
    nearer = first + 0.20 * (first.mean(axis=0) - first) + 0.35 * rng.standard_normal(about.shape)
    authority = np.round(0.70 + 0.25 * rng.random(experts), 2)
    return Judgements(
        codes=tuple(opinion),
        experts=tuple(f"专家{expert + 1:02d}" for expert in range(experts)),
        camps=tuple(camps),
        authority=tuple(authority.tolist()),
        scores=np.stack([first, _scores(nearer)]),
    )


def _scores(values: Array) -> Scores:
    return np.clip(np.rint(values), 1, MOST).astype(np.int64)


def rows(panel: Judgements) -> Sequence[Sequence[object]]:
    """Return the Experts sheet: round, expert, authority, camp, scores."""
    table: list[list[object]] = [["round", "expert", "authority", "camp", *panel.codes]]
    for round_, scores in enumerate(panel.scores):
        for expert, label in enumerate(panel.experts):
            about = [label, f"{panel.authority[expert]:.2f}", panel.camps[expert]]
            table.append([round_ + 1, *about, *scores[expert].tolist()])
    return table
