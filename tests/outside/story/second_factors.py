"""Second factors: authenticator apps, recovery codes, who needs one, and guessing at codes."""

import json
import re

from lib.act import Act
from lib.authenticator import Authenticator
from lib.client import Client
from lib.people import AMAL, NADIA, TANE
from lib.report import check, contains, equal, includes, lacks
from lib.secret_texts import SECRETS
from story.newcomers import SHORT_GRACE, Newcomers


class SecondFactors(Act):
    after = (Newcomers,)
    settings = SHORT_GRACE
    OPERATOR, PASSWORD = "operator@secretariat.example", "gravel sonnet umbrella nine"

    def play(self):
        self.by_command()
        self.login_with_app()
        self.own_app()
        self.recovery_codes()
        self.reset_keeps_the_factor()
        self.coordinator()
        self.six_wrong_codes()

    def create(self, *options, address=OPERATOR, said=PASSWORD):
        command = ("admin", "create", "--email", address, "--name", "Olu Operator", *options)
        return self.stage.portal.run(*command, said=f"{said}\n")

    def by_command(self):
        with self.step("a command makes an administrator with an authenticator app, and says no password"):
            code, printed = self.create("--totp")
            equal(code, 0, f"exit code ({printed})")
            uri = next(line for line in printed.splitlines() if line.startswith("otpauth://totp/"))
            SECRETS.note(json.dumps({"secret": uri, "password": self.PASSWORD}))
            self.app = Authenticator.of_uri(uri)
            lacks(printed, self.PASSWORD, "what the command prints")
        new = "o2@secretariat.example"
        for what, options, changes, wanted in [
            ("a taken address", (), {"address": self.OPERATOR.upper()}, "has an account"),
            ("a common password", (), {"address": new, "said": "passwordpassword"}, "easy to guess"),
            ("a short password", (), {"address": new, "said": "kX9#vQ2"}, "at least 15"),
            ("an app without a password", ("--totp",), {"address": new, "said": ""}, "password"),
            ("no address", (), {"address": "nobody"}, "not an e-mail address"),
        ]:
            with self.step(f"the command refuses {what}, and says why"):
                code, printed = self.create(*options, **changes)
                check(code != 0, f"exit code: expected one other than 0, there was {code}: {printed}")
                contains(printed, wanted, "what the command prints")
        with self.step("without a password the command prints a link, by which one is chosen once"):
            code, printed = self.create(address="second@secretariat.example", said="")
            equal(code, 0, f"exit code ({printed})")
            form = {"token": re.search(r"/setup\?token=(\S+)", printed).group(1), "password": "kelp violin orbit 12"}
            self.anonymous.api(201, "POST", "/setup", {**form, "email": "eve@elsewhere.example", "name": "Eve"})
            self.anonymous.refused(410, "link_spent", "POST", "/setup", form)
            self.anonymous.login("second@secretariat.example", form["password"])

    def challenge(self, address, password):
        answer = self.anonymous.api(200, "POST", "/auth/login", {"email": address, "password": password})
        equal(answer["mfa_required"], True, "mfa_required")
        for name in ("access_token", "refresh_token"):
            lacks(answer, name, "what a password alone brings")
        return answer

    def bring(self, challenge, method, code):
        form = {"challenge": challenge, "method": method, "code": code}
        return self.anonymous.send("POST", "/api/v1/auth/login/mfa", form)

    def login_with_app(self):
        with self.step("the password brings a challenge, and that is no way in"):
            asked = self.challenge(self.OPERATOR, self.PASSWORD)
            equal(asked["methods"], ["totp"], "methods")
            holder = Client(self.anonymous.port, asked["challenge"])
            holder.refused(401, "token_invalid", "GET", "/me")
            form = {"refresh_token": asked["challenge"]}
            self.anonymous.refused(401, "refresh_token_invalid", "POST", "/auth/refresh", form)
        with self.step("a wrong code is refused, the right one lets in, the challenge is good once"):
            self.bring(asked["challenge"], "totp", self.app.wrong()).assert_problem(401, "wrong_code")
            answer = self.bring(asked["challenge"], "totp", self.app.code())
            equal(answer.status, 200, f"status ({answer})")
            equal(answer.headers["Cache-Control"], "no-store", "Cache-Control")
            self.operator = self.anonymous.holding(answer.json)
            self.operator.api(200, "GET", "/registrations")
            self.bring(asked["challenge"], "totp", self.app.wrong()).assert_problem(401, "challenge_invalid")
        with self.step("a code that was used is refused, with another challenge too"):
            asked = self.challenge(self.OPERATOR, self.PASSWORD)
            self.bring(asked["challenge"], "totp", self.app.at(self.app.last)).assert_problem(401, "wrong_code")
            self.bring(asked["challenge"], "totp", self.app.at(self.app.last - 1)).assert_problem(401, "wrong_code")
        with self.step("the next code is good"):
            answer = self.bring(asked["challenge"], "totp", self.app.code())
            equal(answer.status, 200, f"status ({answer})")
        with self.step("a challenge that nobody was given is refused"):
            self.bring("A" * 43, "totp", "123456").assert_problem(401, "challenge_invalid")
        with self.step("whoever must have a factor keeps the last one"):
            self.operator.refused(409, "factor_exists", "POST", "/me/mfa/totp")
            self.operator.refused(409, "factor_required", "DELETE", "/me/mfa/totp")

    def own_app(self):
        with self.step("a contact point adds an app; a wrong first code adds none"):
            self.amal = self.stage.login(AMAL)
            self.amal.refused(409, "nothing_to_confirm", "POST", "/me/mfa/totp/confirm", {"code": "123456"})
            enrolled = self.amal.api(200, "POST", "/me/mfa/totp")
            AMAL.app = Authenticator.of_uri(enrolled["otpauth_uri"])
            equal(Authenticator(enrolled["secret"]).at(1), AMAL.app.at(1), "the code by secret and by URI")
            wrong = {"code": AMAL.app.wrong()}
            answer = self.amal.refused(422, "invalid", "POST", "/me/mfa/totp/confirm", wrong)
            equal(answer.json["errors"][0]["code"], "wrong_code", "fault")
            self.anonymous.login(AMAL.email, AMAL.password)
        with self.step("the right one does: ten recovery codes, the other sessions end, the owner hears"):
            elsewhere = self.anonymous.login(AMAL.email, AMAL.password)
            confirmed = self.amal.api(200, "POST", "/me/mfa/totp/confirm", {"code": AMAL.app.code()})
            AMAL.app.paper = confirmed["recovery_codes"]
            equal(len(set(AMAL.app.paper)), 10, "recovery codes")
            elsewhere.assert_ends()
            standing = self.anonymous.holding(confirmed["tokens"]).api(200, "GET", "/me/mfa")
            wanted = {"totp": True, "passkeys": 0, "passkeys_suspended": 0}
            wanted |= {"recovery_codes_left": 10, "required": False}
            equal(standing, wanted, "second factors")
            self.stage.notice("factor_added", AMAL)

    def recovery_codes(self):
        with self.step("a recovery code lets in once, typed as one pleases, and the owner hears how many are left"):
            asked, code = self.challenge(AMAL.email, AMAL.password), AMAL.app.paper.pop()
            equal(sorted(asked["methods"]), ["recovery_code", "totp"], "methods")
            answer = self.bring(asked["challenge"], "recovery_code", f" {code.upper().replace('-', ' ')} ")
            equal(answer.status, 200, f"status ({answer})")
            contains(self.stage.notice("code_used", AMAL).part("plain"), "9", "the number of codes left")
            asked = self.challenge(AMAL.email, AMAL.password)
            self.bring(asked["challenge"], "recovery_code", code).assert_problem(401, "wrong_code")
        with self.step("nobody gets in with somebody else's code, or with a code of the other kind"):
            for method, code in [
                ("recovery_code", self.stage.admin_app.paper[0]),
                ("totp", AMAL.app.paper[0]),
            ]:
                self.bring(asked["challenge"], method, code).assert_problem(401, "wrong_code")
            self.bring(asked["challenge"], "passkey", AMAL.app.code()).assert_problem(422, "invalid")
            answer = self.bring(asked["challenge"], "recovery_code", AMAL.app.paper.pop())
            equal(answer.status, 200, f"the right one after all ({answer})")
        with self.step("new recovery codes make the old ones worthless"):
            amal, old = self.anonymous.holding(answer.json), AMAL.app.paper
            AMAL.app.paper = amal.api(200, "POST", "/me/mfa/recovery-codes")["recovery_codes"]
            asked = self.challenge(AMAL.email, AMAL.password)
            self.bring(asked["challenge"], "recovery_code", old[0]).assert_problem(401, "wrong_code")
            equal(self.bring(asked["challenge"], "recovery_code", AMAL.app.paper.pop()).status, 200, "status")
            self.stage.notice("codes_made", AMAL)

    def reset_keeps_the_factor(self):
        with self.step("a new password by a mailed link logs nobody in and does not skip the second factor"):
            form = {"token": self.stage.reset_token(AMAL), "password": "walnut ferry cobalt eleven"}
            answer = self.anonymous.send("POST", "/api/v1/auth/password/reset", form)
            equal((answer.status, answer.json), (200, {"status": "password_changed"}), "the answer")
            equal(answer.headers.get_all("Set-Cookie"), None, "cookies")
            AMAL.password = form["password"]
            self.challenge(AMAL.email, AMAL.password)
            self.stage.login(AMAL).api(200, "GET", "/contacts")

    def coordinator(self):
        with self.step("a coordinator needs a second factor, and then reads the log of the own organisation alone"):
            half = self.stage.login(NADIA)
            half.refused(403, "mfa_required", "GET", "/contacts")
            half.refused(403, "mfa_required", "GET", "/audit")
            NADIA.app, nadia = half.add_app()
            nadia.api(200, "GET", "/contacts")
            rows = nadia.pages("/audit", limit=100)
            includes({row["action"] for row in rows}, {"registration_verified", "registration_approved"}, "kinds")
            equal(len({row["organisation_id"] for row in rows}), 1, "organisations")
            nadia.refused(403, "decided_at_appointments", "GET", "/registrations")
        with self.step("whoever needs none removes it again, and the owner hears"):
            TANE.app, tane = self.stage.login(TANE).add_app()
            tane.api(204, "DELETE", "/me/mfa/totp")
            TANE.app = None
            self.stage.notice("factor_removed", TANE)
            self.stage.login(TANE)

    def six_wrong_codes(self):
        with self.step("of six wrong codes, over several logins, the last is not looked at; nor is a right one then"):
            asked = [self.challenge(AMAL.email, AMAL.password)["challenge"] for _ in range(3)]
            for number in range(5):
                kind = "recovery_code" if number == 2 else "totp"
                self.bring(asked[number // 2], kind, AMAL.app.wrong()).assert_problem(401, "wrong_code")
            for method, code in [("totp", AMAL.app.wrong()), ("recovery_code", AMAL.app.paper[0])]:
                answer = self.bring(asked[2], method, code)
                answer.assert_problem(429, "too_many_attempts")
                wait = int(answer.headers["Retry-After"])
                check(840 < wait <= 900, f"Retry-After: expected 841 to 900, there was {wait}")
