"""Results that are kept: bounded by bytes, each made once at a time, the same question under one key."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tierwise_addin import call, functions_robustness, kept, session, settings
from tierwise_addin.catalogue import functions
from tierwise_addin.kept import MEGABYTE, Kept, weight

VALUES = np.random.default_rng(3).uniform(1.0, 9.0, (12, 4)).tolist()
WEIGHTS = [[4, 3, 2, 1]]


@pytest.fixture
def made(monkeypatch):
    """What is made anew, by the name of the function that makes it."""
    kept.results().forget()
    counted = []
    for name in ("simulate", "run_model"):
        real = getattr(functions_robustness, name)

        def counting(*given, real=real, name=name, **settings):
            counted.append(name)
            return real(*given, **settings)

        monkeypatch.setattr(functions_robustness, name, counting)
    return counted


def test_the_functions_of_a_family_share_their_draws(made):
    asked = (VALUES, WEIGHTS, 0.25, 300)
    for name in ("ROBUSTNESS", "RANK_INTERVAL", "TOP_PROBABILITY", "TIER_PROBABILITY", "RANK_ACCEPTABILITY"):
        call(f"IDX_{name}", *asked)
    assert made == ["simulate"]
    call("IDX_SENSITIVITY", *asked)
    call("IDX_SENSITIVITY", *asked)
    assert made == ["simulate", "run_model"]


def test_an_explicit_default_is_the_same_question(made):
    first = call("IDX_ROBUSTNESS", VALUES, WEIGHTS, 0.25, 300)
    told = (300, 1, 4, 12, "min-max", "arithmetic", 1, "error")
    for at in range(len(told)):
        given = [None] * len(told)
        given[0], given[at] = 300, told[at]
        assert call("IDX_ROBUSTNESS", VALUES, WEIGHTS, 0.25, *given) == first
    assert call("IDX_ROBUSTNESS", VALUES, WEIGHTS, 0.25, *told) == first
    assert made == ["simulate"]
    call("IDX_ROBUSTNESS", VALUES, WEIGHTS, 0.25, *told[:3], 11)
    assert len(made) == 2


@pytest.mark.parametrize("name", ["IDX_EXACT_RANKS", "IDX_DOMINANCE", "IDX_SWINGS", "IDX_CLOSEST_WEIGHTS"])
def test_other_slow_functions_keep_their_results(name):
    kept.results().forget()
    given = {"IDX_SWINGS": (0.2,), "IDX_CLOSEST_WEIGHTS": ([2],)}.get(name, (0.3,))
    first = call(name, VALUES, WEIGHTS, *given)
    begun = time.perf_counter()
    assert call(name, VALUES, WEIGHTS, *given) == first
    assert time.perf_counter() - begun < 0.05
    (known,) = kept.results()._known
    assert known[1] in {"ranks", "dominates", "_swings", "closest_weights"}


def test_six_identical_slow_calls_at_once_run_one_simulation(made):
    with ThreadPoolExecutor(6) as cells:
        asked = [cells.submit(call, "IDX_ROBUSTNESS", VALUES, WEIGHTS, 0.25, 20_000) for _ in range(6)]
        rows = [one.result() for one in asked]
    assert made == ["simulate"]
    assert all(one == rows[0] for one in rows)


def test_bytes_bound_what_is_kept():
    store = Kept(10 * MEGABYTE)
    for key in range(20):
        assert store.get(key, lambda: np.zeros(MEGABYTE // 8)).nbytes == MEGABYTE
        assert store.size <= store.most
    assert [*store._known] == [*range(10, 20)]
    store.get(10, lambda: pytest.fail("kept"))
    store.get("large", lambda: np.zeros(11 * MEGABYTE // 8))
    assert "large" not in store._known
    assert settings.Settings().kept_megabytes == 256


def test_arrays_that_a_result_computes_of_itself_count():
    class Grows:
        def __init__(self):
            self.array = np.zeros(MEGABYTE // 8)

    store, held = Kept(3 * MEGABYTE), Grows()
    store.get("a", lambda: held)
    held.more = np.zeros(MEGABYTE // 8)
    store.get("a", lambda: None)
    assert 2 * MEGABYTE <= store.size < 2.1 * MEGABYTE
    assert weight([1.0] * 1000) > 8000


class TestManyAsk:
    def slow(self, store, go, begun):
        def make():
            begun.append(1)
            while not go.wait(0.01):
                if (report := session.progress.get()) is not None:
                    report(1, 2, 1.0)
            return 7

        return store.get("key", make)

    def watched(self, store, go, begun, dropped):
        def stop(*_):
            if dropped.is_set():
                raise InterruptedError

        session.progress.set(stop)
        return self.slow(store, go, begun)

    def test_who_began_leaves_and_the_others_get_the_result(self):
        store, go, begun, dropped = Kept(MEGABYTE), threading.Event(), [], threading.Event()
        with ThreadPoolExecutor(3) as cells:
            first = cells.submit(self.watched, store, go, begun, dropped)
            while not begun:
                time.sleep(0.01)
            second = cells.submit(self.watched, store, go, begun, threading.Event())
            time.sleep(0.2)
            dropped.set()
            time.sleep(0.2)
            go.set()
            assert second.result() == 7
            assert first.result() == 7
        assert begun == [1]

    def test_who_waits_may_leave(self):
        store, go, begun, dropped = Kept(MEGABYTE), threading.Event(), [], threading.Event()
        with ThreadPoolExecutor(2) as cells:
            first = cells.submit(self.watched, store, go, begun, threading.Event())
            while not begun:
                time.sleep(0.01)
            second = cells.submit(self.watched, store, go, begun, dropped)
            dropped.set()
            with pytest.raises(InterruptedError):
                second.result(5)
            go.set()
            assert first.result() == 7

    def test_all_leave_and_the_next_begins_anew(self):
        store, go, begun, dropped = Kept(MEGABYTE), threading.Event(), [], threading.Event()
        dropped.set()
        with pytest.raises(InterruptedError):
            self.watched(store, go, begun, dropped)
        session.progress.set(None)
        go.set()
        assert self.slow(store, go, begun) == 7
        assert len(begun) == 2

    def test_a_failure_is_everybodys_and_is_not_kept(self):
        store, go, begun = Kept(MEGABYTE), threading.Event(), []

        def fail():
            begun.append(1)
            go.wait(5)
            raise ValueError

        with ThreadPoolExecutor(2) as cells:
            asked = [cells.submit(store.get, "key", fail) for _ in range(2)]
            time.sleep(0.2)
            go.set()
            for one in asked:
                with pytest.raises(ValueError):
                    one.result()
        assert store.get("key", lambda: 3) == 3


def test_every_slow_function_keeps_its_results():
    drawn = {one.name for one in functions().values() if one.family == "robustness"}
    slow = {one.name: one.compute for one in functions().values() if one.slow}
    unkept = {name for name, compute in slow.items() if not hasattr(compute, "__wrapped__")} - drawn
    assert unkept == {"IDX_SWINGS", "IDX_GET", "IDX_CARD"}  # which ask others that keep
