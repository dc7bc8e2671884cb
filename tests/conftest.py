"""Settings of the whole suite: the opt-in mark, and hosts that must be there in CI."""

import os
import sys
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
os.environ["TIERWISE_CACHE"] = ""  # every test computes

settings.load_profile(os.environ.get("TIERWISE_HYPOTHESIS", "quick"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests marked long")
    parser.addoption(
        "--every-code",
        action="store_true",
        help="fail when some problem of the catalogue is raised by no test of the run",
    )
    parser.addoption(
        "--rewrite-golden", action="store_true", help="write the golden tables anew, to be reviewed"
    )


RAISED: set[str] = set()  # codes of all problems that the packages made in this process


def pytest_configure(config: pytest.Config) -> None:
    """Note the code of every problem that a package makes; one that a test makes itself says nothing."""
    if not config.getoption("--every-code"):
        return
    made = Problem.__init__

    def noted(self: Problem, code: str, *given: Any, **named: Any) -> None:
        frame = sys._getframe(1)  # who made it
        while frame.f_back and frame.f_globals.get("__name__") in ("tierwise.errors", "dataclasses"):
            frame = frame.f_back
        if str(frame.f_globals.get("__name__")).startswith("tierwise"):
            RAISED.add(code)
        made(self, code, *given, **named)

    Problem.__init__ = noted  # type: ignore[method-assign]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a process of ``-n`` noted."""
    RAISED.update(node.workeroutput.get("raised", ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail when a code was in no problem; of other processes only those of ``-n`` are seen."""
    if hasattr(session.config, "workeroutput"):  # this is one of ``-n``
        session.config.workeroutput["raised"] = sorted(RAISED)
        return
    asked = session.config.getoption("--every-code") and not session.config.option.collectonly
    if asked and (left := sorted({*catalogue()} - RAISED)):
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
