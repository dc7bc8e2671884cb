"""A document held against the schema of scenarios, every misfit named by its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias, get_args, get_origin

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

from tierwise.spec import Section, Spec
from tierwise.spec.base import Year
from tierwise.spec.document import Document
from tierwise.spec.misfits import fitted
from tierwise.words.keys import declare

ByYear: TypeAlias = str | Mapping[Year, str] | None


class DataSpec(Section):
    """[data]: where the tables are: one workbook, or CSV files."""

    workbook: str | None = Field(
        None,
        description="sheets Data, Framework, Experts, History",
        json_schema_extra={"zh": "数据工作簿，含Data、Framework、Experts、History等工作表"},
    )
    units: ByYear = Field(
        None,
        description='CSV of the units, or one for each year: {2018 = "…", 2019 = "…"}',
        json_schema_extra={"zh": '单位数据的CSV文件，或每年一个：{2018 = "…", 2019 = "…"}'},
    )
    framework: ByYear = Field(
        None,
        description="CSV of the framework, or one for each year",
        json_schema_extra={"zh": "指标体系的CSV文件，或每年一个"},
    )
    experts: ByYear = Field(
        None,
        description="CSV of the expert panel, or one for each year",
        json_schema_extra={"zh": "专家打分的CSV文件，或每年一个"},
    )
    comparisons: ByYear = Field(
        None,
        description="CSV of comparisons in pairs, for the weights ahp, or one for each year",
        json_schema_extra={"zh": "两两比较判断的CSV文件，供ahp权重使用，或每年一个"},
    )
    judgements: ByYear = Field(
        None,
        description="CSV of judgements of single nodes, for weights such as g1 and best-worst, or one for "
        "each year",
        json_schema_extra={
            "zh": "各节点判断（位次、比值、区间等）的CSV文件，供g1、best-worst等权重使用，或每年一个"
        },
    )
    history: str | None = Field(
        None, description="CSV of earlier ranks", json_schema_extra={"zh": "历年名次的CSV文件"}
    )
    national: str | None = Field(
        None,
        description="CSV of figures of the nation, for topics",
        json_schema_extra={"zh": "全国数据的CSV文件，供专题使用"},
    )
    counts: str | None = Field(
        None,
        description="CSV of how many units each group of earlier lists had",
        json_schema_extra={"zh": "往年榜单各组单位数的CSV文件"},
    )
    encoding: str | None = Field(
        None,
        description="encoding of the CSV files, such as gb18030 or big5 (default: told from their bytes)",
        json_schema_extra={"zh": "CSV文件的字符编码，如gb18030、big5（默认：由文件内容判断）"},
    )


class Settings(Spec):
    """All keys of a scenario."""

    name: str = Field(
        pattern=r"^[^\\/:*?\"<>|\x00-\x1f.][^\\/:*?\"<>|\x00-\x1f]*$",
        description="names the outputs",
        json_schema_extra={"zh": "方案名称，用于命名输出文件夹"},
    )
    title: str = Field(
        "",
        description="heading of every output (default: the name)",
        json_schema_extra={"zh": "各项输出的标题（默认：方案名称）"},
    )
    language: Literal["en", "zh"] = Field(
        "en", description="headings of every output", json_schema_extra={"zh": "各项输出的表头语言"}
    )
    extends: str | tuple[str, ...] = Field(
        (),
        description="scenarios that this one is laid over",
        json_schema_extra={"zh": "本方案所依据的一个或几个方案，本方案只写改动之处"},
    )
    data: DataSpec = DataSpec()
    years: Mapping[Year, Mapping[str, Any]] = Field(
        default_factory=dict,
        description="settings of one year laid over the others, by its sections: [years.2018.index]",
        json_schema_extra={"zh": "某一年的设置，叠加在其他设置之上，按小节给出：[years.2018.index]"},
    )


class Key(NamedTuple):
    """A key: its section (``index.screen``, ``[scenarios]`` of one listed), name and field."""

    section: str
    name: str
    field: FieldInfo

    @property
    def path(self) -> str:
        """Its path, ``tiers.count``."""
        return ".".join(part for part in (self.section.strip("[]"), self.name) if part)


def keys(model: type[BaseModel] = Settings, section: str = "") -> Iterator[Key]:
    """Yield every key of a section and of those in it, in the order of their declaration."""
    for name, field in model.model_fields.items():
        inner, listed = inner_section(field.annotation)
        if inner is None:
            yield Key(section, name, field)
        else:
            path = ".".join(part for part in (section.strip("[]"), name) if part)
            yield from keys(inner, f"[{name}]" if listed else path)


def inner_section(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """Return the section that a field holds, and whether it holds several; None for a plain value."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    listed = get_origin(annotation) is tuple
    for argument in get_args(annotation):
        model, inner = inner_section(argument)
        if model is not None:
            return model, listed or inner
    return None, False


def _declare_names() -> None:
    """Make known what keys are called, where their fields say so; the others' names stand in keys.toml."""
    for key in keys():
        declared = key.field.json_schema_extra
        if isinstance(declared, dict) and isinstance(name := declared.get("name"), (list, tuple)):
            choices = declared.get("choices")
            words = choices.items() if isinstance(choices, dict) else ()
            declare(key.path, [*map(str, name)], {choice: str(word) for choice, word in words})


_declare_names()


def validated(document: Document) -> Settings:
    """Return the settings of a document; raise :class:`TierwiseError` with every misfit."""
    return fitted(Settings, document.nested(), document.places)
