"""What pages of the manual and for developers say of layers, packages, extras, counts, buttons, messages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import hypothesis
import pytest

from tests.test_docs import PAGES
from tests.test_imports import LAYERS
from tests.test_manual_names import FENCE, read
from tests.test_public import PUBLIC
from tests.trust.faults import FAULTS
from tests.trust.outcomes import FAILURES, SECONDS
from tests.trust.profile import KINDS
from tierwise.draws.blocks import BLOCK
from tierwise.errors import TierwiseError
from tierwise.study.scenario import load
from tierwise.tables.registry import TABLES
from tierwise.words.answers import TEXTS
from tierwise.words.language import Language, phrase
from tierwise.words.messages import catalogue
from tierwise_addin import call
from tierwise_addin.hosts import runs
from tierwise_addin.hosts.excel.xlam import BUTTONS
from tierwise_addin.hosts.guard import Limits

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
PROJECT = tomllib.loads(read(ROOT / "pyproject.toml"))
SESSIONS = re.findall(r"^def (\w+)\(session", read(ROOT / "noxfile.py"), re.MULTILINE)
ARCHITECTURE = read(DOCS / "architecture.md")
CONTRIBUTING = read(ROOT / "CONTRIBUTING.md")


def test_the_tree_of_the_architecture_is_that_of_the_layers() -> None:
    parts = re.split(r"^(?:addin|scenarios)/.*$", FENCE.findall(ARCHITECTURE)[0], flags=re.MULTILINE)
    engine, add_in = (
        re.findall(r"[*\w]+", " ".join(re.findall(r"^ {4}(\S.{27})", part, re.M))) for part in parts[:2]
    )
    wanted = [
        re.sub(r"^(\w+_)?commands$", "*commands", name)
        for name in LAYERS
        if name.strip("_") not in ("", "main")
    ]
    assert engine == [*dict.fromkeys(wanted)]
    for name in add_in:
        assert [*(ROOT / "addin/tierwise_addin").glob(name.removesuffix("FAMILY") + "*")], name


def test_only_one_module_of_the_engine_knows_the_scenarios_and_none_the_add_in() -> None:
    engine = {path: read(path) for path in (ROOT / "engine").rglob("*.py")}
    importing = re.compile(r"^\s*(?:from|import) tierwise_(addin|scenarios)\b", re.MULTILINE)
    found = {(path.name, name) for path, text in engine.items() for name in importing.findall(text)}
    assert found == {("documents.py", "scenarios")}  # decision 10


def test_the_letters_of_the_codes_are_told() -> None:
    told = re.search(r"Codes are a letter \(([^)]*)\)", ARCHITECTURE)
    assert told is not None
    letters = [part.split()[0] for part in " ".join(told[1].split()).split(", ")]
    assert sorted(letters) == sorted({code[0] for code in catalogue()})
    files = [read(path) for path in (ROOT / "engine/tierwise/words/messages").glob("*.toml")]
    assert all(text.startswith("#") for text in files)  # CONTRIBUTING: whose first lines tell their letters


def test_public_packages_are_those_of_the_tests() -> None:
    told = re.search(r"Of the packages (.*?) every name", ARCHITECTURE, re.DOTALL)
    assert told is not None
    assert {*re.findall(r"`(\w+)`", told[1])} == PUBLIC
    page = read(DOCS / "api.md").partition("Besides these")[2]
    assert {*re.findall(r"`(\w+)`", page)} - {"__all__"} == PUBLIC


def test_extras_sessions_and_the_oldest_python_are_those_declared() -> None:
    extras = PROJECT["project"]["optional-dependencies"].keys()
    oldest = PROJECT["project"]["requires-python"].removeprefix(">=")
    for page in (*PAGES, ROOT / "CONTRIBUTING.md"):
        text = read(page)
        asked = re.findall(r'pip install (?:-e )?"(?:\.|tierwise)\[([\w,]+)\]"', text)
        assert {one for some in asked for one in some.split(",")} <= extras, page
        assert {*re.findall(r"Python (3\.\d+)(?: or newer| 及以上)", text)} <= {oldest}, page
        assert {*re.findall(r"nox -s (\w+)", text)} <= {*SESSIONS, "NAME"}, page
    light = (
        read(DOCS / "decisions" / "0011-light-core.md").partition("Extras are")[2].partition("There is no")[0]
    )
    assert {*re.findall(r"`(\w+)`", light)} == extras
    told = CONTRIBUTING.partition("| command | does |")[2].partition("\n\n")[0]
    assert [name for name in SESSIONS if f"`{name}`" not in told and f"nox -s {name}" not in told] == []


def test_declarations_that_contributing_shows_are_those_of_the_code() -> None:
    shown = {"most: int": "engine/tierwise/spec/tiers.py", "UNRANKED": "engine/tierwise/tables/ranking.py"}
    shown["Function(\n"] = "addin/tierwise_addin/functions_tiers.py"
    for beginning, path in shown.items():
        (block,) = (block for block in FENCE.findall(CONTRIBUTING) if block.startswith(beginning))
        texts = re.findall(r'"([^"\n]+)"', block)
        assert len(texts) > 2
        assert [text for text in texts if f'"{text}"' not in read(ROOT / path)] == []


def test_counts_of_the_architecture_and_the_page_of_tests() -> None:
    page = read(DOCS / "testing.md")
    assert f"blocks of {BLOCK:,};" in ARCHITECTURE
    assert f"more than {Limits.body >> 20} MB" in page
    (share,) = re.findall(r"--fail-under=(\d+)", read(ROOT / "noxfile.py"))
    assert f"under {share}% of lines" in page
    assert f"profile `mutation`: {hypothesis.settings.get_profile('mutation').max_examples} examples" in page


def test_the_page_of_trust_has_every_kind_of_case_without_a_failure() -> None:
    for page in (DOCS / "trust.md", DOCS / "zh" / "trust.md"):
        text = read(page)
        assert re.search(rf"\b{len(FAULTS)} (?:faults|种错误)", text), page
        known = " ".join(text.split("|---|---|")[1].split("|")[1::3])
        assert [one.name for one in KINDS if one.name.split(",")[0] not in known] == [], page
    text = read(DOCS / "trust.md")
    table = text.partition("| cases | served")[2].partition("\n\n")[0].splitlines()[2:]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table]
    assert sorted(row[0] for row in rows) == sorted(one.name for one in KINDS)
    failed = sum(int(cell.replace(",", "")) for row in rows for cell in row[3:])
    assert all(len(row) == 3 + len(FAILURES) for row in rows)
    assert failed == text.count(f"above the {SECONDS:g} that are allowed")


def test_buttons_of_the_ribbon_are_those_of_both_pages() -> None:
    for at, page in ((1, DOCS / "excel.md"), (2, DOCS / "zh" / "excel.md")):
        table = re.split(r"\| (?:button|按钮) \|", read(page))[1].partition("\n\n")[0]
        told = re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)
        assert told == [button[at] for button in BUTTONS], page


def test_the_message_on_the_page_of_excel_is_the_cells() -> None:
    with pytest.raises(TierwiseError) as caught:
        call("IDX_SCORE", [*[[1.0, 2.0, 3.0]] * 6, [1.0, 2.0, "n/a"]])
    pages: dict[Language, Path] = {"en": DOCS / "excel.md", "zh": DOCS / "zh" / "excel.md"}
    for language, page in pages.items():
        assert f"`IDX_SCORE: {caught.value.text(language)}`" in read(page)


def test_what_other_settings_cost_is_that_of_the_benchmarks() -> None:
    settings = read(RESULTS).split("\n## Settings\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| [\d.]+ \| [\d.]+ \| [\d.]+ \| ([\d.]+) \|$", settings, re.MULTILINE)
    cost = {name: f"{float(ratio):.1f}" for name, ratio in rows}
    told = (
        f"Geometric means cost {cost['geometric']} times as much",
        f"a mix of rules {cost['arithmetic, then geometric']} times",
        f"5% of missing values {cost['5% of the values missing']} times",
        f"tiers of all 2,800 units {cost['tiers of all, Ward']} times",
        f"only counted when asked for, {cost['wins of all pairs']} times",
    )
    page = " ".join(read(DOCS / "scale.md").split())
    assert [one for one in told if one not in page] == []


def test_questions_and_tables_of_the_manual_have_the_names_that_results_give_them() -> None:
    keys = ("doubts", "luck", "cuts", "weight", "expert", "indicator")
    pages: dict[Language, Path] = {"en": DOCS / "results.md", "zh": DOCS / "zh" / "README.md"}
    for language, page in pages.items():
        told = re.findall(r"^\| ([^|]+[?？]) \|", read(page), re.MULTILINE)
        assert told == [phrase(TEXTS, key, language) for key in keys], page
    chinese = read(DOCS / "zh" / "README.md")
    rows = re.findall(r"^\| [^|]+？ \| ([^|]+) \|", chinese, re.MULTILINE)
    rows += re.findall(
        r"^\| ([^|]+) \|", chinese.partition("| 回答什么 |\n")[2].partition("\n\n")[0], re.MULTILINE
    )
    titles = {table.title.zh.replace("{}", "") for table in TABLES}
    named = {name for row in rows for name in row.split("、")}
    assert len(named) > 20
    assert named - titles == set()


def test_a_bundled_run_is_what_the_readme_says() -> None:
    spec = load("technology-achievement").spec
    assert f"{spec.uncertainty.draws:,} draws of the weights" in " ".join(read(ROOT / "README.md").split())


def test_limits_of_the_server_are_those_told() -> None:
    held = Limits()
    told = (
        f"Headers end at {held.header >> 10} KB and {held.header_seconds:g} s, bodies at {held.body >> 20} MB"
        f" ({held.bodies >> 20} MB at once) and {held.body_seconds:g} s, connections at {held.connections},"
        f" runs at {runs.MOST_RUNNING} (kept for {runs.KEPT_SECONDS / 60:g} minutes)."
    )
    assert told in " ".join(read(ROOT / "SECURITY.md").split())
    component = read(ROOT / "addin/tierwise_addin/hosts/calc/component.py")  # imported by LibreOffice alone
    waits = re.findall(r"^(?:FIRST_BYTE|ALIVE) = ([\d.]+)", component, re.MULTILINE)
    assert len(waits) == 2
    assert sum(map(float, waits)) <= 2.0  # libreoffice: #N/A in the cell within two seconds
    size = (ROOT / "engine/tierwise/report/d3.min.js").stat().st_size
    assert f"| D3 modules | {size / 1000:.0f} |" in read(DOCS / "decisions/0013-charts-by-d3.md")


def test_what_contributing_looks_for_is_where_it_says() -> None:
    packages = {path.parent.name for path in (ROOT / "engine/tierwise").glob("*/__init__.py")}
    mirrored = {path.name for path in (ROOT / "tests").iterdir()}
    assert packages - mirrored == {
        "words",
        "spec",
        "sentences",
    }  # as the architecture says
    roots = [ROOT, ROOT / "engine/tierwise", ROOT / "addin/tierwise_addin/hosts"]
    rows = CONTRIBUTING.partition("| where is | look in |")[2].partition("\n\n")[0].splitlines()[2:]
    assert len(rows) > 15
    for row in rows:
        spans = re.findall(r"`([^`]+)`", row)
        named = [path for span in spans if "/" in span for root in roots for path in root.glob(span)]
        files = [path for one in named for path in ([one] if one.is_file() else one.rglob("*.py"))]
        words = [span for span in spans if re.fullmatch(r"[A-Za-z]+_?[A-Za-z_]*", span)]
        assert [word for word in words if not any(word in read(path) for path in files)] == [], row


def test_messages_on_the_page_of_installing_are_those_of_pip_and_the_scripts() -> None:
    scripts = "".join(read(path) for path in (ROOT / "engine/tierwise/bundling").glob("install.*"))
    for said, page in (("en", DOCS / "install.md"), ("zh", DOCS / "zh" / "install.md")):
        table = re.split(r"\| (?:message|提示) \|", read(page))[1]
        first, *others = [cell.strip() for cell in re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)]
        assert catalogue()["I040"][said].partition("{")[0].strip() in first
        assert len(others) == 2
        for told in others:
            parts = told.replace("3.12", "@PYTHON@").split("…")
            assert all(part.strip() in scripts for part in parts), told
