"""All keys of a scenario: its name, data and years beside the sections of ``Spec``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from pydantic import Field

from tierwise.spec import Section, Spec
from tierwise.spec.base import Year
from tierwise.spec.document import Document
from tierwise.spec.keys import Key, declare_names, keys_of
from tierwise.spec.misfits import fitted

ByYear: TypeAlias = str | Mapping[Year, str] | None


class DataSpec(Section):
    """[data]: where the tables are: one workbook, or CSV files."""

    workbook: str | None = Field(
        None,
        description="sheets Data, Framework, Experts, History",
        json_schema_extra={
            "zh": "数据工作簿，含Data、Framework、Experts、History等工作表",
            "name": ["Data workbook", "数据工作簿"],
        },
    )
    units: ByYear = Field(
        None,
        description='CSV of the units, or one for each year: {2018 = "…", 2019 = "…"}',
        json_schema_extra={
            "zh": '单位数据的CSV文件，或每年一个：{2018 = "…", 2019 = "…"}',
            "name": ["File of the units", "单位数据文件"],
        },
    )
    framework: ByYear = Field(
        None,
        description="CSV of the framework, or one for each year",
        json_schema_extra={
            "zh": "指标体系的CSV文件，或每年一个",
            "name": ["File of the framework", "指标体系文件"],
        },
    )
    experts: ByYear = Field(
        None,
        description="CSV of the expert panel, or one for each year",
        json_schema_extra={
            "zh": "专家打分的CSV文件，或每年一个",
            "name": ["File of the experts", "专家打分文件"],
        },
    )
    comparisons: ByYear = Field(
        None,
        description="CSV of comparisons in pairs, for the weights ahp, or one for each year",
        json_schema_extra={
            "zh": "两两比较判断的CSV文件，供ahp权重使用，或每年一个",
            "name": ["File of comparisons", "判断矩阵文件"],
        },
    )
    judgements: ByYear = Field(
        None,
        description="CSV of judgements of single nodes, for weights such as g1 and best-worst, or one for "
        "each year",
        json_schema_extra={
            "zh": "各节点判断（位次、比值、区间等）的CSV文件，供g1、best-worst等权重使用，或每年一个",
            "name": ["File of judgements", "节点判断文件"],
        },
    )
    history: str | None = Field(
        None,
        description="CSV of earlier ranks",
        json_schema_extra={"zh": "历年名次的CSV文件", "name": ["File of earlier ranks", "历年排名文件"]},
    )
    national: str | None = Field(
        None,
        description="CSV of figures of the nation, for topics",
        json_schema_extra={
            "zh": "全国数据的CSV文件，供专题使用",
            "name": ["File of the nation's figures", "全国数据文件"],
        },
    )
    counts: str | None = Field(
        None,
        description="CSV of how many units each group of earlier lists had",
        json_schema_extra={
            "zh": "往年榜单各组单位数的CSV文件",
            "name": ["File of counts of groups", "各组单位数文件"],
        },
    )
    encoding: str | None = Field(
        None,
        description="encoding of the CSV files, such as gb18030 or big5 (default: told from their bytes)",
        json_schema_extra={
            "zh": "CSV文件的字符编码，如gb18030、big5（默认：由文件内容判断）",
            "name": ["Encoding of CSV files", "CSV文件编码", "文件编码"],
        },
    )


class Settings(Spec):
    """All keys of a scenario."""

    name: str = Field(
        pattern=r"^[^\\/:*?\"<>|\x00-\x1f.][^\\/:*?\"<>|\x00-\x1f]*$",
        description="names the outputs",
        json_schema_extra={
            "zh": "方案名称，用于命名输出文件夹",
            "name": ["Name of the outputs", "输出名称", "方案代号"],
        },
    )
    title: str = Field(
        "",
        description="heading of every output (default: the name)",
        json_schema_extra={"zh": "各项输出的标题（默认：方案名称）", "name": ["Title", "标题", "报告标题"]},
    )
    language: Literal["en", "zh"] = Field(
        "en",
        description="headings of every output",
        json_schema_extra={
            "zh": "各项输出的表头语言",
            "name": ["Language", "语言", "输出语言"],
            "choices": {"en": "英文", "zh": "中文"},
        },
    )
    extends: str | tuple[str, ...] = Field(
        (),
        description="scenarios that this one is laid over",
        json_schema_extra={
            "zh": "本方案所依据的一个或几个方案，本方案只写改动之处",
            "name": ["Based on", "所依据的方案"],
        },
    )
    data: DataSpec = DataSpec()
    years: Mapping[Year, Mapping[str, Any]] = Field(
        default_factory=dict,
        description="settings of one year laid over the others, by its sections: [years.2018.index]",
        json_schema_extra={
            "zh": "某一年的设置，叠加在其他设置之上，按小节给出：[years.2018.index]",
            "name": ["Settings of one year", "某年设置"],
        },
    )


declare_names(Settings)


def keys() -> Iterator[Key]:
    """Yield every key of a scenario, in the order of their declaration."""
    return keys_of(Settings)


def validated(document: Document) -> Settings:
    """Return the settings of a document; raise :class:`TierwiseError` with every misfit."""
    return fitted(Settings, document.nested(), document.places)
