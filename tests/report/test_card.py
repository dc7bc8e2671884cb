"""The card of a unit: every number on it is the number of the tables, and what it asks for suffices."""

from dataclasses import replace
from pathlib import Path

import docx
import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.report.card import card, obstacle_degrees
from tierwise.report.cards import write_cards
from tierwise.report.printed import Item, Sentence, Tabulated
from tierwise.study.study import Study


@pytest.fixture(scope="module")
def tai_study(tai: tw.Scenario) -> Study:
    return tw.run(tai, draws=400).study


@pytest.fixture(scope="module")
def county_study(counties: tw.Scenario) -> Study:
    return tw.run(counties, draws=400).study


def table(items: list[Item], name: str) -> pd.DataFrame:
    (found,) = [item for item in items if isinstance(item, Tabulated) and item.name == name]
    return pd.DataFrame(found.rows, columns=list(found.heads))


def sentence(items: list[Item], name: str) -> str:
    (found,) = [item for item in items if isinstance(item, Sentence) and item.name == name]
    return found.text


@pytest.mark.parametrize("unit", ["Netherlands", "Finland", "Norway"])
def test_numbers_are_those_of_the_tables(unit: str, tai_study: Study) -> None:
    tables = tai_study.tables
    row = tai_study.index.panel.names.index(unit)
    items = card(tai_study, row)
    code = tai_study.index.panel.codes[row]
    robust = tables["robustness"].set_index("code").loc[code]
    told = sentence(items, "standing")
    assert f"rank {robust['rank']:g} of 23" in told
    assert f"tier {robust['tier']:g}" in told
    assert f"{robust['rank_best_exact']:g} at best and {robust['rank_worst_exact']:g} at worst" in told
    nodes = table(items, "nodes")
    ranks = tables["node_ranks"].set_index("code").loc[code]
    names = dict(zip(tai_study.index.framework.names, tai_study.index.framework.codes, strict=True))
    for _, one in nodes.iterrows():
        assert float(one["Rank"]) == ranks[names[one["Indicator"].strip("　")]]
    shares = [float(share.rstrip("%")) for share in nodes["Obstacle degree"] if share]
    assert sum(shares) == pytest.approx(100, abs=0.5)


def test_strengths_and_weaknesses_are_differences_of_contributions(tai_study: Study) -> None:
    added = tai_study.tables["contributions"].set_index("code").drop(columns=["score"])
    added = added.select_dtypes("number")
    row = tai_study.index.panel.names.index("Netherlands")
    ranking = tai_study.tables["ranking"].set_index("code")
    code = tai_study.index.panel.codes[row]
    peers = ranking.index[ranking["tier"] == ranking.loc[code, "tier"]]
    apart = added.loc[code] - added.loc[peers].mean()
    names = dict(zip(tai_study.index.framework.codes, tai_study.index.framework.names, strict=True))
    items = card(tai_study, row)
    assert f"{names[apart.idxmax()]} ({apart.max():+.4f})" in sentence(items, "strengths")
    assert f"{names[apart.idxmin()]} (−{-apart.min():.4f})" in sentence(items, "weaknesses")


def test_printed_figures_suffice_when_put_back(county_study: Study) -> None:
    """Figures are rounded towards the better: as printed, on the held scale, they give the rank."""
    from tierwise.methods.scores import scores
    from tierwise.study.improvement_paths import paths_of

    index = county_study.index
    paths = paths_of(index)
    for name in ("慈溪市", "长沙县", "德清县"):
        row = index.panel.names.index(name)
        items = card(county_study, row)
        one_up = any(isinstance(item, Tabulated) and item.name == "up" for item in items)
        asked = table(items, "up" if one_up else "tier_up").set_index("指标")  # 德清县: the tier above
        rank = int(index.ranks[row]) - 1
        others = np.sort(np.delete(scores(index.plan, index.local_weights[None])[0], row))[::-1]
        for column in range(len(index.panel.indicators)):
            label = index.framework.names[index.framework.tree.leaves[column]]
            printed = asked.loc[label, "单项所需值"]
            if printed == "–":
                continue
            figures = np.array(paths.figures[row])
            figures[column] = float(printed.replace(",", ""))
            own = scores(paths.plan(figures[None]), index.local_weights[None])[0, 0]
            assert round(own, 3) >= round(others[rank - 1], 3), (name, label)


def test_obstacle_degrees() -> None:
    made = obstacle_degrees(np.array([0.5, 1.0, 0.0]), np.array([0.5, 0.3, 0.2]))
    assert made is not None
    np.testing.assert_allclose(made, [0.25 / 0.45, 0.0, 0.2 / 0.45])
    assert obstacle_degrees(np.array([2.0, 1.0]), np.array([0.5, 0.5])) is None
    assert obstacle_degrees(np.array([1.0, 1.0]), np.array([0.5, 0.5])) is None


