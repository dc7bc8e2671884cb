"""Write ``dist/`` anew: wheel, source archive, bill of materials and ``SHA256SUMS``.

The same commit gives the same bytes: archives carry the time of the commit.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def commit_time() -> str:
    """Return the time of the last commit, in seconds since 1970."""
    return subprocess.check_output(["git", "log", "-1", "--format=%ct"], cwd=ROOT, text=True).strip()


def without_registry(bill: dict[str, Any]) -> dict[str, Any]:
    """Return a bill whose components name no registry: hashes say what they are, wherever they come from.

    cyclonedx-py guesses the page of each on the registry that it would ask, and puts the pinned hashes there.
    """
    tools = bill.get("metadata", {}).get("tools", {}).get("components", [])
    for component in [*bill.get("components", []), *tools]:
        references = component.pop("externalReferences", [])
        guessed = [one for one in references if one["type"] == "distribution"]
        component["hashes"] = [
            *component.get("hashes", []),
            *(h for one in guessed for h in one.get("hashes", [])),
        ]
        component["externalReferences"] = [one for one in references if one not in guessed]
        for key in ("hashes", "externalReferences"):
            if not component[key]:
                del component[key]
    return bill


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
    named = without_registry(json.loads(bill.read_text(encoding="utf-8")))
    bill.write_text(json.dumps(named, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    sums = "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(out.iterdir())
    )
    (out / "SHA256SUMS").write_text(sums, encoding="utf-8")


if __name__ == "__main__":
    release(ROOT / "dist")
