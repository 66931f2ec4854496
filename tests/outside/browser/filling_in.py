"""A survey is filled in by pages: two colleagues work on one response, collide and settle it, a coordinator signs off.

It is played twice: with the keyboard alone, in French, where the script of the page saves what is typed; and without
scripts, in English, where one form saves a section. With the script, what is typed outlives a session that ends and a
line that is down. Each page that is new is looked at by axe. At the end the Secretariat gives one administration more
time, closes the round, and publishes its results, which a member reads.
"""

import datetime
import re

from axe_playwright_python.base import AXE_SCRIPT

from lib.act import Act
from lib.chromium import Window
from lib.people import AWA, KWAME, Person
from lib.report import check, contains, equal, eventually

from browser.hands import Keyboard, Pointer
from browser.looks import AXE, TAGS
from browser.whole_story import administrator, log_in, log_in_office

SECOND = {
    "fr": Person("Fatou Sow", "f.sow@douanes.example", "SN", "WCA", "fr"),
    "en": Person("Kojo Addo", "k.addo@customs.example", "GH", "WCA", "en"),
}
SIGNER = {
    "fr": Person("Modou Ndiaye", "m.ndiaye@douanes.example", "SN", "WCA", "fr", role="coordinator"),
    "en": Person("Efua Owusu", "e.owusu@customs.example", "GH", "WCA", "en", role="coordinator"),
}
OFFICE = {"fr": "Paule Cote", "en": "Ruth Adler"}
NEXT, STAY = "form[data-fill-in] button[value=next]", "form[data-fill-in] button[value=stay]"
TECHNOLOGIES = ["AI", "Cloud", "Drones", "Biometrics", "Robotics", "Scanners", "5G", "Blockchain", "Internet of things"]


def text(en, fr):
    return {"en": en, "fr": fr}


def options(*pairs):
    return [{"code": code, "label": text(en, fr)} for code, en, fr in pairs]


def question(code, label, answer, **more):
    return {"question": {"code": code, "label": label, "answer": answer, **more}}


def questionnaire():
    """A question of nearly each type in two sections, with a matrix that repeats its heads."""
    about = text("One response for each administration.", "Une réponse par administration.")
    needs = options(("people", "People", "Des personnes"), ("money", "Money", "De l’argent"))
    yes_no = options(("yes", "Yes", "Oui"), ("no", "No", "Non"))
    levels = options(("none", "Not used", "Non utilisée"), ("pilot", "Pilot", "Pilote"), ("use", "In use", "Utilisée"))
    rows = [{"code": f"row_{n}", "label": text(name, name)} for n, name in enumerate(TECHNOLOGIES)]
    basics = [
        {"note": {"code": "about", "text": about}},
        question("strategy", text("Is there a strategy?", "Existe-t-il une stratégie ?"),
                 {"type": "single", "options": yes_no}, required=True, concept="strategy"),
        question("staff", text("How many people?", "Combien de personnes ?"),
                 {"type": "integer", "least": 0, "unit": text("people", "personnes")}, show_if="${strategy} = 'yes'"),
        question("words", text("In your own words", "Avec vos mots"), {"type": "text", "is_long": True},
                 hint=text("A few sentences.", "Quelques phrases.")),
    ]
    more = [
        question("used", text("How far are you?", "Où en êtes-vous ?"),
                 {"type": "matrix", "rows": rows, "cell": {"type": "single", "options": levels}}),
        question("needs", text("What do you need?", "De quoi avez-vous besoin ?"),
                 {"type": "multiple", "options": needs}),
        question("budget", text("Budget", "Budget"), {"type": "decimal", "least": "0"}),
        question("day", text("Since when?", "Depuis quand ?"), {"type": "date"}),
        question("letter", text("A document", "Un document"), {"type": "file"}),
    ]
    sections = [
        {"code": "basics", "title": text("Basics", "Bases"), "items": basics},
        {"code": "more", "title": text("Technologies", "Technologies"), "items": more},
    ]
    return {"languages": ["en", "fr"], "title": text("Survey of the year", "Enquête de l’année"), "sections": sections}


