"""Brings mail back to a running portal as other systems do: by LMTP, from a mailbox over TLS, and by HTTP.

It starts `portal serve` behind a relay that keeps each mail's return path, and an IMAP server of Twisted's, then

1. sends an announcement, whose every mail has a return path of its own
2. hands a bounce over by LMTP (smtplib); the directory, the deliveries and the list of suppressions say so
3. is no relay, and believes no return path that was made up
4. puts a report into the mailbox, beside a message of a person, and finds the one counted and read, the other neither
5. reports a complaint by HTTP
6. sends a second announcement, which goes to those alone whom mail reaches

Reports are written by Python's `email`. The processes and the steps are those of lib/.

    pip install aiosmtpd==1.4.6 trustme==1.2.1 'twisted[tls]==26.10.0'
    python bounces.py --portal ../../target/debug/portal

Ends with "N passed, N failed" and a non-zero status where one failed.
"""

import email.message
import io
import smtplib
import threading
import urllib.parse
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import trustme
from twisted.cred import checkers, portal as cred
from twisted.internet import protocol, reactor, ssl
from twisted.mail import imap4
from zope.interface import implementer

from lib import script
from lib.act import Act
from lib.announcements import SUBJECTS, draft
from lib.client import Client
from lib.people import AWA, HERY, KWAME, WANJIRU
from lib.processes import free_port
from lib.report import check, equal, eventually

TOKEN, DOMAIN = "a token of the mail service", "bounces.community.example"
FOLDER, USER, PASSWORD = "Reports", "robot@mail.example", "p@ss:w/ord +1"


def bounce(mail, status="5.1.1", action="failed", to=None):
    """What a mail server says of a mail that it could not deliver."""
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"], report["To"] = "Mail Delivery System <MAILER-DAEMON@mx.example>", to or mail.return_path
    report["Subject"], report["Auto-Submitted"] = "Undelivered Mail Returned to Sender", "auto-replied"
    report.attach(MIMEText("Your mail could not be delivered."))
    fields = MIMEBase("message", "delivery-status")
    whole, one = email.message.Message(), email.message.Message()
    whole["Reporting-MTA"] = "dns; mx.example"
    one["Final-Recipient"], one["Action"], one["Status"] = f"rfc822; {mail.to}", action, status
    one["Diagnostic-Code"] = f"smtp; 550 {status} No such user"
    fields.set_payload([whole, one])
    report.attach(fields)
    report.attach(MIMEMessage(email.message_from_bytes(mail.raw)))
    return report.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def complaint(mail):
    """What a provider says of a mail whose reader called it spam."""
    report = MIMEMultipart("report", report_type="feedback-report")
    report["From"], report["To"], report["Subject"] = "feedback@provider.example", "fbl@community.example", "FW: mail"
    report.attach(MIMEText("This is a complaint."))
    fields = MIMEBase("message", "feedback-report")
    one = email.message.Message()
    one["Feedback-Type"], one["Version"], one["Original-Mail-From"] = "abuse", "1", mail.return_path
    fields.set_payload([one])
    report.attach(fields)
    report.attach(MIMEMessage(email.message_from_bytes(mail.raw)))
    return report.as_bytes()


# --------------------------------------------------------------------------------------------------- the mailbox


@implementer(imap4.IMessage)
class Message:
    def __init__(self, uid, raw):
        self.uid, self.raw, self.flags = uid, raw, set()

    def getUID(self):
        return self.uid

    def getFlags(self):
        return list(self.flags)

    def getInternalDate(self):
        return "Mon, 23 Nov 2026 09:00:00 +0000"

    def getHeaders(self, negate, *names):
        return {}

    def getBodyFile(self):
        return io.BytesIO(self.raw.split(b"\r\n\r\n", 1)[1])

    def getSize(self):
        return len(self.raw)

    def isMultipart(self):
        return False

    def getSubPart(self, part):
        raise IndexError(part)


@implementer(imap4.IMessageFile)
class WholeMessage(Message):
    def open(self):
        return io.BytesIO(self.raw)


