"""Ranks of named units that a sentence states: held against the report's list, or named as not checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.proofreading.reader import Proof, proof

LIST = (
    "表1 2019年榜单\n\n排名\t省份\t名称\n1\t江苏\t江阴市\n2\t江苏\t昆山市\n3\t浙江\t慈溪市\n4\t山东\t龙口市\n"
)
OTHER = "表2 创新榜\n\n排名\t省份\t名称\n1\t江苏\t昆山市\n2\t江苏\t江阴市\n3\t浙江\t慈溪市\n"
ENGLISH = (
    "Table 1 List of 2019\n\nRank\tName\tProvince\n1\tAlder\tNorth\n2\tNew Birch\tSouth\n3\tCedar\tNorth\n"
)


def read(tmp_path: Path, sentence: str, tables: str = LIST) -> Proof:
    path = tmp_path / "report.txt"
    path.write_text(f"# 概况\n\n{sentence}\n\n{tables}", encoding="utf-8")
    return proof(path)


def ranks(made: Proof) -> list[tuple[str, str, str]]:
    return [(one.kind, one.printed, one.right) for one in made.wrong]


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("江阴市位居第{}位。", (1, 2)),
        ("江苏昆山市继续位列第{}。", (2, 1)),
        ("其中，江阴市位居第1位，慈溪市排名第{}。", (3, 4)),
        ("江阴市、昆山市分列第1、{}位。", (2, 3)),
        ("昆山市和慈溪市分别位居第2位和第{}位。", (3, 1)),
        ("排名第{}的是龙口市。", (4, 3)),
        ("慈溪第{}名。", ("三", "二")),
        ("在2019年百强县（市）中，龙口市以0.31分居第{}位。", (4, 2)),
        ("2019年4个入榜县（市）分布于3个省，昆山市位居第{}位。", (2, 3)),
        ("2019年4个入榜县（市）分布于3个省。从位次看，昆山市位居第{}位。", (2, 4)),
    ],
)
def test_a_rank_is_held_against_the_list(
    tmp_path: Path, sentence: str, wrong: tuple[int | str, int | str]
) -> None:
    right, other = wrong
    made = read(tmp_path, sentence.format(right))
    assert made.wrong == ()
    assert made.unchecked == ()
    digits = {"二": "2", "三": "3"}
    expected = ("rank", digits.get(str(other), str(other)), digits.get(str(right), str(right)))
    assert ranks(read(tmp_path, sentence.format(other))) == [expected]


@pytest.mark.parametrize("sentence", ["昆山市位居榜首。", "昆山市居首位。"])
def test_the_first_place_has_words_of_its_own(tmp_path: Path, sentence: str) -> None:
    assert ranks(read(tmp_path, sentence)) == [("rank", "1", "2")]
    assert read(tmp_path, sentence.replace("昆山市", "江阴市")).wrong == ()


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("江苏2个，居首位，江阴市绿色得分位居第2位。", "江阴市绿色得分位居第2位"),
        ("浙江1个，昆山市由第3名升至第2名。", "昆山市由第3名升至第2名"),
        ("浙江1个，滕州市位居第2位。", "滕州市位居第2位"),
        ("滕州市位居第二位。", "滕州市位居第二位。"),
    ],
)
def test_what_is_not_held_against_it_is_named(tmp_path: Path, sentence: str, claim: str) -> None:
    made = read(tmp_path, f"从数量看，4个入榜县（市）分布于3个省。{sentence}")
    assert made.wrong == ()
    assert [text for _, text in made.unchecked] == [claim]


@pytest.mark.parametrize(
    "sentence",
    [
        "从GDP看，昆山市位居第1位。",
        "江阴市位居江苏第2位。",
        "2018年江阴市位居第2位。",
        "江阴市GDP达4000亿元，位居第3位。",
    ],
)
def test_a_rank_of_something_else_is_no_fault(tmp_path: Path, sentence: str) -> None:
    made = read(tmp_path, sentence)
    assert made.wrong == ()
    assert [text for _, text in made.unchecked] == [sentence]


def test_a_rank_of_another_list_that_is_named_is_no_fault(tmp_path: Path) -> None:
    size = "从数量看，4个入榜县（市）分布于3个省，江苏2个，居首位。"
    named = read(tmp_path, f"{size}创新榜另列。江阴市位居第2位。", f"{LIST}\n\n{OTHER}")
    assert named.wrong == ()
    assert [text for _, text in named.unchecked] == ["江阴市位居第2位。"]
    assert ranks(read(tmp_path, f"{size}江阴市位居第2位。", f"{LIST}\n\n{OTHER}")) == [("rank", "2", "1")]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Alder ranks 2nd.", [("rank", "2", "1")]),
        ("In 2019, Alder ranks first and New Birch is third.", [("rank", "3", "2")]),
        ("Cedar ranks no. 3 overall, New Birch holds rank 3.", [("rank", "3", "2")]),
        ("Alder is 1st, New Birch ranks 2nd on the list and Cedar comes third.", []),
    ],
)
def test_english(tmp_path: Path, sentence: str, found: list[tuple[str, str, str]]) -> None:
    path = tmp_path / "report.txt"
    path.write_text(f"# The list\n\n{sentence}\n\n{ENGLISH}", encoding="utf-8")
    made = proof(path)
    assert ranks(made) == found
    assert made.unchecked == ()


def test_english_ranks_of_something_else_are_named(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text(
        f"# The list\n\nNorth leads with 2, Alder is 2nd in trade.\n\n{ENGLISH}", encoding="utf-8"
    )
    made = proof(path)
    assert made.wrong == ()
    assert [text for _, text in made.unchecked] == ["Alder is 2nd in trade"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("由1个增至2个", []),
        ("由3个减至2个", [("count", "3", "1")]),
        ("由1个增至4个", [("count", "4", "2")]),
    ],
)
def test_counts_of_two_years_in_a_sentence(
    tmp_path: Path, said: str, found: list[tuple[str, str, str]]
) -> None:
    years = "表2 两年分布\n\n省份\t2018年\t2019年\n江苏\t1\t2\n浙江\t1\t1\n山东\t2\t1\n"
    text = f"2018年至2019年，各省入榜县（市）数量：江苏{said}，山东由2个减至1个。"
    made = read(tmp_path, text, f"{LIST}\n\n{years}")
    assert ranks(made) == found
