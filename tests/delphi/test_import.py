"""Tables of questionnaire services: every score in its place, everything else named."""

import re
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from tests.delphi.forms import CODES, make_book, seeded
from tierwise.delphi import delphi_import
from tierwise.delphi.worded import CHINESE, ENGLISH, IN_USE, word_scale
from tierwise.errors import TierwiseError
from tierwise.inputs import Experts, Framework
from tierwise.inputs.files import read_workbook

HEADS = {
    "names": lambda at, code: f"指标{code}",
    "codes": lambda at, code: code,
    "service": lambda at, code: f"{at + 3}、请评价下列各项的重要性—指标{code}",
    "asked": lambda at, code: f"Q{at + 1}. 指标{code}的重要程度",
    "brackets": lambda at, code: (
        f"{at + 1}.【一级】指标{code}（1-9分）" if at < 0 else f"{at + 1}.题[指标{code}]"
    ),
}


def table(
    path: Path, heads: list[str], rows: list[list[object]], *, turned: bool = False, title: bool = False
) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    cells = [["序号", "提交答卷时间", "您的姓名", *heads]]
    cells += [[at + 1, "2024/5/1 10:00", f"专家{at + 1:03}", *row] for at, row in enumerate(rows)]
    if turned:
        cells = [list(column) for column in zip(*cells, strict=True)]
    if title:
        cells = [["县域指数第一轮咨询"], *cells]
    for row in cells:
        sheet.append(row)
    book.save(path)
    return path


def scores(path: Path) -> np.ndarray:
    sheets = read_workbook(path)
    framework = Framework.from_sheet(sheets["Framework"])
    last = Experts.from_sheet(sheets["Experts"], framework, 9.0).last
    places = [framework.codes.index(code) for code in CODES]
    return np.asarray(Experts.from_sheet(sheets["Experts"], framework, 9.0).on_nodes(framework))[
        :, places
    ] + 0 * len(last)


@pytest.mark.parametrize("kind", HEADS)
@pytest.mark.parametrize("turned", [False, True])
def test_every_score_is_in_its_place(kind: str, turned: bool, tmp_path: Path) -> None:
    given = seeded(5, 20)
    order = np.random.default_rng(3).permutation(len(CODES))
    heads = [HEADS[kind](at, CODES[at]) for at in order]
    raw = table(tmp_path / "t.xlsx", heads, given[:, order].tolist(), turned=turned, title=not turned)
    made = delphi_import(raw, make_book(tmp_path / "book.xlsx"), tmp_path / "out.xlsx")
    assert [one.code for one in made.problems] == ["E230"]
    np.testing.assert_array_equal(scores(tmp_path / "out.xlsx"), given)
    assert made.taken[4].who.label == "专家005"


def test_words_of_five_levels_and_numbers_with_words(tmp_path: Path) -> None:
    given = seeded(6, 8, 1, 5)
    words = ["非常不重要", "不太重要", "一般", "比较重要", "非常重要"]
    forms = (
        "{word}",
        "{score}分",
        "{score}（{word}）",
        "A.{word}",
        "{score}",
        " {score} ",
        "{score} {word}",
        "Ｃ、{word}",
    )
    rows: list[list[object]] = [
        [forms[at].format(score=int(value), word=words[int(value) - 1]) for value in row]
        for at, row in enumerate(given)
    ]
    raw = table(tmp_path / "t.xlsx", CODES, rows)
    named = ["experts.words", "、".join(words)]
    book = make_book(tmp_path / "book.xlsx", scale=5, settings=[named])
    delphi_import(raw, book, tmp_path / "out.xlsx")
    np.testing.assert_array_equal(scores(tmp_path / "out.xlsx"), given)


@pytest.mark.parametrize("answer", ["1/5", "3、重要", "5 6", "约4", "4-5", "重要吧", "2024年", True])
def test_what_is_no_answer_is_named_and_not_guessed(answer: object, tmp_path: Path) -> None:
    given = seeded(7, 6)
    rows: list[list[object]] = given.tolist()
    rows[2][3] = answer
    raw = table(tmp_path / "t.xlsx", CODES, rows)
    made = delphi_import(raw, make_book(tmp_path / "book.xlsx"), tmp_path / "out.xlsx")
    (one,) = [one for one in made.problems if one.code == "E207"]
    assert one.place == "t.xlsx: Sheet!G4"
    assert re.search(r"可填：\d至(\d)的数，如“\1”或“\1分”", one.line("zh"))
    wanted = given.copy()
    wanted[2, 3] = np.nan
    np.testing.assert_array_equal(scores(tmp_path / "out.xlsx"), wanted)


