"""Settings made to take long, and texts made to deceive a reader of messages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tierwise.errors import TierwiseError, problem
from tierwise.report.summary import closing
from tierwise.stages import run
from tierwise.study.scenario import load
from tierwise.words.visible import visible, without_controls

Cells = dict[str, list[list[Any]]]
WriteBook = Callable[[Cells], Path]


def said(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(TierwiseError) as caught:
        load(path)
    lines = caught.value.text("en").split("\n") + caught.value.text("zh").split("\n")
    assert len(lines) == 2 * len(caught.value.problems)
    assert max(map(len, lines)) < 2000
    return [(one.code, one.place) for one in caught.value.problems]


@pytest.fixture
def write_toml(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str, name: str = "files.toml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_scenarios_that_share_a_base_are_read_once(write_toml: Callable[..., Path]) -> None:
    """Forty levels of two scenarios, each laid over both of the level below: 2^40 ways down."""
    write_toml('name = "s0"\n[index]\nround = 1\n', "a0.toml")
    write_toml('name = "t0"\n[index]\nround = 1\n', "b0.toml")
    for level in range(1, 41):
        for one in "ab":
            below = f'["a{level - 1}.toml", "b{level - 1}.toml"]'
            write_toml(f'name = "{one}"\nextends = {below}\n[select]\ntop = {level}\n', f"{one}{level}.toml")
    top = write_toml('name = "top"\nextends = ["a40.toml", "b40.toml"]\n', "top.toml")
    assert {code for code, _ in said(top)} == {"I005"}


def test_a_chain_without_end_is_refused(write_toml: Callable[..., Path]) -> None:
    for level in range(60):
        write_toml(f'name = "s"\nextends = "c{level + 1}.toml"\n', f"c{level}.toml")
    write_toml('name = "s"\n', "c60.toml")
    assert said(write_toml('name = "s"\nextends = "c0.toml"\n'))[0][0] == "S014"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("".join(f"key{number} = 1\n" for number in range(200_000)), "S011"),
        (".".join(["a"] * 3000) + " = 1\n", "S012"),
        ("[" + ".".join(["a"] * 3000) + "]\nb = 1\n", "S012"),
        ("a = " + "[" * 5000 + "\n", "S004"),
        ("a = " + "{b = " * 3000 + "\n", "S004"),
    ],
)
def test_settings_without_end_are_refused(write_toml: Callable[..., Path], text: str, code: str) -> None:
    assert said(write_toml(text))[0][0] == code


def test_many_unknown_keys_are_counted(write_toml: Callable[..., Path]) -> None:
    text = 'name = "s"\n' + "".join(f"key{number} = 1\n" for number in range(3000))
    codes = [code for code, _ in said(write_toml(text))]
    assert codes.count("S001") == 200
    assert "S013" in codes


def test_a_sheet_of_keys_without_end_is_refused(sheets: Cells, write_book: WriteBook) -> None:
    sheets["Scenario"] += [["a." * 30 + "b", 1]]
    assert said(write_book(sheets)) == [("S012", "Scenario!A4")]
    sheets["Scenario"] += [[f"key{number}", 1] for number in range(6000)]
    assert said(write_book(sheets)) == [("S011", "Scenario")]


FORGED = "甲\nD003 Data!B2: nothing is wrong"


@pytest.mark.parametrize("text", [FORGED, "\x1b[2J\x1b[31m甲", "a\u202eb", "甲\r\x00乙", "x" * 5000])
def test_a_cell_forges_no_second_line_and_sends_nothing_to_a_terminal(
    sheets: Cells, write_book: WriteBook, text: str
) -> None:
    sheets["Data"][1][3] = text
    sheets["Framework"][1][1] = text
    with pytest.raises(TierwiseError) as caught:
        load(write_book(sheets))
    for language in ("en", "zh"):
        told = caught.value.text(language)
        assert len(told.split("\n")) == len(caught.value.problems)
        assert len(told) < 1000 * len(caught.value.problems)
        assert visible(told.replace("\n", "")) == told.replace("\n", "")


def test_names_and_titles_reach_the_terminal_on_one_line(sheets: Cells, write_book: WriteBook) -> None:
    sheets["Data"][3][1] = FORGED
    sheets["Scenario"] += [["title", "A\x1b[2J\ntitle"], ["report.audit", "false"]]
    results = run(write_book(sheets), threads=1)
    lines = closing(results.study, Path("out")).split("\n")
    assert lines[0] == "A[2J\\ntitle"
    assert any("甲\\nD003 Data!B2" in line for line in lines)
    assert not any(line.startswith("D003") for line in lines)
    assert "\x1b" not in "".join(lines)


def test_a_problem_keeps_its_line_whatever_its_place_and_fields() -> None:
    one = problem("I006", "a\nb!A1", sheet="x\n" * 200, nearest="\x1b", choices=[f"c{n}" for n in range(500)])
    line = one.line("en")
    assert "\n" not in line
    assert "\x1b" not in line
    assert len(line) < 1000


def test_what_is_visible() -> None:
    assert visible("a\tb\r\n\x1b\x7f\u202e") == "a\\tb\\r\\n\\x1b\\x7f\\x202e"
    assert visible("x" * 50, 10) == "xxxxxx…xxx"
    assert visible("江阴市", 3) == "江阴市"
    assert without_controls("a\x00\x1b\u202eb\nc\u2028d") == "ab\nc\nd"
