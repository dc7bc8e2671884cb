"""A document held against the schema of contract 3, every misfit named by its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from pydantic import Field

from tierwise.spec import Section, Spec
from tierwise.spec.document import Document
from tierwise.spec.misfits import fitted

ByYear: TypeAlias = str | Mapping[int, str] | None


class DataSpec(Section):
    """[data]: where the tables are: one workbook, or CSV files."""

    workbook: str | None = Field(None, description="sheets Data, Framework, Experts, History")
    units: ByYear = Field(
        None, description='CSV of the units, or one for each year: {2018 = "…", 2019 = "…"}'
    )
    framework: ByYear = Field(None, description="CSV of the framework, or one for each year")
    experts: ByYear = Field(None, description="CSV of the expert panel, or one for each year")
    comparisons: ByYear = Field(
        None, description="CSV of comparisons in pairs, for the weights ahp, or one for each year"
    )
    judgements: ByYear = Field(
        None,
        description="CSV of judgements of single nodes, for weights such as g1 and best-worst, or one for "
        "each year",
    )
    history: str | None = Field(None, description="CSV of earlier ranks")
    national: str | None = Field(None, description="CSV of figures of the nation, for topics")
    counts: str | None = Field(None, description="CSV of how many units each group of earlier lists had")
    encoding: str | None = Field(
        None,
        description="encoding of the CSV files, such as gb18030 or big5 (default: told from their bytes)",
    )


class Settings(Spec):
    """All keys of a scenario."""

    name: str = Field(
        pattern=r"^[^\\/:*?\"<>|\x00-\x1f.][^\\/:*?\"<>|\x00-\x1f]*$", description="names the outputs"
    )
    title: str = Field("", description="heading of every output (default: the name)")
    language: Literal["en", "zh"] = Field("en", description="headings of every output")
    extends: str | tuple[str, ...] = Field((), description="scenarios that this one is laid over")
    data: DataSpec = DataSpec()
    years: Mapping[int, Mapping[str, Any]] = Field(
        default_factory=dict,
        description="settings of one year laid over the others, by its sections: [years.2018.index]",
    )


def validated(document: Document) -> Settings:
    """Return the settings of a document; raise :class:`TierwiseError` with every misfit."""
    return fitted(Settings, document.nested(), document.places)
