"""The model run many times: from local weights to outputs, in parts, on all processors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import local as thread_local
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.feeds import part_size
from tierwise.draws.runner import available_threads
from tierwise.draws.setup import Setup
from tierwise.draws.worker import SAMPLE, Listed, Lister
from tierwise.errors import TierwiseError
from tierwise.kernels.ranks import TIES, BlockRanks, Order, Places
from tierwise.methods.scores import Plan, Scorer, sums_of
from tierwise.sensitivities.outputs import OF_A_CUT, OF_TIERS, Output
from tierwise.sensitivities.varied_methods import NONE, Methods

__all__ = ["Model", "run_model"]

TASK: Final = 2048  # runs that a thread takes at a time
WHOLE: Final = frozenset({"rank_shift", "rank", "top", "tier", "cut", "tier_changes"})
Locals = Callable[[int, int], FloatArray]
Report = Callable[[int, int], object]


@dataclass(frozen=True)
class Model:
    """What is run: a plan scored and listed under given local weights, and the outputs read from the list.

    Where ``methods`` vary, a run is given a driver for each of them beside its weights, and ``setups`` say
    how tiers are found under each of their tier methods.
    """

    plan: Plan
    setup: Setup
    outputs: tuple[Output, ...]
    methods: Methods = NONE
    setups: tuple[Setup, ...] = ()

    @property
    def exact_in_32_bits(self) -> bool:
        """Whether all outputs are whole numbers or halves."""
        return all(output.what in WHOLE - {"rank_shift"} for output in self.outputs)


def run_model(model: Model, runs: int, weights: Locals, report: Report | None = None) -> NDArray[np.floating]:
    """Return the outputs ``(runs, outputs)`` of a model, NaN in a run in which some unit has no score.

    ``weights(start, stop)`` returns the local weights ``(stop - start, nodes)`` of some runs, with the
    drivers of methods in further columns; ``report`` is told how many runs are done and how many there are.
    The columns of outputs are contiguous.
    """
    dtype = np.float32 if model.exact_in_32_bits else np.float64
    table = np.empty((len(model.outputs), runs), dtype=dtype)
    own = thread_local()
    done = 0

    def task(start: int) -> int:
        if not hasattr(own, "reader"):
            own.reader = Reader(model)
        stop = min(start + TASK, runs)
        local = weights(start, stop)
        step = own.reader.step
        for first in range(0, stop - start, step):
            part = local[first : first + step]
            at = start + first
            own.reader.write(part, table[:, at : at + len(part)])
        return stop - start

    with ThreadPoolExecutor(available_threads(), "sensitivity") as pool:
        for count in pool.map(task, range(0, runs, TASK)):
            done += count
            if report is not None:
                report(done, runs)
    return table.T


class Reader:
    """Working memory of one thread, and the steps from weights to outputs. Units stand in nominal order."""

    def __init__(self, model: Model) -> None:
        self.setup = setup = model.setup
        units = setup.units
        self.step = part_size(units)
        self.outputs = model.outputs
        self.methods = model.methods
        self.nodes = model.plan.tree.nodes
        self.scorer = Scorer(model.plan.take(setup.order), sums_of(model.plan.values.size))
        self.order: Order = np.empty((self.step, units), dtype=np.uint32)
        self.places: Places = np.empty((self.step, units), dtype=np.uint16)
        self.ruled = self.places if setup.ties == "min" else np.empty_like(self.places)
        self.given = np.argsort(setup.order)  # also the place of each unit in nominal order
        self.nominal = np.rint((setup.ranks[setup.order] - 1) * setup.steps).astype(np.uint16)
        self.ranks: BlockRanks | None = None
        asked = {output.what for output in self.outputs}
        setups = (model.setups or (setup,)) if asked & OF_TIERS else ()
        self.listers = [Lister(each, self.step) for each in setups]
        self.by_what = {
            what: [column for column, output in enumerate(self.outputs) if output.what == what]
            for what in asked
        }

    def write(self, runs: FloatArray, table: NDArray[np.floating]) -> None:
        """Write the outputs ``(outputs, runs)`` of some runs, given weights and drivers of methods."""
        local, drivers = runs[:, : self.nodes], runs[:, self.nodes :]
        if self.methods.choices is None:
            scores = self._scores(local)
        else:
            scores = self.methods.scores(local, drivers)[:, self.setup.order]
        options = self.methods.tier_option(drivers) if len(self.listers) > 1 else None
        good = np.isfinite(scores).all(axis=1)
        if good.all():
            self._read(scores, options, table)
            return
        table[:] = np.nan
        if good.any():
            readings = np.empty((len(table), int(good.sum())))
            kept = None if options is None else options[good]
            self._read(np.ascontiguousarray(scores[good]), kept, readings)
            table[:, good] = readings

    def _scores(self, local: FloatArray) -> FloatArray:
        """Return scores; where a rule refuses a run, NaN for this run."""
        try:
            return np.ascontiguousarray(self.scorer.scores(local))
        except TierwiseError:
            if len(local) == 1:
                return np.full((1, self.setup.units), np.nan)
            return np.vstack([self._scores(run[None]) for run in local])

    def _lists(
        self,
        scores: FloatArray,
        order: Order,
        places: Places,
        ruled: Places,
        options: IntArray | None,
    ) -> Listed | None:
        """Return the lists of some runs, each cut by the method that its option says."""
        if options is None:
            return self.listers[0].lists(scores, order, places, ruled) if self.listers else None
        cuts = self.listers[0].cuts.shape[1]
        whole = Listed(
            np.empty(len(scores), dtype=np.int64),
            np.empty(len(scores), dtype=np.int64),
            np.empty((len(scores), cuts), dtype=np.int64),
            np.empty((len(scores), cuts)),
        )
        for option in np.unique(options):
            rows = np.flatnonzero(options == option)
            part = self.listers[option].lists(scores[rows], order[rows], places[rows], ruled[rows])
            for array, own in zip(whole, part, strict=True):
                array[rows] = own
        return whole

    def _read(self, scores: FloatArray, options: IntArray | None, table: NDArray[np.floating]) -> None:
        from tierwise.kernels.compiled_ranks import tied_rows  # loads numba

        setup = self.setup
        setup.round(scores)
        if self.ranks is None:
            self.ranks = BlockRanks(scores[: max(1, SAMPLE // setup.units)])
        runs = len(scores)
        order, places, ruled = self.order[:runs], self.places[:runs], self.ruled[:runs]
        self.ranks.write(scores, order, places)
        if setup.ties != "min":
            tied_rows(places, TIES.index(setup.ties), self.given, ruled)
        seen = Seen(self, scores, places, ruled, self._lists(scores, order, places, ruled, options))
        for what, columns in self.by_what.items():
            asked = [self.outputs[column] for column in columns]
            units = self.given[[output.at for output in asked]]
            others = self.given[[output.other for output in asked]]
            if what in OF_A_CUT:
                units = np.array([output.at for output in asked])
            table[columns] = READ[what](seen, units, others)


class Seen(NamedTuple):
    """Some runs: ``(runs, units)`` scores, places, ranks less 1 (in the setup's steps), and their lists."""

    reader: Reader
    scores: FloatArray
    places: Places
    ruled: Places
    lists: Listed | None

    def listed(self, units: IntArray | slice) -> BoolArray:
        """Return which units are in the list ``(runs, units)``."""
        setup = self.reader.setup
        return np.less_equal(self.ruled[:, units], setup.steps * (setup.top - 1))

    def tiers(self, units: IntArray | slice) -> IntArray:
        """Return the tiers ``(runs, units)``, one more than the last where a unit is not in the list."""
        assert self.lists is not None
        cuts = self.lists.cuts
        tiers = 1 + (self.places[:, units, None] >= cuts[:, None, :]).sum(axis=2, dtype=np.int64)
        return np.where(self.listed(units), tiers, np.int64(cuts.shape[1] + 2))

    def rank_shift(self) -> FloatArray:
        """Return the mean over units of |rank - nominal rank| ``(runs,)``."""
        from tierwise.kernels.compiled_counts import rank_shifts  # loads numba

        setup = self.reader.setup
        shifts = np.empty(len(self.ruled), dtype=np.int64)
        rank_shifts(self.ruled, self.reader.nominal, shifts)
        return shifts / (setup.units * setup.steps)

    def tier_changes(self) -> IntArray:
        """Return how many units are not in their nominal tier ``(runs,)``."""
        setup = self.reader.setup
        assert setup.tiers is not None
        nominal = setup.nominal_tiers[setup.order]
        nominal = np.where(nominal > 0, nominal, setup.tiers.count + 1)
        changed: IntArray = np.count_nonzero(self.tiers(slice(None)) != nominal, axis=1)
        return changed

    def cuts(self) -> Listed:
        """Return the lists, which are there when an output asks for them."""
        assert self.lists is not None
        return self.lists


# Each returns outputs ``(outputs, runs)``, given places of units in nominal order, or cuts.
READ: Final[Mapping[str, Callable[[Seen, IntArray, IntArray], Any]]] = {
    "rank_shift": lambda seen, units, others: seen.rank_shift(),
    "rank": lambda seen, units, others: seen.ruled[:, units].T / seen.reader.setup.steps + 1.0,
    "score": lambda seen, units, others: seen.scores[:, units].T,
    "top": lambda seen, units, others: seen.listed(units).T,
    "tier": lambda seen, units, others: seen.tiers(units).T,
    "cut": lambda seen, cuts, others: seen.cuts().cuts[:, cuts].T,
    "cut_score": lambda seen, cuts, others: seen.cuts().middles[:, cuts].T,
    "tier_changes": lambda seen, units, others: seen.tier_changes(),
    "difference": lambda seen, units, others: (seen.scores[:, units] - seen.scores[:, others]).T,
}
