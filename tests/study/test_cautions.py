"""What does not stop a run but is said first, in the summary, the page, the record and the check."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tierwise.errors import TierwiseError
from tierwise.names import is_total
from tierwise.report.answers import answers
from tierwise.report.draw_notes import draw_note
from tierwise.report.summary import summary
from tierwise.stages import check, run
from tierwise.study.documents import bundled
from tierwise.study.draws import centred, model_of
from tierwise.study.scenario import load
from tierwise.tables.registry import note

Cells = dict[str, list[list[Any]]]
WriteBook = Callable[[Cells], Path]


def test_draws_around_other_weights_than_the_index_has_are_said_everywhere(
    sheets: Cells, write_book: WriteBook, tmp_path: Path
) -> None:
    """The framework gives 产出 0.6, the panel's mean scores of the two dimensions are 4 and 4."""
    sheets["Scenario"] += [["language", "zh"], ["uncertainty.weights", "bootstrap"]]
    results = run(write_book(sheets))
    first = answers(results.study)[0]
    assert first.question == "权重抽样是否以发布的权重为中心？"
    assert "“产出”的组合权重在抽样中为 50.00%，在指数中为 60.00%" in first.sentences[0]
    assert summary(results.study)[0] == ("请注意", results.scenario.cautions[0].line("zh"))
    offset = results.study.robustness.offset
    assert offset is not None
    assert (offset.name, offset.index, offset.draws) == ("产出", 0.6, pytest.approx(0.5))
    said = draw_note(results.study.robustness, "zh")
    assert said.endswith("抽样的中心不是指数的权重（产出：50.00%，而非60.00%）")
    assert said in note("robustness", "zh", said)
    out = results.write(tmp_path / "out")
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["draws_around_other_weights"]["code"] == "output"
    (caution,) = record["cautions"]
    assert caution["code"] == "U117"
    assert "60.00% in the index, 50.00% by the panel (10.00 percentage points)" in caution["en"]
    assert caution["zh"] in (out / "report.html").read_text(encoding="utf-8").replace("&#34;", '"')
    with zipfile.ZipFile(out / "results.xlsx") as book:
        shared = book.read("xl/sharedStrings.xml").decode()
    assert "请注意" in shared
    assert "相差10.00个百分点" in shared
    assert shared.count("（产出：50.00%，而非60.00%）") == 5  # the sheets of what the draws say


def test_draws_and_published_weights_have_one_centre_unless_a_model_is_named(
    sheets: Cells, write_book: WriteBook
) -> None:
    """The framework gives 产出 0.6 where the panel's means give 0.5: experts differ as before."""
    results = run(write_book(sheets))
    (caution,) = results.scenario.cautions
    assert (caution.code, caution.fields["index"], caution.fields["panel"]) == ("U118", "60.00%", "50.00%")
    study = results.study
    assert study.robustness.offset is None
    output = study.index.framework.codes.index("output")
    assert study.plan.model.centre()[output] == pytest.approx(0.6)
    scores = centred(study.index.framework, study.scenario.experts.on_nodes(study.index.framework), None)
    other = study.index.framework.tree.sibling_groups[0].tolist()
    other.remove(output)
    given = study.scenario.experts.on_nodes(study.index.framework)
    ratio = scores[:, output] / scores[:, other[0]] / (given[:, output] / given[:, other[0]])
    assert ratio == pytest.approx([(0.6 / 0.4) / (0.5 / 0.5)] * len(ratio))
    assert "中心" not in answers(study)[0].question


def unweighted(sheets: Cells) -> None:
    """Take the framework's own weights away, which experts replace."""
    for row in sheets["Framework"][1:]:
        row[3] = None


@pytest.mark.parametrize("settings", [["index.weights", "experts"], ["uncertainty.weights", "box"]])
def test_nothing_is_said_where_draws_lie_around_the_index_s_own_weights(
    sheets: Cells, write_book: WriteBook, settings: list[str]
) -> None:
    sheets["Scenario"].append(settings)
    if settings[0] == "index.weights":
        unweighted(sheets)
    assert check(write_book(sheets)).cautions == ()


@pytest.mark.parametrize("method", ["mean", "authority"])
@pytest.mark.parametrize("model", ["bootstrap", "expert-mixed", "camps", "dirichlet"])
def test_experts_count_by_authority_in_draws_as_in_the_weights(
    sheets: Cells, write_book: WriteBook, method: str, model: str
) -> None:
    sheets["Experts"] = [
        [*row[:2], *more, *row[2:]]
        for row, more in zip(
            sheets["Experts"], [["authority", "camp"], [1, "a"], [0.2, "a"], [0.5, "b"]], strict=True
        )
    ]
    sheets["Scenario"] += [
        ["index.weights", "experts"],
        ["experts.method", method],
        ["uncertainty.weights", model],
    ]
    unweighted(sheets)
    unused = [] if method == "authority" else [("E014", "Experts")]
    assert [(found.code, found.place) for found in check(write_book(sheets)).cautions] == unused


