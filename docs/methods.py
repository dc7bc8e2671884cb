"""Write the manual's tables of methods from their declarations: ``python docs/methods.py``.

That of a family stands in its English page, between two comments; zh/methods.md holds all of them in Chinese.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tierwise.draws.models import MODELS
from tierwise.inputs.framework_sheet import SYNONYMS
from tierwise.methods.aggregate import RULES
from tierwise.methods.impute import METHODS as IMPUTATIONS
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.outliers import METHODS as TREATMENTS
from tierwise.methods.registry import Family, Method
from tierwise.methods.tier_methods import METHODS as TIER_METHODS
from tierwise.methods.weightings import WEIGHTINGS
from tierwise.sensitivities.methods import METHODS as SENSITIVITIES
from tierwise.sensitivities.methods_base import SensitivityMethod
from tierwise.spec.index import IndexSpec
from tierwise.spec.tiers import TiersSpec
from tierwise.topics.declared import KINDS
from tierwise.topics.kinds import MANY, Kind
from tierwise.words.language import Language, Text

DOCS: Final = Path(__file__).parent
CHINESE_PAGE: Final = DOCS / "zh" / "methods.md"
STARTS, ENDS = "<!-- methods of {}: made by python docs/methods.py -->", "<!-- end of methods -->"
HEAD: Final = """# 方法一览

各步骤可选的方法、算法与参数。方法名写英文、中文均可；参数的含义与默认值见[设置一览](settings.md)。本页由
`python docs/methods.py`生成。
"""
NAME, HOW = Text("中文", "中文名"), Text("what it does", "算法")
SETTINGS = Text("settings", "参数")
DEFAULT = Text(" (default)", "（默认）")
COLUMNS = Text("Framework {}", "指标体系表的{}")
CHINESE_HEADS: Final = {key: zh for zh, key in reversed(SYNONYMS.items())}
Column = tuple[Text, Callable[[Any], Text]]


def _inputs(method: SensitivityMethod) -> Text:
    kind = Text("any", "任意") if method.grouped else Text("single", "单项权重")
    if method.takes_together:
        return kind
    return Text(f"{kind.en}, independent", f"{kind.zh}（须相互独立）")


def _of(method: Any) -> Text:
    model = method.model
    asks = " / ".join(f"`{one}`" for one in model.questions)
    return Text(asks or "–", asks or "–")


def _experts(method: Any) -> Text:
    least = method.model.least
    return Text(f"{least} or more", f"至少{least}位") if least else Text("–", "–")


def _columns(kind: Kind) -> Text:
    """Return how many columns a kind of topic takes, and of what."""
    parts = []
    for (least, most), word in ((kind.figures, Text("numbers", "数字")), (kind.texts, Text("texts", "文本"))):
        if most:
            span = str(least) if least == most else f"{least}–{most}" if most < MANY else f"{least}+"
            parts.append(Text(f"{word.en}: {span}", f"{word.zh}{span}"))
    if kind.national == "must":
        parts.append(Text("National", "全国"))
    return Text(", ".join(part.en for part in parts), "、".join(part.zh for part in parts))


@dataclass(frozen=True)
class Table:
    """The table of a family: its page, the key of a scenario that names a method, further columns."""

    family: Family[Any]
    page: str
    key: str
    title: str
    default: str = ""
    more: tuple[Column, ...] = ()

    def lines(self, language: Language) -> list[str]:
        """Return the table as lines of Markdown."""
        heads = [f"`{self.key}`", NAME.of(language), HOW.of(language)]
        heads += [head.of(language) for head, _ in self.more] + [SETTINGS.of(language)]
        rows = [self._row(method, language) for method in self.family.values()]
        return [f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows)]

    def _row(self, method: Method, language: Language) -> list[str]:
        default = DEFAULT.of(language) if method.name == self.default else ""
        how = Text(*method.how).of(language)
        more = [column(method).of(language) for _, column in self.more]
        return [f"`{method.name}`{default}", method.zh, how, *more, _settings(method, language)]


def _settings(method: Method, language: Language) -> str:
    """Return which settings a method takes, and which columns of the Framework sheet."""
    between = ", " if language == "en" else "、"
    keys = between.join(f"`{key}`" for key in method.settings if key not in method.cells)
    named = (
        key if language == "en" else CHINESE_HEADS[key] for key in method.settings if key in method.cells
    )
    cells = between.join(f"`{key}`" if language == "en" else key for key in named)
    columns = COLUMNS.of(language).format(cells) if cells else ""
    return ("; " if language == "en" else "；").join(part for part in (keys, columns) if part)


TABLES: Final = (
    Table(IMPUTATIONS, "treatment", "[index] missing", "缺失值", IndexSpec().missing),
    Table(TREATMENTS, "treatment", "[index] outliers", "异常值", IndexSpec().outliers),
    Table(NORMALISATIONS, "normalisation", "[index] normalisation", "标准化", IndexSpec().normalisation),
    Table(RULES, "aggregation", "[index] aggregation", "合成", "arithmetic"),
    Table(WEIGHTINGS, "weights", "[index] weights", "权重来源", "auto"),
    Table(TIER_METHODS, "tiers", "[tiers] method", "梯队划分", TiersSpec().method),
    Table(
        MODELS,
        "uncertainty",
        "[uncertainty] weights",
        "权重抽样",
        more=((Text("`of`", "`of`"), _of), (Text("experts", "专家"), _experts)),
    ),
    Table(
        SENSITIVITIES,
        "sensitivity",
        "[sensitivity] method",
        "敏感性分析",
        more=((Text("inputs", "输入"), _inputs),),
    ),
    Table(KINDS, "topics", "[[topics]] kind", "专题", more=((Text("columns", "列"), _columns),)),
)


def english(page: str) -> str:
    """Return an English page of the manual with its tables of methods written anew."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    for table in TABLES:
        if table.page == page:
            starts = STARTS.format(table.key)
            before, found, rest = text.partition(starts)
            if not found:
                message = f"{page}.md has no line {starts}"
                raise ValueError(message)
            text = "\n".join([before + starts, *table.lines("en"), ENDS]) + rest.partition(ENDS)[2]
    return text


def chinese() -> str:
    """Return the Chinese page of all methods."""
    parts = [HEAD.rstrip()]
    for table in TABLES:
        parts += [f"\n## {table.title}\n", *table.lines("zh")]
    return "\n".join([*parts, ""])


PAGES: Final = tuple(dict.fromkeys(table.page for table in TABLES))

if __name__ == "__main__":
    for name in PAGES:
        text = english(name)
        (DOCS / f"{name}.md").write_text(text, encoding="utf-8")
    CHINESE_PAGE.write_text(chinese(), encoding="utf-8")
