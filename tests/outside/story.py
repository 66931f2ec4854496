"""Plays the portal's story from outside, against the real binary, a real SMTP server and a real database.

Nothing here knows the portal's code: it starts `portal serve`, speaks HTTP, receives the mail, and judges by the
contract alone (openapi.json). Six acts on one database:

1. the story: set-up, applications, decisions, directory, an announcement, passwords and sessions, SIGTERM
2. identity: second factors, guessing, sessions, API tokens, accounts, cookies, the audit log; as users and as attackers
3. trouble with the relay: down and up again across a restart, 451 at first, 550 for one recipient
4. wrong input: each a problem+json of the right status, never a 5xx
5. many at once: of those who try the same, one succeeds, and nobody gets a 5xx
6. time: tokens that have run out, proofs of oneself that are too old

Everybody comes from 127.0.0.1, which is exempt from the limits by network and is trusted as a proxy: who is to come
from elsewhere says so in X-Forwarded-For. A second portal that trusts nobody has a database of its own.

    pip install aiosmtpd==1.4.6
    python story.py --portal ../../target/debug/portal --database sqlite
    python story.py --portal ../../target/debug/portal --database postgres [--database-url postgres://…]

Without a URL a PostgreSQL of its own is started in a temporary folder. A database given by URL must be empty.
Prints a line a step; ends with "N passed, N failed" and a non-zero status where one failed.
"""

import argparse
import base64
import concurrent.futures
import contextlib
import datetime
import email
import email.policy
import glob
import hashlib
import hmac
import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
import unicodedata
import urllib.parse
from dataclasses import dataclass, field, replace
from pathlib import Path

from aiosmtpd.controller import Controller

PATIENCE = 20
ADMIN_EMAIL, ADMIN_PASSWORD = "admin@secretariat.example", "a long enough passphrase"
SUBJECTS = {"en": "Plenary meeting, 14 January", "fr": "Réunion plénière, 14 janvier"}
FEET = {"en": "You receive this announcement", "fr": "Vous recevez cette annonce"}
MAIL_SUBJECTS = {
    "verify": {"en": "Please confirm your e-mail address", "fr": "Veuillez confirmer votre adresse électronique"},
    "approved": {"en": "Welcome to", "fr": "Bienvenue dans"},
    "rejected": {"en": "Your application was not approved", "fr": "Votre demande n'a pas été approuvée"},
    "reset": {"en": "Choose a new password", "fr": "Choisissez un nouveau mot de passe"},
    "changed": {"en": "Your password was changed", "fr": "Votre mot de passe a été modifié"},
    "known": {"en": "You already have an account", "fr": "Vous avez déjà un compte"},
}
# Notices, which nobody here gets in French.
NOTICES = {
    "new_login": "logged in to from a new place",
    "after_failures": "logged in to after several wrong passwords",
    "refresh_reuse": "One of your sessions was ended for safety",
    "factor_added": "A second factor was added",
    "factor_removed": "A second factor was removed",
    "code_used": "A recovery code was used",
    "codes_made": "New recovery codes were made",
    "factors_reset": "Begin again with your account",
    "address_asked": "Your address is to be changed",
    "confirm_address": "Please confirm your new e-mail address",
    "address_changed": "Your address is changed",
    "address_undone": "Your address is the old one again",
    "suspended": "Your account is suspended",
    "reinstated": "Your account is reinstated",
    "token_made": "An API token was made",
}
LINK = "https://portal.example/programme?day=1"
TRICKS = {"CR": "\r", "LF": "\n", "CRLF": "\r\nBcc: spy@elsewhere.example", "NUL": "\0", "U+202E": "\u202e"}
UNKNOWN_ID = "00000000-0000-7000-8000-000000000000"


# ---------------------------------------------------------------------------------------------------- small tools


class Report:
    """Prints a line a step and counts."""

    # Whose lines tell nothing of what failed.
    HELPERS = ("check", "equal", "eventually", "assert_problem", "api", "refused")

    def __init__(self):
        self.passed = self.failed = 0

    @contextlib.contextmanager
    def step(self, what):
        started = time.monotonic()
        try:
            yield
        except Exception as error:  # whatever goes wrong is this step's failure, and the next one is played
            self.failed += 1
            frames = traceback.extract_tb(error.__traceback__)
            line = [frame.lineno for frame in frames if frame.name not in self.HELPERS][-1]
            print(f"FAIL {what}\n     {type(error).__name__} (line {line}): {error}", flush=True)
        else:
            self.passed += 1
            print(f"ok   {what} ({(time.monotonic() - started) * 1000:.0f} ms)", flush=True)


def check(condition, why):
    if not condition:
        raise AssertionError(why)


def equal(got, wanted, what):
    check(got == wanted, f"{what}: wanted {wanted!r}, got {got!r}")


def eventually(look, what, seconds=PATIENCE):
    """What `look` returns as soon as that is something; fails after a time."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        check(time.monotonic() < deadline, f"{what} did not come within {seconds} s")
        time.sleep(0.05)
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def at_once(*calls):
    """The answers to calls that run at the same time; a call is a client and what it sends."""
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call: call[0].send(*call[1:]), calls))


class Secrets:
    """What was said over HTTP and nobody may read in a log: passwords, tokens, codes, cookies."""

    NAMES = {"password", "current_password", "new_password", "token", "refresh_token", "access_token", "challenge"}
    NAMES |= {"secret", "otpauth_uri", "recovery_codes"}

    def __init__(self):
        self._texts, self._digits = set(), set()

    def note(self, body):
        """Keeps what is secret in a JSON body; whatever is no JSON has none."""
        with contextlib.suppress(ValueError, RecursionError):
            self._walk(json.loads(body))

    def note_cookies(self, headers):
        for cookie in headers.get_all("Set-Cookie", []):
            self._keep(cookie.split(";")[0].partition("=")[2])

    def _walk(self, value, name=""):
        if isinstance(value, dict):
            for key, inner in value.items():
                self._walk(inner, key)
        elif isinstance(value, list):
            for inner in value:
                self._walk(inner, name)
        elif isinstance(value, str) and name in self.NAMES:
            self._keep(value)
        elif isinstance(value, str) and name == "code" and re.fullmatch(r"\d{6}", value):
            self._digits.add(value)

    def _keep(self, text):
        # Shorter ones are no secrets but slips that an act makes on purpose.
        if len(text) >= 12:
            self._texts.add(text)

    def found_in(self, log):
        found = [text for text in self._texts if text in log]
        # Six digits that stand alone: neither a duration nor a part of a time or an id.
        log = re.sub(r"micros=\d+", "", log)
        return found + [code for code in self._digits if re.search(rf"(?<![\w.:+-]){code}(?![\w.:-])", log)]


SECRETS = Secrets()


class Authenticator:
    """An authenticator app (RFC 6238), and the recovery codes that its owner has on paper."""

    STEP = 30

    def __init__(self, secret):
        self._key = base64.b32decode(secret + "=" * (-len(secret) % 8))
        self.last, self.paper = 0, []

    @classmethod
    def of_uri(cls, uri):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(uri).query)
        return cls(query["secret"][0])

    def at(self, step):
        mac = hmac.digest(self._key, step.to_bytes(8), "sha1")
        start = mac[-1] & 15
        return f"{(int.from_bytes(mac[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06}"

    def code(self):
        """A code that was not used: that of this step, or early that of the next; for later ones it waits."""
        step = max(self._now(), self.last + 1)
        while step > self._now() + 1:
            time.sleep(0.2)
        self.last = step
        return self.at(step)

    def wrong(self):
        near = {self.at(self._now() + step) for step in range(-2, 4)}
        return next(code for code in map(str, range(333333, 333344)) if code not in near)

    def proof(self):
        """What to bring to a login: a code of the app, or one from paper where the app's were used."""
        if self.paper and self.last > self._now():
            return {"method": "recovery_code", "code": self.paper.pop()}
        return {"method": "totp", "code": self.code()}

    def _now(self):
        return int(time.time()) // self.STEP


# ------------------------------------------------------------------------------------------------------- the mail


class Mail:
    """One mail as the relay took it."""

    def __init__(self, envelope):
        self.recipients = list(envelope.rcpt_tos)
        self.raw = envelope.original_content
        self.message = email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def to(self):
        return self.message["To"].addresses[0].addr_spec

    @property
    def subject(self):
        return str(self.message["Subject"])

    def part(self, kind):
        return self.message.get_body((kind,)).get_content()

    def token(self, page):
        """The secret of the link to this page; both parts of the mail have the same."""
        found = [re.search(rf"/{page}\?token=([\w.~-]+)", self.part(kind)) for kind in ("plain", "html")]
        check(all(found), f"no link to /{page} in both parts")
        equal(found[0].group(1), found[1].group(1), "the link in text and HTML")
        SECRETS.note(json.dumps({"token": found[0].group(1)}))
        return found[0].group(1)

    def assert_well_formed(self):
        message = self.message
        check(not re.search(rb"(?<!\r)\n|\r(?!\n)", self.raw), "a bare CR or LF")
        check(max(map(len, self.raw.split(b"\r\n"))) <= 998, "a line longer than 998 octets")
        equal(message.defects, [], "defects")
        for name in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"):
            equal(len(message.get_all(name, [])), 1, f"number of {name} headers")
        equal([a.addr_spec for a in message["To"].addresses], self.recipients, "To")
        equal(message["Auto-Submitted"], "auto-generated", "Auto-Submitted")
        equal(message.get_content_type(), "multipart/alternative", "Content-Type")
        equal([p.get_content_type() for p in message.iter_parts()], ["text/plain", "text/html"], "parts")
        age = datetime.datetime.now(datetime.UTC) - message["Date"].datetime
        check(abs(age.total_seconds()) < 300, f"Date: {message['Date']}")


class Relay:
    """An SMTP server that keeps what it takes, refuses what it is told to, and can be taken down and up."""

    def __init__(self):
        self.port = free_port()
        self.mails = []
        self.refused = []
        self.refusals = {}
        self._controller = None

    def up(self):
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def down(self):
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self.refusals.get(address):
            self.refused.append(address)
            return self.refusals[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        self.mails.append(Mail(envelope))
        return "250 OK"

    def find(self, to, subject, since=0):
        return [m for m in self.mails[since:] if m.to == to and subject in m.subject]

    def wait_for(self, to, subject, since=0):
        return eventually(lambda: self.find(to, subject, since), f"mail {subject!r} to {to}")[0]


# ------------------------------------------------------------------------------------------------------- the HTTP


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    def __str__(self):
        return f"{self.status} {self.body[:400].decode(errors='replace')}"

    def assert_problem(self, status, code):
        """The shape of every error: RFC 9457 with our members, in words rather than keys."""
        equal(self.status, status, f"status ({self})")
        equal(self.headers["Content-Type"], "application/problem+json", "Content-Type")
        problem = self.json
        missing = {"type", "title", "status", "detail", "code", "request_id"} - problem.keys()
        check(not missing, f"the problem lacks {missing}")
        equal((problem["status"], problem["code"]), (status, code), "status and code in the body")
        equal(problem["type"], f"urn:portal:problem:{code}", "type")
        equal(problem["request_id"], self.headers["X-Request-Id"], "request_id")
        texts = [problem["title"], problem["detail"], *(fault["detail"] for fault in problem.get("errors", []))]
        unfinished = [text for text in texts if not text or re.match(r"(problem|fault)-|.*\{", text)]
        check(not unfinished, f"texts that nobody can read: {unfinished}")


@dataclass
class Client:
    """Speaks to one portal, as one person or as nobody, with headers of its own."""

    port: int
    token: str | None = None
    tokens: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)

    def send(self, method, path, body=None, headers=None):
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
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
        """Sends to /api/v1 and expects this status; returns the JSON."""
        answer = self.send(method, f"/api/v1{path}", body, headers)
        equal(answer.status, status, f"{method} {path} ({answer})")
        return answer.json if answer.body else None

    def refused(self, status, code, method, path, body=None, headers=None):
        """Sends to /api/v1 and expects to be refused like this; returns the answer."""
        answer = self.send(method, f"/api/v1{path}", body, headers)
        answer.assert_problem(status, code)
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

    def assert_ends(self, seconds=2.5):
        """What the client holds is good for nothing, at the latest two seconds after its session ended."""
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
            check(len(page["data"]) <= limit, "a page is too long")
            rows += page["data"]
            cursor = page["page"]["next_cursor"]
            equal(f"cursor={cursor}" in (answer.headers["Link"] or ""), bool(cursor), "the Link header")
            if not cursor:
                return rows


# ------------------------------------------------------------------------------------- the processes under test


class Sqlite:
    """A file."""

    UNGUARD = "DROP TRIGGER audit_entry_no_update; DROP TRIGGER audit_entry_no_delete;"
    UNGUARD += "DROP TRIGGER audit_seal_no_update; DROP TRIGGER audit_seal_no_delete;"

    def __init__(self, folder):
        self._folder, self.url = folder, f"sqlite:{folder / 'portal.sqlite3'}"

    def copy(self, name):
        """The URL of a copy; nobody may be writing."""
        path = self._folder / f"{name}.sqlite3"
        source, target = sqlite3.connect(self.url.removeprefix("sqlite:")), sqlite3.connect(path)
        with contextlib.closing(source), contextlib.closing(target):
            source.backup(target)
        return f"sqlite:{path}"

    def execute(self, url, script):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:"))) as connection:
            connection.executescript(script)


class Postgres:
    """A PostgreSQL of our own in a temporary folder, run by somebody who is not root."""

    UNGUARD = "ALTER TABLE audit_entry DISABLE TRIGGER USER; ALTER TABLE audit_seal DISABLE TRIGGER USER;"

    def __init__(self, folder):
        binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: float(path.split("/")[-2]))
        check(binaries, "no PostgreSQL is installed; give --database-url")
        self._bin, self._folder, self._port = Path(binaries[-1]), folder, free_port()
        self._as = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(folder, "nobody", "nogroup")
        data = folder / "data"
        self._run("initdb", "-D", data, "-U", "portal", "-A", "trust", "-E", "UTF8", "--no-sync")
        command = [self._bin / "postgres", "-D", data, "-p", str(self._port), "-h", "127.0.0.1", "-k", folder, "-F"]
        log = (folder / "log").open("wb")
        self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **self._as)
        eventually(self._is_ready, "PostgreSQL")
        self._here = ("-h", "127.0.0.1", "-p", str(self._port), "-U", "portal")
        self._run("createdb", *self._here, "portal")
        self.url = self._url("portal")

    def _url(self, name):
        return f"postgres://portal@127.0.0.1:{self._port}/{name}"

    def copy(self, name):
        """The URL of a copy; nobody may be connected."""
        self._run("createdb", *self._here, "-T", "portal", name)
        return self._url(name)

    def execute(self, url, script):
        self._run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", script, url)

    def _run(self, program, *arguments):
        command = [self._bin / program, *arguments]
        ran = subprocess.run(command, check=False, capture_output=True, cwd=self._folder, **self._as)
        check(ran.returncode == 0, f"{program}: {ran.stderr.decode(errors='replace')}")

    def _is_ready(self):
        command = [self._bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self._port)]
        return subprocess.run(command, check=False).returncode == 0

    def stop(self):
        self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE)


