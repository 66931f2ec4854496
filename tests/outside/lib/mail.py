"""A mail as the relay took it, and the subjects by which a mail is waited for."""

import datetime
import email
import email.policy
import json
import re

from lib.report import check, equal, shown
from lib.secret_texts import SECRETS

MAIL_SUBJECTS = {
    "verify": {"en": "Please confirm your e-mail address", "fr": "Veuillez confirmer votre adresse électronique"},
    "approved": {"en": "Welcome to", "fr": "Bienvenue sur"},
    "rejected": {"en": "Your application was not approved", "fr": "Votre demande n'a pas été approuvée"},
    "reset": {"en": "Choose a new password", "fr": "Choisissez un nouveau mot de passe"},
    "changed": {"en": "Your password was changed", "fr": "Votre mot de passe a été modifié"},
    "known": {"en": "You already have an account", "fr": "Vous avez déjà un compte"},
}
# Notices, which nobody here gets in French.
NOTICES = {
    "new_login": "Login to your account from a new program or network",
    "after_failures": "Login to your account after several wrong passwords",
    "refresh_reuse": "One of your sessions was ended as a precaution",
    "factor_added": "A second factor was added",
    "factor_removed": "A second factor was removed",
    "code_used": "A recovery code was used",
    "codes_made": "New recovery codes were made",
    "factors_reset": "Your second factors were reset",
    "address_asked": "A change of your e-mail address was requested",
    "confirm_address": "Please confirm your new e-mail address",
    "address_changed": "Your e-mail address was changed",
    "address_undone": "Your previous address has been restored",
    "suspended": "Your account is suspended",
    "reinstated": "Your account is reinstated",
    "token_made": "An API token was made",
}


class Mail:
    """One mail as the relay took it."""

    def __init__(self, envelope):
        self.return_path = envelope.mail_from
        self.recipients = list(envelope.rcpt_tos)
        self.raw = envelope.original_content
        self.message = email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def to(self):
        return self.message["To"].addresses[0].addr_spec

    @property
    def subject(self):
        return str(self.message["Subject"])

    def part(self, kind):
        return self.message.get_body((kind,)).get_content()

    def token(self, page):
        """The secret of the link to this page; both parts of the mail have the same."""
        found = [re.search(rf"/{page}\?token=([\w.~-]+)", self.part(kind)) for kind in ("plain", "html")]
        texts = [self.part(kind) for kind in ("plain", "html")]
        check(all(found), f"a link to /{page}: expected in both parts, there were {[shown(text) for text in texts]}")
        equal(found[0].group(1), found[1].group(1), "the link in text and HTML")
        SECRETS.note(json.dumps({"token": found[0].group(1)}))
        return found[0].group(1)

    def assert_well_formed(self):
        message = self.message
        bare = re.findall(rb".{0,20}(?:(?<!\r)\n|\r(?!\n))", self.raw)
        equal(bare, [], "bare CR or LF")
        longest = max(map(len, self.raw.split(b"\r\n")))
        check(longest <= 998, f"the longest line: expected at most 998 octets, there were {longest}")
        equal(message.defects, [], "defects")
        for name in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"):
            equal(len(message.get_all(name, [])), 1, f"number of {name} headers")
        equal([a.addr_spec for a in message["To"].addresses], self.recipients, "To")
        equal(message["Auto-Submitted"], "auto-generated", "Auto-Submitted")
        equal(message.get_content_type(), "multipart/alternative", "Content-Type")
        equal([p.get_content_type() for p in message.iter_parts()], ["text/plain", "text/html"], "parts")
        age = datetime.datetime.now(datetime.UTC) - message["Date"].datetime
        check(abs(age.total_seconds()) < 300, f"Date: expected now, within 5 minutes, there was {message['Date']}")
