"""delphi_report: what the panel's tables say, part by part, and the words for a paper's method section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tierwise.study.expert_sentences import PARTS, Said, expert_sentences
from tierwise.tables.delphi_rounds import rounds_of
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study


def said_of(study: Study) -> list[Said]:
    """Return the sentences on a study's panel, none where it has no panel."""
    scenario, found = study.scenario, study.once(rounds_of)
    if scenario.experts is None or not found:
        return []
    return expert_sentences(found, scenario.experts, scenario.framework)


def report(study: Study) -> pd.DataFrame | None:
    """Return ``delphi_report``: part, text, table; the words for a paper in both languages."""
    import pandas as pd

    language = study.scenario.language
    rows = []
    for one in study.once(said_of):
        own = one.text.of(language)
        texts = (own, *(text for text in one.text if text != own)) if one.part == "method" else (own,)
        rows += [(PARTS[one.part].of(language), text, one.table) for text in texts]
    return pd.DataFrame(rows, columns=["part", "text", "table"]) if rows else None


REPORT: Final = Table(
    name="delphi_report",
    title=Text("Delphi report", "德尔菲报告"),
    note=Text(
        "What the panel's tables say, part by part; the last is for a paper's section on method",
        "专家咨询各项结果的汇总文字；末项可用于论文方法部分（中英文各一）",
    ),
    row=Text("a sentence", "一条文字"),
    section="panel",
    place=5.9,
    columns=(
        Column("part", Text("Part", "项目"), Text("what it is about", "所述内容")),
        Column("text", Text("Text", "文字"), Text("the sentence", "报告文字")),
        Column(
            "table",
            Text("Table", "所据表格"),
            Text("table that holds its numbers", "数据所在的表格"),
            content="table",
        ),
    ),
    make=report,
)

TABLES: Final = (REPORT,)
