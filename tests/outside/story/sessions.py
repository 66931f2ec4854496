"""Sessions: seen, named and ended; cookies in browsers, pages of other sites, and signed access tokens."""

import json
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from lib import processes
from lib.act import Act
from lib.base64url import from_base64url
from lib.people import ADMIN_EMAIL, ADMIN_PASSWORD, HANA, SALMA, TANE
from lib.report import check, contains, equal, includes, lacks
from story.newcomers import SHORT_GRACE, Newcomers


class Sessions(Act):
    after = (Newcomers,)
    settings = SHORT_GRACE

    def play(self):
        # First: a person has ten new devices in a day.
        self.cookies()
        self.listed_and_ended()
        self.surplus()
        self.refreshing()
        self.cross_site()
        self.signed()

    def login(self, person, program, address="198.51.100.5"):
        client = self.stage.portal.behind(address)
        client.headers["User-Agent"] = program
        return client.login(person.email, person.password, person.app)

    def listed_and_ended(self):
        with self.step("one sees one's sessions: program, network, level, which is this one"):
            self.desk, self.phone = self.login(TANE, "Desk/2.0"), self.login(TANE, "Phone/1.0", "203.0.113.200")
            rows = {row["user_agent"]: row for row in self.desk.api(200, "GET", "/me/sessions")["data"]}
            desk, self.row = rows["Desk/2.0"], rows["Phone/1.0"]
            equal((desk["current"], self.row["current"]), (True, False), "current")
            equal((desk["network"], self.row["network"]), ("198.51.100.0/24", "203.0.113.0/24"), "networks")
            equal(self.row["level"], "password", "level")
        with self.step("names one, and ends it from another; what it holds is dead within two seconds"):
            path = f"/me/sessions/{self.row['id']}"
            self.desk.api(204, "PATCH", path, {"name": "Téléphone"})
            rows = self.desk.api(200, "GET", "/me/sessions")["data"]
            equal([row["name"] for row in rows if row["id"] == self.row["id"]], ["Téléphone"], "name")
            self.desk.api(204, "DELETE", path)
            self.phone.assert_ends()
            self.desk.refused(404, "not_found", "DELETE", path)
            self.desk.api(200, "GET", "/me")
        with self.step("nobody names or ends, or hears of, somebody else's"):
            hana = self.stage.login(HANA)
            path = f"/me/sessions/{hana.api(200, 'GET', '/me/sessions')['data'][0]['id']}"
            self.desk.refused(404, "not_found", "DELETE", path)
            self.desk.refused(404, "not_found", "PATCH", path, {"name": "mine"})
            hana.api(200, "GET", "/me")
        with self.step("ends all others at once"):
            others = [self.stage.login(TANE) for _ in range(3)]
            self.desk.api(204, "DELETE", "/me/sessions")
            for other in others:
                other.assert_ends()
            equal([row["current"] for row in self.desk.api(200, "GET", "/me/sessions")["data"]], [True], "what is left")

    def surplus(self):
        with self.step("the twenty-first session ends the one that was idle longest"):
            first, *others = [self.stage.login(HANA) for _ in range(21)]
            first.assert_ends()
            others[0].api(200, "GET", "/me")
            equal(len(others[0].api(200, "GET", "/me/sessions")["data"]), 20, "sessions")

    def refreshing(self):
        with self.step("a refresh token that comes late, after its answer was lost for good, ends the session"):
            first = self.stage.login(SALMA)
            second = first.refresh()
            time.sleep(2.2)
            first.refresh(401)
            second.assert_ends()
            self.stage.notice("refresh_reuse", SALMA)
        with self.step("a thief who was faster is thrown out together with the owner, who hears"):
            since, owner = len(self.relay.mails), self.stage.login(SALMA)
            thief = owner.refresh().refresh()
            owner.refresh(401)
            thief.assert_ends()
            self.stage.notice("refresh_reuse", SALMA, since)
        with self.step("other sessions go on"):
            bystander = self.stage.login(SALMA)
            first = self.stage.login(SALMA)
            first.refresh().refresh()
            first.refresh(401)
            bystander.api(200, "GET", "/me")
        with self.step("an access token is no refresh token"):
            form = {"refresh_token": bystander.token}
            self.anonymous.refused(401, "refresh_token_invalid", "POST", "/auth/refresh", form)

    def cookies(self):
        form = {"email": HANA.email, "password": HANA.password, "cookie": True}
        with self.step("a browser gets a cookie that scripts and other sites can't use, and no token"):
            same = {"Sec-Fetch-Site": "same-origin"}
            answer = self.anonymous.send("POST", "/api/v1/auth/login", form, same)
            equal((answer.status, answer.json), (200, {"status": "logged_in"}), "the answer")
            self.assert_guarded(answer, "__Host-session")
            self.assert_guarded(answer, "__Host-device")
            cookie = self.cookie(answer, "__Host-session")
        with self.step("the cookie reads, and on the portal's own pages writes"):
            browser = replace(self.anonymous, headers={"Cookie": cookie})
            equal(browser.api(200, "GET", "/me")["email"], HANA.email, "address")
            browser.api(200, "PATCH", "/me", {"job_title": "Head of Unit"}, same)
            browser.api(200, "PATCH", "/me", {"job_title": None}, {"Origin": self.stage.portal.public_url})
        with self.step("a page of another site leads to what only shows, and to nothing that is counted"):
            browser.api(200, "GET", "/contacts", headers=same)
            browser.api(200, "GET", "/me/sessions", headers={"Sec-Fetch-Site": "cross-site"})
            browser.refused(403, "cross_site", "GET", "/contacts", headers={"Sec-Fetch-Site": "cross-site"})
        with self.step("pages of other sites can't write with it, and nor can what says nothing of itself"):
            for headers in (
                {},
                {"Sec-Fetch-Site": "cross-site"},
                {"Sec-Fetch-Site": "same-site"},
                {"Sec-Fetch-Site": "cross-site", "Origin": self.stage.portal.public_url},
                {"Origin": "https://evil.example"},
                {"Origin": "null"},
                {"Origin": f"{self.stage.portal.public_url}.evil.example"},
            ):
                browser.refused(403, "cross_site", "PATCH", "/me", {"job_title": "Owned"}, headers)
                browser.refused(403, "cross_site", "POST", "/auth/logout", headers=headers)
            equal(browser.api(200, "GET", "/me")["contact"]["job_title"], None, "the title")
        with self.step("the cookie's secret is neither a bearer token nor a refresh token, and can't be guessed on"):
            secret = cookie.partition("=")[2]
            replace(self.anonymous, token=secret).refused(401, "token_invalid", "GET", "/me")
            self.anonymous.refused(401, "refresh_token_invalid", "POST", "/auth/refresh", {"refresh_token": secret})
            forged = replace(self.anonymous, headers={"Cookie": f"{cookie[:-2]}AA"})
            forged.refused(401, "session_ended", "GET", "/me")
        with self.step("logging out takes the cookie away, and it is worthless"):
            answer = browser.send("POST", "/api/v1/auth/logout", headers=same)
            equal(answer.status, 204, "status")
            contains(self.cookie_line(answer, "__Host-session"), "Max-Age=0", "the cookie")
            contains(answer.headers["Clear-Site-Data"] or "", '"cache"', "Clear-Site-Data")
            browser.refused(401, "session_ended", "GET", "/me")
        with self.step("with a second factor the cookie comes after the code, not after the password"):
            app = self.stage.admin_app
            form = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD, "cookie": True}
            answer = self.anonymous.send("POST", "/api/v1/auth/login", form)
            equal(answer.headers.get_all("Set-Cookie"), None, "cookies after the password")
            form = {"challenge": answer.json["challenge"], "cookie": True, **app.proof()}
            answer = self.anonymous.send("POST", "/api/v1/auth/login/mfa", form)
            equal((answer.status, answer.json), (200, {"status": "logged_in"}), "the answer")
            browser = replace(self.anonymous, headers={"Cookie": self.cookie(answer, "__Host-session")})
            browser.api(200, "GET", "/registrations")
            browser.api(204, "POST", "/auth/logout", headers=same)

    def assert_guarded(self, answer, name):
        parts = {part.strip().lower() for part in self.cookie_line(answer, name).split(";")[1:]}
        includes(parts, {"secure", "httponly", "path=/"}, f"attributes of {name}")
        same_site = {"samesite=lax", "samesite=strict"}
        check(same_site & parts, f"attributes of {name}: expected one of {same_site}, there were {parts}")
        equal([part for part in parts if part.startswith("domain")], [], f"domains of {name}")

    def cross_site(self):
        with self.step("another site's page can't log anybody in, apply, or ask for a link"):
            for path, form in [
                ("/auth/login", {"email": HANA.email, "password": HANA.password}),
                ("/auth/login", {"email": HANA.email, "password": HANA.password, "cookie": True}),
                ("/registrations", HANA.form(email="eve@elsewhere.example")),
                ("/auth/password/forgot", {"email": HANA.email}),
            ]:
                for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
                    self.anonymous.refused(403, "cross_site", "POST", path, form, headers)
            headers = {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/x-www-form-urlencoded"}
            self.anonymous.send("POST", "/forgot", b"email=x", headers).assert_problem(403, "cross_site")

    def signed(self):
        with self.step("access tokens are signed by a published key, and say neither name nor address"):
            answer = self.anonymous.send("GET", "/.well-known/jwks.json")
            contains(answer.headers["Cache-Control"] or "", "max-age", "Cache-Control of the list")
            head, claims, signature = self.stage.login(HANA).token.split(".")
            header, said = json.loads(from_base64url(head)), json.loads(from_base64url(claims))
            keys = {key["kid"]: key for key in answer.json["keys"]}
            key = keys[header["kid"]]
            equal((header["alg"], header["typ"]), ("EdDSA", "at+jwt"), "header")
            equal(set(key), {"kty", "crv", "alg", "use", "kid", "x"}, "members of the key")
            issuer = self.stage.portal.public_url
            equal((said["iss"], said["aud"], said["exp"] - said["iat"]), (issuer, issuer, 600), "claims")
            for personal in (HANA.email, HANA.name):
                lacks(str(said), personal, "claims")
        if shutil.which("openssl"):
            with self.step("and OpenSSL verifies the signature"):
                self.verify_signature(from_base64url(key["x"]), f"{head}.{claims}".encode(), from_base64url(signature))

    def verify_signature(self, public, message, signature):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            # SubjectPublicKeyInfo of an Ed25519 key (RFC 8410, 4).
            (folder / "key").write_bytes(bytes.fromhex("302a300506032b6570032100") + public)
            (folder / "message").write_bytes(message)
            (folder / "signature").write_bytes(signature)
            command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", folder / "key"]
            command += ["-rawin", "-in", folder / "message", "-sigfile", folder / "signature"]
            processes.run(command)
