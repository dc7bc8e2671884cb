"""The printed report, read back by python-docx: published tables cell by cell, captions, fonts."""

from __future__ import annotations

import io
import re
import subprocess
import time
from pathlib import Path
from shutil import which
from typing import Any

import docx
import pandas as pd
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from tierwise.errors import TierwiseError
from tierwise.report.figures_printed import rank_ticks
from tierwise.report.word import document, write_word
from tierwise.report.word_columns import fitted
from tierwise.report.word_pages import other_fonts
from tierwise.report.word_parts import packed
from tierwise.stages import Results, run

REFERENCES = Path(__file__).parents[1] / "references" / "caict2019"
SHADE = "D9E2EC"
DEJAVU = {".": 0.318, ",": 0.318, "-": 0.338, "%": 0.95}  # of the size: DejaVu Serif, where Times is missing


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


def test_the_panel_has_an_annex_of_its_own(made: tuple[str, Results, Document]) -> None:
    _, results, word = made
    styled = [(one.style.name, one.text) for one in word.paragraphs if one.style is not None]
    heads = [text for style, text in styled if style.startswith("Heading")]
    start = next(at for at, head in enumerate(heads) if "德尔菲报告" in head)
    parts = [*dict.fromkeys(results.tables["delphi_report"]["part"])]
    assert parts[:5] == ["是否继续咨询", "专家积极性", "专家权威程度", "意见集中程度", "意见协调程度"]
    assert parts[5:] == ["轮次间稳定性", "指标筛选", "方法部分可用文字"]
    assert heads[start].startswith("附录二")
    assert heads[start + 1 : start + 9] == parts
    texts = [one.text for one in word.paragraphs]
    said = results.tables["delphi_report"]["text"].tolist()
    assert {*said[:-1]} <= {*texts}  # the last is for a paper in the other language
    assert said[-1] not in texts
    rows, _ = table(word, "各轮各层级的协调系数")
    assert len(rows) == 1 + len(results.tables["delphi_levels"])
    rows, _ = table(word, "专家打分统计")
    assert len(rows) == 1 + len(results.tables["delphi"])
    for caption in ("各轮专家咨询", "专家打分统计", "专家意见协调程度"):  # once each
        assert sum(caption in one for one in captions(word, "表")) == 1
    moved, _ = table(word, "相邻两轮打分的变动")
    assert moved[0][1] == "名称"


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


def test_the_same_run_gives_the_same_bytes(made: tuple[str, Results, Document]) -> None:
    which, results, _ = made
    if which == "districts":
        assert document(results.study) == document(results.study)


def entries(word: Document) -> list[tuple[str, str]]:
    """Return the lines of the contents and the pages they show."""
    lines = []
    for paragraph in word.paragraphs:
        if paragraph.style is not None and paragraph.style.name.startswith("toc"):
            text, _, page = paragraph.text.partition("\t")
            lines.append((text, page))
    return lines


def test_a_clock_from_before_zip_files_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    word = docx.Document()
    word.add_paragraph("工业百强县")
    now = packed(word)
    monkeypatch.setattr("time.localtime", lambda *_: time.struct_time((1970, 1, 1, 0, 0, 0, 3, 1, 0)))
    assert packed(word) == now
    assert [one.text for one in docx.Document(io.BytesIO(now)).paragraphs] == ["工业百强县"]


def test_contents_list_all_and_lead_to_it(made: tuple[str, Results, Document]) -> None:
    _, _, word = made
    headings = [
        one.text for one in word.paragraphs if one.style is not None and one.style.name.startswith("Heading")
    ]
    listed = [*headings, *captions(word, "表"), *captions(word, "图")]
    lines = entries(word)
    assert [text for text, _ in lines] == listed
    names = {mark.get(qn("w:name")): mark.getparent() for mark in word.element.iter(qn("w:bookmarkStart"))}
    for link, text in zip(word.element.iter(qn("w:hyperlink")), listed, strict=True):
        assert "".join(part.text for part in names[link.get(qn("w:anchor"))].iter(qn("w:t"))) == text
    codes = [code.text for code in word.element.iter(qn("w:instrText"))]
    assert sum("SEQ 表" in code for code in codes) == len(word.tables)
    assert sum("SEQ 图" in code for code in codes) == len(word.inline_shapes)


