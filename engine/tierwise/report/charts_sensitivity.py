"""Native charts of sensitivity: shares of each output's variance, and a tornado for each output."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.report.chart_parts import GRID, HEADER_ROW, TIER_COLOURS, Helper
from tierwise.study.sensitivity_results import KINDS, leading, output_label
from tierwise.words.language import Language, phrase

if TYPE_CHECKING:
    import pandas as pd

MOST_OUTPUTS: Final = 8
MOST_INPUTS: Final = 20
MOST_SHARES: Final = 7
REST: Final = "#D5D8DC"
WHOLE: Final = 1.1  # first-order indices of independent inputs sum to 1 at most, but for sampling error
ALONE, TOGETHER = TIER_COLOURS[0], TIER_COLOURS[2]

TEXTS: Final = {
    "shares": ("Shares of each output's variance: {}", "各输出方差的来源：{}"),
    "interactions": ("through interactions", "交互作用"),
    "others": ("others", "其余"),
    "tornado": ("What moves the {}: {}", "什么影响{}：{}"),
    "moves": ("What moves what: {}", "影响各结果的因素：{}"),
    "settling_first": ("First-order indices of the {} over growing samples", "{}的一阶指数随样本增加的变化"),
    "settling_total": ("Total indices of the {} over growing samples", "{}的总效应指数随样本增加的变化"),
    "samples": ("base samples", "样本数"),
    "alone": ("alone (first)", "单独影响（一阶）"),
    "together": ("with others (total less first)", "与其他共同影响（总效应减一阶）"),
    "effect": ("effect", "影响"),
    "constant": ("constant", "恒定"),
    "groups": ("groups of weights", "各组权重"),
    "indicators": ("single weights", "单项权重"),
    "experts": ("experts", "专家"),
    "weights": ("weights and methods", "权重与方法"),
}


words = partial(phrase, TEXTS)


def kinds(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the rows of each kind of inputs, choices of method among those of the kind beside them."""
    methods = frame["kind"].isin(KINDS["methods"])
    beside = frame["kind"].mask(methods).groupby(frame["output"]).ffill().bfill()
    codes = {word: code for code, both in KINDS.items() for word in both}
    return {codes[str(kind)]: frame[beside == kind] for kind in dict.fromkeys(beside)}


def measured(frame: pd.DataFrame) -> list[tuple[str, pd.DataFrame, str]]:
    """Return each kind of inputs, its rows that have the measure that leads among them, and this measure."""
    found = [(kind, rows, leading(rows)) for kind, rows in kinds(frame).items()]
    found = [(kind, rows[rows[measure].notna()], measure) for kind, rows, measure in found]
    return [each for each in found if len(each[1])]


def constants(frame: pd.DataFrame, measure: str, language: Language) -> str:
    """Return the outputs that nothing moves, in brackets, blank where there are none."""
    moved = set(frame.loc[frame[measure].notna(), "output"])
    still = [output_label(name, language) for name in dict.fromkeys(frame["output"]) if name not in moved]
    if not still:
        return ""
    word = words("constant", language)
    return f" ({word}: {', '.join(still)})" if language == "en" else f"（{word}：{'、'.join(still)}）"


def shares(rows: pd.DataFrame, measure: str, whole: bool, language: Language) -> dict[str, FloatArray]:
    """Return for each input its share of each output's variance, the smallest put together, and the rest."""
    keys = ["kind", "input", "input_name"]  # a node may have the code of a method
    table = rows.pivot(index=keys, columns="output", values=measure).clip(lower=0.0)
    table = table[list(dict.fromkeys(rows["output"]))]
    table = table.loc[table.max(axis=1).sort_values(ascending=False, kind="stable").index]
    names = [name for *_, name in table.index]
    parts = {
        f"{name} ({code})" if names.count(name) > 1 else name: values
        for (_, code, name), values in zip(table.index[:MOST_SHARES], table.to_numpy(), strict=False)
    }
    if len(table) > MOST_SHARES:
        parts[words("others", language)] = table.iloc[MOST_SHARES:].sum().to_numpy()
    if not whole:
        rest = np.maximum(1.0 - table.sum().to_numpy(), 0.0)
        parts[words("interactions", language)] = rest
    return parts


