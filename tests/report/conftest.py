"""A browser that opens pages."""

from collections.abc import Iterator

import pytest
from tests.hosts.chromium import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    opened = Browser({})
    yield opened
    opened.close()
