"""``tierwise serve``: who is let in, what is refused, and that nobody waits for another's cells."""

import asyncio
import http.client
import json
import socket
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tierwise.errors import TierwiseError
from tierwise_addin import answer, catalogue, session, settings
from tierwise_addin.hosts import desk, guard, pools, runs, serving

TOKEN = "0123456789abcdef"


@pytest.fixture(scope="module")
def served():
    with desk.server(port=0, token=TOKEN) as server:
        yield server


def ask(served, path="/call", body=b"", *, method="POST", headers=None, token=TOKEN):
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    sent = {"Authorization": f"Bearer {token}", **(headers or {})}
    connection.putrequest(method, path, skip_host="Host" in sent)
    for name, value in {"Content-Length": str(len(body)), **sent}.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    reply = connection.getresponse()
    found = reply.status, json.loads(reply.read())
    connection.close()
    return found


def formula(name, *cells, **more):
    return json.dumps({"name": name, "cells": cells, **more}).encode()


RANK = formula("IDX_RANK", [[1], [2]])


def test_the_token_lets_in_by_header_and_by_path(served):
    assert ask(served, body=RANK) == (200, {"rows": [[2], [1]]})
    assert ask(served, f"/{TOKEN}/call", RANK, token="") == (200, {"rows": [[2], [1]]})
    assert ask(served, "/", method="GET")[0] == 200


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (401, {"token": ""}),
        (401, {"token": TOKEN[:-1]}),
        (401, {"token": TOKEN.upper()}),
        (401, {"path": f"/x/{TOKEN}/call", "token": ""}),
        (401, {"headers": {"Authorization": f"Basic {TOKEN}"}}),
        (421, {"headers": {"Host": "evil.example"}}),
        (421, {"headers": {"Host": "127.0.0.1.evil.example:80"}}),
        (421, {"headers": {"Host": "192.168.1.7"}}),
        (421, {"headers": {"Host": ""}}),
        (403, {"headers": {"Origin": "http://evil.example"}}),
        (403, {"headers": {"Origin": "null"}}),
        (403, {"headers": {"Origin": "http://[::"}}),
        (403, {"headers": {"Origin": "http://127.0.0.1:1"}}),
        (400, {"path": "/../call"}),
        (400, {"path": "/%2e%2e/call"}),
        (400, {"path": "//call"}),
        (400, {"path": "/call%2f"}),
        (404, {"path": "/other"}),
        (413, {"headers": {"Content-Length": str(64 * 2**20 + 1)}}),
        (400, {"body": b"{"}),
        (400, {"body": b"[]"}),
        (400, {"body": b'{"name": "IDX_RANK", "cells": [[NaN]]}'}),
        (400, {"body": b"[" * 100_000}),
        (400, {"body": b'{"name": ["IDX_RANK"], "cells": []}'}),
        (400, {"body": b'{"name": "IDX_RANK", "cells": {}}'}),
        (400, {"body": b'{"name": "IDX_RANK", "cells": [], "client": "none"}'}),
        (400, {"body": b'{"name": "IDX_RANK", "cells": [], "client": ["calc"]}'}),
    ],
)
def test_what_is_refused(served, status, asked):
    given = {"body": RANK, **asked}
    if "Content-Length" in given.get("headers", {}):
        given["body"] = b""
    found, reply = ask(served, **given)
    assert (found, [*reply]) == (status, ["error"])


def test_names_are_refused_when_any_address_is_listened_on():
    open_to_all = guard.Guard(None, TOKEN, "0.0.0.0", public_url="https://tierwise.example:8000")
    headers = {"authorization": f"Bearer {TOKEN}"}
    hosts = ["192.168.1.7:8765", "[fe80::1]:8765", "tierwise.example:8000", "evil.example", "10.0.0.1.nip.io"]
    found = [open_to_all.refused("/call", b"/call", {**headers, "host": host})[0] for host in hosts]
    assert found == [0, 0, 0, 421, 421]


