"""Write settings.md here and in zh/ from the schema of a scenario: ``python docs/settings.py``."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from tierwise.spec.families import MethodName
from tierwise.spec.schema import keys
from tierwise.words.language import Language
from tierwise.words.meanings import meaning

HEAD = {
    "en": """# Settings

Every key of a scenario, in a `.toml` file or on a workbook's Scenario sheet (there as `tiers.count`). All but
the data are optional; an unknown key is an error that names the nearest one. Names of methods may be given in
Chinese, as Chinese outputs show them. This page is made by `python docs/settings.py`.
""",
    "zh": """# 设置一览

方案的全部键，写在`.toml`文件中，或写在工作簿的Scenario（方案）工作表中（如`tiers.count`）。除数据外均可省略；写错的键会报错，
并提示最接近的键。方法名也可用中文，即中文结果中所用的名称。本页由`python docs/settings.py`生成。
""",
}
TOP = {"en": "At the top", "zh": "顶层"}
COLUMNS = {"en": "| key | takes | default | meaning |", "zh": "| 键 | 取值 | 默认值 | 含义 |"}
OR = {"en": " or ", "zh": " 或 "}
LIST = {"en": "list of {}", "zh": "列表：{}"}
TABLE = {"en": "table of {}", "zh": "表：{}"}
COMMA = {"en": ", ", "zh": "、"}
WORDS: dict[Language, dict[object, str]] = {
    "en": {int: "whole number", float: "number", str: "text", bool: "`true`, `false`", Any: "any"},
    "zh": {int: "整数", float: "数", str: "文本", bool: "`true`、`false`", Any: "任意"},
}


def page(language: Language) -> str:
    """Return the page as Markdown."""
    sections: dict[str, list[str]] = {}
    for key in sorted(keys(), key=lambda key: bool(key.section)):  # those at the top first
        field = key.field
        default = "" if field.is_required() else _default(field.get_default(call_default_factory=True))
        help_text = meaning(field, language).replace("|", "\\|")
        row = f"| `{key.name}` | {_takes(field.annotation, language)} | {default} | {help_text} |"
        sections.setdefault(key.section, []).append(row)
    parts = [HEAD[language]]
    for name, rows in sections.items():
        title = f"\n## [{name}]\n" if name else f"\n## {TOP[language]}\n"
        parts.append("\n".join([title, COLUMNS[language], "|---|---|---|---|", *rows, ""]))
    return "".join(parts)


def _default(value: object) -> str:
    if value is None or value == ():
        return ""
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _takes(annotation: Any, language: Language) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, MethodName):
        origin, arguments = Literal, tuple(annotation.family)
    if origin is Literal:
        return COMMA[language].join(f"`{choice}`" for choice in arguments)
    if origin in {Union, UnionType}:
        some = [argument for argument in arguments if argument is not type(None)]
        return OR[language].join(dict.fromkeys(_takes(argument, language) for argument in some))
    if origin is tuple:
        return LIST[language].format(_takes(arguments[0], language))
    if origin in {dict, Mapping}:
        return TABLE[language].format(_takes(arguments[1], language))
    if hasattr(annotation, "__metadata__"):
        return _takes(arguments[0], language)
    return WORDS[language][annotation]


PAGES: dict[Language, Path] = {
    "en": Path(__file__).with_name("settings.md"),
    "zh": Path(__file__).parent / "zh" / "settings.md",
}

if __name__ == "__main__":
    for written, path in PAGES.items():
        path.write_text(page(written), encoding="utf-8")
