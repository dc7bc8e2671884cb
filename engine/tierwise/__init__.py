"""tierwise: composite indices, ranks and tiers, and how far the experts' weights can move them.

The names below are imported when they are first used, so that ``import tierwise`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tierwise.version import __version__ as __version__

if TYPE_CHECKING:
    from tierwise.errors import Problem as Problem
    from tierwise.errors import TierwiseError as TierwiseError
    from tierwise.inputs import Experts as Experts
    from tierwise.inputs import Framework as Framework
    from tierwise.inputs import History as History
    from tierwise.inputs import Panel as Panel
    from tierwise.spec import Spec as Spec
    from tierwise.stages import Results as Results
    from tierwise.stages import run as run
    from tierwise.study.compare import Comparison as Comparison
    from tierwise.study.compare import compare as compare
    from tierwise.study.exact import Exact as Exact
    from tierwise.study.exact import exact as exact
    from tierwise.study.index import Index as Index
    from tierwise.study.index import index as index
    from tierwise.study.one_at_a_time import sweeps as sweeps
    from tierwise.study.one_at_a_time import swings as swings
    from tierwise.study.reverse import Reverse as Reverse
    from tierwise.study.reverse import reverse as reverse
    from tierwise.study.robustness import Robustness as Robustness
    from tierwise.study.robustness import robustness as robustness
    from tierwise.study.scenario import Scenario as Scenario
    from tierwise.study.scenario import load as load
    from tierwise.study.sensitivity import sensitivity as sensitivity
    from tierwise.study.sensitivity_results import Sensitivity as Sensitivity
    from tierwise.study.tiers import Tiers as Tiers
    from tierwise.study.tiers import tiers as tiers

HOMES = {
    "Comparison": "tierwise.study.compare",
    "Reverse": "tierwise.study.reverse",
    "compare": "tierwise.study.compare",
    "reverse": "tierwise.study.reverse",
    "sweeps": "tierwise.study.one_at_a_time",
    "swings": "tierwise.study.one_at_a_time",
    "Problem": "tierwise.errors",
    "TierwiseError": "tierwise.errors",
    "Index": "tierwise.study.index",
    "index": "tierwise.study.index",
    "Exact": "tierwise.study.exact",
    "exact": "tierwise.study.exact",
    "Robustness": "tierwise.study.robustness",
    "robustness": "tierwise.study.robustness",
    "Scenario": "tierwise.study.scenario",
    "load": "tierwise.study.scenario",
    "Results": "tierwise.stages",
    "run": "tierwise.stages",
    "Sensitivity": "tierwise.study.sensitivity_results",
    "sensitivity": "tierwise.study.sensitivity",
    "Spec": "tierwise.spec",
    "Tiers": "tierwise.study.tiers",
    "tiers": "tierwise.study.tiers",
    "Experts": "tierwise.inputs",
    "Framework": "tierwise.inputs",
    "History": "tierwise.inputs",
    "Panel": "tierwise.inputs",
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
