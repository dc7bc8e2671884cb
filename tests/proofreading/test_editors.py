"""Sentences as editors write them, Chinese and English, true and false, on the published county list.

Each stands as ``{true|false}``. What is false is found, or is told as not checked; what is true is never
called wrong. The list has the published ranks and provinces (tests/references) and its tiers.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from tierwise.proofreading.drafted import Expected
from tierwise.proofreading.findings import Findings
from tierwise.proofreading.listed import Listing, Unit, with_regions
from tierwise.proofreading.parts import Grid, Paragraph
from tierwise.proofreading.report import Report

TABLE = Path(__file__).parents[1] / "references" / "caict2019" / "table1.csv"
TIERS = (6, 30, 57, 100)
HEADS = ("排名", "省份", "地级市", "名称")

CHECKED_ZH = """
各省排名首位的县（市）依次是江苏{江阴市|昆山市}、福建晋江市、浙江慈溪市、湖南长沙县、陕西神木市、山东龙口市、内蒙古准格尔旗、河北迁安市、河南新郑市、贵州仁怀市、江西南昌县、宁夏灵武市、安徽肥西县、广东博罗县、湖北仙桃市、新疆库尔勒市。
各省排名首位的县（市）依次是江阴市、晋江市、{慈溪市|余姚市}、长沙县、神木市、龙口市、准格尔旗、迁安市、新郑市、仁怀市、南昌县、灵武市、肥西县、博罗县、仙桃市、库尔勒市。
各区域排名首位的县（市）分别为江阴市、{长沙县|浏阳市}、神木市。
前三名依次为江阴市、{昆山市、张家港市|张家港市、昆山市}。
前三名为江阴市、昆山市和{张家港市|常熟市}。
前三强依次是：江阴市、{昆山市|常熟市}、张家港市。
前两名分别是{江阴市和昆山市|昆山市和江阴市}。
三甲依次为江阴市、昆山市、{张家港市|慈溪市}。
居前三位的依次是江阴市、昆山市、{张家港市|太仓市}。
排名前五的县（市）分别为江阴市、昆山市、张家港市、常熟市和{晋江市|慈溪市}。
{江阴市、昆山市、张家港市|江阴市、昆山市、晋江市}包揽前三名。
江阴市、昆山市、张家港市、常熟市和{晋江市|长沙县}跻身前五。
后三名为沁阳市、永康市和{大冶市|宜都市}。
江苏前三名依次为江阴市、昆山市、{张家港市|太仓市}。
江苏排名首位的是{江阴市|昆山市}。
浙江首位为{慈溪市|余姚市}。
江阴市蝉联榜首，昆山市居{次席|第三}，张家港市第三。
{江阴市|昆山市}蝉联榜首。
2019年榜单冠军是{江阴市|昆山市}，亚军是昆山市。
其中，{江阴市|昆山市}高居榜首，晋江市排名第五。
{常熟市|慈溪市}位列第四。
{大冶市|永康市}位居末位。
{广饶县|荣成市}列第二十位。
寿光市与新昌县并列第{85|86}位。
福建晋江市和浙江慈溪市分居第五和第{六|七}位。
江阴市位于{江苏|浙江}。
昆山市、张家港市均位于{江苏|山东}。
{江苏江阴市|浙江江阴市}坚持创新驱动。
{江苏省无锡市江阴市|江苏省苏州市江阴市}位居第一。
从数量看，江苏{25|26}个，居首位。
从数量看，江苏25个，{江苏|浙江}居首位。
从数量看，江苏25个，居首位；{山东、浙江|河南、福建}紧随其后，分别为{19个、18个|8个、7个}。
从数量看，100个入榜县（市）分布于{16|17}个省。
从数量看，江苏占全部入榜县（市）的{25%|35%}。
从数量看，东部{74|76}个，中部17个，西部9个。
入榜数量最多的省份是{江苏|浙江}，从数量看江苏25个。
江苏入榜{２５|２６}个，从数量看居首位。
前十名中，江苏占{6|7}席。
前20名中江苏有{9|8}个。
"""
CHECKED_EN = """
The first units of the provinces are {江阴市|昆山市} of 江苏, 晋江市 of 福建, 慈溪市 of 浙江, 长沙县 of 湖南, 神木市 of 陕西, 龙口市 of 山东, 准格尔旗 of 内蒙古, 迁安市 of 河北, 新郑市 of 河南, 仁怀市 of 贵州, 南昌县 of 江西, 灵武市 of 宁夏, 肥西县 of 安徽, 博罗县 of 广东, 仙桃市 of 湖北 and 库尔勒市 of 新疆.
The first of the regions are {江阴市|昆山市} of 东部, 长沙县 of 中部 and 神木市 of 西部.
The first county of 浙江 is {慈溪市|余姚市}.
{神木市|府谷县} is the first of 陕西.
{江阴市|昆山市} leads 江苏.
The top three are 江阴市, 昆山市 and {张家港市|常熟市}.
The top three are, in order, 江阴市, {昆山市 and 张家港市|张家港市 and 昆山市}.
The top three in 江苏 are 江阴市, 昆山市 and {张家港市|太仓市}.
The first five counties are 江阴市, 昆山市, 张家港市, 常熟市 and {晋江市|慈溪市}.
The last three are 沁阳市, 永康市 and {大冶市|宜都市}.
The top 10 include {宜兴市|浏阳市}.
江阴市, 昆山市 and {张家港市|晋江市} are the top three.
江阴市, 昆山市 and {晋江市|长沙县} are among the top five.
{昆山市|张家港市}, second on the list, is a city of industry.
{江阴市|昆山市} tops the list.
江阴市 leads the list, followed by {昆山市 and 张家港市|张家港市 and 常熟市}.
First place goes to {江阴市|昆山市}.
The runner-up is {昆山市|张家港市}.
晋江市 ranks {5th|6th}.
常熟市 is number {4|5}.
江阴市 has rank {1|2}.
大冶市 comes {last|3rd}.
{大冶市|宜都市} is last on the list.
江阴市 lies in {江苏|浙江}.
昆山市 and 慈溪市 both lie in {东部|江苏}.
慈溪市 is in {浙江|山东}.
{江阴市|晋江市} (江苏) is strong.
{江苏's 江阴市|浙江's 江阴市} is strong.
江苏 leads with {25|26}; 山东 and 浙江 follow with 19 and 18.
{江苏|山东} leads with {25|19}; {山东 and 浙江|江苏 and 浙江} follow with {19 and 18|25 and 18}.
江苏 leads with 25; {山东 and 浙江|河南 and 福建} follow with {19 and 18|8 and 7}.
In number, the {100|99} listed counties lie in 16 provinces.
In number, the 100 listed counties lie in {16|17} provinces.
Of the top ten, 江苏 has {6|7}.
Among the first 20, 江苏 has {9|8} and 浙江 3.
东部 has {74|76}, 中部 17 and 西部 9 of the listed counties.
江苏 accounts for {25|35}% of the list.
Most counties are from {江苏|浙江}.
"""  # noqa: E501 - a sentence with all provinces
TIERED = """
第一梯队6个，其中江苏{4|5}个。
第二梯队为第7—{30|31}名。
第二、三梯队以第{30|31}名为界。
第一梯队包括江阴市、昆山市、张家港市、常熟市、晋江市和{慈溪市|太仓市}。
太仓市属于第{二|一}梯队。
{太仓市、长沙县|慈溪市、长沙县}均属第二梯队。
第四梯队43个，其中{山东10|山东11}个、浙江8个、江苏6个。
Tier 1 has {6|7}, ranks 1–6.
Tier 2 runs from rank 7 to rank {30|31}.
Tier 2 has 24: 江苏 {9|8}, 山东 4, 湖南 3.
太仓市 is in tier {2|1}.
Tier 1 consists of 江阴市, 昆山市, 张家港市, 常熟市, 晋江市 and {慈溪市|太仓市}.
"""
TOLD = """
退出榜单的是当阳市和{莱西市|沁阳市}。
上升幅度最大的是{新泰市，上升24|新泰市，下降24}位。
连续3年居前10名的县（市）{8|9}个。
地区生产总值在1000亿元及以上的有{27|28}个。
地区生产总值合计{89363|98363}亿元。
人均GDP最高的是{准格尔旗|神木市}。
平均得分{0.373|0.337}，高于上年。
晋江市排名高于{慈溪市|常熟市}。
{江苏|山东}入榜县（市）多于浙江。
江阴市未能进入前{五|百}名。
江阴市、昆山市、张家港市三市{均|均不}在前五名之列。
昆山仅次于{江阴|晋江}。
江苏25个，{江阴市|昆山市}居首位。
从数量看，浙江18个，{慈溪市|余姚市}居首位。
百强县中超过{七|八}成位于东部。
福建7个县（市）中有{1|2}个进入第一梯队。
苏州市入榜{4|5}个。
西部9个，{与上年持平|较上年增加1个}。
前三名为江阴市（得分0.67）、昆山市（得分{0.66|0.99}）、张家港市。
从GDP看，前三名依次为江阴市、昆山市、{张家港市|慈溪市}。
Off the list are 当阳市 and {莱西市|沁阳市}.
新泰市 {rose|fell} most, by 24 places.
Against the list of 2018: {2|3} left.
27 have a GDP of {1000|2000} or more.
The 100 listed counties together have a GDP of {89,363|98,363}.
GDP per head is highest in {准格尔旗|神木市}.
寿光市 and 新昌县 share rank {85|86}.
{晋江市|太仓市} ranks above 慈溪市.
All three counties of 湖南 are in the top {twenty|ten}.
{江阴市 and 昆山市|昆山市 and 江阴市} rank first and second.
The leader, {江阴市|昆山市}, is in Jiangsu.
The list begins with {江阴市|昆山市}.
The 100 counties are led by {江阴市|昆山市}.
No county of {新疆|江苏} is in tier 1.
江苏 alone has {twenty-five|twenty-six} counties.
江苏 has more counties than {浙江|河南}.
By exports, the top three are 江阴市, 昆山市 and {张家港市|慈溪市}.
"""
EITHER = """
从数量看，江苏{有25|不到25}个。
从数量看，江苏超过{20|30}个。
从数量看，江苏{20|30}个以上。
从数量看，江苏{居|不居}首位。
第一梯队{有6|不到6}个县（市）。
从数量看，江苏占全部入榜县（市）的{20%以上|30%以上}。
江苏省江阴市、昆山市、张家港市、常熟市和{太仓市|晋江市}均进入前十。
江阴市、昆山市、张家港市、常熟市和太仓市{均|均不}属江苏。
{江阴市|昆山市}拔得头筹。
榜首花落{江阴|昆山}。
排在江阴市之后的是{昆山市|太仓市}。
排名第5的{晋江市|慈溪市}来自福建。
在江苏，排名最高的是{江阴市|昆山市}，最低的是句容市。
江苏、{山东、浙江|浙江、山东}位列前三。
浙江以{18|19}个位列第三。
苏州有{昆山、张家港、常熟、太仓|昆山、张家港、常熟、江阴}4个县（市）入榜。
江阴市（1）、昆山市（2）位于{江苏|浙江}，慈溪市（6）位于浙江。
江苏 has {20|30} or more of the listed counties.
江苏 has {about|fewer than} 25 of the listed counties.
江阴市 is {not second|not first}.
江阴市 does not lie in {浙江|江苏}.
福建 is home to {晋江市|慈溪市}.
昆山市 trails {江阴市|晋江市}.
{江阴市|昆山市} takes the crown.
Ranks 1 to 3 are held by 江阴市, 昆山市 and {张家港市|常熟市}.
江苏 has {six|seven} of the top ten.
山东 ranks {second|third} among the provinces.
Tier 3 covers ranks {31|30} to 57.
晋江市 (rank {5|6}) is the best of 福建.
"""


def listing() -> Listing:
    frame = pd.read_csv(TABLE, comment="#", dtype=str)
    units = []
    for row in frame.itertuples():
        rank = float(row.rank)
        tier = next(number for number, last in enumerate(TIERS, 1) if rank <= last)
        groups = with_regions({"province": row.province, "prefecture": row.prefecture})
        units.append(Unit(row.county, rank, groups, tier=tier))
    return Listing("2019年榜单", tuple(units), given=True)


GIVEN = listing()
PRINTED = Grid(
    "表1",
    "2019年榜单",
    HEADS,
    tuple(
        (f"{one.rank:g}", one.groups["province"], one.groups["prefecture"], one.name) for one in GIVEN.units
    ),
)


def read(sentence: str, *, printed: bool) -> Findings:
    """Return what is found in a sentence, beside the list as printed or against the figures'."""
    text = Paragraph("¶1", sentence)
    if printed:
        return Report([text, PRINTED], "zh").read()
    return Report([text], "zh", GIVEN, Expected([], [], [])).read()


