"""Units of measure of ratios, and figures that have no totals, in topics of a workbook."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.study.test_topics import NATIONAL, PEOPLE, UNITS, book

from tierwise.errors import TierwiseError
from tierwise.report.printed import Tabulated, named
from tierwise.report.word import items
from tierwise.stages import Results, run


def ratio_of(
    folder: Path, heading: str, unit: str | None, parameters: str | None = None, above: str = "亿元"
) -> Results:
    """Return a run with a topic: GDP of the framework, in a unit, over people of a heading."""
    frame = UNITS.assign(**{heading: PEOPLE}).astype(object)
    data = [[*frame.columns], *frame.where(frame.notna(), None).to_numpy().tolist()]
    framework = [
        ["code", "name", "weight", "unit"],
        ["gdp", "地区生产总值", 3, above],
        ["y", "次项", 1, None],
    ]
    topics = [["名称", "类型", "列", "计量单位", "参数"]]
    topics.append(["人均", "比值", f"地区生产总值、{heading.partition('（')[0]}", unit, parameters])
    path = book(folder, Data=data, Framework=framework, **{"专题": topics, "全国": NATIONAL[:1]})
    return run(path, draws=64)


@pytest.mark.parametrize(
    ("unit", "parameters", "times", "told"),
    [
        ("万元", None, 1.0, "万元"),
        ("元", None, 10_000.0, "元"),
        ("元/人", None, 10_000.0, "元/人"),
        ("元", "换算系数=10000；百分数=否", 10_000.0, "元"),
        ("千元", "换算系数=10；分档=45", 10.0, "千元"),
        (None, None, 1.0, ""),
    ],
)
def test_a_ratio_has_a_unit_of_its_own(
    tmp_path: Path, unit: str | None, parameters: str | None, times: float, told: str
) -> None:
    results = ratio_of(tmp_path, "常住人口（万人）", unit, parameters)
    frame = results.tables["topics_ratio_人均"]
    each = {
        name: times * gdp / people
        for name, gdp, people in zip(UNITS["name"], UNITS["gdp"], PEOPLE, strict=True)
    }
    assert dict(zip(frame["name"], frame["quotient"], strict=True)) == pytest.approx(each)
    held = named(items(results.study))["table"]["topics_ratio_人均"]
    assert isinstance(held, Tabulated)
    own = f"比值（{told}）" if told else "比值"
    assert held.heads == ["位次", "名称", "地区生产总值（亿元）", "常住人口（万人）", own, "排名"]
    said = results.tables["sentences"].set_index("name").loc["topic_人均", "text"]
    printed = re.findall(r"（([\d.]+)([^\d.）]*)）", said.partition("依次为")[2])
    assert [sign for _, sign in printed] == [told] * 5
    assert [float(number) for number, _ in printed] == pytest.approx(
        sorted(each.values(), reverse=True)[:5], rel=2e-3
    )
    whole = re.search(r"榜单整体为([\d.]+)([^。；]*)", said)
    assert whole is not None
    assert whole[2] == told
    assert float(whole[1]) == pytest.approx(times * UNITS["gdp"].sum() / sum(PEOPLE), rel=2e-3)
    assert ("高于45千元的" in said) == (parameters == "换算系数=10；分档=45")
    assert results.scenario.cautions == ()


def test_a_ratio_of_figures_of_one_kind_is_in_per_cent_whatever_their_scales(tmp_path: Path) -> None:
    for at, (above, below, times) in enumerate([("亿元", "亿元", 1), ("万元", "亿元", 1e-4)]):
        for unit in (None, "%"):
            folder = tmp_path / f"{at}{unit}"
            folder.mkdir()
            frame = ratio_of(folder, f"收入（{below}）", unit, above=above).tables["topics_ratio_人均"]
            right = [times * gdp / people for gdp, people in zip(UNITS["gdp"], PEOPLE, strict=True)]
            assert frame["ratio"].tolist() == pytest.approx(sorted(right, reverse=True))


def test_a_unit_that_a_ratio_cannot_be_in_is_told(tmp_path: Path) -> None:
    for heading, unit, parameters in (
        ("常住人口（万人）", "公顷", None),
        ("常住人口（万人）", "万元", "百分数=是"),
        ("常住人口（万人）", "%", None),
        ("收入（亿元）", "亿元", None),
    ):
        with pytest.raises(TierwiseError) as raised:
            ratio_of(tmp_path, heading, unit, parameters)
        assert [(one.code, one.place) for one in raised.value.problems] == [("R153", "专题!D2")]
    assert "地区生产总值（亿元）”与“收入（亿元）" in raised.value.problems[0].line("zh")


def test_a_unit_that_is_taken_without_conversion_is_told(tmp_path: Path) -> None:
    results = ratio_of(tmp_path, "常住人口", "万元")
    assert results.tables["topics_ratio_人均"]["quotient"].max() == pytest.approx(50 / 10)
    assert [(one.code, one.place) for one in results.scenario.cautions] == [("R154", "专题!D2")]
    assert ratio_of(tmp_path, "常住人口", "万元", "换算系数=1").scenario.cautions == ()


def test_figures_per_something_by_their_names_have_no_totals(tmp_path: Path) -> None:
    frame = UNITS.assign(人均收入=PEOPLE, 收入=PEOPLE).astype(object)
    data = [[*frame.columns], *frame.where(frame.notna(), None).to_numpy().tolist()]
    framework = [["code", "name", "weight", "unit"], ["x", "万人发明专利", 3, "件"], ["y", "专利", 1, "件"]]
    topics = [
        ["名称", "类型", "列", "参数"],
        ["一", "达标", "人均收入", "下限=20"],
        ["二", "达标", "收入", "下限=20"],
    ]
    national = [NATIONAL[0], *([name, 400, 2018, None] for name in ("人均收入", "收入"))]
    made = run(book(tmp_path, Data=data, Framework=framework, **{"专题": topics, "全国": national}), draws=64)
    sums = made.tables["list_profile"].set_index("figure")["sum"]
    assert sums.dropna().to_dict() == {"y": UNITS["y"].sum(), "gdp": UNITS["gdp"].sum(), "收入": sum(PEOPLE)}
    said = made.tables["sentences"].set_index("name")["text"]
    assert "合计" not in said["topic_一"]
    assert f"合计{25 + 30 + 20 + 24}，" in said["topic_二"]
