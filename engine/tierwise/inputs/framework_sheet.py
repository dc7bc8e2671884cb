"""A framework read from a sheet, with every problem of it named by its cell."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from tierwise.arrays import FloatArray, IntArray, frozen_floats, frozen_ints
from tierwise.errors import Problems
from tierwise.inputs.sheet import Sheet, number, text, truth
from tierwise.inputs.sheet import texts as texts_of
from tierwise.names import cleaned, nearest
from tierwise.tolerances import TYPED
from tierwise.words.keys import direction_of

ROOT: Final = "index"
COLUMNS = (
    "code",
    "name",
    "parent",
    "weight",
    "direction",
    "unit",
    "low",
    "high",
    "cap",
    "target",
    "denominator",
    "normalisation",
    "aggregation",
)
SYNONYMS = {
    "代码": "code",
    "编码": "code",
    "指标代码": "code",
    "名称": "name",
    "指标": "name",
    "指标名称": "name",
    "上级": "parent",
    "父级": "parent",
    "上级指标": "parent",
    "权重": "weight",
    "方向": "direction",
    "指标方向": "direction",
    "单位": "unit",
    "计量单位": "unit",
    "下限": "low",
    "最小值": "low",
    "不允许值": "low",
    "上限": "high",
    "最大值": "high",
    "满意值": "high",
    "封顶": "cap",
    "目标值": "target",
    "适度值": "target",
    "分母": "denominator",
    "标准化方法": "normalisation",
    "无量纲化方法": "normalisation",
    "合成方法": "aggregation",
    "normalization": "normalisation",
}
RESERVED = frozenset({ROOT, "code", "name"})  # columns of the results and of the Data sheet


class FrameworkColumns(NamedTuple):
    """The columns of a framework's sheet, one entry a node in the order of the tree, the index first."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    parents: tuple[str, ...]
    weights: FloatArray
    directions: IntArray
    units: tuple[str, ...]
    low: FloatArray
    high: FloatArray
    cap: FloatArray  # 1 = clipped, 0 = not, NaN = as the method has it
    target: FloatArray
    denominators: tuple[str, ...]
    normalisations: tuple[str, ...]
    aggregations: tuple[str, ...]
    places: dict[str, str]


def read_columns(sheet: Sheet) -> FrameworkColumns:
    """Return the columns of a framework's sheet; raise every problem found: F001–F009, D003, W001–W003."""
    sheet = sheet.worded(SYNONYMS)
    problems = Problems()
    sheet.check_heading_row("code", SYNONYMS, problems)
    problems.raise_any()
    _check_headings(sheet, problems)
    if not sheet.rows:
        problems.add("F009", sheet.name)
    problems.raise_any()

    def texts(column: str) -> list[str]:
        return texts_of(sheet, column, problems) if column in sheet.header else [""] * len(sheet.rows)

    def numbers(column: str) -> list[float]:
        if column not in sheet.header:
            return [math.nan] * len(sheet.rows)
        at = sheet.header.index(column)
        return [
            number(sheet, row, at, problems, "share" if column == "weight" else "number")
            for row in range(len(sheet.rows))
        ]

    codes, names = texts("code"), texts("name")
    parents = _by_name(codes, names, texts("parent"))
    top = _top_row(codes, parents)
    if top is not None:
        parents = ["" if up == codes[top] else up for up in parents]
    order = _tree_order(sheet, codes, parents, top, problems)
    weights = numbers("weight")
    directions = _directions(sheet, texts("direction"), problems)
    low, high, target = numbers("low"), numbers("high"), numbers("target")
    _check_goalposts(sheet, low, high, problems)
    cap_at = sheet.header.index("cap") if "cap" in sheet.header else None
    cap = [_cap(sheet, row, cap_at, problems) for row in range(len(sheet.rows))]
    _check_weights(sheet, codes, parents, weights, top, problems)
    labels = {word: texts(word) for word in ("unit", "denominator", "normalisation", "aggregation")}
    problems.raise_any()

    def nodes(values: list[str], root: str = "") -> tuple[str, ...]:
        own = values[top] if top is not None else ""
        return (own or root, *(values[row] for row in order))

    def floats(values: list[float]) -> FloatArray:
        return frozen_floats([math.nan if top is None else values[top], *(values[row] for row in order)])

    named = [name or code for name, code in zip(names, codes, strict=True)]
    places = {
        f"{ROOT if row == top else codes[row]}:{column}": sheet.place(row, column)
        for row in (*([] if top is None else [top]), *order)
        for column in COLUMNS
        if column in sheet.header
    }
    return FrameworkColumns(
        codes=(ROOT, *(codes[row] for row in order)),
        names=nodes(named, ROOT),
        parents=("", *(parents[row] or ROOT for row in order)),
        weights=frozen_floats([1.0, *(weights[row] for row in order)]),
        directions=frozen_ints([1 if top is None else directions[top], *(directions[row] for row in order)]),
        units=nodes(labels["unit"]),
        low=floats(low),
        high=floats(high),
        cap=floats(cap),
        target=floats(target),
        denominators=nodes(labels["denominator"]),
        normalisations=nodes(labels["normalisation"]),
        aggregations=nodes(labels["aggregation"]),
        places=places,
    )


