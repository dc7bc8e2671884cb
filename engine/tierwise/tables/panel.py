"""delphi_* and ahp: consensus, stability between rounds, screening, camps and comparisons of the experts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import TierwiseError, located
from tierwise.methods import delphi_rounds as rounds
from tierwise.methods.ahp import ahp, consistency, joined
from tierwise.methods.concordance import kendall_w
from tierwise.methods.delphi import positive_coefficient, screen
from tierwise.methods.verdicts import verdict
from tierwise.tables.delphi import sentence
from tierwise.words.language import Language

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.inputs import Experts, Framework
    from tierwise.spec import ExpertsSpec

NAN = float("nan")


def by_round(experts: Experts, framework: Framework, spec: ExpertsSpec, language: Language) -> pd.DataFrame:
    """Return ``delphi_rounds``: one row a round: experts, positive and authority coefficient, concordance.

    Kendall's W here is over all nodes that every expert judged; that of each sibling group stands in
    ``concordance``.
    """
    import pandas as pd

    rows: list[dict[str, object]] = []
    active = activity(experts, spec)
    for number, scored in enumerate(experts.rounds):
        table = experts.on_nodes(framework, number)
        row: dict[str, object] = {"round": scored.label, "experts": len(scored)}
        if number < len(active):
            row |= {"sent": spec.sent[number], "positive_coefficient": active[number]}
        if scored.authority is not None:
            row["authority"] = float(np.nanmean(scored.authority))
        whole = table[:, ~np.isnan(table).any(axis=0)]
        try:
            found = kendall_w(whole)
            row |= {"kendall_w": found.w, "p_chi2": found.p_chi2, "p_permutation": found.p_permutation}
        except TierwiseError:  # too few experts or nodes: nothing to test
            row |= {"kendall_w": NAN, "p_chi2": NAN, "p_permutation": NAN}
        rows.append(row)
    frame = pd.DataFrame(rows)
    said = []
    for _, one in frame.iterrows():
        clauses = [
            verdict(name, float(one[column]), language)
            for name, column in (
                ("positive-coefficient", "positive_coefficient"),
                ("authority-coefficient", "authority"),
                ("kendall-w", "kendall_w"),
                ("p", "p_permutation"),
            )
            if column in frame.columns
        ]
        said.append(sentence(clauses, language))
    frame["verdict"] = said
    return frame.dropna(axis=1, how="all")


def activity(experts: Experts, spec: ExpertsSpec) -> list[float]:
    """Return the positive coefficient of each round of which it is known how many were asked; raise E107."""
    pairs = zip(experts.rounds, spec.sent, strict=False)
    with located(lambda _: "[experts] sent"):
        return [positive_coefficient(len(one), sent) for one, sent in pairs]


def consensus(experts: Experts, framework: Framework, spec: ExpertsSpec, language: Language) -> pd.DataFrame:
    """Return ``delphi_consensus``: one row a round and judged node: how far the experts agree on it."""
    import pandas as pd

    scale = experts.scale(spec.scale_max)
    frames = []
    for number, scored in enumerate(experts.rounds):
        table, judged = _judged(experts, framework, number)
        found = rounds.consensus(table, scale, band=spec.band)
        full = found.statistics.full_score_ratio
        said = {"cv": found.statistics.cv, "within-band": found.within_band, "full-score-ratio": full}
        frames.append(
            pd.DataFrame(
                {
                    "round": scored.label,
                    "code": [framework.codes[node] for node in judged],
                    "parent": [framework.parent_of(int(node)) for node in judged],
                    "experts": found.statistics.n,
                    "mean": found.statistics.mean,
                    "sd": found.statistics.sd,
                    "cv": found.statistics.cv,
                    "median": found.statistics.median,
                    "iqr": found.statistics.iqr,
                    "full_score_ratio": full,
                    "within_band": found.within_band,
                    "agreed": found.agreed.astype(np.int64),
                    "verdict": [
                        sentence(
                            [
                                verdict(name, float(column[at]), language)
                                for name, column in said.items()
                                if column is not None
                            ],
                            language,
                        )
                        for at in range(len(judged))
                    ],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def stability(experts: Experts, framework: Framework, language: Language) -> pd.DataFrame | None:
    """Return ``delphi_stability``: one row a pair of following rounds and node judged in both."""
    import pandas as pd

    names = tuple(dict.fromkeys(name for scored in experts.rounds for name in scored.experts))
    tables = rounds.aligned(
        names,
        [
            (scored.experts, experts.on_nodes(framework, number))
            for number, scored in enumerate(experts.rounds)
        ],
    )
    frames = []
    for number in range(1, len(tables)):
        earlier, later = tables[number - 1], tables[number]
        nodes = np.flatnonzero((~np.isnan(earlier) & ~np.isnan(later)).any(axis=0))
        if not nodes.size:
            continue
        found = rounds.stability(earlier[:, nodes], later[:, nodes])
        frames.append(
            pd.DataFrame(
                {
                    "round": experts.rounds[number].label,
                    "previous_round": experts.rounds[number - 1].label,
                    "code": [framework.codes[node] for node in nodes],
                    "experts": found.n,
                    "mean_change": found.mean_change,
                    "median_change": found.median_change,
                    "cv_change": found.cv_change,
                    "changed": found.changed,
                    "net_change": found.net_change,
                    "p_wilcoxon": found.p_wilcoxon,
                    "stable": found.stable.astype(np.int64),
                    "verdict": [verdict("net-change", float(value), language) for value in found.net_change],
                }
            )
        )
    return pd.concat(frames, ignore_index=True) if frames else None


def screening(experts: Experts, framework: Framework, spec: ExpertsSpec) -> pd.DataFrame | None:
    """Return ``delphi_screening``: which indicators threshold screening 界值法 keeps, by the last round."""
    import pandas as pd

    scores = experts.on_nodes(framework)
    leaves = [node for node in framework.tree.leaves.tolist() if (~np.isnan(scores[:, node])).sum() >= 2]
    try:
        found = screen(scores[:, leaves], experts.scale(spec.scale_max))
    except TierwiseError:  # fewer than two indicators or experts: nothing to compare
        return None
    return pd.DataFrame(
        {
            "code": [framework.codes[node] for node in leaves],
            "fails_mean": found.fails[:, 0].astype(np.int64),
            "least_mean": found.least_mean,
            "fails_full_score_ratio": found.fails[:, 1].astype(np.int64),
            "least_full_score_ratio": found.least_full_score_ratio,
            "fails_cv": found.fails[:, 2].astype(np.int64),
            "most_cv": found.most_cv,
            "keep": found.keep.astype(np.int64),
        }
    )


def camps(experts: Experts, framework: Framework, language: Language) -> dict[str, pd.DataFrame]:
    """Return ``delphi_camps`` and ``delphi_experts``: camps by the weights that each expert gives.

    One row a camp, with its mean weights within each sibling group; and one row an expert of the last round.
    """
    import pandas as pd

    shares, nodes = _shares(experts, framework)
    try:
        found = rounds.camps(shares)
    except TierwiseError:  # fewer than three experts
        return {}
    last = experts.last
    who = pd.DataFrame({"expert": last.experts, "camp": found.camp})
    if last.authority is not None:
        who.insert(1, "authority", last.authority)
    if last.camps is not None:
        who["stated_camp"] = last.camps
    numbers = range(1, found.count + 1)
    frame = pd.DataFrame(
        {
            "camp": [*numbers],
            "experts": [int((found.camp == camp).sum()) for camp in numbers],
            "members": [
                ", ".join(name for name, camp in zip(last.experts, found.camp, strict=True) if camp == one)
                for one in numbers
            ],
            "silhouette": found.silhouette,
            "kendall_w": found.w,
        }
    )
    frame["verdict"] = verdict("silhouette", found.silhouette if found.count > 1 else 0.0, language)
    weights = pd.DataFrame(
        {
            framework.codes[node]: [shares[found.camp == camp, at].mean() for camp in numbers]
            for at, node in enumerate(nodes)
        }
    )
    return {
        "delphi_camps": pd.concat([frame.dropna(axis=1, how="all"), weights], axis=1),
        "delphi_experts": who,
    }


def comparisons(framework: Framework, method: str, language: Language) -> pd.DataFrame:
    """Return ``ahp``: one row a sibling group and expert, and one (``*``) for all of them joined."""
    import pandas as pd

    given = framework.comparisons
    assert given is not None
    rows: list[dict[str, object]] = []
    for parent, matrices in given.groups.items():
        node = framework.codes.index(parent)
        children = [framework.codes[child] for child in framework.tree.children[node]]
        each = [(name or "-", matrix) for name, matrix in zip(given.experts, matrices, strict=True)]
        if len(each) > 1:
            each.append(("*", joined(matrices)))
        for name, matrix in each:
            try:
                found, weights = consistency(matrix), ahp(matrix, method)
            except TierwiseError:  # an expert who left comparisons out counts in the joined row only
                continue
            rows.append(
                {
                    "parent": framework.parent_of(int(framework.tree.children[node][0])),
                    "expert": name,
                    "siblings": len(children),
                    "largest_eigenvalue": found.largest_eigenvalue,
                    "consistency_index": found.index,
                    "random_index": found.random_index,
                    "consistency_ratio": found.ratio,
                    "verdict": verdict("consistency-ratio", found.ratio, language),
                    "weights": ", ".join(
                        f"{code} {weight:.4f}" for code, weight in zip(children, weights, strict=True)
                    ),
                }
            )
    return pd.DataFrame(rows)


def _judged(experts: Experts, framework: Framework, number: int) -> tuple[FloatArray, IntArray]:
    """Return a round's scores of the nodes that were judged in it, and these nodes."""
    table = experts.on_nodes(framework, number)
    judged = np.flatnonzero(~np.isnan(table).all(axis=0))
    return table[:, judged], judged


def _shares(experts: Experts, framework: Framework) -> tuple[FloatArray, list[int]]:
    """Return each expert's weights within sibling groups (experts, nodes judged), and these nodes."""
    table = experts.on_nodes(framework)
    parts, nodes = [], []
    for group in framework.tree.sibling_groups:
        judged = group[~np.isnan(table[:, group]).all(axis=0)]
        if judged.size < 2:
            continue
        scores = table[:, judged]
        filled = np.where(np.isnan(scores), np.nanmean(scores, axis=0), scores)
        total = filled.sum(axis=1, keepdims=True)
        parts.append(np.divide(filled, total, out=np.full(filled.shape, 1.0 / judged.size), where=total > 0))
        nodes += judged.tolist()
    return (np.hstack(parts) if parts else np.empty((len(table), 0))), nodes