def both(sentence: str) -> tuple[str, str]:
    """Return a sentence as it is true and as it is false."""
    one, other = (re.sub(r"\{([^|{}]*)\|([^{}]*)\}", rf"\{at}", sentence) for at in (1, 2))
    assert one != other
    return one, other


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


@pytest.mark.parametrize("printed", [True, False])
@pytest.mark.parametrize("sentence", lines(CHECKED_ZH + CHECKED_EN.lstrip()))
def test_what_the_list_tells_is_checked(sentence: str, printed: bool) -> None:
    right, wrong = both(sentence)
    found = read(right, printed=printed)
    assert (found.wrong, found.unchecked) == ([], [])
    assert found.checked > 0
    assert read(wrong, printed=printed).wrong


@pytest.mark.parametrize("sentence", lines(TIERED))
def test_what_the_tiers_tell_is_checked_where_they_are_known(sentence: str) -> None:
    right, wrong = both(sentence)
    found = read(right, printed=False)
    assert (found.wrong, found.unchecked) == ([], [])
    assert read(wrong, printed=False).wrong
    for text in (right, wrong):  # a printed list alone does not tell its tiers
        alone = read(text, printed=True)
        assert alone.wrong == []
        assert alone.unchecked


@pytest.mark.parametrize("printed", [True, False])
@pytest.mark.parametrize("sentence", lines(TOLD))
def test_what_cannot_be_checked_is_told(sentence: str, printed: bool) -> None:
    for text in both(sentence):
        found = read(text, printed=printed)
        assert found.wrong == []
        assert found.unchecked, text


