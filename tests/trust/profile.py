"""Hostile cases by kind, each from a seed: what is done, and how it ended.

Of the outcomes (``outcomes.py``) no failure may be.
"""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from itertools import combinations
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any, NamedTuple

import numpy as np
import openpyxl

from tests.trust import commands
from tests.trust.faults import FAULTS, Cells, whole_book
from tests.trust.outcomes import FAILURES, in_child, outcome
from tests.trust.requests import clients, request
from tierwise.errors import TierwiseError
from tierwise.inputs import Sheet
from tierwise.stages import check_reading, run
from tierwise.study.scenario import load, read_sheets

ODD: tuple[Any, ...] = (
    None, "", " ", "　", "a", "index", "江阴市", "１", "1e5", "-", "n/a", "#N/A", "#DIV/0!", "=A1", "nan",
    "inf", True, False, 0, 1, -1, 2.5, 1e-200, 1e200, float("inf"), float("nan"), 10**400,
    "\ufeffcode", "a\u200b", "😀", "x" * 3000, "[", "{", "1/3", "\x1b[31m", "a\nF001 b", "ward",
    "goalposts", "code", "=1+1", "u03",
)  # fmt: skip
CALLS = (
    "IDX_RANK", "IDX_SCORE", "IDX_NORMALISE", "IDX_TIERS", "IDX_CUTS", "IDX_AHP_WEIGHTS", "IDX_KENDALL_W",
    "IDX_ENTROPY_WEIGHTS", "IDX_CRITIC_WEIGHTS", "IDX_DELPHI_WEIGHTS", "IDX_DOMINANCE", "IDX_GROUP_COUNTS",
)  # fmt: skip


SHAPES = (  # units, indicators, length of the list, years
    (1200, 3, 100, 1),
    (2500, 3, 100, 1),
    (10_000, 3, 100, 1),
    (2_000, 30, 2_000, 1),
    (600, 60, 100, 1),
    (20, 600, 10, 1),
    (300, 300, 100, 1),
    (10_000, 3, 100, 2),
    (300, 1000, 100, 1),
)


class Kind(NamedTuple):
    """A kind of cases: its name, what one case does, and how many the long and the short profile have."""

    name: str
    case: Callable[[int, Path], str]
    long: int
    short: int
    width: int = 1  # cases at once


def sheets_of(cells: Cells) -> dict[str, Sheet]:
    """Return cells as the sheets of a workbook."""
    return {name: Sheet.from_cells(name, rows) for name, rows in cells.items()}


def mutated(chance: Random) -> Cells:
    """Return the whole book with some cells, rows or sheets changed."""
    cells = whole_book()
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        name = chance.choice([*cells])
        rows = cells[name]
        kind = chance.randrange(8)
        row = chance.randrange(len(rows)) if rows else 0
        if not rows:
            continue
        if kind == 0:
            del rows[row]
        elif kind == 1:
            rows.insert(row, [chance.choice(ODD) for _ in rows[0]])
        elif kind == 2 and len(cells) > 2:
            del cells[name]
        elif kind == 3:
            for line in rows:
                del line[-1:]
        elif rows[row]:
            rows[row][chance.randrange(len(rows[row]))] = chance.choice(ODD)
    return cells


def book(seed: int, _: Path) -> str:
    """Check a mutated book."""
    return outcome(lambda: check_reading(read_sheets("book", sheets_of(mutated(Random(seed))))))


def book_run(seed: int, folder: Path) -> str:
    """Run a mutated book; what it prints are numbers."""
    return _run(mutated(Random(seed)), seed, folder)


def random_run(seed: int, folder: Path) -> str:
    """Run a small book with settings by chance, many ties and blanks."""
    from tests.study.test_hostile_runs import workbook

    return _run(workbook(Random(seed)), seed, folder)


def _run(cells: Cells, seed: int, folder: Path) -> str:
    def act() -> str:
        scenario = read_sheets("book", sheets_of(cells)).whole()
        results = run(scenario, draws=20, threads=1)
        ranking = results.tables["ranking"]
        if not np.isfinite(ranking[["score", "rank"]].to_numpy(dtype=float)).all():
            return "NaN or infinity"
        for frame in results.tables.values():
            numbers = frame.select_dtypes("number").to_numpy(dtype=float, na_value=np.nan)
            if np.isinf(numbers).any():
                return "NaN or infinity"
        if seed % 10 == 0:
            results.write(folder / "out", replace=True)
        return "served"

    return outcome(act)


