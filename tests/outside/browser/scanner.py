"""Programs that open every link of every mail: filters of spam and of malware, previews of mail programs.

Each link of each mail is asked for by GET and by HEAD without cookies, as most do, and is then opened in Chromium with
scripts, as some do. Nothing may change by that, and each link still does what its mail says for the person afterwards.
"""

import contextlib
import datetime
import html
import re
import time

from lib.act import Act
from lib.announcements import SUBJECTS, draft
from lib.chromium import Window
from lib.database import Sqlite
from lib.mail import MAIL_SUBJECTS, NOTICES
from lib.people import AWA, HANA, IOANA, KWAME, SALMA, TANE
from lib.report import check, equal, eventually

from browser.hands import Pointer
from browser.whole_story import administrator

SCANNER = {"User-Agent": "Mozilla/5.0 (compatible; LinkScanner/2.1)", "Accept": "*/*"}
NEW_ADDRESS = "hana.k@customs.example"
INVITED = "m.ba@douanes.example"
DAY = 86_400
# What changes when somebody reads it.
PASSING = {"last_seen_at", "age_seconds"}


class Scanner(Act):
    def __init__(self, stage, browser):
        super().__init__(stage)
        self.browser, self.origin = browser, stage.portal.public_url
        self.tokens = {}

    def play(self):
        with self.step("mails of all kinds, with links that do something"):
            self.write_mails()
            links = self.links()
        before = self.state()
        with self.step("the state is the same if nobody does anything"):
            self.unchanged(before)
        with self.step(f"{len(links)} links are asked for by GET and HEAD"):
            self.ask(links)
            self.unchanged(before)
        with self.step("they are opened in a browser with scripts"):
            self.browse(links)
            self.unchanged(before)
        self.use()

    def write_mails(self):
        self.stage.join(AWA, HANA, SALMA, KWAME, IOANA)
        self.admin = self.stage.admin()
        second = self.stage.login(administrator(self.stage.portal, "Otto Berg"))
        self.people = {person.email: self.stage.login(person) for person in (AWA, HANA, KWAME, IOANA)}
        self.stage.apply(TANE)
        self.anonymous.api(202, "POST", "/registrations", KWAME.form(organisation="NG"))
        self.relay.wait_for(KWAME.email, MAIL_SUBJECTS["known"]["en"])
        form = {"name": "Mariama Ba", "email": INVITED, "organisation": "SN", "role": "contributor", "language": "en"}
        self.admin.api(201, "POST", "/invitations", form)
        self.tokens["invitation"] = self.relay.wait_for(INVITED, "").token("invitation")
        self.people[HANA.email].api(202, "POST", "/me/email", {"email": NEW_ADDRESS})
        confirm = self.relay.wait_for(NEW_ADDRESS, NOTICES["confirm_address"])
        self.tokens["confirm-address"] = confirm.token("confirm-address")
        self.tokens["undo-address"] = self.stage.notice("address_asked", HANA).token("undo-address")
        self.tokens["reset"] = self.stage.reset_token(KWAME)
        since = len(self.relay.mails)
        self.stage.login(SALMA).api(202, "DELETE", "/me")
        self.tokens["keep-account"] = self.relay.wait_for(SALMA.email, "erased", since).token("keep-account")
        self.tokens["confirm-contact"] = self.ask_for_confirmation()
        self.admin.api(200, "PUT", "/topics/seminars", {"names": {"en": "Seminars", "fr": "Séminaires"}})
        form = draft("WCA", acknowledge=True, topic="seminars")
        self.announcement = self.admin.api(201, "POST", "/announcements", form)["id"]
        for deed, client, status in [("submit", self.admin, 200), ("approve", second, 200), ("send", self.admin, 202)]:
            client.api(status, "POST", f"/announcements/{self.announcement}/{deed}")
        one = f"/announcements/{self.announcement}"
        eventually(lambda: self.admin.api(200, "GET", one)["status"] == "sent", "the end of sending")
        self.mail = self.relay.wait_for(AWA.email, SUBJECTS["fr"])

    def ask_for_confirmation(self):
        """The yearly question whether a contact is correct, which is due by the clock of a database that is changed."""
        now = int(time.time())
        # Asked a month before the day; confirmed last, and looked at by the clock, before that.
        instants = {"confirmed_at": now - 344 * DAY, "checked_at": now - 60 * DAY}
        instants |= {"due_at": now - 1, "confirm_by": now + 21 * DAY}
        is_number = isinstance(self.stage.database, Sqlite)
        stored = "{}000000" if is_number else "to_timestamp({})"
        changes = ", ".join(f"{name} = {stored.format(instant)}" for name, instant in instants.items())
        romania = "organisation_id = (SELECT id FROM organisation WHERE code = 'RO')"
        script = f"UPDATE appointment SET {changes} WHERE {romania};"
        self.stage.database.execute(self.stage.database.url, script)
        self.stage.portal.restart()

        def asked():
            mails = self.relay.find(IOANA.email, "")
            return [mail for mail in mails if "/confirm-contact?" in mail.part("plain")]

        return eventually(asked, "the question", 90)[0].token("confirm-contact")

    def links(self):
        """All links to the portal in all mails: texts, HTML, headers."""
        found = {}
        for mail in self.relay.mails:
            whole = [mail.part("plain"), html.unescape(mail.part("html")), *map(str, mail.message.values())]
            for text in whole:
                for link in re.findall(rf"{re.escape(self.origin)}(/[^\s<>\"')]*)", text):
                    found.setdefault(link.rstrip(".,;"), mail.subject)
        kinds = {re.split(r"[?/]", link)[1] for link in found}
        wanted = {"verify", "unsubscribe", "announcements", *self.tokens}
        check(wanted <= kinds, f"kinds of links: expected {sorted(wanted)}, there were {sorted(kinds)}")
        return sorted(found)

    def state(self):
        """What the API tells of everybody and everything, with the whole audit log."""
        admin = self.admin
        lists = ["/registrations", "/appointments", "/contacts", "/suppressions", "/announcements", "/audit"]
        lists += [f"/announcements/{self.announcement}/{part}" for part in ("deliveries", "acknowledgements")]
        told = {path: admin.pages(path, limit=100) for path in lists}
        told["summary"] = self.stage.summary(self.announcement)
        for address, client in self.people.items():
            for path in ("/me", "/me/subscriptions", "/me/sessions", "/me/unread"):
                told[address, path] = client.api(200, "GET", path)
        return lasting(told)

    def unchanged(self, before):
        after = self.state()
        changed = {name: differences(before[name], after[name]) for name in before if before[name] != after[name]}
        equal(changed, {}, "what has changed")

    def ask(self, links):
        for link in links:
            for method in ("HEAD", "GET"):
                answer = self.anonymous.send(method, link, headers=SCANNER)
                check(answer.status < 500, f"{method} {link}: expected no fault of the portal, there was {answer}")

    def browse(self, links):
        with Window(self.browser, self.origin) as window:
            for link in links:
                window.context.clear_cookies()
                window.open(link, None)
                check(window.status < 500, f"{link}: expected no fault of the portal, there was {window.status}")
                window.no_complaints()

    def use(self):
        """What the people do whose links were opened by programs."""
        password = {"password": "cobalt eleven walnut ferry"}
        with self.link("verify", TANE.verify_token, **password):
            rows = self.admin.pages("/registrations", limit=100)
            equal([row["status"] for row in rows if row["email"] == TANE.email], ["pending"], "the application")
        with self.link("invitation", self.tokens["invitation"], **password):
            self.anonymous.login(INVITED, password["password"])
        with self.link("reset", self.tokens["reset"], **password):
            self.anonymous.login(KWAME.email, password["password"])
        with self.link("confirm-address", self.tokens["confirm-address"]):
            self.anonymous.login(NEW_ADDRESS, HANA.password)
        with self.link("undo-address", self.tokens["undo-address"]):
            self.refuse_login(NEW_ADDRESS, HANA.password)
        with self.link("keep-account", self.tokens["keep-account"]):
            self.stage.login(SALMA)
        with self.link("confirm-contact", self.tokens["confirm-contact"]):
            rows = self.admin.pages("/appointments?member=RO", limit=100)
            asked = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=300)
            later = [row for row in rows if row["confirm_by"] and row["confirm_by"] > asked.isoformat()]
            equal(len(later), 1, f"contacts that are to be confirmed in a year ({rows})")
        reading = re.search(r"/announcements/[\w-]{36}\?mail=[\w.~-]+", self.mail.part("plain")).group()
        with self.step("the link of the announcement still acknowledges"), self.hands() as hands:
            hands.open(reading).press("main form button")
            rows = self.admin.pages(f"/announcements/{self.announcement}/acknowledgements", limit=100)
            done = [row for row in rows if row.get("acknowledged_at")]
            equal(len(done), 1, f"acknowledgements ({rows})")
        leave = re.search(r"/unsubscribe/[\w.~-]+", str(self.mail.message["List-Unsubscribe"])).group()
        with self.step("the link to unsubscribe still does"), self.hands() as hands:
            hands.open(leave).press()
            topics = self.people[AWA.email].api(200, "GET", "/me/subscriptions")["data"]
            equal([row["topic"] for row in topics if not row["subscribed"]], ["seminars"], "topics that were left")

    @contextlib.contextmanager
    def link(self, page, token, **fields):
        """A step: the link to this page, its fields and its button; what is inside looks at the effect."""
        with self.step(f"the link to /{page} still does what its mail says"), self.hands() as hands:
            hands.open(f"/{page}?token={token}")
            hands.fill(**fields).press()
            equal(hands.read_all("[role=alert]"), [], "refusals")
            yield

    @contextlib.contextmanager
    def hands(self):
        """Somebody who is not logged in."""
        with Window(self.browser, self.origin) as window:
            yield Pointer(window, None)


def differences(before, after):
    """The rows that are there only before, and only after; for anything else both."""
    if not isinstance(before, list):
        return before, after
    return [row for row in before if row not in after], [row for row in after if row not in before]


def lasting(value):
    """The same without what changes when somebody reads it."""
    if isinstance(value, dict):
        return {name: lasting(inner) for name, inner in value.items() if name not in PASSING}
    return [lasting(inner) for inner in value] if isinstance(value, list) else value
