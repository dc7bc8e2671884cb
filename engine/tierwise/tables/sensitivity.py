"""sensitivity, sensitivity_second and sensitivity_convergence: which weights move which outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tierwise.study.sensitivity_results import convergence, leading, second, sensitivity_frame
from tierwise.tables.columns import INPUT, OUTPUT
from tierwise.tables.table import Names, Table
from tierwise.words.columns import Column
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study


def first_kind(frame: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return the rows of the first kind of inputs for outputs that vary, without what all rows say."""
    own: pd.DataFrame = frame[frame["kind"] == frame["kind"].iloc[0]]
    own = own[own[leading(own)].notna()].drop(columns=["kind", "method"])
    own = own.drop(columns=[name for name in own if name != "note" and own[name].isna().all()])
    if "note" in own and not own["note"].astype(bool).any():
        own = own.drop(columns="note")
    return own


def _sensitivity(study: Study) -> pd.DataFrame | None:
    return (
        None if study.sensitivity is None else sensitivity_frame(study.sensitivity, study.scenario.language)
    )


def _measure(name: str, en: str, zh: str, meaning: Text) -> tuple[Column, Column]:
    """Return the columns of a measure and of the half-width of its interval; each method has some."""
    width = Text(
        "half-width of its interval (`sensitivity.confidence`)",
        "其置信区间的半宽（`sensitivity.confidence`）",
    )
    return (
        Column(name, Text(en, zh), meaning, "0.000", optional=True),
        Column(
            f"{name}_conf",
            Text(f"± {en[:1].lower()}{en[1:]}" if en[1:2].islower() else f"± {en}", f"{zh}±"),
            width,
            "0.000",
            optional=True,
        ),
    )


MEASURES: Final = (
    *_measure(
        "first",
        "First order",
        "一阶指数",
        Text("share of the output's variance that the input explains alone", "该输入单独解释的输出方差份额"),
    ),
    *_measure("total", "Total", "总效应指数", Text("with all interactions", "连同所有交互作用的份额")),
    *_measure(
        "shapley",
        "Shapley effect",
        "Shapley效应",
        Text("share of the variance, interactions shared out", "分摊交互作用后的方差份额"),
    ),
    *_measure("mu", "μ", "μ", Text("mean elementary effect (Morris)", "基本效应的均值（Morris）")),
    *_measure("mu_star", "μ*", "μ*", Text("mean of its absolute value", "基本效应绝对值的均值")),
    *_measure("sigma", "σ", "σ", Text("standard deviation of the elementary effects", "基本效应的标准差")),
    *_measure("delta", "δ", "δ", Text("Borgonovo's δ", "Borgonovo的δ")),
    *_measure(
        "pawn",
        "PAWN (median)",
        "PAWN（中位数）",
        Text("median KS distance of conditional distributions", "条件分布KS距离的中位数"),
    ),
    *_measure("pawn_mean", "PAWN (mean)", "PAWN（均值）", Text("its mean", "KS距离的均值")),
    *_measure("pawn_max", "PAWN (largest)", "PAWN（最大值）", Text("its largest value", "KS距离的最大值")),
    *_measure("structural", "Structural", "结构贡献", Text("share by itself (HDMR)", "自身结构贡献（HDMR）")),
    *_measure(
        "correlated",
        "Correlated",
        "相关贡献",
        Text("share by its dependence on others (HDMR)", "与其他输入相关的贡献（HDMR）"),
    ),
)

SENSITIVITY: Final = Table(
    name="sensitivity",
    title=Text("Sensitivity", "敏感性"),
    note=Text(
        "Which weights move which output: the share of its variance alone (first) and with others (total)",
        "哪些权重影响哪些结果：单独（一阶）与连同交互（总效应）所占的方差份额",
    ),
    row=Text("an output and input", "一个输出与一个输入"),
    section="what if",
    place=5,
    page_view=first_kind,
    charts=("sensitivity",),
    figures=("variance_shares", "sensitivity_tornados"),
    charted_whole=True,
    columns=(
        OUTPUT,
        INPUT,
        Column(
            "method", Text("Method", "方法"), Text("of `[sensitivity]`", "敏感性分析方法"), content="method"
        ),
        *MEASURES,
        Column("kind", Text("Kind", "输入类别"), Text("kind of the input", "输入类别")),
        Column("input_name", Text("In words", "输入说明"), Text("the input in words", "输入的文字说明")),
        Column(
            "note",
            Text("Note", "备注"),
            Text(
                "where an output is constant, or an index is off by sampling error",
                "输出恒定或指数受抽样误差影响时的说明",
            ),
            optional=True,
        ),
    ),
    make=_sensitivity,
    needs=("sensitivity",),
)

SECOND: Final = Table(
    name="sensitivity_second",
    title=Text("Sensitivity, pairs", "敏感性（两两交互）"),
    note=Text(
        "What pairs of inputs do together, beyond what each does alone",
        "两个输入共同产生的、超出各自单独影响的部分",
    ),
    row=Text("an output and pair of inputs", "一个输出与一对输入"),
    section="what if",
    columns=(
        OUTPUT,
        INPUT,
        Column("other", Text("Other", "相关项"), Text("the other input", "另一输入"), content="input"),
        *_measure(
            "second",
            "Second order",
            "二阶指数",
            Text("share of the variance by the two together", "两者共同的方差份额"),
        ),
    ),
    make=lambda study: None if study.sensitivity is None else second(study.sensitivity),
    needs=("sensitivity",),
)

CONVERGENCE: Final = Table(
    name="sensitivity_convergence",
    title=Text("Sensitivity, settling", "敏感性（收敛）"),
    note=Text(
        "The indices from half, a quarter and an eighth of the samples: have they settled?",
        "用一半、四分之一、八分之一样本得到的指数，用以判断是否已收敛",
    ),
    row=Text("an output, input and number of samples", "一个输出、一个输入与一个样本数"),
    section="what if",
    charts=("sensitivity_convergence",),
    columns=(
        OUTPUT,
        INPUT,
        Column("samples", Text("Samples", "样本数"), Text("base samples", "基础样本数")),
        Column(
            "first", Text("First order", "一阶指数"), Text("from so many samples", "由这些样本得出"), "0.000"
        ),
        Column("total", Text("Total", "总效应指数"), Text("likewise", "同上"), "0.000", optional=True),
    ),
    make=lambda study: None if study.sensitivity is None else convergence(study.sensitivity),
    needs=("sensitivity",),
)

TABLES: Final = (SENSITIVITY, SECOND, CONVERGENCE)
