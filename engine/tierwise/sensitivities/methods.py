"""The methods of sensitivity analysis, each declared once: where the index is run, and what is measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import TierwiseError, problem
from tierwise.methods.registry import settings_in
from tierwise.sensitivities.delta import delta_indices
from tierwise.sensitivities.designs import (
    GRID_WIDTH,
    HARMONICS,
    LEVELS,
    Crossed,
    Design,
    Listed,
    Paths,
    crossed,
    curves,
    paths,
    trajectories,
)
from tierwise.sensitivities.measures import (
    Measures,
    Sample,
    by_output,
    checked_values,
    shown,
    shown_effects,
)
from tierwise.sensitivities.methods_base import METHODS, Confidence, Resamples
from tierwise.sensitivities.shapley import path_effects
from tierwise.sensitivities.sobol import sobol_indices

__all__ = ["METHODS", "analyse", "analyse_given", "design"]

MOST_PAIRED: Final = 10  # inputs up to which HDMR fits their pairs too


def grouped_methods() -> tuple[str, ...]:
    """Return the names of the methods whose inputs may be groups of drivers."""
    return tuple(name for name, method in METHODS.items() if method.grouped)


def design(method: str, owner: IntArray, samples: int, seed: int, **settings: Any) -> Design:
    """Return the design of a method.

    Args:
        method: one of :data:`METHODS`.
        owner: the input of each driver ``(drivers,)``, 0, 1, 2, … in the order in which they first appear.
        samples: base samples of ``sobol`` (N (inputs + 2) runs, with pairs N (2 inputs + 2)) and ``shapley``
            (N (inputs + 1) runs), raised to the next power of 2; trajectories of ``morris`` (N (inputs + 1)
            runs); points of each curve of ``fast`` (N inputs runs); runs of the others.
        seed: of the sample.
        settings: those of the method's design: ``second``, whether ``sobol`` is to give the indices of pairs.

    Raises:
        TierwiseError: S002 an unknown method, V003 too few samples, V004 groups for a method that has none.

    """
    chosen = METHODS[METHODS.choose(method, "method")]
    chosen.refuse_few(samples)
    if len(owner) > int(owner.max()) + 1 and not chosen.grouped:
        raise TierwiseError(problem("V004", argument="inputs", method=chosen.name, choices=grouped_methods()))
    taken = settings_in(chosen.design, 3)
    made = chosen.design(owner, samples, seed, **{key: settings[key] for key in taken if key in settings})
    return made if made.method else _named(made, chosen.name)


def analyse(
    design: Design, values: ArrayLike, *, resamples: int = 100, confidence: float = 0.95, seed: int = 1
) -> Measures:
    """Return the measures of a design's method.

    Args:
        design: where the model was run.
        values: outputs ``(rows, outputs)`` of the design's rows.
        resamples: of the bootstrap intervals.
        confidence: of the intervals, between 0 and 1.
        seed: of the resamples.

    Raises:
        TierwiseError: V001, V002 as :func:`~tierwise.sensitivities.sobol.sobol_indices`.

    """
    sample = Sample(design, checked_values(values, len(design)), seed)
    return METHODS[design.method].measures(sample, resamples=resamples, confidence=confidence)


def analyse_given(
    method: str,
    points: FloatArray,
    values: ArrayLike,
    *,
    resamples: int = 100,
    confidence: float = 0.95,
    seed: int = 1,
) -> Measures:
    """Return the measures of a method that takes any sample of inputs ``(rows, inputs)`` and outputs.

    These are rbd-fast, delta, pawn and hdmr. The inputs may depend on each other.

    Raises:
        TierwiseError: V001, V002, V003 too few rows.

    """
    table = checked_values(values, len(points))
    METHODS[method].refuse_few(len(points))
    sample = Sample(Listed(method, np.arange(points.shape[1]), points, len(points)), table, seed)
    return METHODS[method].measures(sample, resamples=resamples, confidence=confidence)


def _named(made: Design, method: str) -> Design:
    return Listed(method, made.owner, made.base, made.samples)


@METHODS(
    "sobol",
    zh="Sobol'法",
    synonyms=("Sobol指数", "索博尔法"),
    design=crossed,
    least=32,
    leading="total",
    grouped=True,
    reads_together=True,
    how=(
        "`first`: what the input does alone; `total`: everything it takes part in; N (inputs + 2) runs, "
        "8 N for single weights read from draws, of a box N (2 inputs + 8)",
        "`first`：该输入单独的作用；`total`：它参与的全部作用；运行 N (输入数 + 2) 次；"
        "单项权重由抽样读取时 8 N 次，区间权重为 N (2 × 输入数 + 8) 次",
    ),
)
def sobol(sample: Sample, *, resamples: Resamples = 100, confidence: Confidence = 0.95) -> Measures:
    """Return ``first`` and ``total`` indices, and those of pairs (Saltelli and others 2010)."""
    made = sample.design
    assert isinstance(made, Crossed)
    second = len(made.mixed) > sample.inputs + 2
    indices = sobol_indices(
        sample.values,
        sample.inputs,
        second=second,
        resamples=resamples,
        confidence=confidence,
        seed=sample.seed,
    )
    measures = {
        "first": indices.first,
        "first_conf": indices.first_conf,
        "total": indices.total,
        "total_conf": indices.total_conf,
    }
    pairs = {"second": indices.second, "second_conf": indices.second_conf} if second else {}
    return Measures("sobol", measures, indices.constant, indices.pairs, pairs)


@METHODS(
    "shapley",
    zh="Shapley效应法",
    synonyms=("Shapley值法", "沙普利值法"),
    design=paths,
    least=32,
    leading="shapley",
    grouped=True,
    dependent=True,
    note="paths",
    how=(
        (
            "`shapley`: shares that sum to 1, interactions divided fairly; N (inputs + 1) "
            "runs, for indicators 3 N (inputs − 1)"
        ),
        (
            "`shapley`：合计为 1 的份额，交互作用公平分摊；运行 N (输入数 + 1) 次，按指标时 3 "
            "N (输入数 − 1) 次"
        ),
    ),
)
def shapley(sample: Sample, *, confidence: Confidence = 0.95) -> Measures:
    """Return ``shapley`` effects as shares of the variance, by random paths (Goda 2021)."""
    made = sample.design
    assert isinstance(made, Paths)
    effects, widths = path_effects(made.order, sample.values, confidence)
    return shown_effects(effects, widths, sample.constant)


@METHODS(
    "morris",
    zh="Morris法",
    synonyms=("莫里斯法", "基本效应法"),
    design=trajectories,
    least=4,
    leading="mu_star",
    grouped=True,
    how=(
        (
            "`mu_star`: mean size of the effect, as a slope over the input's whole range; "
            "`sigma`: how much it varies; N (inputs + 1) runs, and 20 trajectories tell much"
        ),
        (
            "`mu_star`：在输入的全部范围上的平均影响大小；`sigma`：影响的变动；运行 N (输入数 "
            "+ 1) 次，20 条轨迹已能说明不少"
        ),
    ),
)
def morris(sample: Sample, *, resamples: Resamples = 100, confidence: Confidence = 0.95) -> Measures:
    """Return elementary effects ``mu``, ``mu_star``, ``sigma`` (Morris 1991) as slopes over the whole range.

    Of groups ``mu_star`` alone means something.
    """
    from SALib.analyze import morris as salib

    keys = {"mu": "mu", "mu_star": "mu_star", "mu_star_conf": "mu_star_conf", "sigma": "sigma"}

    def analyser(asked: dict[str, Any], x: FloatArray, y: FloatArray) -> Mapping[str, Any]:
        answer = salib.analyze(asked, x, y, resamples, confidence, num_levels=LEVELS, seed=sample.seed)
        # SALib takes its grid for one from 0 to 1, of which ours covers a part
        return {key: np.ma.asarray(answer[key]) / GRID_WIDTH for key in keys.values()}

    if len(sample.design.owner) > sample.inputs:
        del keys["mu"]  # effects of opposite sign cancel within a group
    return by_output("morris", sample, keys, analyser)


@METHODS(
    "fast",
    zh="FAST法",
    synonyms=("傅里叶幅度检验法",),
    design=curves,
    least=4 * HARMONICS**2 + 1,
    leading="total",
    how=("`first`, `total`; N × inputs runs", "`first`、`total`；运行 N × 输入数次"),
)
def fast(sample: Sample) -> Measures:
    """Return ``first`` and ``total`` indices (Saltelli and others 1999), without SALib's intervals.

    SALib holds these for unreliable itself.
    """
    from SALib.analyze import fast as salib

    return by_output(
        "fast",
        sample,
        {"first": "S1", "total": "ST"},
        lambda asked, x, y: salib.analyze(asked, y, M=HARMONICS, num_resamples=2),
    )


@METHODS(
    "rbd-fast",
    zh="RBD-FAST法",
    leading="first",
    reads_draws=True,
    how=("`first`; N runs: weight draws", "`first`；运行 N 次，即权重的抽样"),
)
def rbd_fast(sample: Sample, *, resamples: Resamples = 100, confidence: Confidence = 0.95) -> Measures:
    """Return ``first``: Var(E[y | x]) / Var(y) (Tarantola, Gatelli and Mara 2006, Plischke 2010)."""
    from SALib.analyze import rbd_fast as salib

    return by_output(
        "rbd-fast",
        sample,
        {"first": "S1", "first_conf": "S1_conf"},
        lambda asked, x, y: salib.analyze(
            asked, x, y, num_resamples=resamples, conf_level=confidence, seed=sample.seed
        ),
    )


@METHODS(
    "delta",
    zh="δ法",
    synonyms=("Borgonovo法", "矩独立法"),
    leading="delta",
    reads_draws=True,
    how=(
        ("`delta`: how far learning the weight moves the whole distribution; N runs: weight draws"),
        "`delta`：得知该权重后整个分布改变多少；运行 N 次，即权重的抽样",
    ),
)
def delta(sample: Sample, *, resamples: Resamples = 100, confidence: Confidence = 0.95) -> Measures:
    """Return ``delta`` (Borgonovo 2007): see :mod:`tierwise.sensitivities.delta`."""
    indices, widths = delta_indices(
        sample.points, sample.values, resamples=resamples, confidence=confidence, seed=sample.seed
    )
    return shown("delta", {"delta": indices, "delta_conf": widths}, sample.constant)


@METHODS(
    "pawn",
    zh="PAWN法",
    leading="pawn",
    reads_draws=True,
    how=(
        ("`pawn`: the same by the largest distance of distribution functions; N runs: weight draws"),
        "`pawn`：同上，以分布函数的最大距离度量；运行 N 次，即权重的抽样",
    ),
)
def pawn(sample: Sample) -> Measures:
    """Return ``pawn``, ``pawn_mean``, ``pawn_max`` over ten slices (Pianosi and Wagener 2018).

    The median, mean and largest Kolmogorov–Smirnov distance.
    """
    from SALib.analyze import pawn as salib

    return by_output(
        "pawn",
        sample,
        {"pawn": "median", "pawn_mean": "mean", "pawn_max": "maximum"},
        salib.analyze,
    )


@METHODS(
    "hdmr",
    zh="HDMR法",
    synonyms=("高维模型表示法",),
    least=300,
    leading="first",
    how=(
        "`first`, `total` (up to 10 inputs), `structural`, `correlated`; N runs",
        "`first`、`total`（输入不超过 10 个时）、`structural`、`correlated`；运行 N 次",
    ),
)
def hdmr(sample: Sample, *, confidence: Confidence = 0.95) -> Measures:
    """Return ``first``, ``structural``, ``correlated``, ``total`` (Li and others 2010).

    ``total`` for up to 10 inputs, whose pairs are fitted too.
    """
    from SALib.analyze import hdmr as salib

    order = 2 if 1 < sample.inputs <= MOST_PAIRED else 1

    def analyser(asked: dict[str, Any], x: FloatArray, y: FloatArray) -> Mapping[str, Any]:
        answer: dict[str, Any] = salib.analyze(asked, x, y, maxorder=order, alpha=confidence)
        if order == 1:
            answer["ST"] = answer["ST_conf"] = np.full(sample.inputs, np.nan)
        return answer

    keys = {
        "first": "S",
        "first_conf": "S_conf",
        "total": "ST",
        "total_conf": "ST_conf",
        "structural": "Sa",
        "correlated": "Sb",
    }
    return by_output("hdmr", sample, keys, analyser)
