"""Makers and readers of tables agree on columns, however many of the optional ones are absent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.report.answers import answers
from tierwise.report.charts import CHARTS
from tierwise.report.figures import FIGURES
from tierwise.report.page import sections
from tierwise.report.presented import names_of, presented
from tierwise.report.summary import closing
from tierwise.stages import Results, run
from tierwise.tables.registry import TABLES, columns_of, table_of
from tierwise.tables.sensitivity import MEASURES
from tierwise.tables.table import Bars, Table, none
from tierwise.words.columns import Column, numbered
from tierwise.words.language import Text

CODES = ("x", "y", "z")


def flat(tmp_path: Path, seed: int, method: str, *, extra: str = "") -> Path:
    """Return an ordinary scenario: 8 units, 3 indicators right under the index, no experts, no groups."""
    rng = np.random.default_rng(seed)
    units = pd.DataFrame(rng.random((8, 3)), columns=[*CODES])
    units.insert(0, "code", [f"u{unit}" for unit in range(8)])
    units.insert(1, "name", [f"unit {unit}" for unit in range(8)])
    units.to_csv(tmp_path / "units.csv", index=False)
    framework = pd.DataFrame({"code": CODES, "weight": [3, 2, 1], "direction": 1})
    framework.to_csv(tmp_path / "framework.csv", index=False)
    text = f"""
