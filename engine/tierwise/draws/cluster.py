"""The same blocks on a dask.distributed cluster: few large chunks, each one's counts added to the total.

Counts are integers and blocks carry their own seeds, so the result is that of one machine to the last bit,
whatever worker made which chunk, in whatever order, and however often a lost one was made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from time import monotonic
from typing import Any

from tierwise.draws.counts import Counts
from tierwise.draws.feeds import feed_of
from tierwise.draws.runner import ThreadPool
from tierwise.draws.setup import Setup
from tierwise.draws.source import Source
from tierwise.errors import TierwiseError, problem
from tierwise.methods.registry import import_again, imported

ROUNDS = 4  # chunks for each thread of the cluster: enough to even out, few enough to cost nothing
LEAST = 8  # blocks in a chunk
LOST = 8  # workers that a chunk may take down before it is given up
TIMEOUT = "15s"  # for the scheduler to answer
LOOK = 0.5  # seconds between looks at how it goes
PATIENCE = 60.0  # seconds without a scheduler or a worker before the cluster is given up


@dataclass(frozen=True)
class Job:
    """What every worker needs to make any block of a run."""

    source: Source
    setup: Setup
    seed: int
    draws: int
    own: tuple[tuple[str, str], ...] = field(default_factory=imported)


def count_chunk(job: Job, first: int, stop: int) -> Counts:
    """Return the counts of the blocks from ``first`` to ``stop``, on one thread."""
    import_again(job.own)
    counts = Counts(job.setup)
    with ThreadPool(
        counts, feed_of(job.source, job.setup.order), seed=job.seed, draws=job.draws, threads=1
    ) as pool:
        pool.advance(first, stop)
    return counts


def count_on_cluster(
    cluster: Any, job: Job, counts: Counts, stop: int, *, look: Callable[[], bool], merged: Callable[[], None]
) -> None:
    """Add the missing blocks below ``stop`` to ``counts``.

    ``cluster`` is a scheduler's address or a ``distributed.Client``. ``merged`` is called after each chunk;
    ``look`` too, and when it returns False the chunks that are left are cancelled.

    Raises:
        TierwiseError: U010 when ``distributed`` is not installed, U011 when no scheduler answers,
            U020 when it or all workers are lost on the way.

    """
    client, mine = _client(cluster)
    try:
        shared = client.scatter(job, broadcast=True, hash=False)
        threads = max(sum(client.nthreads().values()), 1)
        futures = [
            client.submit(count_chunk, shared, low, high, pure=False, retries=LOST)
            for low, high in chunks(counts.done.missing(stop), threads)
        ]
        _gather(client, futures, counts, look, merged)
    except TierwiseError:
        raise
    except Exception as error:  # whatever a library says when its scheduler or its workers are gone
        address, reason = str(getattr(cluster, "scheduler", cluster)), f"{type(error).__name__}: {error}"
        raise TierwiseError(problem("U020", address=address, draws=counts.draws, reason=reason)) from None
    finally:
        if mine:
            with suppress(Exception):  # a lost scheduler says goodbye to nobody
                client.close(timeout=TIMEOUT)


def chunks(ranges: list[tuple[int, int]], threads: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of blocks cut into chunks, a few for each thread."""
    blocks = sum(stop - first for first, stop in ranges)
    size = max(LEAST, -(-blocks // (ROUNDS * threads)))
    for first, stop in ranges:
        for low in range(first, stop, size):
            yield low, min(low + size, stop)


def _distributed() -> Any:
    try:
        return import_module("distributed")
    except ImportError:
        raise TierwiseError(problem("U010")) from None


def _client(cluster: Any) -> tuple[Any, bool]:
    distributed = _distributed()
    if isinstance(cluster, distributed.Client):
        return cluster, False
    try:
        return distributed.Client(cluster, timeout=TIMEOUT), True
    except (OSError, ValueError) as error:
        raise TierwiseError(problem("U011", address=cluster, reason=str(error))) from None


def _gather(
    client: Any, futures: list[Any], counts: Counts, look: Callable[[], bool], merged: Callable[[], None]
) -> None:
    """Add each chunk's counts as it comes in; raise when the scheduler is gone, or all workers for long."""
    distributed = _distributed()
    pending, seen = set(futures), monotonic()
    try:
        while pending:
            try:
                done = distributed.wait(pending, timeout=LOOK, return_when="FIRST_COMPLETED").done
            except (TimeoutError, distributed.TimeoutError):
                if _served(client):
                    seen = monotonic()
                elif monotonic() - seen > PATIENCE:
                    raise TimeoutError(f"no worker for {PATIENCE:g} s") from None
                if not look() and counts.draws:
                    break
                continue
            seen = monotonic()
            for future in done:
                counts.merge(future.result())
                future.release()
                merged()
            pending -= done
            if not look():
                break
    except KeyboardInterrupt:
        look()
    finally:
        for future in pending:
            with suppress(Exception):
                future.cancel()


def _served(client: Any) -> bool:
    """Tell whether the scheduler answers and has workers."""
    try:
        return client.status == "running" and bool(client.nthreads())
    except Exception:  # the connection is closed
        return False
