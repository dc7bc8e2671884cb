"""Help of every command in Chinese: nothing is left in English, no line is too long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tierwise import cli, console
from tierwise.helping import words

RUNNER = CliRunner()
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    yield
    console.speak(None)


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    """All commands, those of the add-in too, as they are put together."""
    return cli.assembled()


def each(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, part in getattr(command, "commands", {}).items():
        yield from each(part, (*path, name))


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def test_every_text_has_its_chinese_and_none_is_left_over(app: typer.Typer) -> None:
    said = set()
    for _, command in each(typer.main.get_command(app)):
        helps = [command.help, *(getattr(one, "help", None) for one in command.params)]
        said |= {" ".join(text.split()) for text in helps if text}
    assert said == set(words()["texts"])


def test_help_is_in_chinese_and_fits(app: typer.Typer) -> None:
    texts = words()["texts"]
    for path, command in each(typer.main.get_command(app)):
        done = RUNNER.invoke(app, ["--language", "zh", *path, "--help"])
        assert done.exit_code == 0, done.output
        assert done.output.startswith("用法：")
        shown = "".join(done.output.split())
        for text in (command.help, *(getattr(one, "help", None) for one in command.params)):
            if text:
                assert "".join(texts[" ".join(text.split())].split()) in shown
        for line in done.output.splitlines():
            assert columns(line) <= 81, line  # 79 in a terminal: the runner forces two columns more
            assert HAN.search(line) or not re.search(r"\s[a-z]+ [a-z]+ [a-z]+", line), line


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("run", "缺少参数"),
        ("run x --drawz 3", "没有选项 --drawz，是否指 --draws？"),
        ("nosuch", "没有命令"),
        ("workbook x.xlsx --language fr", "'fr' 不是可选的值（'en', 'zh'）"),
        ("run x --seed a", "'--seed' 的值有误"),
        ("run x y z", "多余的参数：y z"),
        ("run technology-achievement --draws q", "应为不小于 1 的整数，或 auto（自动）"),
        ("report x", "请给出 --docx 报告.docx"),
        ("card x", "请给出单位，或用 --all 表示全部"),
        ("card technology-achievement Japan --costs q", "q：应写作 指标=成本"),
    ],
)
def test_what_is_typed_wrong_is_told_in_chinese(app: typer.Typer, typed: str, told: str) -> None:
    done = RUNNER.invoke(app, ["--language", "zh", *typed.split()])
    assert done.exit_code == 2, done.output
    assert "错误：" in done.output
    assert told in done.output
    assert not re.search("[a-z]+ [a-z]+ [a-z]+ [a-z]+", done.output.replace("tierwise", ""))
    plain = RUNNER.invoke(app, ["--language", "en", *typed.split()])
    assert plain.exit_code == 2
    assert not HAN.search(plain.output)


def test_the_system_decides_unless_asked(app: typer.Typer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "显示本帮助" in RUNNER.invoke(app, ["run", "--help"]).output
    assert "Show this message" in RUNNER.invoke(app, ["--language=en", "run", "--help"]).output
    assert "显示本帮助" in RUNNER.invoke(app, ["run", "--help"]).output
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert "Show this message" in RUNNER.invoke(app, ["run", "--help"]).output


def test_the_manual_quotes_it(app: typer.Typer) -> None:
    page = (Path(__file__).parents[1] / "docs" / "zh" / "command.md").read_text(encoding="utf-8")
    shown = RUNNER.invoke(app, ["--language", "zh", "--help"]).output
    assert f"```\n{shown.rstrip()}\n```" in page