def test_faults_are_named_and_the_rest_is_taken(tmp_path: Path) -> None:
    given = seeded(8, 6)
    rows: list[list[object]] = given.tolist()
    rows[1][0] = 12
    rows[4] = [None] * len(CODES)  # nobody
    heads = [*CODES[:-1], "别的问题"]
    raw = table(tmp_path / "t.xlsx", heads, rows)
    made = delphi_import(raw, make_book(tmp_path / "book.xlsx"), tmp_path / "out.xlsx")
    assert {one.code for one in made.problems} == {"E208", "E230", "E231"}
    assert len(made.taken) == 5


def test_what_cannot_be_mapped_is_refused(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx")
    for heads, code in ((["x", "y"], "E228"), ([*CODES, "指标A1"], "E229")):
        raw = table(tmp_path / "t.xlsx", heads, [[5.0] * len(heads)])
        with pytest.raises(TierwiseError) as raised:
            delphi_import(raw, book, tmp_path / "out.xlsx")
        assert [one.code for one in raised.value.problems] == [code]
        assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize(
    ("scale", "top"),
    [
        ("不重要/不太重要/一般/重要/很重要", 5),
        ("不重要/一般/比较重要/重要/非常重要", 5),
        ("很不重要/不重要/一般/重要/很重要", 5),
        ("不重要/一般/重要/很重要/极其重要", 5),
        ("Not important/slightly important/Moderately important/important/Very important", 5),
        (
            "not at all important/slightly important/moderately important/very important/extremely important",
            5,
        ),
        ("非常不重要/不重要/不太重要/一般/比较重要/重要/非常重要", 7),
        ("不重要/一般/重要", 3),
    ],
)
def test_words_are_read_in_their_order_and_told(scale: str, top: int, tmp_path: Path) -> None:
    words = scale.split("/")
    given = seeded(6, 12, 1, top)
    rows: list[list[object]] = [[words[int(value) - 1] for value in row] for row in given]
    raw = table(tmp_path / "t.xlsx", CODES, rows)
    made = delphi_import(raw, make_book(tmp_path / "book.xlsx", scale=top), tmp_path / "out.xlsx")
    np.testing.assert_array_equal(scores(tmp_path / "out.xlsx"), given)
    (told,) = [one for one in made.problems if one.code == "E234"]
    assert [float(str(part).rpartition("=")[2]) for part in told.fields["words"]] == [*range(1, top + 1)]


def test_words_of_several_scales_are_refused_until_the_scale_is_named(tmp_path: Path) -> None:
    """Nobody chose the lowest word: 不重要 may be 1 or 2."""
    words = ["不重要", "一般", "重要", "很重要"]
    given = seeded(6, 12, 1, 4)
    rows: list[list[object]] = [[words[int(value) - 1] for value in row] for row in given]
    rows[0][0] = "3"
    raw = table(tmp_path / "t.xlsx", CODES, rows)
    made = delphi_import(raw, make_book(tmp_path / "book.xlsx", scale=5), tmp_path / "out.xlsx")
    refused = [one for one in made.problems if one.code == "E235"]
    assert len(refused) == given.size - 1
    assert refused[0].place == "t.xlsx: Sheet!E2"
    assert {"很不重要/不重要/一般/重要/很重要", "不重要/不太重要/一般/重要/很重要"} <= {
        *refused[0].fields["scales"]  # type: ignore[misc]
    }
    named = ["experts.words", "不重要、不太重要、一般、重要、很重要"]
    book = make_book(tmp_path / "named.xlsx", scale=5, settings=[named])
    made = delphi_import(raw, book, tmp_path / "named-out.xlsx")
    (told,) = [one for one in made.problems if one.code == "E234"]
    assert told.fields["words"] == ["不重要 = 1", "不太重要 = 2", "一般 = 3", "重要 = 4", "很重要 = 5"]
    wanted = np.array([1.0, 3.0, 4.0, 5.0])[given.astype(int) - 1]
    wanted[0, 0] = 3.0
    np.testing.assert_array_equal(scores(tmp_path / "named-out.xlsx"), wanted)


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("很不重要、不重要、一般、重要、很重要", "E234"),
        ("很重要、重要、一般、不重要、很不重要", "E247"),  # as questionnaires list them
        ("很重要、重要、看情况、不重要、很不重要", "E247"),
        ("很重要>重要>一般>不重要>很不重要", "E247"),
        ("很不重要 ＜ 不重要 ＜ 一般 ＜ 重要 ＜ 很重要", "E234"),
        ("很不重要->不重要->一般→重要⇒很重要", "E234"),
        ("戊>丁>丙>乙>甲", "E247"),  # words that are not known, by their signs
        ("甲<乙<丙<丁<戊", "E234"),
        ("甲->乙->丙->丁->戊", "E234"),
        ("甲<乙<丙>丁>戊", "E248"),
        ("很重要<重要<一般<不重要<很不重要", "E248"),
        ("很不重要>不重要>一般>重要>很重要", "E248"),
        ("很不重要、一般、不重要、重要、很重要", "E248"),
        ("重要、很重要、一般、不重要、很不重要", "E248"),
    ],
)
def test_a_scale_that_is_named_is_read_from_its_lowest_word(named: str, code: str, tmp_path: Path) -> None:
    words = ["很不重要", "不重要", "看情况" if "看情况" in named else "一般", "重要", "很重要"]
    words = [*"甲乙丙丁戊"] if "甲" in named else words
    given = seeded(6, 12, 1, 5)
    raw = table(tmp_path / "t.xlsx", CODES, [[words[int(value) - 1] for value in row] for row in given])
    book = make_book(tmp_path / "book.xlsx", scale=5, settings=[["experts.words", named]])
    if code == "E248":
        with pytest.raises(TierwiseError) as raised:
            delphi_import(raw, book, tmp_path / "out.xlsx")
        assert [(one.code, one.place) for one in raised.value.problems] == [(code, "[experts] words")]
        assert not (tmp_path / "out.xlsx").exists()
        return
    made = delphi_import(raw, book, tmp_path / "out.xlsx")
    np.testing.assert_array_equal(scores(tmp_path / "out.xlsx"), given)
    (told,) = [one for one in made.problems if one.code in {"E234", "E247", "E248"}]
    assert (told.code, told.fields["words"]) == (code, [f"{word} = {at}" for at, word in enumerate(words, 1)])