@pytest.mark.parametrize(("authority", "said"), [((0.2, 0.5), ["E014"]), ((0.5, 0.5), [])])
def test_authority_that_is_not_used_is_told_where_experts_differ_in_it(
    sheets: Cells, write_book: WriteBook, authority: tuple[float, float], said: list[str]
) -> None:
    columns = [["authority"], [authority[0]], [authority[1]], [authority[0]]]
    rows = zip(sheets["Experts"], columns, strict=True)
    sheets["Experts"] = [[*row[:2], *more, *row[2:]] for row, more in rows]
    sheets["Scenario"].append(["index.weights", "experts"])
    unweighted(sheets)
    found = check(write_book(sheets)).cautions
    assert [caution.code for caution in found] == said
    if said:
        assert "权威系数未用于计算权重" in found[0].line("zh")
        assert "experts.authority = Cr" in found[0].line("en")


@pytest.mark.parametrize(("given", "line"), [(None, True), (9, False)])
def test_the_top_of_the_scale_is_told_where_it_is_guessed(
    sheets: Cells, write_book: WriteBook, given: int | None, line: bool
) -> None:
    sheets["Scenario"] += [["index.weights", "experts"], ["language", "zh"]]
    unweighted(sheets)
    if given:
        sheets["Scenario"].append(["experts.scale_max", given])
    study = run(write_book(sheets)).study
    top = study.scenario.experts.scale()
    told = [value for heading, value in summary(study) if heading == "打分量表"]
    assert told == ([f"量表满分按{top:g}分计，未给出（[experts] scale_max）"] if line else [])


def test_bundled_lists_are_drawn_around_their_own_weights() -> None:
    from tierwise.study.index import index

    for name in bundled():
        scenario = load(name)
        found = index(scenario.panel, scenario.framework, scenario.spec, scenario.experts)
        local = model_of(found, scenario.spec, scenario.experts).draw(np.random.default_rng(1), 4000)
        np.testing.assert_allclose(local.mean(axis=0), found.local_weights, atol=0.01)


def test_total_rows_are_named(sheets: Cells, write_book: WriteBook) -> None:
    sheets["Scenario"].append(["index.weights", "experts"])
    unweighted(sheets)
    sheets["Data"] += [
        ["g", "合 计", "", 105, 28, 21, 150, 880],
        ["Total", "", "", 17, 5, 4, 25, 100],
    ]
    scenario = check(write_book(sheets))
    assert [(found.code, found.place) for found in scenario.cautions] == [
        ("D017", "Data!8"),
        ("D017", "Data!9"),
    ]
    assert "“Total” looks like a total" in scenario.cautions[1].line("en")
    assert "“合 计”看起来是其他行的合计或平均" in scenario.cautions[0].line("zh")


@pytest.mark.parametrize(
    "name",
    ["合计", "总计：", "全国", "江苏省小计", "全省平均", "TOTAL", "Grand total", "Sub-Total", "EU average"],
)
def test_totals_are_known(name: str) -> None:
    assert is_total(name)


@pytest.mark.parametrize(
    "name", ["", "甲", "全州县", "和平县", "Totalis", "Allen County", "Sumter", "平均村镇"]
)
def test_units_are_not_taken_for_totals(name: str) -> None:
    assert not is_total(name)


def test_a_history_of_other_units_is_noted(sheets: Cells, write_book: WriteBook) -> None:
    sheets["Scenario"].append(["index.weights", "experts"])
    unweighted(sheets)
    sheets["History"] = [["year", "code", "rank"], [2018, "子", 1], [2018, "丑", 2]]
    assert [(found.code, found.place) for found in check(write_book(sheets)).cautions] == [
        ("H004", "History")
    ]
    sheets["History"] += [[2018, "c", 3], [2018, "d", 4]]
    assert check(write_book(sheets)).cautions == ()


def test_what_the_tables_lack_is_refused_before_the_draws(sheets: Cells, write_book: WriteBook) -> None:
    sheets["Scenario"] += [
        ["report.groups", '["provinces"]'], ["report.profile", '["gpd"]'], ["experts.sent", "[2]"],
    ]  # fmt: skip
    for doing in (check, run):
        with pytest.raises(TierwiseError) as caught:
            doing(write_book(sheets))
        assert [(found.code, found.place) for found in caught.value.problems] == [
            ("R109", "[report] groups"), ("R110", "[report] profile"), ("E107", "[experts] sent"),
        ]  # fmt: skip
