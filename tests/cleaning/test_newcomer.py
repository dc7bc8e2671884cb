"""A newcomer's path: a raw yearbook, fifteen experts and last year's list, to a finished run."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

import tierwise as tw
from tierwise.cli import assembled

COUNTIES = ["江阴", "昆山", "张家港", "常熟", "慈溪", "义乌", "诸暨", "温岭", "晋江", "南安", "龙口", "荣成"]
NAMES = ["地区生产总值", "工业占比", "常住人口"]


def yearbook() -> list[list[Any]]:
    rows: list[list[Any]] = [["3-1 县（市）主要经济指标"], [None] * 4 + ["单位：见各列"]]
    rows += [
        ["省 份", "县（市）", "经济", None, "人口"],
        [None, None, "地区生产\n总值", "工业占比", "常住人口"],
    ]
    rows += [[None, None, "亿元", "%", "万人"], ["合　计", None, 27_000, None, 1_500]]
    for at, name in enumerate(COUNTIES):
        province = {0: "江苏", 4: "浙江", 8: "福建", 10: "山东"}.get(at)
        rows.append([province, f"{name}市", 1500.0 + 90 * at, 40.0 + at, 100 + 5 * at])
    rows[6][2] = "4,137.5"
    rows[7][1], rows[7][4] = "昆　山 市", "209①"
    rows[8][2] = "29,830,000万元"
    rows[9][3] = "46.5%"
    rows[10][4] = "暂无"
    rows[11][2] = "约1900"
    return [*rows, ["注：①为年末数。资料来源：统计年鉴。"]]


def raw_book(path: Path) -> Path:
    book = openpyxl.Workbook()
    units = zip(NAMES, ["亿元", "%", "万人"], strict=True)
    scores = [[7 + at % 3, "８" if at == 4 else 5 + at % 4, 6 + at % 2] for at in range(1, 16)]
    experts = [[1, f"专家{at:02d}", *given] for at, given in enumerate(scores, 1)]
    answers = {
        "标题": "县域指数",
        "语言": "中文",
        "梯队个数": "３",
        "缺失值处理": "均值",
        "抽样次数": "２００",
    }
    tables: dict[str, list[list[Any]]] = {
        "数据": yearbook(),
        "指标体系": [
            ["代码", "名称", "上级", "权重", "方向", "单位"],
            *([f"A{at}", name, None, None, "正向", unit] for at, (name, unit) in enumerate(units, 1)),
        ],
        "专家打分": [["专家打分表"], ["轮次", "专家", *NAMES], *experts, ["平均", None, 8, 6.5, 6.5]],
        "历年排名": [
            ["年份", "名称", "排名"],
            *([2019, f"{name}市", at] for at, name in enumerate(COUNTIES, 1)),
        ],
        "设置": [["设置项", "值"], *map(list, answers.items())],
    }
    book.remove(book.worksheets[0])
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    data = book["数据"]
    for area in ("A1:E1", "A3:A4", "B3:B4", "C3:D3", "A7:A10", "A11:A14", "A15:A16", "A17:A18", "A19:E19"):
        data.merge_cells(area)
    book.save(path)
    return path


def test_one_clean_one_check_one_run(tmp_path: Path) -> None:
    raw, clean = raw_book(tmp_path / "年鉴.xlsx"), tmp_path / "县域.xlsx"
    runner = CliRunner()
    done = tw.clean(raw, clean)
    assert [(change.place, change.before) for change in done.doubts] == [("数据!C12", "约1900")]
    book = openpyxl.load_workbook(clean)  # the one cell that 修改记录 asks for
    (doubt,) = done.doubts
    assert doubt.row is not None
    assert doubt.column is not None
    book["数据"].cell(doubt.row + 1, doubt.column + 1).value = 1904
    book.save(clean)
    checked = runner.invoke(assembled(), ["check", str(clean)])
    assert checked.exit_code == 0, checked.output
    run = runner.invoke(assembled(), ["run", str(clean), "--out", str(tmp_path / "out")])
    assert run.exit_code == 0, run.output
    assert (tmp_path / "out" / "report.html").exists()
    scenario = tw.load(clean)
    assert scenario.panel.groups["省份"][:5] == ("江苏",) * 4 + ("浙江",)
    values = dict(zip(scenario.panel.names, scenario.panel.values.tolist(), strict=True))
    assert values["江阴市"] == [4137.5, 40.0, 100.0]
    assert values["昆山市"][2] == 209.0
    assert values["张家港市"][0] == 2983.0
    assert values["常熟市"][1] == 46.5
    assert scenario.experts is not None
    assert scenario.experts.rounds[0].scores.shape == (15, 3)
    assert scenario.history is not None
    assert scenario.history.codes[0] == "江阴市"
    assert (scenario.language, scenario.spec.tiers.count, scenario.spec.uncertainty.draws) == ("zh", 3, 200)


@pytest.mark.parametrize("lowest", ["(万人)", "万人"])
@pytest.mark.parametrize("above", [[], [["表 3-1 主要指标", None, "单位：亿元"]]])
def test_second_row_that_is_only_a_unit(tmp_path: Path, lowest: str, above: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    rows = [*above, ["县（市）", "常住人口", "经济"], [None, lowest, "地区生产总值"]]
    rows += [["江阴市", 178.0, 4137.0], ["昆山市", "2119000人", 4277.0], ["常熟市", 167.0, 2269.8]]
    for row in rows:
        sheet.append(row)
    book.save(raw := tmp_path / "raw.xlsx")
    done = tw.clean(raw, tmp_path / "clean.xlsx")
    (table,) = done.sheets
    assert table.cells[0][2:] == ("常住人口（万人）", "地区生产总值")
    assert [row[2] for row in table.cells[1:]] == [178.0, 211.9, 167.0]
    assert [row[3] for row in table.cells[1:]] == [4137.0, 4277.0, 2269.8]
    assert not done.doubts


def test_lower_heading_that_is_no_unit_stays(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [
        ["县（市）", "社会", None, "工业总产值", None],
        [None, "人口", "医院数", "亿元", "%"],
        ["江阴市", 178.0, 11, 5000.0, 60.0],
        ["昆山市", 211.9, 12, 6000.0, 61.0],
    ]:
        book.worksheets[0].append(row)
    book.save(raw := tmp_path / "raw.xlsx")
    (table,) = tw.clean(raw, tmp_path / "clean.xlsx").sheets
    assert table.cells[0][2:] == ("人口", "医院数", "工业总产值（亿元）", "工业总产值（%）")


def test_clean_names_the_command_that_follows(tmp_path: Path) -> None:
    raw = raw_book(tmp_path / "年鉴.xlsx")
    done = runner_lines(raw, tmp_path / "全.xlsx")
    assert done[-1] == f"下一步：tierwise check {tmp_path / '全.xlsx'}"
    book = openpyxl.load_workbook(raw)
    for name in book.sheetnames[1:]:
        del book[name]
    book.save(raw)
    last = runner_lines(raw, tmp_path / "数据.xlsx")[-1]
    assert last.startswith(f"下一步：运行 tierwise workbook {tmp_path / '我的指数.xlsx'} --language zh，")
    assert "“数据”表" in last
    assert "“指标体系”表" in last
    checked = CliRunner().invoke(assembled(), ["check", str(tmp_path / "数据.xlsx")])
    assert "缺少工作表“指标体系”" in checked.output


def runner_lines(raw: Path, out: Path) -> list[str]:
    done = CliRunner().invoke(assembled(), ["clean", str(raw), "--out", str(out)])
    assert done.exit_code == 0, done.output
    return done.output.strip().splitlines()


def units_book(path: Path, unit: str) -> Path:
    book = openpyxl.Workbook()
    for row in [
        ["县（市）", "经济", None, "环境"],
        [None, "地区生产总值", "常住人口", "PM2.5平均浓度"],
        [None, "亿元", "万人", unit],
        ["江阴市", 4137.0, 178.0, 31.0],
        ["昆山市", 4277.0, 211.9, 28.5],
        ["常熟市", 2269.8, 167.0, 29.0],
    ]:
        book.worksheets[0].append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("unit", "sure"),
    [("微克/立方米", True), ("μg/m³", True), ("毫克/升", True), ("勒克斯", False), ("CFU每升", False)],
)
def test_a_row_of_units_takes_no_name_from_a_column(tmp_path: Path, unit: str, sure: bool) -> None:
    done = tw.clean(units_book(tmp_path / "raw.xlsx", unit))
    assert done.sheets[0].cells[0][2:] == (
        "地区生产总值（亿元）",
        "常住人口（万人）",
        f"PM2.5平均浓度（{unit}）",
    )
    assert [change.before for change in done.doubts] == ([] if sure else [unit])


@pytest.mark.parametrize("unit", ["微克/立方米", "勒克斯"])
def test_cleaned_columns_are_the_frameworks(tmp_path: Path, unit: str) -> None:
    """By ``--framework``, and where the cleaned sheet is pasted into the book, as ``clean`` says."""
    raw = units_book(tmp_path / "raw.xlsx", unit)
    tree = [["代码", "名称", "单位"], ["gdp", "地区生产总值", "亿元"], ["pm", "PM2.5平均浓度", unit]]
    frame = tmp_path / "frame.csv"
    frame.write_text("\n".join(map(",".join, tree)), encoding="utf-8")
    done = tw.clean(raw, framework=frame)
    assert done.sheets[0].cells[0][2:] == ("地区生产总值", "常住人口（万人）", "PM2.5平均浓度")
    assert not done.doubts
    pasted = tw.inputs.Sheet.from_cells("Data", tw.clean(raw).sheets[0].cells)
    panel = tw.inputs.Panel.from_sheet(pasted, tw.inputs.Framework.from_csv(frame))
    assert panel.indicators == ("gdp", "pm")
    assert panel.values[0].tolist() == [4137.0, 31.0]
