"""The settings form: every key has a name and an answer in both languages, and problems speak its words."""

import re
import string
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tierwise.errors import Problem, TierwiseError, problem
from tierwise.inputs import Sheet
from tierwise.report.template import texts, write_template
from tierwise.spec import Spec
from tierwise.spec.document import YEARS, Document, from_sheet
from tierwise.spec.form import default, explained, offered
from tierwise.spec.keys import Key
from tierwise.spec.schema import keys, validated
from tierwise.spec.speaking import SheetSpeaker
from tierwise.words.form import chinese_choices, meant, questions
from tierwise.words.keys import key_named, names, sections
from tierwise.words.language import Language
from tierwise.words.messages import catalogue
from tierwise.words.speaking import Choice

LANGUAGES: tuple[Language, ...] = ("en", "zh")
BESIDE = {"topics", "lists", "targets"}  # have sheets with headings of their own, or none
KEYS = [key for key in keys() if key.section.strip("[]") not in BESIDE]
ON_FORM = [key for key in KEYS if key.section in sections() and key.path != YEARS]


def read(*rows: tuple[object, object]) -> Document:
    """Read a sheet of settings."""
    return from_sheet(Sheet.from_cells("设置", [["设置项", "值"], *rows]))


def set_by(document: Document, path: str) -> Any:
    """Return what a document sets."""
    settings: Any = validated(Document({("name",): "n", **document.values}, document.places))
    for part in path.split("."):
        settings = getattr(settings, part)
    return settings


def test_every_key_has_names_and_every_name_a_key() -> None:
    assert {key.path for key in KEYS} | {"scenarios", "topics", "lists", "targets"} == {*names()}
    for one in names().values():
        if not one.key.startswith("scenarios."):
            for name in (one.key, *one.name, *one.also, f" {one.name.zh}："):
                assert key_named(name) == one.key, name
    assert {key.path for key in KEYS} >= {path for path, one in names().items() if one.choices}
    assert not any(key_named(title) for name in sections().values() for title in name)
    sizes = [len(one.name.zh) for one in names().values()]
    assert max(sizes) <= 16