def test_a_long_header_and_one_that_never_ends_are_cut_off():
    limits = guard.Limits(header=4096, header_seconds=0.3, body_seconds=0.3, connections=8)
    before = guard.Guard(desk.Desk("here"), TOKEN, limits=limits)
    with serving.Serving(before, 0) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as long:
            long.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 8192)
            assert b"400" in long.recv(100)
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as silent:
            assert silent.recv(100) == b""
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: 127")
            assert slow.recv(100) == b""
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as half:
            head = f"POST /call HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n"
            half.sendall(f"{head}Content-Length: 10\r\n\r\n{{".encode())
            assert b" 408 " in half.recv(100)
        held = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(8)]
        time.sleep(0.1)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", "/", headers={"Authorization": f"Bearer {TOKEN}"})
        assert connection.getresponse().status == 503
        for each in held:
            each.close()


@pytest.mark.parametrize("chunks", [b"zz\r\n", b"5\r\nabcdefgh\r\n", b"1\r\n{\r\n-1\r\n"])
def test_a_body_that_breaks_its_own_rules_is_refused_once(served, caplog, chunks):
    head = f"POST /call HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n"
    for way in ("/call", "/other"):
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", served.port), timeout=10) as odd:
                odd.sendall(
                    head.replace("/call", way).encode() + b"Transfer-Encoding: chunked\r\n\r\n" + chunks
                )
                found = b""
                while part := odd.recv(1000):
                    found += part
            assert found.count(b"HTTP/1.1 ") == 1
            assert b" 400 " in found
    assert [record.getMessage() for record in caplog.records] == []


def test_a_body_without_a_told_length_is_counted():
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"x" * 60, "more_body": True}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": "/call", "raw_path": b"/call", "method": "POST"}
    scope["headers"] = [(b"host", b"localhost"), (b"authorization", f"Bearer {TOKEN}".encode())]
    before = guard.Guard(None, TOKEN, limits=guard.Limits(body=100))
    asyncio.run(before(scope, receive, send))
    assert (sent[0]["status"], before.reading) == (413, 0)
    asyncio.run(guard.Guard(None, TOKEN, limits=guard.Limits(bodies=100))(scope, receive, send))
    assert sent[2]["status"] == 503


def test_each_caller_hears_of_his_own_last_error(served):
    for who in ("a" * 32, "b" * 32):
        ask(served, body=formula("IDX_RANK", [[1], [f"cell of {who}"]], session=who))
    told = {
        who: ask(served, body=formula("IDX_LASTERROR", session=who * 32))[1]["rows"][0][0] for who in "abc"
    }
    assert "a" * 32 in told["a"]
    assert "b" * 32 in told["b"]
    assert told["c"] == ""


def test_a_cell_cannot_name_another_caller():
    body = formula("IDX_RANK", [['"session": "' + "b" * 32 + '"']], session="a" * 32)
    assert guard._caller({"client": ("x", 1)}, body) == f"x {'a' * 32}"


@pytest.fixture
def slow_function(monkeypatch):
    """A slow function that waits until it is let go; how often it was begun."""
    begun, go = [], threading.Event()

    def compute():
        begun.append(1)
        while not go.wait(0.02):
            report = session.progress.get()
            if report is not None:
                report(1, 2, 1.0)
        return 7.0

    made = catalogue.Function("IDX_WAIT", catalogue.functions()["IDX_RANK"].help, (), compute, slow=True)
    monkeypatch.setitem(catalogue.functions(), "IDX_WAIT", made)
    yield begun, go
    go.set()


def test_six_of_the_same_slow_call_run_once_and_quick_ones_go_ahead(slow_function):
    begun, go = slow_function
    with desk.server(port=0, token=TOKEN, patience=0.5) as server, ThreadPoolExecutor(8) as clients:
        same = [clients.submit(ask, server, body=formula("IDX_WAIT", client="calc")) for _ in range(6)]
        assert ask(server, body=RANK) == (200, {"rows": [[2], [1]]})
        assert [each.result() for each in same] == [(200, {"rows": [[{"error": 32767}]]})] * 6
        assert "C017" in ask(server, body=formula("IDX_LASTERROR"))[1]["rows"][0][0]
        go.set()
        assert ask(server, body=formula("IDX_WAIT", client="calc")) == (200, {"rows": [[7.0]]})
        assert len(begun) == 1


