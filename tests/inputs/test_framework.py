import numpy as np
import pandas as pd
import pytest

from tierwise import errors
from tierwise.inputs import Framework, Panel, Sheet
from tierwise.inputs.experts import usual_scale
from tierwise.inputs.framework_sheet import expected_total

TREE = [
    ["code", "name", "parent", "weight", "direction"],
    ["innovation", "创新", "", 0.6, 1],
    ["patents", "专利", "innovation", 3, 1],
    ["open", "开放", "", 0.4, 1],
    ["energy", "能耗", "innovation", 1, -1],
    ["exports", "出口", "open", 1, 1],
]


def framework(rows: list[list[object]]) -> Framework:
    return Framework.from_sheet(Sheet.from_cells("Framework", rows))


def codes_and_places(error: errors.TierwiseError) -> set[tuple[str, str]]:
    return {(problem.code, problem.place) for problem in error.problems}


def test_nodes_stand_depth_first_in_the_order_of_the_sheet() -> None:
    tree = framework(TREE)
    assert tree.codes == ("index", "innovation", "patents", "energy", "open", "exports")
    assert tree.indicators == ("patents", "energy", "exports")
    np.testing.assert_allclose(tree.global_weights[tree.tree.leaves], [0.45, 0.15, 0.4])
    assert tree.directions[tree.tree.leaves].tolist() == [1, -1, 1]


def test_the_index_may_have_a_row_of_its_own() -> None:
    rows = [[*row, ""] for row in TREE]
    rows[0][-1] = "aggregation"
    for row in rows[1:]:
        row[2] = row[2] or "index"
    rows.insert(3, ["index", "竞争力指数", "", 1, 1, "geometric"])
    tree, plain = framework(rows), framework(TREE)
    assert tree.codes == plain.codes and tree.parents == plain.parents
    assert tree.names == ("竞争力指数", *plain.names[1:])
    assert tree.aggregations == ("geometric", "", "", "", "", "")
    assert tree.place("index", "aggregation") == "Framework!F4"
    np.testing.assert_array_equal(tree.global_weights, plain.global_weights)


def test_a_group_may_not_take_the_name_of_a_column_of_the_results() -> None:
    rows: list[list[object]] = [["code", "rank", "region", "profile", "x"], ["a", "3rd", "east", "p", 1]]
    with pytest.raises(errors.TierwiseError) as caught:
        Panel.from_sheet(Sheet.from_cells("Data", [*rows, ["b", "4th", "west", "q", 2]]))
    assert codes_and_places(caught.value) == {("D020", "Data!B1"), ("D020", "Data!D1")}


def test_every_problem_is_named_at_once_by_its_cell() -> None:
    rows = [row.copy() for row in TREE]
    rows[1][3] = 0.55  # 0.55 + 0.4 misses 1
    rows[2][2] = "inovation"
    rows[4][4] = "sideways"
    rows[5][0] = "open"
    rows.append(["a", "", "b", 1, 1])
    rows.append(["b", "", "a", 1, 1])
    with pytest.raises(errors.TierwiseError) as caught:
        framework(rows)
    assert codes_and_places(caught.value) == {
        ("W003", "Framework!D4"),
        ("F004", "Framework!C3"),
        ("F006", "Framework!E5"),
        ("F002", "Framework!A6"),
        ("F005", "Framework!C7"),
        ("F005", "Framework!C8"),
    }
    assert "for instance “innovation”" in str(caught.value)


def test_a_parent_may_be_given_by_its_name() -> None:
    rows = [
        ["代码", "名称", "上级"],
        ["all", "总指数", ""],
        ["a", "经济 实力", "总指数"],
        ["b", "规模", "all"],
    ]
    rows += [["x", "产值", "经济实力"], ["y", "规模", "a"], ["z", "收入", "b"]]
    read = framework(rows)
    assert (read.names[0], read.codes, read.parents) == (
        "总指数", ("index", "a", "x", "y", "b", "z"), ("", "index", "a", "a", "index", "b")
    )  # fmt: skip
    rows[-1][2] = "规模"  # two nodes are called so
    with pytest.raises(errors.TierwiseError) as caught:
        framework(rows)
    assert codes_and_places(caught.value) == {("F004", "Framework!C7")}


@pytest.mark.parametrize(
    ("weights", "parent", "expected"),
    [
        ([0.5, 0.3, 0.15], 1.0, 1.0),
        ([40, 35, 20], 1.0, 100.0),
        ([0.13] * 8, 1.0, None),  # 1.04 by the rounding of two decimals
        ([0.33, 0.33, 0.33], 1.0, None),
        ([1, 1, 1], 1.0, None),
        ([3, 2], 1.0, None),
        ([0.4, 0.2], 0.6, None),  # shares of the whole index
        ([0.11, 0.18], 1.0, None),
    ],
)
def test_weights_that_look_like_shares_must_sum(
    weights: list[float], parent: float, expected: float | None
) -> None:
    assert expected_total(weights, parent) == expected


def test_leaving_out_a_node_takes_what_is_below_and_emptied_parents() -> None:
    assert framework(TREE).without("exports").codes == ("index", "innovation", "patents", "energy")
    assert framework(TREE).without("innovation").codes == ("index", "open", "exports")


