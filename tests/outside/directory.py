"""Takes the directory out of a running portal with programs that nobody here wrote, and compares.

It starts `portal serve` on a directory of made-up contacts and a few real ones, then

1. reads the CSV with Python's csv, the spreadsheet with openpyxl, the vCards of both versions with vobject
2. finds and copies the address book with vdirsyncer, changes it in the portal, and copies it again
3. keeps a copy by the feed of changes
4. takes more than one person may in a day

and each time holds what it got against the pages of GET /contacts, which are the same person's.

    pip install aiosmtpd==1.4.6 openpyxl==3.1.5 vdirsyncer==0.21.0 vobject==0.9.9
    python directory.py --portal ../../target/debug/portal [--contacts 1500]

The processes and the steps are those of lib/. Ends with "N passed, N failed" and a non-zero status where one failed.
"""

import base64
import csv
import io
import json
import sys
from pathlib import Path

import openpyxl
import vobject

from lib import processes, script
from lib.act import Act
from lib.client import XLSX
from lib.people import AISSATA, AWA, WANJIRU
from lib.report import check, contains, equal, eventually, includes
from lib.tables import csv_rows

# A title as nobody should have one: a formula, every sign that a vCard escapes, and longer than a line of one.
TITLE = '=HYPERLINK("evil";"go"), chef; « Côte \\ d’Ivoire » ' + "é" * 80


