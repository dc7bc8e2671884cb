"""The annex of the printed report on the expert panel: what its rounds say, part by part, with its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from tierwise.report.printed import Heading, Item, Sentence
from tierwise.report.printed_annexes import as_shown
from tierwise.study.expert_sentences import PARTS, Part
from tierwise.tables.delphi_report import REPORT, said_of

if TYPE_CHECKING:
    from tierwise.study.study import Study

# Tables that stand below a part, with the columns that are printed of them; none: all.
BELOW: Final[Mapping[Part, Mapping[str, tuple[str, ...]]]] = {
    "participation": {
        "delphi_rounds": (
            "round", "experts", "sent", "positive_coefficient", "judgement", "familiarity", "authority",
            "kendall_w", "p_chi2", "agreed", "stable", "stop",
        ),
    },
    "concentration": {"delphi": ()},
    "coordination": {
        "delphi_levels": (
            "round", "level", "items", "cv_low", "cv_high", "experts", "kendall_w", "chi2", "df", "p_chi2",
            "p_permutation",
        ),
        "concordance": (
            "parent", "n", "siblings", "kendall_w", "chi2", "df", "p_chi2", "p_permutation", "weight_ratio",
        ),
    },
    "stability": {
        "delphi_stability": (
            "round", "name", "code", "experts", "mean_change", "median_change", "cv_change", "net_change",
            "p_wilcoxon", "stable",
        ),
    },
    "screening": {"delphi_screening": ()},
}  # fmt: skip


def panel(study: Study) -> Iterator[Item]:
    """Yield the annex on the panel; nothing without one."""
    language, said = study.scenario.language, study.once(said_of)
    if not said:
        return
    yield Heading(REPORT.title.of(language), annex=True)
    for part, title in PARTS.items():
        own = [one for one in said if one.part == part]
        tables = [name for name in BELOW.get(part, ()) if name in study.tables]
        if not own and not tables:
            continue
        yield Heading(title.of(language), 2)
        for number, one in enumerate(own, 1):
            yield Sentence(f"delphi_{part}" + (f"_{number}" if len(own) > 1 else ""), one.text.of(language))
        for name in tables:
            yield from as_shown(study, name, BELOW[part][name])
