"""The log of all acts before: no fault of the portal's, and nothing that does not belong into a log."""

from lib.act import Act
from lib.people import ADMIN_EMAIL, NCPS, NEWCOMERS
from lib.report import equal
from lib.secret_texts import SECRETS
from story.joining import Joining


class Log(Act):
    after = (Joining,)
    # It looks at the log of whatever was played, and at the end of the portal.
    settings = None

    def play(self):
        with self.step("SIGTERM ends the portal with exit code 0, again"):
            self.stage.portal.terminate()
        log = self.stage.portal.log()
        with self.step("the log has neither an error nor a panic"):
            equal([line for line in log.splitlines() if "ERROR" in line or "panicked" in line], [], "such lines")
        with self.step("the log has no password, no token, no code and no address"):
            people = [person.email for person in NCPS + NEWCOMERS]
            found = [text for text in (ADMIN_EMAIL, *people) if text in log] + SECRETS.found_in(log)
            equal(found, [], "such texts")
