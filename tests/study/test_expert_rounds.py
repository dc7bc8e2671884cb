"""What the rounds of a panel say: numbers by hand and from books, decisions, sentences in both languages."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from tierwise.errors import TierwiseError
from tierwise.inputs import Experts, Framework
from tierwise.spec.experts import ExpertsSpec
from tierwise.study.expert_rounds import found_rounds, sent_of
from tierwise.study.expert_sentences import PARTS, decision, expert_sentences
from tierwise.tables.delphi_rounds import by_level, by_round

CODES = [f"i{number}" for number in range(1, 7)]
FLAT = Framework.from_frame(pd.DataFrame({"code": CODES, "name": CODES}))
PAPERS = [(1, 4, 2.5, 5, 6, 2.5), (2, 3, 1, 5, 6, 4), (1.5, 3, 1.5, 4, 5.5, 5.5)]  # Kendall (1948)


def panel(*tables: list, framework: Framework = FLAT, **columns: list) -> Experts:
    frames = []
    for number, table in enumerate(tables, 1):
        own = {name: values[number - 1] for name, values in columns.items()}
        people = [f"e{at}" for at in range(len(table))]
        scores = pd.DataFrame(table, columns=framework.codes[1:])
        frames.append(pd.concat([pd.DataFrame({"round": number, "expert": people, **own}), scores], axis=1))
    return Experts.from_frame(pd.concat(frames, ignore_index=True), framework, 9)


def test_concordance_of_a_level_is_kendalls_published_one() -> None:
    levels = by_level(found_rounds(panel(PAPERS), FLAT, ExpertsSpec()))
    assert levels["kendall_w"].tolist() == pytest.approx([0.849673], abs=5e-7)
    assert levels["chi2"].tolist() == pytest.approx([12.745098], abs=5e-7)
    assert levels["p_chi2"].tolist() == pytest.approx([0.025888], abs=5e-7)
    assert levels["experts"].tolist() == [3]


def test_each_level_is_ranked_as_a_whole() -> None:
    tree = Framework.from_frame(
        pd.DataFrame({"code": ["a", "b", "a1", "a2", "b1", "b2"], "parent": ["", "", "a", "a", "b", "b"]})
    )
    table = [[9, 5, 8, 7, 6, 5], [8, 6, 9, 7, 5, 4], [9, 4, 7, 8, 6, 5]]
    (found,) = found_rounds(panel(table, framework=tree), tree, ExpertsSpec())
    levels = by_level([found])
    assert levels["items"].tolist() == [2, 4]
    first, second = (np.array(table)[:, columns] for columns in ([0, 3], [1, 2, 4, 5]))  # depth first
    for row, own in zip(levels.itertuples(), (first, second), strict=True):
        assert (row.mean_low, row.mean_high) == (own.mean(axis=0).min(), own.mean(axis=0).max())
        cv = own.std(axis=0, ddof=1) / own.mean(axis=0)
        assert (row.cv_low, row.cv_high) == pytest.approx((cv.min(), cv.max()))


def test_authority_and_participation_by_hand() -> None:
    experts = panel(PAPERS, Ca=[[0.9, 0.8, 0.7]], Cs=[[0.8, 0.4, 0.6]], sent=[4])
    (row,) = by_round(found_rounds(experts, FLAT, ExpertsSpec()), "en").to_dict("records")
    assert (row["sent"], row["positive_coefficient"]) == (4, 0.75)
    assert row["judgement"] == pytest.approx(0.8)
    assert row["familiarity"] == pytest.approx(0.6)
    assert row["authority"] == pytest.approx(0.7)
    assert sent_of(experts, ExpertsSpec(sent=(5,))) == [5]


def test_more_forms_than_were_sent_are_refused() -> None:
    with pytest.raises(TierwiseError) as raised:
        found_rounds(panel(PAPERS, sent=[2]), FLAT, ExpertsSpec())
    assert [(one.code, one.place) for one in raised.value.problems] == [("E107", "Experts: sent")]
    with pytest.raises(TierwiseError) as raised:
        panel(PAPERS, sent=[[3, 3, 4]])
    assert [(one.code, one.place) for one in raised.value.problems] == [("E017", "Experts!C4")]


def test_signed_ranks_of_yes_and_no_are_mcnemars_test() -> None:
    framework = Framework.from_frame(pd.DataFrame({"code": ["a", "b"]}))
    rng = np.random.default_rng(5)
    one, two = rng.integers(0, 2, (2, 24, 2))
    frames = [
        pd.DataFrame(table, columns=["a", "b"]).assign(round=number, expert=[f"e{at}" for at in range(24)])
        for number, table in enumerate((one, two), 1)
    ]
    experts = Experts.from_frame(pd.concat(frames), framework, 1)
    found = found_rounds(experts, framework, ExpertsSpec())[1].movement
    assert found is not None
    assert found.binary
    for at in (0, 1):
        up, down = ((two[:, at] - one[:, at]) == sign for sign in (1, -1))
        wanted = binomtest(int(up.sum()), int(up.sum() + down.sum())).pvalue
        assert found.between.p_wilcoxon[at] == pytest.approx(wanted)


AGREED = [[9, 8, 7, 6, 5, 4]] * 5
MOVED = [[9, 8, 7, 6, 5, 4], [9, 8, 7, 6, 5, 9], [9, 8, 7, 6, 5, 1], [9, 8, 7, 6, 5, 8], [9, 8, 7, 6, 5, 2]]
AGAIN = [[9, 8, 7, 6, 5, 1], [9, 8, 7, 6, 5, 9], [9, 8, 7, 6, 5, 1], [9, 8, 7, 6, 5, 9], [9, 8, 7, 6, 5, 5]]


@pytest.mark.parametrize(
    ("tables", "sent", "stop", "en", "zh"),
    [
        ([AGREED], 5, True, "Stop: after round 1, all 6 items are agreed on", "第1轮后6项均已达成共识"),
        ([MOVED], 5, False, "after round 1, 1 of 6 items is not agreed on: i6", "6项中有1项尚未达成共识：i6"),
        ([MOVED, MOVED], 5, True, "all 6 items are agreed on or stable", "6项均已达成共识或趋于稳定"),
        ([MOVED, AGAIN], 5, False, "neither agreed on nor stable: i6", "有1项既未达成共识也未稳定：i6"),
        ([AGREED], 11, False, "only 5 valid forms of 11 came back", "仅收回有效表5/11份（45.5%）"),
    ],
)  # fmt: skip
def test_stop_or_go_on(tables: list, sent: int, stop: bool, en: str, zh: str) -> None:
    experts = panel(*tables, sent=[sent] * len(tables))
    found = found_rounds(experts, FLAT, ExpertsSpec())
    assert found[-1].decision.stop is stop
    said = decision(found[-1], FLAT)
    assert en in said.en
    assert zh in said.zh
    assert by_round(found, "en")["stop"].tolist()[-1] == stop


def test_sentences_hold_the_numbers_of_the_tables() -> None:
    experts = panel(PAPERS, PAPERS, Ca=[[0.9] * 3, [0.8] * 3], Cs=[[0.6] * 3, [0.4] * 3], sent=[4, 3])
    found = found_rounds(experts, FLAT, ExpertsSpec())
    said = expert_sentences(found, experts, FLAT)
    assert [one.part for one in said if one.part != "method"] == [
        part for part in PARTS for _ in range({"stability": 1, "screening": 1, "method": 0}.get(part, 2))
    ]
    texts = {part: [one.text for one in said if one.part == part] for part in PARTS}
    assert texts["participation"][0].zh == "第1轮发出咨询表4份，收回有效表3份，积极系数75.0%。"
    assert (
        texts["authority"][1].en
        == "Round 2: mean authority Cr = 0.600 (Ca = 0.800, Cs = 0.400), below the usual 0.70."
    )
    assert "Kendall's W = 0.850（χ² = 12.75，自由度5，P = 0.026）" in texts["coordination"][0].zh
    assert "6项中6项稳定" in texts["stability"][0].zh
    (method,) = texts["method"]
    for part in ("authority", "coordination", "stability", "screening"):
        for language in ("en", "zh"):
            assert texts[part][-1].of(language) in method.of(language)
    numbers = [re.findall(r"\d+\.\d+", text) for text in method]
    assert sorted(numbers[0]) == sorted(numbers[1])  # both languages tell the same


def test_who_is_dropped_is_named() -> None:
    experts = panel(PAPERS, sent=[4]).without(["e1"])
    said = expert_sentences(found_rounds(experts, FLAT, ExpertsSpec()), experts, FLAT)
    assert said[1].text.zh == "第1轮发出咨询表4份，收回有效表3份，积极系数75.0%，其中剔除1份（e1）。"
