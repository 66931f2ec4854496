"""What the Secretariat does to an account: suspends and reinstates it, ends its sessions, takes lost factors away."""

from lib.act import Act
from lib.mail import MAIL_SUBJECTS
from lib.people import AMAL, LITIA, UNKNOWN_ID
from lib.report import check, contains, equal, lacks
from story.api_tokens import make_token
from story.newcomers import SHORT_GRACE
from story.second_factors import SecondFactors


class Suspension(Act):
    after = (SecondFactors,)
    settings = SHORT_GRACE

    def play(self):
        self.admin = self.stage.admin()
        self.suspend()
        self.reset_factors()

    def suspend(self):
        path = f"/users/{self.stage.login(LITIA).api(200, 'GET', '/me')['id']}"
        with self.step("the Secretariat suspends somebody, with a reason that is mailed"):
            litia = self.stage.login(LITIA)
            _, token = make_token(litia, "profile:read", "community:read")
            self.admin.refused(422, "invalid", "POST", f"{path}/suspend", {"reason": "  "})
            suspended = self.admin.api(200, "POST", f"{path}/suspend", {"reason": "Left the <b>service</b>."})
            check(suspended["suspended_at"], f"suspended_at: expected a time, there was {suspended}")
            self.admin.refused(409, "already_suspended", "POST", f"{path}/suspend", {"reason": "Again."})
            mail = self.stage.notice("suspended", LITIA)
            contains(mail.part("plain"), "Left the <b>service</b>.", "the text")
            lacks(mail.part("html"), "<b>service", "the HTML")
        with self.step("sessions and tokens are dead within two seconds, the directory forgets, and no way leads in"):
            litia.assert_ends()
            token.refused(401, "token_invalid", "GET", "/me")
            self.refuse_login(LITIA.email, LITIA.password)
            since = len(self.relay.mails)
            self.anonymous.api(202, "POST", "/auth/password/forgot", {"email": LITIA.email})
            equal(self.admin.api(200, "GET", "/contacts?q=Vakatawa")["data"], [], "found")
            equal(self.relay.find(LITIA.email, MAIL_SUBJECTS["reset"]["en"], since), [], "links mailed")
        with self.step("reinstated, the person logs in and is found again; what had ended stays ended"):
            self.admin.api(200, "POST", f"{path}/reinstate")
            self.admin.refused(409, "not_suspended", "POST", f"{path}/reinstate")
            self.stage.notice("reinstated", LITIA)
            equal(len(self.stage.login(LITIA).api(200, "GET", "/contacts?q=Vakatawa")["data"]), 1, "found")
            litia.refused(401, "session_ended", "GET", "/me")
        with self.step("so does an API token, which the suspension ended"):
            token.refused(401, "token_invalid", "GET", "/me")
        with self.step("the Secretariat ends somebody's sessions"):
            litia = self.stage.login(LITIA)
            self.admin.api(204, "DELETE", f"{path}/sessions")
            litia.assert_ends()
        with self.step("nobody suspends oneself, or somebody who is not there"):
            own = f"/users/{self.admin.api(200, 'GET', '/me')['id']}"
            self.admin.refused(403, "own_account", "POST", f"{own}/suspend", {"reason": "Tired."})
            self.admin.refused(403, "own_account", "POST", f"{own}/mfa/reset", {"reason": "Lost."})
            self.admin.refused(404, "not_found", "POST", f"/users/{UNKNOWN_ID}/suspend", {"reason": "Nobody."})

    def reset_factors(self):
        with self.step("whose factors are lost begins again by a mailed link, with a new password and no factor"):
            # Amal's codes rest; nothing but the log tells the Secretariat her id.
            subject = {row["subject_id"] for row in self.admin.pages("/audit?action=recovery_code_used", limit=100)}
            ids = [id for id in subject if self.admin.api(200, "GET", f"/users/{id}")["email"] == AMAL.email]
            self.admin.refused(422, "invalid", "POST", f"/users/{ids[0]}/mfa/reset", {"reason": ""})
            self.admin.api(204, "POST", f"/users/{ids[0]}/mfa/reset", {"reason": "Lost the phone."})
            self.refuse_login(AMAL.email, AMAL.password)
            token = self.stage.notice("factors_reset", AMAL).token("reset")
            AMAL.password, AMAL.app = "yonder pickle sextant moss", None
            self.anonymous.api(200, "POST", "/auth/password/reset", {"token": token, "password": AMAL.password})
            amal = self.stage.login(AMAL)
            equal(amal.api(200, "GET", "/me/mfa")["recovery_codes_left"], 0, "recovery codes")
