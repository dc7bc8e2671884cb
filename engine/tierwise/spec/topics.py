"""[[topics]] and [[lists]]: the report's topics, and further lists from the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field, create_model, field_validator

from tierwise.inputs.years import year_in
from tierwise.spec.base import Section
from tierwise.spec.families import MethodName, field_of
from tierwise.topics.declared import KINDS
from tierwise.words.keys import SEPARATORS

if TYPE_CHECKING:  # a name that was found is plain text
    TopicKind = str
else:

    class TopicKind(MethodName, family=KINDS):
        """A kind of topic."""


class Topic(Section):
    """One topic: its columns of the data, its kind, and what the kind takes besides."""

    name: str = Field(
        min_length=1,
        description="what it is called; its table and sentence are named by it",
        json_schema_extra={"zh": "专题名称，其表格和文字以此命名"},
    )
    kind: TopicKind = Field(description="what is found out", json_schema_extra={"zh": "专题类型：要统计什么"})
    columns: tuple[str, ...] = Field(
        (),
        description="columns of the data, by code or heading: figures, or texts where the kind takes these",
        json_schema_extra={"zh": "数据中的列，用代码或表头；一般为数字列，按类型也可为文本列"},
    )
    unit: str | None = Field(
        None,
        description="unit of measure of the first column, and of others for which the data have none "
        "(default: the framework's, or the one in brackets behind the heading); that of a ratio is the "
        "ratio's own, not its columns'",
        json_schema_extra={
            "zh": "第一列的计量单位，也用于未注明单位的其他列（默认：指标体系所列，或表头括号中的单位）；"
            "“比值”的计量单位是比值本身的，不用于两列"
        },
    )

    list: str | None = Field(
        None,
        description="title of one of the [[lists]] whose units it counts (default: the main list)",
        json_schema_extra={"zh": "所统计的分项榜单（[[lists]] 的 title），默认为总榜单"},
    )

    @field_validator("columns", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        """Take several columns in one text too."""
        return tuple(SEPARATORS.split(value.strip())) if isinstance(value, str) else value

    @field_validator("since", mode="before", check_fields=False)
    @classmethod
    def _year(cls, value: object) -> object:
        """Take a year in any of the ways to say it."""
        return year_in(value) or value

    @property
    def settings(self) -> dict[str, Any]:
        """What was given of the settings of its kind."""
        given = {key: getattr(self, key) for key in KINDS.settings}
        return {key: value for key, value in given.items() if value is not None}

    def place(self, key: str = "") -> str:
        """Return where it stands, or one of its keys."""
        return f"[[topics]] {self.name}" + (f": {key}" if key else "")


if TYPE_CHECKING:
    TopicSpec = Topic
else:
    TopicSpec = create_model(
        "TopicSpec",
        __base__=Topic,
        **{
            key: (setting.kind | None, field_of(KINDS, key, default=None))
            for key, (setting, _) in KINDS.settings.items()
        },
    )
    TopicSpec.__doc__ = Topic.__doc__


class ListSpec(Section):
    """A further list: the units by their scores at a node of the framework."""

    node: str = Field(
        description="node by whose scores units are ranked, by code or name",
        json_schema_extra={"zh": "按其得分排名的节点，用代码或名称"},
    )
    top: int | None = Field(
        None,
        ge=1,
        description="how many units it lists (default: as many as the list)",
        json_schema_extra={"zh": "榜单列出多少个单位（默认：与主榜单相同）"},
    )
    title: str | None = Field(
        None,
        description="what it is called (default: the node's name)",
        json_schema_extra={"zh": "榜单名称（默认：节点名称）"},
    )

    @property
    def name(self) -> str:
        """What it is called."""
        return self.title or self.node

    def place(self, key: str = "") -> str:
        """Return where it stands, or one of its keys."""
        return f"[[lists]] {self.name}" + (f": {key}" if key else "")
