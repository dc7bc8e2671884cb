"""Take the README's picture of the report page again: ``python docs/pictures.py`` (needs Chromium)."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import tierwise as tw

TARGET = Path(__file__).with_name("images") / "report.png"
QUIET = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync "
    "--hide-scrollbars --window-size=1250,1500"
)


def main() -> None:
    """Run the county scenario and photograph the top of its page: the answers, then the rank intervals."""
    browser = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    with tempfile.TemporaryDirectory() as folder:
        out = tw.run("industrial-counties-2019").write(Path(folder) / "out")
        page = out / "report.html"
        text = page.read_text(encoding="utf-8")
        first, rest = text.rindex("<h2>"), text.index('<h2 id="robustness"')
        page.write_text(text[:first] + text[rest:], encoding="utf-8")
        target = f"--screenshot={TARGET}"
        profile = f"--user-data-dir={folder}/profile"
        subprocess.run([browser, *QUIET.split(), profile, target, page.as_uri()], check=True, timeout=120)


if __name__ == "__main__":
    main()
