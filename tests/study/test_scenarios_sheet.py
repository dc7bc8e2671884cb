"""The sheet Scenarios 方案表: a row a change, the same scenarios as [[scenarios]] of a file."""

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.errors import Problems, TierwiseError
from tierwise.inputs import Sheet
from tierwise.methods.aggregate import RULES
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.weightings import WEIGHTINGS
from tierwise.spec import Spec, Variant
from tierwise.spec.scenarios_sheet import variant_rows, variants_of
from tierwise.stages import check
from tierwise.study.compare import compare
from tierwise.study.scenario import load
from tierwise.words.language import Language

DOCS = Path(__file__).parents[2] / "docs"
ROWS: list[list[object]] = [
    ["方案", "改动", "取值"],
    ["（示例）等权", "权重", "等权"],
    ["等权", "权重", "等权"],
    ["高校专家", "权重来源", "阵营：高校"],
    ["甲为重", "权重", "甲＝60%"],
    ["甲为重", "权重", "乙=0.3"],
    ["去丙", "剔除", "丙"],
    ["去丙", "标准化方法", "功效系数"],
    ["去丙", "合成方法", "几何平均"],
    ["熵权与专家", "权重", "熵权法、专家打分"],
]


def book(path: Path, rows: list[list[object]], name: str = "方案表") -> Path:
    """Write a small book with a sheet of scenarios."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    tables: dict[str, list[list[object]]] = {
        "数据": [
            ["代码", "名称", "甲", "乙", "丙"],
            *([f"{at:02d}", f"{at}号县", 3 + at, 20 - at % 5, 5 + at * at % 7] for at in range(1, 13)),
        ],
        "指标体系": [["代码", "上级", "权重"], ["甲", None, 0.4], ["乙", None, 0.3], ["丙", None, 0.3]],
        "专家打分": [
            ["轮次", "专家", "阵营", "甲", "乙", "丙"],
            *([1, f"E{at}", "高校" if at < 3 else "政府", 5 + at, 9 - at, 6] for at in range(5)),
        ],
        name: rows,
    }
    for title, cells in tables.items():
        sheet = made.create_sheet(title)
        for row in cells:
            sheet.append(row)
    made.save(path)
    return path


@pytest.mark.parametrize("name", ["方案表", "Scenarios"])
def test_rows_are_the_scenarios_of_a_file(name: str, tmp_path: Path) -> None:
    scenario = check(book(tmp_path / "b.xlsx", ROWS, name))
    of_file = Spec.of(
        scenarios=[
            {"name": "等权", "weights": "equal"},
            {"name": "高校专家", "weights": "experts:高校"},
            {"name": "甲为重", "weights": {"甲": 0.6, "乙": 0.3}},
            {"name": "去丙", "drop": ["丙"], "normalisation": "efficacy", "aggregation": "geometric"},
            {"name": "熵权与专家", "weights": ["entropy", "experts"]},
        ]  # type: ignore[arg-type]  # a list of sections
    ).scenarios
    told = [one.model_dump(exclude={"weights"}) for one in scenario.spec.scenarios]
    assert told == [one.model_dump(exclude={"weights"}) for one in of_file]
    weights = [one.weights for one in scenario.spec.scenarios]
    assert weights == [one.weights for one in of_file]


def test_they_are_compared_with_the_base(tmp_path: Path) -> None:
    rows = [ROWS[0], *(row for row in ROWS[1:] if row[0] != "去丙")]
    scenario = load(book(tmp_path / "b.xlsx", rows))
    found = compare(scenario.panel, scenario.framework, scenario.spec, scenario.experts)
    assert found.names == ("等权", "高校专家", "甲为重", "熵权与专家")
    (heavy,) = [one for name, one in zip(found.names, found.indices, strict=True) if name == "甲为重"]
    assert heavy.local_weights[1:].round(12).tolist() == [0.6, 0.3, 0.1]


@pytest.mark.parametrize(
    ("rows", "code", "place"),
    [
        ([["等权", "权重来原", "等权"]], "S001", "方案表!B2"),
        ([["等权", "权重", None]], "V212", "方案表!C2"),
        ([[None, "权重", "等权"]], "V212", "方案表!A2"),
        ([["等权", None, "等权"]], "V212", "方案表!B2"),
        ([["等权", None, None]], "V209", "方案表!A2"),
        ([["甲", "标准化方法", "极差法"], ["甲", "标准化方法", "排序法"]], "S006", "方案表!B3"),
        ([["甲", "权重", "等权"], ["甲", "权重", "甲=0.5"]], "S006", "方案表!B3"),
        ([["甲", "标准化方法", "极差"]], "S002", "方案表!C2"),
        ([["甲", "权重", "等全"]], "S002", "方案表!C2"),
        ([["甲", "权重", "阵营：企业"]], "V201", "方案表!C2"),
        ([["甲", "权重", "丁=0.5"]], "S021", "方案表!C2"),
        ([["甲", "权重", "甲=0.9；乙=0.8"]], "V206", "方案表!C2"),
        ([["甲", "剔除", "丁"]], "S021", "方案表!C2"),
        ([["甲", "剔除", "甲、乙、丙"]], "V204", "方案表!C2"),
    ],
)
def test_problems_stand_at_their_cells_in_the_sheet_s_words(
    rows: list[list[object]], code: str, place: str, tmp_path: Path
) -> None:
    with pytest.raises(TierwiseError) as caught:
        check(book(tmp_path / "b.xlsx", [ROWS[0], *rows]))
    (first, *_) = caught.value.problems
    assert (first.code, first.where("zh")) == (code, place)
    line = first.line("zh")
    assert "weights" not in line
    assert "min-max" not in line
    assert "[[" not in line


def test_a_sheet_without_its_headings_is_told(tmp_path: Path) -> None:
    with pytest.raises(TierwiseError) as caught:
        load(book(tmp_path / "b.xlsx", [["方案", "权重"], ["等权", "等权"]]))
    assert {(one.code, one.line("zh")) for one in caught.value.problems} == {
        ("D008", "D008 方案表: 缺少“改动”列；请补充该列；第一行为表头"),
        ("D008", "D008 方案表: 缺少“取值”列；请补充该列；第一行为表头"),
    }


def test_settings_under_the_name_of_this_sheet_are_still_settings(tmp_path: Path) -> None:
    scenario = load(book(tmp_path / "b.xlsx", [["键", "值"], ["tiers.count", 3]]))
    assert (scenario.spec.tiers.count, scenario.spec.scenarios) == (3, ())


names = st.text("甲乙丙丁abc", min_size=1, max_size=4)
weights = st.one_of(
    st.none(),
    st.sampled_from([*WEIGHTINGS]),
    st.tuples(st.sampled_from([*WEIGHTINGS]), st.sampled_from([*WEIGHTINGS])),
    names.map("experts:{}".format),
    st.dictionaries(names, st.floats(0, 1).map(lambda share: round(share, 6)), min_size=1, max_size=3),
)
variants = st.builds(
    Variant,
    name=names,
    weights=weights,
    drop=st.lists(names, max_size=3, unique=True).map(tuple),
    normalisation=st.none() | st.sampled_from([*NORMALISATIONS]),
    aggregation=st.none() | st.lists(st.sampled_from([*RULES]), min_size=2, max_size=3).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(variants, max_size=4, unique_by=lambda one: one.name), st.sampled_from(["en", "zh"]))
def test_a_sheet_that_was_written_is_read_as_it_was(given: list[Variant], language: Language) -> None:
    changing = tuple(one for one in given if one.model_dump(exclude={"name"}, exclude_defaults=True))
    problems = Problems()
    sheet = Sheet.from_cells("Scenarios", variant_rows(changing, language))
    assert variants_of(sheet, {}, problems) == changing
    assert problems.found == []


@pytest.mark.parametrize(
    ("page", "camp"), [("scenarios.md", "experts:universities"), ("zh/scenarios.md", "experts:高校")]
)
def test_the_sheet_of_the_manual_is_read_as_it_stands(page: str, camp: str) -> None:
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(("| scenario |", "| 方案 |")))
    end = next(at for at in range(start, len(lines)) if not lines[at])
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[start:end]]
    problems = Problems()
    found = variants_of(Sheet.from_cells("Scenarios", [rows[0], *rows[2:]]), {}, problems)
    assert not problems.found
    given = [one.model_dump(exclude_unset=True, exclude={"name"}) for one in found]
    weights = {"skills": 0.4}
    assert given == [
        {"weights": "equal"},
        {"weights": camp},
        {"drop": ("old",)},
        {"weights": weights, "normalisation": "z-score"},
    ]
