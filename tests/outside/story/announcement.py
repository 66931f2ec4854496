"""An announcement in two languages: drafted, seen before, sent once to each, and read again in the portal."""

from lib.act import Act
from lib.announcements import FEET, LINK, SUBJECTS, draft
from lib.people import AWA, READERS
from lib.report import contains, equal, lacks
from story.joining import Joining


class Announcement(Act):
    after = (Joining,)

    def play(self):
        self.admin, self.awa = self.stage.admin(), self.stage.login(AWA)
        self.drafting()
        self.sending()
        self.reading()

    def drafting(self):
        with self.step("the Secretariat drafts an announcement in two languages for WCA and ESA"):
            self.id = self.admin.api(201, "POST", "/announcements", draft("WCA", "ESA"))["id"]
        with self.step("a draft is not for members"):
            self.awa.send("GET", f"/api/v1/announcements/{self.id}").assert_problem(404, "not_found")
        with self.step("the preview counts the readers of each language and renders both"):
            preview = self.admin.api(200, "POST", f"/announcements/{self.id}/preview")
            french = sum(person.language == "fr" for person in READERS)
            equal(preview["recipients"], len(READERS), "recipients")
            equal(preview["by_language"], {"en": len(READERS) - french, "fr": french}, "by language")
            contains(preview["rendered"]["fr"]["html"], "<strong>plénière</strong>", "the HTML of the preview")

    def sending(self):
        with self.step("it is sent, and the summary says so"):
            sent = self.admin.api(202, "POST", f"/announcements/{self.id}/send")
            equal((sent["status"], sent["recipients"]), ("sending", len(READERS)), "status and recipients")
            summary = self.stage.await_summary(self.id, sent=len(READERS))
            equal(summary["total"], len(READERS), "total")
        with self.step("audience = deliveries = mails, each once and in the reader's language"):
            self.compare_deliveries()
        with self.step("each mail is well formed, and no two have the same Message-ID"):
            for mail in self.relay.mails:
                mail.assert_well_formed()
            ids = {mail.message["Message-ID"] for mail in self.relay.mails}
            equal(len(ids), len(self.relay.mails), "distinct Message-IDs")
        with self.step("the announcement's link is in both parts"):
            mail = self.relay.find(AWA.email, SUBJECTS["fr"])[0]
            contains(mail.part("html"), LINK, "the HTML")
            contains(mail.part("plain"), LINK, "the text")

    def reading(self):
        with self.step("it can be read again in the portal, and is not sent twice"):
            seen = self.awa.api(200, "GET", f"/announcements/{self.id}")
            equal(seen["variants"]["fr"]["subject"], SUBJECTS["fr"], "subject")
            lacks(seen, "audience", "an announcement as members read it")
            equal([row["id"] for row in self.awa.pages("/announcements", limit=2)], [self.id], "her list")
            again = self.admin.send("POST", f"/api/v1/announcements/{self.id}/send")
            again.assert_problem(409, "already_sent")

    def compare_deliveries(self):
        wanted = {person.email: person.language for person in READERS}
        rows = self.admin.pages(f"/announcements/{self.id}/deliveries", limit=2)
        equal([(row["state"], row["last_code"]) for row in rows], [("sent", 250)] * len(wanted), "deliveries")
        equal({row["to_address"]: row["language"] for row in rows}, wanted, "languages of the deliveries")
        mails = [mail for mail in self.relay.mails if mail.subject in SUBJECTS.values()]
        equal(len(mails), len(wanted), "number of mails")
        got = {mail.to: mail.message["Content-Language"] for mail in mails}
        equal(got, wanted, "languages of the mails")
        for mail in mails:
            language = wanted[mail.to]
            equal(mail.subject, SUBJECTS[language], f"subject to {mail.to}")
            for kind in ("plain", "html"):
                contains(mail.part(kind), FEET[language], f"the {kind} part to {mail.to}")
