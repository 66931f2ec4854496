"""The whole story by pages alone: from an application to an acknowledged announcement.

Somebody applies as coordinator, verifies the address and is approved by the Secretariat; logs in for the first time,
which takes an authenticator app and recovery codes; fills in and confirms the own entry. One administrator writes an
announcement in two languages, another approves it, it is sent, and the mail's link leads to the text, which is read and
acknowledged without a login.

It is played twice: with the keyboard alone, in French; and without scripts, over a slow line, where what each page
takes over that line is counted.
"""

import re
import urllib.parse

from lib.act import Act
from lib.authenticator import Authenticator
from lib.chromium import SLOW_LINE, Window
from lib.mail import MAIL_SUBJECTS
from lib.people import Person
from lib.report import check, contains, equal

from browser.hands import Keyboard, Pointer

PASSWORD = "walnut ferry cobalt eleven"
SUBJECTS = {"en": "Seminar on risk analysis", "fr": "Séminaire sur l'analyse des risques"}
TEXTS = {"en": "Dear **colleagues**,\n\nplease register.", "fr": "Chers **collègues**,\n\nmerci de vous inscrire."}
COLD, WARM, REQUESTS = 30_000, 10_000, 3


def administrator(portal, name):
    """An administrator with an authenticator app, made by the command of the operator."""
    address = f"{name.lower().replace(' ', '.')}@secretariat.example"
    said = portal.run_well("admin", "create", "--email", address, "--name", name, "--totp", said=f"{PASSWORD}\n")
    app = Authenticator.of_uri(re.search(r"otpauth://\S+", said).group())
    return Person(name, address, "WCO", "", "en", PASSWORD, "secretariat", app=app)


def log_in(hands, person):
    """Logs in on the page of the login that the window shows, with the second factor if there is one."""
    hands.fill(email=person.email, password=person.password).press()
    if hands.sees("main [name=code]"):
        proof = person.app.proof()
        hands.fill(code=proof["code"]).press("form[action='/login/code'] button")


def log_in_office(hands, person, language):
    """Logs in an administrator, whose own language is English, and turns to another by the head of the page."""
    hands.language = None
    log_in(hands, person)
    hands.language = language
    if language != "en":
        hands.press(f"form[action='/language'] button[value={language}]")


