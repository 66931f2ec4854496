"""A contact point finds colleagues in the directory: by words, by filters, page by page."""

import urllib.parse

from lib.act import Act
from lib.people import AISSATA, APPROVED, AWA, HERY, LEA, WANJIRU
from lib.report import check, equal, includes
from story.joining import Joining


class Directory(Act):
    after = (Joining,)

    def play(self):
        self.searching()
        self.filters()

    def searching(self):
        with self.step("a contact point logs in"):
            self.awa = self.stage.login(AWA)
        for words in ("COTE D'IVOIRE", "côte d’ivoire", "KONÉ", "aissata kone", "ivoir"):
            with self.step(f"she finds her colleague by {words!r}"):
                found = self.search(q=words)
                equal([row["name"] for row in found], [AISSATA.name], "found")

    def filters(self):
        with self.step("filters: values of one are OR, two filters are AND"):
            found = self.search(region=["ESA", "EUR"], language="fr")
            equal({row["name"] for row in found}, {HERY.name, LEA.name}, "found")
            equal(self.search(member="KE", language="fr"), [], "found")
        with self.step("she reads the contact: the address is shown, the telephone is for the own administration"):
            contact = self.awa.api(200, "GET", f"/contacts/{self.search(q='Wanjiru')[0]['id']}")
            equal((contact["email"], contact["phone"]), (WANJIRU.email, None), "address and telephone")
            equal((contact["member"]["code"], contact["member"]["region"]), ("KE", "ESA"), "member")
        with self.step("pages of two show all nine once, in the order of their names; the rejected one is not there"):
            names = [row["name"] for row in self.awa.pages("/contacts", limit=2)]
            equal(sorted(names), sorted(person.name for person in APPROVED), "names")
            equal(names[:3], [AISSATA.name, AWA.name, HERY.name], "the first three")
        with self.step("the members and technologies are listed"):
            members = self.awa.pages("/members", limit=100)
            check(len(members) > 180, f"members: expected more than 180, there were {len(members)}")
            includes({row["code"] for row in members}, {"SN", "CI"}, "codes of the members")
            technologies = self.awa.api(200, "GET", "/technologies")["data"]
            check(technologies, f"technologies: expected some, there was {technologies}")

    def search(self, **query):
        return self.awa.api(200, "GET", f"/contacts?{urllib.parse.urlencode(query, doseq=True)}")["data"]
