"""Tables of the printed report as the institute published them in 2019, cell by cell."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from tierwise.report.printed import Tabulated, named
from tierwise.report.word import items
from tierwise.stages import Results, run
from tierwise_scenarios import path

REFERENCES = Path(__file__).parents[1] / "references" / "caict2019"
STREAKS = [(30, 3), (30, 5), (20, 3), (20, 5), (10, 3)]  # that the report prints


def printed(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCES / name, comment="#", dtype=str, keep_default_na=False)


def table(results: Results, name: str) -> Tabulated:
    found = named(items(results.study))["table"][name]
    assert isinstance(found, Tabulated)
    return found


@pytest.fixture(scope="module")
def districts() -> Results:
    return run("industrial-districts-2019", draws=64)


def past_ranks() -> pd.DataFrame:
    """Return ranks of the units of table 4 in 2015 to 2018 that have its streaks.

    Published ranks stand as they are; a year that is not published gets the last rank that the printed
    streaks leave open, 31 where they leave all.
    """
    known = printed("rank_history.csv").set_index("county")
    rows = []
    for county, flags in printed("table4.csv").set_index("county").iterrows():
        within = {
            years: min((top for top in (10, 20, 30) if flags.get(f"top{top}_{years}y") == "1"), default=31)
            for years in (3, 5)
        }
        for year in (2015, 2016, 2017, 2018):
            column = f"rank_{year}"
            published = known.loc[county, column] if column in known and county in known.index else ""
            filled = within[3] if year >= 2017 else within[5]
            rows.append({"year": year, "code": county, "rank": published or str(filled)})
    return pd.DataFrame(rows)


def test_table_4_streaks_of_the_second_tier(tmp_path: Path) -> None:
    past_ranks().to_csv(tmp_path / "history.csv", index=False, encoding="utf-8")
    text = f'name = "streaks"\nlanguage = "zh"\nextends = "{path("industrial-counties-2019").as_posix()}"\n'
    text += f'[data]\nhistory = "{(tmp_path / "history.csv").as_posix()}"\n[uncertainty]\ndraws = 64\n'
    (tmp_path / "streaks.toml").write_text(text, encoding="utf-8")
    found = table(run(tmp_path / "streaks.toml"), "streaks_tier_2")
    expected = printed("table4.csv")
    assert [row[0] for row in found.rows] == expected["county"].tolist()
    assert [row[1] for row in found.rows] == expected["rank_2019"].tolist()
    compared = 0
    for top, years in STREAKS:
        at = found.heads.index(f"连续{years}年前{top}")
        marks = ["1" if row[at] == "✓" else "0" for row in found.rows]
        assert {row[at] for row in found.rows} <= {"✓", ""}
        assert marks == expected[f"top{top}_{years}y"].tolist(), (top, years)
        compared += len(marks)
    assert compared == 24 * len(STREAKS)


def test_table_8_provinces_in_two_years(districts: Results) -> None:
    found = table(districts, "distribution_province_years")
    expected = printed("table8.csv")
    now = dict(zip(expected["province_2019"], expected["n_2019"], strict=True))
    then = {
        name: count for name, count in zip(expected["province_2018"], expected["n_2018"], strict=True) if name
    }
    assert found.heads == ["省份", "2019年单位数", "2018年单位数", "增减"]
    rows = {row[0]: row[1:] for row in found.rows[:-1]}
    assert rows.keys() == now.keys() | then.keys()
    for name, (new, old, change) in rows.items():
        assert (new, old) == (now.get(name, "0"), then.get(name, "0"))
        assert int(change) == int(new) - int(old)
    assert list(found.rows[-1]) == ["合计", "100", "100", "0"]


def test_table_9_regions_in_two_years_as_they_should_be(districts: Results) -> None:
    found = {row[0]: tuple(row[1:3]) for row in table(districts, "distribution_region_years").rows[:-1]}
    expected = printed("table9.csv")
    columns = zip(expected["region"], expected["expected_2019"], expected["expected_2018"], strict=True)
    assert found == {region: (now, then) for region, now, then in columns}


def test_a_second_list_is_the_ranking_by_its_dimension(districts: Results) -> None:
    scores = districts.tables["scores"].set_index("code")["创新"]
    best = scores.sort_values(ascending=False).head(30)
    frame = districts.tables["list_创新三十强"]
    assert frame["score"].tolist() == pytest.approx(best.tolist())
    assert {*frame["code"]} == {*best.index}
    found = table(districts, "list_创新三十强")
    assert found.heads == ["排名", "省份", "地级市", "名称"]
    assert [row[3].rstrip("★") for row in found.rows] == frame["name"].tolist()
    firsts = frame.groupby("province", sort=False)["rank"].min()
    starred = {row[1]: int(row[0]) for row in found.rows if row[3].endswith("★")}
    assert starred == firsts.to_dict()
    said = districts.tables["sentences"].set_index("name").loc["list_创新三十强", "text"]
    main = districts.tables["ranking"].set_index("code").loc[frame["code"], "rank"]
    assert f"{(main <= 30).sum()}个同时居综合榜单前30位" in said


def test_every_topic_has_sentence_figure_and_table(districts: Results) -> None:
    held = named(items(districts.study))
    for topic in districts.scenario.spec.topics:
        assert f"topic_{topic.name}" in held["sentence"]
        name = f"topics_{topic.kind}_{topic.name}"
        assert name in held["table"]
        assert name in held["figure"]
        frame = districts.tables[name]
        found = table(districts, name)
        assert len(found.rows) == (len(frame) if len(frame) <= 30 else 20)
        assert (f"共{len(frame)}个" in found.note) == (len(frame) > 30)
        assert ".csv" not in found.note  # a reader of paper has none
    assert not math.isnan(districts.tables["topics_national-share_总量占全国比重"]["share"].sum())
