"""treated, treatment, methods and contributions: from the data to what each indicator adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.study.index import Index
from tierwise.tables.columns import INDICATOR, UNIT_CODE, UNIT_NAME
from tierwise.tables.methods import METHODS
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

__all__ = ["treated", "treatment"]


def treated(index: Index) -> pd.DataFrame:
    """Return one row for each changed cell; ``before`` is blank where a missing value was filled."""
    import pandas as pd

    panel, prepared = index.panel, index.prepared
    frames = [
        pd.DataFrame(
            {
                "code": [panel.codes[row] for row in cells.rows],
                "name": [panel.names[row] for row in cells.rows],
                "indicator": [panel.indicators[column] for column in cells.columns],
                "step": step,
                "before": cells.before,
                "after": cells.after,
                "rule": cells.rules,
            }
        )
        for step, cells in (("missing", prepared.filled), ("outliers", prepared.outliers))
        if len(cells)
    ]
    return pd.concat(frames, ignore_index=True)


def treatment(index: Index) -> pd.DataFrame:
    """Return one row for each indicator whose outliers were looked at: its shape before and after."""
    import pandas as pd

    prepared = index.prepared
    changed = np.bincount(prepared.outliers.columns, minlength=len(prepared.columns))
    looked = [number for number, column in enumerate(prepared.columns) if column.checked]
    columns = [prepared.columns[number] for number in looked]
    return pd.DataFrame(
        {
            "indicator": [index.panel.indicators[number] for number in looked],
            "rule": [column.rule for column in columns],
            "cells": changed[looked],
            "skewness_before": [column.before[0] for column in columns],
            "kurtosis_before": [column.before[1] for column in columns],
            "skewness_after": [column.after[0] for column in columns],
            "kurtosis_after": [column.after[1] for column in columns],
            "passed": [int(column.passed) for column in columns],
        }
    )


def contributions(index: Index) -> pd.DataFrame:
    """Return one row a unit in rank order, one column an indicator: parts that sum to the score."""
    import pandas as pd

    frame = pd.DataFrame(index.contributions, columns=[*index.panel.indicators])
    frame.insert(0, "code", index.panel.codes, allow_duplicates=True)
    frame.insert(1, "score", index.scores[:, 0], allow_duplicates=True)
    return frame.iloc[index.order].reset_index(drop=True)


def _treated(study: Study) -> pd.DataFrame | None:
    prepared = study.index.prepared
    return treated(study.index) if len(prepared.filled) or len(prepared.outliers) else None


def _treatment(study: Study) -> pd.DataFrame | None:
    checked = any(column.checked for column in study.index.prepared.columns)
    return treatment(study.index) if checked else None


RULE: Final = Column(
    "rule",
    Text("Rule", "处理方式"),
    Text("what was done, and to how many cells", "处理方式及单元格个数"),
    content="method",
)

TREATED: Final = Table(
    name="treated",
    title=Text("Treated cells", "处理过的数据"),
    note=Text("Cells changed before the index, with the rule that did it", "计算前处理过的数据及所用规则"),
    row=Text("a changed cell", "一个改动过的单元格"),
    section="list",
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        INDICATOR,
        Column(
            "step",
            Text("Step", "步骤"),
            Text("missing or outliers", "缺失值或异常值"),
            words={"missing": Text("missing", "缺失值"), "outliers": Text("outliers", "异常值")},
        ),
        Column("before", Text("Before", "处理前"), Text("blank: was missing", "空白：原为缺失"), "free"),
        Column("after", Text("After", "处理后"), Text("the value that was used", "实际采用的数值"), "free"),
        RULE,
    ),
    make=_treated,
)

TREATMENT: Final = Table(
    name="treatment",
    title=Text("Outliers", "异常值处理"),
    note=Text(
        "Indicators checked for outliers: what was done, and their shape before and after",
        "检查过异常值的指标：处理方式及处理前后的分布形态",
    ),
    row=Text("an indicator whose outliers were looked at", "一项检查过异常值的指标"),
    section="list",
    columns=(
        INDICATOR,
        RULE,
        Column(
            "cells", Text("Cells changed", "改动单元格数"), Text("how many values changed", "改动的数值个数")
        ),
        Column(
            "skewness_before", Text("Skewness before", "处理前偏度"), Text("as Excel's SKEW", "同Excel的SKEW")
        ),
        Column(
            "kurtosis_before", Text("Kurtosis before", "处理前峰度"), Text("as Excel's KURT", "同Excel的KURT")
        ),
        Column(
            "skewness_after", Text("Skewness after", "处理后偏度"), Text("as Excel's SKEW", "同Excel的SKEW")
        ),
        Column(
            "kurtosis_after", Text("Kurtosis after", "处理后峰度"), Text("as Excel's KURT", "同Excel的KURT")
        ),
        Column(
            "passed",
            Text("Within limits", "符合限值"),
            Text("1 where the shape is within the limits now", "处理后分布符合限值为1"),
            "yes",
        ),
    ),
    make=_treatment,
)


CONTRIBUTIONS: Final = Table(
    name="contributions",
    title=Text("Contributions", "指标贡献"),
    note=Text("What each indicator adds to each score", "各指标对得分的贡献"),
    row=Text("a unit", "一个单位"),
    section="list",
    columns=(
        UNIT_CODE,
        Column("score", Text("Score", "得分"), Text("the index before rounding", "取小数位之前的总指数")),
        Column(
            "indicators",
            meaning=Text(
                "a column for each indicator: parts that sum to the score", "每项指标一列，各部分之和等于得分"
            ),
            names="node",
        ),
    ),
    make=lambda study: contributions(study.index),
)

TABLES: Final = (TREATED, TREATMENT, METHODS, CONTRIBUTIONS)
