"""Settings of the whole suite: the opt-in mark, and hosts that must be there in CI."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

import tierwise as tw
from tierwise.errors import Problem
from tierwise.words.messages import catalogue

settings.register_profile("quick", max_examples=25, deadline=None, derandomize=True)
settings.register_profile(
    "long", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "mutation",  # see tests/mutation.py: the first failure is enough
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("TIERWISE_HYPOTHESIS", "quick"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests marked long")
    parser.addoption("--every-code", action="store_true", help="fail when some problem is raised by no test")
    parser.addoption(
        "--rewrite-golden", action="store_true", help="write the golden tables anew, to be reviewed"
    )


RAISED: set[str] = set()  # codes of all problems that the tests of this process made


def pytest_configure(config: pytest.Config) -> None:
    """Note the code of every problem that is made."""
    if not config.getoption("--every-code"):
        return
    made = Problem.__init__

    def noted(self: Problem, code: str, *given: Any, **named: Any) -> None:
        RAISED.add(code)
        made(self, code, *given, **named)

    Problem.__init__ = noted  # type: ignore[method-assign]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail when a code of the catalogue was in no problem: asked of a whole run in one process."""
    if session.config.getoption("--every-code") and (left := sorted({*catalogue()} - RAISED)):
        print(f"\nno test raises {', '.join(left)}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    opted_out = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=opted_out)
    items[:] = [item for item in items if item not in opted_out]


@pytest.fixture(scope="session")
def tai() -> tw.Scenario:
    return tw.load("technology-achievement")


@pytest.fixture(scope="session")
def counties() -> tw.Scenario:
    return tw.load("industrial-counties-2019")
