"""Any sheet whatever is read into a valid object or refused with coded problems, and nothing else."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.errors import TierwiseError
from tierwise.inputs import Comparisons, Experts, Framework, History, Judgements, Panel, Sheet
from tierwise.inputs.files import read_csv
from tierwise.inputs.framework_sheet import COLUMNS
from tierwise.spec import Spec
from tierwise.spec.document import from_sheet, from_toml
from tierwise.spec.schema import validated
from tierwise.study.index import index

CODES = ["a", "b", "c", "x", "y", "z"]
ODD: list[Any] = [
    None, "", " ", "　", "a", "A", "index", "江阴市", "1", "１", "1e5", "-", "n/a", "#N/A", "#DIV/0!", "=A1",
    "nan", "inf", "TRUE", True, False, 0, 1, -1, 2, 0.5, 1e-200, 1e200, float("inf"), float("nan"), 10**400,
    43466,
    dt.date(2019, 1, 1), dt.datetime(2019, 1, 1, 12), dt.time(12), dt.timedelta(hours=30), np.float64(3),
    np.int64(4), np.nan, np.bool_(True), "\ufeffcode", "a\u200b", "😀", "x" * 300, "a,b", "[", "{", "1/3",
    "1/0",
]  # fmt: skip
cells = st.one_of(
    st.sampled_from(ODD), st.sampled_from(CODES), st.integers(0, 9), st.floats(), st.text(max_size=6)
)


def tables(headings: list[str]) -> st.SearchStrategy[list[list[Any]]]:
    """Return sheets whose first row holds some of the headings and some oddities."""
    heading = st.one_of(st.sampled_from(headings), st.sampled_from(headings), cells)
    width = st.integers(0, 7)
    return width.flatmap(
        lambda count: st.tuples(
            st.lists(heading, min_size=count, max_size=count),
            st.lists(st.lists(cells, min_size=0, max_size=count + 1), max_size=6),
        ).map(lambda parts: [parts[0], *parts[1]])
    )


def spoiled(valid: list[list[Any]]) -> st.SearchStrategy[list[list[Any]]]:
    """Return sheets like a valid one, of which none or a few cells are a number, blank or anything."""
    cell = st.one_of(st.integers(1, 5), st.none(), cells)
    places = [(row, column) for row, line in enumerate(valid) for column in range(len(line))]

    def with_cells(changes: list[tuple[tuple[int, int], Any]]) -> list[list[Any]]:
        rows = [[*line] for line in valid]
        for (row, column), cell in changes:
            rows[row][column] = cell
        return rows

    return st.lists(st.tuples(st.sampled_from(places), cell), max_size=2).map(with_cells)


FRAMEWORK = [["code", "name", "parent", "weight", "direction"], ["a", "甲", "", 3, 1], ["x", "", "a", 1, -1]]
FRAMEWORK += [["y", "", "a", 2, 1], ["z", "乙", "", 1, None]]
DATA = [
    ["code", "name", "province", "x", "y", "z"],
    ["u", "甲", "江苏", 1, 2, 3],
    ["v", "乙", "", 4, None, 6],
]
EXPERTS = [
    ["轮次", "expert", "authority", "a", "z", "x", "y"],
    [1, "e", 0.9, 4, 5, 3, 2],
    [1, "f", 0.8, 5, 4, 1, None],
]
COMPARED = [["first", "second", "value"], ["x", "y", "1/3"], ["a", "z", 2]]
HISTORY = [["year", "code", "rank"], [2017, "u", 1], [2018, "u", 2], [2018, "v", None]]


def served(make: Callable[[], Any]) -> Any:
    """Return what is made, or None where it is refused in good order."""
    try:
        return make()
    except TierwiseError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.line("en")
            assert problem.line("zh")
            assert problem.place or problem.argument or problem.row is not None
        return None


@given(st.one_of(spoiled(FRAMEWORK), tables([*COLUMNS, "代码", "上级", "权重", "方向"])))
def test_frameworks(rows: list[list[Any]]) -> None:
    framework = served(lambda: Framework.from_sheet(Sheet.from_cells("Framework", rows)))
    if framework is not None:
        assert framework.codes[0] == "index"
        assert len(set(framework.codes)) == len(framework.codes)
        for group in framework.tree.sibling_groups:
            assert framework.local_weights[group].sum() == pytest.approx(1)
        assert framework.global_weights[framework.tree.leaves].sum() == pytest.approx(1)


@pytest.fixture(scope="module")
def tree() -> Framework:
    rows = [["code", "parent"], ["a", ""], ["x", "a"], ["y", "a"], ["z", ""]]
    return Framework.from_sheet(Sheet.from_cells("Framework", rows))


@given(
    rows=st.one_of(spoiled(DATA), tables(["code", "name", "x", "y", "z", "代码", "province"])),
    known=st.booleans(),
)
def test_panels(tree: Framework, rows: list[list[Any]], known: bool) -> None:
    panel = served(lambda: Panel.from_sheet(Sheet.from_cells("Data", rows), tree if known else None))
    if panel is not None:
        assert panel.values.shape == (len(panel), len(panel.indicators))
        assert len(set(panel.codes)) == len(panel.codes) >= 2
        assert not np.isinf(panel.values).any()


@given(
    rows=st.one_of(
        spoiled(EXPERTS), tables(["round", "expert", "authority", "camp", "a", "z", "x", "y", "专家"])
    )
)
def test_expert_panels(tree: Framework, rows: list[list[Any]]) -> None:
    experts = served(lambda: Experts.from_sheet(Sheet.from_cells("Experts", rows), tree))
    if experts is not None:
        for each in experts.rounds:
            assert each.scores.shape == (len(each), len(experts.codes))
            assert (np.isnan(each.scores) | (each.scores >= 0)).all()


@given(
    rows=tables(
        ["expert", "code", "name", "order", "ratio", "best", "worst", "low", "middle", "high", "over"]
    )
)
def test_judgements(tree: Framework, rows: list[list[Any]]) -> None:
    judged = served(lambda: Judgements.from_sheet(Sheet.from_cells("Judgements", rows), tree))
    if judged is not None:
        for column in judged.columns.values():
            assert column.shape == (len(judged.experts), len(tree.codes))
        assert judged.over.shape == (len(judged.experts), len(tree.codes), len(tree.codes))


@given(rows=st.one_of(spoiled(COMPARED), tables(["first", "second", "value", "expert"])))
def test_comparisons(tree: Framework, rows: list[list[Any]]) -> None:
    compared = served(lambda: Comparisons.from_sheet(Sheet.from_cells("Comparisons", rows), tree))
    if compared is not None:
        for parent, matrices in compared.groups.items():
            siblings = len(tree.children_of(parent))
            assert matrices.shape == (len(compared.experts), siblings, siblings)
            assert (np.isnan(matrices) | (matrices > 0)).all()


@given(rows=st.one_of(spoiled(HISTORY), tables(["year", "code", "rank", "年份"])))
def test_histories(rows: list[list[Any]]) -> None:
    history = served(lambda: History.from_sheet(Sheet.from_cells("History", rows)))
    if history is not None:
        assert len(history.years) == len(history.codes) == len(history.ranks)


KEYS = [
    "tiers.count", "tiers", "[tiers] method", "tiers.sizes", "index.normalisation", "index.aggregation",
    "index.normalise.to", "index.round", "select.top", "uncertainty.draws", "uncertainty.levels", "name",
    "title", "language", "data.units", "extends", "scenarios", "sensitivity", "experts.scale_max",
    "tiers.count.more",
    "index.weights", "report.years", "", ".", "[[", "指标",
]  # fmt: skip
VALUES = [
    "[1, 2]",
    "['min-max', 'rank']",
    "{count = 3}",
    "auto",
    "ward",
    "min-max",
    "[[",
    "true",
    "1979-05-27",
    "[{}]",
]


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.one_of(cells, st.sampled_from(VALUES))), max_size=6))
def test_scenario_sheets(rows: list[tuple[str, Any]]) -> None:
    sheet = Sheet.from_cells("Scenario", [["key", "value"], *([key, value] for key, value in rows)])
    served(lambda: validated(from_sheet(sheet)))


@given(
    content=st.one_of(
        st.text(max_size=60), st.binary(max_size=40), st.sampled_from(["[" * 3000, "a = " + "1" * 5000])
    )
)
def test_toml_files(content: str | bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    served(lambda: validated(from_toml(path)))


@given(content=st.binary(max_size=60))
def test_csv_files(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = Path(tmp_path_factory.getbasetemp()) / "fuzz.csv"
    path.write_bytes(content)
    served(lambda: read_csv(path))


plain = st.one_of(st.integers(1, 99), st.floats(0.5, 50))
odd = st.one_of(
    st.none(), st.integers(-3, 9), st.floats(-1e6, 1e6), st.sampled_from([1e-40, 1e40, 0.3, 0.1 + 0.2])
)


def panels(number: st.SearchStrategy[Any], fewest: int) -> st.SearchStrategy[list[list[Any]]]:
    return st.lists(st.lists(number, min_size=3, max_size=3), min_size=fewest, max_size=8)


METHODS = [
    "min-max", "z-score", "scaled", "rank", "percentile", "borda", "distance-to-best",
    "distance-to-reference",
    "fraction-of-maximum", "ratio-to-reference", "efficacy", "categorical", "log", "log-min-max", "indicator",
    "vector", "none", "goalposts", "two-ended", "distance-to-target",
]  # fmt: skip
RULES = [
    "arithmetic", "geometric", "harmonic", "power", "median", "mazziotta-pareto", "topsis", "copeland",
    "benefit-of-the-doubt",
]  # fmt: skip


@given(
    rows=st.one_of(panels(plain, 5), panels(st.one_of(plain, odd), 2)),
    normalisation=st.sampled_from(METHODS),
    rule=st.sampled_from(RULES),
    missing=st.sampled_from(["error", "reweight", "mean", "median", "knn", "regression"]),
    outliers=st.sampled_from(["none", "winsorise", "log", "box-cox"]),
    source=st.sampled_from(["auto", "equal", "entropy", "critic", "cv", "pca"]),
)
def test_an_index_is_finite_or_refused(
    tree: Framework,
    rows: list[list[Any]],
    normalisation: str,
    rule: str,
    missing: str,
    outliers: str,
    source: str,
) -> None:
    cells = [["code", "x", "y", "z"], *([f"u{at}", *row] for at, row in enumerate(rows))]
    spec = Spec.of(
        index={
            "normalisation": normalisation,
            "aggregation": rule,
            "missing": missing,
            "outliers": outliers,
            "weights": source,
        }
    )

    def make() -> Any:
        return index(Panel.from_sheet(Sheet.from_cells("Data", cells), tree), tree, spec)

    found = served(make)
    if found is not None:
        assert np.isfinite(found.score).all()
        assert found.ranks.min() == 1
        assert len(found.panel) + len(found.prepared.unranked) == len(rows)
