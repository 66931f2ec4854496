"""Wrong input of every kind: each is answered by a problem of the right status, and never by a 5xx."""

import hashlib
import hmac
import json

from lib.act import Act
from lib.announcements import draft
from lib.base64url import base64url, from_base64url
from lib.client import Client
from lib.people import AWA, IOANA, JUERGEN, PAULO, Person, REJECTED, UNKNOWN_ID
from lib.report import check, contains, equal, eventually
from story.joining import Joining
from story.relay_trouble import SHORT_LIVES

TRICKS = {"CR": "\r", "LF": "\n", "CRLF": "\r\nBcc: spy@elsewhere.example", "NUL": "\0", "U+202E": "\u202e"}


class WrongInput(Act):
    after = (Joining,)
    settings = SHORT_LIVES

    def play(self):
        with self.step("somebody verifies and waits for the decision; a draft is written"):
            self.stage.await_decision(PAULO)
            self.admin, self.ncp = self.stage.admin(), self.stage.login(AWA)
            self.waiting, self.rejected = self.stage.login(PAULO), self.stage.login(REJECTED)
            self.draft = self.admin.api(201, "POST", "/announcements", draft("WCA"))["id"]
        self.bodies()
        self.applications()
        self.profile()
        self.announcements()
        self.queries()
        self.routes()
        self.one_time_tokens()
        self.access_tokens()
        self.rights()
        with self.step("the portal has survived"):
            self.anonymous.api(202, "POST", "/auth/password/forgot", {"email": JUERGEN.email})
            equal(self.anonymous.send("GET", "/health/ready").json, {"status": "ready"}, "health")

    def refuse(self, what, status, code, method, path, body=None, client=None, headers=None, fault=None):
        """One wrong request; `fault` is the (pointer, code) that must be among the fields at fault."""
        with self.step(f"{what}: {status} {code}"):
            answer = (client or self.anonymous).send(method, path, body, headers)
            answer.assert_problem(status, code)
            if fault:
                contains(answer.faults, fault, "members at fault")
            return answer

    def bodies(self):
        path, as_json = "/api/v1/auth/login", {"Content-Type": "application/json"}
        good = json.dumps({"email": AWA.email, "password": AWA.password}).encode()
        for what, body in {
            "JSON that breaks off": good[:-1],
            "JSON with something after it": good + b" x",
            "no body": b"",
            "a body that is not UTF-8": b'{"email": "\xff"}',
        }.items():
            self.refuse(what, 400, "malformed_json", "POST", path, body, headers=as_json)
        for what, body, fault in [
            ("a number for a text", {"email": 1, "password": "x"}, ("/email", "wrong_type")),
            ("null for a text", {"email": None, "password": "x"}, ("/email", "wrong_type")),
            ("a missing field", {"email": AWA.email}, ("/password", "missing")),
            ("an unknown field", {"email": "", "password": "", "admin": True}, ("/admin", "unknown_field")),
            ("a text for an object", "login", ("", "wrong_type")),
            ("a list for an object", [AWA.email, AWA.password], ("", "wrong_type")),
        ]:
            self.refuse(what, 422, "invalid", "POST", path, body, fault=fault)
        self.refuse("JSON nested 5,000 deep", 400, "too_deep", "POST", path, b"[" * 5_000, headers=as_json)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp"):
            self.refuse(f"a body of {kind}", 415, "media_type", "POST", path, good, headers={"Content-Type": kind})
        self.refuse("a body without a type", 415, "media_type", "POST", path, good)
        for size in (65_536, 1_000_000):
            body = {"email": "x" * size, "password": "x"}
            self.refuse(f"a body of {size} bytes and some", 413, "too_large", "POST", path, body)

    def applications(self):
        new = Person("New Person", "new@customs.example", "KE", "ESA", "en")
        tricks = TRICKS.items()
        changes = [(f"{name} in a name", "/name", "control_characters", f"Eve{trick}Doe") for name, trick in tricks]
        changes += [
            (f"{name} in a title", "/job_title", "control_characters", f"Head{trick}") for name, trick in tricks
        ]
        changes += [(f"{name} in an address", "/email", "bad_email", f"eve{trick}@x.example") for name, trick in tricks]
        changes += [
            ("an unknown member", "/organisation", "unknown_organisation", "ZZ"),
            ("a NUL for a member", "/organisation", "control_characters", "S\0"),
            ("a role that is not open", "/role", "role_not_open", "secretariat"),
            ("an unknown role", "/role", "unknown_value", "emperor"),
            ("an unknown language", "/languages/0", "unknown_language", ["xx"]),
            ("a language of no mail", "/preferred_language", "unknown_value", "xx"),
            ("a telephone of letters", "/phone", "bad_phone", "call me"),
            ("an empty name", "/name", "empty", "   "),
            ("a name of nothing visible", "/name", "control_characters", "\u200b\u200d"),
            ("a name of 201 characters", "/name", "too_long", "n" * 201),
            ("a name with a link", "/name", "not_a_name", "see https://elsewhere.example"),
            ("the Secretariat for a name", "/name", "name_reserved", "Secretariat Helpdesk"),
            ("a password with the application", "/password", "unknown_field", new.password),
        ]
        for what, pointer, code, value in changes:
            body, fault = new.form(**{pointer.split("/")[1]: value}), (pointer, code)
            self.refuse(what, 422, "invalid", "POST", "/api/v1/registrations", body, fault=fault)
        with self.step("none of them left a mail"):
            equal(self.relay.find(new.email, ""), [], "mails")
        self.stage.apply(new)
        changes = [
            ("a short password", "password_too_short", "fourteen chars"),
            ("the address as password", "password_context", new.email),
            ("name and member as password", "password_context", "NewPersonCustoms2026!"),
        ]
        common = ["passwordpassword", "qwertyuiopasdfg", "P@ssw0rdP@ssw0rd", "123456789012345", "aaaaaaaaaaaaaaaa"]
        common += ["iloveyouiloveyou", "Liverpool1234567", "motdepassemotdepasse", "abcdefghijklmnop"]
        changes += [(f"the password {word!r}", "password_common", word) for word in common]
        for what, code, word in changes:
            body, fault = {"token": new.verify_token, "password": word}, ("/password", code)
            self.refuse(what, 422, "invalid", "POST", "/api/v1/registrations/verify", body, fault=fault)
        for address in ('"a,b"@customs.example', "ncp@[127.0.0.1]"):
            with self.step(f"the address {address} is refused, or gets its mail"):
                self.refused_or_mailed(new, address)

    def profile(self):
        changes = [
            (f"{name} in a changed name", "name", f"Awa{trick}", ("/name", "control_characters"))
            for name, trick in TRICKS.items()
        ]
        changes += [
            ("an unknown technology", "technologies", ["steam", "drones"], ("/technologies/0", "unknown_technology")),
            ("a technology with NUL", "technologies", ["drones", "x\0"], ("/technologies/1", "unknown_technology")),
            ("another address", "email", "awa@elsewhere.example", ("/email", "unknown_field")),
        ]
        for what, name, value, fault in changes:
            self.refuse(what, 422, "invalid", "PATCH", "/api/v1/me", {name: value}, self.ncp, fault=fault)

    def refused_or_mailed(self, person, address):
        answer = self.anonymous.send("POST", "/api/v1/registrations", person.form(email=address))
        if answer.status != 422:
            eventually(lambda: any(address in mail.recipients for mail in self.relay.mails), "its mail")

    def announcements(self):
        def refuse(what, pointer, code, **changes):
            body, fault = draft("WCA", **changes), (pointer, code)
            self.refuse(what, 422, "invalid", "POST", "/api/v1/announcements", body, self.admin, fault=fault)

        for name, trick in TRICKS.items():
            variants = {"en": {"subject": f"Plenary{trick}meeting", "body_markdown": "Text"}}
            refuse(f"{name} in a subject", "/variants/en/subject", "control_characters", variants=variants)
        variants = {"en": {"subject": "Plenary", "body_markdown": "Text\0"}}
        refuse("NUL in a text", "/variants/en/body_markdown", "control_characters", variants=variants)
        refuse("no variant", "/variants", "empty", variants={})
        refuse("no variant in the default language", "/default_language", "no_variant", default_language="es")
        refuse("an unknown region", "/audience/regions/0", "unknown_value", audience={"regions": ["ATLANTIS"]})
        members = {"members": ["SN", "ZZ", "KE"]}
        refuse("an unknown member in an audience", "/audience/members/1", "unknown_organisation", audience=members)
        members = {"members": ["S\0"]}
        refuse("a member with NUL in an audience", "/audience/members/0", "unknown_organisation", audience=members)
        technologies = {"technologies": ["steam\0"]}
        pointer = "/audience/technologies/0"
        refuse("a technology with NUL in an audience", pointer, "unknown_technology", audience=technologies)
        empty = self.admin.api(201, "POST", "/announcements", draft("AMS"))["id"]
        path = f"/api/v1/announcements/{empty}/send"
        self.refuse("an audience of nobody", 409, "no_recipients", "POST", path, client=self.admin)
        path, body = f"/api/v1/registrations/{UNKNOWN_ID}/reject", {"reason": "  "}
        what = "a rejection of nothing, before its reason is read"
        self.refuse(what, 404, "not_found", "POST", path, body, self.admin)

    def queries(self):
        deliveries = f"/announcements/{self.draft}/deliveries"
        foreign = base64url(b"somebody")
        for path in ("/contacts", "/members", "/registrations", "/announcements", deliveries):
            for query, pointer, code in [
                ("colour=red", "colour", "unknown_field"),
                ("limit=0", "limit", "out_of_range"),
                ("limit=101", "limit", "out_of_range"),
                ("limit=-1", "limit", "wrong_type"),
                ("limit=many", "limit", "wrong_type"),
                ("cursor=%21%21%21", "cursor", "bad_cursor"),
                (f"cursor={foreign}", "cursor", "bad_cursor"),
            ]:
                what, fault = f"GET {path.replace(self.draft, '…')}?{query}", (pointer, code)
                self.refuse(what, 400, "bad_query", "GET", f"/api/v1{path}?{query}", client=self.admin, fault=fault)
        for what, query, fault in [
            ("an unknown region", "region=ATLANTIS", ("region", "unknown_value")),
            ("an unknown role", "role=emperor", ("role", "unknown_value")),
            ("a search of 201 characters", f"q={'x' * 201}", ("q", "too_long")),
            ("a limit given twice", "limit=1&limit=2", None),
        ]:
            path = f"/api/v1/contacts?{query}"
            self.refuse(f"contacts by {what}", 400, "bad_query", "GET", path, client=self.ncp, fault=fault)
        path = f"/api/v1{deliveries}?state=lost"
        self.refuse("deliveries of an unknown state", 400, "bad_query", "GET", path, client=self.admin)
        self.odd_queries()

    def odd_queries(self):
        """What may be taken or refused, but is no reason to fail."""
        odd, nul = "%00%27%25%5F", base64url(f"a\0\x1f{UNKNOWN_ID}".encode())
        queries = [f"contacts?{name}={odd}" for name in ("q", "member", "language", "technology")]
        queries += [f"contacts?cursor={nul}", f"members?cursor={nul}", f"members?q={odd}"]
        for query in queries:
            with self.step(f"GET /{query} is answered, and no 5xx"):
                answer = self.ncp.send("GET", f"/api/v1/{query}")
                contains((200, 400), answer.status, f"statuses that may be ({answer})")

    def routes(self):
        for path in ("/api/v1/nothing", "/api/v2/contacts", "/nothing", "/api/v1/contacts/1/2"):
            self.refuse(f"GET {path}", 404, "not_found", "GET", path, client=self.ncp)
        for id in (UNKNOWN_ID, "1", "%00", "%FF", "..%2Fme", "x" * 5_000):
            path = f"/api/v1/contacts/{id}"
            self.refuse(f"a contact with the id {id[:40]}", 404, "not_found", "GET", path, client=self.ncp)
        for code in ("ZZ", "%00", "S%27"):
            path = f"/api/v1/members/{code}"
            self.refuse(f"a member with the code {code}", 404, "not_found", "GET", path, client=self.ncp)
        for method, path in [
            ("DELETE", "/api/v1/contacts"),
            ("PUT", "/api/v1/me"),
            ("GET", "/api/v1/auth/login"),
            ("PATCH", "/api/v1/registrations"),
            ("POST", "/health/live"),
            ("DELETE", "/verify"),
        ]:
            answer = self.refuse(f"{method} {path}", 405, "method_not_allowed", method, path, client=self.ncp)
            with self.step(f"{method} {path}: the answer says which methods there are"):
                check(answer.headers["Allow"], f"Allow: expected methods, there was {answer.headers['Allow']}")

    def one_time_tokens(self):
        newcomer = Person("Nyeleti Cossa", "n.cossa@alfandegas.example", "MZ", "ESA", "en")
        self.stage.apply(newcomer)
        verify, reset = newcomer.verify_token, self.stage.reset_token(IOANA)
        bad, password = {"forged": "A" * 43, "empty": "", "with NUL": "\0"}, {"password": "a passphrase of no use"}
        somebody = {"name": "Eve", "email": "eve@elsewhere.example", **password}
        wrong = {**bad, "used": AWA.verify_token, "for a password": reset}
        self.refuse_links("to verify", "/registrations/verify", {}, wrong)
        self.refuse_links("to a new password", "/auth/password/reset", password, {**bad, "to verify": verify})
        self.refuse_links("to set up", "/setup", somebody, {**bad, "for a password": reset})
        self.refuse_links("to a new address", "/auth/email/confirm", {}, {**bad, "for a password": reset})
        self.refuse_links("to the old address", "/auth/email/undo", {}, {**bad, "for a password": reset})
        for what, token in {**bad, "for a password": reset}.items():
            body, path = {"refresh_token": token}, "/api/v1/auth/refresh"
            self.refuse(f"a refresh token, {what}", 401, "refresh_token_invalid", "POST", path, body)

    def refuse_links(self, purpose, path, form, tokens):
        for what, token in tokens.items():
            body = {**form, "token": token}
            self.refuse(f"a link {purpose}, {what}", 410, "link_spent", "POST", f"/api/v1{path}", body)

    def access_tokens(self):
        head, claims, signature = self.ncp.token.split(".")
        header = json.loads(from_base64url(head))
        other = "B" if signature[0] != "B" else "C"
        key = self.anonymous.send("GET", "/.well-known/jwks.json").json["keys"][0]["x"]
        none = base64url(json.dumps({**header, "alg": "none"}).encode())
        hs256 = f"{base64url(json.dumps({**header, 'alg': 'HS256'}).encode())}.{claims}"
        mac = base64url(hmac.new(key.encode(), hs256.encode(), hashlib.sha256).digest())
        for what, token in {
            "with another signature": f"{head}.{claims}.{other}{signature[1:]}",
            "with somebody else's claims": f"{head}.{self.admin.token.split('.')[1]}.{signature}",
            "without a signature": f"{head}.{claims}.",
            "of alg none": f"{none}.{claims}.",
            "of HS256, keyed with the public key": f"{hs256}.{mac}",
            "that is a refresh token": self.ncp.tokens["refresh_token"],
            "that is nothing": "nothing",
        }.items():
            client = Client(self.ncp.port, token)
            answer = self.refuse(f"an access token {what}", 401, "token_invalid", "GET", "/api/v1/me", client=client)
        with self.step("a 401 names the scheme"):
            equal((answer.headers["WWW-Authenticate"] or "")[:6], "Bearer", "the start of WWW-Authenticate")
        basic = {"Authorization": "Basic YTpi"}
        self.refuse("another scheme", 401, "token_invalid", "GET", "/api/v1/me", headers=basic)

    def rights(self):
        for path in ("/contacts", f"/contacts/{UNKNOWN_ID}", "/members", "/announcements", "/technologies", "/me"):
            self.refuse(f"nobody reads {path}", 401, "login_required", "GET", f"/api/v1{path}")
        for path in ("/contacts", f"/contacts/{UNKNOWN_ID}", "/members", "/announcements"):
            path = f"/api/v1{path}"
            self.refuse(f"an applicant reads {path}", 403, "awaiting_approval", "GET", path, client=self.waiting)
            self.refuse(f"a rejected one reads {path}", 403, "no_active_appointment", "GET", path, client=self.rejected)
        one, application = f"/announcements/{self.draft}", f"/registrations/{UNKNOWN_ID}"
        for method, path, body in [
            ("GET", "/registrations", None),
            ("POST", f"{application}/approve", None),
            ("POST", f"{application}/reject", {"reason": "No."}),
            ("POST", "/announcements", draft("WCA")),
            ("PATCH", one, {"default_language": "fr"}),
            ("DELETE", one, None),
            ("POST", f"{one}/preview", None),
            ("POST", f"{one}/send", None),
            ("GET", f"{one}/summary", None),
            ("GET", f"{one}/deliveries", None),
            ("GET", f"/users/{UNKNOWN_ID}", None),
            ("POST", f"/users/{UNKNOWN_ID}/suspend", {"reason": "No."}),
            ("POST", f"/users/{UNKNOWN_ID}/reinstate", None),
            ("POST", f"/users/{UNKNOWN_ID}/mfa/reset", {"reason": "No."}),
            ("DELETE", f"/users/{UNKNOWN_ID}/sessions", None),
        ]:
            what = f"a contact point calls {method} {path.replace(self.draft, '…')}"
            self.refuse(what, 403, "secretariat_only", method, f"/api/v1{path}", body, self.ncp)
