"""A real Chromium without a window, driven over its own debugging pipe: no port, no library, no download."""

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # root may not run Chromium otherwise
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


_LAUNCH = """
import os, sys
ends = [os.dup(int(number)) for number in sys.argv[1:3]]
safe = [os.dup2(end, 200 + i) for i, end in enumerate(ends)]
for number, end in enumerate(safe, start=3):
    os.dup2(end, number)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Chromium reads from descriptor 3 and answers on 4, whatever numbers the pipes have here."""


def chromium() -> str | None:
    """The Chromium of this machine, if any."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Page:
    """A tab: what is asked of it, and everything it said."""

    def __init__(self, to: int, back: int, timeout: float) -> None:
        self._to, self._back, self._timeout = to, back, timeout
        self._number, self._rest = 0, b""
        self._session: str | None = None
        self.events: list[tuple[str, dict[str, Any]]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Performance.enable", timeDomain="threadTicks")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask for something and wait for the answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])

    def wait_for(self, event: str) -> None:
        """Wait until something has happened since the last :meth:`open`."""
        while not self.named(event):
            self._next()

    def named(self, event: str) -> list[dict[str, Any]]:
        """What was said about one kind of event."""
        return [about for name, about in self.events if name == event]

    def open(self, path: Path, *, width: int = 1440, height: int = 1000, phone: bool = False) -> float:
        """Open a file, and return the seconds until it is loaded and drawn."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if phone else 1,
            mobile=phone,
        )
        self.events.clear()
        started = time.perf_counter()
        self.call("Page.navigate", url=path.resolve().as_uri())
        self.wait_for("Page.loadEventFired")
        self.run("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        return time.perf_counter() - started

    def worked(self) -> float:
        """Seconds the page's own thread has computed since the last :meth:`open`, whatever else runs here."""
        metrics = {item["name"]: item["value"] for item in self.call("Performance.getMetrics")["metrics"]}
        return float(metrics["TaskDuration"])

    def run(self, script: str) -> Any:
        """Run an expression in the page and return its value."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", "thrown"))
        return answer["result"].get("value")

    def press(self, key: str, text: str = "") -> None:
        """Press and let go of a key."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39}
        code = codes | {"ArrowDown": 40}
        known = {"key": key, "code": key, "windowsVirtualKeyCode": code.get(key, ord(key[0]))}
        typed = {"text": text or ("\r" if key == "Enter" else "")}
        self.call("Input.dispatchKeyEvent", type="keyDown", **known, **(typed if typed["text"] else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **known)

    def type(self, text: str) -> None:
        """Type where the cursor is."""
        for letter in text:
            self.press(letter, letter)

    def click(self, x: float, y: float) -> None:
        """Click with the mouse."""
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """Keep a picture of the window, or of the whole page."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(data["data"]))

    def pdf(self) -> bytes:
        """What the printer gets."""
        asked = {"preferCSSPageSize": True, "printBackground": False}
        return base64.b64decode(self.call("Page.printToPDF", **asked)["data"])

    def complaints(self) -> list[str]:
        """Errors on the console, exceptions nobody caught, and refusals of the page's policy."""
        said = [str(about["entry"]["text"]) for about in self.named("Log.entryAdded")]
        said += [str(about["args"]) for about in self.named("Runtime.consoleAPICalled")]
        return said + [str(about["exceptionDetails"]) for about in self.named("Runtime.exceptionThrown")]

    def requests(self) -> list[str]:
        """Addresses of everything asked for."""
        return [str(about["request"]["url"]) for about in self.named("Network.requestWillBeSent")]

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + self._timeout
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._back], [], [], max(end - time.monotonic(), 0.0))
            data = os.read(self._back, 1 << 16) if ready else b""
            if not data:
                raise TimeoutError("Chromium does not answer")
            self._rest += data
        line, self._rest = self._rest.split(b"\0", 1)
        message: dict[str, Any] = json.loads(line)
        if "method" in message:
            self.events.append((message["method"], message["params"]))
        return message


@contextmanager
def browse(folder: Path, *, timeout: float = 60.0) -> Iterator[Page]:
    """Start Chromium with an empty profile in a folder, hand out its tab, and end it."""
    program = chromium()
    assert program is not None
    read_end, to = os.pipe()
    back, write_end = os.pipe()
    launch = [sys.executable, "-c", _LAUNCH, str(read_end), str(write_end)]
    process = subprocess.Popen(
        [*launch, program, *_FLAGS, f"--user-data-dir={folder}", "about:blank"],
        pass_fds=(read_end, write_end),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(read_end)
    os.close(write_end)
    try:
        yield Page(to, back, timeout)
    finally:
        os.close(to)
        os.close(back)
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
        process.kill()
        process.wait()
