"""Headings of tables and sheets, in English and Chinese, and how a column's numbers are shown."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tierwise.errors import Language

# Table (the CSV's name) -> sheet name.
SHEETS: Final[dict[str, tuple[str, str]]] = {
    "summary": ("Summary", "概要"),
    "ranking": ("Ranking", "排名"),
    "robustness": ("Robustness", "稳健性"),
    "cuts": ("Cuts", "梯队边界"),
    "cut_distribution": ("Cut distribution", "边界分布"),
    "acceptability": ("Rank acceptability", "名次可接受度"),
    "scores": ("Scores", "得分"),
    "weights": ("Weights", "权重"),
    "delphi": ("Delphi", "德尔菲"),
    "sensitivity": ("Sensitivity", "敏感性"),
    "scenarios": ("Weight scenarios", "权重方案"),
    "history": ("Streaks", "历年连续上榜"),
    "changes": ("Changes", "进退变化"),
    "unranked": ("Not ranked", "未参评"),
    "concordance": ("Concordance", "专家一致性"),
    "treated": ("Treated cells", "处理过的数据"),
    "treatment": ("Outliers", "异常值处理"),
    "contributions": ("Contributions", "指标贡献"),
}

COLUMNS: Final[dict[str, tuple[str, str]]] = {
    "code": ("Code", "代码"),
    "name": ("Name", "名称"),
    "province": ("Province", "省份"),
    "prefecture": ("Prefecture", "地级市"),
    "region": ("Region", "区域"),
    "country": ("Country", "国家"),
    "score": ("Score", "得分"),
    "rank": ("Rank", "排名"),
    "tier": ("Tier", "梯队"),
    "first_in_group": ("First in group", "组内首位"),
    "parent": ("Parent", "上级"),
    "level": ("Level", "层级"),
    "local": ("Local weight", "层内权重"),
    "global": ("Global weight", "组合权重"),
    "rank_mean": ("Mean rank", "平均名次"),
    "rank_median": ("Median rank", "名次中位数"),
    "rank_low": ("Best rank in interval", "名次区间上端"),
    "rank_high": ("Worst rank in interval", "名次区间下端"),
    "rank_min": ("Best rank drawn", "模拟最好名次"),
    "rank_max": ("Worst rank drawn", "模拟最差名次"),
    "rank_best_exact": ("Best possible rank", "理论最好名次"),
    "rank_worst_exact": ("Worst possible rank", "理论最差名次"),
    "p_top": ("P(in the list)", "入榜概率"),
    "p_tier_same": ("P(same tier)", "梯队不变概率"),
    "nearest_rival": ("Nearest rival", "最近竞争者"),
    "critical_spread": ("Critical spread", "临界权重偏差"),
    "cut": ("Cut", "边界"),
    "score_low": ("Score, low", "得分区间下限"),
    "score_high": ("Score, high", "得分区间上限"),
    "p_same": ("P(cut here)", "边界不变概率"),
    "unit_above": ("Last above", "边界上末位"),
    "unit_below": ("First below", "边界下首位"),
    "p_split": ("P(these two split)", "两者分属不同梯队概率"),
    "n": ("Experts", "专家数"),
    "mean": ("Mean", "均值"),
    "sd": ("SD", "标准差"),
    "cv": ("CV", "变异系数"),
    "median": ("Median", "中位数"),
    "iqr": ("IQR", "四分位距"),
    "full_score_ratio": ("Full-score ratio", "满分率"),
    "weight": ("Weight", "权重"),
    "year": ("Year", "年份"),
    "output": ("Output", "输出"),
    "input": ("Input", "输入"),
    "method": ("Method", "方法"),
    "first": ("First order", "一阶指数"),
    "first_conf": ("± first order", "一阶指数±"),
    "total": ("Total", "总效应指数"),
    "total_conf": ("± total", "总效应指数±"),
    "scenario": ("Scenario", "方案"),
    "rank_shift_mean": ("Mean rank shift", "平均位移"),
    "rank_shift_max": ("Largest rank shift", "最大位移"),
    "spearman": ("Spearman", "斯皮尔曼相关"),
    "kendall": ("Kendall", "肯德尔相关"),
    "units_changing_tier": ("Units changing tier", "梯队变化单位数"),
    "entries": ("Entries", "新进"),
    "exits": ("Exits", "退出"),
    "index": ("Index", "总指数"),
    "siblings": ("Siblings", "同级指标数"),
    "kendall_w": ("Kendall's W", "肯德尔和谐系数W"),
    "chi2": ("chi²", "卡方"),
    "df": ("df", "自由度"),
    "p_chi2": ("p (chi²)", "p值(卡方)"),
    "p_permutation": ("p (permutation)", "p值(置换检验)"),
    "indicator": ("Indicator", "指标"),
    "step": ("Step", "步骤"),
    "before": ("Before", "处理前"),
    "after": ("After", "处理后"),
    "rule": ("Rule", "处理方式"),
    "cells": ("Cells changed", "改动单元格数"),
    "skewness_before": ("Skewness before", "处理前偏度"),
    "skewness_after": ("Skewness after", "处理后偏度"),
    "kurtosis_before": ("Kurtosis before", "处理前峰度"),
    "kurtosis_after": ("Kurtosis after", "处理后峰度"),
    "passed": ("Within limits", "符合限值"),
    "data_share": ("Share of data", "数据完整度"),
}

PATTERNS: Final[dict[str, tuple[str, str]]] = {
    r"p_tier_(\d+)": ("P(tier {0})", "第{0}梯队概率"),
    r"p_rank_(\d+)": ("P(rank {0})", "第{0}名概率"),
    r"p_cut_(\d+)": ("P(cut {0} here)", "边界{0}在此概率"),
}

# Number formats of Excel by column; the first pattern that fits wins.
FORMATS: Final[dict[str, str]] = {
    r"rank_mean|rank_shift_mean": "0.0",
    r"rank.*|cut|tier|level|n|year|.*_max|.*_min|entries|exits|units_.*|first_in_group|cells|passed": "0",
    r"p_chi2|p_permutation": "0.0000",
    r"p_.*|data_share|local|global|weight|full_score_ratio|critical_spread": "0.0%",
    r"code|name|parent": "@",
    r"score.*": "0.0000",
}


# Names of methods as Chinese readers know them; English readers see the name that the scenario has.
NAMES: Final[dict[str, str]] = {
    "error": "不允许缺失",
    "reweight": "同级重新分配权重",
    "min-max": "极差法",
    "z-score": "标准分法",
    "rank": "排序法",
    "percentile": "百分位法",
    "goalposts": "阈值法",
    "efficacy": "功效系数法",
    "borda": "博尔达法",
    "distance-to-best": "与最优值之比",
    "distance-to-target": "与目标值之比",
    "arithmetic": "线性加权",
    "geometric": "几何加权",
    "harmonic": "调和加权",
    "mean": "均值",
    "median": "中位数",
    "regression": "回归插补",
    "knn": "近邻插补",
    "ward": "系统聚类法(离差平方和)",
    "average": "系统聚类法(类平均)",
    "complete": "系统聚类法(最长距离)",
    "single": "系统聚类法(最短距离)",
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
}


def named(method: str, language: Language) -> str:
    """Return a method's name as the reader knows it."""
    return NAMES.get(method, method) if language == "zh" else method


def heading(column: str, language: Language) -> str:
    """Return a column's heading; a column that is not known keeps its name."""
    at = 0 if language == "en" else 1
    if column in COLUMNS:
        return COLUMNS[column][at]
    for pattern, words in PATTERNS.items():
        if found := re.fullmatch(pattern, column):
            return words[at].format(*found.groups())
    return column


def sheet_name(table: str, language: Language) -> str:
    """Return the name of a table's sheet (31 characters at most, as Excel wants it)."""
    words = SHEETS.get(table, (table.replace("_", " ").capitalize(),) * 2)
    return words[0 if language == "en" else 1][:31]


def number_format(column: str) -> str:
    """Return the Excel number format of a column's numbers."""
    for pattern, shape in FORMATS.items():
        if re.fullmatch(pattern, column):
            return shape
    return "0.####"


@cache
def result_sheets() -> frozenset[str]:
    """Return the names of all sheets that tierwise writes, in both languages."""
    return frozenset(name for names in SHEETS.values() for name in names)
