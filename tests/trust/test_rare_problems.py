"""Problems that few inputs have, each raised by a case of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

import tierwise as tw
from tests.delphi.forms import CODES, column_of, fill, main_sheet, make_book, make_list, rows_of, seeded
from tests.trust.faults import Cells, cell, whole_book
from tests.trust.profile import sheets_of, small_results
from tierwise import cli
from tierwise.delphi import delphi_collect, delphi_feedback, delphi_send
from tierwise.draws import cluster
from tierwise.draws.setup import MOST_UNITS, setup
from tierwise.draws.simulate import Run
from tierwise.errors import Problem, TierwiseError
from tierwise.report import word_pages
from tierwise.report.word import write_word
from tierwise.stages import check_reading, run
from tierwise.study.scenario import load, read_scenario, read_sheets
from tierwise.whatif import programs
from tierwise_addin import call
from tierwise_addin.hosts.calc import extension
from tierwise_addin.hosts.excel import notes

Edit = Callable[[Cells], None]
PANELS = {
    2018: [["u", 1.0, 4.0], ["v", 3.0, 1.0], ["w", 2.0, 2.0]],
    2019: [["u", 2.0, 4.0], ["v", 5.0, 2.0], ["w", 2.5, 3.0]],
}
OTHER_WAY = ["years.2018.index.normalisation", "rank"]
ERROR_VALUE = -2146826273  # #VALUE! as COM sends it


def codes(problems: Iterable[Problem]) -> set[str]:
    found = [*problems]
    assert all(one.line("en") and one.line("zh") for one in found)
    return {one.code for one in found}


def raised(act: Callable[[], object]) -> set[str]:
    with pytest.raises(TierwiseError) as caught:
        act()
    return codes(caught.value.problems)


def checked(*edits: Edit) -> set[str]:
    cells = whole_book()
    for edit in edits:
        edit(cells)
    return raised(lambda: check_reading(read_sheets("book", sheets_of(cells))))


def no_row(sheet: str, *rows: int) -> Edit:
    def edit(cells: Cells) -> None:
        for row in sorted(rows, reverse=True):
            del cells[sheet][row - 1]

    return edit


def below(sheet: str) -> Edit:
    """Return the edit that leaves the headings alone."""

    def edit(cells: Cells) -> None:
        del cells[sheet][1:]

    return edit


def columns(sheet: str, least: int, most: int) -> Edit:
    """Return the edit that leaves some columns alone."""

    def edit(cells: Cells) -> None:
        cells[sheet] = [row[least:most] for row in cells[sheet]]

    return edit


def thin(cells: Cells) -> None:
    """Leave every unit a single figure, of another indicator than its neighbour's."""
    for number, row in enumerate(cells["Data"][1:]):
        row[3:12] = [row[3 + at] if at == number % 9 else None for at in range(9)]
    cells["Scenario"] += [["index.missing", "reweight"], ["index.minimum_share", 1.0]]


def one_with_figures(cells: Cells) -> None:
    for row in cells["Data"][2:]:
        row[3:12] = [None] * 9
    cells["Scenario"].append(["index.missing", "reweight"])


def camps_of_none(cells: Cells) -> None:
    cells["Scenario"].append(["scenarios", '[{name = "x", weights = "experts:industry"}]'])


def first_without_figures(cells: Cells) -> None:
    for row in cells["Data"][1:]:
        row[3] = None
    cells["Scenario"].append(["index.missing", "reweight"])


def unscored_when_reweighted(cells: Cells) -> None:
    cells["Data"][1][3:5] = [None, None]
    cells["Scenario"] += [
        ["index.missing", "median"],
        ["index.minimum_share", 0.9],
        ["uncertainty.methods.missing", '["median", "reweight"]'],
    ]


