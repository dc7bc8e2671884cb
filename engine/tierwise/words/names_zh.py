"""Choices by the names that Chinese readers know: shown in Chinese outputs, understood in every input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

CHINESE: Final[Mapping[str, str]] = {
    "normalisation": "标准化方法",
    "aggregation": "合成方法",
    "missing": "缺失值处理",
    "outliers": "异常值处理",
    "leave out": "逐一剔除指标",
    "data noise": "数据误差",
    "error": "不允许缺失",
    "reweight": "同级重新分配权重",
    "none": "不处理",
    "log": "对数变换",
    "arithmetic": "线性加权",
    "geometric": "几何加权",
    "harmonic": "调和加权",
    "power": "幂平均",
    "mazziotta-pareto": "Mazziotta–Pareto 法",
    "topsis": "TOPSIS 法",
    "copeland": "Copeland 法",
    "kemeny": "Kemeny 法",
    "benefit-of-the-doubt": "数据包络（BoD）",
    "group-mean": "组内均值",
    "group-median": "组内中位数",
    "winsorise": "缩尾处理",
    "box-cox": "Box-Cox 变换",
    "mean": "均值",
    "median": "中位数",
    "regression": "回归插补",
    "knn": "近邻插补",
    "ward": "系统聚类法（离差平方和）",
    "average": "系统聚类法（类平均）",
    "complete": "系统聚类法（最长距离）",
    "single": "系统聚类法（最短距离）",
    "fisher": "费希尔最优分割",
    "kmeans": "K均值聚类",
    "quantile": "分位数",
    "fixed": "固定分档",
    "bootstrap": "专家重抽样",
    "expert": "逐次抽取一位专家",
    "expert-mixed": "逐指标抽取专家",
    "camps": "逐次抽取一个阵营",
    "dirichlet": "狄利克雷分布",
    "logistic-normal": "逻辑正态分布",
    "box": "权重±h区间",
    "noise": "权重噪声",
    "simplex": "任意权重",
    "sobol": "Sobol'法",
    "shapley": "Shapley效应法",
    "morris": "Morris法",
    "fast": "FAST法",
    "rbd-fast": "RBD-FAST法",
    "delta": "δ法",
    "pawn": "PAWN法",
    "hdmr": "HDMR法",
}
"""What a name is shown as."""

SYNONYMS: Final[Mapping[str, str]] = {
    "自动": "auto",
    "等权": "equal",
    "等权重": "equal",
    "专家打分": "experts",
    "专家": "experts",
    "德尔菲法": "experts",
    "层次分析法": "ahp",
    "熵值法": "entropy",
    "熵权法": "entropy",
    "变异系数法": "cv",
    "主成分分析法": "pca",
    "主成分": "pca",
    "因子分析法": "factor",
    "算术平均": "arithmetic",
    "加权算术平均": "arithmetic",
    "线性加权法": "arithmetic",
    "几何平均": "geometric",
    "加权几何平均": "geometric",
    "调和平均": "harmonic",
    "幂平均法": "power",
    "缩尾": "winsorise",
    "系统聚类法": "ward",
    "系统聚类": "ward",
    "离差平方和法": "ward",
    "类平均法": "average",
    "最长距离法": "complete",
    "最短距离法": "single",
    "最优分割法": "fisher",
    "自然断点法": "fisher",
    "K均值": "kmeans",
    "分位数法": "quantile",
}
"""Other names in use for a choice."""


def english(name: str, choices: Iterable[str]) -> str:
    """Return the choice that a Chinese name means; a name that means none of them comes back as it is.

    >>> english("极差法", ["z-score", "min-max"]), english("熵值法", ["min-max"])
    ('min-max', '熵值法')
    """
    given = name.strip()
    for choice in choices:
        if given == CHINESE.get(choice) or SYNONYMS.get(given) == choice:
            return choice
    return name
