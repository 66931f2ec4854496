"""Tokens that live a minute are taken; `tokens_run_out` tries them when other acts have used up that minute."""

import time

from lib.act import Act
from lib.people import ADMIN_EMAIL, ADMIN_PASSWORD, JUERGEN, LEA
from lib.report import equal
from story.joining import Joining
from story.relay_trouble import SHORT_LIVES


class TokensTaken(Act):
    after = (Joining,)
    settings = SHORT_LIVES

    def play(self):
        with self.step("tokens that live a minute are taken"):
            self.client = self.stage.login(LEA)
            equal(self.client.tokens["expires_in"], 60, "expires_in")
            self.reset = self.stage.reset_token(LEA)
            form = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
            self.challenge = self.anonymous.api(200, "POST", "/auth/login", form)["challenge"]
            self.juergen, self.time = self.stage.login(JUERGEN), time.time()
