"""Family weights: from experts, from comparisons, from the data."""

from __future__ import annotations

from typing import Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.draws.polytope import Polytope
from tierwise.methods import ahp, concordance, delphi, factors, ordinal, weights
from tierwise.methods.elicited import TAIL, elicited
from tierwise.methods.limits import limits
from tierwise.methods.orders import above_by
from tierwise_addin import arguments
from tierwise_addin.arguments import Help
from tierwise_addin.catalogue import Function
from tierwise_addin.codec import headed
from tierwise_addin.flat import DIRECTIONS, MISSING, VALUES, figures
from tierwise_addin.labelled import Named

EXPERTS: Final = arguments.numbers(
    "experts",
    "Scores given by the experts, experts x indicators",
    "专家打分：专家×指标",
    rows="experts",
)
MATRIX: Final = arguments.judgements(
    "matrix",
    "Comparisons in pairs, 1/9 to 9, fractions as '1/5 or =1/5; half of it is enough, and pairs may be blank",
    "两两比较判断矩阵，取1/9至9，分数写作'1/5或=1/5（可只填一半，也可残缺）",
    rows="siblings",
    columns="siblings",
)


ORDER: Final = arguments.numbers(
    "order",
    "Place of each sibling in the order of importance, 1 the most important: a row or a column",
    "各同级指标的重要性位次，1为最重要（一行或一列）",
    rows="siblings",
    columns="siblings",
)
RATIO: Final = arguments.numbers(
    "ratio",
    "How many times as important the one before it in the order is, 1 or more; blank for the first",
    "前一位次指标与该指标的重要程度之比，不小于1；首位留空",
    rows="siblings",
    columns="siblings",
)
BEST: Final = arguments.judgements(
    "best",
    "How many times as important the best sibling is as each, 1 to 9; 1 for the best itself",
    "最优指标与各指标的重要程度之比，1至9；最优指标自身为1",
    rows="siblings",
    columns="siblings",
)
WORST: Final = arguments.judgements(
    "worst",
    "How many times as important each sibling is as the worst, 1 to 9; 1 for the worst itself",
    "各指标与最劣指标的重要程度之比，1至9；最劣指标自身为1",
    rows="siblings",
    columns="siblings",
)


LOW, MIDDLE, HIGH = (
    arguments.numbers(name, en, zh, rows="siblings", columns="siblings")
    for name, en, zh in (
        ("low", "Low quantile of each weight; blank where none", "各权重的低分位数，可留空"),
        ("middle", "Median of each weight; blank where none", "各权重的中位数，可留空"),
        ("high", "High quantile of each weight; blank where none", "各权重的高分位数，可留空"),
    )
)


def delphi_weights(experts: FloatArray, method: str, authority: FloatArray | None) -> FloatArray:
    """Return the weights of the experts' columns, as a row."""
    return delphi.weights(experts, method, authority)[None]


def delphi_stats(experts: FloatArray, scale_max: float | None) -> object:
    """Return the statistics of each column of the panel, a row for each."""
    measured = delphi.statistics(experts, scale_max)
    columns = {
        "indicator": np.arange(1, len(measured.n) + 1),
        **measured.columns,
        "weight": delphi.weights(experts),
    }
    return headed(columns)


def delphi_feedback(experts: FloatArray, own: FloatArray | None) -> object:
    """Return what an expert is told of each column before the next round, a row for each."""
    told = delphi.quartiles(experts)
    columns = {"indicator": np.arange(1, len(told.n) + 1), **vars(told)}
    if own is not None:
        columns |= {"own": own.ravel(), "outside": told.outside(own).astype(np.int64)}
    return headed(columns)


def authority(judgement: FloatArray, familiarity: FloatArray) -> FloatArray:
    """Return each expert's Cr, lying as the first range."""
    return delphi.authority_coefficient(judgement, familiarity).reshape(judgement.shape)


def kendall_w(experts: FloatArray) -> object:
    """Return the concordance of the experts and its tests."""
    agreement = concordance.kendall_w(experts)
    columns = {
        "w": agreement.w,
        "chi2": agreement.chi2,
        "df": agreement.df,
        "p_chi2": agreement.p_chi2,
        "p_permutation": agreement.p_permutation,
        "mean_spearman": agreement.mean_spearman,
        "experts": agreement.experts,
        "left_out": agreement.left_out,
    }
    return headed(columns)


def ahp_weights(matrix: FloatArray, method: str) -> FloatArray:
    """Return the weights of the compared rows, as a column."""
    return ahp.ahp(matrix, method)


def ahp_consistency(matrix: FloatArray) -> object:
    """Return whether the comparisons contradict each other."""
    result = ahp.consistency(matrix)
    columns = {
        "largest_eigenvalue": result.largest_eigenvalue,
        "consistency_index": result.index,
        "random_index": result.random_index,
        "consistency_ratio": result.ratio,
        "accepted": np.nan if result.accepted is None else result.accepted,
        "missing": result.missing,
    }
    return headed(columns)


