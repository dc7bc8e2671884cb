"""The empty template in both languages: its examples are passed over, its form is understood."""

from pathlib import Path

import openpyxl
import pytest

from tierwise.inputs import Framework
from tierwise.inputs.files import read_workbook
from tierwise.report.template import texts, write_template
from tierwise.stages import check
from tierwise.study.scenario import load
from tierwise.words.form import meant, questions
from tierwise.words.keys import half_width
from tierwise.words.language import Language

LANGUAGES: tuple[Language, ...] = ("en", "zh")


def filled(path: Path, language: Language, **answers: object) -> Path:
    """Fill a template as a user would, below its examples."""
    write_template(path, language)
    book = openpyxl.load_workbook(path)
    names = texts(language)["sheets"]
    data, framework, settings = (book[names[name]] for name in ("Data", "Framework", "Settings"))
    for row, cells in enumerate(
        [["01", "A", "江苏", 1, 2], ["02", "B", "江苏", 3, 4], ["03", "C", "浙江", 9, 7]], 3
    ):
        for column, value in enumerate(cells, 1):
            data.cell(row, column).value = value
    less = texts(language)["directions"][1]
    for row, cells in enumerate(
        [[data["D1"].value, None, None, 3], [data["E1"].value, None, None, 1, less]], 5
    ):
        for column, value in enumerate(cells, 1):
            framework.cell(row, column).value = value
    lines = {one.key: row for row, one in enumerate(questions(), 2)}
    for key, value in answers.items():
        settings.cell(lines[key.replace("__", ".")], 2).value = value  # type: ignore[assignment]
    book.save(path)
    return path


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_template_holds_no_records(language: Language, tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx", language)
    sheets = read_workbook(tmp_path / "t.xlsx")
    assert {*sheets} == {*texts(language)["rows"], "Scenario"}
    assert all(sheet.rows == () for name, sheet in sheets.items() if name != "Scenario")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames[0] == {"en": "Guide", "zh": "说明"}[language]
    for name in ("Data", "Framework", "Topics", "Settings"):
        assert book[texts(language)["sheets"][name]].data_validations.dataValidation


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_template_is_checked_in_its_language(language: Language, tmp_path: Path) -> None:
    zh = language == "zh"
    answers: dict[str, object] = {
        "title": "县域指数",
        "select__top": "２",
        "tiers__count": 2,
        "tiers__method": "自然断点法" if zh else "fisher",
        "index__missing": "均值" if zh else "mean",
        "uncertainty__draws": "５００",
        "uncertainty__interval": "８０％",
    }
    path = filled(tmp_path / "t.xlsx", language, **answers)
    scenario = check(path)
    assert scenario.language == language
    assert scenario.title == "县域指数"
    assert scenario.panel.codes == ("01", "02", "03")
    assert scenario.framework.directions.tolist()[1:] == [1, -1]
    assert scenario.framework.weights.tolist()[1:] == [3.0, 1.0]
    spec = scenario.spec
    assert (spec.select.top, spec.tiers.count, spec.tiers.method) == (2, 2, "fisher")
    assert (spec.index.missing, spec.uncertainty.draws, spec.uncertainty.interval) == ("mean", 500, 0.8)


@pytest.mark.host
def test_the_framework_s_own_formulas_sum_each_group(tmp_path: Path) -> None:
    import shutil
    import subprocess

    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("no LibreOffice")
    filled(tmp_path / "t.xlsx", "zh")
    subprocess.run(
        [soffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(tmp_path / "t.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    book = openpyxl.load_workbook(tmp_path / "out" / "t.xlsx", data_only=True)
    sums = [book["指标体系"].cell(row, 8).value for row in range(2, 7)]
    assert sums == [1.0, 1.0, 1.0, 4.0, 4.0]  # examples count apart
    assert Framework.from_workbook(tmp_path / "out" / "t.xlsx").indicators == ("地区生产总值", "常住人口")
    assert load(tmp_path / "out" / "t.xlsx").panel.names == ("A", "B", "C")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("１００", "100"),
        ("９０％", "0.9"),
        ("90 %", "0.9"),
        ("【“甲”，“乙”】", '["甲","乙"]'),
        ("-1.5", "-1.5"),
        ("min-max", "min-max"),
        ("工业百强县（市）", "工业百强县（市）"),
    ],
)
def test_chinese_punctuation_and_percentages(typed: str, read: str) -> None:
    assert half_width(typed) == read


def test_words_of_a_note_are_an_answer_too() -> None:
    missing = next(one for one in questions() if one.key == "index.missing")
    assert "同级重新分配权重" in missing.note("zh")
    assert {meant("index.missing", said) for said in ("由同级指标分担权重", "同级重新分配权重")} == {
        "reweight"
    }
    assert [meant("index.weights", said) for said in ("指标体系", "CRITIC法")] == ["framework", "critic"]
