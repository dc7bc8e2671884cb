"""The same counts however a run is cut up: threads, checkpoints, being stopped, killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from tests.draws.runs import ALL, TREE, bits, small_scenario, source, tables_here

from tierwise.draws import simulate as drawing
from tierwise.draws.adaptive import Tolerance, largest_errors
from tierwise.draws.blocks import BLOCK, Done
from tierwise.draws.checkpoint import fingerprint, save
from tierwise.draws.cluster import chunks
from tierwise.draws.counts import Bins, bin_keys
from tierwise.draws.histogram import RankCounts
from tierwise.draws.memory import memory_needed
from tierwise.draws.models import weight_model
from tierwise.draws.simulate import simulate
from tierwise.draws.source import Block, WeightedScores
from tierwise.draws.tier_rules import TierRule
from tierwise.errors import TierwiseError
from tierwise.kernels.tree import Tree
from tierwise.methods.scores import Plan


def test_the_number_of_threads_changes_no_bit():
    one = simulate(source(), draws=5000, threads=1, **ALL)
    for threads in (2, 5):
        assert bits(simulate(source(), draws=5000, threads=threads, **ALL)) == bits(one)


def test_the_order_of_units_changes_nothing_but_the_order_of_answers():
    there = source(model="bootstrap")
    back = WeightedScores(Plan.uniform(there.plan.values[::-1].copy(), TREE), there.model)
    for ties in ("min", "average"):
        one = simulate(there, draws=3000, tier_rule=TierRule(4), ties=ties)
        two = simulate(back, draws=3000, tier_rule=TierRule(4), ties=ties)
        np.testing.assert_array_equal(one.rank_counts, two.rank_counts[::-1])
        np.testing.assert_array_equal(one.tier_probabilities, two.tier_probabilities[::-1])


def test_progress_is_told_in_this_thread_and_can_stop_the_run():
    seen = []

    def progress(done, total, rate):
        seen.append((threading.get_ident(), done, total, rate))
        return len(seen) < 3

    tally = simulate(source(), draws=50_000_000, progress=progress)
    assert {ident for ident, *_ in seen} == {threading.get_ident()}
    assert not tally.complete
    assert 0 < tally.draws < 50_000_000
    assert tally.draws % BLOCK == 0
    assert seen[-1][1:3] == (tally.draws, 50_000_000)
    assert seen[-1][3] > 0
    assert bits_of_ranks(tally) == bits_of_ranks(simulate(source(), draws=tally.draws))


def bits_of_ranks(tally):
    return tally.rank_counts.tobytes()


def stopped(source_of_draws, blocks, **settings_of_run):
    """A run that is stopped after some blocks."""
    tally = simulate(
        source_of_draws,
        progress=lambda done, total, rate: done < blocks * BLOCK,
        **settings_of_run,
    )
    assert not tally.complete
    return tally


def test_a_stopped_run_goes_on_from_its_checkpoint_and_ends_with_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(drawing, "LOOK", 0.0)
    monkeypatch.setattr("tierwise.draws.runner.LOOK", 0.001)
    path = tmp_path / "deep" / "run.checkpoint"
    settings_of_run = {"draws": 100_500, "checkpoint": path, **ALL}
    first = stopped(source(), 2, **settings_of_run)
    second = stopped(source(), first.draws // BLOCK + 2, **settings_of_run)
    assert second.draws > first.draws
    whole = simulate(source(), **settings_of_run)
    assert whole.complete
    assert bits(whole) == bits(simulate(source(), draws=100_500, **ALL))


KILLED = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    sys.path.insert(0, {tests!r})
    from runs import ALL, source
    from tierwise.draws import simulate as draws
    draws.CHECKPOINT_SECONDS = 0.2
    draws.simulate(source(), draws=10**9, checkpoint=Path(sys.argv[1]), **ALL)
    """
)