@pytest.mark.parametrize(
    ("code", "edits"),
    [
        ("D004", [cell("Data", "D2", float("inf"))]),
        ("D006", [cell("Framework", "H1", "cap"), cell("Framework", "H3", "perhaps")]),
        ("D007", [cell("Data", "E1", "gdp")]),
        ("D007", [cell("Experts", "F1", "economy")]),
        ("D012", [first_without_figures]),
        ("D013", [one_with_figures]),
        ("E002", [cell("Experts", "B1", "who")]),
        ("E003", [columns("Experts", 0, 3)]),
        ("F001", [cell("Framework", "A4", None)]),
        ("F008", [columns("Framework", 1, 8)]),
        ("F009", [below("Framework")]),
        ("M027", [thin]),
        ("U124", [unscored_when_reweighted]),
        ("V202", [camps_of_none]),
        ("W002", [cell("Framework", "D4", None)]),
    ],
)
def test_of_a_book(code: str, edits: list[Edit]) -> None:
    assert code in checked(*edits)


def test_columns_that_say_the_same_are_a_doubt() -> None:
    cells = whole_book()
    for row in cells["Data"][1:]:
        row[4] = 100.0 - row[3]
    book = check_reading(read_sheets("book", sheets_of(cells)))
    assert "D110" in codes(book.doubts)


def test_of_a_file(tmp_path: Path) -> None:
    assert raised(lambda: load(tmp_path / ("x" * 300 + ".xlsx"))) == {"I002"}
    nameless = tmp_path / "nameless.toml"
    nameless.write_text("[[scenarios]]\nweights = 'equal'\n", encoding="utf-8")
    assert "S007" in raised(lambda: load(nameless))
    (tmp_path / "raw.docx").write_bytes(b"")
    assert raised(lambda: tw.clean(tmp_path / "raw.docx")) == {"I051"}


