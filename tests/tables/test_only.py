"""Some tables only: what they are made from is declared, and nothing else is computed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import tierwise as tw
from tierwise.cli import assembled
from tierwise.errors import TierwiseError
from tierwise.report.write import write_results
from tierwise.study.study import Study
from tierwise.tables.conditions import condition
from tierwise.tables.registry import TABLES, chosen

PARTS = {"comparison": None, "targets": (), "sensitivity": None, "moves": None}


@pytest.fixture(scope="module", params=["technology-achievement", "industrial-counties-2019"])
def study(request: pytest.FixtureRequest) -> Study:
    return tw.run(request.param, draws=64, threads=1).study


def test_every_table_comes_out_of_the_parts_that_it_declares(study: Study) -> None:
    told = 0
    for table in TABLES:
        without = {part: blank for part, blank in PARTS.items() if part not in table.needs}
        bare = replace(study, parts={}, **without)  # type: ignore[arg-type]  # parts that may be blank
        for name, frame in table.frames(bare).items():
            pd.testing.assert_frame_equal(frame, study.tables[name])
            told += 1
        for part in table.needs:
            if getattr(study, part):
                assert not table.frames(replace(study, parts={}, **{part: PARTS[part]}))  # type: ignore[arg-type]
    assert told == len(study.tables)


def test_some_tables_are_the_same_as_among_all(study: Study, tmp_path: Path) -> None:
    some = tw.run(study.scenario.name, draws=64, threads=1, only=["ranking", "swing", "audit"]).study
    assert {"ranking", "swing", "audit_importance"} <= {*some.tables}
    assert all(name in {"ranking", "swing"} or name.startswith("audit") for name in some.tables)
    for name, frame in some.tables.items():
        pd.testing.assert_frame_equal(frame, study.tables[name])
    assert some.sensitivity is None
    assert "sensitivity_runs" not in some.seconds
    folder = write_results(some, tmp_path / "out")
    assert {file.stem for file in folder.glob("tables/*.csv")} == {*some.tables}
    assert json.loads((folder / "run.json").read_text("utf-8"))["only"][:2] == ["ranking", "swing"]


def test_words_that_name_no_table_are_told_at_once() -> None:
    with pytest.raises(TierwiseError) as error:
        chosen(["rankng", "ranking", "nothing"])
    assert [one.code for one in error.value.problems] == ["R149", "R149"]
    assert "ranking" in error.value.problems[0].line("en")
    names, passed = chosen(["robustness", "scenarios"])
    assert names == ("robustness", "scenarios")
    assert passed == {"targets", "sensitivity", "moves"}
    assert chosen([]) == ((), frozenset())


def test_the_command(tmp_path: Path) -> None:
    given = ["run", "technology-achievement", "--draws", "64", "--out", str(tmp_path / "out")]
    told = CliRunner().invoke(assembled(), [*given, "--only", "ranking, robustness"])
    assert told.exit_code == 0, told.output
    assert {file.stem for file in (tmp_path / "out" / "tables").iterdir()} == {"ranking", "robustness"}
    assert "Only these tables" in told.output
    refused = CliRunner().invoke(assembled(), [*given, "--only", "rank"])
    assert refused.exit_code == 1
    assert "R149" in refused.output


def test_tables_asked_for_in_vain_are_named_with_what_they_take(tmp_path: Path) -> None:
    """Every table that this run has not is told, and the manual of conditions knows each of them."""
    there = tw.run("technology-achievement", draws=64).tables
    absent = [table.name for table in TABLES if "{}" not in table.name and table.name not in there]
    absent += ["distribution_county", "list_output", "distribution_province_years"]
    noted = [
        one
        for one in tw.run("technology-achievement", draws=64, only=["ranking", *absent]).scenario.cautions
        if one.code == "R157"
    ]
    told = [name for one in noted for name in one.fields["tables"]]  # type: ignore[attr-defined]
    assert sorted(told) == sorted(absent)
    assert {"history", "years", "delphi", "doubts", "distribution_county"} <= {*told}
    assert all(condition(name) is not None for name in told)
    (history,) = (one for one in noted if "history" in one.fields["tables"])  # type: ignore[operator]
    assert history.fix("en") == "what they take: earlier lists (History)"
    assert history.fix("zh") == "所需条件：往期榜单（历年排名）"
    given = ["run", "technology-achievement", "--draws", "64", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(assembled(), [*given, "--only", "ranking, history"])
    assert done.exit_code == 0, done.output
    assert "history; what it takes: earlier lists" in done.output


def test_a_section_is_missed_as_a_whole_alone() -> None:
    def told(word: str) -> list[str]:
        cautions = tw.run("technology-achievement", draws=64, only=[word]).scenario.cautions
        return [name for one in cautions if one.code == "R157" for name in one.fields["tables"]]  # type: ignore[attr-defined]

    assert told("audit") == []  # those of its tables that say something are there
    assert "delphi" in told("panel")
