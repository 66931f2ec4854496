"""Speaks HTTP to one portal, as somebody or as nobody, and judges the shape of what it answers."""

import concurrent.futures
import http.client
import json
import re
import time
import urllib.parse
from dataclasses import dataclass, field, replace

from lib.authenticator import Authenticator
from lib.report import PATIENCE, check, equal, eventually, includes
from lib.secret_texts import SECRETS

# Where the people of a story are, behind the proxy that the portal trusts.
USUAL_ADDRESS = "127.0.0.77"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode()

    @property
    def is_busy(self):
        """Whether the portal, and not a proxy before it, has too much to do."""
        is_problem = self.headers["Content-Type"] == "application/problem+json"
        return self.status == 503 and is_problem and self.json["code"] == "busy"

    @property
    def faults(self):
        """What is wrong with which member, as (pointer, code)."""
        return [(at["pointer"], at["code"]) for at in self.json.get("errors", [])]

    def __str__(self):
        return f"{self.status} {self.body[:400].decode(errors='replace')}"

    def assert_problem(self, status, code):
        """The shape of every error: RFC 9457 with our members, in words rather than keys."""
        equal(self.status, status, f"status ({self})")
        equal(self.headers["Content-Type"], "application/problem+json", "Content-Type")
        problem = self.json
        includes(problem, {"type", "title", "status", "detail", "code", "request_id"}, "members of the problem")
        equal((problem["status"], problem["code"]), (status, code), "status and code in the body")
        equal(problem["type"], f"urn:portal:problem:{code}", "type")
        equal(problem["request_id"], self.headers["X-Request-Id"], "request_id")
        texts = [problem["title"], problem["detail"], *(fault["detail"] for fault in problem.get("errors", []))]
        unfinished = [text for text in texts if not text or re.match(r"(problem|fault)-|.*\{", text)]
        equal(unfinished, [], "texts that are missing or unfinished")


@dataclass
class Client:
    """Speaks to one portal, as one person or as nobody, with headers of its own."""

    port: int
    token: str | None = None
    tokens: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)

    def send(self, method, path, body=None, headers=None):
        sent = {"X-Forwarded-For": USUAL_ADDRESS}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None and not isinstance(body, bytes):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {**sent, **self.headers, **(headers or {})})
            answer = connection.getresponse()
            answer = Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()
        SECRETS.note(body or b"")
        SECRETS.note(answer.body)
        SECRETS.note_cookies(answer.headers)
        return answer

    def api(self, status, method, path, body=None, headers=None):
        """Sends to /api/v1 and expects this status; returns the JSON.

        Sends again what was refused because the portal is busy, since that changed nothing: two stories at a time can be
        too much for a small machine.
        """
        deadline = time.monotonic() + PATIENCE
        while (answer := self.send(method, f"/api/v1{path}", body, headers)).is_busy and status != answer.status:
            check(time.monotonic() < deadline, f"{method} {path}: busy for {PATIENCE} s")
            time.sleep(int(answer.headers["Retry-After"]))
        equal(answer.status, status, f"{method} {path} ({answer})")
        return answer.json if answer.body else None

    def refused(self, status, code, method, path, body=None, headers=None):
        """Sends to /api/v1 and expects to be refused like this; returns the answer."""
        answer = self.send(method, f"/api/v1{path}", body, headers)
        answer.assert_problem(status, code)
        return answer

    def file(self, path, kind, **headers):
        """Sends GET to /api/v1 and expects a file of this media type; returns the answer."""
        answer = self.send("GET", f"/api/v1/{path}", headers=headers)
        equal(answer.status, 200, f"GET {path} ({answer})")
        got = answer.headers["Content-Type"]
        check(got.startswith(kind), f"media type of {path}: expected {kind}, there was {got}")
        return answer

    def login(self, address, password, app=None):
        """Logs in, with the second factor where there is an app for it."""
        answer = self.api(200, "POST", "/auth/login", {"email": address, "password": password})
        equal("challenge" in answer, app is not None, "whether a second factor is asked for")
        if app:
            answer = self.api(200, "POST", "/auth/login/mfa", {"challenge": answer["challenge"], **app.proof()})
        return self.holding(answer)

    def try_login(self, address, password, headers=None):
        return self.send("POST", "/api/v1/auth/login", {"email": address, "password": password}, headers)

    def holding(self, tokens):
        """The same client with these tokens."""
        return replace(self, token=tokens["access_token"], tokens=tokens)

    def refresh(self, status=200):
        """Uses the refresh token; returns the client with the next pair, or nobody where it is refused."""
        form = {"refresh_token": self.tokens["refresh_token"]}
        answer = self.send("POST", "/api/v1/auth/refresh", form)
        if status == 200:
            equal(answer.status, 200, f"refreshing ({answer})")
            return self.holding(answer.json)
        return answer.assert_problem(status, "refresh_token_invalid")

    def add_app(self):
        """Adds an authenticator app; returns it, and the client with the session of two factors."""
        app = Authenticator(self.api(200, "POST", "/me/mfa/totp")["secret"])
        confirmed = self.api(200, "POST", "/me/mfa/totp/confirm", {"code": app.code()})
        app.paper = confirmed["recovery_codes"]
        return app, self.holding(confirmed["tokens"])

    def refusal(self):
        """The answer where the client is refused, or None where it is not."""
        answer = self.send("GET", "/api/v1/me")
        return answer if answer.status != 200 else None

    def assert_ends(self, seconds=10):
        """What the client holds is good for nothing soon after its session ended: within two seconds, later where the
        machine is busy."""
        eventually(self.refusal, "the end of the access token", seconds).assert_problem(401, "session_ended")
        if "refresh_token" in self.tokens:
            self.refresh(401)

    def pages(self, path, limit):
        """All rows of a list, page by page; no page is longer than asked, and Link says the same as the cursor."""
        rows, cursor = [], None
        separator = "&" if "?" in path else "?"
        while True:
            more = f"&cursor={urllib.parse.quote(cursor)}" if cursor else ""
            answer = self.send("GET", f"/api/v1{path}{separator}limit={limit}{more}")
            equal(answer.status, 200, f"GET {path} ({answer})")
            page = answer.json
            got = len(page["data"])
            check(got <= limit, f"rows of a page: expected at most {limit}, there were {got}")
            rows += page["data"]
            cursor = page["page"]["next_cursor"]
            equal(f"cursor={cursor}" in (answer.headers["Link"] or ""), bool(cursor), "the Link header")
            if not cursor:
                return rows


def at_once(*calls):
    """The answers to calls that run at the same time; a call is a client and what it sends."""
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call: call[0].send(*call[1:]), calls))
