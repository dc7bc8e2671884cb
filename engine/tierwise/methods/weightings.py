"""Where weights may come from: the names of ``[index] weights``, and what each needs.

Those that look at data are functions of ``(units, indicators)`` values and give ``(indicators,)`` weights;
for the others :mod:`tierwise.study.weights` brings what they ``need`` together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.kernels.tree import Tree
from tierwise.methods import factors as by_factors
from tierwise.methods import ordinal, weights
from tierwise.methods.ahp import ahp as by_ahp
from tierwise.methods.optimise import optimised as optimise
from tierwise.methods.registry import Family, Method, Setting

Need = Literal["any", "framework", "experts", "comparisons", "judgements", "nothing", "values", "normalised"]
Factors = Annotated[
    int | None,
    Setting(
        "number of factors (default: those over 10%, to 60% in all)",
        "因子个数（默认：取方差贡献率超过10%的因子，累计到60%为止）",
        ge=1,
        name=("Number of factors", "因子个数"),
    ),
]
Negative = Annotated[
    bool,
    Setting("negative weights are allowed", "是否允许负权重", name=("Weights below 0 allowed", "允许负权重")),
]


@dataclass(frozen=True)
class Weighting(Method):
    """A source of weights, and what it needs: judgements, nothing, or the indicators' values.

    ``any``: the framework's weights where it has some, else the experts', else equal ones. ``judgements``:
    one expert's rows of a group on the sheet Judgements, by the names of the ``reads`` columns.
    """

    needs: Need = "normalised"
    reads: tuple[str, ...] = ()
    joint: bool = False  # it reads what all experts leave open together

    @property
    def from_data(self) -> bool:
        """Whether it looks at the indicators' values."""
        return self.needs in ("values", "normalised")

    @property
    def judged(self) -> bool:
        """Whether somebody's judgement of importance stands behind it."""
        return self.needs in ("any", "framework", "experts")


WEIGHTINGS: Final = Family("weights", Weighting)
weighting = WEIGHTINGS


@weighting(
    "auto",
    zh="自动",
    needs="any",
    how=(
        (
            "the framework's; a group that it leaves blank takes the experts', and is equal "
            "where nobody judged it"
        ),
        "用指标体系的权重；其中空着的一组用专家的，无人评判的等权",
    ),
)
def auto(local: FloatArray) -> FloatArray:
    """Return the framework's weights where it has some, completed by the experts' or by equal ones."""
    return local


@weighting(
    "framework",
    zh="指标体系权重",
    synonyms=("指标体系", "给定权重", "given"),
    needs="framework",
    how=("the column `weight` of the Framework sheet, at any level", "指标体系表的权重列，任一层级均可"),
)
def framework(local: FloatArray) -> FloatArray:
    """Return the framework's weights."""
    return local


@weighting(
    "experts",
    zh="专家打分",
    synonyms=("专家", "专家打分法", "德尔菲法", "德尔菲", "delphi"),
    needs="experts",
    how=("the scores of the Experts sheet", "专家表的打分"),
)
def experts(local: FloatArray) -> FloatArray:
    """Return the panel's weights (:func:`tierwise.methods.delphi.tree_weights`)."""
    return local


@weighting(
    "equal",
    zh="等权",
    synonyms=("等权重", "等权法", "均等权重", "equal weights"),
    needs="nothing",
    how=("nothing: equal within each sibling group (Handbook, 6.1)", "不用数据：同级等权"),
)
def equal(tree: Tree) -> FloatArray:
    """Return weights that are equal among siblings."""
    return tree.normalised(np.ones(tree.nodes))


