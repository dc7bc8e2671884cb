"""Write ``dist/`` anew: wheel, source archive, bill of materials and ``SHA256SUMS``.

The same commit gives the same bytes: archives carry the time of the commit.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def commit_time() -> str:
    """Return the time of the last commit, in seconds since 1970."""
    return subprocess.check_output(["git", "log", "-1", "--format=%ct"], cwd=ROOT, text=True).strip()


def release(out: Path) -> None:
    """Write the files of a release into a folder, which is emptied first."""
    shutil.rmtree(out, ignore_errors=True)
    environment = os.environ | {"SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", commit_time())}
    subprocess.run([sys.executable, "-m", "build", "-o", str(out)], cwd=ROOT, env=environment, check=True)
    [wheel] = out.glob("*.whl")
    bill = out / f"{wheel.name}.cdx.json"
    command = ["cyclonedx-py", "requirements", "requirements/user.txt", "--pyproject", "pyproject.toml"]
    command += ["--output-reproducible", "--output-format", "JSON", "--output-file", str(bill)]
    subprocess.run(command, cwd=ROOT, check=True)
    sums = "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(out.iterdir())
    )
    (out / "SHA256SUMS").write_text(sums, encoding="utf-8")


if __name__ == "__main__":
    release(ROOT / "dist")
