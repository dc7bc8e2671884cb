"""Formulas that name the add-in's file become plain names, and nothing else of the book changes."""

import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import unescape

import pytest
import xlsxwriter
from typer.testing import CliRunner

from tierwise.errors import TierwiseError
from tierwise_addin import commands, relink, settings
from tierwise_addin.catalogue import functions
from tierwise_addin.hosts.calc.extension import SERVICE, method

RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


@pytest.fixture(autouse=True)
def own_settings(tmp_path, monkeypatch):
    monkeypatch.setenv(settings.PLACE_VARIABLE, str(tmp_path / "own" / "addin.ini"))


def book(path: Path, formulas: list[str], links: list[str] = ()) -> Path:
    """Write a workbook with formulas in column B and links to files, as Excel stores them."""
    plain = path.with_suffix(".plain")
    with xlsxwriter.Workbook(plain, {"use_future_functions": False}) as made:
        sheet = made.add_worksheet("甲 sheet")
        sheet.write_column(0, 0, [3.5, 9, 3.5, "[1]!IDX_RANK(A1)"])
        for row, formula in enumerate(formulas):
            sheet.write_formula(row, 1, formula, value=row)
        chart = made.add_chart({"type": "column"})
        chart.add_series({"values": "='甲 sheet'!$A$1:$A$3"})
        sheet.insert_chart("D2", chart)
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in given.namelist():
            out.writestr(name, _linked(name, given.read(name).decode(), len(links)))
        for at, target in enumerate(links, 1):
            out.writestr(
                f"xl/externalLinks/externalLink{at}.xml",
                '<externalLink><externalBook r:id="rId1"/></externalLink>',
            )
            out.writestr(
                f"xl/externalLinks/_rels/externalLink{at}.xml.rels",
                f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
                f'Type="{RELATION}/externalLinkPath" Target="{target}" TargetMode="External"/>'
                "</Relationships>",
            )
    return path


def _linked(name: str, text: str, count: int) -> str:
    """Return one of the three lists of parts with links in it, any other part as it is."""
    each = range(1, count + 1)
    if name == "xl/workbook.xml" and count:
        tags = "".join(f'<externalReference r:id="rIdX{at}"/>' for at in each)
        return text.replace("</sheets>", f"</sheets><externalReferences>{tags}</externalReferences>")
    if name == "xl/_rels/workbook.xml.rels":
        tags = "".join(
            f'<Relationship Id="rIdX{at}" Type="{RELATION}/externalLink" '
            f'Target="externalLinks/externalLink{at}.xml"/>'
            for at in each
        )
        return text.replace("</Relationships>", f"{tags}</Relationships>")
    if name == "[Content_Types].xml":
        tags = "".join(
            f'<Override PartName="/xl/externalLinks/externalLink{at}.xml" ContentType="application/x"/>'
            for at in each
        )
        return text.replace("</Types>", f"{tags}</Types>")
    return text


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def formulas(path: Path) -> list[str]:
    text = parts(path)["xl/worksheets/sheet1.xml"].decode()
    return [unescape(found) for found in re.findall(r"<f[^>]*>([^<]*)</f>", text)]