@implementer(imap4.IMailbox)
class Mailbox:
    def __init__(self):
        self.messages = []

    def put(self, raw):
        self.messages.append(WholeMessage(len(self.messages) + 1, raw))
        return self.messages[-1]

    def getHierarchicalDelimiter(self):
        return "/"

    def getFlags(self):
        return ["\\Seen"]

    def getUIDValidity(self):
        return 42

    def getUIDNext(self):
        return len(self.messages) + 1

    def getUID(self, number):
        return number

    def getMessageCount(self):
        return len(self.messages)

    def getRecentCount(self):
        return 0

    def getUnseenCount(self):
        return sum("\\Seen" not in message.flags for message in self.messages)

    def isWriteable(self):
        return True

    def requestStatus(self, names):
        return imap4.statusRequestHelper(self, names)

    def addListener(self, listener):
        pass

    def removeListener(self, listener):
        pass

    def fetch(self, numbers, uid):
        numbers.last = len(self.messages)
        return [(number, self.messages[number - 1]) for number in numbers if 0 < number <= len(self.messages)]

    def store(self, numbers, flags, mode, uid):
        changed = {}
        for number, message in self.fetch(numbers, uid):
            message.flags = set(flags) | message.flags if mode == 1 else message.flags - set(flags) if mode else set(flags)
            changed[number] = list(message.flags)
        return changed


class ImapServer:
    """Twisted's IMAP server, over TLS, with one folder."""

    def __init__(self, authority):
        self.port, self.mailbox = free_port(), Mailbox()
        account = imap4.MemoryAccount("robot")
        account.mailboxes[FOLDER.upper()] = self.mailbox
        checker = checkers.InMemoryUsernamePasswordDatabaseDontUse(**{USER: PASSWORD.encode()})

        class Realm:
            def requestAvatar(self, _avatar, _mind, *interfaces):
                return imap4.IAccount, account, lambda: None

        class Factory(protocol.Factory):
            def buildProtocol(self, _address):
                server = imap4.IMAP4Server()
                server.portal = cred.Portal(Realm(), [checker])
                return server

        certificate = authority.issue_cert("127.0.0.1")
        pem = b"".join(part.bytes() for part in [certificate.private_key_pem, *certificate.cert_chain_pems])
        options = ssl.PrivateCertificate.loadPEM(pem).options()
        reactor.listenSSL(self.port, Factory(), options, interface="127.0.0.1")
        threading.Thread(target=reactor.run, kwargs={"installSignalHandlers": False}, daemon=True).start()


# ------------------------------------------------------------------------------------------------------- the act


def announced(mails):
    """Those that are of the announcement: the administrator may get others meanwhile."""
    return [mail for mail in mails if mail.subject in SUBJECTS.values()]


