"""A table of counties as agencies give it away, by import and the form alone: no scenario file."""

import csv
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from typer.testing import CliRunner

import tierwise as tw
from tierwise.cli import assembled
from tierwise.errors import TierwiseError
from tierwise.spec.form import form_cells
from tierwise.stages import check
from tierwise.words.form import SHEETS, questions
from tierwise.words.language import Language

GROUPS = ["county_code", "county", "type", "prefecture", "province", "match_how"]
FIGURES = [
    "area_km2",
    "n_towns",
    "registered_pop",
    "gdp_10k",
    "va_primary_10k",
    "loans_10k",
    "cotton_t",
    "beds",
]
UNITS = 120
ANSWERS = {
    "标题": "县域综合指数",
    "年份": "２０２０",
    "单位称呼": "县（市）",
    "榜单长度": "３０",
    "缺失值处理": "同级重新分配权重",
    "标准化方法": "功效系数法",
    "抽样次数": 64,
}


@pytest.fixture
def counties(tmp_path: Path) -> Path:
    """Write a table of made-up counties: codes with a zero in front, blanks, one without any figure."""
    chance = np.random.default_rng(5)
    path = tmp_path / "counties.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow([*GROUPS, *FIGURES])
        for at in range(UNITS):
            labels = [f"0{10001 + at}", f"{chr(0x4E00 + 31 * at)}县", "县" if at % 3 else "市辖区"]
            labels += [f"{at // 12}市", ["江苏", "浙江", "山东"][at % 3], f"name+prov@{at:x}"]
            figures = [f"{size:.0f}" for size in chance.lognormal(8, 1, len(FIGURES))]
            blanks = [at == 7 or (name == "cotton_t" and at % 4 > 0) for name in FIGURES]
            table.writerow([*labels, *("" if no else one for one, no in zip(figures, blanks, strict=True))])
    return path


def test_import_form_check_run(counties: Path, tmp_path: Path) -> None:
    runner, book = CliRunner(), tmp_path / "县域.xlsx"
    done = runner.invoke(assembled(), ["import", str(counties), "--out", str(book), "--language", "zh"])
    assert done.exit_code == 0, done.output
    with pytest.raises(TierwiseError) as caught:
        check(book)
    lines = caught.value.text("zh").splitlines()
    assert all("“缺失值处理”为“同级重新分配权重”" in line for line in lines if line.startswith("D011"))
    told = runner.invoke(assembled(), ["check", str(book)]).output
    assert len(told.splitlines()) < 80  # of ninety blanks in one column and seven beside them
    made = openpyxl.load_workbook(book)
    assert [cell.value for cell in made["指标体系"][1]] == ["代码", "名称", "上级", "权重", "方向"]
    form = made["设置"]
    left = dict(ANSWERS)
    for row in form.iter_rows(min_row=2):
        if row[0].value in left:
            row[1].value = left.pop(str(row[0].value))  # type: ignore[assignment]  # text or number
    assert left == {}
    assert len(form.data_validations.dataValidation) == sum(bool(one.choices) for one in questions())
    made.save(book)
    assert runner.invoke(assembled(), ["check", str(book)]).exit_code == 0
    run = runner.invoke(assembled(), ["run", str(book), "--out", str(tmp_path / "out")])
    assert run.exit_code == 0, run.output
    assert "县域综合指数" in run.output
    scenario = tw.load(book)
    assert (scenario.language, scenario.list_year, len(scenario.panel)) == ("zh", 2020, UNITS)
    assert scenario.panel.codes[0] == "010001"
    assert scenario.framework.indicators == tuple(FIGURES)
    assert (tmp_path / "out" / "report.html").exists()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_form_may_stay_blank(language: Language, counties: Path, tmp_path: Path) -> None:
    done = tw.import_book(counties, tmp_path / "b.xlsx", language=language)
    assert [one.name for one in done.sheets][-1] == SHEETS[language]
    cells = form_cells(language)
    assert len(cells) == len(questions()) + 1
    with pytest.raises(TierwiseError) as caught:  # for the blanks alone
        check(tmp_path / "b.xlsx")
    assert {one.code for one in caught.value.problems} == {"D011"}
    assert tw.import_book(counties, tmp_path / "b.xlsx", language=language).written  # its own unedited output
