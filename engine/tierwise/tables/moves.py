"""moves: how sure each move since an earlier year is, both years under the same draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tierwise.study.moves import moves
from tierwise.tables.columns import MOVE, UNIT_CODE, UNIT_NAME
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study


def _moves(study: Study) -> pd.DataFrame | None:
    """Return how units moved since the earlier year, under the draws of the run."""
    series = study.series
    if series is None or series.last is None or not study.robustness.complete:
        return None
    draws = study.robustness.draws + study.robustness.failed
    return moves(series, draws=draws).to_frame()


MOVES: Final = Table(
    name="moves",
    title=Text("Moves", "位次变动的把握"),
    note=Text(
        "Moves since the earlier year, and how sure they are: both years ranked under the same draws",
        "两年之间的位次变动及其把握：两年采用同一组权重抽样分别排名",
    ),
    row=Text("a unit that is ranked in both years", "两年均参评的一个单位"),
    section="years",
    place=12.5,
    of_draws=True,
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        Column(
            "year_from", Text("From", "起始年"), Text("the earlier year", "较早的一年"), "0", on_page=False
        ),
        Column("year_to", Text("To", "末年"), Text("the later year", "较晚的一年"), "0", on_page=False),
        Column(
            "rank_from",
            Text("Rank then", "前一年名次"),
            Text("computed rank of the earlier year", "较早一年的计算名次"),
        ),
        Column(
            "rank_to",
            Text("Rank now", "本年名次"),
            Text("computed rank of the later year", "较晚一年的计算名次"),
        ),
        MOVE,
        Column(
            "move_mean",
            Text("Mean in the draws", "抽样平均升降"),
            Text("mean of the places gained over the draws", "各次抽样中升降位次的平均"),
            "+0.0;-0.0;0.0",
        ),
        Column(
            "p_rise",
            Text("P(rose)", "上升概率"),
            Text("share of draws with a better rank", "名次上升的抽样占比"),
            "share",
            "shade",
        ),
        Column(
            "p_fall",
            Text("P(fell)", "下降概率"),
            Text("share of draws with a worse rank", "名次下降的抽样占比"),
            "share",
            "shade",
        ),
        Column(
            "p_enter",
            Text("P(came in)", "新进概率"),
            Text("share of draws in which it comes into the list", "由榜外进入榜单的抽样占比"),
            "share",
            optional=True,
        ),
        Column(
            "p_exit",
            Text("P(went out)", "退出概率"),
            Text("share of draws in which it falls out of the list", "由榜内退出榜单的抽样占比"),
            "share",
            optional=True,
        ),
        Column(
            "tier_from",
            Text("Tier then", "前一年梯队"),
            Text("tier of the earlier year", "较早一年的梯队"),
            look="tier",
            optional=True,
        ),
        Column(
            "tier_to",
            Text("Tier now", "本年梯队"),
            Text("tier of the later year", "较晚一年的梯队"),
            look="tier",
            optional=True,
        ),
        Column(
            "p_tier_up",
            Text("P(higher tier)", "梯队上升概率"),
            Text(
                "share of draws with a higher tier, or from outside into one",
                "进入更高梯队（含由榜外入榜）的抽样占比",
            ),
            "share",
            optional=True,
        ),
        Column(
            "p_tier_down",
            Text("P(lower tier)", "梯队下降概率"),
            Text(
                "share of draws with a lower tier, or out of the list", "落入更低梯队（含退出榜单）的抽样占比"
            ),
            "share",
            optional=True,
        ),
        Column(
            "verdict",
            Text("In words", "判断"),
            Text(
                "rose, fell or stayed in the share of draws that [uncertainty] interval asks for; else open",
                "上升、下降或持平的抽样占比达到 [uncertainty] interval 者给出结论，否则为难以断定",
            ),
            words={
                "rose": Text("rose", "确有上升"),
                "fell": Text("fell", "确有下降"),
                "stayed": Text("stayed", "保持不变"),
                "open": Text("within the noise of the weights", "权重误差之内，难以断定"),
            },
        ),
    ),
    make=_moves,
)

TABLES: Final = (MOVES,)
