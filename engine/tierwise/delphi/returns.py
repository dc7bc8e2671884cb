"""The sheets that say what came back: Returns, Return problems, Comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from tierwise.cleaning.reading import read_tables
from tierwise.delphi.collected import Collected
from tierwise.delphi.measures import ALIKE
from tierwise.delphi.rating import judgement
from tierwise.delphi.returned import Returned
from tierwise.inputs.sheet import Cell, text
from tierwise.words.language import JOIN, Language, Text
from tierwise.words.result_sheets import COMMENTS, RETURN_PROBLEMS, RETURNS

COLUMNS: Final = (
    Text("file", "文件"), Text("code", "编号"), Text("expert", "专家"), Text("status", "状态"),
    Text("answered", "已答"), Text("blank", "未答"), Text("not taken", "未采用"),
    Text("out of scale", "超出量表"),
    Text("sums off", "合计不符"), Text("one score throughout", "全部同分"),
    Text("distance to the panel", "与专家组的距离"),
    Text("far from the panel", "偏离专家组"), Text("likeness", "相同率"), Text("most like", "最相近问卷"),
    Text("near-duplicate", "疑似雷同"), Text("Ca", "判断依据Ca"), Text("Cs", "熟悉程度Cs"),
    Text("Cr", "权威系数Cr"),
    Text("blank cells", "未答单元格"),
)  # fmt: skip
SUMMARY: Final = (
    Text("round", "轮次"), Text("sent", "发出"), Text("returned", "回收"), Text("taken", "采用"),
    Text("return rate (active coefficient)", "回收率（积极系数）"), Text("mean Cr", "平均权威系数"),
    Text("problems", "问题数"),
)  # fmt: skip
STATUS: Final = {
    "taken": Text("taken", "采用"), "aside": Text("set aside", "未采用"), "refused": Text("refused", "拒收"),
    "absent": Text("not returned", "未回收"),
}  # fmt: skip
YES: Final = Text("yes", "是")


def returns_sheets(collected: Collected) -> Mapping[str, list[list[Cell]]]:
    """Return the three sheets by name."""
    language = collected.book.language
    comments: list[list[Cell]] = [["code", "comment"] if language == "en" else ["指标", "意见"]]
    remarks = [
        (key, note) for form in (*collected.taken, *collected.aside) for key, note in form.comments.items()
    ]
    return {
        RETURNS[language]: _returns(collected, language),
        RETURN_PROBLEMS[language]: _problems(collected, language),
        COMMENTS[language]: [
            *comments,
            *(list[Cell]((key, note)) for key, note in sorted(remarks)),
        ],  # no names
    }


def _returns(collected: Collected, language: Language) -> list[list[Cell]]:
    """Return the sheet Returns: one row a form, then the round's figures."""
    rows: list[list[Cell]] = [[word.of(language) for word in COLUMNS]]
    asked = len(collected.questions)
    for at, form in enumerate(collected.taken):
        rows.append(
            [
                *_form(form, "taken", asked, language),
                *_measured(collected, at, language),
                *_rated(form, language),
            ]
        )
    gap: list[Cell] = [None] * 6
    rows += [
        [*_form(form, "aside", asked, language), *gap, *_rated(form, language)] for form in collected.aside
    ]
    rows += [[file, None, None, STATUS["refused"].of(language)] for file in collected.refused]
    absent = STATUS["absent"].of(language)
    rows += [[None, who.code, who.label, absent] for who in collected.absent]
    ratings = [(ca + cs) / 2 for ca, cs in collected.authority if ca is not None and cs is not None]
    figures: list[Cell] = [
        float(collected.round), collected.sent, collected.returned, len(collected.taken),
        collected.returned / collected.sent if collected.sent else None,
        float(np.mean(ratings)) if ratings else None, len(collected.problems),
    ]  # fmt: skip
    rows += [[], *([word.of(language), figure] for word, figure in zip(SUMMARY, figures, strict=True))]
    return rows


def _form(form: Returned, status: str, asked: int, language: Language) -> list[Cell]:
    return [
        form.file, form.who.code, form.who.label, STATUS[status].of(language), len(form.answers),
        asked - len(form.answers), len(form.untaken), form.counts.get("E208", 0), form.counts.get("E213", 0),
    ]  # fmt: skip


def _measured(collected: Collected, at: int, language: Language) -> list[Cell]:
    measures = collected.measures
    likeness = float(measures.likeness[at])
    yes = YES.of(language)
    return [
        yes if measures.uniform[at] else None,
        None if np.isnan(measures.distance[at]) else float(measures.distance[at]),
        yes if measures.far[at] else None,
        None if np.isnan(likeness) else likeness,
        collected.taken[measures.twin[at]].file if measures.twin[at] >= 0 else None,
        yes if likeness >= ALIKE else None,
    ]


def _rated(form: Returned, language: Language) -> list[Cell]:
    ca, cs = judgement(form.rating), form.rating.get("familiarity")
    cr = None if ca is None or cs is None else (ca + cs) / 2
    return [ca, cs, cr, JOIN[language].join(place.partition("!")[2] for place in form.blanks)]


def _problems(collected: Collected, language: Language) -> list[list[Cell]]:
    """Return the sheet of problems; all answers of forms set aside stand there too."""
    headings = (
        ("code", "place", "what", "what to do") if language == "en" else ("代码", "位置", "问题", "处理办法")
    )
    rows: list[list[Cell]] = [[*headings]]
    rows += [
        [one.code, one.where(language), one.text(language), one.fix(language)] for one in collected.problems
    ]
    status = STATUS["aside"].of(language)
    rows += [
        [status, form.places.get(key, form.file), key, value]
        for form in collected.aside
        for key, value in form.answers.items()
    ]
    return rows


class Listed(NamedTuple):
    """What the sheet Returns of a book tells of its last round."""

    round: int | None = None
    codes: Mapping[str, str] = {}  # by the experts' labels
    status: Mapping[str, str] = {}  # one of STATUS, by the same


def read_returns(path: Path) -> Listed:
    """Return what the sheet Returns of a book holds, nothing where there is none.

    Raises :class:`TierwiseError` as the reader of tables.
    """
    tables, _ = read_tables(path)
    rows = next((one.cells for one in tables if one.name in RETURNS.values()), ())
    code, expert, state = (_column(rows, word) for word in ("code", "expert", "status"))
    if code is None or expert is None or state is None:
        return Listed()
    words = {word: key for key, words in STATUS.items() for word in words}
    codes, status = {}, {}
    number = None
    for row in rows[1:]:
        label = text(row[expert])
        if label and text(row[state]) in words:
            codes[label], status[label] = text(row[code]), words[text(row[state])]
        elif text(row[0]) in SUMMARY[0] and isinstance(row[1], (int, float)):
            number = int(row[1])
    return Listed(number, {label: own for label, own in codes.items() if own}, status)


def _column(rows: Sequence[Sequence[Cell]], word: str) -> int | None:
    """Return the column of a heading of the sheet Returns, in either language."""
    words = next(one for one in COLUMNS if one.en == word)
    return next((at for at, cell in enumerate(rows[0] if rows else ()) if text(cell) in words), None)
