"""report.html: one self-contained page with the answers, the facts, the charts and the first tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tierwise.report.answers import Answer
from tierwise.report.chart_parts import TIER_COLOURS
from tierwise.report.draw_notes import said_of_draws
from tierwise.report.figures import FIGURES
from tierwise.report.presented import names_of, presented
from tierwise.report.workbook import records
from tierwise.sensitivities.methods import METHODS
from tierwise.words.formats import formats, shown
from tierwise.words.headings import COLUMNS, heading, sheet_name
from tierwise.words.notes import note

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study
    from tierwise.words.language import Language

SHOWN: Final = (
    "ranking",
    "doubts",
    "robustness",
    "cuts",
    "swing",
    "sensitivity",
    "delphi_leave_one_out",
    "audit_leave_one_out",
    "scenarios",
    "tiers_profile",
    "tiers_*",
    "distribution_*",
    "changes",
    "history",
    "weights",
    "delphi",
    "concordance",
    "audit_importance",
    "audit_flags",
)
OF_TIERS: Final = frozenset({"tiers_quality", "tiers_stability", "tiers_dendrogram"})  # no tables by group
MOST_ROWS: Final = 200
LIGHT: Final = (TIER_COLOURS[2], TIER_COLOURS[3], TIER_COLOURS[6])  # black letters can be read on them

# Columns that the page leaves to the workbook.
OF_MISSING: Final = ("missing", "largest_share")
LEFT_OUT: Final = frozenset({"rank_mean", "rank_median", "rank_min", "rank_max", "score_low", "score_high"})


def write_page(path: Path, study: Study, lines: list[tuple[str, object]], answers: list[Answer]) -> None:
    """Write the report page."""
    from jinja2 import Environment

    source = files("tierwise.report").joinpath("page.html.j2").read_text(encoding="utf-8")
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(source)
    language = study.scenario.language
    page = template.render(
        title=study.scenario.title,
        language=language,
        lines=lines,
        answers=answers,
        sections=sections(study),
        labels=_labels(language),
    )
    path.write_text(page, encoding="utf-8")


def sections(study: Study) -> list[dict[str, object]]:
    """Return what the page shows of each table: title, note, figures, headings and cells."""
    language, names = study.scenario.language, names_of(study)
    made: list[dict[str, object]] = []
    for name in shown_tables(study.tables):
        frame = study.tables[name]
        if not len(frame):
            continue
        chosen = presented(name, VIEWS.get(name, _whole)(frame), names, language)
        if not len(chosen):
            continue
        if {"code", "name"} <= {*chosen.columns}:
            alike = chosen.drop_duplicates(["code", "name"])["name"].duplicated().any()
            chosen = chosen if alike else chosen.drop(columns="code")
        figures = [draw(study) for draw in FIGURES.get(name, ())]
        made.append(
            {
                "name": name,
                "title": sheet_name(name, language),
                "note": note(name, language, said_of_draws(study.robustness, language)),
                "figures": [figure for figure in figures if figure],
                "headings": [_heading(str(column), language) for column in chosen.columns],
                "right": [_is_number(chosen[column]) for column in chosen.columns],
                "rows": shown_rows(chosen.head(MOST_ROWS)),
                "left_out": max(0, len(chosen) - MOST_ROWS),
            }
        )
    return made


def shown_tables(tables: Iterable[str]) -> list[str]:
    """Return the tables of the page in its order; a pattern stands for the tables by group."""
    known = [*tables]
    listed = {name for name in SHOWN if "*" not in name} | OF_TIERS
    found: list[str] = []
    for name in SHOWN:
        start = name.removesuffix("*")
        found += [
            one
            for one in known
            if one == name or (start != name and one.startswith(start) and one not in listed)
        ]
    return found


def shown_rows(frame: pd.DataFrame) -> list[list[tuple[str, str]]]:
    """Return the cells of a frame as a reader wants them, each with its style: tiers in their colours."""
    names = [str(column) for column in frame.columns]
    columns = [*zip(*records(frame), strict=True)] or [()] * len(names)
    shapes = formats(dict(zip(names, columns, strict=True)))
    cells = [
        [(shown(value, shape), _style(name, value)) for value, shape in zip(column, own, strict=True)]
        for name, column, own in zip(names, columns, shapes, strict=True)
    ]
    return [list(row) for row in zip(*cells, strict=True)]


def _style(column: str, value: object) -> str:
    if not isinstance(value, (int, float)):
        return ""
    if column == "tier":
        colour = TIER_COLOURS[(int(value) - 1) % len(TIER_COLOURS)]
        return f"background:{colour};color:{'#000' if colour in LIGHT else '#fff'}"
    if column.startswith("p_") and column not in {"p_chi2", "p_permutation"}:
        return f"background:linear-gradient(90deg,#d6eaf8 {100 * value:.0f}%,#fff 0)"
    return ""


def _is_number(column: pd.Series[Any]) -> bool:
    return not any(isinstance(value, str) for value in column)


def _heading(column: str, language: Language) -> str:
    """Return a heading; ``mean:2`` is that of tier 2 in a view that has a column for each."""
    name, _, tier = column.partition(":")
    if not tier or name not in COLUMNS:
        return heading(column, language)
    return f"{heading(f'tier_{tier}', language)}{_BETWEEN[language]}{heading(name, language)}"


_BETWEEN: Final[Mapping[str, str]] = {"en": ": ", "zh": ""}


def _ranking(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the ranking without the columns of what is missing, where nothing is."""
    return _whole(frame) if frame["missing"].any() else _whole(frame).drop(columns=[*OF_MISSING])


