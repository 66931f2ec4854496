"""Passkeys, with a virtual authenticator of Chromium: added, named, used alone and after the password, and removed."""

from lib.act import Act
from lib.chromium import Window
from lib.people import LITIA
from lib.report import contains, equal, eventually, lacks

from browser.hands import Pointer

PASSKEY = "main form[data-passkey] button[type=submit]"
NAME = "Office laptop"


class Passkeys(Act):
    def __init__(self, stage, browser):
        super().__init__(stage)
        self.browser, self.origin = browser, stage.portal.public_url

    def play(self):
        self.stage.join(LITIA)
        window = Window(self.browser, self.origin)
        with window:
            self.litia, self.authenticator = Pointer(window, "en"), window.authenticator()
            self.add()
            self.use()
            self.remove()
        self.without()

    def add(self):
        litia = self.litia
        with self.step("a passkey is made by the browser, and gets a name"):
            litia.open("/login").fill(email=LITIA.email, password=LITIA.password).press()
            litia.open("/account/security").follow("/account/security/passkeys")
            litia.follow("/account/security/passkeys/new").press()
            litia.fill(name=NAME).press(PASSKEY)
            equal(litia.window.path, "/account/security", "where it leads")
            equal(len(litia.window.passkeys(self.authenticator)), 1, "passkeys that the authenticator has")
        with self.step("it is in the list"):
            litia.open("/account/security/passkeys")
            contains(litia.read("table"), NAME, "the list")

    def use(self):
        litia = self.litia
        with self.step("it logs in without a password, and leads where one wanted to go"):
            litia.press("form[action='/logout'] button")
            litia.open("/login?next=%2Fdirectory").follow("/login/passkey").press(PASSKEY, path="/directory")
            litia.open("/account/sessions")
        with self.step("it is a second factor after the password"):
            litia.press("form[action='/logout'] button")
            litia.open("/login?next=%2Fdirectory").fill(email=LITIA.email, password=LITIA.password).press()
            equal(litia.window.path, "/login", "half a login")
            litia.press(PASSKEY, path="/directory")
        with self.step("who has no other factor proves who one is"):
            litia.open("/prove?next=%2Faccount%2Fdata").press("form[action='/prove/passkey'] button")
            litia.press(PASSKEY, path="/account/data")

    def remove(self):
        litia = self.litia
        with self.step("it is removed, on a page that names it"):
            litia.open("/account/security/passkeys").follow('main a[href$="/remove"]')
            contains(litia.window.text(), NAME, "the page")
            litia.press()
            litia.open("/account/security/passkeys")
            lacks(litia.window.text(), NAME, "the list")
        with self.step("and logs nobody in any more"):
            litia.press("form[action='/logout'] button")
            litia.open("/login/passkey").press(PASSKEY, status=401)
            equal(litia.page.locator("main [role=alert]").count(), 1, "refusals")

    def without(self):
        with self.step("an authenticator without a passkey: the page says so, and stays"), self.window() as window:
            window.authenticator()
            window.open("/login/passkey")
            window.page.locator(PASSKEY).click()
            status = window.page.locator("main form[data-passkey] [role=status]")
            eventually(status.inner_text, "words in place of an answer", seconds=60)
            window.no_complaints()
        with self.step("without scripts the page says what to do instead"), self.window(scripts=False) as window:
            window.open("/login/passkey")
            equal(window.page.locator(PASSKEY).is_visible(), False, "whether the button is there")
            equal(window.page.locator("[data-passkey-missing]").is_visible(), True, "whether the words are there")
            equal(window.page.locator('main a[href^="/login"]').is_visible(), True, "the way to the password")

    def window(self, **options):
        return Window(self.browser, self.origin, **options)
