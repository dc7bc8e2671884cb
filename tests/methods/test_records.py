"""Units over many lists beside a walk through them, and groups that overlap."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tierwise.methods.groups import first_in_group, group_counts, members, overlapping, rank_bands
from tierwise.methods.records import records

ENTRY = st.one_of(
    st.just((0.0, math.nan)),
    st.just((math.nan, math.nan)),
    st.just((1.0, math.nan)),
    st.integers(1, 9).map(lambda rank: (1.0, float(rank))),
)


@given(st.lists(ENTRY, min_size=1, max_size=8))
def test_a_unit_over_many_lists_is_as_one_reads_them(lists: list[tuple[float, float]]) -> None:
    listed = np.array([[one] for one, _ in lists])
    ranks = np.array([[rank] for _, rank in lists])
    found = records(listed, ranks)
    named = [one == 1.0 for one, _ in lists]
    streak = 0
    while streak < len(lists) and named[-1 - streak]:
        streak += 1
    before = lists[-1 - streak][0] if streak < len(lists) else 0.0
    longest = max(map(len, "".join("x" if one else " " for one in named).split()), default=0)
    assert (int(found.lists[0]), int(found.unknown[0])) == (sum(named), sum(math.isnan(a) for a, _ in lists))
    assert (int(found.streak[0]), int(found.longest[0])) == (streak, longest)
    assert bool(found.more[0]) == math.isnan(before)
    known = [(rank, at) for at, (_, rank) in enumerate(lists) if not math.isnan(rank)]
    if not known:
        assert np.isnan([found.best[0], found.best_at[0], found.worst[0], found.worst_at[0]]).all()
        return
    best, worst = min(rank for rank, _ in known), max(rank for rank, _ in known)
    assert (found.best[0], found.worst[0]) == (best, worst)
    assert found.best_at[0] == max(at for rank, at in known if rank == best)
    assert found.worst_at[0] == max(at for rank, at in known if rank == worst)


def test_a_unit_may_be_of_several_groups() -> None:
    groups = ["长三角；长江经济带", "长江经济带", "", "珠三角", "长 三 角"]
    assert members(groups) == [("长三角", "长江经济带"), ("长江经济带",), (), ("珠三角",), ("长三角",)]
    assert overlapping(groups)
    assert not overlapping(["a", "b", ""])
    counted = group_counts(groups)
    assert dict(zip(counted.rows, counted.totals.tolist(), strict=True)) == {
        "长三角": 2,
        "长江经济带": 2,
        "珠三角": 1,
    }
    assert first_in_group([1, 2, 3, 4, 5], groups).tolist() == [True, False, False, True, False]
    assert first_in_group([3, 1, 2, 4, 5], groups).tolist() == [True, True, False, True, False]
    bands = rank_bands([1, 2, 3, 4, 5], groups, 2)
    assert dict(zip(bands.rows, bands.counts.tolist(), strict=True)) == {
        "长三角": [1, 0, 1],
        "长江经济带": [2, 0, 0],
        "珠三角": [0, 1, 0],
    }
