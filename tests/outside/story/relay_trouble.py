"""The relay is in trouble: down and up again across a restart of the portal, 451 at first, 550 for one recipient.

From here on what the portal gives out lives a minute, so that `tokens_run_out` need not wait for long.
"""

from lib.act import Act
from lib.announcements import draft
from lib.mail import MAIL_SUBJECTS
from lib.people import ADMIN_EMAIL, AISSATA, AWA, HERY, KWAME, THANDI, WANJIRU
from lib.report import contains, equal
from story.joining import Joining

SHORT_LIVES = {
    "PORTAL__IDENTITY__ACCESS_TOKEN_SECONDS": "60",
    "PORTAL__IDENTITY__SESSION_IDLE_MINUTES": "1",
    "PORTAL__IDENTITY__RESET_LINK_MINUTES": "1",
    "PORTAL__IDENTITY__STEP_UP_MINUTES": "1",
    "PORTAL__IDENTITY__CHALLENGE_MINUTES": "1",
}


class RelayTrouble(Act):
    after = (Joining,)
    # It starts the portal itself, with the relay down.
    settings = None

    def play(self):
        self.relay.down()
        with self.step("started again, the portal still has its administrator and offers no set-up link"):
            self.stage.portal.restart(**SHORT_LIVES)
            self.stage.admin()
            equal(self.stage.portal.said(), "", "stdout")
        self.down_then_up()
        with self.step("a mail that is answered 451 at first arrives later, once"):
            self.temporary_refusal()
        with self.step("550 fails one delivery, 451 defers another, the third is sent"):
            self.mixed_refusals()

    def down_then_up(self):
        since = len(self.relay.mails)
        with self.step("while the relay is down, mails are taken and none fails"):
            id = self.stage.announce(draft("ESA"))
            self.stage.ask_for_link(AWA)
            self.stage.await_summary(id, total=3, sent=0, failed=0)
        with self.step("the portal stops within its time all the same"):
            self.stage.portal.terminate()
        with self.step("the relay comes up after a restart: nothing is lost, nothing comes twice"):
            self.stage.portal.start(**SHORT_LIVES)
            self.relay.up()
            self.stage.await_summary(id, total=3, sent=3)
            self.relay.wait_for(AWA.email, MAIL_SUBJECTS["reset"]["fr"], since)
            wanted = sorted([WANJIRU.email, HERY.email, THANDI.email, AWA.email])
            # The administrator may have had to log in anew, and hears of that.
            equal(sorted(mail.to for mail in self.relay.mails[since:] if mail.to != ADMIN_EMAIL), wanted, "recipients")

    def temporary_refusal(self):
        since = len(self.relay.mails)
        # Somebody who has asked for no link before: those count for as long as links lived then.
        self.relay.refusals[THANDI.email] = ["451 4.7.1 Greylisted, try again"]
        self.stage.reset_token(THANDI)
        equal(self.relay.refused, [THANDI.email], "refusals")
        equal(len(self.relay.find(THANDI.email, "", since)), 1, "mails")

    def mixed_refusals(self):
        self.relay.refusals[AISSATA.email] = ["550 5.1.1 No such mailbox"]
        self.relay.refusals[KWAME.email] = ["451 4.3.2 Come back later"]
        id = self.stage.announce(draft("WCA"))
        self.stage.await_summary(id, total=3, sent=1, failed=1, deferred=1, pending=0)
        admin = self.stage.admin()
        rows = {row["to_address"]: row for row in admin.pages(f"/announcements/{id}/deliveries", limit=100)}
        failed, deferred = rows[AISSATA.email], rows[KWAME.email]
        equal((failed["state"], failed["last_code"], failed["attempts"]), ("failed", 550, 1), "the failed one")
        contains(failed["last_reply"], "No such mailbox", "the last reply")
        equal((deferred["state"], deferred["last_code"], deferred["attempts"]), ("pending", 451, 1), "the deferred one")
        equal((rows[AWA.email]["state"], rows[AWA.email]["last_code"]), ("sent", 250), "the sent one")
        only_failed = admin.pages(f"/announcements/{id}/deliveries?state=failed", limit=100)
        equal([row["to_address"] for row in only_failed], [AISSATA.email], "deliveries that failed")