class WholeStory(Act):
    """Played by whoever says how pages are used."""

    language, name = "en", ""

    def __init__(self, stage, browser):
        super().__init__(stage)
        self.browser, self.origin = browser, stage.portal.public_url
        member = {"en": "GH", "fr": "SN"}[self.language]
        given = {"en": "Ama", "fr": "Awa"}[self.language]
        address = f"{given.lower()}.diop@douanes.example"
        self.person = Person(f"{given} Diop", address, member, "WCA", self.language, PASSWORD, "coordinator")

    def hands(self):
        """A window of somebody's own, and the hands that use it."""
        raise NotImplementedError

    def play(self):
        names = {"en": ("Ruth Adler", "Otto Berg"), "fr": ("Paule Cote", "Henri Duval")}[self.language]
        self.author, self.approver = (administrator(self.stage.portal, name) for name in names)
        self.awa, self.secretariat, self.second = self.hands(), self.hands(), self.hands()
        acts = [self.apply, self.decide, self.first_login, self.recovery_code]
        acts += [self.entry, self.announce, self.acknowledge]
        try:
            self.one_by_one(acts)
        finally:
            for hands in (self.awa, self.secretariat, self.second):
                hands.window.close()

    def one_by_one(self, acts):
        """Plays acts, each of which needs those before it: it ends with the first that failed."""
        report = self.stage.report
        failed = report.failed
        for act in acts:
            act()
            if report.failed > failed:
                return report.fail(f"{self.name}: the rest of the story", "not played")
        return None

    def told(self, what):
        return self.step(f"{self.name}: {what}")

    def mail(self, subject):
        return self.relay.wait_for(self.person.email, subject)

    def apply(self):
        awa, person = self.awa, self.person
        with self.told("somebody finds the way from the home page, and applies"):
            awa.open("/").follow("/apply", path="/apply")
            awa.choose("organisation", person.member).choose("role", person.role)
            awa.fill(name=person.name, email="nowhere").choose("preferred_language", self.language)
            awa.fill(job_title="Head of data", phone="+221 33 839 00 00", nominating_official="The Director General")
            awa.press(status=422)
        with self.told("an address that is none is told at its field, and the rest is kept"):
            equal(self.awa.page.locator("main [name=name]").input_value(), person.name, "the name after a refusal")
            focused = "document.activeElement.getAttribute('role')"
            equal(awa.page.evaluate(focused), "alert", "what has the focus after a refusal")
            awa.fill(email=person.email).press(path="/apply/done")
        with self.told("the mail's link verifies the address, with a password"):
            token = self.mail(MAIL_SUBJECTS["verify"][self.language]).token("verify")
            awa.open(f"/verify?token={token}").fill(password=person.password).press(path="/done")

    def decide(self):
        office = self.secretariat
        with self.told("the Secretariat logs in by a code, and finds the application among its tasks"):
            office.open("/").follow("/login", path="/login")
            log_in_office(office, self.author, self.language)
            equal(office.window.path, "/", "where the login leads")
            office.follow("/tasks")
            office.follow(f'main a[href^="/applications/"]:has-text("{self.person.name}")')
            contains(office.window.heading(), self.person.name, "the heading")
        with self.told("and approves it"):
            office.press("main form:has([value=approve]) button", status=200)
            self.mail(MAIL_SUBJECTS["approved"][self.language])

    def first_login(self):
        awa, person = self.awa, self.person
        with self.told("the first login leads to the second factor that the role requires"):
            awa.open("/login?next=%2Fdirectory")
            log_in(awa, person)
            equal(awa.window.path.split("?")[0], "/account/security", "where the first login leads")
            awa.follow("/account/security/authenticator").press()
            person.app = Authenticator(re.sub(r"\s", "", awa.read("#key")))
            awa.fill(code=person.app.code()).press()
        with self.told("ten recovery codes are shown, and kept"):
            person.app.paper = awa.read_all(".codes li")
            equal(len(person.app.paper), 10, "recovery codes")
            awa.press(status=422)
            awa.tick("kept").press()
            equal(awa.window.path, "/directory", "the page that was asked for at first")

    def recovery_code(self):
        awa, person = self.awa, self.person
        with self.told("a recovery code logs in where the app is not at hand"):
            awa.press("form[action='/logout'] button")
            awa.open("/login").fill(email=person.email, password=person.password).press()
            awa.fill(code=person.app.paper.pop())
            awa.press("form[action='/login/code'] button")
            equal(awa.window.path, "/", "where the login leads")

    def entry(self):
        awa = self.awa
        with self.told("the own entry is filled in, seen as others see it, and confirmed"):
            awa.follow("/account").follow("/account/profile")
            awa.fill(job_title="Head of risk analysis").choose("phone_audience", "secretariat")
            awa.tick("technologies", "drones").press()
            awa.open("/account/entry")
            contains(awa.window.text(), "Head of risk analysis", "the entry")
            contains(awa.window.text(), "+221", "the entry as its owner sees it")
            awa.follow('main a[href="/account/entry?as=members"]')
            check("+221" not in awa.window.text(), "the entry as members see it: expected without the telephone")
            awa.open("/account/entry").press("form[action='/account/entry/confirm'] button")

    def announce(self):
        office, second = self.secretariat, self.second
        with self.told("an announcement is written in two languages, and previewed in both"):
            office.follow("/announcements").follow("/announcements/manage").follow("/announcements/new")
            office.choose("default_language", "en")
            office.unfold("audience-members", self.person.member).tick("audience-members", self.person.member)
            for language in ("en", "fr"):
                fields = {f"variants-{language}-subject": SUBJECTS[language]}
                office.fill(**fields, **{f"variants-{language}-body_markdown": TEXTS[language]})
            office.tick("acknowledge").press()
            announcement = re.search(r"/announcements/([\w-]{36})/preview", office.window.path)
            check(announcement, f"path: expected the preview, there was {office.window.path}")
            self.id = announcement.group(1)
            own = f"/announcements/{self.id}"
            for language, word in (("en", "colleagues"), ("fr", "collègues")):
                office.follow(f'main a[href^="{own}/preview"][href*="language={language}"]')
                equal(office.read("article strong"), word, f"what is bold in {language}")
        with self.told("it is submitted, and its author can't approve it"):
            office.follow(f"{own}/submit").press()
            office.open(f"{own}/decide")
            check(not office.sees("main [value=approve]"), "the author's page: expected without the button to approve")
        with self.told("another administrator finds it among the tasks, and approves it"):
            second.open("/login")
            log_in_office(second, self.approver, self.language)
            second.follow("/tasks").follow(f'main a[href^="{own}"]')
            if not second.window.path.startswith(f"{own}/decide"):
                second.follow(f"{own}/decide")
            second.press("main form:has([value=approve]) button")
        with self.told("it is sent, and the page tells how that proceeds"):
            office.open(f"{own}/send")
            contains(office.read("main form button"), "1", "the button, which names the number")
            office.press(path=f"{own}/progress")

    def acknowledge(self):
        with self.told("the mail's link is read and acknowledged by somebody who is not logged in"):
            mail = self.mail(SUBJECTS[self.language])
            link = re.search(rf'href="[^"]*(/announcements/{self.id}\?mail=[^"]+)"', mail.part("html"))
            check(link, "a link to the announcement: expected in the mail, there is none")
            reader = self.hands()
            reader.open(urllib.parse.unquote(link.group(1)))
            contains(reader.read("article"), TEXTS[self.language].split("\n")[-1], "the text")
            reader.press("main article ~ form button, main form button")
            reader.window.close()
        with self.told("the Secretariat sees who has acknowledged"):
            self.secretariat.open(f"/announcements/{self.id}/acknowledgements")
            contains(self.secretariat.window.text(), self.person.name, "those who have acknowledged")


