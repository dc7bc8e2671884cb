"""The published tables of 中国信息通信研究院's 2019 report, cell by cell, and the functions behind them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from tests.raised import codes

from tierwise.methods.groups import first_in_group, group_counts, rank_bands, tier_profile
from tierwise.methods.history import changes, streaks
from tierwise.methods.regions import PROVINCES, REGIONS, region
from tierwise.methods.tiers import cut

Rows = list[dict[str, str]]
Reference = Callable[[str], Rows]
BANDS = [f"{low}-{low + 9}" for low in range(1, 100, 10)]


def column(rows: Rows, name: str) -> list[str]:
    return [row[name] for row in rows]


def numbers(rows: Rows, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([float(row[name]) if row[name] else np.nan for row in rows])


@pytest.mark.parametrize(("listed", "printed"), [("table1", "table3"), ("table7", "table10")])
def test_provinces_by_rank_band_cell_by_cell(listed: str, printed: str, reference: Reference) -> None:
    units = reference(f"caict2019/{listed}.csv")
    found = rank_bands(numbers(units, "rank"), column(units, "province"))
    assert list(found.columns) == BANDS
    expected = {
        row["province"]: [int(row[band] or 0) for band in BANDS]
        for row in reference(f"caict2019/{printed}.csv")
    }
    assert {name: found.counts[row].tolist() for row, name in enumerate(found.rows)} == expected
    assert found.counts.sum(axis=0).tolist() == [10] * 10
    assert (np.diff(found.totals) <= 0).all()


def test_the_first_county_of_each_province_is_starred_as_printed(reference: Reference) -> None:
    units = reference("caict2019/table1.csv")
    found = first_in_group(numbers(units, "rank"), column(units, "province"))
    assert found.astype(int).tolist() == [int(row["first_in_province"]) for row in units]
    assert found.sum() == 16


def test_the_first_district_of_each_province_and_the_two_stars_that_are_missing(reference: Reference) -> None:
    # Table 7 prints no star at 铁西区 (辽宁, 72) and 花溪区 (贵州, 100), though the text calls both first.
    units = reference("caict2019/table7.csv")
    found = first_in_group(numbers(units, "rank"), column(units, "province"))
    unprinted = [
        row["district"]
        for row, star in zip(units, found, strict=True)
        if star and row["first_in_province"] == "0"
    ]
    assert unprinted == ["铁西区", "花溪区"]
    assert not any(
        row["first_in_province"] == "1" and not star for row, star in zip(units, found, strict=True)
    )


def two_years(reference: Reference) -> tuple[list[str], list[str]]:
    """Districts of 2019 by name; those of 2018, of which only the counts are published, by count."""
    provinces = column(reference("caict2019/table7.csv"), "province")
    before = [
        row["province_2018"]
        for row in reference("caict2019/table8.csv")
        if row["province_2018"]
        for _ in range(int(row["n_2018"]))
    ]
    return provinces + before, ["2019"] * len(provinces) + ["2018"] * len(before)


def test_districts_by_province_in_two_years(reference: Reference) -> None:
    provinces, years = two_years(reference)
    found = group_counts(provinces, years)
    assert found.columns == ("2018", "2019")
    expected = {
        row["province_2019"]: [int(row["n_2018"] or 0), int(row["n_2019"])]
        for row in reference("caict2019/table8.csv")
    }
    assert {name: found.counts[row].tolist() for row, name in enumerate(found.rows)} == expected
    assert found.counts.sum(axis=0).tolist() == [100, 100]


def test_districts_by_region_as_they_should_be(reference: Reference) -> None:
    provinces, years = two_years(reference)
    found = group_counts(region(provinces).tolist(), years)
    counts = {name: found.counts[row].tolist() for row, name in enumerate(found.rows)}
    for row in reference("caict2019/table9.csv"):
        assert counts[row["region"]] == [int(row["expected_2018"]), int(row["expected_2019"])]
    # What is printed counts 陕西 among the Centre.
    shaanxi = [provinces[at] == "陕西" for at in range(200)]
    moved = ["中部" if here else area for here, area in zip(shaanxi, region(provinces), strict=True)]
    printed = group_counts(moved, years)
    assert {name: printed.counts[row].tolist() for row, name in enumerate(printed.rows)} == {
        row["region"]: [int(row["printed_2018"]), int(row["printed_2019"])]
        for row in reference("caict2019/table9.csv")
    }


def test_counties_by_region_and_tier(reference: Reference) -> None:
    # Text of the report: 74 counties in the East, 17 in the Centre, 9 in the West; tiers of 6, 24, 27 and 43;
    # tier 2 by province.
    units = reference("caict2019/table1.csv")
    tiers = cut(-np.arange(100.0), method="fixed", sizes=[6, 24, 27, 43])
    areas = region(column(units, "province")).tolist()
    assert group_counts(areas).counts[:, 0].tolist() == [74, 17, 9]
    by_tier = group_counts(column(units, "province"), tiers.tolist())
    second = {
        name: int(by_tier.counts[row, 1]) for row, name in enumerate(by_tier.rows) if by_tier.counts[row, 1]
    }
    assert second == {
        "江苏": 9,
        "山东": 4,
        "湖南": 3,
        "浙江": 2,
        "福建": 2,
        "内蒙古": 2,
        "陕西": 1,
        "河北": 1,
    }
    by_region = group_counts(areas, tiers.tolist())
    inland = by_region.counts[[by_region.rows.index("中部"), by_region.rows.index("西部")]]
    assert inland[:, :2].sum(axis=1).tolist() == [3, 3]
    assert inland[:, 2:].sum(axis=1).tolist() == [14, 6]


def test_tier_means_and_ratios_to_the_next_tier() -> None:
    # Mean industrial value added of the tiers, 100 million yuan: 2.55, 1.43 and 1.21 times the next tier.
    tiers = np.repeat([1, 2, 3, 4], [6, 24, 27, 43])
    added = np.repeat([1340.0, 526.0, 367.0, 304.0], [6, 24, 27, 43])
    found = tier_profile(tiers, added)
    assert found.mean[:, 0].tolist() == [1340, 526, 367, 304]
    assert found.ratio[:3, 0].round(2).tolist() == [2.55, 1.43, 1.21]
    assert np.isnan(found.ratio[3, 0])
    assert found.total[:, 0].sum() == 43645
    gappy = tier_profile([1, 1, 2, 0], [[1.0, np.nan], [3, np.nan], [2, 5], [9, 9]])
    assert gappy.mean[0].tolist()[0] == 2.0
    assert np.isnan(gappy.mean[0, 1])
    assert gappy.n.tolist() == [[2, 0], [1, 1]]


def test_streaks_never_contradict_table_4(reference: Reference) -> None:
    # The lists before 2019 are known in part: an answer may stay open, and is the printed one if not.
    known = {row["county"]: row for row in reference("caict2019/rank_history.csv")}
    printed = reference("caict2019/table4.csv")
    lists = np.array(
        [
            [
                float(known[row["county"]][f"rank_{year}"] or "nan")
                for year in (2015, 2016, 2017, 2018, 2019)[1:]
            ]
            for row in printed
        ]
    )
    five = np.column_stack([np.full(len(printed), np.nan), lists])
    answered = 0
    for top, years, name in [
        (30, 3, "top30_3y"),
        (30, 5, "top30_5y"),
        (20, 3, "top20_3y"),
        (20, 5, "top20_5y"),
        (10, 3, "top10_3y"),
    ]:
        found = streaks(five, top, years, blank="unknown")
        for row, answer in zip(printed, found, strict=True):
            if not np.isnan(answer):
                assert answer == float(row[name]), (row["county"], name)
                answered += 1
    assert answered >= 40
    taicang = streaks(five, 10, 3, blank="unknown")[column(printed, "county").index("太仓市")]
    assert taicang == 1.0


def test_streaks_count_the_last_lists() -> None:
    history = [[1, 30, 5, 5, 5], [12, 12, 12, 12, 12], [1, 1, np.nan, 1, 1], [1, 1, 1, 1, 11]]
    assert streaks(history, 10, 3).tolist() == [1, 0, 0, 0]
    assert streaks(history, 20, 5).tolist() == [0, 1, 0, 1]
    open_ended = streaks(history, 10, 3, blank="unknown")
    assert open_ended[[0, 1, 3]].tolist() == [1, 0, 0]
    assert np.isnan(open_ended[2])


def test_entries_of_2019_are_the_eight_that_the_report_names(reference: Reference) -> None:
    # 新进: the report's list, its misprint 溧州市 read as 滦州市.
    units = reference("caict2019/rank_history.csv")
    now = [row for row in units if row["rank_2019"]]
    before = [row for row in units if row["in_top100_2018"] == "1"]
    found = changes(
        column(now, "county"),
        numbers(now, "rank_2019"),
        column(before, "county"),
        numbers(before, "rank_2018"),
    )
    entries = {move.code for move in found if move.change == "entry"}
    assert entries == {"滦州市", "府谷县", "天长市", "临海市", "玉环市", "高邮市", "武安市", "闽侯县"}
    assert [move.code for move in found if move.change == "exit"] == ["当阳市", "莱西市"]
    longkou = next(move for move in found if move.code == "龙口市")
    assert (longkou.change, longkou.move) == ("down", -4.0)
    assert next(move for move in found if move.code == "神木市").change == "listed"


def test_renamed_units_move_and_do_not_enter() -> None:
    found = changes(["滦州市", "新泰市"], [1, 2], ["滦县", "新泰市"], [2, 2], renamed={"滦县": "滦州市"})
    assert [(move.code, move.change, move.previous_code) for move in found] == [
        ("滦州市", "up", "滦县"),
        ("新泰市", "same", "新泰市"),
    ]
    outside = changes(["a", "b"], [1, 101], ["a", "b"], [101, 1], top=100)
    assert [(move.code, move.change) for move in outside] == [("a", "entry"), ("b", "exit")]


def test_every_province_has_its_region_by_every_name() -> None:
    assert len(PROVINCES) == 34
    assert {name: len(listed.split()) for name, listed in REGIONS.items()} == {
        "东部": 10,
        "中部": 6,
        "西部": 12,
        "东北": 3,
        "港澳台": 3,
    }
    names = [
        "江苏省",
        "苏",
        "江 苏",
        "内蒙古自治区",
        "新疆维吾尔自治区",
        "广西壮族自治区",
        "宁夏回族自治区",
        "西藏自治区",
    ]
    assert region(names).tolist() == ["东部"] * 3 + ["西部"] * 5
    assert region(
        ["北京市", "重庆市", "黑龙江省", "香港特别行政区", "台湾省", "", "新疆生产建设兵团"]
    ).tolist() == [
        "东部",
        "西部",
        "东北",
        "港澳台",
        "港澳台",
        "",
        "西部",
    ]
    assert region(["蒙", "黔", "滇"]).tolist() == ["西部"] * 3


def test_ties_and_blanks_in_the_tables() -> None:
    assert first_in_group([1, 2, 2, np.nan, 5], ["a", "b", "b", "c", ""]).tolist() == [
        True,
        True,
        True,
        False,
        False,
    ]
    found = rank_bands([10, 10, 12, np.nan], ["a", "b", "b", "a"])
    assert (found.rows, found.columns) == (("b", "a"), ("1-10", "11-20"))
    assert found.counts.tolist() == [[1, 1], [1, 0]]
    assert rank_bands([np.nan], ["a"]).rows == ()
    assert group_counts(["a", "", "b", "b"], [2019.0, 2019.0, 2018.0, None]).counts.tolist() == [
        [1, 0],
        [0, 1],
    ]
    assert group_counts(["x", "y", "y"]).rows == ("y", "x")


def test_what_the_tables_refuse() -> None:
    assert codes(lambda: region(["江苏", "江蘇", "Kansas"])) == ["R101", "R101"]
    assert codes(lambda: first_in_group([1, 2], ["a"])) == ["M011"]
    assert codes(lambda: first_in_group([0, 2], ["a", "b"])) == ["R103"]
    assert codes(lambda: rank_bands([1], ["a"], 0)) == ["R104"]
    assert codes(lambda: tier_profile([1.5], [1])) == ["R105"]
    assert codes(lambda: tier_profile([0], [1])) == ["R105"]
    assert codes(lambda: tier_profile([1, 2], [1])) == ["M011"]
    assert codes(lambda: group_counts(["a"], [1, 2])) == ["M011"]
    assert codes(lambda: streaks([[1, 2]], 10, 3)) == ["R106"]
    assert codes(lambda: streaks([[1, 0]], 0, 0)) == ["R107", "R107", "R103"]
    assert codes(lambda: changes(["a", "b"], [1, 2], ["c", "a"], [1, 2], renamed={"c": "a"})) == ["R108"]
    assert codes(lambda: changes(["a"], [1, 2], [], [])) == ["M011"]
    assert codes(lambda: changes(["a"], [1], [], [], 0)) == ["R107"]