XLAM = "file:///C:/Users/%E7%8E%8B/AppData/tierwise.xlam"
SHEET = "xl/worksheets/sheet1.xml"
MENDED = {
    "=[1]!IDX_RANK(A1:A3)": "IDX_RANK(A1:A3)",
    '=IF([1]!IDX_RANK(A1)=1,"[1]!IDX_RANK(",[1]!idx_rank(A2))': (
        'IF(IDX_RANK(A1)=1,"[1]!IDX_RANK(",IDX_RANK(A2))'
    ),
    "='C:\\Users\\王 五\\O''Neil\\tierwise.xlam'!IDX_RANK(A1)+1": "IDX_RANK(A1)+1",
    "=tierwise.xlam!IDX_KENDALL_W(A1:A3)": "IDX_KENDALL_W(A1:A3)",
    "=ORG.TIERWISE.CALC.FUNCTIONS.IDXKENDALLW(A1:A3)": "IDX_KENDALL_W(A1:A3)",
    "=_xll.IDX_RANK(A1:A3)+_xlfn._xll.idx_score(A1)": "IDX_RANK(A1:A3)+IDX_SCORE(A1)",
    "=_xldudf_IDX_RANK(A1,_xldudf_TIERWISE_IDX_SCORE(A2))": "IDX_RANK(A1,IDX_SCORE(A2))",
    "=_xlfn.ORG.TIERWISE.CALC.FUNCTIONS.IDXRANK(A1,COM.TIERWISE.IDX_RANK(A2))": "IDX_RANK(A1,IDX_RANK(A2))",
}
KEPT = (
    "=IDX_RANK(A1:A3)",
    '="say ""[1]!IDX_RANK(A1)"" here"',
    '=\'a "b\'!A1&"ORG.TIERWISE.CALC.FUNCTIONS.IDXRANK("',
    "=SUM(A1:A3)",
    "=MYORG.TIERWISE.IDXRANK(A1)",
    "=_xll.IDX_OTHER(A1)+_xldudf_CONTOSO_ADD(A1)",
)


def test_every_form_becomes_the_plain_name_and_texts_stay(tmp_path):
    source = book(tmp_path / "a.xlsx", [*MENDED, *KEPT], [XLAM])
    done = relink.relink(source, tmp_path / "b.xlsx")
    assert formulas(tmp_path / "b.xlsx") == [
        *MENDED.values(),
        *(formula[1:] for formula in KEPT),
    ]
    assert done.formulas == {"甲 sheet": len(MENDED)}
    assert done.unlinked == ("file:///C:/Users/王/AppData/tierwise.xlam",)
    assert not done.left
    assert not done.kept


def test_all_else_stays_byte_for_byte(tmp_path):
    """The copy is the book that never had a link, in which the formulas were plain from the first."""
    relink.relink(book(tmp_path / "a.xlsx", [*MENDED, *KEPT], [XLAM]), tmp_path / "b.xlsx")
    plain = book(tmp_path / "c.xlsx", [*(f"={text}" for text in MENDED.values()), *KEPT])
    mended, wanted = parts(tmp_path / "b.xlsx"), parts(plain)
    differ = {name for name in mended.keys() | wanted.keys() if mended.get(name) != wanted.get(name)}
    assert differ <= {"docProps/core.xml"}  # the second it was made


def test_every_function_is_known_by_both_names(tmp_path):
    asked = [
        formula
        for name in functions()
        for formula in (f"=[1]!{name}(A1)", f"={SERVICE.upper()}.{method(name).upper()}(A1)")
    ]
    relink.relink(book(tmp_path / "a.xlsx", asked, ["tierwise.xlam"]), tmp_path / "b.xlsx")
    assert formulas(tmp_path / "b.xlsx") == [f"{name}(A1)" for name in functions() for _ in range(2)]


def test_other_files_and_unknown_functions_stay_and_are_named(tmp_path):
    asked = [
        "=[1]!IDX_RANK(A1)",
        "=[2]!IDX_RANK(A1)",
        "=[2]!IDX_OLD_ONE(A1)",
        "=[2]!IDX_SCORE(A1)+[1]Sheet1!A1",
    ]
    source = book(tmp_path / "a.xlsx", asked, ["mine.xlsm", "tierwise.xlam"])
    done = relink.relink(source, tmp_path / "b.xlsx")
    assert formulas(tmp_path / "b.xlsx") == [
        "[1]!IDX_RANK(A1)",
        "IDX_RANK(A1)",
        "[2]!IDX_OLD_ONE(A1)",
        "IDX_SCORE(A1)+[1]Sheet1!A1",
    ]
    assert done.left == {"mine.xlsm: IDX_RANK": 1, "tierwise.xlam: IDX_OLD_ONE": 1}
    assert done.kept == ("tierwise.xlam",)
    assert not done.unlinked


