"""Plays relays that are no good: each has a whim that real ones have, and an announcement to 600 has to get through, once to each.

1. one that takes so many mails a connection and answers 4xx to the next, at MAIL FROM or after its text: nobody is charged
2. one whose daily quota is used up after 200 mails (550 after the text), and is there again later: nothing fails, and the portal
   says why it waits (health, metric, log, deliveries); one that refuses the sender of announcements alone: links leave beside
3. one with a certificate that it signed itself (`openssl req -x509`, so CA:TRUE): tls=opportunistic takes it, required and smtps take
   it from mail.tls_ca_file, and say why without
4. one that takes connections and says nothing, until it does: links and announcements leave then

How long links took is printed, not judged.

    pip install aiosmtpd==1.4.6
    python relays.py --portal ../../target/debug/portal [--only limits quota tls silent]

The processes and the steps are those of lib/; the relays are here. Ends with "N passed, N failed" and a non-zero status
where one failed.
"""

import asyncio
import contextlib
import re
import ssl
import time
import types

from lib import script
from lib.act import Act
from lib.certificates import self_signed
from lib.mail import MAIL_SUBJECTS, Mail
from lib.people import AWA
from lib.processes import run
from lib.relay import AsyncioRelay
from lib.report import check, contains, equal, eventually, lacks

READERS = 600
METRICS_TOKEN = "a token for the metrics alone"
NEWS = "news@community.example"
QUOTA = "550 5.7.1 Daily sending quota exceeded for this account"
NOT_AS = "550 5.7.60 SMTP; Client does not have permissions to send as this sender"
# Seconds that 600 mails may take, pauses of the portal's included.
LONG = 150
SETTINGS = {
    "PORTAL__MAIL__STEP_TIMEOUT_SECONDS": "2",
    "PORTAL__MAIL__ANNOUNCEMENTS_FROM": f"Customs Community <{NEWS}>",
    "PORTAL__SERVER__METRICS_TOKEN": METRICS_TOKEN,
    "PORTAL__THROTTLE__LINKS_PER_ADDRESS": "1000",
    "PORTAL__LOG__FILTER": "info",
}


class Wilful(AsyncioRelay):
    """A relay that pipelines, encrypts, and has whims."""

    def __init__(self, certificate=None):
        super().__init__()
        self.per_connection = None
        self.at_text = False
        self.refuses = lambda mail: None
        self.silent = False
        self.implicit = False
        self.certificate = certificate
        self.connections = self.encrypted = 0

    def _context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificate)
        return context

    def tls(self):
        return self._context() if self.implicit else None

    async def converse(self, reader, writer):
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader, writer):
        while self.silent:
            await asyncio.sleep(0.02)
        say = lambda line: writer.write(f"{line}\r\n".encode())
        encrypted, taken, envelope = self.implicit, 0, None
        say("220 relay.example")
        while line := (await reader.readuntil(b"\r\n")).decode().strip():
            verb = line.split(" ")[0].split(":")[0].upper()
            is_full = self.per_connection is not None and taken >= self.per_connection
            if verb == "EHLO":
                offers = ["relay.example", "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "SIZE 20000000"]
                offers += ["STARTTLS"] if self.certificate and not encrypted else []
                for each in offers[:-1]:
                    say(f"250-{each}")
                say(f"250 {offers[-1]}")
            elif verb == "STARTTLS":
                say("220 go ahead")
                await writer.drain()
                await writer.start_tls(self._context())
                encrypted = True
            elif verb == "MAIL":
                envelope = None
                if is_full and not self.at_text:
                    say("452 4.3.2 Too many messages, come again")
                else:
                    envelope = types.SimpleNamespace(mail_from=re.search("<(.*?)>", line)[1], rcpt_tos=[])
                    say("250 2.1.0 ok")
            elif verb == "RCPT" and envelope:
                envelope.rcpt_tos.append(re.search("<(.*?)>", line)[1])
                say("250 2.1.5 ok")
            elif verb == "DATA" and envelope and envelope.rcpt_tos:
                say("354 go ahead")
                await writer.drain()
                text = await self._text(reader)
                envelope.original_content = text
                mail, envelope = Mail(envelope), None
                words = self.refuses(mail)
                if is_full:
                    say("451 4.3.0 Try again later")
                elif words:
                    say(words)
                else:
                    taken += 1
                    self.encrypted += encrypted
                    self.mails.append(mail)
                    say("250 2.0.0 taken")
            elif verb in ("RSET", "NOOP"):
                envelope = None
                say("250 2.0.0 ok")
            elif verb == "QUIT":
                say("221 2.0.0 bye")
                await writer.drain()
                return
            else:
                say("503 5.5.1 not now")
            await writer.drain()

    async def _text(self, reader):
        lines = []
        while (line := await reader.readuntil(b"\r\n")) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)


