"""Headings of tables and sheets, and the names of methods, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain, count
from typing import Final

from tierwise.words.language import Language

__all__ = ["heading"]

LONGEST_SHEET: Final = 31
# Table (the CSV's name) -> sheet name.
SHEETS: Final[dict[str, tuple[str, str]]] = {
    "summary": ("Summary", "概要"),
    "charts": ("Charts", "图表"),
    "ranking": ("Ranking", "排名"),
    "doubts": ("To check", "待核数据"),
    "robustness": ("Robustness", "稳健性"),
    "cuts": ("Cuts", "梯队边界"),
    "cut_distribution": ("Cut distribution", "边界分布"),
    "acceptability": ("Rank acceptability", "名次可接受度"),
    "scores": ("Scores", "得分"),
    "weights": ("Weights", "权重"),
    "delphi": ("Delphi", "德尔菲"),
    "sensitivity": ("Sensitivity", "敏感性"),
    "sensitivity_second": ("Sensitivity, pairs", "敏感性（两两交互）"),
    "sensitivity_convergence": ("Sensitivity, settling", "敏感性（收敛）"),
    "scenarios": ("Weight scenarios", "权重方案"),
    "scenario_ranks": ("Ranks by scenario", "各方案排名"),
    "scenario_changes": ("Changes by scenario", "各方案变动"),
    "targets": ("Targets", "目标反推"),
    "target_weights": ("Target weights", "目标所需权重"),
    "swing": ("Swings", "权重变动影响"),
    "sweeps": ("Sweeps", "逐一变动权重"),
    "sweep_lines": ("Sweep lines", "权重变动曲线"),
    "history": ("Streaks", "历年连续上榜"),
    "history_lists": ("Earlier lists", "往期榜单"),
    "changes": ("Changes", "进退变化"),
    "delphi_rounds": ("Delphi rounds", "德尔菲轮次"),
    "delphi_consensus": ("Delphi consensus", "专家共识"),
    "delphi_stability": ("Delphi stability", "轮次稳定性"),
    "delphi_screening": ("Delphi screening", "界值法筛选"),
    "delphi_camps": ("Delphi camps", "专家阵营"),
    "delphi_experts": ("Experts by camp", "专家名单"),
    "delphi_leave_one_out": ("Expert left out", "逐一剔除专家"),
    "ahp": ("AHP", "层次分析法"),
    "tiers_profile": ("Tier profile", "梯队特征"),
    "tiers_quality": ("Number of tiers", "梯队数准则"),
    "tiers_stability": ("Tier stability", "梯队稳定性检验"),
    "tiers_dendrogram": ("Dendrogram", "聚类过程"),
    "audit_importance": ("Importance", "指标重要性"),
    "audit_leave_one_out": ("Indicator left out", "逐一剔除指标"),
    "audit_flags": ("Flags", "审查提示"),
    "audit_correlations": ("Correlations", "相关系数"),
    "audit_consistency": ("Consistency", "内部一致性"),
    "audit_components": ("Components", "主成分"),
    "unranked": ("Not ranked", "未参评"),
    "concordance": ("Concordance", "专家一致性"),
    "treated": ("Treated cells", "处理过的数据"),
    "treatment": ("Outliers", "异常值处理"),
    "contributions": ("Contributions", "指标贡献"),
}

# Tables by a group column of the data.
SHEET_PATTERNS: Final[dict[str, tuple[str, str]]] = {
    r"distribution_(.+)_years": ("{} in two years", "{}两年数量"),
    r"distribution_(.+)": ("{} by rank", "{}位次分布"),
    r"tiers_(.+)": ("{} by tier", "{}梯队分布"),
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
    "by_code": ("Matched by code", "按代码匹配"),
    "by_name": ("Matched by name", "按名称匹配"),
    "not_in_data": ("Not in the data", "本期数据中没有"),
    "output": ("Output", "输出"),
    "input": ("Input", "输入"),
    "method": ("Method", "方法"),
    "missing": ("Missing", "缺失指标数"),
    "largest_share": ("Largest weight", "单项最大权重"),
    "place": ("Place", "位置"),
    "why": ("Why", "缘由"),
    "first": ("First order", "一阶指数"),
    "first_conf": ("± first order", "一阶指数±"),
    "total": ("Total", "总效应指数"),
    "total_conf": ("± total", "总效应指数±"),
    "shapley": ("Shapley effect", "Shapley效应"),
    "shapley_conf": ("± Shapley effect", "Shapley效应±"),
    "mu": ("μ", "μ"),
    "mu_star": ("μ*", "μ*"),
    "mu_star_conf": ("± μ*", "μ*±"),
    "sigma": ("σ", "σ"),
    "delta": ("δ", "δ"),
    "delta_conf": ("± δ", "δ±"),
    "pawn": ("PAWN (median)", "PAWN（中位数）"),
    "pawn_mean": ("PAWN (mean)", "PAWN（均值）"),
    "pawn_max": ("PAWN (largest)", "PAWN（最大值）"),
    "structural": ("Structural", "结构贡献"),
    "correlated": ("Correlated", "相关贡献"),
    "kind": ("Kind", "输入类别"),
    "input_name": ("In words", "输入说明"),
    "note": ("Note", "备注"),
    "samples": ("Samples", "样本数"),
    "second": ("Second order", "二阶指数"),
    "second_conf": ("± second order", "二阶指数±"),
    "scenario": ("Scenario", "方案"),
    "rank_shift_mean": ("Mean rank shift", "平均位移"),
    "rank_shift_max": ("Largest rank shift", "最大位移"),
    "spearman": ("Spearman", "斯皮尔曼相关"),
    "kendall": ("Kendall", "肯德尔相关"),
    "units_changing_tier": ("Units changing tier", "梯队变化单位数"),
    "entries": ("Entries", "新进"),
    "exits": ("Exits", "退出"),
    "units_unranked": ("Units not ranked", "未参评单位数"),
    "base": ("Base", "基准"),
    "target": ("Target", "目标"),
    "norm": ("Distance", "距离"),
    "feasible": ("Possible", "能否实现"),
    "weight_moved": ("Weight moved", "须调整的权重"),
    "distance_l1": ("L1 distance", "L1距离"),
    "distance_l2": ("L2 distance", "L2距离"),
    "proved": ("Proved", "已证明"),
    "what": ("What changes", "变化内容"),
    "exact": ("Exact", "精确值"),
    "weight_at": ("At the weight", "变动时权重"),
    "weight_change": ("From nominal", "与基准权重之差"),
    "gaining": ("Gaining", "上升单位"),
    "losing": ("Losing", "下降单位"),
    "place_before": ("Before", "变动前"),
    "place_after": ("After", "变动后"),
    "rank_base": ("Rank, base", "基准排名"),
    "tier_base": ("Tier, base", "基准梯队"),
    "index": ("Index", "总指数"),
    "round": ("Round", "轮次"),
    "previous_round": ("Previous round", "上一轮"),
    "expert": ("Expert", "专家"),
    "experts": ("Experts", "专家数"),
    "members": ("Members", "成员"),
    "camp": ("Camp", "阵营"),
    "stated_camp": ("Stated camp", "所属组别"),
    "authority": ("Authority", "权威系数"),
    "sent": ("Sent", "发出份数"),
    "positive_coefficient": ("Positive coefficient", "积极系数"),
    "weight_ratio": ("Largest to smallest weight", "最大与最小权重之比"),
    "within_band": ("Close to the median", "接近中位数比例"),
    "agreed": ("Agreed", "达成共识"),
    "verdict": ("In words", "评语"),
    "mean_change": ("Change of mean", "均值变化"),
    "median_change": ("Change of median", "中位数变化"),
    "cv_change": ("Change of CV", "变异系数变化"),
    "changed": ("Experts who changed", "改分专家比例"),
    "net_change": ("Net change", "净变动"),
    "p_wilcoxon": ("p (Wilcoxon)", "p值（Wilcoxon）"),
    "stable": ("Stable", "稳定"),
    "fails_mean": ("Mean too low", "均值未达界值"),
    "least_mean": ("Least mean", "均值界值"),
    "fails_full_score_ratio": ("Full-score ratio too low", "满分率未达界值"),
    "least_full_score_ratio": ("Least full-score ratio", "满分率界值"),
    "fails_cv": ("CV too high", "变异系数超过界值"),
    "most_cv": ("Most CV", "变异系数界值"),
    "keep": ("Keep", "保留"),
    "silhouette": ("Silhouette", "轮廓系数"),
    "largest_eigenvalue": ("Largest eigenvalue", "最大特征值"),
    "consistency_index": ("CI", "一致性指标CI"),
    "random_index": ("RI", "随机一致性RI"),
    "consistency_ratio": ("CR", "一致性比率CR"),
    "weights": ("Weights", "权重"),
    "figure": ("Figure", "指标"),
    "units": ("Units", "单位数"),
    "sum": ("Sum", "合计"),
    "ratio_to_next": ("Times the next tier", "与下一梯队之比"),
    "tiers": ("Tiers", "梯队数"),
    "within": ("Sum of squares within", "组内离差平方和"),
    "calinski_harabasz": ("Calinski–Harabasz", "CH指数"),
    "gap": ("Gap", "间隙统计量"),
    "gap_error": ("Gap, error", "间隙标准误"),
    "pseudo_t2": ("Pseudo-t²", "伪t²统计量"),
    "duda_hart": ("Je(2)/Je(1)", "Je(2)/Je(1)比值"),
    "duda_hart_critical": ("Je(2)/Je(1), critical", "Je(2)/Je(1)临界值"),
    "gain": ("Gain", "离差减少比例"),
    "broken_stick": ("Broken stick", "折棍模型"),
    "chosen_by": ("Chosen by", "选择准则"),
    "chosen": ("Chosen", "选定"),
    "jaccard": ("Jaccard", "Jaccard系数"),
    "recovered": ("Recovered", "复现比例"),
    "dissolved": ("Dissolved", "消散比例"),
    "adjusted_rand": ("Adjusted Rand", "调整兰德指数"),
    "clusters_left": ("Clusters left", "剩余类数"),
    "upper_first": ("Upper, from", "上类起"),
    "upper_last": ("Upper, to", "上类止"),
    "lower_first": ("Lower, from", "下类起"),
    "lower_last": ("Lower, to", "下类止"),
    "height": ("Height", "并类距离"),
    "dispersion": ("Sum of squares within", "组内离差平方和"),
    "change": ("Change", "变化"),
    "previous_rank": ("Previous rank", "上期排名"),
    "move": ("Places gained", "升降位次"),
    "previous_code": ("Former code", "原代码"),
    "nominal": ("Nominal weight", "名义权重"),
    "correlation": ("Correlation", "相关系数"),
    "r2": ("r²", "r²"),
    "r2_share": ("r², share", "r²占比"),
    "correlation_ratio": ("Correlation ratio", "相关比"),
    "correlation_ratio_share": ("Correlation ratio, share", "相关比占比"),
    "covariance_share": ("Covariance share", "协方差占比"),
    "unit": ("Most affected", "变动最大的单位"),
    "units_changing_rank": ("Units changing rank", "名次变化单位数"),
    "flag": ("Flag", "提示"),
    "other": ("Other", "相关项"),
    "value": ("Value", "数值"),
    "alpha": ("Cronbach's α", "克隆巴赫α"),
    "alpha_standardised": ("α, standardised", "标准化α"),
    "alpha_if_left_out": ("α without it", "剔除后α"),
    "component": ("Component", "主成分"),
    "eigenvalue": ("Eigenvalue", "特征值"),
    "explained": ("Explained", "方差贡献率"),
    "cumulative": ("Cumulative", "累计贡献率"),
    "siblings": ("Siblings", "同级指标数"),
    "kendall_w": ("Kendall's W", "肯德尔和谐系数W"),
    "chi2": ("chi²", "卡方"),
    "df": ("Degrees of freedom", "自由度"),
    "p_chi2": ("p (chi²)", "p值（卡方）"),
    "p_permutation": ("p (permutation)", "p值（置换检验）"),
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
    r"streak_top(\d+)_(\d+)y": ("Top {0}, {1} years", "连续{1}年前{0}"),
    r"tier_(\d+)": ("Tier {0}", "第{0}梯队"),
    r"rank_(\d+)": ("Rank {0}", "{0}年排名"),
    r"units_(\d+)": ("Units {0}", "{0}年单位数"),
    r"p_tier_(\d+)": ("P(tier {0})", "第{0}梯队概率"),
    r"p_rank_(\d+)": ("P(rank {0})", "第{0}名概率"),
    r"p_cut_(\d+)": ("P(cut {0} here)", "边界{0}在此概率"),
}


def heading(column: str, language: Language) -> str:
    """Return a column's heading; a column that is not known keeps its name."""
    at = 0 if language == "en" else 1
    if column in COLUMNS:
        return COLUMNS[column][at]
    for pattern, words in PATTERNS.items():
        if found := re.fullmatch(pattern, column):
            return words[at].format(*found.groups())
    return column


