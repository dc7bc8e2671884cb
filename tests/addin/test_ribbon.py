"""The ribbon's commands on a workbook in memory that answers the calls they make to xlwings."""

import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from tests.delphi.forms import fill

from tierwise_addin import settings
from tierwise_addin.hosts.excel import beside, ribbon

DATA = [["code", "name", "output", "energy"]] + [
    [c, c.upper(), k * 7 % 9, k] for k, c in enumerate("abcdefgh", 1)
]
FRAMEWORK = [["code", "parent", "weight", "direction"], ["output", "", 2, 1], ["energy", "", 1, -1]]
SCENARIO = [["key", "value"], ["title", "Eight units"], ["uncertainty.draws", 500], ["tiers.count", 3]]


class Range:
    def __init__(self, sheet, first):
        self.sheet, self.first = sheet, first

    def options(self, **asked):
        assert asked == {"ndim": 2, "err_to_str": True}
        return self

    @property
    def value(self):
        return self.sheet.cells[0][0] if self.first == "A1" and self.sheet.one else self.sheet.cells

    @value.setter
    def value(self, rows):
        self.sheet.cells = rows

    def add_hyperlink(self, address, text):
        self.sheet.links[self.first] = (address, text)


class Sheet:
    def __init__(self, book, name, cells):
        self.book, self.name, self.cells, self.links, self.one = book, name, cells, {}, False
        self.used_range = SimpleNamespace(last_cell="end")
        self.api = self

    def range(self, first, last=None):
        self.one = last is None and first == "A1"
        return Range(self, first)

    def delete(self):
        self.book.sheets.remove(self)

    def clear(self):
        self.cells, self.links = [], {}

    def autofit(self):
        pass

    def activate(self):
        self.book.sheets.active = self


class Sheets(list):
    def __init__(self, book):
        self.book = book

    def __getitem__(self, key):
        return next(s for s in self if s.name == key) if isinstance(key, str) else super().__getitem__(key)

    def add(self, name, after):
        made = Sheet(self.book, name, [])
        self.append(made)
        self.active = made
        return made


class Book:
    def __init__(self, name, sheets, app=None):
        self.name, self.closed = name, False
        self.sheets = Sheets(self)
        self.sheets.extend(Sheet(self, title, cells) for title, cells in sheets.items())
        self.sheets.active = self.sheets[0]
        self.app = app or App()
        self.api = SimpleNamespace(Worksheets=SimpleNamespace(Copy=self.copy))

    def copy(self, After):
        target = After.book
        assert After is target.sheets[-1]
        target.sheets.extend(Sheet(target, sheet.name, sheet.cells) for sheet in self.sheets)

    def close(self):
        self.closed = True


class App:
    def __init__(self):
        self.lines, self.display_alerts = [], True
        self.books = SimpleNamespace(open=self.open)

    def __setattr__(self, name, value):
        if name == "status_bar":
            self.lines.append(value)
        else:
            super().__setattr__(name, value)

    def open(self, path):
        read = CalamineWorkbook.from_path(path)
        return Book(
            Path(path).name, {n: read.get_sheet_by_name(n).to_python() for n in read.sheet_names}, self
        )


@pytest.fixture(autouse=True)
def own_settings(tmp_path, monkeypatch):
    monkeypatch.setenv(settings.PLACE_VARIABLE, str(tmp_path / "addin.ini"))


@pytest.fixture
def book():
    return Book(
        "Eight.xlsx", {"Data": DATA, "Framework": FRAMEWORK, "Scenario": SCENARIO, "Mine": [["notes"]]}
    )


def names(book):
    return [sheet.name for sheet in book.sheets]


def test_run_adds_result_sheets_and_leaves_the_users_own(book):
    ours = [sheet.cells for sheet in book.sheets]
    finished = ribbon.run(book)
    assert finished.state == "done", finished.message
    assert names(book)[:4] == ["Data", "Framework", "Scenario", "Mine"]
    assert [sheet.cells for sheet in book.sheets[:4]] == ours
    assert {"Ranking", "Robustness"} <= set(names(book))
    assert book.sheets["Robustness"].cells[0][0] == "Eight units"
    assert book.app.lines[-1] == "tierwise: Eight: done"
    assert book.app.display_alerts is True


