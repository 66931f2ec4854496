"""What was taken by `tokens_taken` has run out, and what is sensitive wants a proof of oneself that is not old."""

import time

from lib.act import Act
from lib.people import JUERGEN
from lib.report import contains, eventually
from story.relay_trouble import SHORT_LIVES
from story.tokens_taken import TokensTaken


class TokensRunOut(Act):
    after = (TokensTaken,)
    settings = SHORT_LIVES

    def play(self):
        taken = self.stage.played[TokensTaken]
        self.step_up(taken)
        with self.step("an access token runs out"):
            # Clocks may differ, so a token is taken a little longer than it says.
            eventually(taken.client.refusal, "the end", seconds=120).assert_problem(401, "token_expired")
        with self.step("so does a refresh token"):
            taken.client.refresh(401)
        with self.step("and a link to a new password"):
            form = {"token": taken.reset, "password": "too late a passphrase"}
            self.anonymous.refused(410, "link_spent", "POST", "/auth/password/reset", form)
        with self.step("and the challenge of a login"):
            form = {"challenge": taken.challenge, **self.stage.admin_app.proof()}
            self.anonymous.refused(401, "challenge_invalid", "POST", "/auth/login/mfa", form)

    def step_up(self, taken):
        with self.step("what is sensitive wants a proof of oneself that is not old"):
            juergen, form = self.stage.login(JUERGEN), {"name": "x", "scopes": ["profile:read"], "expires_in_days": 1}
            juergen.api(201, "POST", "/me/tokens", form)
            eventually(lambda: time.time() > taken.time + 61, "a minute", seconds=62)
            answer = taken.juergen.refused(401, "reauth_required", "POST", "/me/tokens", form)
            said = answer.headers["WWW-Authenticate"]
            for part in ("insufficient_user_authentication", 'max_age="60"'):
                contains(said, part, "WWW-Authenticate")
        with self.step("which the password gives, to a new session in the place of the old one"):
            wrong = {"password": "the wrong one, again"}
            taken.juergen.refused(422, "invalid", "POST", "/me/reauthenticate", wrong)
            proven = taken.juergen.api(200, "POST", "/me/reauthenticate", {"password": JUERGEN.password})
            self.anonymous.holding(proven).api(201, "POST", "/me/tokens", form)
            taken.juergen.refused(401, "session_ended", "GET", "/me")