BEHIND = {
    "=[2]Sheet1!A1": "[1]Sheet1!A1",
    "='[2]An O''Neil'!A1+[3]!total": "'[1]An O''Neil'!A1+[2]!total",
    '="[2]Sheet1!A1"&[1]!IDX_RANK(A1)': '"[2]Sheet1!A1"&IDX_RANK(A1)',
    "=SUM(Table1[[2]:[3]])+Table1[2]": "SUM(Table1[[2]:[3]])+Table1[2]",
    "=IF([2]Sheet1!A1>1,[3]Sheet1!A1,[3]Sheet1!B1)": "IF([1]Sheet1!A1>1,[2]Sheet1!A1,[2]Sheet1!B1)",
}


def test_links_behind_one_that_goes_are_counted_anew(tmp_path):
    files = ["tierwise.xlam", "other.xlsx", "third.xlsx"]
    source = book(tmp_path / "a.xlsx", [*BEHIND], files)
    done = relink.relink(source, tmp_path / "b.xlsx")
    assert formulas(tmp_path / "b.xlsx") == [*BEHIND.values()]
    assert (done.kept, done.unlinked) == ((), ("tierwise.xlam",))
    mended = parts(tmp_path / "b.xlsx")
    assert [link.target for link in relink._links(mended)] == files[1:]
    for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
        assert not re.search(rb"rIdX1\b|externalLink1\.xml", mended[name]), name
    assert "xl/externalLinks/externalLink1.xml" not in mended
    assert "xl/externalLinks/_rels/externalLink1.xml.rels" not in mended


def test_a_link_stays_where_one_behind_is_counted_elsewhere_than_in_a_formula(tmp_path, monkeypatch):
    source = book(
        tmp_path / "a.xlsx", ["=[1]!IDX_RANK(A1)", "=[2]Sheet1!A1"], ["tierwise.xlam", "other.xlsx"]
    )
    read = relink._read

    def with_more(path):
        infos, found = read(path)
        found["xl/pivot.xml"] = b'<pivot sheet="[2]Sheet1"/>'
        return infos, found

    monkeypatch.setattr(relink, "_read", with_more)
    done = relink.relink(source, tmp_path / "b.xlsx")
    assert formulas(tmp_path / "b.xlsx") == ["IDX_RANK(A1)", "[2]Sheet1!A1"]
    assert (done.kept, done.unlinked) == (("tierwise.xlam",), ())
    before, after = parts(source), parts(tmp_path / "b.xlsx")
    assert {name for name in before if before[name] != after[name]} == {SHEET}


def run(*arguments):
    return CliRunner().invoke(commands.addin, ["relink", *map(str, arguments)])


def test_a_book_without_such_formulas_is_told_and_not_copied(tmp_path):
    done = run(book(tmp_path / "a.xlsx", [*KEPT]))
    assert done.exit_code == 0
    assert "nothing to mend" in done.output
    assert not (tmp_path / "a-relinked.xlsx").exists()


def test_the_command_tells_sheets_links_and_the_copy(tmp_path):
    source = book(tmp_path / "a.xlsx", [*MENDED], [XLAM])
    before = source.read_bytes()
    done = run(source)
    assert done.exit_code == 0
    assert f"甲 sheet: {len(MENDED)} formulas mended" in done.output
    assert "tierwise.xlam removed" in done.output
    assert source.read_bytes() == before
    assert run(source).exit_code == 1  # the copy is there
    assert run(source, "--replace").exit_code == 0
    settings.save(settings.Settings("zh"))
    assert "保持原样" in run(source, "--replace").output


@pytest.mark.parametrize(
    ("source", "out", "code"),
    [
        ("a.xlsx", "a.xlsx", "I008"),
        ("a.xlsx", "b.xlsm", "I009"),
        ("a.ods", "b.ods", "C042"),
        ("none.xlsx", "b.xlsx", "I001"),
        ("torn.xlsx", "b.xlsx", "I003"),
    ],
)
def test_what_cannot_be_is_refused(source, out, code, tmp_path):
    book(tmp_path / "a.xlsx", [*MENDED])
    (tmp_path / "torn.xlsx").write_bytes(b"PK\3\4torn")
    with pytest.raises(TierwiseError, match=code):
        relink.relink(tmp_path / source, tmp_path / out)
    assert not (tmp_path / "b.xlsx").exists()