def pair(seed: int, _: Path) -> str:
    """Check a book with two faults, both of which are to be named."""
    every = [*combinations(FAULTS, 2)]
    faults = every[seed % len(every)]

    def act() -> str:
        cells = whole_book()
        for fault in faults:
            fault.edit(cells)
        try:
            check_reading(read_sheets("book", sheets_of(cells)))
        except TierwiseError as error:
            named = all(
                any(one.code == fault.code and one.place.startswith(fault.place) for one in error.problems)
                for fault in faults
            )
            if named:
                raise
        return "fault lost"

    return outcome(act)


def call(seed: int, _: Path) -> str:
    """Call a worksheet function with odd cells."""
    from tierwise_addin import call as called

    chance = Random(seed)

    def argument() -> object:
        if chance.random() < 0.3:
            return chance.choice(ODD)
        rows, columns = chance.randint(1, 6), chance.randint(1, 4)
        odd = chance.random() < 0.4
        return [
            [
                chance.choice(ODD) if odd and chance.random() < 0.2 else float(chance.randint(0, 9))
                for _ in range(columns)
            ]
            for _ in range(rows)
        ]

    def act() -> str:
        rows = called(chance.choice(CALLS), *(argument() for _ in range(chance.randint(1, 3))))
        numbers = [cell for row in rows for cell in row if isinstance(cell, float)]
        return "served" if np.isfinite(numbers).all() else "NaN or infinity"

    return outcome(act)


def kill(seed: int, folder: Path) -> str:
    """Kill a writer of results at a step by chance; the folder is all old or all new."""
    from tests.outputs.test_folder import NEW, OLD, content, killed, put
    from tierwise.outputs.folder import result_folder

    chance = Random(seed)
    out = folder / "out"

    def act() -> str:
        put(out, OLD)
        (out / "mine.txt").write_text("mine", encoding="utf-8")
        killed(out, chance.randint(1, 30), chance.choice(("exchange", "renames", "links")))
        with result_folder(out, "book.xlsx"):
            pass
        after = content(out)
        return "served" if after.pop("mine.txt", "") == "mine" and after in (OLD, NEW) else "mixed"

    return outcome(act)


def run_killed(seed: int, folder: Path) -> str:
    """Kill a whole run from outside after a time by chance: its folder is all old or all new.

    Every file is the one that the record lists, and no other is there; the next run tidies up.
    """
    book, out = folder / "book.xlsx", folder / "out"
    _write(book)
    command = [sys.executable, "-m", "tierwise", "run", str(book), "--draws", "2000", "--out", str(out)]

    def act() -> str:
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        before = (out / "run.json").read_bytes()
        started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with suppress(subprocess.TimeoutExpired):  # the first half is spent importing
            started.wait(_seconds_of_a_run() * Random(seed).uniform(0.3, 1.1))
        started.kill()
        started.wait()
        if not _as_recorded(out):
            return "mixed"
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        tidy = {path.name for path in folder.iterdir()} == {"book.xlsx", "out"}
        new = (out / "run.json").read_bytes() != before
        return "served" if tidy and new and _as_recorded(out) else "mixed"

    return outcome(act)