def started(path):
    script = KILLED.format(tests=str(Path(__file__).parent))
    return subprocess.Popen([sys.executable, "-c", script, str(path)])


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_killed_run_goes_on_from_its_checkpoint_and_ends_with_the_same_bytes(tmp_path, monkeypatch):
    path = tmp_path / "run.checkpoint"
    process = started(path)
    wait_for(path.exists)
    process.kill()
    process.wait()
    monkeypatch.setattr(drawing, "LOOK", 0.0)
    resumed = simulate(
        source(), draws=10**9, checkpoint=path, progress=lambda done, total, rate: False, **ALL
    )
    assert not resumed.complete
    assert bits(resumed) == bits(simulate(source(), draws=resumed.draws, **ALL))


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process on Windows")
def test_ctrl_c_keeps_what_is_done(tmp_path):
    path = tmp_path / "run.checkpoint"
    process = started(path)
    wait_for(path.exists)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0


def test_a_checkpoint_of_another_run_or_a_broken_one_is_refused(tmp_path):
    path = tmp_path / "run.checkpoint"
    tally = simulate(source(), draws=2 * BLOCK, **ALL)
    save(path, tally.counts, fingerprint(source(), tally.setup, seed=11))
    simulate(source(), draws=4000, checkpoint=path, **ALL)
    for other in ({**ALL, "seed": 12}, {**ALL, "top": 20}, {**ALL, "tier_rule": TierRule(3)}):
        with pytest.raises(TierwiseError, match="U009"):
            simulate(source(), draws=4000, checkpoint=path, **other)
    path.write_bytes(b"PK")
    with pytest.raises(TierwiseError, match="U009"):
        simulate(source(), draws=4000, checkpoint=path, **ALL)


def test_auto_stops_where_every_error_is_small_enough():
    tolerance = Tolerance(probability=0.004)
    tally = simulate(source(), draws="auto", tolerance=tolerance, tier_rule=TierRule(4), top=30)
    errors = largest_errors(tally)
    assert tally.complete
    assert errors.probability <= 0.004
    assert errors.rank <= 0.5
    assert tally.draws < 4 * 0.25 / 0.004**2
    again = simulate(source(), draws="auto", tolerance=tolerance, tier_rule=TierRule(4), top=30, threads=1)
    assert again.draws == tally.draws
    assert bits_of_ranks(again) == bits_of_ranks(tally)


def test_auto_never_makes_more_than_the_most_draws():
    tally = simulate(source(), draws="auto", tolerance=Tolerance(probability=1e-9, most=20_000))
    assert tally.draws == 20 * BLOCK
    for wrong in ({"probability": 0.0}, {"rank": 0.4}, {"interval": 1.0}, {"most": 0}):
        with pytest.raises(TierwiseError, match="U008"):
            Tolerance(**wrong)


def test_errors_are_those_that_other_seeds_show():
    runs = [
        simulate(source(), draws=2048, seed=seed, tier_rule=TierRule(4), top=30, threads=1)
        for seed in range(40)
    ]
    seen = np.std([run.p_top() for run in runs], axis=0)
    stated = np.mean([run.probability_error(run.p_top()) for run in runs], axis=0)
    uncertain = seen > 0.002
    assert uncertain.sum() > 10
    np.testing.assert_allclose(seen[uncertain].mean(), stated[uncertain].mean(), rtol=0.15)
    seen = np.std([run.rank_quantile(0.5) for run in runs], axis=0)
    stated = np.mean([run.rank_quantile_error(0.5) for run in runs], axis=0)
    np.testing.assert_allclose(seen.mean(), stated.mean(), rtol=0.4)


def test_memory_does_not_grow_with_draws_and_is_known_before():
    import tracemalloc

    tall = source(units=3000)
    setup = simulate(tall, draws=10).setup
    peaks = []
    for draws in (2 * BLOCK, 20 * BLOCK):
        tracemalloc.start()
        simulate(tall, draws=draws, threads=2)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]
    assert peaks[1] < memory_needed(setup, threads=2)


def test_more_memory_than_the_machine_has_is_refused_before_the_first_draw(monkeypatch):
    monkeypatch.setattr("tierwise.draws.memory.machine_memory", lambda: 1 << 20)
    with pytest.raises(TierwiseError, match="U013"):
        simulate(source(units=2000), draws=10)


@dataclass(frozen=True)
class Broken:
    """A source that fails in its fourth block."""

    units: int = 5
    nodes: int = 0

    def block(self, rng, size):
        if rng.bit_generator.seed_seq.spawn_key[0] == 3:
            raise ZeroDivisionError
        return Block(rng.random((size, 5)), None, np.zeros(size, dtype=bool))


