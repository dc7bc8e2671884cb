"""China's provinces by the four economic regions of the National Bureau of Statistics (2011).

东部 East, 中部 Centre, 西部 West, 东北 North-East; 港澳台 Hong Kong, Macao and Taiwan, which the four regions
leave out, form a group of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from tierwise.arrays import TextArray
from tierwise.errors import Problems
from tierwise.names import cleaned, nearest

REGIONS: Final = {
    "东部": "北京 天津 河北 上海 江苏 浙江 福建 山东 广东 海南",
    "中部": "山西 安徽 江西 河南 湖北 湖南",
    "西部": "内蒙古 广西 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆",
    "东北": "辽宁 吉林 黑龙江",
    "港澳台": "香港 澳门 台湾",
}
ABBREVIATIONS: Final = {
    "东部": "京 津 冀 沪 苏 浙 闽 鲁 粤 琼",
    "中部": "晋 皖 赣 豫 鄂 湘",
    "西部": "蒙 桂 渝 川 贵 云 藏 陕 甘 青 宁 新",
    "东北": "辽 吉 黑",
    "港澳台": "港 澳 台",
}
PROVINCES: Final = {province: area for area, listed in REGIONS.items() for province in listed.split()}
SHORT: Final = {
    short: name
    for area, listed in REGIONS.items()
    for short, name in zip(ABBREVIATIONS[area].split(), listed.split(), strict=True)
} | {"蜀": "四川", "黔": "贵州", "滇": "云南", "秦": "陕西", "陇": "甘肃"}
ENDINGS: Final = (
    "生产建设兵团",
    "特别行政区",
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "自治区",
    "省",
    "市",
)


def region(provinces: Iterable[str]) -> TextArray:
    """Return the region of each province (units,), by short or full name: 江苏, 江苏省, 苏, 内蒙古自治区.

    A blank name has a blank region. Raises R101 for each name that is no province, with the nearest one.
    """
    names, problems = known_regions(provinces)
    problems.raise_any()
    return names


def known_regions(provinces: Iterable[str]) -> tuple[TextArray, Problems]:
    """Return :func:`region` with a blank for each name that is no province, and the problems of these."""
    problems = Problems()
    names = []
    for row, given in enumerate(provinces):
        name = short_name(str(given))
        if name and name not in PROVINCES:
            near = nearest(name, PROVINCES)
            problems.add("R101", argument="provinces", row=row, province=str(given), nearest=near)
        names.append(PROVINCES.get(name, ""))
    return np.array(names, dtype=np.str_), problems


def short_name(province: str) -> str:
    """Return 江苏 for 江苏省, 江苏 or 苏; a name that is no province comes back without its ending."""
    name = cleaned(province)
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            name = name[: -len(ending)]
            break
    return SHORT.get(name, name)
