"""The report of 2019, as far as its tables are kept here: what it misprints is found, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from tierwise.proofreading.reader import proof

REFERENCES = Path(__file__).parents[1] / "references" / "caict2019"
SOURCE = "数据来源：中国信息通信研究院"


def table(name: str, title: str, heads: Sequence[str], columns: Sequence[str], mark: str = "") -> str:
    """Return a published table as a report prints it; ``mark`` names the column with the stars."""
    frame = pd.read_csv(REFERENCES / name, comment="#", dtype=str, keep_default_na=False)
    if mark:
        frame[mark] += frame["first_in_province"].map({"1": "★", "0": ""})
    lines = ["\t".join(heads), *("\t".join(row) for row in frame[[*columns]].itertuples(index=False))]
    return "\n".join(["", title, "", *lines, "", SOURCE, ""])


LIST = ("rank", "province", "prefecture")
BANDS = [f"{start}-{start + 9}" for start in range(1, 100, 10)]
COUNTIES = "\n".join(
    [
        "# 2019年中国工业百强县（市）",
        table(
            "table1.csv",
            "表1 2019年工业百强县（市）",
            ["排名", "地区", "地级市", "县（市）"],
            [*LIST, "county"],
            "county",
        ),
        "## 分布情况",
        "2019年中国工业百强县（市）含78个县级市、18个县和4个旗，人口8980万人。"
        "GDP合计达到89363亿元（人均GDP 99509元），工业增加值4.3万亿元。",
        "从数量看，2019年工业百强县（市）分布于16个省（区、市）（如图1）。东部74个，中部17个，西部9个。江苏入围县（市）数量占据首位，"
        "达到25个；山东、浙江紧随其后，分别为19个和18个。江苏、山东、浙江三省合计达到62个。河南、福建、内蒙古依次为8个、7个、4个，"
        "湖南、河北、湖北各3个，陕西、安徽、广东各2个，贵州、宁夏、江西、新疆各1个。",
        "各省排名首位的县（市）依次是江苏江阴市（1）、福建晋江市（5）、浙江慈溪市（6）、湖南长沙县（8）、陕西神木市（9）、山东龙口市（12）、"
        "内蒙古准格尔旗（15）、河北迁安市（26）、河南新郑市（32）、贵州仁怀市（42）、江西南昌县（51）、宁夏灵武市（59）、安徽肥西县（75）、"
        "广东博罗县（77）、湖北仙桃市（84）、新疆库尔勒市（93）。",
        table(
            "table3.csv", "表3 2019年中国工业百强县（市）各省位次分布", ["省", *BANDS], ["province", *BANDS]
        ),
        "## 梯队情况",
        "2019年工业百强县（市）可分为四个梯队：1-6名构成的第一梯队，7-30名构成的第二梯队，31-57名构成的第三梯队，58-100名构成的第四梯队。",
        "前四名江阴市、昆山市、张家港市、常熟市均位于江苏，第五名晋江市位于福建，第六名慈溪市位于浙江。",
        "第二梯队24个县（市）分布于江苏（9）、山东（4）、湖南（3）、浙江（2）、福建（2）、内蒙古（2）、陕西（1）、河北（1）8个省份。其中，江苏、"
        "山东、湖南三省县（市）合计达到16个，占第二梯队县（市）数量的66.7%。",
        "前两梯队中、西部县（市）分别只有3个，第三、四梯队中，中、西部县（市）开始增多，分别为14个和6个。四个梯队工业增加值均值依次为1340亿元、"
        "526亿元、367亿元和304亿元。一二、二三、三四梯队间工业增加值倍差依次为2.5倍、1.4倍和1.2倍。",
        "如，溧州市、府谷县、天长市、临海市、玉环市、高邮市、武安市、闽侯县均为2019年新进县（市）。",
        "## 发展全景",
        "其中，工业增加值合计达到43664.1亿元，占百强GDP的比重48.9%，占全国工业增加值的比重16.7%。",
        "百强社会消费品零售总额合计达到29363.7亿元，合计占GDP的比重32.8%。规上工业企业利润总额合计12147.8亿元，占全国规上工业企业利润总额的16.8%。",
        "固定资产投资合计56731.4亿元，占其GDP合计的比重达到63.5%。",
        "新昌市、南安市、德清县等专利产出近年增长较快。",
    ]
)
DISTRICTS = "\n".join(
    [
        "# 2019年中国工业百强区",
        table(
            "table7.csv",
            "表7 2019年工业百强区竞争力指数及排名",
            ["排名", "地区", "地级市", "区"],
            [*LIST, "district"],
            "district",
        ),
        "## 区的分布情况",
        "2019年中国工业百强区仍集中于江苏、广东、山东等15个省份，其中江苏省24个，广东省21个，山东省12个，浙江省11个，福建省6个，四川省5个，"
        "湖南省4个，湖北省、内蒙古、山西省各3个，广西省、河北省各2个，安徽省、江西省、辽宁省、贵州省各1个。分板块看，2019年百强区东部地区76个，"
        "较上年增加2个，中部地区12个，较上年减少1个，西部地区11个，较上年增加1个，东北地区1个，较上年减少2个。",
        table(
            "table8.csv",
            "表8 2019年工业百强区省份分布变化",
            ["省", "2019年", "省", "2018年"],
            ["province_2019", "n_2019", "province_2018", "n_2018"],
        ),
        table(
            "table9.csv",
            "表9 2018、2019年工业百强区板块分布变化",
            ["板块", "2019年", "2018年"],
            ["region", "printed_2019", "printed_2018"],
        ),
        "广东、江苏、浙江、四川、11-20名均有分布。各省排名首位的区依次为广东省龙岗区（1）、山东省黄岛区（7）、江苏省武进区（8）、浙江省北仑区（14）、"
        "四川省龙泉驿区（18）、湖南省雨花区（20）、湖北省汉阳区（44）、广西省西乡塘区（59）、江西省青山湖区（52）、内蒙古昆都仑区（57）、"
        "陕西省榆阳区（62）、福建省新罗区（63）、辽宁省铁西区（72）、安徽省弋江区（73）、河北省曹妃甸区（75）、贵州省花溪区（100）。",
        table("table10.csv", "表10 2019年工业百强区各省位次分布", ["省", *BANDS], ["province", *BANDS]),
        "2019年百强区新进8个，其中广东省新进3个，山东省、河北省、浙江省各新进1个。",
        "2019年工业百强区工业增加值达到55715.8亿元，占全国工业增加值的比重为19.9%。规上工业企业利润总额达到14043亿元，"
        "占全国规上工业企业利润总额的比重达到18.7%。",
    ]
)
MISPRINTS = {  # by number in the list of misprints: kind, printed, right
    "M02": ("name", "溧州市", "滦州市"),
    "M05": ("name", "新昌市", "新昌县"),
    "M06": ("count", "15", "16"),
    "M07": ("count", "3", "0"),
    "M08": ("rank", "59", "49"),
    "M09": ("count", "12", "9"),
    "M10": ("count", "11", "14"),
    "M11": ("count", "13", "10"),
    "M12": ("count", "10", "13"),
    "M13": ("omission", "广东、江苏、浙江、四川", "湖南"),
    "M14": ("mark", "", "★"),
    "M15": ("omission", "广东、山东、河北、浙江", "贵州"),
    "M18": ("share", "43664.1亿元 / 16.7%", "15.6%"),
    "M19": ("share", "12147.8亿元 / 16.8%", "16.2%"),
    "M20": ("value", "4.3万亿元", "4.4万亿元"),
    "M21": ("share", "32.8%", "32.9%"),
}


@pytest.fixture(params=[".txt", ".md"])
def report(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    text = COUNTIES + "\n\n" + DISTRICTS
    if request.param == ".md":
        text = re.sub(
            r"^(.*\t.*)$", lambda line: "| " + line[1].replace("\t", " | ") + " |", text, flags=re.MULTILINE
        )
    path = tmp_path / f"report{request.param}"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_derived_misprint_is_found_and_nothing_that_is_right(report: Path) -> None:
    made = proof(report)
    left = [(one.kind, one.printed, one.right) for one in made.wrong]
    for number, (kind, printed, right) in MISPRINTS.items():
        found = [one for one in left if one[:2] == (kind, printed) and right in one[2]]
        assert found, number
        left = [one for one in left if one not in found]
    # the text of 中部 and 西部 repeats the counts of 表9
    assert left == []
    assert made.checked > 900
    places = [one.place for one in made.wrong if one.kind == "mark"]
    assert [re.search("铁西区|花溪区|辽宁|贵州", place) is not None for place in places] == [True, True]


def test_what_the_list_cannot_tell_is_said(report: Path) -> None:
    texts = [text for _, text in proof(report).unchecked]
    assert any("新进8个" in text for text in texts)


@pytest.mark.parametrize(
    ("right", "wrong", "kind"),
    [
        ("78个县级市", "77个县级市", "count"),
        ("16个省（区", "17个省（区", "count"),
        ("东部74个", "东部75个", "count"),
        ("达到25个", "达到26个", "count"),
        ("19个和18个", "18个和19个", "count"),
        ("合计达到62个", "合计达到63个", "sum"),
        ("8个、7个、4个", "8个、4个、7个", "count"),
        ("晋江市（5）", "晋江市（6）", "rank"),
        ("浙江慈溪市（6）、", "", "omission"),
        ("内蒙古准格尔旗", "内蒙古乌审旗", "rank"),
        ("福建晋江市（5）", "浙江晋江市（5）", "first"),
        ("7-30名构成", "7-31名构成", "count"),
        ("山东（4）", "山东（5）", "count"),
        ("1）8个省份", "1）9个省份", "count"),
        ("合计达到16个", "合计达到17个", "sum"),
        ("66.7%", "67.6%", "share"),
        ("14个和6个", "14个和7个", "count"),
        ("2.5倍", "2.7倍", "multiple"),
        ("第五名晋江市", "第五名慈溪市", "rank"),
        ("江苏入围县（市）数量占据首位，达到25个", "山东入围县（市）数量占据首位，达到19个", "first"),
        ("63.5%", "65.3%", "share"),
        ("99509元", "99905元", "value"),
        ("江苏\t6\t3\t4", "江苏\t6\t4\t3", "count"),
        ("4\t江苏\t苏州市\t常熟市", "5\t江苏\t苏州市\t常熟市", "rank"),
    ],
)
def test_one_changed_number_is_found(tmp_path: Path, right: str, wrong: str, kind: str) -> None:
    assert COUNTIES.count(right) >= 1
    path = tmp_path / "report.txt"
    path.write_text(COUNTIES, encoding="utf-8")
    before = {(one.kind, one.printed, one.right) for one in proof(path).wrong}
    path.write_text(COUNTIES.replace(right, wrong, 1), encoding="utf-8")
    after = {(one.kind, one.printed, one.right) for one in proof(path).wrong}
    assert kind in {one[0] for one in after - before}, after - before