@pytest.mark.host
@pytest.mark.skipif(
    which("soffice") is None or which("pdftotext") is None, reason="no LibreOffice or poppler"
)
def test_pages_of_the_contents_are_where_a_reader_finds_them(
    made: tuple[str, Results, Document], tmp_path: Path
) -> None:
    which_one, results, word = made
    if which_one == "districts":
        return
    written = write_word(results.study, tmp_path / "report.docx", pdf=True)
    texts = subprocess.run(
        ["pdftotext", "-layout", str(written[1]), "-"], capture_output=True, check=True, text=True
    ).stdout.split("\f")
    plain = ["".join(text.split()) for text in texts]
    for text, page in entries(word):
        found = [at for at, own in enumerate(plain, 1) if "".join(text.split()) in own]
        assert int(page) in found[1:], text  # the first is the contents' own page


def test_columns_are_as_wide_as_the_page_and_tear_no_number(made: tuple[str, Results, Document]) -> None:
    _, _, word = made
    for own in word.tables:
        widths = [column.width.cm for column in own.columns]
        assert sum(widths) == pytest.approx(15.6, abs=0.05)
        assert own.autofit is False
        size = own._cells[0].paragraphs[0].runs[0].font.size.pt
        for row in own.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                for part in re.findall(r"[\d.,%-]+", cell.text):
                    letters = sum(DEJAVU.get(sign, 0.636) for sign in part) * size * 2.54 / 72
                    assert letters + 0.24 < width, (cell.text, width)


def test_a_short_table_stands_on_one_page_and_a_long_one_fills_the_page(
    made: tuple[str, Results, Document],
) -> None:
    _, _, word = made
    lengths = set()
    for own in word.tables:
        kept = [
            all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in row.cells) for row in own.rows
        ]
        rows = len(kept) - 1
        lengths.add(rows > 12)
        # the last row stays with the source, five rows at least with the heading, and with the end
        first, last = kept[:5], kept[-4:]
        assert all(kept) if rows <= 12 else all(first) and all(last) and not all(kept[5:-4])
    assert lengths == {True, False}


def test_a_bracket_is_not_torn_from_its_word() -> None:
    heads = [
        "轮次",
        "名称",
        "专家数",
        "均值变化",
        "中位数变化",
        "变异系数变化",
        "净变动",
        "p值（Wilcoxon）",
        "稳定",
    ]
    size, widths = fitted(
        heads, [["2", "万人发明专利拥有量", "15", "-0.07", "0.00", "-0.025", "0.13", "1.0000", "✓"]]
    )
    assert widths[7] > (8 * 0.55 + 2) * size * 2.54 / 72


def test_fonts_that_are_not_there_are_told() -> None:
    made = b"/Type/Font/BaseFont/CAAAAA+WenQuanYiZenHei /BaseFont/BAAAAA+SimSun "
    [told] = other_fonts(made, Path("report.pdf"))
    assert told.code == "R115"
    assert told.fields == {"missing": ["黑体"], "found": ["SimSun", "WenQuanYiZenHei"]}
    assert other_fonts(made + b"/BaseFont/SimHei ", Path("report.pdf")) == []


def test_ranks_are_written_from_one() -> None:
    assert rank_ticks(100) == [1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    assert rank_ticks(23) == [1, 5, 10, 15, 20, 23]
    assert rank_ticks(2) == [1, 2]
    for last in range(1, 3000, 37):
        ticks = rank_ticks(last)
        assert ticks[0] == 1
        assert last - ticks[-1] <= max(ticks[-1] / 2, 1)
        assert len(ticks) <= 13


@pytest.mark.parametrize(
    ("heads", "rows"),
    [
        (["名称", "评语"], [["江阴市", "排序一致性较弱；" * 20]]),
        (["Name"], [["Trinidad and Tobago"]]),
        (
            ["区域", *(f"{start}-{start + 9}" for start in range(1, 100, 10)), "合计"],
            [["东部", *"12345678901"]],
        ),
        ([f"column {at}" for at in range(14)], [["1,234.567"] * 14]),
    ],
)
def test_widths_fill_the_page(heads: list[str], rows: list[list[str]]) -> None:
    size, widths = fitted(heads, rows)
    assert sum(widths) == pytest.approx(15.6)
    assert min(widths) > 0
    assert size in (10.5, 9.0, 8.0, 7.5)
