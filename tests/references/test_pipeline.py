"""Whole pipelines against a second implementation, written from the formulas with pandas and SciPy only.

Random trees with missing values; nothing of tierwise is used on the other side but the draws of the weights.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.stats import rankdata

import tierwise as tw
from tierwise.draws.models import weight_model

READ = {"goalposts": {"low", "high"}, "efficacy": {"low", "high"}, "distance-to-target": {"target"}}
SCALES = ["min-max", "z-score", "rank", "goalposts", "distance-to-target", "efficacy"]
RULES = ["arithmetic", "geometric", "harmonic"]
UNITS = 14


def drawn(seed: int) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Return a random framework, panel and settings; every unit has at least one value in each dimension."""
    rng = np.random.default_rng(seed)
    nodes = []
    for number in range(int(rng.integers(2, 5))):
        dimension = f"d{number}"
        nodes.append({"code": dimension, "parent": "", "weight": rng.integers(1, 9)})
        for leaf in range(int(rng.integers(1, 5))):
            code = f"{dimension}{leaf}"
            nodes.append({"code": code, "parent": dimension, "weight": rng.integers(1, 9)})
            if rng.random() < 0.25:  # a third level
                nodes += [
                    {"code": f"{code}{part}", "parent": code, "weight": rng.integers(1, 9)} for part in "xy"
                ]
    framework = pd.DataFrame(nodes)
    inner = set(framework["parent"])
    leaf = ~framework["code"].isin(inner)
    framework["direction"] = np.where(leaf, rng.choice([1, -1], len(framework)), 1)
    columns = framework["code"][leaf].tolist()
    values = rng.gamma(2.0, 10.0, (UNITS, len(columns))) + 1
    gaps = rng.random(values.shape) < 0.15
    for unit in range(UNITS):  # one indicator of each dimension is always there
        for dimension in framework["code"][framework["parent"] == ""]:
            below = [at for at, code in enumerate(columns) if code.startswith(dimension)]
            if gaps[unit, below].all():
                gaps[unit, below[0]] = False
    values[gaps] = np.nan
    for name, numbers in (("low", np.nanmin(values, axis=0)), ("high", np.nanmax(values, axis=0))):
        framework[name] = np.nan
        framework.loc[leaf, name] = numbers * (0.9 if name == "low" else 1.1)
    framework["target"] = (framework["low"] + framework["high"]) / 2
    framework.loc[leaf & (framework["direction"] < 0), "target"] = framework["low"]
    panel = pd.DataFrame(values, columns=columns)
    panel.insert(0, "code", [f"u{unit}" for unit in range(UNITS)])
    settings = {
        "normalisation": str(rng.choice(SCALES)),
        "rules": [str(rng.choice(RULES)) for _ in range(3)],
    }
    if settings["normalisation"] in {"z-score", "distance-to-target"}:  # these go below zero
        settings["rules"] = ["arithmetic"] * 3
    unread = {"low", "high", "target"} - READ.get(settings["normalisation"], set())
    framework[[*unread]] = np.nan
    return framework, panel, settings


def scaled(column: pd.Series, node: pd.Series, method: str) -> pd.Series:
    x, sign = column, node["direction"]
    low, high = (x.min(), x.max()) if method in {"min-max"} else (node["low"], node["high"])
    match method:
        case "z-score":
            return sign * (x - x.mean()) / x.std() * 10 + 100
        case "rank":
            return (sign * x).rank(method="min")
        case "efficacy":
            share = (x - low) / (high - low) if sign > 0 else (high - x) / (high - low)
            return 60 + 40 * share
        case "distance-to-target":
            worst = x.min() if sign > 0 else x.max()
            return 1 - (node["target"] - x) / (node["target"] - worst)
    share = (x - low) / (high - low) if sign > 0 else (high - x) / (high - low)
    return 1 + 99 * share


def means(values: np.ndarray, weights: np.ndarray, rule: str) -> np.ndarray:  # type: ignore[type-arg]  # plain NumPy
    """Return weighted means of each row over the entries that are there."""
    out = []
    for row in values:
        there = ~np.isnan(row)
        x, w = row[there], weights[there] / weights[there].sum() if there.any() else weights[there]
        if not there.any():
            out.append(np.nan)
        elif rule == "arithmetic":
            out.append(float(np.sum(w * x)))
        elif rule == "geometric":
            out.append(float(np.prod(x**w)))
        else:
            out.append(float(1 / np.sum(w / x)))
    return np.array(out)


