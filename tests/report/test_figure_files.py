"""The figures of the report as files: SVG and PNG by their names, none replaced unasked."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from matplotlib import image

from tierwise.errors import TierwiseError
from tierwise.report.drawing import chinese_font
from tierwise.report.figure_files import write_figures
from tierwise.report.plots import PRINT
from tierwise.report.printed import Figure
from tierwise.report.word import items
from tierwise.stages import Results, run


@pytest.fixture(scope="module")
def districts() -> Results:
    return run("industrial-districts-2019", draws=64)


def test_every_figure_is_a_file_of_its_name(districts: Results, tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    notes: list[object] = []
    files = write_figures(districts.study, folder, notes=notes)  # type: ignore[arg-type]
    figures = [one for one in items(districts.study) if isinstance(one, Figure)]
    assert {path.name for path in folder.iterdir()} == {
        f"{one.name}.{form}" for one in figures for form in ("svg", "png")
    }
    assert {*files} == {*folder.iterdir()}
    assert bool(notes) == (chinese_font() is None)
    for one in figures:
        text = (folder / f"{one.name}.svg").read_text(encoding="utf-8")
        assert "<text" in text  # not outlines: it can be edited and searched
        assert "指标数据为示意" in text
        pixels = image.imread(io.BytesIO((folder / f"{one.name}.png").read_bytes()))
        height, width = pixels.shape[:2]
        assert (width, height) == (round(200 * one.chart.width), round(200 * one.chart.height))
        assert np.ptp(pixels[..., :3].mean(axis=2)) > 0.5  # something dark on something light
    with pytest.raises(TierwiseError) as raised:
        write_figures(districts.study, folder)
    assert [one.code for one in raised.value.problems] == ["I014"] * len(files)
    assert write_figures(districts.study, folder, replace=True) == files


def test_names_and_units_stand_in_the_figures(districts: Results, tmp_path: Path) -> None:
    write_figures(districts.study, tmp_path)
    text = (tmp_path / "topics_threshold_工业增加值千亿区.svg").read_text(encoding="utf-8")
    assert "工业增加值（亿元）" in text
    assert "龙岗区" in text
    assert "全国 64,644" in (tmp_path / "topics_above-nation_人均GDP.svg").read_text(encoding="utf-8")


def test_colours_of_tiers_are_told_apart_in_grey() -> None:
    greys = [
        0.299 * int(colour[1:3], 16) + 0.587 * int(colour[3:5], 16) + 0.114 * int(colour[5:7], 16)
        for colour in PRINT[:4]
    ]
    assert greys == sorted(greys)
    assert min(np.diff(greys)) >= 30  # of 255, from one tier to the next