def _robustness(frame: pd.DataFrame) -> pd.DataFrame:
    return _whole(frame).drop(columns=[*OF_MISSING])


def _whole(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns=[column for column in frame.columns if column in LEFT_OUT])


def _profile(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a row a figure, with a column of means, then of ratios to the next tier, for each tier."""
    import pandas as pd

    made = pd.DataFrame({"figure": [*dict.fromkeys(frame["figure"])]})
    for measure in ("mean", "ratio_to_next"):
        table = frame.pivot(index="figure", columns="tier", values=measure).loc[made["figure"]]
        for tier in table.columns:
            if table[tier].notna().any():
                made[f"{measure}:{tier}"] = table[tier].to_numpy()
    return made


def _first_kind(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the first kind of inputs for outputs that vary, without what all rows say."""
    measure = METHODS[str(frame["method"].iloc[0])].leading
    own: pd.DataFrame = frame[(frame["kind"] == frame["kind"].iloc[0]) & frame[measure].notna()]
    said = own["note"].astype(bool).any()
    return own.drop(columns=["kind", "method"] if said else ["kind", "method", "note"])


def _by_a_quarter(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the weights changed by a share of themselves, those that move ranks most on top."""
    own = frame[frame["change"].str.contains("%", regex=False)]
    most = own.groupby("code")["rank_shift_mean"].transform("max")
    ordered = own.assign(most=-most).sort_values(["most", "code"], kind="stable")
    return ordered.drop(columns="most")


def _most_telling(frame: pd.DataFrame) -> pd.DataFrame:
    """Return experts or nodes by what their absence changes."""
    measure = [name for name in ("units_changing_tier", "rank_shift_mean") if name in frame]
    return frame.sort_values(measure, ascending=False, kind="stable")


VIEWS: Final[Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "ranking": _ranking,
    "robustness": _robustness,
    "tiers_profile": _profile,
    "sensitivity": _first_kind,
    "swing": _by_a_quarter,
    "delphi_leave_one_out": _most_telling,
    "audit_leave_one_out": _most_telling,
}


def _labels(language: Language) -> dict[str, str]:
    if language == "zh":
        return {
            "left_out": "其余 {} 行见 results.xlsx 与 tables 文件夹",
            "foot": "由 tierwise 生成；数值可由 run.json 中的种子与版本重现",
            "answers": "发布前的几个问题",
            "facts": "数据与方法",
            "more": "详见",
        }
    return {
        "left_out": "{} more rows stand in results.xlsx and the folder tables",
        "foot": "Made by tierwise; the numbers repeat with the seed and versions in run.json",
        "answers": "Questions before publication",
        "facts": "Data and method",
        "more": "more",
    }