class ByKeyboard(WholeStory):
    """Tab, Enter, arrows, letters; nobody touches a pointer."""

    language, name = "fr", "by keyboard, in French"

    def hands(self):
        return Keyboard(Window(self.browser, self.origin, "fr"), "fr")

    def play(self):
        with self.told("the first stop of Tab leads past the menu"):
            hands = self.hands()
            hands.open("/").skip()
            hands.window.close()
        super().play()


class Counted(Pointer):
    """Notes what each page takes, with a warm cache and with a cold one."""

    def __init__(self, window, language, costs):
        super().__init__(window, language)
        self._costs = costs

    def _arrived(self):
        super()._arrived()
        warm, status = self.window.cost(), self.window.status
        pattern = re.sub(r"[\w-]{36,}", "…", self.window.path.split("?")[0])
        known = self._costs.setdefault(pattern, {"warm": [], "cold": None})
        known["warm"].append(warm.bytes)
        # A page that answers a form can't be loaded again without sending the form again.
        if known["cold"] is None and status == 200 and not self.window.answers_a_form:
            known["cold"] = self.window.cold_cost()
        return self


class OverASlowLine(WholeStory):
    """Without scripts, over 256 kbit/s and 600 ms."""

    language, name = "en", "without scripts, on a slow line"

    def __init__(self, stage, browser):
        super().__init__(stage, browser)
        self.costs = {}

    def hands(self):
        window = Window(self.browser, self.origin, scripts=False, line=SLOW_LINE)
        return Counted(window, "en", self.costs)

    def play(self):
        super().play()
        with self.told(f"each page takes at most {COLD} bytes and {REQUESTS} requests cold, {WARM} bytes warm"):
            # Without scripts no page loads one.
            with Window(self.browser, self.origin, line=SLOW_LINE) as window:
                Counted(window, "en", self.costs).open("/login/passkey")
                check(window.page.locator("script[src]").count(), "/login/passkey: expected a script, there is none")
            self.weigh()

    def weigh(self):
        check(len(self.costs) > 20, f"pages that were weighed: expected more than 20, there were {len(self.costs)}")
        heavy = []
        for path, cost in sorted(self.costs.items()):
            cold = cost["cold"]
            # The first page of a window is a cold one.
            warm = min(cost["warm"])
            if cold:
                print(f"     {path}: {cold.bytes} bytes in {cold.requests} requests cold, {warm} bytes warm")
                if cold.bytes > COLD or cold.requests > REQUESTS:
                    heavy.append((path, cold))
            if warm > WARM:
                heavy.append((path, warm))
        equal(heavy, [], "pages that are too heavy")