class Directory(Act):
    def __init__(self, stage, folder, contacts):
        super().__init__(stage)
        self.folder, self.contacts = folder, contacts

    def play(self):
        self.prepare()
        self.table()
        self.spreadsheet()
        self.cards()
        self.address_book()
        self.feed()
        self.quota()
        self.end()

    def prepare(self):
        with self.step(f"a directory of {self.contacts} made-up contacts and three people"):
            self.stage.portal.seed(self.contacts)
            self.stage.set_up()
            self.stage.join(AWA, AISSATA, WANJIRU)
            self.awa = self.stage.login(AWA)
            self.awa.api(200, "PATCH", "/me", {"job_title": TITLE, "technologies": ["ai_ml", "drones"]})
            self.stage.login(WANJIRU).api(200, "PATCH", "/me", {"email_audience": "secretariat"})
            self.listed = self.list()
            equal(len(self.listed), self.contacts + 3, "contacts listed")

    def list(self):
        return self.awa.pages("/contacts", limit=100)

    def cells(self, contact, formula=""):
        """What a table has of a contact, in English."""
        member = contact["member"]
        title = contact["job_title"] or ""
        return {
            "Name": contact["name"],
            "Job title": formula + title if title.startswith("=") else title,
            "Role (code)": contact["role"],
            "Member (code)": member["code"],
            "Member": member["name_en"],
            "Region (code)": member["region"] or "",
            "E-mail": contact["email"] or "",
            "Telephone": contact["phone"] or "",
            "Languages (codes)": "; ".join(contact["languages"]),
            "Technologies (codes)": "; ".join(contact["technologies"]),
            "Identifier": contact["id"],
        }

    def compare(self, rows, formula):
        equal(len(rows), len(self.listed), "rows")
        for row, contact in zip(rows, self.listed, strict=True):
            wanted = self.cells(contact, formula)
            equal({head: row[head] for head in wanted}, wanted, "row")

    def table(self):
        with self.step("Python's csv reads every contact, in the order of the list"):
            answer = self.awa.file("contacts.csv", "text/csv", **{"Accept-Language": "en"})
            text = answer.body.decode("utf-8-sig")
            equal(answer.body[:3], b"\xef\xbb\xbf", "the mark of UTF-8")
            equal(text.count("\n"), text.count("\r\n"), "ends of lines, as many as CRLF")
            self.compare(csv_rows(answer.body), formula="'")
        with self.step("no cell is one that a spreadsheet takes for a formula, and numbers can be dialled"):
            for row in csv.reader(io.StringIO(text, newline="")):
                formulas = [cell for cell in row if cell.startswith(("=", "-", "@", "\t", "\r"))]
                equal(formulas, [], f"formulas in {row}")
                plus = [cell for cell in row if cell.startswith("+")]
                equal([cell for cell in plus if not cell[1:].replace(" ", "").isdigit()], [], "numbers with other signs")
        with self.step("the heads are French for whoever reads French"):
            answer = self.awa.file("contacts.csv?q=diop", "text/csv", **{"Accept-Language": "fr"})
            row = csv_rows(answer.body, ";")[0]
            check(row["Rôle"] and row["Technologies"], f"Rôle and Technologies: expected both, there was {row}")

    def spreadsheet(self):
        with self.step("openpyxl reads the same rows, every cell a text"):
            answer = self.awa.file("contacts.xlsx", XLSX, **{"Accept-Language": "en"})
            book = openpyxl.load_workbook(io.BytesIO(answer.body))
            sheet = book.active
            rows = list(sheet.iter_rows())
            heads = [cell.value for cell in rows[0]]
            odd = [cell.coordinate for row in rows for cell in row if cell.data_type not in "sn" or cell.hyperlink]
            equal(odd, [], "cells that are no plain texts")
            values = [{head: cell.value or "" for head, cell in zip(heads, row, strict=True)} for row in rows[1:]]
            self.compare(values, formula="")
        with self.step("its head stays in sight and has a filter"):
            whole = f"A1:{rows[-1][-1].coordinate}"
            equal((sheet.freeze_panes, sheet.auto_filter.ref), ("A2", whole), "head and filter")
            narrowest = min(column.width for column in sheet.column_dimensions.values())
            check(narrowest > 8, f"the narrowest column: expected more than 8, there was {narrowest}")
        with self.step("whoever has it is not sent it again"):

            def is_known():
                tag = self.awa.file("contacts.xlsx?member=SN", XLSX).headers["ETag"]
                again = self.awa.send("GET", "/api/v1/contacts.xlsx?member=SN", headers={"If-None-Match": tag})
                return again.status == 304

            # The portal may just be at work on the made-up people, whose confirmations are old.
            eventually(is_known, "a spreadsheet that stays the same")

    def is_shown(self, card, contact, version):
        """Whether a vCard says of a contact what the list says, to the same reader."""
        member, has = contact["member"], card.contents
        equal(card.version.value, version, "VERSION")
        equal(card.uid.value, f"urn:uuid:{contact['id']}", "UID")
        equal((card.fn.value, card.n.value.family), (contact["name"], contact["name"]), "FN and N")
        # The reader's language is French.
        equal(card.org.value, [member["name_fr"]], "ORG")
        equal(card.adr.value.country, member["name_fr"], "ADR")
        equal(card.title.value if "title" in has else None, contact["job_title"], "TITLE")
        equal(card.email.value if "email" in has else None, contact["email"], "EMAIL")
        equal(card.tel.value if "tel" in has else None, contact["phone"], "TEL")
        if "tel" in has:
            # Two values of one parameter, not one value with a comma in it.
            equal([kind.lower() for kind in card.tel.params["TYPE"]], ["work", "voice"], "TYPE of TEL")
        equal(len(card.categories.value if "categories" in has else []), len(contact["technologies"]), "CATEGORIES")
        includes(has, {"role", "rev"}, "properties")
        if version == "4.0":
            equal([language.value for language in has.get("lang", [])], contact["languages"], "LANG")

    def cards(self):
        for version in ("4.0", "3.0"):
            with self.step(f"vobject reads every vCard {version}"):
                answer = self.awa.file("contacts.vcf", "text/vcard", Accept=f"text/vcard;version={version}")
                longest = max(map(len, answer.body.split(b"\r\n")))
                check(longest <= 75, f"the longest line: expected at most 75 bytes, there were {longest}")
                cards = list(vobject.readComponents(answer.body.decode()))
                equal(len(cards), len(self.listed), "cards")
                for card, contact in zip(cards, self.listed, strict=True):
                    self.is_shown(card, contact, version)
        for version in ("4.0", "3.0"):
            with self.step(f"a link asks for vCard {version}, which a browser can't"):
                answer = self.awa.file(f"contacts.vcf?member=SN&version={version}", "text/vcard", Accept="text/html, */*;q=0.8")
                cards = list(vobject.readComponents(answer.body.decode()))
                equal({card.version.value for card in cards}, {version}, "versions")
        with self.step("JSContact is JSON that says the same"):
            answer = self.awa.file("contacts", "application/jscontact+json", Accept="application/jscontact+json")
            cards = json.loads(answer.body)
            said = [(card["uid"], card["name"]["full"], "emails" in card) for card in cards]
            wanted = [(f"urn:uuid:{row['id']}", row["name"], bool(row["email"])) for row in self.listed]
            equal(said, wanted, "cards")

    def address_book(self):
        token = {"name": "phone", "scopes": ["community:read"], "expires_in_days": 7}
        token = self.awa.api(201, "POST", "/me/tokens", token)["token"]
        with self.step("a password opens no address book"):
            pair = base64.b64encode(f"{AWA.email}:{AWA.password}".encode()).decode()
            answer = self.stage.anonymous.send("PROPFIND", "/carddav/", headers={"Authorization": f"Basic {pair}"})
            answer.assert_problem(401, "program_refused")
            equal(answer.headers["WWW-Authenticate"][:12], "Basic realm=", "the start of the challenge")
        copy = self.folder / "copy" / "directory"
        copy.mkdir(parents=True)
        config = self.folder / "vdirsyncer.ini"
        config.write_text(f"""
[general]
status_path = "{self.folder / 'status'}"
[pair book]
a = "portal"
b = "here"
collections = ["from a"]
partial_sync = "revert"
[storage portal]
type = "carddav"
url = "{self.stage.portal.public_url}/"
username = "{AWA.email}"
password = "{token}"
read_only = true
[storage here]
type = "filesystem"
path = "{copy.parent}"
fileext = ".vcf"
""")

        def run(command):
            processes.run([Path(sys.executable).with_name("vdirsyncer"), "-c", config, command], input="y\n" * 5)

        def compare():
            cards = [vobject.readOne(path.read_text()) for path in copy.glob("*.vcf")]
            cards = {card.uid.value.removeprefix("urn:uuid:"): card for card in cards}
            listed = {row["id"]: row for row in self.list()}
            equal(sorted(cards.keys() ^ listed.keys()), [], "cards in the copy alone, or in the list alone")
            for id, card in cards.items():
                self.is_shown(card, listed[id], "3.0")

        with self.step("vdirsyncer finds the address book from the portal's address alone"):
            run("discover")
        with self.step("it copies every card, as its owner may see it"):
            run("sync")
            compare()
        with self.step("once more it finds nothing to do"):
            before = {path: path.stat().st_mtime_ns for path in copy.glob("*.vcf")}
            run("sync")
            equal({path: path.stat().st_mtime_ns for path in copy.glob("*.vcf")}, before, "files")
        with self.step("who changed, came and was suspended in the portal is so in the copy"):
            self.awa.api(200, "PATCH", "/me", {"job_title": "Directrice"})
            users = self.stage.admin().api(200, "GET", f"/users?email={WANJIRU.email}")["data"]
            self.stage.admin().api(200, "POST", f"/users/{users[0]['id']}/suspend", {"reason": "left"})
            run("sync")
            compare()
            equal(len(list(copy.glob("*.vcf"))), self.contacts + 2, "cards")
        with self.step("what is deleted in the copy comes back: the book is only read"):
            next(copy.glob("*.vcf")).unlink()
            # The first gives up the deletion, the second brings the card.
            run("sync")
            run("sync")
            compare()

    def feed(self):
        with self.step("a copy that follows the feed of changes is the list"):
            # The address book has used up much of her day.
            reader = self.stage.login(AISSATA)
            copy, since = {}, None

            def follow():
                nonlocal since
                while True:
                    page = reader.api(200, "GET", f"/changes?limit=100{f'&since={since}' if since else ''}")
                    rows = [row for row in page["data"] if row["kind"] == "contact"]
                    copy.update({row["id"]: row.get("contact") for row in rows})
                    since = page["since"]
                    if not page["page"]["next_cursor"]:
                        return

            def is_true():
                follow()
                listed = {row["id"]: row for row in reader.pages("/contacts", limit=100)}
                return {id: contact for id, contact in copy.items() if contact} == listed

            eventually(is_true, "a copy that is the list")
            self.awa.api(200, "PATCH", "/me", {"job_title": "Cheffe"})
            eventually(is_true, "a copy that has the change")
            contains([row["job_title"] for row in copy.values() if row], "Cheffe", "titles of the copy")

    def quota(self):
        with self.step("nobody carries the directory away again and again"):
            reader = self.stage.login(AISSATA)
            answers = [reader.send("GET", "/api/v1/contacts.csv") for _ in range(40_000 // self.contacts)]
            used_up = next(answer for answer in answers if answer.status != 200)
            used_up.assert_problem(429, "quota_used")
            wait = int(used_up.headers["Retry-After"])
            check(0 < wait <= 86_400, f"Retry-After: expected 1 to 86400, there was {wait}")
            reader.api(200, "GET", "/contacts")
        with self.step("what was taken stands in the audit log"):
            entries = self.stage.admin().pages("/audit?action=directory_exported", limit=100)
            formats = {entry["detail"]["format"] for entry in entries}
            equal(formats, {"csv", "xlsx", "vcf", "json", "carddav", "changes"}, "formats")


def main():
    parser = script.parser(__doc__)
    parser.add_argument("--contacts", type=int, default=1_500, help="how many made-up contacts (1500)")
    options = parser.parse_args()
    # What is taken here by one person would do for a week.
    settings = {"PORTAL__DIRECTORY__EXPORT_PER_DAY": str(10 * options.contacts + 100)}

    def play(report):
        with (
            script.folder("directory") as folder,
            script.stage(report, options.portal, folder, settings=settings) as stage,
        ):
            Directory(stage, folder, options.contacts).play()

    script.main(play)


if __name__ == "__main__":
    main()