def ordered(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return the rows of an output, the strongest input first."""
    return rows.sort_values(measure, ascending=False, kind="stable").head(MOST_INPUTS)


def bars(rows: pd.DataFrame, measure: str, language: Language) -> dict[str, FloatArray]:
    """Return what a tornado stacks: what inputs do alone and with others, or one measure."""
    values = rows[measure].to_numpy(dtype=np.float64)
    if measure != "total":
        return {words("effect", language): np.maximum(values, 0.0)}
    first = rows["first"].clip(lower=0.0).to_numpy(dtype=np.float64)
    return {words("alone", language): first, words("together", language): np.maximum(values - first, 0.0)}


def share_measure(frame: pd.DataFrame) -> tuple[str, bool] | None:
    """Return the measure that is a share of variance and whether its shares sum to 1; None without one.

    First-order indices of inputs that move together explain the same variance twice: they may sum to more
    than the whole, and are no shares of it then.
    """
    if "shapley" in frame:
        return "shapley", True
    if "first" not in frame:
        return None
    sums = frame["first"].clip(lower=0.0).groupby(frame["output"]).sum()
    return ("first", False) if (sums <= WHOLE).all() else None


def sensitivity(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert for each kind of inputs the shares of all outputs, and a tornado for the first ones."""
    for kind, rows, measure in measured(frame):
        shared = share_measure(rows)
        if shared is not None:
            _shares_chart(book, sheet, helper, frame, rows, (kind, *shared), language)
        kind_words = words(kind, language)
        for output in list(dict.fromkeys(rows["output"]))[:MOST_OUTPUTS]:
            shown = ordered(rows[rows["output"] == output], measure)
            names = helper.column(shown["input_name"].tolist())
            chart = book.add_chart({"type": "bar", "subtype": "stacked"})
            stacked = bars(shown, measure, language)
            for colour, (name, values) in zip((ALONE, TOGETHER), stacked.items(), strict=False):
                series = {"name": name, "categories": names, "values": helper.column(values.tolist())}
                chart.add_series({**series, "fill": {"color": colour}, "gap": 40})
            title = words("tornado", language).format(output_label(output, language), kind_words)
            chart.set_x_axis({"num_format": "0.00", "major_gridlines": GRID, "min": 0})
            chart.set_y_axis({"reverse": True, "num_font": {"size": 9}, "interval_unit": 1})
            _finish(sheet, chart, helper.named(title), len(shown))


def convergence(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert for each of the first outputs the totals of its first inputs over growing samples, as lines."""
    at = {name: column for column, name in enumerate(frame.columns)}
    for output in list(dict.fromkeys(frame["output"]))[:MOST_OUTPUTS]:
        chart = book.add_chart({"type": "line"})
        own = frame[frame["output"] == output]
        measure = "total" if "total" in own and own["total"].notna().any() else "first"
        own = own[own[measure].notna()]
        for place, name in enumerate(list(dict.fromkeys(own["input"]))[:MOST_SHARES]):
            rows = own.index[own["input"] == name] + HEADER_ROW + 1
            cells = {
                key: [sheet.get_name(), int(rows[0]), at[column], int(rows[-1]), at[column]]
                for key, column in (("categories", "samples"), ("values", measure))
            }
            line = {"color": TIER_COLOURS[place % len(TIER_COLOURS)], "width": 1.75}
            shown = {"name": helper.named(name), **cells, "line": line}
            chart.add_series({**shown, "marker": {"type": "circle", "size": 4}})
        chart.set_x_axis({"name": words("samples", language)})
        chart.set_y_axis({"num_format": "0.00", "major_gridlines": GRID, "min": 0})
        title = words(f"settling_{measure}", language).format(output_label(output, language))
        _finish(sheet, chart, helper.named(title))


def _shares_chart(
    book: Any,
    sheet: Any,
    helper: Helper,
    frame: pd.DataFrame,
    rows: pd.DataFrame,
    what: tuple[str, str, bool],
    language: Language,
) -> None:
    kind, measure, whole = what
    outputs = [output_label(output, language) for output in dict.fromkeys(rows["output"])]
    names = helper.column(outputs)
    still = constants(frame, measure, language)
    chart = book.add_chart({"type": "column", "subtype": "stacked"})
    parts = shares(rows, measure, whole, language)
    for at, (name, values) in enumerate(parts.items()):
        last = name == words("interactions", language)
        colour = REST if last else TIER_COLOURS[at % len(TIER_COLOURS)]
        series = {"name": helper.named(name), "categories": names, "values": helper.column(values.tolist())}
        chart.add_series({**series, "fill": {"color": colour}, "gap": 60})
    chart.set_y_axis({"num_format": "0%", "major_gridlines": GRID, "min": 0, "max": 1})
    title = words("shares", language).format(words(kind, language)) + still
    _finish(sheet, chart, title)


def _finish(sheet: Any, chart: Any, title: str | list[Any], bars: int = 0) -> None:
    """Give a chart its title and the height that its bars need, and hang it."""
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"})
    chart.show_hidden_data()
    chart.set_size({"width": 760, "height": max(360, 20 * bars + 140)})
    sheet.place_chart(chart)
