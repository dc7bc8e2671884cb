"""Sensitivity of an index: which judgement moves ranks, scores, tiers and cuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from tierwise.arrays import BoolArray, FloatArray
from tierwise.sensitivities.measures import Measures
from tierwise.sensitivities.methods import METHODS
from tierwise.spec import SensitivitySpec
from tierwise.study.index import Index
from tierwise.study.tiers import Tiers
from tierwise.tolerances import INDICES
from tierwise.words.language import Language, phrase

if TYPE_CHECKING:
    import pandas as pd


class InputName(NamedTuple):
    """An input: its ``kind`` in ``[sensitivity] inputs`` (or ``methods``), what it is, its code and its name.

    The code of a sibling group is that of its parent with ``/*``; of an expert, the expert's name.
    """

    kind: str
    what: str
    code: str
    name: str


class Growth(NamedTuple):
    """Indices of Sobol' ``(inputs, outputs)`` from the first part of the base samples; NaN for no total."""

    samples: int
    first: FloatArray
    total: FloatArray


@dataclass(frozen=True)
class Analysis:
    """What one kind of inputs does to the outputs: measures ``(inputs, outputs)`` by name.

    ``notes`` are those of :data:`NOTES` that apply, ``runs`` how often the index was computed, ``growth``
    the indices at growing base samples.
    """

    kind: str
    inputs: tuple[InputName, ...]
    measures: Measures
    runs: int
    notes: tuple[str, ...]
    growth: tuple[Growth, ...] = ()

    def measure(self, name: str) -> FloatArray:
        """Return a measure ``(inputs, outputs)``, NaN where the method has none of this name."""
        blank = np.full((len(self.inputs), len(self.measures.constant)), np.nan)
        return self.measures.values.get(name, blank)


@dataclass(frozen=True)
class Sensitivity:
    """Measures of sensitivity of each output to each input."""

    index: Index
    tiers: Tiers
    settings: SensitivitySpec
    model: str
    seed: int
    outputs: tuple[str, ...]
    analyses: tuple[Analysis, ...]

    @property
    def method(self) -> str:
        """The method that measured."""
        return self.settings.method

    @property
    def inputs(self) -> tuple[str, ...]:
        """Codes of the inputs, one kind after the other."""
        return tuple(each.code for analysis in self.analyses for each in analysis.inputs)

    @property
    def runs(self) -> int:
        """How often the index was computed."""
        return sum(analysis.runs for analysis in self.analyses)

    @property
    def measures(self) -> Mapping[str, FloatArray]:
        """Arrays ``(inputs, outputs)`` by the measure's name, inputs as in :attr:`inputs`."""
        names = dict.fromkeys(name for analysis in self.analyses for name in analysis.measures.values)
        blank = [np.full((len(each.inputs), len(self.outputs)), np.nan) for each in self.analyses]
        return {
            name: np.vstack(
                [
                    each.measures.values.get(name, none)
                    for each, none in zip(self.analyses, blank, strict=True)
                ]
            )
            for name in names
        }

    @property
    def constant(self) -> BoolArray:
        """Which outputs no input of any analysis moves ``(outputs,)``."""
        constant: BoolArray = np.all([analysis.measures.constant for analysis in self.analyses], axis=0)
        return constant

    def to_frame(self) -> pd.DataFrame:
        """Return the sensitivity table: one row for each output and input."""
        return sensitivity_frame(self)

    def __repr__(self) -> str:
        return (
            f"Sensitivity({self.method}, {len(self.inputs)} inputs, {len(self.outputs)} outputs, "
            f"{self.runs:,} runs)"
        )


WORDS: Final[dict[str, tuple[str, str]]] = {
    "group": ("weights under {name}", "“{name}”的下级权重"),
    "top": ("weights at the top", "一级指标权重"),
    "camp": ("which camp", "抽到的阵营"),
    "rest": ("spread that the panel is too small to show", "专家人数不足以显示的波动"),
    "weights": ("all weights", "全部权重"),
    "normalisation": ("normalisation", "标准化方法"),
    "aggregation": ("aggregation", "合成方法"),
    "missing": ("missing values", "缺失值处理"),
    "outliers": ("outliers", "异常值处理"),
    "leave out": ("indicator left out", "剔除的指标"),
    "tiers": ("tier method", "梯队划分方法"),
    "noise": ("errors in the data of {name}", "“{name}”的数据误差"),
    "constant": ("constant: no input moves it", "恒定：任何输入都不改变它"),
    "negative": ("below 0 by sampling error: read as 0", "因抽样误差略小于0，可视为0"),
    "above": (
        "first order above the total by sampling error: take more samples",
        "一阶指数因抽样误差大于总效应指数：请增加样本",
    ),
    "few": ("far below 0: take more samples", "明显小于0：请增加样本"),
}
# What is said of an analysis, by its notes.
NOTES: Final[dict[str, tuple[str, str]]] = {
    "cut": (
        "each input varies independently of the others; in the panel one expert speaks for all of them",
        "各输入相互独立变动；而在专家组中，同一位专家同时影响各组权重",
    ),
    "paths": (
        "Shapley effects by random paths (Goda 2021)",
        "Shapley效应按随机路径计算（Goda 2021）",
    ),
    "song": (
        "Shapley effects of dependent weights by conditional draws (Song, Nelson and Staum 2016)",
        "相依权重的Shapley效应按条件抽样计算（Song、Nelson与Staum 2016）",
    ),
    "neighbours": (
        "Shapley effects of dependent weights by nearest neighbours among draws (Broto and others 2020); "
        "small effects come out too large",
        "相依权重的Shapley效应按抽样中的近邻计算（Broto等2020），较小的效应会偏大",
    ),
    "together": (
        "single weights as they are drawn: first order is what knowing a weight explains, with all that goes "
        "together with it",
        "单项权重按抽样原样分析：一阶指数为已知该权重所能解释的份额，包含随之变动的其他权重的影响",
    ),
    "no total": (
        "weights that are drawn together have no total index, since none of them moves by itself",
        "一并抽取的权重没有总效应指数，因为没有哪个权重单独变动",
    ),
    "no pairs": (
        "indices of pairs need inputs that are independent: single weights have none here",
        "二阶指数要求各输入相互独立，此处的单项权重不具备这一条件，故不列出",
    ),
    "given": (
        "read from weight draws, with all that goes together in them",
        "由权重抽样直接计算，保留权重之间的相依关系",
    ),
}


words = partial(phrase, WORDS)


def label(analysed: Sensitivity, each: InputName, language: Language) -> str:
    """Return an input in words."""
    if each.what == "group":
        top = each.code.removesuffix("/*") == analysed.index.framework.codes[0]
        return words("top", language) if top else words("group", language, name=each.name)
    if each.what == "method":
        kind, _, code = each.code.partition(":")
        codes, names = analysed.index.framework.codes, analysed.index.framework.names
        return words(kind, language, name=names[codes.index(code)] if code else "")
    return words(each.what, language) if each.what in WORDS else each.name


KINDS: Final[dict[str, tuple[str, str]]] = {
    "groups": ("groups", "各组权重"),
    "indicators": ("indicators", "单项权重"),
    "experts": ("experts", "专家"),
    "weights": ("weights", "全部权重"),
    "methods": ("methods", "方法"),
}
OUTPUTS: Final[dict[str, tuple[str, str]]] = {
    "rank_shift": ("mean rank shift", "平均名次位移"),
    "tier_changes": ("units changing tier", "梯队变化单位数"),
    "rank": ("rank of {}", "{}的名次"),
    "score": ("score of {}", "{}的得分"),
    "top": ("whether {} is listed", "{}是否入榜"),
    "tier": ("tier of {}", "{}的梯队"),
    "cut": ("place of cut {}", "边界{}的位次"),
    "cut_score": ("score of cut {}", "边界{}的得分"),
    "difference": ("difference {}", "{}之差"),
}


def output_label(name: str, language: Language) -> str:
    """Return an output in words."""
    what, _, rest = name.partition(":")
    what = what.strip().lower().replace("-", "_")
    return OUTPUTS[what][0 if language == "en" else 1].format(rest.strip().replace("|", " − "))


def labels(analysed: Sensitivity, language: Language) -> list[str]:
    """Return all inputs in words, as in ``found.inputs``."""
    return [label(analysed, each, language) for analysis in analysed.analyses for each in analysis.inputs]


def strongest(analysed: Sensitivity, language: Language) -> tuple[str, str, float] | None:
    """Return the first output that varies, what moves it most, and by how much."""
    first = analysed.analyses[0]
    measure = METHODS[analysed.method].leading
    values = first.measure(measure if measure in first.measures.values else "first")
    for output, name in enumerate(analysed.outputs):
        column = values[:, output]
        if not np.isnan(column).all():
            at = int(np.nanargmax(column))
            return output_label(name, language), labels(analysed, language)[at], float(column[at])
    return None


def leading(rows: pd.DataFrame) -> str:
    """Return the measure by which the inputs of a table's rows are put in order.

    It is the method's own, or the first-order index where none of them has that.
    """
    measure = METHODS[str(rows["method"].iloc[0])].leading
    own = measure in rows and (rows[measure].notna().any() or "first" not in rows)
    return measure if own else "first"


def notes(analysed: Sensitivity, language: Language) -> list[str]:
    """Return what is to be said of how the measures were found."""
    names = dict.fromkeys(note for analysis in analysed.analyses for note in analysis.notes if note in NOTES)
    return [NOTES[note][0 if language == "en" else 1] for note in names]


def sensitivity_frame(analysed: Sensitivity, language: Language = "en") -> pd.DataFrame:
    """Return one row for each output and input: what the method measures, and what is to be said of it.

    ``input`` is the input's code (of a sibling group that of its parent with ``/*``), ``kind`` its kind, and
    ``input_name`` says it in words. ``note`` is there where an output is constant or an index came out below
    0.
    """
    import pandas as pd

    frames = [_of_output(analysed, output, language) for output in range(len(analysed.outputs))]
    frame = pd.concat(frames, ignore_index=True)
    return frame if (frame["note"] != "").any() else frame.drop(columns="note")


def convergence(analysed: Sensitivity) -> pd.DataFrame | None:
    """Return the indices at growing base samples, or None where the method has no such thing."""
    import pandas as pd

    rows = [
        {
            "output": name,
            "input": each.code,
            "samples": growth.samples,
            "first": growth.first[at, output],
            "total": growth.total[at, output],
        }
        for output, name in enumerate(analysed.outputs)
        for analysis in analysed.analyses
        for at, each in enumerate(analysis.inputs)
        for growth in analysis.growth
        if not analysis.measures.constant[output]
    ]
    frame = pd.DataFrame(rows)
    if frame.empty:
        return None
    return frame if frame["total"].notna().any() else frame.drop(columns="total")


def second(analysed: Sensitivity) -> pd.DataFrame | None:
    """Return the indices of pairs of inputs, or None where they were not asked for."""
    import pandas as pd

    rows = [
        {
            "output": name,
            "input": analysis.inputs[one].code,
            "other": analysis.inputs[other].code,
            **{key: values[pair, output] for key, values in analysis.measures.second.items()},
        }
        for output, name in enumerate(analysed.outputs)
        for analysis in analysed.analyses
        for pair, (one, other) in enumerate(analysis.measures.pairs)
        if not analysis.measures.constant[output]
    ]
    return pd.DataFrame(rows) if rows else None


def _of_output(analysed: Sensitivity, output: int, language: Language) -> pd.DataFrame:
    import pandas as pd

    measures = {name: values[:, output] for name, values in analysed.measures.items()}
    return pd.DataFrame(
        {
            "output": analysed.outputs[output],
            "input": analysed.inputs,
            "method": analysed.method,
            **measures,
            "kind": [
                KINDS[each.kind][0 if language == "en" else 1]
                for analysis in analysed.analyses
                for each in analysis.inputs
            ],
            "input_name": labels(analysed, language),
            "note": [
                note for analysis in analysed.analyses for note in _row_notes(analysis, output, language)
            ],
        }
    )


def _row_notes(analysis: Analysis, output: int, language: Language) -> list[str]:
    if analysis.measures.constant[output]:
        return [words("constant", language)] * len(analysis.inputs)
    count = len(analysis.inputs)
    lowest, widths = np.zeros(count), np.zeros(count)
    for name in ("first", "shapley"):
        if name in analysis.measures.values:
            lowest = analysis.measure(name)[:, output]
            width = analysis.measure(f"{name}_conf")[:, output]
            widths = np.where(np.isnan(width), np.inf, width)
    exceeds = np.zeros(count, dtype=np.bool_)
    if {"first", "total"} <= analysis.measures.values.keys():  # total >= first holds but for sampling error
        exceeds = analysis.measure("first")[:, output] > analysis.measure("total")[:, output] + INDICES
    return [
        words("negative" if low >= -2 * width else "few", language)
        if low < 0
        else words("above", language)
        if above
        else ""
        for low, width, above in zip(lowest, widths, exceeds, strict=True)
    ]
