"""Write the table of rules in clean.md here and in zh/: ``python docs/cleaning.py``."""

from pathlib import Path

from tierwise.cleaning import Rule, rules
from tierwise.words.language import Language

START, END = "<!-- rules -->", "<!-- end of rules -->"
HEAD: dict[Language, str] = {
    "en": "| where | what is found | sure | for instance |",
    "zh": "| 对象 | 情形 | 是否确定 | 举例 |",
}
GROUPS: dict[str, tuple[str, str]] = {
    "rows": ("rows", "行"),
    "columns": ("columns", "列"),
    "numbers": ("numbers", "数字"),
    "texts": ("texts", "文本"),
    "not sure": ("not sure", "不能确定"),
    "files": ("files", "文件"),
}
YES: dict[Language, tuple[str, str]] = {"en": ("no", "yes"), "zh": ("否", "是")}
PAGES: dict[Language, Path] = {
    "en": Path(__file__).with_name("clean.md"),
    "zh": Path(__file__).parent / "zh" / "clean.md",
}


def table(language: Language) -> str:
    """Return the rules as a table in Markdown."""
    lines = [HEAD[language], "|---|---|---|---|"]
    lines += [
        f"| {GROUPS[rule.group][language == 'zh']} | {rule.text(language)} | {YES[language][rule.sure]} | "
        f"{_example(rule, language)} |"
        for rule in rules().values()
    ]
    return "\n".join(line.replace("|  |", "| |") for line in lines)


def _example(rule: Rule, language: Language) -> str:
    if not rule.before:
        return ""
    blank = "blank" if language == "en" else "留空"
    after = rule.after
    shown = blank if after in (None, "") else f"`{after}`"
    unit = (
        {"en": f" (column in {rule.unit})", "zh": f"（本列单位：{rule.unit}）"}[language] if rule.unit else ""
    )
    return f"`{rule.before}`{unit} → {shown}"


def page(language: Language) -> str:
    """Return the page with the table of today's rules."""
    text = PAGES[language].read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    return f"{before}{START}\n\n{table(language)}\n\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    for written, path in PAGES.items():
        path.write_text(page(written), encoding="utf-8")