def test_a_second_run_replaces_its_own_sheets_only(book):
    book.sheets[3].name = "Robustness"
    ribbon.robustness(book)
    assert names(book).count("Robustness") == 2
    ribbon.robustness(book)
    assert names(book).count("Robustness") == 2
    assert [["notes"]] in [sheet.cells for sheet in book.sheets]


def test_the_run_ends_when_asked_to(book, monkeypatch):
    asked = []

    def ask(self, text):
        if not asked:
            asked.append(ribbon.cancel_file(book.name).touch())

    monkeypatch.setattr(ribbon, "show", ask)
    book.sheets["Scenario"].cells = [*SCENARIO[:2], ["uncertainty.draws", 3_000_000]]
    assert ribbon.run(book).state == "cancelled"
    assert names(book) == ["Data", "Framework", "Scenario", "Mine"]
    assert not ribbon.cancel_file(book.name).exists()


def test_problems_are_listed_with_links_to_their_cells(book):
    book.sheets["Data"].cells = [*DATA[:3], ["c", "C", "n/a", "#N/A"], *DATA[4:]]
    for command in (ribbon.check, ribbon.run):
        command(book)
        sheet = book.sheets[ribbon.CHECK_SHEET]
        assert [line[1] for line in sheet.cells] == ["place", "Data!C4", "Data!D4"]
        assert sheet.links == {"B2": ("#'Data'!C4", "Data!C4"), "B3": ("#'Data'!D4", "Data!D4")}
        assert book.sheets.active.name == "Data"
        assert names(book).count(ribbon.CHECK_SHEET) == 1


def test_cautions_are_listed_where_there_is_no_problem(book):
    book.sheets["Data"].cells = [*DATA, ["Total", "Total", 1, 2]]
    assert [found.code for found in ribbon.check(book)] == ["D017"]
    place = f"Data!{len(DATA) + 1}"
    assert book.sheets[ribbon.CHECK_SHEET].links == {"B2": (f"#'Data'!A{len(DATA) + 1}", place)}


def test_a_clean_workbook_is_said_to_be_clean(book):
    assert ribbon.check(book) == ()
    assert book.app.lines == ["tierwise: Eight: no problem found"]


class BusyError(Exception):
    hresult = -2147418111


def test_a_busy_excel_is_asked_again(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    answers = iter([BusyError, BusyError, None])

    def action():
        if answer := next(answers):
            raise answer
        return "done"

    assert ribbon.patiently(action) == "done"
    with pytest.raises(BusyError):
        ribbon.patiently(lambda: (_ for _ in ()).throw(BusyError()), seconds=0)
    with pytest.raises(ZeroDivisionError):
        ribbon.patiently(lambda: 1 / 0)


class Saved:
    """A workbook on disk, of which Excel writes a copy as it is now."""

    def __init__(self, path, fullname=None):
        self.path, self.name, self.app = path, path.name, App()
        self.api = SimpleNamespace(
            FullName=fullname or str(path),
            SaveCopyAs=lambda copy: Path(copy).write_bytes(path.read_bytes()),
        )


def linked(path, formula="=[1]!IDX_RANK(A1)"):
    with xlsxwriter.Workbook(path, {"use_future_functions": False}) as made:
        made.add_worksheet("榜单").write_formula("A1", formula)
    return path


def test_repairing_links_writes_a_copy_beside_the_book(tmp_path):
    source = linked(tmp_path / "榜单 2019.xlsx", "=_xll.IDX_RANK(A2)")
    before = source.read_bytes()
    book = Saved(source)
    out = beside.repair(book)
    assert out == tmp_path / "榜单 2019-relinked.xlsx"
    assert b"<f>IDX_RANK(A2)</f>" in zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml")
    assert source.read_bytes() == before
    assert book.app.lines[-1].startswith("tierwise: ")
    assert str(out) in book.app.lines[-1]
    assert len(book.app.lines[-1]) <= 255
    assert beside.repair(book) is None  # it is there, and is not replaced
    assert "I014" in book.app.lines[-1]


def test_repairing_a_book_in_the_cloud_writes_to_the_users_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "cloud").mkdir()
    source = linked(tmp_path / "cloud" / "a.xlsx", "=_xll.IDX_RANK(A2)")
    assert beside.repair(Saved(source, "https://d.docs.live.net/1/a.xlsx")) == tmp_path / "a-relinked.xlsx"


