"""What a doubt says: whom it is about, how far off, and no more names than a sentence bears."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.errors import Problem
from tierwise.study.doubts import doubts


def sound(units: int = 20, indicators: int = 5) -> pd.DataFrame:
    """Return figures with nothing to doubt, three decimals each."""
    draw = np.random.default_rng(3)
    frame = pd.DataFrame({"code": [f"u{at}" for at in range(units)]})
    frame["name"] = [f"{chr(0x4E00 + 37 * at)}县" for at in range(units)]
    for at in range(indicators):
        frame[f"x{at}"] = draw.lognormal(4.0, 0.4, units).round(3)
    return frame


def told(frame: pd.DataFrame, **missing: object) -> list[Problem]:
    codes = [one for one in frame.columns if one.startswith("x")]
    framework = pd.DataFrame({"code": codes, "name": [f"figure {code}" for code in codes]})
    spec = tw.Spec.of(index=dict(missing), tiers={"count": 2})
    scenario = tw.Scenario.from_frames("doubts", frame, framework, spec=spec)
    index = tw.index(scenario.panel, scenario.framework, spec)
    return [*doubts(scenario.panel, index, tw.tiers(index, spec))]


def only(found: list[Problem], code: str) -> Problem:
    (one,) = (problem for problem in found if problem.code == code)
    assert one.line("en")
    assert one.line("zh")
    return one


def test_sound_figures_are_not_doubted() -> None:
    assert told(sound()) == []


@pytest.mark.parametrize(
    ("factor", "times", "times_zh"),
    [(10_000, " times", " 倍"), (1 / 10_000, " of", "")],
)
def test_how_many_times_too_large_or_small(factor: float, times: str, times_zh: str) -> None:
    frame = sound()
    frame.loc[7, "x2"] *= factor
    one = only(told(frame), "D103")
    ratio = frame.loc[7, "x2"] / np.exp(np.median(np.log(frame["x2"])))
    number = f"{ratio:,.0f}" if factor > 1 else f"1/{1 / ratio:,.0f}"
    assert one.fields["times"] == number + times
    assert one.fields["times_zh"] == number + times_zh
    assert (one.fields["unit"], one.fields["indicator"]) == (frame["name"][7], "figure x2")
    assert one.fields["value"] == frame.loc[7, "x2"]


def test_a_slip_of_a_denominator_is_told() -> None:
    frame = sound()
    frame["人口"] = np.random.default_rng(8).lognormal(3.0, 0.3, 20).round(3)
    frame.loc[4, "人口"] *= 100
    framework = pd.DataFrame({"code": [f"x{at}" for at in range(5)], "denominator": ["人口", *[""] * 4]})
    spec = tw.Spec.of(tiers={"count": 2})
    scenario = tw.Scenario.from_frames("doubts", frame, framework, spec=spec)
    index = tw.index(scenario.panel, scenario.framework, spec)
    one = only([*doubts(scenario.panel, index, tw.tiers(index, spec))], "D103")
    assert (one.place, one.fields["indicator"], one.fields["unit"]) == ("Data!H6", "人口", frame["name"][4])
    framework = framework.drop(columns="denominator")
    scenario = tw.Scenario.from_frames("doubts", frame, framework, spec=spec)
    index = tw.index(scenario.panel, scenario.framework, spec)
    assert [*doubts(scenario.panel, index, tw.tiers(index, spec))] == []  # a figure that nothing uses


@pytest.mark.parametrize(("copies", "tail"), [(2, ""), (3, ""), (4, " … (4)")])
def test_rows_that_are_one(copies: int, tail: str) -> None:
    frame = sound()
    rows = [2, 5, 9, 14][:copies]
    values = [one for one in frame.columns if one.startswith("x")]
    for row in rows:
        frame.loc[row, values] = frame.loc[2, values]
    one = only(told(frame), "D102")
    names = [frame["name"][row] for row in rows]
    assert one.fields["subject"] == " = ".join(names[:3]) + tail
    assert one.fields["value"] == copies
    assert one.fields["names"] == ", ".join(names)
    assert one.fields["names_zh"] == "、".join(names)
    assert (str(one.fields["first"]), one.place) == ("Data!4", "Data!7")


@pytest.mark.parametrize(("members", "tail"), [(6, ""), (7, " … (7)")])
def test_the_sum_of_others(members: int, tail: str) -> None:
    frame = sound()
    frame["province"] = ["A"] * (members + 1) + ["B"] * (19 - members)
    values = [one for one in frame.columns if one.startswith("x")]
    frame.loc[members, values] = frame.loc[: members - 1, values].sum().round(3)
    one = only(told(frame), "D101")
    assert one.fields["subject"] == frame["name"][members]
    assert one.fields["members"] == ", ".join(frame["name"][:6]) + tail
    assert one.fields["columns"] == ", ".join(f"figure {code}" for code in values)
    assert one.fields["value"] == frame.loc[members, "x0"]
    assert one.place == f"Data!{members + 2}"
    frame.loc[members, "name"] = "合计"
    assert [problem.code for problem in told(frame) if problem.code == "D101"] == []


@pytest.mark.parametrize(
    ("small", "named"),
    [(4, lambda at: at < 4), (10, lambda at: at < 10), (16, lambda at: at >= 16)],
    ids=["few are small", "half", "few are large"],
)
@pytest.mark.parametrize(("size", "zero"), [(1.0, False), (1e-4, False), (1.0, True)])
def test_the_fewer_of_two_scales_are_named(
    small: int, named: Callable[[int], bool], size: float, zero: bool
) -> None:
    frame = sound()
    frame["x1"] = size * np.linspace(30, 70, 20).round(1)[::-1]
    frame.loc[: small - 1, "x1"] /= 100
    if zero:  # which is of neither scale
        frame.loc[19, "x1"] = 0.0
        named = (lambda at: 16 <= at < 19) if small == 16 else named
    one = only(told(frame), "D104")
    rows = [at for at in range(20) if named(at)]
    listed = [frame["name"][at] for at in rows]
    assert one.fields["count"] == len(rows)
    assert one.fields["names"] == ", ".join(listed[:6]) + (f" … ({len(rows)})" if len(rows) > 6 else "")
    assert one.fields["value"] == frame.loc[rows[0], "x1"]
    assert one.place == f"Data!D{rows[0] + 2}"


@pytest.mark.parametrize(
    ("blank", "codes"),
    [(0, []), (1, ["D106"]), (2, ["D106"]), (3, ["D106", "D107"])],  # of five: weights times 1.25, 1.67, 2.5
)
def test_what_is_missing_and_what_weighs_more_than_twice(blank: int, codes: list[str]) -> None:
    frame = sound()
    frame.loc[3, [f"x{at}" for at in range(blank)]] = np.nan
    found = told(frame, missing="reweight")
    assert [one.code for one in found] == codes
    if blank:
        assert only(found, "D106").fields["subject"] == f"{frame['name'][3]} ({blank}/5)"
    if blank == 3:
        heavy = only(found, "D107")
        assert (heavy.fields["share"], heavy.fields["nominal"]) == ("50.0%", "20.0%")
        assert heavy.fields["indicator"] == "figure x3"


@pytest.mark.parametrize(("blank", "doubted"), [(1, False), (2, True)])
def test_a_fifth_of_the_indicators(blank: int, doubted: bool) -> None:
    frame = sound(indicators=6)
    frame.loc[3, [f"x{at}" for at in range(blank)]] = np.nan
    assert [one.code for one in told(frame, missing="reweight")] == ["D106"] * doubted


def test_twice_the_weight_is_not_more_than_twice() -> None:
    frame = sound(indicators=4)
    frame.loc[3, ["x2", "x3"]] = np.nan
    assert [one.code for one in told(frame, missing="reweight")] == ["D106"]


def test_an_indicator_without_weight_has_none_to_grow() -> None:
    frame = sound(indicators=4)
    frame.loc[3, ["x2"]] = np.nan
    framework = pd.DataFrame({"code": ["x0", "x1", "x2", "x3"], "weight": [0, 1, 1, 1]})
    spec = tw.Spec.of(index={"missing": "reweight"}, tiers={"count": 2})
    scenario = tw.Scenario.from_frames("doubts", frame, framework, spec=spec)
    index = tw.index(scenario.panel, scenario.framework, spec)
    assert [one.code for one in doubts(scenario.panel, index, tw.tiers(index, spec))] == ["D106"]


@pytest.mark.parametrize(
    ("province", "city", "found"),
    [
        (("A", "A"), ("x", "x"), 1),
        (("A", "B"), ("x", "x"), 0),
        (("A", "A"), ("x", "y"), 0),
        (("A", ""), ("x", "x"), 1),
        (("", ""), ("x", ""), 1),
    ],
)
def test_groups_tell_names_apart(province: tuple[str, str], city: tuple[str, str], found: int) -> None:
    frame = sound()
    frame["province"], frame["city"] = "C", "z"
    frame.loc[[2, 9], ["name", "province", "city"]] = [
        ["太仓", province[0], city[0]],
        ["太仓市", province[1], city[1]],
    ]
    assert [problem.code for problem in told(frame)] == ["D108"] * found


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Rheinland-Pfalz", "Rheinland-Pfaltz", 1),
        ("Rheinland-Pfalz", "Rhainland-Pfalz", 0),  # the first three letters are those of one name
        ("Rhxinland-Pfalz", "Rhainland-Pfalz", 0),
        ("太仓", "太仓市", 1),
        ("太仓市", "太仓县", 0),
    ],
)
def test_names_of_one_unit(one: str, other: str, found: int) -> None:
    frame = sound()
    frame.loc[[2, 9], "name"] = [one, other]
    assert [problem.fields["subject"] for problem in told(frame)] == [f"{one} ~ {other}"] * found


def test_columns_that_are_one_or_make_up_a_whole() -> None:
    frame = sound()
    frame["x5"] = 3 * frame["x1"]
    frame["x6"] = 500 - frame["x2"]
    found = told(frame)
    twice, whole = only(found, "D105"), only(found, "D110")
    assert (twice.fields["subject"], twice.fields["value"]) == ("figure x1 ~ figure x5", 3.0)
    assert (whole.fields["subject"], whole.fields["value"]) == ("figure x2 ~ figure x6", 500.0)
    assert (twice.place, whole.place) == ("Data!H1", "Data!I1")


@pytest.mark.parametrize(
    ("unit", "size", "asked"),
    [("%", 0.01, True), ("％", 0.01, True), ("%", 1.0, False), ("", 0.01, False), ("%", 0.0003, False)],
    ids=["shares of 1", "full width", "in per cent", "no unit", "small throughout"],
)
def test_a_column_in_per_cent_that_holds_shares_of_one(unit: str, size: float, asked: bool) -> None:
    frame = sound()
    frame["x1"] = size * np.linspace(30, 70, 20).round(1)[::-1]
    framework = pd.DataFrame({"code": [f"x{at}" for at in range(5)], "unit": ["", unit, "", "", ""]})
    spec = tw.Spec.of(tiers={"count": 2})
    scenario = tw.Scenario.from_frames("doubts", frame, framework, spec=spec)
    index = tw.index(scenario.panel, scenario.framework, spec)
    found = [one for one in doubts(scenario.panel, index, tw.tiers(index, spec)) if one.code == "D112"]
    assert [(one.place, one.fields["low"], one.fields["high"]) for one in found] == (
        [("Data!D1", "0.3", "0.7")] if asked else []
    )
