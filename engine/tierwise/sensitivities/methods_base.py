"""What a method of sensitivity analysis is, and the family in which each is declared (``methods.py``).

The function of a method gets a :class:`~tierwise.sensitivities.measures.Sample` and returns its
:class:`~tierwise.sensitivities.measures.Measures`; its ``design`` says where the model is run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Final

from tierwise.errors import TierwiseError, problem
from tierwise.methods.registry import Family, Method, Setting, settings_in
from tierwise.sensitivities.designs import Design, hypercube
from tierwise.sensitivities.measures import Measures, Sample

Resamples = Annotated[
    int,
    Setting(
        "bootstrap resamples behind the intervals",
        "计算置信区间所用的自助重抽样次数",
        ge=2,
        name=("Resamples of the indices", "敏感性重抽样次数"),
    ),
]
Confidence = Annotated[
    float,
    Setting(
        "confidence of the intervals of the indices",
        "指数区间的置信水平",
        gt=0,
        name=("Confidence of the indices", "敏感性置信水平"),
    ),
]


@dataclass(frozen=True)
class SensitivityMethod(Method):
    """A method, and what is known of it beside its function.

    ``design(owner, samples, seed, **settings)`` is where the model is run, with ``least`` samples or more:
    below these an interval, or the method itself, has no meaning. ``leading`` is the measure by which inputs
    are put in order. ``grouped``: inputs may be groups of drivers. ``reads_draws``: of single weights it
    takes draws as they are, which weights that sum to 1 do not confound. ``dependent``: it has ways of its
    own for weights that depend on each other. ``reads_together``: of single weights that no
    independent numbers make it has measures from draws (:mod:`tierwise.sensitivities.drawn`). ``note``: what
    is to be said of its analyses, by key.
    """

    design: Callable[..., Design] = hypercube
    least: int = 100
    leading: str = ""
    grouped: bool = False
    reads_draws: bool = False
    dependent: bool = False
    reads_together: bool = False
    note: str = ""

    @cached_property
    def settings(self) -> Mapping[str, Setting]:
        """The settings that it takes, of its design and of its measures."""
        return {**settings_in(self.design, 3), **settings_in(self.function, 1)}

    @property
    def takes_together(self) -> bool:
        """Whether it measures single weights that no independent numbers make."""
        return self.reads_draws or self.dependent or self.reads_together

    def refuse_few(self, samples: int) -> None:
        """Raise V003 for too few samples."""
        if samples < self.least:
            raise TierwiseError(
                problem("V003", argument="samples", samples=samples, method=self.name, needed=self.least)
            )

    def measures(self, sample: Sample, **given: Any) -> Measures:
        """Return its measures, given more settings than it may take."""
        taken = settings_in(self.function, 1)
        measured: Measures = self.function(sample, **{key: given[key] for key in taken if key in given})
        return measured


METHODS: Final = Family("sensitivity method", SensitivityMethod)
