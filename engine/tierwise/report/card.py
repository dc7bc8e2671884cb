"""A card for a unit: where it stands and why, its nearest rivals, and what it would take to move up.

The same items as the printed report's, so that the Word file and the page of a card are made alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import TierwiseError
from tierwise.kernels.ranks import rank
from tierwise.report.card_words import WORDS
from tierwise.report.chart_parts import TIER_COLOURS
from tierwise.report.plots import QUIET, Axis, Chart, Marks, Panel, named_rows
from tierwise.report.printed import Figure, Heading, Item, Sentence, Tabulated
from tierwise.sentences.tiers import ordinal
from tierwise.study.improve import Improvement, improve
from tierwise.study.improvement_paths import paths_of
from tierwise.words.formats import Printed, by_size, cell_formats, shown
from tierwise.words.language import Language

if TYPE_CHECKING:
    from tierwise.study.study import Study

RIVALS: Final = 3
TOLD: Final = 3  # strengths, weaknesses
MOST_STRIPS: Final = 40


@dataclass(frozen=True)
class Subject:
    """A unit in a study, and what several parts of its card ask."""

    study: Study
    unit: int
    costs: Mapping[str, float] = field(default_factory=dict)  # of a standard deviation of some indicators

    @property
    def language(self) -> Language:
        """The language of the card."""
        return self.study.scenario.language

    @property
    def name(self) -> str:
        """Name of the unit."""
        return self.study.index.panel.names[self.unit]

    @property
    def tier(self) -> int:
        """Its tier, 0 outside the list."""
        return int(self.study.tiers.tiers[self.unit])

    @property
    def place(self) -> int:
        """Its place: how many units have a higher score, and one."""
        compared = self.study.index.compared
        return 1 + int((compared > compared[self.unit]).sum())

    @property
    def peers(self) -> IntArray:
        """The units of its tier, or of the whole panel outside the list."""
        tiers = self.study.tiers.tiers
        same = np.flatnonzero(tiers == self.tier) if self.tier else np.arange(len(tiers))
        return np.asarray(same, dtype=np.int64)

    @property
    def apart(self) -> FloatArray:
        """What each indicator adds to its score beyond the mean of its peers ``(indicators,)``."""
        added = self.study.index.contributions
        return np.asarray(added[self.unit] - added[self.peers].mean(axis=0))

    def words(self, key: str, **fields: object) -> str:
        """Return a text in the card's language."""
        return WORDS[key].of(self.language).format(**fields)

    def named_tier(self, tier: int) -> str:
        """Return what a tier is called."""
        return ordinal(tier).of(self.language)

    @property
    def peer_mean(self) -> str:
        """What the mean of its peers is called."""
        if not self.tier:
            return self.words("mean_of_all")
        return self.words("mean_of_tier", tier=self.named_tier(self.tier))

    def parts(self, differences: FloatArray, columns: Sequence[int]) -> str:
        """Return indicators with what each adds."""
        told = (
            self.words("part", indicator=self.indicator(at), part=signed(float(differences[at])))
            for at in columns
        )
        return self.words("join").join(told)

    def indicator(self, column: int) -> str:
        """Return the name of an indicator."""
        framework = self.study.index.framework
        return framework.names[int(framework.tree.leaves[column])]

    def number(self, value: float, like: Sequence[float], beyond: float = 0.0) -> str:
        """Return a number with the decimals that numbers of its column have; "–" for none.

        ``beyond`` tells in its sign where it is rounded to, up or down; 0 is the nearest.
        """
        if not np.isfinite(value):
            return "–"
        shape = by_size([one for one in like if np.isfinite(one)] or [value])
        if beyond:
            size = 10.0 ** len(shape.partition(".")[2])
            value = (np.ceil if beyond > 0 else np.floor)(round(value * size, 6)) / size
        return shown(float(value), shape)


def signed(value: float) -> str:
    """Return a difference of scores with its sign."""
    return f"{Printed(value):+.4f}".replace("-", "−")


def card(study: Study, unit: int, costs: Mapping[str, float] | None = None) -> list[Item]:
    """Return the card of a unit (its row in the index): headings, sentences, tables and a figure.

    With ``costs`` of a standard deviation of some indicators (1 of the others) the cheapest change of several
    stands beside the changes of one and of all.
    """
    subject = Subject(study, unit, costs or {})
    made: list[Item] = [Heading(subject.name)]
    for part in (_standing, _strengths, _nodes, _rivals, _earlier, _improvements):
        made += part(subject)
    return made


