"""A list of few of many units, grouped in several ways: page, workbook and sentences speak of the list."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.report.answers import answers
from tierwise.report.charts import words
from tierwise.report.figures import FIGURES
from tierwise.report.page import sections
from tierwise.report.summary import summary
from tierwise.study.study import Study

UNITS, LISTED = 520, 60
PROVINCES = ("江苏", "浙江", "山东", "河南", "湖南", "四川", "广东", "陕西", "新疆", "福建")
OWN_REGIONS = ("东", "东", "东", "中", "中", "西", "南", "西", "西", "南")


def scenario(region: str = "Region") -> tw.Scenario:
    rng = np.random.default_rng(3)
    codes = ["Bord", "pat", "gdp", "inc"]
    data = pd.DataFrame(rng.lognormal(1, 0.5, size=(UNITS, 4)).round(2), columns=codes)
    provinces = rng.integers(0, len(PROVINCES), UNITS)
    groups = {
        "code": [f"u{at}" for at in range(UNITS)],
        "name": [f"unit {at}" for at in range(UNITS)],
        "province": [PROVINCES[at] for at in provinces],
        region: [OWN_REGIONS[at] for at in provinces],
        "GDP_Group": np.where(rng.random(UNITS) < 0.5, "Above", "Below"),
    }
    for at, (name, own) in enumerate(groups.items()):
        data.insert(at, name, own)
    framework = pd.DataFrame(
        {
            "code": ["x", "y", *codes],
            "name": ["Innovation", "Welfare", "Border crossings", "Patents", "GDP per head", "Income"],
            "parent": ["", "", "x", "x", "y", "y"],
        }
    )
    spec = tw.Spec.of(
        select={"top": LISTED}, lists=[{"node": "x", "top": 20}], uncertainty={"draws": 200, "exact": False}
    )
    return tw.Scenario.from_frames("long", data, framework, spec=spec)


@pytest.fixture(scope="module")
def study() -> Study:
    return tw.run(scenario(), threads=1).study


def test_the_users_own_division_of_china_has_no_automatic_one_beside_it(study: Study) -> None:
    by_rank = [name for name in study.tables if name.startswith("distribution_")]
    assert by_rank == ["distribution_province", "distribution_Region", "distribution_GDP_Group"]
    # told by its name above; one of any name, by putting whole provinces together
    other = tw.run(scenario("Great areas"), threads=1, draws=64, only=["groups"]).study
    assert [name for name in other.tables if name.startswith("tiers_") and "profile" not in name] == [
        "tiers_province",
        "tiers_Great_areas",
        "tiers_GDP_Group",
    ]


def test_stars_are_of_listed_units_for_every_group_on_every_list(study: Study) -> None:
    for name, units in (("ranking", LISTED), ("list_x", 20)):
        frame = study.tables[name]
        listed = frame.head(units)
        for head, group in (
            ("first_in_group", "province"),
            ("first_in_Region", "Region"),
            ("first_in_GDP_Group", "GDP_Group"),
        ):
            first = listed.drop_duplicates(group).index.tolist()
            assert frame.index[frame[head] == 1].tolist() == first, (name, head)
    (page,) = (one for one in sections(study) if one["name"] == "ranking")
    heads = [head for head in page["headings"] if head.startswith("First in")]
    assert heads == ["First in Province", "First in Region", "First in GDP_Group"]


@pytest.mark.parametrize("table", ["audit_leave_one_out", "swing"])
def test_shifts_are_those_of_the_list_and_its_edge(table: str, study: Study) -> None:
    frame = study.tables[table]
    listed = {*study.tables["ranking"]["name"].head(LISTED)}
    place = dict(zip(study.index.panel.names, study.index.ranks, strict=True))
    local = np.array(study.index.framework.local_weights)
    codes = study.index.framework.codes
    values = study.index.plan.values
    for _, row in frame.iterrows():
        weights = local.copy()
        node = codes.index(row["code"])
        weights[node] = 0.0 if table == "audit_leave_one_out" else row["weight"]
        siblings = [at for at, parent in enumerate(study.index.framework.tree.parent) if at != node]
        siblings = [at for at in siblings if study.index.framework.tree.parent[at] == _parent(study, node)]
        rest = local[siblings].sum()
        weights[siblings] = local[siblings] / rest * (1.0 - weights[node])
        score = sum(
            weights[codes.index(parent)] * weights[codes.index(code)] * values[:, at]
            for at, (code, parent) in enumerate((("Bord", "x"), ("pat", "x"), ("gdp", "y"), ("inc", "y")))
        )
        ranks = {
            name: 1 + int((score > own + 1e-12).sum())
            for name, own in zip(study.index.panel.names, score, strict=True)
        }
        told = [name for name in ranks if ranks[name] <= LISTED or name in listed]
        shifts = [abs(ranks[name] - place[name]) for name in told]
        assert row["rank_shift_mean"] == pytest.approx(np.mean(shifts))
        assert row["rank_shift_max"] == max(shifts)
        assert row["unit"] in told


def _parent(study: Study, node: int) -> int:
    return int(study.index.framework.tree.parent[node])


def test_the_summary_tells_shifts_of_the_list_apart(study: Study) -> None:
    (said,) = (value for name, value in summary(study) if name == "Mean rank shift")
    counts, values = study.robustness.tally.rank_counts, study.robustness.tally.rank_values
    means = (counts * np.abs(values - study.index.ranks[:, None])).sum(axis=1) / counts.sum(axis=1)
    listed = means[study.tiers.selected].mean()
    assert said == (
        f"{listed:.2f} places of a listed unit from its nominal rank in an average draw; "
        f"{means.mean():.2f} over all {UNITS} units"
    )


def test_what_is_dropped_is_told_by_its_name(study: Study) -> None:
    said = " ".join(sentence for one in answers(study) for sentence in one.sentences)
    assert "Border crossings" in said
    assert "Bord " not in said


def test_bars_of_tiers_tell_what_falls_out_of_the_list(study: Study) -> None:
    bars = FIGURES["tier_probabilities"](study)
    assert bars is not None
    assert {mark.name for panel in bars.panels for mark in panel.marks} >= {words("outside", "en")}
    for panel in bars.panels:
        parts: dict[float, float] = {}
        for mark in panel.marks:
            for low, left, right in zip(mark.y, mark.x, mark.x2, strict=True):
                parts[float(low)] = parts.get(float(low), 0.0) + float(right) - float(left)
        assert [*parts.values()] == pytest.approx([1.0] * len(parts))


def test_no_rival_is_promised_where_none_is_told(study: Study) -> None:
    (page,) = (one for one in sections(study) if one["name"] == "robustness")
    assert "Nearest rival" not in page["headings"]
    assert "rival" not in page["note"]