def codes_of(sheet: Sheet) -> list[str]:
    """Return the codes on a framework's sheet that can be codes of indicators, whatever else is wrong."""
    sheet = sheet.worded(SYNONYMS)
    if "code" not in sheet.header:
        return []
    return [code for code in dict.fromkeys(map(text, sheet.column("code"))) if code and code not in RESERVED]


def _check_headings(sheet: Sheet, problems: Problems) -> None:
    if "code" not in sheet.header:
        problems.add("F008", sheet.name, heading=sheet.headed("code"), choices=[*map(sheet.headed, COLUMNS)])
    for at, heading in enumerate(sheet.header):
        if heading.startswith("_"):
            continue  # the user's own, as sheets whose names begin so
        if heading and heading not in COLUMNS:
            words = {word: column for word, column in SYNONYMS.items() if not word.isascii()}
            near = sheet.headed(nearest(heading, COLUMNS) or words.get(nearest(heading, words), ""))
            known = [*map(sheet.headed, COLUMNS)]
            problems.add("S001", sheet.heading_place(at), key=heading, nearest=near, choices=known)
        elif heading and heading in sheet.header[:at]:
            problems.add("D007", sheet.heading_place(at), heading=sheet.headed(heading))


def _by_name(codes: list[str], names: list[str], parents: list[str]) -> list[str]:
    """Return the parents with a name, where it is no code and one node alone has it, replaced by its code."""
    known = {code for code in codes if code}
    by_name: dict[str, list[str]] = {}
    for code, name in zip(codes, names, strict=True):
        if code and name:
            by_name.setdefault(cleaned(name), []).append(code)
    meant = {up: by_name.get(cleaned(up), []) for up in parents if up and up not in known}
    return [meant[up][0] if len(meant.get(up, ())) == 1 else up for up in parents]


def _top_row(codes: list[str], parents: list[str]) -> int | None:
    """Return the row of the index itself, if the sheet has one: below none, and above all others.

    Or, beside others without a parent, that of the code ``index`` if some row names it as its parent.
    """
    tops = [row for row, up in enumerate(parents) if not up]
    if len(tops) > 1:
        tops = [row for row in tops if codes[row] == ROOT]
    return tops[0] if tops and codes[tops[0]] and codes[tops[0]] in parents else None


def _cap(sheet: Sheet, row: int, column: int | None, problems: Problems) -> float:
    """Return whether a row's scores are capped, NaN where it says nothing."""
    if column is None or sheet.rows[row][column] is None:
        return math.nan
    return float(truth(sheet, row, column, problems))


