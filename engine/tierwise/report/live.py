"""What the page's script needs to rank anew as weights move: the run's own normalised panel, rules and tiers.

The script (``live_scores.js``) takes the same steps as the engine: scores by means level by level, rounding,
the grid of equal scores, ranks, tiers. It serves indices whose every node is a power mean; of others the
page says that it cannot move their weights.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.draws.blocks import BLOCK, block_generator
from tierwise.errors import TierwiseError
from tierwise.methods.registry import named
from tierwise.report.chart_parts import LIGHT, TIER_COLOURS
from tierwise.sentences.tiers import ordinal
from tierwise.study.compare import has_tiers, setup_of
from tierwise.study.improvement_paths import SCALED
from tierwise.study.variants import camps_of
from tierwise.study.weights import weighted
from tierwise.tables.groups import tabulated
from tierwise.tolerances import GRID_BITS, SHARE
from tierwise.words.columns import GROUPS
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    from tierwise.draws.tier_rules import Cutter
    from tierwise.inputs import Framework
    from tierwise.study.index import Index
    from tierwise.study.study import Study

MOST_BYTES: Final = 3_000_000  # of the normalised panel: a page is read on its own, and mailed
QUANTILES: Final = 200
PORTED: Final = frozenset({"ward", "average", "complete", "single", "fisher", "kmeans", "quantile"})

WORDS: Final[Mapping[str, Text]] = {
    "title": Text("The list under other weights", "调整权重，即时排名"),
    "lead": Text(
        "Search, sort and filter the list; move a weight, and it is ranked again by the index's own method. "
        "The weights beside the one that moves follow, so that they sum to 100%; locked ones stay.",
        "可检索、排序、筛选榜单；拖动任一权重，即按本指数的方法重新计算并排名。同组其余权重按比例相应增减，合计保持"
        "100%；已锁定的权重不变。",
    ),
    "weights": Text("Weights", "权重"),
    "preset": Text("Weights of", "权重方案"),
    "published": Text("the published list", "公布方案"),
    "equal": Text("equal weights", "各级等权"),
    "scenario": Text("scenario: {}", "方案：{}"),
    "camp": Text("experts of {}", "{}专家"),
    "expert": Text("expert {}", "专家：{}"),
    "own": Text("your own", "自定义"),
    "inside": Text("inside: {}", "下设{}项"),
    "undo": Text("Undo", "撤销"),
    "redo": Text("Redo", "重做"),
    "reset": Text("Published weights", "恢复公布权重"),
    "lock": Text("Lock the weight of {}", "锁定“{}”的权重"),
    "weight_of": Text("Weight of {} in percent", "“{}”的权重（%）"),
    "copy": Text("Copy as a scenario", "复制为方案"),
    "row": Text("Copy as a row of the workbook", "复制为工作簿中的一行"),
    "row_copied": Text(
        "Copied: paste it into an empty row of the sheet Scenarios (columns scenario, what, value)",
        "已复制，粘贴到“方案表”工作表的空行（方案、改动、取值三列）即可",
    ),
    "what": Text("weights", "权重"),
    "copied": Text(
        "Copied: paste it at the end of the scenario file (.toml)",
        "已复制，粘贴到方案文件（.toml）末尾即可",
    ),
    "link": Text("Copy a link to this state", "复制当前状态的链接"),
    "linked": Text("Link copied", "链接已复制"),
    "search": Text("Search names, codes and groups", "按名称、代码或分组检索"),
    "find": Text("Search this table", "检索本表"),
    "all": Text("all", "全部"),
    "tier": Text("Tier", "梯队"),
    "columns": Text("Columns", "显示列"),
    "listed_only": Text("Listed units only", "只看入榜单位"),
    "rank": Text("Rank", "位次"),
    "move": Text("Moved", "升降"),
    "was": Text("Published rank", "公布位次"),
    "name": Text("Name", "名称"),
    "code": Text("Code", "代码"),
    "score": Text("Score", "得分"),
    "node": Text("Indicator", "指标"),
    "weight": Text("Weight", "权重"),
    "position": Text("Among the listed units", "在入榜单位中的位置"),
    "outside": Text("outside the list", "榜外"),
    "close": Text("Close", "关闭"),
    "pinned": Text("Pinned:", "已标记："),
    "click": Text("Click: pin", "点击可标记"),
    "unpin": Text("Unpin {}", "取消标记{}"),
    "card_note": Text(
        "Scores and ranks under the weights of the moment; dot: the unit, ticks: the listed units, diamond: "
        "mean of its tier.",
        "按当前权重计算；圆点为本单位，竖线为各入榜单位，菱形为同梯队均值。",
    ),
    "more": Text("Show {} more", "再显示{}个"),
    "none": Text("No unit fits the search.", "没有符合条件的单位。"),
    "shown": Text("{} of {} shown", "显示{}个，共{}个"),
    "same": Text("These are the published weights.", "当前为公布权重。"),
    "moved": Text(
        "Of the units listed before or now {} move, by {} places at most; {} change tier; {} come in, "
        "{} fall out.",
        "原榜与现榜单位中，{}个位次变动，最大{}位；{}个梯队变动；新进{}个，退出{}个。",
    ),
    "moved_whole": Text(
        "{} units move, by {} places at most; {} change tier.",
        "{}个单位位次变动，最大{}位；{}个单位梯队变动。",
    ),
    "entries": Text("In: {}", "新进：{}"),
    "exits": Text("Out: {}", "退出：{}"),
    "join": Text(", ", "、"),
    "distance": Text(
        "You have moved {} of the weight; {} of the weight draws move more.",
        "共调整了{}的权重；在抽样所得的各组权重中，偏离公布权重比这更大的占{}。",
    ),
    "distance_none": Text(
        "You have moved {} of the weight: more than any of the weight draws does.",
        "共调整了{}的权重，超过了抽样所得的任何一组权重。",
    ),
    "nobody": Text("none", "无"),
    "unscored": Text(
        "{} units have no score under these weights and stand at the end.",
        "{}个单位在此权重下无法计算得分，列在末尾。",
    ),
    "no_tiers": Text(
        "Tiers are those of the published list: {} is not computed on the page.",
        "梯队为公布结果：页面上不重新计算“{}”。",
    ),
    "fixed": Text(
        "The weights of this index cannot be moved here: {} is no weighted mean. Weight scenarios do it.",
        "本指数的权重不能在页面上调整：“{}”不是加权平均。可用权重方案比较。",
    ),
    "too_large": Text(
        "The weights cannot be moved here: with {} units and {} indicators the page would be too large.",
        "页面上不能调整权重：{}个单位、{}项指标，页面文件会过大。",
    ),
    "other_panel": Text(
        "Not among the choices, since they change more than weights: {}.",
        "以下方案不只改变权重，未列入：{}。",
    ),
}


def live(study: Study) -> dict[str, Any]:
    """Return what the page embeds: the list, and what its script computes other lists from.

    ``reason`` says why weights cannot be moved; the list can be searched and sorted all the same.
    """
    language, index, tiers = study.scenario.language, study.index, study.tiers
    panel, framework = index.panel, index.framework
    words = {key: text.of(language) for key, text in WORDS.items()}
    reason = _fixed(index, language)
    groups = {
        name: list(panel.groups[name])
        for name in tabulated(panel, len(tiers.selected), study.scenario.spec.report.groups)
    }
    data: dict[str, Any] = {
        "words": words,
        "colours": list(TIER_COLOURS),
        "light": [at for at, colour in enumerate(TIER_COLOURS) if colour in LIGHT],
        "group_titles": {name: GROUPS.get(name, Text(name, name)).of(language) for name in groups},
        "units": {"code": list(panel.codes), "name": list(panel.names), "groups": groups},
        "base": {
            "score": _numbers(index.score),
            "rank": [float(rank) for rank in index.ranks],
            "tier": tiers.tiers.tolist(),
        },
        "tier_names": [ordinal(tier).of(language) for tier in range(1, tiers.count + 1)],
        "top": int(tiers.top),
        "decimals": index.spec.decimals,
        "reason": reason,
    }
    if not reason:
        data |= {
            "codes": list(framework.codes),
            "names": list(framework.names),
            "parent": [int(parent) for parent in framework.tree.parent],
            "values": [_packed(column) for column in index.plan.values.T],
            "leaves": framework.tree.leaves.tolist(),
            "power": [None if mean is None else mean.power for mean in index.plan.means],
            "least": index.plan.least.tolist(),
            "rounding": list(index.plan.decimals) or None,
            "half": index.spec.half,
            "ties": index.spec.ties,
            "tolerances": {"grid_bits": GRID_BITS, "share": SHARE},
            "tiers": _tiers(study, language),
            **_presets(study),
            "distances": _distances(study),
        }
    return data


def embedded(data: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return data as JSON that can stand inside a page: no tag can begin in it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace(
        "<", "\\u003c"
    )


def _fixed(index: Index, language: Language) -> str:
    """Return why the page cannot move the weights of an index, "" where it can."""
    plan = index.plan
    if plan.scales:
        return WORDS["fixed"].format(SCALED.of(language)).of(language)
    other = next((plan.rules[node] for node in plan.inner if plan.means[node] is None), None)
    if other is not None:
        return WORDS["fixed"].format(named(other, language)).of(language)
    if plan.values.nbytes > MOST_BYTES:
        return WORDS["too_large"].format(*plan.values.shape).of(language)
    return ""


def _tiers(study: Study, language: Language) -> dict[str, Any]:
    """Return how tiers are found: as in a draw; ``kind`` is "" where the script does not find them."""
    made = setup_of(study.index, study.tiers, study.scenario.spec)
    cutter = made.cutter if has_tiers(study.tiers, study.scenario.spec) else None
    if cutter is None or (cutter.kind == "method" and cutter.rule.tier_method.name not in PORTED):
        method = named(study.scenario.spec.tiers.method, language)
        return {"kind": "", "note": WORDS["no_tiers"].format(method).of(language)}
    if cutter.kind == "partition":
        return {"kind": "", "note": WORDS["no_tiers"].format(_by_indicators(language)).of(language)}
    return {"kind": cutter.kind, **_rule(cutter)}


def _by_indicators(language: Language) -> str:
    return Text("a partition by indicators", "按指标聚类").of(language)


def _rule(cutter: Cutter) -> dict[str, Any]:
    return {
        "count": cutter.rule.count,
        "method": cutter.rule.tier_method.kernel or cutter.rule.tier_method.name,
        "places": cutter.places.tolist(),
        "limits": [
            limit if np.isfinite(limit) else ("Infinity" if limit > 0 else "-Infinity")
            for limit in cutter.thresholds.tolist()
        ],
    }


def _presets(study: Study) -> dict[str, Any]:
    """Return named weights ``(nodes,)``, and the scenarios that are not among them, changing more."""
    words = {key: WORDS[key].of(study.scenario.language) for key in WORDS}
    index, made = study.index, []
    made.append((words["published"], index.local_weights))
    made.append((words["equal"], index.framework.tree.normalised(np.ones(index.framework.tree.nodes))))
    left_out = []
    if study.comparison is not None:
        for name, other in zip(study.comparison.names, study.comparison.indices, strict=True):
            local = _on_base(index, other)
            if local is None:
                left_out.append(name)
            else:
                made.append((words["scenario"].format(name), local))
    made += _of_experts(study, words)
    return {
        "presets": [{"name": name, "weights": _numbers(local)} for name, local in made],
        "left_out": left_out,
    }


def _on_base(index: Index, other: Index) -> FloatArray | None:
    """Return a scenario's local weights on the base's nodes, None where it changes more than weights."""
    mine, theirs = index.framework.codes, {code: at for at, code in enumerate(other.framework.codes)}
    if index.panel.codes != other.panel.codes or set(theirs) - set(mine):
        return None
    rows = np.array([theirs.get(code, -1) for code in mine])
    dropped = rows < 0
    if dropped.any() and not index.plan.complete:
        return None
    places = {code: at for at, code in enumerate(index.panel.indicators)}
    columns = [places[code] for code in other.panel.indicators]
    same_values = np.array_equal(index.plan.values[:, columns], other.plan.values, equal_nan=True)
    powers = {
        code: mean.power
        for code, mean in zip(index.framework.codes, index.plan.means, strict=True)
        if mean is not None
    }
    same_rules = all(
        mean is None or powers.get(code) == mean.power
        for code, mean in zip(other.framework.codes, other.plan.means, strict=True)
    ) and all(
        bool(mean is None) == bool(not children.size)
        for mean, children in zip(other.plan.means, other.framework.tree.children, strict=True)
    )
    if not (same_values and same_rules):
        return None
    local = np.where(dropped, 0.0, other.local_weights[rows])
    for node in np.flatnonzero(dropped).tolist():  # children of a dropped dimension keep what they had
        for child in index.framework.tree.children[node].tolist():
            local[child] = index.local_weights[child]
    return local


def _of_experts(study: Study, words: Mapping[str, str]) -> list[tuple[str, FloatArray]]:
    """Return the weights of each camp and each expert of the last round, where their scores give some."""
    experts = study.scenario.experts
    if experts is None:
        return []
    made: list[tuple[str, FloatArray]] = []
    asked = [
        *((words["camp"].format(camp), partial(_of_camp, camp)) for camp in camps_of(experts)),
        *((words["expert"].format(name), partial(_called, name)) for name in experts.last.experts),
    ]
    ready, spec = study.index.prepared, study.scenario.spec
    steps = spec.index.model_copy(update={"weights": "experts"})
    for name, those in asked:
        try:
            own: Framework = weighted(
                study.scenario.framework,
                experts.those(those),
                ready.treated,
                ready.normalised,
                spec.model_copy(update={"index": steps}),
            )
        except TierwiseError:  # not every group judged
            continue
        made.append((name, own.local_weights))
    return made


def _of_camp(wanted: str, expert: str, camp: str) -> bool:
    return camp == wanted


def _called(wanted: str, expert: str, camp: str) -> bool:
    return expert == wanted


def _distances(study: Study) -> list[float]:
    """Return quantiles of how much weight the draws move: half the sum of |w - w0| at the indicators."""
    tree = study.index.framework.tree
    local = study.plan.model.draw(block_generator(study.scenario.spec.uncertainty.seed, 0), BLOCK)
    moved = np.abs(tree.leaf_weights(local) - tree.leaf_weights(study.index.local_weights)).sum(axis=-1) / 2
    return [round(float(q), 6) for q in np.quantile(moved, np.linspace(0, 1, QUANTILES + 1))]


def _packed(column: FloatArray) -> str:
    """Return numbers as base64 of their little-endian doubles: the same bits in the script."""
    return base64.b64encode(np.ascontiguousarray(column, dtype="<f8").tobytes()).decode("ascii")


def _numbers(values: FloatArray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