def _standing(subject: Subject) -> Iterator[Item]:
    """Yield where the unit stands, and how sure that is."""
    study, unit = subject.study, subject.unit
    index, robustness = study.index, study.robustness
    score = shown(float(index.score[unit]), cell_formats("score", index.score.tolist())[0])
    units = len(index.panel)
    where = subject.named_tier(subject.tier) if subject.tier else subject.words("outside")
    given = {"name": subject.name, "score": score, "place": subject.place, "units": units, "where": where}
    text = subject.words("standing", **given)
    low, high = (float(ends[unit]) for ends in (robustness.rank_low, robustness.rank_high))
    interval = {"interval": f"{robustness.interval:.0%}", "low": f"{low:g}", "high": f"{high:g}"}
    text += subject.words("one_rank" if low == high else "interval", **interval)
    proven = robustness.proven
    if proven is not None and proven.ranks is not None and unit in proven.units:
        at = int(np.flatnonzero(proven.units == unit)[0])
        best, worst = int(proven.ranks.best[at]), int(proven.ranks.worst[at])
        text += subject.words("exact", best=best, worst=worst)
    yield Sentence("standing", text)
    shares = robustness.tier_probabilities[unit]
    if shares.size > 1:
        told = [
            subject.words("tier_share", tier=subject.named_tier(tier), share=f"{Printed(share):.1%}")
            for tier, share in enumerate(shares.tolist(), 1)
            if share > 0
        ]
        rest = 1.0 - float(shares.sum())
        if rest > 5e-4:
            told.append(subject.words("outside_share", share=f"{Printed(rest):.1%}"))
        yield Sentence("tiers", subject.words("tier_shares", shares=subject.words("join").join(told)))


def _strengths(subject: Subject) -> Iterator[Item]:
    """Yield the indicators by which the unit is ahead of its peers, and those by which it is behind."""
    apart = subject.apart
    if len(subject.peers) < 2:
        return
    order = np.argsort(-apart, kind="stable")
    for key, columns in (
        ("strengths", [at for at in order[:TOLD].tolist() if apart[at] > 0]),
        ("weaknesses", [at for at in order[::-1][:TOLD].tolist() if apart[at] < 0]),
    ):
        if columns:
            parts = subject.parts(apart, columns)
            yield Sentence(key, subject.words(key, peers=subject.peer_mean, parts=parts))


def _nodes(subject: Subject) -> Iterator[Item]:
    """Yield figure, score, rank and mean of the peers at every node, and the strips of the indicators."""
    index, unit = subject.study.index, subject.unit
    tree, framework = index.framework.tree, index.framework
    figures, column = paths_of(index).figures, index.plan.column
    obstacles = obstacle_degrees(index.plan.values[unit], framework.global_weights[tree.leaves])
    rows: list[tuple[str, ...]] = []
    for node in range(1, tree.nodes):
        scores, leaf = index.scores[:, node], int(column[node])
        known = np.flatnonzero(~np.isnan(scores))
        place = "–"
        if unit in known:
            place = str(int(rank(scores[known])[int(np.searchsorted(known, unit))]))
        rows.append(
            (
                "　" * (int(tree.level[node]) - 1) + framework.names[node],
                "" if leaf < 0 else subject.number(float(figures[unit, leaf]), figures[:, leaf].tolist()),
                subject.number(float(scores[unit]), scores.tolist()),
                place,
                subject.number(float(np.nanmean(scores[subject.peers])), scores.tolist()),
                "" if leaf < 0 or obstacles is None else f"{Printed(obstacles[leaf]):.1%}",
            )
        )
    mean = subject.peer_mean[:1].upper() + subject.peer_mean[1:]
    words = [subject.words(key) for key in ("node", "figure", "score", "rank", "obstacle")]
    heads = [*words[:4], mean, words[4]]
    if obstacles is None:
        heads, rows = heads[:-1], [row[:-1] for row in rows]
    note = "" if obstacles is None else subject.words("obstacle_note")
    yield Tabulated("nodes", subject.words("nodes"), heads, rows, note=note)
    if len(tree.leaves) <= MOST_STRIPS:
        yield Figure("strips", subject.words("strips", name=subject.name), strips(subject))


def obstacle_degrees(values: FloatArray, weights: FloatArray) -> FloatArray | None:
    """Return the obstacle degree 障碍度 of each indicator ``(indicators,)``: its share of what is lacking.

    w (1 - y) / Σ w (1 - y) for scores y from 0 to 1 and global weights w; None on another scale, and where
    nothing lacks.
    """
    if np.isnan(values).any() or values.min() < 0 or values.max() > 1:
        return None
    lacks = weights * (1.0 - values)
    return None if lacks.sum() <= 0 else np.asarray(lacks / lacks.sum())


