"""The analyses that a spec asks for: settings into inputs, designs, runs and measures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.blocks import block_generator, block_sizes
from tierwise.draws.drivers import Input, Kind
from tierwise.draws.runner import at_most
from tierwise.errors import Problem, located
from tierwise.inputs import Experts
from tierwise.sensitivities.conditional import WeightSampler, weight_sampler
from tierwise.sensitivities.designs import Crossed, Design
from tierwise.sensitivities.drawn import nodes_drawn
from tierwise.sensitivities.measures import Measures, constant_outputs, shown_effects
from tierwise.sensitivities.methods import METHODS, analyse, analyse_given, design
from tierwise.sensitivities.outputs import Output
from tierwise.sensitivities.running import Report, run_model
from tierwise.sensitivities.shapley import dependent_effects, neighbour_effects, runs_of_orders
from tierwise.sensitivities.sobol import refuse_gaps, rows_per_sample, sobol_indices
from tierwise.spec import Spec
from tierwise.study.index import Index
from tierwise.study.sensitivity_question import Question, drivers_of, input_names, method_inputs, question
from tierwise.study.sensitivity_results import Analysis, Growth, Sensitivity
from tierwise.study.tiers import Tiers

STORED: Final = 1 << 29  # bytes of outputs that are kept at a time
NEIGHBOURS: Final = 4096  # draws among which neighbours are sought, at least
GROWING: Final = (8, 4, 2)  # parts of the base samples at which indices are looked at


def sensitivity(
    index: Index,
    tiers: Tiers,
    spec: Spec | None = None,
    experts: Experts | None = None,
    *,
    threads: int | None = None,
    progress: Report | None = None,
) -> Sensitivity:
    """Return which weights (and methods) move which outputs of an index.

    Args:
        index: the nominal index.
        tiers: its tiers.
        spec: ``[sensitivity]`` says what is measured and how, ``[uncertainty]`` how weights and methods vary.
        experts: the expert panel, for the models that draw from one.
        threads: threads of this machine (default: all cores); the numbers do not depend on it.
        progress: called with runs done and runs to be done.

    Raises:
        TierwiseError: every problem of the settings at once: V003 to V014, U1xx what the weight model needs
            and has not; V002 an output that some runs do not have.

    """
    return answer(question(index, tiers, spec or Spec(), experts), progress, threads)


def answer(asked: Question, progress: Report | None = None, threads: int | None = None) -> Sensitivity:
    """Return the measures of every kind of inputs that is asked for."""
    with at_most(threads):
        analyses = tuple(_analysis(asked, kind, progress) for kind in asked.kinds)
    return Sensitivity(
        asked.index,
        asked.tiers,
        asked.settings,
        asked.weights.name,
        asked.seed,
        tuple(output.name for output in asked.model.outputs),
        analyses,
    )


def _analysis(asked: Question, kind: Kind, progress: Report | None) -> Analysis:
    method = METHODS[asked.settings.method]
    if method.reads_draws and kind == "indicators":
        return _from_draws(asked, progress)
    driven = asked.weights.driven_by_nodes
    if method.dependent and kind == "indicators" and not (driven and asked.methods.names):
        return _dependent(asked, progress)
    if method.reads_together and kind == "indicators" and not driven:
        return _drawn(asked, progress)
    return _designed(asked, kind, progress)


def _designed(asked: Question, kind: Kind, progress: Report | None) -> Analysis:
    """Return an analysis by independent drivers."""
    settings = asked.settings
    made = drivers_of(asked, kind)
    plan = design(settings.method, made.owner, settings.samples, asked.seed, second=settings.second)
    points = made.quantile(plan.base)

    def weights(start: int, stop: int) -> FloatArray:
        return made.local(plan.take(points, start, stop))

    measures, growth = _measured(
        asked,
        len(plan),
        weights,
        lambda table: _of_design(plan, table, asked),
        progress,
    )
    notes = []
    if kind in {"groups", "indicators"} and asked.weights.joined:
        notes.append("cut")
    if note := METHODS[settings.method].note:
        notes.append(note)
    return Analysis(kind, input_names(asked, kind, made.inputs), measures, len(plan), tuple(notes), growth)


def _of_design(plan: Design, table: NDArray[np.floating], asked: Question) -> tuple[Measures, list[Growth]]:
    settings = asked.settings
    measures = analyse(
        plan, table, resamples=settings.resamples, confidence=settings.confidence, seed=asked.seed
    )
    growth = []
    if isinstance(plan, Crossed):
        inputs = int(plan.owner.max()) + 1
        for part in GROWING:
            samples = plan.samples // part
            if samples >= METHODS["sobol"].least:
                rows = table[: samples * rows_per_sample(inputs, settings.second)]
                indices = sobol_indices(rows, inputs, second=settings.second, resamples=0)
                growth.append(Growth(samples, indices.first, indices.total))
        growth.append(Growth(plan.samples, measures.values["first"], measures.values["total"]))
    return measures, growth


def _from_draws(asked: Question, progress: Report | None) -> Analysis:
    """Return an analysis that reads draws of the weights, with all their dependence."""
    settings = asked.settings
    points, local = _draws(asked, settings.samples)
    nodes = moving(asked, local)
    columns = np.hstack([local[:, nodes], points])

    def measure(table: NDArray[np.floating]) -> tuple[Measures, list[Growth]]:
        given_measures = analyse_given(
            settings.method,
            columns,
            table,
            resamples=settings.resamples,
            confidence=settings.confidence,
            seed=asked.seed,
        )
        return given_measures, []

    measures, _ = _measured(
        asked, len(local), lambda start, stop: np.hstack([local, points])[start:stop], measure, progress
    )
    inputs = (*(Input("node", int(node)) for node in nodes), *method_inputs(asked))
    return Analysis("indicators", input_names(asked, "indicators", inputs), measures, len(local), ("given",))


def _drawn(asked: Question, progress: Report | None) -> Analysis:
    """Return indices of single weights that no independent numbers make."""
    settings = asked.settings
    plan = nodes_drawn(asked.weights, settings.samples, asked.seed, method_inputs(asked))
    shares = [share for share in GROWING if settings.samples // share >= METHODS["sobol"].least]

    def measure(table: NDArray[np.floating]) -> tuple[Measures, list[Growth]]:
        measures = plan.measures(table, settings.confidence)
        none = np.full_like(measures.values["first"], np.nan)
        growth = []
        for share in (*shares, 1):
            samples, rows, part = plan.part(share)
            values = part.measures(rows(table)).values
            growth.append(Growth(samples, values["first"], values.get("total", none)))
        return measures, growth

    measures, growth = _measured(asked, len(plan), plan.take, measure, progress)
    lacking = (("no total", not plan.first), ("no pairs", settings.second))
    notes = ("together", *(note for note, holds in lacking if holds))
    names = input_names(asked, "indicators", plan.inputs)
    return Analysis("indicators", names, measures, len(plan), notes, growth)


def _dependent(asked: Question, progress: Report | None) -> Analysis:
    """Return Shapley effects of the weights themselves, given their dependence."""
    sampler = None if asked.methods.names else weight_sampler(asked.weights)
    if sampler is not None:
        return _by_conditional_draws(asked, sampler, progress)
    settings = asked.settings
    points, local = _draws(asked, max(NEIGHBOURS, settings.samples))
    nodes = moving(asked, local)
    rows, columns = np.hstack([local, points]), np.hstack([local[:, nodes], points])

    def measure(table: NDArray[np.floating]) -> tuple[Measures, list[Growth]]:
        effects, widths = neighbour_effects(
            columns, table, settings.samples, seed=asked.seed, confidence=settings.confidence
        )
        return shown_effects(effects, widths, constant_outputs(table)), []

    measures, _ = _measured(asked, len(rows), lambda start, stop: rows[start:stop], measure, progress)
    inputs = (*(Input("node", int(node)) for node in nodes), *method_inputs(asked))
    return Analysis(
        "indicators", input_names(asked, "indicators", inputs), measures, len(local), ("neighbours",)
    )


def _by_conditional_draws(asked: Question, sampler: WeightSampler, progress: Report | None) -> Analysis:
    settings = asked.settings
    expected = runs_of_orders(sampler.inputs, settings.samples)
    runs = 0
    ends: list[
        NDArray[np.floating]
    ] = []  # least and greatest of each output, over which it is constant or not

    def model(points: FloatArray) -> FloatArray:
        nonlocal runs
        local = sampler.local(points)
        with located(_output_of(asked.model.outputs)):
            table = run_model(asked.model, len(local), lambda start, stop: local[start:stop])
            refuse_gaps(table)
        ends.extend((table.min(axis=0), table.max(axis=0)))
        runs += len(local)
        if progress is not None:
            progress(runs, expected)
        return np.asarray(table, dtype=np.float64)

    effects, widths = dependent_effects(
        sampler, model, settings.samples, seed=asked.seed, confidence=settings.confidence
    )
    measures = shown_effects(effects, widths, constant_outputs(np.array(ends)))
    inputs = tuple(Input("node", int(node)) for node in sampler.nodes)
    return Analysis("indicators", input_names(asked, "indicators", inputs), measures, runs, ("song",))


def _measured(
    asked: Question,
    runs: int,
    weights: Callable[[int, int], FloatArray],
    measure: Callable[[NDArray[np.floating]], tuple[Measures, list[Growth]]],
    progress: Report | None,
) -> tuple[Measures, tuple[Growth, ...]]:
    """Run the model and measure, as many outputs at a time as memory holds."""
    outputs = asked.model.outputs
    width = max(1, STORED // (8 * runs))
    parts: list[tuple[Measures, list[Growth]]] = []
    for start in range(0, len(outputs), width):
        some = outputs[start : start + width]
        with located(_output_of(some)):
            table = run_model(replace(asked.model, outputs=some), runs, weights, progress)
            parts.append(measure(table))
    first = parts[0][0]
    joined = Measures(
        first.method,
        {name: np.hstack([part.values[name] for part, _ in parts]) for name in first.values},
        np.concatenate([part.constant for part, _ in parts]),
        first.pairs,
        {name: np.hstack([part.second[name] for part, _ in parts]) for name in first.second},
    )
    growth = tuple(
        Growth(
            steps[0].samples,
            np.hstack([step.first for step in steps]),
            np.hstack([step.total for step in steps]),
        )
        for steps in zip(*(grown for _, grown in parts), strict=True)
    )
    return joined, growth


def moving(asked: Question, local: FloatArray) -> IntArray:
    """Return the nodes whose weights vary in draws ``(size, nodes)``, group by group."""
    nodes: IntArray = np.concatenate(asked.weights.varied)
    vary: IntArray = nodes[np.ptp(local[:, nodes], axis=0) > 0]
    return vary


def _draws(asked: Question, size: int) -> tuple[FloatArray, FloatArray]:
    """Return drivers of methods ``(size, names)`` and local weights ``(size, nodes)`` drawn by the model."""
    uniform, local = [], []
    for block, count in block_sizes(size):
        rng = block_generator(asked.seed, block)
        local.append(asked.weights.draw(rng, count))
        uniform.append(rng.random((count, len(asked.methods.names))))
    return np.vstack(uniform), np.vstack(local)


def _output_of(outputs: tuple[Output, ...]) -> Callable[[Problem], str]:
    """Return the function that places a problem with an output at its name."""
    return lambda raised: (
        "[sensitivity] outputs"
        if raised.column is None
        else f"[sensitivity] outputs: {outputs[raised.column].name}"
    )
