"""Every Python example of the manual and of the README runs, and prints what it says."""

import doctest
import re
from pathlib import Path

import numpy as np
import pytest

from tierwise.methods.registry import FAMILIES

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the methods that a page declares."""
    for family in FAMILIES.values():
        monkeypatch.setattr(family, "_methods", dict(family))
        monkeypatch.setattr(family, "_names", dict(family._names))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    report: list[str] = []
    names: dict[str, object] = {}
    options = np.get_printoptions()  # what a page sets is its own
    for found in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if ">>>" not in found[1]:
            exec(compile(found[1], str(page), "exec"), names)
            continue
        line = page.read_text(encoding="utf-8")[: found.start()].count("\n") + 1
        example = doctest.DocTestParser().get_doctest(found[1], names, page.name, str(page), line)
        with np.printoptions(**options):
            runner.run(example, out=report.append, clear_globs=False)
            options = np.get_printoptions()
        names = example.globs
    assert runner.failures == 0, "".join(report)


def test_the_tests_that_the_page_of_tests_names_are_there() -> None:
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    rows = [row for row in page.split("## Numbers that were once wrong")[1].splitlines() if "`test_" in row]
    assert len(rows) > 20
    for row in rows:
        for path, names in re.findall(r"`([\w/]+\.py)`: ((?:`\w+`(?:, )?)+)", row):
            source = (ROOT / "tests" / path).read_text(encoding="utf-8")
            for name in re.findall(r"`(\w+)`", names):
                assert re.search(rf"def {name}\(", source), f"{path} has no {name}"


def test_the_tests_of_what_the_server_refuses_are_there() -> None:
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    names = set(re.findall(r"`(test_\w+)`", page.split("## What the server refuses")[1]))
    sources = [ROOT / "tests" / "addin" / "test_serving.py", ROOT / "tests" / "hosts" / "test_server.py"]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    assert len(names) > 10
    assert [name for name in names if f"def {name}(" not in text] == []


def test_the_steps_in_excel_name_tables_of_the_workbook_of_functions() -> None:
    from tierwise_addin.workbook import tables

    known = {block.reference.replace("$", "") for block in tables().values()}
    for page in ("excel-acceptance.md", "zh/excel-acceptance.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        asked = set(re.findall(r"Data!(\w+:\w+)", text))
        assert len(asked) == 4
        assert asked <= known


@pytest.mark.parametrize("page", ["excel-acceptance.md", "zh/excel-acceptance.md"])
def test_the_formulas_of_the_steps_in_excel_give_what_they_say(page: str) -> None:
    """With fewer draws: Excel itself is not here."""
    from tierwise_addin import call
    from tierwise_addin.examples import TABLES
    from tierwise_addin.formulas import calls
    from tierwise_addin.workbook import tables

    cells = {f"Data!{block.reference.replace('$', '')}": TABLES[name] for name, block in tables().items()}
    cells |= {
        "Data!A3": TABLES["units"][1:2],
        "A1:A5": [[3], [9], [4], [8], [1]],
        "A:A": [[3], [9], [4], [8], [1]],
    }

    def value(text: str) -> object:
        if re.fullmatch(r"[\d.]+", text):
            return min(float(text), 2000.0)
        return cells.get(text, text.strip('"') or None)

    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    given: dict[str, list[list[object]]] = {}
    for formula in re.findall(r"`(=[^`]*IDX_[^`]*\))`", text):
        for one in calls(formula):
            given[one.name] = call(one.name, *map(value, one.arguments))
            if one.name == "IDX_TOP_PROBABILITY":
                assert sum(row[0] for row in given[one.name]) == pytest.approx(5.0)  # two of them are the 10
            elif one.name == "IDX_STUDY":
                cells["G40"] = given[one.name]
    assert given["IDX_RANK"] == [[4.0], [1.0], [3.0], [2.0], [5.0]]
    assert str(given["IDX_STUDY"][0][0]).startswith("study")
    assert len(given["IDX_ROBUSTNESS"]) == 1 + len(TABLES["units"])
    assert given["IDX_GET"][0][0] in {*range(1, 13)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_blank_line_splits_a_table(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    split = [
        at + 1
        for at in range(1, len(lines) - 2)
        if not lines[at] and lines[at - 1].startswith("|") and lines[at + 1].startswith("|")
        if not re.fullmatch(r"[|\s:-]+", lines[at + 2])  # a table of its own has a rule below its head
    ]
    assert split == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_example_stands_in_a_block_that_runs(page: Path) -> None:
    assert ">>>" not in BLOCK.sub("", page.read_text(encoding="utf-8"))
