"""Topics and what stands beside the data, from files: tables, sentences, problems with their places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

import tierwise_scenarios
from tierwise.errors import TierwiseError
from tierwise.report.printed import Tabulated, named
from tierwise.report.word import items
from tierwise.stages import check, run
from tierwise.study.scenario import load

UNITS = pd.DataFrame(
    {
        "code": [f"c{at}" for at in range(8)],
        "name": [f"甲{at}市" if at % 2 else f"乙{at}县" for at in range(8)],
        "province": ["江苏", "江苏", "浙江", "河南", "河南", "四川", "四川", "四川"],
        "x": [8.0, 7, 6, 5, 4, 3, 2, 1],
        "y": [1.0, 3, 2, 5, 4, 7, 6, 8],
        "gdp": [100.0, 90, 80, 70, 60, 50, 40, 30],
        "empty": [None] * 7 + ["x"],
    }
)
FRAMEWORK = pd.DataFrame({"code": ["x", "y"], "name": ["首项", "次项"], "weight": [3, 1], "unit": ["%", ""]})
TOPICS = [
    ["名称", "类型", "列", "参数", "计量单位", "下限"],
    ["大县", "达标", "gdp", "合计=是", "亿元", 70],
    ["前三", "top", "首项", "个数=3", None, None],
    ["分段", "分段", "gdp", "分界=50、80", "亿元", None],
    ["占比", "占全国比重", "gdp", None, "亿元", None],
    ["比值", "ratio", "x、gdp", "百分数=否；分档=0.05", None, None],
    ["区域", "历年分布", "region", None, None, None],
]
NATIONAL = [["指标", "数值", "年份", "来源"], ["gdp", 5200, 2018, "统计局"]]
COUNTS = [
    ["年份", "分组列", "分组", "单位数"],
    [2018, "province", "江苏省", 3],
    [2018, "province", "四川", 2],
]


def book(folder: Path, **changed: list[list[Any]]) -> Path:
    """Return a workbook of the sheets, with those of ``changed`` in place of them, or beside them."""
    sheets: dict[str, list[list[Any]]] = {
        "Data": [[*UNITS.columns], *UNITS.astype(object).where(UNITS.notna(), None).to_numpy().tolist()],
        "Framework": [[*FRAMEWORK.columns], *FRAMEWORK.to_numpy().tolist()],
        "Scenario": [
            ["key", "value"],
            ["language", "zh"],
            ["report.year", 2019],
            ["report.groups", '["province"]'],
            ["uncertainty.weights", "box"],
        ],
        "专题": TOPICS,
        "全国": NATIONAL,
        "往年数量": COUNTS,
    } | changed
    path = folder / "book.xlsx"
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def problems(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(TierwiseError) as raised:
        check(path)
    for one in raised.value.problems:
        assert one.line("zh")
    return [(one.code, one.place) for one in raised.value.problems]


def test_topics_of_a_workbook_are_tables_and_sentences(tmp_path: Path) -> None:
    results = run(book(tmp_path), draws=64)
    tables = results.tables
    large = tables["topics_threshold_大县"]
    assert large["gdp"].tolist() == [100, 90, 80, 70]
    said = dict(zip(tables["sentences"]["name"], tables["sentences"]["text"], strict=True))
    assert "gdp在70亿元及以上的有4个，占50.0%" in said["topic_大县"]
    assert "合计340亿元，占入榜合计的65.4%，占全国（2018年）的6.5%" in said["topic_大县"]
    assert tables["topics_top_前三"]["x"].tolist() == [8, 7, 6]
    assert "首项居前3位的依次为乙0县（8%）、甲1市（7%）" in said["topic_前三"]
    assert tables["topics_bands_分段"]["units"].tolist() == [2, 3, 3]
    assert tables["topics_national-share_占比"]["share"].tolist() == [0.1]
    assert tables["topics_ratio_比值"]["quotient"].max() == pytest.approx(0.08)
    regions = tables["topics_years_区域"].set_index("region")
    assert regions.loc["东部"].tolist() == [3, 3]
    assert regions.loc["西部"].tolist() == [2, 3]
    years = tables["distribution_province_years"].set_index("province")
    assert years["units_2018"].to_dict() == {"四川": 2, "江苏": 3, "河南": 0, "浙江": 0}
    assert results.scenario.cautions == ()


def test_a_run_writes_topics_everywhere(tmp_path: Path) -> None:
    out = run(book(tmp_path), draws=64).write(tmp_path / "out")
    sheets = CalamineWorkbook.from_path(str(out / "results.xlsx")).sheet_names
    assert "专题 大县" in sheets
    assert (out / "tables" / "topics_bands_分段.csv").exists()
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "专题 区域" in page
    copied = openpyxl.load_workbook(
        book(tmp_path)
    )  # its own sheets are read again, those of results passed over
    copied.create_sheet("专题 大县").append(["x"])
    copied.save(tmp_path / "again.xlsx")
    check(tmp_path / "again.xlsx")


def test_every_problem_of_topics_at_once_each_with_its_cell(tmp_path: Path) -> None:
    rows = [
        ["名称", "类型", "列", "参数"],
        ["一", "达标", "gpd", "下限=1"],
        ["二", "达标", "province", "下限=1"],
        ["三", "高于全国", "x", None],
        ["四", "前列", "x", "个数=9"],
        ["五", "分段", "x", "分界=5、3"],
        ["六", "比值", "x", None],
        ["七", "达标", "x", None],
        ["八", "构成", "gdp", None],
        ["九", "前列", "x", "下限=3"],
        ["九", "构成", None, None],
        ["十", "历年分布", "empty", None],
    ]
    assert problems(book(tmp_path, 专题=rows)) == [
        ("R130", "专题!C2"),
        ("R131", "专题!C3"),
        ("R133", "专题!C4"),
        ("R138", "专题!D5"),
        ("R140", "专题!D6"),
        ("R135", "专题!C7"),
        ("R136", "专题!A8"),
        ("R134", "专题!C9"),
        ("R137", "专题!D10"),
        ("R139", "专题!A11"),
        ("R141", "专题!C12"),
    ]


def test_a_blank_column_and_units_that_are_not_listed(tmp_path: Path) -> None:
    data = UNITS.assign(blank=[None] * 6 + [1.0, 2.0])
    cells = data.astype(object).where(data.notna(), None).to_numpy().tolist()
    rows = [["name", "kind", "columns", "units"], ["a", "threshold", "blank", None]]
    settings = [["key", "value"], ["select.top", 4], ["tiers.count", 2], ["uncertainty.weights", "box"]]
    path = book(tmp_path, Data=[[*data.columns], *cells], 专题=rows, Scenario=settings)
    assert problems(path) == [("R132", "专题!C2"), ("R136", "专题!A2")]
    rows = [["name", "kind", "columns", "units", "tier"], ["a", "radar", "x,y,gdp", "甲1市、丙", None]]
    rows.append(["b", "radar", "x,y,gdp", None, 3])
    path = book(tmp_path, Data=[[*data.columns], *cells], 专题=rows, Scenario=settings)
    assert problems(path) == [("R142", "专题!D2"), ("R143", "专题!E3")]


def test_problems_of_the_sheets_themselves(tmp_path: Path) -> None:
    rows = [["名称", "类型", "列", "参数", "阀值"], ["一", "达标", "gdp", "下现=3", None]]
    nation = [["指标", "数值"], ["gdp", None], ["gdp", 3]]
    counts = [
        ["year", "column", "group", "units"],
        [2018.5, "province", "江苏", -1],
        [2018, "province", "浙江", 1],
    ]
    counts.append([2018, "province", "浙江", 2])
    found = problems(book(tmp_path, 专题=rows, 全国=nation, 往年数量=counts))
    assert [*found] == [
        ("R144", "专题!E1"),
        ("R144", "专题!D2"),
        ("R146", "全国!B2"),
        ("R145", "全国!A3"),
        ("Y001", "往年数量!A2"),
        ("R147", "往年数量!D2"),
        ("R145", "往年数量!C4"),
        ("R136", "专题!A2"),
    ]
    rows = [["名称", "类型"], ["一", "门坎"], [None, "构成"]]
    assert problems(book(tmp_path, 专题=rows)) == [("S002", "专题!B2"), ("S007", "专题!3")]


def test_keys_of_every_topic_may_stand_among_the_parameters(tmp_path: Path) -> None:
    rows = [
        ["名称", "类型", "参数"],
        ["一", "达标", "列=gdp；下限=50；计量单位=亿元；榜单=首榜；合计=是"],
    ]
    lists = [["节点", "名称"], ["index", "首榜"]]
    (topic,) = load(book(tmp_path, 专题=rows, 榜单=lists)).spec.topics
    assert (topic.columns, topic.unit, topic.list) == (("gdp",), "亿元", "首榜")
    assert topic.settings == {"at_least": 50.0, "sum": True}


def test_what_no_topic_reads_of_the_nation_is_told(tmp_path: Path) -> None:
    nation = [*NATIONAL, ["首 项目", 3, None, None]]
    cautions = check(book(tmp_path, 全国=nation)).cautions
    assert [(one.code, one.place) for one in cautions] == [("R148", "全国!A3")]
    assert cautions[0].fields["name"] == "首 项目"  # as it is written


@pytest.mark.parametrize(("nation", "told"), [(519.9, True), (520, False), (5200, False)])
def test_more_than_the_whole_nation_is_told(nation: float, told: bool, tmp_path: Path) -> None:
    sheet = [["指标", "数值", "年份"], ["gdp", nation, "2018年"]]
    cautions = [one for one in check(book(tmp_path, 全国=sheet)).cautions if one.code == "R156"]
    assert [one.place for one in cautions] == ["全国!A2"] * told
    if told:
        line = cautions[0].line("zh")
        assert "入榜单位“gdp”合计520亿元，为全国数值519.9亿元（2018年）的100.02%" in line


@pytest.mark.parametrize(
    ("nation", "told"), [(65, False), (2000, False), (2001, True), (1.5, False), (1.4, True)]
)
def test_a_figure_of_the_nation_in_another_unit_is_told(nation: float, told: bool, tmp_path: Path) -> None:
    compared = [["名称", "类型", "列"], ["高于全国", "above-nation", "gdp"]]
    sheet = [["指标", "数值"], ["gdp", nation]]
    cautions = check(book(tmp_path, 专题=compared, 全国=sheet)).cautions  # the list has 30 to 100
    found = [one for one in cautions if one.code == "R158"]
    assert [one.place for one in found] == ["全国!A2"] * told


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ([5000, 2018], [5200, 2019], False),  # renewed
        ([5000, 2017], [5200, 2018], False),  # each list a year behind
        ([5200, 2018], [5200, 2018], True),  # carried over
        ([5200, 2017], [5200, 2017], True),
        ([5200, None], [5200, None], True),
        ([5000, None], [5200, None], False),
        (None, [5200, 2018], False),  # one sheet serves both lists: that of 2019 may have data of 2018
    ],
)
def test_figures_of_the_nation_left_as_they_were(
    tmp_path: Path, before: list[Any] | None, now: list[Any], told: bool
) -> None:
    head = ["指标", "数值", "年份"]
    data = [[*UNITS.columns], *UNITS.astype(object).where(UNITS.notna(), None).to_numpy().tolist()]
    own = {} if before is None else {"全国2018": [head, ["gdp", *before], ["y", 1, 2018]]}
    path = book(tmp_path, Data2018=data, 全国=[head, ["gdp", *now], ["y", 1, 2018]], **own)
    found = [(one.code, one.place, one.fields["of"]) for one in check(path).cautions if one.code == "R152"]
    assert found == ([("R152", "全国!A2", now[1] or 2018)] if told else [])


def test_a_national_total_of_nought_is_no_total(tmp_path: Path) -> None:
    found = problems(book(tmp_path, 全国=[["指标", "数值"], ["gdp", 0]]))
    assert found == [("R146", "全国!A2")]


def test_lists_of_a_workbook_and_their_problems(tmp_path: Path) -> None:
    tables = run(book(tmp_path, 榜单=[["节点", "个数", "名称"], ["次项", 3, "次项三强"]]), draws=64).tables
    assert tables["list_次项三强"]["code"].tolist() == ["c7", "c5", "c6"]
    main = tables["ranking"].set_index("code")["rank"]
    assert tables["list_次项三强"]["main_rank"].tolist() == main[["c7", "c5", "c6"]].tolist()
    said = dict(zip(tables["sentences"]["name"], tables["sentences"]["text"], strict=True))
    assert said["list_次项三强"].startswith("次项三强居前的依次为甲7市、甲5市、乙6县；")
    assert said["list_次项三强"].endswith("均不在综合榜单前3位。")
    rows = [
        ["节点", "个数", "名称"],
        ["次顶", 3, "一"],
        ["次项", 9, "二"],
        ["首项", None, "二"],
        [None, 3, "三"],
    ]
    assert problems(book(tmp_path, 榜单=rows)) == [
        ("S007", "榜单!5"),
        ("S021", "榜单!A2"),
        ("R138", "榜单!B3"),
        ("R139", "榜单!C4"),
    ]


def test_a_topic_on_a_further_list_counts_the_units_of_that_list(tmp_path: Path) -> None:
    topics = [
        ["名称", "类型", "列", "参数", "榜单"],
        ["县的大小", "达标", "gdp", "下限=40", "次项三强"],
        ["县的类型", "构成", None, None, "次项三强"],
    ]
    lists = [["维度", "个数", "名称"], ["次项", 3, "次项三强"]]
    results = run(book(tmp_path, **{"专题": topics, "榜单": lists, "全国": NATIONAL[:1]}), draws=64)
    best = UNITS.sort_values("y", ascending=False).head(3)
    large = results.tables["topics_threshold_县的大小"]
    kept = best[best["gdp"] >= 40].sort_values("gdp", ascending=False)
    assert large["name"].tolist() == kept["name"].tolist()
    assert large["rank"].tolist() == [[*best["name"]].index(name) + 1 for name in kept["name"]]
    said = results.tables["sentences"].set_index("name")["text"]
    assert said["topic_县的大小"].startswith("次项三强的3个单位中，")
    assert said["topic_县的类型"] == "次项三强的3个单位中，县级市2个、县1个。"
    assert [*best["name"].str[-1]].count("市") == 2


def test_lists_that_are_none_are_told_with_their_cells(tmp_path: Path) -> None:
    topics = [["名称", "类型", "列", "参数", "榜单"], ["大县", "达标", "gdp", "下限=60", "次项五强"]]
    lists = [["维度", "个数", "名称"], ["次项", 3, "次项三强"]]
    path = book(tmp_path, **{"专题": topics, "榜单": lists, "全国": NATIONAL[:1]})
    assert problems(path) == [("R151", "专题!E2")]
    lists = [["维度", "个数", "名称"], ["次项", 30, "次项五强"]]
    assert problems(book(tmp_path, **{"专题": topics, "榜单": lists, "全国": NATIONAL[:1]})) == [
        ("R138", "榜单!B2")
    ]


def test_units_of_measure_come_from_the_headings(tmp_path: Path) -> None:
    data = [[*UNITS.columns], *UNITS.astype(object).where(UNITS.notna(), None).to_numpy().tolist()]
    data[0][data[0].index("gdp")] = "地区生产总值（亿元）"
    topics = [["名称", "类型", "列", "参数"], ["大县", "达标", "地区生产总值", "下限=70；合计=是"]]
    national = [NATIONAL[0], ["地区生产总值", 5200, 2018, "统计局"]]
    results = run(book(tmp_path, Data=data, **{"专题": topics, "全国": national}), draws=64)
    said = results.tables["sentences"].set_index("name").loc["topic_大县", "text"]
    assert "地区生产总值在70亿元及以上的有4个" in said
    assert "合计340亿元，占入榜合计的65.4%，占全国（2018年）的6.5%" in said
    held = named(items(results.study))["table"]["topics_threshold_大县"]
    assert isinstance(held, Tabulated)
    assert held.heads == ["位次", "名称", "地区生产总值（亿元）", "排名"]
    assert "地区生产总值（亿元）" in results.tables["topics_threshold_大县"]
    assert results.scenario.cautions == ()


def test_growth_on_an_earlier_year_of_the_data() -> None:
    results = run("industrial-counties-2019", draws=64)
    folder = Path(tierwise_scenarios.__file__).parent / "data" / "industrial-counties-2019"
    now, then = (
        pd.read_csv(folder / name).set_index("name")["固定资产投资"]
        for name in ("units.csv", "units_2018.csv")
    )
    right = (now / then - 1).dropna().sort_values(ascending=False, kind="stable")
    frame = results.tables["topics_growth_固定资产投资增速"].set_index("name")
    assert frame["growth"].to_dict() == pytest.approx(right.to_dict())
    assert frame["in_2018"].to_dict() == then[frame.index].to_dict()
    said = results.tables["sentences"].set_index("name").loc["topic_固定资产投资增速", "text"]
    assert f"固定资产投资较2018年增速居前的依次为{right.index[0]}（{100 * right.iloc[0]:.1f}%）" in said
    pooled = now[right.index].sum() / then[right.index].sum() - 1
    assert f"榜单整体为{100 * pooled:.1f}%" in said
    assert f"高于10%的{(right > 0.1).sum()}个" in said


def test_growth_on_a_year_that_is_not_there_is_told(tmp_path: Path) -> None:
    topics = [["名称", "类型", "列", "基期"], ["增速", "增速", "gdp", 2017]]
    path = book(tmp_path, **{"专题": topics, "全国": NATIONAL[:1]})
    assert problems(path) == [("R150", "专题!D2")]


def test_a_line_that_none_reaches_is_told_in_a_sentence_alone(tmp_path: Path) -> None:
    topics = [["名称", "类型", "列", "参数"], ["大县", "达标", "gdp", "下限=1000"]]
    results = run(book(tmp_path, **{"专题": topics, "全国": NATIONAL[:1]}), draws=64)
    assert "topics_threshold_大县" not in results.tables
    said = results.tables["sentences"].set_index("name").loc["topic_大县"]
    assert (said["text"], said["table"]) == ("2019年8个入榜单位中，没有gdp达到1000的单位。", "")
    held = named(items(results.study))
    assert "topic_大县" in held["sentence"]
    assert not [name for kind in ("table", "figure") for name in held[kind] if "大县" in name]  # type: ignore[index]
    results.write(tmp_path / "out")


PEOPLE = [25.0, 30, 16, 20, 24, 10, 16, 15]
