"""The report's own tables, the panel's and the audit's, as frames of a scenario that is run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.errors import TierwiseError
from tierwise.inputs import Framework, Panel
from tierwise.spec import ReportSpec, Spec, TiersSpec
from tierwise.stages import Results, run
from tierwise.study.scenario import load
from tierwise.tables.importance import importance
from tierwise.tables.registry import is_sheet_of_run, sheet_name

REFERENCES = Path(__file__).parents[1] / "references" / "caict2019"
Cells = dict[str, list[list[Any]]]


@pytest.fixture(scope="module")
def counties() -> Results:
    return run("industrial-counties-2019", draws=64)


@pytest.fixture(scope="module")
def districts() -> Results:
    return run("industrial-districts-2019", draws=64)


def printed(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCES / name, comment="#", keep_default_na=True)


@pytest.mark.parametrize(("results", "table"), [("counties", "table3.csv"), ("districts", "table10.csv")])
def test_provinces_by_rank_band_are_the_published_table(
    results: str, table: str, request: pytest.FixtureRequest
) -> None:
    found = request.getfixturevalue(results).tables["distribution_province"].set_index("province")
    expected = printed(table).set_index("province").fillna(0).astype(int)
    assert sorted(found.index) == sorted(expected.index)
    assert found[expected.columns].loc[expected.index].equals(expected)
    assert found["units"].tolist() == sorted(found["units"], reverse=True)


def test_regions_and_tiers_of_the_counties(counties: Results) -> None:
    # Text of the report: East 74, Centre 17, West 9; the Centre and the West hold 3 and 3 of tiers 1 and 2.
    by_rank = counties.tables["distribution_region"].set_index("region")
    assert by_rank["units"].to_dict() == {"东部": 74, "中部": 17, "西部": 9}
    by_tier = counties.tables["tiers_region"].set_index("region")
    assert by_tier.loc[["中部", "西部"], ["tier_1", "tier_2"]].sum(axis=1).tolist() == [3, 3]
    second = counties.tables["tiers_province"].set_index("province")["tier_2"]
    assert second[second > 0].to_dict() == {
        "江苏": 9,
        "山东": 4,
        "湖南": 3,
        "浙江": 2,
        "福建": 2,
        "内蒙古": 2,
        "陕西": 1,
        "河北": 1,
    }


def test_districts_by_region_are_table_9_as_it_should_be(districts: Results) -> None:
    found = districts.tables["distribution_region"].set_index("region")["units"]
    assert found.to_dict() == printed("table9.csv").set_index("region")["expected_2019"].to_dict()


def test_the_profile_of_the_tiers(counties: Results) -> None:
    frame = counties.tables["tiers_profile"]
    added = frame[frame["figure"] == "工业增加值"].set_index("tier")
    assert added["mean"].tolist() == pytest.approx([1340, 526, 367, 304], abs=1)
    assert added["ratio_to_next"].iloc[:3].round(2).tolist() == pytest.approx([2.55, 1.43, 1.21], abs=0.011)
    assert added["sum"].sum() == pytest.approx(43664.1, abs=0.1)
    population = frame[frame["figure"] == "常住人口"]
    assert population["sum"].sum() == pytest.approx(8980, abs=1)
    shares = {
        "score",
        "R&D强度",
        "高新技术产业产值占比",
        "工业劳动生产率",
        "单位工业增加值能耗",
    }  # %, 万元/人
    for table in (frame, counties.tables["list_profile"]):
        assert table.loc[table["figure"].isin(shares), "sum"].isna().all()
        assert table.loc[table["figure"].isin(["工业增加值", "常住人口"]), "sum"].notna().all()


def test_streaks_agree_with_table_4_wherever_the_lists_are_known(counties: Results) -> None:
    found = counties.tables["history"].set_index("code")
    expected = printed("table4.csv").set_index("county")
    compared = 0
    for column, name in [
        ("streak_top30_3y", "top30_3y"),
        ("streak_top20_3y", "top20_3y"),
        ("streak_top10_3y", "top10_3y"),
    ]:
        known = found[column].dropna()
        for county in expected.index.intersection(known.index):
            assert known[county] == expected.loc[county, name], (county, column)
            compared += 1
    assert compared > 25
    assert "streak_top30_5y" not in found.columns
    assert found["rank_2019"].tolist() == sorted(found["rank_2019"])


def test_tables_about_the_tiers(counties: Results) -> None:
    quality = counties.tables["tiers_quality"]
    assert quality["tiers"].tolist() == [*range(1, 11)]
    assert quality["chosen"].sum() == 1
    stable = counties.tables["tiers_stability"]
    assert stable["units"].tolist() == [6, 24, 27, 43]
    tree = counties.tables["tiers_dendrogram"]
    assert len(tree) == 99
    last = tree.iloc[-1]
    assert (last["upper_first"], last["lower_last"], last["clusters_left"]) == (1, 100, 1)
    assert (tree["dispersion"].diff().dropna() >= -1e-12).all()
    three = tree[tree["clusters_left"] < 4]
    assert sorted(three["lower_first"]) == [7, 31, 58]


def test_tables_about_the_experts(counties: Results) -> None:
    tables = counties.tables
    assert tables["delphi_rounds"]["round"].tolist() == ["1", "2"]
    assert len(tables["delphi_consensus"]) == 48
    assert set(tables["delphi_stability"]["stable"]) <= {0, 1}
    assert tables["delphi_stability"]["verdict"].str.len().gt(0).all()
    assert tables["delphi_screening"]["keep"].isin([0, 1]).all()
    assert tables["delphi_camps"]["experts"].sum() == len(tables["delphi_experts"]) == 15
    last = tables["delphi_consensus"].query("round == '2'").set_index("code")
    assert last["mean"].equals(tables["delphi"].set_index("code")["mean"])


def test_tables_of_the_audit(counties: Results) -> None:
    tables, index = counties.tables, counties.study.index
    worth = tables["audit_importance"].set_index("code")
    for column in ("nominal", "r2_share", "correlation_ratio_share", "covariance_share"):
        assert worth.groupby("level")[column].sum().tolist() == pytest.approx([1.0, 1.0])
    assert worth.loc["协调", "nominal"] == pytest.approx(
        index.local_weights[index.framework.codes.index("协调")]
    )
    assert worth.loc["R&D强度", "correlation"] == pytest.approx(
        np.corrcoef(index.plan.values[:, list(index.panel.indicators).index("R&D强度")], index.scores[:, 0])[
            0, 1
        ]
    )
    matrix = tables["audit_correlations"].set_index("code")
    assert matrix.loc[matrix.columns, matrix.columns].to_numpy() == pytest.approx(np.corrcoef(index.scores.T))
    assert set(tables["audit_leave_one_out"]["level"]) == {1, 2}
    assert tables["audit_components"]["cumulative"].iloc[-1] == pytest.approx(1.0)
    assert set(tables["audit_consistency"]["parent"]) == {"", "创新", "协调", "绿色", "开放", "共享"}


def test_importance_at_every_level_of_a_tree_of_three() -> None:
    """Sub-dimensions stand between dimensions and indicators; s and t, of no sub-dimension, beside them."""
    framework = Framework.from_frame(
        pd.DataFrame(
            {
                "code": ["A", "B", "A1", "A2", "p", "q", "r", "s", "t"],
                "parent": ["", "", "A", "A", "A1", "A1", "A2", "B", "B"],
            }
        )
    )
    drawn = np.random.default_rng(8).normal(size=(40, 5))
    units = {"code": [f"u{row}" for row in range(40)], **dict(zip("pqrst", drawn.T, strict=True))}
    made = tw.index(Panel.from_frame(pd.DataFrame(units), framework), framework, Spec())
    worth = importance(made)
    assert worth is not None
    assert worth.groupby("level")["code"].agg("".join).to_dict() == {1: "AB", 2: "A1A2st", 3: "pqr"}
    for row in worth.itertuples():
        column = made.scores[:, made.framework.codes.index(row.code)]
        assert row.correlation == pytest.approx(np.corrcoef(column, made.scores[:, 0])[0, 1])


def test_every_table_has_a_sheet_of_its_own_that_is_known_again(counties: Results) -> None:
    for language in ("en", "zh"):
        names = [sheet_name(table, language) for table in counties.tables]
        assert len({name.lower() for name in names}) == len(names)
        assert all(is_sheet_of_run(name) for name in names)
    assert not is_sheet_of_run("Daten")


@pytest.fixture
def listed_twice(sheets: Cells) -> Cells:
    """Two whole lists, one unit renamed, one gone."""
    sheets["History"] = [
        ["year", "code", "rank"],
        *[[2023, code, rank] for rank, code in enumerate("abcdef", 1)],
        *[[2024, code, rank] for rank, code in enumerate(["c", "old", "a", "b", "f", "e"], 1)],
    ]
    sheets["Scenario"] += [
        ["report.renamed", '{old = "d"}'],
        ["report.tops", "[2, 3]"],
        ["report.years", "[2, 3, 9]"],
        ["report.width", 2],
        ["report.groups", '["province"]'],
        ["tiers.method", "kmeans"],
    ]
    return sheets


def test_nominal_weights_are_those_of_the_index_also_beside_what_does_not_vary(
    sheets: Cells, write_book: Callable[[Cells], Path]
) -> None:
    for row in sheets["Data"][1:]:
        row[3] = 10
    sheets["Framework"][0] += ["low", "high"]
    for row in sheets["Framework"][1:]:
        row.extend([0, 60] if row[0] in {"gdp", "patents", "energy", "exports"} else [None, None])
    sheets["Scenario"].append(["index.normalisation", "goalposts"])
    worth = run(load(write_book(sheets))).tables["audit_importance"].set_index("code")
    assert "gdp" not in worth.index
    assert worth.loc["patents", "nominal"] == pytest.approx(0.6 * 0.5)
    assert worth.loc["energy", "nominal"] == pytest.approx(0.4 * 0.7)


def test_units_without_a_group_are_first_of_none(sheets: Cells, write_book: Callable[[Cells], Path]) -> None:
    for row in sheets["Data"][1:3]:
        row[2] = None
    ranking = run(load(write_book(sheets))).tables["ranking"]
    first = ranking[ranking["first_in_group"] == 1]
    assert sorted(first["province"]) == ["山东", "浙江"]


def test_a_weight_of_nothing_leaves_the_ratio_of_weights_blank(
    sheets: Cells, write_book: Callable[[Cells], Path]
) -> None:
    for row in sheets["Experts"][1:]:
        row[3] = 0
    sheets["Scenario"].append(["language", "zh"])
    found = run(load(write_book(sheets))).tables["concordance"].set_index("parent")
    assert found["weight_ratio"].isna().tolist() == [True, False, False]
    assert found["verdict"].iloc[0].endswith("；权重区分度明显")


def test_moves_between_whole_lists(listed_twice: Cells, write_book: Callable[[Cells], Path]) -> None:
    results = run(load(write_book(listed_twice)))
    tables = results.tables
    changed = tables["changes"].set_index("code")
    assert set(changed["change"]) <= {"up", "down", "same"}
    assert changed.loc["d", "previous_code"] == "old"
    assert changed.loc["d", "previous_rank"] == 2
    assert (changed["move"] == changed["previous_rank"] - changed["rank"]).all()
    past = tables["history"]
    assert {"streak_top2_2y", "streak_top3_3y"} <= set(past.columns)
    assert "streak_top3_9y" not in past.columns
    assert past["streak_top2_2y"].notna().all()
    assert {"rank_2025", "rank_2024", "rank_2023"} <= set(past.columns)
    years = tables["distribution_province_years"].set_index("province")
    assert years.columns.tolist() == ["units_2025", "units_2024", "units_2023"]
    assert years["units_2024"].to_dict() == {"江苏": 2, "浙江": 2, "山东": 2}
    assert "1-2" in tables["distribution_province"].columns


def test_a_list_before_that_goes_beyond_the_top_is_cut_there(
    listed_twice: Cells, write_book: Callable[[Cells], Path]
) -> None:
    """Of the list of 2024 (c d a b f e) the first three are published, as of the present one."""
    listed_twice["Scenario"].append(["select.top", 3])
    results = run(load(write_book(listed_twice)))
    now = set(results.tables["ranking"].dropna(subset=["tier"])["code"])
    changed = results.tables["changes"].set_index("code")["change"]
    assert set(changed.index[changed == "entry"]) == now - {"c", "d", "a"}
    assert set(changed.index[changed == "exit"]) == {"c", "d", "a"} - now
    assert results.tables["distribution_province_years"]["units_2024"].sum() == 3
    assert {"rank_2024"} <= set(results.tables["history"].columns)


def test_who_is_not_named_in_a_list_known_in_part_is_no_entry(
    listed_twice: Cells, write_book: Callable[[Cells], Path]
) -> None:
    listed_twice["History"] = [*listed_twice["History"][:-2], [2024, "gone", 9]]
    tables = run(load(write_book(listed_twice))).tables
    assert set(tables["changes"]["change"]) <= {"up", "down", "same", "listed", "not-named", "exit"}
    assert set(tables["changes"].query("change == 'not-named'")["code"]) == {"e", "f"}
    assert "distribution_province_years" not in tables
    assert "history" in tables


def test_wrong_columns_are_named(listed_twice: Cells, write_book: Callable[[Cells], Path]) -> None:
    for key, value, code in [("groups", '["provinces"]', "R109"), ("profile", '["gpd"]', "R110")]:
        spoiled = {
            **listed_twice,
            "Scenario": [row for row in listed_twice["Scenario"] if row[0] != "report.groups"],
        }
        spoiled["Scenario"] = [*spoiled["Scenario"], [f"report.{key}", value]]
        with pytest.raises(TierwiseError) as caught:
            run(load(write_book(spoiled)))
        assert [found.code for found in caught.value.problems] == [code]


def with_tiers(**settings: object) -> Results:
    scenario = load("technology-achievement")
    spec = scenario.spec.model_copy(
        update={
            "tiers": TiersSpec.model_validate(settings),
            "report": ReportSpec(audit=False),
            "sensitivity": None,  # it asks about cuts by number
            "targets": (),  # they ask for tiers to be kept
        }
    )
    return run(replace(scenario, spec=spec), draws=64)


def test_the_number_of_tiers_by_its_criteria() -> None:
    results = with_tiers(count="auto", most=6)
    quality = results.tables["tiers_quality"]
    assert len(quality) == 6
    assert results.study.tiers.count == int(quality.loc[quality["chosen"] == 1, "tiers"].iloc[0])
    assert not any(name.startswith("audit") for name in results.tables)


def test_types_have_no_cuts() -> None:
    results = with_tiers(on="indicators", contiguous=False)
    tiers = results.study.tiers
    assert not tiers.contiguous
    assert tiers.runs > tiers.count
    assert "types" in repr(tiers)
    assert not {"cuts", "cut_distribution", "tiers_dendrogram"} & results.tables.keys()
    assert "p_tier_same" not in results.tables["robustness"].columns
    assert results.study.robustness.cuts.rank.size == 0


@pytest.mark.parametrize("method", ["average", "complete", "single", "fisher", "kmeans", "quantile"])
def test_tiers_refitted_in_draws_without_spread_are_the_nominal_ones(method: str) -> None:
    scenario = load("technology-achievement")
    spec = Spec.model_validate(
        {
            **scenario.spec.model_dump(exclude_unset=True),
            "tiers": {"method": method, "count": 3},
            "uncertainty": {"weights": "box", "spread": 1e-9, "draws": 16},
            "sensitivity": None,  # it asks about cuts by number
            "targets": (),  # they ask for tiers to be kept
        }
    )
    results = run(replace(scenario, spec=spec))
    assert results.study.robustness.p_tier_same.tolist() == [1.0] * 23


def test_empty_tiers_of_fixed_cuts_are_refused() -> None:
    with pytest.raises(TierwiseError) as caught:
        with_tiers(method="fixed", cuts=[0.99, 0.5])
    assert [(found.code, found.place) for found in caught.value.problems] == [("T114", "[tiers] cuts")]
    assert with_tiers(method="fixed", sizes=[5, 8, 10]).study.tiers.sizes.tolist() == [5, 8, 10]


def test_the_units_that_the_list_of_2018_does_not_name_are_the_published_entries(counties: Results) -> None:
    # 新进县(市): eight, the misprint 溧州市 read as 滦州市; six names of 2018 are not known.
    found = counties.tables["changes"]
    new = set(found.loc[found["change"] == "not-named", "code"])
    assert new == {"滦州市", "府谷县", "天长市", "临海市", "玉环市", "高邮市", "武安市", "闽侯县"}
    assert found.loc[found["change"] == "exit", "code"].tolist() == ["当阳市", "莱西市"]


def test_full_scores_are_those_of_each_round_s_own_scale(
    sheets: Cells, write_book: Callable[[Cells], Path]
) -> None:
    """Five points, then three: a third of the experts give a full score of three in the second round."""
    head, *first = sheets["Experts"]
    second = [[2, row[1], *(min(int(score), 3) for score in row[2:])] for row in first]
    for row in second:
        row[2:] = [2] * 6
    second[0][2] = 3
    sheets["Experts"] = [head, *first, *second]
    sheets["Scenario"] += [["experts.scale_max", "[5, 3]"], ["report.audit", "false"]]
    tables = run(write_book(sheets), threads=1).tables
    delphi = tables["delphi"].set_index("code")["full_score_ratio"]
    assert delphi["output"] == pytest.approx(1 / 3)
    assert delphi.drop("output").eq(0).all()
    consensus = tables["delphi_consensus"]
    by_round = consensus[consensus["code"] == "output"].set_index("round")["full_score_ratio"]
    assert by_round.tolist() == pytest.approx([1 / 3, 1 / 3])
