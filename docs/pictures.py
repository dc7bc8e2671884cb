"""Take the manual's pictures again: ``python docs/pictures.py`` (Chromium, LibreOffice and poppler)."""

import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Literal

import openpyxl
from PIL import Image, ImageChops

import tierwise as tw

IMAGES = Path(__file__).with_name("images")
TARGET = IMAGES / "report.png"
QUIET = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync "
    "--hide-scrollbars --window-size=1250,1500"
)


def main() -> None:
    """Take all pictures."""
    report()
    for language in ("en", "zh"):
        panel(language)
        template(language)


def panel(language: Literal["en", "zh"]) -> None:
    """Photograph a form of the panel's second round and the Delphi report, both as LibreOffice shows them."""
    with tempfile.TemporaryDirectory() as folder:
        made = tw.delphi_example(Path(folder) / "example", language=language)
        form = sorted((made.folder / "forms-2").glob("E01*.xlsx"))[0]
        _photographed(form, f"delphi-form-{language}", Path(folder), "R&D" if language == "zh" else "Patents")
        title = "方法部分可用文字" if language == "zh" else "Stop or go on"
        results = made.folder / "results" / "results.xlsx"
        _photographed(results, f"delphi-report-{language}", Path(folder), title)


def template(language: Literal["en", "zh"]) -> None:
    """Photograph the template's form of settings, the further ones unfolded."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book.xlsx"
        command = [sys.executable, "-m", "tierwise", "workbook", str(book), "--language", language]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        opened = openpyxl.load_workbook(book)
        for row in opened["设置" if language == "zh" else "Settings"].row_dimensions.values():
            row.hidden = False
        opened.save(book)
        words = "量表满分" if language == "zh" else "Highest score"
        _photographed(book, f"form-{language}", Path(folder), words)


def _photographed(book: Path, name: str, folder: Path, words: str) -> None:
    """Write the first page of a book that holds some words as a picture of few colours."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    run = partial(subprocess.run, check=True, timeout=300, capture_output=True)
    run(["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(book)])
    pdf = folder / f"{book.stem}.pdf"
    pages = run(["pdftotext", "-layout", str(pdf), "-"]).stdout.decode().split("\f")
    page = str(next(number for number, text in enumerate(pages, 1) if words in text))
    run(["pdftoppm", "-r", "95", "-f", page, "-l", page, "-png", "-singlefile", str(pdf), str(folder / name)])
    with Image.open(folder / f"{name}.png") as shot:
        plain = shot.convert("RGB")
        blank = ImageChops.difference(plain, Image.new("RGB", plain.size, "white")).getbbox()
        left, top, right, bottom = blank or (0, 0, *plain.size)
        foot = bottom if bottom < 0.9 * plain.height else int(0.9 * plain.height)  # above the page's number
        cut = plain.crop((left - 8, top - 8, right + 8, foot))
        edge = ImageChops.difference(cut, Image.new("RGB", cut.size, "white")).getbbox()
        kept = cut.crop((0, 0, cut.width, min(cut.height, (edge or (0, 0, 0, cut.height))[3] + 8)))
        kept.quantize(16, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)


def report() -> None:
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
