"""Plays the portal's story from outside, against the real binary, a real SMTP server and a real database.

Nothing here knows the portal's code: it starts `portal serve`, speaks HTTP, receives the mail, and judges by the
contract alone (openapi.json). Five acts on one database:

1. the story: set-up, applications, decisions, directory, an announcement, passwords and sessions, SIGTERM
2. trouble with the relay: down and up again across a restart, 451 at first, 550 for one recipient
3. wrong input: each a problem+json of the right status, never a 5xx
4. many at once: of those who try the same, one succeeds, and nobody gets a 5xx
5. time: tokens that have run out

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
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse
from dataclasses import dataclass, field
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
}
LINK = "https://portal.example/programme?day=1"
TRICKS = {"CR": "\r", "LF": "\n", "CRLF": "\r\nBcc: spy@elsewhere.example", "NUL": "\0", "U+202E": "\u202e"}
UNKNOWN_ID = "00000000-0000-7000-8000-000000000000"


# ---------------------------------------------------------------------------------------------------- small tools


class Report:
    """Prints a line a step and counts."""

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
            line = [frame.lineno for frame in frames if frame.name not in ("check", "equal")][-1]
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
    """Speaks to one portal, as one person or as nobody."""

    port: int
    token: str | None = None
    tokens: dict = field(default_factory=dict)

    def send(self, method, path, body=None, headers=None):
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None and not isinstance(body, bytes):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {**sent, **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def api(self, status, method, path, body=None):
        """Sends to /api/v1 and expects this status; returns the JSON."""
        answer = self.send(method, f"/api/v1{path}", body)
        equal(answer.status, status, f"{method} {path} ({answer})")
        return answer.json if answer.body else None

    def login(self, address, password):
        tokens = self.api(200, "POST", "/auth/login", {"email": address, "password": password})
        return Client(self.port, tokens["access_token"], tokens)

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


class Postgres:
    """A PostgreSQL of our own in a temporary folder, run by somebody who is not root."""

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
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self._port), "-U", "portal", "portal")
        self.url = f"postgres://portal@127.0.0.1:{self._port}/portal"

    def _run(self, program, *arguments):
        command = [self._bin / program, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self._folder, **self._as)

    def _is_ready(self):
        command = [self._bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self._port)]
        return subprocess.run(command, check=False).returncode == 0

    def stop(self):
        self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE)


class Portal:
    """`portal serve`, started anew as often as needed on the same database."""

    def __init__(self, binary, folder, database_url, relay):
        self._binary, self._folder, self.port = binary, folder, free_port()
        self._log, self._said = folder / "log", folder / "said"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PORTAL")},
            "PORTAL__SERVER__BIND": f"127.0.0.1:{self.port}",
            "PORTAL__SERVER__PUBLIC_URL": self.public_url,
            "PORTAL__DATABASE__URL": database_url,
            "PORTAL__IDENTITY__MASTER_KEY_FILE": str(folder / "master.key"),
            "PORTAL__MAIL__TRANSPORT": "smtp",
            "PORTAL__MAIL__SMTP_URL": f"smtp://127.0.0.1:{relay.port}",
            "PORTAL__MAIL__FROM": "Customs Community <portal@community.example>",
            "PORTAL__MAIL__POLL_SECONDS": "1",
        }
        self._process = None

    @property
    def public_url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def anonymous(self):
        return Client(self.port)

    def start(self, **settings):
        with self._log.open("ab") as log, self._said.open("wb") as said:
            environment = {**self._environment, **settings}
            self._process = subprocess.Popen([self._binary, "serve"], env=environment, stdout=said, stderr=log)
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
    password: str = "correct horse battery staple"
    verify_token: str = ""

    def form(self, **changes):
        return {
            "email": self.email,
            "password": self.password,
            "name": self.name,
            "organisation": self.member,
            "role": "ncp",
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

    @property
    def anonymous(self):
        return self.portal.anonymous

    def admin(self):
        return self.anonymous.login(ADMIN_EMAIL, ADMIN_PASSWORD)

    def login(self, person):
        return self.anonymous.login(person.email, person.password)

    def apply(self, person):
        """Applies, and keeps the token that the mail brings."""
        accepted = self.anonymous.api(202, "POST", "/registrations", person.form())
        mail = self.relay.wait_for(person.email, MAIL_SUBJECTS["verify"][person.language])
        mail.assert_well_formed()
        person.verify_token = mail.token("verify")
        return accepted

    def verify(self, person):
        standing = self.anonymous.api(200, "POST", "/registrations/verify", {"token": person.verify_token})
        equal(standing["status"], "pending", "status after verifying")

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


# ------------------------------------------------------------------------------------------------- 1. the story


class Story:
    def __init__(self, stage):
        self.stage, self.step = stage, stage.report.step
        self.anonymous, self.relay = stage.anonymous, stage.relay

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
        with self.step("the administrator logs in"):
            self.admin = self.stage.admin()
            appointments = self.admin.api(200, "GET", "/me")["appointments"]
            equal([(held["role"], held["status"]) for held in appointments], [("secretariat", "active")], "role")

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
        check(b"<form" in page.body and b"<script" not in page.body, "no form on the page, or a script")
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "fr"}
        form = urllib.parse.urlencode({"token": person.verify_token}).encode()
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
            equal((sent["status"], sent["recipients"]), ("sent", len(READERS)), "status and recipients")
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

    def refuse_login(self, address, password):
        answer = self.anonymous.send("POST", "/api/v1/auth/login", {"email": address, "password": password})
        answer.assert_problem(401, "wrong_credentials")

    def sessions(self):
        with self.step("a refresh token brings the next pair"):
            first = self.stage.login(THANDI)
            form = {"refresh_token": first.tokens["refresh_token"]}
            second = self.anonymous.api(200, "POST", "/auth/refresh", form)
            check(second["refresh_token"] != first.tokens["refresh_token"], "the refresh token did not change")
            Client(first.port, second["access_token"]).api(200, "GET", "/me")
        with self.step("used twice it ends the session, with the newer pair"):
            self.anonymous.send("POST", "/api/v1/auth/refresh", form).assert_problem(401, "refresh_token_invalid")
            newer = {"refresh_token": second["refresh_token"]}
            self.anonymous.send("POST", "/api/v1/auth/refresh", newer).assert_problem(401, "refresh_token_invalid")
            ended = Client(first.port, second["access_token"]).send("GET", "/api/v1/me")
            ended.assert_problem(401, "session_ended")
        with self.step("logging out ends the session, refresh token and all"):
            client = self.stage.login(THANDI)
            client.api(204, "POST", "/auth/logout")
            client.send("GET", "/api/v1/me").assert_problem(401, "session_ended")
            form = {"refresh_token": client.tokens["refresh_token"]}
            self.anonymous.send("POST", "/api/v1/auth/refresh", form).assert_problem(401, "refresh_token_invalid")

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


# ---------------------------------------------------------------------------------------- 2. trouble with the relay


class RelayTrouble:
    def __init__(self, stage):
        self.stage, self.step = stage, stage.report.step
        self.anonymous, self.relay = stage.anonymous, stage.relay

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
            equal(sorted(mail.to for mail in self.relay.mails[since:]), wanted, "recipients")

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


# ------------------------------------------------------------------------------------------------ 3. wrong input


class WrongInput:
    def __init__(self, stage):
        self.stage, self.step = stage, stage.report.step
        self.anonymous, self.relay = stage.anonymous, stage.relay

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
        self.refuse("JSON nested 100,000 deep", 422, "invalid", "POST", path, b"[" * 100_000, headers=as_json)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp"):
            self.refuse(f"a body of {kind}", 415, "media_type", "POST", path, good, headers={"Content-Type": kind})
        self.refuse("a body without a type", 415, "media_type", "POST", path, good)
        self.refuse("a body of 1 MB", 413, "too_large", "POST", path, {"email": "x" * 1_000_000, "password": "x"})

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
            ("a short password", "/password", "password_too_short", "fourteen chars"),
            ("the address as password", "/password", "password_is_email", new.email),
        ]
        for what, pointer, code, value in changes:
            body, fault = new.form(**{pointer[1:]: value}), (pointer, code)
            self.refuse(what, 422, "invalid", "POST", "/api/v1/registrations", body, fault=fault)
        with self.step("none of them left a mail"):
            equal(self.relay.find(new.email, ""), [], "mails")
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
        path, fault = f"/api/v1/registrations/{UNKNOWN_ID}/reject", ("/reason", "empty")
        body = {"reason": "  "}
        self.refuse("a rejection without a reason", 422, "invalid", "POST", path, body, self.admin, fault=fault)

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
        for what, token in {**bad, "for a password": reset}.items():
            body, path = {"refresh_token": token}, "/api/v1/auth/refresh"
            self.refuse(f"a refresh token, {what}", 401, "refresh_token_invalid", "POST", path, body)

    def refuse_links(self, purpose, path, form, tokens):
        for what, token in tokens.items():
            body = {**form, "token": token}
            self.refuse(f"a link {purpose}, {what}", 410, "link_spent", "POST", f"/api/v1{path}", body)

    def access_tokens(self):
        head, claims, signature = self.ncp.token.split(".")
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
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
        ]:
            what = f"a contact point calls {method} {path.replace(self.draft, '…')}"
            self.refuse(what, 403, "secretariat_only", method, f"/api/v1{path}", body, self.ncp)


# ----------------------------------------------------------------------------------------------- 4. many at once


def at_once(*calls):
    """The answers to calls that run at the same time; a call is a client and what it sends."""
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call: call[0].send(*call[1:]), calls))


class ManyAtOnce:
    ROUNDS = 5

    def __init__(self, stage):
        self.stage, self.step = stage, stage.report.step
        self.anonymous, self.relay = stage.anonymous, stage.relay

    def play(self):
        with self.step("a refresh token used by six at once brings one pair"):
            form = {"refresh_token": self.stage.login(AWA).tokens["refresh_token"]}
            call = (self.anonymous, "POST", "/api/v1/auth/refresh", form)
            self.assert_one(200, at_once(*[call] * 6))
        self.admin = self.stage.admin()
        with self.step("an announcement sent by six at once is mailed once to each"):
            self.send_by_many()
        with self.step("an application decided on by six at once is decided once"):
            self.decide_by_many()
        with self.step("a draft sent, changed and deleted at once: one wins, and what is stored is what was mailed"):
            for number in range(self.ROUNDS):
                self.send_change_delete(number)

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
        check((sent.status, deleted.status) in [(202, 409), (404, 204)], f"not one of send and delete: {statuses}")
        if sent.status == 202:
            self.stage.await_summary(self.admin, id, total=3, sent=3)
            stored = self.admin.api(200, "GET", f"/announcements/{id}")["variants"]["en"]["subject"]
            mailed = {mail.subject for mail in self.relay.mails if mail.subject in (before, after)}
            equal(mailed, {stored}, "subjects mailed, against the one stored")

    def titled(self, subject):
        return draft("EUR", variants={"en": {"subject": subject, "body_markdown": "Text"}})


# ------------------------------------------------------------------------------------------------------- 5. time


class Time:
    """Tokens that live a minute, taken before the third act and tried after the fourth."""

    LIVES = {
        "PORTAL__IDENTITY__ACCESS_TOKEN_SECONDS": "60",
        "PORTAL__IDENTITY__SESSION_IDLE_MINUTES": "1",
        "PORTAL__IDENTITY__RESET_LINK_MINUTES": "1",
    }

    def __init__(self, stage):
        self.stage, self.step = stage, stage.report.step

    def take_tokens(self):
        with self.step("tokens that live a minute are taken"):
            self.client = self.stage.login(LEA)
            equal(self.client.tokens["expires_in"], 60, "expires_in")
            self.reset = self.stage.reset_token(LEA)

    def refusal(self):
        answer = self.client.send("GET", "/api/v1/me")
        return answer if answer.status != 200 else None

    def try_tokens(self):
        anonymous = self.stage.anonymous
        with self.step("an access token runs out"):
            # Clocks may differ, so a token is taken a little longer than it says.
            eventually(self.refusal, "the end", seconds=120).assert_problem(401, "token_expired")
        with self.step("so does a refresh token"):
            form = {"refresh_token": self.client.tokens["refresh_token"]}
            anonymous.send("POST", "/api/v1/auth/refresh", form).assert_problem(401, "refresh_token_invalid")
        with self.step("and a link to a new password"):
            form = {"token": self.reset, "password": "too late a passphrase"}
            anonymous.send("POST", "/api/v1/auth/password/reset", form).assert_problem(410, "link_spent")


# ------------------------------------------------------------------------------------------------------- the play


def check_log(stage):
    """The log of all runs: no fault of ours, and nothing that does not belong into a log."""
    with stage.report.step("SIGTERM ends the portal with exit code 0, again"):
        stage.portal.terminate()
    log = stage.portal.log()
    with stage.report.step("the log has neither an error nor a panic"):
        wrong = [line for line in log.splitlines() if "ERROR" in line or "panicked" in line]
        check(not wrong, "\n     ".join(wrong[:5]))
    with stage.report.step("the log has no password, no token and no address"):
        secrets = [ADMIN_EMAIL, ADMIN_PASSWORD, AWA.verify_token]
        secrets += [text for person in NCPS for text in (person.email, person.password)]
        found = [secret for secret in secrets if secret in log]
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
    """The URL of the database to play on."""
    if kind == "sqlite" or url:
        yield url or f"sqlite:{folder / 'portal.sqlite3'}"
        return
    home = Path(tempfile.mkdtemp(prefix="portal-postgres-"))
    try:
        server = Postgres(home)
        try:
            yield server.url
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
        with database(options.database, options.database_url, folder) as url:
            portal = Portal(options.portal.resolve(), folder, url, relay)
            try:
                with report.step("the play comes to its end"):
                    play(Stage(report, portal, relay), options.quick)
            finally:
                portal.kill()
                relay.down()
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