@pytest.mark.parametrize("printed", [True, False])
@pytest.mark.parametrize("sentence", lines(EITHER))
def test_what_is_false_does_not_pass_unmentioned(sentence: str, printed: bool) -> None:
    right, wrong = both(sentence)
    assert read(right, printed=printed).wrong == []
    found = read(wrong, printed=printed)
    assert found.wrong or found.unchecked


@pytest.mark.parametrize(
    "sentence",
    [
        "本报告由课题组编写，感谢各地统计部门的支持。",
        "江阴市坚持创新驱动发展，制造业基础雄厚。",
        "2019年，我国工业经济总体平稳。",
        "注：★表示所在省份排名首位。",
        "The report was written by the institute in 2019.",
        "See Table 3 and Figure 12.",
    ],
)
def test_what_states_nothing_is_not_told(sentence: str) -> None:
    found = read(sentence, printed=True)
    assert (found.wrong, found.unchecked) == ([], [])


@pytest.mark.parametrize(
    ("sentence", "said", "right"),
    [
        ("从数量看，江苏10,100个，浙江18个。", "10,100", "25"),
        ("从数量看，江苏10100个，浙江18个。", "10100", "25"),
        ("从数量看，江苏１０，１００个，浙江18个。", "１０，１００", "25"),
        ("江苏 leads with 10,100; 山东 and 浙江 follow with 19 and 18.", "10,100", "25"),
        ("从数量看，10,100个入榜县（市）分布于16个省。", "10,100", "100"),
        ("从数量看，江苏占全部入榜县（市）的10.55%。", "10.55%", "25.00%"),
    ],
)
def test_numbers_are_told_as_they_stand(sentence: str, said: str, right: str) -> None:
    found = read(sentence, printed=True)
    assert (said, right) in {(one.printed, one.right) for one in found.wrong}
    assert not any(
        re.search(r"\d", one.printed.replace(said, "")) for one in found.wrong if "江苏" in one.quote
    )


