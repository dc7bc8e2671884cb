"""The printed report, read back by python-docx: published tables cell by cell, captions, fonts."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from tierwise.errors import TierwiseError
from tierwise.report.word import document, write_word
from tierwise.stages import Results, run

REFERENCES = Path(__file__).parents[1] / "references" / "caict2019"
SHADE = "D9E2EC"


@pytest.fixture(scope="module", params=["counties", "districts"])
def made(request: pytest.FixtureRequest) -> tuple[str, Results, Document]:
    results = run(f"industrial-{request.param}-2019", draws=64)
    return request.param, results, docx.Document(io.BytesIO(document(results.study)))


def printed(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCES / name, comment="#", dtype=str, keep_default_na=False)


def captions(word: Document, kind: str) -> list[str]:
    found = [one.text for one in word.paragraphs if one.style is not None and one.style.name == "Caption"]
    return [text for text in found if text.startswith(kind)]


def table(word: Document, caption: str) -> tuple[list[list[str]], Any]:
    """Return the cells of the table under the caption that holds these words."""
    at = next(at for at, text in enumerate(captions(word, "表")) if caption in text)
    own = word.tables[at]
    width = len(own.columns)
    texts = [cell.text for cell in own._cells]  # row by row is slow
    return [texts[start : start + width] for start in range(0, len(texts), width)], own


def test_the_list_is_the_published_one(made: tuple[str, Results, Document]) -> None:
    which, _, word = made
    name = {"counties": "county", "districts": "district"}[which]
    expected = printed({"counties": "table1.csv", "districts": "table7.csv"}[which])
    expected["prefecture"] = expected["prefecture"].replace("长沙", "长沙市")  # printed without its 市
    rows, _ = table(word, "2019年")
    assert [row[:3] for row in rows[1:]] == expected[["rank", "province", "prefecture"]].to_numpy().tolist()
    # two firsts of their provinces are printed without the star that the report's text gives them
    expected.loc[expected[name].isin(["铁西区", "花溪区"]), "first_in_province"] = "1"
    marked = expected[name] + expected["first_in_province"].map({"1": "★", "0": ""})
    assert [row[3] for row in rows[1:]] == marked.tolist()


def test_provinces_by_band_are_the_published_table(made: tuple[str, Results, Document]) -> None:
    which, results, word = made
    expected = printed({"counties": "table3.csv", "districts": "table10.csv"}[which]).set_index("province")
    rows, own = table(word, "各省份在名次区段的分布")
    assert rows[0][1:-1] == [*expected.columns]
    assert {row[0]: row[1:-1] for row in rows[1:-1]} == {
        group: cells.tolist() for group, cells in expected.iterrows()
    }
    counts = expected.replace("", "0").astype(int)
    assert [row[-1] for row in rows[1:-1]] == [str(counts.loc[row[0]].sum()) for row in rows[1:-1]]
    assert rows[-1] == ["合计", *(str(total) for total in counts.sum()), str(counts.to_numpy().sum())]
    ranking = results.tables["ranking"].set_index("province")
    for row, cells in zip(rows[1:-1], own._tbl.tr_lst[1:-1], strict=True):
        best = ranking.loc[[row[0]], "rank"].min()
        fills = [cell.find(f".//{qn('w:shd')}") is not None for cell in cells.tc_lst]
        assert fills.index(True) == 1 + (best - 1) // 10
        assert sum(fills) == 1


def test_streaks_of_the_second_tier_are_the_published_table(made: tuple[str, Results, Document]) -> None:
    which, _, word = made
    if which != "counties":  # whose history is not published
        assert not any("历年排名" in text for text in captions(word, "表"))
        return
    expected = printed("table4.csv").set_index("county")
    rows, _ = table(word, "第二梯队历年排名情况")
    assert [row[0] for row in rows[1:]] == [*expected.index]
    assert [row[1] for row in rows[1:]] == expected["rank_2019"].tolist()
    published = {"连续3年前30": "top30_3y", "连续3年前20": "top20_3y", "连续3年前10": "top10_3y"}
    for heading, column in published.items():
        at = rows[0].index(heading)
        for row in rows[1:]:
            if row[at] != "?":  # earlier lists that are published in part leave it open
                assert (row[at] == "✓") == (expected.loc[row[0], column] == "1"), (row[0], heading)


def test_captions_are_numbered_and_tables_hold_together(made: tuple[str, Results, Document]) -> None:
    _, results, word = made
    for kind in "表图":
        numbers = [int(re.findall(r"\d+", text)[0]) for text in captions(word, kind)]
        assert numbers == [*range(1, len(numbers) + 1)]
        assert numbers
    assert len(captions(word, "表")) == len(word.tables)
    assert len(captions(word, "图")) == len(word.inline_shapes)
    sources = [one.text for one in word.paragraphs if one.text.startswith("数据来源：")]
    assert len(sources) == len(word.tables) + len(word.inline_shapes)
    assert all("示意" in text for text in sources)
    for own in word.tables:
        rows = own._tbl.tr_lst
        assert rows[0].find(f".//{qn('w:tblHeader')}") is not None
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in rows)
    texts = {one.text for one in word.paragraphs}
    said = results.tables["sentences"]
    assert {*said["text"]} <= texts
    assert word.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"


def test_names_under_which_no_report_is_written(made: tuple[str, Results, Document], tmp_path: Path) -> None:
    _, results, _ = made
    for name, code in (("report.pdf", "R111"), ("there.docx", "I014")):
        (tmp_path / "there.docx").write_text("kept", encoding="utf-8")
        with pytest.raises(TierwiseError) as raised:
            write_word(results.study, tmp_path / name)
        assert [one.code for one in raised.value.problems] == [code]
    assert (tmp_path / "there.docx").read_text(encoding="utf-8") == "kept"
