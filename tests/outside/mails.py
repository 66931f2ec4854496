"""Reads what the portal mails with programs that nobody here wrote: Python's email, dkimpy, and Postfix as the relay.

It starts `portal serve` with an RSA and an Ed25519 key, and sends an announcement with a topic to contacts whose names are of
many scripts, over Postfix where that is installed. Then of every mail

1. Python's `email` finds no defect, both parts say the same, every line is short, every octet 7-bit
2. `dkimpy` verifies both signatures, with the records that `portal dkim` prints, after Postfix has added its headers
3. From is signed once more than it occurs, and both List-Unsubscribe headers are signed (RFC 8058, 4)
4. the link leaves the topic at one click, and another announcement passes that reader by
5. a link that somebody waits for carries none of that, and is signed too

    pip install aiosmtpd==1.4.6 dkimpy==1.1.8 PyNaCl==1.6.2
    python mails.py --portal ../../target/debug/portal

The processes and the report are those of story.py beside it. Ends with "N passed, N failed" and a non-zero status where
one failed.
"""

import argparse
import email
import email.policy
import http.client
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import dkim

from story import AWA, PATIENCE, Portal, Relay, Report, Sqlite, Stage
from story import check, equal, eventually, free_port

CONTACTS = 1_000
# Signed headers of a mail of an announcement with a topic.
SIGNED = "from to subject date message-id mime-version content-type list-id list-unsubscribe list-unsubscribe-post".split()

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = relay.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relayhost = [127.0.0.1]:{next}
default_transport = relay
smtpd_recipient_restrictions = permit_mynetworks, reject
smtp_destination_concurrency_limit = 5
smtpd_client_connection_count_limit = 0
alias_maps =
local_recipient_maps =
"""


class Postfix:
    """Postfix with a configuration and a queue of its own, which hands everything on."""

    def __init__(self, folder, next_port):
        self.port, self._folder = free_port(), folder
        folder.chmod(0o755)
        for name in ["queue", "data", "etc"]:
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix", "postfix")
        (folder / "etc/main.cf").write_text(MAIN.format(folder=folder, next=next_port))
        (folder / "etc/master.cf").write_text(MASTER.format(port=self.port))
        self._run("start")

    def _run(self, word):
        command = ["postfix", "-c", self._folder / "etc", word]
        ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE)
        log = self._folder / "log"
        check(ran.returncode == 0, f"postfix {word}: {ran.stderr} {log.read_text()[-500:] if log.exists() else ''}")

    def stop(self):
        self._run("stop")


class Play:
    def __init__(self, report, stage, relay):
        self.report, self.step, self.stage, self.relay = report, report.step, stage, relay

    def play(self):
        self.prepare()
        self.announce()
        self.well_formed()
        self.signed()
        self.leave()
        self.own()
        with self.step("SIGTERM ends the portal with exit code 0"):
            self.stage.portal.terminate()

    def prepare(self):
        with self.step("a portal that signs, an administrator, and contacts whose names are of many scripts"):
            self.stage.set_up()
            code, said = self.stage.portal.run("seed", "--contacts", str(CONTACTS))
            equal(code, 0, said)
            self.stage.join(AWA)
            code, said = self.stage.portal.run("dkim")
            equal(code, 0, said)
            found = re.findall(r"^(\S+)\. IN TXT (.*)$", said, re.MULTILINE)
            self.records = {f"{name}.".encode(): "".join(re.findall(r'"([^"]*)"', text)).encode() for name, text in found}
            equal(len(self.records), 2, "records")

    def send(self, subject):
        form = {
            "audience": {},
            "default_language": "en",
            "topic": "news",
            "variants": {
                "en": {"subject": subject, "body_markdown": "Dear {{ name }} of {{ administration }},\n\n.\n\n..hidden\n\n"
                       + "A line without an end " * 100 + "\n\n| a | b |\n|---|---|\n| 1 | [x](https://x.example/?n={{name}}) |"},
                "fr": {"subject": f"{subject} – édition", "body_markdown": "Chère {{ name }},\n\nl’été *arrive* déjà."},
            },
        }
        announcement = self.stage.admin().api(201, "POST", "/announcements", form)["id"]
        self.stage.admin().api(202, "POST", f"/announcements/{announcement}/send", {})
        return announcement

    def arrived(self, subject):
        return [mail for mail in self.relay.mails if mail.subject.startswith(subject)]

    def announce(self):
        with self.step(f"an announcement reaches all {CONTACTS + 1} of them"):
            self.send("Première")
            eventually(lambda: len(self.arrived("Première")) == CONTACTS + 1, "every mail", 120)
            self.mails = self.arrived("Première")

    def well_formed(self):
        with self.step("goals 35, 36: Python's email finds no defect in any, and both parts say the same"):
            for mail in self.mails:
                self.check_form(mail.raw)

    def check_form(self, raw):
        message = email.message_from_bytes(raw, policy=email.policy.default)
        defects = [defect for part in message.walk() for defect in part.defects]
        check(not defects, f"{defects} in {raw[:800]}")
        check(all(byte < 128 for byte in raw), "an octet beyond 7 bits")
        check(max(len(line) for line in raw.split(b"\r\n")) <= 998, "a long line")
        check(raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r"), "a bare end of a line")
        name = message["To"].addresses[0].display_name
        text, html = (message.get_body((kind,)).get_content() for kind in ["plain", "html"])
        check(name in text, f"{name} is not in the text")
        check(name.replace("&", "&amp;").replace("'", "&#39;") in html, f"{name} is not in the HTML")
        check("{{" not in text + html, "a place that nobody filled")

    def signed(self):
        with self.step("goal 33: dkimpy verifies both signatures of each, with the records that the portal prints"):
            for mail in self.mails:
                self.check_signatures(mail.raw, SIGNED)

    def check_signatures(self, raw, wanted):
        verifier = dkim.DKIM(raw)
        count = sum(name.lower() == b"dkim-signature" for name, _ in verifier.headers)
        equal(count, 2, "signatures")
        for index in range(count):
            check(verifier.verify(idx=index, dnsfunc=lambda name, **_: self.records.get(name)), f"signature {index}")
        message = email.message_from_bytes(raw)
        for signature in message.get_all("DKIM-Signature"):
            tags = dict(tag.strip().split("=", 1) for tag in "".join(signature.split()).split(";") if tag)
            names = tags["h"].split(":")
            equal(names.count("from"), 2, "how often From is signed")
            check(set(wanted) <= set(names), f"unsigned: {set(wanted) - set(names)}")

    def leave(self):
        with self.step("goals 27, 28: the link leaves at one click, without cookies, and the next one passes that reader by"):
            mail = next(mail for mail in self.mails if mail.to == AWA.email)
            message = email.message_from_bytes(mail.raw)
            equal(message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click", "List-Unsubscribe-Post")
            link = urlsplit(message["List-Unsubscribe"].strip("<>"))
            connection = http.client.HTTPConnection(link.netloc)
            connection.request("POST", link.path, "List-Unsubscribe=One-Click",
                               {"Content-Type": "application/x-www-form-urlencoded"})
            answer = connection.getresponse()
            equal((answer.status, answer.getheader("Set-Cookie"), answer.getheader("Location")), (200, None, None), "answer")
            self.send("Deuxième")
            eventually(lambda: len(self.arrived("Deuxième")) >= CONTACTS, "the second one", 120)
            check(not [mail for mail in self.arrived("Deuxième") if mail.to == AWA.email], "it came all the same")

    def own(self):
        with self.step("goal 32: a link that somebody waits for is signed, and belongs to no list"):
            self.stage.anonymous.api(202, "POST", "/auth/password/forgot", {"email": AWA.email})
            mail = eventually(lambda: [m for m in self.relay.mails if m.to == AWA.email and "reset?token" in m.part("plain")], "the link")[-1]
            self.check_signatures(mail.raw, ["from", "to", "subject", "date", "message-id"])
            message = email.message_from_bytes(mail.raw)
            for name in ["List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Precedence"]:
                equal(message[name], None, name)
            equal(message["Auto-Submitted"], "auto-generated", "Auto-Submitted")


def make_keys(folder):
    for name, arguments in [("rsa", ["rsa", "-pkeyopt", "rsa_keygen_bits:2048"]), ("ed", ["ed25519"])]:
        command = ["openssl", "genpkey", "-algorithm", *arguments, "-out", folder / f"{name}.pem"]
        subprocess.run(command, check=True, capture_output=True)
    return f"r2026={folder}/rsa.pem, e2026={folder}/ed.pem"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portal", required=True, type=Path, help="the portal's binary")
    options = parser.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        relay = Relay()
        relay.up()
        postfix = None
        if shutil.which("postfix"):
            (folder / "postfix").mkdir()
            folder.chmod(0o755)
            postfix = Postfix(folder / "postfix", relay.port)
        print("over Postfix" if postfix else "Postfix is not installed: straight to the receiver", flush=True)
        portal = Portal(
            options.portal.resolve(),
            folder,
            Sqlite(folder).url,
            postfix or relay,
            PORTAL__MAIL__DKIM_KEYS=make_keys(folder),
            PORTAL__MAIL__JOURNAL=str(folder / "journal"),
        )
        try:
            Play(report, Stage(report, portal, relay, None), relay).play()
        finally:
            portal.kill()
            if postfix:
                postfix.stop()
            relay.down()
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
