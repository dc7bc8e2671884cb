"""The printed report: list, groups, tiers, changes, annexes, as a Word document.

Tables hold the listed units and the counts of the run's tables; sentences are those of ``sentences``.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.errors import TierwiseError, problem
from tierwise.report import word_figures, word_parts
from tierwise.report.answers import answers
from tierwise.report.presented import STAR, names_of, presented
from tierwise.report.word_parts import Word
from tierwise.sentences.tiers import ordinal
from tierwise.tables.columns import RANK, SCORE
from tierwise.tables.registry import table_of
from tierwise.words.columns import GROUPS
from tierwise.words.formats import shown
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

LIST: Final = Text("The list", "榜单")
TIERS: Final = Text("Tiers", "梯队")
CHANGES: Final = Text("Changes", "历年变化")
METHOD: Final = Text("How the index is made", "评价方法")
MEANS: Final = Text("Means of the tiers", "各梯队指标均值")
ROBUST: Final = Text("How firm the list is", "稳健性")
ANNEX: Final = Text("Annex {}", "附录{}")
SCORES: Final = Text("Scores by rank, and the cuts", "得分分布与梯队分界")
NUMBER: Final = Text("Listed units by {}", "各{}入榜数量")
TOTAL: Final = Text("Total", "合计")
CHANGE: Final = Text("Change", "增减")
UNIT: Final = Text("Name", "名称")
STARRED: Final = Text("★ marks the first of its {}.", "注：★表示所在{}排名首位。")
SHADED: Final = Text("Shaded: where the first of the group lies.", "注：底色表示该组首位所在的名次区段。")
COMPUTED: Final = Text("computed from the data of the scenario", "根据方案数据计算")
STREAKS: Final = Text("{}: years at the top", "{}历年排名情况")
MOST_COLUMNS: Final = 9  # of an annex table, on a portrait page
FIRST_GROUPS: Final = 2  # group columns beside the unit
MARK: Final = "✓"
SECONDS: Final = 180


def write_word(study: Study, path: Path, *, replace: bool = False, pdf: bool = False) -> list[Path]:
    """Write the report to ``path``, with ``pdf`` beside it as PDF by LibreOffice; return what was written.

    Raises :class:`TierwiseError` R111 for another ending than .docx, I014 for a file that is not to be
    replaced, I007 where it cannot be written, R112 where LibreOffice does not convert it.
    """
    refuse(path, replace)
    data = document(study)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise TierwiseError(problem("I007", str(path), reason=error.strerror or str(error))) from None
    return [path, _pdf(path)] if pdf else [path]


def refuse(path: Path, replace: bool) -> None:
    """Raise R111 or I014 for a name under which no report can be written."""
    if path.suffix.lower() != ".docx":
        raise TierwiseError(problem("R111", str(path)))
    if path.exists() and not replace:
        raise TierwiseError(problem("I014", str(path)))


def document(study: Study) -> bytes:
    """Return the report of a finished run as the bytes of a .docx."""
    language = study.scenario.language
    source = study.scenario.spec.report.source or COMPUTED.of(language)
    word = word_parts.opened(language, source)
    texts = {}
    if "sentences" in study.tables:
        frame = study.tables["sentences"]
        texts = dict(zip(frame["name"], frame["text"], strict=True))
    name, note = _titles(study)
    title = word.document.add_paragraph(name, "Title")
    title.paragraph_format.space_before = 2_500_000
    word_parts.centred(title)
    if note:
        word_parts.centred(word.document.add_paragraph(note))
    word_parts.new_page(word)
    field = word_parts.contents(word)
    word_parts.new_page(word)
    _list(word, study, texts)
    _tiers(word, study, texts)
    _changes(word, study, texts)
    _method(word, study, texts)
    _robustness(word, study)
    word_parts.fill_contents(word, field)
    buffer = io.BytesIO()
    word.document.save(buffer)
    return buffer.getvalue()


def _titles(study: Study) -> tuple[str, str]:
    """Return the title, and what stands behind its colon."""
    mark = "：" if "：" in study.scenario.title else ": "
    name, _, note = study.scenario.title.partition(mark)
    return name, note


def _say(word: Word, texts: Mapping[str, str], *names: str) -> None:
    for name in names:
        if name in texts:
            word.paragraph(texts[name])


def _grouped(study: Study, before: str, after: str = "") -> dict[str, pd.DataFrame]:
    """Return the tables by group whose names begin so, by group."""
    return {
        name.removeprefix(before).removesuffix(after): frame
        for name, frame in study.tables.items()
        if name.startswith(before)
        and name.endswith(after)
        and "{}" in table_of(name).name
        and table_of(name).name == f"{before}{{}}{after}"
    }


def _title(name: str, word: Word) -> str:
    return table_of(name).noted(name, word.language)


def _group(name: str, word: Word) -> str:
    return GROUPS.get(name, Text(name, name)).of(word.language)


def _list(word: Word, study: Study, texts: Mapping[str, str]) -> None:
    word.heading(LIST)
    tables = _grouped(study, "distribution_")
    for name in tables:
        _say(word, texts, f"number_{name}", f"first_{name}")
    ranking = study.tables["ranking"]
    groups = [*study.index.panel.groups][:FIRST_GROUPS]
    listed = ranking[ranking["tier"].notna()]
    first = listed["first_in_group"] if "first_in_group" in listed else [0] * len(listed)
    columns = [listed.iloc[:, 2 + at].astype(str) for at in range(len(groups))]  # by place: names may repeat
    rows = [
        [f"{rank:g}", *own, f"{unit}{STAR if star else ''}"]
        for rank, unit, star, *own in zip(listed["rank"], listed["name"], first, *columns, strict=True)
    ]
    heads = [RANK.title.of(word.language), *(_group(name, word) for name in groups), UNIT.of(word.language)]
    word.table(_titles(study)[0], heads, rows)
    if "first_in_group" in listed:
        word.paragraph(STARRED.of(word.language).format(_group(groups[0], word)))
    for name, frame in tables.items():
        word.picture(NUMBER.of(word.language).format(_group(name, word)), word_figures.by_number(frame))
        _bands(word, name, frame)


def _bands(word: Word, name: str, frame: pd.DataFrame) -> None:
    """Add group x band: no noughts, the band of the group's first shaded, a total row and column."""
    counts = frame.iloc[:, 2:].to_numpy(dtype=np.int64)
    total = TOTAL.of(word.language)
    rows = [
        [str(group), *_blank(own), str(units)]
        for group, own, units in zip(frame.iloc[:, 0], counts, frame["units"], strict=True)
    ]
    rows.append([total, *_blank(counts.sum(axis=0)), str(int(counts.sum()))])
    shaded = frozenset((row, 1 + int(np.flatnonzero(own)[0])) for row, own in enumerate(counts) if own.any())
    heads = [_group(name, word), *map(str, frame.columns[2:]), total]
    word.table(_title(f"distribution_{name}", word), heads, rows, shaded)
    word.paragraph(SHADED.of(word.language))