class Bounces(Act):
    def __init__(self, stage, lmtp, mailbox):
        super().__init__(stage)
        self.lmtp, self.mailbox, self.sent = lmtp, mailbox, {}

    def play(self):
        self.prepare()
        self.announce()
        self.by_lmtp()
        self.no_relay()
        self.by_mailbox()
        self.by_http()
        self.second()
        self.end()

    def prepare(self):
        with self.step("a portal with an administrator and four contacts"):
            self.stage.set_up()
            self.stage.join(AWA, KWAME, WANJIRU, HERY)

    def announce(self):
        with self.step("each mail of an announcement has a return path of its own"):
            since = len(self.relay.mails)
            self.first = self.stage.announce(draft("WCA", "ESA"))
            self.stage.await_summary(self.first, sent=4)
            self.sent = {mail.to: mail for mail in announced(self.relay.mails[since:])}
            paths = {mail.return_path for mail in self.sent.values()}
            equal(len(paths), 4, "return paths")
            for path in paths:
                local, domain = path.split("@")
                equal((local[:2], domain), ("b+", DOMAIN), "the form of a return path")
                check(len(local) <= 64, f"the local part: expected at most 64 characters, there was {local}")

    def suppressed(self):
        rows = self.stage.admin().api(200, "GET", "/suppressions")["data"]
        return {row["address"]: row["reason"] for row in rows}

    def delivery(self, person):
        rows = self.stage.admin().pages(f"/announcements/{self.first}/deliveries", limit=2)
        return next(row for row in rows if row["to_address"] == person.email)

    def by_lmtp(self):
        with self.step("a bounce by LMTP is counted, and marks the contact"):
            mail = self.sent[AWA.email]
            with smtplib.LMTP("127.0.0.1", self.lmtp) as lmtp:
                refused = lmtp.sendmail("", [mail.return_path.upper()], bounce(mail))
            equal(refused, {}, "recipients that were refused")
            equal(self.suppressed(), {AWA.email: "hard_bounce"}, "suppressed")
            row = self.delivery(AWA)
            equal((row["state"], row["bounce_kind"], row["bounce_status"]), ("sent", "hard", "5.1.1"), "the delivery")
            contact = self.stage.admin().api(200, "GET", "/contacts?q=awa")["data"][0]
            equal(contact["confirmation"], "unconfirmed", "the contact")
        with self.step("the same over SMTP, and a second time, changes nothing"):
            with smtplib.SMTP("127.0.0.1", self.lmtp) as smtp:
                smtp.sendmail("MAILER-DAEMON@mx.example", [mail.return_path], bounce(mail, "4.2.2"))
            equal(self.delivery(AWA)["bounce_kind"], "hard", "the delivery")

    def no_relay(self):
        with self.step("nobody relays mail here, and no made-up return path is believed"):
            mail = self.sent[KWAME.email]
            local, domain = mail.return_path.split("@")
            forged = local[:-1] + ("a" if local[-1] != "a" else "b") + "@" + domain
            for recipient in [forged, "someone@elsewhere.example", f"postmaster@{DOMAIN}"]:
                try:
                    with smtplib.LMTP("127.0.0.1", self.lmtp) as lmtp:
                        lmtp.sendmail("", [recipient], bounce(mail, to=forged))
                except smtplib.SMTPRecipientsRefused as error:
                    equal(error.recipients[recipient][0], 550, f"the code for {recipient}")
                    continue
                raise AssertionError(f"{recipient}: expected to be refused, it was taken")
            equal(list(self.suppressed()), [AWA.email], "suppressed")

    def by_mailbox(self):
        with self.step("a report in the mailbox is counted and read; a person's message is neither"):
            asked = self.mailbox.put(b"From: a@b.example\r\nSubject: Question\r\n\r\nWho reads this?\r\n")
            late = self.mailbox.put(bounce(self.sent[KWAME.email], "4.4.1", "delayed"))
            dead = self.mailbox.put(bounce(self.sent[HERY.email]))
            # It looks at its start, and every minute from then on.
            self.stage.portal.terminate()
            self.stage.portal.start()
            eventually(lambda: HERY.email in self.suppressed(), "the bounce of the mailbox", seen=self.suppressed)
            eventually(lambda: "\\Seen" in dead.flags, "the mark \\Seen", seen=lambda: dead.flags)
            equal(sorted(self.suppressed()), sorted([AWA.email, HERY.email]), "suppressed")
            equal(("\\Seen" in asked.flags, "\\Seen" in late.flags), (False, True), "read")

    def by_http(self):
        with self.step("a complaint by HTTP is counted"):
            answer = self.post(TOKEN, complaint(self.sent[WANJIRU.email]))
            equal((answer.status, answer.body), (202, b'{"outcome":"counted"}'), "the answer")
            equal(self.suppressed()[WANJIRU.email], "complaint", "the reason")
        with self.step("and nobody else may report by HTTP"):
            answer = self.post("another token", complaint(self.sent[KWAME.email]))
            equal(answer.status, 401, f"the status ({answer})")

    def post(self, token, report):
        client = Client(self.stage.portal.port, token)
        return client.send("POST", "/api/v1/bounces", report, {"Content-Type": "message/rfc822"})

    def second(self):
        with self.step("the next announcement goes to the one whom mail reaches"):
            since = len(self.relay.mails)
            id = self.stage.announce(draft("WCA", "ESA"))
            self.stage.await_summary(id, total=4, sent=1, skipped=3)
            equal([mail.to for mail in announced(self.relay.mails[since:])], [KWAME.email], "readers")


def main():
    options, authority = script.parser(__doc__).parse_args(), trustme.CA()
    server, lmtp = ImapServer(authority), free_port()
    login = ":".join(urllib.parse.quote(part, safe="") for part in (USER, PASSWORD))

    def play(report):
        with script.folder("bounces") as folder:
            authority.cert_pem.write_to_path(folder / "authority.pem")
            settings = {
                "PORTAL__MAIL__BOUNCE_DOMAIN": DOMAIN,
                "PORTAL__BOUNCES__LISTEN": f"127.0.0.1:{lmtp}",
                "PORTAL__BOUNCES__TOKEN": TOKEN,
                "PORTAL__BOUNCES__IMAP_URL": f"imaps://{login}@127.0.0.1:{server.port}/{FOLDER}",
                "PORTAL__BOUNCES__IMAP_CA_FILE": str(folder / "authority.pem"),
            }
            with script.stage(report, options.portal, folder, settings=settings) as stage:
                Bounces(stage, lmtp, server.mailbox).play()

    script.main(play)


if __name__ == "__main__":
    main()
