"""The cells of a workbook, read in this process or, where a reader may take it down, in one of its own."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias, cast

from tierwise.errors import TierwiseError, problem

MergedRange: TypeAlias = tuple[tuple[int, int], tuple[int, int]]  # first and last cell
MOST_MEMORY: Final = 3 << 30  # bytes of the reading process
MOST_SECONDS: Final = 300
UNREADABLE: Final = 3  # exit code


class Grid(NamedTuple):
    """The cells of a sheet from A1 on, and its merged ranges."""

    cells: list[list[object]]
    merged: list[MergedRange]


def grids(content: bytes, *, alone: bool) -> dict[str, Grid]:
    """Return the sheets of a workbook by name, in its order.

    With ``alone`` it is read in a process of its own with a limit of memory, as .xls, .xlsb and .ods are, of
    which nobody could look at the cells before. Raises ValueError for what is no workbook,
    :class:`TierwiseError` I023 for one that takes too much.
    """
    python = (
        Path(sys.executable or "").stem.lower().startswith("python")
    )  # not a host that Python is built into
    if not (alone and python):
        return read(content)
    paths = os.pathsep.join(path for path in sys.path if path)
    try:
        done = subprocess.run(
            [sys.executable, "-c", f"import sys; from {__name__} import main; sys.exit(main())"],
            input=content,
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
            env={**os.environ, "PYTHONPATH": paths},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        raise TierwiseError(problem("I023", memory=f"{MOST_MEMORY >> 30} GB")) from None
    if done.returncode == UNREADABLE:
        raise ValueError(done.stderr.decode(errors="replace"))
    if done.returncode:
        raise TierwiseError(problem("I023", memory=f"{MOST_MEMORY >> 30} GB"))
    made: dict[str, Grid] = pickle.loads(done.stdout)  # our own process's
    return made


def read(content: bytes) -> dict[str, Grid]:
    """Return the sheets of a workbook by name; raise ValueError for what is none."""
    from python_calamine import CalamineError, load_workbook

    try:
        book = load_workbook(io.BytesIO(content))
        made = {}
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            rows = cast("list[list[object]]", sheet.to_python(skip_empty_area=False))
            made[name] = Grid(rows, sheet.merged_cell_ranges or [])
    except CalamineError as error:
        raise ValueError(str(error)) from None
    return made


def main() -> int:
    """Read a workbook from standard input and write its sheets to standard output."""
    try:
        import resource
    except ImportError:  # Windows: the process of its own must do
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        made = read(sys.stdin.buffer.read())
    except (ValueError, OSError) as error:
        sys.stderr.write(str(error))
        return UNREADABLE
    sys.stdout.buffer.write(pickle.dumps(made))
    return 0