class Relays(Act):
    """One portal, one relay, and what they are asked for."""

    def begin(self):
        """A portal with 600 contacts, one of whom can log in."""
        self.stage.set_up()
        self.stage.join(AWA)
        self.portal.seed(READERS - 1)

    @property
    def portal(self):
        return self.stage.portal

    def announce(self, subject):
        variants = {"en": {"subject": subject, "body_markdown": f"{subject}: to be read by everybody."}}
        form = {"audience": {}, "default_language": "en", "variants": variants}
        return self.stage.announce(form)

    def arrived(self, subject):
        return [mail.to for mail in list(self.relay.mails) if mail.subject == subject]

    def await_all(self, id, subject):
        """All 600 have it, nobody twice, nobody was charged with another try."""
        started = time.monotonic()
        counts = lambda: self.stage.summary(id)
        eventually(lambda: counts()["sent"] == READERS, f"{READERS} sent of {subject}", LONG, seen=counts)
        to = self.arrived(subject)
        equal((len(to), len(set(to))), (READERS, READERS), "mails, readers")
        rows = self.stage.admin().pages(f"/announcements/{id}/deliveries", limit=100)
        equal({row["attempts"] for row in rows}, {1}, "tries")
        print(f"     {READERS} mails in {time.monotonic() - started:.1f} s, connections so far: {self.relay.connections}")

    def waiting(self, id):
        """The deliveries that are still to come, once one of them says why."""
        rows = self.stage.admin().pages(f"/announcements/{id}/deliveries", limit=100)
        waiting = [row for row in rows if row["state"] == "pending"]
        return waiting if any("quota" in (row["last_reply"] or "") for row in waiting) else None

    def link(self, what, seconds=60):
        """Somebody asks for a link; says how long it took."""
        subject, since = MAIL_SUBJECTS["reset"][AWA.language], len(self.relay.mails)
        started = time.monotonic()
        self.stage.ask_for_link(AWA)
        eventually(lambda: self.relay.find(AWA.email, subject, since), f"a link {what}", seconds)
        print(f"     a link {what} left after {time.monotonic() - started:.2f} s")

    def health(self):
        answer = self.stage.anonymous.send("GET", "/health/ready")
        equal(answer.status, 200, "status of /health/ready")
        return answer.json

    def degraded(self):
        health = self.health()
        return {each["part"] for each in health.get("degraded", [])} if health["status"] == "degraded" else set()

    def metrics(self):
        headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        return self.stage.anonymous.send("GET", "/metrics", headers=headers).text

    def await_trouble(self, part, words):
        """Health, metric and log say what does not work."""
        eventually(lambda: part in self.degraded(), f"degraded: {part}", 60, seen=self.health)
        lines = [line for line in self.metrics().splitlines() if f'part="{part}"' in line]
        contains(lines[0] if lines else "no metric", words, f"the metric of {part}")
        log = self.portal.log()
        check(words in log, f"the log: expected {words!r} in it, it ends with {log[-600:]}")

    def await_well(self):
        eventually(lambda: self.health() == {"status": "ready"}, "ready again", 60, seen=self.health)
        lacks(self.metrics(), "portal_trouble_since_seconds{", "the metrics once it is over")


def limits(acts):
    relay = Wilful()
    with acts("limits", relay) as play:
        with play.step("a portal with 600 contacts, and a relay that will take twenty mails a connection"):
            play.begin()
        # The second time fewer, since the portal knows the first number by then.
        for most, at_text, where in [(20, False, "MAIL FROM"), (15, True, "the text")]:
            relay.per_connection, relay.at_text = most, at_text
            subject, before = f"Limited at {where}", relay.connections
            with play.step(f"4xx at {where} after {most}: 600 leave, each once, uncharged"):
                id = play.announce(subject)
                play.link("beside them")
                play.await_all(id, subject)
                opened = relay.connections - before
                check(opened <= 120, f"connections: expected at most 120, there were {opened}")
        with play.step("the number is learned, and said once"):
            log = play.portal.log()
            check("so many mails a connection" in log, f"the log: expected the number in it, it ends with {log[-600:]}")
            equal(play.health(), {"status": "ready"}, "health")


def quota(acts):
    relay = Wilful()
    left = 10_000

    def refuse(_mail):
        nonlocal left
        left -= 1
        return QUOTA if left < 0 else None

    relay.refuses = refuse
    with acts("quota", relay) as play:
        with play.step("a portal with 600 contacts, and a relay with a quota"):
            play.begin()
        with play.step("when the quota is used up nothing fails, and the portal says why it waits"):
            left = 200
            id = play.announce("Quota")
            play.await_trouble("mail_announcements", "Daily sending quota exceeded")
            summary = play.stage.summary(id)
            equal((summary["failed"], summary["deferred"]), (0, 0), "failed, deferred")
            waiting = eventually(lambda: play.waiting(id), "deliveries that wait and name the quota")
            equal({row["attempts"] for row in waiting}, {0}, "attempts of those that wait")
        with play.step("a link waits with them, and is no failure either"):
            play.stage.ask_for_link(AWA)
            play.await_trouble("mail_links", "Daily sending quota exceeded")
        with play.step("when the quota is there again all leaves, each once, uncharged"):
            since, left = len(relay.mails), 10_000
            started, subject = time.monotonic(), MAIL_SUBJECTS["reset"][AWA.language]
            eventually(lambda: relay.find(AWA.email, subject, since), "the link", 60)
            print(f"     the link left {time.monotonic() - started:.1f} s after that")
            play.await_all(id, "Quota")
            play.await_well()
        with play.step("a relay that refuses the sender of announcements alone is no matter for links"):
            as_news = lambda mail: NOT_AS if NEWS in str(mail.message["From"]) else None
            relay.refuses = as_news
            id = play.announce("Sender")
            play.await_trouble("mail_announcements", "permissions to send as this sender")
            for _ in range(3):
                play.link("beside announcements that are refused")
            equal(play.degraded(), {"mail_announcements"}, "degraded")
            relay.refuses = lambda _mail: None
            play.await_all(id, "Sender")
            play.await_well()


