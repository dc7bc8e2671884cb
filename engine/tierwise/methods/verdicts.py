"""What a statistic of an expert panel says, in plain words.

Bounds are those of common practice, not laws; each sentence names its bound so that a reader may disagree.
"""

from __future__ import annotations

from math import isnan
from operator import ge, gt

from tierwise.names import choose
from tierwise.tolerances import SHARE
from tierwise.words.language import Language

Steps = tuple[tuple[float, str, str], ...]

#: For each statistic: lowest value, sentence in English, in Chinese; the first whose value is reached holds.
STEPS: dict[str, Steps] = {
    "cv": (
        (
            0.35,
            "experts differ widely (above 0.35); discuss the item",
            "专家分歧较大（超过0.35），宜讨论该项",
        ),
        (0.25, "experts differ somewhat (above 0.25)", "专家意见有一定分歧（超过0.25）"),
        (float("-inf"), "experts agree (0.25 or below)", "专家意见较为一致（不超过0.25）"),
    ),
    "full_score_ratio": (
        (0.5, "half of the experts or more give the full score", "半数及以上专家给满分"),
        (0.2, "some experts give the full score", "部分专家给满分"),
        (float("-inf"), "few experts give the full score (below 20%)", "给满分的专家很少（低于20%）"),
    ),
    "positive_coefficient": (
        (0.7, "the panel took an active part (0.70 or above)", "专家积极性高（不低于0.70）"),
        (0.5, "enough came back to go on (0.50 or above)", "回收率可以接受（不低于0.50）"),
        (float("-inf"), "too few came back (below 0.50)", "回收率过低（低于0.50）"),
    ),
    "authority_coefficient": (
        (0.7, "the experts know the matter (0.70 or above)", "专家权威程度较高（不低于0.70）"),
        (float("-inf"), "authority below the usual 0.70", "权威程度低于通常要求的0.70"),
    ),
    "kendall_w": (
        (0.8, "nearly the same order from all experts", "专家排序几乎一致"),
        (0.6, "strong agreement on the order", "排序一致性强"),
        (0.4, "moderate agreement on the order", "排序一致性中等"),
        (0.2, "weak agreement on the order", "排序一致性较弱"),
        (float("-inf"), "hardly any agreement on the order (below 0.20)", "排序几乎没有一致性（低于0.20）"),
    ),
    "p": (
        (0.05, "agreement could be chance (p of 0.05 or above)", "一致性可能出于偶然（p不小于0.05）"),
        (float("-inf"), "agreement is beyond chance (p below 0.05)", "一致性具有统计显著性（p小于0.05）"),
    ),
    "within_band": (
        (
            0.75,
            "three quarters of the experts or more are close to the median",
            "四分之三及以上专家接近中位数",
        ),
        (float("-inf"), "fewer than three quarters are close to the median", "接近中位数的专家不足四分之三"),
    ),
    "net_change": (
        (0.15, "not yet stable between rounds (15% or more moved)", "轮次间尚不稳定（变动不低于15%）"),
        (float("-inf"), "stable between rounds (below 15%)", "轮次间稳定（变动低于15%）"),
    ),
    "silhouette": (
        (0.5, "clear camps of experts", "专家阵营分明"),
        (0.25, "camps of experts, though they overlap", "存在专家阵营，但有重叠"),
        (float("-inf"), "no camps worth the name", "没有明显的专家阵营"),
    ),
    "consistency_ratio": (
        (
            0.1,
            "comparisons contradict each other (0.10 or above); revise",
            "判断矩阵不一致（不低于0.10），需调整",
        ),
        (float("-inf"), "comparisons are consistent (below 0.10)", "判断矩阵一致性可接受（低于0.10）"),
    ),
    "weight_ratio": (
        (2.0, "the weights tell siblings apart", "权重区分度明显"),
        (1.43, "the weights differ little", "权重差异较小"),
        (
            float("-inf"),
            "nearly equal weights: scores of {low:g} to {top:g} cannot part siblings by more than 1.43",
            "权重近乎相等：{low:g}至{top:g}分的评分使同级权重之比不超过1.43",
        ),
    ),
    "jaccard": (
        (0.85, "highly stable", "高度稳定"),
        (0.75, "valid, stable tier", "稳定有效"),
        (0.6, "a pattern, but who belongs is doubtful", "有一定规律，但归属存疑"),
        (0.5, "unstable (below 0.60)", "不稳定（低于0.60）"),
        (float("-inf"), "dissolved (below 0.50)", "不复存在（低于0.50）"),
    ),
    "adjusted_rand": (
        (0.9, "nearly the same tiers each time", "各次划分几乎相同"),
        (0.65, "mostly the same tiers", "各次划分大体相同"),
        (float("-inf"), "tiers differ much from draw to draw", "各次划分差异较大"),
    ),
    "cronbach_alpha": (
        (0.9, "indicators may repeat each other (0.90 or above)", "指标可能重复（不低于0.90）"),
        (0.7, "indicators hang together (0.70 or above)", "内部一致性较好（不低于0.70）"),
        (float("-inf"), "indicators hang together loosely (below 0.70)", "内部一致性较低（低于0.70）"),
    ),
}


def verdict(statistic: str, value: float, language: Language = "en", scale_max: float = 5.0) -> str:
    """Return what ``value`` of ``statistic`` says, in one clause; an empty string for NaN.

    ``scale_max`` is the top of the experts' scale, which some clauses name.

    Statistics: the keys of :data:`STEPS`. Raises S002 for another name.
    """
    name = choose(statistic, [key.replace("_", "-") for key in STEPS], "statistic").replace("-", "_")
    if isnan(value):
        return ""
    told = value - SHARE if name == "cv" else value + SHARE  # 0.6, 0.7 and 0.8 have a mean of 0.70
    reaches = gt if name == "cv" else ge
    english, chinese = next(words for bound, *words in STEPS[name] if reaches(told, bound))
    chosen = english if language == "en" else chinese
    return chosen.format(low=0.7 * scale_max, top=scale_max)
