"""Names and argument order of the worksheet functions are a promise: workbooks hold them."""

import re

import pytest

from tierwise_addin.catalogue import functions

DRAWN = (
    "(values, weights, experts_or_spread, [draws], [seed], [count], [top], [normalisation], [aggregation],"
    " [directions])"
)
ASKED = (
    "(values, weights, [ranks], [tiers], [experts_or_spread], [count], [normalisation], [aggregation],"
    " [directions])"
)
PROMISED = f"""
IDX_NORMALISE(values, [method], [directions], [low], [high])
IDX_SCORE(values, [weights], [normalisation], [aggregation], [directions])
IDX_INDEX(values, codes, framework, [normalisation], [aggregation]) [h]
IDX_RANK(scores, [ties], [order])
IDX_GLOBAL_WEIGHTS(framework) [h]
IDX_CONTRIBUTIONS(values, [weights], [normalisation], [aggregation], [directions])
IDX_CORRELATION(values, [method])
IDX_IMPUTE(values, [method], [groups], [neighbours])
IDX_CHOICES([what]) [h]
IDX_DELPHI_WEIGHTS(experts, [method], [authority])
IDX_DELPHI_STATS(experts, [scale_max]) [h]
IDX_DELPHI_FEEDBACK(experts, [own]) [h]
IDX_AUTHORITY(judgement, familiarity)
IDX_KENDALL_W(experts) [h]
IDX_AHP_WEIGHTS(matrix, [method])
IDX_AHP_CONSISTENCY(matrix) [h]
IDX_G1_WEIGHTS(order, ratio)
IDX_ORDER_WEIGHTS(order)
IDX_QUANTILE_WEIGHTS(low, middle, high, [tail]) [h]
IDX_BWM_WEIGHTS(best, worst)
IDX_BWM_CONSISTENCY(best, worst) [h]
IDX_ENTROPY_WEIGHTS(values, [directions])
IDX_CRITIC_WEIGHTS(values, [directions])
IDX_CV_WEIGHTS(values)
IDX_PCA_WEIGHTS(values)
IDX_COMBINE_WEIGHTS(first, second, [rule])
IDX_TIERS(scores, [count], [method], [indicators])
IDX_CUTS(scores, [count], [method]) [h]
IDX_TIER_PROFILE(tiers, values) [h]
IDX_TIER_QUALITY(scores, [most]) [h]
IDX_ROBUSTNESS{DRAWN} [h]
IDX_RANK_INTERVAL{DRAWN}
IDX_TOP_PROBABILITY{DRAWN}
IDX_TIER_PROBABILITY{DRAWN}
IDX_TIER_BOUNDARIES{DRAWN} [h]
IDX_RANK_ACCEPTABILITY{DRAWN}
IDX_PAIRWISE{DRAWN}
IDX_SENSITIVITY{DRAWN} [h]
IDX_EXACT_RANKS(values, weights, spread)
IDX_CRITICAL_SPREAD(values, weights)
IDX_STABILITY_INTERVALS(values, weights) [h]
IDX_DOMINANCE(values, weights, spread)
IDX_SCENARIOS(values, weights, scenarios, [count], [top], [normalisation], [aggregation], [directions]) [h]
IDX_SWINGS(values, weights, [change], [count], [top], [normalisation], [aggregation], [directions]) [h]
IDX_CLOSEST_WEIGHTS{ASKED} [h]
IDX_IMPROVE(values, weights, unit, [rank], [normalisation], [aggregation], [directions], [missing]) [h]
IDX_STUDY{DRAWN}
IDX_GET(study, [table], [unit], [column])
IDX_CARD(study, unit, [indicators]) [h]
IDX_UNIT(table, unit, [column])
IDX_COMPARE(first, second, [top]) [h]
IDX_PANEL(values, years, [weights], [scale], [normalisation], [aggregation], [directions], [missing]) [h]
IDX_FIRST_IN_GROUP(ranks, groups, [mark])
IDX_RANK_BANDS(ranks, groups, [width]) [h]
IDX_GROUP_COUNTS(groups, [columns]) [h]
IDX_ENTRIES_EXITS(codes, ranks, previous_codes, previous_ranks, [top]) [h]
IDX_RANK_CHANGE(values, weights, previous_values, [previous_weights], [normalisation], [aggregation]) [h]
IDX_STREAKS(history, top, years)
IDX_REGION(provinces)
IDX_TOPIC(kind, names, columns, [parameters], [headings], [national]) [h]
IDX_VERSION()
IDX_LASTERROR()
"""
LINES = PROMISED.strip().splitlines()


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split("(")[0])
def test_a_promise_is_kept(line):
    name, listed, header = re.fullmatch(r"(\w+)\((.*)\)( \[h\])?", line).groups()
    function = functions()[name]
    promised = [item for item in listed.split(", ") if item]
    kept = [f"[{item.name}]" if item.optional else item.name for item in function.arguments]
    assert kept[: len(promised)] == promised
    assert all(item.startswith("[") for item in kept[len(promised) :]), "more arguments are optional"
    assert function.header == bool(header)


def test_nothing_is_offered_that_is_not_promised():
    assert set(functions()) == {line.split("(")[0] for line in LINES}