def open_round(admin, code="year", min_cell=5):
    """A survey with a published questionnaire, and a round of it that is open for a month; returns its id."""
    titles = text("Survey of the year", "Enquête de l’année")
    admin.api(201, "POST", "/surveys", {"code": code, "audience": "member", "titles": titles})
    admin.api(201, "POST", f"/surveys/{code}/versions", {"questionnaire": questionnaire()})
    admin.api(200, "POST", f"/surveys/{code}/versions/1/publish", {})
    now = datetime.datetime.now(datetime.UTC)
    begins, ends = (now + datetime.timedelta(days=days) for days in (-1, 30))
    form = {"survey": code, "version": 1, "zone": "Africa/Dakar", "min_cell": min_cell}
    form |= {"opens_at": begins.strftime("%Y-%m-%dT%H:%M:%SZ"), "closes_at": ends.strftime("%Y-%m-%dT%H:%M:%SZ")}
    id = admin.api(201, "POST", "/rounds", form)["id"]
    admin.api(200, "POST", f"/rounds/{id}/open", {})
    return id


class FillingIn(Act):
    """Played by whoever says how pages are used."""

    language, name = "en", ""

    def __init__(self, stage, browser):
        super().__init__(stage)
        self.browser, self.origin = browser, stage.portal.public_url
        self.first = {"fr": AWA, "en": KWAME}[self.language]
        self.budget = {"fr": "12,5", "en": "12.5"}[self.language]
        self.second, self.signer = SECOND[self.language], SIGNER[self.language]

    def window(self):
        """A window of somebody's own, and the hands that use it."""
        raise NotImplementedError

    def hands(self, person):
        """The same, where this person is logged in."""
        hands = self.window()
        hands.open("/login")
        log_in(hands, person)
        return hands

    def told(self, what):
        return self.step(f"{self.name}: {what}")

    def play(self):
        self.stage.join(self.first, self.second, self.signer)
        self.signer.app, _ = self.stage.login(self.signer).add_app()
        officer = administrator(self.stage.portal, OFFICE[self.language])
        self.round = open_round(self.stage.admin())
        people = (self.first, self.second, self.signer)
        with self.told("three colleagues log in"):
            self.one, self.other, self.coordinator = (self.hands(person) for person in people)
            self.office = self.window()
            self.office.open("/login")
            log_in_office(self.office, officer, self.language)
        acts = [self.begin, self.first_section, self.collide, self.second_section, self.interrupted, self.sign_off]
        acts += [self.extend, self.release, self.read]
        report = self.stage.report
        failed = report.failed
        try:
            for act in acts:
                act()
                if report.failed > failed:
                    report.fail(f"{self.name}: the rest of the story", "not played")
                    break
        finally:
            for hands in (self.one, self.other, self.coordinator, self.office):
                hands.window.close()

    def axe(self, hands):
        """What axe says of a page."""
        hands.page.evaluate(AXE_SCRIPT)
        equal(hands.page.evaluate(AXE, [TAGS, []]), [], f"what axe finds on {hands.window.path}")

    def section(self, code):
        return f"/responses/{self.response}/sections/{code}"

    def begin(self):
        one = self.one
        with self.told("the response of the administration is begun, and lists its sections"):
            one.open(f"/rounds/{self.round}/response").press("main form button")
            found = re.search(r"/responses/([\w-]{36})/sections/", one.page.content())
            check(found, "a section: expected in the hub, there is none")
            self.response = found.group(1)
            equal(one.page.locator("ul.tasks > li").count(), 2, "sections")
            self.axe(one)

    def first_section(self):
        raise NotImplementedError

    def collide(self):
        raise NotImplementedError

    def interrupted(self):
        """What only the script can do."""

    def second_section(self):
        one = self.one
        with self.told("a matrix is filled in row by row, and a day, numbers and choices beside"):
            one.open(self.section("more"))
            equal(one.page.locator(".matrix .heads").count(), 2, "how often the heads of nine rows are shown")
            self.axe(one)
            one.choose("q:used:row_0", "use").choose("q:used:row_8", "pilot").tick("q:needs", "money")
            one.fill(**{"q:budget": self.budget})
            one.press(NEXT)
            check(one.window.path.endswith("/review"), f"where the last section leads: {one.window.path}")
        with self.told("what was saved is shown again as it was written"):
            one.open(self.section("more"))
            equal(one.page.locator('main [name="q:budget"]').input_value(), self.budget, "the budget")
            check(one.page.locator('main [name="q:used:row_8"][value=pilot]').is_checked(), "row 8: expected pilot")

    def sign_off(self):
        one, coordinator = self.one, self.coordinator
        review = f"/responses/{self.response}/review"
        with self.told("nothing is missing, and a review is asked for"):
            one.open(review)
            self.axe(one)
            one.follow(f"/responses/{self.response}/request-review").press()
            equal(one.window.path, review, "where it leads")
        with self.told("the coordinator approves it, and submits it on a page that tells what follows"):
            coordinator.open(review).follow(f"/responses/{self.response}/approve").press()
            coordinator.follow(f"/responses/{self.response}/submit")
            self.axe(coordinator)
            coordinator.tick("agrees", "share").press(path=f"/responses/{self.response}/receipt")
            self.axe(coordinator)
        with self.told("anybody can look up the receipt, and sees no answer"):
            address = coordinator.page.locator('main a[href^="/receipts/"]').first.get_attribute("href")
            with Window(self.browser, self.origin, self.language) as window:
                hands = Pointer(window, self.language)
                hands.open(address)
                self.axe(hands)
                words = text("In your own words", "Avec vos mots")[self.language]
                check(words not in window.text(), "the receipt: expected without questions")
                hands.open(f"/receipts/{'0' * 64}", 404)
        with self.told("what is submitted is read, and not changed"):
            one.open(self.section("basics"))
            equal(one.window.path.split("#")[0], review, "where the section leads")


    def extend(self):
        office, round = self.office, f"/rounds/{self.round}"
        until = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=45)).strftime("%Y-%m-%d")
        with self.told("the Secretariat gives one administration more time"):
            office.open(round).follow(f"{round}/deadlines/new")
            office.choose("scope", "organisation").choose("place", self.first.member)
            # The keys for a day differ from browser to browser.
            office.page.locator("main [name=closes_at]").fill(until)
            office.fill(reason="Elections.").press(path=f"{round}/deadlines")
            contains(office.window.text(), "Elections.", "the ledger")
        with self.told("the round is closed on a page that tells what follows"):
            office.open(round).follow(f"{round}/close").press(path=round)

    def release(self):
        office, round = self.office, f"/rounds/{self.round}"
        with self.told("what would be published is shown with the reasons why it is hidden, before it is published"):
            office.open(round).follow(f"{round}/releases")
            self.axe(office)
            office.press(status=422)
            office.choose("audience", "public").press(path=f"{round}/releases")
            self.axe(office)
            check(office.sees("main input[name=version]"), "the preview: expected to be named by the form")
            office.press("main form button.danger")
            found = re.fullmatch(r"/releases/[\w-]{36}", office.window.path)
            check(found, f"the release: expected its page, there is {office.window.path}")
            self.released = found.group()

    def read(self):
        one = self.one
        with self.told("a member finds the results, and reads a question"):
            one.open("/").follow("/results").follow(self.released)
            self.axe(one)
            one.follow(f"{self.released}/questions/strategy")
            self.axe(one)
            one.follow(f"{self.released}/questions/strategy?by=region")
            self.axe(one)
        with self.told("and sees the own administration beside the others"):
            one.open(self.released).follow(f"{self.released}/own")
            self.axe(one)
        with self.told("everybody reads them, and why something is hidden"), Window(
            self.browser, self.origin, self.language
        ) as window:
            hands = Pointer(window, self.language)
            hands.open("/").follow("/results").follow(self.released).follow("/help/survey-method")
            self.axe(hands)


