"""Figures of the printed report: what is written in them is what the tables hold."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from tierwise.methods.regions import PROVINCES
from tierwise.report.drawing import png, svg
from tierwise.report.drawings import Named, drawings
from tierwise.report.plots import PRINT
from tierwise.report.tiles import ROWS, TILES
from tierwise.stages import Results, run
from tierwise_scenarios import path

TOPICS = """
[[topics]]
name = "大县"
kind = "threshold"
columns = "地区生产总值"
at_least = 1500
[[topics]]
name = "分段"
kind = "bands"
columns = "人均GDP"
edges = [80000, 150000]
[[topics]]
name = "对照"
kind = "quadrants"
columns = ["R&D强度", "出口依存度"]
[[topics]]
name = "雷达"
kind = "radar"
columns = ["工业增加值", "R&D强度", "人均GDP"]
[[topics]]
name = "增速"
kind = "growth"
columns = "R&D强度"
[[topics]]
name = "历年"
kind = "years"
columns = "region"
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("drawn")
    (folder / "counts.csv").write_text(
        "year,column,group,units\n2018,region,东部,73\n2018,region,西部,27\n", "utf-8"
    )
    text = f'name = "drawn"\nlanguage = "zh"\nextends = "{path("industrial-counties-2019").as_posix()}"\n'
    text += f'[data]\ncounts = "{(folder / "counts.csv").as_posix()}"\n[uncertainty]\ndraws = 64\n{TOPICS}'
    Path(folder / "drawn.toml").write_text(text, encoding="utf-8")
    return run(folder / "drawn.toml")


def drawn(results: Results, table: str, name: str = "") -> Named:
    return next(one for one in drawings(results.study, table) if one.name == (name or table))


def written(drawn: str) -> list[str]:
    """Return the texts of an SVG in their order."""
    return [
        unescape(re.sub("<[^>]*>", "", text)).strip() for text in re.findall(r"<text.*?</text>", drawn, re.S)
    ]


def test_every_province_has_one_square() -> None:
    assert TILES.keys() == PROVINCES.keys()
    assert len({*TILES.values()}) == len(TILES)
    assert all(len(row.split()) == 8 for row in ROWS)


def test_the_map_and_the_bars_write_the_counts(results: Results) -> None:
    frame = results.tables["distribution_province"]
    counts = dict(zip(frame["province"], frame["units"], strict=True))
    texts = written(svg(drawn(results, "distribution_province", "map_province").chart))
    assert {name for name in texts if name in TILES} == TILES.keys()
    for name, count in counts.items():
        assert texts[texts.index(name) + 1] == str(count)
    assert sum(text.isdigit() for text in texts) == len(counts)
    texts = written(svg(drawn(results, "distribution_province", "number_province").chart))
    assert [int(text) for text in texts if text.isdigit()] == [*counts.values()]
    assert [one.name for one in drawings(results.study, "distribution_region")] == ["number_region"]


@pytest.mark.parametrize(
    ("table", "column", "form"),
    [("topics_threshold_大县", "地区生产总值", "{:,.1f}"), ("topics_growth_增速", "growth", "{:.1%}")],
)
def test_bars_write_the_values_of_their_table(results: Results, table: str, column: str, form: str) -> None:
    frame = results.tables[table]
    named = drawn(results, table)
    texts = written(svg(named.chart, "来源"))
    shown = frame.head(20)
    if column == "地区生产总值":  # what is derived has its name in the caption alone
        assert texts.pop(0) == column
    assert texts[: len(shown)] == shown["name"].tolist()
    found = [text for text in texts if re.fullmatch(r"[\d,.]+%?", text)]
    numbers = [float(text.replace(",", "").rstrip("%")) for text in found]
    expected = [float(form.format(value).replace(",", "").rstrip("%")) for value in shown[column]]
    assert numbers == pytest.approx(expected, abs=0.11)
    assert "来源" in texts
    assert ("前20位，共100个" in named.title) == (len(frame) > 20)


def test_bands_tiers_and_years_write_their_counts(results: Results) -> None:
    texts = written(svg(drawn(results, "topics_bands_分段").chart))
    assert [int(text) for text in texts if text.isdigit()] == results.tables["topics_bands_分段"][
        "units"
    ].tolist()
    frame = results.tables["tiers_province"]
    texts = written(svg(drawn(results, "tiers_province").chart))
    cells = [int(cell) for cell in frame.iloc[::-1, 2:].to_numpy().T.ravel() if cell]
    assert [int(text) for text in texts if text.isdigit()] == cells
    years = results.tables["topics_years_历年"]
    assert years.set_index("region").loc["东部"].tolist() == [73, 74]
    texts = written(svg(drawn(results, "topics_years_历年").chart))
    counts = [int(text) for text in texts if text.isdigit()]
    for cell in years.iloc[:, 1:].to_numpy().ravel().tolist():
        assert cell in counts
    pairs = written(svg(drawn(results, "distribution_region_years").chart))
    assert [text for text in pairs if text in {"73", "74"}] == ["73", "74"]


def test_radar_and_scatter_name_what_they_show(results: Results) -> None:
    radar = results.tables["topics_radar_雷达"]
    texts = written(svg(drawn(results, "topics_radar_雷达").chart))
    assert {*radar["name"], *radar.columns[1:-1]} <= {*texts}
    texts = written(svg(drawn(results, "topics_quadrants_对照").chart))
    assert {"R&D强度（%）", "出口依存度（%）", "江阴市"} <= {*texts}


def test_a_figure_is_the_same_each_time_and_a_picture(results: Results) -> None:
    for table in ("ranking", "topics_radar_雷达"):
        one = drawings(results.study, table)[0].chart
        assert svg(one, "x") == svg(one, "x")
        assert png(one).startswith(b"\x89PNG")


def test_tiers_are_told_apart_in_grey() -> None:
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    grey = pd.Series([lightness(colour) for colour in PRINT[:4]])
    assert grey.diff().dropna().min() > 0.12
