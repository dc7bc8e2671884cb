"""CSV files as other programs write them, and the optional sheets that nobody filled in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tierwise.errors import TierwiseError
from tierwise.stages import checked, run
from tierwise.study.scenario import load

Rows = list[list[Any]]
Cells = dict[str, Rows]
Write = Callable[..., Path]

SETTINGS = """
name = "files"
[data]
units = "units.csv"
framework = "framework.csv"
{more}
[tiers]
count = 2
[uncertainty]
draws = 20
"""


def lines(rows: Rows, separator: str = ",", ending: str = "\n") -> str:
    return "".join(separator.join("" if cell is None else str(cell) for cell in row) + ending for row in rows)


@pytest.fixture
def write(tmp_path: Path, sheets: Cells) -> Write:
    """Write units.csv from text, bytes or rows, and the other tables as they are asked for."""

    def make(units: str | bytes | Rows | None = None, **others: Rows) -> Path:
        data = sheets["Data"] if units is None else units
        text = lines(data) if isinstance(data, list) else data
        content = text.encode() if isinstance(text, str) else text
        (tmp_path / "units.csv").write_bytes(content)
        for name, rows in {"framework": sheets["Framework"], **others}.items():
            (tmp_path / f"{name}.csv").write_text(lines(rows), encoding="utf-8")
        more = "\n".join(f'{name} = "{name}.csv"' for name in others)
        (tmp_path / "files.toml").write_text(SETTINGS.format(more=more), encoding="utf-8")
        return tmp_path / "files.toml"

    return make


def found(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(TierwiseError) as caught:
        checked(load(path))
    assert all(problem.line("en") and problem.line("zh") for problem in caught.value.problems)
    return [(problem.code, problem.place) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("separator", "ending", "encoding"),
    [
        (",", "\r\n", "utf-8-sig"),
        (",", "\r", "utf-8"),
        (";", "\n", "utf-8"),
        ("\t", "\n", "gb18030"),
        (",", "\r\n", "gb18030"),
        (",", "\r\n", "utf-16"),
    ],
)
def test_separators_endings_and_encodings(
    write: Write, sheets: Cells, separator: str, ending: str, encoding: str
) -> None:
    plain = load(write())
    other = load(write(lines(sheets["Data"], separator, ending).encode(encoding)))
    assert other.panel.values.tolist() == plain.panel.values.tolist()
    assert (other.panel.names, other.panel.groups) == (plain.panel.names, plain.panel.groups)


@pytest.mark.parametrize(
    ("units", "problem"),
    [
        (b"", ("D008", "units.csv")),
        (b"\n\n", ("D008", "units.csv")),
        (b"code,gdp\n\0", ("I004", "")),
        ("code,gdp\n".encode("utf-16-le"), ("I004", "")),
        ("code,gdp\n1,2".encode("utf-16") + b"\xd8", ("I018", "")),
        (b"PK\x03\x04", ("I004", "")),
        ("code,name\n1,é\n".encode("latin-1"), ("I018", "")),
        ('code,gdp,patents,energy,exports\na,"1,2,3,4\nb,1,2,3,4\n', ("I012", "units.csv!2")),
        ("code,name,gdp,patents,energy,exports\na,Foo, Bar,1,2,3,4\n", ("I013", "units.csv!2")),
        ("code,name,gdp,patents,energy,exports\na," + "x" * 200_000 + ",1,2,3,4\n", ("I019", "units.csv!2")),
    ],
)
def test_files_that_are_no_table(write: Write, units: str | bytes, problem: tuple[str, str]) -> None:
    code, place = found(write(units))[0]
    assert (code, place if problem[1] else "") == problem


@pytest.mark.parametrize(
    "figure", ["1_000", "nan", "inf", "-Infinity", "0x10", "1,5", "12%", "１２ａ", "#N/A"]
)
def test_what_is_no_figure(write: Write, sheets: Cells, figure: str) -> None:
    sheets["Data"][1][3] = f'"{figure}"'
    code = "D005" if figure == "#N/A" else "D003"
    assert found(write(sheets["Data"])) == [(code, "units.csv!D2")]


def test_codes_keep_their_zeros(write: Write, sheets: Cells) -> None:
    for row, code in zip(sheets["Data"][1:], ["007", "7", "07", "7.0", "1e1", "10"], strict=True):
        row[0] = code
    assert load(write(sheets["Data"])).panel.codes == ("007", "7", "07", "7.0", "1e1", "10")


def test_names_are_never_formulas_markup_or_mathematics(write: Write, sheets: Cells) -> None:
    names = ["=1+1", "<script>alert(1)</script>", "http://x.example", "{{ 7*7 }}", r"$\frac{$", "长" * 4000]
    for row, name in zip(sheets["Data"][1:], names, strict=True):
        row[1] = name
    results = run(load(write(sheets["Data"])), threads=1)
    out = results.write(Path(write()).parent / "out")
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page
    assert set(results.tables["ranking"]["name"]) == set(names)


def test_optional_tables_without_a_record_are_as_good_as_none(write: Write, sheets: Cells) -> None:
    headings = [["year", "code", "rank"]]
    scenario = load(write(experts=sheets["Experts"][:1], history=headings))
    assert (scenario.experts, scenario.history) == (None, None)
    run(scenario, threads=1)


def test_blank_columns_of_the_expert_panel_are_left_alone(write: Write, sheets: Cells) -> None:
    rows = [[*row[:2], None, None, *row[2:]] for row in sheets["Experts"]]
    rows[0][2:4] = ["authority", "camp"]
    experts = load(write(experts=rows)).experts
    assert experts is not None
    assert experts.last.authority is None
    rows[1][2] = 0.9
    assert found(write(experts=rows)) == [("E008", "experts.csv!C3"), ("E008", "experts.csv!C4")]


def test_experts_who_give_nothing_but_zeros(write: Write, sheets: Cells) -> None:
    rows = [sheets["Experts"][0], *([1, f"e{number}"] + [0] * 6 for number in range(3))]
    for row in sheets["Framework"][1:]:
        row[3] = None
    assert found(write(experts=rows)) == [
        ("E106", "Experts: output"),
        ("E106", "Experts: gdp"),
        ("E106", "Experts: energy"),
    ]


@pytest.mark.parametrize("code", ["index", "code", "name"])
def test_codes_that_are_kept(write: Write, sheets: Cells, code: str) -> None:
    sheets["Framework"].append([code, "", "", None, 1])
    assert ("F007", "framework.csv!A8") in found(write())