class FillingInByKeyboard(FillingIn):
    """Tab, Enter, arrows and letters, with the script that saves what is typed."""

    language, name = "fr", "filling in by keyboard, in French"

    def window(self):
        return Keyboard(Window(self.browser, self.origin, "fr"), "fr")

    def status(self, hands):
        return hands.page.locator("[data-status]").inner_text()

    def saved(self, hands):
        """Waits until nothing waits to be saved."""

        def settled():
            marks = [mark for mark in hands.page.locator(".saving").all_inner_texts() if mark]
            return not marks and self.status(hands).startswith("Tout est enregistré")

        eventually(settled, "everything saved", seconds=60, seen=lambda: self.status(hands))

    def first_section(self):
        one = self.one
        with self.told("an answer is saved while one goes on, and asks a further question"):
            one.follow(self.section("basics"))
            self.axe(one)
            one.choose("q:strategy", "yes")
            staff = one.page.locator('main [name="q:staff"]')
            eventually(staff.is_visible, "the further question", seconds=60)
            one.fill(**{"q:staff": "douze"})
            self.saved(one)
            fault = one.page.locator('[id="q:staff-fault"]')
            eventually(lambda: "entier" in fault.inner_text(), "what is wrong with it", seconds=60)
            self.axe(one)
            one.fill(**{"q:staff": "12", "q:words": "Un plan."})
            self.saved(one)
        with self.told("it is there on another device"):
            with Window(self.browser, self.origin, "fr") as window:
                hands = Pointer(window, "fr")
                hands.open("/login")
                log_in(hands, self.first)
                hands.open(self.section("basics"))
                equal(hands.page.locator('main [name="q:staff"]').input_value(), "12", "the number")

    def collide(self):
        one, other = self.one, self.other
        with self.told("colleagues see each other in a section"):
            other.open(self.section("basics"))
            present = other.page.locator("[data-present]")
            eventually(lambda: self.first.name in present.inner_text(), "the name of the colleague", seconds=60)
        with self.told("two answers to one question collide: both are shown, and neither is lost"):
            one.fill(**{"q:words": "Un plan de 2024."})
            self.saved(one)
            other.fill(**{"q:words": "Aucun plan."})
            block = other.page.locator('[data-field="q:words"] .conflict')
            eventually(lambda: block.count() == 1, "both values", seconds=60)
            contains(block.inner_text(), "Un plan de 2024.", "the colleague's value")
            contains(block.inner_text(), "Aucun plan.", "the own value")
            contains(block.inner_text(), self.first.name, "who")
            self.axe(other)
        with self.told("a third value is kept by one button"):
            other.fill(**{"q:words": "Un plan, mais lequel ?"})
            other.press('button[name=take][value^="mine"]')
            equal(other.page.locator('main [name="q:words"]').input_value(), "Un plan, mais lequel ?", "the text")
            equal(other.page.locator(".conflict").count(), 0, "conflicts")

    def interrupted(self):
        one = self.one
        with self.told("what is typed while the line is down is saved when it is back"):
            one.open(self.section("basics"))
            one.window.context.set_offline(True)
            one.fill(**{"q:words": "Sans réseau."})
            eventually(lambda: "injoignable" in self.status(one), "words about the line", seconds=60)
            one.window.context.set_offline(False)
            self.saved(one)
            one.window.complaints_taken()
        with self.told("what is typed after the session has ended is there after the login, and is saved"):
            self.stage.login(self.first).api(204, "DELETE", "/me/sessions")
            one.fill(**{"q:words": "Après la session."})
            way = one.page.locator("[data-signed-out] a")
            eventually(way.is_visible, "the way to the login", seconds=60)
            one.window.complaints_taken()
            one.follow("[data-signed-out] a", path="/login")
            log_in(one, self.first)
            equal(one.window.path, self.section("basics"), "where the login leads")
            equal(one.page.locator('main [name="q:words"]').input_value(), "Après la session.", "the text")
            self.saved(one)
        with self.told("and is gone from the tab after the logout"):
            one.press("form[action='/logout'] button")
            equal(one.page.evaluate("Object.keys(sessionStorage).length"), 0, "what the tab keeps")
            one.open("/login")
            log_in(one, self.first)


