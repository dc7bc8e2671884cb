"""Write tables.md here and in zh/ from the declarations of all tables: ``python docs/tables.py``."""

from pathlib import Path

from tierwise.tables.registry import SECTIONS, TABLES
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.language import Language, Text

DOCS = Path(__file__).parent
PAGES: dict[Language, Path] = {"en": DOCS / "tables.md", "zh": DOCS / "zh" / "tables.md"}
INTRODUCTION = Text(
    """# All tables

Every column of every table, as the CSVs in `tables/` name it and as sheets and the page head it. Columns in
italics are named by the data; those marked with ○ are left out where they do not apply. This page is made by
`python docs/tables.py`.
""",
    """# 结果表一览

全部结果表的各列：`tables/`中CSV所用的列名，以及工作表与网页上的表头。斜体的列由数据命名；标有○的列不适用时省略。本页由
`python docs/tables.py`生成。
""",
)
HEAD = Text("| column | heading | meaning |", "| 列 | 表头 | 含义 |")
ABOUT = Text("{note}. One row is {row}; the sheet is *{sheet}*.", "{note}。每行为{row}；工作表为“{sheet}”。")
GROUP = Text("GROUP", "分组")
TOPIC = Text("TOPIC", "名称")


def page(language: Language) -> str:
    """Return the page as Markdown."""
    parts = [INTRODUCTION.of(language)]
    for section, title in SECTIONS.items():
        parts.append(f"\n## {title.of(language)}\n")
        parts += [_table(table, language) for table in TABLES if table.section == section]
    return "".join(parts)


def _table(table: Table, language: Language) -> str:
    """Return a table: what it is, and its columns."""
    texts = {"note": table.note, "row": table.row, "sheet": table.title}
    given = TOPIC if table.section == "topics" else GROUP
    about = {key: text.of(language).replace("{}", given.of(language)) for key, text in texts.items()}
    columns = [_column(column, language) for column in table.columns if column.in_file]
    name = table.name.replace("{}", given.en)
    lines = [f"\n### {name}\n", ABOUT.of(language).format(**about), "", HEAD.of(language), "|---|---|---|"]
    return "\n".join([*lines, *columns, ""])


def _column(column: Column, language: Language) -> str:
    """Return the row of a column."""
    name = f"*{column.name}*" if column.names and not column.pattern else f"`{column.name}`"
    heading = column.title.of(language).replace("{0}", "N").replace("{0:zh}", "N").replace("{1}", "Y")
    cells = (name + " ○" * column.optional, heading, column.meaning.of(language))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    for language, path in PAGES.items():
        path.write_text(page(language), encoding="utf-8")
