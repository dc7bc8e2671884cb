"""Family index: from figures to scores and ranks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.errors import Problem, TierwiseError, problem
from tierwise.inputs import Framework
from tierwise.kernels import ranks
from tierwise.methods import contributions as parts
from tierwise.methods import impute as gaps
from tierwise.methods import normalise as steps
from tierwise.methods.audit import correlation_matrix
from tierwise.methods.normalisations import METHODS
from tierwise.methods.scores import scores as scored
from tierwise_addin import arguments
from tierwise_addin.arguments import Help
from tierwise_addin.catalogue import Function
from tierwise_addin.codec import headed
from tierwise_addin.flat import AGGREGATION, DIRECTIONS, HOW, MISSING, NORMALISATION, VALUES, WEIGHTS, flat
from tierwise_addin.framework_cells import FRAMEWORK, in_range
from tierwise_addin.labelled import Named

FILLING: Final = tuple(name for name, method in gaps.METHODS.items() if method.fills)
OF_HEADINGS: Final = frozenset({"D024", "D025", "D026", "D027", "D028"})
SCORES: Final = arguments.vector(
    "scores", "Scores of the units, one row or column", "各单位得分（单行或单列）"
)


def normalise(
    values: FloatArray,
    method: str,
    directions: FloatArray | None,
    low: FloatArray | None,
    high: FloatArray | None,
) -> FloatArray:
    """Return the values on one scale, more = better; what is blank stays blank.

    For methods without goalposts (min-max, percentile …) one ``low`` and one ``high`` are the range of
    the result.
    """
    takes = METHODS[method].settings
    ends = {"low": low, "high": high}
    given = [name for name, end in ends.items() if end is not None]
    if "low" in takes or not given:
        return steps.normalise(values, method, directions, low=low, high=high)
    if "to" not in takes:
        raise TierwiseError(*(problem("C029", argument=name, method=method) for name in given))
    sizes = {name: 0 if end is None else end.size for name, end in ends.items()}
    wrong = [problem("C030", argument=name, found=size) for name, size in sizes.items() if size != 1]
    if wrong:
        raise TierwiseError(*wrong)
    assert low is not None
    assert high is not None
    with arguments.in_cells({"to": "low"}):
        return steps.normalise(values, method, directions, to=(float(low[0]), float(high[0])))


def score(values: FloatArray, weights: FloatArray | None, *how: Any) -> FloatArray:
    """Return the score of each unit; blank for a unit without any figure, where blanks are allowed."""
    made = flat(values, weights, *how)
    return made.figures.spread(scored(made.plan, made.nominal[None]).reshape(-1))


def index(
    values: FloatArray,
    codes: list[str],
    framework: Framework,
    normalisation: str,
    aggregation: str,
    missing: str,
) -> object:
    """Return the score of each unit at every node of the framework, the index first."""
    from tierwise.inputs import Panel, Sheet  # loads pydantic, no other cell does
    from tierwise.spec import IndexSpec, Spec
    from tierwise.study import index as indexing

    arguments.same_length("columns", codes=len(codes), values=values.shape[1])
    rows = tuple(map(str, range(1, len(values) + 1)))
    written = Sheet("values", tuple(codes), (), tuple(range(1, len(values) + 1)))
    sheet, clashes = framework.matched(written, framework.indicators)
    lacking = [code for code in framework.indicators if code not in sheet.header]
    if lacking:
        raise TierwiseError(problem("C018", argument="codes", missing=lacking))
    if clashes:
        raise TierwiseError(*map(_as_elsewhere, clashes))
    panel = Panel(rows, rows, sheet.header, values, sheet=sheet, rows=tuple(range(len(values))))
    steps_taken = IndexSpec.model_validate(
        {"missing": missing, "normalisation": normalisation, "aggregation": aggregation}
    )
    try:
        result = indexing.index(panel, framework, Spec(index=steps_taken))
    except TierwiseError as error:
        raise TierwiseError(*map(_as_elsewhere, error.problems)) from None
    scores = np.full((len(values), len(framework.codes)), np.nan)
    scores[[rows.index(unit) for unit in result.panel.codes]] = result.scores
    return [[*framework.codes], *scores.tolist()]


def _as_elsewhere(raised: Problem) -> Problem:
    """Return a problem of a blank as the functions without a framework tell it, others by row and column.

    What is wrong with the unit of measure of a column is told where its code stands.
    """
    code = {"D011": "M040", "D012": "M002"}.get(raised.code, raised.code)
    place = raised.place.replace("values!", "codes!") if code in OF_HEADINGS else raised.place
    return in_range(replace(raised, code=code, place=place))


def contributions(
    values: FloatArray, weights: FloatArray | None, normalisation: str, aggregation: str, *how: Any
) -> FloatArray:
    """Return what each indicator adds to each score, units x indicators; a row sums to the score."""
    made = flat(values, weights, normalisation, aggregation, *how)
    with arguments.in_cells({"rule": "aggregation"}), made.figures.placed():
        return made.figures.spread(
            parts.contributions(made.plan.values, made.nominal[1:], made.plan.rules[0])
        )


def correlation(values: FloatArray, method: str) -> FloatArray:
    """Return the correlations of the indicators, each pair from the units where both stand."""
    return correlation_matrix(values, method)


def impute(values: FloatArray, method: str, groups: list[str] | None, neighbours: int | None) -> FloatArray:
    """Return the figures with the blank cells filled."""
    given = {"groups": None if groups is None else [groups], "neighbours": neighbours}
    settings = {key: value for key, value in given.items() if value is not None}
    taken = gaps.METHODS[method].settings
    if unread := [key for key in settings if key not in taken]:
        raise TierwiseError(*(problem("C029", argument=key, method=method) for key in unread))
    if groups is not None:
        arguments.same_length("units", groups=len(groups), values=len(values))
    return gaps.impute(values, method, **settings).values


def global_weights(framework: Framework) -> object:
    """Return local and global weight of each node below the index."""
    columns = framework.to_frame()[["code", "parent", "level", "local", "global"]]
    return headed({str(name): column.to_numpy() for name, column in columns.items()})


def rank(scores: FloatArray, ties: str, ascending: bool) -> FloatArray:
    """Return the ranks of the scores that are there; a blank score has a blank rank."""
    out = np.full(scores.shape, np.nan)
    present = ~np.isnan(scores)
    out[present] = ranks.rank(scores[present], ties, not ascending)
    return out


FUNCTIONS: Final = (
    Function(
        "IDX_NORMALISE",
        Help("Indicators on one scale, more = better", "指标无量纲化：统一尺度，越大越好"),
        (
            VALUES,
            NORMALISATION.named("method"),
            DIRECTIONS,
            arguments.vector(
                "low",
                "Lower goalposts, one for each indicator; for min-max the lower end of the result",
                "各指标的下限（不允许值）；min-max为结果区间下端",
                along="indicators",
            ).otherwise(None, zero_is_blank=False),
            arguments.vector(
                "high",
                "Upper goalposts, one for each indicator; for min-max the upper end of the result",
                "各指标的上限（满意值）；min-max为结果区间上端",
                along="indicators",
            ).otherwise(None, zero_is_blank=False),
        ),
        normalise,
        named=Named(headings=("{}",)),
    ),
    Function(
        "IDX_SCORE",
        Help("Composite score of each unit", "各单位的综合得分"),
        (VALUES, WEIGHTS.otherwise(None), *HOW),
        score,
        named=Named(headings=("score",), table="robustness"),
    ),
    Function(
        "IDX_INDEX",
        Help("Score of each unit at every node of a framework", "各单位在指标体系各节点的得分"),
        (
            VALUES,
            arguments.labels(
                "codes", "Code of each indicator, as in the framework", "各列指标代码", along="indicators"
            ),
            FRAMEWORK,
            NORMALISATION,
            AGGREGATION,
            MISSING,
        ),
        index,
        header=True,
        named=Named(),
    ),
    Function(
        "IDX_GLOBAL_WEIGHTS",
        Help("Local and global weight of every node of a framework", "指标体系各节点的层内权重与全局权重"),
        (FRAMEWORK,),
        global_weights,
        header=True,
    ),
    Function(
        "IDX_CONTRIBUTIONS",
        Help(
            "What each indicator adds to each unit's score; a row sums to IDX_SCORE",
            "各指标对各单位得分的贡献，每行之和为IDX_SCORE",
        ),
        (VALUES, WEIGHTS.otherwise(None), *HOW),
        contributions,
        named=Named(headings=("{}",)),
    ),
    Function(
        "IDX_CORRELATION",
        Help("Correlations of the indicators with each other", "各指标之间的相关系数"),
        (
            VALUES,
            arguments.choice(
                "method",
                ("pearson", "spearman", "kendall"),
                "pearson (default), or of ranks: spearman, kendall (tau-b)",
                "pearson（默认），或秩相关spearman、kendall（tau-b）",
            ),
        ),
        correlation,
        named=Named("indicators", "square"),
    ),
    Function(
        "IDX_IMPUTE",
        Help("The figures with blank cells filled", "填补缺失值后的数据"),
        (
            VALUES,
            arguments.choice(
                "method",
                FILLING,
                "What is put into a blank cell (default median of the indicator)",
                "填补方法（默认该指标的中位数）",
                default="median",
                synonyms={
                    said: name
                    for name in FILLING
                    for said in (gaps.METHODS[name].zh, *gaps.METHODS[name].synonyms)
                },
            ),
            arguments.labels(
                "groups",
                "Group of each unit, for group-mean and group-median",
                "各单位所属分组，用于组内均值、组内中位数",
            ).otherwise(None),
            arguments.whole("neighbours", 1, "Nearest units, for knn", "knn的邻近单位数", None),
        ),
        impute,
        named=Named(headings=("{}",)),
    ),
    Function(
        "IDX_RANK",
        Help(
            "Rank of each score, 1 = first; equal scores share a rank", "各得分的名次（1为第一，同分同名次）"
        ),
        (
            SCORES,
            arguments.choice(
                "ties",
                ranks.TIES,
                "What equal scores share: min (1, 2, 2, 4), max, average, dense (1, 2, 2, 3), ordinal",
                "同分规则：min（1、2、2、4）、max、average、dense（1、2、2、3）、ordinal",
            ),
            arguments.flag(
                "order",
                "As in RANK.EQ: 0, the highest score comes first (default); 1, the lowest",
                "与RANK.EQ相同：0为降序，得分高者在前（默认）；1为升序，得分低者在前",
                False,
                "0 or 1",
            ),
        ),
        rank,
        follows="scores",
        named=Named(headings=("rank",), table="robustness"),
    ),
)
