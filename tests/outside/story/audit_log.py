"""The audit log: what it has of all acts before, who may read it, and that nobody can change it unseen.

It ends with the portal stopped, since a copy of the database is taken.
"""

import json
import re
import time

from lib.act import Act
from lib.people import HANA, LITIA, NCPS, NEWCOMERS, YUKI
from lib.report import check, contains, equal, eventually, includes
from lib.secret_texts import SECRETS
from story.address_change import AddressChange
from story.announcement import Announcement
from story.api_tokens import ApiTokens
from story.guessing import Guessing
from story.newcomers import SHORT_GRACE
from story.passwords import Passwords
from story.profile import Profile
from story.refresh_tokens import RefreshTokens
from story.second_factors import SecondFactors
from story.sessions import Sessions
from story.suspension import Suspension


class AuditLog(Act):
    after = (
        *(Announcement, Passwords, RefreshTokens, Profile, SecondFactors),
        *(Guessing, Sessions, ApiTokens, Suspension, AddressChange),
    )
    settings = SHORT_GRACE

    def play(self):
        self.read()
        self.end_everything()
        self.verify()

    def read(self):
        with self.step("the log has what was done: who, to whom, in which request, from which network"):
            self.admin = self.stage.admin()
            # Somebody whose failures were not written down a moment ago.
            answer = self.stage.portal.behind("198.51.100.9").try_login("stranger@elsewhere.example", "wrong")
            row = self.admin.api(200, "GET", "/audit?action=login_failed&limit=1")["data"][0]
            equal(row["request_id"], answer.headers["X-Request-Id"], "request_id")
            equal((row["network"], row["actor_id"]), ("198.51.100.0/24", None), "network and actor")
            suspended = self.admin.pages("/audit?action=user_suspended", limit=100)
            own = self.admin.api(200, "GET", "/me")["id"]
            equal([(row["actor_id"], bool(row["subject_id"])) for row in suspended], [(own, True)], "suspensions")
        with self.step("every kind of thing that happened so far is there, page by page, the newest first"):
            self.rows = self.admin.pages("/audit", limit=37)
            wanted = {"login", "login_challenged", "login_failed", "factor_failed", "logout", "session_ended"}
            wanted |= {"sessions_ended", "refresh_reuse", "password_reset_asked", "password_reset", "password_changed"}
            wanted |= {"address_change_asked", "address_changed", "address_change_undone", "totp_added", "totp_removed"}
            wanted |= {"recovery_codes_made", "recovery_code_used", "factors_reset", "token_made", "token_revoked"}
            wanted |= {"user_suspended", "user_reinstated", "administrator_created", "registration_verified"}
            wanted |= {"registration_approved", "registration_rejected", "announcement_sent", "access_refused"}
            equal(wanted - {row["action"] for row in self.rows}, set(), "kinds that are missing")
            ids = [row["id"] for row in self.rows]
            equal(ids, sorted(set(ids), reverse=True), "ids")
        with self.step("it names nobody but by id, and holds no secret"):
            text = json.dumps(self.rows)
            equal(re.findall(r".{0,40}@.{0,40}", text), [], "addresses in the audit log")
            equal([person.name for person in NCPS + NEWCOMERS if person.name in text], [], "names")
            equal(SECRETS.found_in(text), [], "secrets")
        with self.step("filters: by person, by kind; a wrong one is refused"):
            own = self.admin.api(200, "GET", "/me")["id"]
            rows = self.admin.pages(f"/audit?actor={own}&action=registration_approved&action=user_suspended", limit=100)
            equal({row["actor_id"] for row in rows}, {own}, "actors")
            equal({row["action"] for row in rows}, {"registration_approved", "user_suspended"}, "kinds")
            for query in ("action=anything", "actor=me", "limit=0", "colour=red", "cursor=x"):
                self.admin.refused(400, "bad_query", "GET", f"/audit?{query}")
        with self.step("everybody reads what concerns oneself, and is noted where more is tried"):
            yuki = self.anonymous.holding(self.log_in_known(YUKI))
            own = yuki.api(200, "GET", "/me")["id"]
            rows = yuki.pages("/me/audit", limit=10)
            includes({row["action"] for row in rows}, {"login", "login_failed"}, "kinds")
            strangers = [row for row in rows if own not in (row["actor_id"], row["subject_id"])]
            equal(strangers, [], "what concerns others")
            yuki.refused(403, "auditors_only", "GET", "/audit")
            rows = self.admin.api(200, "GET", f"/audit?action=access_refused&actor={own}")["data"]
            equal([row["detail"]["wanted"] for row in rows], ["read_audit"], "refusals")
            sessions = yuki.api(200, "GET", "/me/sessions")["data"]
            current = [session["id"] for session in sessions if session["current"]]
            equal([row["detail"]["credential"] for row in rows], current, "the session by which it was tried")

    def log_in_known(self, person):
        """The tokens of somebody whose address had failures: after the wait."""
        while (answer := self.anonymous.try_login(person.email, person.password)).status == 429:
            time.sleep(int(answer.headers["Retry-After"]))
        return answer.json

    def end_everything(self):
        with self.step("a command ends every session of everybody within two seconds, and all log in anew"):
            clients = [self.stage.login(person) for person in (LITIA, HANA)]
            printed = self.stage.portal.run_well("sessions", "end-all")
            ended = re.search(r"ended (\d+)", printed)
            check(ended and int(ended.group(1)) >= 2, f"sessions ended: expected 2 or more, there was {printed}")
            for client in [*clients, self.admin]:
                client.assert_ends()
            self.stage.login(LITIA).api(200, "GET", "/contacts")
            self.stage.admin().api(200, "GET", "/registrations")

    def verify(self):
        with self.step("the chain of the log is whole while the portal serves, and once it was sealed anew"):
            for _ in range(2):
                self.stage.portal.run_well("audit", "verify")
                self.stage.portal.restart(**self.settings)
            sealed = eventually(self.sealed, "the seal")
            check(sealed >= len(self.rows), f"entries sealed: expected {len(self.rows)} or more, there were {sealed}")
        self.stage.portal.terminate()
        with self.step("with another master key it can not be checked, and the command says why"):
            code, printed = self.stage.portal.run("audit", "verify", PORTAL__IDENTITY__MASTER_KEY="0" * 64)
            equal(code, 3, f"exit code ({printed})")
            contains(printed, "is identity.master_key the one it was sealed with?", "what the command prints")
        if self.stage.database.can_be_copied:
            self.tamper(self.stage.database)

    def sealed(self):
        code, printed = self.stage.portal.run("audit", "verify")
        found = re.search(r"(\d+) entries sealed, 0 await", printed)
        return code == 0 and found and int(found.group(1))

    def tamper(self, database):
        entry = "WHERE id = (SELECT entry_id FROM audit_seal WHERE position = 5)"
        changes = {
            "a changed entry": f"UPDATE audit_entry SET action = 'logout' {entry}",
            "an entry that lost its people": f"UPDATE audit_entry SET actor_id = NULL, subject_id = NULL {entry}",
            "a changed network": f"UPDATE audit_entry SET network = '10.0.0.0/24' {entry}",
            "a missing link": "DELETE FROM audit_seal WHERE position = 5",
            "links in another order": "UPDATE audit_seal SET position = position + 1000000 WHERE position = 5",
        }
        for number, (what, change) in enumerate(changes.items()):
            with self.step(f"in a copy {what} is refused, and shows where the triggers were taken away"):
                url = database.copy(f"copy{number}")
                equal(self.check_copy(url), (0, False), "the copy")
                check(database.refuses(url, change), f"{what}: expected the database to refuse it, it was taken")
                equal(self.check_copy(url), (0, False), "the copy after a refused change")
                database.execute(url, f"{database.UNGUARD} {change}")
                equal(self.check_copy(url), (1, True), "the copy after the change")

    def check_copy(self, url):
        """The exit code, and whether a broken link is named."""
        code, printed = self.stage.portal.run("audit", "verify", PORTAL__DATABASE__URL=url)
        return code, "BROKEN at link" in printed
