"""The bounds that pages of the manual name are those of the code, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.delphi import measures
from tierwise.draws import cluster, polytope, simulate
from tierwise.draws.adaptive import Tolerance, most_draws
from tierwise.draws.blocks import BLOCK
from tierwise.methods import (
    audit_tree,
    delphi_rounds,
    doubts,
    limits,
    outranking,
    tier_stability,
)
from tierwise.outputs import remembered
from tierwise.report import contents, live, printed_topics
from tierwise.sensitivities import drawn, methods
from tierwise.study import doubts as doubts_told
from tierwise.study import exact, fewest_experts, one_at_a_time
from tierwise.tables import acceptability, delphi_without
from tierwise.whatif import shares, sweep
from tierwise_addin import cell_kinds
from tierwise_addin.settings import Settings

DOCS = Path(__file__).parents[1] / "docs"
MEGABYTE = 1_000_000

# A page, and what it says in English and in Chinese.
CLAIMS = [
    ("results", f"up to {contents.MOST_CELLS:,} cells", f"至多 {contents.MOST_CELLS:,} 个单元格"),
    ("results", f"the first {contents.MOST_ROWS:,} rows", f"至多列 {contents.MOST_ROWS:,} 行"),
    ("results", f"over {live.MOST_BYTES // 8:,} cells", f"超过 {live.MOST_BYTES // 8:,} 个单元格"),
    (
        "results",
        f"of more than {acceptability.MOST_RANKS:,} units",
        f"超过 {acceptability.MOST_RANKS:,} 个单位",
    ),
    (
        "results",
        f"{10**doubts.ABOVE.median:.0f} times above or {10**doubts.BELOW.median:.0f} times below the median",
        f"中位数的 {10**doubts.ABOVE.median:.0f} 倍以上或百分之一以下",
    ),
    ("command", f"at most {remembered.MOST_BYTES // MEGABYTE} MB", f"{remembered.MOST_BYTES // MEGABYTE} MB"),
    ("exact", f"more than {limits.MOST_CORNERS:,} corners", f"超过 {limits.MOST_CORNERS} 个"),
    ("exact", f"lists of up to {exact.MOST_UNITS}", f"榜单不超过 {exact.MOST_UNITS} "),
    ("exact", f"out of up to {exact.MOST_RIVALS}", f"在 {exact.MOST_RIVALS} 个单位以内"),
    ("scenarios", f"with up to {sweep.MOST_EXACT} units", f"不超过 {sweep.MOST_EXACT} 个单位"),
    ("scenarios", f"bisected to {sweep.TOLERANCE:.6f}", f"{sweep.TOLERANCE:.6f}"),
    ("scenarios", f"between {sweep.STEPS} steps", f"在 {sweep.STEPS} 步之间"),
    ("scenarios", f"the first {sweep.MOST_UNITS} units", f"前 {sweep.MOST_UNITS} 个单位"),
    ("scenarios", f"the nearest {sweep.MOST_SWAPS} on each side", f"每侧取最近的 {sweep.MOST_SWAPS} 次"),
    ("scenarios", f"or {sweep.MOST_SEARCHED} in all", f"合计 {sweep.MOST_SEARCHED} 次"),
    ("scenarios", f"{sweep.MOST_MOVES} changes of tiers", f"最近的 {sweep.MOST_MOVES} 次"),
    ("scenarios", f"more than {one_at_a_time.MOST_NODES} nodes", f"超过 {one_at_a_time.MOST_NODES} 个"),
    ("delphi", f"up to {fewest_experts.MOST_SETS:,} of them", f"至多试{fewest_experts.MOST_SETS:,}组"),
    (
        "delphi",
        f"longer than {fewest_experts.MOST_RANKED // fewest_experts.MOST_SETS} units",
        f"超过{fewest_experts.MOST_RANKED // fewest_experts.MOST_SETS}个单位",
    ),
    ("delphi", f"{fewest_experts.MOST_SLOW:,} where weights", f"{fewest_experts.MOST_SLOW:,}"),
    ("delphi", f"a CV of at most {delphi_rounds.MOST_CV}", f"{delphi_rounds.MOST_CV}"),
    ("delphi", f"less than {delphi_rounds.MOST_CHANGE:.0%}", f"{delphi_rounds.MOST_CHANGE:.0%}"),
    ("delphi", f"authority below {delphi_without.LOW:.2f}", f"{delphi_without.LOW:.2f}"),
    ("delphi-rounds", f"{measures.ALIKE:.0%} equal answers", f"{measures.ALIKE:.0%}"),
    ("year-to-year", f"{2 * shares.ORDERS} random orders", f"{2 * shares.ORDERS} 个随机次序"),
    ("aggregation", f"at most {outranking.KEMENY_LIMIT} units", ""),
    ("scale", f"at most {most_draws(Tolerance()):,} draws", f"至多 {most_draws(Tolerance()):,} 次"),
    ("scale", f"or {Tolerance().rank_share:.1%} of the list's length", f"{Tolerance().rank_share:.1%}"),
    ("scale", f"2,800 units take {4 * 2800**2 / MEGABYTE:.0f} MB", f"为 {4 * 2800**2 / MEGABYTE:.0f} MB"),
    ("scale", f"10,000 take {4 * 10_000**2 // MEGABYTE}", f"为 {4 * 10_000**2 // MEGABYTE} MB"),
    ("scale", f"in blocks of {BLOCK:,}", f"每 {BLOCK:,} 次为一块"),
    (
        "excel",
        f"a text of more than {cell_kinds._LONGEST_COM_TEXT} characters",
        f"超过 {cell_kinds._LONGEST_COM_TEXT} 个字符",
    ),
    ("excel", f"up to {Settings.kept_megabytes} MB", f"{Settings.kept_megabytes} MB"),
    ("report", f"of more than {printed_topics.WHOLE_ROWS} rows", f"超过 {printed_topics.WHOLE_ROWS} 行"),
    ("report", f"shows the first {printed_topics.MOST_ROWS}", f"前 {printed_topics.MOST_ROWS} 行"),
    ("sensitivity", f"reads {drawn.READ} draws for each", f"{drawn.READ} "),
    ("audit", f"correlation of {audit_tree.REDUNDANT} and above", f"{audit_tree.REDUNDANT}"),
]


@pytest.mark.parametrize(("page", "english", "chinese"), CLAIMS, ids=[one[1] for one in CLAIMS])
def test_a_bound_is_that_of_the_code(page: str, english: str, chinese: str) -> None:
    for folder, claim in ((DOCS, english), (DOCS / "zh", chinese)):
        text = (folder / f"{page}.md").read_text(encoding="utf-8")
        assert "".join(claim.split()) in "".join(text.split()), folder


def test_bounds_in_words_are_those_of_the_code() -> None:
    assert doubts_told.MOST_MISSING == 0.2  # results: a fifth of its indicators or more
    assert doubts_told.MOST_WEIGHT == 2.0  # results: more than twice its nominal weight
    assert acceptability.BANDS == 100  # results: up to a hundred bands
    assert simulate.CHECKPOINT_SECONDS == 30.0  # scale: every half minute
    assert (cluster.ROUNDS, cluster.PATIENCE) == (4, 60.0)  # scale: four for each thread, lost for a minute
    assert polytope.WORST == 100  # uncertainty: less than one in a hundred
    assert delphi_rounds.LEAST_SHARE == 0.75  # delphi: three quarters of the scores
    assert (measures.FAR, measures.LEAST_SHARED) == (3.0, 10)  # delphi-rounds: three deviations, ten answers
    assert methods.MOST_PAIRED == 10  # sensitivity: up to 10 inputs
    bounds = [bound for bound, _ in tier_stability.CLASSES]  # tiers: 0.85, 0.75, 0.60, 0.50
    assert bounds == [0.85, 0.75, 0.6, 0.5, 0.0]
