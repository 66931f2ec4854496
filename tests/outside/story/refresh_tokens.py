"""Refresh tokens: the next pair, the same once more, and the end of the session where one is used too late."""

from lib.act import Act
from lib.people import THANDI
from lib.report import equal
from story.joining import Joining


class RefreshTokens(Act):
    after = (Joining,)

    def play(self):
        with self.step("a refresh token brings the next pair"):
            first = self.stage.login(THANDI)
            second = first.refresh()
            tokens = {client.tokens["refresh_token"] for client in (first, second)}
            equal(len(tokens), 2, "different refresh tokens")
            second.api(200, "GET", "/me")
        with self.step("used again at once, as when its answer was lost, it brings the same successor"):
            equal(first.refresh().tokens["refresh_token"], second.tokens["refresh_token"], "the successor")
        with self.step("used again after its successor it ends the session, with the newest pair, and the owner hears"):
            third = second.refresh()
            first.refresh(401)
            third.assert_ends(seconds=0.1)
            self.stage.notice("refresh_reuse", THANDI)
        with self.step("logging out ends the session, refresh token and all"):
            client = self.stage.login(THANDI)
            client.api(204, "POST", "/auth/logout")
            client.assert_ends(seconds=0.1)