def _blank(counts: Sequence[int] | np.ndarray) -> list[str]:
    return [str(int(count)) if count else "" for count in counts]


def _tiers(word: Word, study: Study, texts: Mapping[str, str]) -> None:
    if study.tiers.count < 2:
        return
    word.heading(TIERS)
    _say(word, texts, "tiers")
    rank, score = RANK.title.of(word.language), SCORE.title.of(word.language)
    word.picture(SCORES.of(word.language), word_figures.scores(study, rank, score))
    _say(word, texts, "multiples_index")
    for name, frame in _grouped(study, "tiers_").items():
        _say(word, texts, f"tiers_{name}")
        title = _title(f"tiers_{name}", word)
        word.picture(title, word_figures.tiers_by_group(study, frame))
        heads = [
            _group(name, word),
            *(ordinal(int(str(head).removeprefix("tier_"))).of(word.language) for head in frame.columns[2:]),
            TOTAL.of(word.language),
        ]
        rows = [
            [str(row[0]), *_blank(row[2:]), str(row[1])] for row in frame.itertuples(index=False, name=None)
        ]
        sums = frame.iloc[:, 2:].sum()
        rows.append([TOTAL.of(word.language), *_blank(sums.tolist()), str(int(sums.sum()))])
        word.table(title, heads, rows)


