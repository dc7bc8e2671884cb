"""Steps of an index, as Chinese readers know them; methods carry their own names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CHINESE: Final[Mapping[str, str]] = {
    "normalisation": "标准化方法",
    "aggregation": "合成方法",
    "missing": "缺失值处理",
    "outliers": "异常值处理",
    "leave out": "逐一剔除指标",
    "data noise": "数据误差",
}
"""What a name is shown as."""
