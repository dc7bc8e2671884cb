"""A run without exact results says so in one line, what is in the way, and what would bring them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from tests.raised import codes_of

import tierwise as tw
from tierwise.report.answers import answers
from tierwise.report.summary import summary, untold_proofs
from tierwise.spec import Spec

RANKS, RIVALS = "rank_best_exact", "nearest_rival"
POSTS = {"normalisation": "goalposts", "normalise": {"to": [1, 100]}}
VARIED = {"methods": {"normalisation": ["min-max", "z-score"]}}


def study(
    base: str = "technology-achievement", only: tuple[str, ...] = (), **sections: dict[str, Any]
) -> Any:
    scenario = tw.load(base)
    given = scenario.spec.model_dump(exclude_unset=True)
    for part in ("targets", "sensitivity", "scenarios"):
        given.pop(part, None)
    given["uncertainty"].pop("exact", None)
    for name, settings in sections.items():
        given[name] = {**given.get(name, {}), **settings}
    changed = replace(scenario, spec=Spec.model_validate(given), language="en")
    return tw.run(changed, draws=64, only=only).study


@pytest.mark.parametrize(
    ("code", "lacks", "sections"),
    [
        ("X010", RIVALS, {"index": {"aggregation": "copeland"}}),
        ("X011", RIVALS, {"index": {**POSTS, "aggregation": "geometric", "round": 3}}),
        ("X013", RIVALS, {"uncertainty": VARIED}),
        ("X014", RANKS, {"index": {"ties": "dense"}}),
        ("X017", RIVALS, {"uncertainty": {"exact": False}}),
    ],
)
def test_the_reason_is_told_where_the_columns_would_be(
    code: str, lacks: str, sections: dict[str, dict[str, Any]]
) -> None:
    made = study(**sections)
    assert lacks not in made.tables["robustness"]
    told = untold_proofs(made)
    assert told is not None
    assert told.code == code
    (line,) = (str(value) for heading, value in summary(made) if heading == "Exact results")
    assert line == f"{told.text('en')}; {told.fix('en')}"
    (weight,) = (one.sentences for one in answers(made) if one.key == "weight")
    assert ("not proved" in weight[-1]) == (lacks == RIVALS)
    assert ("summary says why" in weight[-1]) == (lacks == RIVALS)


def test_a_model_without_bounds_and_long_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    districts = "industrial-districts-2019"

    def told(**uncertainty: Any) -> str | None:
        made = study(districts, uncertainty=uncertainty)
        found = untold_proofs(made)
        assert (found is None) == (RANKS in made.tables["robustness"])
        return None if found is None else found.code

    assert told() is None
    assert told(weights="dirichlet") == "X015"
    monkeypatch.setattr("tierwise.study.exact.MOST_UNITS", 3)
    assert told() == "X016"
    monkeypatch.setattr("tierwise.study.exact.MOST_RIVALS", 3)
    assert told() == "X012"
    assert told(exact=True) is None


def test_nothing_is_told_where_all_is_there_or_was_not_asked_for() -> None:
    assert untold_proofs(study()) is None
    one = study(only=("ranking",), index={"aggregation": "copeland"})
    assert "Exact results" not in dict(summary(one))
    assert "Exact results" in dict(summary(study(only=("robustness",), index={"aggregation": "copeland"})))


def test_exact_results_asked_for_beside_varied_methods_are_refused() -> None:
    with pytest.raises(tw.TierwiseError) as caught:
        study(uncertainty={**VARIED, "exact": True})
    assert codes_of(caught) == ["X009"]


def test_page_and_workbook_say_why(
    sheets: dict[str, list[list[Any]]], write_book: Callable[..., Path], tmp_path: Path
) -> None:
    sheets["Scenario"] += [["index.aggregation", "topsis"], ["language", "zh"]]
    tw.run(write_book(sheets), draws=64).write(tmp_path / "out")
    book = CalamineWorkbook.from_path(str(tmp_path / "out" / "results.xlsx"))
    texts = {
        name: [str(cell) for row in book.get_sheet_by_name(name).to_python() for cell in row]
        for name in book.sheet_names
    }
    assert "精确结果" in texts["概要"]
    assert any("未给出理论最好" in text and "topsis" in text for text in texts["概要"])
    assert any("未给出理论最好、最差名次的原因见概要" in text for text in texts["稳健性"])
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "未给出理论最好、最差名次，最近竞争者和临界权重偏差" in page


def test_blanks_are_told_once(sheets: dict[str, list[list[Any]]], write_book: Callable[..., Path]) -> None:
    sheets["Data"][3][4] = None
    sheets["Scenario"].append(["index.missing", "reweight"])
    lines = [str(value) for _, value in summary(tw.run(write_book(sheets), draws=64).study)]
    assert sum("理论最好" in line or "best and worst possible" in line for line in lines) == 1
