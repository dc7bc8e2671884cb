"""Write the lock files anew: ``python requirements/lock.py [--upgrade]``.

``user.txt`` pins what ``pip install .`` brings, ``ci.txt`` what tests, manual and release need besides.
Every file is pinned by its hashes, for all systems; no registry is named.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FILES = {"user.txt": (), "ci.txt": ("test", "docs", "release")}


def lock(name: str, extras: tuple[str, ...], *options: str) -> None:
    """Write one lock file; what it pins already is kept unless ``--upgrade`` is given."""
    command = ["uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--generate-hashes"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-annotate"]
    command += ["--custom-compile-command", "python requirements/lock.py"]
    command += ["--no-emit-package", "tierwise", "--python-version", "3.11"]
    for extra in extras:
        command += ["--extra", extra]
    subprocess.run([*command, "-o", str(HERE / name), *options], cwd=HERE.parent, check=True)


if __name__ == "__main__":
    for file, chosen in FILES.items():
        lock(file, chosen, *sys.argv[1:])