def strips(subject: Subject) -> Chart:
    """Return each indicator as a strip: all units as ticks, the peers' mean, the unit."""
    index, unit = subject.study.index, subject.unit
    values, listed = index.plan.values, subject.study.tiers.selected
    count = values.shape[1]
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    places = (values - low) / np.where(high > low, high - low, 1.0)
    own = places[listed]
    known = ~np.isnan(own)
    ticks = np.broadcast_to(np.arange(count, dtype=np.float64), own.shape)[known]
    means = np.nanmean(places[subject.peers], axis=0)
    row = np.arange(count, dtype=np.float64)
    here = np.flatnonzero(~np.isnan(places[unit]))
    marks = [
        Marks("dots", own[known], ticks, colour=QUIET, marker="|", size=7),
        Marks("dots", means, row, colour=TIER_COLOURS[3], marker="D", size=5),
        Marks("dots", places[unit][here], row[here], colour=TIER_COLOURS[0], marker="o", size=8),
    ]
    names = [subject.indicator(at) for at in range(count)]
    across = Axis(-0.03, 1.03, [0, 1], [subject.words("worst"), subject.words("best")])
    return Chart([Panel(marks, across, named_rows(names))], 7.0, 0.7 + 0.19 * count)


def _rivals(subject: Subject) -> Iterator[Item]:
    """Yield the nearest units above and below, and what separates the unit from each."""
    index = subject.study.index
    order = index.order.tolist()
    at = order.index(subject.unit)
    near = [one for one in order[max(0, at - RIVALS) : at + RIVALS + 1] if one != subject.unit]
    added, scores = index.contributions, index.score.tolist()
    rows = []
    for rival in near:
        differ = added[subject.unit] - added[rival]
        columns = [one for one in np.argsort(-np.abs(differ), kind="stable")[:2].tolist() if differ[one]]
        rows.append(
            (
                index.panel.names[rival],
                f"{index.ranks[rival]:g}",
                subject.number(float(index.score[rival]), scores),
                signed(float(index.score[subject.unit] - index.score[rival])),
                subject.parts(differ, columns),
            )
        )
    if rows:
        heads = [subject.words(key) for key in ("rival", "rank", "score", "gap", "separates")]
        yield Tabulated("rivals", subject.words("rivals"), heads, rows)


def _earlier(subject: Subject) -> Iterator[Item]:
    """Yield the ranks of earlier lists."""
    table = subject.study.tables.get("history")
    if table is None:
        return
    own = table[table["code"] == subject.study.index.panel.codes[subject.unit]]
    years = [str(name) for name in table.columns if str(name).removeprefix("rank_").isdigit()]
    if not len(own) or not years:
        return
    known = own[years].to_numpy(dtype=np.float64, na_value=np.nan)[0]
    ranks = ["–" if np.isnan(one) else f"{one:g}" for one in known.tolist()]
    heads = [subject.words("year"), *(year.removeprefix("rank_") for year in years)]
    yield Tabulated("earlier", subject.words("earlier"), heads, [(subject.words("rank"), *ranks)])


def _improvements(subject: Subject) -> Iterator[Item]:
    """Yield what it would take: one rank up, and the tier above or a place in the list."""
    study = subject.study
    goals = [] if subject.place == 1 else [("up", subject.place - 1)]
    if subject.tier > 1 and study.tiers.contiguous:
        goals.append(("tier_up", int(np.cumsum(study.tiers.sizes)[subject.tier - 2])))
    if not subject.tier:
        goals.append(("list_up", study.tiers.top))
    if len(goals) == 2 and goals[0][1] == goals[1][1]:
        del goals[0]  # one rank up is the tier, or the list
    for key, rank_wanted in goals:
        try:
            code = study.index.panel.codes[subject.unit]
            made = improve(study.index, study.tiers, code, rank=rank_wanted, costs=subject.costs)
        except TierwiseError:  # scores that hang on other units
            return
        yield from _improvement(subject, key, made)


def _improvement(subject: Subject, key: str, made: Improvement) -> Iterator[Item]:
    tier = subject.named_tier(subject.tier - 1) if subject.tier > 1 else ""
    goal = subject.words(key, rank=made.rank, tier=tier)
    if np.isnan(made.together):
        yield Sentence(f"{key}_none", subject.words("never", goal=goal))
        return
    yield Sentence(key, subject.words("together", goal=goal, effort=f"{Printed(made.together):.2f}"))
    figures = paths_of(subject.study.index).figures
    rows = []
    for at in np.argsort(made.effort, kind="stable").tolist():
        like, way = figures[:, at].tolist(), float(made.best[at] - made.current[at])
        rows.append(
            (
                subject.indicator(at),
                subject.number(float(made.current[at]), like),
                subject.number(float(made.needed[at]), like, way),
                subject.number(float(made.needed_together[at]), like, way),
                *([subject.number(float(made.needed_mix[at]), like, way)] if subject.costs else []),
                subject.number(float(made.best[at]), like),
                "–" if np.isnan(made.effort[at]) else f"{Printed(made.effort[at]):.2f}",
            )
        )
    keys = ("node", "now", "needed", "alike", *(["mix"] if subject.costs else []), "best_unit", "effort")
    heads = [subject.words(one) for one in keys]
    yield Tabulated(key, subject.words("improve", goal=goal), heads, rows, note=subject.words("improve_note"))