@pytest.mark.parametrize(("name", "told"), [("Book1", "C042"), ("a.xlsb", "C042"), ("a.xlsx", "nothing")])
def test_what_cannot_or_need_not_be_repaired_is_told(tmp_path, name, told):
    linked(tmp_path / "plain.xlsx", "=IDX_RANK(A2)").rename(tmp_path / name)
    book = Saved(tmp_path / name)
    assert beside.repair(book) is None
    assert told in book.app.lines[-1]
    assert [path.name for path in tmp_path.iterdir() if "relinked" in path.name] == []


def saved(path, sheets):
    """Return a workbook on disk whose sheets Excel shows as they are."""
    with xlsxwriter.Workbook(path) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    book = Saved(path)
    book.sheets = [Sheet(book, name, rows) for name, rows in sheets.items()]
    book.app.books = SimpleNamespace(open=lambda name: book.app.opened.append(Path(name)))
    book.app.opened = []
    return book


def cells(path, sheet):
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()


def test_a_raw_table_is_cleaned_into_a_copy_that_is_opened(tmp_path):
    rows = [
        ["表1 工业", "", ""],
        ["地区", "产值", "能耗"],
        ["", "亿元", "万吨"],
        ["甲县", "1,234", 5],
        ["乙县", 980, "—"],
    ]
    book = saved(tmp_path / "年鉴.xlsx", {"Sheet1": rows})
    before = book.path.read_bytes()
    out = beside.clean(book)
    assert out == tmp_path / "年鉴-clean.xlsx"
    assert book.app.opened == [out]
    data = cells(out, CalamineWorkbook.from_path(out).sheet_names[0])
    assert [row[2] for row in data[1:]] == [1234, 980]
    assert book.path.read_bytes() == before
    assert "年鉴-clean.xlsx" in book.app.lines[-1]
    assert beside.clean(saved(tmp_path / "blank.xlsx", {"Sheet1": [[""]]})) is None


def test_forms_are_sent_and_collected_from_the_book(tmp_path):
    framework = [["code", "name", "parent", "weight"], ["a", "A", "", ""], ["b", "B", "", ""]]
    data = [["code", "name", "a", "b"], ["x", "X", 1, 2], ["y", "Y", 2, 1]]
    listed = [["name"], ["Ann"], ["Bob"]]
    sheets = {"Data": data, "Framework": framework, "Scenario": [["key", "value"], ["language", "en"]]}
    book = saved(tmp_path / "panel.xlsx", sheets)
    assert beside.send(book) is None
    assert "_experts" in book.app.lines[-1]
    book = saved(tmp_path / "panel.xlsx", {**sheets, "_experts": listed})
    folder = beside.send(book)
    assert folder == tmp_path / "panel-forms"
    forms = sorted(folder.glob("*.xlsx"))
    assert [form.stem for form in forms] == ["E01_Ann", "E02_Bob"]
    assert beside.collect(book) is None  # nobody has answered yet
    assert book.app.lines[-1].startswith("tierwise: E2")
    for form, scores in zip(forms, ([9, 3], [7, 5]), strict=True):
        fill(form, dict(zip("ab", scores, strict=True)))
    out = beside.collect(book)
    assert out == tmp_path / "panel-collected.xlsx"
    head, *experts = cells(out, "Experts")
    at = [head.index("a"), head.index("b")]
    assert [[row[column] for column in at] for row in experts] == [[9, 3], [7, 5]]
    assert "2" in book.app.lines[-1]
