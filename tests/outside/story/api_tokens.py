"""API tokens: made for scopes and a time, used, and ended."""

from lib.act import Act
from lib.announcements import draft
from lib.client import Client
from lib.people import LITIA, TANE, UNKNOWN_ID
from lib.report import contains, equal, eventually, lacks
from story.newcomers import SHORT_GRACE, Newcomers


class ApiTokens(Act):
    after = (Newcomers,)
    settings = SHORT_GRACE

    def play(self):
        self.litia = self.stage.login(LITIA)
        self.make_tokens()
        self.use_tokens()
        self.lend_no_rights()
        self.end_tokens()

    def make_tokens(self):
        with self.step("an API token is made for scopes and a time, shown once, and the owner hears"):
            self.id, self.reader = make_token(self.litia, "community:read")
            rows = self.litia.api(200, "GET", "/me/tokens")["data"]
            equal([(row["id"], row["scopes"]) for row in rows], [(self.id, ["community:read"])], "tokens")
            lacks(str(rows), self.reader.token, "the list of tokens")
            self.stage.notice("token_made", LITIA)
        good = {"name": "x", "scopes": ["profile:read"], "expires_in_days": 1}
        for what, changes, fault in [
            ("no scope", {"scopes": []}, ("/scopes", "empty")),
            ("an unknown scope", {"scopes": ["everything"]}, ("/scopes/0", "unknown_value")),
            ("no days", {"expires_in_days": 0}, ("/expires_in_days", "out_of_range")),
            ("more than a year", {"expires_in_days": 366}, ("/expires_in_days", "out_of_range")),
            ("a name of two lines", {"name": "a\nb"}, ("/name", "control_characters")),
        ]:
            with self.step(f"a token with {what} is refused"):
                answer = self.litia.refused(422, "invalid", "POST", "/me/tokens", {**good, **changes})
                contains(answer.faults, fault, "members at fault")

    def last_used(self):
        rows = self.litia.api(200, "GET", "/me/tokens")["data"]
        return next(row["last_used_at"] for row in rows if row["id"] == self.id)

    def use_tokens(self):
        with self.step("a token does what its scopes say"):
            self.reader.api(200, "GET", "/contacts")
            self.reader.refused(403, "scope_missing", "GET", "/me")
            _, self.profile = make_token(self.litia, "profile:read")
            equal(self.profile.api(200, "GET", "/me")["email"], LITIA.email, "address")
            self.profile.refused(403, "scope_missing", "GET", "/contacts")
            eventually(self.last_used, "last_used_at")

    def lend_no_rights(self):
        with self.step("and lends no right that its owner has not"):
            for scope in ("registrations:decide", "announcements:manage", "audit:read"):
                form = {"name": "x", "scopes": ["profile:read", scope], "expires_in_days": 1}
                answer = self.litia.refused(422, "invalid", "POST", "/me/tokens", form)
                equal(answer.faults, [("/scopes/1", "scope_not_held")], "members at fault")
            _, self.every = make_token(self.litia, "profile:read", "community:read")
            self.every.refused(403, "scope_missing", "GET", "/registrations")
            self.every.refused(403, "scope_missing", "POST", "/announcements", draft("AP"))
            self.every.refused(403, "scope_missing", "GET", "/audit")
        with self.step("a token never manages an account, whatever its scopes"):
            for method, path, body in [
                ("GET", "/me/sessions", None),
                ("GET", "/me/tokens", None),
                ("GET", "/me/mfa", None),
                ("GET", "/me/audit", None),
                ("PATCH", "/me", {"name": "Mallory"}),
                ("DELETE", "/me/sessions", None),
                ("POST", "/auth/logout", None),
                ("POST", "/me/tokens", {"name": "x", "scopes": ["profile:read"], "expires_in_days": 1}),
                ("POST", "/me/password", {"current_password": LITIA.password, "new_password": "x" * 20}),
                ("POST", "/me/email", {"email": "eve@elsewhere.example"}),
                ("POST", "/me/mfa/totp", None),
                ("POST", "/me/reauthenticate", {"password": LITIA.password}),
            ]:
                self.every.refused(403, "scope_missing", method, path, body)
        with self.step("an administrator's token works within its scopes and manages no account either"):
            _, clerk = make_token(self.stage.admin(), "registrations:decide", "audit:read")
            clerk.api(200, "GET", "/registrations")
            clerk.api(200, "GET", "/audit")
            clerk.refused(403, "scope_missing", "GET", "/announcements")
            clerk.refused(403, "scope_missing", "POST", f"/users/{UNKNOWN_ID}/suspend", {"reason": "x"})

    def end_tokens(self):
        with self.step("whoever finds a token puts an end to it, and to no other"):
            self.every.refused(404, "not_found", "DELETE", f"/me/tokens/{self.id}")
            self.every.api(204, "DELETE", "/me/tokens/current")
            self.every.refused(401, "token_invalid", "GET", "/me")
            self.litia.refused(404, "not_found", "DELETE", "/me/tokens/current")
            self.reader.api(200, "GET", "/contacts")
        with self.step("the owner revokes one; nobody else can"):
            self.stage.login(TANE).refused(404, "not_found", "DELETE", f"/me/tokens/{self.id}")
            self.litia.api(204, "DELETE", f"/me/tokens/{self.id}")
            self.reader.refused(401, "token_invalid", "GET", "/contacts")
        with self.step("a password by a mailed link ends the tokens too"):
            form = {"token": self.stage.reset_token(LITIA), "password": "walnut ferry cobalt eleven"}
            self.anonymous.api(200, "POST", "/auth/password/reset", form)
            LITIA.password = form["password"]
            self.profile.refused(401, "token_invalid", "GET", "/me")


def make_token(client, *scopes, days=30):
    """An API token of somebody; returns its id, and a client that holds it alone."""
    form = {"name": "reporting", "scopes": list(scopes), "expires_in_days": days}
    made = client.api(201, "POST", "/me/tokens", form)
    equal(made["token"][:11], "portal_pat_", "the start of a token, by which scanners know it")
    return made["id"], Client(client.port, made["token"])
