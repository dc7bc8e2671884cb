"""The editor's questions and their answers, and where they stand."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import tierwise as tw
from tierwise.report.answers import _becomes, _closest, _left_out, _swung, answers


@pytest.fixture(scope="module")
def counties() -> tw.Results:
    return tw.run("industrial-counties-2019", draws=400)


def test_all_six_questions_are_answered(counties: tw.Results) -> None:
    found = answers(counties.study)
    assert [answer.table for answer in found] == [
        "ranking",
        "robustness",
        "cuts",
        "swing",
        "delphi_leave_one_out",
        "audit_leave_one_out",
    ]
    assert found[0].sentences[0].startswith("没有：入榜单位的缺失指标")
    assert found[1].sentences == ("没有：数据中的 100 个单位全部入榜，与权重无关。",)
    assert found[2].sentences[0].startswith("边界 1（第 6 名之后，慈溪市 | 太仓市）")
    assert any("一级指标权重" in sentence for sentence in found[3].sentences)
    assert found[4].sentences[0].startswith("若无专家")


def test_who_is_in_by_luck_is_named() -> None:
    scenario = tw.load("technology-achievement")
    spec = scenario.spec.model_copy(update={"select": scenario.spec.select.model_copy(update={"top": 11})})
    results = tw.run(replace(scenario, spec=spec), draws=2000)
    luck = answers(results.study)[1]
    assert luck.sentences[0].startswith("1 of 11 listed units")
    assert "Australia (rank 11" in luck.sentences[0]
    assert "Ireland (rank 12" in luck.sentences[1]


def test_they_stand_on_the_summary_and_on_the_page(counties: tw.Results, tmp_path: Path) -> None:
    out = counties.write(tmp_path / "out")
    page = (out / "report.html").read_text(encoding="utf-8")
    with zipfile.ZipFile(out / "results.xlsx") as book:
        shared = book.read("xl/sharedStrings.xml").decode()
        sheets = book.read("xl/workbook.xml").decode()
    for answer in answers(counties.study):
        assert answer.question in page
        assert answer.question in shared
        for sentence in answer.sentences:
            assert sentence in shared
    assert sheets.index("概要") < sheets.index("图表") < sheets.index("排名")


def test_counts_are_worded_as_they_are(counties: tw.Results) -> None:
    """One unit is singular, none is not said."""
    frame = pd.DataFrame(
        {
            "code": ["a", "b", "c"],
            "change": ["增25%"] * 3,
            "rank_shift_mean": [2.0, 1.0, 0.5],
            "units_changing_tier": [2, 1, 0],
        }
    )
    assert _swung(frame, {}, "en") == (
        "A weight changed by a quarter moves ranks most at a (2.0 places on average, up to 2 units change "
        "tier); b (1.0 places on average, up to 1 unit changes tier); c (0.5 places on average); "
        "least at c (0.5 places on average)."
    )
    row = {"rank_shift_mean": 0.0, "rank_shift_max": 0, "unit": "X", "units_changing_tier": 1}
    assert _becomes(row, "en") == "no rank changes, 1 unit changes tier"
    assert _becomes(row | {"units_changing_tier": 0}, "zh") == "名次不变"


def test_where_no_expert_matters_one_line_says_so(counties: tw.Results) -> None:
    frame = counties.study.tables["delphi_leave_one_out"]
    still = frame.assign(rank_shift_mean=0.0, rank_shift_max=0, units_changing_tier=0)
    tables = {**counties.study.tables, "delphi_leave_one_out": still}
    study = replace(counties.study, tables=tables)
    assert _left_out(study, "delphi_leave_one_out", "expert") == ["逐一剔除任一位专家，名次与梯队均不变。"]
    still.loc[still.index[0], "rank_shift_max"] = 1
    assert len(_left_out(study, "delphi_leave_one_out", "expert")) > 1


def test_units_in_one_place_are_no_closest_pair(counties: tw.Results) -> None:
    study = counties.study
    frame = study.tables["robustness"].set_index("name")
    assert frame.loc["寿光市", "rank"] == frame.loc["新昌县", "rank"]  # of the least spread
    (said,) = _closest(study)
    assert "寿光市与新昌县" not in said
    ranks = frame["rank"]
    untied = frame[ranks.to_numpy() != frame["nearest_rival"].map(ranks).to_numpy()]
    name = untied["critical_spread"].idxmin()
    assert f"{name}与{frame.loc[name, 'nearest_rival']}" in said


def test_what_is_named_moves_ranks_most_and_the_rest_less(counties: tw.Results) -> None:
    """In order of the ranks moved; of the rest the one that changes more tiers than these is named."""
    frame = counties.study.tables["delphi_leave_one_out"].head(6)
    given = frame.assign(
        rank_shift_mean=[1.0, 10.6, 2.0, 20.5, 15.2, 3.0],
        rank_shift_max=[9, 30, 9, 40, 50, 9],
        units_changing_tier=[70, 4, 40, 12, 30, 5],
    )
    experts = given["expert"].tolist()

    def said() -> list[str]:
        tables = {**counties.study.tables, "delphi_leave_one_out": given}
        return _left_out(replace(counties.study, tables=tables), "delphi_leave_one_out", "expert")

    *named, rest = said()
    assert [one.partition("：")[0] for one in named] == [f"若无{experts[at]}" for at in (3, 4, 1)]
    begin = "其余专家逐一剔除时：平均变动不超过 3.0 位，换梯队的单位不超过"
    assert rest == f"{begin} 70 个（剔除{experts[0]}时）。"
    given.loc[given["units_changing_tier"] > 30, "units_changing_tier"] = 30
    assert said()[-1] == f"{begin} 30 个。"
