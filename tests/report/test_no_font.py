"""A Chinese index on a machine without a Chinese font: everything is written, and nothing said on stderr."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# A process of its own, since matplotlib keeps the fonts that it has found.
ACT = """
import sys
from pathlib import Path
from matplotlib.font_manager import fontManager

fontManager.ttflist = [font for font in fontManager.ttflist if font.name.startswith("DejaVu")]

from tests.trust.faults import whole_book
from tests.trust.profile import sheets_of
from tierwise.report import word_pages
from tierwise.report.drawing import chinese_font
from tierwise.report.word import write_word
from tierwise.stages import run
from tierwise.study.scenario import read_sheets

assert chinese_font() is None
cells, out = whole_book(), Path(sys.argv[1])
cells["Scenario"] += [["language", "zh"]]
results = run(read_sheets("指数", sheets_of(cells)).whole(), draws=20, threads=1)
results.write(out / "out")
word_pages.which = lambda name: None  # LibreOffice has fonts of its own
notes = []
write_word(results.study, out / "report.docx", notes=notes)
print(*sorted(note.code for note in notes))
"""


def test_nothing_is_said_of_fonts_on_stderr(tmp_path: Path) -> None:
    path = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-c", ACT, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["R113", "R114"]  # told by code
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "县00" in page
    assert (tmp_path / "report.docx").stat().st_size > 10_000