def test_a_scale_that_no_answer_uses_is_not_told(tmp_path: Path) -> None:
    given = seeded(6, 4, 1, 5)
    raw = table(tmp_path / "t.xlsx", CODES, given.tolist())
    settings = [["experts.words", "很不重要、一般、不重要、重要、很重要"]]
    book = make_book(tmp_path / "book.xlsx", scale=5, settings=settings)
    made = delphi_import(raw, book, tmp_path / "out.xlsx")
    np.testing.assert_array_equal(scores(tmp_path / "out.xlsx"), given)
    assert not {"E234", "E247"} & {one.code for one in made.problems}


def test_scales_to_choose_from_are_each_in_one_language() -> None:
    names = {name for scale in IN_USE for point in scale for name in point}
    assert all(ENGLISH.get(name, name).isascii() for name in names)
    assert not any(CHINESE.get(name, name).isascii() for name in names)
    for answers, english in ((["not important", "important"], True), (["一般", "很重要", "极其重要"], False)):
        fitting = word_scale(answers, 5).fitting
        assert len(fitting) > 1
        assert all(word.isascii() == english for one in fitting for word in one.split("/")), fitting


@pytest.mark.parametrize(
    ("words", "top", "settings"),
    [
        (["不重要", "不太重要", "一般", "重要", "很重要", "非常重要"], 5, []),  # six words on five points
        (["不重要", "不太重要", "一般", "重要", "很重要"], 9, []),
        (["不重要", "一般", "重要"], 5, [["experts.words", "不重要、一般、重要"]]),
        (["not important", "fairly important", "moderately important", "important", "very important"], 5, []),
    ],
)
def test_words_that_make_no_scale_are_named(
    words: list[str], top: int, settings: list[list[str]], tmp_path: Path
) -> None:
    given = seeded(6, 12, 1, len(words))
    rows: list[list[object]] = [[words[int(value) - 1] for value in row] for row in given]
    book = make_book(tmp_path / "book.xlsx", scale=top, settings=settings)
    made = delphi_import(table(tmp_path / "t.xlsx", CODES, rows), book, tmp_path / "out.xlsx")
    assert sum(one.code == "E236" for one in made.problems) == given.size


def test_experts_without_a_name_are_told(tmp_path: Path) -> None:
    raw = openpyxl.Workbook()
    raw.active.append(["姓名", *CODES])
    for name, row in zip(["赵一", None, "钱二"], seeded(9, 3).tolist(), strict=True):
        raw.active.append([name, *row])
    raw.save(tmp_path / "t.xlsx")
    book = make_book(tmp_path / "book.xlsx")
    made = delphi_import(tmp_path / "t.xlsx", book, tmp_path / "out.xlsx")
    assert [(one.code, one.place, one.fields["label"]) for one in made.problems] == [
        ("E238", "t.xlsx: Sheet!A3", "专家2")
    ]
    raw.active.delete_cols(1)
    raw.save(tmp_path / "t.xlsx")
    made = delphi_import(tmp_path / "t.xlsx", book, tmp_path / "nobody.xlsx")
    assert [one.code for one in made.problems] == ["E237"]


