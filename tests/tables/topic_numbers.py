"""The numbers of the sentences on topics and further lists, found again in the data by another way.

The data are the scenario's own CSV files as pandas reads them, and the ranks and tiers of ``ranking.csv``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

import tierwise_scenarios

ROOT = Path(tierwise_scenarios.__file__).parent
PAIR = re.compile(r"([^、，；。（）\d]+?)（([\d.]+)%?）")


@dataclass(frozen=True)
class Data:
    """The data of a bundled scenario: units in the order of the list, totals of the nation, its topics."""

    units: pd.DataFrame
    national: pd.Series[Any]
    topics: dict[str, dict[str, Any]]
    csv: dict[str, pd.DataFrame]
    folder: Path

    def earlier(self, year: int) -> pd.DataFrame:
        """Return the data of an earlier year by name."""
        return pd.read_csv(self.folder / f"units_{year}.csv").set_index("name")

    def chosen(self, column: str) -> pd.Series[Any]:
        """Return a column, best first; equal ones in the order of the list."""
        return self.units.set_index("name")[column].dropna().sort_values(ascending=False, kind="stable")


def data_of(name: str, csv: dict[str, pd.DataFrame]) -> Data:
    """Return the data of a bundled scenario."""
    settings = tomllib.loads((ROOT / f"{name}.toml").read_text(encoding="utf-8"))
    folder = ROOT / "data" / name
    units = pd.read_csv(folder / "units.csv", dtype={"code": str})
    ranking = csv["ranking"][["code", "rank", "tier"]]
    units = units.merge(ranking, on="code").sort_values("rank", kind="stable")
    national = pd.Series(dtype=float)
    if (folder / "national.csv").exists():
        frame = pd.read_csv(folder / "national.csv")
        national = frame.set_index("column")["value"]
    return Data(units, national, {one["name"]: one for one in settings.get("topics", [])}, csv, folder)


def near(printed: str, right: float) -> None:
    """Compare a printed number with the right one within its rounding."""
    half = 0.5 * 10.0 ** -len(printed.partition(".")[2])
    assert abs(float(printed) - right) <= half + 1e-6 * abs(right) ** 0.5 + 1e-9, (printed, right)


def number(text: str, before: str) -> str:
    """Return the number behind some words."""
    match = re.search(rf"(?:{before})([\d.]+)", text)
    assert match, (before, text)
    return match[1]


def pairs(text: str, right: pd.Series[Any], scale: float = 1.0) -> int:
    """Compare names with figures behind them with the first of a column; return how many there are."""
    found = PAIR.findall(text)
    values = right.to_numpy()
    for (name, printed), value in zip(found, values, strict=False):
        assert any(name.endswith(one) for one in right.index[values == value]), (name, value)
        near(printed, scale * value)
    return len(found)


def threshold(text: str, topic: dict[str, Any], data: Data) -> None:
    columns = [topic["columns"]] if isinstance(topic["columns"], str) else topic["columns"]
    column = columns[0]
    kept = data.chosen(column)[lambda own: own >= topic["at_least"]]
    assert int(number(text, "的有")) == len(kept)
    near(number(text, "个，占"), 100 * len(kept) / len(data.units))
    told = pairs(text.partition("依次为")[2], kept)
    left = re.search(r"另(\d+)个", text)
    assert told + (int(left[1]) if left else 0) == len(kept)
    if "合计" in text:
        near(number(text, "合计"), kept.sum())
        near(number(text, "占入榜合计的"), 100 * kept.sum() / data.units[column].sum())
    if "占全国" in text:
        near(number(text, r"占全国（\d{4}年）的"), 100 * kept.sum() / data.national[column])

    if "其中" in text:
        counts = data.units.set_index("name").loc[kept.index, columns[1]].value_counts()
        told_of = text.partition("其中")[2].partition("；")[0].rstrip("。")
        found = {
            name: int(match[2])
            for match in re.finditer(r"([^，、；\d]+(?:、[^，、；\d]+)*?)(?:各)?(\d+)个", told_of)
            for name in match[1].removesuffix("各").split("、")
        }
        assert found == counts.to_dict(), told_of
    if "since" in topic:
        before = data.earlier(topic["since"])[column]
        new = [name for name in kept.index if name in before.index and before[name] < topic["at_least"]]
        assert re.search(r"新增(\d+)个", text).group(1) == str(len(new))  # type: ignore[union-attr]
        assert text.partition("新增")[2].partition("为")[2].rstrip("。").split("、") == new


def top(text: str, topic: dict[str, Any], data: Data) -> None:
    assert int(number(text, "居前")) == topic["count"]
    right = data.chosen(topic["columns"])
    told = pairs(text.partition("依次为")[2], right)
    assert told == (right >= right.iloc[topic["count"] - 1]).sum()


def growth(text: str, topic: dict[str, Any], data: Data) -> None:
    column = topic["columns"]
    frame = data.units.set_index("name")
    rates = frame[column] / 100
    if "since" in topic:
        then = data.earlier(topic["since"])[column].reindex(frame.index)
        rates = (frame[column] / then - 1).dropna()
        near(
            number(text, "榜单整体为"), 100 * (frame[column][rates.index].sum() / then[rates.index].sum() - 1)
        )
    elif column in data.national:
        assert (
            int(number(text, r"高于全国水平（[^）]*）的"))
            == (100 * rates > data.national[column] + 1e-9).sum()
        )
    right = rates.sort_values(ascending=False, kind="stable")
    assert pairs(text.partition("依次为")[2], right, 100.0) == min(5, len(right))
    counts = re.findall(r"高于([\d.]+)%的(\d+)个", text)
    assert [float(line) for line, _ in counts] == topic["lines"]
    for line, count in counts:
        assert int(count) == (100 * right > float(line) + 1e-9).sum()


def bands(text: str, topic: dict[str, Any], data: Data) -> None:
    edges = [-float("inf"), *topic["edges"], float("inf")]
    counts = pd.cut(data.units[topic["columns"]], edges, right=False).value_counts(sort=False).tolist()
    assert [int(one) for one in re.findall(r"的(\d+)个", text)] == [count for count in counts if count]
    near(number(text, "最多，占"), 100 * max(counts) / sum(counts))


def above_nation(text: str, topic: dict[str, Any], data: Data) -> None:
    column = topic["columns"]
    line = data.national[column]
    near(number(text, "全国水平（"), line)
    kept = data.chosen(column)[lambda own: own > line]
    assert int(number(text, "的有")) == len(kept)
    near(number(text, "个，占"), 100 * len(kept) / len(data.units))
    assert pairs(text.partition("居前的为")[2], kept) == min(3, len(kept))


def ratio(text: str, topic: dict[str, Any], data: Data) -> None:
    above, below = topic["columns"]
    frame = data.units.set_index("name")
    right = (frame[above] / frame[below]).sort_values(ascending=False, kind="stable")
    assert pairs(text.partition("依次为")[2], right, 100.0) == min(5, len(right))
    near(number(text, "榜单整体为"), 100 * frame[above].sum() / frame[below].sum())
    for line, count in re.findall(r"高于([\d.]+)%的(\d+)个", text):
        assert int(count) == (100 * right > float(line)).sum()


def extremes(text: str, topic: dict[str, Any], data: Data) -> None:
    parts = text.partition("中，")[2].rstrip("。").split("；")
    for column, part in zip(topic["columns"], parts, strict=True):
        own = data.units.set_index("name")[column]
        for word, value in (("最高", own.max()), ("最低", own.min())):
            name, printed = re.search(rf"{word}的是(.+?)（([\d.]+)", part).groups()  # type: ignore[union-attr]
            assert own[name] == value
            near(printed, value)
        near(number(part, "前者为后者的"), own.max() / own.min())


def quadrants(text: str, topic: dict[str, Any], data: Data) -> None:
    one, other = (data.units[column] for column in topic["columns"])
    right, high = one >= one.mean(), other >= other.mean()
    for printed, value in zip(
        re.findall(r"[（、]([\d.]+)[^\d、）]", text)[:2], (one.mean(), other.mean()), strict=True
    ):
        near(printed, value)
    counts = [(right & high).sum(), (right & ~high).sum(), (~right & high).sum(), (~right & ~high).sum()]
    assert [int(count) for count in re.findall(r"的(\d+)个", text)] == counts


def composition(text: str, topic: dict[str, Any], data: Data) -> None:
    endings = {"县级市": "市", "市辖区": "区"}
    for name, count in re.findall(r"([^，、\d]+?)(\d+)个(?=[、。，])", text.partition("中，")[2]):
        assert int(count) == data.units["name"].str.endswith(endings.get(name, name)).sum()


def membership(text: str, topic: dict[str, Any], data: Data) -> None:
    if "groups" in topic:
        members = {
            name: data.units[topic["columns"]].isin(groups).any(axis=1)
            for name, groups in topic["groups"].items()
        }
    else:
        members = {name: data.units[name] > 0 for name in topic["columns"]}
    for name, own in members.items():
        assert int(number(text, name)) == own.sum()
    held = pd.concat(members.values(), axis=1).sum(axis=1)
    any_of = (held > 0).sum()
    assert int(number(text, "至少属其一的|合计")) == any_of
    assert ("兼属多类" in text) == (held > 1).any()
    if (held > 1).any():
        assert int(number(text, "兼属多类的")) == (held > 1).sum()
    near(number(text, "个，占"), 100 * any_of / len(data.units))


def radar(text: str, topic: dict[str, Any], data: Data) -> None:
    first = data.units[data.units["tier"] == 1].set_index("name")
    assert int(number(text, "第一梯队的")) == len(first)
    told = {}
    for part in text.partition("中，")[2].rstrip("。").split("；"):
        name, _, columns = part.removesuffix("居首").partition("的")
        told |= dict.fromkeys(columns.split("、"), name)
    assert told.keys() == {*topic["columns"]}
    for column, name in told.items():
        assert first[column].max() == first.loc[name, column]


def national_share(text: str, topic: dict[str, Any], data: Data) -> None:
    for column in topic["columns"]:
        total = data.units[column].sum()
        near(number(text, f"{column}合计"), total)
        near(
            number(text, rf"{column}合计[\d.]+[^，]*，占全国（\d{{4}}年）的"),
            100 * total / data.national[column],
        )


def years(text: str, topic: dict[str, Any], data: Data) -> None:
    path = Path(__file__).parents[1] / "references" / "caict2019" / "table9.csv"
    right = pd.read_csv(path, comment="#").set_index("region")
    found = re.findall(r"([^，：、。]+?)由(\d+)个(?:增|减)至(\d+)个", text.partition("：")[2])
    for region, then, now in found:
        assert [int(then), int(now)] == right.loc[region, ["expected_2018", "expected_2019"]].tolist()
    assert {region for region, _, _ in found} == {*right.index}


KINDS: dict[str, Callable[[str, dict[str, Any], Data], None]] = {
    "threshold": threshold,
    "top": top,
    "bands": bands,
    "above-nation": above_nation,
    "ratio": ratio,
    "growth": growth,
    "extremes": extremes,
    "quadrants": quadrants,
    "composition": composition,
    "membership": membership,
    "radar": radar,
    "national-share": national_share,
    "years": years,
}


def check_topic(name: str, text: str, table: str, data: Data) -> str:
    """Compare a sentence on a topic with the data; return its kind."""
    kind = table.removeprefix("topics_").partition("_")[0]
    topic = data.topics[name.removeprefix("topic_")]
    if "list" in topic:
        frame = data.csv[f"list_{topic['list']}"]
        assert text.startswith(f"{topic['list']}的{len(frame)}个")
        own = data.units.set_index("code").loc[frame["code"]].reset_index()
        KINDS[kind](text, topic, replace(data, units=own))
        return kind
    listed = re.search(r"(\d+)个入榜", text)
    assert not listed or int(listed[1]) == len(data.units)
    KINDS[kind](text, topic, data)
    return kind


def check_list(text: str, frame: pd.DataFrame, csv: dict[str, pd.DataFrame]) -> None:
    """Compare the sentence on a further list with its table and the ranking."""
    named = text.partition("依次为")[2].partition("；")[0].split("、")
    assert named == frame["name"].tolist()[: len(named)]
    assert int(number(text, "；")) == len(frame)
    groups = frame.iloc[:, 2].value_counts()
    for group, count in re.findall(r"[，、]([^，、；\d]+?)(\d+)个(?=[、；。])", text):
        assert groups[group] == int(count)
    shared = re.search(r"(?:其中(\d+)个|均(不)?)(?:同时居|在)综合榜单前(\d+)位", text)
    assert shared
    best = csv["ranking"].loc[csv["ranking"]["rank"] <= int(shared[3]), "code"]
    right = frame["code"].isin(best).sum()
    told = int(shared[1]) if shared[1] else 0 if shared[2] else len(frame)
    assert told == right