@weighting(
    "ahp",
    zh="层次分析法",
    synonyms=("AHP法", "层次分析"),
    needs="comparisons",
    how=(
        "comparisons in pairs (Saaty 1980); pairs may be left out where the others connect all siblings",
        "两两比较的判断矩阵（Saaty 1980），可为连通的残缺判断矩阵",
    ),
)
def by_comparisons(
    matrix: FloatArray,
    *,
    ahp: Annotated[  # its own name in the scenario
        Literal["eigenvector", "geometric-mean"],
        Setting(
            "how comparisons become weights; where pairs are left out Harker's eigenvector, or the least "
            "squares of logarithms",
            "由判断矩阵求权重的方法，eigenvector特征向量法，geometric-mean几何平均法；"
            "矩阵残缺时分别为Harker特征向量法、对数最小二乘法",
            name=("AHP weights by", "判断矩阵算法"),
            choices={"eigenvector": "特征向量法", "geometric-mean": "几何平均法"},
        ),
    ] = "eigenvector",
) -> FloatArray:
    """Return the weights of siblings from comparisons in pairs (:func:`tierwise.methods.ahp.ahp`)."""
    return by_ahp(matrix, ahp)


@weighting(
    "g1",
    zh="序关系分析法",
    synonyms=("序关系法", "G1法", "G1", "order relation"),
    needs="judgements",
    reads=("order", "ratio"),
    how=(
        "an order of the siblings and the ratio of each place to the next (Guo Yajun 2007)",
        "同级指标的重要性位次与相邻位次的重要程度之比（郭亚军 2007）",
    ),
)
def by_order_relation(judged: Mapping[str, FloatArray]) -> FloatArray:
    """Return the weights of siblings by their order and ratios (:func:`tierwise.methods.ordinal.g1`)."""
    return ordinal.g1(judged["order"], judged["ratio"])


@weighting(
    "best-worst",
    zh="最优最劣法",
    synonyms=("BWM", "最优最劣", "最优最差法", "BWM法"),
    needs="judgements",
    reads=("best", "worst"),
    how=(
        "the best sibling over each and each over the worst: the linear best-worst method (Rezaei 2016)",
        "最优指标与各指标、各指标与最劣指标之比：线性最优最劣法（Rezaei 2016）",
    ),
)
def by_best_worst(judged: Mapping[str, FloatArray]) -> FloatArray:
    """Return the weights of siblings (:func:`tierwise.methods.ordinal.best_worst`)."""
    return ordinal.best_worst(judged["best"], judged["worst"]).weights


@weighting(
    "order-centroid",
    zh="次序质心法",
    synonyms=("排序质心法", "ROC", "ROC法", "rank order centroid"),
    needs="judgements",
    reads=("order", "over"),
    joint=True,
    how=(
        "the mean of all weights that agree with the order; of a total order ROC (Barron & Barrett 1996)",
        "符合重要性次序的全部权重的平均；全序时即ROC权重（Barron & Barrett 1996）",
    ),
)
def order_centroid(local: FloatArray) -> FloatArray:
    """Return the centroid of the weights that an order allows (:mod:`tierwise.draws.polytope`)."""
    return local


@weighting(
    "intervals",
    zh="区间权重",
    synonyms=("区间质心法", "区间权重质心"),
    needs="judgements",
    reads=("low", "high", "order", "over"),
    joint=True,
    how=(
        "the mean of all weights between the bounds given, in the order given",
        "在给定上下限（及次序）之内的全部权重的平均",
    ),
)
def intervals(local: FloatArray) -> FloatArray:
    """Return the centroid of the weights that bounds and an order allow (:mod:`tierwise.draws.polytope`)."""
    return local


@weighting(
    "quantiles",
    zh="专家分位数",
    synonyms=("分位数估计", "分位数"),
    needs="judgements",
    reads=("low", "middle", "high"),
    joint=True,
    how=(
        "the mean of the Dirichlet nearest to the quantiles given: low, middle, high",
        "最接近所给下限、中值、上限分位数的狄利克雷分布的均值",
    ),
)
def quantiles(local: FloatArray) -> FloatArray:
    """Return the mean of the Dirichlet fitted to quantiles (:func:`tierwise.methods.elicited.elicited`)."""
    return local


