"""People of each role, and things in each state, so that each page has something to show.

All of it is made by the API and the commands of the operator: what pages do is told by the stories.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lib.announcements import draft
from lib.mail import MAIL_SUBJECTS
from lib.people import AISSATA, AMAL, AWA, HANA, KWAME, LEA, NADIA, NGOZI, SALMA, TANE, YUKI, Person
from lib.report import equal

from browser.filling_in import open_round
from browser.hands import Pointer
from browser.whole_story import administrator, log_in

BOUNCES = "a token of more than sixteen"
SETTINGS = {"PORTAL__BOUNCES__TOKEN": BOUNCES, "PORTAL__IDENTITY__STEP_UP_MINUTES": "60"}
# Made-up contacts, so that lists have more than one page.
SEEDED = 80
COORDINATOR = Person("Ousmane Sarr", "o.sarr@douanes.example", "SN", "WCA", "fr", role="coordinator")
PORT = Person("Mariama Ndiaye", "m.ndiaye@port.example", "SN-PORT", "WCA", "fr", role="partner")
AUDITOR = Person("Audrey Lind", "a.lind@audit.example", "SE", "EUR", "en")
QUESTIONNAIRE = Path(__file__).parents[3] / "crates/questionnaire/data/smart-customs-2024.json"
# The language that has no text here tells so; the longest words break.
LONG = "Interinstitutionelle-Zollzusammenarbeitsvereinbarung/2027-Teilnehmerverzeichnis"


def instant(days):
    """The instant so many days from now."""
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Community:
    """The people by their roles, and addresses that no link leads to, by the role that opens them."""

    stage: object
    roles: dict = field(default_factory=dict)
    unlinked: dict = field(default_factory=dict)

    def build(self):
        """Makes all of it; the portal is running, with an administrator and seeded contacts."""
        self.admin = self.stage.admin()
        self._people()
        self._appointments()
        self._announcements()
        self._settings()
        self._surveys()
        self._links()
        self._response()
        self._results()
        return self

    def log_in(self, window, role):
        """Logs in whoever has this role; a visitor stays who they are."""
        person = self.roles[role]
        if person:
            hands = Pointer(window, None)
            hands.open("/login")
            log_in(hands, person)

    def _post(self, path, form=None, status=201, client=None):
        return (client or self.admin).api(status, "POST", path, form)

    def _appointment(self, person):
        mine = self.stage.anonymous.login(person.email, person.password).api(200, "GET", "/me")
        return mine["appointments"][0]["id"]

    def _people(self):
        self.stage.join(AWA, KWAME, LEA, NGOZI, SALMA, HANA, COORDINATOR, AUDITOR, AISSATA)
        self.office = administrator(self.stage.portal, "Ruth Adler")
        self.second = self.stage.login(administrator(self.stage.portal, "Otto Berg"))
        client = self.stage.anonymous.login(AUDITOR.email, AUDITOR.password)
        form = {"organisation": "XS", "role": "auditor", "user_id": client.api(200, "GET", "/me")["id"]}
        self._post("/appointments", form)
        for person in (COORDINATOR, AUDITOR):
            person.app, person.client = self.stage.anonymous.login(person.email, person.password).add_app()
        for person in (AMAL, NADIA, YUKI):
            self.stage.await_decision(person)
        self.stage.apply(TANE)
        self._agency()
        self.roles = {
            "visitor": None,
            "applicant": AMAL,
            "contact point": AWA,
            "coordinator": COORDINATOR,
            "auditor": AUDITOR,
            "Secretariat": self.office,
            "partner agency": PORT,
        }

    def _agency(self):
        """A partner agency with a person who accepted the invitation."""
        agency = {"code": PORT.member, "member": "SN", "name_en": "Port of Dakar", "name_fr": "Port de Dakar"}
        self._post("/partners", agency)
        invited = {"name": PORT.name, "email": PORT.email, "organisation": PORT.member, "role": "partner"}
        self._post("/invitations", {**invited, "language": PORT.language})
        token = self.stage.relay.wait_for(PORT.email, "").token("invitation")
        accepted = {"token": token, "password": PORT.password}
        self._post("/invitations/accept", accepted, 200, self.stage.anonymous)

    def _appointments(self):
        """One in each state that somebody can bring about."""
        made = {person.name: self._appointment(person) for person in (AWA, KWAME, LEA, NGOZI, YUKI, AISSATA)}
        self._post(f"/appointments/{made[KWAME.name]}/suspend", {"reason": "On leave without a deputy."}, 200)
        self._post(f"/appointments/{made[LEA.name]}/resign", {"reason": "Retired."}, 200)
        self._post(f"/appointments/{made[YUKI.name]}/request-info", {"reason": "Which office are you with?"}, 200)
        invited = {"name": "Mariama Ba", "email": "m.ba@douanes.example", "organisation": "SN", "role": "contributor"}
        invitation = self._post("/invitations", {**invited, "language": "fr"})
        nomination = f"/appointments/{made[AWA.name]}/nomination"
        read = self.admin.send("GET", f"/api/v1{nomination}")
        form = {"official": "The Director General", "reference": "DG/2027/14", "dated": "2026-01-14"}
        self.admin.api(200, "PUT", nomination, form, {"If-Match": read.headers["ETag"]})
        adoption = self.admin.send("GET", "/api/v1/members/SN/adoption")
        rows = [{"technology": "drones", "status": "in_use", "willing_to_share": True, "since": "2024-05-01"}]
        self.admin.api(200, "PUT", "/members/SN/adoption", {"data": rows}, {"If-Match": adoption.headers["ETag"]})
        self.states = [f"/appointments/{id}" for id in made.values()]
        if "id" in invitation:
            self.states.append(f"/appointments/{invitation['id']}")

    def _announcements(self):
        self.admin.api(200, "PUT", "/topics/seminars", {"names": {"en": "Seminars", "fr": "Séminaires"}})
        wca = {"acknowledge": True, "topic": "seminars", "public": True}
        self.sent = self._send(draft("WCA", **wca))
        only = {"en": {"subject": LONG, "body_markdown": f"# {LONG}\n\n| a | b |\n|---|---|\n| {LONG} | {LONG} |\n"}}
        self.long = self._send(draft("WCA", variants=only))
        paused = self._approve(draft("MENA"))
        self._post(f"/announcements/{paused}/schedule", {"send_at": "2099-01-12T09:00:00Z"}, 200)
        self.cancelled = self._approve(draft("EUR"))
        self._post(f"/announcements/{self.cancelled}/cancel", {"reason": "Wrong date."}, 200)
        self.submitted = self._post("/announcements", draft("ESA"))["id"]
        self._post(f"/announcements/{self.submitted}/submit", status=200)
        self.approved = self._approve(draft("AMS", "ESA"))
        self.draft = self._post("/announcements", draft("WCA"))["id"]
        self.planned = paused

    def _approve(self, form):
        id = self._post("/announcements", form)["id"]
        self._post(f"/announcements/{id}/submit", status=200)
        self._post(f"/announcements/{id}/approve", status=200, client=self.second)
        return id

    def _send(self, form):
        id = self._approve(form)
        self._post(f"/announcements/{id}/send", status=202)
        return id

    def _settings(self):
        self._post("/suppressions", {"address": "gone@customs.example"})
        hook = {"url": "https://hooks.example/in", "description": "Copy of the directory", "events": ["announcement.*"]}
        self._post(f"/webhooks/{self._post('/webhooks', hook)['id']}/ping", status=202)
        report = b"From: Mail System <mailer@relay.example>\r\nTo: portal@community.example\r\n"
        report += b"Subject: Out of the office\r\n\r\nWho knows?\r\n"
        headers = {"Content-Type": "message/rfc822", "Authorization": f"Bearer {BOUNCES}"}
        answer = self.stage.anonymous.send("POST", "/api/v1/bounces", report, headers)
        equal(answer.status, 202, f"a report that nobody understands ({answer})")
        token = {"name": "Nightly copy", "scopes": ["community:read"], "expires_in_days": 30}
        self._post("/me/tokens", token, client=self.stage.anonymous.login(AWA.email, AWA.password))
        account = self.admin.api(200, "GET", f"/users?email={KWAME.email}")
        self.user = account.get("id") or account["data"][0]["id"]

    def _surveys(self):
        """A published version and a draft with faults; the plan of a file is told by its address."""
        titles = {"en": "Smart customs survey", "fr": "Enquête sur la douane intelligente"}
        self._post("/surveys", {"code": "scs", "audience": "member", "titles": titles})
        text = QUESTIONNAIRE.read_text(encoding="utf-8")
        questionnaire = json.loads(text)
        self._post("/surveys/scs/versions", {"questionnaire": questionnaire})
        self._post("/surveys/scs/versions/1/publish", status=200)
        del questionnaire["sections"][0]["items"][1]["question"]["label"]["fr"]
        questionnaire["sections"][0]["title"]["en"] = LONG
        self._post("/surveys/scs/versions", {"questionnaire": questionnaire})
        headers = {"Content-Type": "application/json"}
        faulty = json.dumps(questionnaire).encode()
        # A plan is shown to whoever sent the file.
        office = self.stage.login(self.office)
        answer = office.send("POST", "/api/v1/surveys/scs/versions/import", faulty, headers)
        equal(answer.status, 201, f"a questionnaire is read ({answer})")
        self.plan = f"/surveys/scs/imports/{answer.json['plan']}"
        self._rounds()

    def _twin(self, given):
        """A survey for partner agencies with an open round."""
        titles = {"en": "Survey of partner agencies", "fr": "Enquête auprès des organismes partenaires"}
        self._post("/surveys", {"code": "agencies", "audience": "partner", "titles": titles})
        questionnaire = json.loads(QUESTIONNAIRE.read_text(encoding="utf-8"))
        self._post("/surveys/agencies/versions", {"questionnaire": questionnaire})
        self._post("/surveys/agencies/versions/1/publish", status=200)
        round = self._post("/rounds", {**given, "survey": "agencies"})["id"]
        self._post(f"/rounds/{round}/open", status=200)

    def _rounds(self):
        """A draft, and an open round with a request for more time."""
        given = {"survey": "scs", "version": 1, "opens_at": instant(0), "closes_at": instant(20)}
        given |= {"zone": "Europe/Brussels", "calendar": [{"days": 7, "states": ["not_started", "draft"]}]}
        self._post("/rounds", given)
        round = self._post("/rounds", given)["id"]
        self._post(f"/rounds/{round}/open", status=200)
        asked = {"until": instant(40), "reason": LONG}
        self._post(f"/rounds/{round}/extension-requests", asked, client=COORDINATOR.client)
        self._twin(given)
        deadline = {"scope": {"region": "WCA"}, "closes_at": instant(25), "reason": "A regional seminar."}
        self._post(f"/rounds/{round}/deadlines", deadline)

    def _links(self):
        """Pages behind mailed links, and others that nothing leads to."""
        relay, portal = self.stage.relay, self.stage.portal
        awa_mail = relay.wait_for(AWA.email, "plénière")
        hana = self.stage.login(HANA)
        since = len(relay.mails)
        hana.api(202, "POST", "/me/email", {"email": "hana.k@customs.example"})
        confirm = relay.wait_for("hana.k@customs.example", "confirm", since).token("confirm-address")
        undo = relay.wait_for(HANA.email, "change", since).token("undo-address")
        self._post("/auth/password/forgot", {"email": NGOZI.email}, 202, self.stage.anonymous)
        reset = relay.wait_for(NGOZI.email, MAIL_SUBJECTS["reset"]["en"]).token("reset")
        self.stage.login(SALMA).api(202, "DELETE", "/me")
        keep = relay.wait_for(SALMA.email, "erased", since).token("keep-account")
        invitation = relay.wait_for("m.ba@douanes.example", "").token("invitation")
        printed = portal.run_well("admin", "create", "--email", "new@secretariat.example", "--name", "New One")
        set_up = re.search(r"/setup\?token=\S+", printed).group()
        text = awa_mail.part("plain") + str(awa_mail.message["List-Unsubscribe"] or "")
        mailed = {match.group() for match in re.finditer(r"/(?:unsubscribe|subscriptions)/[\w.~-]+", text)}
        reading = re.search(r"/announcements/[\w-]{36}\?mail=[\w.~-]+", awa_mail.part("plain")).group()
        self.unlinked = {
            "visitor": [
                f"/verify?token={TANE.verify_token}",
                "/verify?token=spent",
                f"/confirm-address?token={confirm}",
                f"/undo-address?token={undo}",
                f"/reset?token={reset}",
                f"/keep-account?token={keep}",
                f"/invitation?token={invitation}",
                set_up,
                reading,
                *sorted(mailed | {link.replace("/unsubscribe/", "/subscriptions/") for link in mailed}),
                "/forgot",
                "/apply/done",
                "/nothing",
                f"/announcements/{self.draft}",
            ],
            "contact point": ["/people", "/account/security/authenticator", "/account/tokens/made", self.states[0]],
            "coordinator": ["/statistics", self.states[0], self.states[1]],
            "auditor": ["/users"],
            "Secretariat": [
                *self.states,
                self.plan,
                f"{self.plan}/commit",
                f"/users/{self.user}",
                *(f"/announcements/{id}/preview" for id in self._announced()),
                f"/announcements/{self.submitted}/decide",
                f"/announcements/{self.approved}/send",
                f"/announcements/{self.sent}/progress",
                f"/announcements/{self.long}",
            ],
        }

    def _response(self):
        """A survey that is answered, with a comment, a section that is assigned, and a value that is not right."""
        round = open_round(self.admin)
        awa = self.stage.login(AWA)
        response = self._post(f"/rounds/{round}/response", {}, 200, awa)["id"]
        given = [{"question": "strategy", "value": "yes", "revision": 0}]
        given.append({"question": "staff", "value": "a dozen", "revision": 0})
        awa.api(200, "PATCH", f"/responses/{response}/answers", given)
        comment = {"question": "staff", "text": "With those on leave?"}
        self._post(f"/responses/{response}/comments", comment, client=awa)
        person = awa.api(200, "GET", "/me")["id"]
        assigned = {"data": [{"section": "more", "person": person, "due_on": "2099-01-31"}]}
        path = f"/responses/{response}/assignments"
        read = COORDINATOR.client.send("GET", f"/api/v1{path}").headers["ETag"]
        COORDINATOR.client.api(200, "PUT", path, assigned, {"If-Match": read})
        hub = f"/rounds/{round}/response"
        self.unlinked["contact point"].append(hub)
        self.unlinked["coordinator"] += [hub, f"/responses/{response}/return", f"/responses/{response}/submit"]
        self.unlinked["visitor"].append(f"/receipts/{'0' * 64}")

    def _results(self):
        """A closed round with public results, most of which are hidden, and one with results for the community."""
        for code, audience in (("past", "public"), ("last", "members")):
            round = open_round(self.admin, code, min_cell=3)
            for number, person in enumerate((NGOZI, HANA, AISSATA, AWA)):
                self._submit(round, person, "no" if number == 3 else "yes")
            self._post(f"/rounds/{round}/close", status=200)
            release = self._post(f"/rounds/{round}/releases", {"audience": audience})["id"]
            questions = [f"/releases/{release}/questions/{name}" for name in ("strategy", "row_0", "needs")]
            pages = [f"/releases/{release}", *questions, f"{questions[0]}?by=region", f"/surveys/{code}/trend"]
            pages.append(f"/surveys/{code}/trend?concept=strategy")
            for role in ("visitor", "contact point") if audience == "public" else ("contact point", "Secretariat"):
                self.unlinked[role] += pages
            self.unlinked["contact point"] += [f"/releases/{release}/own", f"/rounds/{round}/answers"]
            self.unlinked["Secretariat"] += [f"/rounds/{round}/releases", f"/rounds/{round}/answers"]

    def _submit(self, round, person, strategy):
        """A response that its contact point, or the coordinator of Senegal, signs and submits."""
        client = self.stage.login(person)
        response = self._post(f"/rounds/{round}/response", {}, 200, client)["id"]
        given = [{"question": "strategy", "value": strategy, "revision": 0}]
        given.append({"question": "used", "row": "row_0", "value": "use", "revision": 0})
        given.append({"question": "needs", "value": ["money"], "revision": 0})
        client.api(200, "PATCH", f"/responses/{response}/answers", given)
        signer = COORDINATOR.client if person.member == COORDINATOR.member else client
        for step in ("request-review", "approve", "submit"):
            self._post(f"/responses/{response}/{step}", {}, 200, signer)

    def _announced(self):
        return [self.draft, self.submitted, self.approved, self.planned, self.sent, self.cancelled]