@pytest.mark.parametrize(
    ("printed", "known", "said"),
    [
        ("地区生产总值合计10100亿元。", "地区生产总值合计10200亿元。", ("10100", "10200")),
        ("地区生产总值合计10,100.5亿元。", "地区生产总值合计10,200.5亿元。", ("10,100.5", "10,200.5")),
        ("地区生产总值合计１０１００亿元。", "地区生产总值合计10200亿元。", ("１０１００", "10200")),
        ("出口增速为−10.1%，低于上年。", "出口增速为−10.2%，低于上年。", ("−10.1%", "−10.2%")),
        ("新泰市名次由第30—54位上升。", "新泰市名次由第30—55位上升。", ("54", "55")),
        ("上升幅度最大的是新泰市，下降24位。", "上升幅度最大的是新泰市，上升24位。", ("下降", "上升")),
        ("新泰市 fell most, by 24 places.", "新泰市 rose most, by 24 places.", ("fell", "rose")),
    ],
)
def test_what_differs_from_the_figures_own_sentence_is_told_whole(
    printed: str, known: str, said: tuple[str, str]
) -> None:
    names = ["新泰市", "010", "10"]  # some units are named by numbers
    expected = Expected([known], [], names)
    assert expected.differences(printed) == [said]
    assert expected.differences(known) == []