@weighting(
    "entropy",
    zh="熵权法",
    synonyms=("熵值法", "信息熵法", "熵值赋权法"),
    how=(
        "the entropy of each indicator (Zeleny 1982; Hwang & Yoon 1981)",
        "各指标的信息熵（Zeleny 1982；Hwang & Yoon 1981）",
    ),
)
def entropy(values: FloatArray) -> FloatArray:
    """Return entropy weights of values brought to 0..1 (:func:`tierwise.methods.weights.entropy`)."""
    return weights.entropy(values, scale="min-max")


@weighting(
    "critic",
    zh="CRITIC法",
    how=(
        "contrast and conflict of indicators (Diakoulaki et al. 1995)",
        "指标的对比强度与冲突性（Diakoulaki 等 1995）",
    ),
)
def critic(values: FloatArray) -> FloatArray:
    """Return CRITIC weights (:func:`tierwise.methods.weights.critic`)."""
    return weights.critic(values)


@weighting(
    "cv",
    zh="变异系数法",
    synonyms=("变异系数",),
    needs="values",
    how=("the coefficient of variation", "各指标的变异系数"),
)
def cv(values: FloatArray) -> FloatArray:
    """Return weights by the coefficient of variation of the values themselves."""
    return weights.cv(values)


@weighting(
    "pca",
    zh="主成分分析法",
    synonyms=("主成分", "主成分法", "主成分分析", "principal components"),
    how=(
        "rotated principal components (Nicoletti et al. 2000; Handbook, 6.1)",
        "旋转后的主成分（Nicoletti 等 2000）",
    ),
)
def pca(values: FloatArray, *, factors: Factors = None) -> FloatArray:
    """Return weights by principal components (:func:`tierwise.methods.factors.pca`)."""
    return by_factors.pca(values, factors=factors)


@weighting(
    "factor",
    zh="因子分析法",
    synonyms=("因子分析", "因子法", "factor analysis"),
    how=(
        "rotated factors by maximum likelihood (Nicoletti et al. 2000; Handbook, 6.1)",
        "极大似然法提取、旋转后的因子（Nicoletti 等 2000）",
    ),
)
def factor(values: FloatArray, *, factors: Factors = None) -> FloatArray:
    """Return weights by factor analysis (:func:`tierwise.methods.factors.factor`)."""
    return by_factors.factor(values, factors=factors)


@weighting(
    "first-component",
    zh="第一主成分",
    synonyms=("第一主成分法",),
    how=("loadings of the first principal component", "第一主成分的载荷"),
)
def first_component(values: FloatArray, *, negative: Negative = False) -> FloatArray:
    """Return the loadings of the first principal component."""
    return weights.checked(by_factors.first_component(values), argument="values", negative=negative)


@weighting(
    "optimised",
    zh="重要性优化",
    synonyms=("优化权重", "optimized"),
    how=(
        "the importance that each indicator should have (Becker et al. 2017)",
        "各指标应有的重要性（Becker 等 2017）",
    ),
)
def optimised(
    values: FloatArray,
    *,
    target: Annotated[
        FloatArray,
        Setting(
            "importance wanted of each indicator (default: its weight under auto)",
            "希望各指标达到的重要性（默认：权重来源为自动（auto）时的权重）",
            kind=Mapping[str, float] | None,
            default=None,
            name=("Wanted importance", "目标重要性"),
        ),
    ],
    importance: Annotated[
        Literal["r2", "correlation"],
        Setting(
            "importance by squared correlation with the index, or by correlation",
            "重要性的度量，r2为与指数的相关系数平方，correlation为相关系数",
            name=("Importance is", "重要性度量"),
            choices={"r2": "与指数的相关系数平方", "correlation": "相关系数"},
        ),
    ] = "r2",
    negative: Negative = False,
) -> FloatArray:
    """Return weights whose importance comes closest to a target (:mod:`tierwise.methods.optimise`)."""
    return optimise(values, target, measure=importance, negative=negative).weights