def test_what_goes_wrong_in_a_thread_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        simulate(Broken(), draws=100 * BLOCK, nominal=np.arange(5.0), threads=2)
    assert simulate(Broken(), draws=3 * BLOCK, nominal=np.arange(5.0)).complete


@pytest.fixture
def scenario(tmp_path):
    return small_scenario(tmp_path)


def command(*arguments, **settings_of_process):
    return subprocess.Popen(
        [sys.executable, "-m", "tierwise", "run", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        **settings_of_process,
    )


def read_on(terminal):
    """Read what a program shows until it ends; one whose terminal is full waits."""
    with contextlib.suppress(OSError):
        while os.read(terminal, 1000):
            pass


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process on Windows")
def test_the_command_keeps_what_is_done_on_ctrl_c_and_resumes_to_the_same_bytes(tmp_path, scenario):
    draws = 500_000
    terminal, its_end = os.openpty()
    process = command(scenario, "--draws", draws, "--out", tmp_path / "stopped", stderr=its_end)
    shown = b""
    while b"MB of memory" not in shown:
        shown += os.read(terminal, 1000)
    Thread(target=read_on, args=(terminal,), daemon=True).start()
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    record = json.loads((tmp_path / "stopped" / "run.json").read_text(encoding="utf-8"))
    assert 0 < record["draws"] < draws
    assert command(scenario, "--draws", draws, "--out", tmp_path / "stopped", "--resume").wait(120) == 0
    written = {
        path.name: path.read_text(encoding="utf-8-sig")
        for path in (tmp_path / "stopped" / "tables").iterdir()
    }
    assert written == tables_here(scenario, draws=draws)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["scenario", "stopped"]


def test_windows_of_ranks_grow_and_keep_every_count():
    rng = np.random.default_rng(0)
    counted, plain = RankCounts(50, 5000), np.zeros((50, 5000), dtype=int)
    other = RankCounts(50, 5000)
    for number in range(12):
        places = np.clip(rng.normal(np.arange(50) * 100, 20 * 1.5**number, (30, 50)), 0, 4999).astype(int)
        part = RankCounts(50, 5000)
        part.cover(places.min(axis=0), places.max(axis=0), len(places))
        for row in places:
            part.counts[np.arange(50), row - part.offset] += 1
            plain[np.arange(50), row] += 1
        (counted if number % 2 else other).merge(part)
    counted.merge(other)
    np.testing.assert_array_equal(counted.full(), plain)
    assert (counted.draws, counted.counts.dtype) == (360, np.uint16)
    for count in (1, 100, 180, 181, 300, 360):
        np.testing.assert_array_equal(counted.place_at(count), (plain.cumsum(axis=1) < count).sum(axis=1))
    np.testing.assert_array_equal(counted.up_to(700), plain[:, :701].sum(axis=1))
    steps = np.arange(5000)
    mean = (plain * steps).sum(axis=1) / plain.sum(axis=1)
    np.testing.assert_allclose(counted.mean(), mean, rtol=1e-12)
    for place in (0, 1, 700, 4999, 10_000):  # within the windows, before them, behind them
        far = (plain * np.abs(steps - place)).sum(axis=1)
        np.testing.assert_array_equal(counted.distances(np.full(50, place)), far)


def test_the_mean_does_not_hang_on_how_windows_grew():
    """Threads finish in any order; of 1,500 units, last bits of means once told in which."""
    rng = np.random.default_rng(0)
    blocks = [np.clip(rng.normal(1400, 40, (51, 300)), 0, 2999).astype(int) for _ in range(6)]
    means = []
    for order in (range(6), reversed(range(6))):
        counted = RankCounts(300, 3000)
        for block in order:
            places = blocks[block]
            counted.cover(places.min(axis=0), places.max(axis=0), len(places))
            for row in places:
                counted.counts[np.arange(300), row - counted.offset] += 1
        means.append((counted.mean(), counted.offset))
    assert (means[0][1] != means[1][1]).any()
    assert means[0][0].tobytes() == means[1][0].tobytes()


def test_counts_of_more_draws_than_16_bits_tell_are_of_32():
    counted, always = RankCounts(3, 5), np.array([0, 2, 4])
    for draws, kind in ((65_000, np.uint16), (535, np.uint16), (1, np.uint32), (70_000, np.uint32)):
        part = RankCounts(3, 5)
        part.cover(always, always, draws)
        part.counts[range(3), always - part.offset] += draws
        counted.merge(part)
        assert counted.counts.dtype == kind
    np.testing.assert_array_equal(counted.full(), 135_536 * np.eye(5, dtype=int)[always])


def test_a_run_of_more_draws_than_16_bits_tell_goes_on_from_half_of_them(tmp_path):
    tree = Tree.flat(2)
    model = weight_model("box", tree, tree.normalised(np.ones(3)))
    always = WeightedScores(Plan.uniform(np.array([[1.0, 1.0], [0.5, 0.2], [0.0, 0.4]])), model)
    path, draws = tmp_path / "kept", 70 * 1024
    simulate(always, draws=30 * 1024, checkpoint=path)
    again, whole = simulate(always, draws=draws, checkpoint=path), simulate(always, draws=draws)
    assert again.draws == whole.draws == draws
    assert again.rank_counts[0].tolist() == [draws, 0, 0]  # all draws at one rank
    np.testing.assert_array_equal(again.rank_counts, whole.rank_counts)


@pytest.mark.parametrize("near", [False, True])
def test_bins_of_scores_are_finer_than_one_in_a_hundred_thousand(near):
    """Whether scores are all over the place or near each other."""
    values = np.random.default_rng(0).normal(70 if near else 0, 1 if near else 1e5, 5001)
    if not near:
        values[:3] = 0.0, -0.0, 5e-324
    bins = Bins()
    bins.add(values[:2000])
    bins.add(values[:0])
    other = Bins()
    other.add(values[2000:])
    bins.merge(other)
    assert bins.counts.sum() == len(values)
    keys, counts = np.unique(bin_keys(values), return_counts=True)
    np.testing.assert_array_equal(bins.keys, keys)
    np.testing.assert_array_equal(bins.counts, counts)
    for share in (0.01, 0.5, 0.99):
        exact = np.quantile(values, share, method="inverted_cdf")
        assert bins.quantile(share) == pytest.approx(exact, rel=1e-5)
    assert np.isnan(Bins().quantile(0.5))


def test_everything_that_draws_use_can_be_compiled_ahead():
    from tierwise.draws.warm import warm_up
    from tierwise.kernels import (
        compiled_blocks,
        compiled_pairs,
        compiled_ranks,
        compiled_scores,
        compiled_tiers,
    )
    from tierwise.proofs import compiled_lines, tier_lines

    kernels = (
        compiled_ranks.place_rows,
        compiled_tiers.linkage_rows,
        compiled_pairs.count_wins,
        compiled_scores.weighted_sums,
        compiled_scores.weighted_means,
        compiled_blocks.place_draws,
        compiled_lines.linkage_walk,
    )
    warm_up()
    tier_lines.warm_up()
    for kernel in kernels:
        assert kernel.signatures
    assert len(compiled_blocks.place_draws.signatures) == 2  # of scores with blanks and without


class _Wide:
    """A model whose draws have a node more than its nominal weights."""

    name = of = "wide"
    nominal = np.array([1.0, 0.5, 0.5])

    def draw(self, rng, size):
        return np.ones((size, 4))


def test_weights_of_another_framework_are_refused_not_read_beside_their_arrays():
    plan = Plan.uniform(np.random.default_rng(0).random((300, 2)))
    nested = Tree(np.array([-1, 0, 0, 1, 1]), np.array([2, 3, 4]))
    with pytest.raises(TierwiseError, match="U132"):
        WeightedScores(plan, weight_model("box", nested, nested.normalised(np.ones(5))))
    with pytest.raises(TierwiseError, match="U132"):
        simulate(WeightedScores(plan, _Wide()), draws=8, quantities=("central",))


def test_sets_of_blocks():
    done = Done()
    for first, stop in ((4, 6), (0, 2), (6, 9), (3, 3), (12, 14)):
        done.add(first, stop)
    assert done.ranges == [(0, 2), (4, 9), (12, 14)]
    assert len(done) == 9
    assert done.missing(13) == [(2, 4), (9, 12)]
    assert done.missing(5) == [(2, 4)]
    assert Done().missing(3) == [(0, 3)]
    assert [*chunks([(0, 20), (30, 35)], threads=1)] == [(0, 8), (8, 16), (16, 20), (30, 35)]
