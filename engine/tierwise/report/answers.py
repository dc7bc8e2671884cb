"""The questions that decide whether a list can be published, each answered in a few sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tierwise.report.presented import named_units, names_of
from tierwise.report.summary import untold_proofs
from tierwise.study.doubts import KINDS, subject
from tierwise.study.sensitivity_results import leading, output_label
from tierwise.tables.delphi_without import fewest_said
from tierwise.words.answers import TEXTS
from tierwise.words.formats import printed
from tierwise.words.language import Language, Ordinal, phrase

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

__all__ = ["answers"]

SURE: Final = 0.95  # a unit that is in (or keeps its tier) in fewer draws than that is named
MOST_NAMED: Final = 12
MOST_OUTPUTS: Final = 6
MOST_SUBJECTS: Final = 6  # of one kind of doubt about the data


@dataclass(frozen=True)
class Answer:
    """A question and its key, its answer sentence by sentence, and the table that holds the whole of it."""

    key: str
    question: str
    sentences: tuple[str, ...]
    table: str


def answers(study: Study) -> list[Answer]:
    """Return the questions that a run can answer, in the order in which an editor asks them."""
    language = study.scenario.language
    if study.only:  # the questions want tables that were not asked for
        return []
    given = (
        ("centre", _centre(study), "robustness"),
        ("doubts", _doubts(study), "doubts" if study.scenario.doubts else "ranking"),
        ("luck", _luck(study), "robustness"),
        ("cuts", _cuts(study), "cuts" if "cuts" in study.tables else "robustness"),
        ("weight", _weight(study), "swing" if "swing" in study.tables else "sensitivity"),
        (
            "expert",
            [*_left_out(study, "delphi_leave_one_out", "expert"), *_fewest(study)],
            "delphi_leave_one_out",
        ),
        ("indicator", _left_out(study, "audit_leave_one_out", "code"), "audit_leave_one_out"),
    )
    return [
        Answer(key, _rendered(key, language), tuple(sentences), table)
        for key, sentences, table in given
        if sentences
    ]


def _rendered(key: str, language: Language, **fields: object) -> str:
    return phrase(TEXTS, key, language, **printed(fields))


def _named(names: Sequence[str], language: Language, most: int = MOST_NAMED) -> str:
    joined = ("; " if language == "en" else "、").join(names[:most])
    more = len(names) - most
    return _rendered("and_more", language, names=joined, more=more) if more > 0 else joined


def _centre(study: Study) -> list[str]:
    """Return where the draws lie around other weights than the index has, nothing where they do not."""
    offset = study.robustness.offset
    return [] if offset is None else [_rendered("off_centre", study.scenario.language, **vars(offset))]


def _doubts(study: Study) -> list[str]:
    """Return one sentence for each kind of doubt about the data, the gravest first."""
    language = study.scenario.language
    kinds: dict[str, list[str]] = {}
    for doubt in study.scenario.doubts:
        kinds.setdefault(KINDS[doubt.code], []).append(subject(doubt))
    if not kinds:
        return [_rendered("no_doubt", language), *_blank(study)]
    told = [
        _rendered(
            f"doubt_{kind}", language, count=len(subjects), names=_named(subjects, language, MOST_SUBJECTS)
        )
        for kind, subjects in kinds.items()
    ]
    return [*told, *_blank(study)]


def _blank(study: Study) -> list[str]:
    """Return how many figures of listed units are blank and in which indicators, nothing where none is."""
    index, language = study.index, study.scenario.language
    counts = index.blank[study.tiers.selected].sum(axis=0)
    called = dict(zip(index.framework.codes, index.framework.names, strict=True))
    names = [called[code] for code, count in zip(index.panel.indicators, counts, strict=True) if count]
    if not names:
        return []
    shown = _named(names, language, MOST_SUBJECTS)
    return [_rendered("blank_figures", language, count=int(counts.sum()), names=shown)]


def _luck(study: Study) -> list[str]:
    language = study.scenario.language
    robustness, names = study.robustness, study.index.panel.names
    listed, units = study.tiers.selected, len(study.index.panel)
    if len(listed) == units:
        return [_rendered("all_listed", language, units=units)]
    share = robustness.p_top

    def unit_list(places: Iterable[int]) -> str:
        return _named(
            [
                _rendered(
                    "in_list", language, name=names[unit], rank=study.index.ranks[unit], share=share[unit]
                )
                for unit in places
            ],
            language,
        )

    unsure = [int(unit) for unit in listed if share[unit] < SURE]
    outside = np.setdiff1d(np.arange(units), listed)
    knocking = [int(unit) for unit in outside if share[unit] > 1 - SURE]
    fields = {"listed": len(listed), "sure": SURE, "rest": 1 - SURE}
    unsure.sort(key=lambda unit: (share[unit], unit))
    knocking.sort(key=lambda unit: (-share[unit], unit))
    sentences = [
        _rendered(
            "unsure" if unsure else "all_sure", language, count=len(unsure), names=unit_list(unsure), **fields
        )
    ]
    if knocking:
        sentences.append(
            _rendered("knocking", language, count=len(knocking), names=unit_list(knocking), **fields)
        )
    return sentences


def _cuts(study: Study) -> list[str]:
    language = study.scenario.language
    if not study.tiers.contiguous or study.tiers.count < 2:
        return []
    robustness, names = study.robustness, study.index.panel.names
    cuts, listed = robustness.cuts, study.tiers.selected
    sentences = []
    for cut in range(len(cuts.rank)):
        low, high = (
            "–" if np.isnan(end) else f"{end:.0f}" for end in (cuts.rank_low[cut], cuts.rank_high[cut])
        )
        sentences.append(
            _rendered(
                "cut",
                language,
                cut=cut + 1,
                rank=int(cuts.rank[cut]),
                above=names[cuts.unit_above[cut]],
                below=names[cuts.unit_below[cut]],
                interval=robustness.interval,
                where=_rendered("one_place" if low == high else "between", language, low=low, high=high),
                same=float(cuts.p_same[cut]),
            )
        )
    same = robustness.p_tier_same
    unsure = sorted((int(unit) for unit in listed if same[unit] < SURE), key=lambda unit: (same[unit], unit))
    parts = [
        _rendered(
            "in_tier", language, name=names[unit], tier=Ordinal(study.tiers.tiers[unit]), share=same[unit]
        )
        for unit in unsure
    ]
    fields = {"count": len(unsure), "listed": len(listed), "sure": SURE}
    key = "tiers_unsure" if unsure else "tiers_sure"
    return [*sentences, _rendered(key, language, names=_named(parts, language), **fields)]


def _weight(study: Study) -> list[str]:
    language, tables, names = study.scenario.language, study.tables, names_of(study)
    sentences: list[str] = []
    asked = tables.get("sensitivity")
    if asked is not None:
        rows = asked[asked["kind"] == asked["kind"].iloc[0]]
        measure = leading(rows)
        rows = rows[rows[measure].notna()]
        shares = measure in {"total", "first", "shapley"}
        told = "shares_first" if measure == "first" else "shares"
        moved: dict[str, list[str]] = {}
        for output in list(dict.fromkeys(rows["output"]))[:MOST_OUTPUTS]:
            own = rows[rows["output"] == output]
            most = own.iloc[int(own[measure].to_numpy().argmax())]
            named = output_label(named_units(output, names), language)
            value = min(float(most[measure]), 1.0)
            parts = _rendered("output", language, output=named, value=value) if shares else named
            moved.setdefault(str(most["input_name"]), []).append(parts)
        sentences = [
            _rendered(
                "most" if len(outputs) > 1 else "most_one",
                language,
                input=name,
                outputs=_named(outputs, language),
                shares=_rendered(told, language) if shares and not at else "",
            )
            for at, (name, outputs) in enumerate(moved.items())
        ]
    swung = tables.get("swing")
    if swung is not None:
        sentences.append(_swung(swung, names.nodes, language))
    return [*sentences, *_closest(study)]


def _swung(frame: pd.DataFrame, known: Mapping[str, str], language: Language) -> str:
    """Return which weights move ranks most when they change by a quarter."""
    by_share = frame[frame["change"].str.contains("%", regex=False)]
    order = by_share.groupby("code")["rank_shift_mean"].max().sort_values(ascending=False, kind="stable")

    def effect(code: str) -> str:
        own = by_share[by_share["code"] == code]
        most = own.iloc[int(own["rank_shift_mean"].to_numpy().argmax())]
        count = int(own["units_changing_tier"].max()) if "units_changing_tier" in own else 0
        tiers = (
            _rendered("swung_tier" if count == 1 else "swung_tiers", language, count=count) if count else ""
        )
        return _rendered(
            "swung", language, name=known.get(code, code), shift=float(most["rank_shift_mean"]), tiers=tiers
        )

    codes = [str(code) for code in order.index]
    return _rendered(
        "swing",
        language,
        names=_named([effect(code) for code in codes[:3]], language),
        least=effect(codes[-1]),
    )


def _closest(study: Study) -> list[str]:
    """Return the listed pair that the least change of weights makes change places, if any does."""
    exact, language = study.robustness.proven, study.scenario.language
    if exact is None:
        why = study.once(untold_proofs)
        return (
            []
            if why is None
            else [_rendered("no_closest", language, why=why.text(language), fix=why.fix(language))]
        )
    ranks, names = study.index.ranks, study.index.panel.names
    tied = ranks[exact.units] == ranks[exact.rival]  # they stand in one place already
    spreads = np.where(tied, np.inf, exact.spread)
    least = int(spreads.argmin())
    if not 0 < spreads[least] <= 1:
        return []
    one, other = names[exact.units[least]], names[exact.rival[least]]
    spread = float(spreads[least])
    return [_rendered("closest", language, one=one, other=other, spread=spread)]


def _fewest(study: Study) -> list[str]:
    """Return how few experts decide the first tier, the list and its last place."""
    return [said.of(study.scenario.language) for said in study.once(fewest_said)]


def _left_out(study: Study, table: str, column: str) -> list[str]:
    """Return the experts or nodes whose absence changes the list most, and how little the others' does."""
    frame, language = study.tables.get(table), study.scenario.language
    if frame is None or not len(frame):
        return []
    if "level" in frame:  # indicators, not the dimensions above them
        leaves = {*study.scenario.framework.indicators}
        frame = frame[frame["code"].isin(leaves)]
    measure = "units_changing_tier" if "units_changing_tier" in frame else "rank_shift_mean"
    ordered = frame.sort_values(["rank_shift_mean", measure], ascending=False, kind="stable")
    if not ordered[[measure, "rank_shift_max"]].to_numpy(dtype=np.float64).any():
        return [_rendered(f"{'none' if measure == 'units_changing_tier' else 'no_rank'}_{column}", language)]
    nodes = names_of(study).nodes
    key = "most_absent" if column == "expert" else "most_dropped"
    first, rest = ordered.iloc[:3], ordered.iloc[3:]
    sentences = [
        _rendered(key, language, name=nodes.get(row[column], row[column]), what=_becomes(row, language))
        for _, row in first.iterrows()
    ]
    if len(rest):
        most = int(rest[measure].max())
        tiers = ""
        if measure == "units_changing_tier":
            key = {0: "no_tiers", 1: "others_tier"}.get(most, "others_tiers")
            tiers = _rendered(key, language, count=most)
            if most > first[measure].max():  # fewer places, but more tiers than those that are named
                whom = str(rest[column].iloc[int(rest[measure].to_numpy(dtype=np.float64).argmax())])
                tiers += _rendered("by_whom", language, name=nodes.get(whom, whom))
        shift = float(rest["rank_shift_mean"].max())
        sentences.append(_rendered(f"other_{column}", language, shift=shift, tiers=tiers))
    return sentences


def _becomes(row: Any, language: Language) -> str:
    """Return what a row says happens to the list."""
    moved = {"shift": row["rank_shift_mean"], "most": row["rank_shift_max"], "unit": row["unit"]}
    parts = [_rendered("moved" if row["rank_shift_max"] else "unmoved", language, **moved)]
    for column, key in (("units_changing_tier", "tiers_change"), ("entries", "entries"), ("exits", "exits")):
        if row.get(column):
            one = key == "tiers_change" and row[column] == 1
            parts.append(_rendered("tier_changes" if one else key, language, count=row[column]))
    return (", " if language == "en" else "，").join(parts)
