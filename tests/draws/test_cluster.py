"""The same counts on a cluster, whatever becomes of its workers."""

import os
import signal

import distributed
import pytest
from tests.draws.runs import ALL, bits, small_scenario, source, tables_here

from tierwise.draws import simulate as drawing
from tierwise.draws.simulate import simulate
from tierwise.errors import TierwiseError


@pytest.fixture
def scenario(tmp_path):
    return small_scenario(tmp_path)


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as made:
        yield made


def test_a_cluster_gives_the_bytes_of_one_machine(cluster):
    here = simulate(source(), draws=30_500, **ALL)
    there = simulate(source(), draws=30_500, cluster=cluster.scheduler_address, **ALL)
    assert there.complete
    assert bits(there) == bits(here)


def test_a_scenario_on_a_cluster_has_the_same_tables(cluster, scenario):
    there = tables_here(scenario, draws=20_000, cluster=cluster.scheduler_address)
    assert there == tables_here(scenario, draws=20_000)


def test_a_worker_killed_on_the_way_changes_no_byte(cluster, monkeypatch):
    monkeypatch.setattr(drawing, "LOOK", 0.0)
    with distributed.Client(cluster) as client:
        workers = [*client.run(os.getpid).values()]
        killed = []

        def kill_one(done, total, rate):
            if not killed:
                killed.append(workers[0])
                os.kill(workers[0], signal.SIGKILL if os.name != "nt" else signal.SIGTERM)

        draws = 300_000
        there = simulate(source(), draws=draws, cluster=client, progress=kill_one, **ALL)
        assert killed
        assert there.complete
        assert [*client.run(os.getpid).values()] != workers
    assert bits(there) == bits(simulate(source(), draws=draws, **ALL))


def test_a_stopped_run_goes_on_here_from_what_the_cluster_did(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(drawing, "LOOK", 0.0)
    settings_of_run = {"draws": 100_000, "checkpoint": tmp_path / "checkpoint", **ALL}
    part = simulate(
        source(),
        cluster=cluster.scheduler_address,
        progress=lambda done, total, rate: False,
        **settings_of_run,
    )
    assert not part.complete
    assert bits(simulate(source(), **settings_of_run)) == bits(simulate(source(), draws=100_000, **ALL))


def test_a_cluster_that_is_lost_keeps_its_draws_and_the_run_goes_on_here(tmp_path, monkeypatch):
    monkeypatch.setattr(drawing, "LOOK", 0.0)
    monkeypatch.setattr("tierwise.draws.cluster.PATIENCE", 1.0)
    settings_of_run = {"draws": 200_000, "checkpoint": tmp_path / "checkpoint", **ALL}
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as alone:
        lost = []

        def lose(done, total, rate):
            if done and not lost:
                lost.append(done)
                alone.scale(0)

        with pytest.raises(TierwiseError) as caught:
            simulate(source(), cluster=alone.scheduler_address, progress=lose, **settings_of_run)
    [problem] = caught.value.problems
    assert problem.code == "U020"
    assert problem.fields["draws"] >= lost[0] > 0
    assert (tmp_path / "checkpoint").exists()
    assert bits(simulate(source(), **settings_of_run)) == bits(simulate(source(), draws=200_000, **ALL))


def test_no_scheduler_at_the_address_is_said(monkeypatch):
    monkeypatch.setattr("tierwise.draws.cluster.TIMEOUT", "0.2s")
    with pytest.raises(TierwiseError, match=r"U011.*127\.0\.0\.1:9"):
        simulate(source(), draws=10, cluster="tcp://127.0.0.1:9")
