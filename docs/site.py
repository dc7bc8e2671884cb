"""What the site adds to the pages of docs/: the project's own pages beside them, and the names of the API.

Read by mkdocs, ``hooks`` in ``mkdocs.yml``.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
# Pages that stand outside docs/ and are linked from there; on the site they stand under project/.
OUTSIDE = (
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "benchmarks/RESULTS.md",
    "changelog.d/README.md",
)
LINK = re.compile(r"(?<=\]\()([^)#:\s]+)(?=[)#])")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the project's own pages."""
    for path in OUTSIDE:
        files.append(File.generated(config, f"project/{path}", content=(ROOT / path).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Lead links across the border of docs/ to where the site has the page; list the API on its page."""
    here = page.file.src_uri
    source = here.removeprefix("project/") if here.startswith("project/") else f"docs/{here}"

    def led(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), link[1]))
        if target in OUTSIDE:
            target = f"project/{target}"
        elif target.startswith("docs/"):
            target = target.removeprefix("docs/")
        return posixpath.relpath(target, posixpath.dirname(here) or ".")

    if here == "api.md":
        markdown += "".join(f"\n::: tierwise.{name}\n" for name in public_names())
    return LINK.sub(led, markdown)


def public_names() -> list[str]:
    """Return the names that ``tierwise`` offers."""
    stub = (ROOT / "engine/tierwise/__init__.pyi").read_text(encoding="utf-8")
    return [name for name in re.findall(r" as (\w+)$", stub, re.MULTILINE) if name != "__version__"]
