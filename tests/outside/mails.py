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

The processes and the steps are those of lib/. Ends with "N passed, N failed" and a non-zero status where one failed.
"""

import contextlib
import email
import email.policy
import os
import re
import shutil
from urllib.parse import urlsplit

import dkim

from lib import processes, script
from lib.act import Act
from lib.mail import MAIL_SUBJECTS
from lib.people import AWA
from lib.relay import Relay
from lib.report import PATIENCE, check, contains, equal, eventually, includes, lacks

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
        self.port, self._folder = processes.free_port(), folder
        folder.chmod(0o755)
        for name in ["queue", "data", "etc"]:
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix", "postfix")
        (folder / "etc/main.cf").write_text(MAIN.format(folder=folder, next=next_port))
        (folder / "etc/master.cf").write_text(MASTER.format(port=self.port))
        self._run("start")

    def _run(self, word):
        ran = processes.run(["postfix", "-c", self._folder / "etc", word], PATIENCE, good=None)
        log = self._folder / "log"
        equal(ran.returncode, 0, f"postfix {word} ({ran.stderr} {log.read_text()[-500:] if log.exists() else ''})")

    def stop(self):
        self._run("stop")


class Mails(Act):
    def play(self):
        self.prepare()
        self.announce()
        self.well_formed()
        self.signed()
        self.leave()
        self.own()
        self.end()

    def prepare(self):
        with self.step("a portal that signs, an administrator, and contacts whose names are of many scripts"):
            self.stage.set_up()
            self.stage.portal.seed(CONTACTS)
            self.stage.join(AWA)
            said = self.stage.portal.run_well("dkim")
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
                       + "A line without an end " * 100 + "\n\n| a | b |\n|---|---|\n| 1 | [{{name}}](https://x.example/?n=1) |"},
                "fr": {"subject": f"{subject} – édition", "body_markdown": "Chère {{ name }},\n\nl’été *arrive* déjà."},
            },
        }
        return self.stage.announce(form)

    def arrived(self, subject):
        return [mail for mail in self.relay.mails if mail.subject.startswith(subject)]

    def announce(self):
        with self.step(f"an announcement reaches all {CONTACTS + 1} of them"):
            self.send("Première")
            count = lambda: len(self.arrived("Première"))
            eventually(lambda: count() == CONTACTS + 1, f"{CONTACTS + 1} mails", 120, seen=count)
            self.mails = self.arrived("Première")

    def well_formed(self):
        with self.step("goals 35, 36: Python's email finds no defect in any, and both parts say the same"):
            for mail in self.mails:
                self.check_form(mail.raw)

    def check_form(self, raw):
        message = email.message_from_bytes(raw, policy=email.policy.default)
        defects = [defect for part in message.walk() for defect in part.defects]
        equal(defects, [], f"defects of {raw[:800]}")
        equal([byte for byte in raw if byte >= 128], [], "octets beyond 7 bits")
        longest = max(len(line) for line in raw.split(b"\r\n"))
        check(longest <= 998, f"the longest line: expected at most 998 octets, there were {longest}")
        counts = [raw.count(end) for end in (b"\n", b"\r", b"\r\n")]
        equal(len(set(counts)), 1, f"numbers of LF, CR and CRLF, which are to be the same ({counts})")
        name = message["To"].addresses[0].display_name
        text, html = (message.get_body((kind,)).get_content() for kind in ["plain", "html"])
        contains(text, name, "the text")
        contains(html, name.replace("&", "&amp;").replace("'", "&#39;"), "the HTML")
        lacks(text + html, "{{", "text and HTML")

    def signed(self):
        with self.step("goal 33: dkimpy verifies both signatures of each, with the records that the portal prints"):
            for mail in self.mails:
                self.check_signatures(mail.raw, SIGNED)

    def check_signatures(self, raw, wanted):
        verifier = dkim.DKIM(raw)
        count = sum(name.lower() == b"dkim-signature" for name, _ in verifier.headers)
        equal(count, 2, "signatures")
        for index in range(count):
            is_good = verifier.verify(idx=index, dnsfunc=lambda name, **_: self.records.get(name))
            check(is_good, f"signature {index}: expected dkimpy to verify it, it is refused: {raw[:800]}")
        message = email.message_from_bytes(raw)
        for signature in message.get_all("DKIM-Signature"):
            tags = dict(tag.strip().split("=", 1) for tag in "".join(signature.split()).split(";") if tag)
            names = tags["h"].split(":")
            equal(names.count("from"), 2, "how often From is signed")
            includes(names, wanted, "headers that are signed")

    def leave(self):
        with self.step("goals 27, 28: the link leaves at one click, without cookies, and the next one passes that reader by"):
            mail = next(mail for mail in self.mails if mail.to == AWA.email)
            message = email.message_from_bytes(mail.raw)
            equal(message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click", "List-Unsubscribe-Post")
            link = urlsplit(message["List-Unsubscribe"].strip("<>"))
            equal(f"{link.scheme}://{link.netloc}", self.stage.portal.public_url, "where the link leads")
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = self.anonymous.send("POST", link.path, b"List-Unsubscribe=One-Click", form)
            headers = answer.headers
            equal((answer.status, headers["Set-Cookie"], headers["Location"]), (200, None, None), f"answer ({answer})")
            self.send("Deuxième")
            count = lambda: len(self.arrived("Deuxième"))
            eventually(lambda: count() >= CONTACTS, f"{CONTACTS} mails", 120, seen=count)
            lacks([mail.to for mail in self.arrived("Deuxième")], AWA.email, "readers of the next one")

    def own(self):
        with self.step("goal 32: a link that somebody waits for is signed, and belongs to no list"):
            since = len(self.relay.mails)
            self.stage.ask_for_link(AWA)
            mail = self.relay.wait_for(AWA.email, MAIL_SUBJECTS["reset"][AWA.language], since)
            contains(mail.part("plain"), "reset?token", "the text")
            self.check_signatures(mail.raw, ["from", "to", "subject", "date", "message-id"])
            message = email.message_from_bytes(mail.raw)
            for name in ["List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Precedence"]:
                equal(message[name], None, name)
            equal(message["Auto-Submitted"], "auto-generated", "Auto-Submitted")


def make_keys(folder):
    for name, arguments in [("rsa", ["rsa", "-pkeyopt", "rsa_keygen_bits:2048"]), ("ed", ["ed25519"])]:
        command = ["openssl", "genpkey", "-algorithm", *arguments, "-out", folder / f"{name}.pem"]
        processes.run(command)
    return f"r2026={folder}/rsa.pem, e2026={folder}/ed.pem"


@contextlib.contextmanager
def postfix(folder, relay):
    """Postfix in front of the relay, or nothing where it is not installed."""
    if not shutil.which("postfix"):
        check(os.environ.get("CI") != "true", "postfix: expected with CI=true, it is not installed")
        print("Postfix is not installed: straight to the receiver", flush=True)
        yield None
        return
    print("over Postfix", flush=True)
    (folder / "postfix").mkdir()
    # Its processes run as a user of their own, who has to come by here.
    folder.chmod(0o755)
    server = Postfix(folder / "postfix", relay.port)
    try:
        yield server
    finally:
        server.stop()


def main():
    options = script.parser(__doc__).parse_args()

    def play(report):
        relay = Relay()
        with script.folder("mails") as folder, postfix(folder, relay) as next_relay:
            settings = {"PORTAL__MAIL__DKIM_KEYS": make_keys(folder)}
            with script.stage(
                report, options.portal, folder, relay=relay, next_relay=next_relay, settings=settings
            ) as stage:
                Mails(stage).play()

    script.main(play)


if __name__ == "__main__":
    main()
