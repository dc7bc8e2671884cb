"""No command writes over a file that it reads, nor over what another command left in its folder."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import openpyxl
import pytest
import typer
from tests.bundling.test_bundle import wheel
from tests.outputs.test_folder import OLD, put
from tests.trust.commands import inputs, results
from typer.testing import CliRunner

import tierwise as tw
from tierwise.bundling.bundle import bundle
from tierwise.errors import TierwiseError
from tierwise.report.cards import write_cards
from tierwise.report.word import write_word
from tierwise.year_commands import compare


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """Return a folder of its own with raw tables, books, forms and a run's results."""
    folder = Path(copytree(inputs() / "old", tmp_path / "given"))
    put(folder / "run", OLD)
    return folder


def _clean(at: Path) -> object:
    (at / "raw.xlsx").write_bytes((at / "year.xlsx").read_bytes())
    return tw.clean(at / "raw.csv", at / "raw.xlsx", framework=at / "raw.xlsx", replace=True)


def _import(at: Path) -> object:
    (at / "meta.xlsx").write_bytes((at / "year.xlsx").read_bytes())
    return tw.import_book(at / "raw.csv", at / "meta.xlsx", meta=at / "meta.xlsx", replace=True)


def _next(at: Path) -> object:
    (at / "raw.xlsx").write_bytes((at / "year.xlsx").read_bytes())
    return tw.next_year(at / "year.xlsx", at / "raw.xlsx", 2020, at / "raw.xlsx", replace=True)


def _collect(at: Path) -> object:
    form = next((at / "forms").glob("*.xlsx"))
    return tw.delphi_collect(at / "forms", at / "book.xlsx", form, replace=True)


def _answers(at: Path) -> object:
    book = openpyxl.Workbook()
    book.active.append(["专家", "A"])
    book.save(at / "answers.xlsx")
    return tw.delphi_import(at / "answers.xlsx", at / "book.xlsx", at / "answers.xlsx", replace=True)


def _send(at: Path) -> object:
    return tw.delphi_send(at / "book.xlsx", at / "forms" / "sent.csv", at / "forms", replace=True)


def _feedback(at: Path) -> object:
    people = at / "forms" / "sent.csv"
    return tw.delphi_feedback(at / "book.xlsx", at / "forms", experts=people, replace=True)


def _proof(at: Path) -> object:
    (at / "report.csv").write_text("位次,县市\n1,甲县\n", encoding="utf-8")
    return tw.proof(at / "report.csv").write(at / "report.csv", replace=True)


def _report(at: Path) -> object:
    template = write_word(results(False).study, at / "own.docx")[0]
    return write_word(results(False).study, template, template=template, replace=True)


@pytest.mark.parametrize(
    "act", [_clean, _import, _next, _collect, _answers, _send, _feedback, _proof, _report]
)
def test_inputs_of_functions(
    given: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], Any]
) -> None:
    monkeypatch.setattr("tierwise.report.word_pages.which", lambda _: None)
    with pytest.raises(TierwiseError) as caught:
        act(given)
    assert {one.code for one in caught.value.problems} == {"I008"}


@pytest.mark.parametrize("side", ["year.xlsx", "run"])
def test_sides_of_a_comparison(given: Path, side: str) -> None:
    out = given / ("year.xlsx" if side == "year.xlsx" else "run/results.xlsx")
    before = out.read_bytes()
    asked = [str(given / side), str(given / "book.xlsx"), "--xlsx", str(out), "--replace"]
    app = typer.Typer()
    app.command()(compare)
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 1, done.output
    assert "I008" in done.output
    assert out.read_bytes() == before


def test_results_in_a_folder_of_forms_or_cards_stay(given: Path) -> None:
    """Forms sent, cards written to the folder of a run's results: its tables went with them once."""
    out = given / "run"
    (out / "run.json").write_text('{"input": "book.xlsx", "files": {"report.html": ""}}', encoding="utf-8")
    tw.delphi_send(given / "book.xlsx", given / "list.csv", out)
    write_cards(results(False).study, ["u00"], out)
    write_cards(results(False).study, ["u01"], out)
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert {*OLD, "run.json", "sent.csv", "县00.html", "县01.html"} <= names
    assert all((out / name).read_text(encoding="utf-8") == text for name, text in OLD.items())


def test_a_bundle_takes_its_old_wheels_along_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "folder"
    bundle(out, source=wheel(tmp_path, "tierwise", "9.0"))
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    with (out / "SHA256SUMS").open("a", encoding="utf-8") as sums:
        sums.write(f"{'0' * 64}  ../tierwise-9.0-py3-none-any.whl\n{'0' * 64}  /etc/none\n")
    bundle(out, source=wheel(tmp_path, "tierwise", "9.1"), replace=True)
    assert [path.name for path in (out / "wheels").iterdir()] == ["tierwise-9.1-py3-none-any.whl"]
    assert (out / "mine.txt").exists()
    assert (tmp_path / "tierwise-9.0-py3-none-any.whl").exists()


def test_settings_of_the_add_in_are_told_when_they_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tierwise_addin import commands, settings

    (tmp_path / "file").touch()
    monkeypatch.setenv(settings.PLACE_VARIABLE, str(tmp_path / "file" / "addin.ini"))
    addin: typer.Typer = commands.addin
    done = CliRunner().invoke(addin, ["settings"])
    assert done.exit_code == 1, done.output
    assert "I007" in done.output
