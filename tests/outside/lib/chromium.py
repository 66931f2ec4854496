"""Debian's Chromium, driven by Playwright: one window a person, which notes what its pages cost and complain about.

A window has cookies and a cache of its own. It notes requests to other hosts, violations of the
Content-Security-Policy and errors of the console as complaints; `no_complaints` is the check. A slow line can be
emulated; nothing here depends on how long anything takes.

    pip install playwright==1.65.2
"""

import contextlib
import shutil
import time
import urllib.parse
from dataclasses import dataclass

from playwright.sync_api import sync_playwright

from lib.report import check, equal

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
]
# Seconds for anything that a browser does: a machine that does other things besides is slow.
PATIENCE = 60
# 256 kbit/s down, 128 up, and 600 ms for each request.
SLOW_LINE = {"offline": False, "latency": 600, "downloadThroughput": 32_000, "uploadThroughput": 16_000}
NO_LINE = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
# What the console says about an answer that is an error page; `Window.arrive` checks the status instead.
STATUS_LINE = "Failed to load resource: the server responded with a status of"


@contextlib.contextmanager
def chromium():
    """The browser, from its start to its end."""
    binary = shutil.which("chromium")
    check(binary, "Chromium: expected `chromium` in the path, it is not there (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Cost:
    """What a page and all that it needs took over the line, redirections that lead to it left out of the count."""

    requests: int = 0
    bytes: int = 0


class Window:
    """One person's window: a page, with cookies and a cache of its own."""

    def __init__(self, browser, origin, language="en", scripts=True, size=(1280, 900), line=None, dark=False):
        self.origin, self._line, self._scripts = origin, line, scripts
        self.context = browser.new_context(
            base_url=origin,
            locale={"en": "en-GB", "fr": "fr-FR"}.get(language, language),
            java_script_enabled=scripts,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            timezone_id="UTC",
        )
        self.context.set_default_timeout(PATIENCE * 1000)
        self.page = self.context.new_page()
        self.complaints, self._cost, self._asked, self._open = [], Cost(), 0, set()
        # Of the page that was arrived at last.
        self.status, self.answers_a_form = None, False
        self._listen()
        self._debugger = self.context.new_cdp_session(self.page)
        self._debugger.send("Network.enable")
        self._debugger.on("Network.requestWillBeSent", self._count_request)
        self._debugger.on("Network.loadingFinished", self._count_bytes)
        self._debugger.on("Network.requestServedFromCache", self._discount)
        self._debugger.on("Network.responseReceived", self._see_cache)
        self._debugger.on("Network.loadingFailed", lambda event: self._open.discard(event["requestId"]))
        self._on_the_line(line)

    def close(self):
        self.context.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def path(self):
        """The address without the host."""
        parts = urllib.parse.urlsplit(self.page.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def open(self, path, status=200):
        """Goes to an address of the portal, as if it was typed."""
        return self.arrive(lambda: self.page.goto(path), status)

    def arrive(self, act, status=200, path=None):
        """Does what leads to a page, waits for all of it, and checks its status and its path; `None`: any status."""
        self._cost, self._asked = Cost(), 0
        with self.page.expect_event("load"):
            act()
        if status is not None:
            equal(self.status, status, f"status of {self.path} ({self.heading()!r})")
        if path is not None:
            equal(urllib.parse.urlsplit(self.page.url).path, path, f"where {self.heading()!r} is")
        return self

    def heading(self):
        """The first heading of the page, or nothing."""
        found = self.page.locator("h1")
        return found.first.inner_text().strip() if found.count() else ""

    def text(self):
        return self.page.locator("body").inner_text()

    def turn(self, direction):
        """Shows the page from right to left (`rtl`) or from left to right (`ltr`), whatever its language is."""
        self.page.evaluate("direction => { document.documentElement.dir = direction; }", direction)

    def cost(self):
        """What the page that was arrived at last took over the line, with what the cache did not have."""
        deadline = time.monotonic() + PATIENCE
        while self._open and time.monotonic() < deadline:
            self.page.wait_for_timeout(10)
        equal(self._open, set(), "requests without an end")
        return self._cost

    def cold_cost(self):
        """What the same page takes where nothing is in the cache: it is loaded again, over a fast line."""
        self._debugger.send("Network.clearBrowserCache")
        self._on_the_line(None)
        self.arrive(self.page.reload, None)
        scripts = ", script[src]" if self._scripts else ""
        parts = self.page.locator(f"link[rel=stylesheet], link[rel=icon], main img{scripts}").all()
        # One file may be named twice.
        wanted = 1 + len({part.get_attribute("href") or part.get_attribute("src") for part in parts})
        # The icon is asked for when all else is there.
        deadline = time.monotonic() + PATIENCE
        while self._asked < wanted and time.monotonic() < deadline:
            self.page.wait_for_timeout(10)
        cost = self.cost()
        self._on_the_line(self._line)
        return cost

    def no_complaints(self, where=""):
        """Nothing was asked of another host, no rule of the security policy was broken, and no error was logged."""
        found, self.complaints = self.complaints, []
        equal(found, [], f"complaints of the browser {where or self.path}")

    def complaints_taken(self):
        """The complaints since they were last looked at."""
        found, self.complaints = self.complaints, []
        return found

    def authenticator(self):
        """Adds a virtual authenticator for passkeys (CTAP 2, built in, with user verification); returns its id."""
        self._debugger.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        added = self._debugger.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return added["authenticatorId"]

    def passkeys(self, authenticator):
        """The passkeys that a virtual authenticator has."""
        return self._debugger.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]

    def _listen(self):
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.path}: {error}"))
        self.page.on("request", self._see_request)
        self.page.on("response", self._see_answer)

    def _hear(self, message):
        if message.type in ("error", "warning") and not message.text.startswith(STATUS_LINE):
            self.complaints.append(f"{self.path}: {message.text}")

    def _see_request(self, request):
        if not request.url.startswith((f"{self.origin}/", "data:", "about:")):
            self.complaints.append(f"{self.path}: asks another host: {request.url}")

    def _see_answer(self, answer):
        if answer.request.is_navigation_request():
            if not 300 <= answer.status < 400:
                self.status, self.answers_a_form = answer.status, answer.request.method == "POST"
        elif answer.status >= 400:
            self.complaints.append(f"{self.path}: {answer.status} for {answer.url}")

    def _count_request(self, event):
        if "redirectResponse" in event:
            self._cost.bytes += int(event["redirectResponse"]["encodedDataLength"])
        elif event["request"]["url"].startswith(self.origin):
            self._cost.requests += 1
            self._asked += 1
        self._open.add(event["requestId"])

    def _see_cache(self, event):
        if event["response"].get("fromDiskCache"):
            self._discount(event)

    def _discount(self, _event):
        self._cost.requests -= 1

    def _count_bytes(self, event):
        self._open.discard(event["requestId"])
        self._cost.bytes += int(event["encodedDataLength"])

    def _on_the_line(self, line):
        self._debugger.send("Network.emulateNetworkConditions", line or NO_LINE)
