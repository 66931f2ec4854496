"""Many try the same at once: one succeeds, and nobody gets a 5xx."""

from lib.act import Act
from lib.announcements import SUBJECTS, draft
from lib.client import at_once
from lib.people import AISSATA, AWA, IOANA, JUERGEN, LEA, PAULO, THANDI
from lib.report import check, contains, equal
from story.joining import Joining
from story.relay_trouble import SHORT_LIVES


class ManyAtOnce(Act):
    after = (Joining,)
    settings = SHORT_LIVES
    ROUNDS = 5

    def play(self):
        with self.step("a refresh token used by six windows at once brings the same successor to all"):
            form = {"refresh_token": self.stage.login(AWA).tokens["refresh_token"]}
            call = (self.anonymous, "POST", "/api/v1/auth/refresh", form)
            answers = at_once(*[call] * 6)
            equal([answer.status for answer in answers], [200] * 6, "statuses")
            equal(len({answer.json["refresh_token"] for answer in answers}), 1, "successors")
        with self.step("a recovery code, and a code of the app, used by four at once lets one in"):
            THANDI.app, _ = self.stage.login(THANDI).add_app()
            self.prove_by_many("recovery_code")
            self.prove_by_many("totp")
            # Later acts count mails.
            for kind in ("factor_added", "code_used"):
                self.stage.notice(kind, THANDI)
        with self.step("of twelve wrong passwords at once five are looked at"):
            call = (self.anonymous, "POST", "/api/v1/auth/login", {"email": AISSATA.email, "password": "x" * 15})
            statuses = sorted(answer.status for answer in at_once(*[call] * 12))
            equal(statuses, [401] * 5 + [429] * 7, "statuses")
        self.admin = self.stage.admin()
        with self.step("an announcement sent by six at once is mailed once to each"):
            self.send_by_many()
        self.stage.await_decision(PAULO)
        with self.step("an application decided on by six at once is decided once"):
            self.decide_by_many()
        with self.step("a draft sent, changed and deleted at once: one wins, and what is stored is what was mailed"):
            for number in range(self.ROUNDS):
                self.send_change_delete(number)

    def prove_by_many(self, method):
        """As many challenges as tries, so that the code alone decides."""
        code = THANDI.app.code() if method == "totp" else THANDI.app.paper.pop()
        login, path = {"email": THANDI.email, "password": THANDI.password}, "/api/v1/auth/login/mfa"
        challenges = [self.anonymous.api(200, "POST", "/auth/login", login)["challenge"] for _ in range(4)]
        forms = [{"challenge": challenge, "method": method, "code": code} for challenge in challenges]
        self.assert_one(200, at_once(*[(self.anonymous, "POST", path, form) for form in forms]))

    def assert_one(self, status, answers):
        statuses = sorted(answer.status for answer in answers)
        equal(statuses.count(status), 1, f"answers with {status} among {statuses}")
        check(max(statuses) < 500, f"statuses: expected no 5xx, there were {statuses}")

    def send_by_many(self):
        since = len(self.relay.mails)
        id = self.admin.api(201, "POST", "/announcements", draft("EUR"))["id"]
        call = (self.admin, "POST", f"/api/v1/announcements/{id}/send")
        self.assert_one(202, at_once(*[call] * 6))
        self.stage.await_summary(id, total=3, sent=3)
        wanted = sorted([LEA.email, JUERGEN.email, IOANA.email])
        mails = [mail for mail in self.relay.mails[since:] if mail.subject in SUBJECTS.values()]
        equal(sorted(mail.to for mail in mails), wanted, "recipients")

    def decide_by_many(self):
        path = f"/api/v1/registrations/{self.admin.pages('/registrations', limit=1)[0]['id']}"
        approve = (self.admin, "POST", f"{path}/approve")
        reject = (self.admin, "POST", f"{path}/reject", {"reason": "No signature."})
        self.assert_one(200, at_once(*[approve, reject] * 3))

    def send_change_delete(self, number):
        before, after = f"Before {number}", f"After {number}"
        id = self.admin.api(201, "POST", "/announcements", self.titled(before))["id"]
        path = f"/api/v1/announcements/{id}"
        sent, changed, deleted = at_once(
            (self.admin, "POST", f"{path}/send"),
            (self.admin, "PATCH", path, {"variants": self.titled(after)["variants"]}),
            (self.admin, "DELETE", path),
        )
        statuses = (sent.status, changed.status, deleted.status)
        check(max(statuses) < 500, f"statuses of send, change, delete: expected no 5xx, there were {statuses}")
        # Where it was changed while it was being rendered, it is not sent as it was, and then it is deleted.
        outcomes = [(202, 409), (404, 204), (409, 204)]
        contains(outcomes, (sent.status, deleted.status), f"outcomes of send and delete that may be (all: {statuses})")
        if sent.status == 202:
            self.stage.await_summary(id, total=3, sent=3)
            stored = self.admin.api(200, "GET", f"/announcements/{id}")["variants"]["en"]["subject"]
            mailed = {mail.subject for mail in self.relay.mails if mail.subject in (before, after)}
            equal(mailed, {stored}, "subjects mailed, against the one stored")

    def titled(self, subject):
        return draft("EUR", variants={"en": {"subject": subject, "body_markdown": "Text"}})
