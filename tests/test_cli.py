"""The command, as a user calls it."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tierwise import commands

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
Call = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """Run ``tierwise`` in an empty folder."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "tierwise", *arguments],
            cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
        )  # fmt: skip

    return run


def test_run_writes_everything_and_says_where(call: Call, tmp_path: Path) -> None:
    done = call("run", "technology-achievement", "--draws", "500", "--seed", "3")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Finland" in done.stdout
    out = tmp_path / "out" / "technology-achievement"
    assert {path.name for path in out.iterdir()} == {"results.xlsx", "report.html", "tables", "run.json"}
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["technology-achievement"]
    (tmp_path / "mine.txt").touch()
    here = call("run", "technology-achievement", "--draws", "500", "--out", ".")
    assert here.stdout.splitlines()[-1].endswith("(report.html, results.xlsx, run.json, tables)")


def test_list_names_the_bundled_scenarios(call: Call) -> None:
    done = call("list")
    assert done.returncode == 0
    assert "technology-achievement-equal" in done.stdout


def test_bad_input_exits_1_and_writes_nothing(call: Call, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('name = "bad"\n[tiers]\ncout = 3\n', encoding="utf-8")
    for command in ("run", "check"):
        done = call(command, "bad.toml")
        assert done.returncode == 1
        assert "S001 bad.toml: [tiers] cout: unknown key “cout”; did you mean “count”?" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["bad.toml"]


def test_a_folder_that_cannot_be_is_named_before_the_run(call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    for out in ("file", "file/below"):
        done = call("run", "technology-achievement", "--draws", "20", "--out", out)
        assert done.returncode == 1
        assert done.stderr.startswith("I007")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("arguments", [("fly",), ("run",), ("run", "technology-achievement", "--draws", "x")])
def test_a_wrong_call_exits_2(call: Call, arguments: tuple[str, ...]) -> None:
    assert call(*arguments).returncode == 2


def test_warm_makes_a_whole_run_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    written = []
    monkeypatch.setattr(
        "tierwise.stages.Results.write", lambda results, path: written.append((results, path))
    )
    warm = typer.Typer()
    warm.command()(commands.warm)
    done = CliRunner().invoke(warm, [])
    assert done.exit_code == 0, done.output
    assert re.search(r"\d+ s|\d+ 秒", done.output)
    ((results, _),) = written
    assert {"ranking", "robustness", "scenarios", "sensitivity"} <= {*results.tables}
    assert [*tmp_path.iterdir()] == []


def test_check_and_workbook(call: Call, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("code,x\na,1\nb,2\nc,4\n合计,7\n", encoding="utf-8")
    (tmp_path / "framework.csv").write_text("code,parent\nx,\n", encoding="utf-8")
    settings = '[data]\nunits = "units.csv"\nframework = "framework.csv"\n[tiers]\ncount = 2\n'
    (tmp_path / "with-total.toml").write_text(f'name = "t"\n{settings}', encoding="utf-8")
    assert call("workbook", "technology-achievement-equal.xlsx").returncode == 0
    done = call("check", "technology-achievement-equal.xlsx")
    assert done.returncode == 0
    assert "no problem" in done.stdout
    again = call("workbook", "technology-achievement-equal.xlsx")
    assert again.returncode == 1
    assert "I014" in again.stderr
    assert call("workbook", "technology-achievement-equal.xlsx", "--replace").returncode == 0
    template = call("workbook", "mine.xlsx")
    assert template.returncode == 0
    assert template.stdout.strip() == (
        "Empty template written to mine.xlsx; fill it in, then: tierwise check mine.xlsx"
    )
    assert not template.stderr
    near = call("workbook", "technology-achievment.xlsx", "--language", "zh")
    assert near.stdout.startswith(
        "已写入空模板 technology-achievment.xlsx；下一步：填写后运行 tierwise check"
    )
    assert "是否指“technology-achievement”" in near.stderr
    before = (tmp_path / "mine.xlsx").read_bytes()
    refused = call("workbook", "mine.xlsx", "--replace")
    assert refused.returncode == 1
    assert "I016 mine.xlsx" in refused.stderr
    assert (tmp_path / "mine.xlsx").read_bytes() == before
    noted = call("check", "with-total.toml")
    assert noted.returncode == 0
    assert "D017 units.csv!5: “合计” looks like a total" in noted.stdout
    refused = call("workbook", "book.txt")
    assert refused.returncode == 1
    assert "I009" in refused.stderr
    assert call("--version").stdout.strip()


@pytest.mark.parametrize("language", ["zh_CN.UTF-8", "xx_YY.UTF-8"])
def test_a_locale_that_is_not_installed_is_no_obstacle(language: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tierwise", "check", "no-such-scenario"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "LC_ALL": language},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("S008")
    assert ("请" in done.stderr) == language.startswith("zh")


def test_import_is_quick() -> None:
    heavy = {"numba", "scipy", "pandas", "matplotlib", "SALib", "sklearn", "distributed", "pydantic", "numpy"}
    code = f"import sys, tierwise; print(*({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_clean_says_what_it_did_and_what_is_left(call: Call, tmp_path: Path) -> None:
    rows = ["表1,,", "地区,人口,面积", "江阴,178,987", "慈溪,约183,1361", "义乌,185.9,暂无"]
    (tmp_path / "raw.csv").write_bytes("\n".join(rows).encode("gb18030"))
    done = call("clean", "raw.csv", "--out", "clean.xlsx")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "数据：3 行，4 列",
        "clean.xlsx：共修改 6 处，见“修改记录”表",
        "有 1 处不能确定，已标色，请逐一核定：",
        "  raw!B4 “约183”：不是确数：约、左右、余、>、≥、+",
        "下一步：运行 tierwise workbook 我的指数.xlsx --language zh，把 clean.xlsx 中“数据”表的内容粘贴进去，"
        "填写“指标体系”表，再运行 tierwise check 我的指数.xlsx",
    ]
    assert call("clean", "raw.csv", "--out", "clean.csv").returncode == 1
    assert call("clean", "raw.csv").returncode == 2


@pytest.mark.parametrize("module", ["typer", "tierwise.study.documents"])
def test_an_interrupt_ends_in_one_line_while_modules_load_too(module: str) -> None:
    pressed = (
        "import sys\n"
        "class Pressed:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {module!r}: raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Pressed())\n"
        "sys.argv = ['tierwise', 'list']\n"
        "from tierwise.__main__ import main\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", pressed], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted / 已中断\n")
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    assert project["scripts"] == {"tierwise": "tierwise.__main__:main"}


def test_help_loads_no_library_of_numbers() -> None:
    """It stands within a quarter of a second (docs/architecture.md); each of these would take half of one."""
    asked = (
        "import sys; sys.argv = ['tierwise', '--help']\n"
        "from tierwise.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'numpy', 'pandas', 'pydantic', 'scipy', 'numba', 'matplotlib'} & {*sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
