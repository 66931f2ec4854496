"""Passwords that are forgotten, chosen anew by a mailed link, and changed."""

import unicodedata

from lib.act import Act
from lib.mail import MAIL_SUBJECTS
from lib.people import HERY, KWAME, WANJIRU
from lib.report import equal
from story.joining import Joining


class Passwords(Act):
    after = (Joining,)

    def play(self):
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
