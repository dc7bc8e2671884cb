"""A map of China's provinces in squares, one for each, near where it lies: no borders are drawn."""

from __future__ import annotations

from typing import Final

ROWS: Final = (
    ". . . . . . . 黑龙江",
    ". . . . 内蒙古 北京 辽宁 吉林",
    "新疆 . . 宁夏 山西 河北 天津 .",
    "西藏 青海 甘肃 陕西 河南 山东 . .",
    ". 四川 重庆 湖北 安徽 江苏 上海 .",
    ". 云南 贵州 湖南 江西 浙江 . .",
    ". . 广西 广东 福建 台湾 . .",
    ". . 海南 澳门 香港 . . .",
)
TILES: Final[dict[str, tuple[int, int]]] = {
    name: (row, column)
    for row, names in enumerate(ROWS)
    for column, name in enumerate(names.split())
    if name != "."
}
"""Row and column of each province, from the north-west."""