def test_panel_keeps_groups_and_extras_apart() -> None:
    frame = pd.DataFrame(
        {
            "代码": ["a", "b", "c"],
            "县(市)": ["甲", "乙", "丙"],
            "province": ["江苏", "江苏", "浙江"],
            "patents": [1.0, 2.0, None],
            "gdp": [10, 20, 30],
            "energy": [3, 2, 1],
            "exports": [1, 5, 9],
        }
    )
    panel = Panel.from_frame(frame, framework(TREE))
    assert panel.names == ("甲", "乙", "丙")
    assert panel.groups == {"province": ("江苏", "江苏", "浙江")}
    assert panel.extras["gdp"].tolist() == [10, 20, 30]
    assert np.isnan(panel.values[2, 0])
    assert panel.place(2, 0) == "Data!D4"


def test_figures_after_the_indicators_are_not_groups() -> None:
    cells = [
        ["code", "type", "patents", "energy", "exports", "gdp", "note"],
        ["a", "县", 1, 5, 1, 10, "x"],
        ["b", 3, 2, 6, 2, "n/a", None],
    ]
    with pytest.raises(errors.TierwiseError) as caught:
        Panel.from_sheet(Sheet.from_cells("Data", cells), framework(TREE))
    assert codes_and_places(caught.value) == {("D003", "Data!F3")}
    cells[2][5] = 20
    panel = Panel.from_sheet(Sheet.from_cells("Data", cells), framework(TREE))
    assert panel.groups == {"type": ("县", "3"), "note": ("x", "")}
    assert panel.extras["gdp"].tolist() == [10, 20]


def test_a_panel_without_a_framework_takes_every_column_of_numbers() -> None:
    panel = Panel.from_frame(
        pd.DataFrame({"code": ["a", "b"], "province": ["x", "y"], "p": [1, 2], "q": [3, 4]})
    )
    assert panel.indicators == ("p", "q")
    assert panel.groups == {"province": ("x", "y")}


def test_panel_names_text_errors_and_absent_columns() -> None:
    cells = [
        ["code", "name", "patents", "energy", "exports"],
        ["a", "甲", 1, "n/a", 1],
        ["a", "乙", 2, "#N/A", 2],
    ]
    with pytest.raises(errors.TierwiseError) as caught:
        Panel.from_sheet(Sheet.from_cells("Data", cells), framework(TREE))
    assert codes_and_places(caught.value) == {("D003", "Data!D2"), ("D005", "Data!D3"), ("D002", "Data!A3")}
    with pytest.raises(errors.TierwiseError) as caught:
        Panel.from_sheet(Sheet.from_cells("Data", [["code", "patent"], ["a", 1]]), framework(TREE))
    assert {problem.code for problem in caught.value.problems} == {"D009", "D010", "D016"}


@pytest.mark.parametrize(
    ("heading", "unit", "problems"),
    [
        ("地区生产总值（亿元）", "亿元", []),
        ("地区生产总值 (亿元)", "亿元", []),
        ("地区生产总值（单位：亿元）", "亿元", []),
        ("地区生产总值（亿元）", "", []),
        ("地区生产总值（勒克斯）", "勒克斯", []),
        ("地区生产总值（μg/m³）", "微克/立方米", []),
        ("地区生产总值（万元）", "亿元", ["D024"]),
        ("地区生产总值（万人）", "亿元", ["D025"]),
        ("地区生产总值（现价）", "亿元", ["D009"]),
    ],
)
def test_headings_with_units_mean_indicators(heading: str, unit: str, problems: list[str]) -> None:
    tree = framework([["code", "name", "unit"], ["gdp", "地区生产总值", unit], ["pop", "人口", "万人"]])
    sheet = Sheet.from_cells("Data", [["code", heading, "人口"], ["a", 1, 2], ["b", 3, 4]])
    if not problems:
        assert Panel.from_sheet(sheet, tree).values.tolist() == [[1, 2], [3, 4]]
        return
    with pytest.raises(errors.TierwiseError) as caught:
        Panel.from_sheet(sheet, tree)
    found = [one.code for one in caught.value.problems]
    assert found == problems or (problems == ["D009"] and found == ["D016"])


def test_of_two_columns_the_one_in_the_frameworks_unit_is_taken() -> None:
    tree = framework([["code", "name", "unit"], ["gdp", "产值", "亿元"], ["pop", "人口", "万人"]])
    cells = [["code", "产值（万元）", "产值（亿元）", "人口"], ["a", 10, 1, 2], ["b", 30, 3, 4]]
    panel = Panel.from_sheet(Sheet.from_cells("Data", cells), tree)
    assert panel.values[:, 0].tolist() == [1, 3]
    assert panel.extras["产值（万元）"].tolist() == [10, 30]


@pytest.mark.parametrize(
    ("scores", "top"),
    [
        ([1, 5, 3], 5),
        ([6, 2], 7),
        ([10] * 30 + [11], 10),
        ([10] * 5 + [11], 100),
        ([40, 60], 100),
        ([150], 150),
    ],
)
def test_the_usual_scale(scores: list[float], top: float) -> None:
    assert usual_scale(np.array(scores, dtype=float)) == top
