"""Settings of the whole suite: the opt-in mark, and hosts that must be there in CI."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

import tierwise as tw

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

if os.environ.get("NUMBA_DISABLE_JIT") == "1":  # kernels run as Python, which has no such instructions
    import numpy as np

    from tierwise.kernels import compiled_bits

    compiled_bits.ones = lambda word: np.uint64(int(word).bit_count())
    compiled_bits.bits = lambda number: np.float32(number).view(np.int32)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests marked long")
    parser.addoption(
        "--rewrite-golden", action="store_true", help="write the golden tables anew, to be reviewed"
    )


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