def g1_weights(order: FloatArray, ratio: FloatArray) -> FloatArray:
    """Return weights by an order and its ratios, lying as the order."""
    return ordinal.g1(order, ratio).reshape(order.shape)


def order_weights(order: FloatArray) -> FloatArray:
    """Return the mean of all weights that agree with an order, lying as it."""
    flat = order.ravel()
    none = np.full(flat.size, np.nan)
    return Polytope.within(limits(none, none, above_by(flat))).centroid.reshape(order.shape)


def quantile_weights(low: FloatArray, middle: FloatArray, high: FloatArray, tail: float) -> object:
    """Return the Dirichlet fitted to quantiles, a row for each sibling."""
    arguments.same_length("indicators", low=len(low), middle=len(middle), high=len(high))
    found = elicited(low, middle, high, tail=tail)
    columns = {
        "indicator": np.arange(1, len(found.alpha) + 1),
        "weight": found.weights,
        "alpha": found.alpha,
        "misfit": found.worst,
    }
    return headed(columns)


def bwm_weights(best: FloatArray, worst: FloatArray) -> FloatArray:
    """Return weights by the best-worst method, lying as the first range."""
    return ordinal.best_worst(best, worst).weights.reshape(best.shape)


def bwm_consistency(best: FloatArray, worst: FloatArray) -> object:
    """Return how far the judgements of the best-worst method contradict themselves."""
    found = ordinal.best_worst(best, worst)
    return headed({"ksi": found.ksi, "input_ratio": found.input_ratio})


def entropy_weights(values: FloatArray, directions: FloatArray | None, missing: str) -> FloatArray:
    """Return entropy weights of the columns, as a row."""
    there = figures(values, missing)
    with there.placed():
        return weights.entropy(there.values, directions, scale="min-max")[None]


def critic_weights(values: FloatArray, directions: FloatArray | None, missing: str) -> FloatArray:
    """Return CRITIC weights of the columns, as a row."""
    there = figures(values, missing)
    with there.placed():
        return weights.critic(there.values, directions)[None]


def cv_weights(values: FloatArray, missing: str) -> FloatArray:
    """Return weights by the coefficient of variation, as a row."""
    there = figures(values, missing)
    with there.placed():
        return weights.cv(there.values)[None]


def pca_weights(values: FloatArray, missing: str) -> FloatArray:
    """Return weights by principal components, as a row."""
    there = figures(values, missing)
    with there.placed():
        return factors.pca(there.values)[None]


