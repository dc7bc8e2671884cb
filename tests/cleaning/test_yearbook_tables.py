"""Three tables as statistical yearbooks print them: parts of sums, pages, provisional figures, two blocks."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

import tierwise as tw
from tierwise.cleaning import Clean
from tierwise.cli import assembled

CITIES = {
    "苏州市": ["常熟市", "张家港市", "昆山市", "太仓市"],
    "无锡市": ["江阴市", "宜兴市"],
    "南通市": ["启东市", "如皋市", "海安市", "如东县"],
    "泰州市": ["兴化市", "靖江市", "泰兴市"],
}
COUNTIES = [county for counties in CITIES.values() for county in counties]
HEADS = [
    ["地  区", "地区生产总值", None, None, "一般公共预算收入"],
    [None, None, "#第一产业", "#工业", None],
]
TREE = [["代码", "名称", "单位"], ["gdp", "地区生产总值", "亿元"], ["pri", "第一产业", "亿元"]]
TREE += [["ind", "工业", "万元"], ["rev", "一般公共预算收入", "万元"]]


def saved(path: Path, rows: list[list[Any]], merges: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    for area in merges:
        book.worksheets[0].merge_cells(area)
    book.save(path)
    return path


def figures(county: str) -> list[float]:
    at = COUNTIES.index(county)
    return [1000 + 137.25 * at, 30 + 1.5 * at, 500 + 61.5 * at, 100 + 9.25 * at]


def columns(done: Clean) -> dict[str, list[Any]]:
    heads, *rows = done.sheets[0].cells
    return {str(head): [row[at] for row in rows] for at, head in enumerate(heads)}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    path = tmp_path / "tree.csv"
    path.write_text("\n".join(map(",".join, TREE)), encoding="utf-8")
    return path


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """A unit in the corner, “of which” in headings and names, subtotals, a second page, notes."""
    body: list[list[Any]] = []
    for city, counties in CITIES.items():
        first, *others = counties
        total = [sum(column) for column in zip(*map(figures, counties), strict=True)]
        body += [[city, *total], [f"  其中：{first}", *figures(first)]]
        body += [[f"　　{county}", *figures(county)] for county in others]
    all_of = [sum(column) for column in zip(*map(figures, COUNTIES), strict=True)]
    corner = [None] * 4 + ["单位：亿元"]
    rows = [["13-2  各县（市）主要经济指标"], corner, *HEADS, ["全  省", *all_of], *body[:8]]
    rows += [["13-2  续表"], corner, *HEADS, *body[8:], ["注：按当年价格计算。"], ["资料来源：省统计局"]]
    return saved(tmp_path / "parts.xlsx", rows, ("A1:E1", "A3:A4", "E3:E4"))


def test_parts_of_a_sum_are_named_without_their_mark(parts: Path, tree: Path) -> None:
    for framework, factor in ((None, 1.0), (tree, 10_000.0)):
        done = tw.clean(parts, framework=framework)
        found = columns(done)
        assert [*found] == ["代码", "名称", "地区生产总值", "第一产业", "工业", "一般公共预算收入"]
        assert [name for name in found["名称"] if name not in CITIES] == COUNTIES
        for row, name in enumerate(found["名称"]):
            if name in COUNTIES:
                gdp, primary, industry, revenue = figures(name)
                assert [column[row] for column in [*found.values()][2:]] == pytest.approx(
                    [gdp, primary, industry * factor, revenue * factor], rel=1e-12
                )
        assert {change.after for change in done.changes if "text-of-which" in change.rules} == {
            counties[0] for counties in CITIES.values()
        }
        assert len(done.doubts) == len(CITIES)  # a subtotal may be a unit: it is asked about, and stays


def test_subtotals_that_were_left_are_named_by_check(parts: Path, tree: Path, tmp_path: Path) -> None:
    tw.clean(parts, tmp_path / "clean.xlsx", framework=tree)
    checked = CliRunner().invoke(assembled(), ["check", str(tmp_path / "clean.xlsx")])
    assert checked.exit_code == 0, checked.output
    told = [line for line in checked.output.splitlines() if line.startswith("D101")]
    assert len(told) == len(CITIES)
    for line, (city, counties) in zip(told, CITIES.items(), strict=True):
        assert f"“{city}”" in line
        assert "、".join(counties) in line


def test_provisional_figures_are_figures_and_a_range_is_none(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["表2  县域创新情况"], ["地级市", "县（市）", "R&D经费支出", "发明专利拥有量"]]
    rows += [[None, None, "（万元）", "（件）"]]
    merges, top = ["A1:D1"], 4
    for city, counties in CITIES.items():
        rows += [
            [None if at else city, county, 12_000 + 530 * at, 3.5 + at] for at, county in enumerate(counties)
        ]
        merges.append(f"A{top}:A{top + len(counties) - 1}")
        top += len(counties)
    rows[3][2], rows[4][2], rows[5][2], rows[6][3] = "20,480(P)", "22600（p）", "21010 (R)", "1-3"
    rows.append(["(P) 为初步核算数。"])
    done = tw.clean(saved(tmp_path / "raw.xlsx", rows, tuple(merges)))
    found = columns(done)
    assert found["地级市"] == [city for city, counties in CITIES.items() for _ in counties]
    assert found["R&D经费支出（万元）"][:3] == [20480.0, 22600.0, 21010.0]
    assert [(one.before, one.rules) for one in done.doubts] == [("1-3", ("range",))]


def test_a_second_block_to_the_right_goes_below(tmp_path: Path) -> None:
    heads = ["县  市", "常住人口", "中学数"]
    rows: list[list[Any]] = [["表3  年末人口与教育"], [None] * 6 + ["单位：万人、所"], [*heads, None, *heads]]
    half = (len(COUNTIES) + 1) // 2
    for at in range(half):
        right = COUNTIES[half + at : half + at + 1]
        rows.append([COUNTIES[at], 100 + at, 20 + at, None, *(right and [right[0], 80 + at, 30 + at])])
    found = columns(tw.clean(saved(tmp_path / "raw.xlsx", [*rows, ["注：年末常住人口。"]], ("A1:G1",))))
    assert found["县市"] == COUNTIES
    assert found["常住人口"] == [100.0 + at for at in range(half)] + [
        80.0 + at for at in range(len(COUNTIES) - half)
    ]
