"""What a report is read against: a scenario that is run, or the results of a run."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tierwise.errors import Problems, TierwiseError, problem
from tierwise.names import cleaned
from tierwise.outputs.files import is_there
from tierwise.proofreading.drafted import Expected, Table
from tierwise.proofreading.listed import Listing, Unit, group_name, with_regions
from tierwise.proofreading.numbers import FAILING
from tierwise.proofreading.parts import Grid
from tierwise.proofreading.reading import parts_of
from tierwise.report.presented import names_of, presented, records
from tierwise.report.printed import Heading, Item, Sentence, Tabulated
from tierwise.report.word import items
from tierwise.sentences.phrases import both
from tierwise.stages import run
from tierwise.tables.registry import TABLES, sheet_name
from tierwise.words.columns import GROUPS
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

RUN: Final = Text("a run of {of} with {draws} draws", "重新计算{of}（抽样{draws}次）")
FOLDER: Final = Text("the results in {of}", "{of}中的计算结果")
NO_ANNEXES: Final = Text(
    "the sentences of the annexes are not among them (the workbook gives them)",
    "不含各附录的文字（与工作簿核对时才有）",
)
NEEDED: Final = {"ranking": ("code", "name", "rank", "tier"), "sentences": ("text",)}
FIXED = {"code", "name", "score", "rank", "tier", "missing", "largest_share"}


def truth(reference: str, draws: int | None = None, progress: Any = None) -> tuple[Listing, Expected, Text]:
    """Return the list, all that the figures give, and what these are: a folder of results, else a run.

    Raises :class:`TierwiseError` P003 for a folder that holds no results, and what a run raises.
    """
    path = Path(reference)
    if path.is_dir() or path.name in {"results.xlsx", "run.json"}:
        return _of_results(path if path.is_dir() else path.parent)
    study = run(reference, draws=draws, progress=progress).study
    listing, expected = truth_of(study)
    national = study.scenario.national
    asked = both(
        "{topics:topic|topics}, {nation:figure|figures} of the nation",
        "专题{topics}个，全国数据{nation}项",
        topics=len(study.scenario.spec.topics),
        nation=0 if national is None else len(national.figures),
    )
    used = (*_used(listing, study.tables.keys(), expected.texts), asked)
    return listing, expected, told(RUN, used, of=reference, draws=study.robustness.draws)


def truth_of(study: Study) -> tuple[Listing, Expected]:
    """Return the list and all that the figures of a finished run give."""
    own = items(study)
    texts = [item.text for item in own if isinstance(item, Sentence)]
    texts += [item.note for item in own if isinstance(item, Tabulated) and item.note]
    if "sentences" in study.tables:
        texts += study.tables["sentences"]["text"].tolist()
    names = [*study.index.panel.names, *study.scenario.framework.names]
    names += [group for groups in study.index.panel.groups.values() for group in groups]
    listing = _listing(study.tables["ranking"], study.scenario.title)
    names += [unit.groups["region"] for unit in listing.units if "region" in unit.groups]
    tables = [*_printed(own), *_shown(study), *_raw(study.tables)]
    return listing, Expected(texts, tables, names, _kinds(listing))


def _printed(own: list[Item]) -> Iterator[Table]:
    """Yield the tables of the printed report."""
    for item in own:
        if isinstance(item, Tabulated) and not isinstance(item, Heading):
            yield Table(item.title, tuple(item.heads), tuple(tuple(row) for row in item.rows))


def _shown(study: Study) -> Iterator[Table]:
    """Yield the sheets of the workbook."""
    language, names = study.scenario.language, names_of(study)
    for name, frame in study.tables.items():
        made = presented(name, frame, names, language)
        rows = tuple(tuple(row) for row in records(made.frame))
        yield Table(sheet_name(name, language), tuple(made.headings(language)), rows)


def _raw(frames: Mapping[str, pd.DataFrame]) -> Iterator[Table]:
    """Yield the CSV files."""
    for name, frame in frames.items():
        yield Table(name, tuple(map(str, frame.columns)), tuple(tuple(row) for row in records(frame)))


def _of_results(folder: Path) -> tuple[Listing, Expected, Text]:
    frames = _frames(folder / "tables")
    texts = frames["sentences"]["text"].astype(str).tolist() if "sentences" in frames else []
    try:
        listing = _listing(frames["ranking"], _title(folder))
    except ValueError:  # ranks and tiers that are no numbers
        raise TierwiseError(problem("P003", str(folder / "tables" / "ranking.csv"))) from None
    names = [unit.name for unit in listing.units]
    names += [group for unit in listing.units for group in unit.groups.values()]
    shown: list[Table] = []
    if is_there(folder / "results.xlsx"):
        grids = (part for part in parts_of(folder / "results.xlsx") if isinstance(part, Grid))
        shown = [Table(grid.place, grid.heads, grid.rows) for grid in grids]
    names += [str(cell) for table in shown for row in table.rows for cell in row[:1]]
    used = (*_used(listing, frames.keys(), texts), NO_ANNEXES)
    given = [*map(_marked, shown), *_raw(frames)]
    absent = [name for name, there in (("results.xlsx", shown), ("sentences.csv", texts)) if not there]
    if absent:
        used += (both("not there: {absent}", "缺少{absent}", absent="、".join(absent)),)
    tables_of = [*_of_the_list(given, frames["ranking"]), *given]
    expected = Expected(texts, tables_of, names, _kinds(listing))
    return listing, expected, told(FOLDER, used, of=folder.name)


def _frames(tables: Path) -> dict[str, pd.DataFrame]:
    """Return the tables of a run; raise P003 for one that cannot be read, Q031 where it lacks a column."""
    import pandas as pd

    if not is_there(tables / "ranking.csv"):
        raise TierwiseError(problem("P003", str(tables.parent)))
    frames, problems = {}, Problems()
    for path in sorted(tables.glob("*.csv")):
        try:
            frame = pd.read_csv(path, dtype={"code": str, "name": str}, encoding="utf-8-sig")
        except (OSError, ValueError):  # all that pandas says of a file are kinds of the latter
            problems.add("P003", str(path))
            continue
        for name in NEEDED.get(path.stem, ()):
            if name not in frame:
                problems.add("Q031", str(path), heading=name)
        frames[path.stem] = frame
    problems.raise_any()
    return frames


def _of_the_list(tables: Sequence[Table], ranking: pd.DataFrame) -> Iterator[Table]:
    """Yield the tables on all units as a report prints them: with the rows of those listed alone."""
    listed = ranking[ranking["tier"].notna()]
    keys = [frozenset(map(cleaned, listed[column].astype(str))) for column in ("code", "name")]
    for table in tables:
        made = next((own for names in keys if (own := table.of(names)) is not None), None)
        if made is not None:
            yield made


def _marked(table: Table) -> Table:
    """Return a sheet with ✗ and ✓ for the 1 and 0 of columns that say what fails, as they are shown."""
    failing = {
        title
        for declared in TABLES
        for column in declared.columns
        if column.format == "fails"
        for title in column.title
    }
    columns = {at for at, head in enumerate(table.heads) if head in failing}
    marks = {number: mark for mark, number in FAILING.items()}
    return replace(
        table,
        rows=tuple(
            tuple(
                marks.get(str(cell).removesuffix(".0"), cell) if at in columns else cell
                for at, cell in enumerate(row)
            )
            for row in table.rows
        ),
    )


def _used(listing: Listing, tables: Collection[str], texts: Collection[str]) -> tuple[Text, ...]:
    """Return how much there is to compare with."""
    return (
        both("a list of {units} units", "榜单{units}个单位", units=len(listing)),
        both("{tables} tables", "表{tables}张", tables=len(tables)),
        both("{texts} sentences", "文字{texts}条", texts=len(texts)),
    )


def told(head: Text, parts: Sequence[Text], **fields: str | int) -> Text:
    """Return what a report was read against, in one line."""
    english, chinese = ", ".join(part.en for part in parts), "、".join(part.zh for part in parts)
    return Text(f"{head.en.format(**fields)}: {english}", f"{head.zh.format(**fields)}：{chinese}")


def _title(folder: Path) -> str:
    try:
        return str(json.loads((folder / "run.json").read_text(encoding="utf-8"))["title"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return folder.name


def _listing(frame: pd.DataFrame, title: str) -> Listing:
    """Return the listed units of a ranking."""
    groups = [
        str(name) for name in frame.columns if name not in FIXED and not str(name).startswith("first_in_")
    ]
    kinds = {name: _kind(name) for name in groups}
    listed = frame[frame["tier"].notna()]
    units = []
    for row in listed.to_dict("records"):
        own = {kind: group_name(str(row[name])) for name, kind in kinds.items() if _there(row[name])}
        units.append(Unit(str(row["name"]), float(row["rank"]), with_regions(own), tier=int(row["tier"])))
    return Listing(title, tuple(units), "", given=True)


def _kinds(listing: Listing) -> dict[str, frozenset[str]]:
    """Return of which kinds the groups of a list are, by their names."""
    found: dict[str, set[str]] = {}
    for kind in listing.kinds():
        for group in listing.counts(kind):
            found.setdefault(group, set()).add(kind)
    return {group: frozenset(kinds) for group, kinds in found.items()}


def _kind(name: str) -> str:
    """Return the usual name of a group column, by its heading in either language."""
    return next((kind for kind, words in GROUPS.items() if name in (kind, *words)), name)


def _there(cell: object) -> bool:
    return cell is not None and cell != "" and not (isinstance(cell, float) and math.isnan(cell))