def _tree_order(
    sheet: Sheet, codes: list[str], parents: list[str], top: int | None, problems: Problems
) -> list[int]:
    """Return the rows depth first, children in the order of the sheet; note what is no tree."""
    first: dict[str, int] = {}
    for row, code in enumerate(codes):
        if row == top:
            continue
        if not code:
            problems.add("F001", sheet.place(row, "code"))
        elif code in first:
            problems.add("F002", sheet.place(row, "code"), code=code, first=sheet.place(first[code], "code"))
        elif code in RESERVED:
            problems.add("F007", sheet.place(row, "code"), code=code)
        else:
            first[code] = row
    below: dict[str, list[int]] = {}
    for row, up in enumerate(parents):
        if up and up not in first:
            near = nearest(up, first) or next(iter(first), "")
            problems.add("F004", sheet.place(row, "parent"), parent=up, nearest=near)
        if row != top:
            below.setdefault(up, []).append(row)

    order: list[int] = []
    waiting = below.get("", [])[::-1]
    while waiting:
        row = waiting.pop()
        order.append(row)
        waiting += below.get(codes[row], [])[::-1] if codes[row] in first and first[codes[row]] == row else []
    for row, up in enumerate(parents):
        if row not in order and up in first and codes[row] in first and _in_cycle(row, first, parents):
            problems.add("F005", sheet.place(row, "parent"), code=codes[row], parent=up)
    return order


def _in_cycle(row: int, first: dict[str, int], parents: list[str]) -> bool:
    seen: set[int] = set()
    at = row
    while parents[at] in first:
        at = first[parents[at]]
        if at == row:
            return True
        if at in seen:
            return False
        seen.add(at)
    return False


def _directions(sheet: Sheet, given: list[str], problems: Problems) -> list[int]:
    directions = []
    for row, word in enumerate(given):
        direction = direction_of(word)
        if direction is None:
            problems.add("F006", sheet.place(row, "direction"), value=word)
        directions.append(direction or 1)
    return directions


def _check_goalposts(sheet: Sheet, low: list[float], high: list[float], problems: Problems) -> None:
    for row, (bottom, top) in enumerate(zip(low, high, strict=True)):
        if bottom >= top:
            problems.add("F010", sheet.place(row, "high"), low=bottom, high=top)


def _check_weights(
    sheet: Sheet,
    codes: list[str],
    parents: list[str],
    weights: list[float],
    top: int | None,
    problems: Problems,
) -> None:
    """Note negative weights, blanks among given ones, groups without weight, and shares that miss 1."""
    own = dict(zip(codes, weights, strict=True))
    filled = [cell is not None for cell in sheet.column("weight")] if "weight" in sheet.header else []
    for parent in dict.fromkeys(parents):
        rows = [row for row, up in enumerate(parents) if up == parent and row != top]
        given = [weights[row] for row in rows]
        shown = parent or ROOT
        if all(math.isnan(weight) for weight in given):
            continue
        for row in rows:
            if math.isnan(weights[row]) and not filled[row]:
                problems.add("W002", sheet.place(row, "weight"), code=codes[row], parent=shown)
            elif weights[row] < 0:
                problems.add("W001", sheet.place(row, "weight"), code=codes[row], weight=weights[row])
        total = sum(weight for weight in given if not math.isnan(weight))
        if not any(weight > 0 for weight in given):
            problems.add("W004", sheet.place(rows[0], "weight"), parent=shown)
        elif (expected := expected_total(given, own.get(parent, 1.0))) is not None:
            place = sheet.place(rows[-1], "weight")
            problems.add("W003", place, parent=shown, total=round(total, 6), expected=expected)


def expected_total(weights: list[float], parent_weight: float) -> float | None:
    """Return 1 or 100 where weights look like shares of it but miss it, else None.

    Weights are relative, so any total will do; but fractions that sum to 0.95, or points that sum to 98,
    are most likely a slip. A miss that rounding of the printed decimals explains is none, nor is a group
    whose weights sum to the weight of its parent (shares of the whole index).
    """
    if len(weights) < 2 or any(math.isnan(weight) or weight < 0 for weight in weights):
        return None
    total = sum(weights)
    rounding = 0.5 * len(weights) * 10.0 ** -max(_decimals(weight) for weight in weights) + TYPED
    if abs(total - parent_weight) <= rounding:
        return None
    if max(weights) < 1 and 0.5 < total < 1.5:
        whole = 1.0
    elif min(weights) >= 1 and max(weights) < 100 and 90 < total < 110:
        whole = 100.0
    else:
        return None
    return whole if abs(total - whole) > rounding else None


def _decimals(value: float) -> int:
    shown = f"{value:.10f}".rstrip("0")
    return len(shown.partition(".")[2])