def scored(
    framework: pd.DataFrame, scales: pd.DataFrame, rules: list[str], weights: dict[str, float]
) -> dict[str, Any]:
    """Return the scores of every node, from the leaves up."""
    parents = dict(zip(framework["code"], framework["parent"], strict=True))
    found: dict[str, Any] = {code: scales[code].to_numpy() for code in scales}

    def depth(code: str) -> int:
        return 0 if not code else 1 + depth(parents[code])

    for parent in sorted({*framework["parent"]}, key=depth, reverse=True):
        below = framework["code"][framework["parent"] == parent].tolist()
        table = np.column_stack([found[code] for code in below])
        share = np.array([weights[code] for code in below], dtype=np.float64)
        found[parent] = means(table, share, rules[depth(parent)])
    return found


@pytest.mark.parametrize("seed", range(24))
def test_scores_ranks_and_tiers(seed: int) -> None:
    nodes, units, settings = drawn(seed)
    framework = tw.Framework.from_frame(nodes)
    spec = tw.Spec.of(
        index={
            "missing": "reweight",
            "normalisation": settings["normalisation"],
            "normalise": {"to": [1, 100], "mean": 100, "sd": 10},
            "aggregation": settings["rules"],
        },
        select={"top": 12},
        tiers={"count": 3},
    )
    found = tw.index(tw.Panel.from_frame(units, framework), framework, spec)

    by_code = nodes.set_index("code")
    scales = pd.DataFrame(
        {
            code: scaled(units[code], by_code.loc[code], settings["normalisation"])
            for code in units.columns[1:]
        }
    )
    scores = scored(nodes, scales, settings["rules"], dict(zip(nodes["code"], nodes["weight"], strict=True)))
    for at, code in enumerate(found.framework.codes):
        expected = scores["" if code == "index" else code]
        assert found.scores[:, at] == pytest.approx(expected, rel=1e-10, abs=1e-12, nan_ok=True)
    ranks = rankdata(-scores[""].round(9), method="min")
    assert found.ranks.tolist() == ranks.tolist()

    listed = ranks <= 12
    labels = fcluster(linkage(scores[""][listed][:, None], "ward"), 3, "maxclust")
    means_of = pd.Series(scores[""][listed]).groupby(labels).mean().rank(ascending=False)
    assert tw.tiers(found, spec).tiers[listed].tolist() == [int(means_of[label]) for label in labels]


@pytest.mark.parametrize("seed", range(4))
def test_robustness(seed: int) -> None:
    """Ranks of every draw by scipy's rankdata, from the same weights: block 0 of the seed."""
    nodes, units, _ = drawn(100 + seed)
    nodes = nodes.drop(columns=["low", "high", "target"])
    framework = tw.Framework.from_frame(nodes)
    spec = tw.Spec.of(
        index={
            "missing": "reweight",
            "normalise": {"to": [1, 100]},
            "aggregation": ["geometric", "arithmetic"],
        },
        select={"top": 5},
        tiers={"count": 2},
        uncertainty={"weights": "box", "spread": 0.4, "draws": 400, "seed": 11, "interval": 0.8},
    )
    found = tw.index(tw.Panel.from_frame(units, framework), framework, spec)
    robust = tw.robustness(found, tw.tiers(found, spec), spec)

    tree = found.framework.tree
    model = weight_model("box", tree, found.local_weights, spread=0.4)
    local = model.draw(np.random.default_rng(np.random.SeedSequence(11, spawn_key=(0,))), 400)
    by_code = nodes.set_index("code")
    scales = pd.DataFrame(
        {code: scaled(units[code], by_code.loc[code], "min-max") for code in units.columns[1:]}
    )
    rules = ["geometric", "arithmetic", "arithmetic"]
    scores = np.array(
        [
            scored(nodes, scales, rules, dict(zip(found.framework.codes, row, strict=True)))[""]
            for row in local
        ]
    )
    ranks = rankdata(-scores.round(9), method="min", axis=1)
    nominal = rankdata(-found.scores[:, 0].round(9), method="min")
    assert robust.tally.rank_mean() == pytest.approx(ranks.mean(axis=0))
    assert robust.tally.rank_min().tolist() == ranks.min(axis=0).tolist()
    assert robust.tally.rank_max().tolist() == ranks.max(axis=0).tolist()
    low, high = np.quantile(ranks, [0.1, 0.9], axis=0, method="inverted_cdf")
    assert (robust.rank_low.tolist(), robust.rank_high.tolist()) == (low.tolist(), high.tolist())
    assert robust.p_top == pytest.approx((ranks <= 5).mean(axis=0))
    assert robust.rank_shift == pytest.approx(np.abs(ranks - nominal).mean())
    first = np.empty(ranks.shape, dtype=np.bool_)  # in the upper of two tiers, cut again in every draw
    for draw, row in enumerate(scores):
        listed = np.flatnonzero(ranks[draw] <= 5)
        labels = fcluster(linkage(row[listed][:, None], "ward"), 2, "maxclust")
        first[draw] = False
        first[draw, listed] = labels == labels[row[listed].argmax()]
    assert robust.tier_probabilities[:, 0] == pytest.approx(first.mean(axis=0))