class Portal:
    """`portal serve`, started anew as often as needed on the same database, and the other commands."""

    def __init__(self, binary, folder, database_url, relay, **settings):
        self.binary, self._folder, self.port = binary, folder, free_port()
        self._log, self._said = folder / "log", folder / "said"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PORTAL")},
            "PORTAL__SERVER__BIND": f"127.0.0.1:{self.port}",
            "PORTAL__SERVER__PUBLIC_URL": self.public_url,
            "PORTAL__DATABASE__URL": database_url,
            "PORTAL__IDENTITY__MASTER_KEY_FILE": str(folder / "master.key"),
            "PORTAL__STORAGE__FOLDER": str(folder / "files"),
            "PORTAL__MAIL__TRANSPORT": "smtp",
            "PORTAL__MAIL__SMTP_URL": f"smtp://127.0.0.1:{relay.port}",
            "PORTAL__MAIL__FROM": "Customs Community <portal@community.example>",
            "PORTAL__MAIL__POLL_SECONDS": "1",
            # An operator in search of a fault logs more; that has no secret either.
            "PORTAL__LOG__FILTER": "debug,actix_http=off",
            "PORTAL__SERVER__TRUSTED_PROXIES": "127.0.0.1",
            "PORTAL__THROTTLE__EXEMPT_NETWORKS": "127.0.0.1",
            # One administrator writes to everybody.
            "PORTAL__ANNOUNCEMENTS__APPROVAL": "false",
            **settings,
        }
        self._process = None

    @property
    def public_url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def anonymous(self):
        return Client(self.port)

    def behind(self, address):
        """Somebody who comes over the proxy from this address."""
        return Client(self.port, headers={"X-Forwarded-For": address})

    def run(self, *arguments, said="", **settings):
        """Runs a command to its end; returns its exit code and what it printed."""
        environment = {**self._environment, **settings}
        ran = subprocess.run(
            [self.binary, *arguments],
            check=False,
            env=environment,
            input=said,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        with self._log.open("a") as log:
            log.write(ran.stderr)
        return ran.returncode, ran.stdout + ran.stderr

    def start(self, **settings):
        with self._log.open("ab") as log, self._said.open("wb") as said:
            environment = {**self._environment, **settings}
            self._process = subprocess.Popen([self.binary, "serve"], env=environment, stdout=said, stderr=log)
        eventually(self._is_ready, "the portal")

    def _is_ready(self):
        check(self._process.poll() is None, f"the portal ended: {self.log()[-800:]}")
        try:
            return self.anonymous.send("GET", "/health/ready").status == 200
        except OSError:
            return False

    def said(self):
        return self._said.read_text()

    def log(self):
        return self._log.read_text()

    def set_up_token(self):
        link = eventually(lambda: re.search(r"(\S+)/setup\?token=(\S+)", self.said()), "the set-up link")
        equal(link.group(1), self.public_url, "the host of the set-up link")
        return link.group(2)

    def terminate(self):
        self._process.send_signal(signal.SIGTERM)
        equal(self._process.wait(PATIENCE), 0, "exit code after SIGTERM")

    def kill(self):
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait(PATIENCE)


# ------------------------------------------------------------------------------------------------------- the cast


@dataclass
class Person:
    name: str
    email: str
    member: str
    region: str
    language: str
    password: str = "tram harbour lentil orbit"
    role: str = "ncp"
    verify_token: str = ""
    app: Authenticator | None = None

    def form(self, **changes):
        return {
            "email": self.email,
            "name": self.name,
            "organisation": self.member,
            "role": self.role,
            "phone": "+32 2 209 92 11",
            "languages": sorted({self.language, "en"}),
            "preferred_language": self.language,
            **changes,
        }


AWA = Person("Awa Diop", "awa.diop@douanes.example", "SN", "WCA", "fr")
AISSATA = Person("Aïssata Koné", "Aissata.Kone@douanes.example", "CI", "WCA", "fr")
KWAME = Person("Kwame Mensah", "k.mensah@customs.example", "GH", "WCA", "en")
NGOZI = Person("Ngozi Okafor", "n.okafor@customs.example", "NG", "WCA", "en")
WANJIRU = Person("Wanjiru Kamau", "w.kamau@customs.example", "KE", "ESA", "en")
HERY = Person("Hery Rakotoarimanana", "hery@douanes.example", "MG", "ESA", "fr")
THANDI = Person('Thandi "T." Nkosi', "thandi+ncp@customs.example", "ZA", "ESA", "en")
LEA = Person("Léa Müller", "lea@zoll.example", "CH", "EUR", "fr")
JUERGEN = Person("Jürgen Groß", "j.gross@zoll.example", "DE", "EUR", "en")
IOANA = Person("Ioana Popescu", "ioana@vama.example", "RO", "EUR", "en")
NCPS = [AWA, AISSATA, KWAME, NGOZI, WANJIRU, HERY, THANDI, LEA, JUERGEN, IOANA]
REJECTED, APPROVED = NGOZI, [person for person in NCPS if person is not NGOZI]
READERS = [person for person in APPROVED if person.region in ("WCA", "ESA")]
PAULO = Person("Paulo Tembe", "paulo@alfandegas.example", "MZ", "ESA", "en")
# The second act's, in regions where nobody else is; one a topic, since failures of a person are counted.
AMAL = Person("Amal Haddad", "a.haddad@customs.example", "JO", "MENA", "en")
SALMA = Person("Salma Bennani", "s.bennani@douane.example", "MA", "MENA", "en")
NADIA = Person("Nadia Trabelsi", "n.trabelsi@douane.example", "TN", "MENA", "en", role="coordinator")
YUKI = Person("Yuki Tanaka", "y.tanaka@customs.example", "JP", "AP", "en")
LITIA = Person("Litia Vakatawa", "l.vakatawa@frcs.example", "FJ", "AP", "en")
HANA = Person("Hana Kim", "hana.kim@customs.example", "KR", "AP", "en")
TANE = Person("Tane Walker", "t.walker@customs.example", "NZ", "AP", "en")
NEWCOMERS = [AMAL, SALMA, NADIA, YUKI, LITIA, HANA, TANE]


def draft(*regions, **changes):
    variants = {
        "en": {"subject": SUBJECTS["en"], "body_markdown": f"Colleagues,\n\nthe **plenary**: [programme]({LINK})"},
        "fr": {"subject": SUBJECTS["fr"], "body_markdown": f"Collègues,\n\nla **plénière** : [programme]({LINK})"},
    }
    return {"audience": {"regions": list(regions)}, "default_language": "en", "variants": variants, **changes}


@dataclass
class Stage:
    """What every act has at hand."""

    report: Report
    portal: Portal
    relay: Relay
    database: Sqlite | Postgres | None
    admin_app: Authenticator | None = None
    admin_client: Client | None = None

    @property
    def anonymous(self):
        return self.portal.anonymous

    def set_up(self):
        """Starts the portal, and becomes its first administrator by the link that it prints."""
        self.portal.start()
        form = {"token": self.portal.set_up_token(), "name": "Administrator"}
        form |= {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
        self.anonymous.api(201, "POST", "/setup", form)
        half = self.anonymous.login(ADMIN_EMAIL, ADMIN_PASSWORD)
        self.admin_app, self.admin_client = half.add_app()

    def admin(self):
        """The first administrator, whose session is used as long as it lives: codes are good once, and few."""
        if self.admin_client.send("GET", "/api/v1/me").status != 200:
            self.admin_client = self.anonymous.login(ADMIN_EMAIL, ADMIN_PASSWORD, self.admin_app)
            self.admin_app.paper = self.admin_client.api(200, "POST", "/me/mfa/recovery-codes")["recovery_codes"]
        return self.admin_client

    def login(self, person):
        return self.anonymous.login(person.email, person.password, person.app)

    def apply(self, person):
        """Applies, and keeps the token that the mail brings."""
        accepted = self.anonymous.api(202, "POST", "/registrations", person.form())
        mail = self.relay.wait_for(person.email, MAIL_SUBJECTS["verify"][person.language])
        mail.assert_well_formed()
        person.verify_token = mail.token("verify")
        return accepted

    def verify(self, person):
        form = {"token": person.verify_token, "password": person.password}
        standing = self.anonymous.api(200, "POST", "/registrations/verify", form)
        equal(standing["status"], "pending", "status after verifying")

    def join(self, *people):
        """Apply, verify, and are approved."""
        for person in people:
            self.apply(person)
            self.verify(person)
        ids = {row["email"]: row["id"] for row in self.admin().pages("/registrations", limit=100)}
        for person in people:
            self.admin().api(200, "POST", f"/registrations/{ids[person.email]}/approve")

    def another(self, folder, database_url, **settings):
        """A second portal with the same binary and relay."""
        return Portal(self.portal.binary, folder, database_url, self.relay, **settings)

    def notice(self, kind, person, since=0):
        return self.relay.wait_for(person.email, NOTICES[kind], since)

    def reset_token(self, person):
        """Asks for a link to a new password, and waits for it."""
        since = len(self.relay.mails)
        self.anonymous.api(202, "POST", "/auth/password/forgot", {"email": person.email})
        return self.relay.wait_for(person.email, MAIL_SUBJECTS["reset"][person.language], since).token("reset")

    def send_announcement(self, admin, *regions):
        id = admin.api(201, "POST", "/announcements", draft(*regions))["id"]
        admin.api(202, "POST", f"/announcements/{id}/send")
        return id

    def await_summary(self, admin, id, **wanted):
        def look():
            summary = admin.api(200, "GET", f"/announcements/{id}/summary")
            return summary if wanted.items() <= summary.items() else None

        return eventually(look, f"summary {wanted}")


class Act:
    """What every act does the same way."""

    def __init__(self, stage):
        self.stage, self.step = stage, stage.report.step
        self.anonymous, self.relay = stage.anonymous, stage.relay

    def refuse_login(self, address, password):
        self.anonymous.try_login(address, password).assert_problem(401, "wrong_credentials")

    def cookie_line(self, answer, name):
        lines = [line for line in answer.headers.get_all("Set-Cookie", []) if line.startswith(f"{name}=")]
        equal(len(lines), 1, f"cookies {name} ({answer})")
        return lines[0]

    def cookie(self, answer, name):
        """The cookie as a browser sends it back."""
        return self.cookie_line(answer, name).split(";")[0]


# ------------------------------------------------------------------------------------------------- 1. the story


class Story(Act):
    def play(self):
        self.set_up()
        self.applications()
        self.decisions()
        self.directory()
        self.announcement()
        self.passwords()
        self.sessions()
        self.profile()
        with self.step("SIGTERM ends the portal with exit code 0"):
            self.stage.portal.terminate()

    def set_up(self):
        with self.step("the printed link makes the first administrator, once"):
            form = {"token": self.stage.portal.set_up_token(), "name": "Administrator"}
            form |= {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
            self.anonymous.api(201, "POST", "/setup", form)
            self.anonymous.send("POST", "/api/v1/setup", form).assert_problem(410, "link_spent")
        with self.step("with the password alone the administrator reaches the own account and nothing else"):
            half = self.anonymous.login(ADMIN_EMAIL, ADMIN_PASSWORD)
            appointments = half.api(200, "GET", "/me")["appointments"]
            equal([(held["role"], held["status"]) for held in appointments], [("secretariat", "active")], "role")
            standing = {"totp": False, "passkeys": 0, "recovery_codes_left": 0, "required": True}
            equal(half.api(200, "GET", "/me/mfa"), standing, "second factors")
            self.refuse_half(half)
        with self.step("an authenticator app opens the rest, to a new session"):
            self.stage.admin_app, self.stage.admin_client = half.add_app()
            self.admin = self.stage.admin()
            equal(self.admin.api(200, "GET", "/registrations")["data"], [], "applications")
            self.refuse_half(half)

    def refuse_half(self, half):
        for path in ("/registrations", "/contacts", "/members", "/technologies", "/announcements", "/audit"):
            half.refused(403, "mfa_required", "GET", path)

    def applications(self):
        with self.step("ten contact points of WCA, ESA and EUR apply and get their mail, each in the own language"):
            answers = [self.stage.apply(person) for person in NCPS]
        with self.step("nobody logs in before the address is verified"):
            credentials = {"email": AWA.email, "password": AWA.password}
            self.anonymous.send("POST", "/api/v1/auth/login", credentials).assert_problem(401, "wrong_credentials")
        with self.step("opening the link changes nothing, the button on its page verifies"):
            self.verify_on_the_page(AWA)
        with self.step("the others verify over the API"):
            for person in NCPS[1:]:
                self.stage.verify(person)
        with self.step("applying with a known address answers the same and mails another text"):
            since = len(self.relay.mails)
            equal(self.anonymous.api(202, "POST", "/registrations", AWA.form(name="Mallory")), answers[0], "answer")
            check("/forgot" in self.relay.wait_for(AWA.email, "", since).part("plain"), "no link to /forgot")

    def verify_on_the_page(self, person):
        page = self.anonymous.send("GET", f"/verify?token={person.verify_token}")
        equal(page.status, 200, "the page")
        check(b"new-password" in page.body and b"<script" not in page.body, "no password on the page, or a script")
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "fr"}
        form = urllib.parse.urlencode({"token": person.verify_token, "password": person.password}).encode()
        done = self.anonymous.send("POST", "/verify", form, headers)
        equal((done.status, done.headers["Content-Language"]), (200, "fr"), "status and language")

    def decisions(self):
        with self.step("the Secretariat hears of each application"):
            notices = eventually(self.notices, "ten notices")
            equal(len(notices), len(NCPS), "notices")
        with self.step("the Secretariat finds ten applications, the oldest first, page by page"):
            rows = self.admin.pages("/registrations?status=pending", limit=3)
            equal({row["email"] for row in rows}, {person.email for person in NCPS}, "applicants")
            equal(rows, sorted(rows, key=lambda row: row["created_at"]), "order")
            self.ids = {row["email"]: row["id"] for row in rows}
        with self.step("nine are approved and get word in their language"):
            for person in APPROVED:
                decided = self.admin.api(200, "POST", f"/registrations/{self.ids[person.email]}/approve")
                equal(decided["status"], "approved", "status")
            for person in APPROVED:
                self.relay.wait_for(person.email, MAIL_SUBJECTS["approved"][person.language]).assert_well_formed()
        with self.step("one is rejected and reads the reason, escaped in HTML"):
            self.reject(REJECTED, "The nomination <b>lacks</b> a signature & a date.")
        with self.step("nobody is decided on twice"):
            again = self.admin.send("POST", f"/api/v1/registrations/{self.ids[AWA.email]}/approve")
            again.assert_problem(409, "not_pending")

    def notices(self):
        found = self.relay.find(ADMIN_EMAIL, "awaits your decision")
        return found if len(found) >= len(NCPS) else None

    def reject(self, person, reason):
        decided = self.admin.api(200, "POST", f"/registrations/{self.ids[person.email]}/reject", {"reason": reason})
        equal((decided["status"], decided["reason"]), ("rejected", reason), "the decision")
        mail = self.relay.wait_for(person.email, MAIL_SUBJECTS["rejected"][person.language])
        check(reason in mail.part("plain"), "no reason in the text")
        check("<b>lacks" not in mail.part("html"), "the reason is not escaped")

    def directory(self):
        with self.step("a contact point logs in"):
            self.awa = self.stage.login(AWA)
        for words in ("COTE D'IVOIRE", "côte d’ivoire", "KONÉ", "aissata kone", "ivoir"):
            with self.step(f"she finds her colleague by {words!r}"):
                found = self.search(q=words)
                equal([row["name"] for row in found], [AISSATA.name], "found")
        with self.step("filters: values of one are OR, two filters are AND"):
            found = self.search(region=["ESA", "EUR"], language="fr")
            equal({row["name"] for row in found}, {HERY.name, LEA.name}, "found")
            equal(self.search(member="KE", language="fr"), [], "found")
        with self.step("she reads the contact: the address is shown, the telephone is for the own administration"):
            contact = self.awa.api(200, "GET", f"/contacts/{self.search(q='Wanjiru')[0]['id']}")
            equal((contact["email"], contact["phone"]), (WANJIRU.email, None), "address and telephone")
            equal((contact["member"]["code"], contact["member"]["region"]), ("KE", "ESA"), "member")
        with self.step("pages of two show all nine once, in the order of their names; the rejected one is not there"):
            names = [row["name"] for row in self.awa.pages("/contacts", limit=2)]
            equal(sorted(names), sorted(person.name for person in APPROVED), "names")
            equal(names[:3], [AISSATA.name, AWA.name, HERY.name], "the first three")
        with self.step("the members and technologies are listed"):
            members = self.awa.pages("/members", limit=100)
            check(len(members) > 180 and {"SN", "CI"} <= {row["code"] for row in members}, f"{len(members)} members")
            check(self.awa.api(200, "GET", "/technologies")["data"], "no technologies")

    def search(self, **query):
        return self.awa.api(200, "GET", f"/contacts?{urllib.parse.urlencode(query, doseq=True)}")["data"]

    def announcement(self):
        with self.step("the Secretariat drafts an announcement in two languages for WCA and ESA"):
            self.id = self.admin.api(201, "POST", "/announcements", draft("WCA", "ESA"))["id"]
        with self.step("a draft is not for members"):
            self.awa.send("GET", f"/api/v1/announcements/{self.id}").assert_problem(404, "not_found")
        with self.step("the preview counts the readers of each language and renders both"):
            preview = self.admin.api(200, "POST", f"/announcements/{self.id}/preview")
            french = sum(person.language == "fr" for person in READERS)
            equal(preview["recipients"], len(READERS), "recipients")
            equal(preview["by_language"], {"en": len(READERS) - french, "fr": french}, "by language")
            check("<strong>plénière</strong>" in preview["rendered"]["fr"]["html"], "Markdown is not rendered")
        with self.step("it is sent, and the summary says so"):
            sent = self.admin.api(202, "POST", f"/announcements/{self.id}/send")
            equal((sent["status"], sent["recipients"]), ("sending", len(READERS)), "status and recipients")
            summary = self.stage.await_summary(self.admin, self.id, sent=len(READERS))
            equal(summary["total"], len(READERS), "total")
        with self.step("audience = deliveries = mails, each once and in the reader's language"):
            self.compare_deliveries()
        with self.step("each mail is well formed, and no two have the same Message-ID"):
            for mail in self.relay.mails:
                mail.assert_well_formed()
            ids = {mail.message["Message-ID"] for mail in self.relay.mails}
            equal(len(ids), len(self.relay.mails), "distinct Message-IDs")
        with self.step("the announcement's link is in both parts"):
            mail = self.relay.find(AWA.email, SUBJECTS["fr"])[0]
            check(LINK in mail.part("html"), "no link in the HTML")
            check(LINK in mail.part("plain"), f"no link in the text: {mail.part('plain')[:80]!r}")
        with self.step("it can be read again in the portal, and is not sent twice"):
            seen = self.awa.api(200, "GET", f"/announcements/{self.id}")
            equal(seen["variants"]["fr"]["subject"], SUBJECTS["fr"], "subject")
            check("audience" not in seen, "members see the audience")
            equal([row["id"] for row in self.awa.pages("/announcements", limit=2)], [self.id], "her list")
            again = self.admin.send("POST", f"/api/v1/announcements/{self.id}/send")
            again.assert_problem(409, "already_sent")

    def compare_deliveries(self):
        wanted = {person.email: person.language for person in READERS}
        rows = self.admin.pages(f"/announcements/{self.id}/deliveries", limit=2)
        equal([(row["state"], row["last_code"]) for row in rows], [("sent", 250)] * len(wanted), "deliveries")
        equal({row["to_address"]: row["language"] for row in rows}, wanted, "languages of the deliveries")
        mails = [mail for mail in self.relay.mails if mail.subject in SUBJECTS.values()]
        equal(len(mails), len(wanted), "number of mails")
        got = {mail.to: mail.message["Content-Language"] for mail in mails}
        equal(got, wanted, "languages of the mails")
        for mail in mails:
            language = wanted[mail.to]
            equal(mail.subject, SUBJECTS[language], f"subject to {mail.to}")
            check(FEET[language] in mail.part("plain") and FEET[language] in mail.part("html"), "the foot's language")

    def passwords(self):
        with self.step("asking for a new password answers the same for a stranger, and mails nothing"):
            known = self.anonymous.api(202, "POST", "/auth/password/forgot", {"email": KWAME.email})
            token = self.relay.wait_for(KWAME.email, MAIL_SUBJECTS["reset"]["en"]).token("reset")
            stranger = {"email": "stranger@elsewhere.example"}
            equal(self.anonymous.api(202, "POST", "/auth/password/forgot", stranger), known, "answer")
            equal(self.relay.find(stranger["email"], ""), [], "mails to the stranger")
        with self.step("the link sets a new password once, ends every session, and the owner hears"):
            kwame, old = self.stage.login(KWAME), KWAME.password
            KWAME.password = "a wholly new passphrase"
            form = {"token": token, "password": KWAME.password}
            self.anonymous.api(200, "POST", "/auth/password/reset", form)
            self.anonymous.send("POST", "/api/v1/auth/password/reset", form).assert_problem(410, "link_spent")
            kwame.send("GET", "/api/v1/me").assert_problem(401, "session_ended")
            self.refuse_login(KWAME.email, old)
            self.stage.login(KWAME)
            self.relay.wait_for(KWAME.email, MAIL_SUBJECTS["changed"]["en"])
        with self.step("a newer link replaces the older one"):
            older, newer = self.stage.reset_token(HERY), self.stage.reset_token(HERY)
            form = {"token": older, "password": "yet another passphrase"}
            self.anonymous.send("POST", "/api/v1/auth/password/reset", form).assert_problem(410, "link_spent")
            self.anonymous.api(200, "POST", "/auth/password/reset", {**form, "token": newer})
        with self.step("a changed password ends the other sessions, not this one"):
            self.change_password(WANJIRU, "one more long passphrase")
        with self.step("a password is the same on a keyboard that writes letters and accents apart"):
            self.change_password(WANJIRU, "citron crème brûlée éléphant")
            self.anonymous.login(WANJIRU.email, unicodedata.normalize("NFD", WANJIRU.password))

    def change_password(self, person, new):
        here, elsewhere, old = self.stage.login(person), self.stage.login(person), person.password
        form = {"current_password": "not the current one", "new_password": new}
        here.send("POST", "/api/v1/me/password", form).assert_problem(422, "invalid")
        here.api(204, "POST", "/me/password", {**form, "current_password": old})
        person.password = new
        here.api(200, "GET", "/me")
        elsewhere.send("GET", "/api/v1/me").assert_problem(401, "session_ended")
        self.refuse_login(person.email, old)
        self.stage.login(person)

    def sessions(self):
        with self.step("a refresh token brings the next pair"):
            first = self.stage.login(THANDI)
            second = first.refresh()
            check(second.tokens["refresh_token"] != first.tokens["refresh_token"], "the refresh token did not change")
            second.api(200, "GET", "/me")
        with self.step("used again at once, as when its answer was lost, it brings the same successor"):
            equal(first.refresh().tokens["refresh_token"], second.tokens["refresh_token"], "the successor")
        with self.step("used again after its successor it ends the session, with the newest pair, and the owner hears"):
            third = second.refresh()
            first.refresh(401)
            third.assert_ends(seconds=0.1)
            self.stage.notice("refresh_reuse", THANDI)
        with self.step("logging out ends the session, refresh token and all"):
            client = self.stage.login(THANDI)
            client.api(204, "POST", "/auth/logout")
            client.assert_ends(seconds=0.1)

    def profile(self):
        with self.step("one changes one's profile; what is absent stays, null takes away"):
            lea = self.stage.login(LEA)
            before = lea.api(200, "GET", "/me")
            change = {"name": "Léa Müller-Côté", "job_title": "Cheffe", "technologies": ["ai_ml"], "phone": None}
            after = lea.api(200, "PATCH", "/me", change)
            equal((after["name"], after["email"]), (change["name"], before["email"]), "name and address")
            contact = {"job_title": "Cheffe", "technologies": ["ai_ml"], "phone": None}
            equal(after["contact"], {**before["contact"], **contact}, "contact")
            equal(lea.api(200, "GET", "/me"), after, "what is read again")
        with self.step("colleagues find the change, and see what the audience of a field lets them"):
            equal([row["name"] for row in self.search(q="muller cote", technology="ai_ml")], [change["name"]], "found")
            lea.api(200, "PATCH", "/me", {"email_audience": "region"})
            equal(self.search(q="muller cote")[0]["email"], None, "her address, seen from another region")
            juergen = self.stage.login(JUERGEN)
            found = juergen.api(200, "GET", "/contacts?q=muller+cote")["data"]
            equal(found[0]["email"], LEA.email, "her address, seen from her region")


# ----------------------------------------------------------------------------------------------------- 2. identity


class SecondFactors(Act):
    OPERATOR, PASSWORD = "operator@secretariat.example", "gravel sonnet umbrella nine"

    def play(self):
        self.by_command()
        self.login_with_app()
        self.own_app()
        self.recovery_codes()
        self.reset_keeps_the_factor()
        self.coordinator()
        self.six_wrong_codes()

    def create(self, *options, address=OPERATOR, said=PASSWORD):
        command = ("admin", "create", "--email", address, "--name", "Olu Operator", *options)
        return self.stage.portal.run(*command, said=f"{said}\n")

    def by_command(self):
        with self.step("a command makes an administrator with an authenticator app, and says no password"):
            code, printed = self.create("--totp")
            equal(code, 0, f"exit code ({printed})")
            uri = next(line for line in printed.splitlines() if line.startswith("otpauth://totp/"))
            SECRETS.note(json.dumps({"secret": uri, "password": self.PASSWORD}))
            self.app = Authenticator.of_uri(uri)
            check(self.PASSWORD not in printed, "the password is printed")
        for what, options, changes, wanted in [
            ("a taken address", (), {"address": self.OPERATOR.upper()}, "has an account"),
            ("a common password", (), {"address": "o2@secretariat.example", "said": "passwordpassword"}, "easy to guess"),
            ("a short password", (), {"address": "o3@secretariat.example", "said": "kX9#vQ2"}, "at least 15"),
            ("an app without a password", ("--totp",), {"address": "o4@secretariat.example", "said": ""}, "password"),
            ("no address", (), {"address": "nobody"}, "not an e-mail address"),
        ]:
            with self.step(f"the command refuses {what}, and says why"):
                code, printed = self.create(*options, **changes)
                check(code != 0 and wanted in printed, f"exit code {code}: {printed}")
        with self.step("without a password the command prints a link, by which one is chosen once"):
            code, printed = self.create(address="second@secretariat.example", said="")
            equal(code, 0, f"exit code ({printed})")
            form = {"token": re.search(r"/setup\?token=(\S+)", printed).group(1), "password": "kelp violin orbit 12"}
            self.anonymous.api(201, "POST", "/setup", {**form, "email": "eve@elsewhere.example", "name": "Eve"})
            self.anonymous.refused(410, "link_spent", "POST", "/setup", form)
            self.anonymous.login("second@secretariat.example", form["password"])

    def challenge(self, address, password):
        answer = self.anonymous.api(200, "POST", "/auth/login", {"email": address, "password": password})
        equal(answer["mfa_required"], True, "mfa_required")
        check(not {"access_token", "refresh_token"} & answer.keys(), "a password alone brings tokens")
        return answer

    def bring(self, challenge, method, code):
        form = {"challenge": challenge, "method": method, "code": code}
        return self.anonymous.send("POST", "/api/v1/auth/login/mfa", form)

    def login_with_app(self):
        with self.step("the password brings a challenge, and that is no way in"):
            asked = self.challenge(self.OPERATOR, self.PASSWORD)
            equal(asked["methods"], ["totp"], "methods")
            holder = Client(self.anonymous.port, asked["challenge"])
            holder.refused(401, "token_invalid", "GET", "/me")
            form = {"refresh_token": asked["challenge"]}
            self.anonymous.refused(401, "refresh_token_invalid", "POST", "/auth/refresh", form)
        with self.step("a wrong code is refused, the right one lets in, the challenge is good once"):
            self.bring(asked["challenge"], "totp", self.app.wrong()).assert_problem(401, "wrong_code")
            answer = self.bring(asked["challenge"], "totp", self.app.code())
            equal(answer.status, 200, f"status ({answer})")
            equal(answer.headers["Cache-Control"], "no-store", "Cache-Control")
            self.operator = self.anonymous.holding(answer.json)
            self.operator.api(200, "GET", "/registrations")
            self.bring(asked["challenge"], "totp", self.app.wrong()).assert_problem(401, "challenge_invalid")
        with self.step("a code that was used is refused, with another challenge too"):
            asked = self.challenge(self.OPERATOR, self.PASSWORD)
            self.bring(asked["challenge"], "totp", self.app.at(self.app.last)).assert_problem(401, "wrong_code")
            self.bring(asked["challenge"], "totp", self.app.at(self.app.last - 1)).assert_problem(401, "wrong_code")
        with self.step("the next code is good"):
            answer = self.bring(asked["challenge"], "totp", self.app.code())
            equal(answer.status, 200, f"status ({answer})")
        with self.step("a challenge that nobody was given is refused"):
            self.bring("A" * 43, "totp", "123456").assert_problem(401, "challenge_invalid")
        with self.step("whoever must have a factor keeps the last one"):
            self.operator.refused(409, "factor_exists", "POST", "/me/mfa/totp")
            self.operator.refused(409, "factor_required", "DELETE", "/me/mfa/totp")

    def own_app(self):
        with self.step("a contact point adds an app; a wrong first code adds none"):
            self.amal = self.stage.login(AMAL)
            self.amal.refused(409, "nothing_to_confirm", "POST", "/me/mfa/totp/confirm", {"code": "123456"})
            enrolled = self.amal.api(200, "POST", "/me/mfa/totp")
            AMAL.app = Authenticator.of_uri(enrolled["otpauth_uri"])
            equal(Authenticator(enrolled["secret"]).at(1), AMAL.app.at(1), "the code by secret and by URI")
            wrong = {"code": AMAL.app.wrong()}
            answer = self.amal.refused(422, "invalid", "POST", "/me/mfa/totp/confirm", wrong)
            equal(answer.json["errors"][0]["code"], "wrong_code", "fault")
            self.anonymous.login(AMAL.email, AMAL.password)
        with self.step("the right one does: ten recovery codes, the other sessions end, the owner hears"):
            elsewhere = self.anonymous.login(AMAL.email, AMAL.password)
            confirmed = self.amal.api(200, "POST", "/me/mfa/totp/confirm", {"code": AMAL.app.code()})
            AMAL.app.paper = confirmed["recovery_codes"]
            equal(len(set(AMAL.app.paper)), 10, "recovery codes")
            elsewhere.assert_ends()
            standing = self.anonymous.holding(confirmed["tokens"]).api(200, "GET", "/me/mfa")
            wanted = {"totp": True, "passkeys": 0, "recovery_codes_left": 10, "required": False}
            equal(standing, wanted, "second factors")
            self.stage.notice("factor_added", AMAL)

    def recovery_codes(self):
        with self.step("a recovery code lets in once, typed as one pleases, and the owner hears how many are left"):
            asked, code = self.challenge(AMAL.email, AMAL.password), AMAL.app.paper.pop()
            equal(sorted(asked["methods"]), ["recovery_code", "totp"], "methods")
            answer = self.bring(asked["challenge"], "recovery_code", f" {code.upper().replace('-', ' ')} ")
            equal(answer.status, 200, f"status ({answer})")
            check("9" in self.stage.notice("code_used", AMAL).part("plain"), "no number of codes left")
            asked = self.challenge(AMAL.email, AMAL.password)
            self.bring(asked["challenge"], "recovery_code", code).assert_problem(401, "wrong_code")
        with self.step("nobody gets in with somebody else's code, or with a code of the other kind"):
            for method, code in [
                ("recovery_code", self.stage.admin_app.paper[0]),
                ("totp", AMAL.app.paper[0]),
            ]:
                self.bring(asked["challenge"], method, code).assert_problem(401, "wrong_code")
            self.bring(asked["challenge"], "passkey", AMAL.app.code()).assert_problem(422, "invalid")
            answer = self.bring(asked["challenge"], "recovery_code", AMAL.app.paper.pop())
            equal(answer.status, 200, f"the right one after all ({answer})")
        with self.step("new recovery codes make the old ones worthless"):
            amal, old = self.anonymous.holding(answer.json), AMAL.app.paper
            AMAL.app.paper = amal.api(200, "POST", "/me/mfa/recovery-codes")["recovery_codes"]
            asked = self.challenge(AMAL.email, AMAL.password)
            self.bring(asked["challenge"], "recovery_code", old[0]).assert_problem(401, "wrong_code")
            equal(self.bring(asked["challenge"], "recovery_code", AMAL.app.paper.pop()).status, 200, "status")
            self.stage.notice("codes_made", AMAL)

    def reset_keeps_the_factor(self):
        with self.step("a new password by a mailed link logs nobody in and does not skip the second factor"):
            form = {"token": self.stage.reset_token(AMAL), "password": "walnut ferry cobalt eleven"}
            answer = self.anonymous.send("POST", "/api/v1/auth/password/reset", form)
            equal((answer.status, answer.json), (200, {"status": "password_changed"}), "the answer")
            equal(answer.headers.get_all("Set-Cookie"), None, "cookies")
            AMAL.password = form["password"]
            self.challenge(AMAL.email, AMAL.password)
            self.stage.login(AMAL).api(200, "GET", "/contacts")

    def coordinator(self):
        with self.step("a coordinator needs a second factor, and then reads the log of the own organisation alone"):
            half = self.stage.login(NADIA)
            half.refused(403, "mfa_required", "GET", "/contacts")
            half.refused(403, "mfa_required", "GET", "/audit")
            NADIA.app, nadia = half.add_app()
            nadia.api(200, "GET", "/contacts")
            rows = nadia.pages("/audit", limit=100)
            check({"registration_verified", "registration_approved"} <= {row["action"] for row in rows}, f"rows {rows}")
            equal(len({row["organisation_id"] for row in rows}), 1, "organisations")
            nadia.refused(403, "decided_at_appointments", "GET", "/registrations")
        with self.step("whoever needs none removes it again, and the owner hears"):
            TANE.app, tane = self.stage.login(TANE).add_app()
            tane.api(204, "DELETE", "/me/mfa/totp")
            TANE.app = None
            self.stage.notice("factor_removed", TANE)
            self.stage.login(TANE)

    def six_wrong_codes(self):
        with self.step("of six wrong codes, over several logins, the last is not looked at; nor is a right one then"):
            asked = [self.challenge(AMAL.email, AMAL.password)["challenge"] for _ in range(3)]
            for number in range(5):
                kind = "recovery_code" if number == 2 else "totp"
                self.bring(asked[number // 2], kind, AMAL.app.wrong()).assert_problem(401, "wrong_code")
            for method, code in [("totp", AMAL.app.wrong()), ("recovery_code", AMAL.app.paper[0])]:
                answer = self.bring(asked[2], method, code)
                answer.assert_problem(429, "too_many_attempts")
                check(840 < int(answer.headers["Retry-After"]) <= 900, f"Retry-After: {answer.headers['Retry-After']}")


class Guessing(Act):
    def play(self):
        self.one_account()
        self.known_device()
        self.networks()
        self.links()
        self.untrusting()

    def one_account(self):
        with self.step("five failed logins are free, then even the right password waits; so it is for a stranger"):
            self.fail_five_times(SALMA.email)
            self.fail_five_times("nobody@elsewhere.example")
        with self.step("after Retry-After the right password is taken, and the owner hears of the failures"):
            wait = max(self.wait_of(SALMA.email.upper()), self.wait_of("nobody@elsewhere.example"))
            time.sleep(wait)
            self.stage.login(SALMA)
            self.stage.notice("after_failures", SALMA)
        with self.step("it forgets the failures; the stranger's go on, and the wait is longer each time"):
            self.refuse_login("nobody@elsewhere.example", SALMA.password)
            # Asked at once: what somebody else does meanwhile takes time on a slow machine.
            equal(self.wait_of("nobody@elsewhere.example"), 2, "Retry-After")
            for _ in range(4):
                self.refuse_login(SALMA.email, "wrong")
            self.stage.login(SALMA)

    def fail_five_times(self, address):
        for _ in range(5):
            self.refuse_login(address, "the wrong one, again")
        check(self.wait_of(address) == 1, "Retry-After")

    def wait_of(self, address):
        """The seconds that an address has to wait: even with a password that is right."""
        answer = self.anonymous.try_login(address, SALMA.password)
        answer.assert_problem(429, "too_many_attempts")
        return int(answer.headers["Retry-After"])

    def known_device(self):
        with self.step("a stranger's failures keep nobody out who comes with a device that is known"):
            cookie = self.cookie(self.anonymous.try_login(YUKI.email, YUKI.password), "__Host-device")
            while self.anonymous.try_login(YUKI.email, "wrong").status == 401:
                pass
            self.anonymous.try_login(YUKI.email, YUKI.password).assert_problem(429, "too_many_attempts")
            forged = {"Cookie": f"{cookie[:-2]}AA"}
            self.anonymous.try_login(YUKI.email, YUKI.password, forged).assert_problem(429, "too_many_attempts")
            equal(self.anonymous.try_login(YUKI.email, YUKI.password, {"Cookie": cookie}).status, 200, "status")
        with self.step("the cookie of a device is good for its address alone"):
            for _ in range(5):
                self.anonymous.try_login("n2@elsewhere.example", "wrong", {"Cookie": cookie})
            answer = self.anonymous.try_login("n2@elsewhere.example", "wrong", {"Cookie": cookie})
            answer.assert_problem(429, "too_many_attempts")

    def fail_from(self, address, tries):
        """The statuses of failed logins that come from there, each of another account."""
        client, statuses, account = self.stage.portal.behind(address), [], re.sub(r"\W+", "-", f"n{address}-")
        for number in range(tries):
            statuses.append(client.try_login(f"{account}{number}@elsewhere.example", "wrong").status)
            if statuses[-1] == 429:
                break
        return statuses

    def networks(self):
        with self.step("a network that fails thirty times waits, whatever accounts it tries; others don't"):
            statuses = self.fail_from("203.0.113.7", tries=35)
            equal((statuses[:30], statuses[-1]), ([401] * 30, 429), "statuses")
            equal(self.fail_from("203.0.113.8", tries=1), [401], "the neighbour")
            equal(self.fail_from("127.0.0.1", tries=1), [401], "the exempt network")
        with self.step("what a client writes into X-Forwarded-For itself does not help"):
            for forwarded in ("198.51.100.1, 203.0.113.7", "unknown, 203.0.113.7", "::1,203.0.113.7"):
                equal(self.fail_from(forwarded, tries=1), [429], forwarded)
        with self.step("a subscriber has as many IPv6 addresses as it likes, and is one network"):
            statuses = [self.fail_from(f"2001:db8:1:2::{number:x}", tries=1)[0] for number in range(35)]
            equal((statuses[:30], statuses[-1]), ([401] * 30, 429), "statuses")
            equal(self.fail_from("2001:db8:1:3::1", tries=1), [401], "the neighbour")
        with self.step("a login from a new place is told to the owner, by network and program"):
            elsewhere = self.stage.portal.behind("198.51.100.77")
            elsewhere.headers["User-Agent"] = "curl/8.15"
            elsewhere.login(TANE.email, TANE.password)
            text = self.stage.notice("new_login", TANE).part("plain")
            check("198.51.100.0/24" in text and "curl/8.15" in text, f"neither network nor program in: {text}")

    def links(self):
        with self.step("the fourth link for a new password within the hour is not mailed, and the answer is the same"):
            since, form = len(self.relay.mails), {"email": REJECTED.email}
            answers = [self.anonymous.api(202, "POST", "/auth/password/forgot", form) for _ in range(4)]
            equal(answers, answers[:1] * 4, "answers")
            self.stage.reset_token(TANE)
            equal(len(self.relay.find(REJECTED.email, "", since)), 3, "mails")
        with self.step("a network asks for thirty links in an hour"):
            client, path = self.stage.portal.behind("203.0.113.9"), "/api/v1/auth/password/forgot"
            calls = [(client, "POST", path, {"email": f"n{number}@elsewhere.example"}) for number in range(32)]
            statuses = sorted(answer.status for answer in at_once(*calls))
            equal(statuses, [202] * 30 + [429] * 2, "statuses")

    def untrusting(self):
        """A portal behind no proxy: whoever sends X-Forwarded-For is lying."""
        settings = {"PORTAL__SERVER__TRUSTED_PROXIES": "", "PORTAL__THROTTLE__EXEMPT_NETWORKS": ""}
        with tempfile.TemporaryDirectory(prefix="portal-second-") as name:
            folder = Path(name)
            portal = self.stage.another(folder, f"sqlite:{folder / 'second.sqlite3'}", **settings)
            try:
                self.lie_to(portal)
                portal.terminate()
            finally:
                portal.kill()
            with self.step("the second portal's log has no secret either"):
                equal(SECRETS.found_in(portal.log()), [], "found")

    def lie_to(self, portal):
        with self.step("a second portal is prepared by the command, before it was ever started"):
            command = ("--set", "server.trusted_proxies=", "admin", "create", "--email", "root@second.example")
            code, printed = portal.run(*command, "--name", "Root", said="gravel sonnet umbrella nine\n")
            equal(code, 0, f"exit code ({printed})")
            portal.start()
            equal(portal.said(), "", "stdout")
        with self.step("where no proxy is trusted, X-Forwarded-For is not believed: not by the throttle"):
            statuses = []
            for number in range(35):
                client = portal.behind(f"203.0.113.{number}")
                statuses.append(client.try_login(f"n{number}@elsewhere.example", "wrong").status)
            equal((statuses[:30], statuses[-1]), ([401] * 30, 429), "statuses")
        with self.step("and not by the list of sessions"):
            portal.terminate()
            portal.start(PORTAL__THROTTLE__EXEMPT_NETWORKS="127.0.0.1")
            root = portal.behind("203.0.113.50").login("root@second.example", "gravel sonnet umbrella nine")
            rows = root.api(200, "GET", "/me/sessions")["data"]
            equal([row["network"] for row in rows], ["127.0.0.0/24"], "networks")
        with self.step("tokens of one portal are nothing to another"):
            Client(portal.port, self.stage.admin().token).refused(401, "token_invalid", "GET", "/me")


class Sessions(Act):
    # So that nobody has to wait for long.
    GRACE = {"PORTAL__IDENTITY__REFRESH_GRACE_SECONDS": "2"}

    def play(self):
        self.listed_and_ended()
        self.surplus()
        self.refreshing()
        self.cookies()
        self.cross_site()
        self.signed()

    def login(self, person, program, address="198.51.100.5"):
        client = self.stage.portal.behind(address)
        client.headers["User-Agent"] = program
        return client.login(person.email, person.password, person.app)

    def listed_and_ended(self):
        with self.step("one sees one's sessions: program, network, level, which is this one"):
            self.desk, self.phone = self.login(TANE, "Desk/2.0"), self.login(TANE, "Phone/1.0", "203.0.113.200")
            rows = {row["user_agent"]: row for row in self.desk.api(200, "GET", "/me/sessions")["data"]}
            desk, self.row = rows["Desk/2.0"], rows["Phone/1.0"]
            equal((desk["current"], self.row["current"]), (True, False), "current")
            equal((desk["network"], self.row["network"]), ("198.51.100.0/24", "203.0.113.0/24"), "networks")
            equal(self.row["level"], "password", "level")
        with self.step("names one, and ends it from another; what it holds is dead within two seconds"):
            path = f"/me/sessions/{self.row['id']}"
            self.desk.api(204, "PATCH", path, {"name": "Téléphone"})
            rows = self.desk.api(200, "GET", "/me/sessions")["data"]
            equal([row["name"] for row in rows if row["id"] == self.row["id"]], ["Téléphone"], "name")
            self.desk.api(204, "DELETE", path)
            self.phone.assert_ends()
            self.desk.refused(404, "not_found", "DELETE", path)
            self.desk.api(200, "GET", "/me")
        with self.step("nobody names or ends, or hears of, somebody else's"):
            hana = self.stage.login(HANA)
            path = f"/me/sessions/{hana.api(200, 'GET', '/me/sessions')['data'][0]['id']}"
            self.desk.refused(404, "not_found", "DELETE", path)
            self.desk.refused(404, "not_found", "PATCH", path, {"name": "mine"})
            hana.api(200, "GET", "/me")
        with self.step("ends all others at once"):
            others = [self.stage.login(TANE) for _ in range(3)]
            self.desk.api(204, "DELETE", "/me/sessions")
            for other in others:
                other.assert_ends()
            equal([row["current"] for row in self.desk.api(200, "GET", "/me/sessions")["data"]], [True], "what is left")

    def surplus(self):
        with self.step("the twenty-first session ends the one that was idle longest"):
            first, *others = [self.stage.login(HANA) for _ in range(21)]
            first.assert_ends()
            others[0].api(200, "GET", "/me")
            equal(len(others[0].api(200, "GET", "/me/sessions")["data"]), 20, "sessions")

    def refreshing(self):
        with self.step("a refresh token that comes late, after its answer was lost for good, ends the session"):
            first = self.stage.login(SALMA)
            second = first.refresh()
            time.sleep(2.2)
            first.refresh(401)
            second.assert_ends()
            self.stage.notice("refresh_reuse", SALMA)
        with self.step("a thief who was faster is thrown out together with the owner, who hears"):
            since, owner = len(self.relay.mails), self.stage.login(SALMA)
            thief = owner.refresh().refresh()
            owner.refresh(401)
            thief.assert_ends()
            self.stage.notice("refresh_reuse", SALMA, since)
        with self.step("other sessions go on"):
            bystander = self.stage.login(SALMA)
            first = self.stage.login(SALMA)
            first.refresh().refresh()
            first.refresh(401)
            bystander.api(200, "GET", "/me")
        with self.step("an access token is no refresh token"):
            form = {"refresh_token": bystander.token}
            self.anonymous.refused(401, "refresh_token_invalid", "POST", "/auth/refresh", form)

    def cookies(self):
        form = {"email": HANA.email, "password": HANA.password, "cookie": True}
        with self.step("a browser gets a cookie that scripts and other sites can't use, and no token"):
            same = {"Sec-Fetch-Site": "same-origin"}
            answer = self.anonymous.send("POST", "/api/v1/auth/login", form, same)
            equal((answer.status, answer.json), (200, {"status": "logged_in"}), "the answer")
            self.assert_guarded(answer, "__Host-session")
            self.assert_guarded(answer, "__Host-device")
            cookie = self.cookie(answer, "__Host-session")
        with self.step("the cookie reads, and on the portal's own pages writes"):
            browser = replace(self.anonymous, headers={"Cookie": cookie})
            equal(browser.api(200, "GET", "/me")["email"], HANA.email, "address")
            browser.api(200, "PATCH", "/me", {"job_title": "Head of Unit"}, same)
            browser.api(200, "PATCH", "/me", {"job_title": None}, {"Origin": self.stage.portal.public_url})
            browser.api(200, "GET", "/contacts", headers={"Sec-Fetch-Site": "cross-site"})
        with self.step("pages of other sites can't write with it, and nor can what says nothing of itself"):
            for headers in (
                {},
                {"Sec-Fetch-Site": "cross-site"},
                {"Sec-Fetch-Site": "same-site"},
                {"Sec-Fetch-Site": "cross-site", "Origin": self.stage.portal.public_url},
                {"Origin": "https://evil.example"},
                {"Origin": "null"},
                {"Origin": f"{self.stage.portal.public_url}.evil.example"},
            ):
                browser.refused(403, "cross_site", "PATCH", "/me", {"job_title": "Owned"}, headers)
                browser.refused(403, "cross_site", "POST", "/auth/logout", headers=headers)
            equal(browser.api(200, "GET", "/me")["contact"]["job_title"], None, "the title")
        with self.step("the cookie's secret is neither a bearer token nor a refresh token, and can't be guessed on"):
            secret = cookie.partition("=")[2]
            replace(self.anonymous, token=secret).refused(401, "token_invalid", "GET", "/me")
            self.anonymous.refused(401, "refresh_token_invalid", "POST", "/auth/refresh", {"refresh_token": secret})
            forged = replace(self.anonymous, headers={"Cookie": f"{cookie[:-2]}AA"})
            forged.refused(401, "session_ended", "GET", "/me")
        with self.step("logging out takes the cookie away, and it is worthless"):
            answer = browser.send("POST", "/api/v1/auth/logout", headers=same)
            equal(answer.status, 204, "status")
            check("Max-Age=0" in self.cookie_line(answer, "__Host-session"), "the cookie stays")
            check('"cookies"' in (answer.headers["Clear-Site-Data"] or ""), "no Clear-Site-Data")
            browser.refused(401, "session_ended", "GET", "/me")
        with self.step("with a second factor the cookie comes after the code, not after the password"):
            app = self.stage.admin_app
            form = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD, "cookie": True}
            answer = self.anonymous.send("POST", "/api/v1/auth/login", form)
            equal(answer.headers.get_all("Set-Cookie"), None, "cookies after the password")
            form = {"challenge": answer.json["challenge"], "cookie": True, **app.proof()}
            answer = self.anonymous.send("POST", "/api/v1/auth/login/mfa", form)
            equal((answer.status, answer.json), (200, {"status": "logged_in"}), "the answer")
            browser = replace(self.anonymous, headers={"Cookie": self.cookie(answer, "__Host-session")})
            browser.api(200, "GET", "/registrations")
            browser.api(204, "POST", "/auth/logout", headers=same)

    def assert_guarded(self, answer, name):
        parts = {part.strip().lower() for part in self.cookie_line(answer, name).split(";")[1:]}
        check({"secure", "httponly", "path=/"} <= parts, f"attributes of {name}: {parts}")
        check({"samesite=lax", "samesite=strict"} & parts, f"attributes of {name}: {parts}")
        check(not any(part.startswith("domain") for part in parts), f"attributes of {name}: {parts}")

    def cross_site(self):
        with self.step("another site's page can't log anybody in, apply, or ask for a link"):
            for path, form in [
                ("/auth/login", {"email": HANA.email, "password": HANA.password}),
                ("/auth/login", {"email": HANA.email, "password": HANA.password, "cookie": True}),
                ("/registrations", HANA.form(email="eve@elsewhere.example")),
                ("/auth/password/forgot", {"email": HANA.email}),
            ]:
                for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
                    self.anonymous.refused(403, "cross_site", "POST", path, form, headers)
            headers = {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/x-www-form-urlencoded"}
            self.anonymous.send("POST", "/forgot", b"email=x", headers).assert_problem(403, "cross_site")

    def signed(self):
        with self.step("access tokens are signed by a published key, and say neither name nor address"):
            answer = self.anonymous.send("GET", "/.well-known/jwks.json")
            check("max-age" in (answer.headers["Cache-Control"] or ""), "the list may not be kept")
            head, claims, signature = self.stage.login(HANA).token.split(".")
            header, said = json.loads(from_base64url(head)), json.loads(from_base64url(claims))
            keys = {key["kid"]: key for key in answer.json["keys"]}
            key = keys[header["kid"]]
            equal((header["alg"], header["typ"]), ("EdDSA", "at+jwt"), "header")
            equal(set(key), {"kty", "crv", "alg", "use", "kid", "x"}, "members of the key")
            issuer = self.stage.portal.public_url
            equal((said["iss"], said["aud"], said["exp"] - said["iat"]), (issuer, issuer, 600), "claims")
            check(HANA.email not in str(said) and HANA.name not in str(said), f"claims {said}")
        if shutil.which("openssl"):
            with self.step("and OpenSSL verifies the signature"):
                self.verify_signature(from_base64url(key["x"]), f"{head}.{claims}".encode(), from_base64url(signature))

    def verify_signature(self, public, message, signature):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            # SubjectPublicKeyInfo of an Ed25519 key (RFC 8410, 4).
            (folder / "key").write_bytes(bytes.fromhex("302a300506032b6570032100") + public)
            (folder / "message").write_bytes(message)
            (folder / "signature").write_bytes(signature)
            command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", folder / "key"]
            command += ["-rawin", "-in", folder / "message", "-sigfile", folder / "signature"]
            ran = subprocess.run(command, check=False, capture_output=True, text=True)
            equal(ran.returncode, 0, f"exit code of openssl ({ran.stdout}{ran.stderr})")


class Accounts(Act):
    NEW = "hana.k@customs.example"

    def play(self):
        self.admin = self.stage.admin()
        self.make_tokens()
        self.use_tokens()
        self.suspend()
        self.reset_factors()
        self.change_address()
        self.take_address_back()
        self.bury_the_way_back()

    def user_id(self, person):
        return self.stage.login(person).api(200, "GET", "/me")["id"]

    def make_token(self, client, *scopes, days=30):
        form = {"name": "reporting", "scopes": list(scopes), "expires_in_days": days}
        made = client.api(201, "POST", "/me/tokens", form)
        check(made["token"].startswith("portal_pat_"), "a scanner would not know the token")
        return made["id"], Client(client.port, made["token"])

    def make_tokens(self):
        with self.step("an API token is made for scopes and a time, shown once, and the owner hears"):
            self.litia = self.stage.login(LITIA)
            self.id, self.reader = self.make_token(self.litia, "community:read")
            rows = self.litia.api(200, "GET", "/me/tokens")["data"]
            equal([(row["id"], row["scopes"]) for row in rows], [(self.id, ["community:read"])], "tokens")
            check(self.reader.token not in str(rows), "the secret is shown again")
            self.stage.notice("token_made", LITIA)
        good = {"name": "x", "scopes": ["profile:read"], "expires_in_days": 1}
        for what, changes, fault in [
            ("no scope", {"scopes": []}, ("/scopes", "empty")),
            ("an unknown scope", {"scopes": ["everything"]}, ("/scopes/0", "unknown_value")),
            ("no days", {"expires_in_days": 0}, ("/expires_in_days", "out_of_range")),
            ("more than a year", {"expires_in_days": 366}, ("/expires_in_days", "out_of_range")),
            ("a name of two lines", {"name": "a\nb"}, ("/name", "control_characters")),
        ]:
            with self.step(f"a token with {what} is refused"):
                answer = self.litia.refused(422, "invalid", "POST", "/me/tokens", {**good, **changes})
                faults = [(at["pointer"], at["code"]) for at in answer.json["errors"]]
                check(fault in faults, f"wanted {fault} among {faults}")

    def last_used(self):
        rows = self.litia.api(200, "GET", "/me/tokens")["data"]
        return next(row["last_used_at"] for row in rows if row["id"] == self.id)

    def use_tokens(self):
        with self.step("a token does what its scopes say"):
            self.reader.api(200, "GET", "/contacts")
            self.reader.refused(403, "scope_missing", "GET", "/me")
            _, profile = self.make_token(self.litia, "profile:read")
            equal(profile.api(200, "GET", "/me")["email"], LITIA.email, "address")
            profile.refused(403, "scope_missing", "GET", "/contacts")
            eventually(self.last_used, "last_used_at")
        with self.step("and lends no right that its owner has not"):
            scopes = ("registrations:decide", "announcements:manage", "audit:read", "profile:read", "community:read")
            _, every = self.make_token(self.litia, *scopes)
            every.refused(403, "secretariat_only", "GET", "/registrations")
            every.refused(403, "secretariat_only", "POST", "/announcements", draft("AP"))
            every.refused(403, "auditors_only", "GET", "/audit")
        with self.step("a token never manages an account, whatever its scopes"):
            for method, path, body in [
                ("GET", "/me/sessions", None),
                ("GET", "/me/tokens", None),
                ("GET", "/me/mfa", None),
                ("GET", "/me/audit", None),
                ("PATCH", "/me", {"name": "Mallory"}),
                ("DELETE", "/me/sessions", None),
                ("POST", "/auth/logout", None),
                ("POST", "/me/tokens", {"name": "x", "scopes": ["profile:read"], "expires_in_days": 1}),
                ("POST", "/me/password", {"current_password": LITIA.password, "new_password": "x" * 20}),
                ("POST", "/me/email", {"email": "eve@elsewhere.example"}),
                ("POST", "/me/mfa/totp", None),
                ("POST", "/me/reauthenticate", {"password": LITIA.password}),
            ]:
                every.refused(403, "scope_missing", method, path, body)
        with self.step("an administrator's token works within its scopes and manages no account either"):
            _, clerk = self.make_token(self.admin, "registrations:decide", "audit:read")
            clerk.api(200, "GET", "/registrations")
            clerk.api(200, "GET", "/audit")
            clerk.refused(403, "scope_missing", "GET", "/announcements")
            clerk.refused(403, "scope_missing", "POST", f"/users/{UNKNOWN_ID}/suspend", {"reason": "x"})
        with self.step("whoever finds a token puts an end to it, and to no other"):
            every.refused(404, "not_found", "DELETE", f"/me/tokens/{self.id}")
            every.api(204, "DELETE", "/me/tokens/current")
            every.refused(401, "token_invalid", "GET", "/me")
            self.litia.refused(404, "not_found", "DELETE", "/me/tokens/current")
            self.reader.api(200, "GET", "/contacts")
        with self.step("the owner revokes one; nobody else can"):
            self.stage.login(TANE).refused(404, "not_found", "DELETE", f"/me/tokens/{self.id}")
            self.litia.api(204, "DELETE", f"/me/tokens/{self.id}")
            self.reader.refused(401, "token_invalid", "GET", "/contacts")
        with self.step("a password by a mailed link ends the tokens too"):
            form = {"token": self.stage.reset_token(LITIA), "password": "walnut ferry cobalt eleven"}
            self.anonymous.api(200, "POST", "/auth/password/reset", form)
            LITIA.password = form["password"]
            profile.refused(401, "token_invalid", "GET", "/me")

    def suspend(self):
        path = f"/users/{self.user_id(LITIA)}"
        with self.step("the Secretariat suspends somebody, with a reason that is mailed"):
            litia = self.stage.login(LITIA)
            self.id, token = self.make_token(litia, "profile:read", "community:read")
            self.admin.refused(422, "invalid", "POST", f"{path}/suspend", {"reason": "  "})
            suspended = self.admin.api(200, "POST", f"{path}/suspend", {"reason": "Left the <b>service</b>."})
            check(suspended["suspended_at"], "suspended_at")
            self.admin.refused(409, "already_suspended", "POST", f"{path}/suspend", {"reason": "Again."})
            mail = self.stage.notice("suspended", LITIA)
            check("Left the <b>service</b>." in mail.part("plain"), "no reason in the text")
            check("<b>service" not in mail.part("html"), "the reason is not escaped")
        with self.step("sessions and tokens are dead within two seconds, the directory forgets, and no way leads in"):
            litia.assert_ends()
            token.refused(401, "token_invalid", "GET", "/me")
            self.refuse_login(LITIA.email, LITIA.password)
            since = len(self.relay.mails)
            self.anonymous.api(202, "POST", "/auth/password/forgot", {"email": LITIA.email})
            equal(self.admin.api(200, "GET", "/contacts?q=Vakatawa")["data"], [], "found")
            equal(self.relay.find(LITIA.email, MAIL_SUBJECTS["reset"]["en"], since), [], "links mailed")
        with self.step("reinstated, the person logs in and is found again; what had ended stays ended"):
            self.admin.api(200, "POST", f"{path}/reinstate")
            self.admin.refused(409, "not_suspended", "POST", f"{path}/reinstate")
            self.stage.notice("reinstated", LITIA)
            equal(len(self.stage.login(LITIA).api(200, "GET", "/contacts?q=Vakatawa")["data"]), 1, "found")
            litia.refused(401, "session_ended", "GET", "/me")
        with self.step("so does an API token, which the suspension ended"):
            token.refused(401, "token_invalid", "GET", "/me")
        with self.step("the Secretariat ends somebody's sessions"):
            litia = self.stage.login(LITIA)
            self.admin.api(204, "DELETE", f"{path}/sessions")
            litia.assert_ends()
        with self.step("nobody suspends oneself, or somebody who is not there"):
            own = f"/users/{self.admin.api(200, 'GET', '/me')['id']}"
            self.admin.refused(403, "own_account", "POST", f"{own}/suspend", {"reason": "Tired."})
            self.admin.refused(403, "own_account", "POST", f"{own}/mfa/reset", {"reason": "Lost."})
            self.admin.refused(404, "not_found", "POST", f"/users/{UNKNOWN_ID}/suspend", {"reason": "Nobody."})

    def reset_factors(self):
        with self.step("whose factors are lost begins again by a mailed link, with a new password and no factor"):
            # Amal's codes rest; nothing but the log tells the Secretariat her id.
            subject = {row["subject_id"] for row in self.admin.pages("/audit?action=recovery_code_used", limit=100)}
            ids = [id for id in subject if self.admin.api(200, "GET", f"/users/{id}")["email"] == AMAL.email]
            self.admin.refused(422, "invalid", "POST", f"/users/{ids[0]}/mfa/reset", {"reason": ""})
            self.admin.api(204, "POST", f"/users/{ids[0]}/mfa/reset", {"reason": "Lost the phone."})
            self.refuse_login(AMAL.email, AMAL.password)
            token = self.stage.notice("factors_reset", AMAL).token("reset")
            AMAL.password, AMAL.app = "yonder pickle sextant moss", None
            self.anonymous.api(200, "POST", "/auth/password/reset", {"token": token, "password": AMAL.password})
            amal = self.stage.login(AMAL)
            equal(amal.api(200, "GET", "/me/mfa")["recovery_codes_left"], 0, "recovery codes")

    def ask_address(self, client, new, since):
        """Asks for another address; returns the link to confirm and the way back."""
        old = client.api(200, "GET", "/me")["email"]
        client.api(202, "POST", "/me/email", {"email": new})
        undo = self.relay.wait_for(old, NOTICES["address_asked"], since)
        confirm = self.relay.wait_for(new, NOTICES["confirm_address"], since)
        undo.assert_well_formed()
        confirm.assert_well_formed()
        return confirm.token("confirm-address"), undo.token("undo-address")

    def change_address(self):
        with self.step("an address that is taken, or none, is not taken over; the answer does not tell"):
            self.hana, since = self.stage.login(HANA), len(self.relay.mails)
            self.hana.refused(422, "invalid", "POST", "/me/email", {"email": "nowhere"})
            told = self.hana.api(202, "POST", "/me/email", {"email": YUKI.email})
            self.relay.wait_for(YUKI.email, MAIL_SUBJECTS["known"]["en"], since)
            equal(self.relay.find(YUKI.email, NOTICES["confirm_address"], since), [], "links to confirm")
            equal(told, self.hana.api(202, "POST", "/me/email", {"email": "free@customs.example"}), "answer")
            eventually(lambda: len(self.relay.find(HANA.email, NOTICES["address_asked"], since)) == 2, "word of both")
        with self.step("a new address counts once its link is followed; until then the old one logs in"):
            since = len(self.relay.mails)
            self.confirm, self.undo = self.ask_address(self.hana, self.NEW, since)
            self.stage.login(HANA)
            self.refuse_login(self.NEW, HANA.password)
            page = self.anonymous.send("GET", f"/confirm-address?token={self.confirm}")
            check(page.status == 200 and b"<form" in page.body and b"<script" not in page.body, f"the page: {page}")
            self.stage.login(HANA)
        with self.step("then the new one does, everywhere"):
            form = urllib.parse.urlencode({"token": self.confirm}).encode()
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
            equal(self.anonymous.send("POST", "/confirm-address", form, headers).status, 200, "status")
            self.anonymous.refused(410, "link_spent", "POST", "/auth/email/confirm", {"token": self.confirm})
            self.refuse_login(HANA.email, HANA.password)
            hana = self.anonymous.login(self.NEW, HANA.password)
            equal(hana.api(200, "GET", "/me")["email"], self.NEW, "address")
            found = self.admin.api(200, "GET", "/contacts?q=Hana")["data"]
            equal([row["email"] for row in found], [self.NEW], "address in the directory")
            self.relay.wait_for(self.NEW, NOTICES["address_changed"], since)

    def take_address_back(self):
        with self.step("the old address takes it back: sessions and password end, a link lets its reader begin again"):
            since, thief = len(self.relay.mails), self.anonymous.login(self.NEW, HANA.password)
            page = self.anonymous.send("GET", f"/undo-address?token={self.undo}")
            equal(page.status, 200, "the page")
            thief.api(200, "GET", "/me")
            self.anonymous.api(200, "POST", "/auth/email/undo", {"token": self.undo})
            thief.assert_ends()
            self.refuse_login(self.NEW, HANA.password)
            self.refuse_login(HANA.email, HANA.password)
            self.anonymous.refused(410, "link_spent", "POST", "/auth/email/undo", {"token": self.undo})
            token = self.stage.notice("address_undone", HANA, since).token("reset")
            HANA.password = "walnut ferry cobalt eleven"
            self.anonymous.api(200, "POST", "/auth/password/reset", {"token": token, "password": HANA.password})
            self.stage.login(HANA)
        with self.step("taken back before it was confirmed, the change can't be confirmed any more"):
            since = len(self.relay.mails)
            confirm, undo = self.ask_address(self.stage.login(HANA), "eve@elsewhere.example", since)
            self.anonymous.api(200, "POST", "/auth/email/undo", {"token": undo})
            self.anonymous.refused(410, "link_spent", "POST", "/auth/email/confirm", {"token": confirm})
            token = self.stage.notice("address_undone", HANA, since).token("reset")
            self.anonymous.api(200, "POST", "/auth/password/reset", {"token": token, "password": HANA.password})

    def bury_the_way_back(self):
        with self.step("who stole an account and changes its address twice does not cut the owner's way back"):
            since, thief = len(self.relay.mails), self.stage.login(TANE)
            confirm, undo = self.ask_address(thief, "eve@elsewhere.example", since)
            self.anonymous.api(200, "POST", "/auth/email/confirm", {"token": confirm})
            thief = self.anonymous.login("eve@elsewhere.example", TANE.password)
            self.ask_address(thief, "eve2@elsewhere.example", since)
            self.anonymous.api(200, "POST", "/auth/email/undo", {"token": undo})
            self.stage.notice("address_undone", TANE, since)


class AuditLog(Act):
    def play(self):
        self.read()
        self.end_everything()
        self.verify()

    def read(self):
        with self.step("the log has what was done: who, to whom, in which request, from which network"):
            self.admin = self.stage.admin()
            # Somebody whose failures were not written down a moment ago.
            answer = self.stage.portal.behind("198.51.100.9").try_login("stranger@elsewhere.example", "wrong")
            row = self.admin.api(200, "GET", "/audit?action=login_failed&limit=1")["data"][0]
            equal(row["request_id"], answer.headers["X-Request-Id"], "request_id")
            equal((row["network"], row["actor_id"]), ("198.51.100.0/24", None), "network and actor")
            suspended = self.admin.pages("/audit?action=user_suspended", limit=100)
            own = self.admin.api(200, "GET", "/me")["id"]
            equal([(row["actor_id"], bool(row["subject_id"])) for row in suspended], [(own, True)], "suspensions")
        with self.step("every kind of thing that happened so far is there, page by page, the newest first"):
            self.rows = self.admin.pages("/audit", limit=37)
            wanted = {"login", "login_challenged", "login_failed", "factor_failed", "logout", "session_ended"}
            wanted |= {"sessions_ended", "refresh_reuse", "password_reset_asked", "password_reset", "password_changed"}
            wanted |= {"address_change_asked", "address_changed", "address_change_undone", "totp_added", "totp_removed"}
            wanted |= {"recovery_codes_made", "recovery_code_used", "factors_reset", "token_made", "token_revoked"}
            wanted |= {"user_suspended", "user_reinstated", "administrator_created", "registration_verified"}
            wanted |= {"registration_approved", "registration_rejected", "announcement_sent", "access_refused"}
            equal(wanted - {row["action"] for row in self.rows}, set(), "kinds that are missing")
            ids = [row["id"] for row in self.rows]
            equal(ids, sorted(set(ids), reverse=True), "ids")
        with self.step("it names nobody but by id, and holds no secret"):
            text = json.dumps(self.rows)
            check("@" not in text, "an address in the log")
            equal([person.name for person in NCPS + NEWCOMERS if person.name in text], [], "names")
            equal(SECRETS.found_in(text), [], "secrets")
        with self.step("filters: by person, by kind; a wrong one is refused"):
            own = self.admin.api(200, "GET", "/me")["id"]
            rows = self.admin.pages(f"/audit?actor={own}&action=registration_approved&action=user_suspended", limit=100)
            equal({row["actor_id"] for row in rows}, {own}, "actors")
            equal({row["action"] for row in rows}, {"registration_approved", "user_suspended"}, "kinds")
            for query in ("action=anything", "actor=me", "limit=0", "colour=red", "cursor=x"):
                self.admin.refused(400, "bad_query", "GET", f"/audit?{query}")
        with self.step("everybody reads what concerns oneself, and is noted where more is tried"):
            yuki = self.anonymous.holding(self.log_in_known(YUKI))
            own = yuki.api(200, "GET", "/me")["id"]
            rows = yuki.pages("/me/audit", limit=10)
            check({"login", "login_failed"} <= {row["action"] for row in rows}, "logins are missing")
            strangers = [row for row in rows if own not in (row["actor_id"], row["subject_id"])]
            equal(strangers, [], "what concerns others")
            yuki.refused(403, "auditors_only", "GET", "/audit")
            rows = self.admin.api(200, "GET", f"/audit?action=access_refused&actor={own}")["data"]
            equal([row["detail"] for row in rows], [{"wanted": "read_audit"}], "refusals")

    def log_in_known(self, person):
        """The tokens of somebody whose address had failures: after the wait."""
        while (answer := self.anonymous.try_login(person.email, person.password)).status == 429:
            time.sleep(int(answer.headers["Retry-After"]))
        return answer.json

    def end_everything(self):
        with self.step("a command ends every session of everybody within two seconds, and all log in anew"):
            clients = [self.stage.login(person) for person in (LITIA, HANA)]
            code, printed = self.stage.portal.run("sessions", "end-all")
            equal(code, 0, f"exit code ({printed})")
            check(int(re.search(r"ended (\d+)", printed).group(1)) >= 2, f"printed: {printed}")
            for client in [*clients, self.admin]:
                client.assert_ends()
            self.stage.login(LITIA).api(200, "GET", "/contacts")
            self.stage.admin().api(200, "GET", "/registrations")

    def verify(self):
        with self.step("the chain of the log is whole while the portal serves, and once it was sealed anew"):
            for _ in range(2):
                code, printed = self.stage.portal.run("audit", "verify")
                equal(code, 0, f"exit code ({printed})")
                self.stage.portal.terminate()
                self.stage.portal.start()
            sealed = eventually(self.sealed, "the seal")
            check(sealed >= len(self.rows), f"{sealed} entries sealed of {len(self.rows)}")
        self.stage.portal.terminate()
        with self.step("with another master key it is not"):
            code, printed = self.stage.portal.run("audit", "verify", PORTAL__IDENTITY__MASTER_KEY="0" * 64)
            check(code == 1 and "BROKEN" in printed, f"exit code {code}: {printed}")
        if self.stage.database:
            self.tamper(self.stage.database)

    def sealed(self):
        code, printed = self.stage.portal.run("audit", "verify")
        found = re.search(r"(\d+) entries sealed, 0 await", printed)
        return code == 0 and found and int(found.group(1))

    def tamper(self, database):
        entry = "WHERE id = (SELECT entry_id FROM audit_seal WHERE position = 5)"
        changes = {
            "a changed entry": f"UPDATE audit_entry SET action = 'logout' {entry}",
            "an entry that lost its people": f"UPDATE audit_entry SET actor_id = NULL, subject_id = NULL {entry}",
            "a changed network": f"UPDATE audit_entry SET network = '10.0.0.0/24' {entry}",
            "a missing link": "DELETE FROM audit_seal WHERE position = 5",
            "links in another order": "UPDATE audit_seal SET position = position + 1000000 WHERE position = 5",
        }
        for number, (what, change) in enumerate(changes.items()):
            with self.step(f"in a copy {what} is refused, and shows where the triggers were taken away"):
                url = database.copy(f"copy{number}")
                equal(self.check_copy(url), (0, False), "the copy")
                with contextlib.suppress(sqlite3.IntegrityError, AssertionError):
                    database.execute(url, change)
                    raise RuntimeError("the database took the change")
                equal(self.check_copy(url), (0, False), "the copy after a refused change")
                database.execute(url, f"{database.UNGUARD} {change}")
                equal(self.check_copy(url), (1, True), "the copy after the change")

    def check_copy(self, url):
        """The exit code, and whether a broken link is named."""
        code, printed = self.stage.portal.run("audit", "verify", PORTAL__DATABASE__URL=url)
        return code, "BROKEN at link" in printed


# ---------------------------------------------------------------------------------------- 3. trouble with the relay


class RelayTrouble(Act):
    def play(self, **settings):
        self.relay.down()
        with self.step("started again, the portal still has its administrator and offers no set-up link"):
            self.stage.portal.start(**settings)
            self.stage.admin()
            equal(self.stage.portal.said(), "", "stdout")
        self.down_then_up(settings)
        with self.step("a mail that is answered 451 at first arrives later, once"):
            self.temporary_refusal()
        with self.step("550 fails one delivery, 451 defers another, the third is sent"):
            self.mixed_refusals()

    def down_then_up(self, settings):
        since = len(self.relay.mails)
        with self.step("while the relay is down, mails are taken and none fails"):
            admin = self.stage.admin()
            id = self.stage.send_announcement(admin, "ESA")
            self.anonymous.api(202, "POST", "/auth/password/forgot", {"email": AWA.email})
            self.stage.await_summary(admin, id, total=3, sent=0, failed=0)
        with self.step("the portal stops within its time all the same"):
            self.stage.portal.terminate()
        with self.step("the relay comes up after a restart: nothing is lost, nothing comes twice"):
            self.stage.portal.start(**settings)
            self.relay.up()
            self.stage.await_summary(self.stage.admin(), id, total=3, sent=3)
            self.relay.wait_for(AWA.email, MAIL_SUBJECTS["reset"]["fr"], since)
            wanted = sorted([WANJIRU.email, HERY.email, THANDI.email, AWA.email])
            # The administrator may have had to log in anew, and hears of that.
            equal(sorted(mail.to for mail in self.relay.mails[since:] if mail.to != ADMIN_EMAIL), wanted, "recipients")

    def temporary_refusal(self):
        since = len(self.relay.mails)
        self.relay.refusals[KWAME.email] = ["451 4.7.1 Greylisted, try again"]
        self.stage.reset_token(KWAME)
        equal(self.relay.refused, [KWAME.email], "refusals")
        equal(len(self.relay.find(KWAME.email, "", since)), 1, "mails")

    def mixed_refusals(self):
        self.relay.refusals[AISSATA.email] = ["550 5.1.1 No such mailbox"]
        self.relay.refusals[KWAME.email] = ["451 4.3.2 Come back later"]
        admin = self.stage.admin()
        id = self.stage.send_announcement(admin, "WCA")
        self.stage.await_summary(admin, id, total=3, sent=1, failed=1, deferred=1, pending=0)
        rows = {row["to_address"]: row for row in admin.pages(f"/announcements/{id}/deliveries", limit=100)}
        failed, deferred = rows[AISSATA.email], rows[KWAME.email]
        equal((failed["state"], failed["last_code"], failed["attempts"]), ("failed", 550, 1), "the failed one")
        check("No such mailbox" in failed["last_reply"], f"last reply: {failed['last_reply']}")
        equal((deferred["state"], deferred["last_code"], deferred["attempts"]), ("pending", 451, 1), "the deferred one")
        equal((rows[AWA.email]["state"], rows[AWA.email]["last_code"]), ("sent", 250), "the sent one")
        only_failed = admin.pages(f"/announcements/{id}/deliveries?state=failed", limit=100)
        equal([row["to_address"] for row in only_failed], [AISSATA.email], "deliveries that failed")


# ------------------------------------------------------------------------------------------------ 4. wrong input


class WrongInput(Act):
    def play(self):
        with self.step("somebody verifies and waits for the decision; a draft is written"):
            self.stage.apply(PAULO)
            self.stage.verify(PAULO)
            self.admin, self.ncp = self.stage.admin(), self.stage.login(AWA)
            self.waiting, self.rejected = self.stage.login(PAULO), self.stage.login(REJECTED)
            self.draft = self.admin.api(201, "POST", "/announcements", draft("WCA"))["id"]
        self.bodies()
        self.applications()
        self.profile()
        self.announcements()
        self.queries()
        self.routes()
        self.one_time_tokens()
        self.access_tokens()
        self.rights()
        with self.step("the portal has survived"):
            self.anonymous.api(202, "POST", "/auth/password/forgot", {"email": JUERGEN.email})
            equal(self.anonymous.send("GET", "/health/ready").json, {"status": "ready"}, "health")

    def refuse(self, what, status, code, method, path, body=None, client=None, headers=None, fault=None):
        """One wrong request; `fault` is the (pointer, code) that must be among the fields at fault."""
        with self.step(f"{what}: {status} {code}"):
            answer = (client or self.anonymous).send(method, path, body, headers)
            answer.assert_problem(status, code)
            faults = [(at["pointer"], at["code"]) for at in answer.json.get("errors", [])]
            check(fault is None or fault in faults, f"wanted {fault} among {faults}")
            return answer

    def bodies(self):
        path, as_json = "/api/v1/auth/login", {"Content-Type": "application/json"}
        good = json.dumps({"email": AWA.email, "password": AWA.password}).encode()
        for what, body in {
            "JSON that breaks off": good[:-1],
            "JSON with something after it": good + b" x",
            "no body": b"",
            "a body that is not UTF-8": b'{"email": "\xff"}',
        }.items():
            self.refuse(what, 400, "malformed_json", "POST", path, body, headers=as_json)
        for what, body, fault in [
            ("a number for a text", {"email": 1, "password": "x"}, ("/email", "wrong_type")),
            ("null for a text", {"email": None, "password": "x"}, ("/email", "wrong_type")),
            ("a missing field", {"email": AWA.email}, ("/password", "missing")),
            ("an unknown field", {"email": "", "password": "", "admin": True}, ("/admin", "unknown_field")),
            ("a text for an object", "login", ("", "wrong_type")),
            ("a list for an object", [AWA.email, AWA.password], ("", "wrong_type")),
        ]:
            self.refuse(what, 422, "invalid", "POST", path, body, fault=fault)
        self.refuse("JSON nested 5,000 deep", 400, "too_deep", "POST", path, b"[" * 5_000, headers=as_json)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp"):
            self.refuse(f"a body of {kind}", 415, "media_type", "POST", path, good, headers={"Content-Type": kind})
        self.refuse("a body without a type", 415, "media_type", "POST", path, good)
        for size in (65_536, 1_000_000):
            body = {"email": "x" * size, "password": "x"}
            self.refuse(f"a body of {size} bytes and some", 413, "too_large", "POST", path, body)

    def applications(self):
        new = Person("New Person", "new@customs.example", "KE", "ESA", "en")
        tricks = TRICKS.items()
        changes = [(f"{name} in a name", "/name", "control_characters", f"Eve{trick}Doe") for name, trick in tricks]
        changes += [
            (f"{name} in a title", "/job_title", "control_characters", f"Head{trick}") for name, trick in tricks
        ]
        changes += [(f"{name} in an address", "/email", "bad_email", f"eve{trick}@x.example") for name, trick in tricks]
        changes += [
            ("an unknown member", "/organisation", "unknown_organisation", "ZZ"),
            ("a NUL for a member", "/organisation", "control_characters", "S\0"),
            ("a role that is not open", "/role", "role_not_open", "secretariat"),
            ("an unknown role", "/role", "unknown_value", "emperor"),
            ("an unknown language", "/languages", "unknown_language", ["xx"]),
            ("a language of no mail", "/preferred_language", "unknown_value", "xx"),
            ("a telephone of letters", "/phone", "bad_phone", "call me"),
            ("an empty name", "/name", "empty", "   "),
            ("a name of nothing visible", "/name", "control_characters", "\u200b\u200d"),
            ("a name of 201 characters", "/name", "too_long", "n" * 201),
            ("a name with a link", "/name", "not_a_name", "see https://elsewhere.example"),
            ("the Secretariat for a name", "/name", "name_reserved", "Secretariat Helpdesk"),
            ("a password with the application", "/password", "unknown_field", new.password),
        ]
        for what, pointer, code, value in changes:
            body, fault = new.form(**{pointer[1:]: value}), (pointer, code)
            self.refuse(what, 422, "invalid", "POST", "/api/v1/registrations", body, fault=fault)
        with self.step("none of them left a mail"):
            equal(self.relay.find(new.email, ""), [], "mails")
        self.stage.apply(new)
        changes = [
            ("a short password", "password_too_short", "fourteen chars"),
            ("the address as password", "password_context", new.email),
            ("name and member as password", "password_context", "NewPersonCustoms2026!"),
        ]
        common = ["passwordpassword", "qwertyuiopasdfg", "P@ssw0rdP@ssw0rd", "123456789012345", "aaaaaaaaaaaaaaaa"]
        common += ["iloveyouiloveyou", "Liverpool1234567", "motdepassemotdepasse", "abcdefghijklmnop"]
        changes += [(f"the password {word!r}", "password_common", word) for word in common]
        for what, code, word in changes:
            body, fault = {"token": new.verify_token, "password": word}, ("/password", code)
            self.refuse(what, 422, "invalid", "POST", "/api/v1/registrations/verify", body, fault=fault)
        for address in ('"a,b"@customs.example', "ncp@[127.0.0.1]"):
            with self.step(f"the address {address} is refused, or gets its mail"):
                self.refused_or_mailed(new, address)

    def profile(self):
        changes = [
            (f"{name} in a changed name", "name", f"Awa{trick}", ("/name", "control_characters"))
            for name, trick in TRICKS.items()
        ]
        changes += [
            ("an unknown technology", "technologies", ["steam", "drones"], ("/technologies/0", "unknown_technology")),
            ("a technology with NUL", "technologies", ["drones", "x\0"], ("/technologies/1", "unknown_technology")),
            ("another address", "email", "awa@elsewhere.example", ("/email", "unknown_field")),
        ]
        for what, name, value, fault in changes:
            self.refuse(what, 422, "invalid", "PATCH", "/api/v1/me", {name: value}, self.ncp, fault=fault)

    def refused_or_mailed(self, person, address):
        answer = self.anonymous.send("POST", "/api/v1/registrations", person.form(email=address))
        if answer.status != 422:
            eventually(lambda: any(address in mail.recipients for mail in self.relay.mails), "its mail", seconds=3)

    def announcements(self):
        def refuse(what, pointer, code, **changes):
            body, fault = draft("WCA", **changes), (pointer, code)
            self.refuse(what, 422, "invalid", "POST", "/api/v1/announcements", body, self.admin, fault=fault)

        for name, trick in TRICKS.items():
            variants = {"en": {"subject": f"Plenary{trick}meeting", "body_markdown": "Text"}}
            refuse(f"{name} in a subject", "/variants/en/subject", "control_characters", variants=variants)
        variants = {"en": {"subject": "Plenary", "body_markdown": "Text\0"}}
        refuse("NUL in a text", "/variants/en/body_markdown", "control_characters", variants=variants)
        refuse("no variant", "/variants", "empty", variants={})
        refuse("no variant in the default language", "/default_language", "no_variant", default_language="es")
        refuse("an unknown region", "/audience/regions/0", "unknown_value", audience={"regions": ["ATLANTIS"]})
        members = {"members": ["SN", "ZZ", "KE"]}
        refuse("an unknown member in an audience", "/audience/members/1", "unknown_organisation", audience=members)
        members = {"members": ["S\0"]}
        refuse("a member with NUL in an audience", "/audience/members/0", "unknown_organisation", audience=members)
        technologies = {"technologies": ["steam\0"]}
        pointer = "/audience/technologies/0"
        refuse("a technology with NUL in an audience", pointer, "unknown_technology", audience=technologies)
        empty = self.admin.api(201, "POST", "/announcements", draft("AMS"))["id"]
        path = f"/api/v1/announcements/{empty}/send"
        self.refuse("an audience of nobody", 409, "no_recipients", "POST", path, client=self.admin)
        path, body = f"/api/v1/registrations/{UNKNOWN_ID}/reject", {"reason": "  "}
        self.refuse("a rejection of nothing, before its reason is read", 404, "not_found", "POST", path, body, self.admin)

    def queries(self):
        deliveries = f"/announcements/{self.draft}/deliveries"
        foreign = base64url(b"somebody")
        for path in ("/contacts", "/members", "/registrations", "/announcements", deliveries):
            for query, pointer, code in [
                ("colour=red", "colour", "unknown_field"),
                ("limit=0", "limit", "out_of_range"),
                ("limit=101", "limit", "out_of_range"),
                ("limit=-1", "limit", "wrong_type"),
                ("limit=many", "limit", "wrong_type"),
                ("cursor=%21%21%21", "cursor", "bad_cursor"),
                (f"cursor={foreign}", "cursor", "bad_cursor"),
            ]:
                what, fault = f"GET {path.replace(self.draft, '…')}?{query}", (pointer, code)
                self.refuse(what, 400, "bad_query", "GET", f"/api/v1{path}?{query}", client=self.admin, fault=fault)
        for what, query, fault in [
            ("an unknown region", "region=ATLANTIS", ("region", "unknown_value")),
            ("an unknown role", "role=emperor", ("role", "unknown_value")),
            ("a search of 201 characters", f"q={'x' * 201}", ("q", "too_long")),
            ("a limit given twice", "limit=1&limit=2", None),
        ]:
            path = f"/api/v1/contacts?{query}"
            self.refuse(f"contacts by {what}", 400, "bad_query", "GET", path, client=self.ncp, fault=fault)
        path = f"/api/v1{deliveries}?state=lost"
        self.refuse("deliveries of an unknown state", 400, "bad_query", "GET", path, client=self.admin)
        self.odd_queries()

    def odd_queries(self):
        """What may be taken or refused, but is no reason to fail."""
        odd, nul = "%00%27%25%5F", base64url(f"a\0\x1f{UNKNOWN_ID}".encode())
        queries = [f"contacts?{name}={odd}" for name in ("q", "member", "language", "technology")]
        queries += [f"contacts?cursor={nul}", f"members?cursor={nul}", f"members?q={odd}"]
        for query in queries:
            with self.step(f"GET /{query} is answered, and no 5xx"):
                answer = self.ncp.send("GET", f"/api/v1/{query}")
                check(answer.status in (200, 400), f"status {answer}")

    def routes(self):
        for path in ("/api/v1/nothing", "/api/v2/contacts", "/nothing", "/api/v1/contacts/1/2"):
            self.refuse(f"GET {path}", 404, "not_found", "GET", path, client=self.ncp)
        for id in (UNKNOWN_ID, "1", "%00", "%FF", "..%2Fme", "x" * 5_000):
            path = f"/api/v1/contacts/{id}"
            self.refuse(f"a contact with the id {id[:40]}", 404, "not_found", "GET", path, client=self.ncp)
        for code in ("ZZ", "%00", "S%27"):
            path = f"/api/v1/members/{code}"
            self.refuse(f"a member with the code {code}", 404, "not_found", "GET", path, client=self.ncp)
        for method, path in [
            ("DELETE", "/api/v1/contacts"),
            ("PUT", "/api/v1/me"),
            ("GET", "/api/v1/auth/login"),
            ("PATCH", "/api/v1/registrations"),
            ("POST", "/health/live"),
            ("DELETE", "/verify"),
        ]:
            answer = self.refuse(f"{method} {path}", 405, "method_not_allowed", method, path, client=self.ncp)
            with self.step(f"{method} {path}: the answer says which methods there are"):
                check(answer.headers["Allow"], "no Allow header")

    def one_time_tokens(self):
        newcomer = Person("Nyeleti Cossa", "n.cossa@alfandegas.example", "MZ", "ESA", "en")
        self.stage.apply(newcomer)
        verify, reset = newcomer.verify_token, self.stage.reset_token(IOANA)
        bad, password = {"forged": "A" * 43, "empty": "", "with NUL": "\0"}, {"password": "a passphrase of no use"}
        somebody = {"name": "Eve", "email": "eve@elsewhere.example", **password}
        wrong = {**bad, "used": AWA.verify_token, "for a password": reset}
        self.refuse_links("to verify", "/registrations/verify", {}, wrong)
        self.refuse_links("to a new password", "/auth/password/reset", password, {**bad, "to verify": verify})
        self.refuse_links("to set up", "/setup", somebody, {**bad, "for a password": reset})
        self.refuse_links("to a new address", "/auth/email/confirm", {}, {**bad, "for a password": reset})
        self.refuse_links("to the old address", "/auth/email/undo", {}, {**bad, "for a password": reset})
        for what, token in {**bad, "for a password": reset}.items():
            body, path = {"refresh_token": token}, "/api/v1/auth/refresh"
            self.refuse(f"a refresh token, {what}", 401, "refresh_token_invalid", "POST", path, body)

    def refuse_links(self, purpose, path, form, tokens):
        for what, token in tokens.items():
            body = {**form, "token": token}
            self.refuse(f"a link {purpose}, {what}", 410, "link_spent", "POST", f"/api/v1{path}", body)

    def access_tokens(self):
        head, claims, signature = self.ncp.token.split(".")
        header = json.loads(from_base64url(head))
        other = "B" if signature[0] != "B" else "C"
        key = self.anonymous.send("GET", "/.well-known/jwks.json").json["keys"][0]["x"]
        none = base64url(json.dumps({**header, "alg": "none"}).encode())
        hs256 = f"{base64url(json.dumps({**header, 'alg': 'HS256'}).encode())}.{claims}"
        mac = base64url(hmac.new(key.encode(), hs256.encode(), hashlib.sha256).digest())
        for what, token in {
            "with another signature": f"{head}.{claims}.{other}{signature[1:]}",
            "with somebody else's claims": f"{head}.{self.admin.token.split('.')[1]}.{signature}",
            "without a signature": f"{head}.{claims}.",
            "of alg none": f"{none}.{claims}.",
            "of HS256, keyed with the public key": f"{hs256}.{mac}",
            "that is a refresh token": self.ncp.tokens["refresh_token"],
            "that is nothing": "nothing",
        }.items():
            client = Client(self.ncp.port, token)
            answer = self.refuse(f"an access token {what}", 401, "token_invalid", "GET", "/api/v1/me", client=client)
        with self.step("a 401 names the scheme"):
            check((answer.headers["WWW-Authenticate"] or "").startswith("Bearer"), "no WWW-Authenticate")
        basic = {"Authorization": "Basic YTpi"}
        self.refuse("another scheme", 401, "token_invalid", "GET", "/api/v1/me", headers=basic)

    def rights(self):
        for path in ("/contacts", f"/contacts/{UNKNOWN_ID}", "/members", "/announcements", "/technologies", "/me"):
            self.refuse(f"nobody reads {path}", 401, "login_required", "GET", f"/api/v1{path}")
        for path in ("/contacts", f"/contacts/{UNKNOWN_ID}", "/members", "/announcements"):
            path = f"/api/v1{path}"
            self.refuse(f"an applicant reads {path}", 403, "awaiting_approval", "GET", path, client=self.waiting)
            self.refuse(f"a rejected one reads {path}", 403, "no_active_appointment", "GET", path, client=self.rejected)
        one, application = f"/announcements/{self.draft}", f"/registrations/{UNKNOWN_ID}"
        for method, path, body in [
            ("GET", "/registrations", None),
            ("POST", f"{application}/approve", None),
            ("POST", f"{application}/reject", {"reason": "No."}),
            ("POST", "/announcements", draft("WCA")),
            ("PATCH", one, {"default_language": "fr"}),
            ("DELETE", one, None),
            ("POST", f"{one}/preview", None),
            ("POST", f"{one}/send", None),
            ("GET", f"{one}/summary", None),
            ("GET", f"{one}/deliveries", None),
            ("GET", f"/users/{UNKNOWN_ID}", None),
            ("POST", f"/users/{UNKNOWN_ID}/suspend", {"reason": "No."}),
            ("POST", f"/users/{UNKNOWN_ID}/reinstate", None),
            ("POST", f"/users/{UNKNOWN_ID}/mfa/reset", {"reason": "No."}),
            ("DELETE", f"/users/{UNKNOWN_ID}/sessions", None),
        ]:
            what = f"a contact point calls {method} {path.replace(self.draft, '…')}"
            self.refuse(what, 403, "secretariat_only", method, f"/api/v1{path}", body, self.ncp)


# ----------------------------------------------------------------------------------------------- 5. many at once


class ManyAtOnce(Act):
    ROUNDS = 5

    def play(self):
        with self.step("a refresh token used by six windows at once brings the same successor to all"):
            form = {"refresh_token": self.stage.login(AWA).tokens["refresh_token"]}
            call = (self.anonymous, "POST", "/api/v1/auth/refresh", form)
            answers = at_once(*[call] * 6)
            equal([answer.status for answer in answers], [200] * 6, "statuses")
            equal(len({answer.json["refresh_token"] for answer in answers}), 1, "successors")
        with self.step("a recovery code, and a code of the app, used by four at once lets one in"):
            THANDI.app, _ = self.stage.login(THANDI).add_app()
            self.prove_by_many("recovery_code")
            self.prove_by_many("totp")
            # Later acts count mails.
            for kind in ("factor_added", "code_used"):
                self.stage.notice(kind, THANDI)
        with self.step("of twelve wrong passwords at once five are looked at"):
            call = (self.anonymous, "POST", "/api/v1/auth/login", {"email": AISSATA.email, "password": "x" * 15})
            statuses = sorted(answer.status for answer in at_once(*[call] * 12))
            equal(statuses, [401] * 5 + [429] * 7, "statuses")
        self.admin = self.stage.admin()
        with self.step("an announcement sent by six at once is mailed once to each"):
            self.send_by_many()
        with self.step("an application decided on by six at once is decided once"):
            self.decide_by_many()
        with self.step("a draft sent, changed and deleted at once: one wins, and what is stored is what was mailed"):
            for number in range(self.ROUNDS):
                self.send_change_delete(number)

    def prove_by_many(self, method):
        """As many challenges as tries, so that the code alone decides."""
        code = THANDI.app.code() if method == "totp" else THANDI.app.paper.pop()
        login, path = {"email": THANDI.email, "password": THANDI.password}, "/api/v1/auth/login/mfa"
        challenges = [self.anonymous.api(200, "POST", "/auth/login", login)["challenge"] for _ in range(4)]
        forms = [{"challenge": challenge, "method": method, "code": code} for challenge in challenges]
        self.assert_one(200, at_once(*[(self.anonymous, "POST", path, form) for form in forms]))

    def assert_one(self, status, answers):
        statuses = sorted(answer.status for answer in answers)
        equal(statuses.count(status), 1, f"answers with {status} among {statuses}")
        check(max(statuses) < 500, f"a 5xx among {statuses}")

    def send_by_many(self):
        since = len(self.relay.mails)
        id = self.admin.api(201, "POST", "/announcements", draft("EUR"))["id"]
        call = (self.admin, "POST", f"/api/v1/announcements/{id}/send")
        self.assert_one(202, at_once(*[call] * 6))
        self.stage.await_summary(self.admin, id, total=3, sent=3)
        wanted = sorted([LEA.email, JUERGEN.email, IOANA.email])
        equal(sorted(mail.to for mail in self.relay.mails[since:]), wanted, "recipients")

    def decide_by_many(self):
        path = f"/api/v1/registrations/{self.admin.pages('/registrations', limit=1)[0]['id']}"
        approve = (self.admin, "POST", f"{path}/approve")
        reject = (self.admin, "POST", f"{path}/reject", {"reason": "No signature."})
        self.assert_one(200, at_once(*[approve, reject] * 3))

    def send_change_delete(self, number):
        before, after = f"Before {number}", f"After {number}"
        id = self.admin.api(201, "POST", "/announcements", self.titled(before))["id"]
        path = f"/api/v1/announcements/{id}"
        sent, changed, deleted = at_once(
            (self.admin, "POST", f"{path}/send"),
            (self.admin, "PATCH", path, {"variants": self.titled(after)["variants"]}),
            (self.admin, "DELETE", path),
        )
        statuses = (sent.status, changed.status, deleted.status)
        check(max(statuses) < 500, f"a 5xx among {statuses} for send, change, delete")
        # Where it was changed while it was being rendered, it is not sent as it was, and then it is deleted.
        outcomes = [(202, 409), (404, 204), (409, 204)]
        check((sent.status, deleted.status) in outcomes, f"not one of send and delete: {statuses}")
        if sent.status == 202:
            self.stage.await_summary(self.admin, id, total=3, sent=3)
            stored = self.admin.api(200, "GET", f"/announcements/{id}")["variants"]["en"]["subject"]
            mailed = {mail.subject for mail in self.relay.mails if mail.subject in (before, after)}
            equal(mailed, {stored}, "subjects mailed, against the one stored")

    def titled(self, subject):
        return draft("EUR", variants={"en": {"subject": subject, "body_markdown": "Text"}})


# ------------------------------------------------------------------------------------------------------- 6. time


class Time(Act):
    """Tokens that live a minute, taken before the fourth act and tried after the fifth."""

    LIVES = {
        "PORTAL__IDENTITY__ACCESS_TOKEN_SECONDS": "60",
        "PORTAL__IDENTITY__SESSION_IDLE_MINUTES": "1",
        "PORTAL__IDENTITY__RESET_LINK_MINUTES": "1",
        "PORTAL__IDENTITY__STEP_UP_MINUTES": "1",
        "PORTAL__IDENTITY__CHALLENGE_MINUTES": "1",
    }

    def take_tokens(self):
        with self.step("tokens that live a minute are taken"):
            self.client = self.stage.login(LEA)
            equal(self.client.tokens["expires_in"], 60, "expires_in")
            self.reset = self.stage.reset_token(LEA)
            form = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
            self.challenge = self.anonymous.api(200, "POST", "/auth/login", form)["challenge"]
            self.juergen, self.taken = self.stage.login(JUERGEN), time.time()

    def try_tokens(self):
        self.step_up()
        with self.step("an access token runs out"):
            # Clocks may differ, so a token is taken a little longer than it says.
            eventually(self.client.refusal, "the end", seconds=120).assert_problem(401, "token_expired")
        with self.step("so does a refresh token"):
            self.client.refresh(401)
        with self.step("and a link to a new password"):
            form = {"token": self.reset, "password": "too late a passphrase"}
            self.anonymous.refused(410, "link_spent", "POST", "/auth/password/reset", form)
        with self.step("and the challenge of a login"):
            form = {"challenge": self.challenge, **self.stage.admin_app.proof()}
            self.anonymous.refused(401, "challenge_invalid", "POST", "/auth/login/mfa", form)

    def step_up(self):
        with self.step("what is sensitive wants a proof of oneself that is not old"):
            juergen, form = self.stage.login(JUERGEN), {"name": "x", "scopes": ["profile:read"], "expires_in_days": 1}
            juergen.api(201, "POST", "/me/tokens", form)
            eventually(lambda: time.time() > self.taken + 61, "a minute", seconds=62)
            answer = self.juergen.refused(401, "reauth_required", "POST", "/me/tokens", form)
            said = answer.headers["WWW-Authenticate"]
            check("insufficient_user_authentication" in said and 'max_age="60"' in said, f"WWW-Authenticate: {said}")
        with self.step("which the password gives, to a new session in the place of the old one"):
            wrong = {"password": "the wrong one, again"}
            self.juergen.refused(422, "invalid", "POST", "/me/reauthenticate", wrong)
            proven = self.juergen.api(200, "POST", "/me/reauthenticate", {"password": JUERGEN.password})
            self.anonymous.holding(proven).api(201, "POST", "/me/tokens", form)
            self.juergen.refused(401, "session_ended", "GET", "/me")


# ------------------------------------------------------------------------------------------------------- the play


def check_log(stage):
    """The log of all runs: no fault of ours, and nothing that does not belong into a log."""
    with stage.report.step("SIGTERM ends the portal with exit code 0, again"):
        stage.portal.terminate()
    log = stage.portal.log()
    with stage.report.step("the log has neither an error nor a panic"):
        wrong = [line for line in log.splitlines() if "ERROR" in line or "panicked" in line]
        check(not wrong, "\n     ".join(wrong[:5]))
    with stage.report.step("the log has no password, no token, no code and no address"):
        people = [person.email for person in NCPS + NEWCOMERS]
        found = [text for text in (ADMIN_EMAIL, *people) if text in log] + SECRETS.found_in(log)
        check(not found, f"found {found}")


def check_contract(stage):
    """The contract that is served names the values as they go over the wire."""
    schemas = stage.anonymous.send("GET", "/openapi.json").json["components"]["schemas"]
    values = {"Region": "WCA", "Role": "ncp", "RegistrationStatus": "pending", "MailState": "sent", "Language": "fr"}
    for name, value in values.items():
        with stage.report.step(f"the contract spells a {name} as the portal does"):
            check(value in schemas[name]["enum"], f"{schemas[name]['enum']}, but {value} is sent")
    with stage.report.step("the contract describes the audience of a contact's field"):
        text = json.dumps(schemas["ChangeMe"]["properties"]["email_audience"])
        name = re.search(r"schemas/(\w+)", text).group(1)
        check("region" in schemas[name].get("enum", []), f"{name} is something else: {schemas[name]}")


def play(stage, quick):
    stage.relay.up()
    stage.portal.start()
    check_contract(stage)
    Story(stage).play()
    stage.portal.start(**Sessions.GRACE)
    with stage.report.step("seven more apply for regions where nobody is, and are approved"):
        stage.join(*NEWCOMERS)
    for act in (SecondFactors, Guessing, Sessions, Accounts, AuditLog):
        act(stage).play()
    RelayTrouble(stage).play(**Time.LIVES)
    clock = None if quick else Time(stage)
    if clock:
        clock.take_tokens()
    WrongInput(stage).play()
    ManyAtOnce(stage).play()
    if clock:
        clock.try_tokens()
    check_log(stage)


@contextlib.contextmanager
def database(kind, url, folder):
    """The database to play on; None where it is one that we know by its URL alone."""
    if kind == "sqlite" or url:
        yield None if url else Sqlite(folder)
        return
    home = Path(tempfile.mkdtemp(prefix="portal-postgres-"))
    try:
        server = Postgres(home)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--portal", required=True, type=Path, help="path of the binary")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--database-url", help="an empty database; without it, one in a temporary folder")
    parser.add_argument("--quick", action="store_true", help="leave out the tokens that have to run out first (90 s)")
    return parser.parse_args()


def main():
    options, report, relay = arguments(), Report(), Relay()
    with tempfile.TemporaryDirectory(prefix="portal-story-") as name:
        folder = Path(name)
        with database(options.database, options.database_url, folder) as known:
            portal = Portal(options.portal.resolve(), folder, known.url if known else options.database_url, relay)
            try:
                with report.step("the play comes to its end"):
                    play(Stage(report, portal, relay, known), options.quick)
            finally:
                portal.kill()
                relay.down()
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
