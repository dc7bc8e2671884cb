"""tierwise: composite indices, ranks and tiers, and how far the experts' weights can move them.

The names below are imported when they are first used, so that ``import tierwise`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierwise.comparison.asking import Reverse as Reverse
    from tierwise.comparison.asking import reverse as reverse
    from tierwise.comparison.one_at_a_time import sweeps as sweeps
    from tierwise.comparison.one_at_a_time import swings as swings
    from tierwise.comparison.scenarios import Comparison as Comparison
    from tierwise.comparison.scenarios import compare as compare
    from tierwise.errors import Problem as Problem
    from tierwise.errors import TierwiseError as TierwiseError
    from tierwise.indexing import Index as Index
    from tierwise.indexing import index as index
    from tierwise.proving import Exact as Exact
    from tierwise.proving import exact as exact
    from tierwise.robust import Robustness as Robustness
    from tierwise.robust import robustness as robustness
    from tierwise.scenario.load import Scenario as Scenario
    from tierwise.scenario.load import load as load
    from tierwise.scenario.run import Results as Results
    from tierwise.scenario.run import run as run
    from tierwise.sensitivities.analyses import sensitivity as sensitivity
    from tierwise.sensitivities.labelled import Sensitivity as Sensitivity
    from tierwise.spec import Spec as Spec
    from tierwise.tiering import Tiers as Tiers
    from tierwise.tiering import tiers as tiers
    from tierwise.values import Experts as Experts
    from tierwise.values import Framework as Framework
    from tierwise.values import History as History
    from tierwise.values import Panel as Panel

__version__ = "0.1.0"

HOMES = {
    "Comparison": "tierwise.comparison.scenarios",
    "Reverse": "tierwise.comparison.asking",
    "compare": "tierwise.comparison.scenarios",
    "reverse": "tierwise.comparison.asking",
    "sweeps": "tierwise.comparison.one_at_a_time",
    "swings": "tierwise.comparison.one_at_a_time",
    "Problem": "tierwise.errors",
    "TierwiseError": "tierwise.errors",
    "Index": "tierwise.indexing",
    "index": "tierwise.indexing",
    "Exact": "tierwise.proving",
    "exact": "tierwise.proving",
    "Robustness": "tierwise.robust",
    "robustness": "tierwise.robust",
    "Scenario": "tierwise.scenario.load",
    "load": "tierwise.scenario.load",
    "Results": "tierwise.scenario.run",
    "run": "tierwise.scenario.run",
    "Sensitivity": "tierwise.sensitivities.labelled",
    "sensitivity": "tierwise.sensitivities.analyses",
    "Spec": "tierwise.spec",
    "Tiers": "tierwise.tiering",
    "tiers": "tierwise.tiering",
    "Experts": "tierwise.values",
    "Framework": "tierwise.values",
    "History": "tierwise.values",
    "Panel": "tierwise.values",
}


def __getattr__(name: str) -> object:
    if name not in HOMES:
        message = f"module 'tierwise' has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *HOMES})
