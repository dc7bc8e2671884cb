"""methods: how each indicator's figures become the scores that are weighed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.study.denominators import division
from tierwise.study.index import Index
from tierwise.tables.columns import GLOBAL, INDICATOR
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


__all__ = ["methods"]

# Normalisations that read the least and the greatest value of the data where no goalposts are given.
FROM_RANGE: Final = frozenset({"min-max", "distance-to-best", "efficacy", "log-min-max"})
FROM_WORST: Final = frozenset({"distance-to-reference", "distance-to-target"})
CLIPPED: Final = frozenset({"goalposts"})  # scores beyond the goalposts are clipped unless `cap` is false
OWN_COLUMNS: Final = frozenset({"low", "high", "target", "cap", "reference"})


def methods(index: Index) -> pd.DataFrame:
    """Return one row an indicator: all that turns its figures into the scores that are weighed.

    ``low``, ``high``, ``target``, ``reference``, ``mean`` and ``sd`` are those that were used, in the units
    of the treated values; the score of a value follows from them alone. Columns that no indicator needs are
    left out.
    """
    import pandas as pd

    panel, prepared, framework = index.panel, index.prepared, index.framework
    leaves = framework.tree.leaves
    count = len(panel.indicators)
    frame = pd.DataFrame(
        {
            "indicator": panel.indicators,
            "global": framework.global_weights[leaves],
            "direction": framework.directions[leaves].astype(np.int64),
            "denominator": [framework.denominators[leaf] or None for leaf in leaves],
            "factor": [_factor(index, code) for code in panel.indicators],
            "blank": np.isnan(prepared.treated).sum(axis=0),
            "imputed": np.bincount(prepared.filled.columns, minlength=count),
            "imputation": index.spec.missing if len(prepared.filled) else None,
            "treatment": [column.rule or None for column in prepared.columns],
            "treated": np.bincount(prepared.outliers.columns, minlength=count),
            **_transforms(index),
            "normalisation": prepared.normaliser.methods,
            **_used(index),
        }
    )
    counts = ("blank", "imputed", "treated", "capped")
    empty = [name for name in frame.columns if frame[name].isna().all()]
    unused = [name for name in counts if not frame[name].any()]
    return frame.drop(
        columns=[name for name in [*empty, *unused] if name not in ("imputed", "treated", "capped")]
    )


def _factor(index: Index, code: str) -> float | None:
    """Return what a quotient was multiplied by to be in its unit of measure, None for nothing."""
    found = division(index.panel, index.framework, code)
    return None if found is None or found.ratio.factor == 1 else float(found.ratio.factor)


def _transforms(index: Index) -> dict[str, list[float | None]]:
    """Return what a logarithm or power was taken of, and the power."""
    done = [column.transform for column in index.prepared.columns]
    return {
        "shift": [None if one is None else one.shift for one in done],
        "power": [None if one is None else one.power for one in done],
    }


def _used(index: Index) -> dict[str, list[Any]]:
    """Return the parameters of each indicator's normalisation as used, and how many values it capped."""
    normaliser = index.prepared.normaliser
    rows = [
        _parameters(method, index.prepared.treated[:, at], at, normaliser.settings)
        for at, method in enumerate(normaliser.methods)
    ]
    names = ("low", "high", "target", "reference", "mean", "sd", "settings", "capped")
    return {name: [row.get(name) for row in rows] for name in names}


def _parameters(
    method: str, column: FloatArray, at: int, settings: Mapping[str, Any]
) -> dict[str, float | int | str | None]:
    """Return what a normalisation read of its settings and of the data, or of those its scale comes from."""
    takes = NORMALISATIONS[method].settings.keys()
    own = column[~np.isnan(column)]
    known = own if settings["among"] is None else settings["among"][at]
    if method.startswith("log") and "log_base" in takes:
        own, known = (np.log(values) / np.log(settings.get("log_base", np.e)) for values in (own, known))
    used: dict[str, float | int | str | None] = {
        key: float(settings[key][at])
        for key in ("low", "high", "target")
        if key in takes and not np.isnan(settings[key][at])
    }
    best = settings["directions"][at] > 0
    if method in FROM_RANGE:
        used = {"low": float(known.min()), "high": float(known.max()), **used}
    if method in FROM_WORST:
        used["low" if best else "high"] = float(known.min() if best else known.max())
    if method == "z-score":
        used |= {"mean": float(known.mean()), "sd": float(known.std(ddof=settings["ddof"]))}
    if "reference" in takes:
        used["reference"] = _reference(known, column, settings["reference"], bool(best))
    used["capped"] = _capped(method, own, used, settings["cap"][at], bool(best))
    others = sorted(takes - OWN_COLUMNS - {"log_base"}) + (["log_base"] if "log_base" in takes else [])
    words = [f"{key} = {_plain(settings[key])}" for key in others if key in settings]
    if method == "two-ended":
        words.append(f"farthest = {_farthest(known, used):.12g}")
    used["settings"] = "; ".join(words) or None
    return used