class FillingInWithoutScript(FillingIn):
    """With a pointer, where scripts are off."""

    language, name = "en", "filling in without scripts"

    def window(self):
        return Pointer(Window(self.browser, self.origin, scripts=False), "en")

    def axe(self, hands):
        """Axe is a script; the other window looks at the same pages."""

    def first_section(self):
        one = self.one
        with self.told("one form saves a section, and asks a further question"):
            self.other.open(self.section("basics"))
            one.follow(self.section("basics")).choose("q:strategy", "yes").fill(**{"q:words": "One plan."}).press(NEXT)
            equal(one.window.path, self.section("basics"), "where it leads while there is more to answer")
            one.fill(**{"q:staff": "twelve"}).press(NEXT)
            equal(one.window.path, self.section("more"), "where it leads then")
        with self.told("a number that is none is kept as it was typed, and told"):
            one.open(self.section("basics"))
            equal(one.page.locator('main [name="q:staff"]').input_value(), "twelve", "the number")
            one.fill(**{"q:staff": "12"}).press(STAY)

    def collide(self):
        other = self.other
        with self.told("two answers to one question collide: both are shown, and nothing that was typed is lost"):
            other.fill(**{"q:words": "No plan."}).press(STAY, status=409)
            block = other.page.locator('[data-field="q:words"] .conflict')
            contains(block.inner_text(), "One plan.", "the colleague's value")
            contains(block.inner_text(), self.first.name, "who")
            equal(other.page.locator('main [name="q:words"]').input_value(), "No plan.", "the own value")
        with self.told("the colleague's value is kept by one button"):
            other.press('button[name=take][value^="theirs"]')
            equal(other.page.locator('main [name="q:words"]').input_value(), "One plan.", "the text")