def test_an_import_without_a_column(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name, row in (("iData", ["uName", "a"]), ("iMeta", ["iCode", "Parent", "Type"])):
        book.create_sheet(name).append(row)
    book.save(tmp_path / "coinr.xlsx")
    assert raised(lambda: tw.import_book(tmp_path / "coinr.xlsx", tmp_path / "out.xlsx")) == {"I060"}


def test_a_template_is_no_filled_workbook(tmp_path: Path) -> None:
    asked = ["workbook", str(tmp_path / "technology-achievment.xlsx")]
    done = CliRunner().invoke(cli.assembled(), asked)
    assert done.exit_code == 0
    assert "I017" in done.output
    refused = CliRunner().invoke(
        cli.assembled(), [*asked, "--replace"]
    )  # what is filled in there meanwhile stays
    assert refused.exit_code == 1
    assert "I016" in refused.output


@pytest.mark.parametrize("name", ["functions", "technology-achievement"])
def test_a_filled_workbook_has_no_other_language(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.xlsx"
    refused = CliRunner().invoke(cli.assembled(), ["workbook", str(path), "--language", "zh"])
    assert refused.exit_code == 1
    assert "I026" in refused.output
    assert not path.exists()


def test_a_workbook_that_was_sent_names_no_file() -> None:
    cells = whole_book()
    cells["Scenario"] += [["data.history", "/etc/passwd"], ["extends", "../base.toml"]]
    sent = sheets_of(cells)
    assert "S016" in raised(lambda: check_reading(read_sheets("book", sent, alone=True)))


def test_years_that_are_normalised_otherwise(tmp_path: Path) -> None:
    """On one scale for all years the two have scores that cannot be compared; each by itself says nothing."""
    tree = [["code", "weight"], ["a", 2], ["b", 1]]
    years = {f"Data{year}": [["code", "a", "b"], *rows] for year, rows in PANELS.items()}
    one_scale = ["panel.scale", "pooled"]
    for settings, told in (([one_scale], False), ([OTHER_WAY], False), ([one_scale, OTHER_WAY], True)):
        rows = [["key", "value"], ["tiers.count", 2], *settings]
        sheets = {**years, "Framework": tree, "Scenario": rows}
        book = openpyxl.Workbook()
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.remove(book.worksheets[0])
        book.save(tmp_path / "book.xlsx")
        cautions = check_reading(read_scenario(tmp_path / "book.xlsx")).cautions
        assert ("Y012" in codes(cautions)) == told


def test_a_frame_of_no_experts() -> None:
    tree = tw.Framework.from_frame(pd.DataFrame({"code": ["a", "b"]}))
    nobody = pd.DataFrame({"round": [], "expert": [], "a": [], "b": []})
    assert raised(lambda: tw.Experts.from_frame(nobody, tree)) == {"E004"}


class TestPanel:
    def test_lists_of_experts(self, tmp_path: Path) -> None:
        book, people = make_book(tmp_path / "book.xlsx"), tmp_path / "list.csv"
        people.write_text("name\n", encoding="utf-8")
        assert "E215" in raised(lambda: delphi_send(book, people, tmp_path / "forms"))
        people.write_text("name,code\n甲,E1\n乙,E1\n", encoding="utf-8")
        assert "E216" in raised(lambda: delphi_send(book, people, tmp_path / "forms"))

    def test_kinds_and_outputs(self, tmp_path: Path) -> None:
        book, people = make_book(tmp_path / "book.xlsx"), make_list(tmp_path / "list.csv", 2)
        odd: Any = "votes"
        assert raised(lambda: delphi_send(book, people, tmp_path / "forms", kind=odd)) == {"E218"}
        assert "E218" in raised(lambda: delphi_feedback(book, tmp_path / "forms", kind="pairs"))
        delphi_send(book, people, tmp_path / "forms")
        out = tmp_path / "out.xlsx"
        assert raised(lambda: delphi_collect(tmp_path / "forms", book, out.with_suffix(".ods"))) == {"I009"}
        (tmp_path / "old.ods").write_bytes(book.read_bytes())
        assert raised(lambda: delphi_collect(tmp_path / "forms", tmp_path / "old.ods", out)) == {"E220"}
        (tmp_path / "none").mkdir()
        assert "E217" in raised(lambda: delphi_collect(tmp_path / "none", book, tmp_path / "out.xlsx"))

    def test_rows_twice_and_astray(self, tmp_path: Path) -> None:
        scores = [
            ["轮次", "专家", *CODES],
            *([1, f"专家{at:03}", *row] for at, row in enumerate(seeded(1, 2).tolist(), 1)),
        ]
        book = make_book(tmp_path / "book.xlsx", experts=scores)
        sent = delphi_send(book, make_list(tmp_path / "list.csv", 2), tmp_path / "forms", round=1)
        for path in sent.files:
            fill(path, dict.fromkeys(CODES, 5.0))
        form = openpyxl.load_workbook(sent.files[0])
        sheet = main_sheet(form)
        rows = rows_of(sheet)
        sheet.cell(rows["item:A3"], 1).value = "item:A2"
        sheet.cell(rows["item:B2"], 1).value = None
        form.save(sent.files[0])
        found = delphi_collect(tmp_path / "forms", book, tmp_path / "out.xlsx")
        assert {"E222", "E223", "E225"} <= codes(found.problems)
        assert column_of(sheet)


class TestRuns:
    def test_more_units_than_draws_serve(self) -> None:
        assert raised(lambda: setup(np.arange(MOST_UNITS + 1.0), 1)) == {"U004"}

    def test_a_checkpoint_of_more_draws_than_asked_for(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """All of them are used, and the run tells so."""
        save = Run.save
        monkeypatch.setattr(Run, "save", lambda self, _: save(self, True))
        scenario, kept = read_sheets("book", sheets_of(whole_book())).whole(), tmp_path / "checkpoint"
        longer = run(scenario, draws=4096, threads=1, checkpoint=kept)
        found = run(scenario, draws=1000, threads=1, checkpoint=kept)
        assert found.study.robustness.draws == 4096
        assert found.tables["robustness"].equals(longer.tables["robustness"])
        told = next(one for one in found.scenario.cautions if one.code == "U022")
        assert told.line().startswith("U022 Scenario!B3: the checkpoint holds 4096 draws, more than")
        assert "U022" not in codes(longer.scenario.cautions)

    def test_a_cluster_without_its_package(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def missing(_: str) -> None:
            raise ImportError

        monkeypatch.setattr(cluster, "import_module", missing)
        assert raised(cluster._distributed) == {"U010"}

    def test_a_node_without_siblings_is_not_swept(self) -> None:
        data = pd.DataFrame({"code": [*"wxyz"], "a": [1.0, 2, 3, 5], "b": [2.0, 1, 4, 3]})
        tree = pd.DataFrame({"code": ["p", "a", "b"], "parent": ["", "p", ""]})
        scenario = tw.Scenario.from_frames("one", data, tree)
        made = tw.index(scenario.panel, scenario.framework, scenario.spec)
        tiers = tw.tiers(made, tw.Spec.of(tiers={"count": 2}))
        assert raised(lambda: tw.sweeps(made, tiers, nodes=["a"])) == {"V211"}

    def test_programs_that_do_not_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        late = SimpleNamespace(x=None, status=programs.TIME_OUT)
        monkeypatch.setattr("scipy.optimize.milp", lambda *_, **__: late)
        cells = whole_book()
        cells["Scenario"].append(["targets", '[{name = "wish", ranks = {u00 = 6}}]'])
        scenario = read_sheets("book", sheets_of(cells)).whole()
        assert raised(lambda: run(scenario, draws=20, threads=1)) == {"V309"}


class TestHosts:
    def test_notes_on_cells_that_work_now_or_cannot_be_asked(self) -> None:
        """A sheet as Excel shows it, with two cells that hold #VALUE!; what formulas give is asked of it."""
        long = "+".join(["A1"] * 100)
        formulas = (("=IDX_RANK(A1)", f"=IDX_RANK({long})"),)
        cell = SimpleNamespace(api=SimpleNamespace(HasArray=False))
        used = SimpleNamespace(formula=formulas, raw_value=((ERROR_VALUE, ERROR_VALUE),), row=1, column=2)
        api = SimpleNamespace(Evaluate=lambda _: 1.0)
        sheet = SimpleNamespace(used_range=used, api=api, range=lambda _: cell)
        found = dict(notes.failures(sheet))
        assert [(place, told[:4]) for place, told in found.items()] == [("B1", "C025"), ("C1", "C026")]

    def test_many_cells_that_are_no_numbers(self) -> None:
        assert "C004" in raised(lambda: call("IDX_RANK", [["a"]] * 60))

    def test_excels_server_without_key_extra_or_address(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        from tierwise_addin import settings
        from tierwise_addin.hosts.server import app

        monkeypatch.delenv("XLWINGS_LICENSE_KEY", raising=False)
        monkeypatch.setenv(settings.PLACE_VARIABLE, str(tmp_path / "addin.ini"))
        assert raised(app.application) == {"C020"}
        assert raised(lambda: app.netloc_of("http://plain.example", 1)) == {"C034"}
        monkeypatch.setattr(app, "settings", lambda *_: {})
        monkeypatch.setitem(sys.modules, "xlwings_server", None)
        monkeypatch.delitem(sys.modules, "xlwings_server.main", raising=False)
        assert raised(lambda: app.application("noncommercial")) == {"C019"}

    def test_libreoffice_that_is_not_there_or_refuses(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(extension.shutil, "which", lambda _: None)
        assert raised(extension.install) == {"C021"}
        monkeypatch.setattr(extension.shutil, "which", lambda _: "unopkg")
        refusal = subprocess.CompletedProcess([], 1, "", "no\nplace")
        monkeypatch.setattr(extension.subprocess, "run", lambda *_, **__: refusal)
        assert raised(extension.install) == {"C022"}

    def test_listening_to_the_network_is_told(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        from tierwise_addin import commands, settings
        from tierwise_addin.hosts import desk

        monkeypatch.setenv(settings.PLACE_VARIABLE, str(tmp_path / "addin.ini"))
        served = SimpleNamespace(address="here", run=lambda: None)
        monkeypatch.setattr(desk, "server", lambda *_, **__: served)
        serve: typer.Typer = commands.serve
        done = CliRunner().invoke(serve, ["--host", "0.0.0.0"])
        assert "C032" in done.output
        assert "C032" not in CliRunner().invoke(serve, []).output

    def test_no_pdf_without_libreoffice(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """Nothing is written then; and a PDF that is there is not replaced unasked."""
        study = small_results().study
        (tmp_path / "old.pdf").write_bytes(b"mine")
        assert raised(lambda: write_word(study, tmp_path / "old.docx", pdf=True)) == {"I014"}
        for office in (None, "/bin/false"):
            monkeypatch.setattr(word_pages, "which", lambda _, office=office: office)
            assert raised(lambda: write_word(study, tmp_path / "report.docx", pdf=True)) == {"R112"}
        assert [path.name for path in tmp_path.iterdir()] == ["old.pdf"]
