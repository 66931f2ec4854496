"""Somebody changes the e-mail address; the old one can take it back."""

import urllib.parse

from lib.act import Act
from lib.mail import MAIL_SUBJECTS, NOTICES
from lib.people import HANA, TANE, YUKI
from lib.report import contains, equal, eventually, lacks
from story.newcomers import SHORT_GRACE, Newcomers


class AddressChange(Act):
    after = (Newcomers,)
    settings = SHORT_GRACE

    NEW = "hana.k@customs.example"

    def play(self):
        self.change_address()
        self.take_address_back()
        self.bury_the_way_back()

    def ask_address(self, client, new, since):
        """Asks for another address; returns the link to confirm and the way back."""
        old = client.api(200, "GET", "/me")["email"]
        client.api(202, "POST", "/me/email", {"email": new})
        undo = self.relay.wait_for(old, NOTICES["address_asked"], since)
        confirm = self.relay.wait_for(new, NOTICES["confirm_address"], since)
        undo.assert_well_formed()
        confirm.assert_well_formed()
        return confirm.token("confirm-address"), undo.token("undo-address")

    def change_address(self):
        with self.step("an address that is taken, or none, is not taken over; the answer does not tell"):
            self.hana, since = self.stage.login(HANA), len(self.relay.mails)
            self.hana.refused(422, "invalid", "POST", "/me/email", {"email": "nowhere"})
            told = self.hana.api(202, "POST", "/me/email", {"email": YUKI.email})
            self.relay.wait_for(YUKI.email, MAIL_SUBJECTS["known"]["en"], since)
            equal(self.relay.find(YUKI.email, NOTICES["confirm_address"], since), [], "links to confirm")
            equal(told, self.hana.api(202, "POST", "/me/email", {"email": "free@customs.example"}), "answer")
            eventually(lambda: len(self.relay.find(HANA.email, NOTICES["address_asked"], since)) == 2, "word of both")
        with self.step("a new address counts once its link is followed; until then the old one logs in"):
            since = len(self.relay.mails)
            self.confirm, self.undo = self.ask_address(self.hana, self.NEW, since)
            self.stage.login(HANA)
            self.refuse_login(self.NEW, HANA.password)
            page = self.anonymous.send("GET", f"/confirm-address?token={self.confirm}")
            equal(page.status, 200, f"the page ({page})")
            contains(page.body, b'action="/confirm-address"', "the page")
            lacks(page.body, b"<script>", "the page, whose scripts are files")
            self.stage.login(HANA)
        with self.step("then the new one does, everywhere"):
            form = urllib.parse.urlencode({"token": self.confirm}).encode()
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
            equal(self.anonymous.send("POST", "/confirm-address", form, headers).status, 303, "status")
            self.anonymous.refused(410, "link_spent", "POST", "/auth/email/confirm", {"token": self.confirm})
            self.refuse_login(HANA.email, HANA.password)
            hana = self.anonymous.login(self.NEW, HANA.password)
            equal(hana.api(200, "GET", "/me")["email"], self.NEW, "address")
            found = self.stage.admin().api(200, "GET", "/contacts?q=Hana")["data"]
            equal([row["email"] for row in found], [self.NEW], "address in the directory")
            self.relay.wait_for(self.NEW, NOTICES["address_changed"], since)

    def take_address_back(self):
        with self.step("the old address takes it back: sessions and password end, a link lets its reader begin again"):
            since, thief = len(self.relay.mails), self.anonymous.login(self.NEW, HANA.password)
            page = self.anonymous.send("GET", f"/undo-address?token={self.undo}")
            equal(page.status, 200, "the page")
            thief.api(200, "GET", "/me")
            self.anonymous.api(200, "POST", "/auth/email/undo", {"token": self.undo})
            thief.assert_ends()
            self.refuse_login(self.NEW, HANA.password)
            self.refuse_login(HANA.email, HANA.password)
            self.anonymous.refused(410, "link_spent", "POST", "/auth/email/undo", {"token": self.undo})
            token = self.stage.notice("address_undone", HANA, since).token("reset")
            HANA.password = "walnut ferry cobalt eleven"
            self.anonymous.api(200, "POST", "/auth/password/reset", {"token": token, "password": HANA.password})
            self.stage.login(HANA)
        with self.step("taken back before it was confirmed, the change can't be confirmed any more"):
            since = len(self.relay.mails)
            confirm, undo = self.ask_address(self.stage.login(HANA), "eve@elsewhere.example", since)
            self.anonymous.api(200, "POST", "/auth/email/undo", {"token": undo})
            self.anonymous.refused(410, "link_spent", "POST", "/auth/email/confirm", {"token": confirm})
            token = self.stage.notice("address_undone", HANA, since).token("reset")
            self.anonymous.api(200, "POST", "/auth/password/reset", {"token": token, "password": HANA.password})

    def bury_the_way_back(self):
        with self.step("who stole an account and changes its address twice does not cut the owner's way back"):
            since, thief = len(self.relay.mails), self.stage.login(TANE)
            confirm, undo = self.ask_address(thief, "eve@elsewhere.example", since)
            self.anonymous.api(200, "POST", "/auth/email/confirm", {"token": confirm})
            thief = self.anonymous.login("eve@elsewhere.example", TANE.password)
            self.ask_address(thief, "eve2@elsewhere.example", since)
            self.anonymous.api(200, "POST", "/auth/email/undo", {"token": undo})
            self.stage.notice("address_undone", TANE, since)