def test_files_of_cards(tai_study: Study, tmp_path: Path) -> None:
    made = write_cards(tai_study, ["Netherlands", "FIN"], tmp_path / "cards", forms=("html", "docx"))
    assert [path.name for path in made][:2] == ["Netherlands.html", "Netherlands.docx"]
    page = made[0].read_text(encoding="utf-8")
    assert "What it would take" in page
    document = docx.Document(str(made[1]))
    assert any("Netherlands has a score" in one.text for one in document.paragraphs)
    again = write_cards(tai_study, ["Netherlands"], tmp_path / "again", forms=("html", "docx"))
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in made[:2]]
    with pytest.raises(tw.TierwiseError) as raised:
        write_cards(tai_study, ["Netherlands", "Atlantis"], tmp_path / "cards")
    assert sorted(one.code for one in raised.value.problems) == ["I014", "S021"]


def test_hostile_names_stay_in_the_folder(tmp_path: Path) -> None:
    names = ["../../etc/x", "a/b", "CON", "<script>x</script>", "W" * 300, "...", "A:B"]
    data = pd.DataFrame(
        {"code": [f"u{at}" for at in range(7)], "name": names, "a": range(7), "b": [3, 1] * 3 + [2]}
    )
    framework = pd.DataFrame({"code": ["a", "b"]})
    spec = tw.Spec.of(uncertainty={"draws": 50}, tiers={"count": 2})
    study = tw.run(tw.Scenario.from_frames("names", data, framework, spec=spec), threads=1).study
    made = write_cards(study, [], tmp_path / "cards")
    assert len({*made}) == 7
    assert all(path.parent == tmp_path / "cards" and path.exists() for path in made)
    assert not any("<script>x" in path.read_text(encoding="utf-8") for path in made)


@pytest.mark.parametrize(
    "steps",
    [
        {"aggregation": "copeland"},
        {"aggregation": "geometric"},
        {"missing": "reweight"},
        {"missing": "median", "outliers": "log"},
    ],
)
def test_any_index_has_cards(steps: dict[str, str], tai: tw.Scenario) -> None:
    values = np.array(tai.panel.values)
    if "missing" in steps:
        values[3, 2] = values[5, 0] = np.nan
    panel = replace(tai.panel, values=values)
    spec = tai.spec.model_copy(
        update={
            "index": tai.spec.index.model_copy(update=steps),
            "sensitivity": None,
            "scenarios": (),
            "targets": (),
        }
    )
    study = tw.run(replace(tai, panel=panel, spec=spec), draws=50).study
    for unit in range(len(study.index.panel)):
        for item in card(study, unit):
            if isinstance(item, Tabulated):
                assert all(len(row) == len(item.heads) for row in item.rows)
                assert not any("nan" in cell for row in item.rows for cell in row)
            elif isinstance(item, Sentence):
                assert "nan" not in item.text


def test_costs_make_the_cheapest_change_of_several(county_study: Study) -> None:
    """Where everything but one indicator is dear, the cheapest change is that of this indicator alone."""
    row = county_study.index.panel.names.index("长沙县")
    plain = table(card(county_study, row), "up")
    assert "按所给成本最省的组合" not in plain
    cheap = dict.fromkeys(county_study.index.panel.indicators, 1000.0) | {"R&D强度": 0.001}
    priced = table(card(county_study, row, cheap), "up").set_index("指标")
    mix, now = priced["按所给成本最省的组合"], priced["现值"]
    assert [name for name in priced.index if mix[name] != now[name]] == ["R&D强度"]
    assert mix["R&D强度"] == priced.loc["R&D强度", "单项所需值"]


def test_wrong_costs_are_told_before_anything_is_written(county_study: Study, tmp_path: Path) -> None:
    with pytest.raises(tw.TierwiseError) as error:
        write_cards(county_study, ["nobody"], tmp_path / "cards", costs={"R&D强度": -1.0, "none": 1.0})
    assert {one.code for one in error.value.problems} >= {"M010", "S021"}
    assert not (tmp_path / "cards").exists()


def test_one_rank_up_that_is_the_tier_above_is_told_once(county_study: Study) -> None:
    tiers = county_study.tiers
    row = int(tiers.selected[int(np.cumsum(tiers.sizes)[0])])  # the first of the second tier
    names = [item.name for item in card(county_study, row) if isinstance(item, Tabulated)]
    assert "tier_up" in names
    assert "up" not in names
