"""Where the lists of the printed report's contents begin."""

from hypothesis import given
from hypothesis import strategies as st

from tierwise.report.word_contents import HEADING_LINES, LEAST_LINES, PAGE_LINES, new_pages


@given(st.lists(st.integers(1, 150), max_size=3))
def test_no_list_begins_in_the_last_lines_of_a_page(lines: list[int]) -> None:
    page: list[str] = []  # the lines of the page that is written, one by one
    for own, starts in zip(lines, new_pages(lines), strict=True):
        room = PAGE_LINES - len(page)
        if starts:
            assert 0 < room < LEAST_LINES
            assert room < HEADING_LINES + own
            page = []
        elif page and room:
            assert room >= min(LEAST_LINES, HEADING_LINES + own)
        for line in ["heading"] * HEADING_LINES + ["entry"] * own:
            if len(page) == PAGE_LINES:
                page = []
            page.append(line)


def test_short_lists_share_a_page() -> None:
    assert new_pages([12, 14, 9]) == [False, False, False]


def test_a_list_goes_on_to_the_next_page_rather_than_begin_at_an_end() -> None:
    assert new_pages([PAGE_LINES - HEADING_LINES - 4, 20]) == [False, True]
