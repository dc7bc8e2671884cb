"""Which unit is which when two lists are compared: codes of others, new codes, names that may be one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.raised import codes_of
from typer.testing import CliRunner

import tierwise as tw
from tierwise.cli import assembled
from tierwise.errors import Problem, TierwiseError
from tierwise.runs import Runs, compare_runs

Sheets = dict[str, list[list[Any]]]
Write = Callable[[Sheets], Path]
NAMES = ("海门市", "太仓市", "丰县", "江阴市", "昆山市", "慈溪市")


@pytest.fixture
def compared(sheets: Sheets, write_book: Write, tmp_path: Path) -> Callable[..., Runs]:
    """Return a comparison of a book with one in which some units have other codes or names."""
    for row, name in zip(sheets["Data"][1:], NAMES, strict=True):
        row[1] = name
    before = write_book(sheets).rename(tmp_path / "before.xlsx")

    def made(changed: dict[str, tuple[str, str]], *settings: list[str], units: Any = None) -> Runs:
        for row in sheets["Data"][1:]:
            row[:2] = changed.get(row[0], row[:2])
        sheets["Scenario"] += settings
        if units is not None:
            sheets["Units"] = units
        return compare_runs(before, write_book(sheets).rename(tmp_path / "after.xlsx"))

    return made


def noted(runs: Runs) -> dict[str, Problem]:
    assert len({one.code for one in runs.notes}) == len(runs.notes)
    return {one.code: one for one in runs.notes}


def test_a_code_given_to_another_unit_is_told_where_codes_decide(compared: Callable[..., Runs]) -> None:
    runs = compared({"a": ("a", "太仓市"), "b": ("b", "海门市")})  # codes of two slipped
    notes = noted(runs)
    assert [*notes] == ["Y031"]
    assert notes["Y031"].fields["units"] == [
        "a (海门市 → 太仓市; 海门市 = a → b; 太仓市 = b → a)",
        "b (太仓市 → 海门市; 太仓市 = b → a; 海门市 = a → b)",
    ]
    assert notes["Y031"].place.endswith("before.xlsx")
    assert "在前一份榜单" not in notes["Y031"].text("zh")
    assert "前一份榜单与后一份榜单对应不同单位" in notes["Y031"].text("zh")
    assert "one unit in the earlier list and for another in the later list" in notes["Y031"].text("en")
    cells = runs.tables["compared_figures"]
    assert {*cells["column"]} == {"name"}  # codes decide, so that figures are the same and names are not


def test_a_code_with_quite_another_name_is_told(compared: Callable[..., Runs]) -> None:
    notes = noted(compared({"a": ("a", "襄阳市")}))
    assert [*notes] == ["Y032"]
    assert notes["Y032"].fields["units"] == ["a (海门市 → 襄阳市)"]


def test_a_name_with_another_code_and_one_that_may_be_renamed_are_told(compared: Callable[..., Runs]) -> None:
    runs = compared({"a": ("a1", "海门区"), "b": ("b1", "太仓市"), "c": ("c", "丰　县")})
    notes = noted(runs)
    assert {*notes} == {"Y027", "Y028"}
    assert notes["Y027"].fields["units"] == ["太仓市 (b → b1)"]
    assert "前一份榜单有 1 个单位的代码与后一份榜单不同" in notes["Y027"].text("zh")
    assert (notes["Y028"].fields["former_code"], notes["Y028"].fields["present_code"]) == ("a", "a1")
    assert "report.renamed" in notes["Y028"].fix("en")  # in the words of a sheet of keys
    assert runs.why is not None
    assert (runs.why.left, runs.why.entered) == (("a",), ("a1",))
    ranks = dict(zip(runs.codes, runs.of("ranks").T.tolist(), strict=True))
    assert ranks["b1"][0] == ranks["b1"][1]


def test_units_that_were_said_to_be_renamed_or_two_are(compared: Callable[..., Runs]) -> None:
    told = compared({"a": ("a1", "海门区")}, ["report.renamed", "a = a1"])
    assert told.notes == ()
    assert told.why is not None
    assert (told.why.left, told.why.entered) == ((), ())


def test_a_no_on_the_sheet_of_units_keeps_two_units_of_one_name_apart(compared: Callable[..., Runs]) -> None:
    columns = ["former_code", "former_name", "present_code", "use"]
    units = [columns, ["b", "太仓市", "b1", "no"]]
    runs = compared({"b": ("b1", "太仓市")}, units=units)
    assert runs.notes == ()
    assert runs.why is not None
    assert (runs.why.left, runs.why.entered) == (("b",), ("b1",))
    assert [code for code, rows in zip(runs.codes, runs.rows.T, strict=True) if -1 in rows] == ["b1", "b"]


def test_two_units_that_would_be_one_are_refused(compared: Callable[..., Runs]) -> None:
    with pytest.raises(TierwiseError) as caught:
        compared({"a": ("a1", "海门区")}, ["report.renamed", "a = b"])
    assert codes_of(caught) == ["Q013"]
    assert caught.value.problems[0].text("zh").startswith("前一份榜单同时列有 海门市 与 太仓市")


def test_reasons_that_cannot_be_told_are_named_as_left_out(
    compared: Callable[..., Runs], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> tw.Why:
        raise TierwiseError(tw.errors.problem("Q001"))

    monkeypatch.setattr("tierwise.runs.compared.why", refused)
    runs = compared({})
    (told,) = runs.notes
    assert told.code == "Q003"
    assert "前一份榜单至后一份榜单的位次变动未作分解" in told.text("zh")
    assert told.text("zh").endswith("两份榜单没有共同的单位")


def test_the_command_tells_them(compared: Callable[..., Runs], tmp_path: Path) -> None:
    compared({"a": ("a", "太仓市"), "b": ("b", "海门市")})
    page = tmp_path / "page.html"
    done = CliRunner().invoke(
        assembled(),
        ["compare", *(str(tmp_path / f"{one}.xlsx") for one in ("before", "after")), "--html", str(page)],
    )
    assert done.exit_code == 0, done.output
    assert "Y031" in done.stderr
    assert "Y031" in page.read_text(encoding="utf-8")
