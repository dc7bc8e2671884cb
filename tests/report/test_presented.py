"""Tables as people read them: names for codes, words for keys, in both languages."""

import re

import pandas as pd
import pytest

import tierwise as tw
from tierwise.report.presented import Names, names_of, presented
from tierwise.words.headings import heading
from tierwise.words.language import Language

NAMES = Names({"index": "指数", "a": "创新"}, {"1": "江阴市"}, {"a/*": "“创新”的下级权重"})


def test_a_name_stands_beside_a_code_or_for_it() -> None:
    weights = presented("weights", pd.DataFrame({"code": ["a"], "parent": [""]}), NAMES, "zh")
    assert weights.to_dict("records") == [{"code": "a", "name": "创新", "parent": ""}]
    scores = presented("scores", pd.DataFrame({"code": ["1"], "a": [0.5]}), NAMES, "zh")
    assert [*scores.columns] == ["code", "name", "创新"]
    same = presented("ranking", pd.DataFrame({"code": ["江阴市"], "name": ["江阴市"]}), NAMES, "zh")
    assert [*same.columns] == ["name"]


@pytest.mark.parametrize(("language", "words"), [("en", "new"), ("zh", "新进")])
def test_keys_become_words(language: Language, words: str) -> None:
    frame = pd.DataFrame({"code": ["1"], "name": ["江阴市"], "change": ["entry"]})
    assert presented("changes", frame, NAMES, language)["change"].tolist() == [words]


def test_outputs_and_inputs_are_told_in_words() -> None:
    frame = pd.DataFrame({"output": ["rank:1", "cut:2"], "input": ["a/*", "a/*"], "samples": [64, 64]})
    made = presented("sensitivity_convergence", frame, NAMES, "zh")
    assert made["output"].tolist() == ["江阴市的名次", "边界2的位次"]
    assert set(made["input"]) == {"“创新”的下级权重"}


def test_the_first_of_each_group_has_a_star() -> None:
    frame = pd.DataFrame({"code": ["1"], "name": ["江阴市"], "province": ["江苏"], "first_in_group": [1]})
    assert presented("ranking", frame, NAMES, "zh")["全省首位"].tolist() == ["★"]


def test_no_english_is_left_in_a_chinese_run() -> None:
    results = tw.run("industrial-counties-2019", draws=200)
    names = names_of(results.study)
    known = {"R&D强度", "人均GDP", *names.nodes.values()}
    for table, frame in results.tables.items():
        made = presented(table, frame, names, "zh")
        for column in map(str, made.columns):
            assert column in known or not re.fullmatch(r"[a-z_]+", heading(column, "zh")), (table, column)
            for value in {value for value in made[column] if isinstance(value, str)}:
                assert value in known or not re.search(r"[a-z]{3}", re.sub("Wilcoxon|Sobol", "", value)), (
                    table,
                    column,
                    value,
                )
