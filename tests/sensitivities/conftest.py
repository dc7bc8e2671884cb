"""Functions of independent uniforms whose sensitivity is known, and bundled scenarios to ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tierwise as tw
from tierwise.arrays import FloatArray, IntArray
from tierwise.draws import parts
from tierwise.draws.models_fitted import Dirichlet
from tierwise.sensitivities.designs import Design
from tierwise.spec import Spec


def run(design: Design, function: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Outputs of a function on a design, in blocks."""
    parts = [
        function(design.take(design.base, start, min(start + 1000, len(design))))
        for start in range(0, len(design), 1000)
    ]
    return np.concatenate(parts)


def ishigami(u: FloatArray) -> FloatArray:
    """Ishigami and Homma 1990, a = 7, b = 0.1."""
    x = (2 * u - 1) * np.pi
    return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


def ishigami_indices() -> tuple[FloatArray, FloatArray, float]:
    """First and total indices and the pair (0, 2): Saltelli and others 2008, Global Sensitivity Analysis."""
    a, b, pi = 7.0, 0.1, np.pi
    one, two, pair = 0.5 * (1 + b * pi**4 / 5) ** 2, a**2 / 8, 8 * b**2 * pi**8 / 225
    variance = one + two + pair
    first = np.array([one, two, 0.0]) / variance
    total = np.array([one + pair, two, pair]) / variance
    return first, total, pair / variance


COEFFICIENTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def g_function(u: FloatArray) -> FloatArray:
    """Sobol' g-function with the coefficients of Saltelli and Sobol' 1995."""
    return np.asarray(np.prod((np.abs(4 * u - 2) + COEFFICIENTS) / (1 + COEFFICIENTS), axis=1))


def g_indices() -> tuple[FloatArray, FloatArray]:
    """First and total indices of the g-function: V_i = 1 / 3 (1 + a_i)²."""
    own = 1 / (3 * (1 + COEFFICIENTS) ** 2)
    whole = np.prod(1 + own)
    others = np.array([np.prod(np.delete(1 + own, i)) for i in range(len(own))])
    return own / (whole - 1), own * others / (whole - 1)


def sticks(alpha: FloatArray) -> parts.Part:
    """Return Dirichlet weights as independent Betas, each the share of what the siblings before it left.

    One driver less than Gammas take, but what a single driver does depends on the order of siblings.
    """
    from scipy.special import betaincinv

    rest = alpha.sum() - np.cumsum(alpha)

    def broken(beta: FloatArray) -> FloatArray:
        left = np.cumprod(1.0 - beta, axis=1)
        first = np.column_stack([np.ones(len(beta)), left[:, :-1]]) * beta
        return np.column_stack([first, left[:, -1]])

    return parts.Part(
        len(alpha) - 1,
        lambda uniform: np.asarray(betaincinv(alpha[:-1], rest[:-1], parts.inside(uniform))),
        broken,
    )


class BySticks(Dirichlet):
    """The same model from other drivers, which the indices of groups must not notice."""

    def group_part(self, group: IntArray) -> parts.Part:
        return sticks(self.alpha[group])


class Asked:
    """An index and what is asked of it."""

    def __init__(self, scenario: tw.Scenario, **sections: Any) -> None:
        written = scenario.spec.model_dump(exclude_unset=True)
        written.pop("sensitivity", None)
        merged = {
            **written,
            **{key: {**(written.get(key) or {}), **given} for key, given in sections.items()},
        }
        self.spec = Spec.of(**{key: value for key, value in merged.items() if key in Spec.model_fields})
        self.experts = scenario.experts
        self.index = tw.index(scenario.panel, scenario.framework, self.spec, scenario.experts)
        self.tiers = tw.tiers(self.index, self.spec)

    def answer(self, experts: tw.Experts | None = None) -> tw.Sensitivity:
        return tw.sensitivity(self.index, self.tiers, self.spec, experts or self.experts)

    def codes(self, experts: tw.Experts | None = None) -> list[tuple[str, str]]:
        with pytest.raises(tw.TierwiseError) as caught:
            self.answer(experts)
        for found in caught.value.problems:
            assert found.line("en")
            assert found.line("zh")
        return [(found.code, found.place) for found in caught.value.problems]


def asked(scenario: tw.Scenario, **settings: Any) -> Asked:
    return Asked(scenario, sensitivity={"samples": 64, "outputs": ["rank_shift", "cut:2"], **settings})
