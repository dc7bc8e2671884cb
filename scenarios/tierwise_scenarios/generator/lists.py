"""The published lists: rank, name, province, prefecture, and the region of a province."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data"

# 国家统计局 四大地区划分
REGIONS = {
    "东部": ("北京", "天津", "河北", "上海", "江苏", "浙江", "福建", "山东", "广东", "海南"),
    "中部": ("山西", "安徽", "江西", "河南", "湖北", "湖南"),
    "西部": (
        "内蒙古", "广西", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆",
    ),
    "东北": ("辽宁", "吉林", "黑龙江"),
}  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """A county or district of a published list."""

    rank: int
    name: str
    province: str
    prefecture: str

    @property
    def region(self) -> str:
        """The region of the province by the statistics office's four regions."""
        return next(region for region, provinces in REGIONS.items() if self.province in provinces)


def published(scenario: str) -> list[Unit]:
    """Return the published list of a scenario, in printed order."""
    with (FOLDER / scenario / "published.csv").open(encoding="utf-8", newline="") as stream:
        return [
            Unit(int(row["rank"]), row["name"], row["province"], row["prefecture"])
            for row in csv.DictReader(stream)
        ]
