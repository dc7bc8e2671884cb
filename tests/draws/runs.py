"""Runs that the tests of draws share: what is drawn from, and all that may not differ."""

import numpy as np

from tierwise.draws.models import weight_model
from tierwise.draws.source import WeightedScores
from tierwise.draws.tier_rules import TierRule
from tierwise.kernels.tree import Tree
from tierwise.methods.scores import Plan
from tierwise.report.write import without_formulas
from tierwise.stages import run

TREE = Tree.flat(6)
ALL = {"tier_rule": TierRule(4), "top": 30, "quantities": ("pairwise", "central"), "seed": 11}


def source(units=60, model="dirichlet", rule="arithmetic"):
    rng = np.random.default_rng(4)
    nominal = TREE.normalised(np.ones(7))
    panel = rng.integers(1, 10, (12, 7)).astype(float)
    values = 0.1 + rng.random((units, 6))
    return WeightedScores(Plan.uniform(values, TREE, rule), weight_model(model, TREE, nominal, scores=panel))


def bits(tally):
    """Every answer that could differ, as bytes."""
    answers = (
        tally.rank_counts,
        tally.rank_mean(),
        tally.tier_probabilities,
        tally.cut_rank_probabilities,
        tally.cut_score_quantile(0.05),
        tally.p_split(),
        tally.pairwise(),
        tally.central_weights(),
        np.array([tally.draws, tally.failed, tally.rank_shift_mean()]),
    )
    return b"".join(np.ascontiguousarray(answer).tobytes() for answer in answers)


def tables_here(scenario, **settings_of_run):
    """The tables of a run in this process, as they are written."""
    return {
        f"{name}.csv": without_formulas(frame).to_csv(index=False, encoding="utf-8", lineterminator="\n")
        for name, frame in run(scenario, **settings_of_run).tables.items()
    }


def small_scenario(tmp_path):
    """A scenario of 40 units and 4 indicators in files."""
    values = np.random.default_rng(5).random((40, 4))
    folder = tmp_path / "scenario"
    folder.mkdir()
    rows = [",".join([f"u{number}", f"unit {number}", *map(str, row)]) for number, row in enumerate(values)]
    (folder / "units.csv").write_text("\n".join(["code,name,a,b,c,d", *rows]), encoding="utf-8")
    framework = ["code,name,parent,weight,direction", *(f"{code},{code},,1,1" for code in "abcd")]
    (folder / "framework.csv").write_text("\n".join(framework), encoding="utf-8")
    settings_of_data = '[data]\nunits = "units.csv"\nframework = "framework.csv"\n'
    path = folder / "small.toml"
    path.write_text(f'name = "small"\n{settings_of_data}', encoding="utf-8")
    return path