def test_names_stand_under_numbered_questions_and_strangers_take_nobodys_place(tmp_path: Path) -> None:
    given = seeded(9, 3)
    experts = [["轮次", "专家", "权威系数", "组别", *CODES]]
    experts += [[1, f"专家{at}", 0.8, "企业", *row] for at, row in enumerate(seeded(1, 3).tolist(), 1)]
    book = make_book(tmp_path / "book.xlsx", experts=experts)
    raw = openpyxl.Workbook()
    raw.active.append(["序号", "1、您的姓名：", *CODES])
    for at, (name, row) in enumerate(zip(["赵一", "", "钱二"], given.tolist(), strict=True), 1):
        raw.active.append([at, name, *row])
    raw.save(tmp_path / "t.xlsx")
    made = delphi_import(tmp_path / "t.xlsx", book, tmp_path / "out.xlsx", round=2)
    assert [form.who.label for form in made.taken] == ["赵一", "专家2 (E02)", "钱二"]
    sheets = read_workbook(tmp_path / "out.xlsx")
    framework = Framework.from_sheet(sheets["Framework"])
    first, last = Experts.from_sheet(sheets["Experts"], framework, 9.0).rounds
    assert first.authority is not None
    np.testing.assert_array_equal(first.authority, 0.8)
    assert last.authority is None
    assert last.camps == ("", "", "")


def test_shares_on_a_scale_to_a_hundred_are_not_taken_for_points(tmp_path: Path) -> None:
    given = seeded(3, 3, 40, 99)
    rows: list[list[object]] = given.tolist()
    rows[1] = [value / 100 for value in given[1]]  # as a spreadsheet keeps 85 %
    rows[2] = [f"{value:g}%" for value in given[2]]
    raw = table(tmp_path / "t.xlsx", CODES, rows)
    made = delphi_import(raw, make_book(tmp_path / "book.xlsx", scale=100), tmp_path / "out.xlsx")
    told = [(one.code, one.place) for one in made.problems if one.code != "E230"]
    assert told == [("E243", "t.xlsx: Sheet!D3")]
    assert [len(form.answers) for form in made.taken] == [len(CODES), 0, len(CODES)]
    assert [*made.taken[2].answers.values()] == [given[2][CODES.index(key)] for key in made.taken[2].answers]


def test_rows_of_totals_are_no_experts(tmp_path: Path) -> None:
    given = seeded(3, 3, 4, 9)
    raw = openpyxl.Workbook()
    raw.active.append(["姓名", *CODES])
    for name, row in zip(["赵一", "钱二", "孙三"], given.tolist(), strict=True):
        raw.active.append([name, *row])
    raw.active.append(["平均分", *[6.0] * len(CODES)])
    raw.active.append(["平均", *[6.0] * len(CODES)])
    raw.save(tmp_path / "t.xlsx")
    made = delphi_import(tmp_path / "t.xlsx", make_book(tmp_path / "book.xlsx"), tmp_path / "out.xlsx")
    assert [form.who.label for form in made.taken] == ["赵一", "钱二", "孙三"]
    assert [(one.code, one.place) for one in made.problems] == [
        ("E244", "t.xlsx: Sheet!A5"),
        ("E244", "t.xlsx: Sheet!A6"),
    ]


@pytest.mark.parametrize(
    ("heads", "left", "taken", "dropped"),
    [
        (["姓名", "服务范围"], [["赵一", "全国"], ["钱二", "江苏"], ["平均", ""]], [0, 1], ["A4 平均"]),
        (["姓名", "意见"], [["赵一", "均值"], ["钱二", "total"], ["Mean", "无"]], [0, 1], ["A4 Mean"]),
        (["意见", "姓名"], [["平均", "赵一"], ["合计", ""], ["", "总计"]], [0], ["A3 合计", "B4 总计"]),
        (["序号", "服务范围"], [[1, "全国"], [2, "全省"], ["", "合计"]], [0, 1], ["B4 合计"]),
    ],
)
def test_only_the_name_of_a_row_tells_that_it_is_a_total(
    heads: list[str], left: list[list[object]], taken: list[int], dropped: list[str], tmp_path: Path
) -> None:
    given = seeded(3, 3, 4, 9)
    raw = openpyxl.Workbook()
    raw.active.append([*heads, *CODES])
    for beside, row in zip(left, given.tolist(), strict=True):
        raw.active.append([*beside, *row])
    raw.save(tmp_path / "t.xlsx")
    made = delphi_import(tmp_path / "t.xlsx", make_book(tmp_path / "book.xlsx"), tmp_path / "out.xlsx")
    np.testing.assert_array_equal(scores(tmp_path / "out.xlsx"), given[taken])
    told = [one for one in made.problems if one.code == "E244"]
    assert [f"{one.place.partition('!')[2]} {one.fields['name']}" for one in told] == dropped
