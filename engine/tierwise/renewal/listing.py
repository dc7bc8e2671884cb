"""The sheet of units that a person decides on: who was renamed, merged, split, is new or gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from lxml import etree

from tierwise.delphi.package import MAIN
from tierwise.inputs.confirmed import Confirmed
from tierwise.inputs.sheet import Cell, Sheet
from tierwise.renewal.matching import Kind, Matching, Unit
from tierwise.words.language import Language, Text

HEADINGS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": (
        "use",
        "what it looks like",
        "former code",
        "former name",
        "present code",
        "present name",
        "group",
        "likeness",
    ),
    "zh": ("采用（是/否）", "情况", "原代码", "原名称", "现代码", "现名称", "所属", "名称相似度（%）"),
}
ANSWERS: Final[Mapping[Language, tuple[str, str]]] = {"en": ("yes", "no"), "zh": ("是", "否")}
KINDS: Final[Mapping[Kind, Text]] = {
    "renamed": Text("renamed?", "疑似更名"),
    "merged": Text("merged? (several former units)", "疑似合并（多个原单位）"),
    "split": Text("split? (several present units)", "疑似拆分（多个现单位）"),
    "gone": Text("no longer in the data", "本期数据中没有"),
    "new": Text("new in the data", "本期新增"),
    "recoded": Text("same name, another code", "同名，代码变更"),
    "respelt": Text("same code, another name", "同代码，名称变更"),
}
EARLIER: Final = Text("confirmed for an earlier year", "往年已确认")
SURE: Final = ("recoded", "respelt")


def unit_rows(
    former: Sequence[Unit],
    present: Sequence[Unit],
    matching: Matching,
    earlier: Mapping[str, str],
    language: Language,
) -> list[tuple[Cell, ...]]:
    """Return the rows of the sheet, headings first: what is to be decided, who is alone, what is certain."""
    rows: list[tuple[Cell, ...]] = [HEADINGS[language]]
    for pair in matching.pairs:
        before = former[pair.former] if pair.former is not None else Unit("", "")
        after = present[pair.present] if pair.present is not None else Unit("", "")
        rows.append(
            (
                ANSWERS[language][0] if pair.kind in SURE else None,
                KINDS[pair.kind].of(language),
                before.code or None,
                before.name or None,
                after.code or None,
                after.name or None,
                after.group or before.group or None,
                round(pair.alike) if pair.former is not None and pair.present is not None else None,
            )
        )
    named = {unit.code: unit.name for unit in present}
    rows += [
        (ANSWERS[language][0], EARLIER.of(language), code, None, now, named.get(now), None, None)
        for code, now in earlier.items()
    ]
    return rows


def carried(
    sheet: Sheet | None, former: Sequence[Unit], present: Sequence[Unit], matching: Matching
) -> dict[str, str]:
    """Return what was confirmed for earlier years, the present codes being those of now."""
    if sheet is None:
        return {}
    now = {former[at].code: unit.code for unit, at in zip(present, matching.former, strict=True) if at >= 0}
    return {code: now.get(was, was) for code, was in Confirmed.from_sheet(sheet).renamed.items()}


def with_answers(part: bytes, language: Language, rows: int) -> bytes:
    """Return the sheet with a drop-down list of yes and no in its first column."""
    root = etree.fromstring(part)
    lists = etree.SubElement(root, f"{{{MAIN}}}dataValidations", count="1")
    rule = etree.SubElement(
        lists, f"{{{MAIN}}}dataValidation", type="list", allowBlank="1", sqref=f"A2:A{max(rows, 2)}"
    )
    etree.SubElement(rule, f"{{{MAIN}}}formula1").text = f'"{",".join(ANSWERS[language])}"'
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