@pytest.mark.parametrize("key", ON_FORM, ids=lambda key: key.path)
def test_every_answer_that_is_offered_is_taken(key: Key) -> None:
    asked = next((one for one in questions() if one.key == key.path), None)
    chinese = [*(asked.choices_zh if asked else ()), *offered(key, "zh")]
    english = [*(asked.choices if asked else ()), *offered(key, "en")]
    assert len(chinese) == len(english)
    for said, choice in zip(chinese, english, strict=True):
        if key.path == "index.round":  # of a list of decimals
            assert meant(key.path, said) == choice
            continue
        assert set_by(read((names()[key.path].name.zh, said)), key.path) == set_by(
            read((key.path, choice)), key.path
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_explanations_use_the_words_of_the_form(language: Language) -> None:
    for key in ON_FORM:
        told = explained(key, language)
        assert told
        assert "{" not in told.replace("{2018", "").replace("{1", ""), told
        if language == "zh":
            for choice, said in chinese_choices(key.path).items():
                own = re.search(rf"(?<![A-Za-z_\-（]){re.escape(choice)}(?![A-Za-z_\-:])", told)
                assert own is None or said == choice, told
        assert isinstance(default(key, language), str)


@pytest.mark.parametrize(
    ("name", "answer", "path", "value"),
    [
        ("连续进入前几名", "10、２０", "report.tops", (10, 20)),
        ("连续进入前几名", 10, "report.tops", (10,)),
        (
            "数据误差",
            "地区生产总值=5%；人口＝0.02",
            "uncertainty.methods.noise",
            {"地区生产总值": 0.05, "人口": 0.02},
        ),
        ("更名单位", "320683=320614", "report.renamed", {"320683": "320614"}),
        ("价格指数列", "产值=产值指数", "panel.deflator", {"产值": "产值指数"}),
        ("权重来源", "熵权法、专家打分", "index.weights", ("entropy", "experts")),
        ("合成方法", "加权求和，几何平均", "index.aggregation", ("arithmetic", "geometric")),
        ("得分小数位", "3、不取舍", "index.round", (3, "none")),
        ("敏感性输入", "每位专家、每项指标", "sensitivity.inputs", ("experts", "indicators")),
        ("零值视同缺失", "是", "index.screen.zeros", True),
        ("Zeros are no data", "no", "index.screen.zeros", False),
        ("剔除的单位", "甲县", "index.screen.drop", ("甲县",)),
        ("数据来源", "年鉴；公报，各县统计局", "report.source", "年鉴；公报，各县统计局"),
        ("区间", "９５％", "uncertainty.interval", 0.95),
        ("标准化取值范围", "【40，100】", "index.normalise.to", (40.0, 100.0)),
        ("[tiers] count", "自动", "tiers.count", "auto"),
    ],
)
def test_answers_as_people_type_them(name: str, answer: object, path: str, value: object) -> None:
    assert set_by(read((name, answer)), path) == value


def test_texts_of_toml_files_are_taken_as_they_are() -> None:
    with pytest.raises(TierwiseError) as caught:
        Spec.of(index={"screen": {"drop": "甲、乙"}})
    assert [one.code for one in caught.value.problems] == ["S003"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_holds_every_key_the_further_ones_folded(language: Language, tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx", language)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet = book[texts(language)["sheets"]["Settings"]]
    told = {key_named(str(row[0].value)): row[0].row for row in sheet.iter_rows(min_row=2) if row[0].value}
    assert set(told) >= {key.path for key in ON_FORM}
    first = {one.key for one in questions()}
    for key in ON_FORM:
        line = told[key.path]
        folded = sheet.row_dimensions[line]
        assert (folded.hidden, folded.outlineLevel) == ((False, 0) if key.path in first else (True, 1))
        assert sheet.cell(line, 3).value
    ruled = {str(area) for rule in sheet.data_validations.dataValidation for area in rule.sqref.ranges}
    assert ruled == {
        f"B{told[key.path]}"
        for key in ON_FORM
        if offered(key, language) or any(one.key == key.path and one.choices for one in questions())
    }
    answers = book[texts(language)["lists"]]
    assert answers.sheet_state == "hidden"
    for rule in sheet.data_validations.dataValidation:
        cells = [cell.value for (cell,) in answers[str(rule.formula1).partition("!")[2].replace("$", "")]]
        assert None not in cells


def samples() -> Iterator[tuple[str, Problem]]:
    """Yield every problem with something in each of its fields."""
    for code, entry in catalogue().items():
        fields: dict[str, object] = {}
        for text in entry.values():
            for _, name, spec, _ in string.Formatter().parse(text):
                if name and name not in ("where", "setting", "choice"):
                    fields[name] = "甲"
                for _, inner, _, _ in string.Formatter().parse(spec or ""):
                    fields |= {inner: "mean" if inner == "method" else "2018"} if inner else {}
        yield code, problem(code, "设置!B3", **fields)  # type: ignore[arg-type]  # any fields


def test_every_setting_in_a_message_is_one() -> None:
    marks = re.compile(r"\{(setting|choice):([^{}=]*)")
    for code, entry in catalogue().items():
        for text in entry.values():
            for kind, name in marks.findall(text):
                known = {*names(), *sections()}
                assert kind == "choice" or name in known, (code, name)


SPOKEN_OTHERWISE = {
    "M040": "of cells, which have options",
    "W103": "of cells, which have options",
    "V014": "names outputs as they are typed",
    "X007": "names a function of Python",
    "S024": "of Python",
}
PLAIN = r"tierwise\[[a-z]+\]|`[^`]*`|tierwise [a-z]+|--[a-z]+|（[a-z、]+）|IDX_\w+|\.toml|extends"


def test_a_form_s_user_is_told_no_keys_of_files() -> None:
    speaker = SheetSpeaker("form", "设置")
    last = {path.rpartition(".")[2] for path in names()} - {"year", "name", "code", "method", "base"}
    for code, one in samples():
        if code[0] == "C" or code in SPOKEN_OTHERWISE:
            continue  # cells have no settings
        told = re.sub(PLAIN, "", replace(one, speaker=speaker).line("zh"))
        assert not re.search(r"\[\[?[a-z_.]+\]|[a-z]\.[a-z_]+ ?=", told), told
        words = set(re.findall(r"(?<![A-Za-z.\-/])[a-z_]{3,}(?![A-Za-z.\-/(])", told))
        assert not words & last, (told, words & last)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("标准化方法", "极差")], "B2：可选"),
        ([("梯队个数", "许多")], "B2"),
        ([("榜单长", 100)], "是否指“榜单长度”"),
        ([("榜单长度", 100), ("入榜个数", 50)], "“榜单长度”已出现在 设置!B2"),
    ],
)
def test_problems_of_a_chinese_form_are_told_in_its_words(
    rows: list[tuple[object, object]], told: str, tmp_path: Path
) -> None:
    from tierwise.study.scenario import load

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    tables: dict[str, list[list[object]]] = {
        "数据": [["代码", "名称", "甲", "乙"], ["1", "A县", 1, 2], ["2", "B县", 3, 1]],
        "指标体系": [["代码", "名称", "上级", "权重"], ["甲", "甲", None, 1], ["乙", "乙", None, 1]],
        "设置": [["设置项", "值"], *map(list, rows)],
    }
    for name, cells in tables.items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(TierwiseError) as caught:
        load(tmp_path / "b.xlsx")
    line = caught.value.text("zh")
    assert "设置!" in line
    if told.endswith("可选"):
        assert "极差法" in line
        assert "min-max" not in line
    elif told != "B2":
        assert told in line
    assert not re.search(r"\[[a-z]", line), line