GROUPS = (
    "第一梯队6个，其中江苏4个，浙江、福建各1个。",
    "第一梯队6个，其中东部6个，中部、西部各0个。",
)
KINDS = {
    **dict.fromkeys(("江苏", "浙江", "福建"), frozenset({"province"})),
    **dict.fromkeys(("东部", "中部", "西部"), frozenset({"region"})),
}


@pytest.mark.parametrize(
    ("printed", "right"),
    [
        ("第一梯队6个，其中江苏6个，浙江、福建各1个。", [("6", "4")]),
        ("第一梯队6个，其中东部4个，中部、西部各0个。", [("4", "6")]),
        ("第一梯队6个，其中江苏4个，浙江、福建各1个。", []),
    ],
)
def test_a_sentence_is_held_against_that_of_its_own_groups(
    printed: str, right: list[tuple[str, str]]
) -> None:
    for texts in (GROUPS, GROUPS[::-1]):
        assert Expected(texts, [], [*KINDS], KINDS).differences(printed) == right


def test_of_two_sentences_as_near_both_are_named() -> None:
    texts = ("均值依次为3.71、2.72、2.42。", "均值依次为4.71、2.72、2.42。")
    assert Expected(texts, [], []).differences("均值依次为5.71、2.72、2.42。") == [("5.71", "3.71 / 4.71")]


def test_groups_of_one_name_in_two_columns() -> None:
    """North is a province and a belt: the sentence says which, or both counts are named."""
    rows = [
        ("North", "North"),
        ("North", "South"),
        ("South", "North"),
        ("South", "South"),
        ("South", "North"),
    ]
    units = tuple(
        Unit(f"Town {at}", float(at), {"province": one, "belt": other})
        for at, (one, other) in enumerate(rows, 1)
    )
    given = Listing("List of 2023", units, given=True)

    def found(text: str) -> list[tuple[str, str]]:
        made = Report([Paragraph("¶1", text)], "en", given, Expected([], [], [])).read()
        return [(one.printed, one.right) for one in made.wrong]

    assert found("By province, in number, North 2 and South 3.") == []
    assert found("By belt, in number, North 3 and South 2.") == []
    assert found("By province, in number, North 3.") == [("3", "2")]
    assert found("By belt, in number, North 2.") == [("2", "3")]
    assert found("In number, North 4.") == [("4", "2 (province) / 3 (belt)")]