def sheet_name(table: str, language: Language, mark: str = "") -> str:
    """Return the name of a table's sheet, 31 characters at most, as Excel wants it.

    A long name of a group is cut short; ``mark`` behind it tells it from another.
    """
    at = 0 if language == "en" else 1
    if table in SHEETS:
        return SHEETS[table][at]
    for pattern, words in SHEET_PATTERNS.items():
        if found := re.fullmatch(pattern, table):
            room = LONGEST_SHEET - len(words[at].format(mark))
            return words[at].format(heading(found[1], language)[:room] + mark)
    return table.replace("_", " ").capitalize()[:LONGEST_SHEET]


def sheet_names(tables: Iterable[str], language: Language) -> dict[str, str]:
    """Return the names of the tables' sheets, no two alike, as in :func:`sheet_name`."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for table in tables:
        marks = chain([""], (f" {number}" for number in count(2)))
        names = (sheet_name(table, language, mark) for mark in marks)
        found[table] = next(name for name in names if name.casefold() not in taken)
        taken.add(found[table].casefold())
    return found


def is_result_sheet(name: str) -> bool:
    """Tell whether tierwise writes a sheet of this name, in either language."""
    return name in _fixed_sheets() or any(
        re.fullmatch(words.format(".+"), name) for pair in SHEET_PATTERNS.values() for words in pair
    )


@cache
def _fixed_sheets() -> frozenset[str]:
    return frozenset(name for names in SHEETS.values() for name in names)
