"""changes_why and changes_why_indicators: the move of every unit divided among what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tierwise.sentences.why import FACTORS as WORDS
from tierwise.sentences.why import moved
from tierwise.study.why import Why
from tierwise.tables.columns import MOVE, UNIT_CODE, UNIT_NAME
from tierwise.tables.table import Table
from tierwise.whatif.why import FACTORS
from tierwise.words.columns import Column
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

PLACES: Final = "+0.0;-0.0;0"


def why_frame(found: Why, language: Language, years: tuple[int, int] | None = None) -> pd.DataFrame:
    """Return ``changes_why``: one row a unit on both lists, by its present rank."""
    frame = found.to_frame()
    if years is not None:
        frame.insert(2, "year_from", years[0])
        frame.insert(3, "year_to", years[1])
    sentences = [sentence(found, unit).of(language) for unit in found.order.tolist()]
    frame.insert(list(frame.columns).index("score_from"), "sentence", sentences)
    return frame


def sentence(found: Why, unit: int) -> Text:
    """Return why a unit moved, in words."""
    before, after = found.shares.ranks[:, unit].tolist()
    parts = dict(zip(found.factors, found.shares.rank_shares[:, unit].tolist(), strict=True))
    return moved(found.names[unit], (before, after), parts, found.own(unit))


def _why(study: Study) -> pd.DataFrame | None:
    moves = study.moves
    return None if moves is None else why_frame(moves.why, study.scenario.language, moves.years)


def _by_indicator(study: Study) -> pd.DataFrame | None:
    return None if study.moves is None else study.moves.why.by_indicator()


def _factor(name: str) -> Column:
    text = WORDS[name]
    meaning = Text(f"places that {text.en} bring", f"{text.zh}带来的位次变化")
    title = Text(text.en[0].upper() + text.en[1:], text.zh)
    return Column(name, title, meaning, PLACES, optional=name not in ("own", "others"))


def _score_factor(name: str) -> Column:
    text = WORDS[name]
    title = Text(f"Score: {text.en}", f"得分：{text.zh}")
    meaning = Text(f"what {text.en} add to the score", f"{text.zh}带来的得分变化")
    return Column(f"score_{name}", title, meaning, "size", optional=True)


CHANGES_WHY: Final = Table(
    name="changes_why",
    title=Text("Why ranks changed", "位次变动原因"),
    note=Text(
        "Places gained (+) or lost between two lists, divided exactly among what changed (Shapley values)",
        "两期之间的位次升降按变动因素精确分解（Shapley值），各项之和等于升降位次",
    ),
    row=Text("a unit on both lists", "一个两期均在榜的单位"),
    section="groups",
    place=12.5,
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        Column(
            "year_from", Text("From", "上期年份"), Text("year of the list before", "上期年份"), optional=True
        ),
        Column("year_to", Text("To", "本期年份"), Text("year of the list after", "本期年份"), optional=True),
        Column("rank_from", Text("Rank before", "上期名次"), Text("rank before", "上期名次")),
        Column("rank_to", Text("Rank after", "本期名次"), Text("rank after", "本期名次")),
        MOVE,
        *(_factor(name) for name in FACTORS),
        Column("sentence", Text("In words", "说明"), Text("the move in words", "文字说明")),
        Column("score_from", Text("Score before", "上期得分"), Text("score before", "上期得分"), "score"),
        Column("score_to", Text("Score after", "本期得分"), Text("score after", "本期得分"), "score"),
        *(_score_factor(name) for name in FACTORS),
    ),
    make=_why,
    figures=("waterfalls",),
    needs=("moves",),
)

CHANGES_WHY_INDICATORS: Final = Table(
    name="changes_why_indicators",
    title=Text("Why by indicator", "位次变动的指标因素"),
    note=Text(
        "Places that each indicator's change brings, of those by own figures",
        "自身指标带来的位次变化中各指标所占部分",
    ),
    row=Text("a unit on both lists", "一个两期均在榜的单位"),
    section="groups",
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        Column(
            "nodes",
            meaning=Text("a column for each indicator that changed", "每个有变化的指标一列"),
            format=PLACES,
            names="node",
        ),
    ),
    make=_by_indicator,
    needs=("moves",),
)

TABLES: Final = (CHANGES_WHY, CHANGES_WHY_INDICATORS)
