"""compared_units, compared_groups, compared_settings, compared_figures: two runs side by side.

They are made by ``tierwise compare``, not by a run.
"""

from __future__ import annotations

from typing import Final

from tierwise.tables.columns import MOVE, UNIT_CODE, UNIT_NAME
from tierwise.tables.table import Table, none
from tierwise.words.columns import Column
from tierwise.words.language import Text

KINDS: Final = {
    "entry": Text("new", "新进"),
    "exit": Text("left", "退出"),
    "up": Text("up", "上升"),
    "down": Text("down", "下降"),
    "same": Text("same", "持平"),
}
FROM, TO = Text("Before", "前"), Text("After", "后")

UNITS: Final = Table(
    name="compared_units",
    title=Text("Lists compared", "榜单对比"),
    note=Text("Every unit on both sides, by its later rank", "两份榜单的各单位，按后一份榜单的名次排列"),
    row=Text("a unit of either side", "任一榜单的一个单位"),
    section="compared",
    place=1,
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        Column("groups", meaning=Text("the group columns of the data", "数据中的分组列"), names="group"),
        Column(
            "change",
            Text("Change", "变化"),
            Text("entry, exit, up, down, same", "新进、退出、上升、下降、持平"),
            words=KINDS,
        ),
        Column("rank_from", Text("Rank before", "前名次"), Text("rank before", "前一份榜单的名次")),
        Column("rank_to", Text("Rank after", "后名次"), Text("rank after", "后一份榜单的名次")),
        MOVE,
        Column(
            "tier_from",
            Text("Tier before", "前梯队"),
            Text("tier before", "前一份榜单的梯队"),
            look="tier",
            optional=True,
        ),
        Column(
            "tier_to",
            Text("Tier after", "后梯队"),
            Text("tier after", "后一份榜单的梯队"),
            look="tier",
            optional=True,
        ),
        Column(
            "score_from", Text("Score before", "前得分"), Text("score before", "前一份榜单的得分"), "score"
        ),
        Column("score_to", Text("Score after", "后得分"), Text("score after", "后一份榜单的得分"), "score"),
    ),
    make=none,
)

GROUPS: Final = Table(
    name="compared_groups",
    title=Text("Entries and exits by group", "分组新进与退出"),
    note=Text(
        "Listed units of each group on both sides, and who came and left",
        "各组两份榜单的入榜单位数，以及新进与退出的单位",
    ),
    row=Text("a group", "一个组"),
    section="compared",
    place=2,
    columns=(
        Column("column", Text("Grouping", "分组依据"), Text("the group column", "分组列")),
        Column("group", Text("Group", "组"), Text("the group", "组")),
        Column(
            "units_from", Text("Units before", "前单位数"), Text("listed before", "前一份榜单的入榜单位数")
        ),
        Column("units_to", Text("Units after", "后单位数"), Text("listed after", "后一份榜单的入榜单位数")),
        Column("entered", Text("New", "新进"), Text("units that came in, by rank", "新进单位，按名次")),
        Column("left", Text("Left", "退出"), Text("units that left, by former rank", "退出单位，按原名次")),
    ),
    make=none,
)

SETTINGS: Final = Table(
    name="compared_settings",
    title=Text("Settings that differ", "不同的设置"),
    note=Text("Keys with another value; blank is the default", "取值不同的设置项；空白为默认值"),
    row=Text("a setting", "一个设置项"),
    section="compared",
    place=3,
    columns=(
        Column("key", Text("Setting", "设置项"), Text("key of the setting", "设置项的键")),
        Column("from", FROM, Text("value before", "前值")),
        Column("to", TO, Text("value after", "后值")),
    ),
    make=none,
)

FIGURES: Final = Table(
    name="compared_figures",
    title=Text("Figures that differ", "不同的数值"),
    note=Text(
        "Cells of data, framework and experts with another value; ✓ what only one side has",
        "数据、指标体系与专家打分中取值不同的单元格；✓ 为只有一方才有的行或列",
    ),
    row=Text("a cell", "一个单元格"),
    section="compared",
    place=6,
    columns=(
        Column(
            "sheet",
            Text("Sheet", "工作表"),
            Text("Data, Framework or Experts", "数据、指标体系或专家打分"),
            words={
                "Data": Text("Data", "数据"),
                "Framework": Text("Framework", "指标体系"),
                "Experts": Text("Experts", "专家打分"),
            },
        ),
        Column("row", Text("Row", "行"), Text("unit, node or expert", "单位、节点或专家")),
        Column("column", Text("Column", "列"), Text("heading of the column", "列名")),
        Column("from", FROM, Text("value before", "前值")),
        Column("to", TO, Text("value after", "后值")),
        Column("place", Text("Cell", "单元格"), Text("where it stands after", "在后一份中的位置")),
    ),
    make=none,
)

TABLES: Final = (UNITS, GROUPS, SETTINGS, FIGURES)
