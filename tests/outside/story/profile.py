"""One changes one's profile, and colleagues find the change as far as they may see it."""

from lib.act import Act
from lib.people import AWA, JUERGEN, LEA
from lib.report import equal
from story.joining import Joining


class Profile(Act):
    after = (Joining,)

    def play(self):
        with self.step("one changes one's profile; what is absent stays, null takes away"):
            lea = self.stage.login(LEA)
            before = lea.api(200, "GET", "/me")
            change = {"name": "Léa Müller-Côté", "job_title": "Cheffe", "technologies": ["ai_ml"], "phone": None}
            after = lea.api(200, "PATCH", "/me", change)
            equal((after["name"], after["email"]), (change["name"], before["email"]), "name and address")
            contact = {"job_title": "Cheffe", "technologies": ["ai_ml"], "phone": None}
            equal(after["contact"], {**before["contact"], **contact}, "contact")
            equal(lea.api(200, "GET", "/me"), after, "what is read again")
        awa = self.stage.login(AWA)
        with self.step("colleagues find the change, and see what the audience of a field lets them"):
            equal([row["name"] for row in self.found(awa, "&technology=ai_ml")], [change["name"]], "found")
            lea.api(200, "PATCH", "/me", {"email_audience": "region"})
            equal(self.found(awa)[0]["email"], None, "her address, seen from another region")
            juergen = self.stage.login(JUERGEN)
            equal(self.found(juergen)[0]["email"], LEA.email, "her address, seen from her region")

    def found(self, client, more=""):
        return client.api(200, "GET", f"/contacts?q=muller+cote{more}")["data"]
