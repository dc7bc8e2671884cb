"""What the columns of each input sheet are called, and which of them hold text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tierwise.cleaning.texts import same
from tierwise.inputs.experts import SYNONYMS as EXPERT_WORDS
from tierwise.inputs.framework_sheet import COLUMNS as FRAMEWORK_COLUMNS
from tierwise.inputs.framework_sheet import SYNONYMS as FRAMEWORK_WORDS
from tierwise.inputs.history import SYNONYMS as HISTORY_WORDS
from tierwise.inputs.panel import SYNONYMS as PANEL_WORDS

# Headings of the column that names the units, besides those that the engine understands on Data.
NAMES: Final = (
    *(
        "地区",
        "市县",
        "县市名称",
        "县(市、区)",
        "县区",
        "区县",
        "市州",
        "县市区",
        "县",
        "市",
        "县名",
        "城市名称",
    ),
    *(
        "地区名称",
        "国家和地区",
        "国别",
        "国家/地区",
        "院校",
        "学校",
        "高校",
        "企业",
        "公司",
        "机构",
        "园区",
        "单位",
    ),
    *("name", "region", "county", "counties", "city", "country", "area", "territory", "unit", "uname"),
    *("cities", "countries", "district", "municipality", "state", "province", "economy", "institution"),
    *(
        "institutions",
        "university",
        "universities",
        "college",
        "school",
        "provider",
        "company",
        "organisation",
    ),
    *("organization", "firm", "hospital"),
)
CODES: Final = (
    *("地区代码", "区划代码", "行政代码", "行政区代码", "国家代码", "单位编码", "地区编码"),
    *("code", "id", "fips", "iso", "iso3", "ucode", "unitcode", "geocode"),
)
FRAMEWORK_TEXT: Final = frozenset(FRAMEWORK_COLUMNS) - {"weight", "low", "high", "target"}

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "Data": {**PANEL_WORDS, "code": "code", "name": "name"},
    "Framework": {**FRAMEWORK_WORDS, **{word: word for word in FRAMEWORK_COLUMNS}},
    "Experts": {**EXPERT_WORDS, **{word: word for word in ("round", "expert", "authority", "camp")}},
    "History": {**HISTORY_WORDS, **{word: word for word in ("year", "code", "rank")}},
}
TEXT: Final[Mapping[str, frozenset[str]]] = {
    "Data": frozenset({"name"}),
    "Framework": FRAMEWORK_TEXT,
    "Experts": frozenset({"round", "expert", "camp"}),
    "History": frozenset(),
}


def words_of(role: str) -> dict[str, str]:
    """Return what the headings of a sheet mean, by their common spelling."""
    return {same(word): meaning for word, meaning in WORDS[role].items()}


def is_name(heading: str) -> bool:
    """Tell whether a heading seems to be that of the units' names."""
    return same(heading) in {same(word) for word in NAMES}


def is_code(heading: str) -> bool:
    """Tell whether a heading seems to be that of the units' codes."""
    return same(heading) in {same(word) for word in CODES} or same(heading).endswith("_code")


def is_label(headings: Sequence[str]) -> bool:
    """Tell whether the lowest heading of a column seems to be that of names, codes or years of units."""
    own = headings[-1] if headings else ""
    return is_name(own) or is_code(own) or same(own) in words_of("Data")