def _changes(word: Word, study: Study, texts: Mapping[str, str]) -> None:
    if "history" not in study.tables:
        return
    word.heading(CHANGES)
    years = _grouped(study, "distribution_", "_years")
    _say(word, texts, "changes", "names_entry")
    for name in years:
        _say(word, texts, f"entry_{name}")
    _say(word, texts, "names_exit", "furthest")
    for name, frame in years.items():
        _say(word, texts, f"years_{name}")
        now, then = (frame.iloc[:, at].astype(int) for at in (1, 2))
        rows = [
            [str(group), str(new), str(old), f"{new - old:+d}" if new != old else "0"]
            for group, new, old in zip(frame.iloc[:, 0], now, then, strict=True)
        ]
        total = int(now.sum() - then.sum())
        rows.append(
            [TOTAL.of(word.language), str(now.sum()), str(then.sum()), f"{total:+d}" if total else "0"]
        )
        declared = table_of(f"distribution_{name}_years").resolve([*map(str, frame.columns)])
        heads = [
            _group(name, word),
            *(column.title.of(word.language) for column in declared[1:]),
            CHANGE.of(word.language),
        ]
        word.table(_title(f"distribution_{name}_years", word), heads, rows)
    _say(word, texts, *(name for name in texts if name.startswith("streak_")))
    _streaks(word, study)


def _streaks(word: Word, study: Study) -> None:
    """Add for each tier a table of its units: rank, and a mark for each streak."""
    frame = study.tables["history"]
    marks = [name for name in frame.columns if str(name).startswith("streak_")]
    if not marks:
        return
    tiers = study.tiers.tiers[study.tiers.selected]
    declared = table_of("history")
    heads = [UNIT.of(word.language), RANK.title.of(word.language)]
    heads += [declared.column(str(name)).title.of(word.language) for name in marks]
    for tier in range(1, study.tiers.count + 1):
        own = frame[tiers == tier]
        if not (own[marks] == 1).any(axis=None):
            continue
        rows = [
            [
                str(row[0]),
                f"{row[1]:g}",
                *(MARK if mark == 1 else "?" if mark != 0 else "" for mark in row[2:]),
            ]
            for row in own[["name", frame.columns[2], *marks]]
            .astype(object)
            .fillna(-1)
            .itertuples(index=False, name=None)
        ]
        word.table(STREAKS.of(word.language).format(ordinal(tier).of(word.language)), heads, rows)


def _method(word: Word, study: Study, texts: Mapping[str, str]) -> None:
    word.heading(METHOD, annex=_annex(word, 1))
    for name in ("weights", "methods", "delphi"):
        _as_shown(word, study, name)
    means = [name for name in texts if name.startswith("multiples_") and name != "multiples_index"]
    if means:
        word.heading(MEANS, annex=_annex(word, 2))
        _say(word, texts, *means)


def _robustness(word: Word, study: Study) -> None:
    word.heading(ROBUST, annex=_annex(word, 3 if study.tiers.count > 1 else 2))
    for answer in answers(study):
        word.document.add_heading(answer.question, 2)
        word.paragraph("".join(answer.sentences) if word.language == "zh" else " ".join(answer.sentences))
    _as_shown(word, study, "cuts")


def _annex(word: Word, number: int) -> str:
    mark = "一二三"[number - 1] if word.language == "zh" else "ABC"[number - 1]
    return ANNEX.of(word.language).format(mark)


def _as_shown(word: Word, study: Study, name: str) -> None:
    """Add a table as the page shows it, as many of its columns as a page is wide."""
    if name not in study.tables:
        return
    made = presented(name, study.tables[name], names_of(study), word.language, page=True)
    cells = made.cells()
    shapes = made.formats(cells)
    texts = [
        ["" if cell is None else shown(cell, shape) for cell, shape in zip(own, formats, strict=True)]
        for own, formats in zip(cells, shapes, strict=True)
    ]
    kept = [at for at, own in enumerate(texts) if any(own)][:MOST_COLUMNS]
    heads = made.headings(word.language)
    rows = [*zip(*(texts[at] for at in kept), strict=True)]
    word.table(table_of(name).title.of(word.language), [heads[at] for at in kept], rows)


def _pdf(path: Path) -> Path:
    office = which("soffice") or which("libreoffice")
    made = path.with_suffix(".pdf")
    if office is None:
        raise TierwiseError(problem("R112", str(made)))
    with tempfile.TemporaryDirectory() as profile:
        command = [office, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", profile, str(path)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
            made.write_bytes((Path(profile) / made.name).read_bytes())
        except (OSError, subprocess.SubprocessError):
            raise TierwiseError(problem("R112", str(made))) from None
    return made
