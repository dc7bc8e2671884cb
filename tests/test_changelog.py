"""Fragments of the changelog are named as the release reads them."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_fragments_are_named_as_the_release_reads_them() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    types = "|".join(kind["directory"] for kind in project["tool"]["towncrier"]["type"])
    name = re.compile(rf"[\w-]+\.({types})(\.\d+)?\.md")
    others = {path.name for path in (ROOT / "changelog.d").iterdir()} - {"README.md", "template.md.jinja"}
    assert sorted(other for other in others if not name.fullmatch(other)) == []
