"""Write the library that the page's charts are drawn by: ``python requirements/d3.py``.

The modules of D3 that ``charts.js`` needs, as their authors minified them, one after the other in one file
under their licence. They are fetched by npm and compared with the digests below; no registry is named.
"""

import base64
import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

TARGET = Path(__file__).parent.parent / "engine" / "tierwise" / "report" / "d3.min.js"
# In the order of their dependencies; SHA-512 of each package, as a registry states its integrity.
MODULES: dict[str, str] = json.loads((Path(__file__).parent / "d3.json").read_text("utf-8"))


def packed(module: str, folder: Path) -> Path:
    """Fetch a package ``name@version`` and return its archive; refuse one of another digest."""
    told = subprocess.run(
        ["npm", "pack", "--silent", module], cwd=folder, check=True, capture_output=True, text=True
    )
    archive = folder / told.stdout.split()[-1]
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != MODULES[module]:
        raise SystemExit(f"{module} is not what it was: its SHA-512 is {digest}")
    return archive


def member(archive: Path, name: str) -> str:
    """Return a text of an archive."""
    with tarfile.open(archive) as opened:
        text = opened.extractfile(f"package/{name}")
        assert text is not None
        return text.read().decode("utf-8").strip()


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder:
        archives = {module: packed(module, Path(folder)) for module in MODULES}
        licences: dict[str, list[str]] = {}
        for module, archive in archives.items():
            licences.setdefault(member(archive, "LICENSE"), []).append(module)
        parts = ["/*", *(f"{', '.join(names)}\n\n{text}\n" for text, names in licences.items()), "*/"]
        parts += [
            member(archive, f"dist/{module.partition('@')[0]}.min.js") for module, archive in archives.items()
        ]
    TARGET.write_text("\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
