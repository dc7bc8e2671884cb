"""What files are read, what of them cannot be, what is written, and what the command says."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest
from typer.testing import CliRunner

from tierwise.cli import assembled
from tierwise.errors import TierwiseError
from tierwise.proofreading.drafted import Expected, Table
from tierwise.proofreading.parts import Grid, Paragraph, Part
from tierwise.proofreading.reader import proof
from tierwise.proofreading.reading import parts_of
from tierwise.proofreading.report import Report
from tierwise.report.word import document
from tierwise.stages import run

ROWS = [["排名", "省份", "名称"], ["1", "江苏", "江阴市★"], ["2", "江苏", "昆山市"], ["3", "浙江", "慈溪市★"]]
RIGHT = "从数量看，3个入榜县（市）分布于2个省（区、市）。江苏2个，居首位；浙江次之，为1个。"
WRONG = RIGHT.replace("2个省", "3个省").replace("为1个", "为2个")


def word(path: Path, sentence: str) -> Path:
    made = docx.Document()
    made.add_heading("榜单", 1)
    made.add_paragraph(sentence)
    made.add_paragraph("表1  2023年榜单", "Caption")
    table = made.add_table(len(ROWS), 3)
    for row, cells in enumerate(ROWS):
        for column, cell in enumerate(cells):
            table.cell(row, column).text = cell
    made.save(str(path))
    return path


def book(path: Path, sentence: str) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "榜单"
    sheet.append(["2023年榜单"])
    for row in ROWS:
        sheet.append([int(cell) if cell.isdigit() else cell for cell in row])
    texts = made.create_sheet("报告文字")
    texts.append(["名称", "文字"])
    texts.append(["number", sentence])
    made.save(path)
    return path


def text(path: Path, sentence: str) -> Path:
    table = "\n".join("\t".join(row) for row in ROWS)
    path.write_text(f"# 榜单\n\n{sentence}\n\n表1 2023年榜单\n\n{table}\n", encoding="utf-8")
    return path


WRITERS = {"report.docx": word, "report.xlsx": book, "report.txt": text}


@pytest.mark.parametrize("name", WRITERS)
def test_tables_and_sentences_of_each_kind_of_file(tmp_path: Path, name: str) -> None:
    assert proof(WRITERS[name](tmp_path / name, RIGHT)).wrong == ()
    made = proof(WRITERS[name](tmp_path / name, WRONG))
    found = [(one.kind, one.printed, one.right) for one in made.wrong]
    assert ("count", "3", "2") in found
    assert ("count", "2", "1") in found
    assert len(found) == 2


def test_places_are_the_files_own(tmp_path: Path) -> None:
    [first, _] = proof(book(tmp_path / "report.xlsx", WRONG)).wrong
    assert first.place == "报告文字!B2"
    [first, _] = proof(word(tmp_path / "report.docx", WRONG)).wrong
    assert first.place == "“榜单”第1段"


def test_a_table_over_two_pages_is_one(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    head = "\t".join(ROWS[0])
    lines = ["\t".join(row) for row in ROWS[1:]]
    path.write_text(f"表1 榜单\n\n{head}\n{lines[0]}\n\n{head}\n{lines[1]}\n{lines[2]}\n", encoding="utf-8")
    [grid] = parts_of(path)
    assert isinstance(grid, Grid)
    assert (grid.place, grid.title, len(grid.rows)) == ("表1", "榜单", 3)


def test_a_sentence_torn_by_a_figure_is_one(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text(
        "第三、四梯队中，中、西部县（市）开始增多，分别为\n\n数据来源：本院\n\n图2 分布\n\n14个和6个。\n",
        encoding="utf-8",
    )
    parts: list[Part] = parts_of(path)
    texts = [part.text for part in parts if isinstance(part, Paragraph)]
    assert texts[0].endswith("分别为14个和6个。")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("report.pdf", b"%PDF", "P001"),
        ("report.docx", b"no word file", "P002"),
        ("report.xlsx", b"no book", "P002"),
        ("report.txt", b"\xff\x00\x81\x81", "P002"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TierwiseError) as raised:
        proof(tmp_path / name)
    assert [one.code for one in raised.value.problems] == [code]


def test_no_report_and_no_results(tmp_path: Path) -> None:
    for report, against, code in (("none.txt", None, "I001"), ("report.txt", tmp_path, "P003")):
        text(tmp_path / "report.txt", RIGHT)
        with pytest.raises(TierwiseError) as raised:
            proof(tmp_path / report, against)
        assert [one.code for one in raised.value.problems] == [code]


def test_what_is_found_is_written(tmp_path: Path) -> None:
    made = proof(text(tmp_path / "report.txt", WRONG + "GDP超千亿的县（市）有2个。"))
    rows = [*csv.reader(made.write(tmp_path / "found.csv").read_text(encoding="utf-8-sig").splitlines())]
    assert rows[0] == ["位置", "类别", "文字", "原文", "应为", "依据"]
    assert [row[3:5] for row in rows[1:]] == [["3", "2"], ["2", "1"]]
    sheets = openpyxl.load_workbook(made.write(tmp_path / "found.xlsx"))
    assert sheets.sheetnames == ["不一致", "未核对", "核对依据"]
    assert sheets["未核对"]["B2"].value == "GDP超千亿的县（市）有2个。"
    assert sheets["核对依据"]["A1"].value == "报告自身的榜单：表1 2023年榜单（3个）"
    for name, code in (("found.csv", "I014"), ("found.txt", "P004")):
        with pytest.raises(TierwiseError) as raised:
            made.write(tmp_path / name)
        assert [one.code for one in raised.value.problems] == [code]


def test_the_command_tells_and_exits(tmp_path: Path) -> None:
    runner = CliRunner()
    right = runner.invoke(assembled(), ["proof", str(text(tmp_path / "report.txt", RIGHT))])
    assert right.exit_code == 0
    assert "0 处不一致" in right.stdout
    wrong = runner.invoke(assembled(), ["proof", str(text(tmp_path / "report.txt", WRONG))])
    assert wrong.exit_code == 1
    assert "2 处不一致" in wrong.stdout
    assert "2个省" not in wrong.stdout
    assert "核对依据：报告自身的榜单：表1 2023年榜单（3个）" in wrong.stdout
    none = runner.invoke(assembled(), ["proof", str(tmp_path / "none.txt")])
    assert none.exit_code == 1
    assert "I001" in none.output


def a_book(path: Path, sentence: str, *settings: tuple[str, object]) -> Path:
    """Return a book that can be run, whose report stands on a sheet of its own."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    sheets: dict[str, list[list[object]]] = {
        "数据": [["代码", "名称", "省份", "甲", "乙"]],
        "指标体系": [["code", "weight", "direction"], ["甲", 2, 1], ["乙", 1, 1]],
        "设置": [["key", "value"], ["language", "zh"], ["uncertainty.weights", "box"], ["report.year", 2019]],
        "专题": [["名称", "类型", "列", "下限"], ["甲达标", "达标", "甲", 30]],
        "全国": [["指标", "数值"], ["甲", 900]],
        "报告文字": [["名称", "文字"], ["一", sentence]],  # the sheet of results.xlsx, put into the book
    }
    sheets["设置"] += [[*own] for own in settings]
    names = ["江阴市", "昆山市", "慈溪市", "龙口市", "晋江市", "长沙县"]
    groups = ["江苏", "江苏", "浙江", "山东", "福建", "湖南"]
    for at, (name, group) in enumerate(zip(names, groups, strict=True)):
        sheets["数据"].append([f"u{at}", name, group, 60 - 9 * at, 50 - at * at])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def test_a_book_is_read_against_its_own_figures(tmp_path: Path) -> None:
    right = "2019年6个入榜单位中，甲在30及以上的有4个，占66.7%，依次为江阴市（60）、昆山市（51）、"
    right += "慈溪市（42）、龙口市（33）；合计186，占入榜合计的82.7%，占全国的20.7%。"
    made = proof(a_book(tmp_path / "book.xlsx", right), draws=64)
    assert made.wrong == ()
    assert made.checked >= 1
    assert "专题1个，全国数据1项" in made.used.zh
    wrong = right.replace("占全国的20.7%", "占全国的27.0%").replace("龙口市（33）", "龙口市（38）")
    made = proof(a_book(tmp_path / "book.xlsx", wrong), draws=64)
    assert {(one.printed, one.right) for one in made.wrong} >= {("27.0%", "20.7%"), ("38", "33")}
    assert {one.place for one in made.wrong} == {"报告文字!B2"}


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Return a report of a list of 4 of the 6 units, its book and the folder of its results."""
    place = tmp_path_factory.mktemp("short")
    made = run(a_book(place / "book.xlsx", "", ("select.top", 4), ("tiers.count", 2)), draws=64)
    report = place / "report.docx"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tierwise.report.word_pages.which", lambda _: None)  # pages need not be counted
        report.write_bytes(document(made.study))
    return report, place / "book.xlsx", made.write(place / "out")


def test_units_that_are_not_listed_are_not_missed(short: tuple[Path, Path, Path]) -> None:
    report, book, folder = short
    for against in (book, folder, None):
        made = proof(report, against, draws=64)
        assert made.wrong == (), against
        assert not [text for _, text in made.unchecked if "4/6" in text]
    used = proof(report, folder).used
    assert "不含各附录的文字" in used.zh
    assert "annexes are not among them" in used.en


def test_a_listed_unit_left_out_is_missed(short: tuple[Path, Path, Path], tmp_path: Path) -> None:
    report, book, folder = short
    changed = docx.Document(str(report))
    table = changed.tables[0]
    name = table.cell(2, 2).text.strip("★")
    table.rows[2]._tr.getparent().remove(table.rows[2]._tr)
    changed.save(str(tmp_path / "cut.docx"))
    for against in (book, folder):
        wrong = proof(tmp_path / "cut.docx", against, draws=64).wrong
        omitted = [one for one in wrong if one.kind == "omission" and one.place == "表1"]
        assert [name in one.right for one in omitted] == [True], against
        assert not [one for one in wrong if re.search(r"\d\.\d{7}", one.right)]


def test_an_extract_of_a_list_is_named_as_one(tmp_path: Path) -> None:
    table = "\n".join(["排名\t省份\t名称", "1\t江苏\t江阴市", "2\t江苏\t昆山市", "3\t浙江\t慈溪市"])
    path = tmp_path / "report.txt"
    path.write_text(f"表1 2019年榜单\n\n{table}\n", encoding="utf-8")
    frame = Table("2019年榜单", ("排名", "省份", "名称"), tuple((r, "江苏", f"{r}市") for r in range(4, 9)))
    rows = ((1, "江苏", "江阴市"), (2, "江苏", "昆山市"), (3, "浙江", "慈溪市"), *frame.rows)
    made = Report(parts_of(path), "zh", None, Expected([], [replace(frame, rows=rows)], []))
    found = made.read()
    assert found.wrong == []
    assert found.unchecked == [("表1", "2019年榜单 (3/8)")]
