"""No input crashes a host: whatever the cells hold, the answer is a rectangle of cells or a named problem."""

from datetime import timedelta
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.errors import TierwiseError
from tierwise.words.messages import catalogue
from tierwise_addin import answer, call, cell_kinds, session
from tierwise_addin.catalogue import functions
from tierwise_addin.cell_kinds import ErrorValue

CELLS = st.one_of(
    st.none(),
    st.just(""),
    st.floats(-1e6, 1e6).map(lambda number: round(number, 6)),
    st.integers(-3, 12).map(float),
    st.sampled_from([float("nan"), float("inf"), float("-inf"), 1e15, -1e-15]),
    st.booleans(),
    st.text(max_size=4),
    st.sampled_from(["江苏", "ward", "min", "code", "a", "auto", "geometric"]),
    st.sampled_from([*cell_kinds.EXCEL_ERRORS]),
)
NUMBERS = st.one_of(st.integers(0, 9).map(float), st.floats(0.1, 9), st.none())


def tables(cells):
    sizes = st.tuples(st.integers(1, 7), st.integers(1, 4))
    return sizes.flatmap(
        lambda size: st.lists(
            st.lists(cells, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
        )
    )


ARGUMENTS = st.one_of(CELLS, tables(CELLS), tables(NUMBERS))
FEWER_DRAWS = 50.0


@pytest.mark.parametrize("name", functions())
@given(data=st.data())
@settings(max_examples=30, deadline=timedelta(seconds=20))
def test_any_cells_at_all(name, data):
    function = functions()[name]
    given_cells = [data.draw(ARGUMENTS) for _ in function.arguments]
    names = [argument.name for argument in function.arguments]
    if "draws" in names:
        given_cells[names.index("draws")] = FEWER_DRAWS
    session.forget()
    rows = answer(name, *given_cells)
    assert len({len(row) for row in rows}) <= 1
    for row in rows:
        for cell in row:
            assert cell is None or isinstance(cell, (str, ErrorValue)) or isfinite(cell)
    told = session.last_error("en")
    if rows == [[ErrorValue.VALUE]]:
        assert told.startswith(f"{name}: ")
        assert not told.startswith(f"{name}: C015"), told
        assert session.last_error("zh")


@given(cells=tables(NUMBERS))
def test_every_problem_has_a_code_and_both_texts(cells):
    for name in ("IDX_SCORE", "IDX_AHP_WEIGHTS", "IDX_DELPHI_WEIGHTS"):
        try:
            call(name, cells)
        except TierwiseError as error:
            for problem in error.problems:
                assert problem.code in catalogue()
                assert problem.line("en")
                assert problem.line("zh")