def tls(acts):
    with script.folder("relays-tls") as folder:
        files = self_signed(folder, "relay.example")
        said = run(["openssl", "x509", "-in", files[0], "-noout", "-text"]).stdout
        contains(said, "CA:TRUE", "the certificate as openssl makes it")
        relay = Wilful(files)
        with acts("tls", relay) as play:
            encrypted(play, relay, {"PORTAL__MAIL__TLS_CA_FILE": str(files[0])})


def encrypted(play, relay, trusted):
    at = f"127.0.0.1:{relay.port}"
    url = lambda rest: {"PORTAL__MAIL__SMTP_URL": rest}
    with play.step("a portal with 600 contacts, and a relay that signed its certificate itself"):
        play.begin()

    def through(how, settings):
        with play.step(f"{how}: 600 leave encrypted, each once"):
            play.portal.terminate()
            play.portal.start(**settings)
            before = relay.encrypted
            play.link(how)
            play.await_all(play.announce(how), how)
            equal(relay.encrypted - before, READERS + 1, "encrypted mails")

    through("opportunistic", url(f"smtp://{at}?tls=opportunistic"))
    with play.step("opportunistic says once that it could not verify the certificate"):
        equal(play.portal.log().count("could not be verified"), 1, "lines of the log")
    through("required, with the certificate in tls_ca_file", url(f"smtp://{at}?tls=required") | trusted)
    with play.step("required, without it: nothing leaves, and the portal says why"):
        play.portal.terminate()
        play.portal.start(**url(f"smtp://{at}?tls=required"))
        id, before = play.announce("Unverified"), len(relay.mails)
        play.await_trouble("mail_relay", "certificate")
        time.sleep(3)
        equal((len(relay.mails), play.stage.summary(id)["failed"]), (before, 0), "mails that left, failed")
    with play.step("and once it is there, all of that leaves"):
        play.portal.terminate()
        play.portal.start(**url(f"smtp://{at}?tls=required") | trusted)
        play.await_all(id, "Unverified")
        play.await_well()
    relay.down()
    relay.implicit = True
    relay.up()
    through("smtps, with the certificate in tls_ca_file", url(f"smtps://{at}") | trusted)
    with play.step("smtps, without it: the portal says why"):
        play.portal.terminate()
        play.portal.start(**url(f"smtps://{at}"))
        play.announce("Unverified as well")
        play.await_trouble("mail_relay", "certificate")


def silent(acts):
    relay = Wilful()
    with acts("silent", relay) as play:
        with play.step("a portal with 600 contacts, and a relay that falls silent"):
            play.begin()
            play.portal.terminate()
            relay.silent = True
            play.portal.start()
        with play.step("nothing leaves, nothing fails, and the portal says why it waits"):
            id = play.announce("Silence")
            since = len(relay.mails)
            play.stage.ask_for_link(AWA)
            play.await_trouble("mail_relay", "no answer within")
            summary = play.stage.summary(id)
            equal((summary["sent"], summary["failed"], summary["deferred"]), (0, 0, 0), "sent, failed, deferred")
        with play.step("when it speaks again all leaves, each once, the link at once"):
            relay.silent, started = False, time.monotonic()
            subject = MAIL_SUBJECTS["reset"][AWA.language]
            eventually(lambda: relay.find(AWA.email, subject, since), "the link", 60)
            print(f"     the link left {time.monotonic() - started:.2f} s after that")
            play.await_all(id, "Silence")
            play.await_well()


ACTS = {"limits": limits, "quota": quota, "tls": tls, "silent": silent}


def main():
    parser = script.parser(__doc__)
    parser.add_argument("--only", nargs="+", choices=ACTS, default=list(ACTS))
    options = parser.parse_args()

    def play(report):
        @contextlib.contextmanager
        def acts(name, relay):
            with (
                script.folder(f"relays-{name}") as folder,
                script.stage(report, options.portal, folder, relay=relay, settings=SETTINGS) as stage,
            ):
                yield Relays(stage)

        for name in options.only:
            with report.step(f"the act {name} comes to its end"):
                ACTS[name](acts)

    script.main(play)


if __name__ == "__main__":
    main()
