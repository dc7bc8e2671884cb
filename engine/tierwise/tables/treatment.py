"""treated, treatment and contributions: what was done to the data, and what each indicator adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tierwise.study.index import Index

if TYPE_CHECKING:
    import pandas as pd

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