def test_a_call_that_nobody_waits_for_gives_its_thread_back(slow_function, monkeypatch):
    _, go = slow_function
    monkeypatch.setattr(desk, "KEPT_SECONDS", 0.0)
    with desk.server(port=0, token=TOKEN, patience=0.05) as server:
        for at in range(4):  # more than the pool has threads
            ask(server, body=formula("IDX_WAIT", session=f"{at}" * 8))
        ask(server, body=RANK)
        go.wait(0.5)
        free = pools.SLOW.submit(lambda: "free").result(10)
    assert free == "free"
    assert not go.is_set()


def test_a_call_that_changed_meanwhile_gives_its_thread_to_the_next(slow_function, monkeypatch):
    begun, go = slow_function
    monkeypatch.setattr(desk, "IDLE_SECONDS", 0.0)
    with desk.server(port=0, token=TOKEN, patience=0.05) as server:
        for at in range(6):  # each edit asks anew, and nobody asks for the ones before
            ask(server, body=formula("IDX_WAIT", session=f"{at}" * 8))
            time.sleep(0.05)
        end = time.monotonic() + 10
        while len(begun) < pools.SLOW_THREADS + 1 and time.monotonic() < end:
            time.sleep(0.02)
        assert len(begun) > pools.SLOW_THREADS
        go.set()
        while ask(server, body=formula("IDX_WAIT", session="5" * 8))[1]["rows"] != [[7]]:
            assert time.monotonic() < end


def test_settings_get_a_token_once_for_the_owner_alone(tmp_path):
    path = tmp_path / "folder" / "addin.ini"
    settings.save(settings.Settings("zh", server="http://127.0.0.1:1"), path)
    made = settings.served(path)
    assert len(made.token) == 64
    assert settings.served(path) == made == settings.load(path)
    assert (made.language, made.server) == ("zh", "http://127.0.0.1:1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert settings.served(tmp_path / "other.ini").token != made.token


class TestRuns:
    def test_they_expire(self, monkeypatch):
        kept = runs.Runs()
        for at in range(40):
            kept.known[str(at)] = runs.Run("x", lambda: None, state="done", begun=100.0, key=str(at))
        kept.known["new"] = runs.Run("x", lambda: None, begun=0.0, key="new")
        kept.expire(now=200.0)
        assert [*kept.known] == [*map(str, range(8, 40)), "new"]
        kept.expire(now=100.0 + runs.KEPT_SECONDS + 1)
        assert [*kept.known] == ["new"]

    def test_a_few_at_a_time(self):
        kept = runs.Runs()
        for at in range(runs.MOST_RUNNING):
            kept.known[str(at)] = runs.Run("x", lambda: None, key=str(at))
        with pytest.raises(TierwiseError) as error:
            kept.start("technology-achievement")
        assert [found.code for found in error.value.problems] == ["C033"]


def test_a_call_that_was_dropped_leaves_no_reason_behind(slow_function):
    begun, _ = slow_function
    session.forget()
    work = pools.Work("IDX_WAIT", answer, "IDX_WAIT")
    while not begun:
        time.sleep(0.01)
    work.drop()
    with pytest.raises(session.CancelledError):
        work.future.result(10)
    assert session.last_error() == ""


def test_an_address_that_another_program_has_is_told(served: serving.Serving) -> None:
    with pytest.raises(TierwiseError) as caught:
        desk.server(port=served.port, token=TOKEN)
    (told,) = caught.value.problems
    assert told.code == "C048"
    assert f"127.0.0.1:{served.port}" in told.line("en")


def test_a_certificate_that_is_none_is_told_and_its_port_is_free_again(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as asked:
        port = asked.getsockname()[1]
    (tmp_path / "none.pem").write_text("no certificate")
    for name in ("absent.pem", "none.pem"):
        pem = str(tmp_path / name)
        with pytest.raises(TierwiseError) as caught:
            serving.Serving(guard.Guard(desk.Desk(""), TOKEN), port, pem, pem)
        assert [one.code for one in caught.value.problems] == ["C049"]
