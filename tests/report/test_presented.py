"""Tables as people read them: names for codes, words for keys, in both languages."""

import re

import pandas as pd
import pytest

import tierwise as tw
from tierwise.report.presented import names_of, presented
from tierwise.tables.table import Names
from tierwise.words.language import Language

NAMES = Names({"index": "指数", "a": "创新"}, {"1": "江阴市"}, {"a/*": "“创新”的下级权重"})


def test_a_name_stands_beside_a_code_or_for_it() -> None:
    weights = presented("weights", pd.DataFrame({"code": ["a"], "parent": [""]}), NAMES, "zh")
    assert weights.frame.to_dict("records") == [{"code": "a", "name": "创新", "parent": ""}]
    scores = presented("scores", pd.DataFrame({"code": ["1"], "index": [0.5], "a": [0.5]}), NAMES, "zh")
    assert scores.headings("zh") == ["代码", "名称", "总指数", "创新"]
    same = presented("ranking", pd.DataFrame({"code": ["江阴市"], "name": ["江阴市"]}), NAMES, "zh")
    assert [*same.frame.columns] == ["name"]


@pytest.mark.parametrize(("language", "words"), [("en", "new"), ("zh", "新进")])
def test_keys_become_words(language: Language, words: str) -> None:
    frame = pd.DataFrame({"code": ["1"], "name": ["江阴市"], "change": ["entry"]})
    assert presented("changes", frame, NAMES, language).frame["change"].tolist() == [words]


def test_outputs_and_inputs_are_told_in_words() -> None:
    frame = pd.DataFrame({"output": ["rank:1", "cut:2"], "input": ["a/*", "a/*"], "samples": [64, 64]})
    made = presented("sensitivity_convergence", frame, NAMES, "zh").frame
    assert made["output"].tolist() == ["江阴市的名次", "边界2的位次"]
    assert set(made["input"]) == {"“创新”的下级权重"}


def test_the_first_of_each_group_has_a_star() -> None:
    columns = ["code", "name", "province", "gdp_group", "score", "rank", "tier", "first_in_group"]
    row = ["1", "江阴市", "江苏", "A", 0.5, 1, 1, 1, 0]
    frame = pd.DataFrame([row], columns=[*columns, "first_in_gdp_group"])
    made = presented("ranking", frame, NAMES, "zh")
    assert made.frame["first_in_group"].tolist() == ["★"]
    assert made.headings("zh")[-2:] == ["全省首位", "gdp_group首位"]
    assert made.headings("en")[-2:] == ["First in Province", "First in gdp_group"]
    assert made.frame["first_in_gdp_group"].isna().all()


def test_no_english_is_left_in_a_chinese_run() -> None:
    results = tw.run("industrial-counties-2019", draws=200)
    names = names_of(results.study)
    known = {"R&D强度", "人均GDP", *names.nodes.values()}
    for table, frame in results.tables.items():
        if table == "delphi_report":  # the words for a paper stand in both languages
            continue
        made = presented(table, frame, names, "zh")
        for heading, column in zip(made.headings("zh"), made.cells(), strict=True):
            if table == "sentences" and heading in (
                "名称",
                "所据表格",
            ):  # what files and templates call them by
                continue
            assert heading in known or not re.fullmatch(r"[a-z_]+", heading), (table, heading)
            for value in {value for value in column if isinstance(value, str)}:
                plain = re.sub(r"Wilcoxon|Sobol|Kendall|[a-z_]+ = [^;]*", "", value)
                assert value in known or not re.search(r"[a-z]{3}", plain), (table, heading, value)
