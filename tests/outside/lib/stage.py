"""Portal, relay, database and first administrator: what every act has at hand, and what many do with them."""

from dataclasses import dataclass, field

from lib.authenticator import Authenticator
from lib.client import Client
from lib.database import ByUrl, Postgres, Sqlite
from lib.mail import MAIL_SUBJECTS, NOTICES
from lib.people import ADMIN_EMAIL, ADMIN_PASSWORD
from lib.portal import Portal
from lib.relay import Relay
from lib.report import Report, equal, eventually


@dataclass
class Stage:
    """One portal and what belongs to it, as it is while the acts are played."""

    report: Report
    portal: Portal
    relay: Relay
    database: Sqlite | Postgres | ByUrl
    admin_app: Authenticator | None = None
    admin_client: Client | None = None
    # The acts that were played, by their classes.
    played: dict = field(default_factory=dict)

    @property
    def anonymous(self):
        return self.portal.anonymous

    def set_up(self, **settings):
        """Starts the portal, and becomes its first administrator by the link that it prints."""
        self.portal.start(**settings)
        form = {"token": self.portal.set_up_token(), "name": "Administrator"}
        form |= {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
        self.anonymous.api(201, "POST", "/setup", form)
        half = self.anonymous.login(ADMIN_EMAIL, ADMIN_PASSWORD)
        self.admin_app, self.admin_client = half.add_app()

    def admin(self):
        """The first administrator, whose session is used as long as it lives: codes are good once, and few."""
        if self.admin_client.send("GET", "/api/v1/me").status != 200:
            self.admin_client = self.anonymous.login(ADMIN_EMAIL, ADMIN_PASSWORD, self.admin_app)
            self.admin_app.paper = self.admin_client.api(200, "POST", "/me/mfa/recovery-codes")["recovery_codes"]
        return self.admin_client

    def login(self, person):
        return self.anonymous.login(person.email, person.password, person.app)

    def apply(self, person):
        """Applies, and keeps the token that the mail brings."""
        accepted = self.anonymous.api(202, "POST", "/registrations", person.form())
        mail = self.relay.wait_for(person.email, MAIL_SUBJECTS["verify"][person.language])
        mail.assert_well_formed()
        person.verify_token = mail.token("verify")
        return accepted

    def verify(self, person):
        form = {"token": person.verify_token, "password": person.password}
        standing = self.anonymous.api(200, "POST", "/registrations/verify", form)
        equal(standing["status"], "pending", "status after verifying")

    def await_decision(self, person):
        """Applies and verifies, unless an earlier act had this person do so."""
        if not person.verify_token:
            self.apply(person)
            self.verify(person)

    def join(self, *people):
        """Apply, verify, and are approved."""
        for person in people:
            self.apply(person)
            self.verify(person)
        ids = {row["email"]: row["id"] for row in self.admin().pages("/registrations", limit=100)}
        for person in people:
            self.admin().api(200, "POST", f"/registrations/{ids[person.email]}/approve")

    def another(self, folder, database_url, **settings):
        """A second portal with the same binary and relay."""
        return Portal(self.portal.binary, folder, database_url, self.relay, **settings)

    def notice(self, kind, person, since=0):
        return self.relay.wait_for(person.email, NOTICES[kind], since)

    def ask_for_link(self, person):
        """Asks for a link to a new password; returns the answer."""
        return self.anonymous.api(202, "POST", "/auth/password/forgot", {"email": person.email})

    def reset_token(self, person):
        """Asks for a link to a new password, and waits for it."""
        since = len(self.relay.mails)
        self.ask_for_link(person)
        return self.relay.wait_for(person.email, MAIL_SUBJECTS["reset"][person.language], since).token("reset")

    def announce(self, form):
        """Writes an announcement and sends it; returns its id."""
        admin = self.admin()
        id = admin.api(201, "POST", "/announcements", form)["id"]
        admin.api(202, "POST", f"/announcements/{id}/send")
        return id

    def summary(self, id):
        """How many of an announcement's mails are in which state."""
        return self.admin().api(200, "GET", f"/announcements/{id}/summary")

    def await_summary(self, id, **expected):
        def look():
            summary = self.summary(id)
            return summary if expected.items() <= summary.items() else None

        return eventually(look, f"summary {expected}", seen=lambda: self.summary(id))