@cache
def _seconds_of_a_run() -> float:
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book.xlsx"
        _write(book)
        start = monotonic()
        command = [
            sys.executable,
            "-m",
            "tierwise",
            "run",
            str(book),
            "--draws",
            "2000",
            "--out",
            f"{folder}/o",
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return monotonic() - start


def _write(path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in whole_book().items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


def _as_recorded(out: Path) -> bool:
    """Tell whether a folder holds just what its record lists, byte for byte."""
    listed = json.loads((out / "run.json").read_text(encoding="utf-8"))["files"]
    found = {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file() and path.name not in ("run.json", ".complete")
    }
    return found == listed


def full_disk(seed: int, folder: Path) -> str:
    """Write results where files may have so many bytes and no more, as on a disk that fills."""
    from tests.outputs.test_folder import OLD, content, put

    results = small_results()
    out = folder / "out"
    put(out, OLD)

    def limited() -> int:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (Random(seed).randint(0, 60_000),) * 2)
        ended = outcome(lambda: results.write(out, replace=True))
        return 0 if ended in ("served", "refused") else 1

    through = in_child(limited)
    whole = content(out) == OLD or (out / "run.json").stat().st_size > 100
    return ("refused" if content(out) == OLD else "served") if through and whole else "traceback"


def checkpoint(seed: int, folder: Path) -> str:
    """Go on from a checkpoint with a flipped bit or a lost end."""
    from tests.draws.runs import ALL, bits, source
    from tierwise.draws.checkpoint import fingerprint, save
    from tierwise.draws.simulate import simulate

    chance, path = Random(seed), folder / "checkpoint"
    tally = simulate(source(), draws=1024, threads=1, **ALL)
    save(path, tally.counts, fingerprint(source(), tally.setup, seed=11))
    content = bytearray(path.read_bytes())
    if seed % 2:
        del content[chance.randrange(len(content)) :]
    else:
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    resumed = outcome(lambda: simulate(source(), draws=1024, threads=1, checkpoint=path, **ALL) and "served")
    if resumed == "served":
        again = simulate(source(), draws=1024, threads=1, checkpoint=path, **ALL)
        return "served" if bits(again) == bits(tally) else "mixed"
    return resumed


def memory(seed: int, folder: Path) -> str:
    """Run and write many units or indicators; the process holds no more than was stated before the draws."""
    import pandas as pd

    import tierwise as tw

    units, indicators, top, years = SHAPES[seed % len(SHAPES)]
    codes = [f"x{at}" for at in range(indicators)]

    def measured() -> int:
        import resource

        chance, stated = np.random.default_rng(seed), []
        rows = units * years
        data = pd.DataFrame({"code": [f"u{at}" for at in range(units)] * years})
        data = data.join(pd.DataFrame(chance.random((rows, indicators)), columns=codes))
        if years > 1:
            data["year"] = np.repeat(np.arange(2019 - years, 2019), units)
        spec = tw.Spec.of(select={"top": top})
        scenario = tw.Scenario.from_frames("many", data, pd.DataFrame({"code": codes}), spec=spec)
        run(scenario, draws=300, announce=stated.append).write(folder / "out")
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return 0 if held <= stated[0] else 1

    return "served" if in_child(measured) else "over the memory stated"


def bomb(seed: int, folder: Path) -> str:
    """Read settings that are many, deep or long."""
    size = 10 ** (2 + seed % 4)
    texts = (
        'name = "x"\n' + "".join(f"k{at} = 1\n" for at in range(size)),
        f'name = "x"\n{".".join(["a"] * min(size, 3000))} = 1\n',
        f'name = "x"\ntitle = "{"y" * size}"\n',
        f'name = "x"\n[index]\nweights = {"[" * size}\n',
        'name = "x"\nextends = ["a.toml", "a.toml"]\n',
    )
    path = folder / "a.toml"
    path.write_text(texts[seed % len(texts)], encoding="utf-8")
    return outcome(lambda: load(path))


_kept: list[Any] = []


def small_results() -> Any:
    """Return the results of the whole book, once."""
    if not _kept:
        _kept.append(run(read_sheets("book", sheets_of(whole_book())).whole(), draws=20, threads=1))
    return _kept[0]


KINDS = (
    Kind("requests", request, 5_000, 60, width=16),
    Kind("200 clients at once", clients, 2, 0),
    Kind("books run", book_run, 400, 2),
    Kind("books by chance run", random_run, 300, 2),
    Kind("pairs of faults", pair, len(FAULTS) * (len(FAULTS) - 1) // 2, 20),
    Kind("worksheet calls", call, 9_000, 200),
    Kind("kills", kill, 60, 6),
    Kind("runs killed from outside", run_killed, 12, 0),
    Kind("disk limits", full_disk, 30, 2),
    Kind("checkpoints", checkpoint, 200, 6),
    Kind("memory stated", memory, len(SHAPES), 1),
    Kind("settings as bombs", bomb, 40, 5),
    Kind("other commands killed", commands.killed, 20 * len(commands.COMMANDS), len(commands.COMMANDS)),
    Kind("other commands, disk limits", commands.full, 8 * len(commands.COMMANDS), len(commands.COMMANDS)),
    Kind("texts made to deceive", commands.deceitful, 400, 12),
    Kind("books checked", book, 10_000, 40),
)


def cases(kind: Kind, number: int, seed: int = 0) -> Iterator[tuple[int, str]]:
    """Yield the seed and the outcome of so many cases of a kind."""

    def case(at: int) -> tuple[int, str]:
        with tempfile.TemporaryDirectory() as folder:
            return at, kind.case(at, Path(folder))

    numbers = range(seed, seed + number)
    if kind.width == 1:
        yield from map(case, numbers)
        return
    with ThreadPoolExecutor(kind.width) as pool:
        yield from pool.map(case, numbers)


def table(counts: dict[str, Counter[str]]) -> str:
    """Return the outcomes by kind as a table in Markdown."""
    columns = ("served", "refused", *FAILURES)
    lines = [f"| cases | {' | '.join(columns)} |", f"|---|{'---:|' * len(columns)}"]
    lines += [
        f"| {kind} | {' | '.join(f'{count[column]:,}' for column in columns)} |"
        for kind, count in counts.items()
    ]
    return "\n".join(lines)