def _farthest(known: FloatArray, used: Mapping[str, Any]) -> float:
    """Return how far the unit farthest from an optimum is."""
    first, last = used.get("target", used.get("low")), used.get("target", used.get("high"))
    return float(max(0.0, first - known.min(), known.max() - last))


def _reference(known: FloatArray, column: FloatArray, asked: str | int, more_is_better: bool) -> float:
    """Return the reference value that was used: a mean, a median, the best, or a unit's."""
    if isinstance(asked, str):
        best = known.max() if more_is_better else known.min()
        return float({"mean": known.mean(), "median": np.median(known), "best": best}[asked])
    return float(column[asked])


def _capped(method: str, known: FloatArray, used: Mapping[str, Any], cap: float, more_is_better: bool) -> int:
    """Return how many values lie beyond the ends at which scores are clipped."""
    takes = "cap" in NORMALISATIONS[method].settings
    if not takes or cap == 0 or (np.isnan(cap) and method not in CLIPPED):
        return 0
    if method in FROM_WORST:
        end = used.get("target", used.get("reference"))
        return 0 if end is None else int((known > end).sum() if more_is_better else (known < end).sum())
    return int((known < used["low"]).sum() + (known > used["high"]).sum())


def _plain(value: object) -> str:
    """Return a setting as text."""
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(_plain, value)) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


METHODS: Final = Table(
    name="methods",
    title=Text("Method by indicator", "各指标计算方法"),
    note=Text(
        "How each indicator's figures become the scores that are weighed: enough to recompute the index",
        "各指标由原始数值到标准化得分的方法与参数，可据此手工复算指数",
    ),
    row=Text("an indicator", "一项指标"),
    section="list",
    place=15,
    columns=(
        INDICATOR,
        replace(GLOBAL, look=""),
        Column(
            "direction",
            Text("Direction", "方向"),
            Text("1 = more is better, −1 = less is better", "1为正向指标，−1为逆向指标"),
            "+0;-0;0",
        ),
        Column(
            "denominator",
            Text("Divided by", "除以"),
            Text("the column that the figures were divided by", "作分母的数据列"),
            content="node",
            optional=True,
        ),
        Column(
            "factor",
            Text("Multiplied by", "乘以"),
            Text(
                "what the quotient was multiplied by to be in its unit of measure, blank for nothing",
                "为换算成所填单位，比值所乘的系数；空白为未换算",
            ),
            "#,##0.########",
            optional=True,
        ),
        Column(
            "blank",
            Text("Blank", "缺失个数"),
            Text("values that stay blank", "仍为空白的个数"),
            optional=True,
        ),
        Column(
            "imputed", Text("Imputed", "插补个数"), Text("how many blanks were filled", "插补的缺失值个数")
        ),
        Column(
            "imputation",
            Text("Filled by", "插补方法"),
            Text("how", "插补方法"),
            content="method",
            optional=True,
        ),
        Column(
            "treatment",
            Text("Outliers", "异常值处理"),
            Text("what was done to outliers, blank for nothing", "异常值处理方式，空白为未处理"),
            content="method",
            optional=True,
        ),
        Column(
            "treated", Text("Treated", "处理个数"), Text("how many values that changed", "因此改动的数值个数")
        ),
        Column(
            "shift",
            Text("Shift", "平移量"),
            Text("what was added before the logarithm or power", "取对数或乘幂前加上的数"),
            optional=True,
        ),
        Column(
            "power",
            Text("Power", "幂"),
            Text("λ of Box-Cox, 0 for a logarithm", "Box-Cox的λ，0为取对数"),
            optional=True,
        ),
        Column(
            "normalisation",
            Text("Normalisation", "标准化方法"),
            Text("method of the scale", "标准化方法"),
            content="method",
        ),
        Column(
            "low",
            Text("Low", "下限"),
            Text("lower goalpost or least value, as used", "实际采用的下限（阈值或最小值）"),
            "free",
            optional=True,
        ),
        Column(
            "high",
            Text("High", "上限"),
            Text("upper goalpost or greatest value, as used", "实际采用的上限（阈值或最大值）"),
            "free",
            optional=True,
        ),
        Column(
            "target",
            Text("Target", "目标值"),
            Text("target, as used", "实际采用的目标值"),
            "free",
            optional=True,
        ),
        Column(
            "reference",
            Text("Reference", "参照值"),
            Text("reference value, as used", "实际采用的参照值"),
            "free",
            optional=True,
        ),
        Column(
            "mean", Text("Mean", "均值"), Text("mean of the z-score", "标准分所用均值"), "free", optional=True
        ),
        Column(
            "sd",
            Text("SD", "标准差"),
            Text("standard deviation of the z-score", "标准分所用标准差"),
            "free",
            optional=True,
        ),
        Column(
            "settings",
            Text("Settings", "其他参数"),
            Text("what else the method takes (`[index.normalise]`)", "方法的其他参数（`[index.normalise]`）"),
            content="settings",
            optional=True,
        ),
        Column(
            "capped",
            Text("Capped", "截断个数"),
            Text("values beyond an end at which scores are clipped", "超出上下限而被截断的数值个数"),
        ),
    ),
    make=lambda study: methods(study.index),
)
