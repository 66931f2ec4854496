"""How people come in: the first administrator by the printed link, ten contact points by application and decision.

Nine are approved, one is rejected; later acts build on these people.
"""

import urllib.parse

from lib.act import Act
from lib.mail import MAIL_SUBJECTS
from lib.people import ADMIN_EMAIL, ADMIN_PASSWORD, APPROVED, AWA, NCPS, REJECTED
from lib.report import contains, equal, eventually, lacks


class Joining(Act):
    def play(self):
        self.set_up()
        self.applications()
        self.decisions()

    def set_up(self):
        with self.step("the printed link makes the first administrator, once"):
            form = {"token": self.stage.portal.set_up_token(), "name": "Administrator"}
            form |= {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
            self.anonymous.api(201, "POST", "/setup", form)
            self.anonymous.send("POST", "/api/v1/setup", form).assert_problem(410, "link_spent")
        with self.step("with the password alone the administrator reaches the own account and nothing else"):
            half = self.anonymous.login(ADMIN_EMAIL, ADMIN_PASSWORD)
            appointments = half.api(200, "GET", "/me")["appointments"]
            equal([(held["role"], held["status"]) for held in appointments], [("secretariat", "active")], "role")
            standing = {"totp": False, "passkeys": 0, "passkeys_suspended": 0}
            standing |= {"recovery_codes_left": 0, "required": True}
            equal(half.api(200, "GET", "/me/mfa"), standing, "second factors")
            self.refuse_half(half)
        with self.step("an authenticator app opens the rest, to a new session"):
            self.stage.admin_app, self.stage.admin_client = half.add_app()
            self.admin = self.stage.admin()
            equal(self.admin.api(200, "GET", "/registrations")["data"], [], "applications")
            self.refuse_half(half)

    def refuse_half(self, half):
        for path in ("/registrations", "/contacts", "/members", "/technologies", "/announcements", "/audit"):
            half.refused(403, "mfa_required", "GET", path)

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
            mail = self.relay.wait_for(AWA.email, MAIL_SUBJECTS["known"]["fr"], since)
            contains(mail.part("plain"), "/forgot", "the text")

    def verify_on_the_page(self, person):
        page = self.anonymous.send("GET", f"/verify?token={person.verify_token}")
        equal(page.status, 200, "the page")
        contains(page.body, b"new-password", "the page")
        lacks(page.body, b"<script>", "the page, whose scripts are files")
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "fr"}
        form = urllib.parse.urlencode({"token": person.verify_token, "password": person.password}).encode()
        done = self.anonymous.send("POST", "/verify", form, headers)
        equal(done.status, 303, "status of the form")
        told = self.anonymous.send("GET", done.headers["Location"], headers={"Accept-Language": "fr"})
        equal((told.status, told.headers["Content-Language"]), (200, "fr"), "status and language of the outcome")

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
        contains(mail.part("plain"), reason, "the text")
        lacks(mail.part("html"), "<b>lacks", "the HTML")