name = "flat"
[data]
units = "units.csv"
framework = "framework.csv"
[tiers]
count = 2
[uncertainty]
weights = "{"noise" if method in {"morris", "fast", "hdmr"} else "box"}"
draws = 64
[sensitivity]
method = "{method}"
samples = {32 if method == "morris" else 1024}
{extra}
"""
    path = tmp_path / "flat.toml"
    path.write_text(text, encoding="utf-8")
    return path


def read_all(results: Results, folder: Path) -> None:
    """Let every reader of tables have its turn: workbook, page, charts, answers and summary."""
    assert results.write(folder / "out").exists()
    assert closing(results.study, folder)
    assert answers(results.study)
    assert sections(results.study)


def mistakes(tables: Mapping[str, pd.DataFrame]) -> dict[str, list[str]]:
    made = {name: mistakes_of(table_of(name), frame) for name, frame in tables.items()}
    return {name: wrong for name, wrong in made.items() if wrong}


def mistakes_of(table: Table, frame: pd.DataFrame) -> list[str]:
    """What of a frame is not as declared: columns unknown, or lacking."""
    names = [str(name) for name in frame.columns]
    columns = table.resolve(names)
    declared = {column.name for column in table.columns if not column.family}
    unknown = [
        name
        for name, column in zip(names, columns, strict=True)
        if name not in declared and column.title == Text(name, name) and not column.names
    ]
    fixed = [column.name for column in columns if column.name in declared]
    lacking = [
        column.name
        for column in table.columns
        if not (column.family or column.optional) and column.in_file and column.name not in fixed
    ]
    return [*(f"unknown: {name}" for name in unknown), *(f"lacking: {name}" for name in lacking)]


@pytest.mark.parametrize(
    ("seed", "method"), [(1, "sobol"), (2, "sobol"), (3, "morris"), (1, "fast"), (2, "hdmr"), (1, "delta")]
)
def test_an_ordinary_sensitivity_has_notes_or_not_and_is_read(seed: int, method: str, tmp_path: Path) -> None:
    results = run(flat(tmp_path, seed, method))
    assert mistakes(results.tables) == {}
    assert "first_in_group" not in results.tables["ranking"]
    read_all(results, tmp_path)


def test_every_table_is_read_without_its_optional_columns(tmp_path: Path) -> None:
    study = tw.run("industrial-counties-2019", draws=64).study
    stripped: dict[str, pd.DataFrame] = {}
    for name, frame in study.tables.items():
        columns = columns_of(name, frame)
        # Which measures there are is the method's to say, and none of it optional.
        measures = {column.name for column in MEASURES} if name == "sensitivity" else set()
        kept = [at for at, column in enumerate(columns) if not column.optional or column.name in measures]
        stripped[name] = frame.iloc[:, kept]
        assert mistakes_of(table_of(name), stripped[name]) == [], name
    read_all(Results(replace(study, tables=stripped)), tmp_path)


@pytest.mark.parametrize("scenario", ["technology-achievement", "innovation-counties-2019"])
def test_the_tables_of_a_run_are_as_declared_and_in_order(scenario: str) -> None:
    tables = tw.run(scenario, draws=64).tables
    assert mistakes(tables) == {}
    places = [TABLES.index(table_of(name)) for name in tables]
    assert places == sorted(places)


def test_the_frames_of_results_are_as_declared() -> None:
    study = tw.run("technology-achievement", draws=64).study
    assert study.comparison is not None
    assert study.sensitivity is not None
    frames = {
        "robustness": study.robustness.to_frame(),
        "scenarios": study.comparison.to_frame(),
        "sensitivity": study.sensitivity.to_frame(),
        "swing": tw.swings(study.index, study.tiers, study.scenario.spec).to_frame(),
    }
    assert mistakes(frames) == {}


def test_charts_and_figures_are_there() -> None:
    for table in TABLES:
        for chart in table.charts:
            if isinstance(chart, Bars):
                known = {column.name for column in table.columns}
                assert {column for column, *_ in chart.series} <= known
            else:
                assert chart in CHARTS
        assert {*table.figures} <= FIGURES.keys()


def declared(*columns: Column) -> Table:
    title = Text("Sample", "样表")
    return Table("sample", title, title, title, columns, none)


def test_columns_are_found_by_their_place() -> None:
    table = declared(
        Column("code", Text("Code", "代码")),
        Column("groups", names="group"),
        Column("rank", Text("Rank", "排名")),
        numbered("p_{}", Text("P({0})", "概率{0}")),
        Column("note", Text("Note", "备注"), optional=True),
    )
    names = ["code", "rank", "code", "p_1", "rank", "p_1", "p_2"]
    found = [column.title.en for column in table.resolve(names)]
    assert found == ["Code", "rank", "code", "p_1", "Rank", "P(1)", "P(2)"]
    assert mistakes_of(table, pd.DataFrame(columns=["code", "rank"])) == []
    assert mistakes_of(table, pd.DataFrame(columns=["code", "p_1"])) == ["lacking: rank"]
    with pytest.raises(KeyError):
        table.column("groups")


def test_an_unknown_column_of_a_table_without_families_is_a_mistake() -> None:
    table = declared(Column("code", Text("Code", "代码")))
    assert mistakes_of(table, pd.DataFrame(columns=["code", "total"])) == ["unknown: total"]
    assert [column.title.zh for column in table.resolve(["code", "total"])] == ["代码", "total"]


def quotients(tmp_path: Path) -> Path:
    """Return a scenario whose first indicator is a figure of size with a denominator."""
    tmp_path.mkdir(exist_ok=True)
    units = pd.DataFrame(
        {
            "code": ["a", "b", "c", "d"],
            "name": ["A", "B", "C", "D"],
            "gdp": [900.0, 100.0, 300.0, 50.0],
            "rate": [4.0, 3.0, 2.0, 1.0],
            "people": [90.0, 5.0, 60.0, 20.0],
        }
    )
    units.to_csv(tmp_path / "units.csv", index=False)
    framework = pd.DataFrame(
        {
            "code": ["gdp", "rate"],
            "name": ["GDP per head", "Rate"],
            "weight": [1, 1],
            "direction": [1, 1],
            "denominator": ["people", ""],
            "normalisation": ["goalposts", ""],
            "low": [0, None],
            "high": [15, None],
            "cap": ["TRUE", ""],
        }
    )
    framework.to_csv(tmp_path / "framework.csv", index=False)
    (tmp_path / "q.toml").write_text(
        'name = "q"\n[data]\nunits = "units.csv"\nframework = "framework.csv"\n[tiers]\ncount = 2\n'
        "[uncertainty]\ndraws = 64\nweights = 'box'\n",
        encoding="utf-8",
    )
    return tmp_path / "q.toml"


def test_a_quotient_has_the_mean_of_units_and_the_ratio_of_sums(tmp_path: Path) -> None:
    results = run(quotients(tmp_path))
    ratios = {"a": 10.0, "b": 20.0, "c": 5.0, "d": 2.5}
    above, below = {"a": 900, "b": 100, "c": 300, "d": 50}, {"a": 90, "b": 5, "c": 60, "d": 20}
    ranking = results.tables["ranking"]
    profile = results.tables["tiers_profile"]
    assert mistakes(results.tables) == {}
    own = profile[profile["figure"] == "gdp"].set_index("tier")
    pooled = {}
    for tier in (1, 2):
        units = ranking.loc[ranking["tier"] == tier, "code"].tolist()
        assert own.loc[tier, "mean"] == pytest.approx(np.mean([ratios[unit] for unit in units]))
        pooled[tier] = sum(above[unit] for unit in units) / sum(below[unit] for unit in units)
        assert own.loc[tier, "pooled"] == pytest.approx(pooled[tier])
    assert own.loc[1, "ratio_to_next"] == pytest.approx(pooled[1] / pooled[2])
    assert own["sum"].isna().all()
    whole = results.tables["list_profile"].set_index("figure")
    assert whole.loc["gdp", "pooled"] == pytest.approx(1350 / 175)
    assert whole.loc["gdp", "mean"] == pytest.approx(9.375)
    assert np.isnan(whole.loc["rate", "sum"])  # by its name
    assert whole.loc["people", "sum"] == 175
    shown = presented("tiers_profile", profile, names_of(results.study), "en")
    assert "GDP per head" in shown.frame["figure"].tolist()
    read_all(results, tmp_path)


def test_gdp_per_head_of_a_hundred_counties_is_their_gdp_over_their_people(tmp_path: Path) -> None:
    """89,363 (亿元) over 8,980 (万人), 99,500 yuan as printed in 2019; the mean of units stands beside it."""
    panel = tw.load("industrial-counties-2019").panel
    gdp, people = panel.extras["地区生产总值"], panel.extras["常住人口"]
    units = {"code": panel.codes, "per_head": gdp, "rate": panel.values[:, 0], "people": people}
    pd.DataFrame(units).to_csv(tmp_path / "units.csv", index=False)
    path = quotients(tmp_path / "settings")
    framework = pd.DataFrame({"code": ["per_head", "rate"], "denominator": ["people", ""]})
    framework.to_csv(tmp_path / "framework.csv", index=False)
    path = path.rename(tmp_path / "q.toml")
    profile = run(path).tables["list_profile"].set_index("figure").loc["per_head"]
    assert profile["pooled"] == pytest.approx(89363 / 8980, rel=1e-9)
    assert profile["mean"] == pytest.approx((gdp / people).mean())
    assert abs(profile["mean"] - profile["pooled"]) > 0.5
    assert np.isnan(profile["sum"])


def by_hand(results: Results) -> np.ndarray[Any, Any]:
    """Return the arithmetic index computed from methods.csv and the figures alone."""
    panel = results.scenario.panel
    columns = dict(zip(panel.indicators, panel.values.T, strict=True)) | dict(panel.extras)
    index = np.zeros(len(panel))
    for row in results.tables["methods"].to_dict("records"):
        values = columns[row["indicator"]]
        if isinstance(row.get("denominator"), str):
            values = values / columns[row["denominator"]]
        share = (values - row["low"]) / (row["high"] - row["low"])
        assert row["capped"] in (0, int(((share < 0) | (share > 1)).sum()))
        if row["capped"]:
            share = np.clip(share, 0, 1)
        index += row["global"] * (share if row["direction"] > 0 else 1 - share)
    return index


def test_the_index_follows_from_the_table_of_methods(tmp_path: Path) -> None:
    results = run(quotients(tmp_path))
    methods = results.tables["methods"].set_index("indicator")
    assert methods["capped"].to_dict() == {"gdp": 1, "rate": 0}
    assert methods["normalisation"].to_dict() == {"gdp": "goalposts", "rate": "min-max"}
    np.testing.assert_allclose(by_hand(results), results.study.index.scores[:, 0])
    facts = dict(closing_lines(results))
    assert facts["Index"].startswith("normalisation: goalposts (1), min-max (1); aggregation: arithmetic;")
    counties = tw.run("industrial-counties-2019", draws=64)
    np.testing.assert_allclose(by_hand(counties), counties.study.index.scores[:, 0])


def closing_lines(results: Results) -> list[tuple[str, str]]:
    from tierwise.report.summary import summary

    return [(label, str(value)) for label, value in summary(results.study)]


def test_ranks_at_every_node(tmp_path: Path) -> None:
    study = tw.run("technology-achievement", draws=64).study
    ranks, scores = study.tables["node_ranks"], study.tables["scores"]
    assert [*ranks.columns] == [*scores.columns]
    for name in scores.columns[1:]:
        column = scores[name].to_numpy()
        expected = [(column > value + 1e-12).sum() + 1 for value in column]
        assert ranks[name].tolist() == expected, name


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        (["鼓楼区"] * 8, r"鼓楼区 \(u\d\)"),
        (["code", "local", "weight", "name", "index", "rank", "score", "tier"], r"\w+( \(u\d\))?"),
        ([*("A",) * 2, *(f"A (u{at})" for at in range(6))], r"A( \(u\d\))?( \(u\d\))"),
    ],
)
def test_headings_of_sweep_lines_are_unique(tmp_path: Path, names: list[str], pattern: str) -> None:
    """Units of one name, and named as other columns are: such a name ended a run once."""
    path = flat(tmp_path, 5, "morris")
    units = pd.read_csv(tmp_path / "units.csv")
    units["name"] = names
    units.to_csv(tmp_path / "units.csv", index=False)
    columns = [*run(path).tables["sweep_lines"].columns]
    assert len({*columns}) == len(columns) > 5
    assert columns[:3] == ["code", "local", "weight"]
    assert all(re.fullmatch(pattern, column) for column in columns[3:]), columns


def test_only_listed_units_are_first_and_of_every_group_column(tmp_path: Path) -> None:
    path = flat(tmp_path, 7, "morris", extra="[select]\ntop = 4\n")
    units = pd.read_csv(tmp_path / "units.csv")
    units.insert(2, "area", [*"abcdabcd"])
    units.insert(3, "group", [*"xyxyxyxy"])
    units.to_csv(tmp_path / "units.csv", index=False)
    results = run(path)
    ranking = results.tables["ranking"]
    for head, column in (("first_in_group", "area"), ("first_in_group_", "group")):
        firsts = ranking[head].astype(bool)
        listed = ranking[ranking["tier"].notna()]
        expected = listed.groupby(column)["rank"].min()
        assert ranking.loc[firsts, "rank"].tolist() == sorted(expected), head
    assert mistakes(results.tables) == {}


def test_the_groups_asked_for_have_firsts(tmp_path: Path) -> None:
    """Four groups of eight units are too many to be tabulated unasked, and two are not."""
    path = flat(tmp_path, 7, "morris", extra='[report]\ngroups = ["many"]\n')
    units = pd.read_csv(tmp_path / "units.csv")
    units.insert(2, "area", [*"aaaabbbb"])
    units.insert(3, "many", [*"abcdabcd"])
    units.insert(4, "few", [*"xyxyxyxy"])
    units.to_csv(tmp_path / "units.csv", index=False)
    tables = run(path).tables
    firsts = [head for head in tables["ranking"] if head.startswith("first_in")]
    assert firsts == ["first_in_group", "first_in_many"]
    assert "distribution_many" in tables
    assert "distribution_few" not in tables
