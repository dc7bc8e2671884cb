"""The sheets Topics 专题 and Lists 榜单: a row a topic, a row a list.

On Topics a setting stands in a column of its own, headed by its key or its Chinese name (下限), or among
others in the column of parameters: ``下限=1000；合计=是``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from tierwise.errors import Problems
from tierwise.inputs.sheet import Cell, Sheet, text
from tierwise.names import nearest
from tierwise.spec.misfits import Key, fitted
from tierwise.spec.topics import ListSpec, Topic, TopicSpec
from tierwise.spec.typed import Typed
from tierwise.topics.declared import KEYS, KINDS
from tierwise.words.keys import squeezed

PARAMETERS: Final = "parameters"
OWN: Final = ("name", "kind", "columns", "unit", "list")  # keys of every topic
HEADINGS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("名称", "专题", "专题名称", "topic"), "name"),
    **dict.fromkeys(("类型", "种类"), "kind"),
    **dict.fromkeys(("列", "指标", "数据列", "column"), "columns"),
    **dict.fromkeys(("计量单位",), "unit"),
    **dict.fromkeys(("榜单", "所属榜单"), "list"),
    **dict.fromkeys(("参数", "设置"), PARAMETERS),
    **{zh: key for key, zh in KEYS.items()},
}
NAMED: Final[Mapping[str, str]] = {  # what may stand in the column of parameters
    squeezed(word): key
    for word, key in (*((key, key) for key in (*OWN, *KINDS.settings)), *HEADINGS.items())
    if key != PARAMETERS
}
LIST_HEADINGS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("节点", "维度", "指标"), "node"),
    **dict.fromkeys(("个数", "前几位", "数量"), "top"),
    **dict.fromkeys(("名称", "榜单", "榜单名称", "标题"), "title"),
}
PARTS: Final = re.compile(r"[;；\n]\s*")


def topics_of(sheet: Sheet, places: dict[str, str], problems: Problems) -> tuple[Topic, ...]:
    """Return the topics on a sheet; ``places`` gets the cell of each of their keys.

    Notes D007 (a setting given twice), R144 (a heading or key that is none), and what misfits as settings of
    a scenario do, each with its cell.
    """
    known = (*OWN, PARAMETERS, *KINDS.settings)
    made = []
    for row, cells in _rows(sheet.worded(HEADINGS), known, ("name", "kind"), problems):
        with problems.caught():
            topic = fitted(TopicSpec, row, cells)
            places |= {topic.place(key[0]): cell for key, cell in cells.items()}
            places[topic.place()] = cells["name",]
            made.append(topic)
    return tuple(made)


def lists_of(sheet: Sheet, places: dict[str, str], problems: Problems) -> tuple[ListSpec, ...]:
    """Return the lists on a sheet; as :func:`topics_of`."""
    made = []
    for row, cells in _rows(sheet.worded(LIST_HEADINGS), ("node", "top", "title"), ("node",), problems):
        with problems.caught():
            one = fitted(ListSpec, row, cells)
            places |= {one.place(key[0]): cell for key, cell in cells.items()}
            places[one.place()] = cells["node",]
            made.append(one)
    return tuple(made)


def topic_rows(topics: Sequence[Topic]) -> list[list[object]]:
    """Return the cells of a sheet that holds these topics, headings first."""
    used = [key for key in KINDS.settings if any(key in topic.settings for topic in topics)]
    listed = ["list"] if any(topic.list for topic in topics) else []
    rows: list[list[object]] = [["name", "kind", "columns", "unit", *listed, *used]]
    for topic in topics:
        told = [*([topic.list] if listed else []), *(_cell(topic.settings.get(key)) for key in used)]
        rows.append([topic.name, topic.kind, "、".join(topic.columns), topic.unit, *told])
    return rows


def _cell(value: object) -> object:
    """Return a setting as a cell that :func:`answer` understands."""
    if isinstance(value, Mapping):
        return "；".join(f"{name}={'、'.join(texts)}" for name, texts in value.items())
    if isinstance(value, (list, tuple)):
        return "、".join(f"{one:.15g}" if isinstance(one, float) else str(one) for one in value)
    return value


def _rows(
    sheet: Sheet, known: Collection[str], needed: Collection[str], problems: Problems
) -> Iterator[tuple[dict[str, object], dict[Key, str]]]:
    """Yield each row of a sheet as a table of keys, and the cell of each key."""
    for at, heading in enumerate(sheet.header):
        if heading and heading not in known:
            near = nearest(heading, [*known, *KEYS.values()])
            problems.add("R144", sheet.heading_place(at), key=heading, nearest=near)
        if heading and heading in sheet.header[:at]:
            problems.add("D007", sheet.heading_place(at), heading=sheet.headed(heading))
    for row in range(len(sheet.rows)):
        own: dict[str, object] = {}
        cells: dict[Key, str] = {}
        for at, (heading, cell) in enumerate(zip(sheet.header, sheet.rows[row], strict=True)):
            if cell is None or heading not in known or heading in sheet.header[:at]:
                continue
            place = sheet.place(row, at)
            listed = heading == PARAMETERS
            given = entries(text(cell), place, problems, OWN) if listed else {heading: cell}
            for key, value in given.items():
                if key in own:
                    problems.add("D007", place, heading=sheet.headed(key))
                own[key], cells[key,] = answer(key, value), place
        for key in needed:
            cells.setdefault((key,), sheet.place(row))
        yield own, cells


def entries(cell: str, place: str, problems: Problems, own: Collection[str] = ()) -> dict[str, Cell]:
    """Return the settings in a cell of parameters, keys of every topic as far as they are in ``own``.

    Notes R144 for a key that is none, D007 for one given twice.
    """
    found: dict[str, Cell] = {}
    for part in PARTS.split(cell):
        name, sign, value = part.replace("＝", "=").replace("：", "=").replace(":", "=").partition("=")
        key = NAMED.get(squeezed(name), "")
        if not part.strip():
            continue
        if not sign or key not in {*KINDS.settings, *own}:
            near = nearest(name, [*KINDS.settings, *KEYS.values()])
            problems.add("R144", place, key=name.strip(), nearest=near)
        elif key in found:
            problems.add("D007", place, heading=name.strip())
        else:
            found[key] = value.strip()
    return found


def answer(key: str, cell: Cell) -> object:
    """Return a cell as the answer that it is; names and columns are texts, whatever the cell holds."""
    if key in KINDS.settings or key == "top":
        return Typed(cell) if isinstance(cell, str) else cell
    return text(cell)
