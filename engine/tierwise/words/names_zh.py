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

SYNONYMS: Final[Mapping[str, str]] = {}
"""Other names in use for a choice."""


def english(name: str, choices: Iterable[str]) -> str:
    """Return the choice that a Chinese name means; a name that means none of them comes back as it is.

    >>> english("Sobol'法", ["fast", "sobol"]), english("熵值法", ["fast"])
    ('sobol', '熵值法')
    """
    given = name.strip()
    for choice in choices:
        if given == CHINESE.get(choice) or SYNONYMS.get(given) == choice:
            return choice
    return name
