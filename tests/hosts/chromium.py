"""A real Chromium, driven over its debugging protocol; office.js is replaced, nothing else."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-default-apps", "--remote-debugging-port=0"),
)


def program():
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def host(test):
    """Mark a test that wants a real browser."""
    absent = pytest.mark.skipif(program() is None, reason="Chromium is not installed")
    return pytest.mark.host(absent(test))


class Browser:
    """One page. ``replaced`` maps the end of an address to the script that is served instead."""

    def __init__(self, replaced):
        from websockets.sync.client import connect

        self.replaced = replaced
        self.asked_for = []
        self.errors = []
        self.profile = Path(tempfile.mkdtemp(prefix="tierwise-chromium-"))
        self.process = subprocess.Popen(
            [program(), *FLAGS, f"--user-data-dir={self.profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.open_things = ExitStack()
        self.open_things.callback(self._end)
        try:
            self._connect(connect)
        except BaseException:
            self.close()
            raise

    def _connect(self, connect):
        port = self._port()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as reply:
            (page, *_) = [target for target in json.loads(reply.read()) if target["type"] == "page"]
        self.socket = self.open_things.enter_context(connect(page["webSocketDebuggerUrl"], max_size=None))
        self.number = 0
        for domain in ("Page", "Runtime", "Network"):
            self.send(f"{domain}.enable")
        self.send("Fetch.enable", patterns=[{"urlPattern": "*"}])

    def _end(self):
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.profile, ignore_errors=True)

    def _port(self):
        told = self.profile / "DevToolsActivePort"
        end = time.monotonic() + 30
        while not told.exists() or not told.read_text().strip():
            if time.monotonic() > end:
                raise TimeoutError("Chromium did not start")
            time.sleep(0.05)
        return told.read_text().split()[0]

    def send(self, method, **parameters):
        """Send a command and return its result; requests paused meanwhile are answered."""
        self.number += 1
        number = self.number
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=60))
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]
            self._event(message)

    def _event(self, message):
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(message["params"]["exceptionDetails"].get("exception", {}).get("description"))
        if message.get("method") != "Fetch.requestPaused":
            return
        request, url = message["params"]["requestId"], message["params"]["request"]["url"]
        self.asked_for.append(url)
        found = [script for end, script in self.replaced.items() if url.endswith(end)]
        self.number += 1
        if found:
            command = "Fetch.fulfillRequest"
            given = {
                "requestId": request,
                "responseCode": 200,
                "responseHeaders": [{"name": "Content-Type", "value": "text/javascript"}],
                "body": base64.b64encode(found[0].encode()).decode(),
            }
        else:
            command, given = "Fetch.continueRequest", {"requestId": request}
        self.socket.send(json.dumps({"id": self.number, "method": command, "params": given}))

    def open(self, url):
        self.send("Page.navigate", url=url)

    def evaluate(self, expression):
        """Return what a JavaScript expression (or promise) gives."""
        told = self.send(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, timeout=60_000
        )
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def wait(self, condition, seconds=30):
        """Wait until a JavaScript condition holds."""
        end = time.monotonic() + seconds
        while not self.evaluate(f"Boolean({condition})"):
            if time.monotonic() >= end:
                shown = self.evaluate("document.body.innerText")[-300:]
                raise AssertionError(
                    f"{condition} does not come true; {self.errors}; the page shows: {shown}"
                )
            time.sleep(0.05)

    def resize(self, width, height):
        """Make the page so wide and high, in CSS pixels; Excel's task pane is 320 to 350 wide."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def picture(self, path):
        """Write a screenshot."""
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot")["data"]))

    def close(self):
        self.open_things.close()