def test_choices_are_told_by_name_in_files_and_in_chinese_on_the_form() -> None:
    one = problem("S002", "设置!B4", value="极差", nearest=Choice("min-max"), choices=[Choice("z-score")])
    assert "“min-max”" in one.fix("zh")
    spoken = replace(one, speaker=SheetSpeaker("form", "设置"))
    assert spoken.fix("zh") == "是否指“极差法”？可选：标准分法"
    assert "min-max" in spoken.fix("en")


def test_sheets_and_the_index_are_told_by_the_names_that_the_reader_knows(tmp_path: Path) -> None:
    from tierwise.stages import check

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    tables: dict[str, list[list[object]]] = {
        "数据": [["代码", "名称", "甲", "乙"], ["1", "A县", 1, 2], ["2", "B县", 3, 1], ["3", "C县", 2, 5]],
        "指标体系": [["代码", "名称", "上级", "权重"], ["甲", "甲", None, 1], ["乙", "乙", None, 1]],
        "专家打分表": [
            ["专家", "权威系数", "甲", "乙"],
            ["一", 0.5, 3, 4],
            ["二", 0.9, 5, 2],
            ["三", 1, 3, 3],
        ],
        "方案表": [["方案", "改动", "取值"], ["偏甲", "权重", "甲=0.6"]],
        "设置": [["设置项", "值"], ["语言", "中文"], ["梯队个数", 2]],
    }
    for name, cells in tables.items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
    book.save(tmp_path / "b.xlsx")
    (line,) = (one.line("zh") for one in check(tmp_path / "b.xlsx").cautions if one.code == "E014")
    assert line.startswith("E014 专家打分表: ")
    book["方案表"]["C2"] = "甲=1.1"
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(TierwiseError) as caught:
        check(tmp_path / "b.xlsx")
    assert "“总指数”下给出的权重之和为1.1" in caught.value.text("zh")
    assert "under “index” sum to 1.1" in caught.value.text("en")
    for cell, value in {"A2": "几何", "B2": "合成方法", "C2": "几何加权"}.items():
        book["方案表"][cell] = value
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(TierwiseError) as caught:
        check(tmp_path / "b.xlsx")
    (one,) = caught.value.problems  # of all indicators
    assert one.line("zh").startswith(
        "V213 方案表!C2: 有 2 项指标标准化后含有不大于零的数值（最小 0），而“几何加权”"
    )
    assert "另加一行“标准化方法”（功效系数法），或将“标准化取值范围”设为" in one.line("zh")
    assert "2 indicators have values down to 0" in one.line("en")
    book["方案表"].append(["几何", "标准化方法", "功效系数法"])
    book.save(tmp_path / "b.xlsx")
    assert check(tmp_path / "b.xlsx").spec.scenarios[0].name == "几何"


@pytest.mark.parametrize("module", ["tierwise.spec.scenarios_sheet", "tierwise.importing"])
def test_names_are_known_wherever_settings_are_read(module: str) -> None:
    """They stand in declarations, which whoever reads or writes a sheet of settings has loaded."""
    told = f"import {module}; from tierwise.words.keys import key_named; print(key_named('梯队个数'))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "tiers.count"
