"""Results are whole, repeat to the byte, and never replace what they came from."""

import filecmp
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.draws.blocks import block_generator, block_size
from tierwise.inputs.files import read_workbook
from tierwise.stages import run
from tierwise.study.draws import draw_plan

Cells = dict[str, list[list[Any]]]
WriteBook = Callable[[Cells], Path]

CONTRACT = {
    "ranking": [
        "code", "name", "province", "score", "rank", "tier", "first_in_group", "missing", "largest_share",
    ],
    "scores": ["code", "index", "output", "gdp", "patents", "manner", "energy", "exports"],
    "weights": ["code", "parent", "level", "local", "global"],
    "cuts": [
        "cut", "rank", "score", "rank_low", "rank_median", "rank_high", "score_low", "score_high", "p_same",
        "unit_above", "unit_below", "p_split",
    ],
    "delphi": [
        "code", "parent", "n", "mean", "sd", "cv", "median", "iqr", "full_score_ratio", "weight",
    ],
}  # fmt: skip


def test_tables_have_the_columns_of_the_contract(sheets: Cells, write_book: WriteBook) -> None:
    tables = run(write_book(sheets)).tables
    for name, columns in CONTRACT.items():
        assert [*tables[name].columns] == columns, name
    wanted = ["tier", "p_tier_1", "p_tier_2", "p_tier_same"]
    assert set(wanted) <= set(tables["robustness"].columns)
    assert [*tables["acceptability"].columns] == ["code", *(f"p_rank_{rank}" for rank in range(1, 7))]


def test_probabilities_hang_together(sheets: Cells, write_book: WriteBook) -> None:
    sheets["Scenario"].append(["select.top", 4])
    tables = run(write_book(sheets)).tables
    robust = tables["robustness"]
    np.testing.assert_allclose(robust["p_tier_1"] + robust["p_tier_2"], robust["p_top"])
    shares = tables["acceptability"].drop(columns="code").to_numpy()
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    np.testing.assert_allclose(shares[:, :4].sum(axis=1), robust["p_top"])
    np.testing.assert_allclose(shares @ np.arange(1, 7), robust["rank_mean"])
    assert (robust["rank_min"] <= robust["rank_low"]).all()
    assert (robust["rank_high"] <= robust["rank_max"]).all()


def test_weights_when_first_have_the_mean_of_all_weights_drawn(tai: tw.Scenario) -> None:
    results = run(tai, draws=3000)
    study, seed = results.study, tai.spec.uncertainty.seed
    found = results.tables["central_weights"]
    assert len(found) > 2
    assert found["p_first"].is_monotonic_decreasing
    assert found["p_first"].sum() == pytest.approx(1.0)  # nobody shares the first place
    ranks = results.tables["acceptability"].set_index("code")["p_rank_1"]
    assert ranks[ranks > 0].to_dict() == found.set_index("code")["p_first"].to_dict()
    source = draw_plan(study.index, study.tiers, tai.spec, tai.experts).source
    drawn = [source.block(block_generator(seed, at), block_size(at, 3000)).local for at in range(3)]
    mean = np.concatenate(drawn).mean(axis=0)[1:]
    nodes = found[[*study.index.framework.codes[1:]]].to_numpy()
    np.testing.assert_allclose(found["p_first"].to_numpy() @ nodes, mean, atol=1e-9)
    within = nodes[:, study.index.framework.tree.parent[1:] == 0]
    np.testing.assert_allclose(within.sum(axis=1), 1.0, atol=1e-8)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_seed_gives_the_same_bytes(
    sheets: Cells, write_book: WriteBook, tmp_path: Path, threads: int
) -> None:
    book = write_book(sheets)
    first = run(book, draws=3000).write(tmp_path / "first")
    again = run(book, draws=3000, threads=threads).write(tmp_path / "again")
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert len(files) > 10
    for file in files:
        if file.name != "run.json":  # it holds times
            assert filecmp.cmp(first / file, again / file, shallow=False), file
    other = run(book, draws=3000, seed=2)
    assert not other.tables["robustness"].equals(run(book, draws=3000).tables["robustness"])