FUNCTIONS: Final = (
    Function(
        "IDX_DELPHI_WEIGHTS",
        Help("Weights from the experts' scores, as a row", "由专家打分得出的权重（一行）"),
        (
            EXPERTS,
            arguments.choice(
                "method",
                delphi.METHODS,
                "What stands for the panel: mean, median, trimmed, authority (mean weighted by authority)",
                "汇总方法：mean均值、median中位数、trimmed截尾均值、authority按权威系数加权",
            ),
            arguments.filled(
                "authority", "Relative authority of each expert", "各专家的权威系数", along="experts"
            ).otherwise(None),
        ),
        delphi_weights,
    ),
    Function(
        "IDX_DELPHI_STATS",
        Help(
            "Statistics of the experts' scores, a row for each indicator", "专家打分的统计量（每个指标一行）"
        ),
        (
            EXPERTS,
            arguments.number(
                "scale_max",
                0.0,
                "Highest score of the scale, for the full-score ratio",
                "量表满分（用于满分率）",
            ).otherwise(None),
        ),
        delphi_stats,
        header=True,
        named=Named("indicators", "columns", columns=("indicator",), table="delphi"),
    ),
    Function(
        "IDX_DELPHI_FEEDBACK",
        Help(
            "Median and quartiles of the experts' scores for the next round, a row for each indicator",
            "下一轮反馈：专家打分的中位数与四分位数（每个指标一行）",
        ),
        (
            EXPERTS,
            arguments.vector(
                "own",
                "An expert's own scores: which lie outside the quartiles",
                "某位专家本人的打分，标出落在四分位区间之外者",
                along="indicators",
            ).otherwise(None),
        ),
        delphi_feedback,
        header=True,
    ),
    Function(
        "IDX_AUTHORITY",
        Help(
            "Authority of each expert: Cr = (Ca + Cs) / 2, as a column or row",
            "专家权威系数 Cr = (Ca + Cs) / 2（一列或一行）",
        ),
        (
            arguments.numbers(
                "judgement",
                "Basis of judgement Ca of each expert, 0 to 1",
                "各专家的判断依据系数Ca，0至1",
                rows="experts",
                columns="experts",
            ),
            arguments.numbers(
                "familiarity",
                "Familiarity Cs of each expert, 0 to 1",
                "各专家的熟悉程度系数Cs，0至1",
                rows="experts",
                columns="experts",
            ),
        ),
        authority,
    ),
    Function(
        "IDX_KENDALL_W",
        Help("Do the experts agree? Kendall's W with its tests", "专家意见协调系数（肯德尔W）及其检验"),
        (EXPERTS,),
        kendall_w,
        header=True,
    ),
    Function(
        "IDX_AHP_WEIGHTS",
        Help("Weights from comparisons in pairs (AHP), as a column", "层次分析法权重（一列）"),
        (
            MATRIX,
            arguments.choice(
                "method",
                ahp.METHODS,
                "eigenvector (with blanks: Harker's) or geometric-mean (with blanks: least squares of logs)",
                "eigenvector特征向量法（残缺时为Harker法）、geometric-mean几何平均法（残缺时为对数最小二乘法）",
                synonyms=ahp.SYNONYMS,
            ),
        ),
        ahp_weights,
    ),
    Function(
        "IDX_AHP_CONSISTENCY",
        Help(
            "Consistency of comparisons in pairs; a ratio below 0.1 is accepted, with blanks there is none",
            "判断矩阵一致性（CR<0.1可接受；残缺矩阵无CR）",
        ),
        (MATRIX,),
        ahp_consistency,
        header=True,
    ),
    Function(
        "IDX_G1_WEIGHTS",
        Help(
            "Weights from an order and the ratios of its places (G1)",
            "序关系分析法（G1法）权重，由位次与相邻位次之比得出",
        ),
        (ORDER, RATIO),
        g1_weights,
    ),
    Function(
        "IDX_ORDER_WEIGHTS",
        Help(
            "The mean of all weights that agree with an order (if total, ROC); ties and blanks stay open",
            "符合次序的全部权重的平均，全序时即ROC权重；并列与空白表示不分先后",
        ),
        (ORDER,),
        order_weights,
    ),
    Function(
        "IDX_QUANTILE_WEIGHTS",
        Help(
            "Weights of the Dirichlet nearest to elicited quantiles, and how far it misses them",
            "由专家分位数拟合的狄利克雷分布权重，及拟合偏差",
        ),
        (
            LOW,
            MIDDLE,
            HIGH,
            arguments.number(
                "tail",
                0.001,
                "Share of cases below low, and above high",
                "低于低分位数、高于高分位数的概率",
                high=0.4,
            ).otherwise(TAIL),
        ),
        quantile_weights,
        header=True,
    ),
    Function(
        "IDX_BWM_WEIGHTS",
        Help("Weights by the linear best-worst method (BWM)", "最优最劣法（BWM）权重"),
        (BEST, WORST),
        bwm_weights,
    ),
    Function(
        "IDX_BWM_CONSISTENCY",
        Help(
            "How far the judgements of the best-worst method contradict themselves; 0 where they agree",
            "最优最劣法判断的一致性，完全一致时为0",
        ),
        (BEST, WORST),
        bwm_consistency,
        header=True,
    ),
    Function(
        "IDX_ENTROPY_WEIGHTS",
        Help(
            "Weights by the entropy of each indicator, as a row; a constant one weighs 0",
            "熵权法权重（一行）；数值全同的指标权重为0",
        ),
        (VALUES, DIRECTIONS, MISSING),
        entropy_weights,
    ),
    Function(
        "IDX_CRITIC_WEIGHTS",
        Help(
            "Weights by contrast and conflict (CRITIC), as a row; a constant one weighs 0",
            "CRITIC法权重（一行）；数值全同的指标权重为0",
        ),
        (VALUES, DIRECTIONS, MISSING),
        critic_weights,
    ),
    Function(
        "IDX_CV_WEIGHTS",
        Help("Weights by the coefficient of variation, as a row", "变异系数法权重（一行）"),
        (VALUES, MISSING),
        cv_weights,
    ),
    Function(
        "IDX_PCA_WEIGHTS",
        Help("Weights by principal components, as a row", "主成分法权重（一行）"),
        (VALUES, MISSING),
        pca_weights,
    ),
    Function(
        "IDX_COMBINE_WEIGHTS",
        Help(
            "Two sets of weights made one, as subjective and objective ones", "组合赋权（如主观与客观权重）"
        ),
        (
            arguments.filled("first", "First set of weights", "第一组权重"),
            arguments.filled("second", "Second set of weights", "第二组权重"),
            arguments.choice(
                "rule",
                weights.RULES,
                "product, root-product (root of the product), linear (mean) or game (game-theoretic)",
                "product乘积、root-product乘积开方、linear线性平均、game博弈论组合",
            ),
        ),
        weights.combine,
        follows="first",
    ),
)
