"""Tables as people read them: names for codes, words for keys, nothing said twice.

The CSVs keep codes and keys, which programs read; sheets and pages show what this module makes of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tierwise.methods.registry import named
from tierwise.words.headings import COLUMNS, heading
from tierwise.words.language import Language

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

__all__ = ["names_of"]

OF_UNITS: Final = frozenset({"scores", "contributions", "acceptability"})  # their code is a unit's

# Values of columns whose keys are words of English.
WORDS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "change": {
        "entry": ("new", "新进"),
        "exit": ("left", "退出"),
        "up": ("up", "上升"),
        "down": ("down", "下降"),
        "same": ("same", "持平"),
        "listed": ("listed, former rank unknown", "上期在榜，名次不详"),
        "recoded": ("code changed?", "代码疑似变更"),
        "not-named": ("former list unknown", "上期榜单不全，不详"),
    },
    "flag": {
        "double-counting": ("double counting", "疑似重复计量"),
        "double-counting-across": ("double counting", "疑似跨维度重复计量"),
        "against": ("against its parent", "与上级反向"),
        "elsewhere": ("belongs elsewhere", "归属存疑"),
        "silent": ("silent", "作用微弱"),
        "dominant": ("dominant", "作用过大"),
    },
    "kind": {
        "sum": ("total among the units", "疑为合计行"),
        "repeated": ("same figures", "数据重复"),
        "magnitude": ("order of magnitude", "量级异常"),
        "scales": ("two scales", "量级不一"),
        "column": ("same column", "指标重复"),
        "missing": ("missing", "缺失较多"),
        "weight": ("weight grown", "权重放大"),
        "name": ("near-equal names", "名称相近"),
        "code": ("near-equal codes", "代码相近"),
    },
    "step": {"missing": ("missing", "缺失值"), "outliers": ("outliers", "异常值")},
}
CRITERIA: Final[dict[str, str]] = {
    "calinski-harabasz": "CH指数",
    "silhouette": "轮廓系数",
    "gap": "间隙统计量",
    "pseudo-t2": "伪t²统计量",
    "broken-stick": "折棍模型",
}


@dataclass(frozen=True)
class Names:
    """What codes stand for: nodes of the framework, units, and the inputs of the sensitivity analysis."""

    nodes: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    divided: frozenset[str] = frozenset()  # indicators named for what they are after division (人均GDP)


def names_of(study: Study) -> Names:
    """Return the names of a run's nodes, units and inputs."""
    framework, panel = study.scenario.framework, study.scenario.panel
    asked = study.tables.get("sensitivity")
    return Names(
        dict(zip(framework.codes, framework.names, strict=True)),
        dict(zip(panel.codes, panel.names, strict=True)),
        {} if asked is None else dict(zip(asked["input"], asked["input_name"], strict=True)),
        frozenset(code for code, by in zip(framework.codes, framework.denominators, strict=True) if by),
    )


def presented(table: str, frame: pd.DataFrame, names: Names, language: Language) -> pd.DataFrame:
    """Return a table as a sheet or page shows it.

    Codes get a column of names beside them, or give way to it where both are the same; parents, other nodes
    and headings of nodes become names; keys become words.
    """
    made = frame.copy()
    for column in made.columns:
        translate = _translation(str(column), names, language)
        if translate is not None:
            made[column] = [
                translate(value) if isinstance(value, str) else value for value in made[column].tolist()
            ]
    if "input_name" in made:
        made["input"] = made.pop("input_name")
    if "code" in made and "name" not in made:
        known = names.units if table in OF_UNITS else names.nodes
        if known:
            own = [known.get(str(code), str(code)) for code in made["code"]]
            made.insert([*made.columns].index("code") + 1, "name", own)
    if "code" in made and "name" in made and made["code"].astype(str).equals(made["name"].astype(str)):
        made = made.drop(columns="code")
    if "first_in_group" in made:
        made["first_in_group"] = ["★" if first else None for first in made["first_in_group"]]
        made = made.rename(columns={"first_in_group": _first_in(frame, language)})
    fixed = {*COLUMNS} - {*names.nodes}
    return made.rename(columns={code: name for code, name in names.nodes.items() if code not in fixed})


def label(frame: pd.DataFrame) -> str:
    """Return the column of a presented table that names its rows."""
    return "name" if "name" in frame else "code"


def named_units(output: str, names: Names) -> str:
    """Return the name of an output of the sensitivity analysis with units' names for their codes."""
    what, colon, rest = output.partition(":")
    parts = [names.units.get(part.strip(), part.strip()) for part in rest.split("|")]
    return what + colon + "|".join(parts)


def _translation(column: str, names: Names, language: Language) -> Callable[[str], str] | None:
    """Return what turns the keys and codes of a column into words, None where they are words already."""
    from tierwise.study.sensitivity_results import output_label

    at = 0 if language == "en" else 1

    def node(value: str) -> str:
        return names.nodes.get(value, value)

    def figure(value: str) -> str:
        """Return a figure's name as the data have it, before division: a GDP is no GDP per head."""
        if value in names.nodes:
            return value if value in names.divided else names.nodes[value]
        return heading(value, language)

    def criteria(value: str) -> str:
        return "、".join(CRITERIA.get(one, one) for one in value.split(", ") if one) if at else value

    translations: dict[str, Callable[[str], str]] = {
        "parent": node,
        "other": node,
        "indicator": node,
        "figure": figure,
        "input": lambda value: names.inputs.get(value, value),
        "output": lambda value: output_label(named_units(value, names), language),
        "method": lambda value: named(value, language),
        "rule": lambda value: named(value, language),
        "chosen_by": criteria,
    }
    if column in WORDS:
        return lambda value: WORDS[column].get(value, (value, value))[at]
    return translations.get(column)


def _first_in(frame: pd.DataFrame, language: Language) -> str:
    """Return the heading of the stars: the first of each province, or of whatever the first group is."""
    group = str(frame.columns[2])
    if language == "zh":
        return "全省首位" if group in {"province", "省份", "省"} else f"{heading(group, language)}首位"
    return f"First in {heading(group, language).lower()}"
