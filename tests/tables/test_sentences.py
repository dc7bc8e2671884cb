"""Every number of every sentence, found again in the CSV tables by another way."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.tables.topic_numbers import check_list, check_topic, data_of
from tierwise.stages import Results, run
from tierwise.tables.sentences import drafted

NUMBER = re.compile(r"\d+(?:\.\d+)?")
# 江苏25个 · 陕西、安徽各2个 · 江苏、浙江均为19个 · 山东、浙江紧随其后，分别为19个、18个
COUNTS = re.compile(r"([^，；。：（）\d]+?)(?:各|均为|次之，为|紧随其后，均为)?(\d+)个")
FOLLOW = re.compile(r"([^，；。：\d]+)紧随其后，分别为((?:\d+个、?)+)")
ELSEWHERE = re.compile(r"(其余)?(\d+)个([^\d，；。]+?)(?:各|均为)(\d+)个")


def tables(results: Results, folder: Path) -> dict[str, pd.DataFrame]:
    """Return the CSV files of a run as pandas reads them."""
    files = sorted((results.write(folder / "out") / "tables").glob("*.csv"))
    return {path.stem: pd.read_csv(path, encoding="utf-8-sig", dtype={"code": str}) for path in files}


def listed_of(csv: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return csv["ranking"].dropna(subset=["tier"])


def groups_of(csv: dict[str, pd.DataFrame], name: str) -> pd.Series:
    """Return the group of each listed unit; of regions that the run made itself by the sums of the table."""
    return listed_of(csv)[name].dropna()


def said_counts(text: str) -> tuple[dict[str, int], list[int], str]:
    """Return the counts that a text gives by group, those of groups it does not name, and what is left."""
    found: dict[str, int] = {}
    unnamed: list[int] = []

    def follow(match: re.Match[str]) -> str:
        names, numbers = match[1].split("、"), re.findall(r"\d+", match[2])
        found.update(zip(names, map(int, numbers), strict=True))
        return ""

    def elsewhere(match: re.Match[str]) -> str:
        unnamed.extend([int(match[4])] * int(match[2]))
        return ""

    def counts(match: re.Match[str]) -> str:
        for name in match[1].removeprefix("其中").split("、"):
            if name:  # after the sign between counts
                found[name] = int(match[2])
        return ""

    text = FOLLOW.sub(follow, text)
    text = ELSEWHERE.sub(elsewhere, text)
    return found, unnamed, COUNTS.sub(counts, text)


def check_counts(text: str, counts: Counter[str]) -> None:
    """Compare all counts of a text with those of the table; what is not named has what is left."""
    text = re.sub(r"[两三四五六七八九十]者合计(\d+)个，占([\d.]+)%", "", text)
    found, unnamed, left = said_counts(text)
    assert found, text
    assert {name: counts[name] for name in found} == found, text
    others = sorted(count for name, count in counts.items() if name not in found)
    assert not unnamed or sorted(unnamed) == others, text
    assert NUMBER.findall(left) == [], (text, left)


def check_sum(text: str, counts: Counter[str], whole: int) -> None:
    """Compare the sum of the groups named first, and its share."""
    for match in re.finditer(r"([两三四五六七八九十])者合计(\d+)个，占([\d.]+)%", text):
        groups = "两三四五六七八九十".index(match[1]) + 2
        total = sum(count for _, count in counts.most_common(groups))
        assert int(match[2]) == total
        assert abs(float(match[3]) - 100 * total / whole) <= 0.05 + 1e-9


def check_number(text: str, csv: dict[str, pd.DataFrame], name: str) -> None:
    listed = len(listed_of(csv))
    counts = Counter(groups_of(csv, name).tolist())
    if len(counts) == 1:
        expected = [listed] if counts.total() == listed else [listed, counts.total()]
        assert [int(number) for number in NUMBER.findall(re.sub(r"\d+年", "", text))] == expected
        return
    head, _, rest = text.partition("。")
    numbers = [int(number) for number in NUMBER.findall(re.sub(r"\d{4}年", "", head))]
    assert numbers[0] == listed
    assert numbers[-1] == len(counts)
    assert numbers[1:-1] == ([counts.total()] if counts.total() < listed else [])
    if "数量均等" in rest:
        assert {int(number) for number in NUMBER.findall(rest)} == {*counts.values()}
        return
    check_sum(rest, counts, listed)
    check_counts(rest, counts)
    assert ("并列首位" in rest) == ([*counts.values()].count(max(counts.values())) > 1)


def check_firsts(text: str, csv: dict[str, pd.DataFrame], name: str) -> None:
    listed = listed_of(csv).dropna(subset=[name])
    best = listed.groupby(name)["rank"].transform("min") == listed["rank"]
    expected = [
        f"{group}{unit}（第{rank:g}）"
        for group, unit, rank in zip(
            listed[best][name], listed[best]["name"], listed[best]["rank"], strict=True
        )
    ]
    assert text.partition("：")[2].rstrip("。").split("、") == expected


def check_tiers(text: str, csv: dict[str, pd.DataFrame]) -> None:
    listed = listed_of(csv)
    numbers = [float(number) for number in NUMBER.findall(re.sub(r"\d{4}年", "", text))]
    expected: list[float] = [len(listed), listed["tier"].nunique()]
    for _, units in listed.groupby("tier"):
        expected += [len(units), *sorted({*(units["rank"].min(), units["rank"].max())})]
    assert numbers == expected


def check_tier_groups(text: str, csv: dict[str, pd.DataFrame], name: str) -> None:
    listed = listed_of(csv)
    sentences = text.rstrip("。").split("。")
    kept = [(tier, units) for tier, units in listed.groupby("tier") if units[name].notna().any()]
    assert len(sentences) == len(kept)
    for sentence, (_, units) in zip(sentences, kept, strict=True):
        head, _, rest = sentence.partition("，")
        assert int(NUMBER.findall(head)[0]) == len(units)
        counts = Counter(units[name].dropna().tolist())
        if "最多" in rest:
            most = max(counts.values())
            assert [int(number) for number in NUMBER.findall(rest)] == [most, [*counts.values()].count(most)]
        elif "属" in rest:
            assert {rest.split("属")[1]} == {*counts}
            assert counts.total() == len(units)
        else:
            check_sum(rest, counts, len(units))
            check_counts(rest, counts)


def check_multiples(text: str, frame: pd.DataFrame) -> None:
    column = "pooled" if "pooled" in frame and frame["pooled"].notna().any() else "mean"
    means = frame[column].to_numpy()
    told, _, gaps = text.partition("；")
    amounts = re.sub("（.*?）。?$", "", told.partition("依次为")[2]).rstrip("。").split("、")
    negative = [amount.startswith("-") for amount in amounts]
    for amount, mean in zip(amounts, means, strict=True):
        decimals = len(amount.partition(".")[2])
        assert abs(float(amount) - mean) <= 0.5 * 10.0**-decimals + 1e-9
    assert not gaps or not any(negative)
    times = NUMBER.findall(gaps)
    falling = (means > 0).all() and all(above >= below for above, below in pairwise(means))
    assert len(times) == (len(means) - 1 if falling else 0)
    for number, above, below in zip(times, means, means[1:], strict=False):
        decimals = len(number.partition(".")[2])
        assert abs(float(number) - above / below) <= 0.5 * 10.0**-decimals + 1e-9


def check_years(text: str, frame: pd.DataFrame) -> None:
    """Read 江苏25个，较上年增加2个; what is not named has not changed."""
    now, then = frame.columns[1:3]
    before = then.removeprefix("units_")
    last = "上年" if int(now.removeprefix("units_")) == int(before) + 1 else f"{before}年"
    if "入榜数量均与" in text:
        assert (frame[now] == frame[then]).all()
        assert NUMBER.findall(text)[0] == str(len(frame))
        return
    named = {}
    for clause in text.rstrip("。").split("；"):
        rest = re.fullmatch(r"其余(\d+)个\D+持平", clause)
        if rest:
            assert int(rest[1]) == (frame[now] == frame[then]).sum()
            continue
        match = re.fullmatch(rf"(\D+)(\d+)个，(?:与{last}持平|{last}无|较{last}(增加|减少)(\d+)个)", clause)
        assert match, clause
        change = 0 if match[3] is None else int(match[4]) * (1 if match[3] == "增加" else -1)
        change = int(match[2]) if clause.endswith("无") else change
        named[match[1]] = (int(match[2]), int(match[2]) - change)
    expected = {row[0]: (row[1], row[2]) for row in frame.itertuples(index=False)}
    assert {name: expected[name] for name in named} == named
    assert all(expected[name][0] == expected[name][1] for name in expected.keys() - named.keys())


def check_changes(name: str, text: str, csv: dict[str, pd.DataFrame]) -> None:
    frame = csv["changes"]
    if name == "changes":
        numbers = [int(number) for number in NUMBER.findall(text.partition("：")[2])]
        assert sorted(numbers) == sorted(frame["change"].value_counts().tolist())
        assert sum(numbers) == len(frame)
    elif name.startswith("names_"):
        own = frame[frame["change"] == name.removeprefix("names_")]
        ranks = own["rank" if name == "names_entry" else "previous_rank"]
        shown = re.findall(
            r"(?:为|、)([^（、]+?)(?:（第([\d.]+)）)?(?=、|。)", text.replace("（括号内为上期名次）", "")
        )
        expected = [
            (unit, "" if np.isnan(rank) else f"{rank:g}")
            for unit, rank in zip(own["name"], ranks, strict=True)
        ]
        assert shown == expected[:20] + ([(f"另{len(own) - 20}个", "")] if len(own) > 20 else [])
    elif name == "furthest":
        moved = frame.dropna(subset=["move"])
        for word, end in (("上升", moved["move"].max()), ("下降", moved["move"].min())):
            match = re.search(rf"{word}幅度最大的是([^，]+)，(均?){word}([\d.]+)位", text)
            assert (match is not None) == ((end > 0) if word == "上升" else (end < 0))
            if match:
                most = moved[moved["move"] == end]["name"].tolist()
                assert match[1].split("、")[: len(most)][:20] == most[:20]
                assert float(match[3]) == abs(end)
                assert bool(match[2]) == (len(most) > 1)
    else:
        kind, _, column = name.partition("_")
        own = frame[frame["change"] == kind]
        of = csv["ranking"].set_index("code")[column]
        counts = Counter(own["code"].map(of).tolist())
        head, _, rest = text.partition("，")
        assert int(NUMBER.findall(head)[0]) == len(own) == counts.total()
        if len(counts) == 1:
            assert rest == f"属{next(iter(counts))}。"
        else:
            check_counts(rest, counts)


def check_streak(name: str, text: str, csv: dict[str, pd.DataFrame]) -> None:
    marks = csv["history"].set_index("code")[name]
    tiers = listed_of(csv).set_index("code")["tier"]
    kept = marks[marks == 1].index
    by_tier = [count for count in tiers.loc[kept].value_counts().sort_index().tolist() if count]
    top, years = NUMBER.findall(name)
    expected = [int(years), int(top)]
    if len(kept):
        expected += [len(kept), *(by_tier if len(by_tier) > 1 else [])]
    if marks.isna().any():
        expected.append(int(marks.isna().sum()))
    assert [int(number) for number in NUMBER.findall(text)] == expected


def check_one(name: str, text: str, table: str, csv: dict[str, pd.DataFrame]) -> None:
    """Check a sentence on the list, its groups, tiers or changes."""
    kind, _, rest = name.partition("_")
    grouped = rest in csv["ranking"]
    if kind == "number" and grouped:
        check_number(text, csv, rest)
    elif kind == "first":
        check_firsts(text, csv, rest)
    elif name == "tiers":
        check_tiers(text, csv)
    elif kind == "tiers" and grouped:
        check_tier_groups(text, csv, rest)
    elif kind == "multiples":
        frame = csv["tiers_profile"]
        code = "score" if rest == "index" else rest
        check_multiples(text, frame[frame["figure"] == code])
    elif kind == "years":
        check_years(text, csv[table])
    elif kind == "streak":
        check_streak(name, text, csv)
    elif kind in {"changes", "names", "furthest"} or (kind in {"entry", "exit"} and grouped):
        check_changes(name, text, csv)
    else:
        assert kind in {"number", "tiers", "entry", "exit"}  # of a region that the run made


def check_all(results: Results, folder: Path, bundled: str = "") -> Counter[str]:
    """Check every sentence of a run; return how many of each kind there were."""
    csv = tables(results, folder)
    data = data_of(bundled, csv) if bundled else None
    said: Counter[str] = Counter()
    texts = drafted(results.study)
    language = results.study.scenario.language
    if not texts:
        assert "sentences" not in csv
        return said
    rows = [(name, text.of(language), table) for name, text, table in texts]
    assert rows == [*csv["sentences"].itertuples(index=False, name=None)]
    for name, text, table in texts:
        assert (table or "ranking") in csv, name
        kind = name.partition("_")[0]
        said[kind] += 1
        if kind == "topic" and data is not None:
            check_topic(name, text.zh, table, data)
        elif kind == "list":
            check_list(text.zh, csv[table], csv)
        else:
            check_one(name, text.zh, table, csv)
        # the other language has the same numbers; tiers are numbered in Chinese digits
        english = re.sub(r"(?i)\btiers? \d+|(?<=\d),(?=\d{3})", "", text.en)
        assert Counter(NUMBER.findall(english)) == Counter(NUMBER.findall(text.zh)), (text.en, text.zh)
    return said


def small(tmp_path: Path, seed: int) -> Path:
    """Return a random scenario: few units, ties, one group or several, with earlier lists or none."""
    rng = np.random.default_rng(seed)
    count, groups = int(rng.integers(2, 30)), int(rng.integers(1, 12))
    letters = [f"{a}{b}" for a in "甲乙丙丁戊己" for b in "子丑寅卯辰"]
    units = pd.DataFrame(rng.integers(0, 4, (count, 2)) - (seed % 3 == 0), columns=["x", "y"])
    units.insert(0, "code", [f"u{unit}" for unit in range(count)])
    units.insert(1, "name", letters[:count])
    names = np.array([*"天地玄黄宇宙洪荒日月盈"][:groups])
    units.insert(2, "belt", rng.choice(names, count))
    units.loc[:1, ["x", "y"]] = [[0, 0], [3, 3]]
    units.to_csv(tmp_path / "units.csv", index=False)
    framework = pd.DataFrame({"code": ["x", "y"], "weight": [2, 1], "direction": 1})
    framework.to_csv(tmp_path / "framework.csv", index=False)
    history = ""
    if seed % 4:
        rows = []
        for year in range(2020, 2024):
            before = rng.permutation(count)[: max(2, count // 2)]
            rows += [(year, f"u{unit}", rank) for rank, unit in enumerate(before, 1)]
        pd.DataFrame(rows, columns=["year", "code", "rank"]).to_csv(tmp_path / "history.csv", index=False)
        history = 'history = "history.csv"'
    path = tmp_path / "small.toml"
    path.write_text(
        f"""name = "small"
language = "{["zh", "en"][seed % 2]}"
[data]
units = "units.csv"
framework = "framework.csv"
{history}
[select]
top = {max(2, count // 2)}
[tiers]
count = {1 + seed % 2}
[report]
groups = ["belt"]
tops = [1, 3]
years = [2, 3]
noun = "{["县", "counties"][seed % 2]}"
tier_quality = false
audit = false
one_at_a_time = false
[uncertainty]
weights = "box"
draws = 16
""",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize("seed", range(16))
def test_sentences_of_small_lists(seed: int, tmp_path: Path) -> None:
    said = check_all(run(small(tmp_path, seed)), tmp_path)
    assert said["number"] == 1


@pytest.mark.parametrize("name", ["industrial-counties-2019", "industrial-districts-2019"])
def test_sentences_of_the_published_lists(name: str, tmp_path: Path) -> None:
    said = check_all(run(name, draws=64), tmp_path, name)
    assert said["number"] == said["first"] == 2
    assert said["multiples"] > 20
