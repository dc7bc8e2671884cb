"""The workbooks in workbooks/ are what the command writes."""

import zipfile
from pathlib import Path

import pytest

from tierwise.inputs.files import read_workbook
from tierwise.report.sample import write_sample
from tierwise.study.scenario import load

KEPT = Path(__file__).parents[2] / "workbooks"


def parts(book: Path) -> dict[str, bytes]:
    """Return the files in a workbook; how they are packed differs between releases of XlsxWriter."""
    with zipfile.ZipFile(book) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.parametrize("name", ["industrial-counties-2019.xlsx", "template.xlsx"])
def test_kept_workbooks_are_up_to_date(name: str, tmp_path: Path) -> None:
    write_sample(tmp_path / name)
    assert parts(tmp_path / name) == parts(KEPT / name), f"write workbooks/{name} anew: tierwise workbook"


@pytest.mark.parametrize(
    ("name", "headings"),
    [
        ("technology-achievement", ["meaning"]),
        ("industrial-counties-2019", ["含义"]),
        ("template", ["meaning", "含义"]),
    ],
)
def test_keys_are_explained_in_the_language(name: str, headings: list[str], tmp_path: Path) -> None:
    write_sample(tmp_path / f"{name}.xlsx")
    sheet = read_workbook(tmp_path / f"{name}.xlsx")["Scenario"]
    assert list(sheet.header) == ["key", "value", "default", *headings]
    row = sheet.column("key").index("tiers.count")
    said = [sheet.rows[row][sheet.header.index(heading)] for heading in headings]
    known = {
        "meaning": "number of tiers; auto: the number that most of the usual criteria choose [auto]",
        "含义": "梯队个数；auto：取多数常用准则所选的个数 [auto]",
    }
    assert said == [known[heading] for heading in headings]


@pytest.mark.parametrize("name", ["industrial-counties-2019", "industrial-districts-2019"])
def test_a_sample_is_the_scenario_with_its_topics(name: str, tmp_path: Path) -> None:
    write_sample(tmp_path / f"{name}.xlsx")
    written, bundled = load(tmp_path / f"{name}.xlsx"), load(name)
    assert written.spec.topics == bundled.spec.topics
    assert written.spec.lists == bundled.spec.lists
    assert written.national is not None
    assert bundled.national is not None
    assert dict(written.national.figures) == dict(bundled.national.figures)
    assert (written.counts and written.counts.counts) == (bundled.counts and bundled.counts.counts)