def test_csv_shows_chinese_in_excel_and_numbers_are_unrounded(
    sheets: Cells, write_book: WriteBook, tmp_path: Path
) -> None:
    results = run(write_book(sheets))
    out = results.write(tmp_path / "out")
    raw = (out / "tables" / "ranking.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert "江苏".encode() in raw
    back = pd.read_csv(out / "tables" / "scores.csv", encoding="utf-8-sig")
    pd.testing.assert_frame_equal(back, results.tables["scores"], check_exact=True, check_dtype=False)


def test_run_record_tells_how_to_repeat(sheets: Cells, write_book: WriteBook, tmp_path: Path) -> None:
    book = write_book(sheets)
    record = json.loads((run(book, seed=7).write(tmp_path / "out") / "run.json").read_text(encoding="utf-8"))
    assert record["seed"] == 7
    assert record["spec"]["uncertainty"]["draws"] == record["draws"] == 200
    assert len(record["inputs"]["book.xlsx"]) == 64
    assert record["failed_draws"] == 0


def test_an_input_is_never_replaced(sheets: Cells, write_book: WriteBook, tmp_path: Path) -> None:
    book = write_book(sheets)
    target = tmp_path / "out"
    target.mkdir()
    book = book.rename(target / "results.xlsx")
    before = book.read_bytes()
    with pytest.raises(tw.TierwiseError) as caught:
        run(book).write(target)
    assert [problem.code for problem in caught.value.problems] == ["I008"]
    assert book.read_bytes() == before
    assert [path.name for path in target.iterdir()] == ["results.xlsx"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("lock", [".~lock.results.xlsx#", "~$results.xlsx"])
def test_results_that_are_open_elsewhere_are_left_alone(
    sheets: Cells, write_book: WriteBook, tmp_path: Path, lock: str
) -> None:
    results = run(write_book(sheets))
    out = results.write(tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    (out / lock).touch()
    with pytest.raises(tw.TierwiseError) as caught:
        results.write(out)
    assert [problem.code for problem in caught.value.problems] == ["I010"]
    assert before == {path: path.stat().st_mtime_ns for path in before}
    (out / lock).unlink()
    (out / "report.html").unlink()
    (out / "report.html").mkdir()  # a file that cannot be replaced
    with pytest.raises(tw.TierwiseError) as caught:
        results.write(out)
    assert [problem.code for problem in caught.value.problems] == ["I007"]


def test_results_replace_earlier_results_and_leave_other_files(
    sheets: Cells, write_book: WriteBook, tmp_path: Path
) -> None:
    results = run(write_book(sheets))
    out = results.write(tmp_path / "out")
    (out / "mine.txt").write_text("kept")
    results.write(out)
    assert (out / "mine.txt").read_text() == "kept"


def test_text_from_data_is_never_a_formula(sheets: Cells, write_book: WriteBook, tmp_path: Path) -> None:
    import zipfile

    sheets["Data"][1][1] = "@SUM(A1)"
    sheets["Data"][2][1] = "-1+2"
    out = run(write_book(sheets)).write(tmp_path / "out")
    with zipfile.ZipFile(out / "results.xlsx") as archive:
        parts = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
    assert not any(b"<f>" in part for part in parts)
    assert not any(b"nan" in part.lower() for part in parts)


def test_units_without_any_value_are_set_aside_and_named(sheets: Cells, write_book: WriteBook) -> None:
    for column in range(3, 7):
        sheets["Data"][3][column] = None
    sheets["Data"][5][4] = None
    sheets["Scenario"].append(["index.missing", "reweight"])
    tables = run(write_book(sheets)).tables
    assert tables["unranked"].to_numpy().tolist() == [["c", "丙", 0]]
    assert len(tables["ranking"]) == 5
    assert not tables["robustness"].drop(columns="tier").isna().any().any()


def test_an_index_of_one_indicator_has_nothing_to_draw(sheets: Cells, write_book: WriteBook) -> None:
    sheets["Framework"] = [["code", "direction"], ["energy", -1]]
    sheets.pop("Experts")
    robust = run(write_book(sheets)).tables["robustness"]
    assert (robust["rank_min"] == robust["rank_max"]).all()
    assert (robust["p_tier_same"] == 1).all()


def test_a_sample_workbook_gives_the_scenario_again(tmp_path: Path) -> None:
    from tierwise.report.sample import write_sample

    path = tmp_path / "technology-achievement.xlsx"
    write_sample(path)
    here, bundled = tw.load(path), tw.load("technology-achievement")
    np.testing.assert_array_equal(here.panel.values, bundled.panel.values)
    np.testing.assert_array_equal(here.framework.weights, bundled.framework.weights)
    assert here.spec == bundled.spec
    assert here.title == bundled.title
    write_sample(tmp_path / "template.xlsx")
    assert set(read_workbook(tmp_path / "template.xlsx")) == {
        "Data", "Framework", "Experts", "History", "Scenario",
    }  # fmt: skip
