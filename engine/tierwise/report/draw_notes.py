"""What must be known of the draws wherever they speak."""

from __future__ import annotations

from typing import Final

from tierwise.draws.adaptive import Errors
from tierwise.study.robustness import Robustness
from tierwise.words.formats import Printed, printed
from tierwise.words.language import JOIN, Language

__all__ = ["draw_note"]

PRECISION: Final = (
    "standard error of the draws: at most {probability:.4f} for a probability, {rank:g} places for the "
    "median and the interval ends of a rank (what another set of draws would usually differ by)",
    "抽样标准误：概率不超过 {probability:.4f}，名次的中位数及区间端点不超过 {rank:g} 位"
    "（换一批抽样，结果通常只差这么多）",
)
OFFSET: Final = (
    "the draws lie around other weights than those of the index ({name}: {draws:.2%}, not {index:.2%})",
    "抽样的中心不是指数的权重（{name}：{draws:.2%}，而非{index:.2%}）",
)


def draw_note(robustness: Robustness, language: Language) -> str:
    """Return what must be known of the draws wherever they speak: their precision, and other weights."""
    notes = [precision(robustness.errors, language)]
    if robustness.offset is not None:
        notes.append(OFFSET[0 if language == "en" else 1].format(**printed(vars(robustness.offset))))
    return JOIN[language].join(notes)


def precision(errors: Errors, language: Language) -> str:
    """Return how precise the draws are, in a line."""
    at = 0 if language == "en" else 1
    return PRECISION[at].format(probability=Printed(errors.probability), rank=errors.rank)
